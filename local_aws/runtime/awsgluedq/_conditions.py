"""Expressions of DQDL on a number: what `between 0.4 and 0.8` says of a ratio or a count."""

from __future__ import annotations

import operator

from awsgluedq._model import Condition, DqdlError, Duration, Number, Size, Text, Value

COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


class RuleFailure(Exception):  # noqa: N818 - a rule fails; the program does not
    """A rule cannot be evaluated; the text is its FailureReason."""


def number_of(value: Value) -> float:
    """The number of a value: also of a text such as `"1.0"`, of hours in seconds, of kilobytes in bytes.

    Raises:
        DqdlError: it is no number.
    """
    if isinstance(value, Number):
        return value.value
    if isinstance(value, Duration):
        return value.seconds
    if isinstance(value, Size):
        return value.size
    if isinstance(value, Text):
        try:
            return float(value.value)
        except ValueError:
            pass
    shown = next(iter(vars(value).values()))
    raise DqdlError(f"A number is needed here, not {shown!r}")


def holds(condition: Condition, response: float) -> bool:
    """Whether a number meets a condition.

    `between` leaves its bounds out, `not between` leaves them in the range (documented as exclusive and inclusive).

    Raises:
        DqdlError: the condition is not one for numbers.
    """
    if condition.operator in COMPARISONS:
        return bool(COMPARISONS[condition.operator](response, number_of(condition.values[0])))
    if condition.operator.endswith("matches"):
        raise DqdlError(f"{condition.operator} is for texts, and this rule type gives a number")
    numbers = [number_of(value) for value in condition.values]
    if condition.operator == "between":
        return numbers[0] < response < numbers[1]
    if condition.operator == "not between":
        return not numbers[0] <= response <= numbers[1]
    return (response in numbers) == (condition.operator == "in")


def unmet(response: float | None) -> str:
    """The FailureReason of a rule whose response does not meet its condition (real and documented)."""
    return f"Value: {'NULL' if response is None else float(response)} does not meet the constraint requirement!"


def share_passed(ratio: float) -> str:
    """The FailureReason of a rule on rows of which too few passed (documented)."""
    return f"{ratio * 100:.2f} % of rows passed the threshold"
