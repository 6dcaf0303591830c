"""Avro, XML and Ion files, types of the catalog, purges: on paths of this machine."""

import datetime
import decimal
import json
import os
import time

import fastavro
import pytest


@pytest.fixture(scope="module")
def glue_context(spark):
    from awsglue.context import GlueContext

    return GlueContext(spark)


@pytest.fixture(scope="module")
def read(glue_context):
    def of(path, kind, **format_options):
        return glue_context.create_dynamic_frame.from_options("s3", {"paths": [str(path)]}, kind, format_options)

    return of


def types(frame):
    return {field.name: field.dataType.typeName() for field in frame.schema().fields}


# Avro

AVRO = {
    "type": "record",
    "name": "Sale",
    "namespace": "shop",
    "fields": [
        {"name": "id", "type": "int"},
        {"name": "name", "type": ["null", "string"]},
        {"name": "either", "type": ["long", "string"]},
        {"name": "tags", "type": {"type": "map", "values": "double"}},
        {"name": "raw", "type": "bytes"},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
        {"name": "kinds", "type": {"type": "array", "items": "Kind"}},
    ],
}
SALE = {
    "id": 1,
    "name": {"string": "ü\n\u0001\u007f\\"},
    "either": {"long": 5},
    "tags": {"x": 1.5},
    "raw": "\u0000ÿ",
    "day": 365,
    "at": 1_000,
    "price": "\u00009",
    "kind": "A",
    "kinds": ["B", "A"],
}
OTHER = {**SALE, "id": 2, "name": None, "either": {"string": "t"}}


def write_avro(spark, path, schema, records, codec="snappy"):
    """Write records, which are JSON as Avro writes it."""
    avro = spark._jvm.org.apache.avro
    parsed = spark._jvm.org.apache.avro.Schema.Parser().parse(json.dumps(schema))
    writer = avro.file.DataFileWriter(avro.generic.GenericDatumWriter(parsed))
    writer.setCodec(avro.file.CodecFactory.fromString(codec))
    writer.create(parsed, spark._jvm.java.io.File(str(path)))
    for record in records:
        decoder = avro.io.DecoderFactory.get().jsonDecoder(parsed, json.dumps(record))
        writer.append(avro.generic.GenericDatumReader(parsed).read(None, decoder))
    writer.close()


@pytest.fixture(scope="module", params=["sales, {1}[a]*.avro", "run-1-part-r-00000"])
def avro_file(request, spark, tmp_path_factory):
    """A file that Avro's own library wrote, compressed with snappy."""
    path = tmp_path_factory.mktemp("avro") / request.param
    write_avro(spark, path, AVRO, [SALE, OTHER])
    return path


PLAIN = {
    "id": 1,
    "name": "ü\n\u0001\u007f\\",
    "either": 5,
    "tags": {"x": 1.5},
    "raw": bytearray(b"\0\xff"),
    "kind": "A",
}


def test_avro(avro_file, read, rows):
    raw = {"day": 365, "at": 1_000, "price": bytearray(b"\x009")}
    first = {**PLAIN, **raw, "kinds": ["B", "A"]}
    frame = read(avro_file, "avro")
    assert rows(frame) == [first, {**first, "id": 2, "name": None, "either": "t"}]
    assert types(frame)["either"] == "choice"
    assert types(frame)["day"] == "int"


def test_each_codec_of_avros_own_library_is_read(spark, tmp_path, read, rows):
    codecs = ["null", "deflate", "snappy", "bzip2", "xz", "zstandard"]
    for number, codec in enumerate(codecs):
        write_avro(spark, tmp_path / f"{number}.avro", "long", [number], codec)
    assert rows(read(tmp_path, "avro")) == [{"value": number} for number in range(len(codecs))]


def test_a_value_is_of_the_type_of_avro_that_it_was_written_with(spark, tmp_path, read):
    union = {"type": "record", "name": "T", "fields": [{"name": "n", "type": ["int", "long", "bytes", "string"]}]}
    write_avro(spark, tmp_path / "f", union, [{"n": {kind: 5}} for kind in ("int", "long")])
    write_avro(spark, tmp_path / "g", union, [{"n": {kind: "x"}} for kind in ("bytes", "string")])
    frame = read(tmp_path, "avro")
    found = frame.toDF().selectExpr("n.int", "n.long", "n.binary", "n.string").collect()
    nothing = [None] * 4
    assert [list(row) for row in found] == [
        [5, *nothing[1:]],
        [None, 5, None, None],
        [None, None, bytearray(b"x"), None],
        [*nothing[1:], "x"],
    ]


def test_a_large_avro_file_is_read_in_parts(tmp_path, read):
    record = {"type": "record", "name": "T", "fields": [{"name": "n", "type": "long"}, {"name": "t", "type": "string"}]}
    with (tmp_path / "f").open("wb") as file:
        fastavro.writer(file, record, ({"n": n, "t": f"{n:0100}"} for n in range(30_000)))
    frame = read(tmp_path, "avro").toDF()
    assert frame.rdd.getNumPartitions() > 1
    assert [row.n for row in frame.select("n").collect()] == list(range(30_000))


def test_logical_types_count_with_version_1_8(avro_file, read, rows):
    found = rows(read(avro_file, "avro", version="1.8"))[0]
    assert (found["day"], found["at"], found["price"]) == (
        datetime.date(1971, 1, 1),
        datetime.datetime.fromisoformat("1970-01-01T00:00:01"),
        decimal.Decimal("0.57"),
    )


def test_avro_of_values_that_are_no_records_and_of_several_schemas(spark, tmp_path, read, rows):
    write_avro(spark, tmp_path / "1.avro", "double", [1.5])
    assert rows(read(tmp_path, "avro")) == [{"value": 1.5}]
    write_avro(spark, tmp_path / "2.avro", ["null", "string", "int"], [{"int": 1}, {"string": "y"}, None])
    assert sorted(map(str, rows(read(tmp_path, "avro")))) == [
        "{'value': 'y'}",
        "{'value': 1.5}",
        "{'value': 1}",
        "{'value': None}",
    ]


def test_what_is_no_avro_or_parquet_is_named(tmp_path, read):
    (tmp_path / "f").write_text("nothing of that")
    for kind in ("avro", "parquet", "orc"):
        with pytest.raises(Exception, match=r"Unable to parse file: file:.*/f"):
            read(tmp_path, kind)


# XML and Ion

XML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<r xmlns="urn:x"><b id="1"><n>\xfc</n><p>1.5</p><e/></b>
<b id="2"><n>y</n><t k="v">txt</t><l>1</l><l>2</l><ok>true</ok></b></r>"""


def test_xml(tmp_path, read, rows):
    (tmp_path / "f").write_bytes(XML.encode("latin-1"))
    assert rows(read(tmp_path, "xml", rowTag="b")) == [
        {"_id": 1, "n": "ü", "p": 1.5, "e": ""},
        {"_id": 2, "n": "y", "t": {"_k": "v", "_VALUE": "txt"}, "l": [1, 2], "ok": True},
    ]
    options = {"rowTag": "b", "excludeAttribute": True, "treatEmptyValuesAsNulls": "true"}
    assert rows(read(tmp_path, "xml", **options))[0] == {"n": "ü", "p": 1.5, "e": None}


def test_xml_that_defines_entities_is_refused(tmp_path, read):
    (tmp_path / "f").write_text('<!DOCTYPE r [<!ENTITY a "b">]><r><b>&a;</b></r>')
    with pytest.raises(Exception, match="documents with a DOCTYPE are not read"):
        read(tmp_path, "xml", rowTag="b")


def test_ion(tmp_path, read, rows):
    (tmp_path / "f").write_text(
        "{a: 1, s: sym, d: 1.25, l: [1, 2], t: 2020-01-02T03:04:05Z, n: null, q: {b: true}} {a: 2}"
    )
    first, second = rows(read(tmp_path, "ion"))
    assert {name: value for name, value in second.items() if value is not None} == {"a": 2}
    assert first == {
        "a": 1,
        "s": "sym",
        "d": decimal.Decimal("1.25"),
        "l": [1, 2],
        "t": datetime.datetime.fromisoformat("2020-01-02T03:04:05"),
        "n": None,
        "q": {"b": True},
    }


# Lines by grok

PATTERN = "^%{TIMESTAMP_ISO8601:at} %{LOGLEVEL:level} %{NOTSPACE:took:int} %{NOTSPACE:size:long} %{SHOP:shop}"
LINES = "2026-01-02T03:04:05Z INFO 17 5000000000 ULM\n2026-01-02T03:04:06Z WARN x - -\n\tat nowhere\n"


def test_lines_by_grok(tmp_path, read, rows):
    (tmp_path / "f").write_text(LINES)
    frame = read(tmp_path, "grokLog", logFormat=PATTERN, customPatterns="SHOP [A-Z]{3}|-")
    assert types(frame) == {"at": "string", "level": "string", "took": "int", "size": "long", "shop": "string"}
    assert [list(row.values()) for row in rows(frame)] == [
        ["2026-01-02T03:04:05Z", "INFO", 17, 5_000_000_000, "ULM"],
        ["2026-01-02T03:04:06Z", "WARN", None, None, None],
        [None] * 5,
    ]
    strict = read(tmp_path, "grokLog", logFormat=PATTERN, customPatterns="SHOP [A-Z]{3}|-", strictMode="true")
    with pytest.raises(Exception, match=r"Unable to parse file: .*: 'x' is no int"):
        rows(strict)


def test_a_word_of_ones_own_is_a_missing_value(tmp_path, read, rows):
    (tmp_path / "f").write_text("- none\n")
    assert rows(read(tmp_path, "grokLog", logFormat="%{NOTSPACE:a} %{WORD:b}", missing="none")) == [
        {"a": "-", "b": None}
    ]


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({}, ValueError, "need a logFormat"),
        ({"logFormat": "%{NOPE}"}, ValueError, "Pattern NOPE is not defined"),
        ({"logFormat": "%{INT:a}", "lineCount": "2"}, NotImplementedError, "records of several lines"),
    ],
)
def test_grok_that_cannot_be_read(tmp_path, read, options, error, text):
    (tmp_path / "f").write_text("1\n")
    with pytest.raises(error, match=text):
        read(tmp_path, "grokLog", **options)


# Tables


@pytest.fixture
def table(monkeypatch):
    """A function that puts one table, and its partitions, into the catalog."""
    from awsglue._sources import catalog as _catalog

    def put(location, columns, partitions=(), keys=(), serde=None, **parameters):
        found = {
            "Name": "t",
            "Parameters": parameters,
            "PartitionKeys": [{"Name": name, "Type": kind} for name, kind in keys],
            "StorageDescriptor": {
                "Location": str(location),
                "Columns": [{"Name": name, "Type": kind} for name, kind in columns],
                "SerdeInfo": serde or {},
            },
        }
        parts = [{"Values": values, "StorageDescriptor": {"Location": str(place)}} for values, place in partitions]
        monkeypatch.setattr(_catalog, "table", lambda *_: found)
        monkeypatch.setattr(_catalog, "partitions", lambda *_: parts)

    return put


def test_a_column_of_which_a_value_does_not_parse_is_a_choice(tmp_path, glue_context, table, rows):
    (tmp_path / "f").write_text("n|id|d|x\n1| 7 |2024-01-02|\n|a|2024-01-03|\n2|8||\n")
    columns = [("n", "bigint"), ("id", "bigint"), ("day", "date"), ("x", "double")]
    header = {"skip.header.line.count": "1"}
    table(tmp_path, columns, classification="csv", delimiter="|", **header)
    frame = glue_context.create_dynamic_frame.from_catalog("db", "t")
    assert types(frame) == {"n": "long", "id": "choice", "day": "date", "x": "double"}
    assert list(frame.schema().getField("id").dataType.choices) == ["long", "string"]
    days = [datetime.date(2024, 1, 2), datetime.date(2024, 1, 3), None]
    assert [list(row.values()) for row in rows(frame)] == [
        [1, 7, days[0], None],
        [None, "a", days[1], None],
        [2, 8, days[2], None],
    ]


def test_a_column_of_which_no_value_parses_is_text(tmp_path, glue_context, table, rows):
    (tmp_path / "f.csv").write_text("a,1\nb,2\n")
    (tmp_path / "f.txt").write_text("c,3\n")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "f.csv").write_text("d,4\n")
    table(tmp_path, [("x", "int"), ("y", "int")], classification="csv", exclusions='["**.txt"]')
    frame = glue_context.create_dynamic_frame.from_catalog("db", "t")
    assert (types(frame), rows(frame)) == ({"x": "string", "y": "int"}, [{"x": "a", "y": 1}, {"x": "b", "y": 2}])
    more = glue_context.create_dynamic_frame.from_catalog("db", "t", additional_options={"recurse": True})
    assert sorted(row["x"] for row in rows(more)) == ["a", "b", "d"]


def test_partition_keys_have_the_types_of_the_catalog(tmp_path, glue_context, table, rows):
    for name in ("one", "two", "three", "four"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(json.dumps({"a": name, "Y": "of the data"}))
    no_value = ["1", "__HIVE_DEFAULT_PARTITION__"]
    places = [
        (no_value, tmp_path / "four"),
        (["9", "x"], tmp_path / "one"),
        (["10", "y"], tmp_path / "two/"),
        (["11", "y"], tmp_path / "three"),
    ]
    table(tmp_path, [("a", "string")], places, [("y", "int"), ("c", "string")], classification="json")
    frame = glue_context.create_dynamic_frame.from_catalog(
        "db", "t", push_down_predicate="y < 11 and (c in ('x', 'y') or c IS NULL)"
    )
    assert sorted(rows(frame), key=lambda row: row["y"]) == [
        {"a": "four", "y": 1, "c": None},
        {"a": "one", "y": 9, "c": "x"},
        {"a": "two", "y": 10, "c": "y"},
    ]
    assert types(frame) == {"a": "string", "y": "int", "c": "string"}


def test_tables_of_grok_and_xml_classifiers(tmp_path, glue_context, table, rows):
    (tmp_path / "f").write_text("7 a\n8 b\n")
    grok = {
        "SerializationLibrary": "com.amazonaws.glue.serde.GrokSerDe",
        "Parameters": {"input.format": "%{N:n:int} %{WORD:w}", "input.grokCustomPatterns": "N [0-9]+"},
    }
    table(tmp_path, [("n", "int"), ("w", "string")], classification="csv-like-logs", serde=grok)
    frame = glue_context.create_dynamic_frame.from_catalog("db", "t")
    assert (types(frame), rows(frame)) == ({"n": "int", "w": "string"}, [{"n": 7, "w": "a"}, {"n": 8, "w": "b"}])
    (tmp_path / "f").write_text("<l><item><a>1</a></item><item><a>2</a></item></l>")
    table(tmp_path, [("a", "int")], classification="feed", serde={"Parameters": {"rowTag": "item"}})
    assert rows(glue_context.create_dynamic_frame.from_catalog("db", "t")) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("serde", "parameters", "text"),
    [
        ("org.apache.hadoop.hive.serde2.OpenCSVSerde", {"separatorChar": ";"}, 'x;"y;z"\n'),
        ("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", {}, "x\x01y;z\n"),
        ("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", {"field.delim": "\t"}, "x\ty;z\n"),
    ],
)
def test_the_serde_says_how_csv_is_written(tmp_path, glue_context, table, rows, serde, parameters, text):
    (tmp_path / "f").write_text(text)
    table(tmp_path, [("a", "string"), ("b", "string")], serde={"SerializationLibrary": serde, "Parameters": parameters})
    frame = glue_context.create_dynamic_frame.from_catalog("db", "t")
    assert rows(frame) == [{"a": "x", "b": "y;z"}]


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"table_type": "ICEBERG"}, "is iceberg's"),
        ({"spark.sql.sources.provider": "delta"}, "is delta's"),
        ({"classification": "mysql", "connectionName": "c"}, "is that of a database"),
        ({"classification": "csv", "skip.header.line.count": "2"}, "skips 2 lines"),
        ({"classification": "json", "typeOfData": "kinesis"}, "is a kinesis stream"),
    ],
)
def test_tables_that_are_refused(tmp_path, glue_context, table, parameters, text):
    (tmp_path / "f").write_text("x")
    table(tmp_path, [], **parameters)
    with pytest.raises(NotImplementedError, match=text):
        glue_context.create_dynamic_frame.from_catalog("db", "t")


@pytest.mark.parametrize(
    "text",
    [
        "bigint",
        "decimal(10,2)",
        "array<string>",
        "map<string,array<int>>",
        "struct<a:int,b:struct<c:array<double>,d:timestamp>>",
    ],
)
@pytest.mark.usefixtures("spark")
def test_types_of_the_catalog_and_back(text):
    from awsglue._sources.catalog import from_hive, to_hive

    assert to_hive(from_hive(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("decimal", "decimal(10,0)"),  # as Hive has it
        ("decimal(12)", "decimal(12,0)"),
        ("DECIMAL( 5 , 1 )", "decimal(5,1)"),
        ("varchar(5)", "string"),
        ("uniontype<int,string>", "struct<int:int,string:string>"),
    ],
)
@pytest.mark.usefixtures("spark")
def test_other_ways_to_write_types_of_the_catalog(text, written):
    from awsglue._sources.catalog import from_hive, to_hive

    assert to_hive(from_hive(text)) == written


@pytest.mark.parametrize("text", ["nope", "array<int", "struct<a>", "int>", "map<int>", ""])
@pytest.mark.usefixtures("spark")
def test_what_is_no_type_is_refused(text):
    from awsglue._sources.catalog import from_hive

    with pytest.raises(ValueError, match="is no type of the catalog"):
        from_hive(text)


# Databases


def test_a_database(tmp_path, glue_context, rows, make):
    options = {
        "url": f"jdbc:derby:{tmp_path}/db;create=true",
        "dbtable": "sales",
        "customJdbcDriverClassName": "org.apache.derby.jdbc.EmbeddedDriver",
    }
    frame = make([{"A": 1, "B": "x"}, {"A": 2, "B": "y"}])
    for _ in range(2):
        glue_context.write_dynamic_frame.from_options(frame, "mysql", options)
    read = glue_context.create_dynamic_frame.from_options
    assert sorted(row["A"] for row in rows(read("mysql", options))) == [1, 1, 2, 2]
    query = {**options, "sampleQuery": "SELECT B FROM sales WHERE A = 2"}
    assert rows(read("mysql", query)) == [{"B": "y"}, {"B": "y"}]


@pytest.fixture
def connection(monkeypatch):
    """A connection of the catalog."""
    from awsglue._sources import catalog as _catalog

    class Client:
        def get_connection(self, **_):
            url = "jdbc:postgresql://host:5432/shop"
            return {
                "Connection": {"ConnectionProperties": {"JDBC_CONNECTION_URL": url, "USERNAME": "u", "PASSWORD": "p"}}
            }

    monkeypatch.setattr(_catalog, "client", Client)


@pytest.mark.usefixtures("connection")
def test_the_configuration_of_a_connection(glue_context):
    found = glue_context.extract_jdbc_conf("c")
    assert {name: found[name] for name in ("user", "password", "vendor", "url", "fullUrl")} == {
        "user": "u",
        "password": "p",
        "vendor": "postgresql",
        "url": "jdbc:postgresql://host:5432",
        "fullUrl": "jdbc:postgresql://host:5432/shop",
    }


@pytest.fixture
def secrets(monkeypatch):
    """Connections of the catalog, each with the secret of its own name; the texts of the secrets are to be filled."""
    import boto3
    from awsglue._sources import catalog as _catalog

    texts = {}

    class Client:
        def get_connection(self, Name):  # noqa: N803 - boto3's name
            url = "jdbc:mysql://host:3306/shop"
            return {"Connection": {"ConnectionProperties": {"JDBC_CONNECTION_URL": url, "SECRET_ID": Name}}}

        def get_secret_value(self, SecretId):  # noqa: N803 - boto3's name
            return {"SecretString": texts[SecretId]}

    monkeypatch.setattr(_catalog, "client", Client)
    monkeypatch.setattr(boto3, "client", lambda _service: Client())
    return texts


def test_user_and_password_of_a_connection_may_be_in_a_secret(glue_context, secrets):
    secrets["c"] = '{"username": "u", "password": "p", "engine": "mysql"}'
    found = glue_context.extract_jdbc_conf("c")
    assert (found["user"], found["password"], found["vendor"]) == ("u", "p", "mysql")


@pytest.mark.parametrize("text", ["p", '{"username": "u"}', "[]"])
def test_a_secret_without_user_and_password_is_named(glue_context, secrets, text):
    secrets["c"] = text
    with pytest.raises(ValueError, match="secret c is no JSON object with username and password"):
        glue_context.extract_jdbc_conf("c")


@pytest.mark.usefixtures("connection")
def test_where_a_connections_rows_go():
    from awsglue._formats.options import Options
    from awsglue._sources import jdbc as _jdbc

    url = "jdbc:postgresql://host:5432/shop"
    expected = {"url": url, "driver": "org.postgresql.Driver", "user": "u", "password": "p"}
    by_name = Options({"useConnectionProperties": "true", "connectionName": "c"})
    by_parts = Options({**_jdbc.of_connection("c"), "database": "shop"})
    assert [_jdbc._settings("postgresql", options) for options in (by_name, by_parts)] == [expected, expected]


def test_only_dynamic_frames_are_written(spark, glue_context, tmp_path):
    with pytest.raises(TypeError, match="frame_or_dfc must be DynamicFrame or DynamicFrameCollection"):
        glue_context.write_dynamic_frame.from_options(spark.range(1), "s3", {"path": str(tmp_path)}, "json")


# Purges


def test_files_that_are_old_enough_are_purged(tmp_path, glue_context):
    def names():
        return sorted(file.name for file in (tmp_path / "data").rglob("*") if file.is_file())

    (tmp_path / "data" / "below").mkdir(parents=True)
    for name, hours in {"new": 0, "week": 160, "old": 200, "below/older": 300}.items():
        (tmp_path / "data" / name).write_text("x")
        os.utime(tmp_path / "data" / name, (time.time() - 3600 * hours,) * 2)
    path, manifest = str(tmp_path / "data"), str(tmp_path / "manifest")
    glue_context.purge_s3_path(path, {"excludeStorageClasses": ["STANDARD"]})
    assert names() == ["new", "old", "older", "week"]
    glue_context.purge_s3_path(path, {"retentionPeriod": 250})
    assert names() == ["new", "old", "week"]
    glue_context.purge_s3_path(path, {"manifestFilePath": manifest})
    assert names() == ["new", "week"]
    assert (tmp_path / "manifest" / "Success.csv").read_text() == f"file:{path}/old\n"
    glue_context.purge_s3_path(path, {"retentionPeriod": 0})
    assert names() == []
