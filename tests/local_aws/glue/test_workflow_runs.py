"""Runs of workflows with real jobs and crawlers, on small scripts."""

import json

import pytest

from tests.local_aws.aws_server import allow, error_of, unique, wait_until

SLEEP = "import time; time.sleep(60)"


class Workflow:
    """A workflow under test."""

    def __init__(self, local_aws, **settings):
        self.local_aws, self.glue = local_aws, local_aws.client("glue")
        self.name = unique("wf")
        self.glue.create_workflow(Name=self.name, **settings)

    def start_with(self, *actions):
        self.glue.create_trigger(Name=unique("start"), WorkflowName=self.name, Type="ON_DEMAND", Actions=[*actions])

    def then(self, conditions, *actions, logical="AND", start=True):
        name = unique("then")
        self.glue.create_trigger(
            Name=name,
            WorkflowName=self.name,
            Type="CONDITIONAL",
            StartOnCreation=start,
            Predicate={
                "Logical": logical,
                "Conditions": [
                    {"LogicalOperator": "EQUALS", "JobName": job, "State": state} for job, state in conditions
                ],
            },
            Actions=[*actions],
        )
        return name

    def start(self, **settings):
        return self.glue.start_workflow_run(Name=self.name, **settings)["RunId"]

    def get(self, run_id):
        return self.glue.get_workflow_run(Name=self.name, RunId=run_id, IncludeGraph=True)["Run"]

    def ended(self, run_id):
        return wait_until(lambda: self.get(run_id), lambda run: run["Status"] not in ("RUNNING", "STOPPING"), 60)

    def states(self, run):
        """Node name -> state of each of its runs."""
        return {
            node["Name"]: [
                found.get("JobRunState") or found.get("State")
                for found in (node.get("JobDetails") or {}).get("JobRuns", [])
                + (node.get("CrawlerDetails") or {}).get("Crawls", [])
            ]
            for node in run["Graph"]["Nodes"]
            if node["Type"] != "TRIGGER"
        }


@pytest.fixture
def workflow(local_aws):
    return Workflow(local_aws)


def test_a_chain_runs_to_its_end(local_aws, workflow):
    first, second = local_aws.job("pass"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": second})
    run = workflow.ended(workflow.start())
    assert run["Status"] == "COMPLETED"
    assert workflow.states(run) == {first: ["SUCCEEDED"], second: ["SUCCEEDED"]}
    assert (run["Statistics"]["TotalActions"], run["Statistics"]["SucceededActions"]) == (2, 2)


def test_a_run_with_a_failed_node_is_completed_and_what_waits_never_starts(local_aws, workflow):
    first, second = local_aws.job("1 / 0"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": second})
    run = workflow.ended(workflow.start())
    assert run["Status"] == "COMPLETED"
    assert workflow.states(run) == {first: ["FAILED"], second: []}
    assert run["Statistics"]["FailedActions"] == 1


def test_a_branch_for_failure_runs(local_aws, workflow):
    first, tidy = local_aws.job("1 / 0"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "FAILED"), (first, "TIMEOUT")], {"JobName": tidy}, logical="ANY")
    assert workflow.states(workflow.ended(workflow.start())) == {first: ["FAILED"], tidy: ["SUCCEEDED"]}


def test_and_waits_for_both(local_aws, workflow):
    left, right, last = local_aws.job("pass"), local_aws.job("import time; time.sleep(1)"), local_aws.job("pass")
    workflow.start_with({"JobName": left}, {"JobName": right})
    workflow.then([(left, "SUCCEEDED"), (right, "SUCCEEDED")], {"JobName": last})
    run = workflow.ended(workflow.start())
    runs = {node["Name"]: node["JobDetails"]["JobRuns"][0] for node in run["Graph"]["Nodes"] if node["Type"] == "JOB"}
    assert runs[last]["StartedOn"] >= max(runs[left]["CompletedOn"], runs[right]["CompletedOn"])


def test_a_trigger_that_is_not_activated_never_fires(local_aws, workflow):
    first, second = local_aws.job("pass"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": second}, start=False)
    assert workflow.states(workflow.ended(workflow.start()))[second] == []


def test_a_job_started_by_hand_fires_nothing(local_aws, workflow):
    first, second = local_aws.job("pass"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": second})
    local_aws.run(first)
    assert local_aws.client("glue").get_job_runs(JobName=second)["JobRuns"] == []


def test_triggers_are_those_of_the_runs_start(local_aws, workflow):
    first, second = local_aws.job("import time; time.sleep(2)"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    run_id = workflow.start()
    workflow.then([(first, "SUCCEEDED")], {"JobName": second})
    run = workflow.ended(run_id)
    assert workflow.states(run) == {first: ["SUCCEEDED"]}
    assert local_aws.client("glue").get_job_runs(JobName=second)["JobRuns"] == []


def test_a_job_knows_its_workflow_run_and_a_triggers_arguments(local_aws, workflow):
    job = local_aws.job("import sys, json; print(json.dumps(sys.argv))", arguments={"--x": "job"})
    workflow.start_with({"JobName": job, "Arguments": {"--x": "trigger"}})
    run_id = workflow.start()
    workflow.ended(run_id)
    run = local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"][0]
    argv = json.loads(local_aws.log(run)[0])
    given = {name: argv[argv.index(name) + 1] for name in ("--WORKFLOW_NAME", "--WORKFLOW_RUN_ID", "--x")}
    assert given == {"--WORKFLOW_NAME": workflow.name, "--WORKFLOW_RUN_ID": run_id, "--x": "trigger"}
    assert run["TriggerName"].startswith("start")


def test_run_properties_start_from_the_workflows_and_are_set_key_by_key(local_aws):
    workflow = Workflow(local_aws, DefaultRunProperties={"a": "default", "b": "default"})
    workflow.start_with({"JobName": local_aws.job("pass")})
    run_id = workflow.start(RunProperties={"b": "run"})
    names = {"Name": workflow.name, "RunId": run_id}
    workflow.glue.put_workflow_run_properties(**names, RunProperties={"c": "put"})
    found = workflow.glue.get_workflow_run_properties(**names)["RunProperties"]
    assert found == {"a": "default", "b": "run", "c": "put"}


def test_the_workflows_limit_of_runs_holds(local_aws):
    workflow = Workflow(local_aws, MaxConcurrentRuns=1)
    workflow.start_with({"JobName": local_aws.job(SLEEP)})
    run_id = workflow.start()
    assert error_of(workflow.glue.start_workflow_run, Name=workflow.name) == (
        f"ConcurrentRunsExceededException: Concurrent runs exceeded for workflow: {workflow.name}."
    )
    workflow.glue.stop_workflow_run(Name=workflow.name, RunId=run_id)
    workflow.ended(run_id)


def test_a_stopped_run_stops_what_runs(local_aws, workflow):
    job, later = local_aws.job(SLEEP), local_aws.job("pass")
    workflow.start_with({"JobName": job})
    workflow.then([(job, "STOPPED")], {"JobName": later})
    run_id = workflow.start()
    workflow.glue.stop_workflow_run(Name=workflow.name, RunId=run_id)
    run = workflow.ended(run_id)
    assert run["Status"] == "STOPPED"
    assert workflow.states(run) == {job: ["STOPPED"], later: []}
    stop = error_of(workflow.glue.stop_workflow_run, Name=workflow.name, RunId=run_id)
    assert stop.startswith("IllegalWorkflowStateException")


def test_a_busy_job_is_a_failed_action(local_aws, workflow):
    job = local_aws.job(SLEEP)
    by_hand = local_aws.start_run(job)
    workflow.start_with({"JobName": job})
    run = workflow.ended(workflow.start())
    assert workflow.states(run) == {job: ["FAILED"]}
    (node,) = [node for node in run["Graph"]["Nodes"] if node["Type"] == "JOB"]
    assert node["JobDetails"]["JobRuns"][0]["ErrorMessage"] == "Max concurrent runs exceeded"
    workflow.glue.batch_stop_job_run(JobName=job, JobRunIds=[by_hand])


def test_a_deleted_job_is_an_errored_action(workflow):
    workflow.start_with({"JobName": "no-such-job"})
    run = workflow.ended(workflow.start())
    assert workflow.states(run) == {"no-such-job": ["ERROR"]}
    assert run["Statistics"]["ErroredActions"] == 1


def test_start_trigger_starts_a_run(local_aws, workflow):
    workflow.start_with({"JobName": local_aws.job("pass")})
    (name,) = [
        node["Name"]
        for node in workflow.glue.get_workflow(Name=workflow.name, IncludeGraph=True)["Workflow"]["Graph"]["Nodes"]
        if node["Type"] == "TRIGGER"
    ]
    workflow.glue.start_trigger(Name=name)
    run = workflow.glue.get_workflow(Name=workflow.name)["Workflow"]["LastRun"]
    assert workflow.ended(run["WorkflowRunId"])["Status"] == "COMPLETED"


def test_runs_are_listed_latest_first(local_aws, workflow):
    workflow.start_with({"JobName": local_aws.job("pass")})
    ids = []
    for _ in range(2):
        ids.append(workflow.start())
        workflow.ended(ids[-1])
    found = workflow.glue.get_workflow_runs(Name=workflow.name)["Runs"]
    assert [run["WorkflowRunId"] for run in found] == ids[::-1]


def test_a_workflow_without_a_start_trigger_cannot_start(workflow):
    assert error_of(workflow.glue.start_workflow_run, Name=workflow.name) == (
        f"InvalidInputException: Workflow {workflow.name} has no start trigger"
    )


def test_a_crawler_in_a_workflow_writes_its_table(local_aws, workflow):
    glue, bucket, database = local_aws.client("glue"), local_aws.bucket(), unique("db")
    glue.create_database(DatabaseInput={"Name": database})
    local_aws.put(bucket, "sales/a.csv", "name,units\nx,1\ny,2\n")
    crawler = unique("crawler")
    glue.create_crawler(
        Name=crawler,
        Role=local_aws.role(allow("*")),
        DatabaseName=database,
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/sales/"}]},
    )
    workflow.start_with({"CrawlerName": crawler})
    run = workflow.ended(workflow.start())
    assert workflow.states(run) == {crawler: ["SUCCEEDED"]}
    table = glue.get_table(DatabaseName=database, Name="sales")["Table"]
    assert [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]] == [
        ("name", "string"),
        ("units", "bigint"),
    ]
    last = glue.get_crawler(Name=crawler)["Crawler"]["LastCrawl"]
    assert (last["Status"], last["LogGroup"], last["LogStream"]) == ("SUCCEEDED", "/aws-glue/crawlers", crawler)
    lines = local_aws.log_lines("/aws-glue/crawlers", crawler)
    assert {line.partition("]")[0] for line in lines} == {f"[{last['MessagePrefix']}"}


def test_history_and_definitions_outlive_a_killed_server(fresh_local_aws):
    workflow = Workflow(fresh_local_aws)
    job = fresh_local_aws.job(SLEEP)
    workflow.start_with({"JobName": job})
    run_id = workflow.start()
    wait_until(lambda: workflow.states(workflow.get(run_id)), lambda found: found[job] == ["RUNNING"])
    fresh_local_aws.stop(9)
    fresh_local_aws.start()
    workflow.glue = fresh_local_aws.client("glue")
    run = workflow.get(run_id)
    assert (run["Status"], run["ErrorMessage"]) == ("ERROR", "The local AWS ended while this ran")
    assert workflow.states(run) == {job: ["FAILED"]}
    assert fresh_local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"][0]["ErrorMessage"] == (
        "The local AWS ended while this ran"
    )


def test_a_crawl_can_be_stopped(local_aws):
    glue, bucket, name = local_aws.client("glue"), local_aws.bucket(), unique("crawler")
    for number in range(400):
        local_aws.put(bucket, f"data/day={number}/a.csv", "name,units\nx,1\ny,2\n")
    glue.create_crawler(
        Name=name,
        Role=local_aws.role(allow("*")),
        DatabaseName=unique("db"),
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/data/"}]},
    )
    assert error_of(glue.stop_crawler, Name=name).startswith("CrawlerNotRunningException")
    glue.start_crawler(Name=name)
    assert error_of(glue.start_crawler, Name=name) == (
        f"CrawlerRunningException: Crawler with name {name} has already started"
    )
    glue.stop_crawler(Name=name)
    crawler = wait_until(lambda: glue.get_crawler(Name=name)["Crawler"], lambda found: found["State"] == "READY")
    assert crawler["LastCrawl"]["Status"] == "CANCELLED"
    (crawl,) = glue.list_crawls(CrawlerName=name)["Crawls"]
    assert crawl["State"] == "STOPPED"
