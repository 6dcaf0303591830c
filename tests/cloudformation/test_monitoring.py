"""The optional monitoring: who may publish, what its rules and alarms look at, and what a message is made of."""

import json
import re

import pytest

from tests.cloudformation.conftest import ended

SAMPLES = {  # details as in AWS's documentation ("Automating AWS Glue with EventBridge", "Step Functions events")
    "FailedJobs": {
        "source": "aws.glue",
        "detail-type": "Glue Job State Change",
        "detail": {"jobName": "j", "severity": "ERROR", "state": "FAILED", "jobRunId": "jr_1", "message": "m"},
    },
    "FailedCrawlers": {
        "source": "aws.glue",
        "detail-type": "Glue Crawler State Change",
        "detail": {
            "accountId": "1",
            "crawlerName": "c",
            "state": "Failed",
            "message": "m",
            "errorMessage": "e",
            "cloudWatchLogLink": "https://l",
        },
    },
    "FailedStateMachines": {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"executionArn": "a", "stateMachineArn": "m", "status": "FAILED", "error": "E", "cause": "c"},
    },
    "FailedQuality": {
        "source": "aws.glue-dataquality",
        "detail-type": "Data Quality Evaluation Results Available",
        "detail": {
            "context": {"contextType": "GLUE_JOB", "jobId": "jr_1", "jobName": "j"},
            "resultId": "dqresult-1",
            "state": "FAILED",
            "rulesSucceeded": 3,
            "rulesFailed": 1,
            "rulesSkipped": 0,
        },
    },
    "DelayedJobs": {
        "source": "aws.glue",
        "detail-type": "Glue Job Run Status",
        "detail": {"jobName": "j", "state": "RUNNING", "jobRunId": "jr_1", "startedOn": "2026-01-01T00:00:00Z"},
    },
}
KEEP_QUIET = {  # what goes well, or begins
    "FailedJobs": {"state": ["SUCCEEDED", "STOPPED"]},
    "FailedCrawlers": {"state": ["Started", "Succeeded"]},
    "FailedStateMachines": {"status": ["RUNNING", "SUCCEEDED", "ABORTED"]},
    "FailedQuality": {"state": ["SUCCEEDED"]},
}


@pytest.fixture(scope="module")
def resources(templates):
    return templates["monitoring"]["Resources"]


def properties(resources, kind):
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


@pytest.fixture(scope="module")
def rules(resources):
    return properties(resources, "AWS::Events::Rule")


@pytest.fixture(scope="module")
def alarms(resources):
    return properties(resources, "AWS::CloudWatch::Alarm")


def of_alarms(statement):
    arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:monitoring-*"
    return statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": arn}},
    }


def test_the_topic_takes_messages_of_rules_and_of_its_alarms_and_none_over_plain_http(resources):
    (policy,) = properties(resources, "AWS::SNS::TopicPolicy").values()
    by_sid = {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}
    assert set(by_sid) == {"RulesPublish", "AlarmsPublish", "DenyPlainHttp"}
    assert all((one["Action"], one["Resource"]) == ("sns:Publish", {"Ref": "Notices"}) for one in by_sid.values())
    assert by_sid["RulesPublish"]["Principal"] == {"Service": "events.amazonaws.com"}
    assert "Condition" not in by_sid["RulesPublish"]  # AWS: not supported there
    assert by_sid["AlarmsPublish"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert of_alarms(by_sid["AlarmsPublish"])
    deny = by_sid["DenyPlainHttp"]
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_key_is_for_who_may_publish_and_turns(resources):
    key = resources["Key"]["Properties"]
    assert resources["Notices"]["Properties"]["KmsMasterKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}
    assert key["EnableKeyRotation"] is True
    _account, rules, alarms = key["KeyPolicy"]["Statement"]
    assert rules["Principal"] == {"Service": "events.amazonaws.com"}
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert rules["Action"] == alarms["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in rules  # AWS: not supported there
    assert of_alarms(alarms)


def test_every_name_begins_alike(resources):
    fields = ("TopicName", "Name", "AlarmName", "DashboardName")
    names = [one["Properties"][name] for one in resources.values() for name in fields if name in one["Properties"]]
    names.append(resources["Budget"]["Properties"]["Budget"]["BudgetName"])
    assert len(names) == 12
    assert [name for name in names if not name.startswith("monitoring-")] == []


def test_rules_send_to_the_topic_and_take_no_role(rules):
    assert set(rules) == set(SAMPLES)
    for rule in rules.values():
        (target,) = rule["Targets"]
        assert target["Arn"] == {"Ref": "Notices"}
        assert "RoleArn" not in target


@pytest.mark.parametrize("name", SAMPLES)
def test_a_message_uses_each_part_of_the_event_that_it_takes_and_no_other(rules, name):
    transformer = rules[name]["Targets"][0]["InputTransformer"]
    used = set(re.findall(r"<(\w+)>", transformer["InputTemplate"]["Fn::Sub"]))
    assert used == set(transformer["InputPathsMap"])
    for path in transformer["InputPathsMap"].values():
        part = {**SAMPLES[name], "time": "2026-01-01T00:00:00Z"}
        for step in path.removeprefix("$.").split("."):
            part = part[step]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_line_of_a_message_is_a_json_string(rules, name):
    template = rules[name]["Targets"][0]["InputTransformer"]["InputTemplate"]["Fn::Sub"]
    lines = [json.loads(line) for line in template.splitlines()]
    assert len(lines) >= 4
    assert any(line.startswith("run: ") for line in lines) or name == "FailedCrawlers"
    assert any(line.startswith("log: ") for line in lines)


@pytest.fixture(scope="module")
def matches(local_aws):
    """Asks EventBridge whether a pattern takes an event."""
    envelope = {"id": "1", "account": "1", "region": "eu-west-1", "time": "2026-01-01T00:00:00Z", "resources": []}

    def ask(rule, event):
        answer = local_aws("events").test_event_pattern(
            EventPattern=json.dumps(rule["EventPattern"]), Event=json.dumps({**envelope, **event})
        )
        return answer["Result"]

    return ask


def test_each_rule_takes_its_own_failures_only(rules, matches):
    for rule in SAMPLES:
        assert [name for name, event in SAMPLES.items() if matches(rules[rule], event)] == [rule]


def test_what_goes_well_is_not_told(rules, matches):
    for name, quiet in KEEP_QUIET.items():
        ((key, values),) = quiet.items()
        for value in values:
            event = {**SAMPLES[name], "detail": {**SAMPLES[name]["detail"], key: value}}
            assert not matches(rules[name], event), (name, value)


def test_alarms_tell_the_topic_of_what_is_wrong_alone(alarms):
    assert len(alarms) == 4
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": "Notices"}]
        assert {"OKActions", "InsufficientDataActions"} & set(alarm) == set()
        assert "docs/operations-guide.md" in alarm["AlarmDescription"]


def test_no_data_is_bad_for_gold_alone(alarms):
    treated = {name: alarm["TreatMissingData"] for name, alarm in alarms.items()}
    assert treated.pop("OldGold") == "breaching"
    assert set(treated.values()) == {"notBreaching"}


def test_no_alarm_looks_longer_back_than_cloudwatch_does(templates, alarms):
    seven_days = 604_800  # API reference, PutMetricAlarm
    hours = templates["monitoring"]["Parameters"]["FreshHours"]["MaxValue"]
    assert alarms["OldGold"]["EvaluationPeriods"] == alarms["OldGold"]["DatapointsToAlarm"] == {"Ref": "FreshHours"}
    assert alarms["OldGold"]["Period"] * hours <= seven_days


def test_the_jobs_and_the_namespace_are_those_of_the_sales_at_first(templates, of_type, root):
    default = {name: one["Default"] for name, one in templates["monitoring"]["Parameters"].items()}
    jobs = of_type("AWS::Glue::Job", "glue-jobs")
    told = [ended(default[key]) for key in ("CleanJob", "GoldJob")]
    assert told == [jobs["CleanJob"]["Name"], jobs["RepartitionJob"]["Name"]]
    assert f'METRICS = "{default["MetricsNamespace"]}"' in (root / "glue_scripts/sales/sales_schema.py").read_text()
    for job in ("CleanJob", "RepartitionJob"):
        assert jobs[job]["DefaultArguments"]["--enable-metrics"] == "true"


def test_a_run_is_told_of_before_its_rejected_rows_fail_it(templates):
    ours, theirs = (templates[stack]["Parameters"] for stack in ("monitoring", "glue-jobs"))
    assert float(ours["RejectedRatioToTell"]["Default"]) < float(theirs["MaxRejectedRatio"]["Default"])


def test_without_an_address_there_is_neither_subscription_nor_budget(resources):
    conditional = {name for name, one in resources.items() if one.get("Condition") == "HasEmail"}
    assert conditional == {"NoticeSubscription", "Budget"}


def test_the_budget_is_made_as_that_of_the_store(resources, templates):
    ours = {**resources["Budget"]["Properties"]}
    theirs = {**templates["store-pipeline"]["Resources"]["Budget"]["Properties"]}
    assert [one["Notification"]["Threshold"] for one in ours["NotificationsWithSubscribers"]] == [80, 100]
    names = [one["Budget"]["BudgetName"] for one in (ours, theirs)]
    assert names == ["monitoring-monthly", "store-monthly"]
    assert {**ours["Budget"], "BudgetName": ""} == {**theirs["Budget"], "BudgetName": ""}
    assert ours["NotificationsWithSubscribers"] == theirs["NotificationsWithSubscribers"]
