import subprocess
import sys

import pytest

from deploy import checks
from glue_client.errors import DeployError


def test_the_scripts_of_python_shell_jobs_come_from_the_templates():
    assert checks.python_shell_scripts() == ["glue_scripts/sales/extract.py", "glue_scripts/store/gold_athena.py"]


def test_wheels_that_are_for_python_shell_jobs_too_are_checked_with_them():
    found = checks.python_shell_code()
    assert found[0] == "glue_scripts/sales/extract.py"
    assert "glue_scripts/lakejobs/src/lakejobs/publishing.py" in found


def test_these_linters_run():
    style = ["ruff check", "ruff format", "mypy"]
    workflows = ["actionlint", "zizmor"]
    assert list(checks.linters()) == [*style, "cfn-lint", "yamllint", "shellcheck", *workflows, "hadolint", "vermin"]


def test_both_workflows_are_checked():
    assert checks.workflows() == [".github/workflows/deploy.yml", ".github/workflows/pull-request.yml"]


def test_a_linter_that_complains_is_named_with_its_words(monkeypatch, capsys):
    good, bad = [sys.executable, "-c", ""], [sys.executable, "-c", "print('line 1 is odd'); raise SystemExit(1)"]
    monkeypatch.setattr(checks, "linters", lambda: {"calm": good, "strict": bad})
    monkeypatch.setattr(checks.audit, "run", lambda: None)
    with pytest.raises(DeployError, match="strict complained"):
        checks.lint()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["calm", "SUCCEEDED"], ["strict", "FAILED"]]
    assert lines[2:] == ["line 1 is odd"]


def test_linters_that_are_content_are_no_error(monkeypatch):
    monkeypatch.setattr(checks, "linters", lambda: {"calm": [sys.executable, "-c", ""]})
    monkeypatch.setattr(checks.audit, "run", lambda: None)
    assert checks.lint() is None


def test_a_failing_test_is_an_error(tmp_path):
    (tmp_path / "test_odd.py").write_text("def test_odd():\n    assert False\n")
    with pytest.raises(DeployError, match="tests failed"):
        checks.test([str(tmp_path / "test_odd.py")])


def test_what_a_test_starts_finds_what_was_compiled_before(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "part.py").write_text("")
    (tmp_path / "test_whole.py").write_text(
        "import subprocess, sys\n\n\n"
        "def test_whole():\n"
        f"    subprocess.run([sys.executable, '-c', 'import part'], cwd={str(tmp_path)!r}, check=True)\n"
    )
    checks.test([str(tmp_path / "test_whole.py")])
    assert [file.name.partition(".")[0] for file in (tmp_path / "__pycache__").glob("part.*")] == ["part"]


@pytest.mark.parametrize(
    ("cores", "gigabytes", "expected"),
    [(2, 16, 3), (2, 8, 2), (2, 4, 1), (1, 16, 2), (64, 512, 4), (None, 64, 2), (4, 1, 1)],
)
def test_one_process_more_than_cores_runs_tests_where_there_is_room(monkeypatch, cores, gigabytes, expected):
    monkeypatch.setattr(checks.os, "cpu_count", lambda: cores)
    monkeypatch.setattr(checks.os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gigabytes << 18}.__getitem__)
    assert checks.processes() == expected


@pytest.mark.parametrize(
    ("paths", "found", "said"), [([], None, 1), ([], "/usr/bin/chromium", 0), (["tests/x"], None, 0)]
)
def test_what_cannot_run_here_is_said_in_one_line(monkeypatch, capsys, paths, found, said):
    monkeypatch.setattr(checks.shutil, "which", lambda _name: found)
    monkeypatch.setattr(checks.subprocess, "run", lambda *_a, **_k: subprocess.CompletedProcess([], 0))
    checks.test(paths)
    lines = [line for line in capsys.readouterr().out.splitlines() if "Chromium is not installed" in line]
    assert len(lines) == said


@pytest.mark.parametrize(("seconds", "made"), [(60, True), (0.1, False)])
def test_all_tests_begin_when_the_archive_of_classes_is_there_or_takes_too_long(tmp_path, monkeypatch, seconds, made):
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(1)\nopen('made', 'w').close()\n")
    for name, value in {"ROOT": tmp_path, "ARCHIVE": "slow", "ARCHIVE_SECONDS": seconds}.items():
        monkeypatch.setattr(checks, name, value)
    seen = []
    monkeypatch.setattr(checks, "_lint", lambda: seen.append("linted"))
    monkeypatch.setattr(checks, "test", lambda paths: seen.append((paths, (tmp_path / "made").exists())))
    checks.everything()
    assert seen == ["linted", ([], made)]
