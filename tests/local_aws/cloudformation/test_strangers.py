"""Templates in the manner of data lakes that others publish, with types that are not here: deployed, and read back."""

import re
from pathlib import Path

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, unique, wait_until
from tests.local_aws.cloudformation.stack import Stack

FOLDER = Path(__file__).parent / "strangers"

NOT_SIMULATED = {
    "classifiers": set(),
    "custom_resources": {"Prepare", "Prepared"},
    "emr_airflow": {"Airflow", "Application", "Athena", "Bastion", "Build", "Cluster"},
    "governance": {
        "Endpoint",
        "FindMatches",
        "Names",
        "Optimizer",
    },
    "lake_formation": {"DatabasePermissions", "Location", "LocationPermissions", "Settings", "Tag"},
    "rds_jdbc": {"Replica", "Source"},
    "redshift_serverless": {"Namespace", "Workgroup"},
    "sagemaker_notebook": {"Notebook", "OnStart", "Repository"},
    "streaming": {"Consumer", "Kafka"},
}


class Deployed:
    """A template that was deployed: its project's name, and what it says."""

    def __init__(self, local_aws, template):
        self.project, self.stack = unique("p"), Stack(local_aws)
        self.stack.cloudformation.create_stack(
            StackName=self.stack.name,
            TemplateBody=(FOLDER / f"{template}.yml").read_text(),
            Parameters=[{"ParameterKey": "ProjectName", "ParameterValue": self.project}],
            Capabilities=["CAPABILITY_IAM"],
        )
        assert self.stack.status() == "CREATE_COMPLETE", self.stack.reasons()
        described = self.stack.cloudformation.describe_stacks(StackName=self.stack.name)["Stacks"][0]
        self.outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}

    def not_simulated(self):
        pages = self.stack.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.stack.name)
        return {
            one["LogicalResourceId"]
            for page in pages
            for one in page["StackResourceSummaries"]
            if one.get("ResourceStatusReason", "").startswith("NOT SIMULATED: ")
        }


@pytest.fixture(scope="module")
def deployed(local_aws):
    made = {}

    def of(template):
        if template not in made:
            made[template] = Deployed(local_aws, template)
        return made[template]

    return of


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


def crawl(glue, name):
    glue.start_crawler(Name=name)
    done = wait_until(lambda: glue.get_crawler(Name=name)["Crawler"], lambda crawler: crawler["State"] == "READY")
    return done["LastCrawl"]


@pytest.mark.parametrize("template", sorted(path.stem for path in FOLDER.glob("*.yml")))
def test_it_is_made_and_says_what_is_not_simulated(deployed, template):
    assert deployed(template).not_simulated() == NOT_SIMULATED[template]


def test_a_warehouse(local_aws, deployed, glue):
    made = deployed("redshift_serverless")
    where = f"arn:aws:redshift-serverless:{REGION}:{ACCOUNT}"
    assert re.fullmatch(rf"{where}:workgroup/\S+", made.outputs["WorkgroupArn"])
    assert re.fullmatch(rf"{where}:namespace/\S+", made.outputs["NamespaceArn"])
    shown = glue.get_connection(Name=f"{made.project}-redshift")["Connection"]["ConnectionProperties"]
    assert shown["JDBC_CONNECTION_URL"] == f"jdbc:redshift://{made.outputs['Endpoint']}:5439/dev"
    job = glue.get_job(JobName=f"{made.project}-load")["Job"]
    assert (job["WorkerType"], job["NumberOfWorkers"]) == ("Standard", 1)
    assert job["DefaultArguments"]["--workgroup"] == f"{made.project}-wg"
    refs = made.stack.refs()
    target = glue.get_crawler(Name=f"{made.project}-raw")["Crawler"]["Targets"]["S3Targets"][0]
    assert target["Path"] == f"{refs['LakeBucket']}/raw/"
    assert local_aws.client("s3").list_objects_v2(Bucket=refs["LakeBucket"])["KeyCount"] == 0
    last = crawl(glue, f"{made.project}-warehouse")
    assert last["ErrorMessage"].startswith("A crawler target in JdbcTargets is not supported by the local crawler.")


def test_a_notebook(deployed, glue):
    made = deployed("sagemaker_notebook")
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/{made.project}-nb"
    assert made.outputs == {"Notebook": arn, "NotebookName": f"{made.project}-nb"}
    assert glue.get_job(JobName=f"{made.project}-features")["Job"]["DefaultArguments"] == {"--notebook": arn}
    assert glue.get_database(Name=made.project)["Database"]["Name"] == made.project


def test_streams(local_aws, deployed, glue):
    made = deployed("streaming")
    assert re.fullmatch(rf"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/{made.project}-kafka\S*", made.outputs["KafkaArn"])
    stream = local_aws.client("kinesis").describe_stream_summary(StreamName=f"{made.project}-clicks")
    assert stream["StreamDescriptionSummary"]["OpenShardCount"] == 1
    delivery = local_aws.client("firehose").describe_delivery_stream(DeliveryStreamName=f"{made.project}-delivery")
    assert delivery["DeliveryStreamDescription"]["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert glue.get_table(DatabaseName=made.project, Name="clicks")["Table"]["PartitionKeys"][0]["Name"] == "day"
    assert glue.get_connection(Name=f"{made.project}-kafka")["Connection"]["ConnectionType"] == "KAFKA"


def test_lake_formation(deployed, glue):
    made = deployed("lake_formation")
    assert made.outputs["PermissionsId"]
    assert glue.get_crawler(Name=f"{made.project}-crawler")["Crawler"]["DatabaseName"] == made.project


def test_a_database_over_jdbc(local_aws, deployed, glue):
    made = deployed("rds_jdbc")
    shown = glue.get_connection(Name=f"{made.project}-mysql")["Connection"]["ConnectionProperties"]
    assert shown["JDBC_CONNECTION_URL"].startswith(f"jdbc:mysql://{made.outputs['Host']}:")
    crawler = glue.get_crawler(Name=f"{made.project}-mysql")["Crawler"]
    assert crawler["Targets"]["JdbcTargets"] == [
        {"ConnectionName": f"{made.project}-mysql", "Path": "shop/%", "Exclusions": ["shop/tmp_%"]}
    ]
    assert crawl(glue, f"{made.project}-mysql")["Status"] == "FAILED"
    events = local_aws.client("logs").filter_log_events(
        logGroupName="/aws-glue/crawlers", logStreamNames=[f"{made.project}-mysql"]
    )["events"]
    assert any("ERROR : A crawler target in JdbcTargets" in event["message"] for event in events)


def test_classifiers_and_dynamodb(local_aws, deployed, glue):
    made = deployed("classifiers")
    kinds = {
        "logs": "GrokClassifier",
        "feed": "XMLClassifier",
        "events": "JsonClassifier",
        "sheets": "CsvClassifier",
    }
    for name, kind in kinds.items():
        assert kind in glue.get_classifier(Name=f"{made.project}-{name}")["Classifier"]
    bucket = made.stack.refs()["Bucket"]
    local_aws.put(bucket, "in/json/1.json", '[{"a": 1}]')
    local_aws.put(bucket, "in/app/1.log", "2026-01-02T03:04:05Z INFO started\n")
    local_aws.put(bucket, "in/feed/1.xml", "<feed><item><id>1</id></item></feed>")
    item = {"id": {"S": "1"}, "total": {"N": "9.5"}}
    local_aws.client("dynamodb").put_item(TableName=f"{made.project}_orders", Item=item)
    assert crawl(glue, f"{made.project}-all")["Status"] == "SUCCEEDED"
    found = {table["Name"]: table for table in glue.get_tables(DatabaseName=made.project)["TableList"]}
    columns = found[f"{made.project}_orders"]["StorageDescriptor"]["Columns"]
    assert [(one["Name"], one["Type"]) for one in columns] == [("id", "string"), ("total", "double")]
    kinds = {name: found[name]["Parameters"]["classification"] for name in ("json", "app", "feed")}
    assert kinds == {"json": "json", "app": "applog", "feed": "feed"}


def test_the_other_types_of_glue(deployed, glue):
    made = deployed("governance")
    assert made.outputs["RegistryArn"] == f"arn:aws:glue:{REGION}:{ACCOUNT}:registry/{made.project}-registry"
    assert re.fullmatch(rf"arn:aws:glue:{REGION}:{ACCOUNT}:schema/\S+", made.outputs["SchemaArn"])
    assert re.fullmatch(r"[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}", made.outputs["VersionId"])
    assert made.outputs["Endpoint"] == f"{made.project}-dev"
    assert glue.get_security_configuration(Name=f"{made.project}-security")["SecurityConfiguration"]
    partitions = glue.get_partitions(DatabaseName=made.project, TableName="people")["Partitions"]
    assert [one["Values"] for one in partitions] == [["2026-01-01"]]
    rules = glue.get_data_quality_ruleset(Name=f"{made.project}-rules")
    assert rules["TargetTable"]["TableName"] == "people"


def test_emr_and_airflow(deployed, glue):
    made = deployed("emr_airflow")
    assert re.fullmatch(r"j-[0-9A-Z]{13}", made.outputs["Cluster"])
    assert made.outputs["Project"] == f"{made.project}-build"
    arguments = glue.get_job(JobName=f"{made.project}-submit")["Job"]["DefaultArguments"]
    assert arguments["--cluster"] == made.outputs["Cluster"]
    assert made.outputs["ApplicationArn"].endswith(f"/applications/{arguments['--application']}")


def test_a_function_that_does_not_run_here(deployed, glue):
    made = deployed("custom_resources")
    assert made.outputs["Prefix"] == "not-simulated-Prefix"
    script = glue.get_job(JobName=f"{made.project}-job")["Job"]["Command"]["ScriptLocation"]
    assert script == f"s3://{made.stack.refs()['Bucket']}/not-simulated-ScriptKey"


@pytest.mark.parametrize("template", sorted(NOT_SIMULATED))
def test_it_is_deleted_again(deployed, template, local_aws):
    made = deployed(template)
    bucket = made.stack.refs().get("Bucket")
    for entry in local_aws.client("s3").list_objects_v2(Bucket=bucket).get("Contents", []) if bucket else ():
        local_aws.client("s3").delete_object(Bucket=bucket, Key=entry["Key"])
    made.stack.delete()
