"""The templates as data, read by cfn-lint's loader rather than by the project's own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "cloudformation"
SALES = ["basic-infra", "glue-jobs", "glue-catalog", "data-quality", "glue-workflow"]
ECOMMERCE = ["ecommerce", "ecommerce-catalog", "ecommerce-jobs"]
PEOPLE = ["data-access", "lake-formation", "delivery"]
STACKS = [*SALES, *PEOPLE, "stedi", "operations", *ECOMMERCE, "monitoring", "network", "store", "store-pipeline"]
REGION = "eu-west-1"
WHEEL = "s3://scripts/glue_scripts/lakejobs/lakejobs-1.0.7-py3-none-any.whl"


def ended(name):
    """A name that an environment ends."""
    return {"Fn::Sub": f"{name}${{Environment}}"}


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


def without_key(node):
    """A property as it is where the condition HasKey is false."""
    if isinstance(node, dict) and node.get("Fn::If", [""])[0] == "HasKey":
        return without_key(node["Fn::If"][2])
    if isinstance(node, dict):
        inner = {key: without_key(value) for key, value in node.items()}
        return {key: value for key, value in inner.items() if value != {"Ref": "AWS::NoValue"}}
    if isinstance(node, list):
        return [value for value in map(without_key, node) if value != {"Ref": "AWS::NoValue"}]
    return node


@pytest.fixture(scope="session")
def parameter_files():
    return {stack: json.loads((FOLDER / f"{stack}.json").read_text()) for stack in STACKS}


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory):
    """Gives boto3 clients on a local AWS of the module's own, with what deploygluescripts leaves in Parameter Store."""
    state = tmp_path_factory.mktemp("aws")
    command = [sys.executable, "-m", "local_aws", "--port", "0", "--state-dir", str(state)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    try:
        endpoint = next(line for line in server.stdout if line.startswith("ready: ")).split()[1]
        root = {"AccessKeyId": "test", "SecretAccessKey": "test"}

        def client(service, keys=root):
            """Of the root user, or of keys as CreateAccessKey and AssumeRole answer them."""
            return boto3.client(
                service,
                endpoint_url=endpoint,
                region_name=REGION,
                config=Config(retries={"max_attempts": 0}),
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys.get("SessionToken"),
            )

        client("ssm").put_parameter(Name="/etl-poc/wheels/lakejobs", Value=WHEEL, Type="String")
        yield client
    finally:
        server.terminate()
        server.wait(20)
