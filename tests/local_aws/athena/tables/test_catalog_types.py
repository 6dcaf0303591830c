"""Types of columns in the catalog, as public reports of Athena's errors and Hive's grammar have them."""

import pytest

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.sql.hive_types import engine_type
from local_aws.athena.tables.relations import Table
from tests.local_aws.athena.tables.test_relations import JSON, Files, entry


def kinds(*types):
    return Table.of(entry(JSON, [f"c{place} {kind}" for place, kind in enumerate(types)])).columns.values()


@pytest.mark.parametrize(
    "kind",
    [
        "integer", "int64", "long", "text", "decimal(24, 16)", "decimal(39,0)", "decimal(4,5)", "varchar", "varchar(0)",
        "varchar(65536)", "char(256)", "struct<>", "struct<a/b:string>", "struct<a-b:string>", "struct<a:int", "array",
        "array<int>>", "map<string>", "array< int>", "struct<a: int>", "struct<:int>", "int ", "array<integer>",
        "struct<a:struct<b:int64>>", "array<" * 200 + "int" + ">" * 200,
    ],
)  # fmt: skip
def test_a_type_that_is_none_fails_any_query_of_the_table(kind):
    table = entry(JSON, ["ok int", f"Bad {kind}"], DatabaseName="shop")
    with pytest.raises(FailedQueryError) as failed:
        Table.of(table)
    said = f"HIVE_INVALID_METADATA: Glue table 'shop.t' column 'Bad' has invalid data type: {kind[:200]}"
    assert str(failed.value) == said


def test_a_partition_key_has_a_type_too():
    with pytest.raises(FailedQueryError, match="Glue table 't' column 'p' has invalid data type: integer"):
        Table.of(entry(JSON, ["ok int"], ["p integer"]))


@pytest.mark.parametrize("kind", ["void", "uniontype<int,string>", "array<interval_day_time>"])
def test_types_of_hive_that_are_not_supported_are_refused_by_name(kind):
    with pytest.raises(RefusedQueryError, match=r"^NOT_SUPPORTED: the type .* of a column"):
        kinds(kind)


def test_capitals_do_not_matter_and_fields_have_their_signs(tmp_path):
    assert list(kinds("INT", "Decimal(9)", "ARRAY<Struct<A:VARCHAR(3)>>", "decimal")) == [
        "int", "decimal(9,0)", "array<struct<a:varchar(3)>>", "decimal(10,0)"
    ]  # fmt: skip
    for kind in kinds("struct<a.b:int,c$:string,d e:int,ü:int,1x:int,order:int>"):
        assert engine_type(kind) == 'STRUCT("a.b" INT, "c$" TEXT, "d e" INT, "ü" INT, "1x" INT, "order" INT)'
    files = Files(tmp_path).add("a.json", '{"s":{"a.b":1,"d e":2}}\n')
    assert files.rows(entry(JSON, ["s struct<a.b:int,d e:int>"])) == [["{a.b=1, d e=2}"]]


@pytest.mark.parametrize(("columns", "keys"), [(["a int", "P int"], ["p int"]), (["a int", "A string"], [])])
def test_a_column_that_comes_twice_fails_any_query_of_the_table(columns, keys):
    with pytest.raises(FailedQueryError) as failed:
        Table.of(entry(JSON, columns, keys))
    assert str(failed.value) == (
        "HIVE_INVALID_METADATA: Hive metadata for table t is invalid: Table descriptor contains duplicate columns"
    )
