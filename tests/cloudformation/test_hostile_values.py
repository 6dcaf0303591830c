"""Values of parameters that were made to widen a policy: refused, or the deployed policies name what they should.

The policies are read back through IAM as the stack's update left them; what they may name is written down here.
"""

import json
import re

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ACCOUNT, REGION = "000000000000", "eu-west-1"
SAMPLES = f"arn:aws:s3:::etl-poc-artifacts-{ACCOUNT}-{REGION}/samples/*"
OTHER = f"etl-poc-data-silver-{ACCOUNT}-{REGION}"
HOSTILE = [
    "https://x.example/a.zip?u=s3://*",
    f"https://x.example/?s3://{OTHER}/*",
    "https://x.example/a.zip?u=s3://${aws:username}",
    "https://x.example/a.zip^s3://*",
    "https://x.example/^s3://other-bucket/key",
    "s3://my-bucket/a^s3://other-bucket/b",
    "s3://my-bucket/*",
    "s3://my-bucket/a?c.zip",
    "s3://my-bucket/${aws:username}",
    "s3://*/key",
    "s3://my-bucket/a\n*",
    "https://x.example/a\ns3://*",
    "s3://my-bucket/key\n",
    "^s3://other-bucket/key",
    "S3://other-bucket/key",
    " s3://other-bucket/key",
]
GOOD = {
    "https://x.example/a.zip?u=s3://b/c&v=*$#frag": SAMPLES,
    "https://user:word@x.example:8443/My%20Sales.zip?a=%5E&b=${c}#top": SAMPLES,
    "http://x.example/straße.zip": SAMPLES,
    "s3://my-bucket/in/My Sales (2024) [final] #1 = 100%, a+b & c's é.zip": (
        "arn:aws:s3:::my-bucket/in/My Sales (2024) [final] #1 = 100%, a+b & c's é.zip"
    ),
    "s3://my-bucket/a/s3://b/c": "arn:aws:s3:::my-bucket/a/s3://b/c",
}
PIECES = ["https://", "http://", "s3://", "^", "^s3://", "*", "?", "${aws:username}", "$", "x.example/", "my-bucket/"]
PIECES += ["a", "/", "://", ":", " ", "\n", "\t", "\x1b", "\x85", "é", "雪", "\u2028", "%2A", "arn:aws:s3:::", ",", '"']


@pytest.fixture(scope="module")
def deployed(local_aws, root, parameter_files):
    """basic-infra and glue-jobs are there."""
    cloudformation = local_aws("cloudformation")
    for name in ("basic-infra", "glue-jobs"):
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=(root / "cloudformation" / f"{name}.yml").read_text(),
            Parameters=parameter_files[name],
            Capabilities=["CAPABILITY_IAM"],
        )
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
        )
    return local_aws


def update(deployed, parameter, value):
    """The status after an update with one value; None where it was refused."""
    cloudformation = deployed("cloudformation")
    names = [
        one["ParameterKey"] for one in cloudformation.describe_stacks(StackName="glue-jobs")["Stacks"][0]["Parameters"]
    ]
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in names if name != parameter]
    try:
        cloudformation.update_stack(
            StackName="glue-jobs",
            UsePreviousTemplate=True,
            Parameters=[*kept, {"ParameterKey": parameter, "ParameterValue": value}],
            Capabilities=["CAPABILITY_IAM"],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return "unchanged" if "No updates" in str(error) else None
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName="glue-jobs", WaiterConfig={"Delay": 0.05, "MaxAttempts": 400}
    )
    return "updated"


def policies(deployed, role):
    """The statements of a role of glue-jobs, by Sid."""
    resource = deployed("cloudformation").describe_stack_resource(StackName="glue-jobs", LogicalResourceId=role)
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    iam = deployed("iam")
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    document = json.loads(document) if isinstance(document, str) else document
    return {one["Sid"]: one for one in document["Statement"]}


def assert_narrow(deployed, url):
    resource = policies(deployed, "GluePythonJobRole")["ReadSource"]["Resource"]
    if url.startswith("s3://"):
        assert resource == "arn:aws:s3:::" + url.removeprefix("s3://")
        assert re.search(r"[*?$]", resource) is None
    else:
        assert resource == SAMPLES


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_widens_no_policy(deployed, url):
    if update(deployed, "SourceUrl", url):
        assert_narrow(deployed, url)


@pytest.mark.parametrize("url", GOOD)
def test_an_address_in_order_is_taken_and_its_object_alone_is_open(deployed, url):
    assert update(deployed, "SourceUrl", url)
    assert policies(deployed, "GluePythonJobRole")["ReadSource"]["Resource"] == GOOD[url]
    assert deployed("glue").get_job(JobName="etl-extract")["Job"]["DefaultArguments"]["--source_url"] == url


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
def test_no_address_widens_a_policy(deployed, url):
    if update(deployed, "SourceUrl", url):
        assert_narrow(deployed, url)


@pytest.mark.parametrize("value", ["*", "etl-*", "${aws:username}", "a/b", "a\n", "a:b", "", "ü", "x" * 256])
def test_a_workflow_s_name_cannot_widen_the_policy(deployed, value):
    assert update(deployed, "WorkflowName", value) is None


@pytest.mark.parametrize("value", ["*", "a*", "${x}", "basic-infra\n", "a/b", "é", "-a", ""])
def test_a_stack_s_name_is_a_stack_s_name(deployed, value):
    assert update(deployed, "BasicInfraStack", value) is None


def test_each_text_parameter_is_constrained(template):
    """A value that nothing constrains could reach a policy, an ARN, SQL or an argument."""
    free = [
        name
        for name, one in template["Parameters"].items()
        if one["Type"] != "Number" and not {"AllowedPattern", "AllowedValues"} & set(one)
    ]
    assert free == []
    assert {one["Type"] for one in template["Parameters"].values()} <= {
        "String",
        "Number",
        "AWS::SSM::Parameter::Value<String>",
    }


def test_each_pattern_matches_whole_values_and_tells_what_it_wants(template):
    for name, one in template["Parameters"].items():
        if "AllowedPattern" in one:
            assert one["AllowedPattern"][0] == "^", name
            assert one["AllowedPattern"][-1] == "$", name
            assert one["ConstraintDescription"]
            assert re.search(r"\(\?|\\[dwsDWSpP]", one["AllowedPattern"]) is None, f"{name}: other than in Java"
