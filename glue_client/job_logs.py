"""The log of one job run: its output and its error stream, merged by time, read again and again while it grows.

Only GetLogEvents is called, with the token of the answer before it (API reference: the same token comes back at the end
of a stream). The streams' names are the developer guide's ("Logging"): the run's id, or a prefix of the job's own from
Glue 5.0 on, with `-driver` behind it for Spark's driver. What executors log apart from the driver is not read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import DENIALS, code_of, message_of

ABSENT = "ResourceNotFoundException"
OUTPUT, ERROR = "output", "error"
DRIVER = "-driver"
JAVA_FRAME = re.compile(r"\s+(at [\w.$/<>]+\(|\.\.\. \d+ more)")
CUSTOM_PREFIX = "--custom-logStream-prefix"
PYTHON_SHELL = "/aws-glue/python-jobs"
MOST = 200_000
"""Lines that one look keeps; of more the older half is left out, and counted."""
AHEAD_MS = 1000
"""A run's own lines may bear a time that is so much before its start, by different clocks."""


@dataclass(frozen=True)
class Line:
    """One line: milliseconds since 1970, output or error, its text."""

    at: int
    stream: str
    text: str

    @property
    def is_java_frame(self) -> bool:
        """Whether it is a line of a Java stack."""
        return JAVA_FRAME.match(self.text) is not None


class JobLog:
    """The log of a run as GetJobRun tells it; `defaults` are the job's DefaultArguments.

    Attributes:
        refused: AWS's words where the log may not be read.
        left_out: how many lines were more than one look keeps.
    """

    def __init__(self, aws: Aws, run: Mapping[str, Any], defaults: Mapping[str, str] | None = None) -> None:
        self._client = aws.logs
        arguments = {**(defaults or {}), **run.get("Arguments", {})}
        group = run.get("LogGroupName", "/aws-glue/jobs")
        named = arguments.get(CUSTOM_PREFIX) if float(run.get("GlueVersion") or 0) >= 5 else None
        stem = named or run["Id"]
        names = (stem,) if group.startswith(PYTHON_SHELL) else (f"{stem}{DRIVER}", stem)
        self._since = _milliseconds(run.get("StartedOn")) - AHEAD_MS
        self._tokens: dict[tuple[str, str], str] = {}
        self._found: dict[str, str] = {}
        # Python shell's traceback is in the errors; Spark's error stream is its own log (as workflow_view.job_node)
        ends = (ERROR, OUTPUT) if group.startswith(PYTHON_SHELL) else (OUTPUT, ERROR)
        self._names = {f"{group}/{end}": names for end in ends}
        self._filled: set[str] = set()
        self._held: list[Line] = []
        self.refused, self.left_out = "", 0

    @property
    def place(self) -> tuple[str, str] | None:
        """Log group and stream of what a failure is told in; None where there is no stream yet.

        Of Python shell that is the errors, else the output; of Spark the output, else the errors. One with lines first.
        """
        there = [group for group in self._names if group in self._found]
        group = next((one for one in there if one in self._filled), next(iter(there), None))
        return (group, self._found[group]) if group else None

    def fresh(self, *, last: bool = False) -> list[Line]:
        """The lines since the last look, ordered by time.

        The streams grow one after the other. So what is newer than all that the former look saw waits for the next one,
        unless this is the last.
        """
        before = max((line.at for line in self._held), default=0)
        for group, names in self._names.items():
            for line in self._new(group, names):
                self._held.append(line)
                if len(self._held) > MOST:
                    self.left_out += MOST // 2
                    del self._held[: MOST // 2]
        self._held.sort(key=lambda line: line.at)
        ready = [line for line in self._held if last or line.at <= before]
        self._held = self._held[len(ready) :]
        return ready

    def _new(self, group: str, names: Iterable[str]) -> Iterator[Line]:
        for name in (self._found[group],) if group in self._found else names:
            try:
                yield from self._read(group, name)
            except ClientError as error:
                if code_of(error) in DENIALS:
                    self.refused = message_of(error)
                elif code_of(error) != ABSENT:
                    raise
                continue
            return

    def _read(self, group: str, name: str) -> Iterator[Line]:
        stream = group.rpartition("/")[2]
        while True:
            token = self._tokens.get((group, name))
            more: Any = {"nextToken": token} if token else {"startTime": max(0, self._since)}
            answer = self._client.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True, **more)
            self._found[group] = name
            self._tokens[group, name] = answer["nextForwardToken"]
            if answer["events"]:
                self._filled.add(group)
            for event in answer["events"]:
                for text in event["message"].splitlines() or [""]:
                    yield Line(event["timestamp"], stream, text)
            if answer["nextForwardToken"] == token or not answer["events"]:
                return


def _milliseconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp() * 1000)
