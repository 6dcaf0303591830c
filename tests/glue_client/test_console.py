import io

import pytest

from glue_client import console
from glue_client.errors import DeployError, WrongCall


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 m 00 s"),
        (185, "3 m 05 s"),
        (3720, "1 h 02 m"),
    ],
)
def test_a_duration_as_a_person_says_it(number, expected):
    assert console.seconds(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (3_400_000, "3.4 MB"), (5e12, "5.0 TB"), (5e15, "5000.0 TB")],
)
def test_bytes_as_a_person_says_them(number, expected):
    assert console.size(number) == expected


@pytest.mark.parametrize(
    ("state", "style"),
    [
        ("CREATE_COMPLETE", "green"),
        ("SUCCEEDED", "green"),
        ("ROLLBACK_COMPLETE", "red"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "red"),
        ("CREATE_IN_PROGRESS", "cyan"),
        ("DELETE_COMPLETE", "yellow"),
        ("STOPPED", "yellow"),
        ("TIMEOUT", "red"),
        ("something else", "dim"),
    ],
)
def test_a_state_has_its_colour(state, style):
    assert console.state(state).style == style


def test_a_long_line_is_not_broken_in_a_pipe(capsys):
    console.say("x" * 500)
    assert capsys.readouterr().out == "x" * 500 + "\n"


def test_square_brackets_are_no_markup(capsys):
    console.say("./pyntw 'createstack[red]'")
    assert capsys.readouterr().out == "./pyntw 'createstack[red]'\n"


def test_complaints_go_to_stderr(capsys):
    console.complain("error: x\n  seen: y")
    assert capsys.readouterr() == ("", "error: x\n  seen: y\n")


def test_an_answer_may_be_given_in_the_call():
    assert console.confirm("Sure?", yes=True, otherwise="nothing done") is None


@pytest.mark.parametrize("text", ["y\n", "YES\n", " yes \n"])
def test_yes_has_several_spellings(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert console.confirm("Sure?", yes=False, otherwise="nothing done") is None


def test_leaving_says_what_goes_on(capsys):
    with pytest.raises(KeyboardInterrupt), console.leaving("it goes on"):
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "it goes on\n"


def test_an_error_has_three_lines():
    assert str(DeployError("it failed", "one\ntwo", "do this")) == (
        "error: it failed\n  seen: one\n        two\n  next: do this"
    )


def test_a_wrong_call_has_one():
    assert str(WrongCall("no such thing")) == "error: no such thing"
