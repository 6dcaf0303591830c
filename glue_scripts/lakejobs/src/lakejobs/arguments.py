"""What a job was started with.

args = arguments.read({"source_path": str, "max_rejected_ratio": float}, {"max_rejected_ratio": "0.05"})
args["max_rejected_ratio"], args.job, args.run, args.workflow_run
"""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from lakejobs.errors import JobError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

OF_GLUE = ("JOB_NAME", "WORKFLOW_NAME", "WORKFLOW_RUN_ID")
"""What Glue passes and gives only to those who ask for it; JOB_RUN_ID it gives unasked, where it passes one."""


class ArgumentError(JobError):
    """An option has a value that it does not take."""


class WorkflowRun(NamedTuple):
    """The run of a workflow that a job run is a part of."""

    workflow: str
    run: str


class Arguments:
    """The options of a run by name, and what Glue passes besides.

    `resolved` is what getResolvedOptions gave, Glue's own options among it: what Job.init takes.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        job: str,
        run: str,
        workflow_run: WorkflowRun | None = None,
        resolved: Mapping[str, Any] | None = None,
    ) -> None:
        self._values, self.job, self.run, self.workflow_run = dict(values), job, run, workflow_run
        self.resolved = dict(resolved or {})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def read(
    kinds: Mapping[str, Callable[[str], Any]],
    defaults: Mapping[str, str] | None = None,
    argv: Sequence[str] | None = None,
) -> Arguments:
    """The options of this run.

    Args:
        kinds: what makes a value of each option's text, such as `str` or `float`; it raises ValueError on a wrong one.
        defaults: the text of options that may be left out. An option with a default is one of `kinds` too.
        argv: the words of the command; without it those of this process.

    Raises:
        ArgumentError: an option's text has no value.
        GlueArgumentError: an option without a default is missing (awsglue's own error, which names it).
    """
    from awsglue.utils import getResolvedOptions

    words, optional = list(sys.argv if argv is None else argv), dict(defaults or {})
    given = {name for name in optional if any(word.partition("=")[0] == f"--{name}" for word in words)}
    of_glue = [name for name in OF_GLUE if f"--{name}" in words]
    found = getResolvedOptions(words, [name for name in kinds if name not in optional or name in given] + of_glue)
    texts = {name: str(found[name]) if name in found else optional[name] for name in kinds}
    values = {name: _value(name, kind, texts[name]) for name, kind in kinds.items()}
    run = found.get("JOB_RUN_ID") or uuid.uuid4().hex
    names = found.get("WORKFLOW_NAME"), found.get("WORKFLOW_RUN_ID")
    workflow_run = WorkflowRun(str(names[0]), str(names[1])) if all(names) else None
    return Arguments(values, str(found.get("JOB_NAME", "")), str(run), workflow_run, found)


def _value(name: str, kind: Callable[[str], Any], text: str) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        wanted = {int: "a whole number", float: "a number"}.get(kind, "another value")  # type: ignore[call-overload]
        raise ArgumentError(f"--{name} is wrong: {text!r}", str(error), f"give {wanted}") from error
