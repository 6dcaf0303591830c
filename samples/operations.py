"""Files of operations of any size, seeded: the same number of lines and seed give the same bytes.

    python -m samples.operations --rows 1000 --seed 7 --out /tmp/incoming

Fixed width, as docs/operations.md has it: two characters of custody, two of domain, nine of operation, fifteen of load,
and what the domain has besides. A load is four files; its id begins with its day. Planted are lines that are none
(MALFORMED), lines that are there twice, and lines that a later file of their load corrects. Some files end their lines
as Windows does, and a name has a letter that takes two bytes. What must come of it is counted while it is made.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from samples import Landed, SampleError
from samples.command import Command

MALFORMED = (
    "empty",  # nothing between two ends of lines
    "short",  # ends within what every record has
    "cut",  # ends within what its domain has
    "long",  # has more than that
    "custody",  # letters for digits
    "domain",  # there is none such
    "date",  # the 31st of February
    "amount",  # blanks for zeros
    "encoding",  # a byte that is no UTF-8
)
DOMAINS = ("99", "01", "02", "03", "04")
LEAST, MOST = 300, 100_000_000
FILES_OF_A_LOAD = 4
MOST_LINES = 25_000  # of a file
BAD_EVERY, TWICE_EVERY, CORRECTED_EVERY = 23, 41, 37  # lines
FIRST_DAY = date(2026, 1, 5)
CUSTODIES = ("10", "21", "35")


@dataclass
class Planted:
    """What the files hold: lines = items + rejected + twice + corrected."""

    files: int = 0
    lines: int = 0
    items: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    twice: int = 0
    corrected: int = 0


def write(folder: Path, rows: int, seed: int) -> Planted:
    """Write files of that many lines to the folder, and count what they hold.

    Raises:
        SampleError: a parameter is out of range.
        OSError: a file cannot be written.
    """
    if not LEAST <= rows <= MOST:
        then = f"give {LEAST}, so that each kind of line is there, to {MOST:,}"
        raise SampleError("the number of lines is out of range", f"rows {rows}", then)
    if seed < 0:
        raise SampleError("the seed is negative", f"seed {seed}", "give 0 or more")
    folder.mkdir(parents=True, exist_ok=True)
    made = _Maker(random.Random(seed))
    size = min(MOST_LINES, rows // 10)
    for number, start in enumerate(range(0, rows, size)):
        load, part = divmod(number, FILES_OF_A_LOAD)
        end = b"\r\n" if part == 1 else b"\n"
        text = end.join(made.file(load, part + 1, min(size, rows - start)))
        (folder / f"{made.load_id(load)}-{part + 1:03d}.txt").write_bytes(text + end * (part != 3))
    return made.planted


def land(folder: Path, rows: int, seed: int, _settings: Mapping[str, str]) -> Landed:
    """Files of that many lines, and what the tables must hold. Raises SampleError as `write` does."""
    planted = write(folder, rows, seed)
    items, rejected = planted.items.total(), planted.rejected.total()
    again = f"{planted.twice} of them twice, {planted.corrected} corrected later"
    said = f"{planted.lines:,} lines in {planted.files} files, {again}, {rejected} malformed"
    return Landed(said, {"records": items, "rejected": rejected}, {"ItemsTable": items})


class _Maker:
    """Makes lines, and counts."""

    def __init__(self, rng: random.Random) -> None:
        self.planted = Planted()
        self._rng = rng
        self._operations = self._lines()
        self._number = 0
        self._kind = 0
        self._due = False
        self._corrections: list[str] = []

    @staticmethod
    def load_id(load: int) -> str:
        return f"{FIRST_DAY + timedelta(load):%Y%m%d}{load + 1:07d}"

    def file(self, load: int, part: int, size: int) -> list[bytes]:
        """The lines of a file: metadata, what corrects lines of the files before, and records."""
        load_id, self.planted.files = self.load_id(load), self.planted.files + 1
        self.planted.lines += size
        self.planted.items["99"] += 1
        made = [f"0099{0:09d}{load_id}{part:03d}{'CRÉDITO':8}{load_id[:8]}".encode()]
        again = [] if part == 1 else self._corrections[: size - 1]
        self._corrections = [] if part == 1 else self._corrections[len(again) :]
        self.planted.corrected += len(again)
        made += [line.encode() for line in again]
        while len(made) < size:
            domain, line, other = next(self._operations)
            line, other = line.replace("LOAD-ID-OF-FILE", load_id), other.replace("LOAD-ID-OF-FILE", load_id)
            self._number += 1
            self._due = self._due or self._number % BAD_EVERY == 0
            if self._due and (bad := self._malformed(domain, line)) is not None:
                made.append(bad)
                self._due = False
                continue
            self.planted.items[domain] += 1
            made.append(line.encode())
            if self._number % TWICE_EVERY == 0 and len(made) < size:
                made.append(line.encode())
                self.planted.twice += 1
            elif self._number % CORRECTED_EVERY == 0 and part < FILES_OF_A_LOAD:
                self._corrections.append(other)
        return made

    def _malformed(self, domain: str, line: str) -> bytes | None:
        """A line that is none, of the kind whose turn it is; None where this one cannot be of that kind."""
        kind = MALFORMED[self._kind % len(MALFORMED)]
        if kind == "amount" and domain != "01":
            return None
        self._kind += 1
        self.planted.rejected[kind] += 1
        text = {
            "empty": "",
            "short": line[:20],
            "cut": line[:-3],
            "long": f"{line}0",
            "custody": f"A1{line[2:]}",
            "domain": f"{line[:2]}07{line[4:]}",
            "date": f"{line[:13]}20260231{line[21:]}",
            "amount": f"{line[:34]}{'':4}{line[38:]}",
            "encoding": line,
        }[kind]
        return text[:-1].encode() + b"\xe9" if kind == "encoding" else text.encode()

    def _lines(self) -> Iterator[tuple[str, str, str]]:
        """Domain, line, and what it may be corrected to, of one operation after the other."""
        rng, operation = self._rng, 0
        while True:
            operation += 1
            day = FIRST_DAY - timedelta(rng.randrange(400))
            start = f"{rng.choice(CUSTODIES)}{{}}{operation:09d}LOAD-ID-OF-FILE".format
            amount = rng.randrange(10_000, 10_000_000)
            for domain, before, after in (
                ("01", f"{rng.choice(('CDC', 'CP', 'FIN')):3}BRL", f"{day:%Y%m%d}"),
                ("02", f"{rng.randrange(1, 9):02d}{rng.randrange(1, 9999):05d}{day:%Y%m%d}", None),
                *(("03", f"{one:03d}{day + timedelta(30 * one):%Y%m%d}", "") for one in range(1, rng.randint(2, 6))),
                *(
                    ("04", f"{one:05d}{rng.choice(('PG', 'ES'))}{day + timedelta(30 * one):%Y%m%d}", "")
                    for one in range(1, rng.randint(1, 4))
                ),
            ):
                if after is None:  # no amount
                    yield domain, f"{start(domain)}{before}", f"{start(domain)}99{before[2:]}"
                else:
                    yield domain, *(f"{start(domain)}{before}{one:015d}{after}" for one in (amount, amount + 1))


def main() -> int:
    """Make the sample and print what it holds as JSON; 1 when it cannot be written, 2 for a wrong call."""
    command = Command("operations", "Make fixed-width files of operations.", "the folder for the files")
    command.add_argument("--rows", type=int, default=1000, help="lines (default: %(default)s)")
    return command.run(lambda asked: write(asked.out, asked.rows, asked.seed))


if __name__ == "__main__":
    sys.exit(main())
