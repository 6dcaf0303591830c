"""Options as scripts give them: names in any case, booleans and numbers as texts too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Options:
    """A script's options, found by name whatever its case; of two of one name the later wins."""

    def __init__(self, *given: Mapping[str, Any] | None) -> None:
        self._values = {name.lower(): value for options in given for name, value in (options or {}).items()}

    @property
    def given(self) -> dict[str, Any]:
        """All of them, by their names in lower case."""
        return dict(self._values)

    def get(self, name: str, default: Any = None) -> Any:
        """The value as it was given; the default where it is not given, None or an empty text."""
        value = self._values.get(name.lower())
        return default if value is None or value == "" else value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, or the text of one.

        Raises:
            ValueError: it is neither.
        """
        value = self.get(name, default)
        if str(value).lower() not in ("true", "false"):
            raise ValueError(f"{name} must be true or false, not {value!r}")
        return str(value).lower() == "true"

    def number(self, name: str) -> float | None:
        """A number, or the text of one; None where it is not given.

        Raises:
            ValueError: it is neither.
        """
        value = self.get(name)
        try:
            return None if value is None else float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must be a number, not {value!r}") from None

    def texts(self, name: str) -> list[str]:
        """A list of texts; given as such, as a JSON list, or as one text.

        Raises:
            ValueError: it is none of these.
        """
        value = self.get(name, [])
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                raise ValueError(f"{name} must be a JSON list of texts, not {value!r}") from None
        if isinstance(value, str):
            return [value]
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{name} must be a list of texts, not {value!r}")
        return list(value)

    def refuse(self, reasons: Mapping[str, str], where: str) -> None:
        """Refuse options by name.

        Raises:
            NotImplementedError: one of them is given.
        """
        for name, reason in reasons.items():
            if self.get(name) is not None:
                raise NotImplementedError(f"{where}: the option {name} is not supported here: {reason}")
