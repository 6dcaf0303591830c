"""The fields of a line as opencsv 2.3 parts them, which OpenCSVSerDe is made of; a line is a row, whatever its quotes.

Within quotes an escape sign stands for the quote or escape sign behind it; other escape signs are left out. A doubled
quote within quotes is one. A quote amid a field is a part of it, blanks before a quote are not. A field whose quotes
are still open at the line's end is left out: the SerDe has one line at a time (user guide: no embedded line breaks).
"""

from __future__ import annotations

_FIRST_AMID = 3
"""The place from which on opencsv takes a quote for one amid a field."""


def fields(line: str, separator: str, quote: str, escape: str) -> list[str]:
    """The fields of a line without its end."""
    found: list[str] = []
    field: list[str] = []
    inside = False
    place, last = 0, len(line) - 1
    while place <= last:
        sign = line[place]
        after = line[place + 1] if place < last else ""
        if sign == escape and escape:
            if inside and after and after in (quote, escape):
                field.append(after)
                place += 1
        elif sign == quote and quote:
            if inside and after == quote:
                field.append(quote)
                place += 1
            else:
                amid = place >= _FIRST_AMID and line[place - 1] != separator and after not in ("", separator)
                if amid and field and not "".join(field).strip():
                    field.clear()
                elif amid:
                    field.append(quote)
                inside = not inside
        elif sign == separator and not inside:
            found.append("".join(field))
            field.clear()
        else:
            field.append(sign)
        place += 1
    if not inside:
        found.append("".join(field))
    return found
