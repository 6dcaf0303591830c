"""An online shop's tables in Olist's shape, of any size, seeded: the same orders and seed give the same bytes.

    python -m samples.ecommerce --orders 1000 --seed 7 --out /tmp/olist

Eight tables as CSV with a header, each in a folder of its own, with the columns of Olist's public data set: COLUMNS.
Texts with commas and quotes stand in quotes, and no text has a line break. Orders take turns in KINDS, each of which is
a trap that a pipeline may fall into, and in DAYS days of purchase: enough orders give each day all kinds.

What the tables of the pipeline must hold is counted while the files are written: `Planted`.
"""

import csv
import random
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from samples import Landed, SampleError
from samples.command import Command
from samples.olist import COLUMNS, KINDS, Row, Shop

TABLES = ("ecommerce_sot.orders", "ecommerce_spec.seller_performance", "ecommerce_spec.delivery_by_state")
MOST = 10_000_000


@dataclass
class Planted:
    """What a sample holds: rows of each file, orders of each kind, and the rows that each table must have."""

    files: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    expected: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))


def write(folder: Path, orders: int, seed: int) -> Planted:
    """Write the files of the eight tables below the folder, and count what they hold, in constant memory.

    Raises:
        SampleError: a parameter is out of range.
        OSError: a file cannot be written.
    """
    _check(orders, seed)
    shop, planted = Shop(random.Random(seed), orders), Planted()
    of_sellers, of_states = set[tuple[date, str]](), set[tuple[date, str | None]]()
    with ExitStack() as open_files:
        files = {table: open_files.enter_context(_new_file(folder / table)) for table in COLUMNS}
        writers = {table: csv.DictWriter(file, COLUMNS[table], lineterminator="\n") for table, file in files.items()}
        for writer in writers.values():
            writer.writeheader()

        def put(rows: Mapping[str, list[Row]]) -> None:
            for table, found in rows.items():
                writers[table].writerows(found)
                planted.files[table] += len(found)

        put(shop.fixed)
        for number in range(orders):
            order = shop.order(number)
            put(order.rows)
            planted.kinds[order.kind] += 1
            of_sellers.update((order.day, seller) for seller in order.sellers)
            of_states.add((order.day, order.state))
    planted.expected = dict(zip(TABLES, (orders, len(of_sellers), len(of_states)), strict=True))
    return planted


def land(folder: Path, rows: int, seed: int, _settings: Mapping[str, str]) -> Landed:
    """Files of that many orders, and what the tables must hold of them. Raises SampleError as `write` does."""
    planted = write(folder, rows, seed)
    made = sum(planted.files.values())
    return Landed(f"{made:,} rows of {len(COLUMNS)} tables, {rows:,} orders among them", planted.expected)


def _new_file(folder: Path) -> IO[str]:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"olist_{folder.name}_dataset.csv").open("w", encoding="utf-8", newline="")


def _check(orders: int, seed: int) -> None:
    if not len(KINDS) <= orders <= MOST:
        then = f"give {len(KINDS)}, so that each trap is there, to {MOST:,}"
        raise SampleError("the number of orders is out of range", f"orders {orders}", then)
    if seed < 0:
        raise SampleError("the seed is negative", f"seed {seed}", "give 0 or more")


def main() -> int:
    """Make the sample and print what it holds as JSON; 1 when it cannot be written, 2 for a wrong call."""
    command = Command(
        "ecommerce", "Make an online shop's tables in Olist's shape.", "the folder for orders/, customers/, …"
    )
    command.add_argument("--orders", type=int, default=1000, help="orders (default: %(default)s)")
    return command.run(lambda asked: write(asked.out, asked.orders, asked.seed))


if __name__ == "__main__":
    sys.exit(main())
