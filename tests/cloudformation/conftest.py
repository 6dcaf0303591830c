"""The templates as data, read by cfn-lint's loader rather than by the project's own."""

import json
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "cloudformation"
SALES = ["basic-infra", "glue-jobs", "glue-catalog", "glue-workflow"]
STACKS = [*SALES, "stedi", "network"]


def pytest_generate_tests(metafunc):
    """A test that takes `stack` runs once for each stack."""
    if "stack" in metafunc.fixturenames:
        metafunc.parametrize("stack", STACKS)


@pytest.fixture(scope="session")
def templates():
    return {stack: cfn_yaml.load(str(FOLDER / f"{stack}.yml")) for stack in STACKS}


@pytest.fixture
def template(templates, stack):
    return templates[stack]


@pytest.fixture(scope="session")
def of_type(templates):
    """Gives the resources of a type in some stacks, those of the sales unless told: properties by logical id."""

    def resources(kind, *stacks):
        return {
            key: resource["Properties"]
            for stack in stacks or SALES
            for key, resource in templates[stack]["Resources"].items()
            if resource["Type"] == kind
        }

    return resources


@pytest.fixture(scope="session")
def parameter_files():
    return {stack: json.loads((FOLDER / f"{stack}.json").read_text()) for stack in STACKS}


@pytest.fixture(scope="session")
def root():
    return ROOT
