"""What a crawl would do and why, as lines and tables to print. Pure: no AWS.

The document is the local AWS's answer to ExplainCrawl: `Crawler`, `Findings` (Kind, Subject, Becomes, Why, Text),
`Changes` (Action, Table, Database, Why, Notes, Partitions) and `Failure`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

NAMED = 5  # partitions of a table that are listed before they are only counted
PLACES = ("target", "object", "folder", "table", "partition")
ACTIONS = {"create": "create", "update": "update", "deprecate": "deprecate", "delete": "delete", "none": "leave"}


@dataclass(frozen=True)
class Section:
    """A heading and rows of three texts: what, what becomes of it, why."""

    title: str
    rows: Sequence[tuple[str, str, str]]


def heading(document: Mapping[str, Any]) -> list[str]:
    """What the crawler is set to do."""
    crawler = document["Crawler"]
    policy = crawler.get("SchemaChangePolicy", {})
    recrawl = crawler.get("RecrawlPolicy", {}).get("RecrawlBehavior", "CRAWL_EVERYTHING")
    lines = [
        f"role {crawler['Role']}, database {crawler.get('DatabaseName', 'default')}, {recrawl}, "
        + ", ".join(f"{name} {value}" for name, value in policy.items())
    ]
    if crawler.get("Configuration"):
        lines.append(f"Configuration {crawler['Configuration']}")
    return lines


def sections(document: Mapping[str, Any]) -> Iterator[Section]:
    """Folders and objects, formats, columns, what would be written."""
    findings = document["Findings"]
    targets = [finding["Subject"] for finding in findings if finding["Kind"] == "target"]

    def section(title: str, rows: Iterable[tuple[str, str, str]]) -> Section:
        return Section(title, [(_short(what, targets), becomes, _short(why, targets)) for what, becomes, why in rows])

    for target in targets:
        below = [finding for finding in findings if finding["Subject"].startswith(target)]
        yield section(target, _places(below))
    yield section("Formats", (_row(finding) for finding in findings if finding["Kind"] == "format"))
    yield section("Columns", (_row(finding) for finding in findings if finding["Kind"] == "column"))
    yield section("The crawl would", _changes(document))


def advice(document: Mapping[str, Any]) -> list[str]:
    """What to do to get what was probably meant, each sentence once."""
    return list(dict.fromkeys(finding["Text"] for finding in document["Findings"] if finding["Kind"] == "advice"))


def _short(text: str, targets: Sequence[str]) -> str:
    """The text with `./` for the include path."""
    for target in targets:
        text = text.replace(target, "./")
    return text


def _places(findings: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    places = [finding for finding in findings if finding["Kind"] in PLACES]
    for is_partition, group in groupby(places, key=lambda finding: finding["Kind"] == "partition"):
        rows = [_row(finding) for finding in group]
        yield from rows[:NAMED] if is_partition else rows
        if is_partition and len(rows) > NAMED:
            yield f"and {len(rows) - NAMED:,} more folders", rows[-1][1], ""


def _row(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    return finding["Subject"], finding["Becomes"], finding["Why"]


def _changes(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if document["Failure"]:
        yield "fail", "", document["Failure"]
    elif not document["Changes"]:
        yield "write nothing", "", "it found no table"
    for change in document["Changes"]:
        yield ACTIONS[change["Action"]], f"table {change['Database']}.{change['Table']}", change["Why"]
        for action, partitions in change["Partitions"].items():
            count = partitions["Count"]
            examples = "; ".join(", ".join(values) for values in partitions["Examples"][:NAMED])
            more = f" and {count - NAMED:,} more" if count > NAMED else ""
            yield action, f"{count:,} partition{'s' if count > 1 else ''} of {change['Table']}", examples + more
        yield from (("", "", note) for note in change["Notes"])
