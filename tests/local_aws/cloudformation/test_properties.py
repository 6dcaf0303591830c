"""What a template says, property by property, is what the API answers."""

import re

import pytest

from local_aws.cloudformation import RESOURCE_TYPES
from local_aws.cloudformation.properties import leaf_paths
from tests.local_aws.aws_server import ACCOUNT, unique
from tests.local_aws.cloudformation.registry import create_only
from tests.local_aws.cloudformation.stack import ROLE

KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
COLUMN = {"Name": "c", "Type": "int", "Comment": "co"}
STORAGE = {
    "BucketColumns": ["c"],
    "Columns": [COLUMN],
    "Compressed": True,
    "InputFormat": "i",
    "Location": "s3://b/p/",
    "NumberOfBuckets": 3,
    "OutputFormat": "o",
    "Parameters": {"a": "1"},
    "SerdeInfo": {"Name": "n", "Parameters": {"b": "2"}, "SerializationLibrary": "l"},
    "SkewedInfo": {
        "SkewedColumnNames": ["c"],
        "SkewedColumnValueLocationMaps": {"1": "s3://b/1/"},
        "SkewedColumnValues": ["1"],
    },
    "SortColumns": [{"Column": "c", "SortOrder": 1}],
    "StoredAsSubDirectories": True,
}
IN_DATABASE = {"Db": {"Type": "AWS::Glue::Database", "Properties": {"CatalogId": ACCOUNT, "DatabaseInput": {}}}}
IN_TABLE = {
    **IN_DATABASE,
    "Tb": {
        "Type": "AWS::Glue::Table",
        "Properties": {
            "CatalogId": ACCOUNT,
            "DatabaseName": {"Ref": "Db"},
            "TableInput": {"Name": "t", "PartitionKeys": [{"Name": "k", "Type": "string"}]},
        },
    },
}
EXAMPLES = {
    "AWS::Glue::Job": {
        "Command": {"Name": "glueetl", "PythonVersion": "3", "Runtime": "r", "ScriptLocation": "s3://b/s.py"},
        "Connections": {"Connections": ["c"]},
        "DefaultArguments": {"--a": "1"},
        "Description": "d",
        "ExecutionClass": "FLEX",
        "ExecutionProperty": {"MaxConcurrentRuns": 3},
        "GlueVersion": "4.0",
        "JobMode": "SCRIPT",
        "JobRunQueuingEnabled": True,
        "LogUri": "s3://b/logs/",
        "MaintenanceWindow": "Sun:3",
        "MaxRetries": 1,
        "NonOverridableArguments": {"--b": "2"},
        "NotificationProperty": {"NotifyDelayAfter": 5},
        "NumberOfWorkers": 4,
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "SecurityConfiguration": "sc",
        "Tags": {"t": "v"},
        "Timeout": 7,
        "WorkerType": "G.2X",
    },
    "AWS::Glue::Crawler": {
        "Classifiers": ["cl"],
        "Configuration": '{"Version": 1.0}',
        "CrawlerSecurityConfiguration": "sc",
        "DatabaseName": "db",
        "Description": "d",
        "LakeFormationConfiguration": {"AccountId": ACCOUNT, "UseLakeFormationCredentials": False},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "Role": {"Ref": "Role"},
        "SchemaChangePolicy": {"DeleteBehavior": "LOG", "UpdateBehavior": "LOG"},
        "TablePrefix": "p_",
        "Tags": {"t": "v"},
        "Targets": {
            "S3Targets": [
                {
                    "Path": {"Fn::Sub": "s3://${Bucket}/x/"},
                    "ConnectionName": "c",
                    "DlqEventQueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:d",
                    "EventQueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q",
                    "Exclusions": ["*.b"],
                    "SampleSize": 4,
                }
            ],
            "DeltaTargets": [
                {
                    "ConnectionName": "c",
                    "CreateNativeDeltaTable": True,
                    "DeltaTables": ["s3://b/d/"],
                    "WriteManifest": False,
                }
            ],
            "DynamoDBTargets": [{"Path": "t", "ScanAll": False, "ScanRate": 0.5}],
            "HudiTargets": [
                {"ConnectionName": "c", "Exclusions": ["x"], "MaximumTraversalDepth": 3, "Paths": ["s3://b/h/"]}
            ],
            "IcebergTargets": [
                {"ConnectionName": "c", "Exclusions": ["x"], "MaximumTraversalDepth": 3, "Paths": ["s3://b/i/"]}
            ],
            "JdbcTargets": [
                {"ConnectionName": "c", "EnableAdditionalMetadata": ["COMMENTS"], "Exclusions": ["x"], "Path": "db/%"}
            ],
            "MongoDBTargets": [{"ConnectionName": "c", "Path": "db/%"}],
        },
    },
    "AWS::Glue::Workflow": {
        "DefaultRunProperties": {"a": "1"},
        "Description": "d",
        "MaxConcurrentRuns": 2,
        "Tags": {"t": "v"},
    },
    "AWS::Glue::Classifier": {
        "CsvClassifier": {
            "Name": "NAME",
            "AllowSingleColumn": True,
            "ContainsCustomDatatype": ["DATE"],
            "ContainsHeader": "PRESENT",
            "CustomDatatypeConfigured": True,
            "Delimiter": ";",
            "DisableValueTrimming": False,
            "Header": ["a", "b"],
            "QuoteSymbol": "'",
        }
    },
    "AWS::Glue::Classifier#Grok": {
        "GrokClassifier": {"Name": "NAME", "Classification": "c", "CustomPatterns": "A b", "GrokPattern": "%{A:x}"}
    },
    "AWS::Glue::Classifier#Json": {"JsonClassifier": {"Name": "NAME", "JsonPath": "$[*]"}},
    "AWS::Glue::Classifier#Xml": {"XMLClassifier": {"Name": "NAME", "Classification": "c", "RowTag": "row"}},
    "AWS::Glue::SecurityConfiguration": {
        "EncryptionConfiguration": {
            "CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": KEY},
            "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": "CSE-KMS", "KmsKeyArn": KEY},
            "S3Encryptions": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": KEY}],
        }
    },
    "AWS::Glue::DataQualityRuleset": {
        "ClientToken": "token",
        "Description": "d",
        "Ruleset": "Rules = [ RowCount > 0 ]",
        "Tags": {"t": "v"},
        "TargetTable": {"DatabaseName": "db", "TableName": "t"},
    },
    "AWS::Glue::Database": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseInput": {
            "CreateTableDefaultPermissions": [
                {"Permissions": ["SELECT"], "Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}}
            ],
            "Description": "d",
            "LocationUri": "s3://b/db/",
            "Name": "NAME",
            "Parameters": {"a": "1"},
        },
    },
    "AWS::Glue::Database#Link": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseInput": {"Name": "NAME", "TargetDatabase": {"CatalogId": "1", "DatabaseName": "d", "Region": "r"}},
    },
    "AWS::Glue::Database#Federated": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseInput": {"Name": "NAME", "FederatedDatabase": {"ConnectionName": "c", "Identifier": "i"}},
    },
    "AWS::Glue::Table#Link": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseName": {"Ref": "Db"},
        "TableInput": {
            "Name": "NAME",
            "TargetTable": {"CatalogId": "1", "DatabaseName": "d", "Name": "t", "Region": "r"},
        },
    },
    "AWS::Glue::Table#View": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseName": {"Ref": "Db"},
        "TableInput": {
            "Name": "NAME",
            "ViewDefinition": {
                "Definer": "arn:aws:iam::1:role/r",
                "IsProtected": True,
                "SubObjects": ["arn:aws:glue:r:1:table/d/t"],
                "Representations": [
                    {
                        "Dialect": "ATHENA",
                        "DialectVersion": "3",
                        "ValidationConnection": "c",
                        "ViewExpandedText": "e",
                        "ViewOriginalText": "o",
                    }
                ],
            },
        },
    },
    "AWS::Glue::Table": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseName": {"Ref": "Db"},
        "TableInput": {
            "Description": "d",
            "Name": "NAME",
            "Owner": "o",
            "Parameters": {"classification": "csv"},
            "PartitionKeys": [{"Name": "k", "Type": "string", "Comment": "co"}],
            "Retention": 2,
            "StorageDescriptor": STORAGE,
            "TableType": "EXTERNAL_TABLE",
            "ViewExpandedText": "e",
            "ViewOriginalText": "o",
        },
    },
    "AWS::Glue::Partition": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseName": {"Ref": "Db"},
        "TableName": {"Ref": "Tb"},
        "PartitionInput": {"Parameters": {"a": "1"}, "StorageDescriptor": STORAGE, "Values": ["v"]},
    },
    "AWS::Glue::Connection": {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "ConnectionInput": {
            "AthenaProperties": {"a": "1"},
            "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:x", "USERNAME": "u"},
            "ConnectionType": "JDBC",
            "Description": "d",
            "MatchCriteria": ["m"],
            "Name": "NAME",
            "PhysicalConnectionRequirements": {
                "AvailabilityZone": "eu-west-1a",
                "SecurityGroupIdList": ["sg-1"],
                "SubnetId": "subnet-1",
            },
            "AuthenticationConfiguration": {
                "AuthenticationType": "OAUTH2",
                "OAuth2Properties": {
                    "OAuth2ClientApplication": {"AWSManagedClientApplicationReference": "a"},
                    "OAuth2GrantType": "AUTHORIZATION_CODE",
                    "TokenUrl": "https://example.com/token",
                    "TokenUrlParametersMap": {"a": "b"},
                },
                "SecretArn": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s",
            },
            "PythonProperties": {"p": "1"},
            "SparkProperties": {"s": "1"},
        },
        "Tags": {"t": "v"},
    },
    "AWS::Athena::NamedQuery": {
        "Database": "db",
        "Description": "d",
        "Name": "NAME",
        "QueryString": "SELECT 1",
        "WorkGroup": "primary",
    },
    "AWS::Athena::WorkGroup": {
        "Description": "d",
        "Name": "NAME",
        "RecursiveDeleteOption": True,
        "State": "DISABLED",
        "Tags": [{"Key": "t", "Value": "v"}],
        "WorkGroupConfiguration": {
            "BytesScannedCutoffPerQuery": "10000000",
            "EnforceWorkGroupConfiguration": "true",
            "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
            "ManagedQueryResultsConfiguration": {"Enabled": False},
            "PublishCloudWatchMetricsEnabled": False,
            "RequesterPaysEnabled": False,
            "ResultConfiguration": {
                "AclConfiguration": {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"},
                "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": KEY},
                "ExpectedBucketOwner": ACCOUNT,
                "OutputLocation": "s3://b/results/",
            },
        },
    },
    "AWS::Budgets::Budget": {
        "Budget": {
            "BudgetLimit": {"Amount": 10, "Unit": "USD"},
            "BudgetName": "NAME",
            "BudgetType": "COST",
            "CostFilters": {"Service": ["AWS Glue"]},
            "CostTypes": {"IncludeTax": False, "IncludeCredit": False},
            "TimeUnit": "MONTHLY",
        },
        "NotificationsWithSubscribers": [
            {
                "Notification": {
                    "ComparisonOperator": "GREATER_THAN",
                    "NotificationType": "ACTUAL",
                    "Threshold": 80,
                    "ThresholdType": "PERCENTAGE",
                },
                "Subscribers": [{"Address": "a@example.com", "SubscriptionType": "EMAIL"}],
            }
        ],
        "ResourceTags": [{"Key": "t", "Value": "v"}],
    },
}
BESIDE = {
    "AWS::Glue::Job": {"Role": ROLE},
    "AWS::Glue::Crawler": {"Role": ROLE, "Bucket": {"Type": "AWS::S3::Bucket"}},
    "AWS::Glue::Table": IN_DATABASE,
    "AWS::Glue::Partition": IN_TABLE,
}
NOT_IN_EXAMPLES = {
    # write-only, of another kind of resource, or with tests of its own in test_glue_types.py
    "AWS::Glue::Job": ["AllocatedCapacity", "MaxCapacity", "Name"],
    "AWS::Glue::Crawler": [
        "Name",
        "Schedule/.*",
        "Targets/CatalogTargets/.*",
    ],
    "AWS::Glue::Workflow": ["Name"],
    "AWS::Glue::Classifier": ["Name"],
    "AWS::Glue::SecurityConfiguration": ["Name"],
    "AWS::Glue::DataQualityRuleset": ["Name"],
    "AWS::Glue::Database": ["DatabaseName"],
    "AWS::Glue::Table": ["Name", "TableInput/StorageDescriptor/SchemaReference/.*"],  # test_schema_types.py
    "AWS::Glue::Partition": [
        "IdentifierPartitionInputValues",
        "PartitionInput/StorageDescriptor/SchemaReference/.*",  # test_references.py
    ],
    "AWS::Glue::Connection": [
        "Name",
        "ConnectionInput/AuthenticationConfiguration/(Basic|Custom)AuthenticationCredentials.*",
        "ConnectionInput/AuthenticationConfiguration/KmsKeyArn",
        "ConnectionInput/AuthenticationConfiguration/OAuth2Properties/(AuthorizationCodeProperties|OAuth2Credentials).*",
        "ConnectionInput/AuthenticationConfiguration/OAuth2Properties/OAuth2ClientApplication/.*",
        "ConnectionInput/Validate.*",
    ],
    "AWS::Athena::NamedQuery": ["NamedQueryId"],
    "AWS::Athena::WorkGroup": [
        "CreationTime",
        "WorkGroupConfiguration/EngineVersion/EffectiveEngineVersion",
        "WorkGroupConfiguration/ManagedQueryResultsConfiguration/EncryptionConfiguration/KmsKey",
    ],
    "AWS::Budgets::Budget": [
        "Id",
        "Budget/(AutoAdjustData|FilterExpression|TimePeriod)/.*",
        "Budget/(BillingViewArn|PlannedBudgetLimits|Metrics)",
        "Budget/CostTypes/.*",
    ],
}


def get(local_aws, kind, name):
    """What the API answers for a resource of a type, in a template's words."""
    glue, athena = local_aws.client("glue"), local_aws.client("athena")
    if kind == "AWS::Glue::Partition":
        _, database, table, _ = name.split("|")
        made = glue.get_partition(DatabaseName=database, TableName=table, PartitionValues=["v"])["Partition"]
        return {"DatabaseName": database, "TableName": table, "PartitionInput": made}
    if kind == "AWS::Athena::NamedQuery":
        return athena.get_named_query(NamedQueryId=name)["NamedQuery"]
    if kind == "AWS::Athena::WorkGroup":
        made = athena.get_work_group(WorkGroup=name)["WorkGroup"]
        arn = f"arn:aws:athena:eu-west-1:{ACCOUNT}:workgroup/{name}"
        tags = athena.list_tags_for_resource(ResourceARN=arn)["Tags"]
        assert tags == [{"Key": "t", "Value": "v"}]
        return {**made, "WorkGroupConfiguration": made["Configuration"], "RecursiveDeleteOption": True}
    if kind == "AWS::Budgets::Budget":
        budgets, where = local_aws.client("budgets"), {"AccountId": ACCOUNT, "BudgetName": name}
        notification = budgets.describe_notifications_for_budget(**where)["Notifications"][0]
        found = budgets.describe_subscribers_for_notification(Notification=notification, **where)["Subscribers"]
        arn = f"arn:aws:budgets::{ACCOUNT}:budget/{name}"
        return {
            "Budget": budgets.describe_budget(**where)["Budget"],
            "NotificationsWithSubscribers": [{"Notification": notification, "Subscribers": found}],
            "ResourceTags": budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"],
        }
    readers = {
        "AWS::Glue::Job": lambda: glue.get_job(JobName=name)["Job"],
        "AWS::Glue::Crawler": lambda: glue.get_crawler(Name=name)["Crawler"],
        "AWS::Glue::Workflow": lambda: glue.get_workflow(Name=name)["Workflow"],
        "AWS::Glue::Classifier": lambda: glue.get_classifier(Name=name)["Classifier"],
        "AWS::Glue::SecurityConfiguration": lambda: glue.get_security_configuration(Name=name)["SecurityConfiguration"],
        "AWS::Glue::DataQualityRuleset": lambda: glue.get_data_quality_ruleset(Name=name),
        "AWS::Glue::Database": lambda: {"DatabaseInput": glue.get_database(Name=name)["Database"]},
        "AWS::Glue::Connection": lambda: {"ConnectionInput": glue.get_connection(Name=name)["Connection"]},
        "AWS::Glue::Table": lambda: {"TableInput": table_of(glue, name)},
    }
    return readers[kind]()


def table_of(glue, name):
    (found,) = glue.search_tables(SearchText=f'"{name}"')["TableList"]
    return found


TAGGED = {
    "AWS::Glue::Job": "job",
    "AWS::Glue::Crawler": "crawler",
    "AWS::Glue::Workflow": "workflow",
    "AWS::Glue::DataQualityRuleset": "dataQualityRuleset",
    "AWS::Glue::Connection": "connection",
}
API_WORDS = {
    "ScanAll": "scanAll",
    "ScanRate": "scanRate",
    "S3Encryptions": "S3Encryption",
    "ContainsCustomDatatype": "CustomDatatypes",
}
NOT_READ = {"CatalogId", "ClientToken", "Tags"}


def in_api_words(value, name, words):
    """A template's value with some names of properties changed; NAME stands for the resource's name."""
    if isinstance(value, dict):
        return {words.get(key, key): in_api_words(item, name, words) for key, item in value.items()}
    if isinstance(value, list):
        return [in_api_words(item, name, words) for item in value]
    return name if value == "NAME" else value


def missing(wanted, answered, path=""):
    """Paths where the answer lacks what is wanted; intrinsic functions are left out."""
    if isinstance(wanted, dict):
        if wanted.keys() & {"Ref", "Fn::GetAtt", "Fn::Sub"}:
            return []
        if not isinstance(answered, dict):
            return [path]
        return [lack for key, item in wanted.items() for lack in missing(item, answered.get(key), f"{path}/{key}")]
    if isinstance(wanted, list) and isinstance(answered, list) and len(wanted) == len(answered):
        pairs = zip(wanted, answered, strict=True)
        return [lack for item, other in pairs for lack in missing(item, other, path)]
    return (
        []
        if str(wanted).lower() == str(answered).lower() or _number(wanted) == _number(answered) is not None
        else [path]
    )


def _number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_property_of_a_template_is_what_the_api_answers(local_aws, stack, example):
    kind, name = example.partition("#")[0], unique("n")
    properties = in_api_words(EXAMPLES[example], name, words={})
    resource = {"Type": kind, "Properties": properties}
    assert stack.apply({**BESIDE.get(kind, {}), "It": resource}) == "CREATE_COMPLETE", stack.reasons()
    made = get(local_aws, kind, stack.refs()["It"])
    wanted = {key: item for key, item in in_api_words(properties, name, API_WORDS).items() if key not in NOT_READ}
    assert missing(wanted, made) == []
    if kind in TAGGED:
        arn = f"arn:aws:glue:eu-west-1:{ACCOUNT}:{TAGGED[kind]}/{stack.refs()['It']}"
        assert local_aws.client("glue").get_tags(ResourceArn=arn)["Tags"] == {"t": "v"}


@pytest.mark.parametrize("kind", sorted({example.partition("#")[0] for example in EXAMPLES}))
def test_the_examples_have_every_property_of_the_registrys_schema(kind):
    shown = {path for example, given in EXAMPLES.items() if example.partition("#")[0] == kind for path in _paths(given)}
    refused = RESOURCE_TYPES[kind].refused
    lacking = [
        path
        for path in leaf_paths(kind)
        if not any(path == one or path.startswith(f"{one}/") or one.startswith(f"{path}/") for one in shown)
        and not any(path == one or path.startswith(f"{one}/") for one in refused)
        and not any(re.fullmatch(pattern, path) for pattern in NOT_IN_EXAMPLES[kind])
    ]
    assert lacking == []


def _paths(given, path=""):
    if isinstance(given, dict):
        for key, item in given.items():
            yield from _paths(item, f"{path}/{key}" if path else key)
    elif isinstance(given, list) and given and isinstance(given[0], dict):
        for item in given:
            yield from _paths(item, path)
    else:
        yield path


@pytest.mark.parametrize("kind", sorted(RESOURCE_TYPES))
def test_a_change_replaces_what_the_registrys_schema_says(kind):
    assert sorted(RESOURCE_TYPES[kind].create_only) == sorted(create_only(kind))


@pytest.mark.parametrize("kind", sorted(RESOURCE_TYPES))
def test_what_differs_or_is_refused_is_a_property_of_the_schema(kind):
    known = leaf_paths(kind)
    for path in {**RESOURCE_TYPES[kind].differs, **RESOURCE_TYPES[kind].refused}:
        assert any(one == path or one.startswith(f"{path}/") for one in known), path
