"""Why a Spark job failed, found among the lines that it logged: what Python raised, and where in the user's script.

A function of Spark that raises in a worker leaves Python's traceback within Java's message; the script's own traceback
tells only where the result was asked for. So a worker's is the cause where there is one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

TRACEBACK = "Traceback (most recent call last):"
FRAME = re.compile(r'\s+File "[^"]+", line \d+')
FOLDER = re.compile(r'File "[^"]*/')
"""Of a script, which lies in a folder of the run."""
OTHERS = re.compile(
    r"/site-packages/|/dist-packages/|/lib/python3|/pyspark/|/py4j/|pyspark\.zip|/awsglue/|/local_aws/|<frozen "
)
WORKER = "PythonException"
THROWN = "An exception was thrown from the Python worker"
SAID = ("seen: ", "next: ")
MOST_LINES = 20
"""Of what Python raised; the rest is in the log."""


@dataclass
class _Block:
    of_worker: bool
    frames: list[list[str]] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)

    @property
    def own(self) -> list[list[str]]:
        """The frames that are not a library's."""
        return [frame for frame in self.frames if not OTHERS.search(frame[0])]


def of(lines: Sequence[str]) -> list[str]:
    """The traceback that tells the cause: the user's own frames, files without folders. Empty where there is none."""
    blocks = [block for block in _blocks(lines) if block.raised]
    own = [block for block in blocks if block.own]
    ranked = [block for block in own if block.of_worker] or own or blocks
    if not ranked:
        return []
    block = ranked[-1]
    frames = block.own or block.frames[-1:]
    told = [TRACEBACK, *(without_folder(line) for frame in frames for line in frame), *block.raised]
    return told if len(told) <= MOST_LINES else [*told[:MOST_LINES], f"… {len(told) - MOST_LINES} more lines"]


def without_folder(line: str) -> str:
    """A line of a traceback that names a file by its last name alone; other lines as they are."""
    return FOLDER.sub('File "', line, count=1)


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """Each traceback: frames are indented, what was raised is not; what it saw and says to do next may stand below."""
    block: _Block | None = None
    thrown = False
    for line in lines:
        if TRACEBACK in line:
            if block:
                yield block
            block, thrown = _Block(thrown or WORKER in line), False
            continue
        thrown = (thrown and not line.strip()) or THROWN in line
        if block is None:
            continue
        if FRAME.match(line) and not block.raised:
            block.frames.append([line])
        elif line.startswith("    ") and block.frames and not block.raised:
            block.frames[-1].append(line)
        elif _goes_on(line) if block.raised else _is_raised(line):
            block.raised.append(line)
        else:
            yield block
            block = None
    if block:
        yield block


def _is_raised(line: str) -> bool:
    return bool(line.strip()) and not line[0].isspace()


def _goes_on(line: str) -> bool:
    return line.strip().startswith(SAID)
