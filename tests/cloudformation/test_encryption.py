"""A customer's key by one parameter: what keeps data names it, and who uses what it encrypts has the rights to it."""

import json

import pytest
from cfnlint.decode import cfn_yaml

from tests.cloudformation.conftest import FOLDER, without_key

OPTIONS = {"SalesEncryption", "Encryption"}
"""The sales' key is that of the buckets that all pipelines share, so its option has a name of its own."""

TEMPLATES = {path.stem: cfn_yaml.load(str(path)) for path in sorted(FOLDER.glob("*.yml"))}
WITH_OPTION = [stack for stack, one in TEMPLATES.items() if OPTIONS & set(one.get("Parameters", {}))]
KEPT = {
    "AWS::S3::Bucket": ("BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault"),
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::Athena::WorkGroup": ("WorkGroupConfiguration", "ResultConfiguration", "EncryptionConfiguration"),
    "AWS::Glue::Job": ("SecurityConfiguration",),
    "AWS::Glue::Crawler": ("CrawlerSecurityConfiguration",),
}
"""Types that keep or write data -> where each names a key, or a security configuration that does."""

NEEDED = {
    "s3:GetObject": "kms:Decrypt",
    "s3:PutObject": "kms:GenerateDataKey",
    "dynamodb:BatchWriteItem": "kms:Decrypt",
    "sns:Publish": "kms:GenerateDataKey",
}
"""An action on data -> the one on its key (S3 user guide, DynamoDB and SNS developer guides, see key_rights.py)."""

ROOT_S_OWN = {"arn:${AWS::Partition}:s3:::${Bucket}/glue_scripts/*", "arn:${AWS::Partition}:s3:::${Bucket}/temp/*"}


def with_key(node):
    """A property as it is where the condition HasKey is true."""
    if isinstance(node, dict) and node.get("Fn::If", [""])[0] == "HasKey":
        return with_key(node["Fn::If"][1])
    if isinstance(node, dict):
        return {key: with_key(value) for key, value in node.items()}
    return [with_key(value) for value in node] if isinstance(node, list) else node


def resources(stack, kind):
    found = TEMPLATES[stack]["Resources"].items()
    return {key: one["Properties"] for key, one in found if one["Type"] == kind}


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(role, resolve):
    return [
        one for policy in resolve(role)["Policies"] for one in policy["PolicyDocument"]["Statement"] if "Sid" in one
    ]


def names_a_key(place):
    """Whether a part of a resource is a reference to a key or a security configuration."""
    text = json.dumps(place)
    return '["Key", "Arn"]' in text or "-Key" in text or "SecurityConfiguration" in text


def test_these_stacks_have_the_option():
    """All that keep data of their own or run jobs; monitoring has a key always, data-quality keeps and runs nothing."""
    keeping = {
        stack for stack, one in TEMPLATES.items() if {two["Type"] for two in one["Resources"].values()} & set(KEPT)
    }
    assert keeping - set(WITH_OPTION) == {"monitoring", "network"}
    assert [OPTIONS & set(TEMPLATES[stack]["Parameters"]) for stack in ("basic-infra", "glue-jobs", "data-access")] == [
        {"SalesEncryption"}
    ] * 3


@pytest.mark.parametrize("name", WITH_OPTION)
class TestOption:
    def test_it_is_off_until_a_call_turns_it_on(self, name):
        [option] = OPTIONS & set(TEMPLATES[name]["Parameters"])
        declared = TEMPLATES[name]["Parameters"][option]
        assert (declared["Default"], declared["AllowedValues"]) == ("s3", ["s3", "kms"])
        assert TEMPLATES[name]["Conditions"]["HasKey"] == {"Fn::Equals": [{"Ref": option}, "kms"]}
        given = json.loads((FOLDER / f"{name}.json").read_text())
        assert option not in {one["ParameterKey"] for one in given}

    @pytest.mark.parametrize("kind", KEPT)
    def test_all_that_keeps_data_names_the_key(self, name, kind):
        for key, found in resources(name, kind).items():
            place = with_key(found)
            for part in KEPT[kind]:
                place = place[part]
            assert names_a_key(place), key

    def test_without_it_nothing_names_a_key(self, name):
        kept = {key: one for key, one in TEMPLATES[name]["Resources"].items() if one.get("Condition") != "HasKey"}
        text = json.dumps([without_key(one["Properties"]) for one in kept.values()])
        assert "kms:" not in text
        assert '"Key", "Arn"' not in text

    def test_a_key_rotates_and_lets_in_the_account_and_its_logs(self, name):
        for key in resources(name, "AWS::KMS::Key").values():
            assert (key["EnableKeyRotation"], key["PendingWindowInDays"]) == (True, 7)
            account, logs = key["KeyPolicy"]["Statement"][:2]
            assert account["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
            assert logs["Principal"] == {"Service": {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}}
            [(context, groups)] = logs["Condition"]["ArnLike"].items()
            assert context == "kms:EncryptionContext:aws:logs:arn"
            begin = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws"
            assert [one for one in as_list(groups) if not one["Fn::Sub"].startswith(begin)] == []

    def test_the_configuration_of_jobs_has_the_key_for_all_that_they_write(self, name):
        for found in resources(name, "AWS::Glue::SecurityConfiguration").values():
            told = with_key(found)["EncryptionConfiguration"]
            [files] = told["S3Encryptions"]
            parts = [files, told["CloudWatchEncryption"], told["JobBookmarksEncryption"]]
            assert [one["KmsKeyArn"] for one in parts] == [{"Fn::GetAtt": ["Key", "Arn"]}] * 3

    def test_who_uses_the_data_has_the_rights_to_its_key(self, name):
        for key, role in resources(name, "AWS::IAM::Role").items():
            told = statements(role, with_key)
            used = {action for one in told if own(one) for action in as_list(one["Action"])}
            wanted = {NEEDED[action] for action in used & set(NEEDED)}
            granted = {action for one in told for action in as_list(one["Action"]) if action.startswith("kms:")}
            if name == "data-access":
                wanted -= {"kms:GenerateDataKey"}  # people write results alone, of a bucket whose key lets them in
            assert wanted <= granted, key
            assert granted <= wanted | {"kms:Decrypt"}, key

    def test_rights_are_on_the_key_alone(self, name):
        for role in resources(name, "AWS::IAM::Role").values():
            for one in statements(role, with_key):
                if any(action.startswith("kms:") for action in as_list(one["Action"])):
                    assert names_a_key(one["Resource"]), one["Sid"]
                    assert one["Resource"] != "*"

    def test_keys_are_used_through_one_service(self, name):
        """But by a job that keeps bookmarks, which Glue encrypts itself; it reads and writes items too."""
        kept = '"job-bookmark-enable"' in json.dumps(TEMPLATES[name]["Resources"])
        for role in resources(name, "AWS::IAM::Role").values():
            for one in statements(role, with_key):
                if any(action.startswith("kms:") for action in as_list(one["Action"])):
                    via = one.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", {}).get("Fn::Sub", "")
                    service = "sns" if one["Sid"] == "EncryptNotices" else "s3"
                    assert via == ("" if kept else f"{service}.${{AWS::Region}}.amazonaws.com"), one["Sid"]

    def test_who_logs_may_make_groups_with_the_key(self, name):
        for key, role in resources(name, "AWS::IAM::Role").items():
            told = {one["Sid"]: one for one in statements(role, with_key)}
            if "glue.amazonaws.com" in str(role["AssumeRolePolicyDocument"]) and "WriteLogs" in told:
                assert told["EncryptLogs"]["Action"] == "logs:AssociateKmsKey", key
                assert told["EncryptLogs"]["Resource"] == told["WriteLogs"]["Resource"], key


def own(statement):
    """Whether a statement is about more than scripts and temporary files, whose bucket lets in whoever S3 does."""
    return not {
        str(one.get("Fn::Sub", [""])[0]) for one in as_list(statement["Resource"]) if isinstance(one, dict)
    } <= (ROOT_S_OWN)
