"""Partition projection: partitions worked out from table properties in place of those in the catalog.

The rules are the user guide's, "Set up partition projection" and "Supported types for partition projection". The text
for injected columns is the guide's; the others' code is Athena's and their wording is not verified.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.conditions import Condition
from local_aws.athena.tables.date_formats import DateFormat, DateFormatError, add, steps_between
from local_aws.athena.tables.pruning import Pruner, Values

_MOST_PARTITIONS = 1_000_000
_NOW = re.compile(
    r"\s*NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?\s*)?", re.IGNORECASE | re.ASCII
)
_UNITS = ("YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS", "MILLIS")
_LONG = 2**63
_MOST_DIGITS = 100


def is_projected(entry: Mapping[str, Any]) -> bool:
    """Whether a table of the catalog has partition projection turned on."""
    return _property(entry, "projection.enabled").lower() == "true" and bool(entry.get("PartitionKeys"))


def projected(
    entry: Mapping[str, Any],
    keys: Mapping[str, str],
    conditions: Sequence[Condition],
    pruner: Pruner,
    now: datetime | None = None,
) -> list[tuple[Values, str]]:
    """The partitions that may hold rows which count: values of the keys, and location.

    Args:
        entry: the catalog's Table.
        keys: its partition keys, name -> Hive type.
        conditions: what the query asks of them.
        pruner: works these out.
        now: what NOW is, in UTC; without it, the clock's.

    Raises:
        FailedQueryError: INVALID_TABLE_PROPERTY for properties that cannot be read, CONSTRAINT_VIOLATION for an
            injected column without values in the query.
    """
    settings = _Settings(entry, now or datetime.now(UTC))
    domains = []
    for key, kind in keys.items():
        alone = [condition for condition in conditions if condition.keys == {key}]
        choices = _choices(key, alone, pruner)
        if settings.kind(key) == "injected":
            values = _injected(key, choices)
        elif settings.kind(key) == "integer" and choices is not None:
            values = settings.integers_among(key, choices)
        else:
            values = settings.values(key)
        domains.append([kept[0] for kept in pruner.kept({key: kind}, [(value,) for value in values], alone)])
    count = math.prod(len(domain) for domain in domains)
    if count > _MOST_PARTITIONS:
        raise FailedQueryError(
            f"INVALID_TABLE_PROPERTY: Table {settings.name}: {count} projected partitions are more than the "
            f"{_MOST_PARTITIONS} that the local AWS works out; ask for fewer in the WHERE clause"
        )
    together = [condition for condition in conditions if len(condition.keys) > 1]
    found = pruner.kept(keys, list(itertools.product(*domains)), together)
    return [(values, settings.location(dict(zip(keys, values, strict=True)))) for values in found]


def location_of(entry: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """The place of one partition, given as key -> value.

    Raises:
        FailedQueryError: INVALID_TABLE_PROPERTY.
    """
    return _Settings(entry, datetime.now(UTC)).location(values)


def _choices(key: str, conditions: Iterable[Condition], pruner: Pruner) -> list[str] | None:
    """The values that a query says a key is one of; None where it does not say."""
    for condition in conditions:
        if condition.choices and condition.choices[0] == key and pruner.holds(condition.guards):
            texts = pruner.texts(condition.choices[1])
            if texts is not None:
                return texts
    return None


def _injected(key: str, choices: list[str] | None) -> list[str]:
    if not choices:
        raise FailedQueryError(
            f"CONSTRAINT_VIOLATION: For the injected projected partition column {key}, the WHERE clause must contain "
            "only static equality conditions, and at least one such condition must be present."
        )
    return choices


def _property(entry: Mapping[str, Any], name: str) -> str:
    properties = {key.lower(): value for key, value in (entry.get("Parameters") or {}).items()}
    return str(properties.get(name.lower()) or "")


@dataclass(frozen=True)
class _Settings:
    entry: Mapping[str, Any]
    now: datetime

    @property
    def name(self) -> str:
        return f"{self.entry.get('DatabaseName', '')}.{self.entry['Name']}"

    def kind(self, key: str) -> str:
        return self.need(key, "type").strip().lower()

    def need(self, key: str, setting: str) -> str:
        text = self.get(key, setting)
        if not text:
            raise self.invalid(f"the property projection.{key}.{setting} is missing")
        return text

    def get(self, key: str, setting: str) -> str:
        return _property(self.entry, f"projection.{key}.{setting}")

    def invalid(self, what: str) -> FailedQueryError:
        return FailedQueryError(f"INVALID_TABLE_PROPERTY: Table {self.name}: {what}")

    def values(self, key: str) -> list[str]:
        kind = self.kind(key)
        if kind == "enum":
            return list(dict.fromkeys(self.need(key, "values").split(",")))
        if kind == "integer":
            return self._integers(key)
        if kind == "date":
            return self._dates(key)
        raise self.invalid(f"the property projection.{key}.type is {kind!r}, not enum, integer, date or injected")

    def location(self, values: Mapping[str, str]) -> str:
        template = _property(self.entry, "storage.location.template")
        if not template:
            base = str(self.entry["StorageDescriptor"]["Location"]).rstrip("/")
            return "/".join([base, *(f"{key}={value}" for key, value in values.items())]) + "/"
        missing = [key for key in values if f"${{{key}}}" not in template.lower()]
        if missing:
            raise self.invalid(f"storage.location.template has no ${{{missing[0]}}}")
        return re.sub(r"\$\{([^}]*)\}", lambda place: values.get(place[1].lower(), place[0]), template)

    # Ranges

    def _bounds(self, key: str) -> tuple[str, str]:
        low, comma, high = self.need(key, "range").partition(",")
        if not comma or "," in high or not low.strip() or not high.strip():
            raise self.invalid(f"the property projection.{key}.range must be two values with a comma between them")
        return low.strip(), high.strip()

    def _whole(self, key: str, setting: str, text: str, least: int = 1) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number < _LONG:
            raise self.invalid(f"the property projection.{key}.{setting} is {text!r}, not a whole number")
        return number

    def _integers(self, key: str) -> list[str]:
        numbers, width = self._numbers(key)
        self._check_count(key, (numbers[-1] - numbers[0]) // numbers.step + 1)  # len() has a bound of its own
        return [_padded(number, width) for number in numbers]

    def integers_among(self, key: str, texts: Iterable[str]) -> list[str]:
        """Those of some values that are in the range, which may be too long to work out."""
        numbers, width = self._numbers(key)
        asked = {int(text) for text in texts if re.fullmatch(r"[+-]?\d+", text, re.ASCII)}
        return [_padded(number, width) for number in sorted(asked) if number in numbers]

    def _numbers(self, key: str) -> tuple[range, int]:
        """The numbers, and how many digits they are written with."""
        low, high = (self._whole(key, "range", text, -_LONG) for text in self._bounds(key))
        step = self._whole(key, "interval", self.get(key, "interval") or "1")
        digits = self.get(key, "digits")
        self._check_order(key, fits=low <= high)
        width = self._whole(key, "digits", digits) if digits else 0
        if width > _MOST_DIGITS:
            raise self.invalid(f"the property projection.{key}.digits is {digits!r}, more than {_MOST_DIGITS}")
        return range(low, high + 1, step), width

    def _dates(self, key: str) -> list[str]:
        try:
            written = DateFormat.of(self.need(key, "format"))
        except DateFormatError as error:
            raise self.invalid(f"the property projection.{key}.format: {error}") from error
        low, high = (self._moment(key, text, written) for text in self._bounds(key))
        step = self._whole(key, "interval", self.get(key, "interval") or "1")
        unit = (self.get(key, "interval.unit") or written.unit).strip().upper()
        if not unit:
            raise self.invalid(f"the property projection.{key}.interval.unit is missing")
        if f"{unit.rstrip('S')}S" not in _UNITS:
            raise self.invalid(f"the property projection.{key}.interval.unit is {unit!r}")
        self._check_order(key, fits=low <= high)
        self._check_count(key, steps_between(low, high, step, unit))
        values: dict[str, None] = {}
        while low <= high:
            values[written.write(low)] = None
            try:
                low = add(low, step, unit)
            except (ValueError, OverflowError):  # past the last day that there is
                break
        return list(values)

    def _moment(self, key: str, text: str, written: DateFormat) -> datetime:
        if relative := _NOW.fullmatch(text):
            sign, number, unit = relative.groups()
            moment = self.now.replace(tzinfo=None)
            try:
                return add(moment, int(number) * (-1 if sign == "-" else 1), unit) if sign else moment
            except (ValueError, OverflowError) as error:
                raise self.invalid(f"the property projection.{key}.range: {text!r} is no moment") from error
        try:
            return written.read(text)
        except DateFormatError as error:
            raise self.invalid(f"the property projection.{key}.range: {error}") from error

    def _check_order(self, key: str, *, fits: bool) -> None:
        if not fits:
            raise self.invalid(f"the property projection.{key}.range ends before it begins")

    def _check_count(self, key: str, count: int) -> None:
        if count > _MOST_PARTITIONS:
            raise self.invalid(f"the property projection.{key}.range has more than {_MOST_PARTITIONS} values")


def _padded(number: int, width: int) -> str:
    return f"{number:0{width + (number < 0)}}"
