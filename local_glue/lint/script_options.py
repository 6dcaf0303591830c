"""Which arguments a script takes, read from its text: nothing of it is run.

Three ways are known: `getResolvedOptions` of awsglue, argparse, and `arguments.read(kinds, defaults)` of a package
whose reader takes the mapping of names. Names may stand in lists, tuples, mappings, variables and arguments of the
script's own functions. What cannot be read so leaves the set open: then an argument that nobody declares is no finding.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from local_glue.lint.script_names import OPEN, Module, Names, Reader, argument, last_name

RESOLVE = "getResolvedOptions"
ELSEWHERE = frozenset({"click", "typer", "absl", "docopt", "fire", "optparse", "getopt", "hydra"})
"""Libraries that read arguments in ways of their own."""


@dataclass
class Options:
    """The arguments of a script, by name without the leading `--`.

    Attributes:
        required: without which it fails.
        optional: which it takes, too.
        open: whether there may be others.
        strict: whether it fails with one that it does not take (argparse's parse_args).
        asked: those of getResolvedOptions.
    """

    required: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    open: bool = False
    strict: bool = False
    asked: set[str] = field(default_factory=set)

    @property
    def known(self) -> set[str]:
        """All that it is known to take."""
        return self.required | self.optional

    def add(self, names: Names, *, required: bool) -> None:
        """Take what a call names."""
        self.required |= names.sure if required else set()
        self.optional |= names.maybe | (set() if required else names.sure)
        self.open |= names.open


def of(trees: Sequence[ast.Module]) -> Options:
    """The arguments of a script and of the modules beside it that it imports, the script first."""
    found = Options()
    modules = [Module(tree) for tree in trees]
    called = {name for module in modules for _, name in module.calls}
    reader = Reader(modules)
    for module in modules:
        _of_module(module, reader, called, found)
    found.optional -= found.required
    return found


def _of_module(module: Module, reader: Reader, called: Collection[str], found: Options) -> None:
    found.open |= bool(module.loaded & ELSEWHERE)
    for call, name in module.calls:
        always = not module.in_some_cases(call) and all(one in called for one in module.functions_of(call))
        if name == RESOLVE:
            names = reader.names(argument(call, 1, "options"), module)
            found.add(names, required=always)
            found.asked |= names.sure | names.maybe
        elif name == "add_argument" and "argparse" in module.loaded:
            _add_argument(call, found)
        elif name == "parse_args" and "argparse" in module.loaded:
            found.strict = True
        elif name == "read" and _reads_arguments(call.func, module):
            _add_read(call, module, reader, found, always=always)
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "argv" and last_name(node.value) == "sys":
            _add_argv(node, module, found)


def _add_argument(call: ast.Call, found: Options) -> None:
    """One argument of argparse: required when it says so (Python's documentation of argparse)."""
    required = argument(call, len(call.args), "required")
    names = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    found.open |= len(names) < len(call.args) or not names
    flags = frozenset(name[2:] for name in names if name.startswith("--"))
    found.add(Names(flags), required=len(flags) == 1 and isinstance(required, ast.Constant) and bool(required.value))


def _reads_arguments(called: ast.expr, module: Module) -> bool:
    """Whether it is `read` of a module called arguments, which was imported from a package."""
    if isinstance(called, ast.Attribute):
        return module.imported.get(last_name(called.value), "").endswith(".arguments")
    return module.imported.get(last_name(called), "").endswith(".arguments.read")


def _add_read(call: ast.Call, module: Module, reader: Reader, found: Options, *, always: bool) -> None:
    names = reader.names(argument(call, 0, "kinds"), module)
    defaults = argument(call, 1, "defaults")
    optional = Names() if defaults is None else reader.names(defaults, module)
    sure = OPEN.sure if optional.open else names.sure - optional.sure - optional.maybe
    found.add(
        Names(sure, names.maybe | names.sure - sure | optional.sure | optional.maybe, names.open), required=always
    )


def _add_argv(node: ast.Attribute, module: Module, found: Options) -> None:
    """`"--x" in sys.argv` tells of an argument; any other use but that of the known ways may take all there are."""
    for above in module.above(node):
        if isinstance(above, ast.Compare):
            left = above.left.value if isinstance(above.left, ast.Constant) else None
            found.optional |= {left[2:]} if isinstance(left, str) and left.startswith("--") else set()
            return
        if isinstance(above, ast.Call) and last_name(above.func) in (RESOLVE, "parse_args", "parse_known_args"):
            return
        if isinstance(above, ast.stmt):
            found.open = True
            return
