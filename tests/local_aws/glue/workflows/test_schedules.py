"""What starts by itself: schedules against a reference library, then triggers and crawlers on a running server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.definitions.checks import check_schedule
from local_aws.glue.model import GlueError
from local_aws.glue.workflows.schedules import next_due
from tests.local_aws.aws_server import ACCOUNT, REGION, LocalAws, allow, error_of, unique, wait_until

NOW = datetime(2026, 2, 27, 10, 30, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("expression", "due"),
    [  # the first four are examples of the developer guide
        ("cron(15 12 * * ? *)", datetime(2026, 2, 27, 12, 15, tzinfo=UTC)),
        ("cron(0 18 ? * MON-FRI *)", datetime(2026, 2, 27, 18, 0, tzinfo=UTC)),
        ("cron(0 8 1 * ? *)", datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),
        ("cron(0/15 8-17 ? * MON-FRI *)", datetime(2026, 2, 27, 10, 45, tzinfo=UTC)),
        ("cron(0 12 ? * 1 *)", datetime(2026, 3, 1, 12, 0, tzinfo=UTC)),  # 1 is Sunday
        ("cron(30 10 L * ? *)", datetime(2026, 2, 28, 10, 30, tzinfo=UTC)),
        ("cron(0 9 ? * 2#1 *)", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),  # the first Monday
        ("cron(0 9 1W * ? *)", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),  # the 1st is a Sunday
        ("cron(0 0 1 1 ? 2028)", datetime(2028, 1, 1, 0, 0, tzinfo=UTC)),
        ("cron(0 0 1 1 ? 2025)", None),
    ],
)
def test_a_schedule_names_its_next_moment(expression, due):
    check_schedule(expression)
    assert next_due(expression, NOW) == due


numbers = st.integers


def field(low: int, high: int) -> st.SearchStrategy[str]:
    one = numbers(low, high)
    ends = st.tuples(one, one).filter(lambda pair: pair[0] < pair[1])  # croniter takes 1-1 for the whole year
    spans = ends.map(lambda pair: f"{pair[0]}-{pair[1]}")
    return st.one_of(st.just("*"), one.map(str), spans, st.lists(one, min_size=1, max_size=3).map(_listed))


def _listed(found: list[int]) -> str:
    return ",".join(str(number) for number in found)


@given(
    minute=st.one_of(numbers(0, 59).map(str), st.sampled_from(["0/5", "*/15", "10/20", "0,30"])),
    hour=field(0, 23),
    day=st.one_of(field(1, 28), st.just("L")),
    month=field(1, 12),
    weekday=field(1, 7),
    by_weekday=st.booleans(),
    after=numbers(1_577_836_800, 2_208_988_800).map(lambda second: datetime.fromtimestamp(second, UTC)),  # 2020 to 2040
)
def test_occurrences_are_those_of_croniter(minute, hour, day, month, weekday, by_weekday, after):
    ours = f"cron({minute} {hour} {'?' if by_weekday else day} {month} {weekday if by_weekday else '?'} *)"
    counted_from_sunday = "".join(str(int(part) - 1) if part.isdigit() else part for part in weekday)
    theirs = f"{minute} {hour} {'*' if by_weekday else day} {month} {counted_from_sunday if by_weekday else '*'}"
    check_schedule(ours)
    assert next_due(ours, after) == croniter(theirs, after).get_next(datetime)


@pytest.mark.parametrize(
    "expression",
    [
        "rate(5 minutes)",
        "0 12 * * ? *",
        "cron(0 12 * * *)",
        "cron(0 12 * * * *)",
        "cron(0 12 ? * ? *)",
        "cron(60 12 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 12 0 * ? *)",
        "cron(0 12 ? * 8 *)",
        "cron(0 12 * 13 ? *)",
        "cron(0/0 12 * * ? *)",
        "cron(noon 12 * * ? *)",
    ],
)
def test_what_is_no_schedule_is_refused(expression):
    with pytest.raises(GlueError, match="InvalidInputException: Schedule"):
        check_schedule(expression)


@pytest.mark.parametrize("minutes", ["*", "0/4", "0,3", "0,57"])
def test_more_often_than_every_five_minutes_is_refused(minutes):
    with pytest.raises(GlueError, match="more often than every 5 minutes"):
        check_schedule(f"cron({minutes} * * * ? *)")


def test_every_five_minutes_is_fine_and_one_hour_does_not_touch_the_next():
    check_schedule("cron(0/5 * * * ? *)")
    check_schedule("cron(0,57 12 * * ? *)")


# On a server


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
