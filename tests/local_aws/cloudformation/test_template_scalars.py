"""Scalars of templates are texts where CloudFormation takes texts, and have their types where a service takes types."""

# ruff: noqa: E501 - templates read better with a resource a line

import json

import pytest

from tests.local_aws.aws_server import unique

HANDLE = "Resources: {H: {Type: AWS::CloudFormation::WaitConditionHandle}}\n"

# What a public report of AWS says of a scalar without quotes: booleans of YAML 1.1 (`yes` comes out as "true"), octal
# numbers (0300 as 192), doubles as Java writes them (08 as 8.0, 012345678901 as 1.2345678901E10), dates as they are.
SCALARS = {
    "true": "true",
    "True": "true",
    "false": "false",
    "yes": "true",
    "On": "true",
    "off": "false",
    "5": "5",
    "0300": "192",
    "08": "8.0",
    "012345678901": "1.2345678901E10",
    "1.5": "1.5",
    "1.10": "1.1",
    "2010-09-09": "2010-09-09",
    "'1.10'": "1.10",
    "'yes'": "yes",
    "12345e67": "1.2345E71",
    "0.0005": "5.0E-4",
    "-3": "-3",
    "123456789012": "123456789012",
}


@pytest.fixture(scope="module")
def outputs(local_aws):
    """What each scalar is as a parameter's default, in a mapping, in Fn::Join and as an output."""
    from tests.local_aws.cloudformation.stack import Stack

    stack, lines = Stack(local_aws), {"Parameters": [], "Mappings": [], "Outputs": []}
    for number, scalar in enumerate(SCALARS):
        lines["Parameters"].append(f"  P{number}: {{Type: String, Default: {scalar}}}")
        lines["Mappings"].append(f"  M{number}: {{a: {{b: {scalar}}}}}")
        lines["Outputs"].append(f"  P{number}: {{Value: !Ref P{number}}}")
        lines["Outputs"].append(f"  M{number}: {{Value: !FindInMap [M{number}, a, b]}}")
        lines["Outputs"].append(f"  J{number}: {{Value: !Join ['', [{scalar}, '']]}}")
        lines["Outputs"].append(f"  O{number}: {{Value: {scalar}}}")
    body = HANDLE + "".join(f"{name}:\n" + "\n".join(each) + "\n" for name, each in lines.items())
    assert stack.make(body) == "CREATE_COMPLETE", stack.reasons()
    return stack.outputs()


@pytest.mark.parametrize("number", range(len(SCALARS)), ids=SCALARS)
def test_a_scalar_becomes_its_text(outputs, number):
    seen = {outputs[f"{where}{number}"] for where in "PMJO"}
    assert seen == {list(SCALARS.values())[number]}


def test_true_of_a_template_is_true_of_a_request(stack):
    body = """
    Parameters:
      p: {Type: String, Default: true, AllowedValues: [true, false]}
    Conditions:
      Text: !Equals [!Ref p, "true"]
      Boolean: !Equals [!Ref p, true]
      No: !Equals [!Ref p, no]
    Resources:
      H: {Type: AWS::CloudFormation::WaitConditionHandle}
      A: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: Text}
      B: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: Boolean}
      C: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: No}
    """  # indented as a whole, after a newline: as in Python's triple quotes
    assert stack.make(body) == "CREATE_COMPLETE"
    assert set(stack.refs()) == {"H", "A", "B"}
    assert stack.make(body, update=True, p="false") == "UPDATE_COMPLETE"
    assert set(stack.refs()) == {"H", "C"}


def test_json_has_the_same_texts(stack):
    template = {
        "Parameters": {"p": {"Type": "String", "Default": True, "AllowedValues": [True, False, 5]}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "p"}, "true"]}},
        "Resources": {"H": {"Type": "AWS::CloudFormation::WaitConditionHandle", "Condition": "C"}},
        "Outputs": {"O": {"Value": {"Fn::If": ["C", 1.5, False]}}, "P": {"Value": {"Ref": "p"}}},
    }
    template["Resources"]["I"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    assert stack.make(json.dumps(template)) == "CREATE_COMPLETE"
    assert set(stack.refs()) == {"H", "I"}
    assert stack.outputs() == {"O": "1.5", "P": "true"}
    assert stack.make(json.dumps(template), update=True, p="5") == "UPDATE_COMPLETE"
    assert stack.outputs() == {"O": "false", "P": "5"}


def test_names_may_be_the_booleans_of_yaml(stack):
    body = """
Parameters: {On: {Type: String, Default: a}, No: {Type: String, Default: b}}
Conditions: {Yes: !Equals [!Ref On, a], Off: !Not [!Condition Yes], Both: !And [!Condition Yes, {Condition: Yes}]}
Resources:
  On1: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: Yes, DependsOn: [No1]}
  No1: {Type: AWS::CloudFormation::WaitConditionHandle}
  No2: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: Off}
  True: {Type: AWS::CloudFormation::WaitConditionHandle, DependsOn: No1}
  Off: {Type: AWS::CloudFormation::WaitConditionHandle, DependsOn: [True]}
Outputs:
  Yes: {Value: !If [Yes, !Ref On, !Ref No], Condition: Yes}
  No: {Value: {Ref: No}}
"""
    assert stack.make(body) == "CREATE_COMPLETE", stack.reasons()
    assert set(stack.refs()) == {"On1", "No1", "True", "Off"}
    assert stack.outputs() == {"Yes": "a", "No": "b"}


@pytest.mark.parametrize("where", ["Parameters: {p: {Type: String, Default: }}\n", "Mappings: {M: {a: {b: ~}}}\n"])
def test_null_is_refused(stack, where):
    with pytest.raises(
        stack.cloudformation.exceptions.ClientError, match=r"'null' values are not allowed in templates"
    ):
        stack.make(where + HANDLE)


def test_properties_have_the_types_of_their_schemas(local_aws, stack):
    """A text that a parameter gives is a boolean or number to the service; a number or boolean is a text to another."""
    name = unique("q")
    body = f"""
Parameters: {{Fifo: {{Type: String, Default: true}}, Off: {{Type: String, Default: false}}, Wait: {{Type: Number, Default: 7}}}}
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: {name}.fifo
      FifoQueue: !Ref Fifo
      ContentBasedDeduplication: !Ref Off
      DelaySeconds: !Ref Wait
      VisibilityTimeout: "40"
  Role:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {{Statement: [{{Effect: Allow, Principal: {{Service: glue.amazonaws.com}}, Action: "sts:AssumeRole"}}]}}}}
  Job:
    Type: AWS::Glue::Job
    Properties:
      Role: !GetAtt Role.Arn
      GlueVersion: 5.0
      Timeout: !Ref Wait
      Command: {{Name: glueetl, ScriptLocation: "s3://b/x.py", PythonVersion: 3}}
      DefaultArguments: {{--on: true, --number: 5, --ratio: 1.5, --date: 2020-01-02}}
      Tags: {{a: 1, b: true}}
  P: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: true}}}}
Outputs: {{Q: {{Value: !Ref Q}}, Job: {{Value: !Ref Job}}, P: {{Value: !GetAtt P.Value}}}}
"""
    assert stack.make(body, capabilities=["CAPABILITY_IAM"]) == "CREATE_COMPLETE", stack.reasons()
    outputs = stack.outputs()
    queue = local_aws.client("sqs").get_queue_attributes(QueueUrl=outputs["Q"], AttributeNames=["All"])["Attributes"]
    assert (queue["FifoQueue"], queue["ContentBasedDeduplication"]) == ("true", "false")
    assert (queue["DelaySeconds"], queue["VisibilityTimeout"]) == ("7", "40")
    job = local_aws.client("glue").get_job(JobName=outputs["Job"])["Job"]
    assert (job["GlueVersion"], job["Timeout"], job["Command"]["PythonVersion"]) == ("5.0", 7, "3")
    assert job["DefaultArguments"] == {"--on": "true", "--number": "5", "--ratio": "1.5", "--date": "2020-01-02"}
    assert outputs["P"] == "true"
