"""The scripts that jobs name, among the files beside and below a template, as Python reads them.

A file is told by the end of its key, as `local-glue run` tells it (matching.py). A key that holds what is only known in
a deployment is compared without that; an address that Parameter Store keeps is looked for by the parameter's name.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from glue_client.intrinsics import PLACE
from local_glue import matching
from local_glue.lint import script_options
from local_glue.lint.values import STORED


@dataclass(frozen=True)
class Script:
    """A script on this disk."""

    path: Path

    @cached_property
    def text(self) -> str:
        """Its text; what is no UTF-8 in it is replaced."""
        return self.path.read_text(encoding="utf-8", errors="replace")

    @cached_property
    def modules(self) -> list[ast.Module]:
        """The script and what it imports of the modules beside it; empty where this Python cannot read the script."""
        found: dict[Path, ast.Module] = {}
        waiting = [self.path]
        while waiting:
            path = waiting.pop(0)
            tree = None if path in found else _parsed(path)
            if tree is not None:
                found[path] = tree
                waiting += _beside(path, tree)
            elif path == self.path:
                return []
        return list(found.values())

    @cached_property
    def options(self) -> script_options.Options:
        """The arguments that it takes."""
        return script_options.of(self.modules)


class Scripts:
    """The files among which scripts are looked for: the repository's, else those here, or beside it."""

    def __init__(self) -> None:
        self._found: dict[tuple[Path, str], Script | None] = {}
        self._scripts: dict[Path, Script] = {}
        self._folders: dict[Path, Path] = {}
        self._names: dict[Path, dict[str, list[Path]]] = {}
        self._stems: dict[Path, dict[str, list[Path]]] = {}

    def find(self, template: Path, address: str) -> Script | None:
        """The one file that an address ends like, as `s3://bucket/jobs/clean.py`; None where none or several do."""
        asked = (template.parent, address)
        if asked not in self._found:
            file = self._file(self._folder(template.parent), address)
            self._found[asked] = None if file is None else self._scripts.setdefault(file, Script(file))
        return self._found[asked]

    def _file(self, folder: Path, address: str) -> Path | None:
        stored = STORED.search(address)
        if stored:
            parts = stored[1].strip("/").split("/")
            files = {path.with_name(parts[-1]): path for path in self._stems[folder].get(parts[-1], [])}
        else:
            text = PLACE.sub("$", address)
            key = text.partition("://")[2].partition("/")[2] or text
            parts = [part for part in key.split("/") if part not in ("", ".", "..")]
            files = {path: path for path in self._names[folder].get(parts[-1] if parts else "", [])}
        found = [files[path] for path in matching.closest("/".join(parts), files, folder)]
        return found[0] if found and matching.are_equal(found) else None

    def _folder(self, beside: Path) -> Path:
        """The folder of the repository, whose files are listed once."""
        if beside not in self._folders:
            folder = self._folders[beside] = _root(beside.resolve())
            if folder not in self._names:
                names, stems = self._names.setdefault(folder, {}), self._stems.setdefault(folder, {})
                for path in matching.files_of(folder):
                    names.setdefault(path.name, []).append(path)
                    if path.suffix in (".py", ".json"):
                        stems.setdefault(path.name.split(".")[0], []).append(path)
        return self._folders[beside]


def _root(folder: Path) -> Path:
    """The repository of a folder; without one where the call was made, if that is above it; else the folder."""
    found, here = matching.repository(folder), Path.cwd()
    outside_of_all = not (found / ".git").exists() and here not in (Path.home(), Path(here.anchor))
    return here if outside_of_all and here in folder.parents else found


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return None


def _beside(path: Path, tree: ast.Module) -> list[Path]:
    """Modules in the same folder that a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level < 2:
            names |= {node.module} if node.module else {alias.name for alias in node.names}
    places = [path.parent.joinpath(*name.split(".")) for name in sorted(filter(None, names))]
    return [file for one in places for file in (one.with_suffix(".py"), one / "__init__.py") if file.is_file()]
