"""Values of task arguments: pynt hands them over as text."""

import re
from collections.abc import Sequence
from pathlib import Path

from glue_client.errors import WrongCall
from glue_client.plain_text import plain

WHOLE_NUMBER = re.compile(r" *[+-]?[0-9]+(_[0-9]+)* *")

YES, NO = ("yes", "true", "y", "1"), ("no", "false", "n", "0")


def truth(name: str, value: str) -> bool:
    """Whether `yes=true` says yes. WrongCall when it says neither."""
    if value.lower() in YES + NO:
        return value.lower() in YES
    raise WrongCall(f'{name} takes true or false, and got "{value}"')


def number(name: str, value: str, least: int, most: int) -> int:
    """A whole number between the limits. WrongCall when it is none; `2_000_000` is one."""
    digits = value.strip().lstrip("+-").replace("_", "")
    is_number = WHOLE_NUMBER.fullmatch(value) and len(digits) <= len(str(most))
    found = int(value) if is_number else least - 1
    if least <= found <= most:
        return found
    raise WrongCall(f'{name} takes a whole number from {least} to {most}, and got "{value}"')


def name(what: str, value: str) -> str:
    """The name of something on AWS. WrongCall when it is empty or holds controls, as no name there does."""
    if value.strip() and plain(value, one_line=True) == value:
        return value
    raise WrongCall(f'{what} takes a name, without control characters, and got "{value}"')


def chosen_tests(root: Path, paths: Sequence[str]) -> list[str]:
    """Files or folders of tests, with pytest's `::` behind a file. WrongCall for what is not there, or elsewhere."""
    for path in paths:
        there = (root / path.partition("::")[0]).resolve() if path.strip() and "\0" not in path else root.parent
        if path.startswith("-") or not there.is_relative_to(root.resolve()) or not there.exists():
            raise WrongCall(f'test takes files and folders below {root.name}, such as tests/deploy, and got "{path}"')
    return list(paths)
