"""What AWS refuses when a job or trigger is made: limits, and names that are taken."""

import pytest

from tests.local_aws.aws_server import error_of, unique

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"WorkerType": "G.1X"}, "Please set both Worker Type and Number of Workers."),
        ({"NumberOfWorkers": 2}, "Please set both Worker Type and Number of Workers."),
        (
            {"WorkerType": "G.1X", "NumberOfWorkers": 2, "MaxCapacity": 2.0},
            "Please do not set Max Capacity if using Worker Type and Number of Workers.",
        ),
        (
            {"WorkerType": "G.1X", "NumberOfWorkers": 1},
            "To use Worker Type G.1X, minimum allowed value of Number of Workers is 2.",
        ),
        (
            {"WorkerType": "G.025X", "NumberOfWorkers": 300},
            "To use Worker Type G.025X, maximum allowed value of Number of Workers is 299.",
        ),
        ({"AllocatedCapacity": 2, "MaxCapacity": 2.0}, "Please set only Allocated Capacity or Max Capacity"),
        ({"MaxRetries": 11}, "MaxRetries must be between 0 and 10, not 11"),
        ({"Timeout": 10081}, "Timeout must be between 1 and 10080 minutes, not 10081"),
        (
            {"ExecutionClass": "FLEX", "WorkerType": "G.4X", "NumberOfWorkers": 2},
            "Worker Type G.4X is not supported for Execution Class FLEX: use G.1X or G.2X",
        ),
        (
            {"Command": {"Name": "pythonshell"}, "WorkerType": "G.1X"},
            "Worker Type is not supported for Job Command pythonshell",
        ),
    ],
)
def test_limits_of_a_job(glue, given, text):
    call = {"Name": unique("job"), "Role": "r", "Command": COMMAND, **given}
    assert error_of(glue.create_job, **call) == f"InvalidInputException: {text}"


def test_neither_role_nor_script_of_a_job_need_be_there(glue):
    assert error_of(glue.create_job, Name=unique("job"), Role="no-such-role", Command=COMMAND) == ""


def test_a_job_of_another_configuration_cannot_take_the_name(glue):
    call = {"Name": unique("job"), "Role": "r", "Command": COMMAND}
    glue.create_job(**call)
    assert glue.create_job(**call)["Name"] == call["Name"]
    assert error_of(glue.create_job, **call, Timeout=5) == (
        "IdempotentParameterMismatchException: Job already submitted with different configuration"
    )
    assert glue.get_job(JobName=call["Name"])["Job"]["Timeout"] == 480


def test_a_trigger_of_another_configuration_cannot_take_the_name(glue):
    name, workflow = unique("t"), unique("wf")
    glue.create_workflow(Name=workflow)
    call = {"Name": name, "WorkflowName": workflow, "Type": "ON_DEMAND"}
    glue.create_trigger(**call, Actions=[{"JobName": "a"}])
    glue.create_trigger(**call, Actions=[{"JobName": "a"}])
    assert error_of(glue.create_trigger, **call, Actions=[{"JobName": "b"}]) == (
        f"IdempotentParameterMismatchException: Trigger with name '{name}' already submitted with different "
        "configuration"
    )


def test_other_names_can_be_taken_once(glue):
    workflow = unique("wf")
    glue.create_workflow(Name=workflow)
    assert error_of(glue.create_workflow, Name=workflow).startswith("AlreadyExistsException: ")
