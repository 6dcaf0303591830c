"""IAM's lists come in pages, roles look as on AWS, and STS holds its parameters to their bounds (API references)."""

import json

import pytest

from tests.local_aws.aws_server import allow, error_of, unique


@pytest.fixture(scope="module")
def iam(local_aws):
    return local_aws.client("iam")


def pages(call, key, size, **parameters):
    found, marker = [], {}
    while True:
        page = call(MaxItems=size, **marker, **parameters)
        found.append([entry if isinstance(entry, str) else next(iter(entry.values())) for entry in page[key]])
        if not page["IsTruncated"]:
            assert "Marker" not in page
            return found
        marker = {"Marker": page["Marker"]}


def test_lists_come_in_pages(iam):
    path = f"/{unique('path')}/"
    trust = json.dumps({"Version": "2012-10-17", "Statement": [allow("sts:AssumeRole")]}).replace(
        '"Resource": "*"', '"Principal": {"Service": "glue.amazonaws.com"}'
    )
    names = sorted(unique("role") for _ in range(5))
    for name in names:
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust)
    assert [len(page) for page in pages(iam.list_roles, "Roles", 2, PathPrefix=path)] == [2, 2, 1]
    paginator = iam.get_paginator("list_roles").paginate(PathPrefix=path, PaginationConfig={"PageSize": 2})
    assert sorted(role["RoleName"] for page in paginator for role in page["Roles"]) == names
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:ListAllMyBuckets")]})
    for number in range(3):
        iam.put_role_policy(RoleName=names[0], PolicyName=f"p{number}", PolicyDocument=document)
    assert pages(iam.list_role_policies, "PolicyNames", 2, RoleName=names[0]) == [["p0", "p1"], ["p2"]]
    whole = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 7})
    details = [role["RoleName"] for page in whole for role in page["RoleDetailList"]]
    assert set(names) <= set(details)
    assert len(details) == len(set(details))


def test_a_page_has_a_hundred_entries_where_nobody_says_how_many(iam):
    first = iam.list_policies(Scope="AWS")
    assert (len(first["Policies"]), first["IsTruncated"]) == (100, True)
    every = iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 1000})
    arns = [policy["Arn"] for page in every for policy in page["Policies"]]
    assert len(arns) == len(set(arns)) > 1500


def test_pages_out_of_bounds_are_refused(local_aws, iam):
    assert error_of(local_aws.client("iam", parameter_validation=False).list_users, MaxItems=1001) == (
        "ValidationError: 1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: "
        "Member must have value less than or equal to 1000"
    )
    assert error_of(iam.list_users, Marker="no marker").startswith("ValidationError")


def test_a_role_without_description_has_none_and_tells_of_its_last_use(local_aws, iam):
    name = unique("role")
    local_aws.role(name=name)
    role = iam.get_role(RoleName=name)["Role"]
    assert "Description" not in role
    assert role["RoleLastUsed"] == {}
    iam.update_role(RoleName=name, Description="what for")
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "what for"


@pytest.mark.parametrize(
    ("name", "duration", "member", "bound"),
    [
        ("n", 900, "roleSessionName", "Member must have length greater than or equal to 2"),
        ("n" * 65, 900, "roleSessionName", "Member must have length less than or equal to 64"),
        ("a b", 900, "roleSessionName", r"Member must satisfy regular expression pattern: [\w+=,.@-]*"),
        ("good", 899, "durationSeconds", "Member must have value greater than or equal to 900"),
        ("good", 43201, "durationSeconds", "Member must have value less than or equal to 43200"),
    ],
)
def test_sts_holds_sessions_to_their_bounds(local_aws, name, duration, member, bound):
    role = local_aws.role(trusts="arn:aws:iam::000000000000:root")
    sts = local_aws.client("sts", parameter_validation=False)
    value = name if member == "roleSessionName" else duration
    said = f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {bound}"
    error = error_of(sts.assume_role, RoleArn=role, RoleSessionName=name, DurationSeconds=duration)
    assert error == f"ValidationError: {said}"
