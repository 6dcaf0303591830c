"""The wrapper, on copies of it with one tiny package as its requirements; nothing is fetched from anywhere."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy.project import ROOT

PROGRAM = """
import sys, tiny
print(tiny.VERSION, *sys.argv[1:], sep="|")
sys.exit(3 if sys.argv[1:] == ["fail"] else 0)
"""
TOOLS = ("sh", "cmp", "cp", "grep", "mv", "rm", "readlink")
LONG = 600


class Project:
    """A copy of the wrapper in a folder of its own, with a program instead of build.py."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "pyntw", folder)
        (folder / "build.py").write_text(PROGRAM)
        self.require(1)
        self.require(1, "requirements-pythonshell.txt")
        self.require(1, "requirements-test.txt", name="checker")

    def require(self, version, file="requirements.txt", *, name="tiny", digest=None):
        wheel = self.folder.parent / f"{name}-{version}-py3-none-any.whl"
        files = {
            f"{name}.py": f"VERSION = {version}\n",
            f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{name}-{version}.dist-info/RECORD": "",
        }
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in files.items():
                archive.writestr(zipfile.ZipInfo(path), text)  # no time of its own: the same bytes each time
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.folder / file).write_text(f"{name} @ {wheel.as_uri()} --hash=sha256:{digest}\n")

    def start(self, *words, command=None, **settings):
        environment = {**os.environ, "PIP_NO_INDEX": "1", "PYNTW_PYTHON": sys.executable, **settings}
        return subprocess.Popen(
            [*(command or [self.folder / "pyntw"]), *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder.parent,
        )

    def call(self, *words, **settings):
        process = self.start(*words, **settings)
        out, complaint = process.communicate(timeout=LONG)
        return out, complaint, process.returncode


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that is set up already, in a folder with a blank in its name."""
    made = Project(tmp_path_factory.mktemp("with blank ") / "the project")
    out, said, code = made.call()
    assert (out, without_progress(said), code) == ("1\n", first_call_says(), 0)
    assert re.findall(r"^pyntw: +\d+ s  (.*)$", said, re.MULTILINE) == 2 * ["installing 1 packages", "installed"]
    return made


def without_progress(said):
    return re.sub(r"^pyntw: +\d+ s  .*\n", "", said, flags=re.MULTILINE)


def first_call_says():
    version = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return (
        f"pyntw: making .venv with {version}\n"
        "pyntw: installing requirements.txt (about 1 GB on disk, a minute or some the first time)\n"
        "pyntw: installing requirements-pythonshell.txt, the libraries of Python shell jobs\n"
    )


def test_a_later_call_says_nothing(project):
    assert project.call() == ("1\n", "", 0)


def test_arguments_arrive_as_they_are(project):
    assert project.call("a b", "c[d,e=f]", "*", "")[0] == "1|a b|c[d,e=f]|*|\n"


def test_the_exit_code_is_the_tasks(project):
    assert project.call("fail")[2] == 3


def test_what_a_task_compiles_is_kept_whatever_the_environment_says(project):
    compiled = project.folder / ".venv/lib/python3.11/site-packages/__pycache__/tiny.cpython-311.pyc"
    compiled.unlink(missing_ok=True)
    assert project.call(PYTHONDONTWRITEBYTECODE="1")[2] == 0
    assert compiled.is_file()


def test_the_libraries_of_python_shell_jobs_lie_apart(project):
    assert (project.folder / ".venv/pythonshell/tiny.py").read_text() == "VERSION = 1\n"


@pytest.mark.parametrize("relative", [True, False])
def test_it_works_through_a_symbolic_link(project, relative):
    link = project.folder.parent / f"link-{relative}"
    link.symlink_to(os.path.relpath(project.folder / "pyntw", link.parent) if relative else project.folder / "pyntw")
    assert project.call(command=[link]) == ("1\n", "", 0)


def test_it_works_as_a_bare_name(project):
    done = subprocess.run(["sh", "pyntw"], cwd=project.folder, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_cdpath_does_not_lead_it_astray(project):
    assert project.call(CDPATH=str(project.folder.parent))[:2] == ("1\n", "")


def test_changed_requirements_are_installed_again(tmp_path):
    project = Project(tmp_path / "p")
    project.call()
    project.require(2)
    out, said, code = project.call()
    assert (out, code) == ("2\n", 0)
    assert without_progress(said) == first_call_says().splitlines(keepends=True)[1]
    assert (project.folder / ".venv/pythonshell/tiny.py").read_text() == "VERSION = 1\n"
    project.require(2, "requirements-pythonshell.txt")
    project.call()
    assert (project.folder / ".venv/pythonshell/tiny.py").read_text() == "VERSION = 2\n"


def test_what_only_checks_and_tests_need_comes_with_them(tmp_path):
    project = Project(tmp_path / "p")
    project.require(1, "requirements-dbt.txt", name="client")
    venv = project.folder / ".venv"
    site = venv / "lib/python3.11/site-packages"
    project.call("testing", "demo[test]", "lint[my.yml]")
    says = (
        "pyntw: installing requirements-test.txt, what checks, tests and measures need besides\n"
        "pyntw: installing requirements-dbt.txt, a client that tests use\n"
    )
    for words in (["test"], ["up", "test[tests/deploy]"], ["lint[my.yml]", "lint"]):
        assert not (site / "checker.py").exists()
        assert not (venv / "dbt").exists()
        out, complaint, code = project.call(*words)
        assert (out, without_progress(complaint), code) == ("|".join(["1", *words]) + "\n", says, 0)
        assert (site / "checker.py").exists()
        assert (venv / "dbt/client.py").exists()
        assert not (site / "client.py").exists()
        assert project.call(*words)[1] == ""
        for path in (site / "checker.py", venv / "requirements-test.txt", venv / "requirements-dbt.txt"):
            path.unlink()
        for folder in (site / "checker-1.dist-info", venv / "dbt"):
            shutil.rmtree(folder)


def test_an_install_that_failed_is_done_again(tmp_path):
    project = Project(tmp_path / "p")
    project.require(1, digest="0" * 64)
    out, complaint, code = project.call()
    assert (out, code) == ("", 1)
    assert complaint.splitlines()[-3:] == [
        "error: requirements.txt could not be installed",
        "  seen: the lines above",
        "  next: correct what they name (network, proxy, disk), and call it again: it goes on from there",
    ]
    project.require(1)
    assert project.call()[::2] == ("1\n", 0)


def test_an_environment_that_was_cut_short_is_made_again(tmp_path):
    project = Project(tmp_path / "p")
    (project.folder / ".venv/bin").mkdir(parents=True)
    (project.folder / ".venv/bin/python").symlink_to(sys.executable)
    out, said, code = project.call()
    assert (out, without_progress(said), code) == ("1\n", first_call_says(), 0)


def test_an_environment_whose_python_is_gone_is_made_again(tmp_path):
    project = Project(tmp_path / "p")
    project.call()
    (project.folder / ".venv/bin/python").unlink()
    (project.folder / ".venv/bin/python").symlink_to(tmp_path / "gone")
    out, said, code = project.call()
    assert (out, without_progress(said), code) == ("1\n", first_call_says(), 0)


def test_calls_at_the_same_time_set_up_once(tmp_path):
    project = Project(tmp_path / "p")
    calls = [project.start(str(number)) for number in range(3)]
    answers = [process.communicate(timeout=LONG) for process in calls]
    assert [out for out, _ in answers] == ["1|0\n", "1|1\n", "1|2\n"]
    assert sum("making .venv" in complaint for _, complaint in answers) == 1


@pytest.fixture
def only(tmp_path):
    """A PATH with the shell's tools and these Pythons, each a script that tells a version."""

    def path(**pythons):
        folder = tmp_path / "bin"
        folder.mkdir()
        for tool in TOOLS:
            (folder / tool).symlink_to(shutil.which(tool))
        for name, version in pythons.items():
            script = folder / name.replace("_", ".")
            script.write_text(f'#!/bin/sh\ncase $2 in *print*) echo "{version}" ;; *) exit 1 ;; esac\n')
            script.chmod(0o755)
        return str(folder)

    return path


def test_without_the_right_python_it_says_what_it_saw(tmp_path, only):
    project = Project(tmp_path / "p")
    out, complaint, code = project.call(PATH=only(python3="Python 3.12", python="Python 2.7"), PYNTW_PYTHON="")
    assert (out, code) == ("", 1)
    assert complaint.splitlines()[:2] == [
        "error: Python 3.11 was not found",
        "  seen: python3: Python 3.12, python: Python 2.7",
    ]


def test_without_any_python_it_says_so(tmp_path, only):
    project = Project(tmp_path / "p")
    assert "  seen: no Python at all\n" in project.call(PATH=only(), PYNTW_PYTHON="")[1]


def test_it_is_a_posix_shell_script():
    subprocess.run(["sh", "-n", ROOT / "pyntw"], check=True)
    assert (ROOT / "pyntw").read_text().startswith("#!/bin/sh\n")


def test_it_may_be_executed():
    assert os.access(ROOT / "pyntw", os.X_OK)
