"""Tables of the catalog, read from real files by the engine."""

import datetime
import decimal
import gzip
import io
import json
from pathlib import Path

import fastavro
import pyarrow as pa
import pytest
from pyarrow import orc, parquet

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.sql.dialect import TableName, translate
from local_aws.athena.sql.hive_types import engine_type
from local_aws.athena.sql.reading import parse
from local_aws.athena.tables.relations import Source, Table, is_data, suffix_of
from tests.local_aws.athena.athena_queries import NoViews, run_here

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
AVRO = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
ORC = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
JSON = "org.openx.data.jsonserde.JsonSerDe"


def entry(serde, columns, keys=(), parameters=None, serde_parameters=None, **more):
    """A catalog entry of the table `t`; columns and keys as `name type`."""

    def described(names):
        return [dict(zip(("Name", "Type"), name.split(" ", 1), strict=True)) for name in names]

    return {
        "Name": "t",
        "StorageDescriptor": {
            "Columns": described(columns),
            "Location": "s3://b/t/",
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters or {}},
        },
        "PartitionKeys": described(keys),
        "Parameters": parameters or {},
        **more,
    }


class Files:
    """Writes the files of a table and asks for its rows."""

    def __init__(self, folder):
        self.folder = folder
        self.sources = []

    def add(self, name, body, *values):
        path = self.folder / f"{len(self.sources)}-{Path(name).name}"
        if isinstance(body, pa.Table):
            (orc if name.endswith(".orc") else parquet).write_table(body, path)
        else:
            path.write_bytes(body.encode() if isinstance(body, str) else body)
        self.sources.append(Source(f"s3://b/t/{name}", str(path), path.stat().st_size, values))
        return self

    def rows(self, entry, sql="SELECT * FROM t", order=True):
        table = Table.of(entry)

        class Catalog(NoViews):
            def has_database(self, _name):
                return True

            def columns(self, _name):
                return {**table.columns, **table.keys}

            def keys(self, _name):
                return list(table.keys)

        query = translate(parse(sql), "db", Catalog())
        found = run_here(query, {TableName("db", "t"): (table, self.sources)}, self.folder / "links").rows
        return sorted(found, key=str) if order else found


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


# CSV


def test_csv_is_split_at_the_delimiter_without_its_header(files):
    files.add("a.csv", "id,name\n1,x\n2,y\n")
    table = entry(LAZY, ["id bigint", "name string"], (), {"skip.header.line.count": "1"}, {"field.delim": ","})
    assert files.rows(table) == [["1", "x"], ["2", "y"]]


def test_csv_without_a_delimiter_is_split_at_control_a(files):
    files.add("a", "1\x01x\n")
    assert files.rows(entry(LAZY, ["id int", "name string"], (), {}, {"serialization.format": "1"})) == [["1", "x"]]


def test_lazy_simple_serde_knows_no_quotes(files):
    files.add("a.csv", '1,"x,y"\n')
    table = entry(LAZY, ["id int", "name string", "more string"], (), {}, {"field.delim": ","})
    assert files.rows(table) == [["1", '"x', 'y"']]


def test_an_empty_text_is_not_null_but_a_backslash_n_is(files):
    files.add("a.csv", "1,\n2,\\N\n")
    assert files.rows(entry(LAZY, ["id int", "name string"], (), {}, {"field.delim": ","})) == [["1", ""], ["2", None]]


def test_a_field_that_does_not_fit_its_type_is_null(files):
    files.add("a.csv", "x,2024-02-30,yes,1.5\n")
    table = entry(LAZY, ["a int", "b date", "c boolean", "d decimal(3,1)"], (), {}, {"field.delim": ","})
    assert files.rows(table) == [[None, None, None, "1.5"]]


def test_short_lines_end_in_nulls_and_long_ones_are_cut(files):
    files.add("a.csv", "1\n2,x,z\n3,y\n")
    table = entry(LAZY, ["id int", "name string"], (), {}, {"field.delim": ","})
    assert files.rows(table) == [["1", None], ["2", "x"], ["3", "y"]]


def test_open_csv_serde_takes_quotes_away(files):
    files.add("a.csv", 'id,name\n"1","x, ""y"""\n')
    table = entry(OPEN_CSV, ["id string", "name string"], (), {"skip.header.line.count": "1"},
                  {"separatorChar": ",", "quoteChar": '"'})  # fmt: skip
    assert files.rows(table) == [["1", 'x, "y"']]


def test_open_csv_serde_has_dates_as_days_and_moments_as_milliseconds(files):
    files.add("a.csv", '"19000","1500"\n')
    assert files.rows(entry(OPEN_CSV, ["d date", "t timestamp"])) == [["2022-01-08", "1970-01-01 00:00:01.500"]]


@pytest.mark.parametrize("ending", ["csv.gz", "csv"])
def test_gzip_is_told_by_its_ending(files, ending):
    body = b"1,x\n"
    files.add(f"a.{ending}", gzip.compress(body) if ending.endswith("gz") else body)
    assert files.rows(entry(LAZY, ["id int", "name string"], (), {}, {"field.delim": ","})) == [["1", "x"]]


@pytest.mark.parametrize("ending", [".bz2", ".snappy", ".lz4"])
def test_other_compressions_are_refused_by_name(ending):
    with pytest.raises(RefusedQueryError, match=f"NOT_SUPPORTED: the compression {ending} of a.csv{ending}"):
        suffix_of(f"a.csv{ending}")


def test_a_parquet_file_that_says_how_it_is_compressed_inside_is_read():
    assert suffix_of("part-0.snappy.parquet") == ""
    assert suffix_of("part-0.gz.parquet") == ""


# Parquet, ORC, JSON


BY_NAME = {"orc.column.index.access": "false"}


@pytest.mark.parametrize(("serde", "ending"), [(PARQUET, "parquet"), (ORC, "orc")])
def test_columns_are_found_by_name_whatever_their_case_and_order(files, serde, ending):
    files.add(f"a.{ending}", pa.table({"Name": ["x"], "ID": pa.array([1], pa.int32())}))
    assert files.rows(entry(serde, ["id bigint", "name string"], (), {}, BY_NAME)) == [["1", "x"]]


@pytest.mark.parametrize(("serde", "ending"), [(PARQUET, "parquet"), (ORC, "orc")])
def test_a_column_that_some_or_all_files_lack_is_null(files, serde, ending):
    files.add(f"a.{ending}", pa.table({"id": [1]})).add(f"b.{ending}", pa.table({"id": [2], "name": ["x"]}))
    table = entry(serde, ["id bigint", "name string", "more double"])
    assert files.rows(table) == [["1", None, None], ["2", "x", None]]


def test_columns_have_the_types_of_the_catalog(files):
    amounts = pa.array([decimal.Decimal("1.25")], pa.decimal128(5, 2))
    files.add("a.parquet", pa.table({"n": pa.array([7], pa.int32()), "d": amounts}))
    table = entry(PARQUET, ["n bigint", "d decimal(10,2)"])
    assert files.rows(table, "SELECT n / 2, d / 2, typeof(n), typeof(d) FROM t") == [
        ["3", "0.63", "bigint", "decimal(10,2)"]
    ]


def test_nested_columns_are_read(files):
    kind = pa.struct([("x", pa.int32()), ("y", pa.list_(pa.string()))])
    files.add("a.parquet", pa.table({"s": pa.array([{"x": 7, "y": ["a"]}], kind)}))
    table = entry(PARQUET, ["s struct<x:int,y:array<string>>"])
    assert files.rows(table, "SELECT s.x / 2, s.y[1], s FROM t") == [["3", "a", "{x=7, y=[a]}"]]


def test_a_broken_file_is_named(files):
    files.add("data/broken.parquet", b"no parquet")
    with pytest.raises(FailedQueryError, match=r"HIVE_BAD_DATA: .*s3://b/t/data/broken\.parquet"):
        files.rows(entry(PARQUET, ["id int"]))


def test_json_lines_are_read_by_the_columns_names(files):
    files.add("a.json", json.dumps({"name": "x", "id": 1, "more": 0}) + "\n" + json.dumps({"id": 2}) + "\n")
    table = entry(JSON, ["id int", "name string", "tags array<string>"])
    assert files.rows(table) == [["1", "x", None], ["2", None, None]]


def test_json_keys_are_found_whatever_their_case(files):
    """openx's JsonSerDe does not tell cases apart unless it is told to."""
    files.add("a.json", json.dumps({"CustomerName": "x", "ID": 1}) + "\n" + json.dumps({"ID": 2}) + "\n")
    assert files.rows(entry(JSON, ["id int", "customername string"])) == [["1", "x"], ["2", None]]


AVRO_RECORDS = [
    {
        "ID": 1,
        "name": "ü",
        "kind": "A",
        "kinds": {"x": "A", "y": None},
        "s": {"day": datetime.date(1969, 12, 31), "raw": b"\x00a"},
        "at": datetime.datetime(2024, 2, 29, 1, 2, 3, 4000, tzinfo=datetime.UTC),
        "price": decimal.Decimal("-1.50"),
        "l": [[1], []],
    },
    {"ID": 2, "name": None, "kind": "B", "kinds": {}, "s": None, "at": None, "price": None, "l": []},
]
AVRO_SCHEMA = {
    "type": "record",
    "name": "Row",
    "namespace": "shop",
    "fields": [
        {"name": "ID", "type": "int"},
        {"name": "name", "type": ["null", "string"]},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
        {"name": "kinds", "type": {"type": "map", "values": ["null", "Kind"]}},
        {
            "name": "s",
            "type": [
                {
                    "type": "record",
                    "name": "S",
                    "fields": [
                        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                        {"name": "raw", "type": {"type": "fixed", "name": "Two", "size": 2}},
                    ],
                },
                "null",
            ],
        },
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
        {
            "name": "price",
            "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}],
        },
        {"name": "l", "type": {"type": "array", "items": {"type": "array", "items": "long"}}},
    ],
}


def record_of(**fields):
    return {"type": "record", "name": "R", "fields": [{"name": name, "type": kind} for name, kind in fields.items()]}


def avro_file(schema, records, codec="snappy"):
    content = io.BytesIO()
    fastavro.writer(content, schema, records, codec)
    return content.getvalue()


def test_avro_files_are_read_by_their_own_schemas(files):
    files.add("a", avro_file(AVRO_SCHEMA, AVRO_RECORDS))
    files.add("b", avro_file(record_of(id="long", new="int"), [{"id": 3, "new": 7}]))
    columns = [
        "id bigint", "name string", "kind string", "kinds map<string,string>", "s struct<day:date,raw:binary>",
        "at timestamp", "price decimal(6,2)", "l array<array<bigint>>", "new int", "none double",
    ]  # fmt: skip
    table = entry(AVRO, columns)
    sql = "SELECT id, name, kind, kinds['x'], s.day, to_hex(s.raw), at, price, cardinality(l), l[1][1], none FROM t"
    assert files.rows(table, f"{sql} WHERE id = 1") == [
        ["1", "ü", "A", "A", "1969-12-31", "0061", "2024-02-29 01:02:03.004", "-1.50", "2", "1", None]
    ]
    assert files.rows(table, "SELECT id, name, kind, s, at, price, new FROM t WHERE id > 1 ORDER BY id") == [
        ["2", None, "B", None, None, None, None],
        ["3", None, None, None, None, None, "7"],
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no avro", "HIVE_BAD_DATA: s3://b/t/a"),
        (
            avro_file(record_of(id=["int", "string"]), [{"id": 1}]),
            "HIVE_BAD_DATA: s3://b/t/a: a union of 2 types is not supported",
        ),
        (
            avro_file(record_of(id=["null", "R"]), [{"id": None}]),
            "HIVE_BAD_DATA: s3://b/t/a: the type R refers to itself",
        ),
    ],
)
def test_avro_that_cannot_be_read_is_named(files, content, reason):
    files.add("a", content)
    with pytest.raises(FailedQueryError, match=reason):
        files.rows(entry(AVRO, ["id int"]))


@pytest.mark.parametrize("classification", ["xml", "ion", "UNKNOWN", ""])
def test_what_athena_reads_neither_fails_in_its_words(classification):
    with pytest.raises(FailedQueryError, match=r"^HIVE_UNKNOWN_ERROR: Unable to create input format$"):
        Table.of(entry("", ["id int"], (), {"classification": classification}))


def test_other_formats_are_refused_by_name():
    with pytest.raises(RefusedQueryError, match="NOT_SUPPORTED: the format of the table t"):
        Table.of(entry("com.amazon.ionhiveserde.IonHiveSerDe", ["id int"]))


def test_a_view_is_refused_by_name():
    with pytest.raises(RefusedQueryError, match="NOT_SUPPORTED: the view t"):
        Table.of(entry("", [], TableType="VIRTUAL_VIEW"))


# Partitions


@pytest.mark.parametrize(("serde", "ending"), [(PARQUET, "parquet"), (ORC, "orc"), (JSON, "json"), (LAZY, "csv")])
def test_partition_keys_have_the_values_of_the_catalog(files, serde, ending):
    bodies = {
        "parquet": lambda number: pa.table({"id": [number]}),
        "orc": lambda number: pa.table({"id": [number]}),
        "json": lambda number: json.dumps({"id": number}) + "\n",
        "csv": lambda number: f"{number}\n",
    }
    for number, country in ((1, "Åland Islands"), (2, "Côte d'Ivoire"), (3, "__HIVE_DEFAULT_PARTITION__")):
        files.add(f"p{number}/a.{ending}", bodies[ending](number), country, str(2020 + number))
    table = entry(serde, ["id bigint"], ["country string", "year int"])
    assert files.rows(table) == [
        ["1", "Åland Islands", "2021"],
        ["2", "Côte d'Ivoire", "2022"],
        ["3", None, "2023"],
    ]
    assert files.rows(table, "SELECT id FROM t WHERE country = 'Côte d''Ivoire' AND year = 2022") == [["2"]]


@pytest.mark.parametrize(("kind", "name"), [("int", "INTEGER"), ("date", "DATE"), ("boolean", "BOOLEAN")])
def test_a_partitions_value_that_is_none_of_its_keys_type_fails_the_query_of_it(files, kind, name):
    files.add("p=it's/a.parquet", pa.table({"id": [1]}), "it's")
    table = entry(PARQUET, ["id bigint"], [f"p {kind}"])
    assert files.rows(table, "SELECT id FROM t") == [["1"]]
    with pytest.raises(FailedQueryError) as failed:
        files.rows(table)
    said = f"HIVE_INVALID_PARTITION_VALUE: Invalid partition value 'it's' for {name} partition key: p"
    assert str(failed.value) == said


def test_a_table_without_files_has_no_rows_but_its_columns(files):
    table = entry(PARQUET, ["id bigint", "d decimal(10,2)"], ["y string"])
    assert files.rows(table) == []
    assert files.rows(table, "SELECT count(*), sum(d) FROM t") == [["0", None]]


@pytest.mark.parametrize("name", ["a[1].csv", "a*.csv", "a?.csv", "it's.csv", "a b.csv", "{x}.csv"])
def test_names_that_the_engine_takes_for_patterns_are_read_as_they_are(files, name):
    files.add(name, "1\n")
    assert files.rows(entry(LAZY, ["id int"])) == [["1"]]


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("a.csv", True),
        ("x=1/a", True),
        ("_SUCCESS", False),
        ("x/_tmp/a", False),
        (".hidden", False),
        ("folder/", False),
    ],
)
def test_names_that_start_with_an_underscore_or_a_dot_are_not_data(key, data):
    assert is_data(key) == data


@pytest.mark.parametrize(
    ("hive", "engine"),
    [
        ("string", "TEXT"),
        ("int", "INT"),
        ("bigint", "BIGINT"),
        ("double", "DOUBLE"),
        ("decimal(10,2)", "DECIMAL(10, 2)"),
        ("array<int>", "INT[]"),
        ("map<string,int>", "MAP(TEXT, INT)"),
        ("struct<a:int,b:string>", "STRUCT(a INT, b TEXT)"),
        ("binary", "BLOB"),
        ("timestamp", "TIMESTAMP"),
    ],
)
def test_hive_types_have_a_name_for_the_engine(hive, engine):
    assert engine_type(hive) == engine


def test_hidden_columns_tell_of_the_file_and_stay_out_of_a_star(files):
    files.add("y=1/a.parquet", pa.table({"id": [1]}), "1").add("y=2/b.parquet", pa.table({"id": [2]}), "2")
    table = entry(PARQUET, ["id bigint"], ["y string"])
    sizes = [str(source.size) for source in files.sources]
    assert files.rows(table, 'SELECT id, "$path", "$file_size", year("$file_modified_time") FROM t') == [
        ["1", "s3://b/t/y=1/a.parquet", sizes[0], "1970"],
        ["2", "s3://b/t/y=2/b.parquet", sizes[1], "1970"],
    ]
    assert files.rows(table) == [["1", "1"], ["2", "2"]]


def test_a_text_is_cut_to_its_types_length(files):
    files.add("a.csv", "abcdef,ghijkl\n")
    table = entry(LAZY, ["a varchar(3)", "b string"], (), {}, {"field.delim": ","})
    assert files.rows(table) == [["abc", "ghijkl"]]


@pytest.mark.parametrize("count", ["-1", "x", "1.5", "2147483648", "9" * 5000, "\u0663"])
def test_a_number_of_header_lines_that_is_none_fails_the_query(tmp_path, count):
    files = Files(tmp_path).add("a.csv", "h\n1\n")
    told = entry(LAZY, ["id bigint"], parameters={"skip.header.line.count": count})
    with pytest.raises(FailedQueryError) as failed:
        files.rows(told)
    assert str(failed.value) == (
        f"HIVE_INVALID_METADATA: Invalid value for skip.header.line.count property: {count[:100]}"
    )


def test_more_header_lines_than_there_are_leave_no_row(tmp_path):
    files = Files(tmp_path).add("a.csv", "h\n1\n")
    assert files.rows(entry(LAZY, ["id bigint"], parameters={"skip.header.line.count": "2147483647"})) == []


@pytest.mark.parametrize("given", [{"separatorChar": "abcdefgh"}, {"quoteChar": "ab"}, {"separatorChar": '"'}])
def test_signs_that_the_engine_cannot_part_fields_by_are_refused(tmp_path, given):
    files = Files(tmp_path).add("a.csv", "h\n1\n")
    with pytest.raises(RefusedQueryError, match=r"^NOT_SUPPORTED: the (separator|quote) "):
        files.rows(entry(OPEN_CSV, ["id string"], serde_parameters=given))
