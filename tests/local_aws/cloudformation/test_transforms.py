"""Transforms: serverless applications, loops and the other language extensions, includes, and macros that are not there."""

# ruff: noqa: E501 - templates read better with a resource a line

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
HANDLE = "{Type: AWS::CloudFormation::WaitConditionHandle}"


def refusal(stack, body, **more):
    with pytest.raises(ClientError) as raised:
        stack.make(body, **more)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


# Serverless

APPLICATION = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Timeout: 7, Runtime: python3.11, Environment: {Variables: {STAGE: !Ref Stage}}}}
Parameters: {Stage: {Type: String, Default: dev}, Layers: {Type: String}, Debug: {Type: String, Default: false}}
Conditions: {Debug: !Equals [!Ref Debug, true]}
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: "def handler(event, context): return event"
      Handler: index.handler
      MemorySize: 256
      Layers: [!Ref Layer]
      Policies:
        - AWSGlueServiceRole
        - S3ReadPolicy: {BucketName: !Sub "${AWS::StackName}-data"}
        - Statement: [{Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn}]
      Events:
        Get: {Type: Api, Properties: {Path: /items, Method: get}}
        Fast: {Type: HttpApi, Properties: {Path: /fast, Method: post}}
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Sent: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 3}}
  Extra: {Type: AWS::Serverless::Function, Condition: Debug, Properties: {InlineCode: x, Handler: index.h}}
  Queue: {Type: AWS::SQS::Queue}
  Table: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: id, Type: Number}}}
  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: {Bucket: !Ref Layers, Key: layer.zip}, CompatibleRuntimes: [python3.11], RetentionPolicy: Delete}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: Wait, States: {Wait: {Type: Wait, Seconds: 5, Next: Call}, Call: {Type: Task, Resource: "${Function}", End: true}}}
      DefinitionSubstitutions: {Function: !GetAtt Function.Arn}
      Policies: [{LambdaInvokePolicy: {FunctionName: !Ref Function}}]
Outputs:
  Function: {Value: !Ref Function}
  Role: {Value: !Ref FunctionRole}
  Api: {Value: !Ref ServerlessRestApi}
  Fast: {Value: !Ref ServerlessHttpApi}
  Machine: {Value: !Ref Machine}
  Table: {Value: !Ref Table}
"""


def test_a_serverless_application_is_made(local_aws, stack):
    bucket, packed = local_aws.bucket(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("python/lib.py", "x = 1")
    local_aws.put(bucket, "layer.zip", packed.getvalue())
    assert stack.make(APPLICATION, capabilities=CAPABILITIES, Layers=bucket) == "CREATE_COMPLETE", stack.reasons()
    made = stack.outputs()
    assert "Extra" not in stack.refs()

    function = local_aws.client("lambda").get_function_configuration(FunctionName=made["Function"])
    assert (function["Timeout"], function["MemorySize"], function["Runtime"]) == (7, 256, "python3.11")
    assert function["Environment"] == {"Variables": {"STAGE": "dev"}}
    assert len(function["Layers"]) == 1
    mappings = local_aws.client("lambda").list_event_source_mappings(FunctionName=made["Function"])
    assert [each["BatchSize"] for each in mappings["EventSourceMappings"]] == [3]

    iam = local_aws.client("iam")
    attached = iam.list_attached_role_policies(RoleName=made["Role"])["AttachedPolicies"]
    assert {each["PolicyName"] for each in attached} >= {"AWSGlueServiceRole", "AWSLambdaBasicExecutionRole"}
    names = iam.list_role_policies(RoleName=made["Role"])["PolicyNames"]
    policies = [iam.get_role_policy(RoleName=made["Role"], PolicyName=name)["PolicyDocument"] for name in names]
    assert f"arn:aws:s3:::{stack.name}-data/*" in json.dumps(policies)

    resources = local_aws.client("apigateway").get_resources(restApiId=made["Api"])["items"]
    assert "/items" in {each["path"] for each in resources}
    assert "POST /fast" in {
        each["RouteKey"] for each in local_aws.client("apigatewayv2").get_routes(ApiId=made["Fast"])["Items"]
    }
    machine = local_aws.client("stepfunctions").describe_state_machine(stateMachineArn=made["Machine"])
    states = json.loads(machine["definition"])["States"]
    assert (states["Wait"]["Seconds"], states["Call"]["Resource"]) == (5, function["FunctionArn"])
    table = local_aws.client("dynamodb").describe_table(TableName=made["Table"])["Table"]
    assert table["AttributeDefinitions"] == [{"AttributeName": "id", "AttributeType": "N"}]
    targets = [name for name in stack.refs().values() if "Nightly" in name]
    assert targets

    original = stack.cloudformation.get_template(StackName=stack.name, TemplateStage="Original")
    assert (original["TemplateBody"], original["StagesAvailable"]) == (APPLICATION, ["Original", "Processed"])
    processed = stack.cloudformation.get_template(StackName=stack.name)["TemplateBody"]
    assert processed["Resources"]["Function"]["Type"] == "AWS::Lambda::Function"
    assert "Transform" not in processed
    stack.delete()


def test_a_transform_needs_its_capability(stack):
    told = refusal(stack, APPLICATION, Layers="b", capabilities=["CAPABILITY_IAM"])
    assert told == ("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]")


def test_what_is_wrong_is_told_in_the_words_of_the_translator(stack):
    body = "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.11}}}"
    code, text = refusal(stack, body, capabilities=CAPABILITIES)
    assert code == "ValidationError"
    assert text.startswith(
        "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number "
        "of errors found: 1. Resource with id [F] is invalid. "
    )


def test_no_application_is_fetched(stack):
    body = """
Transform: AWS::Serverless-2016-10-31
Resources: {A: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: "arn:aws:serverlessrepo:us-east-1:012345678901:applications/a", SemanticVersion: 1.0.0}}}}
"""
    text = refusal(stack, body, capabilities=CAPABILITIES)[1]
    assert "The AWS Serverless Application Repository is not supported by the local AWS" in text


# Loops and the other language extensions

LOOPS = """
Transform: %s
Parameters:
  Names: {Type: CommaDelimitedList, Default: "alpha,beta"}
  None: {Type: CommaDelimitedList, Default: ""}
  Keep: {Type: String, Default: Retain}
  Target: {Type: String, Default: Paramalpha}
Mappings: {M: {alpha: {value: one}}, P: {prod: {keep: Delete}}}
Conditions: {Prod: !Equals [!Ref Keep, Retain]}
Resources:
  Fn::ForEach::Params:
    - Name
    - !Ref Names
    - Param${Name}:
        Type: AWS::SSM::Parameter
        DeletionPolicy: !If [Prod, !FindInMap [P, prod, keep], Retain]
        UpdateReplacePolicy: !Ref Keep
        Properties: {Type: String, Value: !FindInMap [M, !Ref Name, value, {DefaultValue: !Sub "none-${Name}"}]}
  Fn::ForEach::Nothing: [Name, !Ref None, {"Never${Name}": {Type: AWS::SNS::Topic}}]
  Json:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: {Fn::ToJsonString: {list: !Ref Names, number: 5, flag: true, stack: !Ref AWS::StackName}}}
Outputs:
  Length: {Value: {Fn::Length: !Ref Names}}
  Json: {Value: !GetAtt Json.Value}
  Chosen: {Value: !GetAtt [!Ref Target, Value]}
  Fn::ForEach::Values: [Name, !Ref Names, {"Of${Name}": {Value: !GetAtt [!Sub "Param${Name}", Value]}}]
"""


def test_language_extensions_are_expanded(stack):
    body = LOOPS % "AWS::LanguageExtensions"
    assert stack.make(body, capabilities=CAPABILITIES) == "CREATE_COMPLETE", stack.reasons()
    made = stack.outputs()
    assert json.loads(made.pop("Json")) == {"list": ["alpha", "beta"], "number": 5, "flag": True, "stack": stack.name}
    assert made == {"Length": "2", "Chosen": "one", "Ofalpha": "one", "Ofbeta": "none-beta"}
    assert set(stack.refs()) == {"Paramalpha", "Parambeta", "Json"}
    processed = stack.cloudformation.get_template(StackName=stack.name)["TemplateBody"]
    assert processed["Resources"]["Paramalpha"]["DeletionPolicy"] == "Delete"
    assert processed["Resources"]["Paramalpha"]["UpdateReplacePolicy"] == "Retain"
    assert (
        stack.make(body, update=True, capabilities=CAPABILITIES, Names="beta,gamma", Target="Parambeta")
        == "UPDATE_COMPLETE"
    )
    assert set(stack.refs()) == {"Parambeta", "Paramgamma", "Json"}


def test_loops_make_serverless_functions(stack):
    body = """
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Resources:
  Fn::ForEach::Functions:
    - Name
    - [One, Two]
    - "${Name}Function": {Type: AWS::Serverless::Function, Properties: {InlineCode: x, Handler: index.h, Runtime: python3.11, MemorySize: 128}}
"""
    assert stack.make(body, capabilities=CAPABILITIES) == "CREATE_COMPLETE", stack.reasons()
    assert {"OneFunction", "TwoFunction", "OneFunctionRole", "TwoFunctionRole"} == set(stack.refs())


UNDECLARED = {
    "Fn::Length": "Outputs: {O: {Value: {Fn::Length: [a]}}}",
    "Fn::ToJsonString": "Outputs: {O: {Value: {Fn::ToJsonString: {a: b}}}}",
}


@pytest.mark.parametrize("function", UNDECLARED)
def test_an_extension_needs_its_transform(stack, function):
    text = refusal(stack, f"Resources: {{H: {HANDLE}}}\n{UNDECLARED[function]}")[1]
    assert text.startswith(f"Template error: Encountered unsupported function: {function} Supported functions are: [")


def test_a_policy_is_a_text_and_a_mapping_has_no_default_without_the_transform(stack):
    body = "Parameters: {P: {Type: String, Default: Retain}}\nResources: {H: {Type: AWS::CloudFormation::WaitConditionHandle, DeletionPolicy: !Ref P}}"
    assert refusal(stack, body)[1] == "Template format error: Every DeletionPolicy member must be a string."
    body = f"Mappings: {{M: {{a: {{b: c}}}}}}\nResources: {{H: {HANDLE}}}\nOutputs: {{O: {{Value: !FindInMap [M, a, d, {{DefaultValue: e}}]}}}}"
    assert "every Fn::FindInMap object requires three parameters" in refusal(stack, body)[1]


# Includes and macros


def test_what_a_template_includes_is_taken_in(local_aws, stack):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "resources.yml", f"Second: {HANDLE}\nThird: {HANDLE}\n")
    local_aws.put(
        bucket, "top.yml", "Mappings: {M: {a: {b: 1.5}}}\nOutputs: {M: {Value: {'Fn::FindInMap': [M, a, b]}}}\n"
    )
    body = f"""
Transform: {{Name: AWS::Include, Parameters: {{Location: !Sub "s3://${{Bucket}}/top.yml"}}}}
Parameters: {{Bucket: {{Type: String, Default: {bucket}}}}}
Resources:
  First: {HANDLE}
  Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: !Sub "s3://${{Bucket}}/resources.yml"}}}}
"""
    assert stack.make(body, capabilities=CAPABILITIES) == "CREATE_COMPLETE", stack.reasons()
    assert (set(stack.refs()), stack.outputs()) == ({"First", "Second", "Third"}, {"M": "1.5"})


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"Transform: Mine\nResources: {{H: {HANDLE}}}", "No transform named 000000000000::Mine found."),
        (f"Transform: [AWS::LanguageExtensions, AWS::Nothing]\nResources: {{H: {HANDLE}}}", "No transform named AWS::Nothing found."),
        (f"Resources: {{H: {HANDLE}, 'Fn::Transform': {{Name: Mine, Parameters: {{a: b}}}}}}", "No transform named 000000000000::Mine found."),
        (f"Transform: AWS::SecretsManager-2020-07-23\nResources: {{H: {HANDLE}}}", "The transform AWS::SecretsManager-2020-07-23 is not supported by the local AWS"),
        (f"Transform: {{Name: AWS::Include, Parameters: {{Location: s3://no-such-bucket-here/k}}}}\nResources: {{H: {HANDLE}}}", "Transform AWS::Include failed with: The S3 object s3://no-such-bucket-here/k does not exist."),
    ],
)  # fmt: skip
def test_a_transform_that_is_not_there_is_named(stack, body, text):
    assert refusal(stack, body, capabilities=CAPABILITIES) == ("ValidationError", text)
