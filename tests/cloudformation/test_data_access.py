"""The roles and work groups of data-access, read off the template. What they come to: test_deployed_access.py."""

import re

import pytest

from tests.cloudformation.test_policies import as_list, bucket_exports, statements, texts

WHO = {"AnalystRole": "Analyst", "EngineerRole": "Engineer", "OperatorRole": "Operator"}
VIA_ATHENA = {"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}
CHANGES = r"(Add|Attach|BatchCreate|Cancel|Create|Delete|Pass|Put|Remove|Reset|Restore|Tag|Update|Write)"
NO_ARN = {
    "SeeNamesOfGroupsAndCatalogs": ["athena:ListDataCatalogs", "athena:ListWorkGroups"],
    "SeeNames": ["glue:ListCrawlers", "glue:ListJobs", "glue:ListTriggers", "glue:ListWorkflows"],
}


@pytest.fixture(scope="module")
def roles(of_type):
    return of_type("AWS::IAM::Role", "data-access")


@pytest.fixture(scope="module")
def policies(roles, of_type):
    """The statements of each role and of each policy that roles share."""
    shared = of_type("AWS::IAM::ManagedPolicy", "data-access")
    found = {name: statements(role) for name, role in roles.items()}
    return found | {name: one["PolicyDocument"]["Statement"] for name, one in shared.items()}


@pytest.fixture(scope="module")
def groups(of_type):
    return of_type("AWS::Athena::WorkGroup", "data-access")


def test_one_principal_takes_a_role_or_the_account_lends_it(roles):
    for name, who in WHO.items():
        (trust,) = roles[name]["AssumeRolePolicyDocument"]["Statement"]
        account = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
        chosen = {"Fn::If": [f"Has{who}Principal", {"Ref": f"{who}Principal"}, account]}
        assert trust == {"Effect": "Allow", "Principal": {"AWS": chosen}, "Action": "sts:AssumeRole"}


def test_a_principal_is_one_user_or_role(templates):
    for who in WHO.values():
        pattern = templates["data-access"]["Parameters"][f"{who}Principal"]["AllowedPattern"]
        good = [
            "",
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/Sales_1a",
            "arn:aws:iam::123456789012:user/ana",
        ]
        bad = ["*", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:root", "123456789012", "ana\n"]
        assert [text for text in good + bad if re.fullmatch(pattern, text)] == good


def test_what_roles_share_is_seen_by_those_who_need_it(roles):
    shared = {name: [one["Ref"] for one in role.get("ManagedPolicyArns", [])] for name, role in roles.items()}
    assert shared == {
        "AnalystRole": ["SeePolicy"],
        "EngineerRole": ["SeePolicy", "WatchPolicy"],
        "OperatorRole": ["WatchPolicy"],
    }


def test_actions_are_named_and_sorted_and_none_changes_what_is_there(policies):
    for name, found in policies.items():
        for one in found:
            actions = as_list(one["Action"])
            assert actions == sorted(actions)
            assert [action for action in actions if not re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action)] == []
            changing = [action for action in actions if re.match(CHANGES, action.partition(":")[2])]
            assert changing == (["s3:PutObject"] if one["Sid"] == "KeepResults" else []), name


def test_everything_stands_only_where_aws_has_no_arn(policies):
    found = {one["Sid"]: one["Action"] for part in policies.values() for one in part if "*" in texts(one)}
    assert found == NO_ARN


def test_a_star_stands_at_the_end_only(policies):
    arns = [text for part in policies.values() for one in part for text in texts(one)]
    assert [arn for arn in arns if "*" in arn[:-1]] == []


def test_folders_are_named(policies):
    found = {
        name: sorted(
            (export, text.partition("${Bucket}/")[2])
            for one in part
            if "s3:GetObject" in as_list(one["Action"])
            for node, text in zip(as_list(one["Resource"]), texts(one), strict=True)
            for export in bucket_exports({"Resource": node})
        )
        for name, part in policies.items()
    }
    assert found == {
        "AnalystRole": [("AthenaQueriesBucket", "analyst/*"), ("GoldBucket", "sales/*")],
        "EngineerRole": [
            ("AthenaQueriesBucket", "engineer/*"),
            *(("GoldBucket", "quality/sales/*"), ("GoldBucket", "sales/*"), ("RawBucket", "sales/*")),
            *(("SilverBucket", "rejected/sales/*"), ("SilverBucket", "sales/*")),
        ],
        **{name: [] for name in ("OperatorRole", "SeePolicy", "WatchPolicy")},
    }


def test_lists_of_buckets_are_narrowed_by_prefix(policies):
    prefixes = {
        (name, one["Sid"]): one["Condition"]["StringLike"]["s3:prefix"]
        for name, part in policies.items()
        for one in part
        if "s3:ListBucket" in as_list(one["Action"])
    }
    assert prefixes == {
        ("AnalystRole", "FindGoldThroughAthena"): ["sales", "sales/*"],
        ("AnalystRole", "FindResults"): ["analyst/*"],
        ("EngineerRole", "FindData"): ["sales", "sales/*", "rejected/sales/*", "quality/sales/*"],
        ("EngineerRole", "FindResults"): ["engineer/*"],
    }


def test_analysts_reach_data_and_both_write_results_through_athena_alone(policies):
    through = {
        (name, one["Sid"]): one["Condition"]["ForAnyValue:StringEquals"]
        for name, part in policies.items()
        for one in part
        if "ForAnyValue:StringEquals" in one.get("Condition", {})
    }
    of_analysts = ("FindGoldThroughAthena", "ReadGoldThroughAthena", "KeepResults")
    expected = [*(("AnalystRole", sid) for sid in of_analysts), ("EngineerRole", "KeepResults")]
    assert through == dict.fromkeys(expected, VIA_ATHENA["ForAnyValue:StringEquals"])


@pytest.mark.parametrize("who", ["Analyst", "Engineer"])
def test_a_work_group_decides_for_its_clients(groups, who):
    group, folder = groups[f"{who}WorkGroup"], who.lower()
    settings = group["WorkGroupConfiguration"]
    location = [
        "s3://${Bucket}/" + folder + "/",
        {"Bucket": {"Fn::ImportValue": {"Fn::Sub": "${BasicInfraStack}-AthenaQueriesBucket"}}},
    ]
    assert (group["Name"], group["State"], group["RecursiveDeleteOption"]) == (f"etl-poc-{folder}", "ENABLED", True)
    assert settings == {
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": True,
        "BytesScannedCutoffPerQuery": {"Ref": f"{who}ScanLimitBytes"},
        "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
        "ResultConfiguration": {
            "OutputLocation": {"Fn::Sub": location},
            "ExpectedBucketOwner": {"Ref": "AWS::AccountId"},
            "EncryptionConfiguration": {
                "Fn::If": [
                    "HasKey",
                    {
                        "EncryptionOption": "SSE_KMS",
                        "KmsKey": {"Fn::ImportValue": {"Fn::Sub": "${BasicInfraStack}-Key"}},
                    },
                    {"EncryptionOption": "SSE_S3"},
                ]
            },
        },
    }


def test_the_limits_are_at_least_athena_s(templates):
    parameters = templates["data-access"]["Parameters"]
    assert {parameters[f"{who}ScanLimitBytes"]["MinValue"] for who in ("Analyst", "Engineer")} == {10_000_000}


@pytest.mark.parametrize("who", ["Analyst", "Engineer"])
def test_an_alarm_looks_at_what_a_work_group_scans_in_an_hour(of_type, who):
    alarm = of_type("AWS::CloudWatch::Alarm", "data-access")[f"{who}ScanAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Athena", "ProcessedBytes")
    assert alarm["Dimensions"] == [{"Name": "WorkGroup", "Value": {"Ref": f"{who}WorkGroup"}}]
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Sum", 3600, 1)
    assert alarm["Threshold"] == {"Ref": f"{who}HourlyScanBytes"}
    assert alarm["AlarmName"].startswith("monitoring-")  # what the topic of the monitoring takes
    assert alarm["AlarmActions"] == {"Fn::If": ["HasNoticesTopic", [{"Ref": "NoticesTopic"}], {"Ref": "AWS::NoValue"}]}


def test_a_job_by_itself_runs_as_it_is_defined(of_type):
    triggers = of_type("AWS::Glue::Trigger", "data-access")
    assert sorted(one["Name"] for one in triggers.values()) == [
        "etl-only-clean",
        "etl-only-extract",
        "etl-only-repartition",
    ]
    for one in triggers.values():
        assert one["Type"] == "ON_DEMAND"
        assert "WorkflowName" not in one
        assert [set(action) for action in one["Actions"]] == [{"JobName"}]
