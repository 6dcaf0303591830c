"""One declaration of a table's columns, and what comes of it."""

import pytest
from lakejobs.schema import Schema, SchemaError
from pyspark.sql.types import DateType, DecimalType, IntegerType, LongType, StringType, StructField, StructType

SALES = Schema({"country": "string", "day": "date", "orderId": "bigint", "units": "int", "price": "decimal(10,2)"})


def test_spark_gets_its_types():
    assert SALES.spark == StructType(
        [
            StructField("country", StringType()),
            StructField("day", DateType()),
            StructField("orderId", LongType()),
            StructField("units", IntegerType()),
            StructField("price", DecimalType(10, 2)),
        ]
    )


def test_spark_calls_every_type_as_the_declaration_does():
    kinds = "string boolean tinyint smallint int bigint float double date timestamp binary decimal(38,18)".split()
    schema = Schema({f"c{number}": kind for number, kind in enumerate(kinds)}).spark
    assert [field.dataType.simpleString() for field in schema] == kinds


def test_spark_reads_the_ddl_as_the_same_schema(spark):
    assert spark.createDataFrame([], SALES.ddl).schema == SALES.spark


def test_the_catalog_gets_names_and_types():
    assert SALES.only(["day", "price"]).catalog == [
        {"Name": "day", "Type": "date"},
        {"Name": "price", "Type": "decimal(10,2)"},
    ]


def test_dynamic_frames_call_some_types_otherwise():
    assert SALES.dynamic == {
        "country": "string",
        "day": "date",
        "orderId": "long",
        "units": "int",
        "price": "decimal(10,2)",
    }


def test_parts_keep_their_order():
    assert SALES.without("day", "units").names == ["country", "orderId", "price"]
    assert SALES.only(["price", "country"]).items() == [("price", "decimal(10,2)"), ("country", "string")]
    assert SALES.only(["day"]).with_columns({"reason": "string"}).names == ["day", "reason"]
    assert SALES.lower().names[2] == "orderid"


def test_the_order_of_columns_is_a_part_of_a_schema():
    assert Schema(dict(SALES.items())) == SALES
    assert Schema({"a": "int", "b": "int"}) != Schema({"b": "int", "a": "int"})


@pytest.mark.parametrize("kind", ["long", "varchar", "decimal", "decimal(39,2)", "decimal(2,3)", "INT", "", "int "])
def test_a_type_that_there_is_not_is_refused(kind):
    with pytest.raises(SchemaError, match=r"^error: the column a is declared as '"):
        Schema({"a": kind})


def test_files_with_all_columns_pass_whatever_else_they_have():
    SALES.check(SALES.with_columns({"more": "string"}).spark, "s3://b/t/", "correct it")


def test_columns_that_files_lack_or_have_otherwise_are_named():
    found = SALES.without("day").with_columns({"units": "string"}).spark
    with pytest.raises(SchemaError) as error:
        SALES.check(found, "s3://b/t/", "run the job before")
    assert str(error.value) == (
        "error: the files in s3://b/t/ have not the columns that are read\n"
        "  seen: missing: day date; retyped: units string, not int; "
        "found: country string, orderId bigint, units string, price decimal(10,2)\n"
        "  next: run the job before"
    )
