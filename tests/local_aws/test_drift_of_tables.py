"""`drift` of tables: what differs between files, catalog and partitions, and that Athena does what is said of it."""

# ruff: noqa: E501 - a table reads better with a case a line

import io
import json

import fastavro
import pyarrow as pa
import pytest
from pyarrow import orc, parquet

from local_aws.athena.tables.relations import Table
from local_glue.drift import files, partitions, running, samples
from local_glue.drift.differences import FAILS, HARMLESS, WRONG, grouped
from tests.local_aws.aws_server import unique
from tests.local_aws.tasks import aws_of

SERDES = {
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "orc": "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "avro": "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    "json": "org.openx.data.jsonserde.JsonSerDe",
    "hivejson": "org.apache.hive.hcatalog.data.JsonSerDe",
    "csv": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "opencsv": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
}
AVRO = {int: "long", float: "double", str: "string"}
ARROW = {int: pa.int64(), float: pa.float64(), str: pa.string()}


@pytest.fixture
def aws(local_aws, monkeypatch):
    return aws_of(local_aws, monkeypatch)


@pytest.fixture(scope="module")
def database(local_aws):
    name = unique("drift_")
    local_aws.client("glue").create_database(DatabaseInput={"Name": name})
    return name


def content(form, rows):
    """A file of rows, which are mappings of the same keys."""
    names = list(rows[0])
    if form in ("csv", "opencsv"):
        return "".join(",".join(map(str, line)) + "\n" for line in [names, *(row.values() for row in rows)]).encode()
    if form == "json":
        return "".join(json.dumps(row) + "\n" for row in rows).encode()
    sink = io.BytesIO()
    if form == "avro":
        fields = [{"name": name, "type": AVRO[type(value)]} for name, value in rows[0].items()]
        fastavro.writer(sink, {"type": "record", "name": "r", "fields": fields}, rows)
        return sink.getvalue()
    schema = pa.schema([(name, ARROW[type(value)]) for name, value in rows[0].items()])
    table = pa.Table.from_pylist(rows, schema)
    parquet.write_table(table, sink) if form == "parquet" else orc.write_table(table, sink)
    return sink.getvalue()


def storage(location, form, columns, **parameters):
    listed = [{"Name": name, "Type": kind} for name, kind in (pair.split() for pair in columns.split(", "))]
    more = {"field.delim": ","} if form == "csv" else {}
    serde = {"SerializationLibrary": SERDES[form], "Parameters": {**more, **parameters}}
    return {"Location": location, "Columns": listed, "SerdeInfo": serde}


def make(local_aws, database, form, columns, body, *, skip="1", keys=()):
    """A table with one file; its name, bucket."""
    bucket, name = local_aws.bucket(), unique("t")
    local_aws.put(bucket, "t/file", body)
    entry = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": storage(f"s3://{bucket}/t/", form, columns),
    }
    entry["Parameters"] = {"skip.header.line.count": skip} if form in ("csv", "opencsv") and skip else {}
    entry["PartitionKeys"] = [{"Name": key, "Type": "string"} for key in keys]
    local_aws.client("glue").create_table(DatabaseName=database, TableInput=entry)
    return name, bucket


def differences(aws, database, name):
    entry = dict(aws.glue.get_table(DatabaseName=database, Name=name)["Table"])
    table, there = Table.of(entry), samples.choose(aws, entry, 20)
    found = [*files.of_places(table, samples.read(aws, there.files)), *partitions.of_places(table, there.partitions)]
    return [one.difference for one in grouped(found)]


def compared(local_aws, aws, database, name):
    """What is told, after it is seen that Athena fails just where that is told, and with what is told."""
    found = differences(aws, database, name)
    fails = [one.athena for one in found if one.query == FAILS]
    status = local_aws.query(f"SELECT * FROM {name}", database)["Status"]
    assert status["State"] == ("FAILED" if fails else "SUCCEEDED"), (status, found)
    if fails:
        assert any(one.partition(" (offset")[0] in status["StateChangeReason"] for one in fails), (status, fails)
    return {(one.kind, one.column, one.query) for one in found}


A, B = {"a": 1, "b": "x"}, {"b": "x", "a": 1}
CASES = [
    ("parquet", "a bigint, b string", A, set(), [["1", "x"]]),
    ("parquet", "a bigint, b string", {**A, "c": 2}, {("added", "c", HARMLESS)}, [["1", "x"]]),
    ("parquet", "a bigint, b string, c int", A, {("removed", "c", WRONG)}, [["1", "x", None]]),
    ("parquet", "a bigint, b string", B, {("moved", "a, b", HARMLESS)}, [["1", "x"]]),
    ("parquet", "a bigint, b string", {"a": "1", "b": "x"}, {("retyped", "a", FAILS)}, None),
    ("parquet", "a int, b string", A, {("retyped", "a", HARMLESS)}, [["1", "x"]]),
    ("parquet", "a double, b string", A, {("retyped", "a", FAILS)}, None),
    ("orc", "a bigint, b string", A, set(), [["1", "x"]]),
    ("orc", "a bigint, b string", {**A, "c": 2}, {("added", "c", HARMLESS)}, [["1", "x"]]),
    ("orc", "a bigint, b string, c int", A, {("removed", "c", WRONG)}, [["1", "x", None]]),
    ("orc", "a bigint, b bigint", {"b": 2, "a": 1}, {("moved", "a, b", WRONG)}, [["2", "1"]]),
    ("orc", "a bigint, b string", B, {("moved", "a, b", WRONG), ("retyped", "a", FAILS), ("retyped", "b", FAILS)}, None),
    ("orc", "a bigint, b string", {"a": "1", "b": "x"}, {("retyped", "a", FAILS)}, None),
    ("avro", "a bigint, b string", A, set(), [["1", "x"]]),
    ("avro", "a bigint, b string", {**A, "c": 2}, {("added", "c", HARMLESS)}, [["1", "x"]]),
    ("avro", "a bigint, b string, c int", A, {("removed", "c", WRONG)}, [["1", "x", None]]),
    ("avro", "a bigint, b string", B, {("moved", "a, b", HARMLESS)}, [["1", "x"]]),
    ("avro", "a bigint, b string", {"a": "1", "b": "x"}, {("retyped", "a", FAILS)}, None),
    ("json", "a bigint, b string", A, set(), [["1", "x"]]),
    ("json", "a bigint, b string", {**A, "c": 2}, {("added", "c", HARMLESS)}, [["1", "x"]]),
    ("json", "a bigint, b string, c int", A, {("removed", "c", WRONG)}, [["1", "x", None]]),
    ("json", "a bigint, b string", B, set(), [["1", "x"]]),
    ("json", "a bigint, b string", {"a": "one", "b": "x"}, {("retyped", "a", FAILS)}, None),
    ("json", "a map<string,double>, b string", {"a": {"x.y": 1.5}, "b": "x"}, set(), [["{x.y=1.5}", "x"]]),
    ("json", "a map<string,double>, b string", {"a": {"x": "?"}, "b": "x"}, {("retyped", "a", FAILS)}, None),
    ("json", "a map<string,double>, b string", A, {("retyped", "a", FAILS)}, None),
    ("csv", "a bigint, b string", A, set(), [["1", "x"]]),
    ("csv", "a bigint, b string", {**A, "c": 2}, {("added", "c", HARMLESS)}, [["1", "x"]]),
    ("csv", "a bigint, b string, c int", A, {("removed", "c", WRONG)}, [["1", "x", None]]),
    ("csv", "a bigint, b bigint", {"b": 2, "a": 1}, {("moved", "a, b", WRONG)}, [["2", "1"]]),
    ("csv", "a bigint, b bigint", {"c": 3, "a": 1, "b": 2}, {("added", "c", WRONG), ("moved", "a, b", WRONG)}, [["3", "1"]]),
    ("csv", "a bigint, b string", {"a": 1.5, "b": "x"}, {("retyped", "a", WRONG)}, [["1", "x"]]),
    ("opencsv", "a bigint, b string", A, set(), [["1", "x"]]),
    ("opencsv", "a bigint, b string", {"a": 1.5, "b": "x"}, {("retyped", "a", FAILS)}, None),
]  # fmt: skip


@pytest.mark.parametrize(("form", "columns", "row", "told", "rows"), CASES)
def test_what_differs_is_told_as_athena_has_it(local_aws, aws, database, form, columns, row, told, rows):
    name, _bucket = make(local_aws, database, form, columns, content(form, [row, row]))
    assert compared(local_aws, aws, database, name) == told
    if rows is not None:
        assert local_aws.rows(f"SELECT * FROM {name}", database) == rows * 2


@pytest.mark.parametrize(
    ("form", "body", "query"),
    [
        ("parquet", "csv", FAILS),
        ("orc", "csv", FAILS),
        ("parquet", "json", FAILS),
        ("json", "csv", WRONG),
        ("hivejson", "csv", FAILS),
        ("csv", "json", WRONG),
    ],
)
def test_a_file_of_another_format_is_told(local_aws, aws, database, form, body, query):
    name, _bucket = make(local_aws, database, form, "a bigint, b string", content(body, [A, A]))
    found = differences(aws, database, name)
    assert [(one.kind, one.query) for one in found] == [("format", query)]
    status = local_aws.query(f"SELECT * FROM {name}", database)["Status"]
    assert status["State"] == ("FAILED" if query == FAILS else "SUCCEEDED")
    assert query != FAILS or status["StateChangeReason"].startswith(found[0].athena.partition(":")[0])


def test_a_header_that_is_read_as_a_row_is_told(local_aws, aws, database):
    name, _bucket = make(local_aws, database, "csv", "a bigint, b string", content("csv", [A, A]), skip="")
    assert compared(local_aws, aws, database, name) == {("header", "", WRONG)}
    assert local_aws.rows(f"SELECT * FROM {name}", database)[0] == [None, "b"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("a bigint, b string", set()),
        ("a double, b string", {("retyped", "a", FAILS)}),
        ("a string, b string", {("retyped", "a", HARMLESS), ("retyped", "a", FAILS)}),
        ("a int, b string", {("retyped", "a", HARMLESS)}),
        ("a bigint, b string, c int", {("added", "c", HARMLESS)}),
    ],
)
def test_a_partition_is_held_against_its_table(local_aws, aws, database, columns, told):
    row = {"a": 1, "b": "x"}
    name, bucket = make(local_aws, database, "parquet", "a bigint, b string", content("parquet", [row]), keys=["day"])
    part = {"Values": ["1"], "StorageDescriptor": storage(f"s3://{bucket}/t/", "parquet", columns)}
    aws.glue.create_partition(DatabaseName=database, TableName=name, PartitionInput=part)
    found = differences(aws, database, name)
    assert {(one.kind, one.column, one.query) for one in found} == told
    status = local_aws.query(f"SELECT * FROM {name}", database)["Status"]
    assert status["State"] == ("FAILED" if any(FAILS in one for one in told) else "SUCCEEDED")
    if any(FAILS in one for one in told):
        assert status["StateChangeReason"] == found[0].athena
        is_mismatch = found[0].athena.startswith("HIVE_PARTITION_SCHEMA_MISMATCH")
        assert is_mismatch == columns.startswith("a double")


def test_it_is_shown_with_the_files(local_aws, aws, database, capsys):
    name, bucket = make(local_aws, database, "parquet", "a bigint, b string", content("parquet", [A]))
    for number in range(3):
        local_aws.put(bucket, f"t/{number}", content("parquet", [{"a": "1", "b": "x"}]))
    assert running.show(aws, [(database, name)], 20) is True
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{database}.{name} parquet; looked at 4 of 4 files"
    assert lines[1].startswith(f"  retyped a: string in the file, bigint in the catalog (s3://{bucket}/t/")
    assert lines[1].endswith(" and 2 more)")
    assert lines[2].startswith(
        "    Athena fails: HIVE_BAD_DATA: Malformed Parquet file. Field a's type BINARY in parquet"
    )


def test_as_many_files_are_looked_at_as_asked_the_newest_among_them(local_aws, aws, database, capsys):
    name, bucket = make(local_aws, database, "parquet", "a bigint, b string", content("parquet", [A]))
    for number in range(6):
        local_aws.put(bucket, f"t/{number}", content("parquet", [A]))
    local_aws.put(bucket, "t/a-newest", content("parquet", [{**A, "c": 1}]))
    assert running.show(aws, [(database, name)], 2) is True
    assert "looked at 2 of 8 files" in capsys.readouterr().out


def test_what_agrees_is_said(local_aws, aws, database, capsys):
    name, _bucket = make(local_aws, database, "parquet", "a bigint, b string", content("parquet", [A]))
    assert running.show(aws, [(database, name)], 20) is False
    assert capsys.readouterr().out.endswith("  files and catalog agree\n")


def test_a_type_that_is_none_is_told(local_aws, aws, database, capsys):
    name, _bucket = make(local_aws, database, "parquet", "a int64, b string", content("parquet", [A]))
    assert running.show(aws, [(database, name)], 20) is True
    assert "Athena fails with HIVE_INVALID_METADATA" in capsys.readouterr().out
