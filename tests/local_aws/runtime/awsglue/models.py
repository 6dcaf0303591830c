"""What transforms do to values, in plain Python; and values to do it to."""

import decimal
import re

from hypothesis import Phase
from hypothesis import strategies as st

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking, since each example is a few Spark jobs."""

TEXTS = ["", "x", "7", " 8 ", "-12", "1.5", "true", "No", "99999999999", "é"]
ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 40000, -(2**40)]),
    st.sampled_from([sign * 2**bits + more for bits in (7, 15, 31) for sign in (1, -1) for more in (-1, 0, 1)]),
    st.integers(-20, 20).map(lambda number: number / 2),
    st.sampled_from([127.5, -128.5, 128.0, -129.0, 2147483647.5, -2147483648.0, 2147483648.0, 2.0**63, -(2.0**63)]),
    st.sampled_from(TEXTS),
)
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}


def cast(value, name):
    """A value as a type, None where that cannot be."""
    if value is None:
        return None
    if name in _BITS:
        return _whole(value, 2 ** (_BITS[name] - 1))
    return {"string": _text, "boolean": _boolean, "double": _double, "decimal": _decimal}[name](value)


def _text(value):
    if isinstance(value, float) and not 1e-3 <= abs(value) < 1e7 and value:  # as Java writes it
        digits, exponent = f"{decimal.Decimal(repr(value)).normalize():E}".split("E")
        return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _double(value):
    try:
        return float(value)
    except ValueError:
        return None


def _decimal(value):
    try:
        number = decimal.Decimal(value.strip() if isinstance(value, str) else value)
    except decimal.InvalidOperation:
        return None
    number = number.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)
    return number if abs(number) < 10**8 else None


def _whole(value, limit):
    if isinstance(value, str):
        if not re.fullmatch(r"\s*[+-]?\d+\s*", value):
            return None
        value = int(value)
    return int(value) if -limit <= int(value) < limit else None


def _boolean(value):
    if not isinstance(value, str):
        return value != 0
    known = {
        **dict.fromkeys(("t", "true", "y", "yes", "1"), True),
        **dict.fromkeys(("f", "false", "n", "no", "0"), False),
    }
    return known.get(value.strip().lower())


def type_name(value):
    """Glue's name of a value's type."""
    if isinstance(value, int) and not isinstance(value, bool):
        return "int" if -(2**31) <= value < 2**31 else "long"
    return {bool: "boolean", float: "double", str: "string"}[type(value)]


def unordered(rows):
    """Rows in an order of their own."""
    return sorted(rows, key=lambda row: repr(sorted(row.items())))
