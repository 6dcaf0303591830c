"""Sales records of any number, seeded: the same rows and seed give the same bytes.

    python -m samples.sales --rows 20000 --seed 7 --out samples/sales.zip

Among good rows it plants exact copies of good rows and rows that a cleaning job must reject, and says how many of
each, so that a pipeline's counts can be compared with what was planted. Two bad rows are never the same, nor are two
good ones that were not planted as copies. Rows with spaces around a text or zeros in their dates are good ones.
"""

import random
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count, product
from pathlib import Path
from typing import IO

from samples import Landed, SampleError
from samples.command import Command
from samples.countries import CHANNELS, ITEMS, PRIORITIES, REGIONS

HEADER = (
    "Region,Country,Item Type,Sales Channel,Order Priority,Order Date,Order ID,"
    "Ship Date,Units Sold,Unit Price,Unit Cost,Total Revenue,Total Cost,Total Profit"
)
COLUMNS = HEADER.split(",")
TEXTS = range(5)
DATES = (5, 7)
ORDER_ID = 6
NUMBERS = (ORDER_ID, *range(8, 14))

MAX_UNITS = 10_000
FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2020, 12, 31)
MAX_DAYS_TO_SHIP = 50
FIRST_ID, IDS = 100_000_000, 900_000_000  # nine digits
ID_STEP = 556_230_589  # shares no factor with IDS, so that walking by it meets every id once

BATCH = 10_000  # rows held in memory at a time
KEPT = 1_000  # good rows that later batches may copy
PADDED, SPACED = 0.05, 0.01  # share of the good rows with 03/07/2015 for 3/7/2015, and with spaces around a text
COMPRESSION = 4  # level 6 takes twice the time for seven percent fewer bytes
BAD_KINDS = ("blank_field", "impossible_date", "not_a_number", "number_too_large", "too_few_fields", "too_many_fields")
ZIP64_ROWS = 10_000_000  # from here on the member may pass the 2 GiB of a plain zip entry


@dataclass(frozen=True)
class Planted:
    """What a sample holds: rows = good + duplicates + the sum of bad (the header is no row)."""

    rows: int
    good: int
    duplicates: int
    bad: dict[str, int]


def write_csv(stream: IO[bytes], rows: int, seed: int, *, duplicates: float = 0.01, bad: float = 0.005) -> Planted:
    """Write a header and `rows` lines (UTF-8, ending in a line feed) to a binary stream, in constant memory.

    `duplicates` and `bad` are shares of the rows, rounded down. Raises SampleError when a parameter is out of range.
    """
    _check(rows, seed, duplicates, bad)
    rng = random.Random(seed)
    ids = (FIRST_ID + n * ID_STEP % IDS for n in count(rng.randrange(IDS)))
    kinds: Counter[str] = Counter(dict.fromkeys(BAD_KINDS, 0))
    copied = 0
    kept: list[str] = []
    stream.write(f"{HEADER}\n".encode())
    for start in range(0, rows, BATCH):
        size = min(BATCH, rows - start)
        copies, spoilt = int(size * duplicates), int(size * bad)
        lines = _good_lines(rng, ids, size - copies - spoilt)
        candidates = kept + rng.sample(lines, min(KEPT, len(lines)))
        kept = rng.sample(candidates, min(KEPT, len(candidates)))
        extra = rng.choices(candidates, k=copies)
        for _ in range(spoilt):
            kind, line = _bad_line(rng, next(ids), kinds.total())
            kinds[kind] += 1
            extra.append(line)
        for line in extra:
            lines.insert(rng.randrange(len(lines) + 1), line)
        copied += copies
        stream.write("".join(lines).encode())
    return Planted(rows, rows - copied - kinds.total(), copied, dict(kinds))


def write_zip(
    path: Path | str, rows: int, seed: int, member: str | None = None, *, duplicates: float = 0.01, bad: float = 0.005
) -> Planted:
    """Write such a CSV as the only member of a zip; its time is always 1980-01-01, the zip format's first day.

    `member` is named after the rows when not given ("20k Sales Records.csv": the space is the public file's). The file
    appears when it is complete. Raises SampleError as `write_csv` does, and OSError when the file cannot be written.
    """
    _check(rows, seed, duplicates, bad)
    path = Path(path)
    part = path.with_name(f"{path.name}.part")
    try:
        with (
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
            archive.open(member or member_name(rows), "w", force_zip64=rows >= ZIP64_ROWS) as stream,
        ):
            planted = write_csv(stream, rows, seed, duplicates=duplicates, bad=bad)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return planted


def land(folder: Path, rows: int, seed: int, settings: Mapping[str, str]) -> Landed:
    """The sample of the demo, sales.zip, and what the tables must hold. Raises SampleError as `write_csv` does."""
    del settings  # no parameter of the stacks changes what the tables hold
    planted = write_zip(folder / "sales.zip", rows, seed)
    bad = sum(planted.bad.values())
    said = f"sales.zip of {rows:,} rows: {planted.good:,} good, {planted.duplicates:,} duplicates, {bad:,} bad"
    return Landed(
        said,
        {
            "raw_sales": planted.rows,
            "silver_sales": planted.good,
            "silver_sales_rejected": bad,
            "gold_sales": planted.good,
        },
    )


def member_name(rows: int) -> str:
    """The CSV's name in the zip: "20k Sales Records.csv" for 20,000 rows, "2m Sales Records.csv" for 2,000,000."""
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if rows % unit == 0:
            return f"{rows // unit}{letter} Sales Records.csv"
    return f"{rows} Sales Records.csv"


def _check(rows: int, seed: int, duplicates: float, bad: float) -> None:
    if not 1 <= rows <= IDS:
        raise SampleError("the number of rows is out of range", f"rows {rows}", f"give 1 to {IDS}, one order id a row")
    if seed < 0:
        raise SampleError("the seed is negative", f"seed {seed}", "give 0 or more")
    if not (duplicates >= 0 and bad >= 0 and duplicates + bad <= 0.5):
        seen = f"duplicates {duplicates}, bad {bad}"
        raise SampleError("the shares to plant are out of range", seen, "give shares from 0 on, together at most 0.5")


@cache
def _pools() -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Heads "region,…,priority", each with its item's tails "units,…,profit" for 1, 2, … units; days as M/d/yyyy."""
    tails = {item: [_tail(units, *cents) for units in range(1, MAX_UNITS + 1)] for item, cents in ITEMS.items()}
    heads = [
        (",".join((region, country, item, channel, priority)), tails[item])
        for region, countries in REGIONS.items()
        for country, item, channel, priority in product(countries, ITEMS, CHANNELS, PRIORITIES)
    ]
    days = (FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
    return heads, [f"{day.month}/{day.day}/{day.year}" for day in days]


def _tail(units: int, price: int, cost: int) -> str:
    cents = (price, cost, units * price, units * cost, units * (price - cost))
    return ",".join((str(units), *(f"{amount // 100}.{amount % 100:02d}" for amount in cents)))


def _good_lines(rng: random.Random, ids: Iterator[int], size: int) -> list[str]:
    heads, days = _pools()
    parts = zip(
        rng.choices(heads, k=size),
        rng.choices(range(len(days) - MAX_DAYS_TO_SHIP), k=size),
        rng.choices(range(MAX_DAYS_TO_SHIP + 1), k=size),
        rng.choices(range(MAX_UNITS), k=size),
        ids,
        strict=False,  # ids never end
    )
    lines = [
        f"{head},{days[day]},{order_id},{days[day + wait]},{tails[units]}\n"
        for (head, tails), day, wait, units, order_id in parts
    ]
    for change, share in ((_pad_dates, PADDED), (_add_spaces, SPACED)):
        for place in rng.sample(range(size), int(size * share)):
            lines[place] = ",".join(change(rng, lines[place].split(",")))
    return lines


def _pad_dates(_: random.Random, row: list[str]) -> list[str]:
    for column in DATES:
        row[column] = "/".join(part.zfill(2) for part in row[column].split("/"))
    return row


def _add_spaces(rng: random.Random, row: list[str]) -> list[str]:
    column = rng.choice(TEXTS)
    row[column] = rng.choice((" {}", "{} ", "  {}  ")).format(row[column])
    return row


def _bad_line(rng: random.Random, order_id: int, nth: int) -> tuple[str, str]:
    """The nth bad row and its kind; kinds take turns, and so do the columns and ways of each kind.

    Dates and units are worked out from the order id, so that the row stays the only one of its like without the id.
    """
    heads, days = _pools()
    rest, day = divmod(order_id - FIRST_ID, len(days) - MAX_DAYS_TO_SHIP)
    units, wait = divmod(rest, MAX_DAYS_TO_SHIP + 1)
    head, tails = rng.choice(heads)
    row = f"{head},{days[day]},{order_id},{days[day + wait]},{tails[units]}".split(",")
    turn, kind = divmod(nth, len(BAD_KINDS))
    return BAD_KINDS[kind], ",".join(_spoil(BAD_KINDS[kind], row, turn)) + "\n"


def _spoil(kind: str, row: list[str], turn: int) -> list[str]:
    column, year = turn % len(COLUMNS), row[DATES[0]][-4:]
    number, day = NUMBERS[turn % len(NUMBERS)], DATES[turn % len(DATES)]
    match kind:
        case "blank_field":
            return [*row[:column], ("", "  ")[turn // len(COLUMNS) % 2], *row[column + 1 :]]
        case "impossible_date":
            dates = (f"2/30/{year}", f"4/31/{year}", f"13/1/{year}", f"6/0/{year}", f"31/12/{year}", "2/29/2019")
            row[day] = dates[turn // len(DATES) % len(dates)]
        case "not_a_number":
            row[number] = ("n/a", "?", f"{row[number]} pcs", f"#{row[number]}", "twelve")[turn % 5]
        case "number_too_large":  # for bigint, int and decimal(10,2)
            row[number] = "9" * 12 + row[number]
        case "too_few_fields":  # cut off anywhere after the order id
            return row[: ORDER_ID + 1 + turn % (len(COLUMNS) - ORDER_ID - 1)]
        case "too_many_fields":
            return [*row, "USD"] if turn % 2 else [*row[:2], " Republic of", *row[2:]]
    return row


def main() -> int:
    """Make the sample and print what it holds as JSON; 1 when it cannot be written, 2 for a wrong call."""
    command = Command("sales", "Make a zip of sales records.", "the zip to write")
    command.add_argument("--rows", type=int, required=True, help="number of rows, planted ones included")
    command.add_argument("--duplicates", type=float, default=0.01, help="share of exact copies (default: %(default)s)")
    command.add_argument("--bad", type=float, default=0.005, help="share of rows to reject (default: %(default)s)")
    return command.run(
        lambda asked: write_zip(asked.out, asked.rows, asked.seed, duplicates=asked.duplicates, bad=asked.bad)
    )


if __name__ == "__main__":
    sys.exit(main())
