"""ALTER TABLE: columns, properties, location, seen with Glue's GetTable."""

import pytest

from tests.local_aws.aws_server import unique

TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "


@pytest.fixture
def table(database):
    """A table of the columns a and b, partitioned by p."""
    name = unique("t_")
    database.run(
        f"CREATE EXTERNAL TABLE {name} (a int COMMENT 'first', b string) PARTITIONED BY (p string) "
        f"LOCATION 's3://{{bucket}}/{name}/' TBLPROPERTIES ('kept'='1')"
    )
    return name


def columns(database, table):
    return [" ".join(column.values()) for column in database.table(table)["StorageDescriptor"]["Columns"]]


def test_columns_are_added_after_the_others(database, table):
    database.run(f"ALTER TABLE {table} ADD COLUMNS (c array<int> COMMENT 'new', D date)")
    assert columns(database, table) == ["a int first", "b string", "c array<int> new", "d date"]
    assert database.table(table)["PartitionKeys"] == [{"Name": "p", "Type": "string"}]
    for name in ("a", "p"):
        assert database.failure(f"ALTER TABLE {table} ADD COLUMNS ({name} int)") == (
            f"{TASK}Duplicate column name: {name}"
        )


def test_columns_are_replaced(database, table):
    database.run(f"ALTER TABLE {table} REPLACE COLUMNS (b string, x double)")
    assert columns(database, table) == ["b string", "x double"]


def test_columns_of_some_formats_cannot_be_replaced(database):
    database.run(
        "CREATE EXTERNAL TABLE IF NOT EXISTS j (a int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' "
        "LOCATION 's3://{bucket}/j/'"
    )
    assert database.failure("ALTER TABLE j REPLACE COLUMNS (b int)") == (
        f"{TASK}Replacing columns is not supported for table {database.name}.j. SerDe may be incompatible."
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("a x bigint", ["x bigint first", "b string"]),
        ("a a int COMMENT 'other'", ["a int other", "b string"]),
        ("b b varchar(3) FIRST", ["b varchar(3)", "a int first"]),
        ("a a int AFTER b", ["b string", "a int first"]),
    ],
)
def test_a_column_is_changed(database, table, change, expected):
    database.run(f"ALTER TABLE {table} CHANGE COLUMN {change}")
    assert columns(database, table) == expected


def test_a_column_that_is_not_there_cannot_be_changed(database, table):
    assert database.failure(f"ALTER TABLE {table} CHANGE COLUMN z y int") == f"{TASK}Invalid column reference z"
    assert database.failure(f"ALTER TABLE {table} CHANGE COLUMN a b int") == f"{TASK}Duplicate column name: b"
    assert columns(database, table) == ["a int first", "b string"]


def test_properties_are_added(database, table):
    database.run(f"ALTER TABLE {table} SET TBLPROPERTIES ('orc.compress'='ZLIB', 'kept'='2')")
    parameters = database.table(table)["Parameters"]
    assert parameters.pop("transient_lastDdlTime").isdigit()
    assert parameters == {"EXTERNAL": "TRUE", "kept": "2", "orc.compress": "ZLIB"}
    assert database.lines(f"SHOW TBLPROPERTIES {table} ('kept')") == ["2"]


def test_a_table_is_given_another_place(database, table):
    database.run(f"ALTER TABLE {{db}}.{table} SET LOCATION 's3://{{bucket}}/elsewhere/'")
    assert database.table(table)["StorageDescriptor"]["Location"] == f"s3://{database.bucket}/elsewhere/"


@pytest.mark.parametrize("change", ["RENAME TO other", "DROP COLUMN a"])
def test_what_only_iceberg_tables_can_fails(database, table, change):
    assert database.failure(f"ALTER TABLE {table} {change}").startswith(TASK)


def test_an_absent_table_cannot_be_altered(database):
    assert database.failure("ALTER TABLE absent SET TBLPROPERTIES ('a'='b')") == (
        f"FAILED: SemanticException [Error 10001]: Table not found {database.name}.absent"
    )
