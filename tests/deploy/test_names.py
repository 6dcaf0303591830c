"""What templates call their resources, before a deployment."""

import pytest

from deploy.bundle import Bundle
from deploy.names import Names
from glue_client.errors import DeployError

BASE = """
Parameters: {Prefix: {Type: String, Default: from-default}}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub '${Prefix}-raw-${AWS::AccountId}-${AWS::Region}'}
  Nameless: {Type: 'AWS::IAM::Role'}
Outputs: {Prefix: {Value: !Ref Prefix, Export: {Name: !Sub '${AWS::StackName}-Prefix'}}}
"""
USER = """
Resources:
  Flow: {Type: 'AWS::Glue::Workflow', Properties: {Name: {'Fn::ImportValue': %s}}}
  Trigger: {Type: 'AWS::Glue::Trigger', Properties: {Name: !Join [-, [start, !Ref Flow]]}}
"""


@pytest.fixture
def names(tmp_path):
    def write(imported="base-Prefix"):
        (tmp_path / "base.yml").write_text(BASE)
        (tmp_path / "base.json").write_text('[{"ParameterKey": "Prefix", "ParameterValue": "from-file"}]')
        (tmp_path / "user.yml").write_text(USER % imported)
        bundle = Bundle(tmp_path)
        return Names(bundle, bundle.order)

    return write


@pytest.mark.parametrize(
    ("stack", "logical_id", "name"),
    [
        ("base", "Bucket", "from-file-raw"),
        ("base", "Nameless", "Nameless"),
        ("user", "Flow", "from-file"),
        ("user", "Trigger", "start-from-file"),
    ],
)
def test_a_name_is_resolved_through_files_references_and_imports(names, stack, logical_id, name):
    assert names().name(stack, logical_id) == name


def test_an_import_that_nobody_exports_is_named(names):
    with pytest.raises(DeployError, match='no template exports "base-Nothing"'):
        names("base-Nothing").name("user", "Flow")
