"""Wheels of what jobs share: built, uploaded once, named by Parameter Store, given to stacks."""

import io
import os
import zipfile
from datetime import UTC, datetime

import pytest
from botocore.stub import Stubber

from deploy import lifecycle, scripts, wheels
from deploy.bundle import Bundle
from deploy.stacks import Stacks
from glue_client.errors import DeployError

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "shared"
requires-python = ">=3.9"
dynamic = ["version"]
[tool.hatch.version]
source = "code"
path = "version.py"
expression = "version()"
[tool.hatch.build.targets.wheel]
packages = ["src/shared"]
"""
VERSION = """
from pathlib import Path
from zlib import crc32
def version():
    return f"1.{crc32((Path(__file__).parent / 'src/shared/__init__.py').read_bytes())}"
"""
TEMPLATE = """
Parameters: {{Wheel: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: {place}/shared}}}}
Resources:
  Topic: {{Type: 'AWS::SNS::Topic', Properties: {{DisplayName: !Ref Wheel}}}}
"""


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "glue_scripts" / "shared"
    (path / "src" / "shared").mkdir(parents=True)
    (path / "pyproject.toml").write_text(PROJECT)
    (path / "version.py").write_text(VERSION)
    (path / "src" / "shared" / "__init__.py").write_text("ANSWER = 42\n")
    (tmp_path / "glue_scripts" / "job.py").write_text("import shared\n")
    return tmp_path / "glue_scripts"


@pytest.fixture
def change(folder):
    return (folder / "shared" / "src" / "shared" / "__init__.py").write_text


@pytest.fixture
def bucket(aws, unique):
    aws.s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return unique


@pytest.fixture
def place(unique):
    return f"/{unique}/wheels"


@pytest.fixture
def upload(aws, bucket, folder, place, capsys):
    """Function: what deploygluescripts says."""

    def run():
        capsys.readouterr()
        scripts.upload(aws, bucket, folder, place)
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def keys(aws, bucket):
    return lambda: [entry["Key"] for entry in aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def current(aws, place):
    return aws.ssm.get_parameter(Name=f"{place}/shared")["Parameter"]["Value"]


def test_a_folder_with_a_project_becomes_a_wheel_and_its_files_stay_at_home(upload, keys, aws, bucket, place):
    lines = upload()
    wheel, job = sorted(keys(), reverse=True)
    assert job == "glue_scripts/job.py"
    assert wheel.startswith("glue_scripts/shared/shared-1.")
    assert wheel.endswith("-py3-none-any.whl")
    assert lines[0] == f"{wheel}: built and uploaded"
    assert current(aws, place) == f"s3://{bucket}/{wheel}"
    content = aws.s3.get_object(Bucket=bucket, Key=wheel)["Body"].read()
    assert zipfile.ZipFile(io.BytesIO(content)).read("shared/__init__.py") == b"ANSWER = 42\n"


def test_the_same_content_makes_the_same_bytes_at_any_time(folder):
    first = wheels._built(folder / "shared", "shared")
    for path in (folder / "shared").rglob("*"):
        os.utime(path, (10**9, 10**9))
    assert wheels._built(folder / "shared", "shared") == first


def test_what_is_there_is_not_uploaded_again(upload, keys, aws, bucket):
    upload()
    before = {key: aws.s3.head_object(Bucket=bucket, Key=key)["LastModified"] for key in keys()}
    assert upload() == [f"scripts in s3://{bucket}/glue_scripts/: 0 uploaded, 1 unchanged, 0 removed"]
    assert {key: aws.s3.head_object(Bucket=bucket, Key=key)["LastModified"] for key in keys()} == before


def test_a_change_is_another_file_and_the_former_stays(upload, change, keys, aws, place):
    upload()
    former = current(aws, place)
    change("ANSWER = 43\n")
    upload()
    found = [key for key in keys() if key.endswith(".whl")]
    assert len(found) == 2
    assert current(aws, place) != former
    assert {current(aws, place).partition("/glue_")[2], former.partition("/glue_")[2]} == {
        key.removeprefix("glue_") for key in found
    }


def test_going_back_names_the_former_again(upload, change, aws, place):
    upload()
    former = current(aws, place)
    for text in ("ANSWER = 43\n", "ANSWER = 42\n"):
        change(text)
        upload()
    assert current(aws, place) == former


def test_other_content_under_a_name_that_is_taken_is_refused(upload, folder, change, aws, bucket, keys):
    (folder / "shared" / "version.py").write_text("def version():\n    return '7'\n")
    upload()
    before = aws.s3.get_object(Bucket=bucket, Key=keys()[-1])["Body"].read()
    change("ANSWER = 43\n")
    with pytest.raises(DeployError, match=r"shared-7-py3-none-any.whl is uploaded already, with other content"):
        upload()
    assert aws.s3.get_object(Bucket=bucket, Key=keys()[-1])["Body"].read() == before


def test_a_wheel_that_cannot_be_built_is_told(upload, folder, keys):
    (folder / "shared" / "version.py").write_text("def version():\n    raise ValueError('no version today')\n")
    with pytest.raises(DeployError, match=r"the wheel of .*shared cannot be built[\s\S]*no version today"):
        upload()
    assert keys() == []


def test_a_build_downloads_nothing(upload, folder):
    text = (folder / "shared" / "pyproject.toml").read_text()
    (folder / "shared" / "pyproject.toml").write_text(text.replace('["hatchling"]', '["hatchling", "not-installed"]'))
    with pytest.raises(DeployError, match=r"cannot be built[\s\S]*not-installed"):
        upload()


@pytest.fixture
def stacks(aws, tmp_path, place, unique):
    """The stack of one template that takes the wheel, named in its parameter file as the project's stacks do."""
    folder = tmp_path / "cloudformation"
    folder.mkdir()
    (folder / f"{unique}.yml").write_text(TEMPLATE.format(place=place))
    (folder / f"{unique}.json").write_text(f'[{{"ParameterKey": "Wheel", "ParameterValue": "{place}/shared"}}]')
    return Stacks(aws, Bundle(folder))


@pytest.fixture
def told(monkeypatch, place):
    monkeypatch.setattr("deploy.stack_requests.WHEELS", place)


def wheel_of(aws, stack):
    found = aws.cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId="Topic")
    topic = found["StackResourceDetail"]["PhysicalResourceId"]
    return aws._session.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"]


@pytest.mark.usefixtures("told")
def test_an_update_of_a_stack_takes_the_new_wheel(upload, change, stacks, aws, unique, place, capsys):
    upload()
    stacks.create(unique)
    former = current(aws, place)
    assert wheel_of(aws, unique) == former
    capsys.readouterr()
    stacks.update(unique)
    assert capsys.readouterr().out == f"{unique} is up to date, CREATE_COMPLETE\n"
    change("ANSWER = 43\n")
    upload()
    assert wheel_of(aws, unique) != current(aws, place)
    stacks.update(unique)
    assert capsys.readouterr().out.splitlines()[0] == f"{unique}: Wheel: {former} → {current(aws, place)}"
    assert wheel_of(aws, unique) == current(aws, place)
    stacks.update(unique)
    assert capsys.readouterr().out.splitlines()[-1] == f"{unique} is up to date, UPDATE_COMPLETE"


def test_stacks_with_a_former_wheel_are_named(upload, aws, place, capsys):
    upload()
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def stack(name, wheel):
        stored = {"ParameterKey": "Wheel", "ParameterValue": f"{place}/shared", "ResolvedValue": wheel}
        given = [stored, {"ParameterKey": "Days", "ParameterValue": "7"}]
        return {"StackName": name, "CreationTime": now, "StackStatus": "CREATE_COMPLETE", "Parameters": given}

    stacks = [stack("old", "s3://b/old.whl"), stack("new", current(aws, place)), stack("older", "s3://b/older.whl")]
    capsys.readouterr()
    with Stubber(aws.cloudformation) as stub:
        stub.add_response("describe_stacks", {"Stacks": stacks})
        stub.add_response("describe_stacks", {"Stacks": stacks[1:2]})
        wheels.say_former(aws, place)
        assert capsys.readouterr().out.splitlines() == [
            "stacks with a former wheel: old, older (./pyntw 'updatestack[old,older]' changes that)"
        ]
        wheels.say_former(aws, place)
    assert capsys.readouterr().out == ""


def test_who_may_not_look_at_stacks_is_told_so(upload, aws, place, capsys):
    upload()
    with Stubber(aws.cloudformation) as stub:
        stub.add_client_error("describe_stacks", "AccessDenied", "not authorized", 403)
        wheels.say_former(aws, place)
    assert "whether stacks have a former wheel cannot be seen: " in capsys.readouterr().out


@pytest.mark.usefixtures("told")
def test_a_wheel_that_is_gone_is_told_before_an_update(upload, stacks, aws, unique, place):
    upload()
    stacks.create(unique)
    aws.ssm.delete_parameter(Name=f"{place}/shared")
    with pytest.raises(DeployError, match=f'stack "{unique}" takes the wheel {place}/shared'):
        stacks.update(unique)


@pytest.mark.usefixtures("told")
def test_a_wheel_that_nobody_made_is_told_before_the_stack_is(stacks, unique, place):
    with pytest.raises(DeployError) as error:
        stacks.create(unique)
    assert str(error.value).splitlines() == [
        f'error: stack "{unique}" takes the wheel {place}/shared',
        "  seen: Parameter Store names no wheel",
        "  next: ./pyntw deploygluescripts makes it",
    ]
    assert stacks.find(unique) is None


def test_a_bucket_that_goes_takes_the_names_of_its_wheels_along(upload, aws, bucket, place):
    upload()
    aws.ssm.put_parameter(Name=f"{place}/other", Value="s3://another/x.whl", Type="String")
    wheels.forget(aws, place, bucket)
    left = aws.ssm.get_parameters_by_path(Path=place, Recursive=True)["Parameters"]
    assert [one["Name"] for one in left] == [f"{place}/other"]


def test_up_uploads_as_soon_as_the_bucket_is_there(aws, tmp_path, place, unique, monkeypatch, folder):
    templates = tmp_path / "cloudformation"
    templates.mkdir()
    (templates / f"{unique}-base.yml").write_text(
        f"Resources: {{Bucket: {{Type: 'AWS::S3::Bucket', Properties: {{BucketName: {unique}}}}}}}\n"
        f"Outputs: {{ArtifactsBucket: {{Value: !Ref Bucket, Export: {{Name: {unique}-Bucket}}}}}}\n"
    )
    text = TEMPLATE.format(place=place) + f"Outputs: {{B: {{Value: !ImportValue {unique}-Bucket}}}}\n"
    (templates / f"{unique}-jobs.yml").write_text(text)
    for name in ("deploy.stack_requests", "deploy.lifecycle"):
        monkeypatch.setattr(f"{name}.WHEELS", place)
    monkeypatch.setattr("deploy.lifecycle.SCRIPTS", folder)
    bundle = Bundle(templates)
    lifecycle.up_with_scripts(aws, bundle, bundle.order)
    assert wheel_of(aws, f"{unique}-jobs") == current(aws, place)


def test_what_did_not_change_is_not_built_and_what_is_gone_is_built_again(aws, upload, bucket, folder, monkeypatch):
    built = []
    build = wheels._built
    monkeypatch.setattr(wheels, "_built", lambda *which: built.append(which) or build(*which))
    upload()
    upload()
    (folder / "shared" / "src" / "shared" / "__pycache__").mkdir()
    (folder / "shared" / "src" / "shared" / "__pycache__" / "x.pyc").write_bytes(b"1")
    upload()
    assert len(built) == 1
    [wheel] = [one["Key"] for one in aws.s3.list_objects_v2(Bucket=bucket)["Contents"] if one["Key"].endswith(".whl")]
    aws.s3.delete_object(Bucket=bucket, Key=wheel)
    upload()
    assert len(built) == 2
    (folder / "shared" / "README.md").write_text("more")
    upload()
    upload()
    assert len(built) == 3
    assert [one["Key"] for one in aws.s3.list_objects_v2(Bucket=bucket, Prefix=wheel)["Contents"]] == [wheel]
