"""Creating, updating and deleting on the emulator, with templates of a few lines."""

import contextlib
import io
from types import SimpleNamespace

import pytest

from deploy import lifecycle, stacks
from deploy.bundle import Bundle
from deploy.stacks import Stacks
from glue_client.errors import DeployError, WrongCall

BASE = """
Parameters: {Color: {Type: String, Default: red}}
Resources:
  Topic: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref Color}}
Outputs: {Topic: {Value: !GetAtt Topic.TopicName, Export: {Name: !Sub '${AWS::StackName}-Topic'}}}
"""
USER = """
Parameters: {Parent: {Type: String, Default: PARENT}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !ImportValue {'Fn::Sub': '${Parent}-Topic'}
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}
"""
POLICY = """
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: misplaced
      Roles: [no-such-role]
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]
"""
BROKEN = f"Resources:{POLICY}"
REASON = "Policy (AWS::IAM::Policy): The role with name no-such-role cannot be found."


@pytest.fixture
def folder(tmp_path, unique):
    (tmp_path / f"{unique}-base.yml").write_text(BASE)
    (tmp_path / f"{unique}-user.yml").write_text(USER.replace("PARENT", f"{unique}-base"))
    return tmp_path


@pytest.fixture
def status(aws):
    def of(name):
        stacks = aws.cloudformation.describe_stacks()["Stacks"]
        return next((one["StackStatus"] for one in stacks if one["StackName"] == name), "absent")

    return of


@pytest.fixture
def stack_parameters(aws):
    def of(name):
        stack = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}

    return of


def test_stacks_named_in_any_order_are_created_in_theirs(aws, folder, unique, status):
    lifecycle.create(aws, Bundle(folder), [f"{unique}-user", f"{unique}-base"])
    assert [status(f"{unique}-base"), status(f"{unique}-user")] == ["CREATE_COMPLETE", "CREATE_COMPLETE"]


def test_events_are_shown(aws, folder, unique, capsys):
    lifecycle.create(aws, Bundle(folder), [f"{unique}-base"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [words[3:] for words in lines if words[3] == "CREATE_COMPLETE"] == [
        ["CREATE_COMPLETE", "Topic", "SNS::Topic"],
        ["CREATE_COMPLETE", f"{unique}-base", "CloudFormation::Stack"],
    ]


def test_a_stack_whose_need_is_missing_names_it(aws, folder, unique):
    with pytest.raises(DeployError) as caught:
        lifecycle.create(aws, Bundle(folder), [f"{unique}-user"])
    assert str(caught.value) == (
        f'error: stack "{unique}-user" needs "{unique}-base", which is not deployed\n'
        f"  seen: no such stack in {aws.account} / eu-west-1\n"
        f"  next: ./pyntw 'createstack[{unique}-base]'"
    )


def test_creating_again_is_a_calm_sentence(aws, folder, unique, capsys):
    lifecycle.create(aws, Bundle(folder), [f"{unique}-base"])
    capsys.readouterr()
    lifecycle.create(aws, Bundle(folder), [f"{unique}-base"])
    assert capsys.readouterr().out == (
        f"{unique}-base is there already, CREATE_COMPLETE (./pyntw 'updatestack[{unique}-base]' changes it)\n"
    )


def test_other_values_for_a_stack_that_is_there_are_refused(aws, folder, unique, stack_parameters):
    name = f"{unique}-base"
    lifecycle.create(aws, Bundle(folder), [name])
    [(key, value), *_] = stack_parameters(name).items()
    lifecycle.create(aws, Bundle(folder, {key: value}), [name])
    with pytest.raises(DeployError) as caught:
        lifecycle.create(aws, Bundle(folder, {key: "other"}), [name])
    assert str(caught.value) == (
        f'error: stack "{name}" is there already and stays as it is, so {key}=other was not applied\n'
        f"  seen: there: {key}={value}\n"
        f"  next: ./pyntw 'updatestack[{name},{key}=other]' applies it"
    )
    assert stack_parameters(name)[key] == value


def test_a_secret_value_is_not_printed(aws, tmp_path, unique):
    secret = "Parameters: {Password: {Type: String, NoEcho: true, Default: a}}\n"
    (tmp_path / f"{unique}.yml").write_text(f"{secret}Resources: {{Topic: {{Type: 'AWS::SNS::Topic'}}}}\n")
    lifecycle.create(aws, Bundle(tmp_path), [unique])
    with pytest.raises(DeployError, match="Password=… was not applied") as caught:
        lifecycle.create(aws, Bundle(tmp_path, {"Password": "hunter2"}), [unique])
    assert "hunter2" not in str(caught.value)


def test_without_a_name_the_stacks_are_listed_in_order(aws, folder, unique):
    with pytest.raises(WrongCall) as caught:
        lifecycle.create(aws, Bundle(folder), [])
    assert str(caught.value) == f"error: createstack needs the name of a stack: {unique}-base, {unique}-user"


def test_a_failed_creation_shows_the_resource_and_the_reason(aws, tmp_path, unique):
    (tmp_path / f"{unique}-bad.yml").write_text(BROKEN)
    with pytest.raises(DeployError) as caught:
        lifecycle.create(aws, Bundle(tmp_path), [f"{unique}-bad"])
    assert caught.value.failed == f'stack "{unique}-bad" could not be created (ROLLBACK_COMPLETE)'
    assert caught.value.seen == REASON


def test_what_aws_finds_before_it_makes_anything_is_shown(aws, tmp_path, unique):
    aws.s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bucket = f"Resources: {{Bucket: {{Type: 'AWS::S3::Bucket', Properties: {{BucketName: {unique}}}}}}}"
    (tmp_path / f"{unique}-bad.yml").write_text(bucket)
    with pytest.raises(DeployError) as caught:
        lifecycle.create(aws, Bundle(tmp_path), [f"{unique}-bad"])
    assert caught.value.seen == (
        f"Bucket: Resource of type 'AWS::S3::Bucket' with identifier '{unique}' already exists."
    )


def test_a_missing_right_is_to_be_allowed(aws, folder, unique, monkeypatch):
    reason = "User: arn:aws:iam::000000000000:user/poor is not authorized to perform: athena:CreateWorkGroup"

    class Failed:
        def __init__(self, *_):
            self.stack, self.stack_id = f"{unique}-base", ""

        def causes(self):
            return f"Group (AWS::Athena::WorkGroup): {reason}"

    monkeypatch.setattr(stacks, "Watch", Failed)
    monkeypatch.setattr(stacks, "wait_until_rest", lambda _watch: "ROLLBACK_COMPLETE")
    with pytest.raises(DeployError) as caught:
        Stacks(aws, Bundle(folder)).create(f"{unique}-base")
    assert caught.value.next_step == (
        "allow it in the policies of whoever it names, or use another role, then ./pyntw "
        f"'createstack[{unique}-base]' again"
    )


def test_up_replaces_a_stack_whose_creation_had_failed(aws, tmp_path, unique, status, capsys):
    template = tmp_path / f"{unique}-bad.yml"
    template.write_text(BROKEN)
    with pytest.raises(DeployError):
        lifecycle.up(aws, Bundle(tmp_path))
    template.write_text(BASE)
    lifecycle.up(aws, Bundle(tmp_path))
    assert status(f"{unique}-bad") == "CREATE_COMPLETE"
    assert "is ROLLBACK_COMPLETE from an earlier try: deleting it, then creating it again" in capsys.readouterr().out


def test_up_without_a_difference_says_so(aws, folder, unique, capsys):
    lifecycle.up(aws, Bundle(folder))
    capsys.readouterr()
    lifecycle.up(aws, Bundle(folder))
    assert capsys.readouterr().out == (
        f"{unique}-base is up to date, CREATE_COMPLETE\n{unique}-user is up to date, CREATE_COMPLETE\n"
    )


def test_up_updates_what_differs(aws, folder, unique, status):
    lifecycle.up(aws, Bundle(folder))
    (folder / f"{unique}-base.yml").write_text(BASE.replace("Default: red", "Default: blue"))
    lifecycle.up(aws, Bundle(folder))
    assert [status(f"{unique}-base"), status(f"{unique}-user")] == ["UPDATE_COMPLETE", "CREATE_COMPLETE"]


def test_an_edited_default_takes_effect(aws, folder, unique, stack_parameters):
    lifecycle.up(aws, Bundle(folder))
    (folder / f"{unique}-base.yml").write_text(BASE.replace("Default: red", "Default: blue"))
    lifecycle.update(aws, Bundle(folder), [f"{unique}-base"])
    assert stack_parameters(f"{unique}-base") == {"Color": "blue"}


def test_a_value_of_a_call_outlives_the_next_update(aws, folder, unique, stack_parameters, capsys):
    lifecycle.up(aws, Bundle(folder))
    lifecycle.update(aws, Bundle(folder, {"Color": "green"}), [f"{unique}-base"])
    assert f"{unique}-base: Color: red → green\n" in capsys.readouterr().out
    (folder / f"{unique}-base.yml").write_text(BASE.replace("Default: red", "Default: blue"))
    lifecycle.up(aws, Bundle(folder))
    assert stack_parameters(f"{unique}-base") == {"Color": "green"}


def test_an_update_of_what_is_not_there_points_to_create(aws, folder, unique):
    with pytest.raises(DeployError) as caught:
        lifecycle.update(aws, Bundle(folder), [f"{unique}-base"])
    assert caught.value.next_step == f"./pyntw 'createstack[{unique}-base]'"


def test_a_failed_update_shows_the_resource_and_leaves_the_stack(aws, folder, unique, status):
    lifecycle.up(aws, Bundle(folder))
    (folder / f"{unique}-base.yml").write_text(BASE.replace("Resources:\n", f"Resources:{POLICY}"))
    with pytest.raises(DeployError) as caught:
        lifecycle.update(aws, Bundle(folder), [f"{unique}-base"])
    assert caught.value.seen == REASON
    assert status(f"{unique}-base") == "UPDATE_ROLLBACK_COMPLETE"


def test_stacks_are_deleted_in_reverse_order(aws, folder, unique, status):
    lifecycle.up(aws, Bundle(folder))
    lifecycle.delete(aws, Bundle(folder), [f"{unique}-base", f"{unique}-user"], yes=True)
    assert [status(f"{unique}-base"), status(f"{unique}-user")] == ["absent", "absent"]


def test_deleting_what_others_import_names_them(aws, folder, unique, status):
    lifecycle.up(aws, Bundle(folder))
    with pytest.raises(DeployError) as caught:
        lifecycle.delete(aws, Bundle(folder), [f"{unique}-base"], yes=True)
    assert str(caught.value) == (
        f'error: stack "{unique}-base" cannot be deleted before {unique}-user\n'
        "  seen: they import its exports\n"
        f"  next: ./pyntw 'deletestack[{unique}-user,{unique}-base]'"
    )
    assert status(f"{unique}-base") == "CREATE_COMPLETE"


@pytest.mark.parametrize(("answer", "left"), [("y\n", "absent"), ("n\n", "CREATE_COMPLETE"), ("", "CREATE_COMPLETE")])
def test_deleting_asks_first(aws, folder, unique, status, monkeypatch, capsys, answer, left):
    lifecycle.create(aws, Bundle(folder), [f"{unique}-base"])
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    with contextlib.nullcontext() if left == "absent" else pytest.raises(DeployError, match="nothing was deleted"):
        lifecycle.delete(aws, Bundle(folder), [f"{unique}-base"], yes=False)
    assert capsys.readouterr().out.startswith(f"stacks to delete in {aws}: {unique}-base\nDelete it? [y/N] ")
    assert status(f"{unique}-base") == left


def test_deleting_what_is_not_there_is_a_calm_sentence(aws, folder, unique, capsys):
    lifecycle.delete(aws, Bundle(folder), [f"{unique}-base"], yes=False)
    assert capsys.readouterr().out == (
        f"{unique}-base is not deployed in {aws.account} / eu-west-1: nothing to delete\n"
    )


def test_outputs_of_a_deployed_stack(aws, folder, unique):
    lifecycle.up(aws, Bundle(folder))
    assert list(Stacks(aws, Bundle(folder)).outputs(f"{unique}-base")) == ["Topic"]


def test_a_template_too_long_for_the_call_goes_through_the_artifacts_bucket(aws, tmp_path, unique, status):
    holder = "Resources: {Bucket: {Type: 'AWS::S3::Bucket'}}\nOutputs: {ArtifactsBucket: {Value: !Ref Bucket}}\n"
    (tmp_path / f"{unique}-holder.yml").write_text(holder)
    (tmp_path / f"{unique}-long.yml").write_text(BASE + "#" * 60_000)
    lifecycle.create(aws, Bundle(tmp_path), [f"{unique}-holder"])
    lifecycle.create(aws, Bundle(tmp_path), [f"{unique}-long"])
    assert status(f"{unique}-long") == "CREATE_COMPLETE"


def test_a_template_too_long_for_the_call_needs_that_bucket(aws, tmp_path, unique):
    (tmp_path / f"{unique}-long.yml").write_text(BASE + "#" * 60_000)
    with pytest.raises(DeployError, match="no template has an output ArtifactsBucket"):
        lifecycle.create(aws, Bundle(tmp_path), [f"{unique}-long"])


def test_an_update_that_the_stack_s_policy_refused_names_the_whole_call(aws, tmp_path, unique, monkeypatch):
    (tmp_path / f"{unique}.yml").write_text(
        "Parameters: {Encryption: {Type: String, Default: kms}, Secret: {Type: String, Default: x, NoEcho: true}}\n"
        "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n"
    )
    watch = SimpleNamespace(stack=unique, causes=lambda: "Bucket (AWS::S3::Bucket): Action denied by stack policy")
    monkeypatch.setattr(stacks, "wait_until_rest", lambda _watch: "UPDATE_ROLLBACK_COMPLETE")
    given = {"Encryption": "s3", "Secret": "hidden"}
    with pytest.raises(DeployError) as caught:
        Stacks(aws, Bundle(tmp_path, given))._finish(watch, "updated", "correct it")
    call = f"[{unique},Encryption=s3,Secret=…"
    assert f"./pyntw 'previewstack{call}]' shows what would be lost" in caught.value.next_step
    assert f"./pyntw 'updatestack{call},losing=true]' does it all the same" in caught.value.next_step


def test_an_update_that_takes_an_export_from_others_names_them_first(aws, tmp_path, unique, monkeypatch):
    (tmp_path / f"{unique}.yml").write_text("Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n")
    watch = SimpleNamespace(stack=unique, causes=lambda: "Export base-Key cannot be deleted as it is in use by jobs")
    monkeypatch.setattr(stacks, "wait_until_rest", lambda _watch: "UPDATE_ROLLBACK_COMPLETE")
    with pytest.raises(DeployError) as caught:
        Stacks(aws, Bundle(tmp_path))._finish(watch, "updated", "correct it, then do it")
    assert caught.value.next_step == (
        "update the stacks that it names first, so that they import it no more, then do it"
    )
