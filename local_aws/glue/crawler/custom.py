"""Custom classifiers of a crawler, from GetClassifier's `Classifier`: CSV and JSON ones; grok.py and xml_rules.py.

A custom classifier is asked before the built-in ones, and wins when it is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from local_aws.glue.crawler import csv_rules, json_rules
from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.failures import CrawlFailed, Unsupported
from local_aws.glue.crawler.grok import GrokClassifier
from local_aws.glue.crawler.reading import LAZY_SIMPLE, OPEN_CSV, Reading
from local_aws.glue.crawler.schema import Column, Schema
from local_aws.glue.crawler.xml_rules import XmlClassifier
from local_aws.runtime.awsglue._formats.json_path import compiled

_DATATYPES: Mapping[str, hive.HiveType] = {
    "BINARY": hive.BINARY,
    "BOOLEAN": hive.BOOLEAN,
    "DATE": hive.DATE,
    "DECIMAL": hive.Decimal(10, 0),
    "DOUBLE": hive.DOUBLE,
    "FLOAT": hive.FLOAT,
    "INT": hive.INT,
    "LONG": hive.BIGINT,
    "SHORT": hive.SMALLINT,
    "STRING": hive.STRING,
    "TIMESTAMP": hive.TIMESTAMP,
}


class CustomClassifier(Protocol):
    """Something that may know a text's format."""

    def classify(self, text: str, *, whole: bool) -> Reading | None:
        """The reading, or None when the text is not of this classifier's kind."""


def read_classifier(classifier: Mapping[str, Any]) -> CustomClassifier:
    """The classifier that GetClassifier describes.

    Raises:
        Unsupported: it is of a kind that is not known.
        CrawlFailed: its JsonPath cannot be followed, or its grok pattern is none.
    """
    if detail := classifier.get("CsvClassifier"):
        return CsvClassifier.of(detail)
    if detail := classifier.get("JsonClassifier"):
        return JsonClassifier(detail["Name"], detail.get("JsonPath") or "$")
    if detail := classifier.get("GrokClassifier"):
        who = f"custom classifier {detail['Name']}"
        return GrokClassifier.of(who, detail["Classification"], detail["GrokPattern"], detail.get("CustomPatterns", ""))
    if detail := classifier.get("XMLClassifier"):
        return XmlClassifier(detail["Name"], detail.get("Classification") or "xml", detail.get("RowTag") or "")
    kind = next((name for name in classifier if name.endswith("Classifier")), "custom classifier")
    raise Unsupported(f"{kind} {classifier.get(kind, {}).get('Name', '')}".strip())


@dataclass(frozen=True)
class CsvClassifier:
    """AWS's custom CSV classifier.

    Assumed: with no Delimiter the built-in ones are tried; ContainsHeader UNKNOWN follows the built-in header rule; a
    quote symbol brings OpenCSVSerDe and a table of strings unless data types are configured.
    """

    name: str
    delimiter: str | None
    quote: str | None
    contains_header: str
    header: tuple[str, ...]
    single_column: bool
    datatypes: tuple[str, ...]
    serde: str | None

    @classmethod
    def of(cls, detail: Mapping[str, Any]) -> CsvClassifier:
        """From GetClassifier's CsvClassifier."""
        return cls(
            name=detail["Name"],
            delimiter=detail.get("Delimiter") or None,
            quote=detail.get("QuoteSymbol") or None,
            contains_header=detail.get("ContainsHeader") or "UNKNOWN",
            header=tuple(detail.get("Header") or ()),
            single_column=bool(detail.get("AllowSingleColumn")),
            datatypes=tuple(detail.get("CustomDatatypes") or ()) if detail.get("CustomDatatypeConfigured") else (),
            serde=detail.get("Serde"),
        )

    def classify(self, text: str, *, whole: bool) -> Reading | None:
        """See CustomClassifier."""
        lines = csv_rules.sample_lines(text, whole=whole)
        delimiters = (self.delimiter,) if self.delimiter else csv_rules.DELIMITERS
        tables = [csv_rules.split(lines, delimiter, self.quote) for delimiter in delimiters]
        tables = [table for table in tables if table.width >= (1 if self.single_column else 2)]
        if not tables:
            return None
        table = max(tables, key=lambda candidate: candidate.agreement)
        if table.agreement <= csv_rules.AGREEMENT or (self.header and len(self.header) != table.width):
            return None
        header = self._has_header(table)
        return Reading(
            "csv",
            schema=self._columns(table, header=header),
            records=table.records,
            record_size=csv_rules.average_size(lines, table.records),
            delimiter=table.delimiter,
            header=header,
            serde=self._serde(table.delimiter),
            why=f"custom classifier {self.name}",
        )

    def _has_header(self, table: csv_rules.Table) -> bool:
        if self.contains_header == "UNKNOWN":
            return csv_rules.find_header(table.rows)[0]
        return self.contains_header == "PRESENT"

    def _columns(self, table: csv_rules.Table, *, header: bool) -> Schema:
        columns = csv_rules.name_columns(table, header=header)
        names = csv_rules.header_names(self.header) if self.header else [column.name for column in columns]
        types: Sequence[hive.HiveType] = [column.type for column in columns]
        if self.datatypes:
            types = [_DATATYPES.get(word.upper(), hive.STRING) for word in self.datatypes]
        elif self.serde != "LazySimpleSerDe" and self.quote:
            types = [hive.STRING] * len(names)
        why = f"custom classifier {self.name}"
        return tuple(Column(name, kind, why) for name, kind in zip(names, types, strict=False))

    def _serde(self, delimiter: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        wanted = self.serde or ("OpenCSVSerDe" if self.quote else "LazySimpleSerDe")
        if wanted != "OpenCSVSerDe":
            return LAZY_SIMPLE, (("field.delim", delimiter),)
        return OPEN_CSV, (("quoteChar", self.quote or '"'), ("separatorChar", delimiter))


class JsonClassifier:
    """AWS's custom JSON classifier: a JsonPath of the operators that the developer guide lists, `$.a[0].b[*]`."""

    def __init__(self, name: str, json_path: str) -> None:
        self.name = name
        self._path = json_path
        self._select = _selector(name, json_path)

    def classify(self, text: str, *, whole: bool) -> Reading | None:  # noqa: ARG002 - a cut-off value is found anyway
        """See CustomClassifier."""
        values, end = json_rules.read_values(text)
        found = (inner for value in values for inner in self._select(value))
        objects = [value for value in found if isinstance(value, dict)]
        if not objects:
            return None
        columns, paths = json_rules.columns_of(objects)
        size = len(text[:end].encode()) // len(objects)
        why = f"custom classifier {self.name} ({self._path})"
        return Reading("json", schema=columns, records=len(objects), record_size=size, paths=paths, why=why)


def _selector(name: str, json_path: str) -> Callable[[json_rules.Json], list[json_rules.Json]]:
    if not json_path.strip().startswith("$"):
        raise CrawlFailed(f"The JsonPath {json_path!r} of classifier {name} does not begin with $")
    try:
        return compiled(json_path)
    except NotImplementedError:
        raise Unsupported(f"The JsonPath {json_path!r} of classifier {name}") from None
