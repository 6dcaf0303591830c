"""Answers of GetWorkflowRun in AWS's shape, written by hand: the project's workflow at several moments."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


def trigger(name, kind="CONDITIONAL", **watched):
    body = {"Name": name, "WorkflowName": "etl-workflow", "Type": kind, "State": "ACTIVATED", "Actions": []}
    if watched:
        body["Predicate"] = {"Logical": "ANY", "Conditions": [{"LogicalOperator": "EQUALS", **watched}]}
    return {"Type": "TRIGGER", "Name": name, "UniqueId": f"wnode_{name}", "TriggerDetails": {"Trigger": body}}


def job(name, *runs):
    details = {"JobRuns": list(runs)} if runs else {}
    return {"Type": "JOB", "Name": name, "UniqueId": f"wnode_{name}", "JobDetails": details}


def job_run(name, state, started, ended=None, attempt=0, **more):
    run = {
        "Id": f"jr_{name}_{attempt}",
        "Attempt": attempt,
        "JobName": name,
        "StartedOn": at(started),
        "JobRunState": state,
        "PredecessorRuns": [],
        "LogGroupName": "/aws-glue/jobs",
        **more,
    }
    return run if ended is None else {**run, "CompletedOn": at(ended)}


def crawler(name, *crawls):
    details = {"Crawls": list(crawls)} if crawls else {}
    return {"Type": "CRAWLER", "Name": name, "UniqueId": f"wnode_{name}", "CrawlerDetails": details}


def crawl(state, started, **more):
    return {"State": state, "StartedOn": at(started), "LogGroup": "/aws-glue/crawlers", "LogStream": "raw", **more}


def edge(source, destination):
    return {"SourceId": f"wnode_{source}", "DestinationId": f"wnode_{destination}"}


EDGES = [
    edge("start", "extract"),
    edge("extract", "after-extract"),
    edge("after-extract", "clean"),
    edge("after-extract", "raw"),
    edge("clean", "after-clean"),
    edge("after-clean", "repartition"),
]


def run(status="RUNNING", *, extract=(), clean=(), raw=(), edges=EDGES, **statistics):
    nodes = [
        trigger("start", "ON_DEMAND"),
        trigger("after-extract", JobName="extract", State="SUCCEEDED"),
        trigger("after-clean", JobName="clean", State="SUCCEEDED"),
        job("extract", *extract),
        job("clean", *clean),
        job("repartition"),
        crawler("raw", *raw),
    ]
    return {
        "Name": "etl-workflow",
        "WorkflowRunId": "wr_1",
        "WorkflowRunProperties": {},
        "StartedOn": START,
        "Status": status,
        "Statistics": {"TotalActions": 4, **statistics},
        "Graph": {"Nodes": nodes, "Edges": edges},
    }


EXTRACTED = job_run("extract", "SUCCEEDED", 1, 13)
FAILED = job_run("clean", "FAILED", 14, 20, ErrorMessage="SystemExit: 7 % rejected")
