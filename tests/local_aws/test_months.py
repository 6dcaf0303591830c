"""How many runs a month has by what is deployed, on a real local AWS."""

import json
from datetime import UTC, datetime

import pytest

from glue_client import months
from tests.local_aws.aws_server import allow, unique
from tests.local_aws.tasks import aws_of

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAYS = 365 / 12
DEFINITION = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


@pytest.fixture
def runs(local_aws, monkeypatch):
    """(name) -> runs of a month, and how they are known."""
    aws = aws_of(local_aws, monkeypatch)
    return lambda name: months.of_deployed(aws, name, NOW)


@pytest.fixture
def machine(local_aws):
    """ARN of a state machine."""
    role = local_aws.role(allow("states:StartExecution"), trusts="states.amazonaws.com")
    named = {"name": unique("machine"), "roleArn": role}
    made = local_aws.client("stepfunctions").create_state_machine(definition=json.dumps(DEFINITION), **named)
    return made["stateMachineArn"]


def test_what_nothing_starts_is_taken_to_run_once_a_day(runs):
    found = runs(unique("nothing"))
    assert (found.runs, found.why) == (pytest.approx(DAYS), "no schedule is active: once a day is taken")


def test_active_triggers_of_a_workflow_and_of_a_job_count(local_aws, runs):
    glue, job, workflow, asleep = local_aws.client("glue"), local_aws.job("pass"), unique("w"), unique("w")
    for name in (workflow, asleep):
        glue.create_workflow(Name=name)
    for schedule, more in (
        ("cron(0 6 1 * ? *)", {"WorkflowName": workflow, "StartOnCreation": True}),
        ("cron(0 7 1 * ? *)", {"WorkflowName": asleep}),
        ("cron(0 6,18 * * ? *)", {"StartOnCreation": True}),
    ):
        glue.create_trigger(Name=unique("t"), Type="SCHEDULED", Schedule=schedule, Actions=[{"JobName": job}], **more)
    assert runs(workflow) == months.Month(pytest.approx(1), "cron(0 6 1 * ? *)")
    assert runs(asleep).why == "no schedule is active: once a day is taken"
    assert runs(job) == months.Month(pytest.approx(2 * DAYS), "cron(0 6,18 * * ? *)")


def test_schedules_and_rules_of_a_state_machine_count(local_aws, runs, machine):
    scheduler, events = local_aws.client("scheduler"), local_aws.client("events")
    of_scheduler, of_events = (
        {"Arn": machine, "RoleArn": local_aws.role(allow("states:StartExecution"), trusts=f"{who}.amazonaws.com")}
        for who in ("scheduler", "events")
    )
    more = {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": of_scheduler}
    for schedule, state in (("rate(12 hours)", "ENABLED"), ("rate(1 hours)", "DISABLED")):
        scheduler.create_schedule(Name=unique("s"), ScheduleExpression=schedule, State=state, **more)
    for schedule, state in (("rate(1 day)", "ENABLED"), ("rate(2 hours)", "DISABLED")):
        name = unique("r")
        events.put_rule(Name=name, ScheduleExpression=schedule, State=state)
        events.put_targets(Rule=name, Targets=[{"Id": "1", **of_events}])
    found = runs(machine.rpartition(":")[2])
    assert (found.runs, found.why) == (pytest.approx(3 * DAYS), "rate(12 hours), rate(1 day)")
