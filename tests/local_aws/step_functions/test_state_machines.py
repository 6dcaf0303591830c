"""State machines that run Glue jobs, crawlers and queries, deployed by a template."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, unique, wait_until
from tests.local_aws.cloudformation.stack import Stack
from tests.local_aws.cloudformation.types.compute import zipped

EVERYTHING = [allow("*")]


@pytest.fixture
def states(local_aws):
    return local_aws.client("stepfunctions")


def task(resource, parameters, **more):
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, **more}


def machine(local_aws, definition, statements=EVERYTHING):
    """Deploy a state machine with a role of these statements; return its ARN."""
    stack = Stack(local_aws)
    properties = {
        "RoleArn": local_aws.role(*statements, trusts="states.amazonaws.com"),
        "DefinitionString": json.dumps(definition),
    }
    assert stack.apply({"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}) == (
        "CREATE_COMPLETE"
    )
    return stack.refs()["M"]


def one(state):
    return {"StartAt": "One", "States": {"One": {"End": True, **state}}}


def start(states, arn, given=None):
    return states.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))["executionArn"]


def ended(states, execution):
    return wait_until(
        lambda: states.describe_execution(executionArn=execution),
        lambda found: found["status"] != "RUNNING",
        60,
    )


def run(states, arn, given=None):
    return ended(states, start(states, arn, given))


def test_a_job_is_waited_for_and_given_its_arguments(local_aws, states):
    job = local_aws.job("import sys; print(sys.argv[-1])")
    arguments = {"--day.$": "$.day"}
    arn = machine(local_aws, one(task("glue:startJobRun.sync", {"JobName": job, "Arguments": arguments})))
    found = run(states, arn, {"day": "2024-01-31"})
    assert found["status"] == "SUCCEEDED", found
    output = json.loads(found["output"])
    (made,) = local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"]
    assert (output["Id"], output["JobRunState"], output["Arguments"]) == (
        made["Id"],
        "SUCCEEDED",
        {"--day": "2024-01-31"},
    )
    assert output["StartedOn"] == round(made["StartedOn"].timestamp() * 1000)


def test_a_job_that_is_only_started_is_not_waited_for(local_aws, states):
    job = local_aws.job("pass")
    found = run(states, machine(local_aws, one(task("glue:startJobRun", {"JobName": job}))))
    run_id = json.loads(found["output"])["JobRunId"]
    assert local_aws.wait_run(job, run_id)["JobRunState"] == "SUCCEEDED"


def test_a_job_that_fails_is_caught_and_the_machine_goes_on(local_aws, states):
    job = local_aws.job("raise ValueError('no')")
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "After", "ResultPath": "$.error"}]
    step = task("glue:startJobRun.sync", {"JobName": job}, Catch=catch, Next="After")
    arn = machine(local_aws, {"StartAt": "One", "States": {"One": step, "After": {"Type": "Pass", "End": True}}})
    found = run(states, arn)
    error = json.loads(found["output"])["error"]
    assert (found["status"], error["Error"]) == ("SUCCEEDED", "States.TaskFailed")
    cause = json.loads(error["Cause"])
    assert (cause["JobName"], cause["JobRunState"]) == (job, "FAILED")
    assert "ValueError: no" in cause["ErrorMessage"]


def test_glues_errors_have_its_name_before_them(local_aws, states):
    retried = [{"ErrorEquals": ["Glue.EntityNotFoundException"], "MaxAttempts": 1, "IntervalSeconds": 0}]
    state = task("glue:startJobRun.sync", {"JobName": unique("no")}, Retry=retried)
    found = run(states, machine(local_aws, one(state)))
    assert (found["status"], found["error"]) == ("FAILED", "Glue.EntityNotFoundException")


def test_a_job_that_runs_already_is_tried_again_until_it_may(local_aws, states):
    job = local_aws.job("import time; time.sleep(2)")
    busy = ["Glue.ConcurrentRunsExceededException"]
    retry = [{"ErrorEquals": busy, "IntervalSeconds": 1, "BackoffRate": 1.5, "MaxAttempts": 20}]
    arn = machine(local_aws, one(task("glue:startJobRun.sync", {"JobName": job}, Retry=retry)))
    local_aws.start_run(job)
    found = run(states, arn)
    assert found["status"] == "SUCCEEDED", found
    errors = [details["error"] for kind, details in history(states, found["executionArn"]) if kind == "TaskFailed"]
    assert set(errors) == set(busy)


@pytest.mark.parametrize("resource", ["glue:startJobRun.sync", "aws-sdk:glue:startJobRun"])
def test_the_role_of_the_machine_needs_the_right(local_aws, states, resource):
    job = local_aws.job("pass")
    arn = machine(local_aws, one(task(resource, {"JobName": job})), [allow("glue:GetJobRun")])
    found = run(states, arn)
    assert found["error"] == "Glue.AccessDeniedException", found
    assert f"glue:StartJobRun on resource: arn:aws:glue:eu-west-1:000000000000:job/{job}" in found["cause"]
    assert local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"] == []


def sdk_calls(local_aws):
    """Calls of services that do not speak the JSON of targets: what they are given, and the right that they need."""
    bucket, role = local_aws.bucket(), local_aws.role(trusts="lambda.amazonaws.com")
    code = {"S3Bucket": bucket, "S3Key": "code.zip"}
    local_aws.put(bucket, "code.zip", zipped("def handler(*_): return 1"))
    function = {"FunctionName": unique("f"), "Role": role, "Runtime": "python3.11", "Handler": "i.h", "Code": code}
    return {
        "iam:createUser": ({"UserName": unique("u")}, ["iam:CreateUser"]),
        "ec2:createVpc": ({"CidrBlock": "10.0.0.0/16"}, ["ec2:CreateVpc"]),
        "s3:listObjectsV2": ({"Bucket": bucket}, ["s3:ListBucket"]),
        "lambda:createFunction": (function, ["lambda:CreateFunction", "iam:PassRole", "s3:GetObject"]),
    }


@pytest.mark.parametrize("call", ["iam:createUser", "ec2:createVpc", "s3:listObjectsV2", "lambda:createFunction"])
def test_each_call_of_the_sdk_needs_the_right(local_aws, states, call):
    parameters, rights = sdk_calls(local_aws)[call]
    definition = one(task(f"aws-sdk:{call}", parameters))
    for number, right in enumerate(rights):
        found = run(states, machine(local_aws, definition, [allow(["glue:GetJob", *rights[:number]])]))
        assert found["status"] == "FAILED", right
        assert f"not authorized to perform: {right}" in found["cause"] or "denied by S3" in found["cause"], found
    found = run(states, machine(local_aws, definition, [allow(rights)]))
    assert found["status"] == "SUCCEEDED", found


def optimised_calls(local_aws):
    """Integration -> parameters, the right, and the resource that it is on."""
    name, client = unique("task"), local_aws.client
    queue = client("sqs").create_queue(QueueName=name)["QueueUrl"]
    topic = client("sns").create_topic(Name=name)["TopicArn"]
    client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
    )
    code = {"ZipFile": zipped("def handler(*_): return 1")}
    function = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handler",
        Code=code,
        Role=local_aws.role(trusts="lambda.amazonaws.com"),
    )["FunctionArn"]
    inner = machine(local_aws, one({"Type": "Pass"}))
    item, table = {"a": {"S": "1"}}, f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    arn = f"{REGION}:{ACCOUNT}"
    return {
        "lambda:invoke": ({"FunctionName": name}, "lambda:InvokeFunction", function),
        "sqs:sendMessage": ({"QueueUrl": queue, "MessageBody": "m"}, "sqs:SendMessage", f"arn:aws:sqs:{arn}:{name}"),
        "sns:publish": ({"TopicArn": topic, "Message": "m"}, "sns:Publish", topic),
        "dynamodb:putItem": ({"TableName": name, "Item": item}, "dynamodb:PutItem", table),
        "dynamodb:getItem": ({"TableName": name, "Key": item}, "dynamodb:GetItem", table),
        "dynamodb:updateItem": ({"TableName": name, "Key": item}, "dynamodb:UpdateItem", table),
        "dynamodb:deleteItem": ({"TableName": name, "Key": item}, "dynamodb:DeleteItem", table),
        "events:putEvents": (
            {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]},
            "events:PutEvents",
            f"arn:aws:events:{arn}:event-bus/default",
        ),
        "states:startExecution": ({"StateMachineArn": inner}, "states:StartExecution", inner),
        "states:startExecution.sync:2": ({"StateMachineArn": inner}, "states:StartExecution", inner),
    }


def test_each_optimised_call_needs_the_right_on_its_resource(local_aws, states):
    for call, (parameters, right, resource) in optimised_calls(local_aws).items():
        definition = one(task(call, parameters))
        wrong = allow(right, f"{resource}-of-others")
        found = run(states, machine(local_aws, definition, [wrong]))
        assert (found["status"], right in found.get("cause", "")) == ("FAILED", True), (call, found)
        assert f"{resource} because no identity-based policy allows the {right} action" in found["cause"]
        found = run(states, machine(local_aws, definition, [allow(right, resource)]))
        assert found["status"] == "SUCCEEDED", (call, found)


def test_a_function_as_resource_needs_the_right(local_aws, states):
    function = optimised_calls(local_aws)["lambda:invoke"][2]
    definition = one({"Type": "Task", "Resource": function})
    denied = run(states, machine(local_aws, definition, [allow("sqs:*")]))
    assert (denied["status"], denied["error"]) == ("FAILED", "Lambda.AccessDeniedException")
    forbidden = {"Effect": "Deny", "Action": "lambda:*", "Resource": "*"}
    denied = run(states, machine(local_aws, definition, [allow("*"), forbidden]))
    assert denied["cause"].endswith(f"on resource: {function} with an explicit deny in an identity-based policy")
    allowed = run(states, machine(local_aws, definition, [allow("lambda:InvokeFunction", function)]))
    assert allowed["status"] == "SUCCEEDED"


def test_a_role_that_trusts_step_functions_no_more_runs_nothing(local_aws, states):
    role, other = local_aws.role(*EVERYTHING, trusts="states.amazonaws.com"), local_aws.role(*EVERYTHING)
    definition = json.dumps(one({"Type": "Pass"}))
    arn = states.create_state_machine(name=unique("m"), definition=definition, roleArn=role)["stateMachineArn"]
    iam, [name, trusted] = local_aws.client("iam"), [one.rpartition("/")[2] for one in (role, other)]
    trust = json.dumps(iam.get_role(RoleName=trusted)["Role"]["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    assert run(states, arn)["error"] == "States.Permissions"


def test_the_crawler_loop_of_the_developer_guide(local_aws, states):
    bucket, database, name = local_aws.bucket(), unique("db"), unique("crawler")
    local_aws.put(bucket, "sales/a.csv", "id,name\n1,a\n2,b\n3,c\n")
    glue = local_aws.client("glue")
    glue.create_database(DatabaseInput={"Name": database})
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/sales/"}]}
    glue.create_crawler(Name=name, Role=local_aws.role(*EVERYTHING), DatabaseName=database, Targets=targets)
    again = [{"ErrorEquals": ["Glue.CrawlerRunningException"], "Next": "Wait"}]
    definition = {
        "StartAt": "Crawl",
        "States": {
            "Crawl": task("aws-sdk:glue:startCrawler", {"Name": name}, Next="Get", Catch=again),
            "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Get"},
            "Get": task("aws-sdk:glue:getCrawler", {"Name": name}, Next="Ready?"),
            "Ready?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.Crawler.State", "StringEquals": "READY", "Next": "Well?"}],
                "Default": "Wait",
            },
            "Well?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.Crawler.LastCrawl.Status", "StringEquals": "SUCCEEDED", "Next": "Done"}],
                "Default": "No",
            },
            "Done": {"Type": "Succeed"},
            "No": {"Type": "Fail", "Error": "Crawl", "Cause": "failed"},
        },
    }
    found = run(states, machine(local_aws, definition))
    assert found["status"] == "SUCCEEDED", found
    assert [entry["Name"] for entry in glue.get_tables(DatabaseName=database)["TableList"]] == ["sales"]


def test_a_query_is_waited_for_and_its_rows_read(local_aws, states):
    bucket = local_aws.bucket()
    query = {"QueryString": "SELECT 1 AS one", "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/"}}
    rows = {"QueryExecutionId.$": "$.QueryExecution.QueryExecutionId"}
    definition = {
        "StartAt": "Ask",
        "States": {
            "Ask": task("athena:startQueryExecution.sync", query, Next="Read"),
            "Read": task("athena:getQueryResults", rows, End=True),
        },
    }
    found = run(states, machine(local_aws, definition))
    assert found["status"] == "SUCCEEDED", found
    assert json.loads(found["output"])["ResultSet"]["Rows"][1]["Data"] == [{"VarCharValue": "1"}]


def test_a_query_that_fails_fails_its_task(local_aws, states):
    query = {
        "QueryString": "SELECT * FROM nothing_of_that_name",
        "ResultConfiguration": {"OutputLocation": f"s3://{local_aws.bucket()}/"},
    }
    found = run(states, machine(local_aws, one(task("athena:startQueryExecution.sync", query))))
    assert found["error"] == "States.TaskFailed", found
    assert json.loads(found["cause"])["QueryExecution"]["Status"]["State"] == "FAILED"


SLEEPS = "import time; time.sleep(600)"


def the_run(local_aws, job):
    found = local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"]
    return found[0] if found else None


def test_a_task_whose_time_is_over_stops_its_job(local_aws, states):
    job = local_aws.job(SLEEPS)
    found = run(states, machine(local_aws, one(task("glue:startJobRun.sync", {"JobName": job}, TimeoutSeconds=1))))
    assert found["error"] == "States.Timeout"
    assert local_aws.wait_run(job, the_run(local_aws, job)["Id"])["JobRunState"] == "STOPPED"


def test_an_execution_that_is_stopped_stops_its_job(local_aws, states):
    job = local_aws.job(SLEEPS)
    execution = start(states, machine(local_aws, one(task("glue:startJobRun.sync", {"JobName": job}))))
    made = wait_until(lambda: the_run(local_aws, job))
    states.stop_execution(executionArn=execution)
    assert ended(states, execution)["status"] == "ABORTED"
    assert local_aws.wait_run(job, made["Id"])["JobRunState"] == "STOPPED"


@pytest.mark.parametrize(
    "resource", ["glue:startCrawler.sync", "glue:startJobRun.sync:2", "athena:getQueryResults.sync"]
)
def test_what_aws_has_not_is_refused(local_aws, states, resource):
    found = run(states, machine(local_aws, one(task(resource, {"Name": "x"}))))
    assert found["error"] == "States.Runtime", found


# What the history tells (API reference, HistoryEvent)


def history(states, execution):
    """(type, details) of the events of an execution."""
    pages = states.get_paginator("get_execution_history").paginate(executionArn=execution)
    return [
        (event["type"], next((value for name, value in event.items() if name.endswith("EventDetails")), {}))
        for page in pages
        for event in page["events"]
    ]


def test_the_history_tells_of_a_task_that_is_waited_for(local_aws, states):
    job = local_aws.job("pass")
    arn = machine(local_aws, one(task("glue:startJobRun.sync", {"JobName": job}, TimeoutSeconds=100)))
    found = history(states, run(states, arn)["executionArn"])
    (run_id,) = [made["Id"] for made in local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"]]
    tasks = [(kind, details) for kind, details in found if kind.startswith("Task") and "State" not in kind]
    assert [kind for kind, _ in tasks] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    assert {(details["resourceType"], details["resource"]) for _, details in tasks} == {("glue", "startJobRun.sync")}
    scheduled, _, submitted, succeeded = [details for _, details in tasks]
    assert json.loads(scheduled["parameters"]) == {"JobName": job}
    assert scheduled["region"] == "eu-west-1"
    assert json.loads(submitted["output"])["JobRunId"] == run_id
    assert json.loads(succeeded["output"])["JobRunState"] == "SUCCEEDED"
    assert succeeded["outputDetails"] == {"truncated": False}


def test_the_history_tells_of_a_task_that_is_only_called(states, local_aws):
    arn = machine(local_aws, one(task("aws-sdk:glue:getJob", {"JobName": "nosuch"})))
    execution = run(states, arn)
    assert execution["status"] == "FAILED"
    assert "output" not in execution
    assert execution["error"]
    tasks = [(kind, details) for kind, details in history(states, execution["executionArn"]) if kind.startswith("Task")]
    assert [kind for kind, _ in tasks] == ["TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskFailed"]
    assert {(details["resourceType"], details["resource"]) for _, details in tasks[1:]} == {("aws-sdk:glue", "getJob")}
    assert tasks[-1][1]["error"] == execution["error"]
