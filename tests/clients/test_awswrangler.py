"""awswrangler (AWS SDK for pandas) on a local AWS: datasets, the catalog, queries. Expected rows are pandas' own."""

import datetime as dt

import awswrangler as wr
import pandas as pd
import pytest

FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "name": ["ann", "bob", None],
        "price": [1.5, 2.5, None],
        "day": [dt.date(2024, 1, day) for day in (1, 2, 3)],
        "at": pd.to_datetime(["2024-01-01 10:00:01", "2024-01-02 10:00:02", "2024-01-03 10:00:03"]),
        "ok": [True, False, True],
        "country": ["FR", "FR", "MT"],
    }
)

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.filterwarnings("ignore")]


def write(place, frame, mode="overwrite", **more):
    return wr.s3.to_parquet(
        frame,
        path=place.uri("sales/"),
        dataset=True,
        database=place.database,
        table="sales",
        partition_cols=["country"],
        mode=mode,
        **more,
    )


def read(place, sql, **more):
    """Rows as tuples, missing values as None."""
    settings = {"database": place.database, "ctas_approach": False, "s3_output": place.uri("results/"), **more}
    frame = wr.athena.read_sql_query(sql, **settings)
    return rows_of(frame)


def rows_of(frame):
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False)]


def ids_by_country(place):
    return read(place, "SELECT country, id FROM sales ORDER BY country, id")


def test_a_dataset_is_a_table_that_is_read_back(place):
    write(place, FRAME)
    back = wr.s3.read_parquet_table(database=place.database, table="sales")
    assert rows_of(back.sort_values("id")) == rows_of(FRAME)


@pytest.mark.parametrize("more", [{}, {"chunksize": None}])
def test_a_query_gives_the_rows_in_their_types(place, more):
    write(place, FRAME)
    assert read(place, "SELECT * FROM sales ORDER BY id", **more) == rows_of(FRAME)


def test_a_query_in_chunks(place):
    write(place, FRAME)
    chunks = wr.athena.read_sql_query(
        "SELECT id FROM sales",
        database=place.database,
        ctas_approach=False,
        s3_output=place.uri("results/"),
        chunksize=2,
    )
    assert [len(chunk) for chunk in chunks] == [2, 1]


def test_named_parameters(place):
    write(place, FRAME)
    assert read(place, "SELECT id FROM sales WHERE name = :name", params={"name": "bob"}) == [(2,)]


def test_a_whole_table(place):
    wr.s3.to_csv(
        FRAME[["id", "name"]],
        path=place.uri("c/"),
        dataset=True,
        database=place.database,
        table="c",
        index=False,
    )
    frame = wr.athena.read_sql_table("c", database=place.database, ctas_approach=False, s3_output=place.uri("results/"))
    assert rows_of(frame.sort_values("id")) == rows_of(FRAME[["id", "name"]])


def test_json_lines(place):
    wr.s3.to_json(
        FRAME[["id", "name"]],
        path=place.uri("j/"),
        dataset=True,
        database=place.database,
        table="j",
        index=False,
        orient="records",
        lines=True,
    )
    assert read(place, "SELECT id, name FROM j ORDER BY id") == rows_of(FRAME[["id", "name"]])


def test_append_overwrite_and_overwrite_partitions(place):
    write(place, FRAME)
    write(place, FRAME[FRAME.id == 1].assign(id=10, country="DE"), "append")
    assert ids_by_country(place) == [("DE", 10), ("FR", 1), ("FR", 2), ("MT", 3)]
    write(place, FRAME[FRAME.country == "MT"].assign(id=30), "overwrite_partitions")
    assert ids_by_country(place) == [("DE", 10), ("FR", 1), ("FR", 2), ("MT", 30)]
    write(place, FRAME)
    assert ids_by_country(place) == [("FR", 1), ("FR", 2), ("MT", 3)]


def test_a_new_column_is_added_to_the_table(place):
    write(place, FRAME)
    write(place, FRAME.assign(extra=7), "append")
    types = wr.catalog.get_table_types(place.database, "sales")
    assert types["extra"] == "bigint"
    counted = read(place, "SELECT extra, count(*) FROM sales GROUP BY 1 ORDER BY 1")
    assert counted == [(7, 3), (None, 3)]


def test_the_catalog(place):
    write(place, FRAME)
    table = {"database": place.database, "table": "sales"}
    assert wr.catalog.does_table_exist(**table)
    assert wr.catalog.get_table_location(**table) == place.uri("sales/")
    assert wr.catalog.get_table_types(**table) == {
        "id": "bigint",
        "name": "string",
        "price": "double",
        "day": "date",
        "at": "timestamp",
        "ok": "boolean",
        "country": "string",
    }
    assert wr.catalog.get_partitions(**table) == {
        place.uri("sales/country=FR/"): ["FR"],
        place.uri("sales/country=MT/"): ["MT"],
    }
    wr.catalog.upsert_table_parameters({"owner": "me"}, **table)
    assert wr.catalog.get_table_parameters(**table)["owner"] == "me"
    wr.catalog.add_column(**table, column_name="late", column_type="string", column_comment="after")
    assert wr.catalog.get_columns_comments(**table)["late"] == "after"
    wr.catalog.delete_column(**table, column_name="late")
    assert "late" not in wr.catalog.get_table_types(**table)
    assert place.database in list(wr.catalog.databases().Database)
    assert [each["Name"] for each in wr.catalog.get_tables(database=place.database)] == ["sales"]
    assert wr.catalog.delete_table_if_exists(**table)
    assert not wr.catalog.does_table_exist(**table)
    wr.catalog.delete_database(place.database)


def test_files_that_are_there_become_a_table(place):
    write(place, FRAME)
    columns, keys, partitions = wr.s3.store_parquet_metadata(
        place.uri("sales/"), database=place.database, table="found", dataset=True
    )
    assert (set(columns), keys) == (set(FRAME.columns) - {"country"}, {"country": "string"})
    assert sorted(partitions.values()) == [["FR"], ["MT"]]
    assert read(place, "SELECT count(*) FROM found WHERE country = 'FR'") == [(2,)]


def test_a_table_and_its_partitions_by_hand(place):
    wr.catalog.create_parquet_table(
        database=place.database,
        table="hand",
        path=place.uri("sales/"),
        columns_types={"id": "bigint"},
        partitions_types={"country": "string"},
    )
    write(place, FRAME)
    assert read(place, "SELECT count(*) FROM hand") == [(0,)]
    wr.catalog.add_parquet_partitions(
        database=place.database, table="hand", partitions_values={place.uri("sales/country=MT/"): ["MT"]}
    )
    assert read(place, "SELECT country, id FROM hand") == [("MT", 3)]


def test_a_failing_query_raises_its_reason(place):
    with pytest.raises(wr.exceptions.QueryFailed, match="TABLE_NOT_FOUND"):
        read(place, "SELECT * FROM no_such_table")


def test_the_bucket_for_results_is_made(place):
    assert wr.athena.create_athena_bucket().startswith("s3://aws-athena-query-results-")
    assert read(place, "SELECT 1", s3_output=None) == [(1,)]
