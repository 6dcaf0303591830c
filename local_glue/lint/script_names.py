"""The texts that expressions of a script hold, as far as its text tells: nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_DEEPEST = 6
_COLLECTIONS = ("list", "tuple", "set", "sorted", "dict", "fromkeys", "frozenset")


@dataclass(frozen=True)
class Names:
    """The texts that an expression holds: those that it holds always, those that it holds in some cases, or others."""

    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    open: bool = False

    def __or__(self, other: Names) -> Names:
        return Names(self.sure | other.sure, self.maybe | other.maybe, self.open or other.open)

    def in_some_cases(self) -> Names:
        """The same, of which none is sure."""
        return Names(frozenset(), self.sure | self.maybe, self.open)


OPEN = Names(open=True)


class Module:
    """A module with what its expressions are looked up in."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.calls = [(node, last_name(node.func)) for node in self.nodes if isinstance(node, ast.Call)]
        """Each call with the last name of what it calls."""
        self.imported = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in self.nodes
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        """Names that come from other modules, and where from."""
        whole = [alias.name for node in self.nodes if isinstance(node, ast.Import) for alias in node.names]
        self.loaded = {name.partition(".")[0] for name in (*whole, *self.imported.values())}
        """Packages that it imports."""

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a part stands in, from the nearest on."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def in_some_cases(self, node: ast.AST) -> bool:
        """Whether a part is passed by in some runs."""
        below = node
        for above in self.above(node):
            tests_main = isinstance(above, ast.If) and "__name__" in ast.dump(above.test)
            if isinstance(above, ast.IfExp | ast.Try | ast.If) and not tests_main:
                return below is not getattr(above, "test", None)
            below = above
        return False

    def function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        """The function that a part stands in."""
        return next((above for above in self.above(node) if isinstance(above, ast.FunctionDef)), None)

    def functions_of(self, node: ast.AST) -> Iterator[str]:
        """The names by which the functions that a part stands in are called, a class's for its __init__."""
        above = [one for one in self.above(node) if isinstance(one, ast.FunctionDef | ast.ClassDef)]
        for number, one in enumerate(above):
            if isinstance(one, ast.FunctionDef):
                yield above[number + 1].name if one.name == "__init__" and number + 1 < len(above) else one.name

    def assigned(self, name: str) -> list[ast.expr]:
        """What a variable is given."""
        found: list[ast.expr] = []
        for node in self.nodes:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found += [node.value for one in targets if isinstance(one, ast.Name) and one.id == name]
        return found


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """An argument of a call, by its name or its place."""
    named = next((one.value for one in call.keywords if one.arg == name), None)
    return named or (call.args[place] if len(call.args) > place else None)


class Reader:
    """Reads the texts in expressions of a script and of its modules."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = modules

    def names(self, node: ast.expr | None, module: Module, depth: int = 0) -> Names:
        """The texts in an expression: the items of a list, the keys of a mapping."""
        if node is None or depth > _DEEPEST:
            return OPEN
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return _union(self._item(one, module, depth + 1) for one in node.elts)
        if isinstance(node, ast.Dict):
            return self._keys(node, module, depth + 1)
        if isinstance(node, ast.BinOp | ast.IfExp | ast.Call):
            return self._made(node, module, depth + 1)
        return self._named(node, module, depth + 1) if isinstance(node, ast.Name) else OPEN

    def _keys(self, node: ast.Dict, module: Module, depth: int) -> Names:
        pairs = zip(node.keys, node.values, strict=True)
        return _union(
            self._item(key, module, depth) if key else self.names(value, module, depth) for key, value in pairs
        )

    def _made(self, node: ast.BinOp | ast.IfExp | ast.Call, module: Module, depth: int) -> Names:
        if isinstance(node, ast.IfExp):
            return (self.names(node.body, module, depth) | self.names(node.orelse, module, depth)).in_some_cases()
        if isinstance(node, ast.Call):
            known = node.args and last_name(node.func) in _COLLECTIONS
            return self.names(node.args[0], module, depth) if known else OPEN
        if isinstance(node.op, ast.Add | ast.BitOr):
            return self.names(node.left, module, depth) | self.names(node.right, module, depth)
        return OPEN

    def _item(self, node: ast.expr, module: Module, depth: int) -> Names:
        if isinstance(node, ast.Starred):
            return self.names(node.value, module, depth)
        values = module.assigned(node.id) if isinstance(node, ast.Name) else [node]
        if len(values) == 1 and isinstance(values[0], ast.Constant) and isinstance(values[0].value, str):
            return Names(frozenset({values[0].value}))
        return OPEN

    def _named(self, node: ast.Name, module: Module, depth: int) -> Names:
        """The texts that a variable holds: by its assignments, by what is added to it, by the calls of its function."""
        function = module.function_of(node)
        if function is not None:
            plain = [one.arg for one in function.args.posonlyargs + function.args.args]
            rest = function.args.vararg is not None and function.args.vararg.arg == node.id
            if rest or node.id in plain:
                return self._passed(function.name, node.id, len(plain) if rest else plain.index(node.id), rest=rest)
        values = [self.names(one, module, depth) for one in module.assigned(node.id)]
        return _one_of(values) | self._grown(node.id, module, depth) if values else OPEN

    def _passed(self, function: str, name: str, place: int, *, rest: bool) -> Names:
        """What the calls of a function pass to its parameter."""
        found = []
        for module in self.modules:
            for call, called in module.calls:
                if called == function and rest:
                    found.append(_union(self._item(one, module, 1) for one in call.args[place:]))
                elif called == function:
                    given = argument(call, place, name)
                    found.append(OPEN if given is None or isinstance(given, ast.Name) else self.names(given, module, 1))
        return _one_of(found) if found else OPEN

    def _grown(self, name: str, module: Module, depth: int) -> Names:
        """What is added to a variable later, which may be in some runs only."""
        found = Names()
        for node in module.nodes:
            if isinstance(node, ast.AugAssign) and last_name(node.target) == name:
                found |= self.names(node.value, module, depth)
        for call, called in module.calls:
            if isinstance(call.func, ast.Attribute) and call.args and last_name(call.func.value) == name:
                if called in ("append", "add", "insert"):
                    found |= self._item(call.args[-1], module, depth)
                elif called in ("extend", "update"):
                    found |= self.names(call.args[0], module, depth)
        return found.in_some_cases()


def _one_of(found: Sequence[Names]) -> Names:
    return found[0] if len(found) == 1 else _union(found).in_some_cases()


def _union(found: Iterable[Names]) -> Names:
    together = Names()
    for one in found:
        together |= one
    return together
