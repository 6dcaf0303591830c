"""Of many objects asked about at once, each gets the answer that it gets when it is asked about alone."""

import json
import subprocess
import sys
from collections import Counter

SCRIPT = """
import json, random, sys
from pathlib import Path
from local_aws import emulator
emulator.prepare(Path(sys.argv[1]), 0)
from local_aws.emulator import identity
from local_aws.emulator.iam.matching import match_policies_exactly
match_policies_exactly()
from local_aws.emulator.iam import root_denials, used_rights
root_denials.deny_root_too()
used_rights.record_used_rights()
noted = []
used_rights.record.note = lambda *told, **allowed: noted.append([*told, allowed])
from ministack.services import iam, s3
scope = emulator.Scope("000000000000", "eu-west-1")
rows = []
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
KEYS = ["", "a", "a/b", "a/b\\n", "a/b/c", "ab/c", "home/me/x", "home/you/x", "p/day=1/x", "p/day=2/x", "*", "a?"]
PATTERNS = ["*", "a*", "a/*", "a/?", "ab/*", "home/${aws:PrincipalTag/none, 'me'}/*", "p/day=1/*", "p/*/x", "", "${*}"]
PLAIN = [pattern for pattern in PATTERNS if "$" not in pattern]
ACTIONS = ["s3:*", "s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:Get*"]

def arn(draw, bucket):
    pattern = draw.choice(PATTERNS if draw.wild else PLAIN)
    name = draw.choice([bucket, "*", "b*"] if draw.wild else ["*"])
    return f"arn:aws:s3:::{name}" + (f"/{pattern}" if pattern else "")

def condition(draw):
    if not draw.wild:
        return draw.choice([{}, {"Bool": {"aws:SecureTransport": draw.choice(["true", "false"])}}])
    return draw.choice([
        {}, {}, {}, {"StringLike": {"s3:prefix": draw.choice(["a/*", "*"])}},
        {"Null": {"s3:prefix": draw.choice(["true", "false"])}},
        {"StringEquals": {"aws:ResourceTag/team": "x"}}, {"StringNotEquals": {"s3:ExistingObjectTag/team": "x"}},
    ])

def statement(draw, bucket, **more):
    resources = [arn(draw, bucket) for _ in range(draw.randint(1, 3))]
    return {
        "Effect": draw.choice(["Allow", "Allow", "Allow", "Deny"]),
        "Action": draw.sample(ACTIONS, draw.randint(1, 2)),
        draw.choice(["Resource", "Resource", "Resource", "NotResource"]): resources,
        "Condition": condition(draw),
        **more,
    }

def document(draw, bucket, **more):
    return json.dumps({
        "Version": draw.choice(["2012-10-17", "2012-10-17", "2008-10-17"]),
        "Statement": [statement(draw, bucket, **more) for _ in range(draw.randint(1, 4))],
    })

def chosen(action, resource, **more):
    found = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::" + resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": found})

CHOSEN = [
    chosen("s3:GetObject", "*/home/${aws:PrincipalTag/none, 'me'}/*"),
    chosen("s3:ListBucket", "*", Condition={"StringLike": {"s3:prefix": "a/*"}}),
]

with scope.entered():
    for seed in range(int(sys.argv[2])):
        draw = random.Random(seed)
        draw.wild = seed % 4
        buckets = [f"b{seed}", f"other{seed}"]
        policies = CHOSEN[seed : seed + 1] or [document(draw, buckets[0]) for _ in range(2)]
        iam._roles["job"] = {
            "RoleName": "job", "RoleId": "AROA", "Arn": "arn:aws:iam::000000000000:role/job", "Path": "/",
            "AssumeRolePolicyDocument": json.dumps(TRUST), "AttachedPolicies": [],
            "InlinePolicies": dict(enumerate(policies)),
        }
        for bucket in buckets:
            s3._buckets[bucket] = {"objects": {}, "region": "eu-west-1"}
            if seed >= len(CHOSEN) and draw.random() < 0.6:
                whose = draw.choice(["*", {"AWS": "000000000000"}])
                s3._bucket_policies[bucket] = document(draw, bucket, Principal=whose)
        if buckets[0] in s3._bucket_policies and draw.random() < 0.5:  # the same patterns, and another answer
            s3._bucket_policies[buckets[1]] = s3._bucket_policies[buckets[0]].replace('"Allow"', '"Deny"')
        for key in (identity.assume_role(scope, "job", "run", 900).access_key, "test"):
            allowed, going_on = identity.permission_checker(key), identity.permission_checker(key, is_use=True)
            for bucket in buckets:
                for action in ("s3:GetObject", "s3:PutObject", "s3:ListBucket"):
                    for name in KEYS:
                        resource = f"arn:aws:s3:::{bucket}" + (f"/{name}" if name and action != "s3:ListBucket" else "")
                        context = {"s3:prefix": name} if action == "s3:ListBucket" else None
                        alone = identity.denial(key, action, resource, context) is None
                        notes, noted[:] = list(noted), []
                        same = [allowed(action, resource, context), going_on(action, resource, context)]
                        same += [noted == notes]
                        noted.clear()
                        rows.append([alone, same, [seed, key, action, resource, context]])
print(json.dumps(rows))
"""
POLICIES = 80


def test_each_object_gets_the_answer_that_it_gets_alone(tmp_path):
    """Of a role and of the root user, whom policies of buckets may deny; a use of a right is noted of each."""
    command = [sys.executable, "-c", SCRIPT, tmp_path, str(POLICIES)]
    rows = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    assert [row for row in rows if row[1] != [row[0], row[0], True]] == []
    for root in (False, True):
        answers = Counter(alone for alone, _, (_, key, *_) in rows if (key == "test") is root)
        assert min(answers[True], answers[False]) > sum(answers.values()) / (20 if root else 5)  # both happen
