"""The lines of the operations' files: which field stands where, and what a line becomes.

LAYOUT says all of it: record, field, first character, how many, kind. Places count characters from 1, not bytes. A
line has exactly as many characters as its record; what ends it (LF or CRLF) is none of them. A line that is not so is
no record, and `parse` says why: each reason names the field and what stands there.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Field(NamedTuple):
    """A row of the layout; `kind` is one of KINDS."""

    record: str
    name: str
    start: int
    length: int
    kind: str


EVERY = "every"
METADATA, OPERATION, ORIGINATION, INSTALMENT, MOVEMENT = "99", "01", "02", "03", "04"
LAYOUT = (
    Field(EVERY, "custody", 1, 2, "digits"),
    Field(EVERY, "domain", 3, 2, "digits"),
    Field(EVERY, "operation_id", 5, 9, "digits"),
    Field(EVERY, "load_id", 14, 15, "digits"),
    Field(EVERY, "version_date", 14, 8, "date"),  # a load's id begins with its day
    Field(METADATA, "part", 29, 3, "digits"),
    Field(METADATA, "system", 32, 8, "text"),
    Field(METADATA, "created_on", 40, 8, "date"),
    Field(OPERATION, "product", 29, 3, "text"),
    Field(OPERATION, "currency", 32, 3, "text"),
    Field(OPERATION, "amount", 35, 15, "amount"),
    Field(OPERATION, "contracted_on", 50, 8, "date"),
    Field(ORIGINATION, "channel", 29, 2, "digits"),
    Field(ORIGINATION, "branch", 31, 5, "digits"),
    Field(ORIGINATION, "originated_on", 36, 8, "date"),
    Field(INSTALMENT, "number", 29, 3, "digits"),
    Field(INSTALMENT, "due_on", 32, 8, "date"),
    Field(INSTALMENT, "amount", 40, 15, "amount"),
    Field(MOVEMENT, "number", 29, 5, "digits"),
    Field(MOVEMENT, "movement", 34, 2, "text"),
    Field(MOVEMENT, "moved_on", 36, 8, "date"),
    Field(MOVEMENT, "amount", 44, 15, "amount"),
)
NUMBERED = {METADATA: "part", INSTALMENT: "number", MOVEMENT: "number"}
"""The field that tells records of one operation, domain and load from each other: it is a part of their key."""

DIGITS = re.compile(r"[0-9]+")  # not \d, which takes the digits of all scripts
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]*")


class Record(NamedTuple):
    """A line that is as the layout says; `payload` is JSON, and the dates are texts such as 2026-01-31."""

    custody: str
    domain: str
    operation_id: str
    domain_load: str
    payload: str
    version_date: str
    load_id: str

    @property
    def custody_operation(self) -> str:
        """The partition key of its item."""
        return f"{self.custody}#{self.operation_id}"


class Malformed(NamedTuple):
    """A line that is not; `reason` has all that is wrong with it."""

    reason: str
    raw_line: str


def parse(line: bytes) -> Record | Malformed:
    """What a line is, without what ends it."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return Malformed(f"byte {error.start + 1} is no UTF-8", line.decode("utf-8", "replace"))
    header = _FIELDS[EVERY]
    if len(text) < _ENDS[EVERY]:
        return Malformed(f"{len(text)} characters, and every record has at least {_ENDS[EVERY]}", text)
    domain = text[2:4]
    if domain not in NAMES:
        return Malformed(f"domain: {domain!r} is none of {', '.join(sorted(NAMES))}", text)
    if len(text) != _ENDS[domain]:
        return Malformed(f"{len(text)} characters, and a record of domain {domain} has {_ENDS[domain]}", text)
    wrong: list[str] = []
    values = {field.name: _value(field, text, wrong) for field in header}
    payload = {field.name: _value(field, text, wrong) for field in _FIELDS[domain]}
    if wrong:
        return Malformed("; ".join(wrong), text)
    number = NUMBERED.get(domain)
    between = f"{payload[number]}#" if number else ""
    return Record(
        values["custody"],
        domain,
        values["operation_id"],
        f"DOMAIN#{domain}#{between}{values['load_id']}",
        json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        values["version_date"],
        values["load_id"],
    )


def fields_of(record: str) -> Sequence[Field]:
    """The rows of the layout for a record, EVERY or a domain."""
    return [field for field in LAYOUT if field.record == record]


def _value(field: Field, text: str, wrong: list[str]) -> str:
    raw = text[field.start - 1 : field.start - 1 + field.length]
    found = KINDS[field.kind](raw)
    if found is None:
        wrong.append(f"{field.name}: {raw!r} is no {field.kind}")
        return ""
    return found


def _digits(raw: str) -> str | None:
    """Digits, with the zeros that they begin with."""
    return raw if DIGITS.fullmatch(raw) else None


def _text(raw: str) -> str | None:
    """Letters, without the blanks that fill the field."""
    return raw.rstrip(" ") or None if PRINTABLE.fullmatch(raw) else None


@functools.lru_cache(maxsize=4096)
def _date(raw: str) -> str | None:
    """Year, month and day, as 2026-01-31."""
    if not DIGITS.fullmatch(raw):
        return None
    try:
        return datetime.date(int(raw[:4]), int(raw[4:6]), int(raw[6:])).isoformat()
    except ValueError:
        return None


def _amount(raw: str) -> str | None:
    """Money with two decimals that no point parts, as the text 1234.56: JSON's numbers are not exact."""
    return f"{int(raw[:-2])}.{raw[-2:]}" if DIGITS.fullmatch(raw) else None


KINDS: dict[str, Callable[[str], str | None]] = {"digits": _digits, "text": _text, "date": _date, "amount": _amount}
NAMES = frozenset(field.record for field in LAYOUT) - {EVERY}
_FIELDS = {record: fields_of(record) for record in (EVERY, *NAMES)}
_ENDS = {record: max(field.start + field.length - 1 for field in found) for record, found in _FIELDS.items()}
