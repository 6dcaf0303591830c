"""The scripts that jobs name, among the files beside and below a template, as Python reads them.

A file is told by the end of its key, as `local-glue run` tells it (scripts.py). A key that holds what is only known in a
deployment is compared without that; an address that Parameter Store keeps is looked for by the parameter's name.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from glue_client.intrinsics import PLACE
from local_glue import scripts
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
    """The files among which scripts are looked for: those of the template's repository, else those of its folder."""

    def __init__(self) -> None:
        self._scripts: dict[Path, Script] = {}

    def find(self, template: Path, address: str) -> Script | None:
        """The one file that an address ends like, as `s3://bucket/jobs/clean.py`; None where none or several do."""
        folder = scripts.repository(template.resolve().parent)
        stored = STORED.search(address)
        files = _files(folder)
        if stored:
            parts = stored[1].strip("/").split("/")
            paths = [one for one in files if one.name.split(".")[0] == parts[-1] and one.suffix in (".py", ".json")]
            named = {one.with_name(parts[-1]): one for one in paths}
            found = [named[one] for one in scripts.closest("/".join(parts), named, folder)]
        else:
            key = PLACE.sub("$", address).partition("://")[2].partition("/")[2] or PLACE.sub("$", address)
            parts = [part for part in key.split("/") if part not in ("", ".", "..")]
            found = scripts.closest("/".join(parts), files, folder)
        if not found or not scripts.are_equal(found):
            return None
        return self._scripts.setdefault(found[0], Script(found[0]))


@cache
def _files(folder: Path) -> Sequence[Path]:
    return list(scripts.files_of(folder))


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
