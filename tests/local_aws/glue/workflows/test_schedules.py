"""What starts by itself: triggers and crawlers on a schedule, and workflows that events start, on a running server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.local_aws.aws_server import ACCOUNT, REGION, LocalAws, allow, error_of, unique, wait_until


def in_a_moment() -> str:
    """A schedule whose next minute is at least five seconds away, and which names no other."""
    due = datetime.now(UTC) + timedelta(seconds=65)
    return f"cron({due.minute} {due.hour} {due.day} {due.month} ? {due.year})"


def test_what_is_scheduled_starts_at_its_minute(local_aws: LocalAws):
    glue, schedule = local_aws.client("glue"), in_a_moment()
    alone, member, idle, follower = (local_aws.job("pass") for _ in range(4))
    trigger, workflow, crawler = unique("nightly"), unique("wf"), unique("crawler")
    scheduled = {"Type": "SCHEDULED", "Schedule": schedule}
    glue.create_trigger(Name=trigger, **scheduled, Actions=[{"JobName": alone}], StartOnCreation=True)
    glue.create_trigger(Name=unique("off"), **scheduled, Actions=[{"JobName": idle}])  # never activated
    condition = {"LogicalOperator": "EQUALS", "JobName": alone, "State": "SUCCEEDED"}
    after = {"Type": "CONDITIONAL", "Predicate": {"Conditions": [condition]}, "StartOnCreation": True}
    glue.create_trigger(Name=unique("after"), **after, Actions=[{"JobName": follower}])
    glue.create_workflow(Name=workflow)
    started = unique("start")
    glue.create_trigger(Name=started, WorkflowName=workflow, **scheduled, Actions=[{"JobName": member}])
    glue.start_trigger(Name=started)
    role, database = local_aws.role(allow(["s3:*", "glue:*", "logs:*"])), unique("db")
    glue.create_database(DatabaseInput={"Name": database})
    targets = {"S3Targets": [{"Path": f"s3://{local_aws.bucket()}/"}]}
    glue.create_crawler(Name=crawler, Role=role, DatabaseName=database, Targets=targets, Schedule=schedule)

    def ended(job: str) -> list[dict]:
        runs = glue.get_job_runs(JobName=job)["JobRuns"]
        return [run for run in runs if run["JobRunState"] == "SUCCEEDED"]

    [run] = wait_until(lambda: ended(follower), seconds=130)
    [first] = ended(alone)
    assert (first["TriggerName"], first["StartedOn"].second) == (trigger, 0)
    [run] = wait_until(lambda: ended(member))
    assert run["TriggerName"] == started
    [of_workflow] = glue.get_workflow_runs(Name=workflow)["Runs"]
    assert of_workflow["Statistics"]["SucceededActions"] == 1
    assert glue.get_job_runs(JobName=idle)["JobRuns"] == []
    assert wait_until(lambda: glue.list_crawls(CrawlerName=crawler)["Crawls"])
    shown = glue.get_crawler(Name=crawler)["Crawler"]["Schedule"]
    assert shown == {"ScheduleExpression": schedule, "State": "SCHEDULED"}


def test_a_crawlers_schedule_is_stopped_started_changed_and_taken_away(local_aws: LocalAws):
    glue, crawler = local_aws.client("glue"), unique("crawler")
    role = local_aws.role()
    targets = {"S3Targets": [{"Path": f"s3://{local_aws.bucket()}/"}]}
    glue.create_crawler(Name=crawler, Role=role, DatabaseName="d", Targets=targets)
    assert error_of(glue.start_crawler_schedule, CrawlerName=crawler).startswith("NoScheduleException")
    glue.update_crawler(Name=crawler, Schedule="cron(0 1 * * ? *)")
    assert error_of(glue.start_crawler_schedule, CrawlerName=crawler).startswith("SchedulerRunningException")
    glue.stop_crawler_schedule(CrawlerName=crawler)
    assert error_of(glue.stop_crawler_schedule, CrawlerName=crawler).startswith("SchedulerNotRunningException")
    glue.update_crawler_schedule(CrawlerName=crawler, Schedule="cron(0 2 * * ? *)")
    expected = {"ScheduleExpression": "cron(0 2 * * ? *)", "State": "NOT_SCHEDULED"}
    assert glue.get_crawler(Name=crawler)["Crawler"]["Schedule"] == expected
    glue.start_crawler_schedule(CrawlerName=crawler)
    assert glue.get_crawler(Name=crawler)["Crawler"]["Schedule"]["State"] == "SCHEDULED"
    glue.update_crawler(Name=crawler, Schedule="")
    assert "Schedule" not in glue.get_crawler(Name=crawler)["Crawler"]
    bad = error_of(glue.update_crawler_schedule, CrawlerName=crawler, Schedule="cron(* * * * ? *)")
    assert bad.startswith("InvalidInputException")


class EventWorkflow:
    """A workflow of one job that a rule starts: events of the source `my.app` come in batches."""

    def __init__(self, aws: LocalAws, size: int, window: int = 900, **settings) -> None:
        self.aws, self.glue, self.name = aws, aws.client("glue"), unique("wf")
        self.job = aws.job("pass")
        self.glue.create_workflow(Name=self.name, **settings)
        batching = {"BatchSize": size, "BatchWindow": window}
        self.trigger = unique("event")
        self.glue.create_trigger(
            Name=self.trigger,
            WorkflowName=self.name,
            Type="EVENT",
            EventBatchingCondition=batching,
            Actions=[{"JobName": self.job}],
        )
        arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/{self.name}"
        role = aws.role(allow("glue:notifyEvent", arn), trusts="events.amazonaws.com")
        rules, pattern = aws.client("events"), {"source": ["my.app"], "detail-type": [self.name]}
        rules.put_rule(Name=self.name, EventPattern=json.dumps(pattern))
        rules.put_targets(Rule=self.name, Targets=[{"Id": "w", "Arn": arn, "RoleArn": role}])

    def send(self, **detail) -> str:
        entry = {"Source": "my.app", "DetailType": self.name, "Detail": json.dumps(detail)}
        return self.aws.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"]

    def runs(self) -> list[dict]:
        return self.glue.get_workflow_runs(Name=self.name)["Runs"]


def test_a_full_batch_of_events_starts_the_workflow(local_aws: LocalAws):
    workflow = EventWorkflow(local_aws, size=2)
    ids = [workflow.send(key="a")]
    assert workflow.runs() == []
    ids.append(workflow.send(key="b"))
    [run] = wait_until(workflow.runs)
    assert run["WorkflowRunProperties"]["aws:eventIds"] == f"[{ids[0]}, {ids[1]}]"
    assert run["StartingEventBatchCondition"]["BatchSize"] == 2
    wait_until(lambda: workflow.runs()[0]["Status"] == "COMPLETED")
    attributes = [{"AttributeKey": "EventName", "AttributeValue": "NotifyEvent"}]
    found = local_aws.client("cloudtrail").lookup_events(LookupAttributes=attributes)["Events"]
    payloads = [json.loads(event["CloudTrailEvent"])["requestParameters"]["eventPayload"] for event in found]
    keys = {entry["eventId"]: json.loads(entry["eventBody"])["detail"] for entry in payloads if entry["eventId"] in ids}
    assert keys == {ids[0]: {"key": "a"}, ids[1]: {"key": "b"}}


def test_a_window_that_is_over_starts_the_workflow(local_aws: LocalAws):
    workflow = EventWorkflow(local_aws, size=100, window=1)
    event = workflow.send()
    [run] = wait_until(workflow.runs)
    assert run["WorkflowRunProperties"]["aws:eventIds"] == f"[{event}]"


def test_events_that_wait_for_their_batch_outlive_the_server(fresh_local_aws: LocalAws):
    workflow = EventWorkflow(fresh_local_aws, size=2)
    first = workflow.send()
    wait_until(lambda: fresh_local_aws.client("cloudtrail").lookup_events()["Events"])
    fresh_local_aws.stop(9)
    fresh_local_aws.start()
    workflow.glue = fresh_local_aws.client("glue")
    second = workflow.send()
    [run] = wait_until(workflow.runs)
    assert run["WorkflowRunProperties"]["aws:eventIds"] == f"[{first}, {second}]"


def test_events_for_a_busy_workflow_leave_a_run_that_says_so(local_aws: LocalAws):
    workflow = EventWorkflow(local_aws, size=1, MaxConcurrentRuns=1)
    workflow.glue.update_job(
        JobName=workflow.job,
        JobUpdate={
            **{
                name: value
                for name, value in workflow.glue.get_job(JobName=workflow.job)["Job"].items()
                if name in ("Role", "Command")
            },
            "ExecutionProperty": {"MaxConcurrentRuns": 5},
        },
    )
    workflow.glue.update_trigger(
        Name=workflow.trigger,
        TriggerUpdate={"Actions": [{"JobName": local_aws.job("import time; time.sleep(60)")}]},
    )
    workflow.send()
    [running] = wait_until(workflow.runs)
    workflow.send()
    refused, _ = wait_until(workflow.runs, lambda runs: len(runs) == 2)
    assert (refused["Status"], refused["ErrorMessage"]) == (
        "ERROR",
        f"Concurrent runs exceeded for workflow: {workflow.name}.",
    )
    workflow.glue.stop_workflow_run(Name=workflow.name, RunId=running["WorkflowRunId"])


def test_a_role_that_may_not_notify_starts_nothing(local_aws: LocalAws):
    workflow = EventWorkflow(local_aws, size=1)
    rules, name = local_aws.client("events"), unique("rule")
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/{workflow.name}"
    role = local_aws.role(allow("glue:StartWorkflowRun"), trusts="events.amazonaws.com")
    rules.put_targets(Rule=workflow.name, Targets=[{"Id": "w", "Arn": arn, "RoleArn": role}])
    workflow.send()
    rules.put_targets(Rule=workflow.name, Targets=[{"Id": "w", "Arn": arn}])
    workflow.send()
    role = local_aws.role(allow("glue:NotifyEvent"), trusts="events.amazonaws.com", name=name)
    rules.put_targets(Rule=workflow.name, Targets=[{"Id": "w", "Arn": arn, "RoleArn": role}])
    event = workflow.send()
    [run] = wait_until(workflow.runs)
    assert run["WorkflowRunProperties"]["aws:eventIds"] == f"[{event}]"


def test_an_event_trigger_is_neither_started_nor_stopped(local_aws: LocalAws):
    workflow = EventWorkflow(local_aws, size=1)
    glue = workflow.glue
    assert glue.get_trigger(Name=workflow.trigger)["Trigger"]["State"] == "CREATED"
    started = error_of(glue.start_trigger, Name=workflow.trigger)
    assert started == "InvalidInputException: Trigger Type EVENT cannot be started"
    stopped = error_of(glue.stop_trigger, Name=workflow.trigger)
    assert stopped == "InvalidInputException: The operation is not allowed when trigger is in state: CREATED"
