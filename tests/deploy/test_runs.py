"""Which workflow a call starts."""

import pytest

from deploy import runs
from deploy.bundle import Bundle
from deploy.pipelines import Pipelines
from deploy.project import TEMPLATES
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
    with pytest.raises(WrongCall, match='there is no pipeline "two"; the pipelines are ecommerce, sales, '):
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
