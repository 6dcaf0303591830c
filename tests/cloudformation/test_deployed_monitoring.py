"""The optional monitoring on a local AWS: what fails puts one message on its topic, what goes well puts none."""

import json
import os
import subprocess
import sys

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, ROOT, LocalAws, allow, unique, wait_until

EMAIL = "ana@example.com"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:monitoring-notices"


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    server = LocalAws(tmp_path_factory.mktemp("monitoring") / "state").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def task(aws):
    """Runs a task as ./pyntw does; gives what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
    nothing = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    environment = {**clean, **keys, **nothing, "AWS_ENDPOINT_URL": aws.endpoint}

    def run(call):
        command = [sys.executable, ROOT / "build.py", call]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def deployed(task):
    return task("createstack[monitoring]")


@pytest.fixture
def told(task, deployed):
    """Gives the messages that came to the topic since the test began, once there are so many; each as its lines."""
    assert "monitoring" in deployed

    def read():
        head, *messages = task("messages[monitoring-notices]").split("\n\n")
        assert head.strip().startswith("monitoring-notices: "), head
        return [[line.strip().strip('"') for line in one.splitlines()[1:-1]] for one in messages]

    before = len(read())

    def new(count):
        found = wait_until(lambda: read()[before:], lambda found: len(found) >= count)
        assert len(found) == count, found
        return found

    return new


def test_a_job_that_fails_is_one_message_with_job_run_error_and_log(aws, told):
    good = aws.job("print('all is well')")
    bad = aws.job("raise ValueError('no such price')")
    assert aws.run(good)["JobRunState"] == "SUCCEEDED"
    run = aws.run(bad)
    [lines] = told(1)
    assert lines[0].startswith(f"The Glue job {bad} ended FAILED at 20")
    assert lines[1] == f"run: {run['Id']}"
    assert lines[2].startswith("error: ")
    assert "ValueError: no such price" in lines[2]
    assert lines[3] == f"log: ./pyntw 'logs[{run['Id']}]'"
    assert lines[4].endswith(f"streams: {run['Id']}*")
    group = "/aws-glue/python-jobs/error"
    assert group in lines[4]
    assert "ValueError: no such price" in "\n".join(aws.log_lines(group, run["Id"]))
    assert lines[5].endswith(f"#/job/{bad}/run/{run['Id']}")
    assert lines[6] == f"account {ACCOUNT}, {REGION}"


def test_the_log_that_the_message_names_is_shown_by_its_task(aws, task, told):
    run = aws.run(aws.job("raise ValueError('no such day')"))
    [lines] = told(1)
    call = lines[3].partition("'")[2].rstrip("'")
    assert call == f"logs[{run['Id']}]"
    assert "ValueError: no such day" in task(call)


def test_a_crawl_that_fails_is_one_message(aws, told):
    glue, crawler, database = aws.client("glue"), unique("crawler"), unique("db")
    glue.create_database(DatabaseInput={"Name": database})
    targets = {"JdbcTargets": [{"ConnectionName": "none", "Path": "db/%"}]}
    glue.create_crawler(Name=crawler, Role=aws.role(allow("*")), DatabaseName=database, Targets=targets)
    glue.start_crawler(Name=crawler)
    [lines] = told(1)
    assert lines[0].startswith(f"The crawler {crawler} ended FAILED at 20")
    error = glue.get_crawler(Name=crawler)["Crawler"]["LastCrawl"]["ErrorMessage"]
    assert lines[1] == f"error: {error}"
    assert lines[2] == f"log: group /aws-glue/crawlers, stream {crawler}"


def test_an_execution_that_fails_is_one_message(aws, told):
    states = aws.client("stepfunctions")
    ends = {"bad": {"Type": "Fail", "Error": "NoPrices", "Cause": "the file is empty"}, "good": {"Type": "Succeed"}}
    role = aws.role(trusts="states.amazonaws.com")
    runs = {}
    for name, end in ends.items():
        definition = json.dumps({"StartAt": "End", "States": {"End": end}})
        machine = states.create_state_machine(name=unique(name), definition=definition, roleArn=role)["stateMachineArn"]
        runs[name] = states.start_execution(stateMachineArn=machine)["executionArn"]
    wait_until(lambda: states.describe_execution(executionArn=runs["good"])["status"] == "SUCCEEDED")
    [lines] = told(1)
    machine = states.describe_execution(executionArn=runs["bad"])["stateMachineArn"]
    assert lines[0].startswith(f"The state machine {machine} ended FAILED at 20")
    assert lines[1:3] == [f"run: {runs['bad']}", "error: NoPrices the file is empty"]


def ratio(aws, value, job="etl-clean"):
    data = {"MetricName": "RejectedRatio", "Dimensions": [{"Name": "JobName", "Value": job}], "Value": value}
    aws.client("cloudwatch").put_metric_data(Namespace="EtlPoc", MetricData=[data])


def test_many_rejected_rows_are_one_message_of_the_alarm(aws, told):
    ratio(aws, 0.01)
    ratio(aws, 0.03)
    ratio(aws, 0.04)
    [lines] = told(1)
    message = json.loads("\n".join(lines))
    assert (message["AlarmName"], message["NewStateValue"]) == ("monitoring-rejected-rows", "ALARM")


@pytest.mark.usefixtures("deployed")
def test_alarms_and_dashboard_are_there_as_the_template_says(aws):
    cloudwatch = aws.client("cloudwatch")
    alarms = {one["AlarmName"]: one for one in cloudwatch.describe_alarms()["MetricAlarms"]}
    slow = {"Threshold": 3_600_000.0, "Period": 21600, "MetricName": "glue.driver.aggregate.elapsedTime"}
    expected = {
        "monitoring-rejected-rows": {"Threshold": 0.02, "MetricName": "RejectedRatio"},
        "monitoring-old-gold": {"EvaluationPeriods": 26, "TreatMissingData": "breaching", "MetricName": "RowsWritten"},
        "monitoring-slow-clean": slow,
        "monitoring-slow-gold": slow,
    }
    assert {name: {key: alarms[name][key] for key in one} for name, one in expected.items()} == expected
    assert set(alarms) == set(expected)
    body = json.loads(cloudwatch.get_dashboard(DashboardName="monitoring-pipelines")["DashboardBody"])
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:"
    shown = ("rejected-rows", "old-gold", "slow-clean", "slow-gold")
    assert body["widgets"][0]["properties"]["alarms"] == [f"{arn}monitoring-{name}" for name in shown]
    for widget in body["widgets"][1:]:
        assert widget["properties"]["region"] == REGION


@pytest.mark.usefixtures("deployed")
def test_an_address_brings_a_subscription_and_a_budget_and_nothing_is_left_at_the_end(aws, task):
    sns, budgets = aws.client("sns"), aws.client("budgets")
    assert sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"] == []
    assert budgets.describe_budgets(AccountId=ACCOUNT).get("Budgets", []) == []
    task(f"updatestack[monitoring,NoticeEmail={EMAIL},MonthlyBudget=50]")
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", EMAIL)
    [budget] = budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"]
    assert (budget["BudgetName"], float(budget["BudgetLimit"]["Amount"])) == ("monitoring-monthly", 50)
    told = budgets.describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName=budget["BudgetName"])
    assert sorted(one["Threshold"] for one in told["Notifications"]) == [80, 100]
    task("deletestack[monitoring,yes=true]")
    left = {
        "topics": sns.list_topics()["Topics"],
        "rules": aws.client("events").list_rules()["Rules"],
        "alarms": aws.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "dashboards": aws.client("cloudwatch").list_dashboards()["DashboardEntries"],
        "budgets": budgets.describe_budgets(AccountId=ACCOUNT).get("Budgets", []),
    }
    assert left == {key: [] for key in left}
