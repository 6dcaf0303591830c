"""Which arguments a script takes, read from its text: nothing of it is run.

Three ways are known: `getResolvedOptions` of awsglue, argparse, and `arguments.read(kinds, defaults)` of a package whose
reader takes the mapping of names. Names may stand in lists, tuples, mappings, variables and arguments of the script's own
functions. What cannot be read so leaves the set open: then an argument that nobody declares is no finding.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

RESOLVE = "getResolvedOptions"
PARSERS = ("ArgumentParser",)
ELSEWHERE = ("click", "typer", "absl", "docopt", "fire", "optparse", "getopt", "hydra")
"""Libraries that read arguments in ways of their own."""
_DEEPEST = 6


@dataclass
class Options:
    """The arguments of a script, by name without the leading `--`.

    Attributes:
        required: without which it fails.
        optional: which it takes, too.
        open: whether there may be others.
        strict: whether it fails with one that it does not take (argparse's parse_args).
    """

    required: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    open: bool = False
    strict: bool = False

    @property
    def known(self) -> set[str]:
        """All that it is known to take."""
        return self.required | self.optional

    def add(self, names: Names, *, required: bool) -> None:
        """Take what a call names."""
        self.required |= names.sure if required else set()
        self.optional |= names.maybe | (set() if required else names.sure)
        self.open |= names.open


@dataclass(frozen=True)
class Names:
    """The texts that an expression holds: those that it holds always, and those that it holds in some cases."""

    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    open: bool = False

    def __or__(self, other: Names) -> Names:
        return Names(self.sure | other.sure, self.maybe | other.maybe, self.open or other.open)

    def in_some_cases(self) -> Names:
        """The same, of which none is sure."""
        return Names(frozenset(), self.sure | self.maybe, self.open)


_OPEN = Names(open=True)


def of(trees: Sequence[ast.Module]) -> Options:
    """The arguments of a script and of the modules beside it that it imports, the script first."""
    found = Options()
    modules = [_Module(tree) for tree in trees]
    called = {name for module in modules for _, name in module.calls()}
    for module in modules:
        _of_module(module, modules, found, called)
    found.optional -= found.required
    return found


class _Module:
    """A module with what its expressions are looked up in."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.imported = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        self.loaded = {
            alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {name.partition(".")[0] for name in self.imported.values()}

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Each call with the last name of what it calls."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, _last_name(node.func)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parents:
            node = self.parents[node]
            yield node

    def in_some_cases(self, node: ast.AST) -> bool:
        """Whether a part is passed by in some runs."""
        below = node
        for above in self.above(node):
            tests_main = isinstance(above, ast.If) and "__name__" in ast.dump(above.test)
            if isinstance(above, ast.IfExp | ast.Try) or (isinstance(above, ast.If) and not tests_main):
                return below is not getattr(above, "test", None)
            below = above
        return False

    def function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        return next((above for above in self.above(node) if isinstance(above, ast.FunctionDef)), None)

    def functions_of(self, node: ast.AST) -> Iterator[str]:
        """The names by which the functions that a part stands in are called, a class's for its __init__."""
        above = [one for one in self.above(node) if isinstance(one, ast.FunctionDef | ast.ClassDef)]
        for number, one in enumerate(above):
            if isinstance(one, ast.FunctionDef):
                yield above[number + 1].name if one.name == "__init__" and number + 1 < len(above) else one.name


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _of_module(module: _Module, modules: Sequence[_Module], found: Options, called: Collection[str]) -> None:
    found.open |= bool(module.loaded & {*ELSEWHERE})
    for call, name in module.calls():
        always = not module.in_some_cases(call) and all(one in called for one in module.functions_of(call))
        if name == RESOLVE:
            node = _argument(call, 1, "options")
            found.add(_names(node, module, modules) if node else _OPEN, required=always)
        elif name == "add_argument" and "argparse" in module.loaded:
            _add_argument(call, found)
        elif name == "parse_args" and "argparse" in module.loaded:
            found.strict = True
        elif name == "read" and _reads_arguments(call.func, module):
            _add_read(call, module, modules, found, always=always)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "argv" and _last_name(node.value) == "sys":
            _add_argv(node, module, found)


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    named = next((one.value for one in call.keywords if one.arg == name), None)
    return named or (call.args[place] if len(call.args) > place else None)


def _add_argument(call: ast.Call, found: Options) -> None:
    """One argument of argparse: required when it says so (Python's documentation of argparse)."""
    said = {one.arg: one.value for one in call.keywords}
    required = isinstance(said.get("required"), ast.Constant) and bool(said["required"].value)  # type: ignore[attr-defined]
    names = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    found.open |= len(names) < len(call.args) or not names
    flags = {name[2:] for name in names if name.startswith("--")}
    if len(flags) == 1:
        found.add(Names(frozenset(flags)), required=required)
    else:
        found.optional |= flags


def _reads_arguments(called: ast.expr, module: _Module) -> bool:
    """Whether it is `read` of a module called arguments, which was imported from a package."""
    if isinstance(called, ast.Attribute):
        return module.imported.get(_last_name(called.value), "").endswith(".arguments")
    return module.imported.get(_last_name(called), "").endswith(".arguments.read")


def _add_read(call: ast.Call, module: _Module, modules: Sequence[_Module], found: Options, *, always: bool) -> None:
    kinds, defaults = _argument(call, 0, "kinds"), _argument(call, 1, "defaults")
    names = _names(kinds, module, modules) if kinds else _OPEN
    optional = _names(defaults, module, modules) if defaults else Names()
    found.add(Names(names.sure - optional.sure - optional.maybe, names.maybe, names.open), required=always)
    found.optional |= optional.sure | optional.maybe
    if optional.open:
        found.required.clear()


def _add_argv(node: ast.Attribute, module: _Module, found: Options) -> None:
    """`"--x" in sys.argv` tells of an argument; any other use but that of the known ways may take all there are."""
    for above in module.above(node):
        if isinstance(above, ast.Compare):
            if isinstance(above.left, ast.Constant) and str(above.left.value).startswith("--"):
                found.optional.add(str(above.left.value)[2:])
            return
        if isinstance(above, ast.Call) and _last_name(above.func) in (RESOLVE, "parse_args", "parse_known_args"):
            return
        if isinstance(above, ast.stmt):
            found.open = True
            return


def _names(node: ast.expr, module: _Module, modules: Sequence[_Module], depth: int = 0) -> Names:
    """The texts in an expression: the items of a list, the keys of a mapping."""
    if depth > _DEEPEST:
        return _OPEN
    again = depth + 1
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _union(_item(one, module, modules, again) for one in node.elts)
    if isinstance(node, ast.Dict):
        keys = zip(node.keys, node.values, strict=True)
        return _union(
            _item(key, module, modules, again) if key else _names(value, module, modules, again) for key, value in keys
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
        return _names(node.left, module, modules, again) | _names(node.right, module, modules, again)
    if isinstance(node, ast.IfExp):
        chosen = _names(node.body, module, modules, again) | _names(node.orelse, module, modules, again)
        return chosen.in_some_cases()
    if isinstance(node, ast.Call) and node.args:
        if _last_name(node.func) in ("list", "tuple", "set", "sorted", "dict", "fromkeys", "frozenset"):
            return _names(node.args[0], module, modules, again)
    if isinstance(node, ast.Name):
        return _named(node, module, modules, again)
    return _OPEN


def _item(node: ast.expr, module: _Module, modules: Sequence[_Module], depth: int) -> Names:
    if isinstance(node, ast.Starred):
        return _names(node.value, module, modules, depth)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Names(frozenset({node.value}))
    if isinstance(node, ast.Name):
        values = [one.value for one in _assigned(node.id, module) if isinstance(one.value, ast.Constant)]
        if len(values) == 1 and isinstance(values[0].value, str):
            return Names(frozenset({values[0].value}))
    return _OPEN


def _union(found: Iterator[Names]) -> Names:
    together = Names()
    for one in found:
        together |= one
    return together


def _assigned(name: str, module: _Module) -> list[ast.Assign | ast.AnnAssign]:
    """Where a variable gets its value."""
    found: list[ast.Assign | ast.AnnAssign] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            found.append(node)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            found.append(node)
    return [one for one in found if one.value is not None]


def _named(node: ast.Name, module: _Module, modules: Sequence[_Module], depth: int) -> Names:
    """The texts that a variable holds: by its assignments, by what is added to it, by the calls of its function."""
    function = module.function_of(node)
    if function is not None:
        own = function.args
        plain = [one.arg for one in own.posonlyargs + own.args]
        rest = own.vararg.arg if own.vararg else None
        if node.id in plain or node.id == rest:
            place = plain.index(node.id) if node.id in plain else len(plain)
            return _passed(function.name, node.id, place, modules, depth, rest=node.id == rest)
    values = [_names(one.value, module, modules, depth) for one in _assigned(node.id, module) if one.value]
    if not values:
        return _OPEN
    found = values[0] if len(values) == 1 else _union(iter(values)).in_some_cases()
    return found | _grown(node.id, module, modules, depth)


def _passed(function: str, name: str, place: int, modules: Sequence[_Module], depth: int, *, rest: bool) -> Names:
    """What the calls of a function pass to its parameter."""
    found = []
    for module in modules:
        for call, called in module.calls():
            if called == function and rest:
                found.append(_union(_item(one, module, modules, depth) for one in call.args[place:]))
            elif called == function:
                node = _argument(call, place, name)
                found.append(_names(node, module, modules, depth) if node else _OPEN)
    if not found:
        return _OPEN
    return found[0] if len(found) == 1 else _union(iter(found)).in_some_cases()


def _grown(name: str, module: _Module, modules: Sequence[_Module], depth: int) -> Names:
    """What is added to a variable later, which may be in some runs only."""
    found = Names()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.AugAssign) and _last_name(node.target) == name:
            found |= _names(node.value, module, modules, depth).in_some_cases()
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if _last_name(node.func.value) == name and node.func.attr in ("append", "add", "insert"):
                found |= _item(node.args[-1], module, modules, depth).in_some_cases()
            elif _last_name(node.func.value) == name and node.func.attr in ("extend", "update"):
                found |= _names(node.args[0], module, modules, depth).in_some_cases()
    return found
