"""AWS's cron of six fields in UTC: its fields are read here, and croniter finds the moments that they name.

The fields are those of the developer guide ("Time-based schedules for jobs and crawlers"). `#`, and that nothing stands
beside it, is EventBridge's user guide's ("Cron expressions reference"). That Glue takes it, `LW`, lists with `L` and
`W`, names in lower case and ranges such as FRI-MON is unverified.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from croniter import croniter

_EXPRESSION = re.compile(r"cron\((\S+(?: +\S+){5})\)")
_ITEM = re.compile(r"(?:(\*)|([0-9A-Z]+)(?:-([0-9A-Z]+))?)(?:/([0-9]{1,4}))?")
_MONTHS = {name: place for place, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)}
_WEEKDAYS = {name: place for place, name in enumerate("SUN MON TUE WED THU FRI SAT".split(), 1)}
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_SATURDAY = 7
LONGEST = 256
"""Characters of an expression, as of EventBridge's and its Scheduler's (their API models); of Glue's unverified."""

_LONGEST_PAUSE = 50
"""Years between two moments: a fifth Monday of February comes after 40 years where one of them is 2100."""


class CronError(ValueError):
    """The text is no schedule."""


@dataclass(frozen=True)
class Cron:
    """A schedule.

    Attributes:
        expressions: of croniter's; the schedule names all their moments.
        last_weekday: one whose moments, on the last days of months, move back to a Friday from a weekend; or empty.
        years: in which it has moments; None for all.
    """

    expressions: tuple[str, ...]
    last_weekday: str
    years: frozenset[int] | None

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The moments behind a moment, one after the other."""
        start = moment.astimezone(UTC)
        while True:
            for found in self._of_all_years(start):
                if found.year > _LAST_YEAR:
                    return
                if self.years is None or found.year in self.years:
                    yield found
                elif following := [year for year in self.years if year > found.year]:
                    start = datetime(min(following), 1, 1, tzinfo=UTC) - timedelta(seconds=1)
                    break
                else:
                    return
            else:
                return

    def _of_all_years(self, start: datetime) -> Iterator[datetime]:
        found = [_moments(expression, start) for expression in self.expressions]
        if self.last_weekday:
            found.append(_last_weekdays(self.last_weekday, start))
        return (moment for moment, _ in groupby(heapq.merge(*found)))


def _moments(expression: str, start: datetime) -> Iterator[datetime]:
    moments: Iterator[datetime] = croniter(expression, start, max_years_between_matches=_LONGEST_PAUSE).all_next(
        datetime
    )
    return moments


def _last_weekdays(expression: str, start: datetime) -> Iterator[datetime]:
    """The last weekday of each month, which croniter has no sign for."""
    for last in _moments(expression, start):
        moved = last - timedelta(days=max(0, last.isoweekday() - 5))
        if moved > start:
            yield moved


@lru_cache(maxsize=1000)
def read(text: str) -> Cron:
    """Read `cron(Minutes Hours Day-of-month Month Day-of-week Year)`.

    Raises:
        CronError: it is none, or is longer than `LONGEST`.
    """
    found = _EXPRESSION.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if not found:
        raise CronError(text)
    minutes, hours, days, months, weekdays, years = found[1].upper().split()
    if (days == "?") == (weekdays == "?"):
        raise CronError(text)
    start = f"{_listed(minutes, 0, 59)} {_listed(hours, 0, 23)}"
    month = _listed(months, 1, 12, _MONTHS)
    of_days = _days(days) if weekdays == "?" else [("*", weekday) for weekday in _weekdays(weekdays)]
    expressions = [f"{start} {day} {month} {weekday}" for day, weekday in of_days]
    last_weekday = f"{start} L {month} *" if "LW" in days.split(",") else ""
    return Cron(
        tuple(dict.fromkeys(expressions)),
        last_weekday,
        None if years == "*" else frozenset(_numbers(years, _FIRST_YEAR, _LAST_YEAR)),
    )


def is_cron(text: str) -> bool:
    """Whether it is a schedule."""
    try:
        read(text)
    except CronError:
        return False
    return True


def _days(field: str) -> list[tuple[str, str]]:
    """Days of the month, each as croniter's fields of days; `LW` is told apart."""
    items = field.split(",")
    plain = [item for item in items if not re.fullmatch(r"L|LW|[0-9]{1,2}W", item)]
    nearest = [_numbers(item[:-1], 1, 31)[0] for item in items if re.fullmatch(r"[0-9]+W", item)]
    found = [f"{number}W" for number in nearest] + (["L"] if "L" in items else [])
    return [(day, "*") for day in ([_listed(",".join(plain), 1, 31)] if plain else []) + found]


def _weekdays(field: str) -> list[str]:
    """Days of the week as croniter's, which counts them from 0."""
    items = [str(_SATURDAY) if item == "L" else item for item in field.split(",")]
    if "#" in field and len(items) > 1:
        raise CronError(field)
    found, plain = [], []
    for item in items:
        day, sign, place = re.fullmatch(r"([^L#]*)(#|L|)(.*)", item).groups()  # type: ignore[union-attr]
        if not sign:
            plain.append(item)
            continue
        number = _number(day, 1, 7, _WEEKDAYS) - 1
        if (sign == "L" and place) or (sign == "#" and place not in ("1", "2", "3", "4", "5")):
            raise CronError(item)
        found.append(f"L{number}" if sign == "L" else f"{number}#{place}")
    if plain:
        numbers = _numbers(",".join(plain), 1, 7, _WEEKDAYS)
        found.append("*" if len(numbers) == 7 else ",".join(str(number - 1) for number in numbers))
    return found


def _listed(field: str, low: int, high: int, names: dict[str, int] | None = None) -> str:
    """A field as croniter's: each number of it, or `*`."""
    numbers = _numbers(field, low, high, names)
    return "*" if len(numbers) == high - low + 1 else ",".join(map(str, numbers))


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> list[int]:
    """The numbers that a field of values, ranges and increments names, in order."""
    found: set[int] = set()
    for item in field.split(","):
        parts = _ITEM.fullmatch(item)
        if not parts or parts[4] in ("0", "00", "000", "0000"):
            raise CronError(item)
        every, first, last, step = parts.groups()
        start = low if every else _number(first, low, high, names)
        end = _number(last, low, high, names) if last else high if every or step else start
        if end < start and high == _LAST_YEAR:
            raise CronError(item)
        turn = high - low + 1 if end < start else 0  # FRI-MON goes on behind the end of the field
        found.update(low + (number - low) % (high - low + 1) for number in range(start, end + turn + 1, int(step or 1)))
    return sorted(found)


def _number(text: str, low: int, high: int, names: dict[str, int] | None = None) -> int:
    number = (names or {}).get(text) or (int(text) if re.fullmatch(r"[0-9]{1,4}", text) else low - 1)
    if not low <= number <= high:
        raise CronError(text)
    return number
