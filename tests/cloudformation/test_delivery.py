"""The role for deliveries, read off its template. That it is enough is shown by a deployment (tests/end_to_end)."""

import pytest

SUB, AUD = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
OWN_STACKS = ["basic-infra", "data-quality", "glue-catalog", "glue-jobs", "glue-workflow"]
EVERYTHING = {
    "ExportsAndDetections": [
        "cloudformation:DescribeStackDriftDetectionStatus",
        "cloudformation:ListExports",
        "cloudformation:ListImports",
    ]
}
"""Statements on `*`: what they allow knows no resource."""


@pytest.fixture(scope="module")
def resources(templates):
    return templates["delivery"]["Resources"]


@pytest.fixture(scope="module")
def statements(resources):
    [policy] = resources["DeployRole"]["Properties"]["Policies"]
    return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}


def as_list(value):
    return value if isinstance(value, list) else [value]


def test_one_environment_of_one_repository_alone_may_take_it(resources):
    [trust] = resources["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {
        "StringEquals": {
            AUD: "sts.amazonaws.com",
            SUB: {"Fn::Sub": "repo:${Repository}:environment:${HostEnvironment}"},
        }
    }
    assert (trust["Action"], list(trust["Principal"])) == ("sts:AssumeRoleWithWebIdentity", ["Federated"])


@pytest.mark.parametrize("name", ["*/*", "me/*", "me", "me/mine:pull_request", "me/mi ne", "me/mine*", ""])
def test_a_repository_has_no_wildcards(templates, name):
    import re

    pattern = templates["delivery"]["Parameters"]["Repository"]["AllowedPattern"]
    assert not re.search(pattern, name)
    assert re.search(pattern, "me/mine.of-1_x")


def test_nothing_is_allowed_by_a_star_but_what_knows_no_resource(statements):
    for sid, one in statements.items():
        assert [action for action in as_list(one["Action"]) if "*" in action] == [], sid
        if "*" in as_list(one["Resource"]):
            assert as_list(one["Action"]) == EVERYTHING[sid]


def test_it_deletes_stacks_only_once_they_hold_nothing(statements):
    """CloudFormation deletes what a stack holds with its caller's rights: no bucket, table, database, job or role."""
    deletes = [action for one in statements.values() for action in as_list(one["Action"]) if ":Delete" in action]
    assert sorted(deletes) == [
        "cloudformation:DeleteChangeSet",
        "cloudformation:DeleteStack",
        "glue:DeleteTrigger",
        "iam:DeleteRolePolicy",
        "s3:DeleteObject",
    ]


def test_it_deploys_these_stacks(statements):
    found = [one["Fn::Sub"].partition(":stack/")[2] for one in statements["Stacks"]["Resource"]]
    assert found == [f"{name}${{Environment}}/*" for name in OWN_STACKS]


def test_it_makes_and_widens_roles_only_within_the_boundary(statements):
    makes = [
        sid
        for sid, one in statements.items()
        if any(
            action.startswith(("iam:Create", "iam:Put", "iam:Attach", "iam:Delete"))
            for action in as_list(one["Action"])
        )
    ]
    assert makes == ["RolesWithinTheBoundary"]
    assert statements["RolesWithinTheBoundary"]["Condition"] == {
        "StringEquals": {"iam:PermissionsBoundary": {"Ref": "Boundary"}}
    }
    assert statements["PassToGlue"]["Condition"] == {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}


def test_the_boundary_gives_no_rights_on_rights(resources):
    document = resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    plain = [one for statement in document for one in ([statement] if "Sid" in statement else statement["Fn::If"][1:2])]
    actions = {action for one in plain if one["Effect"] == "Allow" for action in as_list(one["Action"])}
    assert {action.partition(":")[0] for action in actions} == {"s3", "glue", "logs", "cloudwatch"}


def test_roles_of_the_stacks_take_a_boundary(templates):
    for stack in ("glue-jobs", "glue-catalog"):
        roles = [one for one in templates[stack]["Resources"].values() if one["Type"] == "AWS::IAM::Role"]
        assert roles
        for role in roles:
            assert role["Properties"]["PermissionsBoundary"]["Fn::If"][:2] == [
                "HasBoundary",
                {"Ref": "PermissionsBoundary"},
            ]
