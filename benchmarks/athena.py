"""Athena's queries on a gold table of sales beside DuckDB on the same files.

    .venv/bin/python -m benchmarks.athena [--rows 2000000] [--rounds 5] [--force]

The table is made here, partitioned by country as the pipeline's; the same queries, worded for each, run in turn: by
StartQueryExecution until the result can be read, and by DuckDB in this process on the parquet files that the table has,
its result written as CSV too. The answers have to be the same. Seconds and ratios go into results.json.
"""

import csv
import io
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks import machine
from benchmarks.laptop import Laptop

BUCKET, DATABASE = "athena-benchmark", "benchmark"
MOST = 1.3
"""So many times DuckDB's time a query may take, and a tenth of a second more."""
COLUMNS = {"order_id": "bigint", "item_type": "string", "day": "date", "units": "int", "profit": "decimal(12,2)"}
QUERIES = {
    "count": "SELECT count(*) FROM {sales}",
    "one partition": "SELECT count(*), sum(units) FROM {sales} WHERE country = 'c17'",
    "sums by country": "SELECT country, sum(profit) AS total FROM {sales} GROUP BY country ORDER BY country",
    "filter": "SELECT count(*) FROM {sales} WHERE day >= DATE '2015-01-01' AND units > 5000",
    "top of each": (
        "SELECT country, item_type, total FROM (SELECT country, item_type, sum(profit) AS total, row_number() OVER "
        "(PARTITION BY country ORDER BY sum(profit) DESC) AS place FROM {sales} GROUP BY country, item_type) "
        "WHERE place = 1 ORDER BY country"
    ),
    "distinct": "SELECT count(DISTINCT order_id) FROM {sales}",
    "100,000 rows": "SELECT order_id, item_type, units FROM {sales} WHERE order_id < 100000 ORDER BY order_id",
}


def write(folder, rows):
    """The files, a folder a country."""
    made = (
        "SELECT i AS order_id, 'item ' || (i * 7 % 12) AS item_type, DATE '2010-01-01' + (i * 31 % 4000)::INT AS day, "
        "(i * 13 % 10000)::INT AS units, (i * 17 % 999983 / 100)::DECIMAL(12,2) AS profit, "
        f"'c' || (i * 11 % 185) AS country FROM range({rows}) AS t(i)"
    )
    duckdb.sql(f"COPY ({made}) TO '{folder}' (FORMAT parquet, PARTITION_BY (country))")


def upload(laptop, folder):
    """The files to S3, the table and its partitions to the catalog."""
    s3, glue = laptop.client("s3"), laptop.client("glue")
    s3.create_bucket(Bucket=BUCKET)
    for file in sorted(folder.rglob("*.parquet")):
        s3.upload_file(str(file), BUCKET, f"sales/{file.relative_to(folder)}")
    glue.create_database(DatabaseInput={"Name": DATABASE})
    columns = [{"Name": name, "Type": kind} for name, kind in COLUMNS.items()]
    storage = {
        "Columns": columns,
        "Location": f"s3://{BUCKET}/sales/",
        "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
    }
    keys = [{"Name": "country", "Type": "string"}]
    table = {"Name": "sales", "TableType": "EXTERNAL_TABLE", "PartitionKeys": keys, "StorageDescriptor": storage}
    glue.create_table(DatabaseName=DATABASE, TableInput=table)
    countries = sorted(path.name.partition("=")[2] for path in folder.iterdir())
    for country in countries:
        place = storage | {"Location": f"s3://{BUCKET}/sales/country={country}/"}
        given = {"Values": [country], "StorageDescriptor": place}
        glue.create_partition(DatabaseName=DATABASE, TableName="sales", PartitionInput=given)


def by_athena(laptop, sql):
    """Seconds of a query until its result was read, and the rows of the result."""
    athena, s3 = laptop.client("athena"), laptop.client("s3")
    began = time.monotonic()
    execution = athena.start_query_execution(
        QueryString=sql.format(sales="sales"),
        QueryExecutionContext={"Database": DATABASE},
        ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
    )["QueryExecutionId"]
    while True:
        found = athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]["Status"]
        if found["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.01)
    if found["State"] != "SUCCEEDED":
        raise SystemExit(f"error: the query failed\n  seen: {found}\n  next: run it by ./pyntw query")
    body = s3.get_object(Bucket=BUCKET, Key=f"results/{execution}.csv")["Body"].read()
    return time.monotonic() - began, list(csv.reader(io.StringIO(body.decode())))[1:]


def by_duckdb(folder, sql):
    """The same by DuckDB in a new connection."""
    began = time.monotonic()
    with duckdb.connect() as connection, tempfile.NamedTemporaryFile(suffix=".csv") as file:
        relation = f"read_parquet('{folder}/*/*.parquet', hive_partitioning = true)"
        connection.execute(f"COPY ({sql.format(sales=relation)}) TO '{file.name}' (HEADER false)")
        body = Path(file.name).read_text(encoding="utf-8")
    return time.monotonic() - began, list(csv.reader(io.StringIO(body)))


def main():
    options, load = machine.begin(__doc__, rows=2_000_000, rounds=5)
    ours, theirs = {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "sales"
        write(folder, options.rows)
        laptop = Laptop(Path(name) / "state")
        try:
            upload(laptop, folder)
            for _ in range(options.rounds):
                for query, sql in QUERIES.items():
                    seconds, rows = by_athena(laptop, sql)
                    beside, wanted = by_duckdb(folder, sql)
                    if rows != wanted:
                        raise SystemExit(f"error: the sides differ in {query!r}\n  seen: {rows[:3]}, {wanted[:3]}")
                    ours.setdefault(query, []).append(seconds)
                    theirs.setdefault(query, []).append(beside)
        finally:
            laptop.stop()
    over = {
        query: [one - MOST * other for one, other in zip(ours[query], theirs[query], strict=True)] for query in QUERIES
    }
    machine.keep(
        "athena",
        {
            "rows": options.rows,
            "rounds": options.rounds,
            **machine.about(load),
            "athena_seconds": machine.summary(ours, 3),
            "duckdb_seconds": machine.summary(theirs, 3),
            f"seconds_over_{MOST}_times_duckdb": machine.summary(over, 3),
        },
    )


if __name__ == "__main__":
    main()
