import sys

import pytest

from deploy import checks
from deploy.errors import DeployError


def test_the_scripts_of_python_shell_jobs_come_from_the_templates():
    assert checks.python_shell_scripts() == ["glue_scripts/sales/extract.py"]


def test_these_linters_run():
    assert list(checks.linters()) == ["ruff check", "ruff format", "mypy", "cfn-lint", "vermin"]


def test_a_linter_that_complains_is_named_with_its_words(monkeypatch, capsys):
    good, bad = [sys.executable, "-c", ""], [sys.executable, "-c", "print('line 1 is odd'); raise SystemExit(1)"]
    monkeypatch.setattr(checks, "linters", lambda: {"calm": good, "strict": bad})
    with pytest.raises(DeployError, match="strict complained"):
        checks.lint()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["calm", "SUCCEEDED"], ["strict", "FAILED"]]
    assert lines[2:] == ["line 1 is odd"]


def test_linters_that_are_content_are_no_error(monkeypatch):
    monkeypatch.setattr(checks, "linters", lambda: {"calm": [sys.executable, "-c", ""]})
    assert checks.lint() is None


def test_a_failing_test_is_an_error(tmp_path):
    (tmp_path / "test_odd.py").write_text("def test_odd():\n    assert False\n")
    with pytest.raises(DeployError, match="tests failed"):
        checks.test([str(tmp_path / "test_odd.py")])
