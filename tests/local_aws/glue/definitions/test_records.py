"""Definitions through the API: what AWS fills in, what it refuses and in which words."""

import pytest

from tests.local_aws.aws_server import allow, error_of, unique

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture(scope="module")
def role(local_aws):
    return local_aws.role(allow("*"))


@pytest.fixture
def workflow(glue):
    name = unique("wf")
    glue.create_workflow(Name=name)
    return name


def test_a_spark_job_gets_glues_defaults(glue, role):
    name = unique("job")
    glue.create_job(Name=name, Role=role, Command=COMMAND, WorkerType="G.2X", NumberOfWorkers=3)
    job = glue.get_job(JobName=name)["Job"]
    chosen = ("GlueVersion", "Timeout", "MaxRetries", "MaxCapacity", "AllocatedCapacity", "ExecutionClass")
    assert {key: job[key] for key in chosen} == {
        "GlueVersion": "5.1",
        "Timeout": 480,
        "MaxRetries": 0,
        "MaxCapacity": 6.0,
        "AllocatedCapacity": 6,
        "ExecutionClass": "STANDARD",
    }
    assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 1}


def test_an_older_glue_version_has_the_longer_timeout(glue, role):
    name = unique("job")
    glue.create_job(Name=name, Role=role, Command=COMMAND, GlueVersion="4.0", WorkerType="G.1X", NumberOfWorkers=2)
    assert glue.get_job(JobName=name)["Job"]["Timeout"] == 2880


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"WorkerType": "G.1X"}, "Please set both Worker Type and Number of Workers."),
        (
            {"WorkerType": "G.1X", "NumberOfWorkers": 1},
            "To use Worker Type G.1X, minimum allowed value of Number of Workers is 2.",
        ),
        (
            {"WorkerType": "G.1X", "NumberOfWorkers": 2, "MaxCapacity": 2.0},
            "Please do not set Max Capacity if using Worker Type and Number of Workers.",
        ),
        (
            {"Command": {"Name": "pythonshell"}, "WorkerType": "G.1X", "NumberOfWorkers": 2},
            "Worker Type is not supported for Job Command pythonshell",
        ),
    ],
)
def test_wrong_workers_are_refused_in_glues_words(glue, role, settings, message):
    found = error_of(glue.create_job, **{"Name": unique("job"), "Role": role, "Command": COMMAND, **settings})
    assert found == f"InvalidInputException: {message}"


def test_a_role_of_another_account_is_not_passed(glue):
    role = "arn:aws:iam::123456789012:role/theirs"
    found = error_of(glue.create_job, Name=unique("job"), Role=role, Command=COMMAND)
    assert found == "AccessDeniedException: Cross-account pass role is not allowed."


def test_absent_things_are_not_found(glue):
    assert error_of(glue.get_job, JobName="x") == "EntityNotFoundException: Job not found."
    assert error_of(glue.get_crawler, Name="x") == "EntityNotFoundException: Crawler entry with name x does not exist"
    assert error_of(glue.start_crawler, Name="x") == "EntityNotFoundException: Crawler with name x does not exist"


@pytest.mark.parametrize("call", ["delete_job", "delete_trigger", "delete_workflow"])
def test_deleting_what_is_absent_is_no_error(glue, call):
    assert error_of(getattr(glue, call), **{"JobName" if call == "delete_job" else "Name": "absent"}) == ""


def test_a_second_of_the_same_name_is_refused(glue, workflow):
    assert error_of(glue.create_workflow, Name=workflow).startswith("AlreadyExistsException")


def crawler(bucket, role, **settings):
    target = {"S3Targets": [{"Path": f"s3://{bucket}/sales/"}]}
    return {"Name": unique("c"), "Role": role, "DatabaseName": "db", "Targets": target, **settings}


def test_a_crawlers_bucket_must_exist(glue, role):
    found = error_of(glue.create_crawler, **crawler("no-such-bucket", role))
    assert found == "InvalidInputException: S3 bucket no-such-bucket does not exist."


def test_a_crawlers_role_must_trust_glue(local_aws, glue):
    role = local_aws.role(allow("*"), trusts="lambda.amazonaws.com")
    found = error_of(glue.create_crawler, **crawler(local_aws.bucket(), role))
    assert found == (
        "InvalidInputException: Service is unable to assume provided role. Please verify role's TrustPolicy"
    )


def test_a_crawler_is_ready_and_shows_its_role_by_name(local_aws, glue, role):
    request = crawler(local_aws.bucket(), role)
    glue.create_crawler(**request)
    made = glue.get_crawler(Name=request["Name"])["Crawler"]
    assert (made["State"], made["Role"], made["Version"]) == ("READY", role.rpartition("/")[2], 1)
    assert made["RecrawlPolicy"] == {"RecrawlBehavior": "CRAWL_EVERYTHING"}


def test_an_update_of_a_crawler_keeps_what_it_does_not_name(local_aws, glue, role):
    request = crawler(local_aws.bucket(), role, TablePrefix="p_")
    glue.create_crawler(**request)
    glue.update_crawler(Name=request["Name"], Description="new")
    made = glue.get_crawler(Name=request["Name"])["Crawler"]
    assert (made["TablePrefix"], made["Description"], made["Version"]) == ("p_", "new", 2)


def test_new_folders_only_wants_both_behaviours_log(local_aws, glue, role):
    request = crawler(local_aws.bucket(), role, RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"})
    assert error_of(glue.create_crawler, **request) == (
        'InvalidInputException: The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG '
        "DeleteBehavior value and LOG UpdateBehavior value."
    )


def conditional(workflow, **changes):
    condition = {"LogicalOperator": "EQUALS", "JobName": "a", "State": "SUCCEEDED"}
    return {
        "Name": unique("t"),
        "WorkflowName": workflow,
        "Type": "CONDITIONAL",
        "Predicate": {"Conditions": [condition]},
        "Actions": [{"JobName": "b"}],
        **changes,
    }


def test_a_conditional_trigger_is_activated_only_with_start_on_creation(glue, workflow):
    states = []
    for start in (True, False):
        request = conditional(workflow, StartOnCreation=start)
        glue.create_trigger(**request)
        states.append(glue.get_trigger(Name=request["Name"])["Trigger"]["State"])
    assert states == ["ACTIVATED", "CREATED"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"Predicate": {"Conditions": [{"JobName": "a", "State": "SUCCEEDED"}]}},
            "Logical operator cannot be null or empty",
        ),
        (
            {"Predicate": {"Conditions": [{"LogicalOperator": "EQUALS", "JobName": "a"}]}},
            (
                "State cannot be null or empty, choose from one of the following job state: [SUCCEEDED, STOPPED, "
                "FAILED, TIMEOUT]"
            ),
        ),
        ({"Actions": [{"JobName": "a"}]}, "Job cannot be a Predicate and Action for Conditional Trigger."),
        (
            {"Actions": [{"JobName": "b", "CrawlerName": "c"}]},
            "Both JobName and CrawlerName cannot be set together in an action",
        ),
        ({"Actions": [{"Timeout": 5}]}, "Either JobName or CrawlerName must be set in an action"),
        (
            {"Predicate": {"Conditions": [{"LogicalOperator": "EQUALS", "State": "SUCCEEDED"}]}},
            "Either JobName or CrawlerName must be set in a condition",
        ),
        ({"Actions": [{"CrawlerName": name} for name in "abc"]}, "A trigger can start at most 2 crawlers"),
    ],
)
def test_wrong_triggers_are_refused(glue, workflow, changes, message):
    assert error_of(glue.create_trigger, **conditional(workflow, **changes)) == f"InvalidInputException: {message}"


def test_a_workflow_has_one_start_trigger(glue, workflow):
    first = {"Name": unique("t"), "WorkflowName": workflow, "Type": "ON_DEMAND", "Actions": [{"JobName": "a"}]}
    glue.create_trigger(**first)
    found = error_of(glue.create_trigger, **{**first, "Name": unique("t")})
    assert found == f"InvalidInputException: Workflow {workflow} already has a start trigger: {first['Name']}"


def test_a_trigger_that_is_created_cannot_be_stopped(glue, workflow):
    request = conditional(workflow)
    glue.create_trigger(**request)
    assert error_of(glue.stop_trigger, Name=request["Name"]) == (
        "InvalidInputException: The operation is not allowed when trigger is in state: CREATED"
    )


def test_a_scheduled_trigger_needs_a_schedule_and_one_for_events_a_workflow(glue):
    actions = [{"JobName": "a"}]
    found = error_of(glue.create_trigger, Name=unique("t"), Type="SCHEDULED", Actions=actions)
    assert found.startswith("InvalidInputException: Schedule cannot be null or empty")
    found = error_of(glue.create_trigger, Name=unique("t"), Type="EVENT", Actions=actions)
    assert found.startswith("InvalidInputException: A trigger of type EVENT needs a workflow")
    found = error_of(glue.create_trigger, Name=unique("t"), Type="SCHEDULED", Schedule="daily", Actions=actions)
    assert found.startswith("InvalidInputException: Schedule 'daily' is not cron(")


def test_an_operation_that_nobody_has_is_refused_by_name(glue):
    assert error_of(glue.get_ml_transform, TransformId="a") == (
        "OperationNotSupportedException: The operation GetMLTransform is not supported by the local AWS"
    )


def test_tags_are_kept_and_go_with_the_resource(glue, role):
    name = unique("job")
    arn = f"arn:aws:glue:{glue.meta.region_name}:000000000000:job/{name}"
    glue.create_job(Name=name, Role=role, Command=COMMAND, Tags={"team": "data"})
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "data"}
    glue.delete_job(JobName=name)
    assert error_of(glue.get_tags, ResourceArn=arn) == "EntityNotFoundException: Job not found."
    glue.create_job(Name=name, Role=role, Command=COMMAND)
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {}


def test_names_are_listed_and_fetched_in_batches(glue, role):
    names = sorted(unique("batch") for _ in range(3))
    for name in names:
        glue.create_job(Name=name, Role=role, Command=COMMAND)
    listed = [name for page in glue.get_paginator("list_jobs").paginate() for name in page["JobNames"]]
    assert set(names) <= set(listed)
    answer = glue.batch_get_jobs(JobNames=[*names, "absent"])
    assert ([job["Name"] for job in answer["Jobs"]], answer["JobsNotFound"]) == (names, ["absent"])
