"""Settings of the two JSON SerDes, each carried out or refused by name.

Real (user guide, "OpenX JSON SerDe" and "Hive JSON SerDe"): which settings each has, and their defaults. That a mapping
holds for fields of structs too, heeds case.insensitive and not dots.in.keys is Trino's documentation of its own reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local_aws.athena.errors import not_supported
from local_aws.athena.tables.json_files import moments
from local_aws.athena.tables.json_files.parsing import Fields, Parser, Value
from local_aws.athena.tables.json_files.values import Rules
from local_aws.athena.tables.settings import header_lines, refuse_settings

_MAPPING = "mapping."
_OF_OPEN_X = ("ignore.malformed.json", "dots.in.keys", "use.null.for.invalid.data")
_OF_FIREHOSE = {
    "convertdotsinjsonkeystounderscores": "dots.in.keys",
    "caseinsensitive": "case.insensitive",
    "columntojsonkeymappings": "mapping.<column>",
}
"""Names that Firehose's API has for settings of OpenX's SerDe, by which the SerDe does not know them."""


@dataclass(frozen=True)
class JsonSerde:
    """A JSON SerDe.

    Attributes:
        serialization_library: its class.
        parameters: of the SerDe.
        properties: of the table.
    """

    serialization_library: str
    parameters: Mapping[str, str]
    properties: Mapping[str, Any]

    @cached_property
    def _told(self) -> dict[str, str]:
        return {str(name).lower(): str(value) for name, value in {**self.properties, **self.parameters}.items()}

    def _is(self, setting: str, *, default: bool = False) -> bool:
        told = self._told.get(setting)
        return default if told is None else told.lower() == "true"

    @property
    def open_x(self) -> bool:
        """Whether it is OpenX's, as without a name, or CloudTrail's, which is read by its rules; else Hive's."""
        name = self.serialization_library.lower()
        return not name or "openx" in name or "cloudtrail" in name

    @property
    def any_case(self) -> bool:
        """Whether names are found whatever their case."""
        return self._is("case.insensitive", default=True)

    @property
    def dots(self) -> bool:
        """Whether an underscore of a column's name may be a dot in JSON."""
        return self._is("dots.in.keys")

    @property
    def ignores_malformed(self) -> bool:
        """Whether a line that is no JSON is a row of NULLs."""
        return self._is("ignore.malformed.json")

    @property
    def nulls(self) -> bool:
        """Whether a value that is none of its type is NULL."""
        return self._is("use.null.for.invalid.data")

    @property
    def skipped(self) -> int:
        """Lines at the start of a file that are none of its rows."""
        return header_lines(self.properties)

    @cached_property
    def mappings(self) -> dict[str, str]:
        """Names of columns and fields, in lower case -> names in JSON."""
        return {
            name[len(_MAPPING) :].lower(): value
            for name, value in self.parameters.items()
            if name.lower().startswith(_MAPPING)
        }

    def check(self) -> None:
        """Refuse by name what is set and not carried out here.

        Raises:
            FailedQueryError, RefusedQueryError: a setting is wrong, or not supported here.
        """
        refuse_settings(self.parameters, self.properties, known=("timestamp.formats",))
        for name in self.parameters:
            if name.lower() in _OF_FIREHOSE:
                raise not_supported(f"{name}, which is {_OF_FIREHOSE[name.lower()]} in a table's SerDe,")
        if not self.open_x:
            set_here = [name for name in _OF_OPEN_X if self._is(name)]
            set_here += [] if self.any_case else ["case.insensitive"]
            set_here += [f"{_MAPPING}{name}" for name in self.mappings]
            if set_here:
                raise not_supported(f"{set_here[0]}, which {self.serialization_library} does not know,")
        self.rules()
        header_lines(self.properties)

    def same(self, name: str, key: str) -> bool:
        """Whether a name in JSON is a column's or field's, dots left aside."""
        wanted = self.mappings.get(name.lower(), name)
        return key.lower() == wanted.lower() if self.any_case else key == wanted

    def spellings(self, name: str, keys: Iterable[str]) -> set[str]:
        """Which of some names in JSON stand for a column or field."""
        known = list(keys)
        found = {key for key in known if self.same(name, key)}
        if found or not self.dots or "_" not in name:
            return found
        undotted = {key: key.replace(".", "_") for key in known if "." in key}
        return {key for key, text in undotted.items() if text == name or (self.any_case and text.lower() == name)}

    def find(self, fields: Fields, name: str) -> Value:
        """The value of a column or field in an object; None where it has none."""
        wanted = self.mappings.get(name, name) if self.mappings else name
        if wanted in fields:
            return fields[wanted]
        return next((fields[key] for key in fields if key in self.spellings(name, fields)), None)

    def rules(self) -> Rules:
        """How its values are read.

        Raises:
            RefusedQueryError: letters of timestamp.formats that are not supported here.
        """
        formats = self._told.get("timestamp.formats", "")
        default = moments.open_x if self.open_x else moments.hive
        return Rules(self.open_x, moments.reader(formats, default, also_default=self.open_x), self.find)

    @property
    def own_moments(self) -> bool:
        """Whether moments have patterns of their own."""
        return bool(self._told.get("timestamp.formats", "").strip())

    def parser(self) -> Parser:
        """What reads its lines."""
        return Parser(any_case=self.any_case, lenient=self.open_x)
