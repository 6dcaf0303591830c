"""The STEDI pipeline end to end, as a user runs it; the generator's own account of each table is the judge."""

import json

import pytest

from samples import stedi

CUSTOMERS, SEED = 20, 5
BUCKET = "etl-poc-stedi-000000000000-us-east-1"
KEYS = {
    "customer_trusted": "email",
    "accelerometer_trusted": '"user", "timestamp"',
    "customers_curated": "email",
    "step_trainer_trusted": "serialnumber, sensorreadingtime",
    "machine_learning_curated": "serialnumber, sensorreadingtime",
}
PEOPLE = list(stedi.people(CUSTOMERS, SEED))


@pytest.fixture(scope="module")
def pipeline(laptop, tmp_path_factory):
    """The stacks and scripts, with landing files; the workflow has run."""
    laptop.task("up[pipeline=stedi]")
    folder = tmp_path_factory.mktemp("landing")
    stedi.write(folder, CUSTOMERS, SEED)
    for file in folder.rglob("*.json"):
        laptop.client("s3").upload_file(str(file), BUCKET, f"landing/{file.relative_to(folder).as_posix()}")
    laptop.task("runworkflow[stedi-workflow]")
    return laptop


def ask(laptop, sql):
    """Rows of an answer as dicts."""
    return json.loads(laptop.task("query[format=json]", stdin=sql).stdout)


def found_keys(laptop):
    return {
        table: sorted(tuple(row.values()) for row in ask(laptop, f"SELECT {columns} FROM stedi.{table}"))
        for table, columns in KEYS.items()
    }


def expected_keys(variant):
    made = [stedi.keys(person, variant) for person in PEOPLE]
    return {table: sorted(key for keys in made for key in keys[table]) for table in stedi.TABLES}


def files(laptop):
    """How many files each table has."""
    pages = laptop.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [one["Key"] for page in pages for one in page["Contents"] if not one["Key"].startswith("landing/")]
    return {
        place: sum(key.rpartition("/")[0] == place for key in keys) for place in {k.rpartition("/")[0] for k in keys}
    }


def test_sales_are_not_forced_on_who_wants_stedi(pipeline):
    stacks = pipeline.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert {one["StackName"] for one in stacks} == {"basic-infra", "stedi"}


def test_every_table_holds_what_was_planted(pipeline):
    assert found_keys(pipeline) == expected_keys("all")


def test_the_catalog_has_the_types_that_the_jobs_declare(pipeline):
    pages = pipeline.client("glue").get_paginator("get_tables").paginate(DatabaseName="stedi")
    tables = {table["Name"]: table for page in pages for table in page["TableList"]}
    assert sorted(tables) == sorted(
        [*stedi.TABLES, "customer_landing", "accelerometer_landing", "step_trainer_landing"]
    )
    columns = tables["machine_learning_curated"]["StorageDescriptor"]["Columns"]
    assert [(one["Name"], one["Type"]) for one in columns] == [
        ("sensorreadingtime", "bigint"),
        ("serialnumber", "string"),
        ("distancefromobject", "int"),
        ("x", "double"),
        ("y", "double"),
        ("z", "double"),
    ]


def test_the_table_to_learn_from_has_no_personal_data(pipeline):
    answer = pipeline.task("query[format=csv]", stdin="SELECT * FROM stedi.machine_learning_curated").stdout
    personal = {str(version[name]) for person in PEOPLE for version in person.versions
                for name in ("customerName", "email", "phone", "birthDay")}  # fmt: skip
    assert len(answer.splitlines()) > 1
    assert [value for value in personal if value in answer] == []


def test_nobody_is_there_without_consent(pipeline):
    rows = json.loads(pipeline.task("query[stedi-without-consent,format=json]").stdout)
    assert [row["rows"] for row in rows] == [0, 0, 0]


def test_named_queries_are_there(pipeline):
    athena = pipeline.client("athena")
    ids = athena.list_named_queries(WorkGroup="etl-poc-athena-group")["NamedQueryIds"]
    queries = [athena.get_named_query(NamedQueryId=one)["NamedQuery"] for one in ids]
    assert {one["Name"] for one in queries if one["Database"] == "stedi"} == {
        *("stedi-create-customer-landing", "stedi-create-accelerometer-landing", "stedi-create-step-trainer-landing"),
        *("stedi-row-counts", "stedi-movement", "stedi-without-consent"),
    }


def test_a_job_that_is_told_nonsense_says_so_and_changes_nothing(pipeline, wait_for):
    before = files(pipeline)
    glue = pipeline.client("glue")
    run_id = glue.start_job_run(JobName="stedi-accelerometer-trusted", Arguments={"--readings": "some"})["JobRunId"]
    run = wait_for(
        lambda: glue.get_job_run(JobName="stedi-accelerometer-trusted", RunId=run_id)["JobRun"],
        lambda found: found["JobRunState"] not in ("STARTING", "RUNNING"),
    )
    assert run["JobRunState"] == "FAILED"
    assert "--readings takes all or since-consent" in run["ErrorMessage"]
    assert files(pipeline) == before


def test_the_network_is_deployed(pipeline):
    pipeline.task("createstack[network]")
    connection = pipeline.client("glue").get_connection(Name="network-private")["Connection"]
    [group] = connection["PhysicalConnectionRequirements"]["SecurityGroupIdList"]
    [found] = pipeline.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert [pair["GroupId"] for rule in found["IpPermissions"] for pair in rule["UserIdGroupPairs"]] == [group]
    pipeline.task("deletestack[network,yes=true]")


# From here on the tables are those of the other variant.


def test_a_rerun_replaces_the_tables_and_the_other_variant_takes_readings_since_the_consent_only(pipeline):
    before = files(pipeline)
    assert expected_keys("since-consent") != expected_keys("all")
    pipeline.task("updatestack[stedi,Readings=since-consent]")
    pipeline.task("runworkflow[stedi-workflow]")
    assert found_keys(pipeline) == expected_keys("since-consent")
    assert files(pipeline) == before


# Last, since it takes the pipeline away.


def test_every_right_of_its_roles_is_needed_or_explained(pipeline):
    """By what the tests above have run: the record of the local AWS against policies and templates."""
    assert "\n".join(pipeline.without_need("stedi", "stedi")) == ""


def test_down_leaves_what_other_pipelines_may_need(pipeline):
    pipeline.task("down[pipeline=stedi,yes=true]")
    stacks = pipeline.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert [one["StackName"] for one in stacks] == ["basic-infra"]
    assert BUCKET not in [one["Name"] for one in pipeline.client("s3").list_buckets()["Buckets"]]
    assert pipeline.client("glue").get_databases()["DatabaseList"] == []
