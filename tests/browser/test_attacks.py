"""What a web page in the developer's browser can do to the local AWS: nothing, in a real Chromium.

The pages know the port, the names of everything and the usual access key, and sign what they send.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.browser.chromium import Browser, program
from tests.local_aws.aws_server import REGION, LocalAws

pytestmark = pytest.mark.skipif(program() is None, reason="Chromium is not installed (apt install chromium)")

EVIL, NOTEBOOK = "evil.example", "notebook.example"
FORGED = "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=00"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    server = LocalAws(tmp_path_factory.mktemp("browser") / "state").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def pages():
    """A web server of somebody else: what is put into `content` by path, is a page of it."""

    class Handler(BaseHTTPRequestHandler):
        content: dict[str, str] = {}  # noqa: RUF012 - one for all, as a site is

        def do_GET(self):
            body = self.content.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser(tmp_path):
    opened = Browser(tmp_path / "profile", EVIL, NOTEBOOK)
    yield opened
    opened.close()


def show(browser, pages, body, site=EVIL):
    """Let the browser open a page with this body."""
    pages.RequestHandlerClass.content["/page"] = f"<!doctype html><title>page</title><body>{body}</body>"
    browser.open(f"http://{site}:{pages.server_port}/page")


def signed(aws, service, query, host="", method="POST"):
    """An address that carries its own good signature, as anybody can make it who knows the usual key."""
    request = AWSRequest(method, f"{host or aws.endpoint}/", params=query)
    SigV4QueryAuth(Credentials("test", "test"), service, REGION, expires=300).add_auth(request)
    return request.prepare().url


def template(marker):
    code = f"def h(event, context):\n  open({str(marker)!r}, 'w').write('pwned')\n"
    function = {
        "Runtime": "python3.11",
        "Handler": "index.h",
        "Role": {"Fn::GetAtt": ["R", "Arn"]},
        "Code": {"ZipFile": code},
    }
    return json.dumps({"Resources": {
        "R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "F": {"Type": "AWS::Lambda::Function", "Properties": function},
        "C": {"Type": "Custom::X", "Properties": {"ServiceToken": {"Fn::GetAtt": ["F", "Arn"]}, "ServiceTimeout": "5"}},
    }})  # fmt: skip


def create_stack(aws, marker, host=""):
    query = {"Action": "CreateStack", "Version": "2010-05-15", "StackName": "evil", "TemplateBody": template(marker)}
    return signed(aws, "cloudformation", query | {"Capabilities.member.1": "CAPABILITY_IAM"}, host)


def stacks(aws):
    return [stack["StackName"] for stack in aws.client("cloudformation").describe_stacks()["Stacks"]]


def test_a_form_makes_no_stack(aws, pages, browser, tmp_path):
    show(browser, pages, f"<form method=post action='{create_stack(aws, tmp_path / 'pwned')}'></form>")
    browser.call("Runtime.evaluate", expression="document.forms[0].submit()")
    assert browser.status(aws.endpoint) == 403
    assert (stacks(aws), (tmp_path / "pwned").exists()) == ([], False)


def test_a_form_of_text_resets_nothing(aws, pages, browser):
    bucket = aws.bucket()
    form = (
        f"<form method=post enctype='text/plain' action='{aws.endpoint}/_ministack/reset'><input name=a value=b></form>"
    )
    show(browser, pages, form)
    browser.call("Runtime.evaluate", expression="document.forms[0].submit()")
    assert browser.status(aws.endpoint) in (403, 404)
    assert bucket in [found["Name"] for found in aws.client("s3").list_buckets()["Buckets"]]


def test_a_script_reads_nothing(aws, pages, browser):
    show(browser, pages, "")
    headers = {
        "X-Amz-Target": "AWSGlue.GetJobs",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": FORGED,
    }
    settings = json.dumps({"method": "POST", "headers": headers, "body": "{}"})
    answer = browser.run(f"fetch('{aws.endpoint}/', {settings}).then(a => a.text(), e => 'failed ' + e)")
    assert answer.startswith("failed")


def test_a_script_writes_nothing_without_reading(aws, pages, browser, tmp_path):
    show(browser, pages, "")
    address = create_stack(aws, tmp_path / "pwned")
    sent = browser.run(
        f"fetch({json.dumps(address)}, {{method: 'POST', mode: 'no-cors'}}).then(a => a.type, e => '' + e)"
    )
    assert sent == "opaque"  # it was sent, and answered
    assert browser.status(aws.endpoint) == 403
    assert (stacks(aws), (tmp_path / "pwned").exists()) == ([], False)


def test_a_link_leads_nowhere_and_a_typed_address_does(aws, pages, browser):
    bucket = aws.bucket()
    aws.put(bucket, "k", "the object")
    address = aws.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    show(browser, pages, "")
    browser.call("Runtime.evaluate", expression=f"location = {json.dumps(address)}")
    assert browser.status(aws.endpoint) == 403
    browser.events.clear()
    browser.call("Page.navigate", url=address)  # what comes is downloaded, so that no page is loaded
    assert browser.status(f"{aws.endpoint}/{bucket}/") == 200  # and not what is asked of a page's icon


def test_images_and_scripts_of_a_page_are_not_served(aws, pages, browser):
    query = {"Action": "CreateUser", "Version": "2010-05-08", "UserName": "evil"}
    address = signed(aws, "iam", query, method="GET")
    for tag in ("img", "script", "iframe"):
        browser.events.clear()
        show(browser, pages, f"<{tag} src='{address}'></{tag}>")
        assert browser.status(aws.endpoint) == 403
    with pytest.raises(ClientError, match="NoSuchEntity"):
        aws.client("iam").get_user(UserName="evil")


def test_a_name_that_leads_here_for_a_moment_is_another_host(aws, browser, tmp_path):
    host = f"http://{EVIL}:{aws.port}"
    browser.open(f"{host}/")
    assert browser.status(host) == 403
    for address in (
        create_stack(aws, tmp_path / "pwned", host),
        f"{host}/_ministack/reset",
        f"{host}/_ministack/health",
    ):
        script = f"fetch({json.dumps(address)}, {{method: 'POST'}}).then(a => a.status + ' ' + a.type, e => '' + e)"
        assert browser.run(script) == "403 basic"  # of the same origin: the page reads the answer, and it is a refusal
    assert (stacks(aws), (tmp_path / "pwned").exists()) == ([], False)


def test_a_page_opens_no_websocket(aws, pages, browser):
    show(browser, pages, "")
    script = (
        f"new Promise(done => {{const s = new WebSocket('ws://127.0.0.1:{aws.port}/_aws/execute-api/a/b');"
        "s.onopen = () => done('open'); s.onerror = () => done('refused')})"
    )
    assert browser.run(script) == "refused"


def test_a_page_that_a_buckets_cors_rules_name_reads_objects(aws, pages, browser):
    bucket = aws.bucket()
    aws.put(bucket, "k", "for the notebook")
    rule = {
        "AllowedOrigins": [f"http://{NOTEBOOK}:{pages.server_port}"],
        "AllowedMethods": ["GET"],
        "AllowedHeaders": ["*"],
    }
    aws.client("s3").put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    s3 = aws.client("s3", signature_version="s3v4")
    address = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    read = f"fetch({json.dumps(address)}, {{headers: {{Range: 'bytes=0-2'}}}}).then(a => a.text(), e => 'failed')"
    show(browser, pages, "", NOTEBOOK)
    assert browser.run(read) == "for"
    show(browser, pages, "", EVIL)
    assert browser.run(read) == "failed"
