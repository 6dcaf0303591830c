import re
from collections import Counter

import pytest
import yaml
from cfnlint.api import ManualArgs, lint

ACTION = re.compile(r"(?:- |Action: )[a-z0-9-]+:([A-Z][A-Za-z]+)")


def test_cfn_lint_finds_nothing_with_all_its_rules(root, stack):
    text = (root / "cloudformation" / f"{stack}.yml").read_text()
    settings = ManualArgs(include_checks=["I"], regions=["us-east-1", "eu-west-1"])

    assert [f"{one.rule.id} line {one.linenumber}: {one.message}" for one in lint(text, config=settings)] == []


@pytest.mark.parametrize("name", ["basic-infra", "delivery", "monitoring", "store-pipeline"])
def test_cfn_lint_finds_each_misspelt_action_of_each_policy(root, templates, name):
    """W3037: of roles, managed policies, keys, topics and buckets, those within Fn::If too: these have all of them."""
    text, planted = (root / "cloudformation" / f"{name}.yml").read_text(), Counter()
    lines = text.splitlines()
    for resource in templates[name]["Resources"].values():
        first, last = resource["Properties"].start_mark.line, resource["Properties"].end_mark.line
        for number in range(first, min(last, len(lines))):
            action = ACTION.fullmatch(lines[number].strip())
            if action:
                lines[number] += "x"
                planted[action[1].lower() + "x"] += 1
    assert planted
    found = lint("\n".join(lines), config=ManualArgs(regions=["us-east-1"]))
    assert Counter(one.message.split("'")[1] for one in found if one.rule.id == "W3037") == planted


def test_cfn_lint_without_arguments_checks_the_same(root):
    settings = yaml.safe_load((root / ".cfnlintrc").read_text())

    assert settings == {"templates": ["cloudformation/*.yml"], "include_checks": ["I"]}


def test_every_template_is_known_to_these_tests(root, templates):
    assert {path.stem for path in (root / "cloudformation").glob("*.yml")} == set(templates)


def test_a_lint_exception_carries_its_reason(root):
    for path in (root / "cloudformation").glob("*.yml"):
        lines = path.read_text().splitlines()
        ignoring = [number for number, line in enumerate(lines) if "ignore_checks" in line]
        assert [number for number in ignoring if not lines[number - 1].lstrip().startswith("#")] == []
