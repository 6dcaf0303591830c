"""Whatever stands where something else should: findings, and no rule that breaks (cfn-lint would say E0002)."""

import itertools
import json
from copy import deepcopy

from cfnlint.decode import cfn_yaml

from local_glue.lint import rules
from local_glue.lint.project import Project
from local_glue.lint.values import Source
from tests.local_glue.lint.conftest import TEMPLATE

ODD = [
    None,
    [],
    {},
    "x",
    7,
    [["x"]],
    {"Ref": "Role"},
    {"Fn::If": ["A"]},
    {"Fn::Sub": []},
    {"Fn::GetAtt": []},
    {"x": None},
]


def places(node, path=()):
    yield path
    if isinstance(node, dict | list):
        keys = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            yield from places(node[key], (*path, key))


def spoiled(template, path, value):
    changed = deepcopy(template)
    *above, last = path
    node = changed
    for key in above:
        node = node[key]
    node[last] = value
    return changed


def breaks(template, file):
    """What the rules raise, and where they point to what is not in the template."""
    source = Source(str(file), template)
    project = Project([source])
    for name in rules.__all__:
        try:
            list(getattr(rules, name)().findings(project, source))
        except Exception as error:  # noqa: BLE001 - any is a fault
            yield f"{name}: {error!r}"


def test_no_rule_breaks_on_an_odd_template(bench):
    file = bench.folder / "odd.yml"
    template = json.loads(json.dumps(cfn_yaml.loads(TEMPLATE)))
    assert list(breaks(template, file)) == []
    values = itertools.cycle(ODD)
    broken = {}
    for path in places(template):
        if path:
            value = next(values)
            broken |= dict.fromkeys(breaks(spoiled(template, path, value), file), (path, value))
    assert broken == {}
