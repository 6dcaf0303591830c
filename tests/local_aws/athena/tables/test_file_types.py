"""Types in files against those of the table: the whole matrix, each pair with a file of that type."""

import csv
import datetime
import decimal
import io
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import orc, parquet

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.tables.arrow_files import _avro
from local_aws.athena.tables.file_types import matrix
from local_aws.athena.tables.file_types.parquet import add_all, schemas
from local_aws.athena.tables.file_types.shapes import of_arrow
from local_aws.athena.tables.relations import Source
from tests.local_aws.athena.tables.test_relations import AVRO, ORC, PARQUET, Files, avro_file, entry

MOMENT = datetime.datetime.fromisoformat("2024-05-01T10:30:00.123456")
DAY = datetime.date(2024, 5, 1)
D = decimal.Decimal
INTEGERS = {"store_decimal_as_integer": True}
IN_PARQUET = {
    "BOOLEAN": (pa.bool_(), True, {}),
    "INT32": (pa.int32(), 7, {}),
    "INT32 DATE": (pa.date32(), DAY, {}),
    "INT32 DECIMAL": (pa.decimal128(5, 2), D("7.50"), INTEGERS),
    "INT32 WHOLE DECIMAL": (pa.decimal128(5, 0), D(7), INTEGERS),
    "INT64": (pa.int64(), 7, {}),
    "INT64 TIMESTAMP": (pa.timestamp("us"), MOMENT, {}),
    "INT64 DECIMAL": (pa.decimal128(12, 2), D("7.50"), INTEGERS),
    "INT64 WHOLE DECIMAL": (pa.decimal128(12, 0), D(7), INTEGERS),
    "INT64 TIME": (pa.time64("us"), MOMENT.time(), {}),
    "INT96": (pa.timestamp("ns"), MOMENT, {"use_deprecated_int96_timestamps": True}),
    "FLOAT": (pa.float32(), 7.5, {}),
    "DOUBLE": (pa.float64(), 7.5, {}),
    "BINARY": (pa.binary(), b"ab", {}),
    "BINARY STRING": (pa.string(), "ab", {}),
    "FIXED_LEN_BYTE_ARRAY": (pa.binary(2), b"ab", {}),
    "FIXED_LEN_BYTE_ARRAY DECIMAL": (pa.decimal128(22, 2), D("7.50"), {}),
    "FIXED_LEN_BYTE_ARRAY WHOLE DECIMAL": (pa.decimal128(12, 0), D(7), {}),
    "LIST": (pa.list_(pa.int64()), [7], {}),
}
NOT_WRITTEN = {"BINARY DECIMAL", "BINARY WHOLE DECIMAL"}
"""By pyarrow."""
IN_ORC = {
    "BOOLEAN": (pa.bool_(), True), "BYTE": (pa.int8(), 7), "SHORT": (pa.int16(), 7), "INT": (pa.int32(), 7),
    "LONG": (pa.int64(), 7), "FLOAT": (pa.float32(), 7.5), "DOUBLE": (pa.float64(), 7.5), "STRING": (pa.string(), "ab"),
    "BINARY": (pa.binary(), b"ab"), "DATE": (pa.date32(), DAY), "TIMESTAMP": (pa.timestamp("ns"), MOMENT),
    "DECIMAL": (pa.decimal128(9, 2), D("7.50")), "LIST": (pa.list_(pa.int64()), [7]),
}  # fmt: skip
IN_AVRO = {
    "boolean": ("boolean", True), "int": ("int", 7), "long": ("long", 7), "float": ("float", 7.5),
    "double": ("double", 7.5), "string": ("string", "ab"), "bytes": ("bytes", b"ab"),
    "date": ({"type": "int", "logicalType": "date"}, DAY),
    "timestamp": ({"type": "long", "logicalType": "timestamp-micros"}, MOMENT.replace(tzinfo=datetime.UTC)),
    "decimal": ({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}, D("7.50")),
    "LIST": ({"type": "array", "items": "long"}, [7]),
}  # fmt: skip
TABLE = {
    "boolean": "boolean", "tinyint": "tinyint", "smallint": "smallint", "int": "integer", "bigint": "bigint",
    "float": "real", "double": "double", "decimal(9,2)": "decimal(9,2)", "string": "varchar",
    "varchar(9)": "varchar(9)", "char(9)": "char(9)", "binary": "varbinary", "date": "date", "timestamp": "timestamp",
}  # fmt: skip
"""Types of tables, and what Athena's messages call them."""


def shown(value, how, kind):
    """A value as Athena shows it in a column of a type."""
    if how == "raw":
        return str(int(value.replace(tzinfo=datetime.UTC).timestamp()) * 1_000_000 + value.microsecond)
    if isinstance(value, bool):
        return "true"
    if isinstance(value, datetime.datetime):
        return "2024-05-01 10:30:00.123"
    if isinstance(value, str | bytes):
        return "61 62" if kind == "binary" else "ab"
    if kind in ("float", "double"):
        return str(float(value))
    return str(D(value).quantize(D("0.01"))) if kind == "decimal(9,2)" else str(value)


def written(folder, form, in_file):
    """Files of one with a column for each of the table's types, all of one type."""
    path = folder / f"a.{form}"
    if form == "avro":
        kind, value = IN_AVRO[in_file]
        fields = [{"name": f"c{place}", "type": kind} for place in range(len(TABLE))]
        record = {field["name"]: value for field in fields}
        path.write_bytes(avro_file({"type": "record", "name": "R", "fields": fields}, [record]))
    else:
        kind, value, *options = (IN_PARQUET if form == "parquet" else IN_ORC)[in_file]
        columns = {f"c{place}": pa.array([value], kind) for place in range(len(TABLE))}
        if form == "parquet":
            parquet.write_table(pa.table(columns), path, **options[0])
        else:
            orc.write_table(pa.table(columns), path)
    return Files(folder).add(f"a.{form}", path.read_bytes()), value


def looked_at(files, form):
    """What queries of the columns of a file fail with."""
    source = files.sources[0]
    columns = matrix.Columns(form, {f"c{place}": kind for place, kind in enumerate(TABLE)})
    if form == "parquet":
        rows = duckdb.sql(schemas(f"['{source.path}']")).fetchall()
        add_all(columns, rows, [source])
    else:
        schema = orc.ORCFile(source.path).schema if form == "orc" else _avro(source.path).schema
        columns.add(of_arrow(schema, form), source.uri, source.size, {})
    return columns.wrong


SERDES = {"parquet": PARQUET, "orc": ORC, "avro": AVRO}
PAIRS = [(form, one) for form, known in (("parquet", IN_PARQUET), ("orc", IN_ORC), ("avro", IN_AVRO)) for one in known]


@pytest.mark.parametrize(("form", "in_file"), PAIRS)
def test_what_is_read_as_what_and_what_fails(tmp_path, form, in_file):
    files, value = written(tmp_path, form, in_file)
    table = entry(SERDES[form], [f"c{place} {kind}" for place, kind in enumerate(TABLE)])
    hows = {kind: matrix.rows().get((form, in_file, kind.partition("(")[0])) for kind in TABLE}
    read = [f"c{place}" for place, kind in enumerate(TABLE) if hows[kind]]
    expected = [shown(value, hows[kind], kind) for kind in TABLE if hows[kind]]
    if read:
        assert files.rows(table, f"SELECT {', '.join(read)} FROM t") == [expected]
    uri = f"s3://b/t/a.{form}"
    physical = in_file.partition(" ")[0] if in_file != "LIST" else "LIST"
    wrong = [(place, name) for place, (kind, name) in enumerate(TABLE.items()) if not hows[kind]]
    failures = looked_at(files, form)
    for place, name in wrong:
        if form == "parquet":
            known = f"optional group c{place}" if in_file == "LIST" else physical
            said = f"Malformed Parquet file. Field c{place}'s type {known} in parquet file {uri} is incompatible with "
            said += f"type {name} defined in table schema"
        elif form == "orc":
            size = files.sources[0].size
            said = (
                f"Error opening Hive split {uri} (offset=0, length={size}): Malformed ORC file. Cannot read SQL type "
            )
            said += f"'{name}' from ORC stream '.c{place}' of type {physical} with attributes {{}} [{uri}]"
        else:
            said = f"the type {in_file} of the column c{place} in {uri} is incompatible with type {name} defined in "
            said += "table schema"
        assert failures.pop(f"c{place}") == f"HIVE_BAD_DATA: {said}"
    assert failures == {}
    with pytest.raises(FailedQueryError) as failed:
        files.rows(table, f"SELECT c{wrong[-1][0]} FROM t")
    assert str(failed.value) == f"HIVE_BAD_DATA: {said}"


def test_the_matrix_has_a_source_for_each_row_and_a_file_for_each_type():
    text = Path(matrix.__file__).with_name("matrix.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert all(row["source"] and row["how"] in matrix._ORDER for row in rows)
    assert {(row["format"], row["in_file"]) for row in rows} <= {*PAIRS, *(("parquet", one) for one in NOT_WRITTEN)}
    assert {kind for row in rows for kind in row["in_table"].split()} == {kind.partition("(")[0] for kind in TABLE}


@pytest.mark.parametrize(
    ("in_file", "in_table"),
    [
        ("INT64", "string"), ("INT64", "double"), ("INT32 DATE", "string"), ("DOUBLE", "int"), ("DOUBLE", "float"),
        ("BINARY STRING", "int"), ("BINARY STRING", "bigint"), ("BINARY STRING", "boolean"),
        ("BINARY STRING", "timestamp"),
    ],
)  # fmt: skip
def test_what_public_reports_say_that_athena_does_not_read(in_file, in_table):
    assert ("parquet", in_file, in_table) not in matrix.rows()


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1])
def test_a_value_that_does_not_fit_fails_the_query(files, value):
    files.add("a.parquet", pa.table({"a": [value], "d": pa.array([D("12345.678")], pa.decimal128(9, 3))}))
    table = entry(PARQUET, ["a int", "d decimal(4,1)"])
    for column, kind in (("a", "integer"), ("d", "decimal(4,1)")):
        with pytest.raises(FailedQueryError) as failed:
            files.rows(table, f"SELECT {column} FROM t")
        assert str(failed.value) == f"HIVE_BAD_DATA: a value of the column {column} does not fit into the type {kind}"


@pytest.mark.parametrize(
    ("form", "kind", "checked"),
    [("parquet", "decimal(9,3)", False), ("parquet", "decimal(12,4)", False), ("parquet", "decimal(9,2)", True),
     ("orc", "decimal(10,3)", False), ("orc", "decimal(9,4)", True)],
)  # fmt: skip
def test_decimals_with_room_for_those_of_the_file_are_read_without_a_check(tmp_path, form, kind, checked):
    """Behind a check of a value the engine finds no keys of joins, and multiplies whole tables."""
    schema, columns = pa.schema([("d", pa.decimal128(9, 3))]), matrix.Columns(form, {"d": kind})
    if form == "parquet":
        source = Source("s3://b/d", str(tmp_path / "d.parquet"), 1)
        parquet.write_table(schema.empty_table(), source.path)
        add_all(columns, duckdb.sql(schemas(f"['{source.path}']")).fetchall(), [source])
    else:
        columns.add(of_arrow(schema, form), "s3://b/d", 1, {})
    assert ("error(" in columns.value("d", "d")) == checked


def test_types_within_types_are_checked_too(files):
    files.add("a.parquet", pa.table({
        "s": [{"X": 1, "y": "a", "more": 2}], "l": [[1]], "m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())),
        "deep": [[{"x": [1]}]],
    }))  # fmt: skip
    good = [
        "s struct<x:int,y:string,z:int>",
        "l array<int>",
        "m map<string,bigint>",
        "deep array<struct<x:array<int>>>",
    ]
    assert files.rows(entry(PARQUET, good)) == [["{x=1, y=a, z=null}", "[1]", "{k=1}", "[{x=[1]}]"]]
    for bad in ("s struct<x:string>", "l array<string>", "m map<int,bigint>", "deep array<struct<x:array<string>>>"):
        with pytest.raises(FailedQueryError, match=r"^HIVE_BAD_DATA: Malformed Parquet file\. Field .* optional group"):
            files.rows(entry(PARQUET, [bad]))


@pytest.mark.parametrize(("serde", "ending"), [(PARQUET, "parquet"), (ORC, "orc")])
def test_any_file_of_another_type_fails_the_query(files, serde, ending):
    files.add(f"a.{ending}", pa.table({"k": [1], "o": [1]})).add(f"b.{ending}", pa.table({"k": ["x"], "o": [2]}))
    for kind, name in (("bigint", "b"), ("string", "a")):
        table = entry(serde, [f"k {kind}", "o bigint"])
        with pytest.raises(FailedQueryError, match=f"^HIVE_BAD_DATA: .*s3://b/t/{name}.{ending}"):
            files.rows(table)
        assert files.rows(table, "SELECT o FROM t") == [["1"], ["2"]]


def test_files_that_the_engine_cannot_read_together_are_refused(files):
    files.add("a.parquet", pa.table({"s": ["x"]})).add("b.parquet", pa.table({"s": [b"x"]}))
    with pytest.raises(RefusedQueryError, match="NOT_SUPPORTED: the column s, of another type in each file,"):
        files.rows(entry(PARQUET, ["s string"]))


@pytest.mark.parametrize(
    ("serde", "ending", "told", "expected"),
    [
        (ORC, "orc", None, ["x", "1", None]),
        (ORC, "orc", "true", ["x", "1", None]),
        (ORC, "orc", "FALSE", [None, None, "1"]),
        (PARQUET, "parquet", None, [None, None, "1"]),
        (PARQUET, "parquet", "TRUE", ["x", "1", None]),
    ],
)
def test_columns_are_found_by_place_or_by_name(files, serde, ending, told, expected):
    """The user guide, "Handle schema updates": ORC by place, Parquet by name, unless the SerDe is told otherwise."""
    files.add(f"a.{ending}", pa.table({"Old": ["x"], "N": pa.array([1], pa.int64())}))
    parameters = {f"{ending}.column.index.access": told} if told else {}
    assert files.rows(entry(serde, ["renamed string", "other bigint", "n bigint"], (), {}, parameters)) == [expected]
