"""What the tasks say of resources that are not simulated."""

import pytest

from deploy import lifecycle, overview
from deploy.bundle import Bundle
from glue_client.aws import Aws
from tests.local_aws.aws_server import REGION, unique

TEMPLATE = """
Resources:
  Box: {Type: 'AWS::EC2::Instance', Properties: {ImageId: ami-1}}
  Topic: {Type: 'AWS::SNS::Topic'}
"""
REASON = "the local AWS has no AWS::EC2::Instance; properties were checked, nothing runs behind it"


@pytest.fixture
def aws(local_aws, monkeypatch):
    settings = {
        "AWS_ENDPOINT_URL": local_aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return Aws()


def test_tasks_end_with_what_is_not_simulated(aws, tmp_path, capsys):
    name = unique("stack")
    (tmp_path / f"{name}.yml").write_text(TEMPLATE)
    bundle = Bundle(tmp_path)
    lifecycle.create(aws, bundle, [name])
    shown = capsys.readouterr().out.splitlines()
    assert shown[-2:] == [
        "NOT SIMULATED (1): these resources are in their stacks, and nothing runs behind them",
        f"  {name} Box EC2::Instance {REASON}",
    ]
    assert any("CREATE_COMPLETE" in line and f"NOT SIMULATED: {REASON}" in line for line in shown)
    lifecycle.up(aws, bundle)  # nothing to change, and still said
    assert capsys.readouterr().out.splitlines()[-1].endswith(REASON)
    overview.show(aws, bundle, [])
    assert f"{name} Box EC2::Instance {REASON}" in capsys.readouterr().out


def test_a_stack_without_any_has_no_such_list(aws, tmp_path, capsys):
    name = unique("stack")
    (tmp_path / f"{name}.yml").write_text("Resources: {Topic: {Type: 'AWS::SNS::Topic'}}")
    lifecycle.create(aws, Bundle(tmp_path), [name])
    assert "NOT SIMULATED" not in capsys.readouterr().out
