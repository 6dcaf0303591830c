"""The sales pipeline's checks and tables by DuckDB: types, reasons, rejected rows, duplicates after parsing.

Of its verdicts only those on quotes and on bytes that are not UTF-8 are missing, which the sample has none of.
"""

import duckdb

TEXTS = ("region", "country", "item_type", "sales_channel", "order_priority")
WHOLE = {"order_id": "BIGINT", "units_sold": "INTEGER"}
AMOUNTS = ("unit_price", "unit_cost", "total_revenue", "total_cost", "total_profit")
DATES = ("order_date", "ship_date")
COLUMNS = (*TEXTS, "order_date", "order_id", "ship_date", "units_sold", *AMOUNTS)
AMOUNT = "[+-]?[0-9]+([.][0-9]{1,2})?"
TOO_PRECISE = "[+-]?[0-9]+[.][0-9]{3,}"
DATE = "[0-9]{1,2}/[0-9]{1,2}/(19|20)[0-9]{2}"
WHOLE_NUMBER = "[+-]?[0-9]+"


def value(name):
    """SQL of a column's value, or null."""
    if name in TEXTS:
        return f"nullif({name}, '')"
    if name in WHOLE:
        return f"CASE WHEN regexp_full_match({name}, '{WHOLE_NUMBER}') THEN TRY_CAST({name} AS {WHOLE[name]}) END"
    if name in DATES:
        return f"CASE WHEN regexp_full_match({name}, '{DATE}') THEN TRY_STRPTIME({name}, '%m/%d/%Y')::DATE END"
    return f"CASE WHEN regexp_full_match({name}, '{AMOUNT}') THEN TRY_CAST({name} AS DECIMAL(10, 2)) END"


def reason(name):
    """SQL of why a column has no value, or null."""
    why = {
        **dict.fromkeys(TEXTS, "'missing'"),
        **dict.fromkeys(WHOLE, f"if(regexp_full_match({name}, '{WHOLE_NUMBER}'), 'too large', 'not a whole number')"),
        **dict.fromkeys(
            DATES, f"if(regexp_full_match({name}, '{DATE}'), 'no such day', 'not a date (M/d/yyyy, 1900 to 2099)')"
        ),
        **dict.fromkeys(
            AMOUNTS,
            f"CASE WHEN regexp_full_match({name}, '{AMOUNT}') THEN 'more than eight digits before the point' "
            f"WHEN regexp_full_match({name}, '{TOO_PRECISE}') THEN 'more than two decimals' ELSE 'not a number' END",
        ),
    }[name]
    return f"CASE WHEN v_{name} IS NULL THEN '{name}: ' || if({name} = '', 'missing', {why}) END"


def run(csv, folder):
    """Read the CSV, write `folder`/silver.parquet, rejected.parquet and gold/; the four counts."""
    db = duckdb.connect()
    db.execute("SET preserve_insertion_order = false")
    db.execute("SET enable_progress_bar = false")
    db.execute(
        f"CREATE TABLE fields AS SELECT line AS raw_line, string_split(line, ',') AS f FROM read_csv('{csv}', "
        "header = true, columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', auto_detect = false) "
        "WHERE trim(line) <> ''"
    )
    texts = ", ".join(f"trim(f[{place}]) AS {name}" for place, name in enumerate(COLUMNS, start=1))
    values = ", ".join(f"{value(name)} AS v_{name}" for name in COLUMNS)
    no_value = " OR ".join(f"v_{name} IS NULL" for name in COLUMNS)
    reasons = ", ".join(reason(name) for name in COLUMNS)
    db.execute(
        f"CREATE TABLE found AS SELECT *, len(f) <> {len(COLUMNS)} OR {no_value} AS is_rejected "
        f"FROM (SELECT *, {values} FROM (SELECT *, {texts} FROM fields))"
    )
    db.execute(
        f"COPY (SELECT raw_line, if(len(f) <> {len(COLUMNS)}, 'line: ' || len(f) || ' fields instead of "
        f"{len(COLUMNS)}', concat_ws('; ', {reasons})) AS reason, '{csv}' AS source_file FROM found WHERE is_rejected) "
        f"TO '{folder}/rejected.parquet'"
    )
    names = ", ".join(f"v_{name} AS {name}" for name in COLUMNS)
    db.execute(f"CREATE TABLE good AS SELECT DISTINCT {names} FROM found WHERE NOT is_rejected")
    db.execute(f"COPY good TO '{folder}/silver.parquet'")
    db.execute(f"COPY good TO '{folder}/gold' (FORMAT parquet, PARTITION_BY (country), OVERWRITE)")
    read, rejected = db.execute("SELECT count(*), count(*) FILTER (is_rejected) FROM found").fetchone()
    written = db.execute("SELECT count(*) FROM good").fetchone()[0]
    return {
        "rows_read": read,
        "rows_written": written,
        "rows_rejected": rejected,
        "rows_duplicate": read - written - rejected,
    }
