"""Text files, and what is wrong with files: as the SerDes read them, and how a query fails then."""

import gzip
import re

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.tables import bad_files, open_csv
from tests.local_aws.athena.tables.test_relations import JSON, LAZY, OPEN_CSV, ORC, PARQUET, Files, entry


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


COMMA = {"field.delim": ","}
SKIPPED = {"skip.header.line.count": "1"}


def test_blank_lines_are_rows(files):
    files.add("a.txt", "one\n\nthree\n")
    files.add("b.txt", "\r\nfive\r\n\r\n")
    assert files.rows(entry(LAZY, ["a string"])) == [[""], [""], [""], ["five"], ["one"], ["three"]]
    assert files.rows(entry(LAZY, ["a int", "b string"])) == [[None, None]] * 6
    assert files.rows(entry(LAZY, ["a string"]), "SELECT count(*) FROM t") == [["6"]]


def test_header_lines_go_from_each_file_that_is_read_by_lines(files):
    files.add("a.csv", "h,h\n1,x\n\n")
    files.add("b.csv.gz", gzip.compress(b"h,h\n2,y\n"))
    files.add("c.csv", "h,h\n")
    table = entry(LAZY, ["id int", "name string"], (), SKIPPED, COMMA)
    assert files.rows(table) == [["1", "x"], ["2", "y"], [None, None]]


def test_partition_keys_and_paths_stand_beside_lines(files):
    files.add("p=1/a.csv", "1,x\n\n", "1")
    files.add("p=2/b.csv", "2,y\n", "2")
    table = entry(LAZY, ["id int", "name string"], ["p int"], (), COMMA)
    assert files.rows(table, 'SELECT id, p, "$path" FROM t') == [
        ["1", "1", "s3://b/t/p=1/a.csv"], ["2", "2", "s3://b/t/p=2/b.csv"], [None, "1", "s3://b/t/p=1/a.csv"]
    ]  # fmt: skip


def test_an_escaped_sign_is_itself(files):
    files.add("l.csv", "1,a\\,b,5\n2,c\\\\,6\n3,\\N,\\7\n4,\\\\\\,\\\\,8\n")
    table = entry(LAZY, ["i int", "s string", "k int"], (), {}, {**COMMA, "escape.delim": "\\"})
    assert files.rows(table) == [["1", "a,b", "5"], ["2", "c\\", "6"], ["3", None, "7"], ["4", "\\,\\", "8"]]


def test_arrays_maps_and_structs_of_text(files):
    files.add("t.txt", "1|a,b|k:1,j:2|x,2\n2|||\n3|\\N|\\N|\\N\n4|a|k:1,k:7|y\n")
    columns = ["id int", "arr array<string>", "m map<string,int>", "s struct<a:string,b:int>"]
    signs = {"field.delim": "|", "colelction.delim": ",", "mapkey.delim": ":"}
    assert files.rows(entry(LAZY, columns, (), {}, signs)) == [
        ["1", "[a, b]", "{k=1, j=2}", "{a=x, b=2}"],
        ["2", "[]", "{}", "{a=null, b=null}"],
        ["3", None, None, None],
        ["4", "[a]", "{k=7}", "{a=y, b=null}"],
    ]


def test_a_sign_may_be_told_by_its_number(files):
    files.add("t.txt", "1\tx\n")
    assert files.rows(entry(LAZY, ["id int", "name string"], (), {}, {"field.delim": "9"})) == [["1", "x"]]


@pytest.mark.parametrize(
    "signs", [{"field.delim": "||"}, {"field.delim": "\n"}, {"colelction.delim": "ab"}, {"escape.delim": "ab"}]
)
def test_signs_that_are_none_are_refused(files, signs):
    files.add("t.txt", "1\n")
    with pytest.raises(RefusedQueryError, match=r"^NOT_SUPPORTED: the separator '.*' of a text table"):
        files.rows(entry(LAZY, ["id int"], (), {}, signs))


def test_many_small_files_are_read_beside_a_large_one(files):
    for number in range(30):
        files.add(f"{number}.csv", f"{number},x\n")
    files.add("large.csv", b"7,y\n" * 200_000)
    table = entry(LAZY, ["id int", "name string"], (), {}, COMMA)
    assert files.rows(table, "SELECT name, count(*), sum(id) FROM t GROUP BY 1") == [
        ["x", "30", str(sum(range(30)))],
        ["y", "200000", "1400000"],
    ]


def test_each_level_has_a_sign_of_its_own(files):
    files.add("t.txt", "x\x021\x032\x01k\x031\x042\n")
    columns = ["s struct<a:string,b:array<int>>", "m map<string,array<int>>"]
    assert files.rows(entry(LAZY, columns)) == [["{a=x, b=[1, 2]}", "{k=[1, 2]}"]]


def test_binary_is_base64_where_it_can_be(files):
    files.add("b.csv", "MTIz,!\n")
    assert files.rows(entry(LAZY, ["a binary", "b binary"], (), {}, COMMA)) == [["31 32 33", "21"]]


def test_whole_numbers_lose_what_stands_behind_the_point(files):
    files.add("a.csv", "1.9,-2.5,1e3\n")
    assert files.rows(entry(LAZY, ["a int", "b bigint", "c int"], (), {}, COMMA)) == [["1", "-2", None]]


QUOTED = 'id,note,n\n1,"first\nsecond",10\n2,"a, b",20\n3,"say ""hi""",30\n'


def test_each_line_is_a_row_of_open_csv_whatever_its_quotes(files):
    files.add("a.csv", QUOTED)
    table = entry(OPEN_CSV, ["id string", "note string", "n string"], (), SKIPPED)
    assert files.rows(table) == [["1", None, None], ["2", "a, b", "20"], ["3", 'say "hi"', "30"], [None, None, None]]


@pytest.mark.parametrize("escape", [{}, {"escapeChar": "\\"}])
def test_open_csv_escapes_with_a_backslash_unless_it_is_told_otherwise(files, escape):
    files.add("o.csv", '1,"x\\"y",5\n2,"c",6\n3,\\N,7\n')
    table = entry(OPEN_CSV, ["i string", "s string", "k string"], (), {}, {"separatorChar": ",", **escape})
    assert files.rows(table) == [["1", 'x"y', "5"], ["2", "c", "6"], ["3", "N", "7"]]


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("int", "", "Error parsing field value '' for field 1: For input string: \"\""),
        ("bigint", "1.5", "Error parsing field value '1.5' for field 1: For input string: \"1.5\""),
        ("double", "", "Error parsing field value '' for field 1: empty String"),
        ("date", "2024-01-02", "Error parsing field value '2024-01-02' for field 1: For input string: \"2024-01-02\""),
    ],
)
def test_open_csv_ends_a_query_of_a_number_that_is_none(files, kind, text, reason):
    files.add("o.csv", f'a,"{text}"\n')
    table = entry(OPEN_CSV, ["s string", f"n {kind}"])
    assert files.rows(table, "SELECT s FROM t") == [["a"]]
    with pytest.raises(FailedQueryError, match=f"^HIVE_BAD_DATA: {re.escape(reason)}$"):
        files.rows(table)
    lenient = entry(OPEN_CSV, ["s string", f"n {kind}"], (), {"use.null.for.invalid.data": "TRUE"})
    assert files.rows(lenient) == [["a", None]]


@pytest.mark.parametrize(
    ("serde", "of_serde", "of_table", "what"),
    [
        (LAZY, {"timestamp.formats": "yyyy"}, {}, "timestamp.formats"),
        (LAZY, {"line.delim": ";"}, {}, "lines that end in ';'"),
        (LAZY, {}, {"skip.footer.line.count": "1"}, "skip.footer.line.count"),
        (OPEN_CSV, {"serialization.encoding": "latin1"}, {}, "serialization.encoding"),
    ],
)
def test_settings_that_are_not_carried_out_are_refused(files, serde, of_serde, of_table, what):
    files.add("a.csv", "1\n")
    with pytest.raises(RefusedQueryError, match=f"NOT_SUPPORTED: .*{what}"):
        files.rows(entry(serde, ["a string"], (), of_table, of_serde))


LINES = st.lists(st.text(st.sampled_from('ab ,"\\'), max_size=12), min_size=1, max_size=6)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(lines=LINES)
def test_what_the_fast_reader_takes_is_what_opencsv_makes_of_it(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("csv")
    found = Files(folder).add("a.csv", "".join(f"{line}\n" for line in lines))
    rows = found.rows(entry(OPEN_CSV, ["a string", "b string", "c string"]), order=False)
    expected = [open_csv.fields(line, ",", '"', "\\") for line in lines]
    assert sorted(map(str, rows)) == sorted(str([*one, None, None, None][:3]) for one in expected)


@pytest.mark.parametrize("blank", [b"", b"\n"])
def test_compressed_text_is_read_by_either_reader(files, blank):
    files.add("a.csv.zst", pa.compress(b"1,x\n" + blank, codec="zstd", asbytes=True))
    files.add("b.csv.gz", gzip.compress(b"2,y\n" + blank))
    rows = files.rows(entry(LAZY, ["id int", "name string"], (), {}, COMMA))
    assert rows == [["1", "x"], ["2", "y"], *([[None, None]] * 2 if blank else [])]


BROKEN_GZIP = gzip.compress(b'{"a":"x"}\n' * 1000)[:40]


@pytest.mark.parametrize(
    ("name", "serde", "body", "reason"),
    [
        ("a.json", JSON, b'{"a":"x"}\n{"b":"\xff"}\n', "HIVE_BAD_DATA: a line is not text in UTF-8"),
        ("a.json.gz", JSON, BROKEN_GZIP, "HIVE_BAD_DATA: a file is not compressed as its ending says, or not whole"),
        ("a.csv.gz", LAZY, b"\x1f\x8bno", "HIVE_BAD_DATA: a file is not compressed as its ending says, or not whole"),
        ("a.csv.zst", LAZY, b"no", "HIVE_BAD_DATA: a file is not compressed as its ending says, or not whole"),
        ("a.csv", LAZY, b"a\xffb,1\n", "HIVE_BAD_DATA: a line is not text in UTF-8"),
        ("a.csv", LAZY, b"a\xffb,1\n\n", "HIVE_BAD_DATA: a line is not text in UTF-8"),
        ("a.csv", LAZY, b"a\x7fb,1\n\n", "NOT_SUPPORTED: a line with the sign U+007F is not read by the local AWS"),
        ("a.parquet", PARQUET, b"nope", "HIVE_BAD_DATA: a file is not Parquet, or not whole"),
        ("a.parquet", PARQUET, b"PAR1nopenopePAR1", "HIVE_BAD_DATA: a file is not Parquet, or not whole"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_in_words_of_our_own(files, name, serde, body, reason):
    files.add(name, body)
    with pytest.raises(FailedQueryError, match=f"^{re.escape(f'{reason} (s3://b/t/{name})')}$"):
        files.rows(entry(serde, ["a string", "b int"], (), {}, COMMA))


def test_a_file_that_is_no_orc_is_said_to_be_none(files):
    files.add("a", b"nope")
    with pytest.raises(FailedQueryError, match=r"^HIVE_BAD_DATA: .*not ORC"):
        files.rows(entry(ORC, ["a string"]))


def test_values_are_not_taken_for_what_is_wrong_with_a_file():
    for said in (
        "Conversion Error: Could not convert string 'CSV Error on Line' to INT32",
        "Invalid Input Error: HIVE_BAD_DATA: Error parsing field value 'zlib' for field 1",
    ):
        assert bad_files.reason(said) is None


@pytest.mark.parametrize("end", [b"\n", b"\n\n"])
def test_long_lines_are_read(files, end):
    files.add("a.csv", b"x" * (3 << 20) + b",1" + end)
    assert files.rows(entry(LAZY, ["a string", "b int"], (), {}, COMMA), "SELECT max(length(a)), max(b) FROM t") == [
        [str(3 << 20), "1"]
    ]
