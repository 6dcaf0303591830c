"""Templates in the manners of public repositories are deployed, and what they make is read back by each service."""

import json
from pathlib import Path

import pytest

from tests.local_aws.aws_server import unique
from tests.local_aws.cloudformation.stack import Stack

FOLDER = Path(__file__).with_name("manners")
CAPABILITIES = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@pytest.fixture
def deploy(local_aws):
    """Makes a stack of a template; what was made goes when the test is over."""
    made = []

    def run(name, **parameters):
        stack = Stack(local_aws)
        body = (FOLDER / name).read_text(encoding="utf-8")
        assert stack.make(body, capabilities=CAPABILITIES, **parameters) == "CREATE_COMPLETE", stack.reasons()
        made.append(stack)
        return stack

    yield run
    for stack in reversed(made):
        stack.delete()


def test_buckets_with_parameters_of_all_kinds(local_aws, deploy):
    s3, ssm, name = local_aws.client("s3"), local_aws.client("ssm"), unique("/owner")
    ssm.put_parameter(Name=name, Value="data team", Type="String")
    stack = deploy("bootstrap_buckets.yml", Owner=name, Environment="stage", ExpireAfter="7")
    outputs = stack.outputs()
    assert outputs["Who"] == "data team,/nobody,3"
    assert outputs["Archive"].startswith("arn:aws:s3:::")
    assert s3.get_bucket_versioning(Bucket=outputs["Raw"])["Status"] == "Enabled"
    parameters = stack.cloudformation.describe_stacks(StackName=stack.name)["Stacks"][0]["Parameters"]
    shown = {each["ParameterKey"]: each["ParameterValue"] for each in parameters}
    assert (shown["Secret"], shown["Versioned"], shown["ExpireAfter"]) == ("****", "true", "7")
    body = (FOLDER / "bootstrap_buckets.yml").read_text(encoding="utf-8")
    assert stack.make(body, update=True, Owner=name, Environment="dev", Versioned="false") == "UPDATE_COMPLETE"
    assert set(stack.outputs()) == {"Raw", "Who"}
    assert set(stack.refs()) == {"Raw", "Who"}


def test_a_network_and_a_stack_that_imports_it(local_aws, deploy):
    ec2, network = local_aws.client("ec2"), deploy("network.json")
    outputs = network.outputs()
    (subnet,) = ec2.describe_subnets(SubnetIds=[outputs["Subnet"]])["Subnets"]
    assert (subnet["CidrBlock"], subnet["MapPublicIpOnLaunch"]) == ("10.20.1.0/24", True)
    (group,) = ec2.describe_security_groups(GroupIds=[outputs["Group"]])["SecurityGroups"]
    assert [(each["FromPort"], each["ToPort"]) for each in group["IpPermissions"]] == [(443, 443)]
    given = {"NetworkStack": network.name, "Network": outputs["Network"], "Subnets": outputs["Subnet"]}
    user = deploy("uses_network.yml", **given)
    assert user.outputs()["Same"] == f"{outputs['Network']}|{outputs['Network']}"
    (group,) = ec2.describe_security_groups(GroupIds=[user.outputs()["Group"]])["SecurityGroups"]
    assert (group["VpcId"], group["Description"]) == (
        outputs["Network"],
        f"in {outputs['Subnet']} of {network.name}",
    )


def test_a_private_network_has_no_gateway(deploy):
    stack = deploy("network.json", Public="no")
    assert set(stack.refs()) == {"Network", "Subnet", "Group"}  # though the group depends on the attachment
    assert "Gateway" not in stack.outputs()


@pytest.mark.parametrize(("schedule", "kind"), [("", "ON_DEMAND"), ("cron(0 3 * * ? *)", "SCHEDULED")])
def test_a_job_with_its_crawler_and_trigger(local_aws, deploy, schedule, kind):
    glue, bucket = local_aws.client("glue"), local_aws.bucket()
    outputs = deploy("etl.yml", Bucket=bucket, Schedule=schedule, Workers="3").outputs()
    job = glue.get_job(JobName=outputs["Job"])["Job"]
    assert (job["GlueVersion"], job["NumberOfWorkers"], job["Command"]["PythonVersion"]) == ("4.0", 3, "3")
    arguments = {"--job-bookmark-option": "job-bookmark-enable", "--enable-metrics": "true", "--ratio": "0.5"}
    assert job["DefaultArguments"] == arguments
    trigger = glue.get_trigger(Name=outputs["Trigger"])["Trigger"]
    assert (trigger["Type"], trigger.get("Schedule", "")) == (kind, schedule)
    crawler = glue.get_crawler(Name=outputs["Crawler"])["Crawler"]
    assert crawler["Targets"]["S3Targets"][0]["Path"] == f"s3://{bucket}/data"
    assert glue.get_database(Name=outputs["Database"])["Database"]["Description"] == "made by a stack"


def test_queues_topics_rules_and_tables(local_aws, deploy):
    outputs = deploy("stream.yml").outputs()
    told = local_aws.client("sqs").get_queue_attributes(QueueUrl=outputs["Queue"], AttributeNames=["All"])["Attributes"]
    assert int(json.loads(told["RedrivePolicy"])["maxReceiveCount"]) == 3
    assert told["VisibilityTimeout"] == "60"
    sns = local_aws.client("sns")
    subscribed = sns.get_subscription_attributes(SubscriptionArn=outputs["Subscribed"])["Attributes"]
    assert subscribed["RawMessageDelivery"] == "true"
    assert json.loads(subscribed["FilterPolicy"]) == {"size": [{"numeric": [">", 5]}], "urgent": [True]}
    rule = local_aws.client("events").describe_rule(Name=outputs["Rule"])
    assert json.loads(rule["EventPattern"])["detail"] == {"state": ["FAILED"], "attempt": [1, 2]}
    table = local_aws.client("dynamodb").describe_table(TableName=outputs["Table"])["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_a_family_of_stacks(local_aws, deploy):
    bucket = local_aws.bucket()
    for name in ("stream.yml", "reads.yml"):
        local_aws.put(bucket, name, (FOLDER / name).read_bytes())
    stack = deploy("family.yml", Templates=bucket)
    outputs = stack.outputs()
    assert outputs["Read"] == f"reads {outputs['Queue']}"
    given = {"QueueUrl": outputs["Queue"], "AttributeNames": ["RedrivePolicy"]}
    told = local_aws.client("sqs").get_queue_attributes(**given)["Attributes"]
    assert int(json.loads(told["RedrivePolicy"])["maxReceiveCount"]) == 5
    body = (FOLDER / "family.yml").read_text(encoding="utf-8")
    assert stack.make(body, update=True, capabilities=CAPABILITIES, Templates=bucket, WithSecond="false")
    assert (set(stack.refs()), set(stack.outputs())) == ({"First"}, {"Queue"})


def test_queues_of_a_loop(local_aws, deploy):
    sqs, stack = local_aws.client("sqs"), deploy("many.yml")
    outputs = stack.outputs()
    assert outputs["Count"] == "2"
    delays = {
        team: sqs.get_queue_attributes(QueueUrl=outputs[f"Queue{team}"], AttributeNames=["DelaySeconds"])["Attributes"]
        for team in ("sales", "ops")
    }
    assert delays == {"sales": {"DelaySeconds": "5"}, "ops": {"DelaySeconds": "0"}}
    assert sqs.list_queue_tags(QueueUrl=outputs["Queueops"])["Tags"]["team"] == "ops"


def test_an_api_of_a_serverless_application(local_aws, deploy):
    outputs = deploy("api.yml").outputs()
    (stage,) = local_aws.client("apigateway").get_stages(restApiId=outputs["Api"])["item"]
    assert (stage["stageName"], outputs["Url"].endswith("/v1/items")) == ("v1", True)
    configuration = local_aws.client("lambda").get_function_configuration(FunctionName=outputs["List"])
    assert configuration["Environment"]["Variables"]["DEBUG"] == "false"
    iam = local_aws.client("iam")
    (name,) = iam.list_role_policies(RoleName=outputs["Role"])["PolicyNames"]
    document = iam.get_role_policy(RoleName=outputs["Role"], PolicyName=name)["PolicyDocument"]
    assert "dynamodb:GetItem" in document["Statement"][0]["Action"]


@pytest.mark.parametrize(("stage", "level", "runs", "threshold"), [("dev", "ERROR", 1, 5.0), ("prod", "ALL", 3, 1.0)])
def test_a_pipeline_of_a_state_machine(local_aws, deploy, stage, level, runs, threshold):
    stack = deploy("orchestrated.yml", Bucket=local_aws.bucket(), Stage=stage)
    outputs, states = stack.outputs(), local_aws.client("stepfunctions")
    machine = states.describe_state_machine(stateMachineArn=outputs["Machine"])
    assert machine["loggingConfiguration"]["level"] == level
    assert outputs["Job"] in machine["definition"]
    tags = states.list_tags_for_resource(resourceArn=outputs["Machine"])["tags"]
    assert {"key": "stage", "value": stage} in tags
    job = local_aws.client("glue").get_job(JobName=outputs["Job"])["Job"]
    assert (job["ExecutionProperty"]["MaxConcurrentRuns"], job["MaxCapacity"]) == (runs, 0.0625)
    (alarm,) = local_aws.client("cloudwatch").describe_alarms(AlarmNames=[outputs["Alarm"]])["MetricAlarms"]
    assert (alarm["Threshold"], alarm["Dimensions"][0]["Value"]) == (threshold, outputs["Machine"])
    schedule = local_aws.client("scheduler").get_schedule(Name=outputs["Schedule"])
    minutes = {"dev": 60, "prod": 15}[stage]
    assert (schedule["State"], schedule["ScheduleExpression"]) == ("DISABLED", f"rate({minutes} minutes)")
    (group,) = local_aws.client("logs").describe_log_groups(logGroupNamePrefix=outputs["Logs"])["logGroups"]
    assert group["retentionInDays"] == 14
    assert ("Limit" in stack.refs()) is (stage == "prod")


@pytest.mark.parametrize(("partitioned", "keys", "asked"), [("true", ["day"], "day"), ("false", [], "id")])
def test_the_catalog_of_a_lake(local_aws, deploy, partitioned, keys, asked):
    outputs = deploy("lake.json", Bucket=local_aws.bucket(), Partitioned=partitioned).outputs()
    glue, athena = local_aws.client("glue"), local_aws.client("athena")
    database = glue.get_database(Name=outputs["Database"])["Database"]
    assert outputs["Database"].startswith("curated_")
    assert database["Parameters"] == {"zones": "landing+curated"}
    table = glue.get_table(DatabaseName=outputs["Database"], Name="orders")["Table"]
    assert [key["Name"] for key in table.get("PartitionKeys", [])] == keys
    assert table["Parameters"].items() >= {"has_encrypted_data": "false", "skip.header.line.count": "1"}.items()
    version = glue.get_schema_version(SchemaVersionId=outputs["Version"])
    assert (version["VersionNumber"], version["Status"], version["DataFormat"]) == (1, "AVAILABLE", "AVRO")
    where = local_aws.client("ssm").get_parameter(Name=outputs["Where"])["Parameter"]
    assert (where["Type"], where["Value"]) == ("StringList", f"{outputs['Database']},orders")
    query = athena.get_named_query(NamedQueryId=outputs["Question"])["NamedQuery"]
    assert query["QueryString"] == f"SELECT {asked}, count(*) FROM orders GROUP BY 1"
    ruleset = glue.get_data_quality_ruleset(Name=outputs["Rules"])
    assert ruleset["TargetTable"]["TableName"] == "orders"
