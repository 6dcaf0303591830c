"""Which folders are tables, which are partitions, and why.

Bottom up: the files of one folder are one table when format and compression are the same and the schemas alike; a
folder of folders is one table, its sub-folders partitions, when each of them is one and all are alike. Otherwise each
stays a table of its own, files named after themselves, folders after themselves (AWS's pages on partitions and on
grouping). CombineCompatibleSchemas looks at the format only; TableLevelConfiguration N makes the tables at the N-th
level, the bucket being the first.

Assumed: folders of different depth are not one table; where a folder holds both files and folders, its files are a
table and each sub-folder is another (AWS says "multiple tables" without saying which); a table level below the include
path implies combining.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from local_aws.glue.crawler import advice
from local_aws.glue.crawler.findings import Finding
from local_aws.glue.crawler.naming import key_names, partition_keys, partition_values
from local_aws.glue.crawler.reading import Dataset, FileFound
from local_aws.glue.crawler.schema import Schema, difference, judge
from local_aws.glue.crawler.settings import S3Target


@dataclass(frozen=True)
class PartitionFound:
    """A folder that is a partition: its values, its key in the bucket, its data."""

    values: tuple[str, ...]
    key: str
    dataset: Dataset


@dataclass(frozen=True)
class TableFound:
    """A table as the data shows it.

    Attributes:
        bucket: the bucket.
        key: the folder's key, ending in "/" (or "" for the bucket), or the object's key.
        base_name: what the table is named after.
        partition_keys: names of the partition keys.
        dataset: all the data.
        partitions: the partitions, none when there are no keys.
        unnamed_levels: for each partition_N the name of one folder that has no `key=`.
    """

    bucket: str
    key: str
    base_name: str
    partition_keys: tuple[str, ...]
    dataset: Dataset
    partitions: tuple[PartitionFound, ...]
    unnamed_levels: tuple[tuple[str, str], ...] = ()

    @property
    def location(self) -> str:
        """The table's place."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass
class _Folder:
    """A folder of the include path; the bucket's own level is 1."""

    bucket: str
    key: str
    level: int
    files: list[FileFound] = field(default_factory=list)
    folders: dict[str, _Folder] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def name(self) -> str:
        return self.key.rstrip("/").rpartition("/")[2] or self.bucket


@dataclass(frozen=True)
class _Leaf:
    """A folder with files, and the folders' names that lead to it from the group's root."""

    names: tuple[str, ...]
    key: str
    dataset: Dataset


@dataclass(frozen=True)
class _Group:
    """What is one table so far: its root, its leaves, all of the same depth."""

    key: str
    base_name: str
    leaves: tuple[_Leaf, ...]
    dataset: Dataset

    @property
    def depth(self) -> int:
        return len(self.leaves[0].names)


class Layout:
    """Decides for one include path; `findings` say why."""

    def __init__(self, target: S3Target, *, combine: bool, table_level: int | None) -> None:
        self.findings: list[Finding] = []
        self._target = target
        self._combine = combine or table_level is not None
        self._table_level = table_level or 1

    def tables(self, files: Sequence[FileFound]) -> list[TableFound]:
        """The tables that these files make, in key order."""
        if len(files) == 1 and f"{files[0].key}/" == self._target.prefix:
            return [self._table(_file_group(files[0]))]
        return [self._table(group) for group in self._groups(self._tree(files))]

    def _tree(self, files: Sequence[FileFound]) -> _Folder:
        prefix = self._target.prefix
        root = _Folder(self._target.bucket, prefix, prefix.count("/") + 1)
        for file in files:
            folder = root
            for name in file.key[len(prefix) :].split("/")[:-1]:
                key = f"{folder.key}{name}/"
                folder = folder.folders.setdefault(name, _Folder(root.bucket, key, folder.level + 1))
            folder.files.append(file)
        return root

    def _groups(self, folder: _Folder) -> list[_Group]:
        below = {name: self._groups(folder.folders[name]) for name in sorted(folder.folders)}
        own = self._own_groups(folder)
        inner = [group for groups in below.values() for group in groups]
        if own and inner:
            why = "it holds files and folders, and its files are a table apart from each folder's"
            self.findings.append(
                Finding("folder", folder.uri, f"Folder {folder.uri} is not one table: {why}", "several tables", why)
            )
            self.findings.append(advice.mixed_levels(folder.uri, folder.key[len(self._target.prefix) :]))
        if own or not inner:
            return own + inner
        merged = self._merge(folder, below)
        return [merged] if merged else inner

    def _own_groups(self, folder: _Folder) -> list[_Group]:
        read = [file for file in folder.files if file.reading]
        if not read:
            return []
        obstacle = _format_obstacle([Dataset.of_files([file]) for file in read])
        if not obstacle and not self._combine:
            verdict = judge([file.reading.schema for file in read if file.reading])
            obstacle = "" if verdict.similar else verdict.why
            if verdict.odd:
                obstacle += _example(
                    [(file.key.rpartition("/")[2], file.reading.schema) for file in read if file.reading], verdict.odd
                )
        if obstacle:
            text = f"The files of {folder.uri} are a table each: {obstacle}"
            self.findings.append(Finding("folder", folder.uri, text, "a table for each file", obstacle))
            self.findings += advice.apart(folder.uri, read, combine=self._combine)
            return [_file_group(file) for file in read]
        dataset = Dataset.of_files(folder.files)
        return [_Group(folder.key, folder.name, (_Leaf((), folder.key, dataset),), dataset)]

    def _merge(self, folder: _Folder, below: dict[str, list[_Group]]) -> _Group | None:
        """The sub-folders as partitions of one table at `folder`, or None, with the reason noted."""
        obstacle = self._obstacle(folder, below)
        if obstacle:
            text = f"Folder {folder.uri} is no table: {obstacle}"
            self.findings.append(Finding("folder", folder.uri, text, "no table itself", obstacle))
            return None
        leaves = tuple(
            _Leaf((name, *leaf.names), leaf.key, leaf.dataset)
            for name, groups in below.items()
            for group in groups
            for leaf in group.leaves
        )
        dataset = Dataset.of_parts([group.dataset for groups in below.values() for group in groups])
        return _Group(folder.key, folder.name, leaves, dataset)

    def _obstacle(self, folder: _Folder, below: dict[str, list[_Group]]) -> str:
        """Why the sub-folders cannot be partitions of one table; "" when they can."""
        if folder.level < self._table_level:
            return f"it is level {folder.level}, and the crawler makes its tables at level {self._table_level}"
        for name, groups in below.items():
            if len(groups) > 1 or any(not group.key.endswith("/") for group in groups):
                return f"its folder {name}/ holds {len(groups)} tables"
        groups = [group for some in below.values() for group in some]
        if len({group.depth for group in groups}) > 1:
            self.findings.append(advice.different_depths(folder.uri))
            return "its folders are of different depth"
        obstacle = _format_obstacle([group.dataset for group in groups])
        if obstacle:
            self.findings.append(advice.different_formats(folder.uri))
        if obstacle or self._combine:
            return obstacle
        verdict = judge([group.dataset.schema for group in groups])
        if verdict.similar:
            return ""
        self.findings.append(advice.different_schemas(folder.uri, folder.level))
        named = [(f"{name}/", groups[0].dataset.schema) for name, groups in below.items()]
        return f"its folders are a table each, for {verdict.why}{_example(named, verdict.odd)}"

    def _table(self, group: _Group) -> TableFound:
        levels = [sorted({leaf.names[level] for leaf in group.leaves}) for level in range(group.depth)]
        keys = partition_keys(levels)
        names = key_names(keys)
        return TableFound(
            bucket=self._target.bucket,
            key=group.key,
            base_name=group.base_name,
            partition_keys=tuple(names),
            dataset=group.dataset,
            partitions=tuple(self._partitions(group, keys)),
            unnamed_levels=tuple(
                (name, level[0]) for name, key, level in zip(names, keys, levels, strict=True) if key is None
            ),
        )

    def _partitions(self, group: _Group, keys: Sequence[str | None]) -> Iterator[PartitionFound]:
        seen: dict[tuple[str, ...], str] = {}
        for leaf in group.leaves if keys else ():
            values = partition_values(leaf.names, keys)
            first = seen.setdefault(values, leaf.key)
            if first == leaf.key:
                yield PartitionFound(values, leaf.key, leaf.dataset)
            else:
                why = f"{first} has the same partition values {values}"
                uri = f"s3://{self._target.bucket}/{leaf.key}"
                self.findings.append(Finding("folder", uri, f"Folder {uri} is left out: {why}", "nothing", why, "WARN"))


def _file_group(file: FileFound) -> _Group:
    dataset = Dataset.of_files([file])
    return _Group(file.key, file.key.rpartition("/")[2], (_Leaf((), file.key, dataset),), dataset)


def _format_obstacle(datasets: Sequence[Dataset]) -> str:
    formats = {dataset.format.format: dataset.format.format_text for dataset in datasets}
    return "" if len(formats) == 1 else "they have different formats: " + "; ".join(sorted(formats.values()))


def _example(named: Sequence[tuple[str, Schema]], odd: tuple[int, int] | None) -> str:
    """What keeps two of the schemas apart, as the end of a sentence."""
    if odd is None:
        return ""
    (one, left), (other, right) = named[odd[0]], named[odd[1]]
    return f" ({difference(left, right, (one, other))})"
