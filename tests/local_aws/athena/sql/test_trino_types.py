"""Types of literals and operators, by the rules of Trino's documentation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from local_aws.athena.sql import trino_types
from local_aws.athena.sql.trino_types import arithmetic, build, common, literal, name

OPERATORS = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div, "%": exp.Mod}
DECIMALS = st.tuples(st.integers(1, 38), st.integers(0, 38)).filter(lambda parts: parts[1] <= parts[0])


@pytest.mark.parametrize(
    ("written", "kind"),
    [("1.5", "decimal(2,1)"), ("0.05", "decimal(2,2)"), ("-100.00", "decimal(5,2)"), ("007", "decimal(1,0)")],
)
def test_a_decimal_has_the_digits_that_it_is_written_in(written, kind):
    assert trino_types.name(trino_types.decimal_literal(written)) == kind


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("1", "integer"),
        ("2147483647", "integer"),
        ("2147483648", "bigint"),
        ("1.5", "double"),
        (".05", "double"),
        ("1e0", "double"),
        ("1.5E-3", "double"),
    ],
)
def test_a_number_has_the_type_that_it_is_written_in(written, kind):
    assert literal(written) == build(kind)


@pytest.mark.parametrize(
    ("left", "operator", "right", "kind"),
    [
        ("integer", "/", "integer", "integer"),
        ("integer", "+", "bigint", "bigint"),
        ("smallint", "*", "tinyint", "smallint"),
        ("integer", "/", "double", "double"),
        ("real", "*", "integer", "real"),
        ("real", "*", "double", "double"),
        ("decimal(10,2)", "*", "double", "double"),
        ("decimal(10,2)", "+", "decimal(10,2)", "decimal(11,2)"),
        ("decimal(10,2)", "-", "decimal(5,4)", "decimal(13,4)"),
        ("decimal(10,2)", "*", "decimal(10,2)", "decimal(20,4)"),
        ("decimal(10,2)", "/", "decimal(10,2)", "decimal(12,2)"),
        ("decimal(38,2)", "/", "bigint", "decimal(38,2)"),
        ("decimal(10,2)", "%", "decimal(5,1)", "decimal(6,2)"),
        ("decimal(10,2)", "+", "integer", "decimal(13,2)"),
        ("date", "+", "interval day to second", "date"),
        ("timestamp", "-", "interval day to second", "timestamp"),
        ("varchar", "+", "integer", None),
    ],
)
def test_an_operator_gives_the_type_of_the_documentation(left, operator, right, kind):
    def read(text):
        return exp.DataType(this=exp.DType.INTERVAL) if text.startswith("interval") else build(text)

    found = arithmetic(OPERATORS[operator], read(left), read(right))
    assert trino_types.is_unknown(found) if kind is None else found == build(kind)


@given(DECIMALS, DECIMALS, st.sampled_from(list(OPERATORS.values())))
def test_a_decimal_never_has_more_than_38_digits(left, right, operator):
    precision, scale = trino_types.digits(arithmetic(operator, trino_types.decimal(*left), trino_types.decimal(*right)))
    assert precision <= 38
    assert scale >= 0


@given(st.lists(st.sampled_from(["tinyint", "smallint", "integer", "bigint"]), min_size=1))
def test_the_common_type_of_integers_is_the_widest(kinds):
    order = ["tinyint", "smallint", "integer", "bigint"]
    assert common(build(kind) for kind in kinds) == build(max(kinds, key=order.index))


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (["decimal(10,2)", "integer"], "decimal(12,2)"),
        (["decimal(10,2)", "decimal(5,4)"], "decimal(12,4)"),
        (["date", "timestamp"], "timestamp"),
        (["integer", "double"], "double"),
        (["varchar(3)", "varchar"], "varchar"),
    ],
)
def test_a_choice_has_the_type_that_holds_all(kinds, kind):
    assert common(build(each) for each in kinds) == build(kind)


def test_a_choice_of_what_does_not_go_together_has_no_known_type():
    assert trino_types.is_unknown(common([build("varchar"), build("integer")]))


@pytest.mark.parametrize("kind", ["integer", "bigint", "varchar", "varchar(10)", "decimal(10,2)", "double", "date"])
def test_messages_name_types_as_athena_does(kind):
    assert name(build(kind)) == kind
