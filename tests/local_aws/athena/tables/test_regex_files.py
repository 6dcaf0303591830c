"""Tables with RegexSerDe, files of CloudTrail, and SerDes that are not known: by the user guide and Hive's readers."""

import gzip
import json

import pytest

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from tests.local_aws.athena.tables.test_relations import AVRO, JSON, Files, avro_file, entry, record_of

REGEX = "org.apache.hadoop.hive.serde2.RegexSerDe"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
CLOUDTRAIL = "com.amazon.emr.hive.serde.CloudTrailSerde"
CLOUDFRONT = (
    r"^(?!#)([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+([^ ]+)\s+"
    r"[^\(]+[\(]([^\;]+).*\%20([^\/]+)[\/](.*)$"
)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def rows(files, columns, pattern, parameters=None, **properties):
    told = {"input.regex": pattern, **(parameters or {})}
    return files.rows(entry(REGEX, columns, (), properties, told), order=False)


def test_access_logs_of_cloudfront(files):
    """The user guide's table, and a line of its form."""
    files.add("a", "#Version: 1.0\n2014-07-05 20:00:09 DFW3 4260 10.0.0.15 GET e.example.net /a.jpeg 200 - "
                   "Mozilla/5.0%20(MacOS;%20U;%20Windows%20NT%205.1)%20Chrome/3.0.9\n")  # fmt: skip
    kinds = {"date": "date", "bytes": "int", "status": "int"}
    names = "date time location bytes requestip method host uri status referrer os browser browserversion".split()
    assert rows(files, [f"{name} {kinds.get(name, 'string')}" for name in names], CLOUDFRONT) == [
        [None] * 13,
        ["2014-07-05", "20:00:09", "DFW3", "4260", "10.0.0.15", "GET", "e.example.net", "/a.jpeg", "200", "-", "MacOS",
         "Chrome", "3.0.9"],
    ]  # fmt: skip


def test_access_logs_of_apache(files):
    files.add("a", '64.0.0.1 - - [07/Jul/2020:16:06:51 -0800] "GET /a?b=1 HTTP/1.1" 200 4523\n')
    pattern = r'^([0-9.]+) ([\w.-]) ([\w.-]) \[([A-Za-z0-9:/]+ [+-][0-9]{4})\] "(.+?)" ([0-9]{3}) ([0-9]+)$'
    assert rows(files, [f"col{place} string" for place in range(7)], pattern) == [
        ["64.0.0.1", "-", "-", "07/Jul/2020:16:06:51 -0800", "GET /a?b=1 HTTP/1.1", "200", "4523"]
    ]


def test_lines_match_as_a_whole_and_groups_and_columns_need_not_be_as_many(files):
    files.add("a", "1 x\n1 x y\n\nA b\n")
    assert rows(files, ["a string", "b string", "c string"], r"(\w) (\w)") == [
        ["1", "x", None], [None] * 3, [None] * 3, ["A", "b", None]
    ]  # fmt: skip
    assert rows(files, ["a string"], r"(a) (\w)", {"input.regex.case.insensitive": "TRUE"})[3] == ["A"]
    assert rows(files, ["a string"], r"(a) (\w)")[3] == [None]


def test_what_is_none_of_its_type_is_null(files):
    kinds = ["tinyint", "int", "int", "bigint", "double", "boolean", "date", "timestamp", "decimal(4,1)", "varchar(2)"]
    files.add("a", "300,1.5,x,5,2.5,TRUE,2024-02-30,2024-05-01 10:00:00,1.25,abc\n")
    pattern = ",".join(["([^,]*)"] * len(kinds))
    assert rows(files, [f"c{place} {kind}" for place, kind in enumerate(kinds)], pattern) == [
        [None, None, None, "5", "2.5", "true", None, "2024-05-01 10:00:00.000", "1.3", "ab"]
    ]


def test_headers_packed_files_and_partition_keys(files):
    files.add("p=1/a.gz", gzip.compress(b"head\r\n1 x\r\n"), "1")
    table = entry(
        REGEX, ["a int", "b string"], ["p int"], {"skip.header.line.count": "1"}, {"input.regex": r"(\d) (\w)"}
    )
    assert files.rows(table, 'SELECT a, b, p, "$path" FROM t') == [["1", "x", "1", "s3://b/t/p=1/a.gz"]]


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({}, 'This table does not have serde property "input.regex"!'),
        ({"input.regex": "(a"}, "input.regex is no regular expression: "),
    ],
)
def test_a_regular_expression_that_is_none_fails_the_query(files, parameters, text):
    files.add("a", "foo\n")
    with pytest.raises(FailedQueryError) as failed:
        files.rows(entry(REGEX, ["a string"], (), {}, parameters))
    assert str(failed.value).startswith(f"HIVE_INVALID_METADATA: {text}")


def test_an_expression_that_takes_too_long_fails_the_query(files):
    files.add("a", "a" * 60 + "\n")
    with pytest.raises(FailedQueryError, match=r"^HIVE_BAD_DATA: input\.regex: matching takes more than"):
        rows(files, ["a string"], "(a|aa)+[bc]")


def test_settings_and_types_that_are_not_supported_are_refused(files):
    files.add("a", "foo\n")
    with pytest.raises(RefusedQueryError, match=r"NOT_SUPPORTED: the SerDe's serialization\.encoding"):
        rows(files, ["a string"], "(.*)", {"serialization.encoding": "latin1"})
    with pytest.raises(RefusedQueryError, match="NOT_SUPPORTED: the type array<int>"):
        rows(files, ["a array<int>"], "(.*)")


RECORDS = {
    "Records": [
        {"eventName": "PutObject", "requestParameters": {"key": "a", "n": [1, 2.50]}, "userIdentity": {"arn": "x"}},
        {"eventName": "Login", "requestParameters": None, "userIdentity": {"ARN": "y", "sessionContext": {"a": 1}}},
    ]
}


@pytest.mark.parametrize("serde", [CLOUDTRAIL, JSON, HIVE_JSON])
def test_files_of_cloudtrail_have_a_row_for_each_record(files, serde):
    files.add("a.json.gz", gzip.compress(json.dumps(RECORDS).encode()))
    table = entry(serde, ["eventname string", "requestparameters string", "useridentity struct<arn:string>"])
    table["StorageDescriptor"]["InputFormat"] = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
    sql = "SELECT eventname, useridentity.arn, json_extract_scalar(requestparameters, '$.n[0]'), \"$path\" FROM t"
    assert files.rows(table, sql) == [
        ["Login", "y", None, "s3://b/t/a.json.gz"], ["PutObject", "x", "1", "s3://b/t/a.json.gz"]
    ]  # fmt: skip
    files.add("b.json", "{}\n")
    with pytest.raises(FailedQueryError, match=r"^HIVE_BAD_DATA: a file is none of CloudTrail's \(s3://b/t/b\.json\)"):
        files.rows(table)


@pytest.mark.parametrize(
    "library",
    ["org.apache.hadoop.hive.contrib.serde2.MultiDelimitSerDe", "com.bizo.hive.serde.csv.CSVSerde",
     "com.amazon.ionhiveserde.IonHiveSerDe"],
)  # fmt: skip
def test_a_serde_that_is_not_known_is_not_read_by_the_classification(files, library):
    files.add("a", "1\n")
    with pytest.raises(RefusedQueryError, match="NOT_SUPPORTED: the format of the table t"):
        files.rows(entry(library, ["a int"], (), {"classification": "csv"}))


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        ({"avro.schema.url": "s3://b/a.avsc"}, "avro.schema.url"),
        (
            {"avro.schema.literal": json.dumps({"fields": [{"name": "New", "type": "int", "default": 7}]})},
            "the default of",
        ),
    ],
)
def test_what_an_avro_tables_own_schema_would_change_is_refused(files, parameters, what):
    files.add("a", avro_file(record_of(id="int"), [{"id": 1}]))
    with pytest.raises(RefusedQueryError, match=f"NOT_SUPPORTED: {what}"):
        files.rows(entry(AVRO, ["id int", "new int"], (), {}, parameters))


def test_an_avro_tables_own_schema_may_say_what_files_say(files):
    files.add("a", avro_file(record_of(id="int"), [{"id": 1}]))
    literal = json.dumps({"fields": [{"name": "id", "type": "int"}, {"name": "new", "type": "int", "default": None}]})
    assert files.rows(entry(AVRO, ["id int", "new int"], (), {}, {"avro.schema.literal": literal})) == [["1", None]]
