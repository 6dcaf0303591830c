"""Least privilege, read off the templates. That the policies are enough is shown by the workflow's runs."""

import re

import pytest

ROLES = ["GluePythonJobRole", "GlueSparkJobRole", "CrawlerRole"]
STEDI_ROLES = ["TrustedRole", "CustomersCuratedRole", "MachineLearningRole"]
STORE_ROLES = ["SilverRole", "GoldRole", "GoldAthenaRole", "BronzeCrawlerRole"]
OTHERS = [*STEDI_ROLES, "LoadRole", *STORE_ROLES]
EVERYTHING = {  # (role, statement): why AWS leaves no other way, and what narrows it down instead
    ("GlueSparkJobRole", "PublishMetrics"): {
        "StringEquals": {"cloudwatch:namespace": ["EtlPoc", "Glue", "Glue Data Quality"]}
    },
    ("LoadRole", "PublishMetrics"): {"StringEquals": {"cloudwatch:namespace": ["EtlPoc", "Glue"]}},
    **{
        (role, "PublishMetrics"): {"StringEquals": {"cloudwatch:namespace": "Glue"}}
        for role in [*STEDI_ROLES, "SilverRole", "GoldRole"]
    },
}


@pytest.fixture(scope="module")
def roles(of_type):
    return of_type("AWS::IAM::Role")


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(role):
    """Those that hold without a KMS key."""
    return [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"] if "Fn::If" not in one]


def texts(statement):
    """Resources as text, placeholders left in: `arn:${AWS::Partition}:s3:::${Bucket}/sales/*`."""
    without_key = statement["Resource"]
    if isinstance(without_key, dict) and "Fn::If" in without_key:
        without_key = without_key["Fn::If"][2]
    nodes = [
        node if isinstance(node, str) else node.get("Fn::Sub") or f"${{{'.'.join(node['Fn::GetAtt'])}}}"
        for node in as_list(without_key)
    ]
    return [node[0] if isinstance(node, list) else node for node in nodes]


def bucket_exports(statement):
    """The exports that a statement's buckets are imported by."""
    return set(re.findall(r"\$\{BasicInfraStack\}-(\w+)", str(statement["Resource"])))


@pytest.fixture(scope="module")
def all_roles(roles, of_type):
    return {**roles, **of_type("AWS::IAM::Role", "stedi", "operations", "store")}


def test_these_are_the_roles(all_roles):
    assert list(all_roles) == ROLES + OTHERS


@pytest.mark.parametrize("name", ROLES + OTHERS)
class TestEveryRole:
    def test_glue_alone_may_take_it(self, all_roles, name):
        (trust,) = all_roles[name]["AssumeRolePolicyDocument"]["Statement"]
        assert trust == {
            "Effect": "Allow",
            "Principal": {"Service": "glue.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        }

    def test_has_no_name_of_its_own_and_no_policy_of_others(self, all_roles, name):
        assert {"RoleName", "ManagedPolicyArns"} & set(all_roles[name]) == set()

    def test_allows_named_actions_only(self, all_roles, name):
        actions = [action for one in statements(all_roles[name]) for action in as_list(one["Action"])]
        assert [action for action in actions if not re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action)] == []

    def test_actions_are_sorted(self, all_roles, name):
        for one in statements(all_roles[name]):
            assert as_list(one["Action"]) == sorted(as_list(one["Action"]))

    def test_everything_stands_only_where_aws_leaves_no_other_way(self, all_roles, name):
        found = {(name, one["Sid"]): one.get("Condition") for one in statements(all_roles[name]) if "*" in texts(one)}
        assert found == {key: value for key, value in EVERYTHING.items() if key[0] == name}

    def test_a_star_stands_at_the_end_only(self, all_roles, name):
        assert [text for one in statements(all_roles[name]) for text in texts(one) if "*" in text[:-1]] == []

    def test_buckets_are_named(self, all_roles, name):
        arns = [text for one in statements(all_roles[name]) for text in texts(one) if ":s3:::" in text]
        buckets = {re.split(r"[/*]", arn.partition(":s3:::")[2])[0] for arn in arns}
        assert buckets <= {"${Bucket}", "${BucketAndKey}"}  # ${LakeBucket.Arn} is a whole ARN

    def test_folders_are_named(self, all_roles, name):
        arns = [text for one in statements(all_roles[name]) for text in texts(one) if ":s3:::${Bucket}/" in text]
        assert [arn for arn in arns if arn.endswith("${Bucket}/*")] == []

    def test_other_resources_are_of_this_account_and_region(self, all_roles, name):
        all_arns = [text for one in statements(all_roles[name]) for text in texts(one)]
        arns = [text for text in all_arns if ":s3:::" not in text and ".Arn}" not in text and text != "*"]
        assert [arn for arn in arns if ":${AWS::Region}:${AWS::AccountId}:" not in arn] == []


def test_each_role_writes_where_it_should_only(roles):
    """The buckets that a role may put objects into."""
    writes = {
        name: {
            (text.partition("${Bucket}/")[2], export)
            for one in statements(role) if "s3:PutObject" in as_list(one["Action"])
            for node, text in zip(as_list(one["Resource"]), texts(one), strict=True)
            for export in bucket_exports({"Resource": node})
        }
        for name, role in roles.items()
    }  # fmt: skip

    assert writes == {
        "GluePythonJobRole": {("sales/*", "RawBucket")},
        "GlueSparkJobRole": {
            ("temp/*", "ArtifactsBucket"),
            ("_staging*", "SilverBucket"),
            ("sales/*", "SilverBucket"),
            ("rejected/sales/*", "SilverBucket"),
            ("_staging*", "GoldBucket"),
            ("sales/*", "GoldBucket"),
            ("quality/sales/*", "GoldBucket"),
        },
        "CrawlerRole": set(),
    }


def test_no_job_may_change_its_own_script(roles):
    for name in ("GluePythonJobRole", "GlueSparkJobRole"):
        for one in statements(roles[name]):
            if any("glue_scripts" in text for text in texts(one)):
                assert as_list(one["Action"]) == ["s3:GetObject"]


def test_each_role_logs_to_its_own_groups(roles):
    groups = {
        name: sorted({text.partition(":log-group:")[2] for one in statements(role) for text in texts(one)} - {""})
        for name, role in roles.items()
    }

    assert groups == {
        "GluePythonJobRole": ["/aws-glue/python-jobs/*"],
        "GlueSparkJobRole": ["/aws-glue/jobs/*"],
        "CrawlerRole": ["/aws-glue/crawlers:*"],
    }


def test_catalog_actions_name_catalog_database_and_table_together(roles):
    (write,) = [one for one in statements(roles["CrawlerRole"]) if one["Sid"] == "WriteCatalog"]

    kinds = [text.partition("${AWS::AccountId}:")[2] for text in texts(write)]
    assert kinds == ["catalog", "database/${Database}", "table/${Database}/*"]


def test_jobs_may_touch_the_catalog_only_where_they_keep_it(roles, of_type, templates):
    added = of_type("AWS::IAM::Policy", "glue-jobs")
    found = {
        (one["Roles"][0]["Ref"], text.partition("${AWS::AccountId}:")[2]): as_list(statement["Action"])
        for one in added.values() for statement in one["PolicyDocument"]["Statement"] for text in texts(statement)
        if ":table/" in text
    }  # fmt: skip
    own = [action for name in ROLES[:2] for one in statements(roles[name]) for action in as_list(one["Action"])]

    assert {templates["glue-jobs"]["Resources"][key]["Condition"] for key in added} == {"JobsKeepCatalog"}
    assert set(found) == {
        ("GluePythonJobRole", "table/${DatabaseName}/raw_sales"),
        ("GlueSparkJobRole", "table/${DatabaseName}/silver_sales"),
        ("GlueSparkJobRole", "table/${DatabaseName}/gold_sales"),
    }
    assert [action for action in own if action.startswith("glue:") and ("Table" in action or "Part" in action)] == []


def test_crawlers_may_delete_nothing(roles):
    actions = [action for one in statements(roles["CrawlerRole"]) for action in as_list(one["Action"])]

    assert [action for action in actions if "Delete" in action] == []
