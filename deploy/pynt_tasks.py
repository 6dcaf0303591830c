"""pynt with manners: a wrong call is one sentence and exit code 2, a failed task its error and 1, Ctrl-C 130.

pynt 0.8.2 ends each of them in a traceback and exit code 1, and finds a wrong second task only after it ran the first.
It also takes the beginning of a name for the name, so that a typing error starts what costs money: here a task is named
in full. Its grammar stays, but that a comma in parentheses parts nothing, and that a value may hold "=": `_get_task` is
pynt's. build.py calls `attach`, so plain `pynt` behaves the same as ./pyntw; `task` is the decorator of its tasks.
"""

import functools
import inspect
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, NoReturn

import pynt
from pynt import _pynt

from glue_client import hints
from glue_client.console import complain
from glue_client.errors import DeployError, WrongCall

INTERRUPTED = 130
NEARLY, LONG = 0.8, 5
"""How alike names are at least, as difflib counts it, of which one is taken for the other mistyped; and the letters of
that one at least, as short words are like too many."""
IN_PARENTHESES = re.compile(r"\([^()]*\)")
COMMA, EQUALS = "\0c", "\0e"
"""What stands for a comma in parentheses, as in cron(0 6,18 * * ? *), and for each "=" of a part but its first, as in
--conf=spark.sql.shuffle.partitions=3, while pynt parts arguments at these: no argument of a process can hold it."""
EXAMPLE = re.compile(r"\((\./pyntw .*)\)\.$")
GRAMMAR = (  # what pynt says of arguments that it cannot read, and what it means
    (
        "Invalid task argument",
        "arguments stand in one pair of brackets, without blanks around them: 'task[a,b,Key=value]'",
    ),
    ("duplicate keyword argument", "an argument is given twice"),
    ("cannot follow", "Key=value parts come last"),
)


def task(function: Callable[..., None]) -> Any:
    """Make a pynt task of a function. What it raises becomes its error on stderr and the exit code.

    `pynt -l` shows the first line of the docstring; the rest is for readers.
    """

    @functools.wraps(function)
    def guarded(*arguments: str, **named: str) -> None:
        try:
            with hints.logs_by(_logs):
                function(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - the last place that can explain it
            _end_with(error)
        except KeyboardInterrupt:
            _end_interrupted()

    made = pynt.task()(guarded)
    made.doc = made.doc.partition("\n")[0]
    return made


def main(build_file: Path, arguments: Sequence[str]) -> NoReturn:
    """Run pynt in this process with the build file's tasks, without its own log lines."""
    logging.getLogger(build_file.name).addFilter(lambda _record: False)
    sys.argv = ["pyntw", "-f", str(build_file), *arguments]
    try:
        pynt.main()
    except Exception as error:  # noqa: BLE001 - the last place that can explain it
        _end_with(error)
    except KeyboardInterrupt:
        _end_interrupted()
    sys.exit(0)


def attach() -> None:
    """Give these manners to the pynt that is loading build.py: all calls are checked before the first task runs."""
    _pynt._run_from_task_names = _run_checked
    sys.excepthook = _hook


def resolve(module: ModuleType, call: str, before: str = "") -> tuple[Any, list[str], dict[str, str]]:
    """The task that a call such as `createstack[basic-infra]` means, and its arguments, else WrongCall.

    `before` is the call before it: what looks like an unknown task may be meant as its argument.
    """
    tasks = _pynt._get_tasks(module)
    try:
        found, parts, values = _pynt._get_task(module, _held(call), tasks)
        positional = [_let_go(part) for part in parts]
        named = {_let_go(key): _let_go(value) for key, value in values.items()}
    except Exception as error:
        raise WrongCall(_sentence(call, before, str(error), sorted(one.name for one in tasks))) from error
    if not _pynt.Task.is_task(found) or not hasattr(module, call.partition("[")[0]):
        raise WrongCall(_unknown(call, before, sorted(one.name for one in tasks)))
    _refuse_misfit(found, positional, named)
    return found, positional, named


def example(found: Any) -> str:
    """The runnable example in the first line of a task's docstring."""
    match = EXAMPLE.search(found.doc)
    return match.group(1) if match else f"./pyntw {found.name}"


def _held(call: str) -> str:
    """A call in which pynt sees no comma and no "=" that parts nothing."""
    name, bracket, arguments = call.partition("[")
    held = IN_PARENTHESES.sub(lambda found: found[0].replace(",", COMMA), arguments)
    parts = [part.partition("=") for part in held.split(",")]
    return name + bracket + ",".join(key + equals + value.replace("=", EQUALS) for key, equals, value in parts)


def _let_go(text: str) -> str:
    return text.replace(COMMA, ",").replace(EQUALS, "=")


def _run_checked(module: ModuleType, calls: Sequence[str]) -> None:
    work = [resolve(module, call, before) for before, call in pairwise(["", *calls])]
    logger = _pynt._get_logger(module)
    completed: set[Any] = set()
    for found, positional, named in work:
        _pynt._run(module, logger, found, completed, True, positional, named)  # noqa: FBT003


def _refuse_misfit(found: Any, positional: list[str], named: dict[str, str]) -> None:
    signature = inspect.signature(found.func)
    try:
        signature.bind(*positional, **named)
    except TypeError as error:
        takes = ", ".join(signature.parameters) or "no arguments"
        unknown = [name for name in named if name not in signature.parameters]
        if unknown:
            close = get_close_matches(unknown[0], list(signature.parameters), n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            said = f"has no parameter {', '.join(unknown)}{meant}; it takes {takes}"
        else:
            said = f"takes {takes}: {error}"
        raise WrongCall(f"{found.name} {said}; for example {example(found)}") from error
    # What a task passes on to AWS may have any name; one that is nearly a parameter's is an error of typing.
    own = [one.name for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    long = [name for name in own if len(name) >= LONG]
    for name in named:
        close = [] if name in own or name.startswith("-") else get_close_matches(name.lower(), long, n=1, cutoff=NEARLY)
        if close:
            raise WrongCall(
                f"{found.name} has no parameter {name} (did you mean {close[0]}?), and a name so near to it is not "
                f"passed on; for example {example(found)}"
            )


def _sentence(call: str, before: str, reason: str, names: list[str]) -> str:
    for pattern, meaning in GRAMMAR:
        if pattern in reason:
            return f'"{call}" cannot be read: {meaning}'
    return _unknown(call, before, names)


def _unknown(call: str, before: str, names: list[str]) -> str:
    unknown = call.partition("[")[0]
    if before in names and "[" not in call:
        return f"there is no task \"{unknown}\"; if {before} is to get it, write '{before}[{unknown}]'"
    begun = [name for name in names if unknown and name.startswith(unknown)]
    close = begun or get_close_matches(unknown, names, n=1)
    return f'there is no task "{unknown}"; ' + (
        f"did you mean {' or '.join(close)}?" if close else f"the tasks are {', '.join(names)}"
    )


def _end_with(error: Exception) -> NoReturn:
    from glue_client.aws_errors import explained  # noqa: PLC0415 - loads boto3, which most calls do not need

    if isinstance(error, BrokenPipeError):  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    if os.environ.get("PYNTW_TRACEBACK"):
        complain("".join(traceback.format_exception(error)).rstrip())
    explanation: DeployError = explained(error)
    complain(explanation)
    sys.exit(explanation.exit_code)


def _end_interrupted() -> NoReturn:
    complain("stopped by Ctrl-C")
    sys.exit(INTERRUPTED)


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What plain `pynt` does with what reached its end: Python exits with the code of the SystemExit raised here."""
    if isinstance(error, WrongCall):
        _end_with(error)
    if isinstance(error, KeyboardInterrupt):
        _end_interrupted()
    complain("".join(traceback.format_exception(kind, error, trace)).rstrip())


def _logs(job: str, *, following: bool) -> str:
    return f"./pyntw 'logs[{job},follow=true]'" if following else f"./pyntw 'logs[{job}]'"
