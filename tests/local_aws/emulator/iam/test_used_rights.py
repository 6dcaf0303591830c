"""What roles use of their rights, and ask for in vain, is recorded; what the smallest policy makes of it."""

import json
from collections import Counter

import pytest

from local_aws.emulator.iam import used_rights as used_rights_module
from tests.local_aws.aws_server import ACCOUNT, allow, error_of, unique
from tests.local_aws.our_own import answer, used_rights

ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.fixture
def acting(local_aws):
    """Gives a role with these statements, and clients that act as it."""

    def acting(*statements, server=local_aws):
        role = server.role(*statements, trusts=ROOT)
        session = server.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return role, lambda service: server.client(service, session)

    return acting


def uses(found, what="Used"):
    return {(one["Action"], one["Resource"]): one["Requests"] for one in found[what]}


def states(found):
    return {(one["Sid"], one["Action"], one["Resource"]): one["State"] for one in found["Grants"]}


def test_each_grant_is_told_apart(local_aws, acting):
    bucket = local_aws.bucket()
    arn = f"arn:aws:s3:::{bucket}"
    role, client = acting(
        allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], f"{arn}/in/*", f"{arn}/out/*", Sid="Objects"),
        allow("s3:Get*", f"{arn}/in/one", Sid="One"),
        allow("s3:ListBucket", arn, Sid="List", Condition={"StringLike": {"s3:prefix": "in/*"}}),
        allow("s3:ListBucket", arn, Sid="Never", Condition={"StringLike": {"s3:prefix": "out/*"}}),
    )
    local_aws.put(bucket, "in/one", "1")
    local_aws.put(bucket, "in/two", "2")
    s3 = client("s3")
    s3.get_object(Bucket=bucket, Key="in/one")
    for _ in range(3):
        s3.put_object(Bucket=bucket, Key="out/day=1/a.csv", Body=b"")
    s3.list_objects_v2(Bucket=bucket, Prefix="in/")
    assert "AccessDenied" in error_of(s3.get_object, Bucket=bucket, Key="secret")

    found = used_rights(local_aws, role)

    assert uses(found) == {
        ("s3:GetObject", f"{arn}/in/*"): 1,
        ("s3:PutObject", f"{arn}/out/*"): 3,
        ("s3:ListBucket", arn): 1,
    }
    assert uses(found, "Denied") == {("s3:GetObject", f"{arn}/secret"): 1}
    assert states(found) == {
        ("Objects", "s3:GetObject", f"{arn}/in/*"): "shared",
        ("Objects", "s3:GetObject", f"{arn}/out/*"): "unused",
        ("Objects", "s3:PutObject", f"{arn}/in/*"): "unused",
        ("Objects", "s3:PutObject", f"{arn}/out/*"): "needed",
        ("Objects", "s3:DeleteObject", f"{arn}/in/*"): "unused",
        ("Objects", "s3:DeleteObject", f"{arn}/out/*"): "unused",
        ("One", "s3:Get*", f"{arn}/in/one"): "shared",
        ("List", "s3:ListBucket", arn): "needed",
        ("Never", "s3:ListBucket", arn): "unused",
    }
    s3.get_object(Bucket=bucket, Key="in/two")
    assert states(used_rights(local_aws, role))["Objects", "s3:GetObject", f"{arn}/in/*"] == "needed"


def test_the_smallest_policy_is_enough_and_no_wider(local_aws, acting):
    bucket = local_aws.bucket()
    arn = f"arn:aws:s3:::{bucket}"
    deny = {"Sid": "Not", "Effect": "Deny", "Action": "s3:GetObject", "Resource": f"{arn}/in/secret/*"}
    role, client = acting(allow("s3:*", arn, f"{arn}/*", Sid="All"), allow("s3:GetObject", f"{arn}/k.zip"), deny)
    local_aws.put(bucket, "k.zip")
    s3 = client("s3")
    for day in range(40):
        s3.put_object(Bucket=bucket, Key=f"out/sales/day={day}/part-{day}.parquet", Body=b"x")
    s3.get_object(Bucket=bucket, Key="k.zip")
    s3.list_objects_v2(Bucket=bucket)

    document = used_rights(local_aws, role)["Smallest"]

    assert document["Statement"] == [
        {"Sid": "Statement2", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{arn}/k.zip"]},
        {"Sid": "All", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [arn]},
        {"Sid": "All2", "Effect": "Allow", "Action": ["s3:PutObject"], "Resource": [f"{arn}/out/sales/*"]},
        deny,
    ]
    text = json.dumps(document)
    local_aws.client("iam").put_role_policy(RoleName=role.rpartition("/")[2], PolicyName="p", PolicyDocument=text)
    s3.put_object(Bucket=bucket, Key="out/sales/day=41/part-1.parquet", Body=b"x")
    s3.get_object(Bucket=bucket, Key="k.zip")
    s3.list_objects_v2(Bucket=bucket)
    assert "AccessDenied" in error_of(s3.put_object, Bucket=bucket, Key="other", Body=b"x")
    assert {grant["State"] for grant in used_rights(local_aws, role)["Grants"]} == {"needed"}


def test_what_the_resource_allows_by_itself_needs_no_grant(local_aws, acting):
    bucket = local_aws.bucket()
    role, client = acting(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    local_aws.put(bucket, "a")
    policy = {"Statement": [{**allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), "Principal": {"AWS": role}}]}
    local_aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    client("s3").get_object(Bucket=bucket, Key="a")

    (grant,) = used_rights(local_aws, role)["Grants"]

    assert (grant["State"], grant["Beside"]) == ("shared", ["the policy of the resource"])


def test_namespaces_of_metrics_are_told_apart(local_aws, acting):
    condition = {"StringEquals": {"cloudwatch:namespace": ["Ours", "Glue"]}}
    role, client = acting(allow("cloudwatch:PutMetricData", Condition=condition))
    client("cloudwatch").put_metric_data(Namespace="Ours", MetricData=[{"MetricName": "m", "Value": 1}])

    found = used_rights(local_aws, role)

    assert [one["Told"] for one in found["Used"]] == ["Ours"]
    assert found["Smallest"]["Statement"] == [
        {
            "Sid": "Statement1",
            "Effect": "Allow",
            "Action": ["cloudwatch:PutMetricData"],
            "Resource": ["*"],
            "Condition": condition,
        }
    ]


def test_the_record_is_bounded(local_aws, acting):
    bucket = local_aws.bucket()
    role, client = acting(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"))
    s3 = client("s3")
    for number in range(40):
        s3.put_object(Bucket=bucket, Key=f"a/{number}", Body=b"")
    found = used_rights(local_aws, role)
    assert uses(found) == {("s3:PutObject", f"arn:aws:s3:::{bucket}/a/*"): 40}


def test_runs_and_partitions_do_not_fill_the_record():
    kept = used_rights_module.UsedRights()
    kept._roles["session"] = "AROA"
    for run in ("jr_" + f"{number:064x}" for number in range(5)):
        for country in range(185):
            key = f"_staging/sales/{run}/country={country}/part-0.parquet"
            kept.note("session", "s3:PutObject", f"arn:aws:s3:::gold/{key}", {}, allowed=True)
    for day in range(1, 31):
        kept.note("session", "s3:PutObject", f"arn:aws:s3:::raw/2024/01/{day:02}/a.csv", {}, allowed=True)
    kept.note("session", "s3:PutObject", "arn:aws:s3:::gold/_staging/other/a", {}, allowed=True)

    found, not_told = kept.of_role("AROA")

    assert not_told == 0
    assert sum(use.allowed for use in found.values()) == 5 * 185 + 30 + 1
    buckets = [key.resource.removeprefix("arn:aws:s3:::").partition("/")[0] for key in found]
    assert Counter(buckets) == {"gold": 16 + 1, "raw": 16}


def test_what_is_beyond_the_bounds_is_counted_and_who_was_longest_away_is_let_go():
    kept = used_rights_module.UsedRights()
    roles = [f"AROA{number}" for number in range(used_rights_module.MOST // used_rights_module.MOST_OF_A_ROLE + 2)]
    for role in roles:
        kept._roles[role] = role  # the session that has the role's id for a key
        for number in range(used_rights_module.MOST_OF_A_ROLE + 5):
            kept.note(role, "s3:GetObject", f"arn:aws:s3:::bucket/folder{number}of/a", {}, allowed=True)
    uses, not_told = kept.of_role(roles[-1])
    assert (len(uses), not_told) == (used_rights_module.MOST_OF_A_ROLE, 5)
    assert kept.roles() == roles[2:]
    assert kept.of_role(roles[0]) == ({}, 0)


def test_it_is_there_after_a_restart_and_not_for_another_role_of_that_name(fresh_local_aws, acting):
    bucket = fresh_local_aws.bucket()
    role, client = acting(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"), server=fresh_local_aws)
    client("s3").put_object(Bucket=bucket, Key="a/b", Body=b"")
    before = used_rights(fresh_local_aws, role)
    assert uses(before) == {("s3:PutObject", f"arn:aws:s3:::{bucket}/a/*"): 1}
    fresh_local_aws.stop()
    fresh_local_aws.start()
    assert used_rights(fresh_local_aws, role) == before
    iam, name = fresh_local_aws.client("iam"), role.rpartition("/")[2]
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)
    fresh_local_aws.role(trusts=ROOT, name=name)
    assert used_rights(fresh_local_aws, role)["Used"] == []


def test_who_may_not_ask_is_refused_and_so_is_a_role_that_is_not_there(local_aws):
    user = local_aws.client("iam", local_aws.user(allow("iam:GetRole")))
    asked = {"Action": "GetUsedRights", "Version": "2010-05-08", "RoleName": unique("role")}
    status, text = answer(user, "iam", **asked)
    assert (status, "iam:GetUsedRights" in text) == (403, True)
    status, text = answer(local_aws.client("iam"), "iam", **asked)
    assert (status, "NoSuchEntity" in text) == (404, True)
    there = local_aws.role().rpartition("/")[2]
    status, text = answer(local_aws.client("iam"), "iam", **{**asked, "RoleName": there, "Since": "x"})
    assert (status, "ValidationError" in text) == (400, True)
