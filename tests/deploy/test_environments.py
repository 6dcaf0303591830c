"""Environments: the same templates under other names."""

import json

import pytest

from deploy import environments
from deploy.bundle import Bundle
from deploy.names import Names
from deploy.pipelines import Pipelines
from deploy.project import TEMPLATES
from glue_client.errors import WrongCall

SALES = ["basic-infra", "glue-jobs", "glue-catalog", "data-quality", "glue-workflow"]
ENVIRONMENTS = ["dev", "prod", "test"]
ENDED = ("WorkflowName", "DatabaseName", "LakejobsWheel", "Environment", "HostEnvironment")
"""Parameters that name something of the environment; the others are as they are without one."""


def values(path):
    return {one["ParameterKey"]: one["ParameterValue"] for one in json.loads(path.read_text())}


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("etl-clean", "etl-clean-test"),
        ("etl-clean-test", "etl-clean-test"),
        ("etl-clean-dev", "etl-clean-dev-test"),
        ("sales/clean", "sales/clean"),
        ("jr_0123", "jr_0123"),
        ("wr_0123", "wr_0123"),
    ],
)
def test_a_name_in_a_call_means_that_of_the_environment(name, means):
    assert environments.meant(name, "test") == means
    assert environments.meant(name, None) == name


def test_a_pipeline_that_has_no_environment_is_told_so():
    with pytest.raises(WrongCall, match='no pipeline "store" in the environment "test", which has parameter files for'):
        Pipelines(Bundle(TEMPLATES, environment="test")).chosen("store")


def test_there_are_three():
    assert environments.known(TEMPLATES) == ENVIRONMENTS


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_its_stacks_need_each_other_under_its_names(environment):
    plain, own = Bundle(TEMPLATES), Bundle(TEMPLATES, environment=environment)
    ended = [environments.named(name, environment) for name in SALES]
    assert sorted(own.order) == sorted([*ended, f"delivery-{environment}"])
    for name in SALES:
        needs = [environments.named(one, environment) for one in plain.needs[name]]
        assert own.needs[environments.named(name, environment)] == needs


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("stack", SALES)
def test_its_parameter_files_say_what_the_plain_ones_do_but_for_names(environment, stack):
    plain, own = values(TEMPLATES / f"{stack}.json"), values(TEMPLATES / environment / f"{stack}.json")
    named = {key for key in own if key in ENDED or key.endswith("Stack")}
    assert {key: value for key, value in own.items() if key not in named} == {
        key: value for key, value in plain.items() if key not in named
    }
    assert {key for key in named if environment not in own[key]} == set()
    assert own["Environment"] == f"-{environment}"


def test_no_name_is_that_of_another_environment():
    bundles = [Bundle(TEMPLATES), *(Bundle(TEMPLATES, environment=one) for one in ENVIRONMENTS)]
    kinds = ("Bucket", "Job", "Crawler", "Workflow", "Trigger", "Database", "WorkGroup", "DataQualityRuleset")
    found = []
    for bundle in bundles:
        stacks = [environments.named(name, bundle.environment) for name in SALES]
        names = Names(bundle, stacks)
        made = [
            (resource["Type"], names.name(stack, key))
            for stack in stacks
            for key, resource in bundle[stack].body["Resources"].items()
            if resource["Type"].rpartition(":")[2] in kinds
        ]
        assert len(made) == 5 + 3 + 3 + 1 + 6 + 1 + 1 + 3
        found += made
    assert len(found) == len(set(found))


def test_a_stack_may_be_named_without_its_ending():
    own = Bundle(TEMPLATES, environment="test")
    assert own.select(["glue-jobs", "basic-infra-test"]) == ["basic-infra-test", "glue-jobs-test"]


def test_the_environment_of_stacks_is_known_by_their_names():
    assert environments.told(TEMPLATES, ["glue-jobs-test", "basic-infra-test"]) == "test"
    for names in (
        [],
        ["glue-jobs"],
        ["glue-jobs-test", "basic-infra"],
        ["glue-jobs-test", "glue-jobs-dev"],
        ["x-test"],
    ):
        assert environments.told(TEMPLATES, names) is None


def test_calls_that_errors_name_are_of_the_environment():
    own = Pipelines(Bundle(TEMPLATES, environment="test")).default
    assert own.call("up") == "./pyntw 'up[environment=test]'"
    assert own.call("up", "CatalogUpdates=job") == "./pyntw 'up[environment=test,CatalogUpdates=job]'"
    assert Pipelines(Bundle(TEMPLATES)).default.call("up") == "./pyntw up"


def test_what_is_no_environment_or_not_in_it_is_refused_by_name():
    with pytest.raises(WrongCall, match='there is no environment "live"; those with parameter files are dev, prod, te'):
        Bundle(TEMPLATES, environment="live")
    for name in ("", ".", "../cloudformation"):
        with pytest.raises(WrongCall, match="there is no environment"):
            Bundle(TEMPLATES, environment=name)
    with pytest.raises(WrongCall, match='this project has no stack "stedi-test"'):
        Bundle(TEMPLATES, environment="test").select(["stedi"])


def test_places_in_parameter_store_are_its_own():
    assert Bundle(TEMPLATES).placed("/etl-poc/wheels") == "/etl-poc/wheels"
    assert Bundle(TEMPLATES, environment="test").placed("/etl-poc/wheels") == "/etl-poc-test/wheels"
    wheel = values(TEMPLATES / "test" / "glue-jobs.json")["LakejobsWheel"]
    assert wheel == environments.placed(values(TEMPLATES / "glue-jobs.json")["LakejobsWheel"], "test")
