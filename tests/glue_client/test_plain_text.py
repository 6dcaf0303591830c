"""What a terminal carries out, written down here by its ranges rather than by Unicode's categories."""

import io
import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from glue_client import answers, console, workflows
from glue_client.answers import Answer, Column
from glue_client.errors import DeployError, WrongCall
from glue_client.plain_text import plain, plain_json

ORDERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0001-\U000e007f\ud800-\udfff]"
)
NASTY = "a\x1b[2J\x1b]8;;https://x.example\x07\x9b31m\x7f\u202egnp\u2066\u200b\r\x08[red][link=https://x]b"
CHARACTERS = st.text(st.one_of(st.characters(), st.sampled_from(NASTY + "\n\t\x00\x85\u2029")))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def printed_to_a_terminal(monkeypatch, work):
    """What reaches a terminal that takes no colours, so that each escape in it comes from data."""
    out = Terminal()
    with monkeypatch.context() as patch:
        patch.setenv("TERM", "dumb")
        patch.delenv("FORCE_COLOR", raising=False)
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", out)
        patch.setattr(sys, "stdin", io.StringIO("n\n"))
        work()
    return out.getvalue()


@given(CHARACTERS)
def test_nothing_that_a_terminal_carries_out_is_left(text):
    assert ORDERS.search(plain(text)) is None
    assert ORDERS.search(plain(text, one_line=True)) is None
    assert re.search(r"[\n\t]", plain(text, one_line=True)) is None


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_other_text_stays_as_it_is(text):
    assert plain(text + "\n\t") == text + "\n\t"


@given(CHARACTERS.filter(lambda text: "\\" not in text))
def test_nothing_is_lost(text):
    """Python's own reading of the escapes gives the text back."""
    restored = re.sub(
        r"\\(?:x..|u....|U........|r)", lambda escape: escape[0].encode().decode("unicode_escape"), plain(text)
    )
    assert restored == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x1b[31mred", r"\x1b[31mred"), ("\x07", r"\x07"), ("\u202e", r"\u202e"), ("\x9b", r"\x9b"), ("a\rb", r"a\rb")],
)
def test_it_is_shown_as_python_writes_it(text, shown):
    assert plain(text) == shown


@given(st.recursive(CHARACTERS, lambda inner: st.lists(inner) | st.dictionaries(CHARACTERS, inner), max_leaves=5))
def test_json_stays_the_same_data(value):
    document = plain_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(document) == json.loads(json.dumps(value))
    assert ORDERS.search(document) is None


def print_everything(nasty):
    console.say(nasty, console.text(nasty, "dim"), console.state(nasty))
    console.show_table([(nasty, False), (nasty, True)], [[nasty, console.text(nasty)]])
    console.show_rows(nasty, [(nasty, nasty, nasty)])
    console.complain(DeployError(nasty, nasty, nasty))
    console.complain(WrongCall(nasty))
    node = workflows.Node("1", "job", nasty, nasty, error=nasty, attempt=1)
    console.console().print(workflows._label(node, None, over=False))
    columns = [Column(nasty, "varchar")]
    for form in ("table", "csv", "json"):
        answers.writer(form)(Answer(columns, iter([[nasty], [None]]), 0.1, 0))
    with pytest.raises(DeployError):
        console.confirm(nasty, yes=False, otherwise=nasty)


def test_nothing_from_data_reaches_the_terminal(monkeypatch):
    printed = printed_to_a_terminal(monkeypatch, lambda: print_everything(NASTY))

    assert printed.count(r"a\x1b[2J") > 15
    assert ORDERS.search(printed) is None


def test_the_last_guard_holds_where_a_text_was_made_otherwise(monkeypatch):
    printed = printed_to_a_terminal(monkeypatch, lambda: console.console().print(Text(NASTY)))

    assert r"a\x1b[2J" in printed
    assert ORDERS.search(printed) is None


def test_markup_in_data_is_text(capsys):
    console.show_table([("[bold]a", False)], [["[red]b[/red] [link=https://x.example]c[/link] :smile:"]])
    assert "[red]b[/red] [link=https://x.example]c[/link] :smile:" in capsys.readouterr().out


def test_csv_in_a_pipe_is_the_data(capsys):
    answers.show_csv(Answer([Column("a", "varchar")], iter([["\x1b[31mred"], ["b"]]), 0.1, 0))
    assert capsys.readouterr().out == "a\n\x1b[31mred\nb\n"


def test_a_wrong_call_is_one_line():
    assert str(WrongCall('no stack "a\nerror: b"')) == r'error: no stack "a\nerror: b"'


def test_only_the_console_makes_texts_of_rich(project_files):
    users = [path.name for path in project_files if re.search(r"rich\.(text|markup|table)", path.read_text())]
    assert users == ["console.py"]


@pytest.fixture
def project_files():
    from deploy.project import ROOT

    return [
        path for name in ("deploy", "glue_client", "local_glue", "local_aws") for path in (ROOT / name).rglob("*.py")
    ]
