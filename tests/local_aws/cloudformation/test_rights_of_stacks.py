"""Stacks work with the rights of whoever asks, or of the stack's role (CloudFormation and IAM user guides)."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique
from tests.local_aws.cloudformation.stack import Stack
from tests.local_aws.cloudformation.types.compute import zipped

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ALL = {"Version": "2012-10-17", "Statement": [allow("*")]}
STACKS = allow("cloudformation:*")
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}


def trusting(who):
    principal = who if isinstance(who, dict) else {"Service": who}
    return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def deny(actions, *resources, **more):
    return {**allow(actions, *resources, **more), "Effect": "Deny"}


@pytest.fixture(scope="module")
def there(local_aws):
    """What an administrator has made before: a user and a group of administrators, and a weak role."""
    iam, name = local_aws.client("iam"), unique("strong")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)
    iam.create_group(GroupName=name)
    iam.attach_group_policy(GroupName=name, PolicyArn=ADMINISTRATOR)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusting({"Service": [*TAKING]})))
    return name


@pytest.fixture(scope="module")
def mere(local_aws):
    """Credentials of a user who may do all of CloudFormation and read S3, and nothing else."""
    return local_aws.user(STACKS, allow("s3:GetObject"))


@pytest.fixture
def stack_of_mere(local_aws, client_of_mere):
    """A stack of that user's."""
    stack = Stack(local_aws)
    stack.cloudformation = client_of_mere
    return stack


@pytest.fixture(scope="module")
def client_of_mere(local_aws, mere):
    return local_aws.client("cloudformation", mere)


WAYS = {
    "a role that the user may take": lambda me, _strong: resource(
        "IAM::Role",
        AssumeRolePolicyDocument=trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:user/{me}"}),
        ManagedPolicyArns=[ADMINISTRATOR],
    ),
    "a strong user": lambda _me, _strong: resource("IAM::User", ManagedPolicyArns=[ADMINISTRATOR]),
    "a key of one": lambda _me, strong: resource("IAM::AccessKey", UserName=strong),
    "a policy of the user's": lambda me, _strong: resource(
        "IAM::Policy", PolicyName="p", PolicyDocument=ALL, Users=[me]
    ),
    "an inline policy": lambda me, _strong: resource(
        "IAM::UserPolicy", PolicyName="p", PolicyDocument=ALL, UserName=me
    ),
    "a managed policy": lambda me, _strong: resource("IAM::ManagedPolicy", PolicyDocument=ALL, Users=[me]),
    "a strong group": lambda me, strong: resource("IAM::UserToGroupAddition", GroupName=strong, Users=[me]),
    "a group's policy": lambda _me, strong: resource(
        "IAM::GroupPolicy", PolicyName="p", PolicyDocument=ALL, GroupName=strong
    ),
    "a role's policy": lambda _me, strong: resource(
        "IAM::RolePolicy", PolicyName="p", PolicyDocument=ALL, RoleName=strong
    ),
    "a group": lambda _me, _strong: resource("IAM::Group", ManagedPolicyArns=[ADMINISTRATOR]),
    "a profile": lambda _me, strong: resource("IAM::InstanceProfile", Roles=[strong]),
}


def body(**resources):
    return json.dumps({"Resources": {"H": HANDLE, **resources}})


def is_untouched(local_aws, me, strong):
    iam = local_aws.client("iam")
    return (
        iam.list_user_policies(UserName=me)["PolicyNames"] == ["p"]
        and iam.list_attached_user_policies(UserName=me)["AttachedPolicies"] == []
        and iam.list_groups_for_user(UserName=me)["Groups"] == []
        and iam.list_access_keys(UserName=strong)["AccessKeyMetadata"] == []
    )


@pytest.mark.parametrize("way", WAYS)
def test_nobody_becomes_an_administrator_by_a_stack(local_aws, stack_of_mere, there, mere, way):
    stack, me = stack_of_mere, mere["UserName"]
    it = body(It=WAYS[way](me, there))
    assert stack.make(it, capabilities=["CAPABILITY_NAMED_IAM"]) == "ROLLBACK_COMPLETE"
    arn = f"arn:aws:iam::{ACCOUNT}:user/{me}"
    (reason,) = stack.reasons()
    assert reason.startswith(f"User: {arn} is not authorized to perform: iam:"), reason
    assert is_untouched(local_aws, me, there)


def test_the_reason_is_aws_s(stack_of_mere, mere):
    stack = stack_of_mere
    stack.apply({"It": resource("IAM::User", UserName="nobody-yet")})
    who, made = (f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in (mere["UserName"], "nobody-yet"))
    (reason,) = stack.reasons()
    assert reason == (
        f"User: {who} is not authorized to perform: iam:CreateUser on resource: {made} because no identity-based policy"
        " allows the iam:CreateUser action (Service: Iam, Status Code: 403)"
    )


def test_nor_by_an_update(local_aws, stack_of_mere, there, mere):
    """Of a stack of the user's own, and of one that an administrator made."""
    own, others, me = stack_of_mere, Stack(local_aws), mere["UserName"]
    assert own.make(body()) == "CREATE_COMPLETE"
    strong = body(It=WAYS["a policy of the user's"](me, there))
    assert own.make(strong, update=True, capabilities=["CAPABILITY_NAMED_IAM"]) == "UPDATE_ROLLBACK_COMPLETE"
    given = {"AssumeRolePolicyDocument": trusting("glue.amazonaws.com")}
    assert others.apply({"It": resource("IAM::Role", **given)}) == "CREATE_COMPLETE"
    role = others.refs()["It"]
    others.cloudformation = own.cloudformation
    for changed in (
        {"AssumeRolePolicyDocument": trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:user/{me}"})},
        {"ManagedPolicyArns": [ADMINISTRATOR]},
        {"Policies": [{"PolicyName": "p", "PolicyDocument": ALL}]},
        {"Description": "mine"},
    ):
        status = others.apply({"It": resource("IAM::Role", **{**given, **changed})}, update=True)
        assert status == "UPDATE_ROLLBACK_COMPLETE"
    found = local_aws.client("iam").get_role(RoleName=role)["Role"]
    assert found["AssumeRolePolicyDocument"] == given["AssumeRolePolicyDocument"]
    assert "Description" not in found or not found["Description"]
    assert is_untouched(local_aws, me, there)
    others.cloudformation.delete_stack(StackName=others.name)
    assert others.status() == "DELETE_FAILED"
    assert any("iam:DeleteRole" in reason for reason in others.reasons("DELETE_FAILED"))


def test_nor_by_a_change_set(local_aws, stack_of_mere, there, mere):
    stack, me = stack_of_mere, mere["UserName"]
    stack.cloudformation.create_change_set(
        StackName=stack.name,
        ChangeSetName="c",
        ChangeSetType="CREATE",
        TemplateBody=body(It=WAYS["a policy of the user's"](me, there)),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stack.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="c")
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert is_untouched(local_aws, me, there)


def test_nor_by_a_nested_stack(local_aws, stack_of_mere, there, mere):
    stack, bucket, me = stack_of_mere, local_aws.bucket(), mere["UserName"]
    local_aws.put(bucket, "t.json", body(It=WAYS["a policy of the user's"](me, there)))
    child = resource("CloudFormation::Stack", TemplateURL=f"https://{bucket}.s3.amazonaws.com/t.json")
    assert stack.make(body(Child=child), capabilities=["CAPABILITY_NAMED_IAM"]) == "ROLLBACK_COMPLETE"
    assert any("failed to create: [It]" in reason for reason in stack.reasons()), stack.reasons()
    assert is_untouched(local_aws, me, there)


def test_nor_by_an_import(stack_of_mere, there):
    stack = stack_of_mere
    role = resource("IAM::Role", RoleName=there, AssumeRolePolicyDocument=trusting("lambda.amazonaws.com"))
    found = {"ResourceType": "AWS::IAM::Role", "LogicalResourceId": "It", "ResourceIdentifier": {"RoleName": there}}
    stack.cloudformation.create_change_set(
        StackName=stack.name,
        ChangeSetName="c",
        ChangeSetType="IMPORT",
        ResourcesToImport=[found],
        TemplateBody=json.dumps({"Resources": {"It": {**role, "DeletionPolicy": "Retain"}}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stack.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="c")
    assert stack.status() != "IMPORT_COMPLETE"
    events = stack.cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    assert any("iam:GetRole" in event.get("ResourceStatusReason", "") for event in events)


def imported(stack, kind, identifier, **properties):
    """Import one resource into a stack; its status and why it failed."""
    found = {"ResourceType": f"AWS::{kind}", "LogicalResourceId": "It", "ResourceIdentifier": identifier}
    stack.cloudformation.create_change_set(
        StackName=stack.name,
        ChangeSetName="c",
        ChangeSetType="IMPORT",
        ResourcesToImport=[found],
        TemplateBody=json.dumps({"Resources": {"It": {**resource(kind, **properties), "DeletionPolicy": "Retain"}}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stack.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="c")
    return stack.status(), " ".join(stack.reasons("IMPORT_FAILED"))


def of_user(local_aws, *statements):
    return Stack(local_aws, local_aws.user(STACKS, *statements))


WEAK = trusting("lambda.amazonaws.com")


@pytest.fixture
def weak(local_aws):
    """A role that an administrator made."""
    iam, name = local_aws.client("iam"), unique("weak")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(WEAK))
    return name


SAID = {
    "iam:PutRolePolicy": {"Policies": [{"PolicyName": "x", "PolicyDocument": ALL}]},
    "iam:AttachRolePolicy": {"ManagedPolicyArns": [ADMINISTRATOR]},
    "iam:UpdateAssumeRolePolicy": {"AssumeRolePolicyDocument": trusting({"AWS": ACCOUNT})},
}


@pytest.mark.parametrize("action", SAID)
def test_what_an_import_says_of_a_role_needs_the_right_to_it(local_aws, weak, action):
    """A later update sets what the template has said since, without asking for it again."""
    given = {"RoleName": weak, "AssumeRolePolicyDocument": WEAK, **SAID[action]}
    able = {"iam:UpdateAssumeRolePolicy"} - {action}
    stack = of_user(local_aws, allow(["iam:GetRole", "iam:UpdateRole", *able]))
    status, reason = imported(stack, "IAM::Role", {"RoleName": weak}, **given)
    assert (status, action in reason) == ("ROLLBACK_COMPLETE", True), reason
    may = of_user(local_aws, allow(["iam:GetRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy", action]))
    assert imported(may, "IAM::Role", {"RoleName": weak}, **given)[0] == "IMPORT_COMPLETE"


def test_an_import_passes_the_role_that_it_says(local_aws, weak):
    functions, name = local_aws.client("lambda"), unique("function")
    role = f"arn:aws:iam::{ACCOUNT}:role/{weak}"
    code = {"ZipFile": zipped("def handler(*_): return 1")}
    functions.create_function(FunctionName=name, Runtime="python3.11", Role=role, Handler="index.handler", Code=code)
    stack = of_user(local_aws, allow(["lambda:GetFunction", "lambda:UpdateFunction*"]))
    given = {"FunctionName": name, "Runtime": "python3.11", "Handler": "index.handler", "Role": role}
    more = {"Code": {"ZipFile": "def handler(*_): return 1"}}
    status, reason = imported(stack, "Lambda::Function", {"FunctionName": name}, **given, **more)
    assert (status, "iam:PassRole" in reason) == ("ROLLBACK_COMPLETE", True), reason


def test_an_import_with_a_key_s_policy_needs_the_right_to_it(local_aws):
    key = local_aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    stack = of_user(local_aws, allow(["kms:DescribeKey", "kms:UpdateKeyDescription"]))
    status, reason = imported(stack, "KMS::Key", {"KeyId": key}, KeyPolicy={**ALL, "Id": "x"})
    assert (status, "kms:PutKeyPolicy" in reason) == ("ROLLBACK_COMPLETE", True), reason


def test_an_import_with_a_bucket_s_settings_needs_the_rights_to_them(local_aws):
    bucket = local_aws.bucket()
    stack = of_user(local_aws, allow(["s3:ListBucket", "s3:PutBucketTagging"]))
    given = {"BucketName": bucket, "VersioningConfiguration": {"Status": "Enabled"}}
    status, reason = imported(stack, "S3::Bucket", {"BucketName": bucket}, **given)
    assert (status, "s3:PutBucketVersioning" in reason) == ("ROLLBACK_COMPLETE", True), reason


def test_a_path_in_a_template_is_not_that_of_the_role_that_is_there(local_aws, weak):
    mine = f"arn:aws:iam::{ACCOUNT}:role/mine/*"
    stack = of_user(local_aws, allow("iam:GetRole"), allow("iam:*", mine))
    given = {"RoleName": weak, "Path": "/mine/", "AssumeRolePolicyDocument": WEAK}
    status, reason = imported(stack, "IAM::Role", {"RoleName": weak}, **given)
    assert (status, f"role/{weak} " in reason) == ("ROLLBACK_COMPLETE", True), reason
    theirs = Stack(local_aws)
    assert imported(theirs, "IAM::Role", {"RoleName": weak}, **given)[0] == "IMPORT_COMPLETE"
    theirs.cloudformation = stack.cloudformation
    bare = {"It": {**resource("IAM::Role", **given, Description="d"), "DeletionPolicy": "Delete"}}
    assert theirs.apply(bare, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Description" not in local_aws.client("iam").get_role(RoleName=weak)["Role"]


def test_a_boundary_in_a_template_is_not_that_of_the_role_that_is_there(local_aws, weak):
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/bound"
    within = {"Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}}}
    changing = ["iam:PutRolePolicy", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy"]
    stack = of_user(local_aws, allow("iam:GetRole"), {**allow(changing), **within})
    given = {"RoleName": weak, "AssumeRolePolicyDocument": WEAK, "PermissionsBoundary": boundary}
    theirs = Stack(local_aws)
    assert imported(theirs, "IAM::Role", {"RoleName": weak}, **given)[0] == "IMPORT_COMPLETE"
    theirs.cloudformation = stack.cloudformation
    more = {"Policies": [{"PolicyName": "x", "PolicyDocument": ALL}]}
    assert theirs.apply({"It": resource("IAM::Role", **given, **more)}, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert local_aws.client("iam").list_role_policies(RoleName=weak)["PolicyNames"] == []


def test_what_is_imported_keeps_a_name_that_the_template_leaves_out(local_aws, weak):
    iam, stack = local_aws.client("iam"), Stack(local_aws)
    given = {"AssumeRolePolicyDocument": WEAK}
    assert imported(stack, "IAM::Role", {"RoleName": weak}, **given)[0] == "IMPORT_COMPLETE"
    role = {**resource("IAM::Role", **given, Description="d"), "DeletionPolicy": "Retain"}
    assert stack.apply({"It": role}, update=True) == "UPDATE_COMPLETE", stack.reasons("UPDATE_FAILED")
    assert stack.refs()["It"] == weak
    assert iam.get_role(RoleName=weak)["Role"]["Description"] == "d"


@pytest.mark.parametrize("kind", ["IAM::Role", "SNS::Topic"])
def test_no_template_names_another_than_it_imports(local_aws, weak, kind):
    stack = Stack(local_aws)
    if kind == "IAM::Role":
        given, identifier = {"RoleName": f"{weak}-2", "AssumeRolePolicyDocument": WEAK}, {"RoleName": weak}
    else:
        arn = local_aws.client("sns").create_topic(Name=unique("t"))["TopicArn"]
        given, identifier = {"TopicName": "another"}, {"TopicArn": arn}
    status, reason = imported(stack, kind, identifier, **given)
    assert (status, "is not that of the resource to import" in reason) == ("ROLLBACK_COMPLETE", True), reason


# Roles


def test_a_stack_with_a_role_has_that_role_s_rights(local_aws):
    trusts = "cloudformation.amazonaws.com"
    able, unable = local_aws.role(allow("iam:*"), trusts=trusts), local_aws.role(allow("s3:*"), trusts=trusts)
    passing = local_aws.user(STACKS, allow("iam:PassRole", able, unable))
    group = {"It": resource("IAM::Group", GroupName=unique("g"))}
    stack = Stack(local_aws, passing)
    assert stack.apply(group, RoleARN=able) == "CREATE_COMPLETE", stack.reasons()
    stack.delete()
    refused = Stack(local_aws)  # root, who hands on fewer rights than the user's own
    assert refused.apply(group, RoleARN=unable) == "ROLLBACK_COMPLETE"
    assert f":assumed-role/{unable.rpartition('/')[2]}/AWSCloudFormation" in refused.reasons()[0]


def test_a_rollback_that_is_asked_for_has_the_role_s_rights(local_aws):
    able = local_aws.role(allow("iam:*"), trusts="cloudformation.amazonaws.com")
    stack = Stack(local_aws, local_aws.user(STACKS, allow("iam:PassRole", able)))
    group, failing = resource("IAM::Group"), {**resource("IAM::AccessKey", UserName="nobody"), "DependsOn": "It"}
    stack.cloudformation.create_stack(
        StackName=stack.name,
        TemplateBody=body(It=group, Failing=failing),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        RoleARN=able,
        DisableRollback=True,
    )
    assert stack.status() == "CREATE_FAILED"
    stack.cloudformation.rollback_stack(StackName=stack.name)
    assert stack.status() == "ROLLBACK_COMPLETE", stack.reasons("DELETE_FAILED")


LAMBDA = {"Runtime": "python3.11", "Handler": "index.handler", "Code": {"ZipFile": "def handler(*_): return 1"}}
STATES = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


def targeting(role):
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    return [{"Id": "t", "Arn": bus, "RoleArn": role}]


TAKING = {
    "lambda.amazonaws.com": lambda role: resource("Lambda::Function", Role=role, **LAMBDA),
    "states.amazonaws.com": lambda role: resource("StepFunctions::StateMachine", RoleArn=role, DefinitionString=STATES),
    "events.amazonaws.com": lambda role: resource(
        "Events::Rule", ScheduleExpression="rate(1 day)", Targets=targeting(role)
    ),
    "scheduler.amazonaws.com": lambda role: resource(
        "Scheduler::Schedule",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "RoleArn": role},
    ),
    "firehose.amazonaws.com": lambda role: resource(
        "KinesisFirehose::DeliveryStream",
        ExtendedS3DestinationConfiguration={"BucketARN": "arn:aws:s3:::some-bucket", "RoleARN": role},
    ),
    "ec2.amazonaws.com": lambda role: resource("IAM::InstanceProfile", Roles=[role.rpartition("/")[2]]),
}


@pytest.mark.parametrize("service", TAKING)
def test_a_role_is_handed_on_by_those_who_may_pass_it(local_aws, there, service):
    role = f"arn:aws:iam::{ACCOUNT}:role/{there}"
    others = [f"{name}:*" for name in "lambda states events scheduler firehose logs".split()]
    all_but = allow([*others, "cloudformation:*", "iam:*InstanceProfile"])
    one = {"StringEquals": {"iam:PassedToService": service}}
    may = Stack(local_aws, local_aws.user(all_but, allow("iam:PassRole", role, Condition=one)))
    may_not = Stack(local_aws, local_aws.user(all_but))
    assert may_not.apply({"It": TAKING[service](role)}) == "ROLLBACK_COMPLETE"
    assert f"iam:PassRole on resource: {role} because" in may_not.reasons()[0]
    assert may.apply({"It": TAKING[service](role)}) == "CREATE_COMPLETE", may.reasons()
    may.delete()


@pytest.mark.parametrize(
    "named", ["{}", "x/{}", "arn:aws:iam::999999999999:role/{}", "arn:aws:iam::000000000000:user/{}"]
)
def test_a_role_is_passed_whatever_it_is_called(local_aws, there, named):
    stack = Stack(local_aws, local_aws.user(STACKS, allow("states:*")))
    assert stack.apply({"It": TAKING["states.amazonaws.com"](named.format(there))}) == "ROLLBACK_COMPLETE"
    assert f"iam:PassRole on resource: arn:aws:iam::{ACCOUNT}:role/{there} because" in stack.reasons()[0]


# What policies say besides


def test_what_is_denied_stays_denied(local_aws):
    name = unique("d")
    denied = deny("iam:Create*", f"arn:aws:iam::{ACCOUNT}:group/{name}-no")
    user = local_aws.user(allow("*"), denied)
    for end, status in (("-yes", "CREATE_COMPLETE"), ("-no", "ROLLBACK_COMPLETE")):
        stack = Stack(local_aws, user)
        assert stack.apply({"It": resource("IAM::Group", GroupName=name + end)}) == status
    assert "with an explicit deny in an identity-based policy" in stack.reasons()[0]


def test_a_rollback_that_may_not_delete_fails(local_aws):
    stack = Stack(local_aws, local_aws.user(STACKS, allow("iam:CreateGroup")))
    failing = {**resource("IAM::AccessKey", UserName="nobody"), "DependsOn": "It"}
    assert stack.apply({"It": resource("IAM::Group"), "Failing": failing}) == "ROLLBACK_FAILED"
    assert any("iam:DeleteGroup on resource" in reason for reason in stack.reasons("DELETE_FAILED"))
    stack.cloudformation = local_aws.client("cloudformation")
    stack.delete()


def test_a_boundary_and_a_session_s_policy_limit_what_stacks_do(local_aws):
    iam, group = local_aws.client("iam"), {"It": resource("IAM::Group")}
    limits = {"Version": "2012-10-17", "Statement": [STACKS]}
    boundary = iam.create_policy(PolicyName=unique("b"), PolicyDocument=json.dumps(limits))["Policy"]["Arn"]
    bound = local_aws.user(allow("*"))
    iam.put_user_permissions_boundary(UserName=bound["UserName"], PermissionsBoundary=boundary)
    free = local_aws.user(allow("*"))
    me = f"arn:aws:iam::{ACCOUNT}:user/{free['UserName']}"
    role, sts = local_aws.role(allow("*"), trusts=me), local_aws.client("sts", free)
    session = sts.assume_role(RoleArn=role, RoleSessionName="session", Policy=json.dumps(limits))["Credentials"]
    for who in (bound, session):
        stack = Stack(local_aws, who)
        assert stack.apply(group) == "ROLLBACK_COMPLETE"
        assert "iam:CreateGroup" in stack.reasons()[0]


CONDITIONS = {
    "iam:PermissionsBoundary": (
        allow("iam:CreateRole", Condition={"StringEquals": {"iam:PermissionsBoundary": ADMINISTRATOR}}),
        {"PermissionsBoundary": ADMINISTRATOR},
        {},
    ),
    "iam:PolicyARN": (
        allow("iam:AttachRolePolicy", Condition={"ArnNotEquals": {"iam:PolicyARN": ADMINISTRATOR}}),
        {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonAthenaFullAccess"]},
        {"ManagedPolicyArns": [ADMINISTRATOR]},
    ),
    "aws:RequestTag": (
        allow("iam:TagRole", Condition={"StringEquals": {"aws:RequestTag/team": "data"}}),
        {"Tags": [{"Key": "team", "Value": "data"}]},
        {"Tags": [{"Key": "team", "Value": "other"}]},
    ),
}


@pytest.mark.parametrize("key", CONDITIONS)
def test_conditions_see_what_is_asked(local_aws, key):
    statement, good, bad = CONDITIONS[key]
    others = [action for action in ("iam:CreateRole", "iam:AttachRolePolicy") if action != statement["Action"]]
    gone = ["iam:DeleteRole", "iam:DetachRolePolicy"]
    user = local_aws.user(STACKS, allow([*others, *gone]), statement)
    for properties, status in ((good, "CREATE_COMPLETE"), (bad, "ROLLBACK_COMPLETE")):
        stack, trust = Stack(local_aws, user), trusting("glue.amazonaws.com")
        made = resource("IAM::Role", AssumeRolePolicyDocument=trust, **properties)
        assert stack.apply({"It": made}) == status, stack.reasons()
    assert f"{statement['Action']} on resource" in stack.reasons()[0]


def test_policies_can_ask_for_cloudformation(local_aws):
    """Of the emulator's types and of the project's own; who asks the service straight has not that right."""
    called = {"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}
    user = local_aws.user(STACKS, allow(["iam:*Group", "glue:*Classifier"], Condition=called))
    grok = {"Name": unique("c"), "Classification": "c", "GrokPattern": "%{WORD:w}"}
    stack = Stack(local_aws, user)
    made = {"G": resource("IAM::Group"), "C": resource("Glue::Classifier", GrokClassifier=grok)}
    assert stack.apply(made) == "CREATE_COMPLETE", stack.reasons()
    stack.delete()
    assert error_of(local_aws.client("iam", user).create_group, GroupName=unique("g")).startswith("AccessDenied")


def test_a_bucket_s_own_policy_counts_for_root_too(local_aws):
    """Public reports of buckets that nobody could delete with their stacks."""
    stack, name, s3 = Stack(local_aws), unique("b"), local_aws.client("s3")
    assert stack.apply({"It": resource("S3::Bucket", BucketName=name)}) == "CREATE_COMPLETE"
    denied = {**deny("s3:DeleteBucket", f"arn:aws:s3:::{name}"), "Principal": "*"}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    stack.cloudformation.delete_stack(StackName=stack.name)
    assert stack.status() == "DELETE_FAILED"
    said = "with an explicit deny in a resource-based policy"
    assert any(said in reason for reason in stack.reasons("DELETE_FAILED"))
    s3.delete_bucket_policy(Bucket=name)
    stack.delete()


# What is read


def test_code_and_definitions_are_for_those_who_may_read_them(local_aws, there):
    bucket, role = local_aws.bucket(versioned=True), f"arn:aws:iam::{ACCOUNT}:role/{there}"
    local_aws.put(bucket, "code.zip", zipped("def handler(*_): return 1"))
    local_aws.put(bucket, "machine.json", STATES)
    version = local_aws.client("s3").head_object(Bucket=bucket, Key="code.zip")["VersionId"]
    place = {"S3Bucket": bucket, "S3Key": "code.zip"}
    function = {**LAMBDA, "Role": role}
    made = {
        "function": resource("Lambda::Function", **{**function, "Code": place}),
        "layer": resource("Lambda::LayerVersion", Content=place),
        "machine": resource(
            "StepFunctions::StateMachine", RoleArn=role, DefinitionS3Location={"Bucket": bucket, "Key": "machine.json"}
        ),
    }
    versioned = resource("Lambda::Function", **{**function, "Code": {**place, "S3ObjectVersion": version}})
    rights = (STACKS, allow(["lambda:*", "states:*", "iam:PassRole", "logs:*"]))
    mere, reader = local_aws.user(*rights), local_aws.user(*rights, allow("s3:GetObject"))
    client = local_aws.client("cloudformation", mere)
    for it in made.values():
        stack = Stack(local_aws)
        stack.cloudformation = client
        assert stack.apply({"It": it}) == "ROLLBACK_COMPLETE"
        assert "s3:GetObject on resource" in stack.reasons()[0]
    stack = Stack(local_aws, reader)
    assert stack.apply(made) == "CREATE_COMPLETE", stack.reasons()
    assert stack.apply({**made, "function": versioned}, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert any("s3:GetObjectVersion on resource" in reason for reason in stack.reasons("UPDATE_FAILED"))
    stack.delete()


def test_a_custom_resource_needs_the_right_to_its_function(local_aws, there):
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{unique('f')}"
    given = {**LAMBDA, "Role": f"arn:aws:iam::{ACCOUNT}:role/{there}", "FunctionName": function.rpartition(":")[2]}
    owner = Stack(local_aws)
    assert owner.apply({"F": resource("Lambda::Function", **given)}) == "CREATE_COMPLETE"
    stack = Stack(local_aws, local_aws.user(STACKS))
    it = {"Type": "Custom::It", "Properties": {"ServiceToken": function, "ServiceTimeout": 1}}
    assert stack.apply({"It": it}) == "ROLLBACK_COMPLETE"
    assert f"lambda:InvokeFunction on resource: {function} because" in stack.reasons()[0]
    owner.delete()


def test_a_service_token_is_the_arn_of_a_function_of_the_region(local_aws, there):
    """Template reference, AWS::CloudFormation::CustomResource: ARN of a function or a topic, of the stack's region."""
    name = unique("f")
    given = {**LAMBDA, "Role": f"arn:aws:iam::{ACCOUNT}:role/{there}", "FunctionName": name}
    owner = Stack(local_aws)
    assert owner.apply({"F": resource("Lambda::Function", **given)}) == "CREATE_COMPLETE"
    user = local_aws.user(STACKS)
    end = f"{REGION}:{ACCOUNT}"
    for token, said in (
        (name, "Invalid ServiceToken: "),
        (f"{ACCOUNT}:function:{name}", "Invalid ServiceToken: "),
        (f"arn:aws-cn:lambda:{end}:function:{name}", "Invalid ServiceToken: "),
        (f"arn:aws:lambda:us-west-2:{ACCOUNT}:function:{name}", "Invalid ServiceToken: "),
        (f"arn:aws:sns:{end}:{name}", "whose ServiceToken is an SNS topic is not supported by the local AWS"),
        (f"arn:aws:lambda:{end}:function:{name}:$LATEST", "lambda:InvokeFunction on resource: "),
    ):
        stack = Stack(local_aws, user)
        it = {"Type": "Custom::It", "Properties": {"ServiceToken": token, "ServiceTimeout": 1}}
        assert stack.apply({"It": it}) == "ROLLBACK_COMPLETE"
        assert said in stack.reasons()[0], token
    owner.delete()


def test_values_of_other_services_are_for_those_who_may_read_them(local_aws):
    name = unique("secret")
    local_aws.client("secretsmanager").create_secret(Name=name, SecretString="one")
    local_aws.client("ssm").put_parameter(Name=f"/{name}/two", Type="SecureString", Value="two")
    local_aws.client("ssm").put_parameter(Name=name, Type="String", Value="three")
    rights = (STACKS, allow("sns:*"))
    mere = local_aws.client("cloudformation", local_aws.user(*rights))
    reader = local_aws.client(
        "cloudformation", local_aws.user(*rights, allow(["secretsmanager:GetSecretValue", "ssm:GetParameters"]))
    )
    for reference, action in (
        (f"{{{{resolve:secretsmanager:{name}}}}}", "secretsmanager:GetSecretValue"),
        (f"{{{{resolve:ssm-secure:/{name}/two}}}}", "ssm:GetParameters"),
    ):
        for client, status in ((mere, "ROLLBACK_COMPLETE"), (reader, "CREATE_COMPLETE")):
            stack = Stack(local_aws)
            stack.cloudformation = client
            assert stack.apply({"It": resource("SNS::Topic", DisplayName=reference)}) == status
            assert any(f"{action} on resource: arn:aws:" in reason for reason in stack.reasons()) is (client is mere)
    parameters = {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": name}}
    call = {"TemplateBody": json.dumps({"Parameters": parameters, "Resources": {"H": HANDLE}})}
    assert "ssm:GetParameters on resource" in error_of(mere.create_stack, StackName=unique("s"), **call)
    assert error_of(reader.create_stack, StackName=unique("s"), **call) == ""


def test_no_final_snapshot_is_taken_of_what_may_not_be_deleted(local_aws):
    name = unique("db")
    properties = {"DBInstanceIdentifier": name, "Engine": "postgres", "DBInstanceClass": "db.t3.micro"}
    properties |= {"AllocatedStorage": "20", "MasterUsername": "root", "MasterUserPassword": "secret-secret"}
    stack = Stack(local_aws, local_aws.user(STACKS, allow("rds:*"), deny("rds:DeleteDBInstance")))
    it = {**resource("RDS::DBInstance", **properties), "DeletionPolicy": "Snapshot"}
    assert stack.apply({"It": it}) == "CREATE_COMPLETE", stack.reasons()
    stack.cloudformation.delete_stack(StackName=stack.name)
    assert stack.status() == "DELETE_FAILED"
    rds = local_aws.client("rds")
    assert rds.describe_db_snapshots(DBInstanceIdentifier=name)["DBSnapshots"] == []
    local_aws.client("cloudformation").delete_stack(StackName=stack.name)
    local_aws.client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=stack.name)
    assert [each["DBInstanceIdentifier"] for each in rds.describe_db_snapshots()["DBSnapshots"]].count(name) == 1
