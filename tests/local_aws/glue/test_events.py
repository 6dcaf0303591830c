"""The events of Glue on EventBridge, as rules see them; the samples of the developer guide give what they hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from local_aws.glue import events
from local_aws.glue.model import JobRun
from tests.local_aws.aws_server import ACCOUNT, REGION, LocalAws, allow, unique, wait_until
from tests.local_aws.inbox import Inbox, lets_in


@pytest.mark.parametrize(
    ("script", "state", "severity", "message"),
    [
        ("print('done')", "SUCCEEDED", "INFO", "Job run succeeded"),
        ("raise ValueError('broken')", "FAILED", "ERROR", "ValueError: broken"),
    ],
)
def test_a_job_that_ends_is_an_event(local_aws: LocalAws, script, state, severity, message):
    job = local_aws.job(script)
    inbox = Inbox(local_aws, "Glue Job State Change", jobName=[job])
    run = local_aws.run(job)
    [event] = inbox.events(1)
    assert event["source"] == "aws.glue"
    assert event["account"] == ACCOUNT
    assert event["resources"] == []
    detail = event["detail"]
    assert message in detail.pop("message")
    assert detail == {"jobName": job, "severity": severity, "state": state, "jobRunId": run["Id"]}


def test_a_rule_hands_a_failure_to_a_topic_that_lets_it_in(local_aws: LocalAws):
    job, name = local_aws.job("raise SystemExit(3)"), unique("alarm")
    sns, sqs, events = local_aws.client("sns"), local_aws.client("sqs"), local_aws.client("events")
    pattern = {"source": ["aws.glue"], "detail": {"state": ["FAILED", "TIMEOUT"], "jobName": [job]}}
    queues = {}
    for topic_name in (f"{name}-closed", f"{name}-open"):  # the closed one is the first that the rule reaches
        topic = sns.create_topic(Name=topic_name)["TopicArn"]
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{topic_name}"
        policy = {"Policy": lets_in("sns", queue)}
        queues[topic_name] = sqs.create_queue(QueueName=topic_name, Attributes=policy)["QueueUrl"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
        events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=name, Targets=[{"Id": topic_name, "Arn": topic}])
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=lets_in("events", topic))
    local_aws.run(job)
    [message] = wait_until(lambda: sqs.receive_message(QueueUrl=queues[f"{name}-open"]).get("Messages"))
    notification = json.loads(message["Body"])
    assert "Subject" not in notification  # as EventBridge sends it
    assert json.loads(notification["Message"])["detail"]["jobName"] == job
    assert "Messages" not in sqs.receive_message(QueueUrl=queues[f"{name}-closed"])


def test_a_crawl_is_two_events(local_aws: LocalAws):
    bucket, database, crawler = local_aws.bucket(), unique("db"), unique("crawler")
    local_aws.put(bucket, "people/a.csv", "name,age\nann,3\nbob,4\n")
    glue = local_aws.client("glue")
    glue.create_database(DatabaseInput={"Name": database})
    role = local_aws.role(allow(["s3:*", "glue:*", "logs:*"]))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/people/"}]}
    glue.create_crawler(Name=crawler, Role=role, DatabaseName=database, Targets=targets)
    inbox = Inbox(local_aws, "Glue Crawler State Change", crawlerName=[crawler])
    glue.start_crawler(Name=crawler)
    started, succeeded = (event["detail"] for event in inbox.events(2))
    assert (started["state"], started["message"], started["accountId"]) == ("Started", "Crawler Started", ACCOUNT)
    assert (succeeded["state"], succeeded["message"]) == ("Succeeded", "Crawler Succeeded")
    assert succeeded["tablesCreated"] == "1"
    assert succeeded["partitionsDeleted"] == "0"
    assert succeeded["runningTime (sec)"].isdigit()


def test_a_changed_catalog_is_an_event(local_aws: LocalAws):
    database, glue = unique("db"), local_aws.client("glue")
    of_database = Inbox(local_aws, "Glue Data Catalog Database State Change", databaseName=[database])
    of_table = Inbox(local_aws, "Glue Data Catalog Table State Change", databaseName=[database])
    glue.create_database(DatabaseInput={"Name": database})
    table = {"Name": "t", "PartitionKeys": [{"Name": "day", "Type": "string"}, {"Name": "hour", "Type": "string"}]}
    glue.create_table(DatabaseName=database, TableInput=table)
    entries = [{"Values": ["1", "2"]}, {"Values": ["1", "3"]}]
    glue.batch_create_partition(DatabaseName=database, TableName="t", PartitionInputList=entries)
    made, filled = of_database.events(2)
    assert made["detail"] == {"databaseName": database, "typeOfChange": "CreateDatabase"}
    assert filled["detail"] == {"databaseName": database, "typeOfChange": "CreateTable", "changedTables": ["t"]}
    assert filled["resources"] == [f"arn:aws:glue:{REGION}:{ACCOUNT}:table/{database}/t"]
    [changed] = of_table.events(1)
    assert changed["detail"] == {
        "databaseName": database,
        "tableName": "t",
        "typeOfChange": "BatchCreatePartition",
        "changedPartitions": ["[1, 2]", "[1, 3]"],
    }


def test_a_refused_change_is_no_event(local_aws: LocalAws):
    database, glue = unique("db"), local_aws.client("glue")
    inbox = Inbox(local_aws, "Glue Data Catalog Database State Change", databaseName=[database])
    glue.create_database(DatabaseInput={"Name": database})
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": database})
    glue.delete_database(Name=database)
    assert [event["detail"]["typeOfChange"] for event in inbox.events(2)] == ["CreateDatabase", "DeleteDatabase"]


def test_a_job_that_takes_too_long_is_told_of(monkeypatch):
    told = []
    monkeypatch.setattr(events.emulator, "put_event", lambda *event: told.append(event))
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    run = JobRun(Id="jr_1", JobName="j", JobRunState="RUNNING", StartedOn=moment, LastModifiedOn=moment)
    events.job_delayed("scope", run.changed(NotificationProperty={"NotifyDelayAfter": 1}))
    detail = {
        "jobName": "j",
        "severity": "INFO",
        "notificationCondition": {"NotifyDelayAfter": 1},
        "state": "RUNNING",
        "jobRunId": "jr_1",
        "message": "Job is in RUNNING state",
        "startedOn": "2026-01-02T03:04:05Z",
    }
    assert told == [("scope", "Glue Job Run Status", detail)]
