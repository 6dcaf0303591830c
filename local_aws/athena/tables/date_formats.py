"""Java's DateTimeFormatter patterns, as far as partition projection needs them: numbers of fixed places and texts."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_FIELDS = {"y": "year", "u": "year", "M": "month", "d": "day", "H": "hour", "m": "minute", "s": "second"}
_FINENESS = ("year", "month", "day", "hour", "minute", "second")
_PARTS = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_MONTHS_PER_YEAR = 12


class DateFormatError(Exception):
    """A pattern, or a text that should follow one, that cannot be read."""


@dataclass(frozen=True)
class DateFormat:
    """A pattern: (field, number of letters), or ("", text)."""

    parts: tuple[tuple[str, int | str], ...]

    @classmethod
    def of(cls, pattern: str) -> DateFormat:
        """Read a pattern.

        Raises:
            DateFormatError: it has letters that are not supported here, or an open quote.
        """
        parts: list[tuple[str, int | str]] = []
        place = 0
        while place < len(pattern):
            found = _PARTS.match(pattern, place)
            if not found:
                raise DateFormatError(f"{pattern!r} has a quote that is not closed")
            place = found.end()
            if found[1] is not None:
                parts.append(("", found[1].replace("''", "'") or "'"))
            elif found[2] is None:
                parts.append(("", found[0]))
            else:
                parts.append((_field(found[0]), len(found[0])))
        if not any(field for field, _ in parts):
            raise DateFormatError(f"{pattern!r} has no year, month, day or time")
        return cls(tuple(parts))

    @property
    def unit(self) -> str:
        """The unit between two values where none is given: for days and months, as the user guide says; else ""."""
        finest = max(_FINENESS.index(field) for field, _ in self.parts if field)
        return {"month": "MONTHS", "day": "DAYS"}.get(_FINENESS[finest], "")

    def write(self, moment: datetime) -> str:
        """The text of a moment."""
        return "".join(self._written(moment, field, size) for field, size in self.parts)

    @staticmethod
    def _written(moment: datetime, field: str, size: int | str) -> str:
        if not field or isinstance(size, str):
            return str(size)
        number = getattr(moment, field)
        return f"{number % 100:02}" if field == "year" and size == 2 else f"{number:0{size}}"

    def read(self, text: str) -> datetime:
        """The moment of a text; what the pattern leaves out is the first.

        Raises:
            DateFormatError: the text does not follow the pattern.
        """
        pattern = "".join(_group(place, field, size) for place, (field, size) in enumerate(self.parts))
        found = re.fullmatch(pattern, text, re.ASCII)
        if not found:
            raise DateFormatError(f"{text!r} does not follow the format")
        given = {"year": 1970, "month": 1, "day": 1}
        for place, (field, size) in enumerate(self.parts):
            if field:
                number = int(found[f"p{place}"])
                given[field] = number + 2000 if field == "year" and size == 2 else number
        try:
            return datetime(**given)  # type: ignore[arg-type]  # noqa: DTZ001 - all moments here are UTC's
        except ValueError as error:
            raise DateFormatError(f"{text!r}: {error}") from error


def _field(letters: str) -> str:
    field = _FIELDS.get(letters[0])
    most = 4 if field == "year" else 2
    if field is None or len(letters) > most or (field == "year" and len(letters) == 3):
        raise DateFormatError(f"the letters {letters!r} of a date format are not supported by the local AWS")
    return field


def _group(place: int, field: str, size: int | str) -> str:
    if not field or isinstance(size, str):
        return re.escape(str(size))
    digits = f"{{{size}}}" if size > 1 else "{1,4}" if field == "year" else "{1,2}"
    return rf"(?P<p{place}>\d{digits})"


def add(moment: datetime, number: int, unit: str) -> datetime:
    """A moment some units later; months and years keep to the month's last day, as Java's do.

    Args:
        moment: where to start.
        number: how many; negative for earlier.
        unit: years, months, weeks, days, hours, minutes, seconds or millis, in any case, with or without its s.
    """
    unit = unit.lower().rstrip("s")
    if unit in ("year", "month"):
        months = moment.year * _MONTHS_PER_YEAR + moment.month - 1
        months += number * (_MONTHS_PER_YEAR if unit == "year" else 1)
        year, month = divmod(months, _MONTHS_PER_YEAR)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    return moment + timedelta(**{"millisecond" + "s" if unit == "milli" else f"{unit}s": number})


def steps_between(low: datetime, high: datetime, number: int, unit: str) -> int:
    """At most how many moments there are from one to another, both counted, a step of `number` units apart."""
    unit = unit.lower().rstrip("s")
    if unit in ("year", "month"):
        months = (high.year - low.year) * _MONTHS_PER_YEAR + high.month - low.month
        return months // (number * (_MONTHS_PER_YEAR if unit == "year" else 1)) + 1
    one = timedelta(**{"milliseconds" if unit == "milli" else f"{unit}s": 1})
    return (high - low) // one // number + 1
