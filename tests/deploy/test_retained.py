import time

import pytest

from deploy import lifecycle, retained
from deploy.bundle import Bundle
from glue_client.errors import DeployError

STACK = """
Resources:
  Kept:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties: {BucketName: NAME-kept, VersioningConfiguration: {Status: Enabled}}
  Emptied:
    Type: AWS::S3::Bucket
    Properties: {BucketName: NAME-emptied}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: 'sts:AssumeRole'}]
  Crawler:
    Type: AWS::Glue::Crawler
    Properties: {Name: NAME-crawler, Role: !GetAtt Role.Arn, Targets: {S3Targets: [{Path: 's3://NAME-kept/x/'}]}}
"""


@pytest.fixture
def bundle(aws, tmp_path, unique, capsys):
    (tmp_path / f"{unique}.yml").write_text(STACK.replace("NAME", unique))
    lifecycle.up(aws, Bundle(tmp_path))
    for bucket in (f"{unique}-kept", f"{unique}-emptied"):
        aws.s3.put_object(Bucket=bucket, Key="data", Body=b"x")
    capsys.readouterr()
    return Bundle(tmp_path)


@pytest.fixture
def log(aws):
    """Writes a log stream, and tells which there are of a group."""

    def streams(group, *names):
        existing = [one["logGroupName"] for one in aws.logs.describe_log_groups()["logGroups"]]
        if group not in existing:
            aws.logs.create_log_group(logGroupName=group)
        for name in names:
            aws.logs.create_log_stream(logGroupName=group, logStreamName=name)
            event = {"timestamp": int(time.time() * 1000), "message": "hello"}
            aws.logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=[event])
        return [one["logStreamName"] for one in aws.logs.describe_log_streams(logGroupName=group)["logStreams"]]

    return streams


@pytest.mark.usefixtures("bundle")
def test_the_inventory_names_the_buckets_of_a_stack(aws, unique):
    found = retained.inventory(aws, [unique])
    assert sorted(found.buckets_of(unique)) == [f"{unique}-emptied", f"{unique}-kept"]


def test_down_leaves_neither_full_nor_retained_buckets(aws, bundle, unique):
    lifecycle.down(aws, bundle, yes=True)
    assert [one["Name"] for one in aws.s3.list_buckets()["Buckets"] if one["Name"].startswith(unique)] == []


def test_down_empties_buckets_before_their_stack_goes(aws, bundle, unique, capsys):
    lifecycle.down(aws, bundle, yes=True)
    lines = capsys.readouterr().out.splitlines()
    emptied = lines.index(f"{unique}-emptied: 1 version deleted")
    assert emptied < min(number for number, line in enumerate(lines) if "DELETE_COMPLETE" in line)


def test_down_leaves_no_stack(aws, bundle, unique):
    lifecycle.down(aws, bundle, yes=True)
    assert [one for one in aws.cloudformation.describe_stacks()["Stacks"] if one["StackName"] == unique] == []


def test_down_leaves_no_log_stream_of_a_crawler(aws, bundle, unique, log):
    log("/aws-glue/crawlers", f"{unique}-crawler", f"{unique}-crawler-of-somebody-else")
    lifecycle.down(aws, bundle, yes=True)
    assert log("/aws-glue/crawlers") == [f"{unique}-crawler-of-somebody-else"]


def test_a_log_group_of_a_role_goes_when_nobody_else_is_in_it(aws, unique, log):
    own, shared = f"/aws-glue/crawlers-role/{unique}-own", f"/aws-glue/jobs/{unique}-role/r/output"
    log(own, "crawler")
    log(shared, "jr_1-driver", "jr_2")
    retained.remove(aws, retained.Inventory((), ((own, "crawler"), (shared, "jr_1"))))
    names = [one["logGroupName"] for one in aws.logs.describe_log_groups()["logGroups"]]
    assert [name for name in names if unique in name] == [shared]
    assert log(shared) == ["jr_2"]


def test_a_crawler_s_streams_are_looked_for_where_it_logged(aws, bundle, unique, monkeypatch):
    answer = {"Crawler": {"LastCrawl": {"LogGroup": "/aws-glue/crawlers-role/r-c"}}}
    monkeypatch.setattr(aws.glue, "get_crawler", lambda **_: answer)
    assert ("/aws-glue/crawlers-role/r-c", f"{unique}-crawler") in retained.inventory(aws, bundle.order).streams


def test_log_streams_of_a_job_run_go_with_their_suffixes(aws, unique, log):
    log(f"/{unique}/output", "jr_1", "jr_1-driver", "jr_2")
    retained.remove(aws, retained.Inventory((), ((f"/{unique}/output", "jr_1"),)))
    assert log(f"/{unique}/output") == ["jr_2"]


def test_a_log_group_that_was_never_written_is_no_error(aws, unique, capsys):
    retained.remove(aws, retained.Inventory((), ((f"/{unique}/none", "jr_1"),)))
    assert capsys.readouterr().out == ""


def test_down_says_what_it_will_delete_and_waits_for_a_yes(aws, bundle, unique, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: PTH123, SIM115
    with pytest.raises(DeployError, match="nothing was deleted"):
        lifecycle.down(aws, bundle, yes=False)
    lines = sorted(capsys.readouterr().out.splitlines())
    assert lines == sorted(
        [
            f"stacks to delete in {aws}: {unique}",
            f"bucket to empty: {unique}-kept (1 object, 1 B)",
            f"bucket to empty: {unique}-emptied (1 object, 1 B)",
            "Delete all that? [y/N] ",
        ]
    )


def test_down_says_first_that_it_takes_all_pipelines(aws, tmp_path, unique, capsys):
    for name in ("one", "two"):
        topic = f"Metadata: {{Pipeline: {name}}}\nResources: {{T: {{Type: 'AWS::SNS::Topic'}}}}"
        (tmp_path / f"{unique}-{name}.yml").write_text(topic)
    bundle = Bundle(tmp_path)
    lifecycle.up(aws, bundle)
    capsys.readouterr()
    lifecycle.down(aws, bundle, yes=True)
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "all pipelines, one and two (./pyntw 'down[pipeline=two]' takes one alone)"
    lifecycle.up(aws, bundle, [f"{unique}-two"])
    capsys.readouterr()
    lifecycle.down(aws, bundle, yes=True)
    assert "pipelines" not in capsys.readouterr().out


def test_down_where_nothing_is_deployed_says_so(aws, bundle, capsys):
    lifecycle.down(aws, bundle, yes=True)
    capsys.readouterr()
    lifecycle.down(aws, bundle, yes=True)
    assert capsys.readouterr().out == f"nothing is deployed in {aws}\n"
    lifecycle.down(aws, bundle, bundle.order, yes=True)
    assert capsys.readouterr().out == f"none of {', '.join(bundle.order)} is deployed in {aws}\n"
