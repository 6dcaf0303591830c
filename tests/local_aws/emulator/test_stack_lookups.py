"""What a request reaches for is what it finds: the other stacks need not be written out and compared."""

import ast
import inspect
import json
import subprocess
import sys

SEEN = """
import json, os, sys, tempfile
os.environ["STATE_DIR"] = tempfile.mkdtemp()
from local_aws.emulator.durable.touches import Touches, noting, watch_stores
from local_aws.emulator.stack_corrections import export_in_use
from local_aws.emulator.stack_lookups import look_for_stacks_quietly
from ministack.services.cloudformation import _stacks, handlers
watch_stores()
look_for_stacks_quietly()
for name in ("a", "b", "c"):
    _stacks[name] = {"StackName": name, "StackId": f"arn:{name}", "StackStatus": "CREATE_COMPLETE", "_template": {},
                     "Outputs": [{"ExportName": f"of-{name}"}]}
found = {}
for label, look in {
    "by id": lambda: handlers._resolve_stack("arn:b"),
    "by name": lambda: handlers._resolve_stack("b"),
    "not there": lambda: handlers._resolve_stack("arn:d"),
    "exports": lambda: export_in_use(_stacks._data[next(key for key in _stacks._data if key[2] == "b")]),
    "another": lambda: _stacks.clear(),
}.items():
    with noting(Touches()) as touches:
        look()
    keys = touches.stores.get(id(_stacks), (None, set()))[1]
    found[label] = sorted(key[2] if isinstance(key, tuple) else "all" for key in keys)
print(json.dumps(found))
"""


def test_a_stack_that_is_found_may_change_and_those_on_the_way_do_not():
    seen = subprocess.run([sys.executable, "-c", SEEN], capture_output=True, text=True, check=True).stdout
    assert json.loads(seen) == {
        "by id": ["arn:b", "b"],
        "by name": ["b"],
        "not there": ["arn:d"],
        "exports": [],
        "another": ["all"],
    }


def going_through(module):
    """The functions of a module that go through all stacks."""
    found = set()
    for function in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            source = ast.unparse(function)
            if "_stacks.values()" in source or "_stacks.items()" in source:
                found.add(function.name)
    return found


def test_the_emulators_own_ways_through_all_stacks_are_those_that_were_looked_at():
    """Each but _resolve_stack only reads; a new one must be looked at."""
    from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

    modules = (changesets, engine, handlers, provisioners, stacks)
    assert {one for module in modules for one in going_through(module)} == {
        "_resolve_stack",
        "_describe_stacks",
        "_list_stacks",
        "_describe_events",
        "_delete_stack",
        "_list_imports",
        "_describe_stack_drift_detection_status",
        "_nested_stack_lookup_name",
        "_import_owner",
    }
