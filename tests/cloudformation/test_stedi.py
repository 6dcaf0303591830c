"""The stedi stack: tables, jobs, roles, workflow and queries, as its template says them."""

import re

import pytest

from samples.stedi import TABLES, VARIANTS, people
from tests.cloudformation.conftest import without_key

JOBS = {
    "CustomerTrustedJob": ("customer_trusted", "trusted/customer/", "TrustedRole"),
    "AccelerometerTrustedJob": ("accelerometer_trusted", "trusted/accelerometer/", "TrustedRole"),
    "CustomersCuratedJob": ("customers_curated", "curated/customers/", "CustomersCuratedRole"),
    "StepTrainerTrustedJob": ("step_trainer_trusted", "trusted/step_trainer/", "TrustedRole"),
    "MachineLearningCuratedJob": ("machine_learning_curated", "curated/machine_learning/", "MachineLearningRole"),
}
HIVE = {str: "string", int: "bigint", float: "double"}


@pytest.fixture(scope="module")
def resources(templates):
    return templates["stedi"]["Resources"]


@pytest.fixture(scope="module")
def of(of_type):
    """Gives the resources of a type: properties by logical id."""
    return lambda kind: without_key(of_type(kind, "stedi"))


def test_the_bucket_is_guarded_as_the_others(of, of_type):
    (lake,) = of("AWS::S3::Bucket").values()
    other = of_type("AWS::S3::Bucket")["RawBucket"]
    same = ("BucketEncryption", "PublicAccessBlockConfiguration", "OwnershipControls", "VersioningConfiguration")
    assert {name: lake[name] for name in same} == {name: without_key(other[name]) for name in same}
    assert lake["BucketName"] == {"Fn::Sub": "etl-poc-stedi-${AWS::AccountId}-${AWS::Region}"}
    rules = [rule["Id"] for rule in lake["LifecycleConfiguration"]["Rules"]]
    assert rules == ["drop-aborted-uploads", "drop-old-versions"]


def test_the_bucket_denies_plain_http(of):
    (policy,) = of("AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Resource"] == [{"Fn::GetAtt": ["LakeBucket", "Arn"]}, {"Fn::Sub": "${LakeBucket.Arn}/*"}]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_landing_tables_have_the_columns_that_the_generator_writes(of):
    records = [
        [one for person in people(40, 3) for one in source(person)]
        for source in (lambda one: one.versions, lambda one: one.readings, lambda one: one.steps)
    ]
    wanted = []
    for source in records:
        types = {}
        for record in source:
            types |= {name.lower(): HIVE[type(value)] for name, value in record.items() if value not in (0, None)}
        types |= {name: "int" for name in types if name == "distancefromobject"}
        wanted.append(types)
    found = [
        {column["Name"]: column["Type"] for column in table["TableInput"]["StorageDescriptor"]["Columns"]}
        for table in of("AWS::Glue::Table").values()
    ]
    assert found == wanted


def test_landing_tables_lie_in_the_landing_zone(of):
    places = {
        table["TableInput"]["Name"]: table["TableInput"]["StorageDescriptor"]["Location"]["Fn::Sub"]
        for table in of("AWS::Glue::Table").values()
    }
    names = ("customer", "accelerometer", "step_trainer")
    assert places == {f"{name}_landing": f"s3://${{LakeBucket}}/landing/{name}/" for name in names}


def test_jobs_run_their_scripts_under_their_roles(of):
    jobs = of("AWS::Glue::Job")
    found = {
        key: (
            re.search(r"stedi/(\w+)\.py", job["Command"]["ScriptLocation"]["Fn::Sub"][0])[1],
            job["DefaultArguments"]["--target_path"]["Fn::Sub"].removeprefix("s3://${LakeBucket}/"),
            job["Role"]["Fn::GetAtt"][0],
        )
        for key, job in jobs.items()
    }
    assert found == JOBS
    assert {job["Name"] for job in jobs.values()} == {f"stedi-{table.replace('_', '-')}" for table in TABLES}


def test_jobs_get_the_arguments_that_their_scripts_ask_for(of, root):
    for key, job in of("AWS::Glue::Job").items():
        text = (root / "glue_scripts" / "stedi" / f"{JOBS[key][0]}.py").read_text()
        asked = set(re.findall(r'"(\w+)"', re.search(r"arguments\.read\(\{(.*?)\}\)", text)[1]))
        given = {name.removeprefix("--") for name in job["DefaultArguments"]}
        assert asked == given & {"database", "target_path", "readings"}, key


def test_jobs_are_of_glue_5_1_without_bookmarks(of):
    for job in of("AWS::Glue::Job").values():
        assert (job["GlueVersion"], job["Command"]["Name"]) == ("5.1", "glueetl")
        assert job["DefaultArguments"]["--job-bookmark-option"] == "job-bookmark-disable"
        assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 1}


def test_readings_are_those_that_generator_and_jobs_know(templates, root):
    text = (root / "glue_scripts" / "stedi" / "lakehouse.py").read_text()
    assert templates["stedi"]["Parameters"]["Readings"]["AllowedValues"] == list(VARIANTS)
    assert f"READINGS = {VARIANTS}".replace("'", '"') in text


def folders(role, action):
    """Places in the lake that a role may use."""
    statements = [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    nodes = [node for one in statements if action in one["Action"] for node in [one["Resource"]]]
    return {
        text.removeprefix("${LakeBucket.Arn}/") for text in re.findall(r"\$\{LakeBucket\.Arn\}/[\w/*]+", str(nodes))
    }


def test_each_role_reaches_the_zones_of_its_jobs_only(of):
    roles = of("AWS::IAM::Role")
    assert {name: folders(role, "s3:PutObject") for name, role in roles.items()} == {
        "TrustedRole": {"trusted/*"},
        "CustomersCuratedRole": {"curated/customers*"},
        "MachineLearningRole": {"curated/machine_learning*"},
    }
    reads = folders(roles["MachineLearningRole"], "s3:GetObject")
    assert not any("landing/" in place or "trusted/customer" in place for place in reads)


def test_what_depends_on_nothing_else_runs_side_by_side(of):
    started = {}
    for trigger in of("AWS::Glue::Trigger").values():
        waits = frozenset(one["JobName"]["Ref"] for one in trigger.get("Predicate", {}).get("Conditions", []))
        started[waits] = {action["JobName"]["Ref"] for action in trigger["Actions"]}
        assert trigger["WorkflowName"] == {"Ref": "Workflow"}
    assert started == {
        frozenset(): {"CustomerTrustedJob"},
        frozenset({"CustomerTrustedJob"}): {"AccelerometerTrustedJob", "CustomersCuratedJob"},
        frozenset({"CustomersCuratedJob"}): {"StepTrainerTrustedJob"},
        frozenset({"AccelerometerTrustedJob", "StepTrainerTrustedJob"}): {"MachineLearningCuratedJob"},
    }


def test_triggers_are_made_one_after_the_other(resources):
    triggers = [key for key, one in resources.items() if one["Type"] == "AWS::Glue::Trigger"]
    assert [resources[key].get("DependsOn") for key in triggers] == [None, *triggers[:-1]]
    starts = [resources[key]["Properties"].get("StartOnCreation") for key in triggers]
    assert starts == [None, True, True, True]


def test_queries_are_those_of_the_task_query(of, root):
    queries = {one["Name"]: one["QueryString"] for one in of("AWS::Athena::NamedQuery").values()}
    files = {path.stem: path.read_text() for path in (root / "queries" / "stedi").glob("*.sql")}
    assert {name: text for name, text in queries.items() if "create" not in name} == files


def test_ddl_declares_what_the_stack_declares(of):
    ddl = {
        one["Name"]: one["QueryString"]["Fn::Sub"]
        for one in of("AWS::Athena::NamedQuery").values()
        if isinstance(one["QueryString"], dict)
    }
    for table in of("AWS::Glue::Table").values():
        given = table["TableInput"]
        text = ddl[f"stedi-create-{given['Name'].replace('_', '-')}"]
        columns = [(one["Name"], one["Type"]) for one in given["StorageDescriptor"]["Columns"]]
        assert re.findall(r"^  `(\w+)` (\w+)", text, re.MULTILINE) == columns
        assert given["StorageDescriptor"]["Location"]["Fn::Sub"] in text


def test_everything_that_takes_tags_says_its_pipeline(resources):
    for key, one in resources.items():
        if one["Type"] in ("AWS::Glue::Job", "AWS::Glue::Workflow"):
            assert one["Properties"]["Tags"] == {"pipeline": "stedi"}, key


def test_personal_columns_say_so(of):
    for table in of("AWS::Glue::Table").values():
        for column in table["TableInput"]["StorageDescriptor"]["Columns"]:
            personal = column["Name"] in {"customername", "email", "phone", "birthday", "user"}
            assert column.get("Comment", "").startswith("Personal") == personal


def test_access_logs_go_where_the_caller_says(templates):
    bucket = templates["stedi"]["Resources"]["LakeBucket"]["Properties"]
    logs = {"DestinationBucketName": {"Ref": "AccessLogsBucket"}, "LogFilePrefix": "stedi/"}
    assert bucket["LoggingConfiguration"] == {"Fn::If": ["HasAccessLogs", logs, {"Ref": "AWS::NoValue"}]}
    assert templates["stedi"]["Parameters"]["AccessLogsBucket"]["Default"] == ""


def test_data_leaves_the_network_to_buckets_of_the_account_only(templates):
    endpoint = templates["network"]["Resources"]["S3Endpoint"]["Properties"]
    own, glue = endpoint["PolicyDocument"]["Statement"]
    assert own["Condition"] == {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    assert set(glue["Action"]) == {"s3:GetObject", "s3:ListBucket"}
    assert [one["Fn::Sub"].partition(":s3:::")[2] for one in glue["Resource"]] == ["aws-glue-*", "crawler-public*"]


def test_refused_connections_are_logged_by_a_role_for_that_alone(templates):
    network = {key: one["Properties"] for key, one in templates["network"]["Resources"].items()}
    assert (network["FlowLog"]["ResourceId"], network["FlowLog"]["TrafficType"]) == ({"Ref": "Vpc"}, "REJECT")
    assert network["FlowLogGroup"]["RetentionInDays"] == {"Ref": "FlowLogDays"}
    [trust] = network["FlowLogRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    [policy] = network["FlowLogRole"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert [one["Fn::Sub"].partition(":log-group:")[2] for one in statement["Resource"]] == [
        "/etl-poc/network-private",
        "/etl-poc/network-private:*",
    ]


def test_network_closes_what_it_need_not_open(templates):
    network = templates["network"]["Resources"]
    kinds = {one["Type"] for one in network.values()}
    assert {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway"} & kinds == set()
    assert network["S3Endpoint"]["Properties"]["VpcEndpointType"] == "Gateway"
    itself = {"Fn::GetAtt": ["SecurityGroup", "GroupId"]}
    inside, outside = network["InFromItself"]["Properties"], network["OutToItself"]["Properties"]
    assert (inside["GroupId"], inside["SourceSecurityGroupId"]) == (itself, itself)
    assert (outside["GroupId"], outside["DestinationSecurityGroupId"]) == (itself, itself)
    assert network["Connection"]["Properties"]["ConnectionInput"]["ConnectionType"] == "NETWORK"
