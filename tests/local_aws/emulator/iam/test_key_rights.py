"""Who uses a table or a topic under a customer's KMS key needs rights to the key, as DynamoDB and SNS ask KMS."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ITEM = {"id": {"S": "a"}}
VIA_DYNAMODB = {"StringEquals": {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com"}}


@pytest.fixture
def key(local_aws):
    return local_aws.client("kms").create_key()["KeyMetadata"]["Arn"]


def table(local_aws, **encryption):
    """Makes a table with this SSESpecification and one item; its name."""
    name, dynamodb = unique("table"), local_aws.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        SSESpecification=encryption,
    )
    dynamodb.put_item(TableName=name, Item=ITEM)
    return name


def acting(local_aws, service, *statements):
    """A client of a service as a role that may do everything with it, and this."""
    role = local_aws.role(allow(f"{service}:*"), *statements, trusts=ROOT)
    session = local_aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return local_aws.client(service, session)


def described(local_aws, name):
    return local_aws.client("dynamodb").describe_table(TableName=name)["Table"].get("SSEDescription")


ASKING = {
    "get": lambda client, name: lambda: client.get_item(TableName=name, Key=ITEM),
    "put": lambda client, name: lambda: client.put_item(TableName=name, Item=ITEM),
    "scan": lambda client, name: lambda: client.scan(TableName=name),
    "batch": lambda client, name: (
        lambda: client.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": ITEM}}]})
    ),
    "transaction": lambda client, name: (
        lambda: client.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": ITEM}}])
    ),
}


@pytest.mark.parametrize("how", ASKING)
def test_items_need_the_right_to_decrypt(local_aws, key, how):
    name = table(local_aws, Enabled=True, SSEType="KMS", KMSMasterKeyId=key)
    said = error_of(ASKING[how](acting(local_aws, "dynamodb", allow("kms:GenerateDataKey", key)), name))
    assert said.startswith("AccessDeniedException: User: arn:aws:sts::")
    assert f"is not authorized to perform: kms:Decrypt on resource: {key}" in said
    ASKING[how](acting(local_aws, "dynamodb", allow("kms:Decrypt", key, Condition=VIA_DYNAMODB)), name)()


def test_the_second_table_of_a_batch_needs_its_key_too(local_aws, key):
    plain, keyed = table(local_aws, Enabled=False), table(local_aws, Enabled=True, KMSMasterKeyId=key)
    both = {name: [{"PutRequest": {"Item": ITEM}}] for name in (plain, keyed)}
    client = acting(local_aws, "dynamodb")
    assert "kms:Decrypt" in error_of(client.batch_write_item, RequestItems=both)
    client.batch_write_item(RequestItems={plain: both[plain]})


def test_what_is_about_the_table_needs_no_key(local_aws, key):
    name = table(local_aws, Enabled=True, KMSMasterKeyId=key)
    acting(local_aws, "dynamodb").describe_table(TableName=name)


def test_a_condition_on_another_service_lets_nobody_at_items(local_aws, key):
    name = table(local_aws, Enabled=True, KMSMasterKeyId=key)
    other = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    client = acting(local_aws, "dynamodb", allow("kms:Decrypt", key, Condition=other))
    assert "kms:Decrypt" in error_of(client.get_item, TableName=name, Key=ITEM)


def test_the_keys_of_aws_need_no_right(local_aws):
    for encryption in (
        {"Enabled": True},
        {"Enabled": True, "KMSMasterKeyId": "alias/aws/dynamodb"},
        {"Enabled": False},
    ):
        acting(local_aws, "dynamodb").get_item(TableName=table(local_aws, **encryption), Key=ITEM)


def test_a_table_tells_its_key_by_arn_and_nothing_of_dynamodb_s_own(local_aws, key):
    alias = f"alias/{unique()}"
    local_aws.client("kms").create_alias(AliasName=alias, TargetKeyId=key)
    told = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    for named in (key, key.rpartition("/")[2], alias):
        assert described(local_aws, table(local_aws, Enabled=True, KMSMasterKeyId=named)) == told
    name = table(local_aws, Enabled=True, KMSMasterKeyId=key)
    local_aws.client("dynamodb").update_table(TableName=name, SSESpecification={"Enabled": False})
    assert described(local_aws, name) is None
    acting(local_aws, "dynamodb").get_item(TableName=name, Key=ITEM)


@pytest.fixture
def topic(local_aws, key):
    made = local_aws.client("sns").create_topic(Name=unique("topic"), Attributes={"KmsMasterKeyId": key})
    return made["TopicArn"]


@pytest.mark.parametrize("missing", ["kms:GenerateDataKey", "kms:Decrypt"])
def test_who_publishes_needs_both_rights(local_aws, topic, key, missing):
    rights = ["kms:GenerateDataKey", "kms:Decrypt"]
    half = [one for one in rights if one != missing]
    client = acting(local_aws, "sns", allow(half, key))
    said = error_of(client.publish, TopicArn=topic, Message="m")
    assert said.startswith("KMSAccessDenied: ")
    assert f"is not authorized to perform: {missing} on resource: {key}" in said
    via = {"StringEquals": {"kms:ViaService": f"sns.{REGION}.amazonaws.com"}}
    acting(local_aws, "sns", allow(rights, key, Condition=via)).publish(TopicArn=topic, Message="m")


def test_sns_s_own_key_needs_no_right(local_aws):
    topic = local_aws.client("sns").create_topic(Name=unique("t"), Attributes={"KmsMasterKeyId": "alias/aws/sns"})
    acting(local_aws, "sns").publish(TopicArn=topic["TopicArn"], Message="m")


def test_a_key_s_policy_may_let_in_who_has_no_right(local_aws, key, topic):
    let_in = {
        **allow(["kms:GenerateDataKey", "kms:Decrypt"]),
        "Principal": {"AWS": "*"},
        "Condition": {"StringEquals": {"kms:CallerAccount": ACCOUNT}},
    }
    document = {"Version": "2012-10-17", "Statement": [{**allow("kms:*"), "Principal": {"AWS": ROOT}}, let_in]}
    local_aws.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(document))
    acting(local_aws, "sns").publish(TopicArn=topic, Message="m")
