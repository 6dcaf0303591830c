"""The gold queries on silver tables, against DuckDB; what is said of a query that cannot be asked; the catalog."""

import sys
from pathlib import Path

import boto3
import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from samples import store
from tests.store_judge import GOLD, judge, rows

QUERIES = Path(__file__).parents[3] / "glue_scripts" / "store" / "gold"


@pytest.fixture(scope="module")
def silver(spark, tmp_path_factory):
    """A judge of generated files, whose silver tables Spark knows too."""
    folder = tmp_path_factory.mktemp("bronze")
    store.write(folder, 400, 7)
    expected = judge(folder)
    for source in store.SOURCES:
        file = str(folder / f"silver_{source}.parquet")
        expected.execute(f"copy silver_{source} to '{file}' (format parquet)")
        spark.read.parquet(file).createOrReplaceTempView(f"silver_{source}")
    return expected


def answer(spark, name):
    import gold

    text = (QUERIES / f"{name}.sql").read_text().strip().removesuffix(";")
    return gold.ask(spark, text, name, [])


def test_each_query_is_judged():
    assert {path.stem for path in QUERIES.glob("*.sql")} == set(GOLD)


@pytest.mark.parametrize("name", GOLD)
def test_a_query_gives_what_duckdb_gives(spark, silver, name):
    assert sorted(tuple(row) for row in answer(spark, name).collect()) == rows(silver, f"gold_{name}")


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("top_products_by_region", "string int string string bigint decimal(18,2)"),
        ("largest_stocks", "int int string string date int"),
        ("sales_by_rating", "int bigint bigint decimal(18,2) bigint"),
    ],
)
@pytest.mark.usefixtures("silver")
def test_the_types_of_the_answers_do_not_depend_on_the_rows(spark, name, types):
    assert [kind for _, kind in answer(spark, name).dtypes] == types.split()


@pytest.mark.parametrize("sql", ["SELECT nope FROM silver_sales", "SELECT FROM", "DROP TABLE silver_sales", ""])
@pytest.mark.usefixtures("silver")
def test_a_query_that_cannot_be_asked_is_told_with_what_there_is(spark, sql):
    import gold

    with pytest.raises(gold.GoldError) as caught:
        gold.ask(spark, sql, "mine", ["silver_sales"])
    assert "the query mine cannot be asked" in str(caught.value)
    assert "correct gold/mine.sql; the silver tables are silver_sales" in str(caught.value)


@pytest.mark.usefixtures("aws")
def test_a_query_is_found_by_name_and_one_that_is_not_there_is_said():
    import gold

    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="scripts-of-gold", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="scripts-of-gold", Key="gold/mine.sql", Body=b"-- one\nSELECT 1;\n")
    place = "s3://scripts-of-gold/gold/"
    assert gold.query(s3, place, "mine") == "-- one\nSELECT 1"
    for name in ("other", "../mine", ""):
        with pytest.raises(gold.GoldError):
            gold.query(s3, place, name)


@pytest.mark.usefixtures("aws")
def test_a_table_is_made_and_brought_to_other_columns():
    from lakejobs.catalog_tables import put_table
    from lakejobs.schema import Schema

    glue = boto3.client("glue")
    glue.create_database(DatabaseInput={"Name": "shop"})
    for columns in ({"a": "int"}, {"a": "bigint", "b": "decimal(18,2)"}):
        put_table(glue, "shop", "gold_mine", "s3://lake/gold/mine/", Schema(columns))
        found = glue.get_table(DatabaseName="shop", Name="gold_mine")["Table"]
        described = found["StorageDescriptor"]
        assert {one["Name"]: one["Type"] for one in described["Columns"]} == columns
        assert (described["Location"], found["Parameters"]["classification"]) == ("s3://lake/gold/mine/", "parquet")
