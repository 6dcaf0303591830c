"""The checks and tests of the project, each a command of its own."""

import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from deploy import audit, scripts, wheels
from deploy.bundle import Bundle
from deploy.project import ROOT, SCRIPTS, TEMPLATES
from glue_client.console import say, seconds, state
from glue_client.errors import DeployError

PYTHON_SHELL = "3.9"  # the Python of Glue's Python shell jobs
ALL_AT_ONCE = ["--dist", "loadfile", "--no-loadscope-reorder"]
"""All tests run file by file, several at once; slow files come early."""
MOST_PROCESSES, PROCESS_BYTES = 4, 7 << 29
"""How many processes run tests at most, and the memory that each wants: for itself, its server, and their Spark."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""The programs in which tests/browser runs; the first that is there is taken."""
ARCHIVE, ARCHIVE_SECONDS = "local_aws.runtime.jvm.maker", 120


def everything() -> None:
    """All linters, then all tests. DeployError when one complains or fails.

    The archive of classes that Spark starts faster with is made beside the linters, which leave a core free: many tests
    start Spark.
    """
    say("all checks, then all tests: half an hour on two idle cores; ./pyntw 'test[tests/deploy]' runs some of them")
    archive = subprocess.Popen([sys.executable, "-m", ARCHIVE], cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL)
    _lint()
    try:
        archive.wait(ARCHIVE_SECONDS)
    except subprocess.TimeoutExpired:  # it goes on, and the tests do without until it is there
        say("the archive of Java's classes takes long: the tests begin without it")
    test([])


def lint() -> None:
    """Run every linter and the audit, print what one complains of, and raise DeployError when any did.

    The audit is left out where the tests follow: what becomes known elsewhere makes no test fail that passed yesterday.
    """
    _lint()
    audit.run()


def _lint() -> None:
    failed = [name for name, command in linters().items() if not _passes(name, command)]
    if failed:
        raise DeployError(
            f"{', '.join(failed)} complained", "the lines above", "correct them; ./pyntw lint checks again"
        )


def benchmark(measures: Sequence[str], *, force: bool) -> None:
    """Run the measures of these names, else all.

    Raises:
        DeployError: one could not be taken, or the machine is busy and nobody insists.
    """
    command = [sys.executable, "-m", "benchmarks", *measures, *(["--force"] if force else [])]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise DeployError("the measures were not all taken", "the lines above", "do what they say, and run it again")


def test(paths: Sequence[str]) -> None:
    """Run the tests (those below the paths, else all), and say what cannot run here. DeployError when one fails."""
    if not paths and not any(map(shutil.which, CHROMIUM)):
        say("left out: tests/browser, the attacks of web pages: Chromium is not installed (apt install chromium)")
    command = [sys.executable, "-m", "pytest", *(paths or ["-n", str(processes()), *ALL_AT_ONCE])]
    if subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode:
        raise DeployError("tests failed", "the lines above", "correct them; ./pyntw 'test[<file>]' runs one file")


def processes() -> int:
    """How many processes run all tests: one more than there are cores, as tests also wait, where the memory allows."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(MOST_PROCESSES, (os.cpu_count() or 1) + 1, memory // PROCESS_BYTES))


def linters() -> dict[str, list[str]]:
    """The commands, by name. What each checks and leaves out stands in pyproject.toml, .cfnlintrc and .yamllint.

    cfn-lint has our own rules too (docs/lint.md).
    """
    beside = Path(sys.executable).parent
    return {
        "ruff check": [str(beside / "ruff"), "check", "--quiet", "."],
        "ruff format": [str(beside / "ruff"), "format", "--quiet", "--check", "."],
        "mypy": [str(beside / "mypy"), "--no-error-summary"],
        "cfn-lint": [sys.executable, "-m", "local_glue", "lint", TEMPLATES.relative_to(ROOT).as_posix()],
        "yamllint": [str(beside / "yamllint"), "--strict", TEMPLATES.relative_to(ROOT).as_posix()],
        "shellcheck": [str(beside / "shellcheck"), "pyntw", ".ci/run"],
        "actionlint": [str(beside / "actionlint"), "-shellcheck", str(beside / "shellcheck"), *workflows()],
        "zizmor": [str(beside / "zizmor"), "--offline", "--quiet", *workflows()],
        "hadolint": [str(beside / "hadolint"), "Containerfile"],
        "vermin": [str(beside / "vermin"), "--no-tips", f"--target={PYTHON_SHELL}-", *python_shell_code()],
    }


def workflows() -> list[str]:
    """The files of GitHub's workflows, below the project's root."""
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / ".github/workflows").glob("*.yml"))


def python_shell_code() -> list[str]:
    """What runs in the Python shell, below the project's root: scripts that templates say so of, and wheels that do."""
    declared = {folder: tomllib.loads((folder / wheels.PROJECT).read_text()) for folder in wheels.folders(SCRIPTS)}
    wanted = f">={PYTHON_SHELL}"
    shared = [folder for folder, said in declared.items() if said["project"].get("requires-python") == wanted]
    modules = [path.relative_to(ROOT).as_posix() for folder in shared for path in sorted(folder.rglob("src/**/*.py"))]
    return [*python_shell_scripts(), *modules]


def python_shell_scripts() -> list[str]:
    """The scripts of the jobs that the templates run in the Python shell, below the project's root."""
    return scripts.of_jobs(Bundle(TEMPLATES), kind="pythonshell")


def _environment() -> dict[str, str]:
    """This process's own, but Python keeps what it compiled, as is its way.

    Nothing is compiled ahead, and tests start hundreds of processes: without this they spend most of their time on it.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _passes(name: str, command: Sequence[str]) -> bool:
    started = time.monotonic()
    result = subprocess.run(command, cwd=ROOT, env=_environment(), check=False, capture_output=True, text=True)
    good = result.returncode == 0
    took = seconds(time.monotonic() - started)
    say(f"{name.ljust(12)}", state("SUCCEEDED" if good else "FAILED"), f"after {took}")
    if not good:
        say((result.stdout + result.stderr).rstrip())
    return good
