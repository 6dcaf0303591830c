"""Which names a function reads, and what it calls reads, as far as its code tells: nothing is run."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import Any


def names_read(*functions: Any, also: str = "") -> set[str]:
    """The texts that stand in the code of functions, of all of the project's that they call, and in its constants.

    Args:
        functions: where it begins; a bound method brings its object, a closure what it closes over.
        also: a package or module beside the project's own, whose functions are followed too.
    """
    reading = _Reading(("local_aws", also) if also else ("local_aws",))
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [(each, ()) for each in functions]
    while waiting:
        value, owners = waiting.pop()
        if isinstance(value, str):
            found.add(value)
            found.update(value.split())
        elif id(value) not in seen:
            seen.add(id(value))
            waiting += reading.behind(value, owners)
    return found


class _Reading:
    """What stands behind values of some packages."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._packages = packages

    def behind(self, value: Any, owners: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        """What stands behind a value: (it, the objects whose methods its code may name)."""
        if isinstance(value, dict):
            yield from ((each, owners) for pair in value.items() for each in pair)
        elif isinstance(value, tuple | list | set | frozenset):
            yield from ((each, owners) for each in value)
        elif isinstance(value, types.MethodType):
            yield value.__func__, (*owners, value.__self__)
        elif isinstance(value, staticmethod | classmethod):
            yield value.__func__, owners
        elif isinstance(value, functools.partial):
            yield value.func, owners
            yield list(value.args), owners
        elif isinstance(value, types.FunctionType) and value.__module__.startswith(self._packages):
            owners = (*owners, *self._closed_over(value))
            yield from ((each, owners) for each in self._closed_over(value))
            yield from self._in_code(value.__code__, value.__globals__, owners, value.__doc__)
        elif isinstance(value, type) and self._is_ours(value):
            yield from ((each, owners) for name, each in vars(value).items() if name in ("__init__", "__post_init__"))

    @staticmethod
    def _closed_over(function: types.FunctionType) -> list[Any]:
        return [cell.cell_contents for cell in function.__closure__ or ()]

    def _in_code(
        self, code: types.CodeType, known: dict[str, Any], owners: tuple[Any, ...], docstring: str | None = None
    ) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                yield from self._in_code(constant, known, owners)
            elif docstring is None or constant != docstring:
                yield constant, owners
        # What it refers to by name: in its module, on its objects and theirs, on classes and modules of its module.
        reached = [each for owner in owners for each in (owner, *self._parts(owner))]
        named = [known[name] for name in code.co_names if name in known]
        holders = [each for each in named if isinstance(each, type | types.ModuleType) and self._is_ours(each)]
        for name in code.co_names:
            if name in known and self._tells(known[name]):
                yield known[name], owners
            for holder in (*reached, *holders):
                member = getattr(holder, name, None) if self._is_ours(holder) or holder in reached else None
                if isinstance(member, types.MethodType | types.FunctionType):
                    yield member, owners

    def _parts(self, owner: Any) -> list[Any]:
        return (
            [part for part in vars(owner).values() if self._is_ours(type(part))] if hasattr(owner, "__dict__") else []
        )

    def _is_ours(self, value: Any) -> bool:
        return str(getattr(value, "__module__", getattr(value, "__name__", ""))).startswith(self._packages)

    @staticmethod
    def _tells(value: Any) -> bool:
        return isinstance(value, str | tuple | list | dict | set | frozenset | types.FunctionType | type)
