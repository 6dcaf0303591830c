import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.crawler.csv_rules import classify_csv, header_names


def columns(text, *, whole=True):
    found = classify_csv(text, whole=whole)
    assert not found.problem, found.problem
    return [(column.name, column.hive_type) for column in found.columns]


def test_a_header_above_numbers_names_the_columns():
    found = classify_csv("Region,Item Type,Order ID,Unit Price\nAsia,Meat,12,1.5\n", whole=True)
    assert found.header
    assert columns("Region,Item Type,Order ID,Unit Price\nAsia,Meat,12,1.5\n") == [
        ("region", "string"),
        ("item type", "string"),
        ("order id", "bigint"),
        ("unit price", "double"),
    ]


def test_a_file_of_texts_only_has_no_header_and_generated_names():
    found = classify_csv("name,city\nann,paris\nbob,rome\n", whole=True)
    assert (found.header, [column.name for column in found.columns]) == (False, ["col0", "col1"])
    assert found.why == "no header: every value is text, so that the first line differs in nothing from the others"


def test_a_first_line_with_a_number_is_data():
    assert columns("id,2020\n1,7\n") == [("col0", "string"), ("col1", "bigint")]


def test_a_first_line_with_a_blank_name_is_data_unless_it_is_the_last():
    assert not classify_csv(",b\n1,2\n", whole=True).header
    assert columns("a,b,\n1,2,\n") == [("a", "bigint"), ("b", "bigint"), ("col2", "string")]


@pytest.mark.parametrize(("length", "header"), [(149, True), (150, False)])
def test_a_name_of_150_characters_is_no_header(length, header):
    assert classify_csv(f"{'n' * length},b\n1,2\n", whole=True).header == header


@pytest.mark.parametrize(
    ("values", "hive_type"),
    [
        (["1", "-2", "+3"], "bigint"),
        (["007", "10"], "bigint"),
        (["1", "2.5"], "double"),
        (["1e3", ".5", "4."], "double"),
        (["9223372036854775807"], "bigint"),
        (["9223372036854775808"], "double"),
        (["true", "False", "TRUE"], "boolean"),
        (["1", "true"], "string"),
        (["1", "", " "], "bigint"),
        (["", " "], "string"),
        (["2020-01-15"], "string"),
        (["2020-01-15 03:44:40"], "string"),
        (["1/27/2011"], "string"),
        (["1", "n/a"], "string"),
        (["nan"], "string"),
        (["1,5"], "string"),
    ],
)
def test_the_type_of_a_column(values, hive_type):
    text = "value|other\n" + "".join(f"{value}|1\n" for value in values)
    assert columns(text)[0] == ("value", hive_type)


def test_the_reason_of_a_type_shows_the_value_that_decided():
    text = "a,b,c,d\n1,2,x,1\n2,2.5,y,n/a\n"
    why = {column.name: column.why for column in classify_csv(text, whole=True).columns}
    assert why == {
        "a": "all of 2 sampled values are whole numbers",
        "b": "value 2 is '2.5'",
        "c": "value 1 is 'x'",
        "d": "value 2 is 'n/a', and earlier values are bigint",
    }


@pytest.mark.parametrize("delimiter", [",", "|", "\t", ";", "\u0001"])
def test_each_delimiter_is_found(delimiter):
    assert classify_csv(f"a{delimiter}b\n1{delimiter}2\n", whole=True).delimiter == delimiter


def test_commas_inside_the_fields_of_another_delimiter_do_not_mislead():
    text = "name|note|n\nann|a, b, c|1\nbob|none|2\ncid|x|3\n"
    assert classify_csv(text, whole=True).delimiter == "|"


def test_a_quoted_comma_does_not_split():
    assert columns('a,b\n"x, y",1\n"z",2\n') == [("a", "string"), ("b", "bigint")]


def test_quoted_fields_bring_a_word_about_the_serde():
    assert "LazySimpleSerDe does not unquote" in classify_csv('a,b\n"x",1\n', whole=True).why
    assert "LazySimpleSerDe" not in classify_csv("a,b\nx,1\n", whole=True).why


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "fewer than two lines"),
        ("a,b\n", "fewer than two lines"),
        ("a\n1\n2\n", "no delimiter"),
        ("one, two\nthree\nfour, five, six\nseven\n", "no delimiter"),
        ("a,b\nc,d\ne\nf,g,h\n", "only 50% of the lines"),
    ],
)
def test_what_is_no_csv(text, problem):
    assert problem in classify_csv(text, whole=True).problem


def test_rows_of_another_width_do_not_count_for_types():
    rows = ["1,2"] * 9 + ["x"]
    assert columns("a,b\n" + "\n".join(rows) + "\n") == [("a", "bigint"), ("b", "bigint")]


def test_a_cut_off_last_line_is_not_looked_at():
    assert columns("a,b\n1,2\n3,4\n5,cut o", whole=False) == [("a", "bigint"), ("b", "bigint")]


def test_only_a_thousand_lines_are_looked_at():
    text = "a,b\n" + "1,2\n" * 999 + "late,text\n"
    assert columns(text) == [("a", "bigint"), ("b", "bigint")]
    assert columns("a,b\n" + "1,2\n" * 998 + "late,text\n")[0] == ("a", "string")


def test_windows_line_ends_are_line_ends():
    assert columns("a,b\r\n1,2\r\n3,4\r\n") == [("a", "bigint"), ("b", "bigint")]


def test_the_average_record_counts_bytes_and_line_ends():
    found = classify_csv("a,b\n1,éé\n", whole=True)
    assert (found.records, found.record_size) == (2, (4 + 7) // 2)


def test_repeated_names_are_numbered():
    assert header_names(["Id", "id", "ID", "x"]) == ["id", "id_1", "id_2", "x"]


@given(st.lists(st.text("aAbB _", max_size=4), min_size=1, max_size=8))
def test_column_names_are_never_repeated(cells):
    names = header_names(cells)
    assert len(set(names)) == len(cells)


@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.booleans()), min_size=1, max_size=20))
def test_what_is_written_as_numbers_and_booleans_is_found_as_such(rows):
    text = "n,flag\n" + "".join(f"{number},{flag}\n" for number, flag in rows)
    assert columns(text) == [("n", "bigint"), ("flag", "boolean")]
