"""Schedules: AWS's documented examples as a table, and all fields against plain enumeration of every minute's day."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glue_client import cron
from local_aws.glue.definitions.checks import check_schedule
from local_aws.glue.model import GlueError
from local_aws.glue.workflows.schedules import next_due

NOW = datetime(2026, 2, 27, 10, 30, tzinfo=UTC)  # a Friday
END = date(2034, 1, 1)
"""Where enumeration ends."""


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


DOCUMENTED = [
    # Developer guide of Glue, "Time-based schedules for jobs and crawlers": the table of examples
    ("0 10 * * ? *", [at(2026, 2, 28, 10), at(2026, 3, 1, 10)]),
    ("15 12 * * ? *", [at(2026, 2, 27, 12, 15), at(2026, 2, 28, 12, 15)]),
    ("0 18 ? * MON-FRI *", [at(2026, 2, 27, 18), at(2026, 3, 2, 18)]),
    ("0 8 1 * ? *", [at(2026, 3, 1, 8), at(2026, 4, 1, 8)]),
    ("0/15 * * * ? *", [at(2026, 2, 27, 10, 45), at(2026, 2, 27, 11)]),
    ("0/10 * ? * MON-FRI *", [at(2026, 2, 27, 10, 40), at(2026, 2, 27, 10, 50)]),
    ("0/5 8-17 ? * MON-FRI *", [at(2026, 2, 27, 10, 35), at(2026, 2, 27, 10, 40)]),
    # its list of wildcards
    ("0 0 1 JAN,FEB,MAR ? *", [at(2026, 3, 1), at(2027, 1, 1), at(2027, 2, 1)]),
    ("0 0 1-15 * ? *", [at(2026, 3, day) for day in range(1, 16)] + [at(2026, 4, 1)]),
    ("1/10 * * * ? *", [at(2026, 2, 27, 10, minute) for minute in (31, 41, 51)] + [at(2026, 2, 27, 11, 1)]),
    ("0 0 7 * ? *", [at(2026, 3, 7), at(2026, 4, 7)]),
    ("30 10 L * ? *", [at(2026, 2, 28, 10, 30), at(2026, 3, 31, 10, 30)]),
    ("0 0 ? * L *", [at(2026, 2, 28), at(2026, 3, 7)]),  # the last day of the week
    ("0 0 3W * ? *", [at(2026, 3, 3), at(2026, 4, 3), at(2026, 5, 4)]),  # the 3rd of May is a Sunday
    ("0 0 ? * 1-7 *", [at(2026, 2, 28), at(2026, 3, 1)]),
    ("0 0 ? * SUN *", [at(2026, 3, 1), at(2026, 3, 8)]),
    ("0 0 ? * 1 *", [at(2026, 3, 1), at(2026, 3, 8)]),
    ("0 0 1 1 ? 2199", [at(2199, 1, 1)]),
    # User guide of EventBridge, "Cron expressions reference"
    ("0 0 ? * 3#2 *", [at(2026, 3, 10), at(2026, 4, 14)]),  # the second Tuesday
]


@pytest.mark.parametrize(("fields", "due"), DOCUMENTED)
def test_documented_schedules_name_their_moments(fields, due):
    check_schedule(f"cron({fields})")
    moments = cron.read(f"cron({fields})").after(NOW)
    assert [moment for moment, _ in zip(moments, due, strict=False)] == due


@pytest.mark.parametrize(
    ("fields", "due"),
    [  # by a calendar
        ("0 9 ? * 2#1 *", at(2026, 3, 2, 9)),
        ("0 9 ? * MON#5 *", at(2026, 3, 30, 9)),
        ("0 9 ? * 6L *", at(2026, 3, 27, 9)),  # the last Friday, whose 9:00 is over
        ("0 11 ? * FRIL *", at(2026, 2, 27, 11)),
        ("0 9 1W * ? *", at(2026, 3, 2, 9)),  # the 1st is a Sunday
        ("0 9 1W 8 ? *", at(2026, 8, 3, 9)),  # a Saturday: not back into July
        ("0 9 31W 5 ? *", at(2026, 5, 29, 9)),  # a Sunday: not on into June
        ("0 9 LW * ? *", at(2026, 3, 31, 9)),
        ("0 11 LW * ? *", at(2026, 2, 27, 11)),  # the 28th is a Saturday
        ("0 9 LW 5 ? *", at(2026, 5, 29, 9)),
        ("0 0 L,15 * ? *", at(2026, 2, 28)),
        ("0 0 15W,LW 3 ? *", at(2026, 3, 16)),
        ("0 0 29 2 ? *", at(2028, 2, 29)),
        ("0 0 ? 2 2#5 *", at(2044, 2, 29)),
        ("0 0 31 2 ? *", None),
        ("0 0 1 1 ? 2028", at(2028, 1, 1)),
        ("0 0 1 1 ? 2028,2026", at(2028, 1, 1)),
        ("0 0 1 1 ? 2025", None),
        ("0 0 29 2 ? 2100", None),  # no leap year
        ("0 0 29 2 ? 2097-2110", at(2104, 2, 29)),
        ("0 0 1 1 ? 2030/5", at(2030, 1, 1)),
        ("30 22-2 ? * FRI-MON *", at(2026, 2, 27, 22, 30)),
        ("0 5 ? * fri-mon *", at(2026, 2, 28, 5)),
        ("0 0 ? * 2-6/2 *", at(2026, 3, 2)),
        ("0 0 ? * 7/3 *", at(2026, 2, 28)),
        ("59/15 10 * * ? *", at(2026, 2, 27, 10, 59)),
        ("31-31 10 * * ? *", at(2026, 2, 27, 10, 31)),
    ],
)
def test_a_schedule_names_its_next_moment(fields, due):
    check_schedule(f"cron({fields})")
    assert next_due(f"cron({fields})", NOW) == due


def test_a_schedule_of_an_older_version_that_is_none_starts_nothing():
    assert next_due("cron(0 0 ? * 3#1,6#3 *)", NOW) is None


# All fields, against enumeration


class Part:
    """A field as text, and whether a number or day belongs to it."""

    def __init__(self, text, belongs):
        self.text, self.belongs = text, belongs

    def __repr__(self):
        return self.text


def part(low: int, high: int, step_high: int, base: int | None = None):
    """A field of numbers; steps of all count from the base, the lowest number that the field can have."""
    base = low if base is None else base
    one = st.integers(low, high)
    pair = st.tuples(one, one).map(sorted)
    step = st.integers(1, step_high)
    return st.one_of(
        st.just(Part("*", lambda _: True)),
        one.map(lambda a: Part(str(a), lambda n: n == a)),
        pair.map(lambda p: Part(f"{p[0]}-{p[1]}", lambda n: p[0] <= n <= p[1])),
        st.tuples(one, step).map(lambda p: Part(f"{p[0]}/{p[1]}", lambda n: n >= p[0] and (n - p[0]) % p[1] == 0)),
        step.map(lambda s: Part(f"*/{s}", lambda n: (n - base) % s == 0)),
        st.tuples(pair, step).map(
            lambda p: Part(
                f"{p[0][0]}-{p[0][1]}/{p[1]}",
                lambda n: p[0][0] <= n <= p[0][1] and (n - p[0][0]) % p[1] == 0,
            )
        ),
        st.lists(one, min_size=2, max_size=4).map(lambda found: Part(",".join(map(str, found)), lambda n: n in found)),
    )


def last_of(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def nearest_weekday(day: date, number: int) -> bool:
    """Whether a day is the weekday of its month that is nearest to one of its days."""
    aim = day.replace(day=number)
    weekdays = [aim.replace(day=n) for n in range(1, last_of(day).day + 1) if aim.replace(day=n).weekday() < 5]
    return day == min(weekdays, key=lambda one: (abs(one - aim), one.weekday() != 4))  # of Friday and Monday


def last_weekday(day: date) -> bool:
    return day.weekday() < 5 and all(
        (day + timedelta(n)).weekday() >= 5 for n in range(1, (last_of(day) - day).days + 1)
    )


def aws_weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


days = st.one_of(
    part(1, 31, 10).map(lambda p: Part(p.text, lambda day: p.belongs(day.day))),
    st.just(Part("L", lambda day: day == last_of(day))),
    st.just(Part("LW", last_weekday)),
    st.integers(1, 28).map(lambda n: Part(f"{n}W", lambda day: nearest_weekday(day, n))),
)
weekdays = st.one_of(
    part(1, 7, 6).map(lambda p: Part(p.text, lambda day: p.belongs(aws_weekday(day)))),
    st.integers(1, 7).map(
        lambda n: Part(f"{n}L", lambda day: aws_weekday(day) == n and day + timedelta(7) > last_of(day))
    ),
    st.tuples(st.integers(1, 7), st.integers(1, 4)).map(
        lambda p: Part(f"{p[0]}#{p[1]}", lambda day: aws_weekday(day) == p[0] and (day.day + 6) // 7 == p[1])
    ),
)


@given(
    minute=part(0, 59, 59),
    hour=part(0, 23, 23),
    of_days=st.one_of(days.map(lambda p: (p, "?")), weekdays.map(lambda p: (p, None))),
    month=part(1, 12, 11),
    year=part(2020, 2032, 9, 1970),
    after=st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC)),  # to 2030
)
def test_moments_are_those_that_enumeration_finds(minute, hour, of_days, month, year, after):
    day_part, other = of_days
    text = f"{day_part} {month} ?" if other else f"? {month} {day_part}"
    found = cron.read(f"cron({minute} {hour} {text} {year})").after(after)
    expected = enumerated(minute, hour, day_part, month, year, after)
    found = takewhile(lambda moment: moment.date() < END, found)
    assert [moment for moment, _ in zip(found, range(3), strict=False)] == expected


def enumerated(minute, hour, day_part, month, year, after) -> list[datetime]:
    found = []
    day = after.date()
    while day < END and len(found) < 3:
        if (year.text == "*" or year.belongs(day.year)) and month.belongs(day.month) and day_part.belongs(day):
            moments = [
                datetime(day.year, day.month, day.day, h, m, tzinfo=UTC)
                for h in range(24)
                if hour.belongs(h)
                for m in range(60)
                if minute.belongs(m)
            ]
            found += [moment for moment in moments if moment > after]
        day += timedelta(1)
    return found[:3]


@pytest.mark.parametrize(
    "expression",
    [
        "rate(5 minutes)",
        "0 12 * * ? *",
        "cron(0 12 * * *)",
        "cron(0 12 * * * *)",
        "cron(0 12 ? * ? *)",
        "cron(60 12 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 12 0 * ? *)",
        "cron(0 12 ? * 8 *)",
        "cron(0 12 * 13 ? *)",
        "cron(0/0 12 * * ? *)",
        "cron(noon 12 * * ? *)",
        "cron(? 12 * * ? *)",  # ? is for days alone
        "cron(0 12 * ? ? *)",
        "cron(0 12 * * ? ?)",
        "cron(0 12 * * ? 1969)",
        "cron(0 12 * * ? 2200)",
        "cron(0 12 * * ? 2030-2026)",
        "cron(0 12 ? * 3#1,6#3 *)",  # EventBridge's user guide names it as not valid
        "cron(0 12 ? * 3#6 *)",
        "cron(0 12 ? * 3#0 *)",
        "cron(0 12 ? * 8L *)",
        "cron(0 12 ? * #2 *)",
        "cron(0 12 32W * ? *)",
        "cron(0 12 W * ? *)",
        "cron(0 12 0W * ? *)",
        "cron(0 12 ? * 2W *)",
        "cron(0 12 , * ? *)",
        "cron(0 12 1, * ? *)",
        "cron(0 12 1-2-3 * ? *)",
        "cron(0 12 * MON ? *)",
        "cron(0 12 ? * JAN *)",
        "cron(@daily 12 * * ? *)",
        "cron(H 12 * * ? *)",
        "cron(٣ 12 * * ? *)",
        "cron(0 12 * * ? *",
    ],
)
def test_what_is_no_schedule_is_refused(expression):
    with pytest.raises(GlueError, match="InvalidInputException: Schedule"):
        check_schedule(expression)


@pytest.mark.parametrize("minutes", ["*", "0/4", "0,3", "0,57"])
def test_more_often_than_every_five_minutes_is_refused(minutes):
    with pytest.raises(GlueError, match="more often than every 5 minutes"):
        check_schedule(f"cron({minutes} * * * ? *)")


def test_every_five_minutes_is_fine_and_one_hour_does_not_touch_the_next():
    check_schedule("cron(0/5 * * * ? *)")
    check_schedule("cron(0,57 12 * * ? *)")


def test_too_often_in_a_year_that_is_over_is_too_often():
    with pytest.raises(GlueError, match="more often than every 5 minutes"):
        check_schedule("cron(* * * * ? 1999)")


def test_an_expression_that_is_longer_than_eventbridge_takes_is_no_schedule():
    """The API models of EventBridge and of its Scheduler take 256 characters."""
    fields = "0 0 {} * ? *"
    longest = f"cron({fields.format('1W,' * 79 + '15W')})"
    assert len(longest) == 256
    assert [next(cron.read(longest).after(NOW))] == [at(2026, 3, 2)]
    with pytest.raises(cron.CronError):
        cron.read(longest.replace("cron(0", "cron(00"))
    with pytest.raises(GlueError, match="longer than 256 characters"):
        check_schedule(f"cron({fields.format('1W' + ',1W' * 20000)})")


def test_what_a_list_says_twice_is_counted_once():
    assert cron.read("cron(0 0 1W,1W,01W * ? *)") == cron.read("cron(0 0 1W * ? *)")
    assert cron.read("cron(0 0 ? * 6L,FRIL,6L *)") == cron.read("cron(0 0 ? * 6L *)")
