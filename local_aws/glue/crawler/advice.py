"""How to get what was probably meant: one sentence for each thing about folders and files that makes tables odd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from local_aws.glue.crawler.findings import Finding, advice
from local_aws.glue.crawler.reading import FileFound
from local_aws.glue.crawler.schema import listed

COMBINE = 'Configuration {"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}'


# Folders and files


def mixed_levels(uri: str, path: str) -> Finding:
    """Files beside folders; `path` is the folder's below the include path."""
    return advice(uri, f"Move the files that lie directly in {uri} to a folder of their own, or exclude them: {path}*")


def different_depths(uri: str) -> Finding:
    """Folders of different depth."""
    return advice(uri, f"Give all folders of {uri} the same depth, or aim a target at each of them.")


def different_formats(uri: str) -> Finding:
    """Folders of different formats."""
    return advice(uri, f"Aim a target at each folder of {uri}, or exclude those that do not belong to the table.")


def different_schemas(uri: str, level: int) -> Finding:
    """Folders of different schemas."""
    text = (
        f"If all folders of {uri} are one table, give the crawler the {COMBINE}, "
        f'or make the tables at this level: "Grouping": {{"TableLevelConfiguration": {level}}}.'
    )
    return advice(uri, text)


def apart(uri: str, files: Sequence[FileFound], *, combine: bool) -> Iterator[Finding]:
    """Files of one folder that are a table each."""
    formats = Counter(file.reading.format for file in files if file.reading)
    usual, count = formats.most_common(1)[0]
    if len(formats) == 1:
        if not combine:
            yield advice(uri, f"If the files of {uri} are one table, give the crawler the {COMBINE}.")
        return
    odd = [file for file in files if file.reading and file.reading.format != usual]
    if count == 1:
        yield advice(uri, f"Give each of these {len(files)} files of {uri} a folder of its own.")
        return
    patterns = sorted({_pattern(file) for file in odd})
    kept = {_pattern(file) for file in files if file not in odd}
    if kept & set(patterns):  # the same ending means different things: name the files
        patterns = [file.key.rpartition("/")[2] for file in odd]
    what = next(file.reading.format_text for file in files if file.reading and file.reading.format == usual)
    yield advice(
        uri, f"To have one table of the {count} files of {uri} that are {what}, exclude the others: {listed(patterns)}"
    )


def _pattern(file: FileFound) -> str:
    name = file.key.rpartition("/")[2]
    dot, suffix = name.rpartition(".")[1:]
    return f"**.{suffix}" if dot else name


def unused_pattern(target: str, pattern: str) -> Finding:
    """An exclude pattern that leaves nothing out."""
    text = (
        f"Exclude pattern {pattern} leaves nothing out of {target}: a pattern is matched against the whole path below "
        "the include path, and * stays inside one folder level where ** does not."
    )
    return advice(target, text)


def nothing_there(target: str) -> Finding:
    """An include path without data."""
    return advice(target, f"Check bucket, folder and spelling (upper and lower case) of {target}, and the exclusions.")


def denied(role: str, uri: str) -> Finding:
    """An object that the role may not read."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    folder = key.rpartition("/")[0]
    resource = f"arn:aws:s3:::{bucket}/{folder}/*" if folder else f"arn:aws:s3:::{bucket}/*"
    return advice(uri, f"Allow s3:GetObject on {resource} to the crawler's role {role}, or exclude these objects.")


# What is written


def too_many_tables(tables: int, threshold: int) -> Finding:
    """More tables than TableThreshold."""
    text = (
        f"{tables} tables are more than the {threshold} of TableThreshold: follow the advice on folders, or raise it."
    )
    return advice("TableThreshold", text)
