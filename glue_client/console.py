"""How tasks talk: lines that wrap only where a person reads them, calm colours, questions.

All that is printed passes through here, and what comes from data is made harmless (plain_text.py): texts are made by
`text`, never by rich's own class or its markup.
"""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from glue_client.errors import DeployError
from glue_client.plain_text import plain

PIPE_WIDTH = 10_000  # a file or a pipe has no edge to wrap at
STYLES = (  # the first word that a state holds decides
    (("FAILED", "ROLLBACK", "ERROR", "TIMEOUT"), "red"),
    (("STOP", "CANCEL", "DELETE", "SKIPPED"), "yellow"),
    (("PROGRESS", "RUNNING", "STARTING", "WAITING"), "cyan"),
    (("COMPLETE", "SUCCEEDED"), "green"),
)


class _PlainConsole(Console):
    """The last guard: no character that a terminal would carry out gets by as text."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(plain(segment.text), segment.style)


def text(value: str, style: str = "") -> Text:
    """Text from anywhere as something to print: nothing in it is markup, and nothing moves the cursor."""
    return Text(plain(value), style)


def joined(*parts: str | tuple[str, str] | Text) -> Text:
    """One text of several: plain ones, ones with their style, and what `text` or `state` made."""
    made = [part if isinstance(part, Text) else text(*((part,) if isinstance(part, str) else part)) for part in parts]
    return Text().join(made)


Shown = Text
"""What `text`, `joined` and `state` make."""


def console(*, stderr: bool = False) -> Console:
    """A console for what stdout (or stderr) is just now."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return _PlainConsole(file=stream, width=width, highlight=False, markup=False, emoji=False)


def say(*parts: str | Text) -> None:
    """Print one line: the parts with a blank between them."""
    console().print(Text(" ").join(part if isinstance(part, Text) else text(part) for part in parts), soft_wrap=True)


def complain(what: object) -> None:
    """Print to stderr, first line in red."""
    first, _, rest = str(what).partition("\n")
    console(stderr=True).print(joined((first, "red"), "\n" + rest if rest else ""), soft_wrap=True)


def remark(what: str) -> None:
    """Print to stderr what a person should know, and no program reads."""
    console(stderr=True).print(text(what, "dim"), soft_wrap=True)


def state(name: str, width: int = 0) -> Text:
    """A state of AWS in its colour: red failed, yellow stopped or going away, cyan under way, green done."""
    style = next((style for words, style in STYLES if any(word in name for word in words)), "dim")
    return text(name.ljust(width), style)


def seconds(number: float) -> str:
    """A duration as a person says it: 0.4 s, 12 s, 3 m 05 s, 1 h 02 m."""
    if number < 9.95:
        return f"{number:.1f} s"
    whole = round(number)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} m"


def size(number: float) -> str:
    """Bytes as a person says them: 512 B, 3.4 MB (powers of 1,000, as S3 bills)."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def count(number: int, noun: str) -> str:
    """A number of things: 1 row, 1,200 rows."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def show_table(columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print a table; a column is its heading and whether it holds numbers (these stand to the right)."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_edge=False, pad_edge=False)
    for heading, numeric in columns:
        table.add_column(text(heading), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else text(cell) for cell in row))
    console().print(table)


def show_rows(title: str, rows: Iterable[Sequence[str]]) -> None:
    """Print rows without column headings below a title; the second column is what stands out."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for style in ("", "bold", "dim"):
        table.add_column(style=style, overflow="fold")
    for first, *rest in rows:
        table.add_row(text(f"  {first}"), *map(text, rest))
    say(f"\n{title}")
    console().print(table)


def confirm(question: str, *, yes: bool, otherwise: str) -> None:
    """Ask, unless `yes` says it already. Raises DeployError with the words of `otherwise` when the answer is no."""
    if yes:
        return
    console().print(text(f"{question} [y/N] "), end="", soft_wrap=True)
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if not answer:
        say("")
        raise DeployError(otherwise, "nobody there to answer the question", "say it in the call: yes=true")
    if answer.strip().lower() not in ("y", "yes"):
        raise DeployError(otherwise, f'your answer "{answer.strip()}"')


_GOES_ON = ContextVar("what was started goes on when its caller leaves", default=True)


@contextlib.contextmanager
def nothing_goes_on() -> Iterator[None]:
    """While this lasts, who leaves ends what they started: AWS itself ends with them."""
    token = _GOES_ON.set(False)
    try:
        yield
    finally:
        _GOES_ON.reset(token)


def goes_on() -> bool:
    """Whether what was started goes on when its caller leaves."""
    return _GOES_ON.get()


@contextlib.contextmanager
def leaving(note: str) -> Iterator[None]:
    """While waiting for AWS: Ctrl-C leaves, and the note says what goes on without us, if anything does."""
    try:
        yield
    except KeyboardInterrupt:
        if goes_on():
            complain(note)
        raise
