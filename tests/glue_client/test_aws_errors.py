"""Errors as AWS sends them (those of the emulator where it sends the same), and as botocore raises them."""

import os
import re
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from threading import Thread

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)

from glue_client import aws
from glue_client.aws import Aws
from glue_client.aws_errors import explained
from glue_client.errors import DeployError

STARTS = "./pyntw localaws, local-glue start"


def refusal(code, message="AWS's words", operation="StartWorkflowRun"):
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.fixture
def nowhere(monkeypatch):
    """No AWS setting at all."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal("AccessDeniedException"), "AWS denied StartWorkflowRun"),
        (refusal("AccessDenied"), "AWS denied StartWorkflowRun"),
        (refusal("ExpiredToken"), "the AWS credentials have expired"),
        (refusal("ExpiredTokenException"), "the AWS credentials have expired"),
        (refusal("UnrecognizedClientException"), "AWS does not know these credentials"),
        (refusal("InvalidClientTokenId"), "AWS does not know these credentials"),
        (refusal("SignatureDoesNotMatch"), "the AWS secret key does not fit the access key"),
        (refusal("ThrottlingException"), "AWS asks for fewer calls at a time"),
        (refusal("SomethingElse"), "AWS refused StartWorkflowRun"),
        (NoCredentialsError(), "no AWS credentials"),
        (NoRegionError(), "no AWS region"),
        (ProfileNotFound(profile="x"), "no such AWS profile"),
        (UnauthorizedSSOTokenError(), "the AWS log-in is missing or has expired"),
        (FileNotFoundError(2, "No such file", "x"), "a file could not be used"),
        (ZeroDivisionError(), "this should not have happened"),
    ],
)
def test_an_error_has_its_meaning(error, expected):
    assert explained(error).failed == expected


def test_what_aws_said_is_shown():
    assert explained(refusal("AccessDeniedException")).seen == "AccessDeniedException: AWS's words"


def test_each_error_says_what_to_do():
    assert [
        one for one in (refusal("AccessDenied"), NoRegionError(), ValueError("x")) if not explained(one).next_step
    ] == []


def test_an_explained_error_stays_as_it_is():
    error = DeployError("x")
    assert explained(error) is error


def test_an_endpoint_where_nobody_listens(nowhere):
    nowhere.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    nowhere.setenv("AWS_ACCESS_KEY_ID", "test")
    nowhere.setenv("AWS_SECRET_ACCESS_KEY", "test")
    nowhere.setenv("AWS_REGION", "eu-west-1")
    with pytest.raises(Exception, match="Could not connect") as caught:
        Aws().account  # noqa: B018
    error = explained(caught.value)
    assert (error.failed, error.next_step) == (
        "nothing answers where AWS should",
        f"start what should answer at http://127.0.0.1:9 ({STARTS}), or unset AWS_ENDPOINT_URL to use AWS",
    )


def test_the_region_of_the_aws_cli_counts(nowhere):
    nowhere.setenv("AWS_REGION", "eu-north-1")
    assert Aws().region == "eu-north-1"


@pytest.mark.usefixtures("nowhere")
def test_no_region_is_noticed():
    with pytest.raises(NoRegionError):
        Aws().region  # noqa: B018


def test_no_credentials_are_noticed(nowhere):
    nowhere.setenv("AWS_REGION", "eu-north-1")
    with pytest.raises(NoCredentialsError):
        Aws().account  # noqa: B018


@pytest.mark.usefixtures("aws_environment")
def test_credentials_that_are_not_known(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODYKNOWSTHIS0")
    with pytest.raises(ClientError) as caught:
        Aws().cloudformation.describe_stacks()
    assert explained(caught.value).failed == "AWS does not know these credentials"


def test_https_to_a_server_of_http_says_so(endpoint, nowhere):
    nowhere.setenv("AWS_ENDPOINT_URL", endpoint.replace("http:", "https:"))
    nowhere.setenv("AWS_ACCESS_KEY_ID", "test")
    nowhere.setenv("AWS_SECRET_ACCESS_KEY", "test")
    nowhere.setenv("AWS_REGION", "eu-west-1")
    with pytest.raises(Exception, match="SSL validation failed") as caught:
        Aws().account  # noqa: B018
    error = explained(caught.value)
    assert (error.failed, error.next_step) == (
        "what answers there speaks http, not https",
        f"export AWS_ENDPOINT_URL={endpoint}",
    )


@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidClientTokenId", "InvalidAccessKeyId"])
def test_a_wrong_key_of_the_local_aws_says_where_the_right_one_stands(nowhere, code):
    nowhere.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    advice = explained(refusal(code)).next_step
    assert [word for word in ("./pyntw localaws", "root-key.json", ".local-aws", "test") if word not in advice] == []


def test_the_local_key_without_the_endpoint_says_what_is_missing(nowhere):
    nowhere.setenv("AWS_ACCESS_KEY_ID", "test")
    assert "export AWS_ENDPOINT_URL too" in explained(refusal("InvalidClientTokenId")).next_step


def test_a_wrong_key_of_another_endpoint_is_not_the_local_aws_s(nowhere):
    nowhere.setenv("AWS_ENDPOINT_URL", "https://vpce-1.glue.eu-west-1.vpce.amazonaws.com")
    assert explained(refusal("InvalidClientTokenId")).next_step.startswith("log in (aws sso login")


@pytest.mark.usefixtures("nowhere")
def test_without_a_key_both_ways_are_named():
    advice = explained(NoCredentialsError()).next_step
    assert "aws sso login" in advice
    assert "./pyntw localaws" in advice


class Page(BaseHTTPRequestHandler):
    """A web server of somebody's, which answers all with a page."""

    status = 200

    def do_POST(self):
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><body><p>Hello of\n  another</p></body></html>")

    do_GET = do_PUT = do_POST  # noqa: N815

    def log_message(self, *_line):
        """Nothing."""


class Files(SimpleHTTPRequestHandler):
    """What `python3 -m http.server` runs."""

    def log_message(self, *_line):
        """Nothing."""


@pytest.fixture
def another_server(nowhere, request):
    """AWS_ENDPOINT_URL leads to a server that is no AWS."""
    nowhere.setattr(aws, "CONFIG", Config(retries={"total_max_attempts": 1}))
    server = ThreadingHTTPServer(("127.0.0.1", 0), request.param)
    thread = Thread(target=server.serve_forever, args=(0.01,))  # seconds between looks for its end
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    for name, value in {"ENDPOINT_URL": address, "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        nowhere.setenv(f"AWS_{name}", value)
    nowhere.setenv("AWS_REGION", "eu-west-1")
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


QUERY = [lambda aws: aws.account, lambda aws: aws.cloudformation.describe_stacks(StackName="x")]
JSON = [lambda aws: aws.glue.list_jobs(), lambda aws: aws.athena.list_work_groups()]
"""Services of two protocols; that of JSON takes any answer with status 200."""
NotFound = type("NotFound", (Page,), {"status": 404})
CASES = [*product([Page, NotFound, Files], QUERY), *product([NotFound, Files], JSON)]


@pytest.mark.parametrize(("another_server", "ask"), CASES, indirect=["another_server"])
def test_what_answers_and_is_no_aws_is_told(another_server, ask):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - botocore raises a KeyError too
        ask(Aws())
    told = explained(caught.value)
    assert told.failed == f"what answers at {another_server} is no AWS"
    assert len(told.seen.splitlines()) <= 1
    assert "<" not in told.seen
    assert "retries" not in told.seen
    assert f"({STARTS})" in told.next_step
    assert "unset AWS_ENDPOINT_URL" in told.next_step


@pytest.mark.parametrize("headers", [{"x-amzn-requestid": "1"}, {"x-amz-request-id": "1"}])
def test_a_refusal_of_aws_without_a_code_is_one_of_aws(headers):
    answer = {"Error": {"Code": "503", "Message": "x"}, "ResponseMetadata": {"HTTPHeaders": headers}}
    assert explained(ClientError(answer, "ListBuckets")).failed == "AWS refused ListBuckets"
    head = {"Error": {"Code": "404", "Message": "Not Found"}, "ResponseMetadata": {"HTTPHeaders": {}}}
    assert explained(ClientError(head, "HeadObject")).failed == "AWS refused HeadObject"
    assert explained(KeyError("mine")).failed == "this should not have happened"


@pytest.mark.parametrize(
    ("region", "near"), [("us-esat-1", "us-east-1"), ("eu-west1", "eu-west-1"), ("mars", "eu-west-1")]
)
def test_a_region_that_aws_has_not_is_none_of_the_local_aws_either(nowhere, region, near):
    nowhere.setenv("AWS_REGION", region)
    Aws()  # of AWS its address says so
    nowhere.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    with pytest.raises(DeployError) as caught:
        Aws()
    assert str(caught.value).splitlines()[0] == f'error: AWS has no region "{region}"'
    assert re.search(rf"next: export AWS_REGION, to .*\b{near}\b.* or whichever you mean", str(caught.value))
