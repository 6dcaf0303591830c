"""What cannot be read: the place and the word, as Athena tells them (what would have fitted there is not told)."""

from __future__ import annotations

from sqlglot.errors import SqlglotError

from local_aws.athena.errors import RefusedQueryError

_QUOTES = "'\"`"


def refusal(error: SqlglotError, sql: str) -> RefusedQueryError:
    """What a statement is refused with that the parser cannot read."""
    details = getattr(error, "errors", None)
    if not details:
        line, column, word = _unclosed(sql) or (1, 1, (sql.split() or ["<EOF>"])[0])
        return _mismatched(line, column, word)
    first = details[0]
    line, end, word = int(first["line"] or 1), int(first["col"] or 1), str(first["highlight"] or "")
    unexpected = str(first["description"]).startswith("Invalid expression")
    if not unexpected and not str(first["end_context"] or "").strip(" \t\n;"):  # it misses what comes after
        return _mismatched(line, end + 1, "<EOF>")
    return _mismatched(line, end - len(word) + 1, word)


def _mismatched(line: int, column: int, word: str) -> RefusedQueryError:
    return RefusedQueryError(f"line {line}:{column}: mismatched input '{word}'")


def _unclosed(sql: str) -> tuple[int, int, str] | None:
    """Line and column of a quote or comment that does not end."""
    place = 0
    while place < len(sql):
        letter = sql[place]
        if letter in _QUOTES or sql.startswith("/*", place):
            opening, ending = (letter, letter) if letter in _QUOTES else ("/*", "*/")
            end = sql.find(ending, place + len(opening))
            if end < 0:
                before = sql[:place]
                return before.count("\n") + 1, place - before.rfind("\n"), opening
            place = end + len(ending)
        elif sql.startswith("--", place):
            place = sql.find("\n", place) + 1 or len(sql)
        else:
            place += 1
    return None
