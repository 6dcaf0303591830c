"""IAM, KMS, SSM, Secrets Manager."""

import json

from tests.local_aws.aws_server import ACCOUNT
from tests.local_aws.cloudformation.types.case import Case


def document(action, **more):
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, **(more or {"Resource": "*"})}],
    }


TRUST = document("sts:AssumeRole", Principal={"Service": "glue.amazonaws.com"})
OTHER_TRUST = document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
READ_ONLY = "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
ATHENA = "arn:aws:iam::aws:policy/AmazonAthenaFullAccess"
BOUNDARY = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document("s3:*")}}


def own(tags):
    """Tags without those that CloudFormation adds."""
    return {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")}


def read_role(client, name):
    iam = client("iam")
    role = iam.get_role(RoleName=name)["Role"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {
        **role,
        "attached": sorted(each["PolicyArn"] for each in attached),
        "inline": {each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in inline},
        "boundary": "" if "PermissionsBoundary" not in role else role["PermissionsBoundary"]["PermissionsBoundaryArn"],
    }


def read_access_key(client, key):
    iam = client("iam")
    pages = iam.get_paginator("list_users").paginate()  # other tests leave users, and a page has a hundred
    users = [each["UserName"] for page in pages for each in page["Users"]]
    keys = [each for user in users for each in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]]
    return next(each for each in keys if each["AccessKeyId"] == key)


def role(name, service="glue"):
    trust = document("sts:AssumeRole", Principal={"Service": f"{service}.amazonaws.com"})
    return {"Type": "AWS::IAM::Role", "Properties": {"RoleName": name, "AssumeRolePolicyDocument": trust}}


def read_managed(client, arn):
    iam = client("iam")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    entities = iam.list_entities_for_policy(PolicyArn=arn)
    return policy | {
        "document": version["Document"],
        "roles": [each["RoleName"] for each in entities["PolicyRoles"]],
        "users": [each["UserName"] for each in entities["PolicyUsers"]],
        "groups": [each["GroupName"] for each in entities["PolicyGroups"]],
    }


def read_user(client, name):
    iam = client("iam")
    user = iam.get_user(UserName=name)["User"]
    inline = iam.list_user_policies(UserName=name)["PolicyNames"]
    return user | {
        "attached": [each["PolicyArn"] for each in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]],
        "inline": {each: iam.get_user_policy(UserName=name, PolicyName=each)["PolicyDocument"] for each in inline},
        "boundary": user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "groups": [each["GroupName"] for each in iam.list_groups_for_user(UserName=name)["Groups"]],
        "login": iam.get_login_profile(UserName=name)["LoginProfile"],
    }


def read_key(client, key):
    kms = client("kms")
    return kms.describe_key(KeyId=key)["KeyMetadata"] | {
        "rotation": kms.get_key_rotation_status(KeyId=key),
        "policy": json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]),
        "tags": {
            each["TagKey"]: each["TagValue"]
            for each in kms.list_resource_tags(KeyId=key)["Tags"]
            if not each["TagKey"].startswith("aws:")
        },
    }


def read_parameter(client, name):
    ssm = client("ssm")
    filters = [{"Key": "Name", "Values": [name]}]
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return (
        ssm.describe_parameters(ParameterFilters=filters)["Parameters"][0]
        | ssm.get_parameter(Name=name)["Parameter"]
        | {"tags": own(tags)}
    )


def read_secret(client, ref):
    secrets = client("secretsmanager")
    value = secrets.get_secret_value(SecretId=ref)["SecretString"]
    return secrets.describe_secret(SecretId=ref) | {"value": json.loads(value)}


def read_group(client, name):
    iam = client("iam")
    inline = iam.list_group_policies(GroupName=name)["PolicyNames"]
    attached = iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]
    return iam.get_group(GroupName=name)["Group"] | {
        "attached": [each["PolicyArn"] for each in attached],
        "inline": {each: iam.get_group_policy(GroupName=name, PolicyName=each)["PolicyDocument"] for each in inline},
    }


def embedded(kind, owner):
    """An inline policy as a resource of its own."""
    name = f"{kind}Name"

    def read(client, _ref):
        get = getattr(client("iam"), f"get_{kind.lower()}_policy")
        return get(**{name: "typed-embedded", "PolicyName": "typed"})

    return Case(
        f"AWS::IAM::{kind}Policy",
        {name: {"Ref": "Owner"}, "PolicyName": "typed", "PolicyDocument": document("s3:GetObject")},
        read,
        {
            name: (name, "typed-embedded"),
            "PolicyName": ("PolicyName", "typed"),
            "PolicyDocument": ("PolicyDocument", document("s3:GetObject")),
        },
        then={"PolicyDocument": document("s3:PutObject")},
        told_then={"PolicyDocument": document("s3:PutObject")},
        beside={"Owner": owner},
    )


SECRET_POLICY = document(
    "secretsmanager:GetSecretValue", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Resource="*"
)
TAGS = [{"Key": "team", "Value": "data"}]
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    ],
}

CASES = [
    Case(
        "AWS::IAM::Role",
        {
            "RoleName": "typed-role",
            "Path": "/team/",
            "AssumeRolePolicyDocument": TRUST,
            "Description": "what it is for",
            "MaxSessionDuration": "7200",
            "ManagedPolicyArns": [READ_ONLY],
            "PermissionsBoundary": {"Ref": "Boundary"},
            "Policies": [{"PolicyName": "inline", "PolicyDocument": document("s3:GetObject")}],
            "Tags": [{"Key": "team", "Value": "data"}],
        },
        read_role,
        {
            "RoleName": (lambda role: role["RoleName"], "typed-role"),
            "Path": (
                lambda role: (role["Path"], role["Arn"]),
                ("/team/", f"arn:aws:iam::{ACCOUNT}:role/team/typed-role"),
            ),
            "AssumeRolePolicyDocument": (lambda role: role["AssumeRolePolicyDocument"], TRUST),
            "Description": (lambda role: role["Description"], "what it is for"),
            "MaxSessionDuration": (lambda role: role["MaxSessionDuration"], 7200),
            "ManagedPolicyArns": (lambda role: role["attached"], [READ_ONLY]),
            "PermissionsBoundary": (lambda role: role["boundary"].partition("policy/")[1], "policy/"),
            "Policies": (lambda role: role["inline"], {"inline": document("s3:GetObject")}),
            "Tags": (lambda role: own(role["Tags"]), {"team": "data"}),
        },
        then={
            "AssumeRolePolicyDocument": OTHER_TRUST,
            "Description": "changed",
            "MaxSessionDuration": 3600,
            "ManagedPolicyArns": [ATHENA],
            "PermissionsBoundary": None,
            "Policies": [{"PolicyName": "other", "PolicyDocument": document("s3:PutObject")}],
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "AssumeRolePolicyDocument": OTHER_TRUST,
            "Description": "changed",
            "MaxSessionDuration": 3600,
            "ManagedPolicyArns": [ATHENA],
            "PermissionsBoundary": "",
            "Policies": {"other": document("s3:PutObject")},
            "Tags": {"team": "other"},
        },
        beside={"Boundary": BOUNDARY},
    ),
    Case(
        "AWS::IAM::Policy",
        {
            "PolicyName": "typed-inline",
            "PolicyDocument": document("s3:GetObject"),
            "Roles": [{"Ref": "Role"}],
            "Users": [{"Ref": "User"}],
            "Groups": ["typed-group"],
        },
        lambda client, _ref: {
            "group": client("iam").get_group_policy(GroupName="typed-group", PolicyName="typed-inline"),
            "role": client("iam").get_role_policy(RoleName="typed-of-policy", PolicyName="typed-inline"),
            "user": client("iam").get_user_policy(UserName="typed-of-policy", PolicyName="typed-inline"),
        },
        {
            "PolicyName": (lambda found: found["role"]["PolicyName"], "typed-inline"),
            "PolicyDocument": (lambda found: found["role"]["PolicyDocument"], document("s3:GetObject")),
            "Roles": (lambda found: found["role"]["RoleName"], "typed-of-policy"),
            "Users": (lambda found: found["user"]["UserName"], "typed-of-policy"),
            "Groups": (lambda found: found["group"]["GroupName"], "typed-group"),
        },
        then={"PolicyDocument": document("s3:PutObject")},
        told_then={"PolicyDocument": document("s3:PutObject")},
        beside={
            "Role": role("typed-of-policy"),
            "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "typed-of-policy"}},
        },
    ),
    Case(
        "AWS::IAM::ManagedPolicy",
        {
            "ManagedPolicyName": "typed-managed",
            "Path": "/team/",
            "Description": "what it is for",
            "PolicyDocument": document("s3:GetObject"),
            "Roles": [{"Ref": "Role"}],
            "Users": [{"Ref": "User"}],
            "Groups": ["typed-group"],
        },
        read_managed,
        {
            "ManagedPolicyName": ("PolicyName", "typed-managed"),
            "Path": (
                lambda it: (it["Path"], it["Arn"]),
                ("/team/", f"arn:aws:iam::{ACCOUNT}:policy/team/typed-managed"),
            ),
            "Description": ("Description", "what it is for"),
            "PolicyDocument": ("document", document("s3:GetObject")),
            "Roles": ("roles", ["typed-of-managed"]),
            "Users": ("users", ["typed-of-managed"]),
            "Groups": ("groups", ["typed-group"]),
        },
        then={"PolicyDocument": document("s3:PutObject"), "Users": None},
        told_then={"PolicyDocument": document("s3:PutObject"), "Users": []},
        beside={
            "Role": role("typed-of-managed"),
            "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "typed-of-managed"}},
        },
    ),
    Case(
        "AWS::IAM::User",
        {
            "UserName": "typed-user",
            "Path": "/team/",
            "ManagedPolicyArns": [ATHENA],
            "Groups": ["typed-group"],
            "PermissionsBoundary": {"Ref": "Boundary"},
            "Policies": [{"PolicyName": "inline", "PolicyDocument": document("s3:GetObject")}],
            "LoginProfile": {"Password": "Long-enough-1!", "PasswordResetRequired": "true"},
            "Tags": TAGS,
        },
        read_user,
        {
            "UserName": ("UserName", "typed-user"),
            "Path": ("Path", "/team/"),
            "ManagedPolicyArns": ("attached", [ATHENA]),
            "PermissionsBoundary": (lambda user: "policy/" in user.get("boundary", ""), True),
            "Policies": ("inline", {"inline": document("s3:GetObject")}),
            "Groups": ("groups", ["typed-group"]),
            "LoginProfile": (lambda user: user["login"]["PasswordResetRequired"], True),
            "Tags": (lambda user: own(user["Tags"]), {"team": "data"}),
        },
        then={
            "ManagedPolicyArns": [READ_ONLY],
            "PermissionsBoundary": None,
            "Policies": None,
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "ManagedPolicyArns": [READ_ONLY],
            "PermissionsBoundary": False,
            "Policies": {},
            "Tags": {"team": "other"},
        },
        beside={"Boundary": BOUNDARY},
    ),
    Case(
        "AWS::IAM::InstanceProfile",
        {"InstanceProfileName": "typed-profile", "Path": "/team/", "Roles": [{"Ref": "Role"}]},
        lambda client, ref: client("iam").get_instance_profile(InstanceProfileName=ref)["InstanceProfile"],
        {
            "InstanceProfileName": ("InstanceProfileName", "typed-profile"),
            "Path": ("Path", "/team/"),
            "Roles": (lambda it: [each["RoleName"] for each in it["Roles"]], ["typed-of-profile"]),
        },
        beside={"Role": role("typed-of-profile")},
    ),
    Case(
        "AWS::KMS::Key",
        {
            "Description": "what it is for",
            "Enabled": "false",
            "EnableKeyRotation": "true",
            "RotationPeriodInDays": "200",
            "KeyPolicy": KEY_POLICY,
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": "true",
            "Origin": "AWS_KMS",
            "BypassPolicyLockoutSafetyCheck": "true",
            "Tags": TAGS,
        },
        read_key,
        {
            "Description": ("Description", "what it is for"),
            "Enabled": ("Enabled", False),
            "EnableKeyRotation": (lambda key: key["rotation"]["KeyRotationEnabled"], True),
            "RotationPeriodInDays": (lambda key: key["rotation"].get("RotationPeriodInDays"), 200),
            "KeyPolicy": ("policy", KEY_POLICY),
            "KeySpec": ("KeySpec", "SYMMETRIC_DEFAULT"),
            "KeyUsage": ("KeyUsage", "ENCRYPT_DECRYPT"),
            "MultiRegion": ("MultiRegion", True),
            "Origin": ("Origin", "AWS_KMS"),
            "Tags": ("tags", {"team": "data"}),
        },
        then={
            "Description": "changed",
            "Enabled": True,
            "EnableKeyRotation": False,
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "Description": "changed",
            "Enabled": True,
            "EnableKeyRotation": False,
            "Tags": {"team": "other"},
        },
    ),
    Case(
        "AWS::KMS::Alias",
        {"AliasName": "alias/typed", "TargetKeyId": {"Ref": "Key"}},
        lambda client, ref: (
            client("kms").describe_key(KeyId=ref)["KeyMetadata"]
            | next(
                each
                for page in client("kms").get_paginator("list_aliases").paginate()
                for each in page["Aliases"]
                if each["AliasName"] == ref
            )
        ),
        {
            "AliasName": ("AliasName", "alias/typed"),
            "TargetKeyId": ("Description", "aliased"),
        },
        beside={"Key": {"Type": "AWS::KMS::Key", "Properties": {"Description": "aliased"}}},
    ),
    Case(
        "AWS::SSM::Parameter",
        {
            "Name": "/typed/parameter",
            "Type": "String",
            "Value": "one",
            "Description": "what it is for",
            "AllowedPattern": "[a-z]+",
            "Tier": "Advanced",
            "DataType": "text",
            "Tags": {"team": "data"},
        },
        read_parameter,
        {
            "Name": ("Name", "/typed/parameter"),
            "Type": ("Type", "String"),
            "Value": ("Value", "one"),
            "Description": ("Description", "what it is for"),
            "AllowedPattern": ("AllowedPattern", "[a-z]+"),
            "Tier": ("Tier", "Advanced"),
            "DataType": ("DataType", "text"),
            "Tags": ("tags", {"team": "data"}),
        },
        then={"Value": "two", "Description": "changed", "Tags": {"team": "other"}},
        told_then={"Value": "two", "Description": "changed", "Tags": {"team": "other"}},
    ),
    Case(
        "AWS::SecretsManager::Secret",
        {
            "Name": "typed-secret",
            "Description": "what it is for",
            "GenerateSecretString": {
                "SecretStringTemplate": json.dumps({"user": "me"}),
                "GenerateStringKey": "password",
                "PasswordLength": "20",
                "ExcludePunctuation": "true",
            },
            "KmsKeyId": "alias/aws/secretsmanager",
            "Tags": TAGS,
        },
        read_secret,
        {
            "Name": ("Name", "typed-secret"),
            "Description": ("Description", "what it is for"),
            "GenerateSecretString": (
                lambda it: (
                    sorted(it["value"]),
                    len(it["value"]["password"]),
                    it["value"]["password"].isalnum(),
                ),
                (["password", "user"], 20, True),
            ),
            "KmsKeyId": ("KmsKeyId", "alias/aws/secretsmanager"),
            "Tags": (lambda it: own(it["Tags"]), {"team": "data"}),
        },
        then={"Description": "changed", "KmsKeyId": "alias/other", "Tags": [{"Key": "team", "Value": "other"}]},
        told_then={"Description": "changed", "KmsKeyId": "alias/other", "Tags": {"team": "other"}},
    ),
    Case(
        "AWS::SecretsManager::Secret",
        {"SecretString": json.dumps({"a": 1}), "ReplicaRegions": [{"Region": "eu-central-1"}]},
        read_secret,
        {
            "SecretString": ("value", {"a": 1}),
            "ReplicaRegions": (
                lambda it: [each["Region"] for each in it.get("ReplicationStatus", [])],
                ["eu-central-1"],
            ),
        },
        then={"SecretString": json.dumps({"a": 2})},
        told_then={"SecretString": {"a": 2}},
    ),
    Case(
        "AWS::IAM::Group",
        {
            "GroupName": "typed-made-group",
            "Path": "/team/",
            "ManagedPolicyArns": [ATHENA],
            "Policies": [{"PolicyName": "inline", "PolicyDocument": document("s3:GetObject")}],
        },
        read_group,
        {
            "GroupName": ("GroupName", "typed-made-group"),
            "Path": (
                lambda it: (it["Path"], it["Arn"]),
                ("/team/", f"arn:aws:iam::{ACCOUNT}:group/team/typed-made-group"),
            ),
            "ManagedPolicyArns": ("attached", [ATHENA]),
            "Policies": ("inline", {"inline": document("s3:GetObject")}),
        },
        then={"ManagedPolicyArns": None, "Policies": [{"PolicyName": "b", "PolicyDocument": document("s3:PutObject")}]},
        told_then={"ManagedPolicyArns": [], "Policies": {"b": document("s3:PutObject")}},
    ),
    embedded("Role", role("typed-embedded")),
    embedded("User", {"Type": "AWS::IAM::User", "Properties": {"UserName": "typed-embedded"}}),
    embedded("Group", {"Type": "AWS::IAM::Group", "Properties": {"GroupName": "typed-embedded"}}),
    Case(
        "AWS::IAM::UserToGroupAddition",
        {"GroupName": "typed-group", "Users": [{"Ref": "User"}]},
        lambda client, _ref: client("iam").get_group(GroupName="typed-group"),
        {
            "GroupName": (lambda it: it["Group"]["GroupName"], "typed-group"),
            "Users": (lambda it: [each["UserName"] for each in it["Users"]], ["typed-added"]),
        },
        then={"Users": [{"Ref": "Other"}]},
        told_then={"Users": ["typed-other"]},
        beside={
            "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "typed-added"}},
            "Other": {"Type": "AWS::IAM::User", "Properties": {"UserName": "typed-other"}},
        },
    ),
    Case(
        "AWS::SecretsManager::ResourcePolicy",
        {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": SECRET_POLICY},
        lambda client, _ref: client("secretsmanager").get_resource_policy(SecretId="typed-of-policy"),
        {
            "SecretId": ("Name", "typed-of-policy"),
            "ResourcePolicy": (lambda it: json.loads(it["ResourcePolicy"]), SECRET_POLICY),
        },
        beside={"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "typed-of-policy"}}},
    ),
    Case(
        "AWS::IAM::AccessKey",
        {"UserName": {"Ref": "User"}, "Status": "Inactive"},
        read_access_key,
        {"UserName": ("UserName", "typed-key-user"), "Status": ("Status", "Inactive")},
        then={"Status": "Active"},
        told_then={"Status": "Active"},
        beside={"User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "typed-key-user"}}},
        again={"Serial": 2},
    ),
]
