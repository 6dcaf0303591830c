"""Values for the `?` of a statement; what ExecutionParameters are taken for was measured on Athena, in public work."""

import pytest

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.parameters import as_expression, bound, constant, filled


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'abc'", "'abc'"),
        ("1", "1"),
        ("1 + 1", "(1 + 1)"),
        ("DATE '2020-01-01'", "(DATE '2020-01-01')"),
        ("NULL", "NULL"),
        ("now()", "(now())"),
        ("1 OR 1=1", "(1 OR 1=1)"),
        ("nosuchfunc(1)", "(nosuchfunc(1))"),
        ("abc def", "'abc def'"),
        ("it's", "'it''s'"),
        ("123e4567-e89b-12d3-a456-426614174000", "'123e4567-e89b-12d3-a456-426614174000'"),
        ("abc", "'abc'"),
        ("x + 1", "'x + 1'"),
        ("t.x", "'t.x'"),
        ("1, 2", "'1, 2'"),
        ("1 AS x", "'1 AS x'"),
        ("1 FROM t", "'1 FROM t'"),
        ("1) FROM t WHERE (1", "'1) FROM t WHERE (1'"),
        ("1; SELECT 2", "'1; SELECT 2'"),
        ("1 -- x", "'1 -- x'"),
        ("(SELECT 1)", "'(SELECT 1)'"),
        ("*", "'*'"),
        ("", "''"),
    ],
)
def test_a_value_is_an_expression_or_a_text(value, expected):
    assert as_expression(value) == expected


def test_only_question_marks_that_are_words_are_filled():
    sql = "SELECT ?, '?', \"?\" -- ?\nFROM t /* ? */ WHERE a = ? LIMIT ?"
    assert filled(sql, ["1", "'x?'", "5"]) == (
        "SELECT 1, '?', \"?\" -- ?\nFROM t /* ? */ WHERE a = 'x?' LIMIT 5"
    )  # fmt: skip


@pytest.mark.parametrize(("values", "found"), [(["1"], 1), (["1", "2", "3"], 3), (None, 0)])
def test_the_number_of_values_must_be_right(values, found):
    with pytest.raises(FailedQueryError) as failed:
        bound("SELECT ? + ?", values)
    assert str(failed.value).endswith(f"Incorrect number of parameters: expected 2 but found {found}")


def test_values_for_a_statement_without_question_marks_are_passed_over():
    assert bound("SELECT 1", ["2"]) == "SELECT 1"


def test_values_of_using_are_constants():
    assert constant("1 + 1") == "(1 + 1)"
    with pytest.raises(FailedQueryError, match="Constant expression cannot contain column references"):
        constant("x")
    with pytest.raises(FailedQueryError, match="mismatched input"):
        constant("1 1 1")
