"""The demo of a pipeline, in its parts; whole ones run in tests/test_add_a_pipeline_page.py."""

from types import SimpleNamespace

import pytest

from deploy import demo_run as demo
from deploy.bundle import Bundle
from deploy.parts import Part
from deploy.pipelines import Pipelines
from deploy.project import TEMPLATES
from glue_client.aws import Aws
from glue_client.errors import DeployError
from local_glue.starting import environment


def test_the_demo_refuses_aws_itself():
    with environment("https://s3.amazonaws.com"), pytest.raises(DeployError, match="the demo does not touch AWS"):
        demo.refuse_real_aws(Aws())


def test_the_demo_accepts_its_own_endpoint():
    with environment("http://127.0.0.1:1"):
        assert demo.refuse_real_aws(Aws()) is None


@pytest.mark.parametrize("running", [None, "http://127.0.0.1:7"])
def test_the_demo_says_where_to_go_on(monkeypatch, capsys, running):
    monkeypatch.setattr(demo, "show", lambda *_: None)
    local = SimpleNamespace(endpoint=running, used=lambda: environment("http://127.0.0.1:7"))
    demo.run(local, None, None)
    first, after = capsys.readouterr().out.splitlines()[1:3]
    if running:
        assert (
            first
            == f"  the local AWS at {running} goes on; where the lines are exported that ./pyntw localaws printed:"
        )
    else:
        assert first.split(" the same AWS")[0].strip() == "./pyntw localaws"
    assert "localaws" not in after


def demo_of(pipeline, **changes):
    described = Pipelines(Bundle(TEMPLATES)).chosen(pipeline).demo
    return type(described)(**{**vars(described), **changes})


def test_a_sample_that_tells_of_other_tables_is_refused(tmp_path):
    with pytest.raises(DeployError) as caught:
        demo._made(demo_of("sales", tables=("raw_sales", "platinum_sales")), tmp_path, 100, {})
    assert str(caught.value).splitlines() == [
        "error: samples.sales.land tells of other tables than cloudformation/glue-workflow.yml",
        "  seen: raw_sales, silver_sales, silver_sales_rejected, gold_sales there, raw_sales, platinum_sales here",
        "  next: name the same in both",
    ]


def test_a_sample_that_tells_of_no_items_is_refused_where_the_template_names_them(tmp_path):
    stores = (Part("stedi", "Store", "AWS::DynamoDB::Table"),)
    with pytest.raises(DeployError) as caught:
        demo._made(demo_of("stedi", items=stores), tmp_path, 20, {"Readings": "all"})
    assert str(caught.value).splitlines()[:2] == [
        "error: samples.stedi.land tells of other tables than cloudformation/stedi.yml",
        "  seen: none there, Store here",
    ]


def test_a_sample_that_cannot_be_made_says_why(tmp_path):
    with pytest.raises(DeployError) as caught:
        demo._made(demo_of("stedi"), tmp_path, 3, {"Readings": "all"})
    assert str(caught.value).splitlines() == [
        "error: the number of customers is out of range",
        "  seen: customers 3",
        "  next: give 10, so that each trap is there, to 10,000,000",
    ]


def test_what_is_no_sample_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("samples.stedi.land", lambda *_: {"customer_trusted": 3})
    with pytest.raises(DeployError, match=r"samples\.stedi\.land gives no samples\.Landed"):
        demo._made(demo_of("stedi"), tmp_path, 20, {})


@pytest.mark.parametrize("variant", ["all", "since-consent"])
def test_a_sample_is_told_the_parameters_of_the_stack(tmp_path, variant):
    landed = demo._made(demo_of("stedi"), tmp_path, 20, {"Readings": variant})
    # Two customers of each kind with 24 readings: five kinds share; from the middle on one, after the last one another.
    readings = {"all": 2 * 5 * 24, "since-consent": 2 * (3 * 24 + 12)}
    assert landed.tables["accelerometer_trusted"] == readings[variant]


@pytest.mark.parametrize(
    ("pipeline", "calls"),
    [
        (
            "sales",
            [
                "./pyntw localaws",
                "./pyntw 'query[row-counts]'",
                "./pyntw watch",
                "./pyntw deploygluescripts runworkflow",
                "./pyntw up",
                "./pyntw 'down[pipeline=sales]'",
            ],
        ),
        (
            "stedi",
            [
                "./pyntw localaws",
                "./pyntw 'query[stedi-row-counts]'",
                "./pyntw 'updatestack[stedi,Readings=since-consent]' 'runworkflow[pipeline=stedi]'",
                "./pyntw watch",
                "./pyntw deploygluescripts 'runworkflow[pipeline=stedi]'",
                "./pyntw 'up[pipeline=stedi]'",
                "./pyntw 'down[pipeline=stedi]'",
            ],
        ),
    ],
)
def test_what_to_try_next_is_what_the_template_says_and_what_all_have(pipeline, calls):
    chosen = Pipelines(Bundle(TEMPLATES)).chosen(pipeline)
    assert list(demo._next_steps(chosen, chosen.demo, None)) == calls


SHARED = """
Resources: {Topic: {Type: 'AWS::SNS::Topic'}}
Outputs: {Lake: {Value: x, Export: {Name: shared-Lake}}, Pond: {Value: x, Export: {Name: shared-Pond}}}
"""
OWN = """
Metadata: {Pipeline: stedi}
Resources: {Topic: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !ImportValue shared-Lake}}}
Outputs: {Lake: {Value: y, Export: {Name: own-Lake}}}
"""


@pytest.mark.parametrize(("output", "stack"), [("Lake", "own"), ("Pond", "shared")])
def test_a_sample_lands_in_the_pipelines_own_bucket_before_one_of_that_name_elsewhere(tmp_path, output, stack):
    (tmp_path / "shared.yml").write_text(SHARED)
    (tmp_path / "own.yml").write_text(OWN)
    shown = demo_of("stedi")
    sample = type(shown.sample)(**{**vars(shown.sample), "bucket": output})
    assert demo._landing(Bundle(tmp_path), demo_of("stedi", sample=sample)) == stack


def test_what_must_be_up_before_the_sample_lands_is_the_buckets_stack_with_its_needs():
    bundle = Bundle(TEMPLATES)
    assert demo._until(bundle, ["stedi"]) == ["basic-infra", "stedi"]
    assert demo._until(bundle, ["glue-workflow"]) == ["basic-infra", "glue-jobs", "glue-catalog", "glue-workflow"]
