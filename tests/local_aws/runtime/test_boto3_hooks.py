"""A script's own boto3 calls and the folders that Spark sees, kept in step: under today's boto3 and Python shell's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local_aws.aws_server import REGION, ROOT

PYTHON_SHELL = Path(sys.prefix) / "pythonshell"
BOTO3 = {"today's boto3": None, "Python shell's boto3": PYTHON_SHELL}

SCRIPT = r"""
import io, json, os, sys
import boto3
from pathlib import Path
from local_aws.runtime.boto3_hooks import MountHooks, use_endpoint
from local_aws.runtime.s3_mount import S3Mount

endpoint, bucket, other, root = sys.argv[1:]
use_endpoint(endpoint)
mount = S3Mount(Path(root), boto3.session.Session().client("s3"))
mount.fill({bucket: {"unlistable": [], "objects": []}})
hooks = MountHooks(mount)
hooks.install()
s3 = boto3.client("s3")
folder, seen = Path(root, bucket), {"version": boto3.__version__}

def files():
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text()[:10] for path in found}

# What Spark wrote is there when the script looks
folder.joinpath("spark").write_text("by Spark")
seen["not flushed while Spark did nothing"] = s3.list_objects_v2(Bucket=bucket).get("KeyCount")
hooks.dirty = True
seen["flushed before a call"] = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
seen["clean again"] = hooks.dirty
for service, call in (("athena", lambda client: client.start_query_execution(QueryString="SELECT")),
                      ("glue", lambda client: client.start_crawler(Name="absent")),
                      ("glue", lambda client: client.start_job_run(JobName="absent")),
                      ("glue", lambda client: client.start_trigger(Name="absent")),
                      ("glue", lambda client: client.start_workflow_run(Name="absent")),
                      ("stepfunctions", lambda client: client.start_execution(stateMachineArn="absent")),
                      ("glue", lambda client: client.get_databases())):
    folder.joinpath("more").write_text("by Spark")
    hooks.dirty = True
    try:
        call(boto3.client(service))
    except Exception:
        pass
    seen.setdefault("flushed before others read", []).append(not hooks.dirty)
folder.joinpath("more").unlink()

# What the script writes is there when Spark looks
s3.put_object(Bucket=bucket, Key="put", Body=b"put")
s3.upload_fileobj(io.BytesIO(b"upload"), bucket, "x/upload")
boto3.resource("s3").Object(bucket, "resource").put(Body=b"resource")
upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"parts")
seen["parts alone are nothing"] = "parts" in files()
s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload,
                             MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
s3.copy_object(Bucket=bucket, Key="copied 1", CopySource={"Bucket": bucket, "Key": "put"})
s3.copy_object(Bucket=bucket, Key="copied 2", CopySource=bucket + "/x/upload")
s3.put_object(Bucket=other, Key="else%2Fwhere é", Body=b"elsewhere")
s3.copy_object(Bucket=bucket, Key="copied 3", CopySource={"Bucket": other, "Key": "else%2Fwhere é"})
seen["written"] = files()

s3.delete_object(Bucket=bucket, Key="put")
s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "copied 1"}, {"Key": "x/upload"}]})
seen["after deletions"] = sorted(files())
try:
    s3.put_object(Bucket="no-such-bucket-here", Key="a", Body=b"")
except Exception as error:
    seen["failed"] = type(error).__name__
seen["explicit"] = boto3.client("s3", endpoint_url="http://127.0.0.1:1").meta.endpoint_url
seen["given"] = boto3.client("sts").meta.endpoint_url
hosts = set()
elsewhere = boto3.client("s3", region_name="ap-south-1")
note_host = lambda request, **_: hosts.add(request.url.partition(f"/{bucket}")[0])
elsewhere.meta.events.register("before-send.s3", note_host)
seen["of another region"] = elsewhere.get_object(Bucket=bucket, Key="resource")["Body"].read().decode()
seen["hosts"] = sorted(hosts)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module", params=BOTO3.values(), ids=BOTO3.keys())
def seen(request, local_aws, tmp_path_factory):
    """What the script saw, and the keys that it left."""
    bucket, other = local_aws.bucket(), local_aws.bucket()
    options = ["-s", "-S"] if request.param else []
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(str(path) for path in (request.param, ROOT) if path),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
    }
    mount = tmp_path_factory.mktemp("mount")
    command = [sys.executable, *options, "-c", SCRIPT, local_aws.endpoint, bucket, other, str(mount)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout) | {"endpoint": local_aws.endpoint, "keys": local_aws.keys(bucket)}


def test_both_versions_are_tried(seen, request):
    assert (seen["version"] == "1.21.21") == ("Python shell" in request.node.callspec.id)


def test_what_spark_wrote_is_carried_over_before_a_call(seen):
    assert seen["flushed before a call"] == ["spark"]
    assert seen["clean again"] is False


def test_what_spark_wrote_is_carried_over_before_others_are_started(seen):
    assert seen["flushed before others read"] == [True] * 6 + [False]


def test_nothing_is_carried_over_while_spark_did_nothing(seen):
    assert seen["not flushed while Spark did nothing"] == 0


def test_what_the_script_wrote_is_in_the_folder_at_once(seen):
    assert seen["written"] == {
        "spark": "by Spark",
        "put": "put",
        "x/upload": "upload",
        "resource": "resource",
        "parts": "parts",
        "copied 1": "put",
        "copied 2": "upload",
        "copied 3": "elsewhere",
    }
    assert seen["parts alone are nothing"] is False


def test_what_the_script_deleted_is_gone_from_the_folder(seen):
    assert seen["after deletions"] == ["copied 2", "copied 3", "parts", "resource", "spark"]
    assert seen["keys"] == ["copied 2", "copied 3", "parts", "resource", "spark"]


def test_a_call_that_fails_changes_nothing(seen):
    assert seen["failed"] == "NoSuchBucket"


def test_a_client_of_another_region_than_the_buckets_stays_at_the_local_endpoint(seen):
    assert seen["of another region"] == "resource"
    assert seen["hosts"] == [seen["endpoint"]]


def test_a_client_goes_to_the_local_endpoint_unless_told_otherwise(seen):
    assert seen["given"] == seen["endpoint"]
    assert seen["explicit"] == "http://127.0.0.1:1"
