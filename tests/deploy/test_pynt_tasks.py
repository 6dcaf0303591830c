"""Wrong calls as one sentence, before anything ran. The build file is a small one; pynt is the real one."""

import subprocess
import sys
from types import ModuleType

import pynt
import pytest

from deploy import pynt_tasks
from deploy.project import ROOT
from glue_client.errors import WrongCall

BUILD = '''
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from deploy import pynt_tasks as _pynt
from glue_client.errors import DeployError as _DeployError, WrongCall as _WrongCall

@_pynt.task
def greet(*names, loud="no"):
    """Greet people (./pyntw 'greet[you]').

    More about it.
    """
    print("hello", *names, loud)

@_pynt.task
def grumble():
    """Fail (./pyntw grumble)."""
    raise _DeployError("it failed", "this", "that")

@_pynt.task
def misread():
    """Refuse (./pyntw misread)."""
    raise _WrongCall("no such thing")

@_pynt.task
def crash():
    """Break (./pyntw crash)."""
    {{}}["key"]

@_pynt.task
def interrupt():
    """Be stopped (./pyntw interrupt)."""
    raise KeyboardInterrupt

@_pynt.task
def chatter():
    """Print a lot (./pyntw chatter)."""
    for number in range(100_000):
        print(number)

_pynt.attach()
if __name__ == "__main__":
    _pynt.main(Path(__file__), sys.argv[1:])
'''
TASKS = "chatter, crash, greet, grumble, interrupt, misread"


@pytest.fixture(scope="module")
def build_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("project") / "build.py"
    path.write_text(BUILD.format(root=str(ROOT)))
    return path


@pytest.fixture
def call(build_file):
    """Runs the small build file as ./pyntw does; what it printed, what it complained of, its exit code."""

    def run(*words):
        done = subprocess.run([sys.executable, build_file, *words], capture_output=True, text=True, check=False)
        return done.stdout, done.stderr, done.returncode

    return run


@pytest.fixture
def plain_pynt(build_file):
    def run(*words):
        command = [sys.executable, "-c", "import pynt; pynt.main()", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=build_file.parent)
        return done.stdout, done.stderr, done.returncode

    return run


def test_a_task_runs_with_its_arguments_and_nothing_is_added(call):
    assert call("greet[you, me,loud=yes]") == ("hello you me yes\n", "", 0)


def test_a_comma_in_parentheses_parts_nothing(call):
    assert call("greet[cron(0 6,18 * * ? *),you,loud=f(a,b)]") == ("hello cron(0 6,18 * * ? *) you f(a,b)\n", "", 0)


def test_a_value_may_hold_further_signs_of_equality(call):
    assert call("greet[you,loud=--conf a=b=]")[0] == "hello you --conf a=b=\n"
    assert call("greet[f(a=b,c=d)]")[1:] == (
        "error: greet has no parameter f(a; it takes names, loud; for example ./pyntw 'greet[you]'\n",
        2,
    )


def test_the_beginning_of_a_name_starts_nothing(call):
    assert call("gre") == ("", 'error: there is no task "gre"; did you mean greet?\n', 2)


def test_several_tasks_run_in_turn(call):
    assert call("greet[a]", "greet[b]") == ("hello a no\nhello b no\n", "", 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing"], f'there is no task "nothing"; the tasks are {TASKS}'),
        (["greeet"], 'there is no task "greeet"; did you mean greet?'),
        (["greet", "you"], """there is no task "you"; if greet is to get it, write 'greet[you]'"""),
        (["sys"], f'there is no task "sys"; the tasks are {TASKS}'),
        (["gr"], 'there is no task "gr"; did you mean greet or grumble?'),
        (
            ["greet[a"],
            (
                '"greet[a" cannot be read: arguments stand in one pair of brackets, without blanks around them: '
                "'task[a,b,Key=value]'"
            ),
        ),
        (["greet[x=a,x=b]"], '"greet[x=a,x=b]" cannot be read: an argument is given twice'),
        (["greet[x=a,b]"], '"greet[x=a,b]" cannot be read: Key=value parts come last'),
        (
            ["greet[volume=11]"],
            "greet has no parameter volume; it takes names, loud; for example ./pyntw 'greet[you]'",
        ),
        (["crash[now]"], "crash takes no arguments: too many positional arguments; for example ./pyntw crash"),
        (["misread"], "no such thing"),
    ],
)
def test_a_wrong_call_is_one_sentence(call, words, sentence):
    assert call(*words)[1:] == (f"error: {sentence}\n", 2)


def test_a_wrong_second_call_is_found_before_the_first_runs(call):
    assert call("greet", "nothing")[0] == ""


def test_a_failed_task_shows_its_error(call):
    assert call("grumble") == ("", "error: it failed\n  seen: this\n  next: that\n", 1)


def test_a_failed_task_ends_the_call(call):
    assert call("grumble", "greet")[0] == ""


def test_what_nobody_foresaw_is_named_without_traceback(call):
    assert call("crash") == (
        "",
        (
            "error: this should not have happened\n"
            "  seen: KeyError: 'key'\n"
            "  next: run it again with PYNTW_TRACEBACK=1 to see where, and report it\n"
        ),
        1,
    )


def test_the_traceback_can_be_had(call, monkeypatch):
    monkeypatch.setenv("PYNTW_TRACEBACK", "1")
    assert 'in crash\n    {}["key"]' in call("crash")[1]


def test_ctrl_c_ends_without_traceback(call):
    assert call("interrupt") == ("", "stopped by Ctrl-C\n", 130)


def test_a_reader_that_has_seen_enough_is_no_error(build_file):
    command = f"'{sys.executable}' '{build_file}' chatter | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("0\n", "", 0)


def test_the_list_shows_the_first_line_of_each_task(call):
    lines = [line.split(maxsplit=1) for line in call("-l")[0].splitlines() if "./pyntw" in line]
    assert ["greet", "Greet people (./pyntw 'greet[you]')."] in lines


def test_plain_pynt_tells_a_wrong_call_in_the_same_sentence(plain_pynt):
    assert plain_pynt("greeet") == ("", 'error: there is no task "greeet"; did you mean greet?\n', 2)


def test_plain_pynt_shows_a_failed_tasks_error(plain_pynt):
    _, complaint, code = plain_pynt("grumble")
    own = [line for line in complaint.splitlines() if not line.startswith("[ build.py - ")]
    assert (own, code) == (["error: it failed", "  seen: this", "  next: that"], 1)


def test_an_example_is_taken_from_the_first_line():
    @pynt_tasks.task
    def sing():
        """Sing a song (./pyntw 'sing[now]')."""

    assert pynt_tasks.example(sing) == "./pyntw 'sing[now]'"


def test_pynts_own_matching_is_used():
    """What these manners rest on: pynt 0.8.2 prefers an exact attribute of the module, also one that is no task."""
    module = ModuleType("build")
    module.made = 1
    with pytest.raises(WrongCall):
        pynt_tasks.resolve(module, "made")


def test_this_is_the_pynt_that_was_read():
    assert pynt.__version__ == "0.8.2"
