"""Graphs and statistics of workflows, on a small workflow in AWS's shapes."""

from local_aws.glue.model import Crawl, JobRun
from local_aws.glue.workflows import graph

TRIGGERS = [
    {"Name": "start", "Type": "ON_DEMAND", "State": "CREATED", "Actions": [{"JobName": "extract"}]},
    {
        "Name": "after",
        "Type": "CONDITIONAL",
        "State": "ACTIVATED",
        "Predicate": {"Conditions": [{"LogicalOperator": "EQUALS", "JobName": "extract", "State": "SUCCEEDED"}]},
        "Actions": [{"JobName": "clean"}, {"CrawlerName": "raw"}],
    },
]


def job_run(name, state, **values):
    return JobRun(Id=f"jr_{name}", JobName=name, JobRunState=state, StartedOn=1.0, LastModifiedOn=1.0, **values)


def crawl(name, state):
    return Crawl(CrawlId=f"c_{name}", CrawlerName=name, State=state, StartedOn=1.0)


def test_nodes_are_the_triggers_and_what_they_start():
    built = graph.build("wf", TRIGGERS)
    assert [(node["Type"], node["Name"]) for node in built["Nodes"]] == [
        ("TRIGGER", "start"),
        ("TRIGGER", "after"),
        ("JOB", "extract"),
        ("JOB", "clean"),
        ("CRAWLER", "raw"),
    ]


def test_edges_lead_from_trigger_to_action_and_from_watched_node_to_trigger():
    built = graph.build("wf", TRIGGERS)
    names = {node["UniqueId"]: node["Name"] for node in built["Nodes"]}
    assert sorted((names[edge["SourceId"]], names[edge["DestinationId"]]) for edge in built["Edges"]) == [
        ("after", "clean"),
        ("after", "raw"),
        ("extract", "after"),
        ("start", "extract"),
    ]


def test_a_definitions_graph_has_empty_details():
    nodes = {node["Name"]: node for node in graph.build("wf", TRIGGERS)["Nodes"]}
    assert nodes["extract"]["JobDetails"] == {}
    assert nodes["raw"]["CrawlerDetails"] == {}


def test_a_runs_graph_holds_its_job_runs_and_crawls():
    built = graph.build("wf", TRIGGERS, [job_run("extract", "SUCCEEDED")], [crawl("raw", "RUNNING")])
    nodes = {node["Name"]: node for node in built["Nodes"]}
    assert [run["Id"] for run in nodes["extract"]["JobDetails"]["JobRuns"]] == ["jr_extract"]
    assert nodes["clean"]["JobDetails"] == {}
    assert [found["State"] for found in nodes["raw"]["CrawlerDetails"]["Crawls"]] == ["RUNNING"]


def test_node_ids_are_the_same_in_definition_and_run():
    definition, run = graph.build("wf", TRIGGERS), graph.build("wf", TRIGGERS, [job_run("extract", "FAILED")])
    assert [node["UniqueId"] for node in definition["Nodes"]] == [node["UniqueId"] for node in run["Nodes"]]


def test_node_ids_differ_between_workflows():
    ids = {node["UniqueId"] for name in ("a", "b") for node in graph.build(name, TRIGGERS)["Nodes"]}
    assert len(ids) == 10


def test_statistics_count_planned_actions_and_states():
    counts = graph.statistics(
        TRIGGERS, [job_run("extract", "SUCCEEDED"), job_run("clean", "TIMEOUT")], [crawl("raw", "RUNNING")]
    )
    assert counts == {
        "TotalActions": 3,
        "TimeoutActions": 1,
        "FailedActions": 0,
        "StoppedActions": 0,
        "SucceededActions": 1,
        "RunningActions": 1,
        "ErroredActions": 0,
        "WaitingActions": 0,
    }


def test_a_retried_job_counts_by_its_last_attempt():
    runs = [job_run("extract", "FAILED"), job_run("extract", "SUCCEEDED", Attempt=1)]
    assert graph.last_states(runs, []) == {("JOB", "extract"): "SUCCEEDED"}
