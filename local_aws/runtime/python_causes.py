"""What failed in a Python function that Spark called: read from the traceback that its worker sent.

Spark wraps it in an exception of Java's, with the frames of both. An action that calls the function later is where the
script fails on AWS too; which of its lines AWS names there is unverified, here it is the function's.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 1500
"""Characters of an exception's text in a message, which says after it where it was raised."""

_HEAD = "Traceback (most recent call last):"
_FRAME = re.compile(r'^  File "(.+)", line (\d+), in (.+)$', re.MULTILINE)
_MOST_CAUSES = 50
_JAVA_FRAME = re.compile(r"\n\s+(?:at [^\n]+\([^\n]*\)|\.\.\. \d+ more)|\n+Driver stacktrace:")
_HERE = str(Path(__file__).resolve().parent)


@dataclass(frozen=True)
class Frame:
    """One frame of a traceback: file, line, name of the function."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{Path(self.file).name} line {self.line}, in {self.function}"


@dataclass(frozen=True)
class Cause:
    """An exception of a Python function.

    Attributes:
        kind: the exception's type without its module.
        text: its type and text, as Python prints them.
        frames: those of the script and of what it brings, the innermost last.
    """

    kind: str
    text: str
    frames: tuple[Frame, ...]

    def line_in(self, script: str) -> int | None:
        """The innermost line of a file; None where none of its functions was called."""
        return next((frame.line for frame in reversed(self.frames) if frame.file == script), None)

    def __str__(self) -> str:
        said = self.text[:LONGEST]
        return f"{said} ({self.frames[-1]})" if self.frames else said

    def traceback(self) -> str:
        """The traceback without the frames of Spark."""
        shown = [f'  File "{frame.file}", line {frame.line}, in {frame.function}' for frame in self.frames]
        return "\n".join([f"In the Python function that Spark called: {_HEAD}", *shown, self.text])


def cause_of(error: BaseException) -> Cause | None:
    """What a Python function raised, where that is why Spark failed; None for any other error."""
    return next((read(text) for text in _tracebacks(error)), None)


def read(text: str) -> Cause:
    """Read a traceback as Python prints it; of several, one after another, the last."""
    last = text[max(text.rfind(f"\n{_HEAD}"), 0) :]
    frames = list(_FRAME.finditer(last))
    lines = last[frames[-1].end() :].strip("\n").split("\n") if frames else last.splitlines()[1:]
    said = next((place for place, line in enumerate(lines) if line and not line.startswith(" ")), 0)
    whole = "\n".join(lines[said:]).strip()
    kind = whole.partition("\n")[0].partition(":")[0].rpartition(".")[2]
    found = (Frame(one[1], int(one[2]), one[3]) for one in frames)
    return Cause(kind, whole, tuple(frame for frame in found if _is_own(frame.file)))


def without_java_frames(text: str) -> str:
    """A message of Java's without the stacks that Spark puts into it."""
    return _JAVA_FRAME.sub("", text).strip()


def _tracebacks(error: BaseException) -> Iterator[str]:
    java = getattr(error, "java_exception", None)  # py4j's Py4JJavaError has it
    java = getattr(error, "_origin", None) if java is None else java  # pyspark's captured exceptions have it
    for _ in range(_MOST_CAUSES):
        if java is None:
            break
        if (java.getMessage() or "").startswith(_HEAD):  # Spark's PythonException has nothing else in it
            yield java.getMessage()
        java = java.getCause()
    if kept := getattr(error, "python_traceback", None):  # awsglue's, of error records
        yield kept
    said = getattr(error, "desc", None)  # a PythonException of pyspark is made of the text alone
    if isinstance(said, str) and type(error).__name__ == "PythonException" and _HEAD in said:
        yield said[said.index(_HEAD) :]


def _is_own(file: str) -> bool:
    """Whether a file is the script's, or of what it brings: neither Python's, nor a package's, nor this machine's."""
    packaged = ("/site-packages/", "/python-modules/", "/pyspark.zip/", "/pythonshell/")
    roots: tuple[Any, ...] = (sys.prefix, sys.base_prefix, _HERE)
    return not file.startswith(("<", *(f"{root}/" for root in roots))) and not any(one in file for one in packaged)
