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


def test_a_busy_job_with_queuing_waits_for_its_turn(local_aws, workflow):
    script = "import sys, time; time.sleep(60 if '--long' in sys.argv else 0)"
    job = local_aws.job(script, JobRunQueuingEnabled=True)
    by_hand = local_aws.start_run(job, {"--long": "1"})
    workflow.start_with({"JobName": job})
    run_id = workflow.start()
    waiting = workflow.glue.get_workflow_run(Name=workflow.name, RunId=run_id)["Run"]
    assert (waiting["Status"], waiting["Statistics"]["WaitingActions"]) == ("RUNNING", 1)
    workflow.glue.batch_stop_job_run(JobName=job, JobRunIds=[by_hand])
    assert workflow.states(workflow.ended(run_id)) == {job: ["SUCCEEDED"]}


def test_a_workflow_waits_for_the_last_attempt(local_aws, workflow):
    bucket = local_aws.bucket()
    fails_once = (
        "import boto3\n"
        f"s3 = boto3.client('s3'); tried = s3.list_objects_v2(Bucket='{bucket}').get('KeyCount')\n"
        f"s3.put_object(Bucket='{bucket}', Key='tried')\n"
        "assert tried\n"
    )
    job, on_failure, on_success = local_aws.job(fails_once, MaxRetries=1), local_aws.job("pass"), local_aws.job("pass")
    workflow.start_with({"JobName": job})
    workflow.then([(job, "FAILED")], {"JobName": on_failure})
    workflow.then([(job, "SUCCEEDED")], {"JobName": on_success})
    run = workflow.ended(workflow.start())
    assert workflow.states(run) == {job: ["FAILED", "SUCCEEDED"], on_failure: [], on_success: ["SUCCEEDED"]}


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


# Triggers outside workflows


class Chain:
    """Triggers outside workflows."""

    def __init__(self, local_aws):
        self.local_aws, self.glue = local_aws, local_aws.client("glue")

    def on_demand(self, *jobs):
        name = unique("first")
        actions = [{"JobName": job} for job in jobs]
        return self.glue.create_trigger(Name=name, Type="ON_DEMAND", Actions=actions)["Name"]

    def after(self, conditions, job, logical="AND"):
        watched = [{"LogicalOperator": "EQUALS", "JobName": name, "State": state} for name, state in conditions]
        return self.glue.create_trigger(
            Name=unique("after"),
            Type="CONDITIONAL",
            StartOnCreation=True,
            Predicate={"Logical": logical, "Conditions": watched},
            Actions=[{"JobName": job, "Arguments": {"--given": "by the trigger"}}],
        )["Name"]

    def runs(self, job):
        return self.glue.get_job_runs(JobName=job)["JobRuns"]

    def ended(self, job, count=1):
        def all_ended(runs):
            return len(runs) == count and all(run["JobRunState"] in ("SUCCEEDED", "FAILED") for run in runs)

        return wait_until(lambda: self.runs(job), all_ended, 60)


@pytest.fixture
def chain(local_aws):
    return Chain(local_aws)


def test_triggers_outside_workflows_make_a_chain(local_aws, chain):
    script = "import sys; print(sys.argv[1:]); assert '--WORKFLOW_NAME' not in sys.argv"
    left, right, last = local_aws.job("pass"), local_aws.job("pass"), local_aws.job(script)
    first = chain.on_demand(left, right)
    both = chain.after([(left, "SUCCEEDED"), (right, "SUCCEEDED")], last)
    chain.glue.start_trigger(Name=first)
    [run] = chain.ended(last)
    assert (run["JobRunState"], run["TriggerName"]) == ("SUCCEEDED", both)
    assert run["Arguments"]["--given"] == "by the trigger"
    assert [run["TriggerName"] for run in chain.runs(left)] == [first]
    chain.glue.start_trigger(Name=first)
    assert {run["JobRunState"] for run in chain.ended(last, 2)} == {"SUCCEEDED"}


def test_a_chain_does_not_mix_the_runs_of_two_starts(local_aws, chain):
    left, right, last = (local_aws.job("pass") for _ in range(3))
    from_left, from_right = chain.on_demand(left), chain.on_demand(right)
    chain.after([(left, "SUCCEEDED"), (right, "SUCCEEDED")], last)
    marker = local_aws.job("pass")
    chain.after([(right, "SUCCEEDED")], marker)
    chain.glue.start_trigger(Name=from_left)
    chain.ended(left)
    chain.glue.start_trigger(Name=from_right)
    chain.ended(marker)  # what was due after the right job has started
    assert chain.runs(last) == []


def test_a_job_started_by_hand_fires_no_trigger_outside_workflows(local_aws, chain):
    first, second = local_aws.job("pass"), local_aws.job("pass")
    chain.after([(first, "SUCCEEDED")], second)
    local_aws.run(first)
    assert chain.runs(second) == []


def test_a_stopped_trigger_outside_workflows_does_not_fire(local_aws, chain):
    first, second, marker = (local_aws.job("pass") for _ in range(3))
    start, off = chain.on_demand(first), chain.after([(first, "SUCCEEDED")], second)
    chain.after([(first, "SUCCEEDED")], marker)
    chain.glue.stop_trigger(Name=off)
    chain.glue.start_trigger(Name=start)
    chain.ended(marker)
    assert chain.runs(second) == []


# Resumed runs


def node_ids(run, *names):
    return [node["UniqueId"] for name in names for node in run["Graph"]["Nodes"] if node["Name"] == name]


def test_a_run_is_resumed_from_its_failed_node(local_aws, workflow):
    bucket = local_aws.bucket()
    script = f"import boto3; boto3.client('s3').get_object(Bucket='{bucket}', Key='mended')"
    reading = local_aws.role(allow(["s3:*", "logs:*"]))
    first, broken, last = local_aws.job("pass"), local_aws.job(script, role=reading), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": broken})
    workflow.then([(broken, "SUCCEEDED")], {"JobName": last})
    failed = workflow.ended(workflow.start(RunProperties={"day": "monday"}))
    assert workflow.states(failed) == {first: ["SUCCEEDED"], broken: ["FAILED"], last: []}
    local_aws.put(bucket, "mended", b"")
    nodes = node_ids(failed, broken)
    answer = workflow.glue.resume_workflow_run(Name=workflow.name, RunId=failed["WorkflowRunId"], NodeIds=nodes)
    assert answer["NodeIds"] == nodes
    run = workflow.ended(answer["RunId"])
    assert run["PreviousRunId"] == failed["WorkflowRunId"]
    assert run["WorkflowRunId"] != failed["WorkflowRunId"]
    assert run["WorkflowRunProperties"] == {"day": "monday"}
    assert workflow.states(run) == {first: ["SUCCEEDED"], broken: ["SUCCEEDED"], last: ["SUCCEEDED"]}
    assert run["Statistics"]["SucceededActions"] == 3
    assert len(workflow.glue.get_job_runs(JobName=first)["JobRuns"]) == 1
    assert workflow.states(workflow.get(failed["WorkflowRunId"]))[broken] == ["FAILED"]


def test_what_comes_after_a_resumed_node_runs_again_and_the_rest_does_not(local_aws, workflow):
    first, left, right, last = (local_aws.job("pass") for _ in range(4))
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": left}, {"JobName": right})
    workflow.then([(left, "SUCCEEDED"), (right, "SUCCEEDED")], {"JobName": last})
    done = workflow.ended(workflow.start())
    asked = node_ids(done, left, last)  # the last comes after the left one, so that it waits for it
    answer = workflow.glue.resume_workflow_run(Name=workflow.name, RunId=done["WorkflowRunId"], NodeIds=asked)
    assert answer["NodeIds"] == node_ids(done, left)
    run = workflow.ended(answer["RunId"])
    assert workflow.states(run) == {job: ["SUCCEEDED"] for job in (first, left, right, last)}
    counts = {job: len(workflow.glue.get_job_runs(JobName=job)["JobRuns"]) for job in (first, left, right, last)}
    assert counts == {first: 1, left: 2, right: 1, last: 2}


def test_what_cannot_be_resumed_is_refused(local_aws, workflow):
    first, second = local_aws.job("1 / 0"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": second})
    run = workflow.ended(workflow.start())
    given = {"Name": workflow.name, "RunId": run["WorkflowRunId"]}
    resume = workflow.glue.resume_workflow_run
    assert error_of(resume, **given, NodeIds=node_ids(run, second)).startswith("InvalidInputException: Node wnode_")
    trigger = next(node["UniqueId"] for node in run["Graph"]["Nodes"] if node["Type"] == "TRIGGER")
    assert error_of(resume, **given, NodeIds=[trigger]).startswith("InvalidInputException: Node wnode_")
    nodes = node_ids(run, first)
    unknown = error_of(resume, Name=workflow.name, RunId="wr_0", NodeIds=nodes)
    assert unknown.startswith("EntityNotFoundException")
    slow = Workflow(local_aws)
    slow.start_with({"JobName": local_aws.job(SLEEP)})
    running = slow.start()
    busy = error_of(resume, Name=slow.name, RunId=running, NodeIds=nodes)
    assert busy.startswith("IllegalWorkflowStateException")
    slow.glue.stop_workflow_run(Name=slow.name, RunId=running)


def test_a_run_names_its_predecessors(local_aws, workflow):
    first, second = local_aws.job("pass"), local_aws.job("pass")
    workflow.start_with({"JobName": first})
    workflow.then([(first, "SUCCEEDED")], {"JobName": second})
    workflow.ended(workflow.start())
    [earlier], [later] = (workflow.glue.get_job_runs(JobName=job)["JobRuns"] for job in (first, second))
    get = workflow.glue.get_job_run
    shown = get(JobName=second, RunId=later["Id"], PredecessorsIncluded=True)["JobRun"]
    assert shown["PredecessorRuns"] == [{"JobName": first, "RunId": earlier["Id"]}]
    assert get(JobName=second, RunId=later["Id"])["JobRun"]["PredecessorRuns"] == []
