"""Partitions of the catalog: expressions, segments, pages, batches, errors."""

import datetime
from decimal import Decimal

import duckdb
import pytest

from local_aws.glue.catalog.filters import partition_filter
from local_aws.glue.model import GlueError
from tests.local_aws.aws_server import error_of, unique

KEYS = [
    {"Name": "country", "Type": "string"},
    {"Name": "year", "Type": "int"},
    {"Name": "day", "Type": "date"},
    {"Name": "price", "Type": "decimal(10,2)"},
    {"Name": "moment", "Type": "timestamp"},
]
ROWS = [
    ("de", "9", "2024-01-31", "9.5", "2024-01-31 10:00:00"),
    ("fr", "10", "2024-02-01", "10.25", "2024-02-01 00:00:00"),
    ("d%", "2024", "2023-12-31", "100", "2023-12-31 23:59:59"),
    ("__HIVE_DEFAULT_PARTITION__", "7", "2024-01-01", "0.1", "2024-01-01 00:00:00"),
]
EXPRESSIONS = [
    "country = 'de'",
    "country <> 'de'",
    "NOT country = 'de'",
    "country IS NULL",
    "country IS NOT NULL",
    "country LIKE 'd%'",
    "country LIKE '_r'",
    "country NOT LIKE 'd%'",
    "country IN ('de', 'fr')",
    "country NOT IN ('de')",
    "year > 9",
    "9 < year",
    "year >= 9 AND year <= 10",
    "year BETWEEN 9 AND 10",
    "year NOT BETWEEN 9 AND 10",
    "year IN (7, 2024)",
    "year = -9",
    "day >= date '2024-01-31'",
    "day < '2024-01-31'",
    "day BETWEEN '2024-01-01' AND '2024-01-31'",
    "price > 9.5",
    "price = 10.25 OR country = 'de'",
    "moment >= timestamp '2024-01-31 10:00:00'",
    "moment = '2024-02-01 00:00:00'",
    "(country = 'de' OR country = 'fr') AND NOT (year = 10)",
    "country = 'de' OR country IS NULL AND year = 7",
    "COUNTRY = 'de' and YEAR = 9",
    "NOT (country = 'de' AND year = 9)",
    "(country) = ('de')",
    "((year)) in ((9), (10))",
    "(moment) between (timestamp '2024-01-31 09:59:59.999999') and ('2024-01-31 10:00:00.000001')",
    "",
]


@pytest.fixture(scope="module")
def same_rows():
    """The rows in DuckDB, typed as the keys are: another way to ask."""
    db = duckdb.connect()
    db.execute("CREATE TABLE t (n int, country text, year int, day date, price decimal(10,2), moment timestamp)")
    for number, (country, *rest) in enumerate(ROWS):
        values = [number, None if country.startswith("__") else country, *rest]
        db.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", values)
    return db


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_lets_the_same_rows_pass_as_sql(same_rows, expression):
    wanted = same_rows.execute(f"SELECT n FROM t WHERE {expression or 'true'} ORDER BY n").fetchall()
    passes = partition_filter(expression, KEYS)
    assert [number for number, row in enumerate(ROWS) if passes(row)] == [number for (number,) in wanted]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("country = ", "Unsupported expression 'country = '"),
        ("upper(country) = 'DE'", "Unsupported expression 'upper(country) = 'DE''"),
        ("year + 1 = 10", "Unsupported expression 'year + 1 = 10'"),
        ("country ILIKE 'D%'", "Unsupported expression 'country ILIKE 'D%''"),
        ("year BETWEEN SYMMETRIC 10 AND 9", "Unsupported expression 'year BETWEEN SYMMETRIC 10 AND 9'"),
        ("1 = 1", "Unsupported expression '1 = 1'"),
        ("city = 'x'", "Column city of the expression is not a partition key of the table"),
        ("year = 'x'", "'x' is no value of the partition key year in \"year = 'x'\""),
        ("moment = '2024-02-01'", "'2024-02-01' is no value of the partition key moment in \"moment = '2024-02-01'\""),
        ("day = '2024-13-01'", "'2024-13-01' is no value of the partition key day in \"day = '2024-13-01'\""),
    ],
)
def test_what_is_not_understood_is_refused(expression, text):
    with pytest.raises(GlueError) as error:
        partition_filter(expression, KEYS)
    assert (error.value.code, error.value.message) == ("InvalidInputException", text)


def test_moments_are_compared_to_the_nanosecond():
    one = ("x", "1", "2024-01-01", "1", "2024-01-31 10:00:00.000000001")
    passes = partition_filter("moment > '2024-01-31 10:00:00' AND moment < '2024-01-31 10:00:00.000000002'", KEYS)
    assert (passes(one), passes((*one[:4], "2024-01-31 10:00:00"))) == (True, False)


def test_a_partition_whose_value_is_no_number_is_told_of():
    with pytest.raises(GlueError) as error:
        partition_filter("year = 2", KEYS)(("x", "int", "2024-01-01", "1", "2024-01-31 10:00:00"))
    assert (error.value.code, error.value.message) == ("InvalidStateException", '"int" is not an integer')


def test_a_key_whose_type_has_no_order_here_is_refused():
    with pytest.raises(GlueError, match="type double"):
        partition_filter("x = 1", [{"Name": "x", "Type": "double"}])


def test_values_are_compared_by_type_not_as_text():
    passes = partition_filter("d < date '2024-10-01' AND p >= 9.50", [KEYS[2] | {"Name": "d"}, KEYS[3] | {"Name": "p"}])
    assert passes((str(datetime.date(2024, 9, 1)), str(Decimal("10"))))


# On the server


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture
def where(glue):
    """A table with the keys year and month, and 12 partitions of 2024."""
    name = unique("db")
    glue.create_database(DatabaseInput={"Name": name})
    keys = [{"Name": "year", "Type": "int"}, {"Name": "month", "Type": "int"}]
    glue.create_table(DatabaseName=name, TableInput={"Name": "t", "PartitionKeys": keys})
    table = {"DatabaseName": name, "TableName": "t"}
    glue.batch_create_partition(**table, PartitionInputList=[partition("2024", str(month)) for month in range(1, 13)])
    return table


def partition(*values, **given):
    storage = {"Columns": [{"Name": "a", "Type": "int"}], "Location": "s3://b/" + "/".join(values)}
    return {"Values": list(values), "StorageDescriptor": storage, **given}


def months(partitions):
    return [entry["Values"][1] for entry in partitions]


def test_get_partitions_evaluates_its_expression(glue, where):
    found = glue.get_partitions(**where, Expression="year = 2024 AND month BETWEEN 9 AND 11")["Partitions"]
    assert months(found) == ["9", "10", "11"]


def test_segments_hold_every_partition_once(glue, where):
    parts = [
        months(glue.get_partitions(**where, Segment={"SegmentNumber": number, "TotalSegments": 3})["Partitions"])
        for number in range(3)
    ]
    assert sorted((month for part in parts for month in part), key=int) == [str(month) for month in range(1, 13)]


def test_pages_go_through_what_the_expression_lets_pass(glue, where):
    paginator = glue.get_paginator("get_partitions")
    pages = paginator.paginate(**where, Expression="month > 5", PaginationConfig={"PageSize": 3})
    assert [months(page["Partitions"]) for page in pages] == [["6", "7", "8"], ["9", "10", "11"], ["12"]]


def test_columns_can_be_left_out(glue, where):
    found = glue.get_partitions(**where, ExcludeColumnSchema=True)["Partitions"]
    assert {"Columns" in entry["StorageDescriptor"] for entry in found} == {False}


def test_a_partition_is_made_once_with_as_many_values_as_keys(glue, where):
    assert error_of(glue.create_partition, **where, PartitionInput=partition("2024", "1")) == (
        "AlreadyExistsException: Partition already exists."
    )
    assert error_of(glue.create_partition, **where, PartitionInput=partition("2024")) == (
        "InvalidInputException: The number of partition keys do not match the number of partition values"
    )
    assert error_of(glue.get_partition, **where, PartitionValues=["2025", "1"]) == (
        "EntityNotFoundException: Cannot find partition."
    )
    absent = {**where, "TableName": "no"}
    assert error_of(glue.get_partitions, **absent) == "EntityNotFoundException: Entity Not Found"
    assert error_of(glue.create_partition, **absent, PartitionInput=partition("1", "1")) == (
        "EntityNotFoundException: Entity Not Found"
    )


def test_an_update_may_change_the_values(glue, where):
    glue.update_partition(**where, PartitionValueList=["2024", "1"], PartitionInput=partition("2025", "1"))
    found = glue.get_partition(**where, PartitionValues=["2025", "1"])["Partition"]
    assert found["StorageDescriptor"]["Location"] == "s3://b/2025/1"
    assert error_of(glue.get_partition, **where, PartitionValues=["2024", "1"]).startswith("EntityNotFound")


def test_batches_answer_what_failed(glue, where):
    made = glue.batch_create_partition(**where, PartitionInputList=[partition("2024", "1"), partition("2025", "1")])
    assert [(entry["PartitionValues"], entry["ErrorDetail"]["ErrorCode"]) for entry in made["Errors"]] == [
        (["2024", "1"], "AlreadyExistsException")
    ]
    entries = [
        {"PartitionValueList": ["2025", "1"], "PartitionInput": partition("2025", "1", Parameters={"a": "1"})},
        {"PartitionValueList": ["2026", "1"], "PartitionInput": partition("2026", "1")},
    ]
    changed = glue.batch_update_partition(**where, Entries=entries)
    assert [entry["ErrorDetail"]["ErrorCode"] for entry in changed["Errors"]] == ["EntityNotFoundException"]
    asked = [{"Values": ["2025", "1"]}, {"Values": ["2026", "1"]}]
    got = glue.batch_get_partition(**where, PartitionsToGet=asked)
    assert [entry["Parameters"] for entry in got["Partitions"]] == [{"a": "1"}]
    assert got["UnprocessedKeys"] == [{"Values": ["2026", "1"]}]
    gone = glue.batch_delete_partition(**where, PartitionsToDelete=asked)
    assert [entry["PartitionValues"] for entry in gone["Errors"]] == [["2026", "1"]]
    assert len(glue.get_partitions(**where)["Partitions"]) == 12
    glue.delete_partition(**where, PartitionValues=["2024", "12"])
    assert len(glue.get_partitions(**where)["Partitions"]) == 11


def test_partition_indexes(glue, where):
    index = {"IndexName": "one", "Keys": ["year", "month"]}
    glue.create_partition_index(**where, PartitionIndex=index)
    assert glue.get_partition_indexes(**where)["PartitionIndexDescriptorList"] == [
        {
            "IndexName": "one",
            "Keys": [{"Name": "year", "Type": "int"}, {"Name": "month", "Type": "int"}],
            "IndexStatus": "ACTIVE",
        }
    ]
    assert error_of(glue.create_partition_index, **where, PartitionIndex=index).startswith("AlreadyExistsException: ")
    strange = {"IndexName": "two", "Keys": ["day"]}
    assert error_of(glue.create_partition_index, **where, PartitionIndex=strange).startswith("InvalidInputException: ")
    glue.delete_partition_index(**where, IndexName="one")
    assert glue.get_partition_indexes(**where)["PartitionIndexDescriptorList"] == []
    assert error_of(glue.delete_partition_index, **where, IndexName="one").startswith("EntityNotFoundException: ")
    for number in range(3):
        glue.create_partition_index(**where, PartitionIndex={"IndexName": f"n{number}", "Keys": ["year"]})
    fourth = {"IndexName": "n3", "Keys": ["year"]}
    assert error_of(glue.create_partition_index, **where, PartitionIndex=fourth).startswith(
        "ResourceNumberLimitExceededException: "
    )


def test_a_table_is_made_with_its_indexes_or_not_at_all(glue):
    database = unique("db")
    glue.create_database(DatabaseInput={"Name": database})
    given = {"Name": "t", "PartitionKeys": [{"Name": "year", "Type": "int"}]}
    bad = [{"IndexName": "i", "Keys": ["day"]}]
    assert error_of(glue.create_table, DatabaseName=database, TableInput=given, PartitionIndexes=bad).startswith(
        "InvalidInputException: "
    )
    assert glue.get_tables(DatabaseName=database)["TableList"] == []
