"""Rules on scripts: their arguments, their Python, their bookmarks."""

import pytest

from tests.local_glue.lint.conftest import SCRIPTS


def test_an_argument_that_nobody_passes(bench):
    found = bench.lint(
        ("        - JobName: !Ref Fetch\n", "        - CrawlerName: !Ref Crawler\n"),
        ("--url: !Ref SourceUrl", "--retries: 3"),
    )
    said = [(bench.lines[line - 1].strip(), sentence) for _, line, _, rule, sentence in found if rule == "I9303"]
    assert [line for line, _ in said] == ["DefaultArguments:"]
    assert "fetch.py of job Fetch requires --url, and nobody passes it" in said[0][1]


@pytest.mark.parametrize("name", ["--day", "job-bookmark-option", "JOB_RUN_ID"])
def test_a_reserved_argument(bench, name):
    text = f'getResolvedOptions(sys.argv, ["{name}"])\n'
    found = [one[4] for one in bench.lint(scripts={"clean.py": text}) if one[3] == "E9305"]
    assert [one.partition(";")[0] for one in found] == [
        f"clean.py of job Clean asks getResolvedOptions for {name}, which is reserved"
    ]


@pytest.mark.parametrize(
    ("change", "text", "words"),
    [
        (
            ("GlueVersion: '5.1'", "GlueVersion: '5.1'"),
            "def f(:\n",
            "runs Python 3.11, which cannot read clean.py line 1",
        ),
        (("GlueVersion: '5.1'", "GlueVersion: '3.0'"), "match 1:\n    case 1: pass\n", "runs Python 3.7"),
        (
            ("GlueVersion: '5.1'", "GlueVersion: '4.0'"),
            "try:\n    pass\nexcept* OSError:\n    pass\n",
            "runs Python 3.10",
        ),
    ],
)
def test_a_script_that_its_python_cannot_read(bench, change, text, words):
    found = [one for one in bench.lint(change, scripts={"clean.py": text}) if one[3] == "E9360"]
    assert len(found) == 1
    assert words in found[0][4]
    assert "ScriptLocation" in bench.lines[found[0][1] - 1]


def test_a_python_shell_script_is_python_3_9(bench):
    found = [one[4] for one in bench.lint(scripts={"fetch.py": "match 1:\n    case 1: pass\n"}) if one[3] == "E9360"]
    assert len(found) == 1
    assert found[0].startswith("job Fetch runs Python 3.9, which cannot read fetch.py")


def test_a_script_of_the_newest_python_is_right_where_that_runs(bench):
    text = "try:\n    pass\nexcept* OSError:\n    pass\n"
    assert [one for one in bench.lint(scripts={"clean.py": text}) if one[3] == "E9360"] == []


@pytest.mark.parametrize(
    ("old", "missing"),
    [("job.commit()", "job.commit"), (', transformation_ctx="source"', "transformation_ctx"), ("job.init", "job.init")],
)
def test_bookmarks_that_the_script_does_not_keep(bench, old, missing):
    text = SCRIPTS["clean.py"]
    assert old in text
    changed = text.replace(old, "str" if old == "job.init" else "")
    found = [one for one in bench.lint(scripts={"clean.py": changed}) if one[3] == "W9361"]
    assert [one[4].partition(", so that")[0] for one in found] == [
        f"bookmarks of job Clean are on, and clean.py has no {missing}"
    ]
    assert bench.lines[found[0][1] - 1].strip() == "--job-bookmark-option: job-bookmark-enable"
    enable = ("job-bookmark-enable", "job-bookmark-disable")
    assert [one for one in bench.lint(enable, scripts={"clean.py": changed}) if one[3] == "W9361"] == []
