"""IAM."""

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
        "inline": {
            each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in inline
        },
        "boundary": "" if "PermissionsBoundary" not in role else role["PermissionsBoundary"]["PermissionsBoundaryArn"],
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
            "Path": (lambda role: (role["Path"], role["Arn"]), ("/team/", f"arn:aws:iam::{ACCOUNT}:role/team/typed-role")),
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
]
