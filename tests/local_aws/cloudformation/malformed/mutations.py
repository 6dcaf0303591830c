"""Good templates with one or two things wrong, chosen by a seed."""

# ruff: noqa: E501 - a table reads better with a case a line

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

from local_aws.templates import read

ROOT = Path(__file__).parents[4]
SEED = int(os.environ.get("MALFORMED_SEED", "1"))
COUNT = int(os.environ.get("MALFORMED_COUNT", "80"))
MAX_BYTES = 51_200

JUNK: tuple[Any, ...] = (
    None, "", "x", 0, -1, 1e300, True, [], {}, [[]], {"": ""}, "../..", "a\nb", "☃", "x" * 300, ["x", None],
    {"Ref": "Nope"}, {"Ref": "AWS::NoValue"}, {"Fn::GetAtt": ["Nope"]}, {"Fn::Sub": "${AWS::Region}"}, {"Fn::Nope": []},
    {"Fn::If": ["Nope", 1, 2]}, {"Fn::Join": ["", {"Ref": "AWS::Region"}]}, {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
    {"Fn::Split": [",", "a,b"]}, {"Condition": "Nope"}, "{{resolve:ssm:nope}}", "{{resolve:secretsmanager:a:b:c:d:e:f}}",
)  # fmt: skip

SMALL = {
    "Parameters": {"Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "live"], "MinLength": 1}},
    "Mappings": {"Sizes": {"dev": {"Days": 60, "Names": ["a", "b"]}, "live": {"Days": 30, "Names": ["c"]}}},
    "Conditions": {
        "Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]},
        "Dev": {"Fn::And": [{"Fn::Not": [{"Condition": "Live"}]}, {"Fn::Equals": ["a", "a"]}]},
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete", "Properties": {"Tags": [{"Key": "a", "Value": "b"}]}},
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Condition": "Dev",
            "Properties": {"DisplayName": {"Fn::Join": ["-", [{"Ref": "Stage"}, {"Fn::Select": [0, {"Fn::Split": [",", "x,y"]}]}]]}},
        },
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "DependsOn": ["Bucket"],
            "Properties": {"MessageRetentionPeriod": {"Fn::If": ["Live", 120, {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Days"]}]}},
        },
        "Database": {
            "Type": "AWS::Glue::Database",
            "Properties": {"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": {"Name": "mutated", "LocationUri": {"Fn::Sub": "s3://${Bucket}/x"}}},
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
                "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]}}]}}],
            },
        },
        "Job": {
            "Type": "AWS::Glue::Job",
            "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Command": {"Name": "glueetl", "ScriptLocation": {"Fn::Sub": "s3://${Bucket}/a.py"}}, "GlueVersion": "5.0", "DefaultArguments": {"--a": "b"}},
        },
    },
    "Outputs": {"Name": {"Value": {"Ref": "Bucket"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-Name"}}}},
}  # fmt: skip


def mutations() -> list[tuple[str, str]]:
    """Name and text of each; at most two in five are of the project's own templates, which are larger."""
    good = {"small": SMALL}
    for path in sorted((ROOT / "cloudformation").glob("*.yml")):
        template = read(path.read_text(encoding="utf-8"))
        if len(json.dumps(template)) < MAX_BYTES - 1000:
            good[path.stem] = template
    chooser = random.Random(SEED)  # noqa: S311 - tests are seeded
    names = sorted(good)
    found = []
    for number in range(COUNT):
        name = "small" if number % 5 < 3 else chooser.choice(names)
        template = copy.deepcopy(good[name])
        for _time in range(chooser.choice((1, 1, 2))):
            _mutate(template, chooser)
        found.append((f"{SEED}-{number}-{name}", json.dumps(template)))
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "cloudformation").glob("*.yml"))]
    for number in range(COUNT // 4):
        found.append((f"{SEED}-{number}-text", _scrawled(chooser.choice(texts), chooser)))
    return found


def _scrawled(text: str, chooser: random.Random) -> str:
    """A text with a few characters gone, changed or doubled."""
    for _time in range(chooser.choice((1, 2, 5))):
        start = chooser.randrange(len(text))
        end = start + chooser.choice((0, 1, 3, 40))
        put = chooser.choice(
            ("", " ", "\n", ":", "- ", "{", "]", "&a ", "*a", "!Ref ", "!", "'", "\t", "%", text[start:end] * 2)
        )
        text = text[:start] + put + text[end:]
    return text[:MAX_BYTES]


def _mutate(template: dict[str, Any], chooser: random.Random) -> None:
    holder, key = chooser.choice(list(_places(template)))
    if isinstance(holder, dict) and key not in holder:
        return
    kind = chooser.choice(("junk", "junk", "junk", "remove", "wrap", "rename", "add"))
    if kind == "remove":
        del holder[key]
    elif kind == "wrap":
        holder[key] = [holder[key]]
    elif kind == "rename" and isinstance(holder, dict):
        holder[key + "x"] = holder.pop(key)
    elif kind == "add" and isinstance(holder, dict):
        holder[chooser.choice(("Fn::Sub", "Ref", "Nope", "Condition", "Fn::Transform"))] = copy.deepcopy(
            chooser.choice(JUNK)
        )
    else:
        holder[key] = copy.deepcopy(chooser.choice(JUNK))


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        yield value, key
        yield from _places(item)
