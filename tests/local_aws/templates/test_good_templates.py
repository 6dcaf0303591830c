"""Templates that CloudFormation takes are taken, and read as PyYAML reads them."""

# ruff: noqa: E501 - templates read better with a resource a line

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glue_client.templates import Template
from local_aws import templates
from local_aws.templates.property_types import check_properties

ROOT = Path(__file__).parents[3]
TOPIC = "Resources: {T: {Type: AWS::SNS::Topic}}\n"
OURS = sorted((ROOT / "cloudformation").glob("*.yml"))


@pytest.mark.parametrize("path", [*OURS, ROOT / "tests/scripts_of_others/shop.yml"], ids=lambda path: path.stem)
def test_templates_of_the_project_and_of_others_are_taken(path: Path) -> None:
    templates.check(templates.read(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_they_are_read_as_by_pyyaml(path: Path) -> None:
    assert templates.read(path.read_text(encoding="utf-8")) == Template.load(path).body


GOOD = {
    "a json template": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}),
    "a version that looks like a date": "AWSTemplateFormatVersion: 2010-09-09\n" + TOPIC,
    "an anchor that nobody uses": "Metadata: {a: &a 1}\n" + TOPIC,
    "all short forms": """
Parameters: {P: {Type: String, Default: a}, L: {Type: CommaDelimitedList, Default: "a,b"}}
Mappings: {M: {eu-west-1: {a: b, c: [d, e]}}}
Conditions: {C: !Equals [!Ref P, b], D: !And [!Not [!Condition C], !Or [!Condition C, !Equals ["", ""]]]}
Resources:
  T:
    Type: AWS::SNS::Topic
    DependsOn: [U]
    Condition: D
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      DisplayName: !Sub "${P}-${!Literal}-${AWS::Region}-${U.TopicName}"
      TopicName: !If [C, !Ref AWS::NoValue, !Sub ["${x}", {x: !GetAtt U.TopicName}]]
      KmsMasterKeyId: !Select [0, !Split [",", !Join [",", !Ref L]]]
      SignatureVersion: !FindInMap [M, !Ref AWS::Region, a]
      FifoThroughputScope: !Select ["1", !Cidr [10.0.0.0/16, 2, 8]]
      Tags: [{Key: a, Value: !Base64 b}, {Key: c, Value: !ImportValue d}, {Key: e, Value: !Select [0, !GetAZs ""]}]
  U: {Type: AWS::SNS::Topic, Metadata: {a: {Condition: x, Ref: y}}}
Outputs: {O: {Value: !GetAtt [U, TopicName], Condition: D, Export: {Name: !Sub "${AWS::StackName}-O"}}}
""",
    "GetAtt as a text": TOPIC + 'Outputs: {O: {Value: {"Fn::GetAtt": T.TopicName}}}',
    "a shell script without variables": TOPIC + "Outputs: {O: {Value: !Sub 'echo $HOME ${!HOME} $(x) \\${AWS::Region}'}}",
    "policies with conditions": """
Resources:
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: x
      PolicyDocument: {Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": "false"}}}]}
""",
    "resources of one branch that wait for those of the other": """
Conditions: {C: !Equals [a, b]}
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [C, !Ref B, x]}}
  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [C, x, !Ref A]}}
""",
    "a custom resource with a version": "Resources: {C: {Type: Custom::Thing, Version: '1.0', Properties: {ServiceToken: x}}}",
    "an include": """
Resources:
  T: {Type: AWS::SNS::Topic, Properties: {"Fn::Transform": {Name: AWS::Include, Parameters: {Location: s3://b/k}}, TopicName: x}}
""",
    "loops": """
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics:
    - Name
    - [a, b]
    - Topic${Name}: {Type: AWS::SNS::Topic, DeletionPolicy: !Ref P, Properties: {DisplayName: !Length [a]}}
""",
    "serverless": "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Timeout: 3}}\nResources: {F: {Type: AWS::Serverless::Function, Connectors: {}}}",
    "parameters of all kinds": TOPIC
    + "Parameters:\n"
    + "\n".join(
        f"  P{number}: {{Type: '{kind}', Default: '1', NoEcho: 'true', MinLength: '1', MaxLength: 4}}"
        for number, kind in enumerate(
            "String Number List<Number> CommaDelimitedList AWS::EC2::VPC::Id List<AWS::EC2::Subnet::Id> "
            "AWS::EC2::KeyPair::KeyName AWS::SSM::Parameter::Name AWS::SSM::Parameter::Value<String> "
            "AWS::SSM::Parameter::Value<List<String>> AWS::SSM::Parameter::Value<AWS::EC2::Image::Id> "
            "AWS::SSM::Parameter::Value<CommaDelimitedList> AWS::Route53::HostedZone::Id".split()
        )
    ),
    "rules": TOPIC
    + "Parameters: {P: {Type: String, Default: a}}\nRules: {R: {Assertions: [{Assert: {'Fn::Contains': [[a], {Ref: P}]}}]}}",
    "true as a key": TOPIC + "Mappings: {M: {true: {a: b}}}",
}  # fmt: skip


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_good_template_is_taken(text: str) -> None:
    templates.check(templates.read(text))


def test_of_a_condition_only_the_branch_that_is_taken_counts() -> None:
    template = templates.read(GOOD["resources of one branch that wait for those of the other"])
    template["Resources"]["B"]["Properties"] = {"DisplayName": {"Ref": "A"}}
    templates.check_circles(template, {"C": False})
    with pytest.raises(templates.TemplateError, match=r"^Circular dependency between resources: \[A, B\]$"):
        templates.check_circles(template, {"C": True})


def test_scalars_are_read_as_yaml_1_1() -> None:
    text = "Metadata: {a: 1, b: 0o1, c: 010, d: 1.5, e: yes, f: 2020-01-01, g: 'no', h: 1:30, i: =, j: 1e3}\n" + TOPIC
    expected = {
        "a": 1,
        "b": "0o1",
        "c": 8,
        "d": 1.5,
        "e": True,
        "f": "2020-01-01",
        "g": "no",
        "h": 90,
        "i": "=",
        "j": 1000.0,  # unlike PyYAML, as public reports of AWS have it
    }
    assert templates.read(text)["Metadata"] == expected


def test_a_very_long_number_is_a_text() -> None:
    number = "1:" * 20_000 + "1"
    assert templates.read(f"Metadata: {{a: {number}}}\n{TOPIC}")["Metadata"] == {"a": number}


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::Glue::Job", {"Name": "x", "Role": "r", "Command": {"Name": "glueetl"}, "MaxRetries": "1", "Timeout": 5}),
        ("AWS::Glue::Job", {"DefaultArguments": {"--a": "b"}, "Tags": {"a": "b"}, "Connections": {"Connections": ["c"]}}),
        ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": []}, "MaxSessionDuration": "3600"}),
        ("AWS::IAM::Role", {"AssumeRolePolicyDocument": '{"Statement": []}'}),
        ("AWS::SNS::Topic", {"FifoTopic": "true", "DisplayName": 5, "Nope": [{}]}),
        ("Custom::Thing", {"ServiceToken": ["x"]}),
        ("AWS::Nope::Nope", {"Name": {}}),
    ],
)  # fmt: skip
def test_scalars_stand_for_each_other(kind: str, properties: dict[str, Any]) -> None:
    check_properties(kind, "R", properties)
