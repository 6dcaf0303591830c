import pytest

from tests.cloudformation.conftest import ended

KEPT = ["ArtifactsBucket", "RawBucket", "SilverBucket", "GoldBucket"]
BUCKETS = [*KEPT, "AthenaQueriesBucket"]
NAMES = {
    "ArtifactsBucket": "artifacts",
    "RawBucket": "data-raw",
    "SilverBucket": "data-silver",
    "GoldBucket": "data-gold",
    "AthenaQueriesBucket": "athena-queries",
}


@pytest.fixture(scope="module")
def buckets(of_type):
    return of_type("AWS::S3::Bucket")


def rules(bucket):
    return {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}


def test_there_are_five_buckets(buckets):
    assert list(buckets) == BUCKETS


@pytest.mark.parametrize("name", BUCKETS)
class TestEveryBucket:
    def test_name_is_unique_to_account_and_region(self, buckets, name):
        expected = {"Fn::Sub": f"etl-poc-{NAMES[name]}${{Environment}}-${{AWS::AccountId}}-${{AWS::Region}}"}
        assert buckets[name]["BucketName"] == expected

    def test_name_fits_in_the_longest_region(self, name):
        assert len(f"etl-poc-{NAMES[name]}-{'x' * 8}-123456789012-ap-northeast-1") <= 63

    def test_is_encrypted(self, buckets, name):
        [rule] = buckets[name]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["Fn::If"] == [
            "HasKey",
            {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["Key", "Arn"]}},
            {"SSEAlgorithm": "AES256"},
        ]

    def test_blocks_public_access(self, buckets, name):
        assert buckets[name]["PublicAccessBlockConfiguration"] == dict.fromkeys(
            ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"], True
        )

    def test_has_no_acls(self, buckets, name):
        assert buckets[name]["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}

    def test_denies_plain_http(self, of_type, name):
        policies = [one for one in of_type("AWS::S3::BucketPolicy").values() if one["Bucket"] == {"Ref": name}]
        statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
        assert statements == [
            {
                "Sid": "DenyPlainHttp",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ]

    def test_drops_aborted_uploads(self, buckets, name):
        uploads = rules(buckets[name])["drop-aborted-uploads"]
        assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}

    def test_rules_are_enabled(self, buckets, name):
        assert {rule["Status"] for rule in rules(buckets[name]).values()} == {"Enabled"}

    def test_goes_with_its_stack(self, templates, name):
        resource = templates["basic-infra"]["Resources"][name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")


@pytest.mark.parametrize("name", KEPT)
def test_data_is_versioned_and_old_versions_expire(buckets, name):
    old = rules(buckets[name])["drop-old-versions"]

    assert buckets[name]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert old["NoncurrentVersionExpiration"] == {"NoncurrentDays": {"Ref": "OldVersionDays"}}


@pytest.mark.parametrize(
    ("name", "rule", "prefix"),
    [
        ("ArtifactsBucket", "drop-temp", "temp/"),
        ("SilverBucket", "drop-staging", "_staging/"),
        ("GoldBucket", "drop-staging", "_staging/"),
    ],
)
def test_scratch_expires_after_two_days(buckets, name, rule, prefix):
    scratch = rules(buckets[name])[rule]

    assert (scratch["Prefix"], scratch["ExpirationInDays"]) == (prefix, 2)
    assert scratch["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_query_results_expire(buckets):
    results = rules(buckets["AthenaQueriesBucket"])["drop-query-results"]

    assert (results["ExpirationInDays"], "Prefix" in results) == ({"Ref": "QueryResultDays"}, False)


def test_work_group_decides_where_results_go_and_how_much_is_scanned(of_type):
    group = of_type("AWS::Athena::WorkGroup")["AthenaWorkGroup"]

    assert (group["Name"], group["RecursiveDeleteOption"]) == (ended("etl-poc-athena-group"), True)
    assert group["WorkGroupConfiguration"] == {
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": True,
        "BytesScannedCutoffPerQuery": {"Ref": "QueryScanLimitBytes"},
        "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
        "ResultConfiguration": {
            "OutputLocation": {"Fn::Sub": "s3://${AthenaQueriesBucket}/results/"},
            "ExpectedBucketOwner": {"Ref": "AWS::AccountId"},
            "EncryptionConfiguration": {
                "Fn::If": [
                    "HasKey",
                    {"EncryptionOption": "SSE_KMS", "KmsKey": {"Fn::GetAtt": ["Key", "Arn"]}},
                    {"EncryptionOption": "SSE_S3"},
                ]
            },
        },
    }
