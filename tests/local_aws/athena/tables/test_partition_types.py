"""Types of partitions against the table's, and files of such partitions."""

import dataclasses

import pyarrow as pa
import pytest

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.tables.partition_types import differing, refuse_own_serde
from local_aws.athena.tables.relations import Table
from tests.local_aws.athena.tables.test_relations import JSON, LAZY, ORC, PARQUET, Files, entry

SHOP = {"DatabaseName": "Shop"}


def partition(*columns):
    described = [dict(zip(("Name", "Type"), column.split(" ", 1), strict=True)) for column in columns]
    return {"Values": ["2025", "04"], "StorageDescriptor": {"Columns": described}}


def compared(serde, columns, own, **parameters):
    told = {name.replace("__", "."): value for name, value in parameters.items()}
    return differing(
        Table.of(entry(serde, columns, ["year string", "month string"], (), told, **SHOP)), partition(*own)
    )


def test_the_text_is_that_of_public_reports():
    table = "array<struct<service:string,region:string,impact:struct<contribution:double>>>"
    own = "array<struct<service:string,impact:struct<contribution:double>>>"
    with pytest.raises(FailedQueryError) as failed:
        compared(JSON, ["id int", f"rootcauses {table}"], ["id int", f"rootCauses {own}"])
    assert str(failed.value) == (
        "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are "
        f"incompatible and cannot be coerced. The column 'rootcauses' in table 'shop.t' is declared as type '{table}', "
        f"but partition 'year=2025/month=04' declared column 'rootcauses' as type '{own}'."
    )


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        ("string", "int"), ("varchar(3)", "bigint"), ("tinyint", "string"), ("int", "bigint"), ("tinyint", "smallint"),
        ("float", "double"), ("double", "float"), ("decimal(4,2)", "decimal(10,2)"), ("decimal(4,2)", "double"),
        ("array<int>", "array<bigint>"), ("struct<a:int>", "struct<a:bigint,b:string>"), ("string", "varchar(9)"),
    ],
)  # fmt: skip
def test_types_that_may_differ(own, kind):
    assert compared(LAZY, [f"a {kind}"], [f"a {own}"]) == (("a", own),)


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        ("int", "double"), ("bigint", "int"), ("double", "int"), ("int", "decimal(10,0)"), ("string", "double"),
        ("string", "date"), ("date", "string"), ("boolean", "string"), ("timestamp", "string"), ("int", "array<int>"),
        ("array<bigint>", "array<int>"), ("struct<a:int,b:int>", "struct<b:int,a:int>"), ("map<string,int>", "string"),
    ],
)  # fmt: skip
def test_types_that_must_not_differ(own, kind):
    """The first one is that of a public report."""
    with pytest.raises(FailedQueryError, match=f"^HIVE_PARTITION_SCHEMA_MISMATCH: .* is declared as type '{kind[:3]}"):
        compared(LAZY, [f"a {kind}"], [f"a {own}"])


@pytest.mark.parametrize(
    ("serde", "parameters", "by_name"),
    [
        (PARQUET, {}, True), (PARQUET, {"parquet__column__index__access": "true"}, False), (ORC, {}, False),
        (ORC, {"orc__column__index__access": "false"}, True), (JSON, {}, False), (LAZY, {}, False),
    ],
)  # fmt: skip
def test_columns_are_compared_by_name_or_by_place(serde, parameters, by_name):
    arguments = serde, ["a int", "b date"], ["b date", "a int"]
    if by_name:
        assert compared(*arguments, **parameters) == ()
    else:
        with pytest.raises(FailedQueryError, match=r"column 'a' in table .* declared column 'b' as type 'date'"):
            compared(*arguments, **parameters)


def test_a_partition_may_have_fewer_columns_or_tell_none():
    assert compared(LAZY, ["a int", "b date"], ["a int"]) == ()
    assert differing(Table.of(entry(LAZY, ["a int"], ["year string", "month string"])), {"Values": ["1", "2"]}) == ()


@pytest.mark.parametrize(
    ("library", "parameters", "what"),
    [
        (JSON, {}, f"the SerDe {JSON}"), (LAZY, {}, "the setting field.delim"),
        (LAZY, {"field.delim": ";"}, "the setting field.delim"),
        (LAZY, {"field.delim": ",", "escape.delim": "\\"}, "the setting escape.delim"),
    ],
)  # fmt: skip
def test_a_partition_with_a_serde_of_its_own_is_refused(library, parameters, what):
    table = Table.of(entry(LAZY, ["a int"], ["year string", "month string"], (), {"field.delim": ","}))
    own = partition("a int")
    own["StorageDescriptor"]["SerdeInfo"] = {"SerializationLibrary": library, "Parameters": parameters}
    with pytest.raises(RefusedQueryError, match=f"^NOT_SUPPORTED: {what}.* of the partition 2025/04"):
        refuse_own_serde(table, own)


def test_what_a_partitions_serde_says_as_the_tables_or_in_vain_is_taken():
    table = Table.of(entry(LAZY, ["a int"], ["year string", "month string"], (), {"field.delim": ","}))
    own = partition("a int")
    refuse_own_serde(table, own)
    told = {"field.delim": ",", "serialization.format": "1", "paths": "a"}
    own["StorageDescriptor"]["SerdeInfo"] = {"SerializationLibrary": LAZY, "Parameters": told}
    refuse_own_serde(table, own)


def test_files_of_a_partition_have_its_types_and_are_read_as_the_tables(tmp_path):
    files = Files(tmp_path).add("p=1/a.parquet", pa.table({"a": pa.array([1], pa.int32())}), "1")
    files.add("p=2/b.parquet", pa.table({"a": ["7", "x"]}), "2")
    files.sources[0] = dataclasses.replace(files.sources[0], types=(("a", "int"),))
    assert files.rows(entry(PARQUET, ["a string"], ["p int"])) == [["1", "1"], ["7", "2"], ["x", "2"]]
    files.sources = [dataclasses.replace(files.sources[1], types=(("a", "string"),))]
    assert files.rows(entry(PARQUET, ["a int"], ["p int"])) == [["7", "2"], [None, "2"]]
    files.sources = [dataclasses.replace(files.sources[0], types=(("a", "bigint"),))]
    with pytest.raises(
        FailedQueryError, match=r"^HIVE_BAD_DATA: Malformed Parquet file\..* incompatible with type bigint"
    ):
        files.rows(entry(PARQUET, ["a string"], ["p int"]))
