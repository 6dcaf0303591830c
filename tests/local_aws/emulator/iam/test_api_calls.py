"""What an API calls it may call: the function's policy lets API Gateway in, or the integration's role may.

Source: API Gateway's developer guides; the words of answers are those of public reports.
"""

import json

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique
from tests.local_aws.cloudformation.stack import Stack
from tests.local_aws.cloudformation.types.compute import zipped

CODE = zipped("def handler(*_): return {'statusCode': 200, 'body': 'called'}")
FUNCTIONS = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/"


@pytest.fixture(scope="module")
def roles(local_aws):
    """Roles of API Gateway that may do nothing, and everything."""
    iam, name = local_aws.client("iam"), unique("api")
    trust = {"Effect": "Allow", "Principal": {"Service": ["apigateway.amazonaws.com", "lambda.amazonaws.com"]}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]})
    made = [iam.create_role(RoleName=f"{name}-{end}", AssumeRolePolicyDocument=document) for end in ("none", "all")]
    everything = json.dumps({"Version": "2012-10-17", "Statement": [allow("*")]})
    iam.put_role_policy(RoleName=f"{name}-all", PolicyName="all", PolicyDocument=everything)
    return [each["Role"]["Arn"] for each in made]


@pytest.fixture(scope="module")
def function(local_aws, roles):
    made = local_aws.client("lambda").create_function(
        FunctionName=unique("f"), Role=roles[0], Runtime="python3.11", Handler="index.handler", Code={"ZipFile": CODE}
    )
    return made["FunctionArn"]


def rest_api(local_aws, **integration):
    """A REST API with one method, deployed; its identity."""
    api = local_aws.client("apigateway")
    identity = api.create_rest_api(name=unique("api"))["id"]
    where = {"restApiId": identity, "resourceId": api.get_resources(restApiId=identity)["items"][0]["id"]}
    api.put_method(**where, httpMethod="POST", authorizationType="NONE")
    api.put_integration(**where, httpMethod="POST", integrationHttpMethod="POST", **integration)
    if integration["type"] == "AWS":
        api.put_integration_response(**where, httpMethod="POST", statusCode="200")
    api.create_deployment(restApiId=identity, stageName="prod")
    return identity


def answer(local_aws, path, data="{}"):
    """Status and body of a signed call."""
    request = AWSRequest("POST", local_aws.endpoint + path, data=data, headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials("test", "test"), "execute-api", REGION).add_auth(request)
    response = URLLib3Session().send(request.prepare())
    return response.status_code, response.text


def let_in(local_aws, function, api, path):
    local_aws.client("lambda").add_permission(
        FunctionName=function,
        StatementId=unique("s"),
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{path}",
    )


def test_a_rest_api_calls_a_function_whose_policy_lets_this_api_in(local_aws, function):
    api = rest_api(local_aws, type="AWS_PROXY", uri=f"{FUNCTIONS}{function}/invocations")
    url = f"/restapis/{api}/prod/_user_request_/"
    refused = (500, '{"message": "Internal server error"}')
    assert answer(local_aws, url) == refused
    let_in(local_aws, function, "another", "*")
    let_in(local_aws, function, api, "prod/GET/")
    assert answer(local_aws, url) == refused
    let_in(local_aws, function, api, "*/POST/*")
    assert answer(local_aws, url) == (200, "called")


def test_a_rest_api_calls_a_function_with_a_role_that_may(local_aws, function, roles):
    for role, status in zip(roles, (500, 200), strict=True):
        api = rest_api(local_aws, type="AWS_PROXY", uri=f"{FUNCTIONS}{function}/invocations", credentials=role)
        assert answer(local_aws, f"/restapis/{api}/prod/_user_request_/")[0] == status


def test_an_authorizer_is_called_where_its_function_lets_it_in(local_aws, roles):
    allowing = (
        "def handler(event, _):\n    return {'principalId': 'x', 'policyDocument': {"
        "'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', "
        "'Action': 'execute-api:Invoke', 'Resource': event['methodArn']}]}}"
    )
    made = local_aws.client("lambda").create_function(
        FunctionName=unique("f"),
        Role=roles[0],
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": zipped(allowing)},
    )["FunctionArn"]
    identity = rest_api(local_aws, type="MOCK")
    api = local_aws.client("apigateway")
    given = {"name": "a", "type": "REQUEST", "identitySource": "method.request.header.Content-Type"}
    given |= {"authorizerUri": f"{FUNCTIONS}{made}/invocations", "authorizerResultTtlInSeconds": 0}
    authorizer = api.create_authorizer(restApiId=identity, **given)["id"]
    root = api.get_resources(restApiId=identity)["items"][0]["id"]
    custom = [
        {"op": "replace", "path": "/authorizationType", "value": "CUSTOM"},
        {"op": "replace", "path": "/authorizerId", "value": authorizer},
    ]
    api.update_method(restApiId=identity, resourceId=root, httpMethod="POST", patchOperations=custom)
    url = f"/restapis/{identity}/prod/_user_request_/"
    assert answer(local_aws, url)[0] == 500
    let_in(local_aws, made, identity, f"authorizers/{authorizer}")
    assert answer(local_aws, url)[0] == 200


def test_a_http_api_calls_a_function_whose_policy_or_whose_role_allows_it(local_aws, function, roles):
    apis = local_aws.client("apigatewayv2")

    def made(**more):
        api = apis.create_api(Name=unique("api"), ProtocolType="HTTP")["ApiId"]
        integration = apis.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0", **more
        )
        target = f"integrations/{integration['IntegrationId']}"
        apis.create_route(ApiId=api, RouteKey="POST /x", Target=target)
        apis.create_stage(ApiId=api, StageName="s", AutoDeploy=True)
        assert apis.get_integration(ApiId=api, IntegrationId=target[13:]).get("CredentialsArn") == more.get(
            "CredentialsArn"
        )
        return api

    api = made()
    assert call_http(local_aws, api) == (500, '{"message": "Internal Server Error"}')
    let_in(local_aws, function, api, "*/POST/x")
    assert call_http(local_aws, api) == (200, "called")
    assert [call_http(local_aws, made(CredentialsArn=role))[0] for role in roles] == [500, 200]
    named = {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0", "CredentialsArn": roles[1]}
    other = apis.create_api(Name=unique("api"), ProtocolType="HTTP")["ApiId"]
    foreign = function.replace("arn:aws:", "arn:aws-cn:")
    wrong = apis.create_integration(ApiId=other, IntegrationUri=foreign, **named)["IntegrationId"]
    apis.create_route(ApiId=other, RouteKey="POST /x", Target=f"integrations/{wrong}")
    apis.create_stage(ApiId=other, StageName="s", AutoDeploy=True)
    assert call_http(local_aws, other)[0] == 500
    said = error_of(
        apis.create_integration,
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationSubtype="SQS-SendMessage", CredentialsArn=roles[1],
        PayloadFormatVersion="1.0",
    )  # fmt: skip
    assert said.endswith("with an integrationSubtype is not supported by the local AWS")


def call_http(local_aws, api):
    return answer(local_aws, f"/restapis/{api}/s/_user_request_/x")


def test_a_queue_is_reached_with_a_role_that_may(local_aws, roles):
    queues, name = local_aws.client("sqs"), unique("q")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    uri = f"arn:aws:apigateway:{REGION}:sqs:path/{ACCOUNT}/{name}"
    said = error_of(lambda **given: rest_api(local_aws, **given), type="AWS", uri=uri)
    assert said == "BadRequestException: Role ARN must be specified for AWS integrations"
    for role, sent in zip(roles, ("0", "1"), strict=True):
        api = rest_api(local_aws, type="AWS", uri=uri, credentials=role)
        answer(local_aws, f"/restapis/{api}/prod/_user_request_/", "Action=SendMessage&MessageBody=x")
        attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        assert attributes["Attributes"]["ApproximateNumberOfMessages"] == sent
    other = f"arn:aws:apigateway:{REGION}:dynamodb:action/PutItem"
    said = error_of(lambda **given: rest_api(local_aws, **given), type="AWS", uri=other, credentials=roles[1])
    assert said.endswith("of type AWS with dynamodb:action is not supported by the local AWS")


def test_whoever_gives_an_api_a_role_needs_to_be_allowed_to_pass_it(local_aws, function, roles):
    user = local_aws.user(allow(["apigateway:*", "cloudformation:*"]))
    root, api = local_aws.client("apigateway"), local_aws.client("apigateway", user)
    identity = root.create_rest_api(name=unique("api"))["id"]
    where = {"restApiId": identity, "resourceId": root.get_resources(restApiId=identity)["items"][0]["id"]}
    root.put_method(**where, httpMethod="POST", authorizationType="NONE")
    integration = {"type": "AWS_PROXY", "uri": f"{FUNCTIONS}{function}/invocations", "credentials": roles[1]}
    document = {"openapi": "3.0.1", "info": {"title": "x", "version": "1"}, "paths": {
        "/x": {"post": {"x-amazon-apigateway-integration": {**integration, "httpMethod": "POST"}}}}}  # fmt: skip
    put = {**where, "httpMethod": "POST", "integrationHttpMethod": "POST"}
    root.put_integration(**put, type="AWS_PROXY", uri=integration["uri"])
    v2 = local_aws.client("apigatewayv2", user)
    http = local_aws.client("apigatewayv2").create_api(Name=unique("api"), ProtocolType="HTTP")["ApiId"]
    patch = {"op": "replace", "path": "/credentials", "value": roles[1]}
    for said in (
        error_of(api.put_integration, **put, **integration),
        error_of(api.update_integration, **where, httpMethod="POST", patchOperations=[patch]),
        error_of(api.import_rest_api, body=json.dumps(document)),
        error_of(api.put_rest_api, restApiId=identity, body=json.dumps(document)),
        error_of(
            v2.create_integration,
            ApiId=http, IntegrationType="AWS_PROXY", IntegrationUri=function, CredentialsArn=roles[1],
        ),
    ):  # fmt: skip
        assert f"iam:PassRole on resource: {roles[1]}" in said
    stacks = {
        "Method": {"Type": "AWS::ApiGateway::Method", "Properties": {
            "RestApiId": identity, "ResourceId": where["resourceId"], "HttpMethod": "GET", "AuthorizationType": "NONE",
            "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": integration["uri"],
                            "Credentials": roles[1]}}},
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": document}},
        "RestApi": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": document}},
    }  # fmt: skip
    for name, resource in stacks.items():
        stack = Stack(local_aws, user)
        assert stack.apply({name: resource}) == "ROLLBACK_COMPLETE"
        assert f"iam:PassRole on resource: {roles[1]}" in stack.reasons()[0]


def test_a_stack_does_not_make_what_reaches_a_service_without_a_role(local_aws):
    stack = Stack(local_aws)
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": unique("api")}}
    method = {"Type": "AWS::ApiGateway::Method", "Properties": {
        "RestApiId": {"Ref": "A"}, "ResourceId": {"Fn::GetAtt": ["A", "RootResourceId"]}, "HttpMethod": "POST",
        "AuthorizationType": "NONE",
        "Integration": {"Type": "AWS", "IntegrationHttpMethod": "POST",
                        "Uri": f"arn:aws:apigateway:{REGION}:sqs:path/{ACCOUNT}/q"}}}  # fmt: skip
    assert stack.apply({"A": api, "M": method}) == "ROLLBACK_COMPLETE"
    assert "Role ARN must be specified for AWS integrations" in stack.reasons()[0]
