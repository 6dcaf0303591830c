"""The store's stacks on the local AWS: a changed definition reaches the state machine; notices, budget and schedule."""

import json
import time

import pytest

ACCOUNT, REGION = "000000000000", "eu-west-1"
BUCKET, PLACE = f"etl-poc-artifacts-{ACCOUNT}-{REGION}", "/etl-poc/definitions/store/pipeline"
EMAIL = "ana@example.com"


@pytest.fixture(scope="module")
def put(local_aws, root):
    """Uploads a definition, as deploygluescripts does, and has Parameter Store name it."""
    text = (root / "glue_scripts" / "store" / "pipeline.asl.json").read_text()

    def upload(version, **changes):
        key = f"glue_scripts/store/pipeline.{version}.asl.json"
        local_aws("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps({**json.loads(text), **changes}).encode())
        local_aws("ssm").put_parameter(Name=PLACE, Value=f"s3://{BUCKET}/{key}", Type="String", Overwrite=True)

    return upload


@pytest.fixture(scope="module")
def deployed(local_aws, root, parameter_files, put):
    """Both stacks with what they need, and an address for notices."""
    cloudformation = local_aws("cloudformation")
    for stack in ("basic-infra", "store", "store-pipeline"):
        more = [{"ParameterKey": "NoticeEmail", "ParameterValue": EMAIL}] if stack == "store-pipeline" else []
        cloudformation.create_stack(
            StackName=stack,
            TemplateBody=(root / "cloudformation" / f"{stack}.yml").read_text(),
            Parameters=parameter_files[stack] + more,
            Capabilities=["CAPABILITY_IAM"],
        )
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
        )
        if stack == "basic-infra":
            put("first")
    return local_aws


@pytest.fixture(scope="module")
def machine(deployed):
    """Gives the state machine as it is now."""
    states = deployed("stepfunctions")

    def now():
        (found,) = states.list_state_machines()["stateMachines"]
        return states.describe_state_machine(stateMachineArn=found["stateMachineArn"])

    return now


def update(aws, **changes):
    """Update the stack with its template as it is and these parameters; whether there was anything to do."""
    cloudformation = aws("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName="store-pipeline")["Stacks"]
    names = [one["ParameterKey"] for one in stack["Parameters"]]
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in names if name not in changes]
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in changes.items()]
    cloudformation.update_stack(
        StackName="store-pipeline", UsePreviousTemplate=True, Parameters=kept + given, Capabilities=["CAPABILITY_IAM"]
    )
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName="store-pipeline", WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )


def test_the_definition_has_all_its_names(machine):
    text = machine()["definition"]
    assert "${" not in text
    states = json.loads(text)["States"]
    branches = [state for branch in states["Silver"]["Branches"] for state in branch["States"].values()]
    assert [one["Parameters"]["JobName"] for one in branches if "JobName" in one.get("Parameters", {})] == [
        "store-silver-inventory",
        "store-silver-social",
        "store-silver-sales",
    ]
    assert states["Tell of success"]["Parameters"]["TopicArn"] == f"arn:aws:sns:{REGION}:{ACCOUNT}:store-notices"
    assert f"https://{REGION}.console.aws.amazon.com/" in text


def test_a_changed_definition_reaches_the_state_machine_with_the_next_update(deployed, machine, put):
    before = json.loads(machine()["definition"])
    put("second", Comment="another one")
    assert json.loads(machine()["definition"]) == before
    update(deployed)
    after = json.loads(machine()["definition"])
    assert (after.pop("Comment"), after) == ("another one", {key: before[key] for key in after})


def test_a_parameter_says_what_makes_gold(deployed, machine):
    text = machine()["definition"]
    assert ('"store-gold"' in text, "store-gold-athena" in text) == (True, False)
    update(deployed, GoldEngine="Athena")
    text = machine()["definition"]
    assert ('"store-gold"' in text, '"store-gold-athena"' in text) == (False, True)
    resource = deployed("cloudformation").describe_stack_resource(
        StackName="store-pipeline", LogicalResourceId="StateMachineRole"
    )["StackResourceDetail"]
    role = deployed("iam").get_role(RoleName=resource["PhysicalResourceId"])["Role"]["Arn"]
    place = f"arn:aws:glue:{REGION}:{ACCOUNT}:job/store-gold"
    decisions = [
        deployed("iam").simulate_principal_policy(
            PolicySourceArn=role, ActionNames=["glue:StartJobRun"], ResourceArns=[one]
        )["EvaluationResults"][0]["EvalDecision"]
        for one in (place, f"{place}-athena")
    ]
    assert decisions == ["implicitDeny", "allowed"]


def test_logs_go_to_the_group_of_the_stack(machine, deployed):
    logging = machine()["loggingConfiguration"]
    assert logging["level"] == "ALL"
    (destination,) = logging["destinations"]
    group = destination["cloudWatchLogsLogGroup"]["logGroupArn"]
    assert group.endswith(":log-group:/aws/vendedlogs/states/store-pipeline:*")
    (found,) = deployed("logs").describe_log_groups(logGroupNamePrefix="/aws/vendedlogs/")["logGroups"]
    assert found["retentionInDays"] == 30


def test_notices_and_budget_go_to_the_address_and_go_with_it(deployed):
    sns, budgets = deployed("sns"), deployed("budgets")
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:store-notices"
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"] == "alias/aws/sns"
    subscribed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [(one["Protocol"], one["Endpoint"]) for one in subscribed] == [("email", EMAIL)]
    budget = budgets.describe_budget(AccountId=ACCOUNT, BudgetName="store-monthly")["Budget"]
    assert (float(budget["BudgetLimit"]["Amount"]), budget["TimeUnit"]) == (20.0, "MONTHLY")
    told = budgets.describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName="store-monthly")["Notifications"]
    assert sorted(one["Threshold"] for one in told) == [80.0, 100.0]
    update(deployed, NoticeEmail="")
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    assert budgets.describe_budgets(AccountId=ACCOUNT).get("Budgets", []) == []


def test_the_schedule_is_off_until_it_is_enabled(deployed):
    scheduler = deployed("scheduler")
    schedule = scheduler.get_schedule(Name="store-schedule")
    assert (schedule["State"], schedule["ScheduleExpressionTimezone"]) == ("DISABLED", "America/Sao_Paulo")
    update(deployed, ScheduleState="ENABLED")
    assert scheduler.get_schedule(Name="store-schedule")["State"] == "ENABLED"


def test_the_schedule_starts_the_state_machine_and_not_without_the_right_to(deployed, machine):
    """Two schedules that are due, as the scheduler looks for them: the stack's own, and one whose role may nothing."""
    iam, scheduler, states = deployed("iam"), deployed("scheduler"), deployed("stepfunctions")
    target = scheduler.get_schedule(Name="store-schedule")["Target"]
    role = iam.get_role(RoleName=target["RoleArn"].rpartition("/")[2])["Role"]
    [policy] = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    [statement] = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=policy)["PolicyDocument"]["Statement"]
    assert statement["Action"] == "states:StartExecution"
    trust = json.dumps(role["AssumeRolePolicyDocument"])
    poor = iam.create_role(RoleName="without-it", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    due = {"ScheduleExpression": "at(2020-01-01T00:00:00)", "FlexibleTimeWindow": {"Mode": "OFF"}}
    scheduler.create_schedule(Name="without-it", Target={**target, "RoleArn": poor, "Input": '{"by": "nobody"}'}, **due)
    scheduler.create_schedule(Name="with-it", Target={**target, "Input": '{"by": "the role of the stack"}'}, **due)
    arn = machine()["stateMachineArn"]
    for _ in range(300):  # the scheduler looks every ten seconds, at the schedules in their order
        found = states.list_executions(stateMachineArn=arn)["executions"]
        if found:
            break
        time.sleep(0.1)
    inputs = [states.describe_execution(executionArn=one["executionArn"])["input"] for one in found]
    assert inputs == ['{"by": "the role of the stack"}']
    for one in found:
        states.stop_execution(executionArn=one["executionArn"])
