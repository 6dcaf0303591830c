"""Files of JSON as the two JSON SerDes read them: AWS's and Trino's documentation, public logs of Athena's errors."""

import contextlib
import gzip
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.tables.json_files.moments import NoMomentError, hive, open_x
from local_aws.athena.tables.json_files.parsing import NoJsonError, Parser
from tests.local_aws.athena.tables.test_relations import JSON, Files, entry

HIVE = "org.apache.hive.hcatalog.data.JsonSerDe"
CURSOR = "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: "
BAD = "HIVE_BAD_DATA: Error Parsing a column in the table: "
OPEN = "Current entry must be closed before a null can be written"


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def rows(files, body, columns, serde=JSON, sql="SELECT * FROM t", **parameters):
    """The rows of a file, in their order where there is one."""
    told = {name.replace("__", "."): value for name, value in parameters.items()}
    return files.add("a.json", body).rows(entry(serde, columns, (), {}, told), sql, order=False)


def failure(files, body, columns, serde=JSON, sql="SELECT * FROM t", **parameters):
    with pytest.raises(FailedQueryError) as failed:
        rows(files, body, columns, serde, sql, **parameters)
    return str(failed.value)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "A JSONObject text must end with '}' at 2 [character 3 line 1]"),
        ('{"a":"abc', "Unterminated string at 10 [character 11 line 1]"),
        ('{"country":"Italy","languages" "Italian"}', "Expected a ':' after a key at 32 [character 33 line 1]"),
        ('{"a":1 "b":2}', "Expected a ',' or '}' at 8 [character 9 line 1]"),
        ('{"a":["b" "c"]}', "Expected a ',' or ']' at 11 [character 12 line 1]"),
        ('{"a":}', "Missing value at 5 [character 6 line 1]"),
        ('{"URL":"one","Url":"two"}', 'Duplicate key "url"'),
        ('{"a":1,"b":2,"b":3}', 'Duplicate key "b"'),
        ('{"s":{"x":1,"X":2}}', 'Duplicate key "x"'),
        ('{"a":' + "{a:" * 600, "more than 250 levels (on the local AWS)"),
    ],
)
def test_a_line_that_is_no_json_ends_the_query(files, line, why):
    """The first three and the first duplicate key are those of AWS's and the SerDe's documentation and public logs."""
    columns = ["a string", "s struct<x:int>"]
    assert failure(files, f'{{"a":1}}\n{line}\n', columns) == f"{CURSOR}{why} (s3://b/t/a.json)"
    if not why.startswith("Duplicate"):
        assert rows(Files(files.folder), f"{line}\n", columns, ignore__malformed__json="TRUE") == [[None, None]]


@pytest.mark.parametrize("inner", ['{"x":1,"X":2}', '[{"x":1,"X":2}]', '{"y":{"x":1,"X":2}}'])
@pytest.mark.parametrize("column", ["b map<string,int>", "b string", "c int"])
def test_names_within_that_differ_in_case_alone_are_one_name_that_comes_twice(files, inner, column):
    """Also where no column asks for them: the SerDe reads the line as a whole."""
    assert failure(files, f'{{"a":1,"b":{inner}}}\n', ["a int", column], sql="SELECT a FROM t").startswith(CURSOR)


@pytest.mark.parametrize("name", ["*", 'a"b', "a\\b", "a\tb", "a.b", "é"])
def test_numbers_keep_their_form_whatever_the_column_is_called_in_the_file(files, name):
    found = rows(files, json.dumps({name: 0})[:-2] + "5.10}\n", ["a string"], mapping__a=name)
    assert found == [["5.10"]]


def test_json_spread_over_lines_is_no_json_or_rows_of_nulls(files):
    body = '{\n  "ride": 7,\n  "town": "Ulm"\n}\n'
    columns = ["ride int", "town string"]
    assert failure(files, body, columns, sql="SELECT count(ride) FROM t").startswith(CURSOR)
    assert rows(Files(files.folder), body, columns, ignore__malformed__json="true") == [[None, None]] * 4


def test_lines_that_begin_otherwise_are_rows_of_nulls_and_what_stands_behind_is_left_out(files):
    body = '{"a":1}\n\nnope\n[5,"x"]\n  {"a":2} rest\n{"a":3}'
    assert rows(files, body, ["a int", "b string"]) == [
        ["1", None], [None, None], [None, None], ["5", "x"], ["2", None], ["3", None]
    ]  # fmt: skip


@pytest.mark.parametrize("blank", ["\n", "\r\n", " \n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_blank_lines_are_rows(files, blank, pack):
    name = "a.json.gz" if pack is gzip.compress else "a.json"
    files.add(name, pack(f'{{"a":1}}\n{blank}{{"a":2}}\n'.encode()), "1")
    files.add("b.json", '{"a":3}\n', "2").add("c.json", f"{blank}{blank}", "3")
    table = entry(JSON, ["a int", "s struct<x:int>"], ["p int"])
    assert files.rows(table, "SELECT a, s.x, p FROM t") == [
        ["1", None, "1"], ["2", None, "1"], ["3", None, "2"], [None, None, "1"], [None, None, "3"], [None, None, "3"]
    ]  # fmt: skip


def test_names_and_texts_need_no_quotes(files):
    """The user guide's planets ("Query JSON data")."""
    body = "{name:\"Mercury\",distanceFromSun:0.39}\n{name=>'Venus';distanceFromSun=0.72,}\n{name:Earth}\n"
    assert rows(files, body, ["name string", "distancefromsun double"]) == [
        ["Mercury", "0.39"], ["Venus", "0.72"], ["Earth", None]
    ]  # fmt: skip


URLS = '{"URL":"one","Url":"two","id":1}\n'


@pytest.mark.parametrize(
    ("body", "columns", "parameters", "expected"),
    [
        (URLS, ["u1 string", "u2 string", "id int"],
         {"case.insensitive": "FALSE", "mapping.u1": "URL", "mapping.u2": "Url"}, [["one", "two", "1"]]),
        (URLS, ["url string", "id int"], {"case.insensitive": "false"}, [[None, "1"]]),
        ('{"ts":5,"Order Id":"x"}\n', ["stamp int", "oid string"], {"mapping.stamp": "TS", "mapping.oid": "order id"},
         [["5", "x"]]),
        ('{"ts":5}\n', ["stamp int"], {"mapping.stamp": "TS", "case.insensitive": "FALSE"}, [[None]]),
        ('{"a.b":1}\n', ["a_b int"], {"dots.in.keys": "true"}, [["1"]]),
        ('{"a.b":1,"a_b":2}\n', ["a_b int"], {"dots.in.keys": "true"}, [["2"]]),
        ('{"a.b":1}\n', ["a_b int"], {}, [[None]]),
        ('{"item":{"my:struct:field":"x"}}\n', ["item struct<my_struct_field:string>"],
         {"mapping.my_struct_field": "my:struct:field"}, [["{my_struct_field=x}"]]),
        ('{"S":{"userName":"x","Inner":[{"ID":1}]}}\n', ["s struct<username:string,inner:array<struct<id:int>>>"], {},
         [["{username=x, inner=[{id=1}]}"]]),
        ('{"s":{"userName":"x"}}\n{"s":{"username":"y"}}\n', ["s struct<username:string>"], {},
         [["{username=x}"], ["{username=y}"]]),
        ('{"ID":1}\n{"id":2}\n', ["id int"], {}, [["1"], ["2"]]),
    ],
)  # fmt: skip
def test_names_are_found_by_the_settings(files, body, columns, parameters, expected):
    files.add("a.json", body)
    assert files.rows(entry(JSON, columns, (), {}, parameters)) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        *[("boolean", value, "false") for value in ("1", '"yes"', '"1"', "[1]", '{"x":1}', "false")],
        *[("boolean", value, "true") for value in ("true", '"TRUE"')],
        *[("int", value, "7") for value in ("7", '"7"', "7.9", '"7.9"', "7e0", '"0x7"', '"07"')],
        ("tinyint", "-128", "-128"),
        ("bigint", "9223372036854775807", "9223372036854775807"),
        ("double", '"1.5"', "1.5"),
        ("double", '"NaN"', "NaN"),
        ("float", "1.5", "1.5"),
        ("decimal(10,2)", "1.005", "1.01"),
        ("decimal(10,2)", '"-1.005"', "-1.01"),
        ("decimal(30,2)", "12345678901234567.12", "12345678901234567.12"),
        ("decimal", "2.5", "3"),
        ("string", "5", "5"),
        ("string", "true", "true"),
        *[("string", value, value) for value in ("123456789012345678901.5", "5.10", "-7", "[5.10,2]")],
        ("string", '{"x":{"y":5.10}}', '{"x":{"y":5.10}}'),
        *[("string", value, "0") for value in ("0", "-0", "+0")],
        ("string", "-0.00", "0.00"),
        ("string", "1e5", "1E+5"),
        ("string", '[15e-8,"1e5"]', '[1.5E-7,"1e5"]'),
        ("array<string>", "[5.10]", "[5.10]"),
        ("map<string,string>", '{"x":5.10}', "{x=5.10}"),
        ("struct<x:string,y:string>", '{"x":5.10,"y":[5.10]}', "{x=5.10, y=[5.10]}"),
        ("string", "[" * 200 + "7" + "]" * 200, "[" * 200 + "7" + "]" * 200),
        ("string", '{ "b": [1, 2.5, "x"] }', '{"b":[1,2.5,"x"]}'),
        ("string", '"\\ud83d\\ude00 \\ud800"', "😀 ?"),
        ("varchar(2)", '"abc"', "ab"),
        ("binary", '"aGk="', "68 69"),
        ("date", '"2024-05-01"', "2024-05-01"),
        ("date", '"2024-05-01 10:00:00"', "2024-05-01"),
        ("date", "19000", "2022-01-08"),
        ("timestamp", '"2024-05-01 10:00:00.5"', "2024-05-01 10:00:00.500"),
        ("timestamp", '"2024-05-01T10:00:00Z"', "2024-05-01 10:00:00.000"),
        ("timestamp", '"2024-05-01T10:00:00+0200"', "2024-05-01 08:00:00.000"),
        ("timestamp", '"2024-05-01T10:00:00-01:30"', "2024-05-01 11:30:00.000"),
        ("timestamp", "1714557600", "2024-05-01 10:00:00.000"),
        ("timestamp", "1714557600123", "2024-05-01 10:00:00.123"),
        ("timestamp", "1714557600.5", "2024-05-01 10:00:00.500"),
        ("array<int>", "5", "[5]"),
        ("array<string>", '"x"', "[x]"),
        ("array<int>", '[1,"2",null]', "[1, 2, null]"),
        ("array<int>", '""', None),
        ("map<string,int>", '{"A":1,"b":2}', "{A=1, b=2}"),
        ("map<int,string>", '{"1":"x"}', "{1=x}"),
        ("map<string,int>", '" "', None),
        ("struct<x:int,y:string>", '{"x":1}', "{x=1, y=null}"),
        ("struct<x:int,y:string>", '[1,"b"]', "{x=1, y=b}"),
        ("struct<x:int,y:string>", '""', "{x=null, y=null}"),
        *[(kind, "null", None) for kind in ("int", "string", "array<int>", "map<string,int>", "struct<x:int>")],
    ],
)  # fmt: skip
def test_values_by_open_x(files, kind, value, expected):
    assert rows(files, f'{{"a":{value}}}\n', [f"a {kind}"]) == [[expected]]


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("int", '"abc"', 'For input string: "abc"'),
        ("int", '""', 'For input string: ""'),
        ("int", "true", 'For input string: "true"'),
        ("int", '" 5"', 'For input string: " 5"'),
        ("tinyint", "300", "Value 300 exceeds the range of TINYINT"),
        ("bigint", "9223372036854775808", "Value 9223372036854775808 exceeds the range of BIGINT"),
        ("double", '"abc"', 'For input string: "abc"'),
        ("decimal(4,2)", "123.4", "Cannot convert '123.4' to decimal(4,2). Value too large."),
        ("date", '"01.05.2024"', "Text '01.05.2024' could not be parsed"),
        ("date", '"2024-02-30"', "Text '2024-02-30' could not be parsed"),
        ("timestamp", '"2024-05-01"', 'For input string: "2024-05-01"'),
        ("timestamp", '"noon"', "Invalid timestamp"),
        ("struct<x:int>", '"abc"', OPEN),
        ("struct<x:int>", '{"x":"abc"}', OPEN),
        ("struct<s:struct<x:int>>", '{"s":"abc"}', OPEN),
        ("array<int>", '["abc"]', OPEN),
        ("map<string,int>", '{"k":"abc"}', OPEN),
        ("map<string,int>", '"abc"', "Primitive can not be coerced to a MAP"),
    ],
)  # fmt: skip
def test_values_that_are_none_of_their_type_end_the_query_that_asks_for_them(files, kind, value, why):
    """What stands before the colon, and that of structs, is real (public logs)."""
    body = f'{{"a":{value},"b":1}}\n'
    assert failure(files, body, [f"a {kind}", "b int"]) == f"{BAD}{why} (s3://b/t/a.json)"
    assert rows(Files(files.folder), body, [f"a {kind}", "b int"], sql="SELECT b FROM t") == [["1"]]
    assert rows(Files(files.folder), body, [f"a {kind}", "b int"], use__null__for__invalid__data="TRUE") == [
        [None, "1"]
    ]


@pytest.mark.parametrize(
    ("serde", "formats", "text", "expected"),
    [
        (JSON, "dd/MM/yyyy", "01/05/2024", "2024-05-01 00:00:00.000"),
        (JSON, "dd/MM/yyyy", "2024-05-01 10:00:00", "2024-05-01 10:00:00.000"),
        (JSON, "yyyy-MM-dd'T'HH:mm:ssXXX", "2024-05-01T10:00:00+02:00", "2024-05-01 08:00:00.000"),
        (HIVE, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z',yyyy-MM-dd'T'HH:mm:ss", "2024-05-01T10:00:00.123Z",
         "2024-05-01 10:00:00.123"),
        (HIVE, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z',yyyy-MM-dd'T'HH:mm:ss", "2024-05-01T10:00:00", "2024-05-01 10:00:00.000"),
    ],
)  # fmt: skip
def test_moments_by_patterns(files, serde, formats, text, expected):
    """That of Hive's SerDe is the user guide's example."""
    assert rows(files, json.dumps({"a": text}), ["a timestamp"], serde, timestamp__formats=formats) == [[expected]]


def test_moments_of_hive_have_a_form_of_their_own():
    assert hive("2024-05-01 10:00:00.5").microsecond == 500_000
    for text in ("2024-05-01T10:00:00Z", "2021-12-31T23:59:59+02:00", "x"):
        with pytest.raises(NoMomentError, match=re.escape("Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]")):
            hive(text)
    with pytest.raises(NoMomentError):
        open_x("2024-13-01T10:00:00Z")


@pytest.mark.parametrize(
    ("line", "columns", "expected"),
    [
        ('{"A":1,"b":5.10}', ["a int", "b string"], ["1", "5.10"]),
        ('{"a":1.7}', ["a int"], ["1"]),
        ('{"a":"x"}', ["a boolean"], ["false"]),
        ('{"a":"1.005"}', ["a decimal(10,2)"], ["1.01"]),
        ('{"s":{"X":1},"m":{"k":"v"}}', ["s struct<x:int>", "m map<string,string>"], ["{x=1}", "{k=v}"]),
        ('{"c":"2024-05-01 10:00:00"}', ["c timestamp"], ["2024-05-01 10:00:00.000"]),
    ],
)
def test_values_by_hives_serde(files, line, columns, expected):
    assert rows(files, f"{line}\n", columns, HIVE) == [expected]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"a":"1"}', f"{BAD}Current token (VALUE_STRING) not numeric, can not use numeric value accessors"),
        ('{"a":{}}', f"{BAD}a JSON object can not be coerced to a INTEGER"),
        ('{"s":"x"}', f"{BAD}{OPEN}"),
        ('{"a":1', "HIVE_CURSOR_ERROR: JsonParseException: Unexpected end-of-input: expected close marker for OBJECT"),
        ("{a:1}", "HIVE_CURSOR_ERROR: JsonParseException: Unexpected character at column 2"),
        ('{"a":1,"A":2}', 'HIVE_CURSOR_ERROR: JsonParseException: Duplicate key "a"'),
        ("[1]", f"{BAD}Invalid JSON: start of object expected"),
    ],
)
def test_hives_serde_is_strict(files, line, why):
    """The end of input is the user guide's."""
    columns = ["a int", "s struct<x:int>"]
    assert failure(files, f'{{"a":7}}\n{line}\n', columns, HIVE) == f"{why} (s3://b/t/a.json)"


@pytest.mark.parametrize(
    ("serde", "parameters", "what"),
    [
        (HIVE, {"mapping.a": "b"}, f"mapping.a, which {HIVE} does not know"),
        (HIVE, {"ignore.malformed.json": "true"}, f"ignore.malformed.json, which {HIVE} does not know"),
        (HIVE, {"case.insensitive": "false"}, f"case.insensitive, which {HIVE} does not know"),
        (JSON, {"ConvertDotsInJsonKeysToUnderscores": "true"}, "which is dots.in.keys in a table's SerDe"),
        (JSON, {"timestamp.formats": "EEE"}, "the letters 'EEE' in timestamp.formats"),
        (JSON, {"serialization.encoding": "latin1"}, "serialization.encoding"),
    ],
)
def test_settings_that_are_not_carried_out_are_refused(files, serde, parameters, what):
    files.add("a.json", '{"a":1}\n')
    with pytest.raises(RefusedQueryError, match=f"^NOT_SUPPORTED: .*{re.escape(what)}"):
        files.rows(entry(serde, ["a int"], (), {}, parameters))


def test_settings_that_change_nothing_are_taken(files):
    files.add("a.json", '{"a":1}\n')
    parameters = {"paths": "a", "serialization.format": "1", "case.insensitive": "TRUE", "explicit.null": "true"}
    assert files.rows(entry(JSON, ["a int"], (), {}, parameters)) == [["1"]]


def test_header_lines_partition_keys_and_paths_stand_beside_json(files):
    files.add("p=1/a.json", 'h\n{"a":1}\n', "1").add("p=2/b.json", 'h\n{"a":2}\n', "2")
    table = entry(JSON, ["a int"], ["p int"], {"skip.header.line.count": "1"})
    assert files.rows(table, 'SELECT a, p, "$path" FROM t') == [
        ["1", "1", "s3://b/t/p=1/a.json"], ["2", "2", "s3://b/t/p=2/b.json"]
    ]  # fmt: skip


SCALARS = st.one_of(
    st.none(), st.integers(-(2**64), 2**64), st.floats(-1e6, 1e6).map(lambda one: round(one, 3)),
    st.sampled_from([1e20, 1.5e-7, -0.0, 1e300]),
    st.text(st.sampled_from("17 .-_exTZ:"), max_size=8), st.sampled_from(["2024-05-01", "2024-05-01 10:00:00", "true"]),
)  # fmt: skip
VALUES = st.one_of(
    SCALARS, st.booleans(), st.lists(SCALARS, max_size=2), st.dictionaries(st.sampled_from("xyX"), SCALARS, max_size=2)
)
KINDS = "boolean tinyint int bigint double string decimal(9,2) date timestamp array<int> map<string,int>".split()
KINDS += ["struct<x:int,y:string>"]


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    kind=st.sampled_from(KINDS), values=st.lists(VALUES, min_size=1, max_size=3), serde=st.sampled_from([JSON, HIVE])
)
def test_the_fast_way_gives_what_the_lines_give(tmp_path_factory, kind, values, serde):
    """But for true and false in a column of doubles, which are 1 and 0 the fast way (docs/fidelity.md)."""
    values = [0 if kind == "double" and isinstance(value, bool) else value for value in values]
    lines = "".join(json.dumps({"a": value}) + "\n" for value in values)
    found = []
    for head in ("", "h\n"):  # a file with a head is read line by line
        files = Files(tmp_path_factory.mktemp("json")).add("a.json", head + lines)
        table = entry(serde, [f"a {kind}"], (), {"skip.header.line.count": str(len(head) // 2)})
        try:
            found.append(files.rows(table))
        except FailedQueryError as failed:
            found.append(str(failed))
    assert found[0] == found[1]


@given(line=st.text(st.sampled_from("{}[]:,=;'\"\\ua1 tn/#"), max_size=14))
def test_any_line_is_read_or_is_no_json(line):
    for lenient in (True, False):
        with contextlib.suppress(NoJsonError):
            Parser(any_case=True, lenient=lenient).read(f"{{{line}")
