"""The packages of the project as rooms, and which imports which: read from the sources, nothing of them is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from glue_client.plain_text import plain

SERVER = "local_aws"
PACKAGES = ("deploy", "local_glue", "glue_client", SERVER)


@dataclass(frozen=True)
class Room:
    """A package or file, what its docstring begins with, and its inner packages from the highest to the lowest."""

    name: str
    duty: str
    wings: tuple[str, ...]


class House:
    """The rooms below a folder: `build.py`, its packages, `local_aws` with each of its own for itself.

    What stands at the root of `local_aws` and is imported by its packages belongs to no room: it is shared by all.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        inner = sorted(path.parent for path in root.glob(f"{SERVER}/*/__init__.py"))
        self._places = {"build.py": root / "build.py"} | {
            name: root / name for name in PACKAGES if (root / name).is_dir()
        }
        self._places |= {path.relative_to(root).as_posix(): path for path in inner}

    @cached_property
    def rooms(self) -> list[Room]:
        """All of them, from the highest to the lowest."""
        return [Room(name, _duty(self._places[name]), self._wings(name)) for name in _downwards(self.imports)]

    @cached_property
    def imports(self) -> Mapping[str, frozenset[str]]:
        """Room -> the rooms that it imports."""
        found: dict[str, set[str]] = {name: set() for name in self._places}
        for file in self._files():
            own = self._room_of(_module(self._root, file))
            targets = {self._room_of(name) for name in _imported(file)}
            if own:
                found[own] |= {name for name in targets if name and name != own}
        return {name: frozenset(those) for name, those in found.items()}

    def direct(self, name: str) -> list[str]:
        """The rooms that a room imports and that nothing else that it imports leads to."""
        return [
            one
            for one in sorted(self.imports[name])
            if not any(one in self._reached(other) for other in self.imports[name] - {one})
        ]

    def floors(self) -> list[list[str]]:
        """Names by floor from the top: each room stands below all that import it, no lower than it must."""
        floor: dict[str, int] = {}
        for room in self.rooms:
            floor[room.name] = max((floor[one] + 1 for one in floor if room.name in self.imports[one]), default=0)
        return [[name for name in floor if floor[name] == number] for number in range(max(floor.values()) + 1)]

    def _reached(self, name: str) -> set[str]:
        return {name}.union(*(self._reached(one) for one in self.imports[name]))

    def _files(self) -> Iterator[Path]:
        yield self._places["build.py"]
        for folder in PACKAGES:
            yield from sorted((self._root / folder).rglob("*.py"))

    @cached_property
    def _shared(self) -> set[str]:
        """Modules at the root of local_aws that its packages import."""
        alone = {f"{SERVER}.{file.stem}" for file in (self._root / SERVER).glob("*.py")}
        inner = [file for file in (self._root / SERVER).rglob("*.py") if file.parent != self._root / SERVER]
        return alone & {".".join(name.split(".")[:2]) for file in inner for name in _imported(file)}

    def _room_of(self, module: str) -> str | None:
        parts = module.split(".")
        if ".".join(parts[:2]) in self._shared:
            return None
        if parts[0] == SERVER and "/".join(parts[:2]) in self._places:
            return "/".join(parts[:2])
        return {"build": "build.py"}.get(parts[0], parts[0] if parts[0] in self._places else None)

    def _wings(self, name: str) -> tuple[str, ...]:
        """The inner packages by their imports; those of one height by name."""
        folder = self._places[name]
        if not folder.is_dir() or name == SERVER:
            return ()
        wings = {path.parent.name: path.parent for path in folder.glob("*/__init__.py")}
        prefix = _module(self._root, folder / "__init__.py") + "."
        needs: dict[str, frozenset[str]] = {}
        for wing, place in wings.items():
            names = {each for file in place.rglob("*.py") for each in _imported(file) if each.startswith(prefix)}
            found = {each.removeprefix(prefix).partition(".")[0] for each in names}
            needs[wing] = frozenset(found & set(wings) - {wing})
        return tuple(_downwards(needs))


def _downwards(needs: Mapping[str, frozenset[str]]) -> list[str]:
    """Names, each before all that it needs."""
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    found: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), reverse=True)
        found += ready
        sorter.done(*ready)
    return found[::-1]


def _module(root: Path, file: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


@cache
def _imported(file: Path) -> frozenset[str]:
    """What a file imports anywhere in it, by absolute names; each file is read once in a process."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def _duty(place: Path) -> str:
    """The first line of a room's docstring."""
    file = place / "__init__.py" if place.is_dir() else place
    return plain((ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")[0])
