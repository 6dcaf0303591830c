"""An export is in use by stacks that take it: not by the other branch of Fn::If, nor by what is not there."""

from tests.local_aws.aws_server import unique
from tests.local_aws.cloudformation.stack import Stack

BASE = """
Parameters: {{Keep: {{Type: String, Default: 'yes'}}}}
Conditions: {{Keeps: !Equals [!Ref Keep, 'yes']}}
Resources: {{Topic: {{Type: 'AWS::SNS::Topic'}}}}
Outputs: {{Topic: {{Condition: Keeps, Value: !Ref Topic, Export: {{Name: {export}}}}}}}
"""
USER = """
Parameters: {{Use: {{Type: String, Default: 'yes'}}}}
Conditions: {{Uses: !Equals [!Ref Use, 'yes']}}
Resources:
  Kept: {{Type: 'AWS::SSM::Parameter', Properties: {{Type: String, Value: !If [Uses, !ImportValue {export}, none]}}}}
  More:
    Condition: Uses
    Type: AWS::SSM::Parameter
    Properties: {{Type: String, Value: !ImportValue {export}}}
"""


def test_an_export_may_go_when_nobody_takes_it_any_more(local_aws):
    export, base, user = unique("export"), Stack(local_aws), Stack(local_aws)
    assert base.make(BASE.format(export=export)) == "CREATE_COMPLETE"
    assert user.make(USER.format(export=export)) == "CREATE_COMPLETE"
    refused = base.make(BASE.format(export=export), update=True, Keep="no")
    assert refused == "UPDATE_ROLLBACK_COMPLETE"
    assert f"Export {export} cannot be deleted as it is in use by {user.name}" in " ".join(
        base.reasons("UPDATE_FAILED") + base.reasons("UPDATE_ROLLBACK_IN_PROGRESS")
    )
    assert user.make(USER.format(export=export), update=True, Use="no") == "UPDATE_COMPLETE"
    assert base.make(BASE.format(export=export), update=True, Keep="no") == "UPDATE_COMPLETE"
