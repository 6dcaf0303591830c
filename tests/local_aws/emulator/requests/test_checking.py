"""Requests that are not as AWS's models say are refused before a handler sees them; those that are go on."""

import asyncio
import dataclasses
import json
from urllib.parse import parse_qs, unquote

import cbor2
import pytest

from local_aws.emulator.requests.checking import RefusedError, checked_body
from local_aws.emulator.requests.guarding import answered, failure, guarded
from local_aws.emulator.requests.models import MODELS, is_service_name, load_models
from tests.fuzz.valid_requests import OFTEN, Request, model, operations, request_for

EMULATORS_NAME = {name: ours for ours, names in MODELS.items() for name in names}
FORM = (("content-type", "application/x-www-form-urlencoded"),)
REPLACED = {"PutBucketNotification", "GetBucketNotification", "PutBucketLifecycle", "GetBucketLifecycle"}
"""Of one address with operations that took their place."""


def check(request: Request) -> bytes:
    """The body as a handler would see it."""
    path, _, query = request.path.partition("?")
    headers = {name.lower(): value for name, value in request.headers}
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/{request.signing_name}/aws4_request,"
    )
    service = EMULATORS_NAME.get(request.service, request.service)
    fields = parse_qs(query, keep_blank_values=True)
    return asyncio.run(checked_body(service, request.method, unquote(path), headers, request.body, fields))


def refusal(request: Request) -> tuple[int, bytes]:
    with pytest.raises(RefusedError) as refused:
        check(request)
    status, _, body = refused.value.response
    return status, body


def json_refusal(service: str, operation: str, body: bytes) -> tuple[str, str]:
    status, answer = refusal(request_for(service, operation, full=False).but(body=body))
    assert status == 400
    said = json.loads(answer)
    return said["__type"], said["Message" if service == "athena" and "Message" in said else "message"]


def test_every_valid_request_of_every_operation_that_pipelines_use_goes_on():
    refused = []
    for service in OFTEN:
        for operation in operations(service):
            for full in (False, True):
                request = request_for(service, operation, full=full)
                try:
                    check(request)
                except RefusedError as error:
                    if f"{operation} is not supported by the local AWS".encode() not in error.response[2]:
                        refused.append((service, operation, error.response[2]))
    assert [found for found in refused if found[1] not in REPLACED] == []


def test_every_rest_address_is_known_for_its_operation():
    for service in ("s3", "lambda", "scheduler"):
        check(request_for(service, operations(service)[0], full=False))
        routes = load_models(service)[0].routes
        for operation in operations(service):
            request = request_for(service, operation, full=True)
            path, _, query = request.path.partition("?")
            headers = {name.lower(): value for name, value in request.headers}
            found = routes.match(request.method, unquote(path), parse_qs(query, keep_blank_values=True), headers)
            if operation not in REPLACED | {"ListDirectoryBuckets"}:  # the latter is ListBuckets on another host
                assert found.name == operation


# JSON


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'"x"',
        b"null",
        b"1",
        b"[]",
        '{"Name":"d"}'.encode("utf-16"),
        b"\xff",
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b'{"a":' * 20_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"a":1' + b"0" * 5000 + b"}",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(body):
    assert json_refusal("glue", "GetDatabase", body)[0] == "SerializationException"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"Name": []}, "Start of list found where not expected"),
        ({"Name": {}}, "Start of structure or map found where not expected."),
        ({"Name": 5}, "NUMBER_VALUE can not be converted to a String"),
        ({"Name": True}, "TRUE_VALUE can not be converted to a String"),
    ],
)
def test_a_value_of_another_type_is_refused_in_awss_words(body, sentence):
    # The first two sentences: github.com/aws/aws-sdk-js-v3/issues/7215; the others are from memory.
    assert json_refusal("glue", "GetDatabase", json.dumps(body).encode()) == ("SerializationException", sentence)


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 10**400, 1.5, "5", False])
def test_a_number_that_its_member_cannot_hold_is_refused(number):
    body = json.dumps({"MaxResults": number}).encode()
    assert json_refusal("glue", "GetDatabases", body)[0] == "SerializationException"


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("glue", "GetTable", "ValidationException"),
        ("athena", "StartQueryExecution", "InvalidRequestException"),
        ("logs", "CreateLogStream", "InvalidParameterException"),
        ("dynamodb", "GetItem", "ValidationException"),
    ],
)
def test_missing_members_are_named_together(service, operation, code):
    needed = model(service).operation_model(operation).input_shape.required_members
    said = json_refusal(service, operation, b"{}")
    must = "failed to satisfy constraint: Member must not be null"
    each = [f"Value null at '{name[:1].lower()}{name[1:]}' {must}" for name in needed]
    plural = "s" if len(needed) > 1 else ""
    assert said == (code, f"{len(needed)} validation error{plural} detected: {'; '.join(each)}")


def test_a_null_member_is_absent():
    request = request_for("glue", "GetTables", full=False)
    assert check(request.but(body=b'{"DatabaseName":"d","NextToken":null}')) == b'{"DatabaseName": "d"}'
    assert json_refusal("glue", "GetTables", b'{"DatabaseName":null}')[0] == "ValidationException"


def test_a_document_may_be_nested_as_deeply_as_dynamodb_takes_it_and_not_much_deeper():
    def body(levels: int) -> bytes:
        attribute = '{"M":{"a":' * levels + '{"S":"x"}' + "}}" * levels
        return f'{{"TableName":"t","Item":{{"k":{attribute}}}}}'.encode()

    assert check(request_for("dynamodb", "PutItem", full=False).but(body=body(32))) == body(32)
    assert json_refusal("dynamodb", "PutItem", body(80))[0] == "SerializationException"


def test_members_that_the_model_does_not_know_are_passed_over_as_aws_does():
    body = b'{"Name":"d","Strange":[1]}'
    assert json.loads(check(request_for("glue", "GetDatabase", full=False).but(body=body))) == {"Name": "d"}


def test_an_operation_that_is_none_is_refused():
    request = request_for("glue", "GetDatabase", full=False)
    for target in ("AWSGlue.Nope", "Nope", "", "AmazonAthena.GetDatabase"):
        status, answer = refusal(request.but(headers=(("x-amz-target", target),)))
        assert (status, json.loads(answer)["__type"]) == (400, "UnknownOperationException")


def test_a_signature_for_another_service_is_refused():
    status, answer = refusal(
        dataclasses.replace(request_for("glue", "GetDatabases", full=False), signing_name="athena")
    )
    assert status == 403
    assert json.loads(answer)["message"] == "Credential should be scoped to correct service: 'glue'."


# Forms, XML, CBOR


def form(service: str, body: bytes) -> tuple[int, bytes]:
    signing_name = model(service).signing_name
    return refusal(Request(service, "", "POST", "/", FORM, body, signing_name))


@pytest.mark.parametrize(
    ("service", "body", "parts"),
    [
        ("iam", b"Action=GetRole&Version=2010-05-08", [b"<Code>ValidationError<", b"Value null at 'roleName' failed"]),
        ("iam", b"Action=GetRole&RoleName.member.1=x", [b"<Code>MalformedInput<", b"Unexpected complex element term"]),
        (
            "iam",
            b"Action=TagRole&RoleName=r&Tags=x",
            [b"<Code>MalformedInput<", b"Unexpected list element termination"],
        ),
        ("iam", b"Action=ListRoles&MaxItems=x", [b"<Code>ValidationError<"]),
        ("iam", b"Action=Nope", [b"<Code>InvalidAction<"]),
        ("iam", b"\xff\xfe", [b"<Code>MalformedInput<"]),
        ("iam", b"Action=GetRole&" + b"A." * 3000 + b"=1", [b"<Code>MalformedInput<"]),
        ("ec2", b"Action=DeleteVpc", [b"<Response><Errors><Error><Code>MissingParameter<", b"the parameter VpcId<"]),
        ("ec2", b"Action=DescribeVpcs&MaxResults=99999999999", [b"<Code>InvalidParameterValue<"]),
    ],
)
def test_a_form_that_is_not_as_the_model_says_is_refused(service, body, parts):
    status, answer = form(service, body)
    assert status == 400
    assert [part for part in parts if part not in answer] == []


@pytest.mark.parametrize(
    "body",
    [
        b"<a",
        b"<Tagging/>",
        b"<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Tagging><TagSet/></Tagging>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><Tagging><TagSet/></Tagging>',
        b'<?xml version="1.0" encoding="UTF-99"?><Tagging/>',
        b"\xff\xfe<",
        b"<a>" * 20_000,
    ],
)
def test_xml_that_s3_does_not_take_is_refused(body):
    status, answer = refusal(request_for("s3", "PutBucketTagging", full=False).but(body=body))
    assert (status, b"<Code>MalformedXML</Code>" in answer) == (400, True)


def test_a_number_in_a_query_string_is_checked():
    request = request_for("s3", "ListObjectsV2", full=False)
    status, answer = refusal(request.but(path="/fuzz-bucket?list-type=2&max-keys=x"))
    assert status == 400
    assert b"<Code>InvalidArgument</Code><Message>Provided max-keys not an integer or within integer range<" in answer
    assert b"<ArgumentName>max-keys</ArgumentName><ArgumentValue>x</ArgumentValue>" in answer


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"\x9f" * 3000,
        b"\x81" * 20_000,
        cbor2.dumps({"Namespace": 5}),
        cbor2.dumps([]),
        cbor2.dumps({}),
        b"\xa1\x69Namespace\xd8\x1c\x81\xd8\x1d\x00",
    ],
)
def test_cbor_that_is_not_as_the_model_says_is_refused_in_cbor(body):
    status, answer = refusal(request_for("cloudwatch", "PutMetricData", full=False).but(body=body))
    assert status == 400
    assert cbor2.loads(answer)["__type"] in ("SerializationException", "MissingParameter")


# Handlers


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (KeyError("x"), 400, "ValidationException"),
        (TypeError("unhashable type: 'list'"), 400, "ValidationException"),
        (RecursionError(), 400, "ValidationException"),
        (OSError(28, "No space left on device"), 500, "InternalFailure"),
    ],
)
def test_a_handler_that_stumbles_refuses_and_a_failure_of_the_machine_stays_one(error, status, code):
    async def handler(*_):
        raise error

    load_models("glue")
    answer = asyncio.run(guarded("glue", handler)("POST", "/", {"x-amz-target": "AWSGlue.GetJobs"}, b"{}", {}))
    assert (answer[0], json.loads(answer[2])["__type"]) == (status, code)


def test_what_is_not_simulated_is_refused_and_other_answers_of_handlers_stay():
    async def without_asymmetric_keys(*_):
        return 500, {}, b'{"__type": "KMSInternalException", "message": "CreateKey requires the cryptography package."}'

    async def failing(*_):
        return 500, {}, b"{}"

    status, _, body = asyncio.run(guarded("kms", without_asymmetric_keys)("POST", "/", {}, b"{}", {}))
    assert (status, json.loads(body)["__type"]) == (400, "UnsupportedOperationException")
    assert asyncio.run(guarded("kms", failing)("POST", "/", {}, b"{}", {})) == (500, {}, b"{}")


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({"x-amz-target": "AWSGlue.GetJobs"}, b'"__type": "InternalFailure"'),
        ({"content-type": "application/x-www-form-urlencoded"}, b"<Code>InternalFailure</Code>"),
        ({"smithy-protocol": "rpc-v2-cbor"}, b"InternalFailure"),
        ({}, b"<Error><Code>InternalError</Code>"),
    ],
)
def test_an_internal_error_has_a_body_in_the_form_of_its_protocol(headers, part):
    status, _, body = failure("", "/", headers, {}, OSError(28, "No space left on device"))
    assert (status, part in body) == (500, True)


def test_what_the_whole_application_raises_is_answered():
    sent = []

    async def broken(*_):
        raise OSError(28, "No space left on device")

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(answered(broken)(scope, None, send))
    assert sent[0]["status"] == 500
    assert b"No space left on device" in sent[1]["body"]
    sent.clear()
    asyncio.run(answered(broken)({**scope, "query_string": b"\xff"}, None, send))
    assert sent[0]["status"] == 400


# What is taken of the emulator and of botocore


def test_every_service_of_the_emulator_has_a_model_or_is_known_to_have_none():
    from ministack import app

    without = {name for name in app.SERVICE_REGISTRY if not load_models(name)}
    assert without == {"appsync-events", "ecs-metadata", "imds"}


def test_names_of_services_are_known_without_their_models():
    assert all(is_service_name(name) for name in ("redshift", "glacier", "monitoring"))
    assert not is_service_name("nope")


def test_the_emulator_has_the_private_names_that_are_wrapped():
    from ministack import app
    from ministack.core import router

    assert callable(app._handle_special_data_plane_request)
    assert callable(app._routing_params)
    assert callable(app._extract_s3_vhost_bucket)
    assert app._S3_VHOST_EXCLUDE_RE.pattern
    assert isinstance(app._NON_S3_VHOST_NAMES, set | frozenset | tuple | list)
    assert router.detect_service("POST", "/", {"x-amz-target": "AWSGlue.GetJobs"}, {}) == "glue"
    assert "_is_aws_service_name" in router.detect_service.__code__.co_names
