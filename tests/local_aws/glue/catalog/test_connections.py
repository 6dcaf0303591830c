"""Connections of all types are made and shown; nothing connects by them."""

import pytest

from tests.local_aws.aws_server import unique


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


def test_a_connection_of_every_type_is_made(glue):
    types = glue.meta.service_model.shape_for("ConnectionType").enum
    names = {kind: unique("c") for kind in types}
    for kind, name in names.items():
        properties = {"HOST": "h", "PORT": "1"}
        glue.create_connection(
            ConnectionInput={"Name": name, "ConnectionType": kind, "ConnectionProperties": properties}
        )
    shown = {one["Name"]: one for page in _pages(glue) for one in page["ConnectionList"]}
    assert {kind: shown[name]["ConnectionType"] for kind, name in names.items()} == {kind: kind for kind in types}
    assert {shown[name]["Status"] for name in names.values()} == {"READY"}


def _pages(glue):
    return glue.get_paginator("get_connections").paginate()


def test_an_authentication_is_shown_without_its_credentials(glue):
    name, secret = unique("c"), "arn:aws:secretsmanager:eu-west-1:000000000000:secret:s"
    client = {"OAuth2GrantType": "CLIENT_CREDENTIALS", "TokenUrl": "https://example.com/token"}
    given = {
        "AuthenticationType": "OAUTH2",
        "SecretArn": secret,
        "OAuth2Properties": {**client, "OAuth2Credentials": {"AccessToken": "hidden"}},
        "BasicAuthenticationCredentials": {"Username": "u", "Password": "hidden"},
    }
    glue.create_connection(
        ConnectionInput={
            "Name": name,
            "ConnectionType": "SALESFORCE",
            "ConnectionProperties": {"INSTANCE_URL": "https://example.com"},
            "AuthenticationConfiguration": given,
            "ValidateCredentials": True,
            "ValidateForComputeEnvironments": ["SPARK"],
        }
    )
    shown = glue.get_connection(Name=name)["Connection"]["AuthenticationConfiguration"]
    assert shown == {"AuthenticationType": "OAUTH2", "SecretArn": secret, "OAuth2Properties": client}
