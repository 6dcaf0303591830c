"""The front gate of a real server: raw requests of those that must not come in, and of those that must."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import urllib.parse
from contextlib import closing

import boto3
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import REGION, LocalAws, allow

CORS = {
    "CORSRules": [
        {
            "AllowedOrigins": ["https://notebook.example"],
            "AllowedMethods": ["GET", "PUT"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag"],
        }
    ]
}
FORGED = (
    "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
)

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def call(aws: LocalAws, method="GET", path="/", headers=None, body=b"") -> tuple[int, dict[str, str], bytes]:
    """A request exactly as written here."""
    with closing(http.client.HTTPConnection("127.0.0.1", aws.port, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def signed(aws, service, method="POST", path="/", headers=None, body=b"", signer=SigV4Auth, keys=("test", "test")):
    """The headers of a request signed as botocore does it."""
    request = AWSRequest(method, aws.endpoint + path, headers or {}, body)
    signer(Credentials(*keys), service, REGION).add_auth(request)
    return dict(request.headers.items())


def get_jobs(aws, more=None, **settings):
    content = {"X-Amz-Target": "AWSGlue.GetJobs", "Content-Type": "application/x-amz-json-1.1"}
    headers = signed(aws, "glue", headers=content, body=b"{}", **settings)
    return call(aws, "POST", "/", headers | (more or {}), b"{}")


def presigned(aws, method, bucket, key):
    address = aws.client("s3", signature_version="s3v4").generate_presigned_url(
        method, Params={"Bucket": bucket, "Key": key}
    )
    return address.removeprefix(aws.endpoint)


# Hosts


@pytest.mark.parametrize(
    "host",
    ["evil.example:{port}", "evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", "", "0:{port}",
     "169.254.169.254:{port}", "127.0.0.1.evil.example:{port}", "localhost:{port}@evil.example", "127.0.0.1:{port}x"],
)  # fmt: skip
def test_another_host_is_refused_whatever_is_asked_for(local_aws, host):
    for path in ("/", "/_ministack/health", "/bucket/key"):
        status, _, body = call(local_aws, path=path, headers={"Host": host.format(port=local_aws.port)})
        assert status == 403
        assert body.startswith(f"This local AWS answers to http://127.0.0.1:{local_aws.port}".encode())


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "LOCALHOST:{port}", "localhost:{port}", "[::1]:{port}"])
def test_this_servers_own_names_are_served(local_aws, host):
    status, _, body = call(local_aws, path="/_ministack/health", headers={"Host": host.format(port=local_aws.port)})
    assert (status, json.loads(body)) == (200, {"status": "ok"})


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1:{port}", "evil.example"], ["127.0.0.1:{port}", "127.0.0.1:{port}"]])
def test_a_host_stands_there_once(local_aws, hosts):
    lines = ["GET /_ministack/health HTTP/1.1", *(f"Host: {host.format(port=local_aws.port)}" for host in hosts)]
    assert raw(local_aws, "\r\n".join([*lines, "Connection: close", "", ""])).split()[1] in ("400", "403")


def raw(aws, text):
    with socket.create_connection(("127.0.0.1", aws.port), timeout=20) as connection:
        connection.sendall(text.encode())
        return connection.makefile("rb").read().decode("latin-1")


def test_a_target_that_is_no_path_is_refused(local_aws):
    for target in ("http://evil.example/", "*"):
        answer = raw(
            local_aws, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{local_aws.port}\r\nConnection: close\r\n\r\n"
        )
        assert answer.split()[1] == "400"


def test_websockets_are_refused(local_aws):
    lines = [
        "GET /_aws/execute-api/a/b HTTP/1.1",
        f"Host: 127.0.0.1:{local_aws.port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    assert raw(local_aws, "\r\n".join([*lines, "", ""])).split()[1] == "403"


# Pages of other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_pages_of_other_sites_are_refused_even_with_a_good_signature(local_aws, headers):
    assert get_jobs(local_aws)[0] == 200
    status, answered, body = get_jobs(local_aws, headers)
    assert (status, body[:39]) == (403, b"This local AWS takes no requests from w")
    assert not [name for name in answered if name.startswith("access-control-")]


def test_what_somebody_typed_or_a_page_of_this_server_sends_is_served(local_aws):
    assert get_jobs(local_aws, {"Sec-Fetch-Site": "none"})[0] == 200
    assert get_jobs(local_aws, {"Origin": local_aws.endpoint, "Sec-Fetch-Site": "same-origin"})[0] == 200


def test_no_answer_allows_other_pages_to_read_it(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "k", "x")
    answers = [
        get_jobs(local_aws),
        call(local_aws),
        call(local_aws, path=presigned(local_aws, "get_object", bucket, "k")),
        call(local_aws, "OPTIONS", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}),
    ]
    assert [name for _, headers, _ in answers for name in headers if name.startswith("access-control-")] == []


@pytest.fixture(scope="module")
def cors_bucket(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "k", "for the notebook")
    local_aws.client("s3").put_bucket_cors(Bucket=bucket, CORSConfiguration=CORS)
    return bucket


NOTEBOOK = {"Origin": "https://notebook.example", "Sec-Fetch-Site": "cross-site"}


def test_a_buckets_cors_rules_let_pages_read_its_objects(local_aws, cors_bucket):
    path = presigned(local_aws, "get_object", cors_bucket, "k")
    status, headers, body = call(local_aws, path=path, headers=NOTEBOOK)
    assert (status, body) == (200, b"for the notebook")
    assert headers["access-control-allow-origin"] == "https://notebook.example"
    preflight = NOTEBOOK | {"Access-Control-Request-Method": "GET"}
    status, headers, _ = call(local_aws, "OPTIONS", f"/{cors_bucket}/k", preflight)
    assert (status, headers["access-control-allow-methods"]) == (200, "GET, PUT")


@pytest.mark.parametrize("origin", ["https://evil.example", "https://notebook.example.evil.example", "null"])
def test_other_pages_than_the_rules_allow_are_refused(local_aws, cors_bucket, origin):
    path = presigned(local_aws, "get_object", cors_bucket, "k")
    status, headers, _ = call(local_aws, path=path, headers={"Origin": origin})
    assert (status, headers.get("access-control-allow-origin")) == (403, None)


def test_cors_rules_are_for_objects_alone(local_aws, cors_bucket):
    assert call(local_aws, path=f"/{cors_bucket}", headers=NOTEBOOK)[0] == 403
    assert call(local_aws, "DELETE", f"/{cors_bucket}/k", NOTEBOOK)[0] == 403
    content = {"X-Amz-Target": "AWSGlue.GetJobs"}
    headers = signed(local_aws, "glue", path=f"/{cors_bucket}/k", headers=content, body=b"{}", method="PUT")
    status, _, body = call(local_aws, "PUT", f"/{cors_bucket}/k", headers | NOTEBOOK, b"{}")
    assert (status, body[:39]) == (403, b"This local AWS takes no requests from w")


def test_cors_rules_are_no_signature(local_aws, cors_bucket):
    status, headers, _ = call(local_aws, path=f"/{cors_bucket}/k", headers=NOTEBOOK)
    assert (status, headers["access-control-allow-origin"]) == (403, "https://notebook.example")


# Signatures


SERVICES = [
    ("iam", "list_users", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    ("cloudformation", "list_stacks", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    ("cloudwatch", "list_metrics", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    ("sqs", "list_queues", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    ("glue", "get_jobs", "UnrecognizedClientException", "InvalidSignatureException"),
    ("athena", "list_work_groups", "UnrecognizedClientException", "InvalidSignatureException"),
    ("lambda", "list_functions", "UnrecognizedClientException", "InvalidSignatureException"),
    ("s3", "list_buckets", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
]


def error_of(aws, service, operation, *keys):
    client = boto3.session.Session(*keys, region_name=REGION).client(
        service, endpoint_url=aws.endpoint, config=Config(retries={"total_max_attempts": 1})
    )
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)()
    return caught.value.response["Error"]


@pytest.mark.parametrize(("service", "operation", "unknown", "wrong"), SERVICES)
def test_each_service_says_in_its_own_way_what_is_wrong(local_aws, service, operation, unknown, wrong):
    for keys in (("AKIAUNKNOWNUNKNOWN00", "x"), ("222222222222", "test"), ("000000000000", "test")):
        error = error_of(local_aws, service, operation, *keys)
        assert error["Code"] == unknown
        assert "the access key test with the secret access key test" in error["Message"]
    assert error_of(local_aws, service, operation, "test", "wrong")["Code"] == wrong


def test_temporary_credentials_need_their_token(local_aws):
    role = local_aws.role(allow("*"), trusts="arn:aws:iam::000000000000:root")
    found = local_aws.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    assert local_aws.client("glue", found).get_jobs()["Jobs"] is not None
    keys = found["AccessKeyId"], found["SecretAccessKey"]
    assert error_of(local_aws, "glue", "get_jobs", *keys)["Code"] == "UnrecognizedClientException"
    assert error_of(local_aws, "glue", "get_jobs", *keys, "another")["Code"] == "UnrecognizedClientException"
    assert error_of(local_aws, "s3", "list_buckets", *keys, "another")["Code"] == "InvalidToken"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "code"),
    [
        ("GET", "/", {}, b"", "AccessDenied"),
        ("PUT", "/new-bucket-here", {}, b"", "AccessDenied"),
        ("POST", "/", {"X-Amz-Target": "AWSGlue.GetJobs"}, b"{}", "MissingAuthenticationTokenException"),
        ("POST", "/", FORM, b"Action=ListUsers", "MissingAuthenticationToken"),
        ("GET", "/?Action=ListUsers&Version=2010-05-08", {}, b"", "MissingAuthenticationToken"),
        ("GET", "/2015-03-31/functions/", {}, b"", "MissingAuthenticationTokenException"),
        ("GET", "/", {"Authorization": "Bearer x"}, b"", "InvalidRequest"),
    ],
)  # fmt: skip
def test_nothing_is_served_without_a_signature(local_aws, method, path, headers, body, code):
    status, _, answer = call(local_aws, method, path, headers, body)
    assert status in (400, 403)
    assert f">{code}<" in answer.decode() or f'"{code}"' in answer.decode()


def test_an_anonymous_call_may_what_the_buckets_policy_says(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "public/k", "for all")
    local_aws.put(bucket, "secret", "not for all")
    s3 = local_aws.client("s3")
    s3.delete_public_access_block(Bucket=bucket)
    statement = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/public/*", Principal="*")
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert call(local_aws, path=f"/{bucket}/public/k")[::2] == (200, b"for all")
    for method, path in (
        ("GET", "secret"),
        ("PUT", "public/k"),
        ("DELETE", "public/k"),
        ("GET", ""),
        ("POST", "?delete"),
    ):
        assert call(local_aws, method, f"/{bucket}/{path}")[0] == 403


def test_a_form_field_does_not_name_the_caller_of_anything_else(local_aws):
    bucket = local_aws.bucket()
    part = (
        b'--b\r\nContent-Disposition: form-data; name="x-amz-credential"\r\n\r\ntest/1/r/s3/aws4_request\r\n--b--\r\n'
    )
    content = {"Content-Type": "multipart/form-data; boundary=b"}
    assert call(local_aws, "POST", f"/{bucket}?delete", content, part)[0] == 403
    assert call(local_aws, "POST", f"/{bucket}", content, part)[0] in (400, 403)


def test_a_query_cannot_name_another_caller_than_the_signature(local_aws):
    for query in ("?AWSAccessKeyId=test", "?%41WSAccessKeyId=test", "?X-Amz-Credential=test/1/r/s3/aws4_request"):
        assert call(local_aws, path=f"/{query}")[0] in (400, 403)


def test_a_presigned_request_of_another_service_has_the_rights_of_its_signer_alone(local_aws):
    keys = local_aws.user(allow("glue:GetJobs"))
    request = AWSRequest("POST", local_aws.endpoint + "/", {"X-Amz-Target": "AWSGlue.GetTriggers"})
    SigV4QueryAuth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), "glue", REGION).add_auth(request)
    path = request.url.removeprefix(local_aws.endpoint)
    status, _, body = call(local_aws, "POST", path, dict(request.headers.items()))
    assert (status, b"AccessDeniedException" in body) == (403, True), body


def test_a_presigned_url_of_an_object_calls_nothing_else(local_aws):
    bucket = local_aws.bucket()
    path = presigned(local_aws, "put_object", bucket, "k")
    status, _, _ = call(local_aws, "PUT", path, {"X-Amz-Target": "AWSGlue.StartJobRun"}, b'{"JobName": "x"}')
    assert status == 403
    assert (
        call(local_aws, "PUT", path, {"Content-Type": "application/x-www-form-urlencoded"}, b"Action=ListUsers")[0]
        == 200
    )
    assert local_aws.get(bucket, "k") == b"Action=ListUsers"


def test_signed_forms_upload_and_others_do_not(local_aws):
    bucket = local_aws.bucket()
    for version in ("s3", "s3v4"):
        post = local_aws.client("s3", signature_version=version).generate_presigned_post(bucket, f"{version}.txt")
        assert post_form(local_aws, bucket, post["fields"])[0] == 204
        changed = {
            name: (("B" if value[0] == "A" else "A") + value[1:] if name.endswith("ignature") else value)
            for name, value in post["fields"].items()
        }
        assert post_form(local_aws, bucket, changed)[0] == 403
        named = {name: value.replace("test", "222222222222") for name, value in post["fields"].items()}
        assert post_form(local_aws, bucket, named)[0] in (400, 403)
    assert local_aws.keys(bucket) == ["s3.txt", "s3v4.txt"]


def post_form(aws, bucket, fields):
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    parts.append('--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nhello\r\n--b--\r\n')
    return call(aws, "POST", f"/{bucket}", {"Content-Type": "multipart/form-data; boundary=b"}, "".join(parts).encode())


def test_buckets_in_the_host_are_served(local_aws):
    bucket = local_aws.bucket()
    for host in (f"{bucket}.localhost", f"{bucket}.s3.localhost", f"{bucket}.s3.{REGION}.localhost"):
        for method, body in (("PUT", b"by host"), ("GET", b"")):
            request = AWSRequest(method, f"http://{host}:{local_aws.port}/a/k", {}, body)
            S3SigV4Auth(Credentials("test", "test"), "s3", REGION).add_auth(request)
            headers = dict(request.headers.items()) | {"Host": f"{host}:{local_aws.port}"}
            status, _, answer = call(local_aws, method, "/a/k", headers, body)
            assert status == 200, answer
        assert answer == b"by host"
    assert local_aws.keys(bucket) == ["a/k"]


# Side doors


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/reset?init=1"),
        ("POST", "/_ministack/config"),
        ("GET", "/_ministack/ready"),
        ("GET", "/_localstack/health"),
        ("GET", "/health"),
        ("GET", "/latest/meta-data/iam/security-credentials/"),
        ("PUT", "/latest/api/token"),
        ("GET", "/v2/credentials/x"),
        ("GET", "/_ministack/lambda-code/f"),
        ("POST", "/_ministack/eks-auth/c"),
        ("POST", "/_ministack/rds/iam-auth"),
        ("GET", "/_aws/sqs/messages"),
        ("GET", "/_aws/ses"),
        ("GET", "/_aws/lambda-url/x/"),
        ("GET", "/_aws/execute-api/x/y/"),
        ("GET", "/_alb/x/"),
        ("GET", "/oauth2/authorize"),
        ("GET", "/_ministack/cfn-response/x"),
    ],
)
def test_side_doors_are_closed(local_aws, method, path):
    bucket = local_aws.bucket()
    status, _, body = call(local_aws, method, path, {"Content-Type": "text/plain"})
    assert status in (403, 404), body
    assert bucket in [found["Name"] for found in local_aws.client("s3").list_buckets()["Buckets"]]


def test_a_reset_is_refused_whoever_signs_it(local_aws):
    bucket = local_aws.bucket()
    headers = signed(local_aws, "s3", "POST", "/_ministack/reset", signer=S3SigV4Auth)
    assert call(local_aws, "POST", "/_ministack/reset", headers)[0] == 404
    assert bucket in [found["Name"] for found in local_aws.client("s3").list_buckets()["Buckets"]]


def test_buckets_may_be_called_as_the_emulators_pages_are(local_aws):
    for name in ("health", "latest", "iceberg-tables"):
        bucket = local_aws.bucket(name)
        local_aws.put(bucket, "meta-data/k", "mine")
        assert (local_aws.get(bucket, "meta-data/k"), local_aws.keys(bucket)) == (b"mine", ["meta-data/k"])
        local_aws.client("s3").delete_object(Bucket=bucket, Key="meta-data/k")
        local_aws.client("s3").delete_bucket(Bucket=bucket)


# Bodies


def test_a_body_that_was_not_signed_is_refused(local_aws):
    bucket = local_aws.bucket()
    for path, code in (
        (f"/{bucket}/k", b"XAmzContentSHA256Mismatch"),
        (f"/{bucket}?tagging", b"XAmzContentSHA256Mismatch"),
    ):
        headers = signed(local_aws, "s3", "PUT", path, body=b"right", signer=S3SigV4Auth)
        status, _, body = call(local_aws, "PUT", path, headers, b"wrong")
        assert (status, code in body) == (400, True), body
    headers = signed(local_aws, "glue", headers={"X-Amz-Target": "AWSGlue.GetJobs"}, body=b"{}")
    assert call(local_aws, "POST", "/", headers, b'{"a": 1}')[0] == 400
    assert local_aws.keys(bucket) == []


def test_a_body_has_a_bound(local_aws):
    body = b" " * (70 * 1024 * 1024 + 1)
    status, _, answer = get_jobs(local_aws)
    assert status == 200
    headers = signed(local_aws, "glue", headers={"X-Amz-Target": "AWSGlue.GetJobs"}, body=body)
    try:
        status, _, answer = call(local_aws, "POST", "/", headers, body)
    except (BrokenPipeError, ConnectionResetError):  # the answer may come while the body is still being sent
        status, answer = 413, b"RequestEntityTooLarge"
    assert (status, b"RequestEntityTooLarge" in answer) == (413, True)


def test_a_slow_client_keeps_nobody_waiting(local_aws):
    with (
        socket.create_connection(("127.0.0.1", local_aws.port)) as slow,
        socket.create_connection(("127.0.0.1", local_aws.port)) as slower,
    ):
        slow.sendall(f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{local_aws.port}\r\nContent-Le".encode())
        headers = "".join(f"{n}: {v}\r\n" for n, v in signed(local_aws, "glue", body=b"{}").items())
        slower.sendall(
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{local_aws.port}\r\n{headers}Content-Length: 2\r\n\r\n{{".encode()
        )
        assert get_jobs(local_aws)[0] == 200


def test_duplicate_headers_that_decide_are_refused(local_aws):
    for name in ("Authorization", "X-Amz-Target", "X-Amz-Date", "Origin"):
        lines = [f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{local_aws.port}", f"{name}: a", f"{name}: b", "Connection: close"]
        assert raw(local_aws, "\r\n".join([*lines, "", ""])).split()[1] == "400"


def test_urls_with_text_of_any_kind_reach_the_key_they_name(local_aws):
    bucket = local_aws.bucket()
    for key in ("a//b", "/a", "ü/é +%2F", "a/../b", "./a", "a b+c&d=e;f?g#h", "~!*'()", "\N{PILE OF POO}"):
        local_aws.put(bucket, key, key)
        assert local_aws.get(bucket, key) == key.encode()
        assert call(local_aws, path=presigned(local_aws, "get_object", bucket, key))[2] == key.encode()
    assert len(local_aws.keys(bucket)) == 8


def test_a_client_with_other_encodings_of_the_same_path_is_served(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "a=b(c)", "x")
    headers = signed(local_aws, "s3", "GET", f"/{bucket}/{urllib.parse.quote('a=b(c)')}", signer=S3SigV4Auth)
    assert call(local_aws, "GET", f"/{bucket}/a=b(c)", headers)[0] == 200


def test_lambda_functions_have_keys_that_nobody_computes(tmp_path):
    code = (
        "import hashlib\n"
        "from pathlib import Path\n"
        f"from local_aws import emulator; emulator.prepare(Path({str(tmp_path)!r}), 1)\n"
        "from local_aws.emulator.gate.keys import hand_out_unguessable_keys\n"
        "hand_out_unguessable_keys()\n"
        "from ministack.core import lambda_runtime\n"
        "from ministack.services import lambda_svc, sts\n"
        "config = {'FunctionArn': 'arn:aws:lambda:us-east-1:000000000000:function:f', 'FunctionName': 'f',\n"
        "          'Role': 'arn:aws:iam::000000000000:role/r'}\n"
        "keys = lambda_runtime.execution_credentials(config)\n"
        "digest = hashlib.sha256((config['FunctionArn'] + ':' + config['Role']).encode()).hexdigest()\n"
        "assert keys['AWS_ACCESS_KEY_ID'] != 'ASIA' + digest[:16].upper()\n"
        "assert keys == lambda_svc.execution_credentials(config)\n"
        "assert sts._sessions[keys['AWS_ACCESS_KEY_ID']]['SecretAccessKey'] == keys['AWS_SECRET_ACCESS_KEY']\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
