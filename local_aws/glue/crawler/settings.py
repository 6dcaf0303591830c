"""What a crawler is asked to do, read from GetCrawler's `Crawler`, with refusals by name.

Pure: no client, no clock. The rules are those of AWS's pages "Customizing crawler behavior" and "Configuring a
crawler"; the texts of configuration errors follow the one that is known from AWS ("CrawlerOutput.Partitions contains
unsupported keys: UpdateBehavior.").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.glue.crawler.failures import CrawlFailed, Unsupported

DEFAULT_DATABASE = "default"
MAX_SAMPLE_SIZE = 249
NEW_FOLDERS_ONLY = "CRAWL_NEW_FOLDERS_ONLY"
_TARGETS = ("S3Targets", "CatalogTargets", "DynamoDBTargets")
_OTHER_TARGETS = ("JdbcTargets", "MongoDBTargets", "DeltaTargets", "IcebergTargets", "HudiTargets")
_TARGET_OPTIONS = ("ConnectionName", "EventQueueArn", "DlqEventQueueArn")
_LEAST_RATE, _MOST_RATE = 0.1, 1.5
_OPTIONS: Mapping[str, frozenset[str]] = {
    "": frozenset({"Version", "Grouping", "CrawlerOutput", "CreatePartitionIndex"}),
    "Grouping": frozenset({"TableGroupingPolicy", "TableLevelConfiguration"}),
    "CrawlerOutput": frozenset({"Partitions", "Tables"}),
    "CrawlerOutput.Partitions": frozenset({"AddOrUpdateBehavior"}),
    "CrawlerOutput.Tables": frozenset({"AddOrUpdateBehavior", "TableThreshold"}),
}


@dataclass(frozen=True)
class S3Target:
    """One include path: its bucket, the folder's key (ending in a slash) or ``""``, what to leave out, how many files.

    Attributes:
        path: the include path as given, `s3://…`.
        prefix: the folder's key, ending in "/", or "" for the bucket's root.
        exclusions: glob patterns relative to the include path.
        sample_size: files to read in each leaf folder; None reads all.
    """

    path: str
    bucket: str
    prefix: str
    exclusions: tuple[str, ...] = ()
    sample_size: int | None = None

    @property
    def uri(self) -> str:
        """The include path with its closing slash."""
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True)
class DynamoDBTarget:
    """One table of DynamoDB: its name, and whether all of its items are looked at or a sample."""

    table: str
    scan_all: bool = True


@dataclass(frozen=True)
class CatalogTarget:
    """Tables of one database whose places are crawled again."""

    database: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """A crawler's wishes, defaults filled in."""

    name: str
    role: str
    database: str
    table_prefix: str
    targets: tuple[S3Target, ...]
    catalog_targets: tuple[CatalogTarget, ...]
    classifiers: tuple[str, ...]
    update_behavior: str
    delete_behavior: str
    new_folders_only: bool
    combine_schemas: bool
    table_level: int | None
    inherit_from_table: bool
    merge_new_columns: bool
    table_threshold: int | None
    partition_index: bool
    configuration: str
    policy: Mapping[str, str] = field(default_factory=dict)
    dynamodb_targets: tuple[DynamoDBTarget, ...] = ()


def read_settings(crawler: Mapping[str, Any], *, to_run: bool = True) -> Settings:
    """The settings of a crawler.

    Args:
        crawler: GetCrawler's `Crawler`.
        to_run: whether they are to be carried out; a crawler may be defined that cannot run here.

    Raises:
        Unsupported: the crawler is to run, and asks for what the local crawler does not do.
        CrawlFailed: its configuration is no JSON, or holds what AWS would not take.
    """
    targets = crawler.get("Targets") or {}
    _check_targets(crawler, targets)
    if to_run:
        _refuse(crawler, targets)
    configuration = crawler.get("Configuration") or ""
    options = _options(configuration)
    grouping, output = options.get("Grouping", {}), options.get("CrawlerOutput", {})
    tables = output.get("Tables", {})
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"}
    policy |= crawler.get("SchemaChangePolicy") or {}
    recrawl = (crawler.get("RecrawlPolicy") or {}).get("RecrawlBehavior") or "CRAWL_EVERYTHING"
    if recrawl == NEW_FOLDERS_ONLY and set(policy.values()) != {"LOG"}:
        raise CrawlFailed(
            'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior '
            "value and LOG UpdateBehavior value."
        )
    catalog_targets = tuple(_catalog_target(target) for target in targets.get("CatalogTargets") or [])
    return Settings(
        name=crawler["Name"],
        role=crawler.get("Role") or "",
        database=crawler.get("DatabaseName") or DEFAULT_DATABASE,
        table_prefix=crawler.get("TablePrefix") or "",
        targets=tuple(_s3_target(target) for target in targets.get("S3Targets") or []),
        catalog_targets=catalog_targets,
        classifiers=tuple(crawler.get("Classifiers") or []),
        update_behavior=policy["UpdateBehavior"],
        delete_behavior="LOG" if catalog_targets else policy["DeleteBehavior"],
        new_folders_only=recrawl == NEW_FOLDERS_ONLY,
        combine_schemas=grouping.get("TableGroupingPolicy") == "CombineCompatibleSchemas" or bool(catalog_targets),
        table_level=_positive(grouping, "TableLevelConfiguration"),
        inherit_from_table=output.get("Partitions", {}).get("AddOrUpdateBehavior") == "InheritFromTable",
        merge_new_columns=tables.get("AddOrUpdateBehavior") == "MergeNewColumns",
        table_threshold=_positive(tables, "TableThreshold"),
        partition_index=options.get("CreatePartitionIndex") is not False,
        configuration=configuration,
        policy=policy,
        dynamodb_targets=tuple(_dynamodb_target(target) for target in targets.get("DynamoDBTargets") or []),
    )


def parse_s3_path(path: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` path, or of one without the scheme; the key of a folder ends in "/".

    AWS's examples of templates leave the scheme out.

    Raises:
        CrawlFailed: the path is no S3 path.
    """
    scheme, _, rest = path.partition("://") if "://" in path else ("s3", "", path)
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise CrawlFailed(f"The include path {path!r} is no Amazon S3 path (s3://bucket/folder/)")
    key = key.lstrip("/")
    return bucket, key if not key or key.endswith("/") else key + "/"


def _s3_target(target: Mapping[str, Any]) -> S3Target:
    bucket, prefix = parse_s3_path(target.get("Path", ""))
    sample_size = target.get("SampleSize")
    if sample_size is not None and not 1 <= sample_size <= MAX_SAMPLE_SIZE:
        raise CrawlFailed(f"SampleSize {sample_size} of {target['Path']} is not between 1 and {MAX_SAMPLE_SIZE}")
    return S3Target(target["Path"], bucket, prefix, tuple(target.get("Exclusions") or []), sample_size)


def _catalog_target(target: Mapping[str, Any]) -> CatalogTarget:
    return CatalogTarget(target["DatabaseName"], tuple(target.get("Tables") or []))


def _dynamodb_target(target: Mapping[str, Any]) -> DynamoDBTarget:
    """ScanRate is a share of the table's capacity, which is not metered here; its bounds are the API reference's."""
    rate = target.get("scanRate")
    if rate is not None and not _LEAST_RATE <= rate <= _MOST_RATE:
        raise CrawlFailed(f"scanRate {rate} of {target.get('Path')} is not between {_LEAST_RATE} and {_MOST_RATE}")
    if not target.get("Path"):
        raise CrawlFailed("A DynamoDB target has no Path")
    return DynamoDBTarget(target["Path"], target.get("scanAll") is not False)


def _check_targets(crawler: Mapping[str, Any], targets: Mapping[str, Any]) -> None:
    """What no crawler may have, here or on AWS (the texts are ours)."""
    if not any(targets.get(kind) for kind in (*_TARGETS, *_OTHER_TARGETS)):
        raise CrawlFailed(f"Crawler {crawler['Name']} has no target")
    if targets.get("CatalogTargets") and any(listed for kind, listed in targets.items() if kind != "CatalogTargets"):
        raise CrawlFailed("A crawler with catalog targets cannot have other targets")


def _refuse(crawler: Mapping[str, Any], targets: Mapping[str, Any]) -> None:
    for kind, listed in targets.items():
        if listed and kind not in _TARGETS:
            raise Unsupported(f"A crawler target in {kind}")
    every = [target for kind in _TARGETS for target in targets.get(kind) or []]
    options = [option for option in _TARGET_OPTIONS if any(target.get(option) for target in every)]
    if options:
        raise Unsupported(f"{options[0]} of a crawler target")
    _refuse_policies(crawler)


def _refuse_policies(crawler: Mapping[str, Any]) -> None:
    recrawl = (crawler.get("RecrawlPolicy") or {}).get("RecrawlBehavior")
    if recrawl not in (None, "", "CRAWL_EVERYTHING", NEW_FOLDERS_ONLY):
        raise Unsupported(f"RecrawlBehavior {recrawl}")
    if (crawler.get("LakeFormationConfiguration") or {}).get("UseLakeFormationCredentials"):
        raise Unsupported("LakeFormationConfiguration.UseLakeFormationCredentials")
    if (crawler.get("LineageConfiguration") or {}).get("CrawlerLineageSettings") == "ENABLE":
        raise Unsupported("LineageConfiguration.CrawlerLineageSettings ENABLE")


def _options(configuration: str) -> dict[str, Any]:
    if not configuration:
        return {}
    try:
        options = json.loads(configuration)
    except ValueError as error:
        raise CrawlFailed(f"The crawler's Configuration is no JSON: {error}") from error
    if not isinstance(options, dict):
        raise CrawlFailed("The crawler's Configuration is no JSON object")
    for place, known in _OPTIONS.items():
        section = _section(options, place)
        unknown = sorted(section.keys() - known)
        if unknown:
            raise CrawlFailed(f"{place or 'Configuration'} contains unsupported keys: {', '.join(unknown)}.")
    return options


def _section(options: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    section: Any = options
    for name in filter(None, place.split(".")):
        section = section.get(name) or {}
        if not isinstance(section, Mapping):
            raise CrawlFailed(f"{place} of the crawler's Configuration is no JSON object")
    assert isinstance(section, Mapping)  # noqa: S101 - checked on the way
    return section


def _positive(section: Mapping[str, Any], name: str) -> int | None:
    value = section.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise CrawlFailed(f"{name} must be a positive whole number, not {value!r}")
    return value
