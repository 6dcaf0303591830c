"""A request means one thing: to the policies that allow it and to what carries it out."""

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local_aws.emulator.requests.models import load_models
from local_aws.emulator.s3.addresses import CARRIED_OUT, NOT_SIMULATED
from tests.local_aws.aws_server import REGION, allow, error_of, unique
from tests.local_aws.emulator.test_entrance import call


def s3_call(aws, keys, method, target, headers=None, body=b""):
    """The status and the body that S3 answers to a request as it is written here."""
    request = AWSRequest(method, aws.endpoint + target, headers or {}, body)
    S3SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), "s3", REGION).add_auth(request)
    status, _, answer = call(aws, method, target, dict(request.headers.items()), body)
    return status, answer


def test_an_action_in_the_address_does_not_allow_another_in_the_body(local_aws):
    victim = unique("user")
    local_aws.client("iam").create_user(UserName=victim)
    keys = local_aws.user(allow("iam:ListUsers"))
    body = f"Action=DeleteUser&UserName={victim}&Version=2010-05-08".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = AWSRequest("POST", local_aws.endpoint + "/?Action=ListUsers", headers, body)
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), "iam", REGION).add_auth(request)
    status, _, answer = call(local_aws, "POST", "/?Action=ListUsers", dict(request.headers.items()), body)
    assert (status, b"MalformedQueryString" in answer) == (400, True), answer
    assert local_aws.client("iam").get_user(UserName=victim)["User"]["UserName"] == victim


def test_a_key_twice_in_an_object_deletes_nothing(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "secret/x", "x")
    body = b"<Delete><Object><Key>secret/x</Key><Key>pub/x</Key></Object></Delete>"
    keys = local_aws.user(allow("s3:*", f"arn:aws:s3:::{bucket}/pub/*"))
    status, answer = s3_call(local_aws, keys, "POST", f"/{bucket}?delete", body=body)
    assert (status, b"MalformedXML" in answer) == (400, True), answer
    assert local_aws.keys(bucket) == ["secret/x"]


@pytest.mark.parametrize(
    ("allowed", "key", "right"),
    [("pub/*", "pub/", True), ("pub/*", "/pub/x", False), ("only", "only/", False), ("a//b", "a//b", True)],
)
def test_policies_see_keys_as_they_are(local_aws, allowed, key, right):
    bucket = local_aws.bucket()
    local_aws.put(bucket, key, "x")
    keys = local_aws.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/{allowed}"))
    s3 = local_aws.client("s3", keys)
    assert (error_of(s3.get_object, Bucket=bucket, Key=key) == "") == right


@pytest.mark.parametrize(
    ("denied", "source", "right"),
    [
        ("a/b", "a//b", True),
        ("a//b", "a//b", False),
        ("/secret", "/secret", False),
        ("secret", "/secret", True),
        ("/", "/", False),
        ("a/", "a/", False),
        ("a%2Fb", "a%2Fb", False),
        ("a/b", "a%2Fb", True),
        ("what?versionId=1", "what?versionId=1", False),
    ],
)
def test_policies_see_the_source_and_the_target_of_a_copy(local_aws, denied, source, right):
    bucket = local_aws.bucket()
    local_aws.put(bucket, source, "x")
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/{denied}"}
    s3 = local_aws.client("s3", local_aws.user(allow("s3:*"), deny))
    where = {"Bucket": bucket, "Key": "copy"}
    assert (error_of(s3.copy_object, CopySource={"Bucket": bucket, "Key": source}, **where) == "") == right
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    part = {"PartNumber": 1, "CopySource": {"Bucket": bucket, "Key": source}}
    assert (error_of(s3.upload_part_copy, **where, **part) == "") == right
    s3 = local_aws.client("s3", local_aws.user(allow("s3:*"), {**deny, "Action": "s3:PutObject"}))
    copy = {"Bucket": bucket, "Key": source, "CopySource": {"Bucket": bucket, "Key": source}}
    assert (error_of(s3.copy_object, MetadataDirective="REPLACE", **copy) == "") == right


@pytest.mark.parametrize("query", ["versionId={}", "versionId={}&versionId=", "version%49d={}", "versionId={}&a=b"])
def test_a_copy_of_a_version_is_a_read_of_a_version(local_aws, query):
    bucket = local_aws.bucket(versioned=True)
    first = local_aws.client("s3").put_object(Bucket=bucket, Key="k", Body=b"old")["VersionId"]
    local_aws.put(bucket, "k", "new")
    deny = {"Effect": "Deny", "Action": "s3:GetObjectVersion", "Resource": "*"}
    keys = local_aws.user(allow("s3:*"), deny)
    headers = {"x-amz-copy-source": f"/{bucket}/k?{query.format(first)}"}
    status, answer = s3_call(local_aws, keys, "PUT", f"/{bucket}/copy", headers)
    assert status == 403, answer
    assert local_aws.keys(bucket) == ["k"]


@pytest.mark.parametrize("key", ["a//b", "/a", "a/", "/", "//"])
def test_attributes_and_locks_ask_about_keys_as_they_are(local_aws, key):
    bucket = local_aws.bucket()
    local_aws.put(bucket, key, "x")
    mine = f"arn:aws:s3:::{bucket}/{key}"
    s3 = local_aws.client("s3", local_aws.user(allow(["s3:GetObjectAttributes", "s3:GetObject"], mine)))
    assert error_of(s3.get_object_attributes, Bucket=bucket, Key=key, ObjectAttributes=["ETag"]) == ""
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": mine}
    s3 = local_aws.client("s3", local_aws.user(allow("s3:*"), deny))
    for call_it in (s3.get_object, s3.delete_object, s3.get_object_tagging):
        assert error_of(call_it, Bucket=bucket, Key=key).startswith("AccessDenied"), call_it
    assert error_of(s3.put_object, Bucket=bucket, Key=key).startswith("AccessDenied")


@pytest.mark.parametrize(
    ("method", "target", "status", "code"),
    [
        ("GET", "/k?location", 405, b"MethodNotAllowed"),
        ("PUT", "/k?versioning", 405, b"MethodNotAllowed"),
        ("GET", "?policy&tagging", 400, b"Conflicting query string parameters: policy, tagging"),
        ("GET", "?list-type=2&policy", 400, b"InvalidArgument"),
        ("GET", "/k?tagging&acl", 400, b"<ArgumentValue>acl</ArgumentValue>"),
        ("DELETE", "?acl", 405, b"MethodNotAllowed"),
        ("PUT", "/k?renameObject", 501, b"NotImplemented"),
        ("GET", "?policyStatus", 501, b"NotImplemented"),
    ],
)
def test_an_address_means_one_operation(local_aws, method, target, status, code):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "k", "content")
    found, answer = s3_call(local_aws, {"AccessKeyId": "test", "SecretAccessKey": "test"}, method, f"/{bucket}{target}")
    assert (found, code in answer) == (status, True), answer
    assert local_aws.get(bucket, "k") == b"content"


def test_who_pays_is_told_and_not_the_keys(local_aws):
    assert local_aws.client("s3").get_bucket_request_payment(Bucket=local_aws.bucket())["Payer"] == "BucketOwner"


def test_sub_resources_are_those_of_the_model():
    model = load_models("s3")[0]
    served: dict[tuple[str, str], set[str]] = {}
    for name in model.operation_names:
        operation = model.described(name)
        path, _, query = operation.uri.partition("?")
        level = "key" if "{Key" in path else "bucket"
        names = {part.partition("=")[0] for part in query.split("&") if part} - {"x-id", "select-type"}
        served.setdefault((operation.method, level), set()).update(names)
    ours = {level: {*CARRIED_OUT.get(level, ()), *NOT_SIMULATED.get(level, ())} for level in served}
    for method in ("GET", "PUT", "DELETE", "POST"):  # the model has these as a member of the query
        ours[method, "key"].discard("uploadId")
    assert ours == served


def test_what_may_not_be_deleted_stays_and_the_rest_goes(local_aws):
    bucket = local_aws.bucket(versioned=True)
    for key in ("pub/a", "pub//b", "secret/c"):
        local_aws.put(bucket, key, "x")
    version = local_aws.client("s3").list_object_versions(Bucket=bucket)["Versions"][0]
    keys = local_aws.user(
        allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/pub/*"),
        {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{bucket}/pub//b"},
    )
    named = [{"Key": "secret/c"}, {"Key": "pub/a"}, {"Key": "pub//b"}]
    named.append({"Key": version["Key"], "VersionId": version["VersionId"]})
    answer = local_aws.client("s3", keys).delete_objects(Bucket=bucket, Delete={"Objects": named})
    assert [each["Key"] for each in answer["Deleted"]] == ["pub/a"]
    refused = {(each["Key"], each.get("VersionId"), each["Code"]) for each in answer["Errors"]}
    assert refused == {
        ("secret/c", None, "AccessDenied"),
        ("pub//b", None, "AccessDenied"),
        (version["Key"], version["VersionId"], "AccessDenied"),
    }
    said = {each["Key"]: each["Message"] for each in answer["Errors"] if "VersionId" not in each}
    assert (
        f'not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::{bucket}/secret/c"' in said["secret/c"]
    )
    assert "explicit deny" in said["pub//b"]
    assert local_aws.keys(bucket) == ["pub//b", "secret/c"]


def test_a_form_signed_in_its_header_is_asked_about_its_key(local_aws):
    bucket = local_aws.bucket()
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/secret/*"}
    keys = local_aws.user(allow("s3:*"), deny)
    for key, status in (("secret/${filename}", 403), ("pub/${filename}", 204)):
        fields = f'name="key"\r\n\r\n{key}', 'name="file"; filename="x"\r\n\r\ncontent'
        body = "".join(f"--b\r\nContent-Disposition: form-data; {field}\r\n" for field in fields) + "--b--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        found, answer = s3_call(local_aws, keys, "POST", f"/{bucket}", headers, body.encode())
        assert found == status, answer
    assert local_aws.keys(bucket) == ["pub/x"]
