"""From include paths and catalog targets to the changes that a crawl would write.

Assumed of catalog targets: the table's own folder is crawled, and nothing is written when the data below it is not one
table there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from local_aws.glue.crawler import advice, report, table_advice
from local_aws.glue.crawler.catalog import Catalog
from local_aws.glue.crawler.changes import TableChange, partition_changes, table_change, vanished_table
from local_aws.glue.crawler.custom import CustomClassifier, read_classifier
from local_aws.glue.crawler.dynamodb_source import DynamoDBFound, read_table
from local_aws.glue.crawler.failures import CrawlFailed
from local_aws.glue.crawler.findings import Finding, Tell
from local_aws.glue.crawler.known_folders import known_folders
from local_aws.glue.crawler.layout import Layout, TableFound
from local_aws.glue.crawler.naming import Taken, choose_names, same_place, table_name
from local_aws.glue.crawler.range_reader import Fetch
from local_aws.glue.crawler.reading import FileFound, Reading
from local_aws.glue.crawler.s3_source import list_files, read_files
from local_aws.glue.crawler.settings import DynamoDBTarget, S3Target, Settings, parse_s3_path
from local_aws.glue.crawler.table_input import UPDATED_BY, Writer, exclusion_paths

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

Tables = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Survey:
    """One crawl's looking around; see `crawl` for the fields."""

    settings: Settings
    s3: S3Client
    glue: GlueClient
    tell: Tell
    log: Callable[[str], None]
    crawl_id: str
    should_stop: Callable[[], bool]
    clock: Callable[[], float]
    fetch: Fetch
    dynamodb: Any = None

    def changes(self) -> list[TableChange]:
        """What the crawl would write.

        Raises:
            CrawlFailed: S3 or Glue refuses, or there are more tables than the threshold.
            CrawlCancelled: should_stop said so.
        """
        if self.settings.catalog_targets:
            return self._catalog_changes()
        catalog = Catalog(self.glue, self.settings.database)
        existing = catalog.tables()
        classifiers = self._classifiers()
        found: list[tuple[S3Target, TableFound]] = []
        for target in self.settings.targets:
            known = self._known(target, existing) if self.settings.new_folders_only else {}
            found.extend((target, table) for table in self._tables(target, classifiers, known))
        others = [self._dynamodb_table(target) for target in self.settings.dynamodb_targets]
        self._classified(self.settings.database, len(found) + len(others))
        return self._compare(catalog, existing, found, others)

    def _compare(
        self,
        catalog: Catalog,
        existing: Tables,
        found: Sequence[tuple[S3Target, TableFound]],
        others: Sequence[DynamoDBFound],
    ) -> list[TableChange]:
        prefix = self.settings.table_prefix
        wanted = [(table_name(prefix, table.base_name), table.location) for _, table in found]
        wanted += [(table_name(prefix, table.name), table.arn) for table in others]
        names = choose_names(wanted, {name: _taken(table) for name, table in existing.items()}, self.settings.name)
        changes = [
            self._change(catalog, existing.get(name), name, target, table)
            for name, (target, table) in zip(names, found, strict=False)
        ]
        for name, other in zip(names[len(found) :], others, strict=True):
            for finding in report.dynamodb_findings(name, other):
                self.tell(finding)
            made = other.table(name, self.settings.name, self.crawl_id)
            changes.append(table_change(made, existing.get(name), self.settings, catalog.database, self._now_ms))
        gone = [
            vanished_table(table, self.settings, self._now_ms)
            for name, table in existing.items()
            if name not in names and self._is_ours(table)
        ]
        return changes + gone

    def _catalog_changes(self) -> list[TableChange]:
        """Catalog targets: each table's own place, crawled again; no table is made or deleted."""
        changes: list[TableChange] = []
        classifiers = self._classifiers()
        for wanted in self.settings.catalog_targets:
            catalog = Catalog(self.glue, wanted.database)
            existing = catalog.tables()
            for name in wanted.tables:
                if name not in existing:
                    raise CrawlFailed(
                        f"Table {name} of database {wanted.database}, a target of the crawler, is missing"
                    )
                location = _taken(existing[name]).location
                target = S3Target(location, *parse_s3_path(location))
                tables = [
                    table
                    for table in self._tables(target, classifiers, {})
                    if same_place(table.location) == same_place(location)
                ]
                if not tables:
                    why = f"the data in {location} is not one table"
                    text = f"Table {name} stays as it is: {why}"
                    self.tell(Finding("note", name, text, "as it is", why, "WARN"))
                changes.extend(self._change(catalog, existing[name], name, target, table) for table in tables)
            self._classified(wanted.database, len(changes))
        return changes

    def _change(
        self, catalog: Catalog, existing: Mapping[str, Any] | None, name: str, target: S3Target, table: TableFound
    ) -> TableChange:
        for finding in report.table_findings(name, table, partition_index=self.settings.partition_index):
            self.tell(finding)
        for finding in table_advice.of_table(name, table, self.settings):
            self.tell(finding)
        settings, exclusions = self.settings, exclusion_paths(target.path, target.exclusions)
        writer = Writer(settings.name, self.crawl_id, exclusions, settings.partition_index)
        change = table_change(writer.table(name, table), existing, settings, catalog.database, self._now_ms)
        for finding in table_advice.of_change(change):
            self.tell(finding)
        there = catalog.partitions(name) if existing else []
        partitions = [writer.partition(table, partition) for partition in table.partitions]
        return replace(change, partitions=partition_changes(change, partitions, there, settings, self._now_ms))

    def _tables(
        self, target: S3Target, classifiers: Sequence[CustomClassifier], known: Mapping[str, Reading]
    ) -> list[TableFound]:
        """The tables below one include path."""
        files = list_files(self.s3, target, self.tell)
        count = f"{report.counted(len(files), 'file')} to crawl"
        self.tell(Finding("target", target.uri, f"{target.uri} holds {count}", count))
        new = [file for file in files if _folder(file) not in known]
        read = read_files(
            self.s3,
            new,
            sample_size=target.sample_size,
            classifiers=classifiers,
            should_stop=self.should_stop,
            tell=self.tell,
            role=self.settings.role,
            fetch=self.fetch,
        )
        read += [replace(file, reading=known[_folder(file)]) for file in files if _folder(file) in known]
        if known:
            text = f"Not read again, since their folders were crawled before: {len(files) - len(new)}"
            self.tell(Finding("note", target.uri, text))
        layout = Layout(target, combine=self.settings.combine_schemas, table_level=self.settings.table_level)
        tables = layout.tables(sorted(read, key=lambda file: file.key))
        for finding in layout.findings:
            self.tell(finding)
        if not tables:
            why = "there is no data below it"
            self.tell(Finding("folder", target.uri, f"{target.uri} makes no table: {why}", "nothing", why, "WARN"))
            self.tell(advice.nothing_there(target.uri))
        return tables

    def _dynamodb_table(self, target: DynamoDBTarget) -> DynamoDBFound:
        found = read_table(self.dynamodb, target, self.should_stop)
        count = f"{report.counted(found.items, 'item')}"
        self.tell(Finding("target", found.arn, f"{found.arn} holds {count}", count))
        return found

    def _known(self, target: S3Target, existing: Tables) -> dict[str, Reading]:
        """The folders of an include path that this crawler crawled before."""
        catalog = Catalog(self.glue, self.settings.database)
        known: dict[str, Reading] = {}
        for name, table in existing.items():
            if self._is_ours(table):
                known |= known_folders(catalog.partitions(name) if table.get("PartitionKeys") else [table])
        return {folder: reading for folder, reading in known.items() if folder.startswith(target.uri)}

    def _classifiers(self) -> list[CustomClassifier]:
        catalog = Catalog(self.glue, self.settings.database)
        return [read_classifier(catalog.classifier(name)) for name in self.settings.classifiers]

    def _classified(self, database: str, tables: int) -> None:
        self.log(f"BENCHMARK : Classification complete, writing results to database {database}")
        threshold = self.settings.table_threshold
        if threshold is not None and tables > threshold:
            self.tell(advice.too_many_tables(tables, threshold))
            raise CrawlFailed(f"Table Threshold value = {threshold}, Tables detected - {tables}")

    def _is_ours(self, table: Mapping[str, Any]) -> bool:
        """Whether this crawler made the table from one of the places that it crawls."""
        taken = _taken(table)
        inside = any(f"{taken.location.rstrip('/')}/".startswith(target.uri) for target in self.settings.targets)
        return inside and taken.crawler == self.settings.name

    @property
    def _now_ms(self) -> int:
        return int(self.clock() * 1000)


def _folder(file: FileFound) -> str:
    return f"{file.uri.rpartition('/')[0]}/"


def _taken(table: Mapping[str, Any]) -> Taken:
    location = (table.get("StorageDescriptor") or {}).get("Location") or ""
    return Taken(location, (table.get("Parameters") or {}).get(UPDATED_BY))
