"""Prints lines of jobs' logs: one message a line, seconds since the run began before it, Java's stacks folded."""

import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from glue_client import causes, console
from glue_client.job_logs import ERROR, JAVA_FRAME, Line
from glue_client.workflow_view import row_counts

KEPT = 20_000
"""Lines, the last ones, that are kept to look for causes and counts in."""
IN_SIGHT = 15
"""Lines, the last ones, that nobody has to look for."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LogView:
    """Prints lines as they come; `began` is the moment that seconds are counted from.

    With `java` each line of a Java stack is printed, else how many there were.
    """

    def __init__(self, began: datetime, *, java: bool = False) -> None:
        self._began, self._java = began, java
        self._frames = 0
        self._lines: deque[str] = deque(maxlen=KEPT)

    def show(self, lines: Iterable[Line], label: str = "") -> None:
        """Print lines of one job; with a label it stands before each."""
        for line in lines:
            self._lines.append(line.text)
            if line.is_java_frame and not self._java:
                self._frames += 1
                continue
            self.unfold()
            since = (EPOCH + timedelta(milliseconds=line.at) - self._began).total_seconds()
            stream = console.text(line.stream.ljust(7), "yellow" if line.stream == ERROR else "dim")
            console.say(console.seconds(max(0.0, since)).rjust(8), stream, *([label] if label else []), line.text)

    def unfold(self) -> None:
        """Say how many lines of a Java stack were passed by, if any were."""
        if self._frames:
            what = console.count(self._frames, "line")
            console.say(" " * 8, " " * 7, console.text(f"… {what} of a Java stack (java=true shows them)", "dim"))
        self._frames = 0

    def cause(self, told: str) -> list[str]:
        """What Python raised (causes.py), unless the end of what was printed and what is `told` besides say it."""
        found = causes.of(list(self._lines))
        shown = [causes.without_folder(line) for line in self._lines if not JAVA_FRAME.match(line)][-IN_SIGHT:]
        is_told = all(line in told for line in found[1:] if not line[0].isspace())
        return [] if is_told and set(found) <= set(shown) else found

    @property
    def counts(self) -> list[str]:
        """What the job counted, see `counts_told`."""
        return counts_told(list(self._lines))


def counts_told(lines: Sequence[str]) -> list[str]:
    """What jobs log about rows: lines that are a JSON object of a job's name and whole numbers, the last of each job.

    `{"job": "clean", "rows_read": 10, …}` reads as a workflow's run properties of these names do; other numbers are
    listed.
    """
    found = {told["job"]: told for line in lines if (told := _object(line))}
    said = []
    for job, told in found.items():
        numbers = {key: value for key, value in told.items() if key != "job"}
        sums = row_counts({f"{job}.{key}": str(value) for key, value in numbers.items()})
        said += sums or [f"{job}: " + ", ".join(f"{key} {value:,}" for key, value in numbers.items())]
    return said


def _object(line: str) -> Mapping[str, int] | None:
    """The JSON object that a line is, where it names a job and counts; else None."""
    if not line.startswith("{") or '"job"' not in line:
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return None
    numbers = [value for key, value in told.items() if key != "job"]
    counts = all(isinstance(value, int) and not isinstance(value, bool) for value in numbers)
    return told if numbers and counts and isinstance(told.get("job"), str) else None
