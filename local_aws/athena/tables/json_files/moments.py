"""Moments in JSON: Hive's form, those that OpenX's SerDe knows, and Java's patterns of `timestamp.formats`.

Which texts OpenX's SerDe takes for a moment is Trino's documentation of its own one (unverified on Athena). A moment of
another time zone is that of UTC. All moments are without a zone here.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from local_aws.athena.errors import not_supported

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - see there
_HIVE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?)?")
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:[Zz]|([+-])(\d{2}):?(\d{2}))?"
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
_USUAL = 19
"""Letters of a moment without parts of seconds."""
_MILLIS_FROM = 13
"""Letters of a whole number from which on it counts milliseconds."""
_DATE = re.compile(r"(\d{4,})-(\d{1,2})-(\d{1,2})(?: .*)?", re.DOTALL)
_LETTERS = {
    "yyyy": r"(?P<year>\d{4})", "uuuu": r"(?P<year>\d{4})", "yy": r"(?P<short>\d{2})",
    "MM": r"(?P<month>\d{2})", "M": r"(?P<month>\d{1,2})", "dd": r"(?P<day>\d{2})", "d": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})", "H": r"(?P<hour>\d{1,2})", "mm": r"(?P<minute>\d{2})", "m": r"(?P<minute>\d{1,2})",
    "ss": r"(?P<second>\d{2})", "s": r"(?P<second>\d{1,2})",
    "Z": r"(?P<zone>[+-]\d{4})", "XXX": r"(?P<zone>Z|[+-]\d{2}:\d{2})", "XX": r"(?P<zone>Z|[+-]\d{4})",
    "X": r"(?P<zone>Z|[+-]\d{2})",
}  # fmt: skip
_LEAST = {"month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}
_TOKENS = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']")


class NoMomentError(ValueError):
    """The text is no moment, or no day; the text of the error is Java's where it is known."""


Reader = Callable[[str], datetime]


def day(text: str) -> date:
    """A day as Hive writes it, with or without a time behind it.

    Raises:
        NoMomentError: it is none.
    """
    found = _DATE.fullmatch(text.strip())
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise NoMomentError(f"Text '{text}' could not be parsed")


def hive(text: str) -> datetime:
    """A moment as Hive's Timestamp.valueOf reads it; the text of its error is real (public logs).

    Raises:
        NoMomentError: it is none.
    """
    found = _HIVE.fullmatch(text.strip())
    if not found or found[4] is None:
        raise NoMomentError("Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]")
    return _moment(text, *found.groups())


def open_x(text: str) -> datetime:
    """A moment as OpenX's SerDe reads it.

    Raises:
        NoMomentError: it is none.
    """
    if len(text) == _USUAL and text[16] == ":" and text[10] in " T":
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
    if text.find(":") > 0:
        found = _ISO.fullmatch(text)
        if not found:
            return hive(text)
        moment = _moment(text, *found.groups()[:7])
        if not found[8]:
            return moment
        offset = timedelta(hours=int(found[9]), minutes=int(found[10]))
        return moment - offset if found[8] == "+" else moment + offset
    number = _NUMBER.fullmatch(text)
    if not number:
        is_digits = all(sign in "-+.0123456789" for sign in text)
        raise NoMomentError(f'For input string: "{text}"' if is_digits else "Invalid timestamp")
    try:
        if number[1] is not None:
            whole, _, rest = text.partition(".")
            millis = int(f"{whole}{rest[:3].ljust(3, '0')}")
        else:
            millis = int(text) * (1 if len(text) >= _MILLIS_FROM else 1000)
        return _EPOCH + timedelta(milliseconds=millis)
    except (OverflowError, ValueError):
        raise NoMomentError(f"Text '{text}' could not be parsed") from None


def _moment(text: str, *parts: str | None) -> datetime:
    whole = dict(zip(("year", *_LEAST), (int(part or 0) for part in parts), strict=False))
    micros = int((parts[6] or "0").ljust(6, "0")[:6])
    try:
        return datetime(**whole, microsecond=micros)  # type: ignore[arg-type]  # noqa: DTZ001 - see there
    except ValueError:
        raise NoMomentError(f"Text '{text}' could not be parsed") from None


def reader(formats: str, default: Reader, *, also_default: bool) -> Reader:
    """What reads moments.

    Args:
        formats: Java's patterns with commas between, or none; which are tried in turn.
        default: what reads where there are none.
        also_default: whether that is tried behind them.

    Raises:
        RefusedQueryError: letters that are not supported here.
    """
    patterns = [_pattern(one) for one in formats.split(",") if one.strip()]
    if not patterns:
        return default

    def read(text: str) -> datetime:
        for pattern in patterns:
            found = pattern.fullmatch(text)
            if found:
                try:
                    return _of_pattern(found.groupdict())
                except ValueError:
                    continue
        if also_default:
            return default(text)
        raise NoMomentError(f"Text '{text}' could not be parsed")

    return read


def _of_pattern(given: dict[str, str | None]) -> datetime:
    year = int(given.get("year") or 2000 + int(given.get("short") or -30))
    rest = {part: int(given.get(part) or least) for part, least in _LEAST.items()}
    micros = int((given.get("fraction") or "0").ljust(6, "0")[:6])
    found = datetime(year, **rest, microsecond=micros)  # type: ignore[arg-type]  # noqa: DTZ001 - see there
    zone = given.get("zone")
    if zone and zone != "Z":
        return datetime.fromisoformat(f"{found.isoformat()}{zone}").astimezone(UTC).replace(tzinfo=None)
    return found


def _pattern(text: str) -> re.Pattern[str]:
    parts: list[str] = []
    place = 0
    while place < len(text):
        found = _TOKENS.match(text, place)
        if not found:
            raise not_supported(f"the pattern {text!r} of timestamp.formats")
        place = found.end()
        if found[1] is not None:
            parts.append(re.escape(found[1].replace("''", "'") or "'"))
        elif found[2] is None:
            parts.append(re.escape(found[0]))
        elif found[2] == "S":
            parts.append(rf"(?P<fraction>\d{{{len(found[0])}}})")
        elif found[0] in _LETTERS:
            parts.append(_LETTERS[found[0]])
        else:
            raise not_supported(f"the letters {found[0]!r} in timestamp.formats")
    try:
        return re.compile("".join(parts), re.ASCII)
    except re.error:
        raise not_supported(f"the pattern {text!r} of timestamp.formats") from None
