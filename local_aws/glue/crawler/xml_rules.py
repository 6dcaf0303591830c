"""XML classifiers on the beginning of a file: the custom one with its row tag, and the built-in one.

From AWS's pages: an element with the row tag's name is a row, an empty element is none, the columns are what the row's
element holds; Athena cannot read the tables, which have neither input format nor SerDe.

Assumed, for want of a source: columns are named as Glue's XML reader names them - attributes after `_`, the text of an
element that holds more as `_value` - in lower case, and typed as JSON's are; elements of one name in one row are an
array; the built-in classifier takes the document for one row; `rowTag` is a parameter of the SerDe.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from local_aws.glue.crawler.failures import CrawlFailed
from local_aws.glue.crawler.json_rules import MOST_NESTED, columns_of
from local_aws.glue.crawler.reading import UNKNOWN, Reading
from local_aws.runtime.awsglue._formats.xml import Rules, records_of

_MOST_ROWS = 1000
_BLANK = "\ufeff \t\r\n"


@dataclass(frozen=True)
class XmlClassifier:
    """AWS's custom XML classifier.

    Attributes:
        name: the classifier's.
        classification: of the tables that it makes.
        row_tag: the name of a row's element.
    """

    name: str
    classification: str
    row_tag: str

    def classify(self, text: str, *, whole: bool) -> Reading | None:  # noqa: ARG002 - a cut-off document is read so far
        """See CustomClassifier.

        Raises:
            CrawlFailed: there is no row tag.
        """
        if not self.row_tag:
            raise CrawlFailed(f"Custom classifier {self.name} has no RowTag")
        if not text.lstrip(_BLANK).startswith("<"):
            return None
        rows, size, _ = _rows(text, self.row_tag)
        why = f"custom classifier {self.name}: {len(rows)} elements <{self.row_tag}> in the sample"
        return _reading(self.classification, self.row_tag, rows, size, why) if rows else None


def classify_xml(text: str) -> Reading | None:
    """The built-in classifier's reading: None for a text that does not begin as XML, UNKNOWN with the reason if bad."""
    if not text.lstrip(_BLANK).startswith("<"):
        return None
    tag, problem = _root(text)
    rows, size = list[dict[str, Any]](), 0
    if tag:
        rows, size, problem = _rows(text, tag)
    if rows and any(isinstance(value, dict | list) or name != "_VALUE" for name, value in rows[0].items()):
        return _reading("xml", tag, rows, size, f"one XML document, <{tag}>: a custom XML classifier tells of its rows")
    reason = problem or "its outermost element holds no others"
    return Reading(UNKNOWN, why=f"looks like XML or HTML, but {reason}; see custom XML classifiers")


def _reading(classification: str, tag: str, rows: list[dict[str, Any]], size: int, why: str) -> Reading:
    columns, _ = columns_of(rows)
    serde = ("", (("rowTag", tag),))
    return Reading(
        classification, schema=columns, records=len(rows), record_size=size // len(rows), serde=serde, why=why
    )


def _rules(tag: str) -> Rules:
    return Rules(tag, "_", "_VALUE", attributes=True, empty_is_null=True, null=None, strip=True)


def _rows(text: str, tag: str) -> tuple[list[dict[str, Any]], int, str]:
    """The first rows of a document, the bytes that were read for them, and what keeps it from being read further."""
    rows: list[dict[str, Any]] = []
    content = io.BytesIO(text.encode())
    try:
        for row in records_of(_events(content), _rules(tag)):
            rows.append(row)
            if len(rows) == _MOST_ROWS:
                break
    except (ParseError, ValueError) as error:
        return rows, content.tell(), _told(error)
    return rows, content.tell(), ""


def _root(text: str) -> tuple[str, str]:
    """The name of a document's outermost element; or "" and why there is none."""
    try:
        return str(next(_events(io.BytesIO(text.encode())))[1].tag).rpartition("}")[2], ""
    except (ParseError, ValueError, StopIteration) as error:
        return "", _told(error)


class _TooDeepError(ValueError):
    """Elements are nested deeper than MOST_NESTED."""


def _events(content: io.BytesIO) -> Iterator[tuple[str, Any]]:
    """Start and end of each element; entities, document types and deep nesting are refused with a ValueError."""
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped] # as types-defusedxml is not there

    depth = 0
    for event, element in iterparse(content, ("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        if depth > MOST_NESTED:
            raise _TooDeepError
        yield event, element


def _told(error: Exception) -> str:
    if isinstance(error, _TooDeepError):
        return "its elements are nested too deeply"
    if isinstance(error, ParseError):
        return f"it is not well-formed within the sample: {error}"
    return f"it has a document type or entities, which are not read ({type(error).__name__})"
