"""Functions on dates and times."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types, zones
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import DAYS
from local_aws.athena.sql.functions.model import Argument, Arguments, Function
from local_aws.athena.sql.quoting import text as quoted

_UNITS = {
    "millisecond": "to_milliseconds({0})",
    "second": "to_seconds({0})",
    "minute": "to_minutes({0})",
    "hour": "to_hours({0})",
    "day": "to_days({0})",
    "week": "to_weeks({0})",
    "month": "to_months({0})",
    "quarter": "to_months(3 * ({0}))",
    "year": "to_years({0})",
}
_DATE_UNITS = ("day", "week", "month", "quarter", "year")
"""The longer units count by the clocks of a time zone, the others are of the same length everywhere (Joda's rule)."""

# Letters of MySQL's formats, as DATE_FORMAT and DATE_PARSE have them -> strftime's
_MYSQL = dict(zip("aHjmpSYydbf", "aHjmpSYydbf", strict=True)) | {
    "i": "M", "s": "S", "M": "B", "W": "A", "h": "I", "v": "V", "x": "G", "T": "H:%M:%S", "r": "I:%M:%S %p", "I": "I",
    "c": "-m", "e": "-d", "k": "-H", "l": "-I", "%": "%",
}  # fmt: skip
# Joda's patterns, as FORMAT_DATETIME and PARSE_DATETIME have them -> strftime's
_JODA = {
    "yyyy": "%Y", "YYYY": "%Y", "y": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m",
    "dd": "%d", "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M",
    "ss": "%S", "s": "%-S", "SSS": "%g", "EEEE": "%A", "EEE": "%a", "EE": "%a", "E": "%a", "a": "%p", "DDD": "%j",
    "xxxx": "%G", "ww": "%V",
}  # fmt: skip


def _unit(argument: Argument, kind: DataType) -> str:
    unit = argument.text("a unit of time").lower()
    if unit not in _UNITS or (trino_types.is_date(kind) and unit not in _DATE_UNITS):
        raise not_supported(f"the unit '{unit}' of a {trino_types.name(kind)}")
    return unit


def _like(kind: DataType, sql: str) -> str:
    """The engine makes timestamps of dates: back to what it was."""
    return f"CAST({sql} AS DATE)" if trino_types.is_date(kind) else sql


def _date_add(arguments: Arguments) -> str:
    unit, count, moment = arguments
    name, zone = _unit(unit, moment.type), zones.zone_of(moment.node)
    step = _UNITS[name].format(f"CAST({count.sql} AS INTEGER)")
    if zone != "UTC" and name in _DATE_UNITS:
        return zones.moment_of(f"({zones.wall_of(moment.sql, zone)} + {step})", zone, moment.sql)
    return _like(moment.type, f"({moment.sql} + {step})")


def _date_diff(arguments: Arguments) -> str:
    """Whole units between two moments; the engine's own DATE_DIFF counts crossed boundaries."""
    unit, start, end = arguments
    if trino_types.family(start.type) == "time":
        raise not_supported("date_diff of times")
    name, zone = _unit(unit, start.type), zones.zone_of(start.node)
    if zone != "UTC" and name in _DATE_UNITS:
        walls = (zones.wall_of(f"CAST({moment} AS TIMESTAMPTZ)", zone) for moment in (start, end))
        return f"datesub('{name}', {', '.join(walls)})"
    return f"datesub('{name}', CAST({start.sql} AS TIMESTAMP), CAST({end.sql} AS TIMESTAMP))"


def _date_trunc(arguments: Arguments) -> str:
    unit, moment = arguments
    if trino_types.family(moment.type) == "time":
        raise not_supported("date_trunc of times")
    name, zone = _unit(unit, moment.type), zones.zone_of(moment.node)
    if zone == "UTC":
        return _like(moment.type, f"date_trunc('{name}', {moment.sql})")
    wall = zones.wall_of(moment.sql, zone)
    if name in _DATE_UNITS:
        return zones.moment_of(f"CAST(date_trunc('{name}', {wall}) AS TIMESTAMP)", zone, moment.sql)
    return f"({moment.sql} - ({wall} - date_trunc('{name}', {wall})))"


def strftime_of_mysql(pattern: str) -> str:
    """Translate a format of DATE_FORMAT, such as `%Y-%m-%d %H:%i:%s`."""

    def letter(found: re.Match[str]) -> str:
        if found[1] not in _MYSQL:
            raise not_supported(f"the format %{found[1]}")
        return "%" + _MYSQL[found[1]]

    return re.sub("%(.)", letter, pattern)


def strftime_of_joda(pattern: str) -> str:
    """Translate a pattern of FORMAT_DATETIME, such as `yyyy-MM-dd'T'HH:mm`."""
    spans = re.finditer(r"''|'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|[^A-Za-z']+", pattern)
    out = []
    for span in spans:
        if span["letters"]:
            if span["letters"] not in _JODA:
                raise not_supported(f"the pattern {span['letters']}")
            out.append(_JODA[span["letters"]])
        else:
            text = span[0] if span["quoted"] is None or span[0] == "''" else span["quoted"]
            plain = text.replace("''", "'")
            out.append(plain.replace("%", "%%"))
    return "".join(out)


def _date_format(arguments: Arguments) -> str:
    return f"strftime({arguments[0].sql}, {quoted(strftime_of_mysql(arguments[1].text('a format')))})"


def _format_datetime(arguments: Arguments) -> str:
    return f"strftime({arguments[0].sql}, {quoted(strftime_of_joda(arguments[1].text('a pattern')))})"


def _parse_with(pattern: str, text: str, last: str) -> str:
    """`last` is the last year that may be written with two figures."""
    moment = f"strptime({text}, {quoted(pattern.replace('%-', '%'))})"
    return f"in_century({moment}, {last})" if "%y" in pattern.replace("%%", "") else moment


def _date_parse(arguments: Arguments) -> str:
    return _parse_with(strftime_of_mysql(arguments[1].text("a format")), arguments[0].sql, "2069")


def _parse_datetime(arguments: Arguments) -> str:
    last = "(year(current_date) + 19)"  # Joda's: 50 years around 30 years ago
    parsed = _parse_with(strftime_of_joda(arguments[1].text("a pattern")), arguments[0].sql, last)
    return f"CAST({parsed} AS TIMESTAMPTZ)"


def _from_iso8601_date(arguments: Arguments) -> str:
    """A day, a week (its Monday) or a day of one, or the number of a day in its year."""
    text = arguments[0].sql
    of_week = f"left({text} || '-1', 10)"
    return (
        f"CASE WHEN regexp_full_match({text}, '[0-9]{{4}}-W[0-9]{{2}}(-[1-7])?') "
        f"THEN {_day_of(of_week, '%G-W%V-%u', 'isoyear')} "
        f"WHEN regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{3}}') THEN {_day_of(text, '%Y-%j', 'year')} "
        f"ELSE CAST({text} AS DATE) END"
    )


def _day_of(text: str, pattern: str, year: str) -> str:
    """A day; one that its year has not, which the engine takes for one of the next year, is none."""
    found = f"try_strptime({text}, '{pattern}')"
    there = f"{year}({found}) = CAST(left({text}, 4) AS INTEGER)"
    return f"CAST(CASE WHEN {there} THEN strftime({found}, '%Y-%m-%d') ELSE {text} END AS DATE)"


def _to_iso8601(arguments: Arguments) -> str:
    moment = arguments[0]
    if trino_types.is_date(moment.type):
        return f"strftime({moment.sql}, '%Y-%m-%d')"
    zone = zones.zone_of(moment.node)
    if zone != "UTC":
        wall = f"strftime({zones.wall_of(moment.sql, zone)}, '%Y-%m-%dT%H:%M:%S.%g')"
        return f"({wall} || text_of_offset({zones.offset_of(moment.sql, zone)}))"
    ending = "Z" if moment.type.this == DataType.Type.TIMESTAMPTZ else ""
    return f"strftime({moment.sql}, '%Y-%m-%dT%H:%M:%S.%g{ending}')"


def _at_timezone(arguments: Arguments) -> str:
    """The same moment: which zone it has is known of the query."""
    if trino_types.family(arguments[0].type) == "time":
        raise not_supported("a time with a time zone")
    return f"CAST({arguments[0]} AS TIMESTAMPTZ)"


def _with_timezone(arguments: Arguments) -> str:
    zone = zones.canonical(arguments[1].text("a time zone"))
    return zones.moment_of(f"CAST({arguments[0]} AS TIMESTAMP)", zone)


def _part_of_offset(sql: str) -> Callable[[Arguments], str]:
    def write(arguments: Arguments) -> str:
        moment = arguments[0]
        offset = zones.offset_of(moment.sql, zones.zone_of(moment.node))
        return f"CASE WHEN {moment} IS NOT NULL THEN CAST({sql.format(offset)} AS BIGINT) END"

    return write


_READABLE = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def _readable_seconds(arguments: Arguments) -> str:
    """`1 day, 2 hours, 3 seconds`: what is 0 is left out."""
    total = f"CAST(abs({arguments[0]}) AS BIGINT)"
    rest, parts = total, []
    for name, seconds in _READABLE:
        count = f"({rest} // {seconds})"
        parts.append(f"CASE {count} WHEN 0 THEN NULL WHEN 1 THEN '1 {name}' ELSE {count} || ' {name}s' END")
        rest = f"({total} % {seconds})"
    shown = f"concat_ws(', ', {', '.join(parts)})"
    return f"CASE {total} WHEN 0 THEN '0 seconds' ELSE {shown} END"


_OF_DAYS = {"day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1_000, "millisecond": 1}


def _part(sql: str) -> Function:
    """A part of a moment; of an interval of days, of which the engine keeps hours and days apart, its rest."""
    size = _OF_DAYS.get(sql.lstrip("(").partition("(")[0])

    def render(arguments: Arguments) -> str:
        if size is None or arguments[0].node.meta.get(TYPE) != DAYS:
            return sql.format(*arguments)
        whole = min((other for other in _OF_DAYS.values() if other > size), default=None)
        total = f"CAST(round(epoch({arguments[0]}) * 1000) AS BIGINT)"
        return f"({total} % {whole} // {size})" if whole else f"({total} // {size})"

    return Function(render, "bigint")


PARTS = {
    "year": _part("year({0})"),
    "quarter": _part("quarter({0})"),
    "month": _part("month({0})"),
    "week": _part("week({0})"),
    "week_of_year": _part("week({0})"),
    "year_of_week": _part("isoyear({0})"),
    "yow": _part("isoyear({0})"),
    "day": _part("day({0})"),
    "day_of_month": _part("day({0})"),
    "day_of_week": _part("isodow({0})"),
    "dow": _part("isodow({0})"),
    "day_of_year": _part("dayofyear({0})"),
    "doy": _part("dayofyear({0})"),
    "hour": _part("hour({0})"),
    "minute": _part("minute({0})"),
    "second": _part("second({0})"),
    "millisecond": _part("(millisecond({0}) % 1000)"),
}
"""Parts of a moment; EXTRACT knows them too."""

TIMES = {
    **PARTS,
    "now": Function("now()", "timestamp with time zone"),
    "date": Function("CAST({0} AS DATE)", "date"),
    "date_add": Function(_date_add, 2),
    "date_diff": Function(_date_diff, "bigint"),
    "date_trunc": Function(_date_trunc, 1),
    "date_format": Function(_date_format, "varchar"),
    "date_parse": Function(_date_parse, "timestamp"),
    "format_datetime": Function(_format_datetime, "varchar"),
    "parse_datetime": Function(_parse_datetime, "timestamp with time zone"),
    "from_unixtime": Function(dict.fromkeys((1, 2, 3), "to_timestamp({0})"), "timestamp with time zone"),
    "at_timezone": Function(_at_timezone, "timestamp with time zone"),
    "with_timezone": Function(_with_timezone, "timestamp with time zone"),
    "timezone_hour": Function(_part_of_offset("({}) // 60"), "bigint"),
    "timezone_minute": Function(_part_of_offset("({}) % 60"), "bigint"),
    "to_unixtime": Function("epoch({0})", "double"),
    "from_iso8601_date": Function(_from_iso8601_date, "date"),
    "from_iso8601_timestamp": Function("CAST({0} AS TIMESTAMPTZ)", "timestamp with time zone"),
    "to_iso8601": Function(_to_iso8601, "varchar"),
    "to_milliseconds": Function("CAST(epoch({0}) * 1000 AS BIGINT)", "bigint"),
    "current_timezone": Function("'UTC'", "varchar"),
    "human_readable_seconds": Function(_readable_seconds, "varchar"),
    "last_day_of_month": Function("last_day({0})", "date"),
}
