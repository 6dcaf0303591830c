"""STEDI's landing files of any size, seeded: the same number of customers and seed give the same bytes.

    python -m samples.stedi --customers 100 --seed 7 --out /tmp/landing

Three sources as JSON, `customer/`, `accelerometer/` and `step_trainer/` below the folder, some lines with several
objects. Customers take turns in KINDS, each of which is a trap that a pipeline may fall into. All of them wear their
devices on the same clock, so that the readings of different people have the same times.

What each table must hold follows from one customer alone: `keys` says it in plain Python, and `Planted` counts it.
Names are made up, addresses are of example.com, phone numbers of the range that is kept for fiction.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from samples import Landed, SampleError
from samples.command import Command

KINDS = (
    "sharing",  # consent before the first reading
    "late",  # consent at the time of the reading in the middle
    "absent",  # no consent: the key is missing
    "updated",  # three versions; the last one has the consent
    "zero",  # no consent: 0
    "withdrawn",  # two versions; the first one has a consent and the last one none
    "null",  # no consent: null
    "quiet",  # consent, and no accelerometer reading
    "repeated",  # the same version twice, with consent
    "after",  # consent after the last reading
)
TABLES = (
    "customer_trusted",
    "accelerometer_trusted",
    "customers_curated",
    "step_trainer_trusted",
    "machine_learning_curated",
)
VARIANTS = ("all", "since-consent")  # of the readings: all, or those at or after their customer's consent
SOURCES = ("customer", "accelerometer", "step_trainer")

READINGS = 24  # of a customer with an accelerometer, a second apart
START = 1_700_000_000_000  # milliseconds: the first second of the clock that all share
SECOND, DAY = 1_000, 86_400_000  # milliseconds
LATEST_START = 40  # seconds; less than two customers' readings, so that all overlap with others
OTHER_STEPS = 6  # step records of a customer at times at which only other people's accelerometers have readings
CONSENT_READING = READINGS // 2
MOST = 10_000_000
SEVERAL = 0.2  # share of the lines that hold two or three objects
BATCH = 200  # customers whose lines are mixed
FIRST_NAMES = ("Ada", "Bo", "Cleo", "Dan", "Edda", "Finn", "Gus", "Hana")
LAST_NAMES = ("Ash", "Birch", "Cedar", "Doum", "Elm", "Fir", "Gorse")

Record = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """A customer with all records of theirs; `versions` are in the order in which they were made."""

    kind: str
    versions: list[Record]
    readings: list[Record]
    steps: list[Record]

    @property
    def consent(self) -> int | None:
        """When the customer agreed to share for research, by the latest version; None without consent."""
        latest = max(self.versions, key=lambda one: int(one["lastUpdateDate"]))
        return latest.get("shareWithResearchAsOfDate") or None


@dataclass(frozen=True)
class Planted:
    """What a sample holds: records of each source, customers of each kind, and the rows of each table by variant."""

    landing: dict[str, int]
    kinds: dict[str, int]
    expected: dict[str, dict[str, int]]


def people(customers: int, seed: int) -> Iterator[Person]:
    """The customers, one after the other, in constant memory. Raises SampleError when a parameter is out of range."""
    _check(customers, seed)
    rng = random.Random(seed)
    for number in range(customers):
        yield _person(rng, number)


def keys(person: Person, variant: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold of one customer: for each table the keys of its rows.

    customer_trusted and customers_curated (email,); accelerometer_trusted (email, time); step_trainer_trusted and
    machine_learning_curated (serial number, time).
    """
    consent = person.consent
    if consent is None:
        return {table: [] for table in TABLES}
    since = consent if variant == "since-consent" else 0
    email, serial = person.versions[0]["email"], person.versions[0]["serialNumber"]
    times = [one["timestamp"] for one in person.readings if one["timestamp"] >= since]
    steps = [one["sensorReadingTime"] for one in person.steps if times and one["sensorReadingTime"] >= since]
    return {
        "customer_trusted": [(email,)],
        "accelerometer_trusted": [(email, time) for time in times],
        "customers_curated": [(email,)] if times else [],
        "step_trainer_trusted": [(serial, time) for time in steps],
        "machine_learning_curated": [(serial, time) for time in steps if time in set(times)],
    }


def write(folder: Path, customers: int, seed: int) -> Planted:
    """Write the files of the three sources below the folder, and count what they hold.

    Raises:
        SampleError: a parameter is out of range.
        OSError: a file cannot be written.
    """
    _check(customers, seed)
    landing, kinds = Counter(dict.fromkeys(SOURCES, 0)), Counter(dict.fromkeys(KINDS, 0))
    expected = {variant: Counter(dict.fromkeys(TABLES, 0)) for variant in VARIANTS}
    mixing = random.Random(seed + 1)
    with ExitStack() as open_files:
        streams = {source: open_files.enter_context(_new_file(folder / source)) for source in SOURCES}
        waiting: dict[str, list[Record]] = {source: [] for source in SOURCES}
        for number, person in enumerate(people(customers, seed), start=1):
            kinds[person.kind] += 1
            for variant in VARIANTS:
                expected[variant].update({table: len(found) for table, found in keys(person, variant).items()})
            for source, records in zip(SOURCES, (person.versions, person.readings, person.steps), strict=True):
                landing[source] += len(records)
                waiting[source] += records
            if number % BATCH == 0 or number == customers:
                for source, stream in streams.items():
                    stream.writelines(_lines(mixing, waiting[source]))
                    waiting[source] = []
    return Planted(dict(landing), dict(kinds), {variant: dict(counts) for variant, counts in expected.items()})


def land(folder: Path, rows: int, seed: int, settings: Mapping[str, str]) -> Landed:
    """Landing files of that many customers, and what the tables must hold for the readings that the stack takes.

    Raises SampleError as `write` does.
    """
    planted = write(folder, rows, seed)
    made = ", ".join(f"{records:,} {source}" for source, records in planted.landing.items())
    return Landed(f"{made} records of {rows:,} customers", planted.expected[settings["Readings"]])


def _new_file(folder: Path) -> IO[str]:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{folder.name}-1.json").open("w", encoding="utf-8", newline="\n")


def _lines(rng: random.Random, records: list[Record]) -> Iterator[str]:
    """The records in any order, one a line as a rule, and sometimes two or three with a blank or nothing between."""
    mixed = rng.sample(records, len(records))
    while mixed:
        size = rng.randint(2, 3) if rng.random() < SEVERAL else 1
        yield rng.choice(("", " ")).join(json.dumps(mixed.pop()) for _ in range(min(size, len(mixed)))) + "\n"


def _check(customers: int, seed: int) -> None:
    if not len(KINDS) <= customers <= MOST:
        then = f"give {len(KINDS)}, so that each trap is there, to {MOST:,}"
        raise SampleError("the number of customers is out of range", f"customers {customers}", then)
    if seed < 0:
        raise SampleError("the seed is negative", f"seed {seed}", "give 0 or more")


def _person(rng: random.Random, number: int) -> Person:
    kind = KINDS[number % len(KINDS)]
    email, serial = f"customer{number}@example.com", f"{rng.getrandbits(64):016x}-{number}"
    # The first two start together, whatever the seed: their readings collide all along.
    first = START + (0 if number < 2 else rng.randrange(LATEST_START)) * SECOND
    clock = [first + second * SECOND for second in range(READINGS)]
    readings = [] if kind == "quiet" else [_reading(rng, email, time) for time in clock]
    # Not at the first reading, but at all that follow, the one at the time of the consent among them, and beyond.
    own = clock[1 : CONSENT_READING + 4]
    # Far from this customer's own readings, and within those of others.
    others = [first + (READINGS + second) * SECOND for second in range(OTHER_STEPS)]
    steps = [_step(rng, serial, time) for time in (*own, *others)]
    return Person(kind, _versions(rng, kind, _profile(rng, number, email, serial), clock), readings, steps)


def _profile(rng: random.Random, number: int, email: str, serial: str) -> Record:
    registered = START - rng.randint(200, 900) * DAY
    return {
        "customerName": f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}",
        "email": email,
        "phone": f"555-01{number % 100:02d}",
        "birthDay": (date(1940, 1, 1) + timedelta(days=rng.randrange(25_000))).isoformat(),
        "serialNumber": serial,
        "registrationDate": registered,
        "lastUpdateDate": registered,
    }


def _versions(rng: random.Random, kind: str, profile: Record, clock: list[int]) -> list[Record]:
    """The versions of a customer, each with a later lastUpdateDate and all that had been agreed to by then."""
    before = clock[0] - rng.randint(1, 100) * DAY
    if rng.random() < 0.5:
        profile = {**profile, "shareWithPublicAsOfDate": before}
    if rng.random() < 0.5:
        profile = {**profile, "shareWithFriendsAsOfDate": before}
    older = {**profile, "phone": "555-0199"}
    newest = {**profile, "lastUpdateDate": clock[-1] + DAY}
    between = {**older, "lastUpdateDate": profile["registrationDate"] + DAY, "shareWithResearchAsOfDate": 0}
    agreed = {**newest, "shareWithResearchAsOfDate": before}
    others = {
        "late": [{**newest, "shareWithResearchAsOfDate": clock[CONSENT_READING]}],
        "absent": [profile],
        "updated": [older, between, agreed],
        "zero": [{**profile, "shareWithResearchAsOfDate": 0}],
        "withdrawn": [{**older, "shareWithResearchAsOfDate": before}, newest],
        "null": [{**profile, "shareWithResearchAsOfDate": None}],
        "repeated": [agreed, agreed],
        "after": [{**newest, "shareWithResearchAsOfDate": clock[-1] + 1}],
    }
    return others.get(kind, [agreed])


def _reading(rng: random.Random, email: str, time: int) -> Record:
    """A reading; some are 0 along x, which JSON writes without a decimal point."""
    x = 0 if rng.random() < 0.1 else rng.uniform(-1, 1)
    return {"user": email, "timestamp": time, "x": x, "y": rng.uniform(-1, 1), "z": rng.uniform(-1, 1)}


def _step(rng: random.Random, serial: str, time: int) -> Record:
    return {"sensorReadingTime": time, "serialNumber": serial, "distanceFromObject": rng.randint(150, 300)}


def main() -> int:
    """Make the sample and print what it holds as JSON; 1 when it cannot be written, 2 for a wrong call."""
    command = Command("stedi", "Make STEDI's landing files.", "the folder for customer/, accelerometer/, …")
    command.add_argument("--customers", type=int, default=100, help="customers (default: %(default)s)")
    return command.run(lambda asked: write(asked.out, asked.customers, asked.seed))


if __name__ == "__main__":
    sys.exit(main())
