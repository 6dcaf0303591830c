import pytest

from deploy.arguments import number, truth
from deploy.errors import WrongCall


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("Yes", True), ("1", True), ("false", False), ("No", False), ("0", False)]
)
def test_a_truth_has_several_spellings(value, expected):
    assert truth("yes", value) == expected


def test_another_word_is_no_truth():
    with pytest.raises(WrongCall) as caught:
        truth("yes", "maybe")
    assert str(caught.value) == 'error: yes takes true or false, and got "maybe"'


@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("2_000_000", 2_000_000), (" 7 ", 7)])
def test_a_whole_number(value, expected):
    assert number("rows", value, 1, 10_000_000) == expected


@pytest.mark.parametrize("value", ["", "0", "11", "1.5", "many", "-1"])
def test_what_is_no_number_within_the_limits(value):
    with pytest.raises(WrongCall) as caught:
        number("rows", value, 1, 10)
    assert str(caught.value) == f'error: rows takes a whole number from 1 to 10, and got "{value}"'
