"""Values of task arguments: pynt hands them over as text."""

from deploy.errors import WrongCall

YES, NO = ("yes", "true", "y", "1"), ("no", "false", "n", "0")


def truth(name: str, value: str) -> bool:
    """Whether `yes=true` says yes. WrongCall when it says neither."""
    if value.lower() in YES + NO:
        return value.lower() in YES
    raise WrongCall(f'{name} takes true or false, and got "{value}"')


def number(name: str, value: str, least: int, most: int) -> int:
    """A whole number between the limits. WrongCall when it is none; `2_000_000` is one."""
    try:
        found = int(value)
    except ValueError:
        found = least - 1
    if least <= found <= most:
        return found
    raise WrongCall(f'{name} takes a whole number from {least} to {most}, and got "{value}"')
