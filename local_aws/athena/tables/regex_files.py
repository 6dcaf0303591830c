"""Text files whose lines a regular expression parts: RegexSerDe.

Real (user guide, "Regex SerDe"): a line that does not match is a row of NULLs, as are columns for which the expression
has no group; groups beyond the columns are left out. Trino's reader, "bug for bug" Hive's: a line matches as a whole, a
text that is none of its column's type is NULL, input.regex.case.insensitive. What an expression means is Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.tables.settings import header_lines, refuse_settings
from local_aws.bounded_regex import PatternError, groups

FUNCTION = "regex_fields"
"""The function that makes of a line the list of its fields, or NULL."""


@dataclass(frozen=True)
class RegexSerde:
    """RegexSerDe.

    Attributes:
        parameters: of the SerDe.
        properties: of the table.
    """

    parameters: Mapping[str, str]
    properties: Mapping[str, Any]

    @property
    def skipped(self) -> int:
        """Lines at the start of a file that are none of its rows."""
        return header_lines(self.properties)

    def fields(self) -> Callable[[Any], Any]:
        """What parts many lines at once: a pyarrow.ChunkedArray or Array of lines -> one of lists of fields.

        Raises:
            FailedQueryError: there is no expression, or it is none; of what is returned, it takes too long.
            RefusedQueryError: a setting that is not supported here.
        """
        import pyarrow as pa

        refuse_settings(self.parameters, self.properties)
        pattern = self.parameters.get("input.regex")
        if pattern is None:  # the text is Hive's
            raise FailedQueryError('HIVE_INVALID_METADATA: This table does not have serde property "input.regex"!')
        any_case = str(self.parameters.get("input.regex.case.insensitive")).lower() == "true"
        try:
            match = groups(pattern, any_case=any_case)
        except PatternError as error:
            raise FailedQueryError(f"HIVE_INVALID_METADATA: input.regex is no regular expression: {error}") from error

        def parted(some: Any) -> Any:
            try:
                return pa.array([match(line) for line in some.to_pylist()], pa.list_(pa.string()))
            except PatternError as error:
                raise FailedQueryError(f"HIVE_BAD_DATA: input.regex: {error}") from error

        return parted
