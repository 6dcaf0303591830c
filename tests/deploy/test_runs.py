"""Which workflow a call starts."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from deploy import backfills, jobs, queries, runs
from deploy.bundle import Bundle
from deploy.named_queries import NamedQueries
from deploy.pipelines import STATE_MACHINE, Pipelines
from deploy.project import QUERIES, TEMPLATES
from glue_client.errors import DeployError, WrongCall

PIPELINES = Pipelines(Bundle(TEMPLATES))


@pytest.fixture
def started(monkeypatch):
    calls = []
    monkeypatch.setattr(runs.workflows, "run", lambda _aws, *call: calls.append(call))
    return calls


@pytest.mark.parametrize(
    ("workflow", "pipeline", "name", "made_by"),
    [
        (None, None, "etl-workflow", "./pyntw up"),
        (None, "stedi", "stedi-workflow", "./pyntw 'up[pipeline=stedi]'"),
        ("etl-workflow", None, "etl-workflow", "./pyntw up"),
        ("stedi-workflow", None, "stedi-workflow", "./pyntw 'up[pipeline=stedi]'"),
        ("others", None, "others", "deploy the stack that makes it (aws cloudformation deploy)"),
    ],
)
def test_a_call_starts_what_it_names(aws, started, workflow, pipeline, name, made_by):
    runs.run(aws, PIPELINES, workflow, pipeline, {"day": "1"})
    [call] = started
    assert call[:3] == (name, {"day": "1"}, made_by)
    assert call[3]("other") == "./pyntw 'runworkflow[other]'"


def test_a_workflow_and_a_pipeline_are_not_both_taken(aws):
    with pytest.raises(WrongCall, match=r"takes a workflow \(a\) or a pipeline \(stedi\), and got both"):
        runs.run(aws, PIPELINES, "a", "stedi", {})


def test_a_pipeline_that_is_none_is_refused_by_name(aws):
    with pytest.raises(WrongCall, match='there is no pipeline "two"; the pipelines are sales, ecommerce, '):
        runs.run(aws, PIPELINES, None, "two", {})


def test_a_pipeline_that_nothing_starts_is_refused(aws, tmp_path):
    (tmp_path / "a.yml").write_text("Metadata: {Pipeline: mine}\nResources: {T: {Type: 'AWS::SNS::Topic'}}")
    with pytest.raises(WrongCall, match='nothing starts the pipeline "mine"; what starts them say none'):
        runs.run(aws, Pipelines(Bundle(tmp_path)), None, "mine", {})


def test_a_pipeline_that_is_not_deployed_is_told_with_the_call_that_deploys_it(aws):
    with pytest.raises(DeployError) as caught:
        runs.run(aws, PIPELINES, None, "stedi", {})
    assert caught.value.failed == f"there is no workflow stedi-workflow in {aws}"
    assert caught.value.next_step == "./pyntw 'up[pipeline=stedi]'"


TOLD = "./pyntw 'up[pipeline=stedi]'"


class Others:
    """A Glue that has a job and a workflow of others, which are of no help; answers as in the API reference."""

    def start_workflow_run(self, **_call):
        raise ClientError({"Error": {"Code": "EntityNotFoundException", "Message": "none"}}, "StartWorkflowRun")

    def get_paginator(self, name):
        def paginate(**_call):
            if name == "get_workflow_runs":
                raise ClientError({"Error": {"Code": "EntityNotFoundException", "Message": "none"}}, "GetWorkflowRuns")
            return [{"JobNames": ["theirs"], "Workflows": ["theirs"], "Jobs": []}]

        return SimpleNamespace(paginate=paginate)


@pytest.fixture
def others(aws, monkeypatch):
    """An AWS that has what others deployed."""
    monkeypatch.setitem(aws.__dict__, "glue", Others())
    return aws


@pytest.mark.parametrize("call", [(None, "stedi"), ("stedi-workflow", None)])
def test_what_others_deployed_is_not_offered_for_a_pipeline_that_is_not(others, call):
    with pytest.raises(DeployError) as caught:
        runs.run(others, PIPELINES, *call, {})
    assert caught.value.next_step == TOLD


def test_a_workflow_of_nobody_s_is_told_with_those_that_there_are(others):
    with pytest.raises(DeployError) as caught:
        runs.run(others, PIPELINES, "nobody-s", None, {})
    assert "./pyntw 'runworkflow[theirs]'" in caught.value.next_step


def test_a_backfill_of_a_pipeline_that_is_not_deployed_says_so(others):
    chosen, found = PIPELINES.to_fill("ecommerce")
    with pytest.raises(DeployError) as caught:
        backfills.run(
            others,
            PIPELINES.name_of(others, chosen, found.starts),
            found.property,
            ["20240101"],
            chosen.call("up"),
            again=False,
        )
    assert caught.value.next_step.splitlines()[0] == "./pyntw 'up[pipeline=ecommerce]'"


@pytest.mark.parametrize("wanted", ["stedi/customer_trusted", "stedi-customer-trusted"])
def test_a_job_of_a_pipeline_that_is_not_deployed_says_so(aws, wanted):
    with pytest.raises(DeployError) as caught:
        jobs.run(aws, Bundle(TEMPLATES), wanted, {})
    assert caught.value.next_step == TOLD


@pytest.mark.parametrize("wanted", ["stedi/customer_trusted", "stedi-customer-trusted", "stedi-workflow"])
def test_a_log_of_a_pipeline_that_is_not_deployed_says_so(others, wanted):
    with pytest.raises(DeployError) as caught:
        jobs.show_log(others, Bundle(TEMPLATES), wanted, following=False, java=False)
    assert caught.value.next_step == TOLD


def test_a_query_of_a_pipeline_that_is_not_deployed_says_so(aws):
    question = NamedQueries(QUERIES, PIPELINES.names).question("stedi-movement", None)
    with pytest.raises(DeployError) as caught:
        queries.ask_of(aws, PIPELINES, question)
    assert (caught.value.failed, caught.value.next_step) == (f"the pipeline stedi is not deployed in {aws}", TOLD)


def test_a_state_machine_of_a_pipeline_that_is_not_deployed_says_so(aws):
    [store] = [one for one in PIPELINES.all if one.starts and one.starts.type == STATE_MACHINE]
    with pytest.raises(DeployError) as caught:
        runs.run_machine(aws, PIPELINES, PIPELINES.planned_name(store, store.starts), {})
    assert caught.value.next_step == store.call("up")
