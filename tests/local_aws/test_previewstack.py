"""The task previewstack on a real local AWS: what it prints, what it leaves, its exit codes."""

import pytest

from deploy import previews
from deploy.bundle import Bundle
from glue_client.errors import DeployError, WrongCall
from tests.local_aws.aws_server import unique, wait_until
from tests.local_aws.tasks import aws_of

TEMPLATE = """
Parameters: {Color: {Type: String, Default: red}, Name: {Type: String, Default: BUCKET}}
Resources:
  Topic: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref Color}}
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Ref Name}}
"""
MORE = "  Logs: {Type: 'AWS::Logs::LogGroup', Properties: {RetentionInDays: 1}}\n"
USER = """
Resources: {P: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Value: !ImportValue NAME-topic}}}
"""
EXPORT = "Outputs: {Topic: {Value: !GetAtt Topic.TopicName, Export: {Name: NAME-topic}}}\n"


@pytest.fixture
def aws(local_aws, monkeypatch):
    return aws_of(local_aws, monkeypatch)


@pytest.fixture
def name(tmp_path):
    name = unique("preview")
    (tmp_path / f"{name}.yml").write_text(TEMPLATE.replace("BUCKET", f"{name}-data"))
    return name


@pytest.fixture
def look(aws, tmp_path, capsys):
    """(names, parameters) -> whether anything would change, and what is printed, in words with one blank."""

    def of(*names, **parameters):
        capsys.readouterr()
        changed = previews.show(aws, Bundle(tmp_path, parameters), names)
        return changed, [" ".join(line.split()) for line in capsys.readouterr().out.splitlines() if line.strip()]

    return of


def deploy(aws, tmp_path, name):
    aws.cloudformation.create_stack(StackName=name, TemplateBody=(tmp_path / f"{name}.yml").read_text())
    wait_until(lambda: status(aws, name), lambda status: status == "CREATE_COMPLETE")


def status(aws, name):
    found = aws.cloudformation.describe_stacks()["Stacks"]
    return next((one["StackStatus"] for one in found if one["StackName"] == name), "absent")


def proposals(aws, name):
    return aws.cloudformation.list_change_sets(StackName=name)["Summaries"]


def test_a_new_stack_is_shown_and_leaves_nothing(aws, name, look):
    assert look(name) == (
        True,
        [
            f"{name} (not deployed yet): 2 added",
            "+ Bucket S3::Bucket",
            "+ Topic SNS::Topic",
            f"would change: {name}",
        ],
    )
    assert status(aws, name) == "absent"


def test_nothing_to_change_is_said_calmly(aws, name, tmp_path, look):
    deploy(aws, tmp_path, name)
    assert look(name) == (False, [f"{name}: nothing would change", f"nothing would change: {name}"])
    assert proposals(aws, name) == []


def test_values_are_shown_before_and_after(aws, name, tmp_path, look):
    deploy(aws, tmp_path, name)
    topic = aws.cloudformation.describe_stack_resource(StackName=name, LogicalResourceId="Topic")
    arn = topic["StackResourceDetail"]["PhysicalResourceId"]
    assert look(name, Color="blue") == (
        True,
        [
            f"{name}: 1 changed",
            "parameter Color: red → blue",
            f"~ Topic SNS::Topic {arn}",
            "DisplayName: red → blue",
            f"would change: {name}",
        ],
    )
    assert status(aws, name) == "CREATE_COMPLETE"
    assert proposals(aws, name) == []


def test_what_is_lost_with_a_replaced_bucket_is_told(aws, name, tmp_path, look, local_aws):
    deploy(aws, tmp_path, name)
    for number in range(3):
        local_aws.put(f"{name}-data", f"{number}.csv", "x" * 1000)
    _changed, lines = look(name, Name=f"{name}-other")
    stays = "stay behind: CloudFormation deletes no bucket that holds anything, and gives it up; the new one is empty"
    assert lines[2:5] == [
        f"± Bucket S3::Bucket {name}-data REPLACED by a new one",
        f"lost: 3 objects, 3.0 kB {stays}",
        f"BucketName: {name}-data → {name}-other (this needs a new one)",
    ]
    assert len(local_aws.keys(f"{name}-data")) == 3


def test_what_the_stacks_policy_keeps_is_told(aws, name, tmp_path, look):
    path = tmp_path / f"{name}.yml"
    path.write_text(f"Metadata: {{HoldsData: true}}{path.read_text()}")
    deploy(aws, tmp_path, name)
    refused = "the stack's policy refuses this of Bucket, unless losing=true"
    assert refused in look(name, Name=f"{name}-other")[1]
    assert refused not in look(name, Color="blue")[1]


def test_a_removed_resource_is_told(aws, name, tmp_path, look):
    path = tmp_path / f"{name}.yml"
    whole = path.read_text()
    path.write_text(whole + MORE)
    deploy(aws, tmp_path, name)
    path.write_text(whole)
    logs = aws.cloudformation.describe_stack_resource(StackName=name, LogicalResourceId="Logs")
    group = logs["StackResourceDetail"]["PhysicalResourceId"]
    assert look(name)[1][:3] == [
        f"{name}: 1 REMOVED",
        f"- Logs Logs::LogGroup {group} REMOVED",
        "lost: all its log events (0 B)",
    ]


def test_outputs_alone_are_told(aws, name, tmp_path, look):
    deploy(aws, tmp_path, name)
    path = tmp_path / f"{name}.yml"
    path.write_text(path.read_text() + EXPORT.replace("NAME", name))
    changed, lines = look(name)
    assert (changed, lines[1]) == (True, "no resource changes, but what the stack exports or says of itself does")


def test_a_stack_that_needs_an_absent_one_is_shown_from_its_template(name, tmp_path, look):
    path = tmp_path / f"{name}.yml"
    path.write_text(path.read_text() + EXPORT.replace("NAME", name))
    (tmp_path / f"{name}-user.yml").write_text(USER.replace("NAME", name))
    assert look(f"{name}-user") == (
        True,
        [
            f"{name}-user is not deployed, and needs {name} first:",
            "+ P SSM::Parameter",
            f"would change: {name}-user",
        ],
    )


def test_a_new_stack_whose_wheel_is_not_uploaded_yet_is_shown_from_its_template(aws, name, tmp_path, look):
    wheel = f"/etl-poc/wheels/{unique()}"
    parameter = f"Parameters: {{Wheel: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: {wheel}}}}}\n"
    (tmp_path / f"{name}.yml").write_text(parameter + "Resources: {T: {Type: 'AWS::SNS::Topic'}}\n")
    changed, said = look(name)
    assert changed
    assert said[0].startswith(f"{name} is not deployed, and Parameter Store names ")
    assert said[1:] == ["+ T SNS::Topic", f"would change: {name}"]
    assert status(aws, name) == "absent"


def test_a_new_name_that_is_taken_is_told(aws, name, tmp_path, look):
    """A trigger of another type is another one, and its name stays."""
    trigger = "{Type: 'AWS::Glue::Trigger', Properties: {Name: NAME, Type: ON_DEMAND, Actions: [{JobName: j}]}}"
    path = tmp_path / f"{name}.yml"
    path.write_text(f"Resources: {{T: {trigger.replace('NAME', name)}}}\n")
    deploy(aws, tmp_path, name)
    path.write_text(path.read_text().replace("ON_DEMAND", "SCHEDULED, Schedule: 'cron(0 3 * * ? *)'"))
    lines = look(name)[1]
    assert lines[1] == f"± T Glue::Trigger {name} REPLACED by a new one"
    assert lines[2].startswith("AWS refuses this: the new one comes before the old one goes, and both would be")


def test_what_aws_refuses_is_an_error_and_leaves_nothing(aws, name, tmp_path, look):
    deploy(aws, tmp_path, name)
    with pytest.raises(WrongCall, match='there is no parameter "Colour"'):
        look(name, Colour="blue")
    (tmp_path / f"{name}.yml").write_text("Resources: {T: {Type: 'AWS::SNS::Topic', Condition: Absent}}")
    with pytest.raises((DeployError, aws.cloudformation.exceptions.ClientError)):
        look(name)
    assert proposals(aws, name) == []
