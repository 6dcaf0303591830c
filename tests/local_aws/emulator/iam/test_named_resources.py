"""Policies are asked about the resource that a request is carried out on."""

import json

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique
from tests.local_aws.emulator.test_entrance import call


def signed_call(aws, keys, service, headers, body):
    """The status and the body of an answer to a request that botocore would not write."""
    request = AWSRequest("POST", aws.endpoint + "/", headers, body)
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), service, REGION).add_auth(request)
    status, _, answer = call(aws, "POST", "/", dict(request.headers.items()), body)
    return status, answer


def test_a_field_that_an_operation_has_not_allows_nothing(local_aws):
    iam, victim, mine = local_aws.client("iam"), unique("user"), unique("role")
    iam.create_user(UserName=victim)
    keys = local_aws.user(allow("iam:DeleteUser", f"arn:aws:iam::{ACCOUNT}:role/{mine}"))
    body = f"Action=DeleteUser&UserName={victim}&RoleName={mine}&Version=2010-05-08".encode()
    status, answer = signed_call(local_aws, keys, "iam", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert (status, b"AccessDenied" in answer) == (403, True), answer
    assert iam.get_user(UserName=victim)["User"]["UserName"] == victim


def test_a_member_that_an_operation_has_not_allows_nothing(local_aws):
    bucket, groups = local_aws.bucket(), [unique("group"), unique("group")]
    athena = local_aws.client("athena")
    for group in groups:
        athena.create_work_group(
            Name=group, Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/"}}
        )
    mine, other = (
        athena.start_query_execution(QueryString="SELECT 1", WorkGroup=group)["QueryExecutionId"] for group in groups
    )
    right = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{groups[0]}"
    keys = local_aws.user(allow(["athena:GetQueryExecution", "athena:BatchGetQueryExecution"], right))
    headers = {"X-Amz-Target": "AmazonAthena.GetQueryExecution", "Content-Type": "application/x-amz-json-1.1"}
    body = json.dumps({"QueryExecutionId": other, "WorkGroup": groups[0]}).encode()
    status, answer = signed_call(local_aws, keys, "athena", headers, body)
    assert (status, b"AccessDenied" in answer) == (403, True), answer
    athena = local_aws.client("athena", keys)
    assert athena.get_query_execution(QueryExecutionId=mine)["QueryExecution"]["WorkGroup"] == groups[0]
    assert error_of(athena.batch_get_query_execution, QueryExecutionIds=[mine]) == ""
    for ids in ([mine, other], [other, mine]):
        assert error_of(athena.batch_get_query_execution, QueryExecutionIds=ids).startswith("AccessDenied"), ids


def test_a_change_set_by_its_arn_is_one_of_its_stack(local_aws):
    root, names, made = local_aws.client("cloudformation"), [unique("mine"), unique("other")], []
    for name in names:
        body = "Resources: {T: {Type: 'AWS::SNS::Topic'}}"
        change = {"StackName": name, "TemplateBody": body, "ChangeSetName": "c", "ChangeSetType": "CREATE"}
        made.append(root.create_change_set(**change)["Id"])
    rights = ["cloudformation:DescribeChangeSet", "cloudformation:DeleteChangeSet"]
    own = allow(rights, f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{names[0]}/*")
    client = local_aws.client("cloudformation", local_aws.user(own))
    for ask in (client.describe_change_set, client.delete_change_set):
        assert error_of(ask, ChangeSetName=made[1]).startswith("AccessDenied"), ask
        assert error_of(ask, ChangeSetName=made[0]) == ""


def test_a_query_without_a_work_group_is_one_of_primary(local_aws):
    deny = {"Effect": "Deny", "Action": "athena:*", "Resource": f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"}
    athena = local_aws.client("athena", local_aws.user(allow("*"), deny))
    assert error_of(athena.start_query_execution, QueryString="SELECT 1").startswith("AccessDenied")
    assert error_of(athena.list_query_executions).startswith("AccessDenied")


def test_what_athena_shows_of_a_catalog_is_asked_about_that_data_catalog(local_aws):
    own, other = "AwsDataCatalog", unique("catalog")
    local_aws.client("athena").create_data_catalog(Name=other, Type="GLUE", Parameters={"catalog-id": ACCOUNT})
    actions = [f"athena:{name}" for name in ("GetDataCatalog", "GetDatabase", "ListDatabases", "DeleteDataCatalog")]
    right = allow(actions, f"arn:aws:athena:{REGION}:{ACCOUNT}:datacatalog/{own}")
    athena = local_aws.client("athena", local_aws.user(right, allow("glue:*")))
    group = {"WorkGroup": "primary"}
    assert error_of(athena.get_data_catalog, Name=own, **group) == ""
    assert error_of(athena.list_databases, CatalogName=own, **group) == ""
    for ask in (
        lambda: error_of(athena.get_data_catalog, Name=other),
        lambda: error_of(athena.list_databases, CatalogName=other),
        lambda: error_of(athena.get_database, CatalogName=other, DatabaseName="default"),
        lambda: error_of(athena.delete_data_catalog, Name=other),
    ):
        assert f"datacatalog/{other} because" in ask()


ALIAS_ACTIONS = ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"]


def test_an_alias_needs_the_right_on_itself_and_on_its_keys(local_aws):
    kms, alias = local_aws.client("kms"), f"alias/{unique()}"
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:{alias}"
    one, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    calls = [("create_alias", {"TargetKeyId": one}), ("update_alias", {"TargetKeyId": other}), ("delete_alias", {})]
    rich = local_aws.client("kms", local_aws.user(allow(ALIAS_ACTIONS, arn, one, other)))
    lacking = {
        "create_alias": [(one, other), (arn, other)],
        "update_alias": [(one, other), (arn, other), (arn, one)],
        "delete_alias": [(one, other), (arn, one)],  # by then it is an alias of the other one
    }
    for name, more in calls:
        for allowed in lacking[name]:
            poor = getattr(local_aws.client("kms", local_aws.user(allow(ALIAS_ACTIONS, *allowed))), name)
            assert error_of(poor, AliasName=alias, **more).startswith("AccessDenied"), (name, allowed)
        assert error_of(getattr(rich, name), AliasName=alias, **more) == "", name


def test_an_alias_is_asked_about_as_its_key(local_aws):
    kms, alias = local_aws.client("kms"), f"alias/{unique()}"
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    deny = {"Effect": "Deny", "Action": "kms:DescribeKey", "Resource": key["Arn"]}
    kms = local_aws.client("kms", local_aws.user(allow("*"), deny))
    for name in (key["KeyId"], key["Arn"], alias, f"arn:aws:kms:{REGION}:{ACCOUNT}:{alias}"):
        assert error_of(kms.describe_key, KeyId=name).startswith("AccessDenied"), name


def test_a_membership_is_asked_about_as_its_group(local_aws):
    iam, group, user = local_aws.client("iam"), unique("group"), unique("user")
    iam.create_group(GroupName=group)
    iam.create_user(UserName=user)
    of_group = local_aws.client("iam", local_aws.user(allow("*", f"arn:aws:iam::{ACCOUNT}:group/{group}")))
    of_user = local_aws.client("iam", local_aws.user(allow("*", f"arn:aws:iam::{ACCOUNT}:user/{user}")))
    assert error_of(of_user.add_user_to_group, GroupName=group, UserName=user).startswith("AccessDenied")
    assert error_of(of_group.add_user_to_group, GroupName=group, UserName=user) == ""


def test_a_message_has_one_addressee_and_its_topic_has_an_account(local_aws):
    sns = local_aws.client("sns")
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    for more in ({"TargetArn": topic}, {"PhoneNumber": "+4912345678"}):
        assert error_of(sns.publish, TopicArn=topic, Message="x", **more).startswith("InvalidParameter: "), more
    deny = {"Effect": "Deny", "Action": "sns:*", "Resource": topic}
    sns = local_aws.client("sns", local_aws.user(allow("*"), deny))
    for name in (topic, topic.replace(ACCOUNT, "")):
        assert error_of(sns.publish, TopicArn=name, Message="x").startswith("AuthorizationError"), name
    assert error_of(sns.list_tags_for_resource, ResourceArn=topic).startswith("AuthorizationError")


@pytest.mark.parametrize(
    ("service", "operation", "params", "said"),
    [
        (
            "athena",
            "GetQueryResults",
            b'{"QueryExecutionId": "x", "MaxResults": 1001}',
            b"Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to",
        ),
        ("athena", "ListWorkGroups", b'{"MaxResults": 0}', b"Member must have value greater than or equal to 1"),
        (
            "athena",
            "BatchGetNamedQuery",
            b'{"NamedQueryIds": []}',
            b"Member must have length greater than or equal to 1",
        ),
        ("athena", "GetWorkGroup", b'{"WorkGroup": ""}', b""),
    ],
)
def test_bounds_of_the_model_are_kept(local_aws, service, operation, params, said):
    headers = {"X-Amz-Target": f"AmazonAthena.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    keys = {"AccessKeyId": "test", "SecretAccessKey": "test"}
    status, answer = signed_call(local_aws, keys, service, headers, params)
    assert (status, b"InvalidRequestException" in answer, said in answer) == (400, True, True), answer


def test_parameters_are_asked_about_by_their_names_and_their_path(local_aws):
    place, other = f"/{unique('p')}", f"/{unique('q')}"
    for name in (f"{place}/one", f"{other}/one"):
        local_aws.client("ssm").put_parameter(Name=name, Value="x", Type="String")
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{place}"
    actions = ["ssm:GetParameters", "ssm:GetParametersByPath"]
    ssm = local_aws.client("ssm", local_aws.user(allow(actions, arn, f"{arn}/*")))
    assert [one["Name"] for one in ssm.get_parameters_by_path(Path=place, Recursive=True)["Parameters"]] == [
        f"{place}/one"
    ]
    assert len(ssm.get_parameters(Names=[f"{place}/one"])["Parameters"]) == 1
    denied = error_of(ssm.get_parameters, Names=[f"{place}/one", f"{other}/one"])
    assert f"ssm:GetParameters on resource: arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{other}/one " in denied
    assert f"parameter{other} " in error_of(ssm.get_parameters_by_path, Path=other)
