"""Time zones: their names, and moments of them for the engine. Pure functions.

The engine keeps a moment as an instant; its zone is known when a query is translated (see analysis/zone_flow.py). What
depends on the zone is worked out of the time that a clock shows there, its wall time: a timestamp without a zone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlglot import exp

from local_aws.athena.errors import not_supported

ZONE = "zone"
"""Key of a part's `meta`: the time zone of its moments, where that is not UTC."""
WALL = "wall_of"
"""Key of a part's `meta`: its moments are wanted as the wall time of this zone, or as it is `WRITTEN`."""
CHECKED = "is_checked"
"""Key of a text's `meta`: a moment is read from it, whose zone has to be UTC."""
MOMENT = "moment"
"""Key of a CAST's `meta`: the moment that its text means, in UTC."""
WRITTEN = "written"

_UTC = frozenset(
    "utc z ut uct gmt gmt0 gmt+0 gmt-0 greenwich universal zulu etc/utc etc/gmt etc/uct etc/universal etc/zulu".split()
)
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?")
_LARGEST_OFFSET = 14 * 60
# Offsets in disguise, which Trino writes otherwise, and names that Java has not or that are this machine's
_OTHER_NAMES = re.compile(r"(?:etc|posix|right|systemv)/.*|(?:gmt|utc?)[+-].*|factory|localtime|est|hst|mst|roc")
_MOMENT = re.compile(
    r"\s*(?P<day>\d{4}-\d{1,2}-\d{1,2})(?:[ T](?P<clock>\d{1,2}:\d{1,2}(?::\d{1,2})?)(?:\.(?P<fraction>\d{1,12}))?)?"
    r"(?P<zone>\s*[+-]\d{1,2}(?::?\d{2})?|\s+[A-Za-z][\w/+-]*|\s*Z)?\s*"
)


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def canonical(zone: str) -> str:
    """A zone as Trino writes it: `UTC`, `+02:00`, `America/New_York`.

    Raises:
        RefusedQueryError: the local AWS has none of that name.
    """
    name = zone.strip()
    offset = _OFFSET.fullmatch(name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return of_minutes(-minutes if offset[1] == "-" else minutes)
    if name.lower() in _UTC:
        return "UTC"
    found = None if _OTHER_NAMES.fullmatch(name.lower()) else _names().get(name.lower())
    if found is None:
        raise not_supported(f"the time zone '{zone}'")
    return found


def of_minutes(minutes: int) -> str:
    """The zone so many minutes ahead of UTC, `-03:30` or such.

    Raises:
        RefusedQueryError: Trino has none so far away (14 hours).
    """
    if abs(minutes) > _LARGEST_OFFSET:
        raise not_supported(f"a time zone {minutes} minutes from UTC")
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "UTC"


def _minutes(zone: str) -> int | None:
    """How far a zone is ahead of UTC; None where that changes."""
    offset = _OFFSET.fullmatch(zone)
    if offset is None:
        return 0 if zone == "UTC" else None
    return (-1 if offset[1] == "-" else 1) * (int(offset[2]) * 60 + int(offset[3]))


def read(text: str) -> tuple[str, str] | None:
    """A moment as it is written, such as `2024-05-01 23:30:00 America/New_York`: (in UTC, its zone).

    Returns:
        None where it has no zone, or is not written so.

    Raises:
        RefusedQueryError: see `canonical`; or the year has not four figures.
    """
    found = _MOMENT.fullmatch(text)
    if found is None or not found["zone"]:
        return None
    zone = canonical(found["zone"])
    numbers = map(int, re.findall(r"\d+", f"{found['day']} {found['clock'] or ''}"))
    try:
        wall = dt.datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - a wall time
        minutes = _minutes(zone)
        moment = instant(wall, zone) if minutes is None else wall - dt.timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return None
    return f"{moment.isoformat(' ')}{'.' + found['fraction'] if found['fraction'] else ''}+00", zone


# For the engine

_DAY_WITH_ZONE = re.compile(r"^('\d+-\d+-\d+)(?=[+-]|\s+[A-Za-z])")
_BLANK_BEFORE_OFFSET = re.compile(r"\s+([+-]\d\d?(?::?\d\d)?)\s*'$")


def literal(text: str, kind: str) -> str:
    """A quoted text of a type: the engine has the offset without a blank before it, and a zone behind a time."""
    if kind == "time with time zone":
        raise not_supported("a time with a time zone")
    if kind != "timestamp with time zone":
        return text
    return _DAY_WITH_ZONE.sub(r"\1 00:00:00", _BLANK_BEFORE_OFFSET.sub(r"\1'", text))


def wall_of(moment: str, zone: str) -> str:
    """The wall time of a moment in a zone; both are of the engine's SQL."""
    minutes = _minutes(zone)
    if minutes is None:
        return f"timezone('{zone}', {moment})"
    return f"(timezone('UTC', {moment}) + to_minutes({minutes}))"


def moment_of(wall: str, zone: str, near: str = "") -> str:
    """The moment of a wall time; `near` is one whose offset it keeps if it can, when clocks show a time twice."""
    minutes = _minutes(zone)
    if minutes is not None:
        return f"timezone('UTC', {wall} - to_minutes({minutes}))"
    if near:
        return f"timezone('UTC', {_INSTANT_NEAR}({wall}, '{zone}', timezone('UTC', {near})))"
    return f"timezone('UTC', {_INSTANT}({wall}, '{zone}'))"


def offset_of(moment: str, zone: str) -> str:
    """How many minutes the wall time of a moment is ahead of UTC."""
    minutes = _minutes(zone)
    return f"datesub('minute', timezone('UTC', {moment}), {wall_of(moment, zone)})" if minutes is None else str(minutes)


def as_wanted(sql: str, node: exp.Expr) -> str:
    """A part as what stands around it takes it: as a wall time, or as a text whose zone has to be UTC."""
    wall = node.meta.get(WALL)
    if wall and wall != WRITTEN:
        return wall_of(sql, wall)
    return f"utc_text({sql})" if node.meta.get(CHECKED) else sql


def zone_of(node: exp.Expr) -> str:
    """The zone of a part's moments."""
    return str(node.meta.get(ZONE, "UTC"))


def instant(wall: dt.datetime, zone: str) -> dt.datetime:
    """The moment of a wall time, in UTC: the earlier of two; where clocks are put forward, by the offset before.

    That is java.time's rule; that Athena has it is unverified.
    """
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).replace(tzinfo=None)


def _instant_near(wall: dt.datetime, zone: str, near: dt.datetime) -> dt.datetime:
    """As `instant`, with the offset of another moment where that gives this wall time (Joda's rule)."""
    offset = near.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta()
    found = wall - offset
    shown = found.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return found if shown == wall else instant(wall, zone)


_INSTANT, _INSTANT_NEAR = "athena_instant", "athena_instant_near"
ZONE_CALLS: tuple[tuple[str, Callable[..., Any], list[str], str], ...] = (
    (_INSTANT, instant, ["TIMESTAMP", "VARCHAR"], "TIMESTAMP"),
    (_INSTANT_NEAR, _instant_near, ["TIMESTAMP", "VARCHAR", "TIMESTAMP"], "TIMESTAMP"),
)
"""For the engine: name, function, types of its arguments, type of what it gives."""
