"""What holds for every template, a new one too: no wildcards, no confused deputy, no role passed to just any service.

Which actions take resources is read off the service authorization reference, as cfn-lint has it.
"""

import fnmatch
import json
import re
from importlib.resources import files

import pytest
from cfnlint.decode import cfn_yaml

from tests.cloudformation.conftest import FOLDER

TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.yml"))
ACTIONS = json.loads((files("cfnlint") / "data/AdditionalSpecs/Policies.json").read_text(encoding="utf-8"))
NARROWED = {"cloudwatch:PutMetricData": "cloudwatch:namespace"}
"""Actions on metrics, which have no ARN: the condition key that takes its place (CloudWatch user guide)."""

SOURCES = ("aws:SourceAccount", "aws:SourceArn", "kms:EncryptionContext:aws:logs:arn")
"""What names the account for which a service comes; logs name theirs to keys (CloudWatch Logs user guide)."""


def as_list(value):
    return value if isinstance(value, list) else [value]


def flat(statements):
    """The statements of a list, those of Fn::If too."""
    for one in as_list(statements):
        if "Fn::If" in one:
            yield from flat([part for part in one["Fn::If"][1:] if "Ref" not in part])
        else:
            yield one


def documents(node):
    """Every policy document below a node: whatever has statements."""
    if isinstance(node, dict):
        if "Statement" in node:
            yield node
        for value in node.values():
            yield from documents(value)
    elif isinstance(node, list):
        for value in node:
            yield from documents(value)


def policies(stack):
    """(logical id, resource, statement) of every statement of a template."""
    for key, resource in cfn_yaml.load(str(FOLDER / f"{stack}.yml"))["Resources"].items():
        for document in documents(resource.get("Properties", {})):
            for statement in flat(document["Statement"]):
                yield key, resource, statement


def of_roles(stack):
    return [(key, one) for key, resource, one in policies(stack) if "Principal" not in one]


def of_services(stack):
    """Statements that let services in: (logical id, resource, statement)."""
    return [
        (key, resource, one)
        for key, resource, one in policies(stack)
        if one["Effect"] == "Allow" and isinstance(one.get("Principal"), dict) and "Service" in one["Principal"]
    ]


def takes_resources(action):
    service, _, name = action.partition(":")
    return bool(ACTIONS[service]["Actions"][name.lower()].get("Resources"))


def has_comment(stack, statement):
    """Whether a comment stands right above a statement or in it."""
    lines = (FOLDER / f"{stack}.yml").read_text(encoding="utf-8").splitlines()
    comments = [line.strip().startswith("#") for line in lines]
    first, last = statement.start_mark.line, statement.end_mark.line
    while comments[last - 1] or not lines[last - 1].strip():  # those are about what follows
        last -= 1
    return comments[first - 1] or any(comments[first:last])


def conditions(statement):
    return {key for keys in statement.get("Condition", {}).values() for key in keys}


@pytest.fixture(params=TEMPLATES)
def stack_file(request):
    return request.param


def test_actions_are_named_one_by_one(stack_file):
    found = [
        (key, one.get("Sid"), action) for key, one in of_roles(stack_file) for action in as_list(one.get("Action"))
    ]
    assert [one for one in found if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", str(one[2]))] == []


def test_actions_are_actions_of_aws(stack_file):
    """Those of roles, and of what says who comes to it: keys, topics, buckets, endpoints; there stars may end them."""
    actions = {action for _, _, one in policies(stack_file) for action in as_list(one.get("Action", []))}
    for service, _, name in (action.partition(":") for action in actions if action != "*"):
        assert fnmatch.filter(ACTIONS[service]["Actions"], name.lower()), f"{service}:{name}"


def test_nothing_is_allowed_by_what_it_is_not(stack_file):
    wrong = {"NotAction", "NotResource", "NotPrincipal"}
    assert [(key, one.get("Sid")) for key, _, one in policies(stack_file) if wrong & set(one)] == []


def test_all_resources_are_allowed_only_where_aws_has_none_and_it_is_said_beside(stack_file):
    for key, one in of_roles(stack_file):
        if one["Effect"] != "Allow" or "*" not in as_list(one["Resource"]):
            continue
        wide = [action for action in as_list(one["Action"]) if takes_resources(action)]
        assert [action for action in wide if NARROWED.get(action) not in conditions(one)] == [], (key, one["Sid"])
        assert has_comment(stack_file, one), (key, one["Sid"])


def test_services_come_for_this_account_only(stack_file):
    """But where AWS documents that such a condition shuts them out, which the resource's Metadata then says."""
    for key, resource, one in of_services(stack_file):
        excused = resource.get("Metadata", {}).get("NoSourceCondition", {})
        assert (conditions(one) & set(SOURCES) != set()) != (one.get("Sid") in excused), (key, one.get("Sid"))


def test_roles_are_passed_to_named_services_only(stack_file):
    for key, one in of_roles(stack_file):
        if one["Effect"] == "Allow" and "iam:PassRole" in as_list(one["Action"]):
            assert "*" not in as_list(one["Resource"]), key
            assert "iam:PassedToService" in conditions(one), key


def test_the_needs_that_nobody_sees_here_say_why(stack_file):
    template = cfn_yaml.load(str(FOLDER / f"{stack_file}.yml"))
    granted = {}
    for key, one in of_roles(stack_file):
        granted.setdefault(key, set()).update(as_list(one["Action"]))
    of_all = {action for actions in granted.values() for action in actions}
    said = [(of_all, need) for need in template["Metadata"].get("UnseenNeeds", [])]
    for key, resource in template["Resources"].items():
        said += [(granted[key], need) for need in resource.get("Metadata", {}).get("UnseenNeeds", [])]
    for actions, need in said:
        assert set(need) <= {"Action", "Resource", "Why"}
        assert len(need["Why"]) > 20
        assert set(as_list(need["Action"])) <= actions, need
