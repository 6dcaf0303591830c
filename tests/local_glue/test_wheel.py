"""The wheel, installed where nothing of this repository is: docs/your-own-repository.md, word for word."""

import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "your-own-repository.md").read_text(encoding="utf-8")
WHEELS = ["dist/local_glue-0.1.0-py3-none-any.whl"]
SITE = Path(sys.prefix) / "lib/python3.11/site-packages"


def test_the_page_finds_the_wheel_and_the_command_where_its_first_lines_put_them():
    """Each call names the wheel below dist/, and what is installed into .venv is called from there."""
    assert re.findall(r"[\w./*-]*local_glue-[\w.*-]+\.whl", PAGE) == ["dist/local_glue-*.whl", *WHEELS]
    assert re.search(r"`\.venv/bin/local-glue`.*`\. \.venv/bin/activate`", PAGE.partition("\n## A Cloud")[0])
    assert all(before.endswith(".venv/bin/") for before in re.findall(r"(\S*)pip install", PAGE))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from what the repository tracks."""
    folder = tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if name.split("/")[0] in ("glue_client", "local_aws", "local_glue", "docs") or "/" not in name:
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / "source" / name)
    call = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(folder / "source")]
    subprocess.run(call, cwd=folder, capture_output=True, text=True, check=True)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """The environment variables of somebody who installed the wheel; its requirements are found in this project's."""
    folder = tmp_path_factory.mktemp("python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (folder / "lib/python3.11/site-packages/requirements.pth").write_text(f"{SITE}\n")
    (folder / "pythonshell").symlink_to(Path(sys.prefix) / "pythonshell")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run(pip, check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_", "PYTHON"))}
    return {**kept, "PATH": f"{folder / 'bin'}:{kept['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The page's repository, as files."""
    folder = tmp_path_factory.mktemp("acme")
    files = dict(re.findall(r"^`([\w/]+\.\w+)`\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    assert sorted(files) == ["in/orders.csv", "jobs/totals.py", "template.yml", "test_totals.py"]
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "test_broken.py").write_text(
        "def test_a_job_that_fails(local_glue):\n"
        "    local_glue.deploy('template.yml', Stage='broken')\n"
        "    local_glue.run_job('acme-totals', bucket='acme-of-nobody')\n"
    )
    return folder


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def call(words, folder, environment, **more):
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=200, check=False, **more
    )


def test_the_wheel_holds_what_can_be_taken_along_and_nothing_of_this_project(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "glue_client",
        "local_aws",
        "local_glue",
    }
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc")] == []
    assert {"local_glue/requirements-pythonshell.txt", "local_aws/runtime/awsgluedq/dqdl.lark"} <= set(names)
    for package in ("glue_client", "local_aws", "local_glue"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")}
        assert files <= set(names)


def test_the_wheel_says_which_python_it_needs(wheel):
    metadata = zipfile.ZipFile(wheel).read("local_glue-0.1.0.dist-info/METADATA").decode()
    assert "Requires-Python: <3.12,>=3.11" in metadata


def test_another_python_is_told(monkeypatch, capsys):
    from local_glue import __main__ as door

    monkeypatch.setattr(door.sys, "version_info", (3, 12, 1))
    assert door.main() == 1
    said = capsys.readouterr().err
    assert said.splitlines()[0] == "error: local-glue needs Python 3.11, as Glue 5.1 runs jobs on it"
    assert "seen: Python 3.12 (" in said


def test_one_call_leads_from_the_clone_to_rows(environment, repository):
    [command] = [one for one in blocks("sh") if one.startswith("local-glue run template.yml")]
    done = call(["sh", "-c", command], repository, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    said = [" ".join(line.split()) for line in done.stdout.splitlines()]
    [promised] = [one for one in blocks("text") if "acme.totals, its first rows" in one]
    for line in promised.splitlines()[1:]:
        assert "─" in line or " ".join(line.split()) in said, line
    assert "acme-workflow: COMPLETED in" in done.stdout
    assert "bucket acme-scripts: made, as job acme-totals names it and no template makes it" in said
    assert (repository / ".local-glue").is_dir()
    logs = call(["local-glue", "logs", "acme-workflow"], repository, environment)
    assert logs.returncode == 0, logs.stdout + logs.stderr
    assert re.search(r"^acme-totals: run jr_\w+ SUCCEEDED after ", logs.stdout, re.MULTILINE)
    script = repository / "jobs" / "totals.py"
    text = script.read_text()
    script.write_text(text.replace('["total"])', '["none"])\nprint("counted")'))
    failed = call(["sh", "-c", f"{command.strip()} --job acme-totals --state .other"], repository, environment)
    script.write_text(text)
    assert failed.returncode == 1, failed.stdout
    assert failed.stderr.rstrip().endswith("  next: local-glue logs acme-totals --state .other"), failed.stderr
    logs = call(["local-glue", "logs", "acme-totals", "--state", ".other"], repository, environment)
    assert "KeyError: 'none'" in logs.stdout


def test_the_fixture_runs_the_pages_tests_and_shows_why_a_job_failed(environment, repository):
    run = call(["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"], repository, environment)
    assert "3 passed" in run.stdout, run.stdout + run.stderr
    assert "1 failed" in run.stdout
    assert "RunFailed: acme-totals (job): FAILED:" in run.stdout
    assert re.search(r"^E +acme-totals \| Traceback", run.stdout, re.MULTILINE)


def test_a_ci_job_waits_until_it_is_ready(environment, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    [script] = [one for one in blocks("sh") if "until grep -q ^ready" in one]
    script = script.replace("local-glue start", f"local-glue start --port {port}")
    done = call(
        ["sh", "-c", script + f'\necho pid $!; python -c "{ASK.format(port)}"; kill $!; wait $!'], tmp_path, environment
    )
    assert "answered 200" in done.stdout, done.stdout + done.stderr


ASK = "from urllib.request import urlopen; print('answered', urlopen('http://127.0.0.1:{}/_ministack/health').status)"
