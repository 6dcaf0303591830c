"""How stacks are, those of others too."""

import pytest

from deploy import overview
from deploy.bundle import Bundle
from deploy.errors import WrongCall

OWN = "Resources: {T: {Type: 'AWS::SNS::Topic'}}"
FOREIGN = OWN + "\nOutputs: {Answer: {Value: forty-two}}"


@pytest.fixture
def bundle(tmp_path, unique):
    (tmp_path / f"{unique}.yml").write_text(OWN)
    return Bundle(tmp_path)


def test_a_stack_of_others_is_shown_with_its_outputs(aws, bundle, unique, capsys):
    aws.cloudformation.create_stack(StackName=f"{unique}-mine", TemplateBody=FOREIGN)
    aws.cloudformation.get_waiter("stack_create_complete").wait(
        StackName=f"{unique}-mine", WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )
    overview.show(aws, bundle, [f"{unique}-mine"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines if line[:1] == [f"{unique}-mine"]] == [[f"{unique}-mine", "CREATE_COMPLETE"]]
    assert ["Answer", "forty-two"] in lines


def test_one_that_is_nowhere_is_said(aws, bundle, unique):
    with pytest.raises(WrongCall) as caught:
        overview.show(aws, bundle, ["no-such-stack"])
    assert str(caught.value) == (
        f'error: there is no stack "no-such-stack" in {aws}; the stacks of this project are {unique}'
    )


def test_one_of_the_project_may_be_absent(aws, bundle, unique, capsys):
    overview.show(aws, bundle, [unique])
    assert f"{unique}   not deployed" in capsys.readouterr().out
