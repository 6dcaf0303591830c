"""Arguments that scripts take, read from their text."""

import ast
import textwrap

import pytest

from local_glue.lint import script_options
from local_glue.lint.unread import unread


def read(*texts):
    return script_options.of([ast.parse(textwrap.dedent(text)) for text in texts])


TAKEN = [
    ('args = getResolvedOptions(sys.argv, ["a", "b"])', {"a", "b"}, set()),
    ('NAMES = ("a",) + ("b",)\nargs = getResolvedOptions(sys.argv, list(NAMES))', {"a", "b"}, set()),
    ('names = ["a"]\nif True:\n    names.append("b")\ngetResolvedOptions(sys.argv, names)', {"a"}, {"b"}),
    ('names = ["a"]\nnames += ["b"]\ngetResolvedOptions(options=names, args=sys.argv)', {"a"}, {"b"}),
    ('if "--b" in sys.argv:\n    getResolvedOptions(sys.argv, ["b"])', set(), {"b"}),
    ('try:\n    getResolvedOptions(sys.argv, ["b"])\nexcept Exception:\n    pass', set(), {"b"}),
    ('if __name__ == "__main__":\n    getResolvedOptions(sys.argv, ["a"])', {"a"}, set()),
    ('def main():\n    getResolvedOptions(sys.argv, ["a"])\nmain()', {"a"}, set()),
    ('def never():\n    getResolvedOptions(sys.argv, ["a"])', set(), {"a"}),
    ('def options(names):\n    return getResolvedOptions(sys.argv, names)\noptions(["a"])', {"a"}, set()),
    (
        'def options(*names):\n    return getResolvedOptions(sys.argv, [*names, "c"])\noptions("a", "b")',
        {"a", "b", "c"},
        set(),
    ),
    ('DAY = "day"\ngetResolvedOptions(sys.argv, [DAY])', {"day"}, set()),
    ('class Job:\n    def __init__(self):\n        getResolvedOptions(sys.argv, ["a"])\nJob()', {"a"}, set()),
    (
        (
            "import argparse\np = argparse.ArgumentParser()\n"
            'p.add_argument("--a", required=True)\np.add_argument("-b", "--bee")\np.parse_args()'
        ),
        {"a"},
        {"bee"},
    ),
    (
        (
            'from lakejobs import arguments\nKINDS = {"a": str, "b": int}\n'
            'arguments.read({**KINDS, **dict.fromkeys(("c",), str)}, {"b": "1"})'
        ),
        {"a", "c"},
        {"b"},
    ),
    ('from mine.arguments import read\nread({"a": str})', {"a"}, set()),
    ('getResolvedOptions(sys.argv, ["a"] if daily else ["a", "b"])', set(), {"a", "b"}),
    ("print('nothing')", set(), set()),
]


@pytest.mark.parametrize(("text", "required", "optional"), TAKEN)
def test_arguments_that_a_script_takes(text, required, optional):
    found = read(text)
    assert (found.required, found.optional, found.open) == (required, optional, False)


@pytest.mark.parametrize(
    "text",
    [
        "getResolvedOptions(sys.argv, names())",
        "getResolvedOptions(sys.argv, [f'a_{n}' for n in range(3)])",
        "import sys\nday = sys.argv[1]",
        "import click",
        "import argparse\nargparse.ArgumentParser().add_argument(NAME)",
        "getResolvedOptions(sys.argv, configuration.names)",
    ],
)
def test_what_cannot_be_read_leaves_the_set_open(text):
    assert read(text).open


def test_modules_beside_the_script_count():
    script = 'from helpers import options\nargs = options("a")'
    helpers = 'def options(*names):\n    return getResolvedOptions(sys.argv, [*names, "JOB_NAME"])'
    assert read(script, helpers).required == {"a", "JOB_NAME"}


def test_only_parse_args_fails_with_more():
    text = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--a')\np."
    assert read(f"{text}parse_args()").strict
    assert not read(f"{text}parse_known_args()").strict


READS = """
import sys
from awsglue.utils import getResolvedOptions
args = getResolvedOptions(sys.argv, ["JOB_NAME", "day", "most"])
"""


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        (READS, ["--day", "--most"], ""),
        (READS, ["--day", "--job-bookmark-option", "--extra-jars"], ""),
        (READS, ["--dya", "--most"], "job.py does not read --dya: it takes --JOB_NAME, --day, --most"),
        ("import sys\nprint(sys.argv[1])", ["--dya"], ""),
        ("print(1)", ["--dya"], "job.py does not read --dya: it takes none"),
        ("this is no Python", ["--dya"], ""),
    ],
)
def test_of_a_call_what_a_script_does_not_read_is_said(tmp_path, text, given, said):
    (tmp_path / "job.py").write_text(text)
    assert unread(tmp_path / "job.py", given) == said
