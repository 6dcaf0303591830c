"""Attributes of resource types, against what cfn-lint finds when it is imported."""

from local_aws.templates import registry
from local_aws.templates.attributes import attributes


def test_the_attributes_of_all_types_are_those_that_cfn_lint_finds():
    from cfnlint.schema import Schema

    differing = []
    for name in sorted(registry.types()):
        expected = {
            attribute: pointer
            for attribute, pointer in Schema(dict(registry.schema(name))).get_atts.data.items()
            if "*" not in pointer
        }
        made_up_by_templates = any(".*" in attribute for attribute in expected)  # those of nested stacks
        if attributes(name) != expected and not made_up_by_templates:
            differing.append((name, attributes(name), expected))
    assert differing == []


def test_attributes_of_a_database():
    found = attributes("AWS::RDS::DBInstance")
    assert found["Endpoint.Address"] == "/properties/Endpoint/Address"
    assert "NoSuchThing" not in found
