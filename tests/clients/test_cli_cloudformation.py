"""`aws cloudformation deploy` of the project's four templates, as the AWS CLI does it: through change sets."""

import json

import pytest

from tests.local_aws.aws_server import ROOT, unique

TEMPLATES = ROOT / "cloudformation"
STACKS = ("basic-infra", "glue-jobs", "glue-catalog", "glue-workflow")


def deploy(cli, stack, *words, template=None):
    template = template or TEMPLATES / f"{stack}.yml"
    return cli.run(
        *("cloudformation", "deploy", "--stack-name", stack, "--template-file", str(template)),
        *("--capabilities", "CAPABILITY_NAMED_IAM", *words),
    )


@pytest.fixture(scope="module")
def deployed(cli):
    """The four stacks, the source's address given, and that of the library where `deploygluescripts` writes it."""
    wheel = ("--name", "/etl-poc/wheels/lakejobs", "--value", "s3://scripts/lakejobs-1.0.0-py3-none-any.whl")
    cli("ssm", "put-parameter", "--type", "String", *wheel)
    for stack in STACKS:
        source = ("--parameter-overrides", "SourceUrl=https://example.com/a.zip") if stack == "glue-jobs" else ()
        done = deploy(cli, stack, *source)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip().endswith(f"Successfully created/updated stack - {stack}")
    return cli


def test_the_pipeline_is_there(deployed):
    stacks = deployed("cloudformation", "describe-stacks", "--query", "Stacks[].[StackName,StackStatus]")
    assert {tuple(stack) for stack in stacks} >= {(stack, "CREATE_COMPLETE") for stack in STACKS}
    jobs = deployed("glue", "get-jobs", "--query", "Jobs[].Name")
    assert {"etl-extract", "etl-clean", "etl-repartition"} <= set(jobs)
    arguments = deployed("glue", "get-job", "--job-name", "etl-extract", "--query", "Job.DefaultArguments")
    assert "https://example.com/a.zip" in arguments.values()


def test_a_second_deployment_has_nothing_to_do(deployed):
    done = deploy(deployed, "glue-catalog", "--no-fail-on-empty-changeset")
    assert (done.returncode, "No changes to deploy. Stack glue-catalog is up to date" in done.stdout) == (0, True)


def test_a_changed_parameter_is_an_update(deployed):
    done = deploy(deployed, "glue-jobs", "--parameter-overrides", "MaxRejectedRatio=0.5")
    assert done.returncode == 0, done.stderr
    parameters = deployed("cloudformation", "describe-stacks", "--stack-name", "glue-jobs")["Stacks"][0]["Parameters"]
    values = {each["ParameterKey"]: each["ParameterValue"] for each in parameters}
    assert (values["MaxRejectedRatio"], values["SourceUrl"]) == ("0.5", "https://example.com/a.zip")


def test_missing_capabilities_are_named(deployed):
    done = deployed.run(
        *("cloudformation", "deploy", "--stack-name", unique("s")),
        *("--template-file", str(TEMPLATES / "glue-jobs.yml")),
    )
    assert done.returncode == 255
    assert done.stderr.strip().endswith(
        "An error occurred (InsufficientCapabilitiesException) when calling the CreateChangeSet operation: "
        "Requires capabilities : [CAPABILITY_IAM]"
    )


def test_a_stack_that_fails_says_so(cli, tmp_path):
    """The import names an export that no stack has."""
    template = tmp_path / "t.json"
    resource = {"Type": "AWS::Glue::Workflow", "Properties": {"Name": {"Fn::ImportValue": "no-such-export"}}}
    template.write_text(json.dumps({"Resources": {"Flow": resource}}))
    done = deploy(cli, unique("s"), template=template)
    assert done.returncode == 255
    assert "Failed to create/update the stack." in done.stderr
