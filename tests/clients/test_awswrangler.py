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


@pytest.mark.parametrize("way", ["csv", "ctas", "unload"])
def test_a_query_gives_the_rows_in_their_types_three_ways(local_aws, place, way):
    write(place, FRAME)
    given = {"ctas_approach": way == "ctas", "unload_approach": way == "unload"}
    rows = read(place, "SELECT * FROM sales", **given, s3_output=place.uri(f"{way}/"), keep_files=False)
    assert sorted(rows, key=lambda row: row[0]) == rows_of(FRAME)
    assert [each["Name"] for each in wr.catalog.get_tables(database=place.database)] == ["sales"]
    assert local_aws.keys(place.bucket, f"{way}/") == []


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


def test_parameters_of_the_service(place):
    write(place, FRAME)
    assert read(place, "SELECT id FROM sales WHERE name = ?", params=["bob"], paramstyle="qmark") == [(2,)]


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


def test_partitions_are_found_by_repair(place):
    write(place, FRAME)
    wr.catalog.create_parquet_table(
        database=place.database,
        table="hand",
        path=place.uri("sales/"),
        columns_types={"id": "bigint"},
        partitions_types={"country": "string"},
    )
    assert wr.athena.repair_table("hand", database=place.database, s3_output=place.uri("results/")) == "SUCCEEDED"
    assert sorted(wr.catalog.get_partitions(place.database, "hand").values()) == [["FR"], ["MT"]]
    assert read(place, "SELECT id FROM hand WHERE country = 'FR' ORDER BY id") == [(1,), (2,)]


def test_partitions_are_chosen_by_an_expression_and_deleted(place):
    write(place, FRAME)
    table = {"database": place.database, "table": "sales"}
    chosen = wr.catalog.get_partitions(**table, expression="country = 'MT'")
    assert list(chosen.values()) == [["MT"]]
    wr.catalog.delete_partitions(**table, partitions_values=[["MT"]])
    assert list(wr.catalog.get_partitions(**table).values()) == [["FR"]]
    wr.catalog.delete_all_partitions(**table)
    assert wr.catalog.get_partitions(**table) == {}


def test_a_table_is_described(place):
    write(place, FRAME)
    settings = {"database": place.database, "s3_output": place.uri("results/")}
    described = wr.athena.describe_table("sales", **settings)
    names = [name for name in described["Column Name"] if name in {*FRAME.columns}]
    assert names == [*FRAME.columns.drop("country"), "country"]
    assert "CREATE EXTERNAL TABLE" in wr.athena.show_create_table("sales", **settings)


def test_a_query_makes_a_table(place):
    write(place, FRAME)
    settings = {"database": place.database, "s3_output": place.uri("results/")}
    made = wr.athena.create_ctas_table(
        "SELECT id, country FROM sales", ctas_table="made", wait=True, partitioning_info=["country"], **settings
    )
    assert made["ctas_table"] == "made"
    assert wr.catalog.get_table_types(place.database, "made") == {"id": "bigint", "country": "string"}
    assert read(place, "SELECT id FROM made WHERE country = 'MT'") == [(3,)]


def test_a_query_is_unloaded(place):
    write(place, FRAME)
    wr.athena.unload("SELECT id, price FROM sales", path=place.uri("unloaded/"), database=place.database)
    frame = wr.s3.read_parquet(place.uri("unloaded/"), path_ignore_suffix=[".metadata", "-manifest.csv"])
    assert rows_of(frame.sort_values("id")) == rows_of(FRAME[["id", "price"]])


def test_versions_of_a_table(place):
    write(place, FRAME)
    write(place, FRAME.assign(extra=7), "append", catalog_versioning=True)
    versions = wr.catalog.get_table_versions(database=place.database, table="sales")
    assert len(versions) == wr.catalog.get_table_number_of_versions(database=place.database, table="sales") == 2


def test_a_failing_query_raises_its_reason(place):
    with pytest.raises(wr.exceptions.QueryFailed, match="TABLE_NOT_FOUND"):
        read(place, "SELECT * FROM no_such_table")


def test_the_bucket_for_results_is_made(place):
    assert wr.athena.create_athena_bucket().startswith("s3://aws-athena-query-results-")
    assert read(place, "SELECT 1", s3_output=None) == [(1,)]


def test_a_table_and_a_view_are_made_again_from_their_statements(place):
    write(place, FRAME)
    settings = {"database": place.database, "s3_output": place.uri("results/"), "wait": True}
    run = wr.athena.start_query_execution
    run('CREATE VIEW seen AS SELECT id, upper(name) AS "Name" FROM sales WHERE ok', **settings)
    wanted = read(place, "SELECT * FROM seen ORDER BY id")
    made = {name: wr.athena.generate_create_query(name, database=place.database) for name in ("sales", "seen")}
    run("DROP VIEW seen", **settings)
    run("DROP TABLE sales", **settings)
    for name in ("sales", "seen"):
        run(made[name], **settings)
    wr.athena.repair_table("sales", database=place.database, s3_output=place.uri("results/"))
    assert read(place, "SELECT * FROM seen ORDER BY id") == wanted
    assert wr.athena.generate_create_query("seen", database=place.database) == made["seen"]
