import json

import pytest

from local_aws.glue.crawler.failures import CrawlFailed, Unsupported
from local_aws.glue.crawler.settings import DynamoDBTarget, S3Target, parse_s3_path, read_settings


def crawler(configuration=None, **more):
    return {
        "Name": "c",
        "Targets": {"S3Targets": [{"Path": "s3://b/x/"}]},
        "Configuration": json.dumps(configuration) if configuration is not None else "",
        **more,
    }


def test_defaults_are_those_of_aws():
    settings = read_settings(crawler())
    assert (settings.database, settings.update_behavior, settings.delete_behavior) == (
        "default",
        "UPDATE_IN_DATABASE",
        "DEPRECATE_IN_DATABASE",
    )
    wishes = (settings.combine_schemas, settings.inherit_from_table, settings.merge_new_columns)
    assert wishes == (False, False, False)


def test_a_crawler_as_the_emulator_answers_it_has_the_defaults():
    empty = crawler(SchemaChangePolicy={}, RecrawlPolicy={}, LineageConfiguration={}, TablePrefix="", Schedule={})
    assert read_settings(empty) == read_settings(crawler())


def test_the_configuration_is_read():
    settings = read_settings(
        crawler(
            {
                "Version": 1.0,
                "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas", "TableLevelConfiguration": 3},
                "CrawlerOutput": {
                    "Partitions": {"AddOrUpdateBehavior": "InheritFromTable"},
                    "Tables": {"AddOrUpdateBehavior": "MergeNewColumns", "TableThreshold": 28},
                },
                "CreatePartitionIndex": False,
            }
        )
    )
    assert (
        settings.combine_schemas,
        settings.table_level,
        settings.inherit_from_table,
        settings.merge_new_columns,
        settings.table_threshold,
        settings.partition_index,
    ) == (True, 3, True, True, 28, False)


def test_targets_keep_exclusions_and_sample_size():
    targets = {"S3Targets": [{"Path": "s3://b/x", "Exclusions": ["**.tmp"], "SampleSize": 2}, {"Path": "s3://b"}]}
    assert read_settings(crawler(Targets=targets)).targets == (
        S3Target("s3://b/x", "b", "x/", ("**.tmp",), 2),
        S3Target("s3://b", "b", ""),
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"Targets": {"JdbcTargets": [{"Path": "db/%"}]}}, "JdbcTargets"),
        ({"Targets": {"MongoDBTargets": [{"Path": "d/c"}]}}, "MongoDBTargets"),
        ({"Targets": {"DeltaTargets": [{"DeltaTables": ["s3://b/t/"]}]}}, "DeltaTargets"),
        ({"Targets": {"IcebergTargets": [{"Paths": ["s3://b/t/"]}]}}, "IcebergTargets"),
        ({"Targets": {"HudiTargets": [{"Paths": ["s3://b/t/"]}]}}, "HudiTargets"),
        ({"Targets": {"S3Targets": [{"Path": "s3://b", "EventQueueArn": "arn:aws:sqs:x"}]}}, "EventQueueArn"),
        ({"Targets": {"S3Targets": [{"Path": "s3://b", "ConnectionName": "vpc"}]}}, "ConnectionName"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "CRAWL_EVENT_MODE"),
        ({"LakeFormationConfiguration": {"UseLakeFormationCredentials": True}}, "UseLakeFormationCredentials"),
        ({"LineageConfiguration": {"CrawlerLineageSettings": "ENABLE"}}, "CrawlerLineageSettings"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(change, named):
    with pytest.raises(Unsupported, match=named):
        read_settings(crawler(**change))
    read_settings(crawler(**change), to_run=False)  # it may be defined


def test_a_path_may_leave_the_scheme_out():
    targets = {"S3Targets": [{"Path": "my-bucket/folder/"}, {"Path": "my-bucket"}]}
    assert [target.uri for target in read_settings(crawler(Targets=targets)).targets] == [
        "s3://my-bucket/folder/",
        "s3://my-bucket/",
    ]


def test_a_dynamodb_target_is_scanned_whole_unless_it_says_otherwise():
    targets = {"DynamoDBTargets": [{"Path": "t"}, {"Path": "u", "scanAll": False, "scanRate": 0.5}]}
    assert read_settings(crawler(Targets=targets)).dynamodb_targets == (
        DynamoDBTarget("t"),
        DynamoDBTarget("u", scan_all=False),
    )
    for rate in (0.05, 2):
        with pytest.raises(CrawlFailed, match="scanRate"):
            read_settings(crawler(Targets={"DynamoDBTargets": [{"Path": "t", "scanRate": rate}]}))


def test_a_refusal_says_what_is_supported():
    with pytest.raises(Unsupported) as refusal:
        read_settings(crawler(Targets={"JdbcTargets": [{"Path": "x"}]}))
    assert str(refusal.value).startswith(
        "A crawler target in JdbcTargets is not supported by the local crawler. Supported: S3 targets"
    )


def test_an_unknown_key_of_the_configuration_is_named_in_aws_words():
    configuration = {"Version": 1.0, "CrawlerOutput": {"Partitions": {"UpdateBehavior": "x"}}}
    with pytest.raises(CrawlFailed) as failure:
        read_settings(crawler(configuration))
    assert str(failure.value) == "CrawlerOutput.Partitions contains unsupported keys: UpdateBehavior."


@pytest.mark.parametrize("text", ["{", "[]", '{"Grouping": 3}', '{"Grouping": {"TableLevelConfiguration": 0}}'])
def test_a_broken_configuration_fails(text):
    with pytest.raises(CrawlFailed):
        read_settings({**crawler(), "Configuration": text})


def test_new_folders_only_wants_both_behaviours_to_be_log():
    policy = {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}}
    with pytest.raises(CrawlFailed, match='"Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior'):
        read_settings(crawler(**policy))
    logging = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    assert read_settings(crawler(**policy, SchemaChangePolicy=logging)).new_folders_only


def test_catalog_targets_combine_and_never_delete():
    targets = {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}]}
    settings = read_settings(crawler(Targets=targets))
    assert (settings.combine_schemas, settings.delete_behavior) == (True, "LOG")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("s3://b", ("b", "")), ("s3://b/", ("b", "")), ("s3://b/a/c", ("b", "a/c/")), ("s3://b/a=1/", ("b", "a=1/"))],
)
def test_an_s3_path_is_bucket_and_folder(path, expected):
    assert parse_s3_path(path) == expected


@pytest.mark.parametrize("path", ["", "/x", "http://b/x", "s3://"])
def test_another_path_is_none(path):
    with pytest.raises(CrawlFailed, match="no Amazon S3 path"):
        parse_s3_path(path)
