import pytest

from deploy.arguments import chosen_tests, name, number, truth
from glue_client.errors import WrongCall


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


@pytest.mark.parametrize("value", ["", "0", "11", "1.5", "many", "-1", "٣", "1__0", "9" * 5000])
def test_what_is_no_number_within_the_limits(value):
    with pytest.raises(WrongCall) as caught:
        number("rows", value, 1, 10)
    assert str(caught.value) == f'error: rows takes a whole number from 1 to 10, and got "{value}"'


@pytest.mark.parametrize("value", ["", " ", "a\nb", "a\tb", "\x1b[2J", "a\u202eb", "\x9b"])
def test_what_is_no_name(value):
    with pytest.raises(WrongCall):
        name("runworkflow", value)


@pytest.mark.parametrize("value", ["etl-workflow", "straße", "a b"])
def test_a_name(value):
    assert name("runworkflow", value) == value


@pytest.mark.parametrize(
    "path", ["", "-x", "--collect-only", "/etc/passwd", "../x", "tests/nope", "a\0", "tests/../.."]
)
def test_no_path_of_tests(tmp_path, path):
    (tmp_path / "tests").mkdir()
    with pytest.raises(WrongCall, match="test takes files and folders below"):
        chosen_tests(tmp_path, [path])


def test_paths_of_tests(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").touch()
    paths = ["tests", "tests/test_a.py", "tests/test_a.py::test_b[c]", str(tmp_path / "tests")]
    assert chosen_tests(tmp_path, paths) == paths
