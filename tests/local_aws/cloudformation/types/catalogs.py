"""What Glue and Athena keep beside tables: encryption of a catalog, profiles, statements, catalogs."""

from tests.local_aws.aws_server import ACCOUNT, REGION
from tests.local_aws.cloudformation.types.case import Case
from tests.local_aws.cloudformation.types.identity import TAGS

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
CONFIGURATION = {"JobConfiguration": {"numberOfWorkers": {"DefaultValue": "5", "MinValue": "1", "MaxValue": "9"}}}
OTHER = [{"Key": "team", "Value": "other"}]


def read_profile(client, name):
    glue = client("glue")
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:usageProfile/{name}"
    return glue.get_usage_profile(Name=name) | {"tags": glue.get_tags(ResourceArn=arn)["Tags"]}


def read_catalog(client, name):
    athena = client("athena")
    arn = f"arn:aws:athena:{REGION}:{ACCOUNT}:datacatalog/{name}"
    return athena.get_data_catalog(Name=name)["DataCatalog"] | {
        "tags": athena.list_tags_for_resource(ResourceARN=arn)["Tags"]
    }


CASES = [
    Case(
        "AWS::Glue::DataCatalogEncryptionSettings",
        {
            "CatalogId": {"Ref": "AWS::AccountId"},
            "DataCatalogEncryptionSettings": {
                "EncryptionAtRest": {
                    "CatalogEncryptionMode": "SSE-KMS",
                    "SseAwsKmsKeyId": KEY,
                    "CatalogEncryptionServiceRole": "arn:aws:iam::000000000000:role/r",
                },
                "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": "true", "KmsKeyId": KEY},
            },
        },
        lambda client, ref: client("glue").get_data_catalog_encryption_settings(CatalogId=ref),
        {
            "DataCatalogEncryptionSettings": (
                "DataCatalogEncryptionSettings",
                {
                    "EncryptionAtRest": {
                        "CatalogEncryptionMode": "SSE-KMS",
                        "SseAwsKmsKeyId": KEY,
                        "CatalogEncryptionServiceRole": "arn:aws:iam::000000000000:role/r",
                    },
                    "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": True, "AwsKmsKeyId": KEY},
                },
            )
        },
        then={
            "DataCatalogEncryptionSettings": {
                "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": "false"}
            }
        },
        told_then={
            "DataCatalogEncryptionSettings": {
                "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
                "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
            }
        },
    ),
    Case(
        "AWS::Glue::UsageProfile",
        {
            "Name": "typed-profile",
            "Description": "what it is for",
            "Configuration": CONFIGURATION,
            "Tags": TAGS,
        },
        read_profile,
        {
            "Name": ("Name", "typed-profile"),
            "Description": (lambda it: it.get("Description", ""), "what it is for"),
            "Configuration": ("Configuration", CONFIGURATION),
            "Tags": ("tags", {"team": "data"}),
        },
        then={"Description": None, "Tags": OTHER},
        told_then={"Description": "", "Tags": {"team": "other"}},
    ),
    Case(
        "AWS::Athena::PreparedStatement",
        {
            "StatementName": "typed_statement",
            "WorkGroup": {"Ref": "Group"},
            "QueryStatement": "SELECT ?",
            "Description": "what it is for",
        },
        lambda client, ref: client("athena").get_prepared_statement(StatementName=ref, WorkGroup="typed-statements")[
            "PreparedStatement"
        ],
        {
            "StatementName": ("StatementName", "typed_statement"),
            "WorkGroup": ("WorkGroupName", "typed-statements"),
            "QueryStatement": ("QueryStatement", "SELECT ?"),
            "Description": (lambda it: it.get("Description", ""), "what it is for"),
        },
        then={"QueryStatement": "SELECT ? + 1", "Description": "other"},
        told_then={"QueryStatement": "SELECT ? + 1", "Description": "other"},
        beside={"Group": {"Type": "AWS::Athena::WorkGroup", "Properties": {"Name": "typed-statements"}}},
    ),
    Case(
        "AWS::Athena::DataCatalog",
        {
            "Name": "typed_catalog",
            "Type": "LAMBDA",
            "Description": "what it is for",
            "Parameters": {"function": "arn:aws:lambda:eu-west-1:000000000000:function:f"},
            "Tags": TAGS,
        },
        read_catalog,
        {
            "Name": ("Name", "typed_catalog"),
            "Type": ("Type", "LAMBDA"),
            "Description": (lambda it: it.get("Description", ""), "what it is for"),
            "Parameters": ("Parameters", {"function": "arn:aws:lambda:eu-west-1:000000000000:function:f"}),
            "Tags": ("tags", TAGS),
        },
        then={"Description": "other", "Parameters": {"metadata-function": "f"}, "Tags": OTHER},
        told_then={"Description": "other", "Parameters": {"metadata-function": "f"}, "Tags": OTHER},
    ),
]
