"""What a script can reach of the machine, where Linux's Landlock is there."""

import ctypes
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from local_aws.glue.jobs import process_plan as job_process
from local_aws.runtime.confinement import beside
from tests.local_aws.aws_server import LocalAws
from tests.local_aws.runtime.homes import home_out_of_reach

ROOT = Path(__file__).parents[3]
LANDLOCK = sys.platform.startswith("linux") and ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 2
needs_landlock = pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")

TRIED = """
import json, os, sys
from local_aws.runtime.confinement import confine
from local_aws.runtime.launch import _be_an_ordinary_user
_be_an_ordinary_user()
hidden, shown, *paths = sys.argv[1:]
readable = os.path.dirname(paths[-1])
confined = confine([hidden], [shown, *sys.path, sys.prefix, sys.base_prefix], [readable])
def tried(call):
    try:
        call()
    except OSError as error:
        return type(error).__name__
    return "done"
def write(path):
    with open(path, "a") as file:
        file.write("x")
print(json.dumps({
    "confined": confined,
    "read": {path: tried(lambda: open(path).close()) for path in paths},
    "write": {path: tried(lambda: write(path)) for path in paths},
    "listed": tried(lambda: os.listdir(hidden)),
    "moved": tried(lambda: os.rename(shown + "/a", shown + "/deep/a")),
    "parent": tried(lambda: open(f"/proc/{os.getppid()}/environ").read()),
    "signalled": tried(lambda: os.kill(os.getppid(), 0)),
    "own": tried(lambda: open("/proc/self/environ").read()),
}))
"""


@needs_landlock
def test_a_process_reaches_what_is_shown_and_nothing_else_that_is_hidden(tmp_path):
    hidden, shown = tmp_path / "hidden", tmp_path / "hidden" / "run"
    (shown / "deep").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (hidden / "to-read").mkdir()
    for path in (
        hidden / "secret",
        shown / "a",
        shown / "own",
        tmp_path / "other" / "file",
        hidden / "to-read" / "file",
    ):
        path.write_text("body")
    (tmp_path / "other" / "way").symlink_to(hidden)
    paths = [hidden / "secret", tmp_path / "other" / "way" / "secret", shown / "own", tmp_path / "other" / "file"]
    paths.append(hidden / "to-read" / "file")
    command = [sys.executable, "-c", TRIED, str(hidden), str(shown), *map(str, paths)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    write = dict(zip(map(str, paths), [*["PermissionError"] * 2, "done", "done", "PermissionError"], strict=True))
    assert json.loads(run.stdout) == {
        "confined": True,
        "read": {**write, str(paths[-1]): "done"},
        "write": write,
        "listed": "PermissionError",
        "moved": "done",
        "parent": "PermissionError",
        "signalled": "PermissionError",
        "own": "done",
    }


def test_what_lies_beside_hidden_folders_is_named_by_as_few_paths_as_say_it(tmp_path):
    root = tmp_path.resolve()
    for name in ("a/hidden/x", "a/b/c", "d/e", "d/hidden"):
        (root / name).mkdir(parents=True)
    (root / "a/link").symlink_to(root / "d")
    found = list(beside([root / "a/hidden", root / "d/hidden"]))
    assert {path for path in found if root in path.parents} == {root / "a/b", root / "d/e"}
    assert Path("/proc") in found
    assert not {root, *root.parents} & set(found)


def test_where_nothing_is_to_be_hidden_everything_lies_beside():
    assert list(beside([])) == [Path("/")]


@pytest.mark.parametrize("spark", [False, True])
def test_a_job_runs_where_home_and_state_lie_in_the_folder_for_temporary_files(spark, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("LOCAL_AWS_CLASS_ARCHIVE", "off")
    (tmp_path / "home" / ".cache" / "local-aws").mkdir(parents=True)
    assert job_process.of_others(tmp_path / "state") == []
    aws = LocalAws(tmp_path / "state").start()
    try:
        run = aws.run_script(STARTS_A_PROGRAM, spark=spark)
        assert (run["JobRunState"], aws.log(run)[-1:]) == ("SUCCEEDED", ["kept"]), aws.log(run, "error")
    finally:
        aws.stop()


STARTS_A_PROGRAM = """
import subprocess, tempfile, pathlib
file = pathlib.Path(tempfile.mkdtemp()) / "file"
print(subprocess.run(["sh", "-c", f"echo kept > {file}; cat {file}"], capture_output=True, text=True).stdout.strip())
"""


SCRIPT = """
import glob, json, os, subprocess
state, home, jar = {state!r}, {home!r}, os.environ.get("SPARK_DIST_CLASSPATH", "")
def tried(call):
    try:
        return str(call())[:60]
    except OSError as error:
        return type(error).__name__
seen = []
for folder in glob.glob("/proc/[0-9]*"):
    try:
        text = open(folder + "/environ", "rb").read()
    except OSError:
        continue
    own = os.environ["HOME"].encode() in text
    seen.append(b"REAL_TOKEN" in text or (b"AWS_SECRET_ACCESS_KEY=" in text and not own))
file = "/tmp/" + os.path.basename(os.environ["HOME"])
open(file, "w").close()
os.unlink(file)
print(json.dumps({{
    "iam": tried(lambda: open(state + "/emulator/emulator.sqlite").read()),
    "runs": tried(lambda: os.listdir(state + "/runs")),
    "home": tried(lambda: open(home + "/.profile-of-the-test").read()),
    "shared": [tried(lambda: len(open(jar, "rb").read()) > 0), tried(lambda: open(jar, "a"))] if jar else None,
    "cache": tried(lambda: open(os.path.join(home, ".cache/local-aws/new"), "w")),
    "others": any(seen),
    "token": "REAL_TOKEN" in os.environ,
    "own": os.path.isdir(os.environ["HOME"]),
}}))
"""


@needs_landlock
def test_why_jobs_of_a_state_folder_are_not_confined_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(job_process, "_TEMPORARY", (str(tmp_path / "temporary"),))
    assert job_process.unconfined(tmp_path / "temporary" / "state") == (
        f"{tmp_path}/temporary/state lies in the folder for temporary files, so jobs reach what is in it"
    )
    assert job_process.unconfined(tmp_path / "state") is None


def test_that_nothing_is_confined_without_landlock_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(job_process, "_TEMPORARY", (str(tmp_path / "temporary"),))
    monkeypatch.setattr(job_process.confinement, "version", lambda: 0)
    assert job_process.unconfined(tmp_path / "state") == (
        "this system has no Landlock, so jobs reach every file that you can"
    )


@needs_landlock
@pytest.mark.parametrize("spark", [False, True])
def test_a_job_sees_neither_the_state_nor_the_home_nor_the_environment_of_others(spark, monkeypatch):
    with home_out_of_reach() as home:
        (home / ".profile-of-the-test").write_text("secret")
        (home / ".cache" / "local-aws").mkdir(parents=True)  # as a Spark job before it would have left it
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("REAL_TOKEN", "x")
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setenv("LOCAL_AWS_CLASS_ARCHIVE", "off")  # that would be made in a folder which is deleted
        aws = LocalAws(home / "state").start()
        try:
            script = SCRIPT.format(state=str(home / "state"), home=str(home))
            run = aws.run_script(script, spark=spark)
            assert run["JobRunState"] == "SUCCEEDED", (run, aws.log(run), aws.log(run, "error"))
            assert json.loads(aws.log(run)[-1]) == {
                "iam": "PermissionError",
                "runs": "PermissionError",
                "home": "PermissionError",
                "shared": ["True", "PermissionError"] if spark else None,
                "cache": "PermissionError",
                "others": False,
                "token": False,
                "own": True,
            }
        finally:
            aws.stop()


CHILD = """
import subprocess, sys
print(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, text=True, check=True).stdout.strip())
"""


@needs_landlock
def test_a_python_shell_job_starts_python_where_the_checkout_lies_in_the_home(tmp_path, monkeypatch):
    if Path(tempfile.gettempdir()) in ROOT.parents:
        pytest.skip("this checkout lies in the folder for temporary files")
    monkeypatch.setenv("HOME", str(ROOT))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    aws = LocalAws(tmp_path / "state").start()
    try:
        run = aws.run_script(CHILD)
        assert (run["JobRunState"], aws.log(run)[-1:]) == ("SUCCEEDED", ["1"]), aws.log(run, "error")
    finally:
        aws.stop()


LOOKED_INTO = """
import os
from local_aws.server import _be_private
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
    import ctypes; ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # which a change of the user turns off
_be_private()
if os.fork() == 0:
    try:
        open(f"/proc/{os.getppid()}/environ").read()
        print("seen", flush=True)
    except PermissionError:
        print("closed", flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_no_process_of_the_same_user_looks_into_the_server():
    run = subprocess.run([sys.executable, "-c", LOOKED_INTO], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "closed\n"


def test_files_of_the_state_are_the_users_alone(local_aws):
    local_aws.bucket()
    open_to_others = [
        str(path) for path in local_aws.state_dir.rglob("*") if path.exists() and path.lstat().st_mode & 0o077
    ]
    assert open_to_others == []
