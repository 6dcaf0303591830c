"""Lengths, ranges, patterns and enumerations of a model, and AWS's sentences about what breaks them.

The sentences, and how they write a value, are those of public messages of Glue, Athena, DynamoDB, CloudWatch Logs and
Lambda; the order of several in one message is not AWS's, which follows no rule that is known.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex  # type: ignore[import-untyped] # types-regex is not among the requirements

CONSTRAINED = frozenset(
    (
        "athena budgets dynamodb dynamodbstreams events firehose glue kinesis kms logs secretsmanager ssm stepfunctions"
    ).split()
)
"""Services (botocore's names) whose public messages show that the front of the service checks its model's constraints.

That Budgets, Firehose and Secrets Manager check every one of theirs is unverified.
"""

_OPEN = {("glue", "ConnectionPropertyKey")}
"""Shapes whose values are more than the model tells: the guide's connections to Salesforce have an INSTANCE_URL."""

_NEWER = {("glue", "WorkerType"): ("G.12X", "G.16X", "R.1X", "R.2X", "R.4X", "R.8X")}
"""Values that AWS takes (developer guide) and botocore's model does not list yet."""

_NOT_REPEATED = {("athena", "IdempotencyToken")}
"""Shapes whose values messages do not repeat, though the model does not call them sensitive (seen on AWS)."""

_PAIRS = r"\uD800\uDC00-\uDBFF\uDFFF"
"""Java's way to write the characters beyond U+FFFF."""

CHECKED_LATER = frozenset(
    f"{operation}Input"
    for operation in (
        "CreateRegistry GetRegistry ListRegistries UpdateRegistry DeleteRegistry CreateSchema GetSchema ListSchemas "
        "UpdateSchema DeleteSchema RegisterSchemaVersion GetSchemaVersion GetSchemaByDefinition ListSchemaVersions "
        "DeleteSchemaVersions CheckSchemaVersionValidity GetSchemaVersionsDiff PutSchemaVersionMetadata "
        "QuerySchemaVersionMetadata RemoveSchemaVersionMetadata"
    ).split()
)
"""Inputs of Glue's schema registry, which has words of its own for what breaks constraints (a public log shows so)."""

_ANY_LINE = r".*\S.*"
"""Of definitions in Glue's schema registry, which have several lines in public templates and commands."""

_SECONDS = 0.5
_LONGEST_SHOWN = 20_000
"""Characters of a value that a message repeats; AWS's own bound is unverified."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a shape asks of its values.

    Attributes:
        least: of a text, list, map or blob its length, of a number itself; None where there is no bound.
        most: the same.
        measured: whether the bounds are for the length.
        pattern: a regular expression as the model writes it; "" for none.
        values: the texts that are allowed; empty for any.
        secret: whether messages do not repeat the value.
        blob: whether it is bytes, which JSON writes as Base64.
        compiled: the pattern, ready.
    """

    least: float | None
    most: float | None
    measured: bool
    pattern: str
    values: tuple[str, ...]
    secret: bool
    blob: bool = False
    compiled: Any = None

    def broken(self, value: Any) -> Iterator[str]:
        """The constraints that a value breaks, as AWS says them."""
        size = (_blob_length(value) if self.blob else len(value)) if self.measured else value
        word = "length" if self.measured else "value"
        if self.most is not None and size > self.most:
            yield f"Member must have {word} less than or equal to {self.most}"
        if self.least is not None and size < self.least:
            yield f"Member must have {word} greater than or equal to {self.least}"
        if self.compiled is not None and not self._matches(value):
            yield f"Member must satisfy regular expression pattern: {self.pattern}"
        if self.values and value not in self.values:
            yield f"Member must satisfy enum value set: [{', '.join(self.values)}]"

    def hold_for(self, texts: list[str]) -> bool:
        """Whether none of these texts breaks one."""
        if self.compiled is not None or self.values or self.blob or not self.measured:
            return not any(next(self.broken(text), None) for text in texts)
        least, most = self.least or 0, self.most
        return not texts or (min(map(len, texts)) >= least and (most is None or max(map(len, texts)) <= most))

    def every(self) -> str:
        """All of them, as AWS says what members of lists, keys and values of maps must satisfy."""
        word = "length" if self.measured else "value"
        said = [] if self.most is None else [f"Member must have {word} less than or equal to {self.most}"]
        said += [] if self.least is None else [f"Member must have {word} greater than or equal to {self.least}"]
        said += [f"Member must satisfy regular expression pattern: {self.pattern}"] if self.pattern else []
        said += [f"Member must satisfy enum value set: [{', '.join(self.values)}]"] if self.values else []
        return ", ".join(said)

    def _matches(self, value: str) -> bool:
        find = self.compiled.search if self.pattern.startswith("^") else self.compiled.fullmatch
        try:
            return find(value, concurrent=True, timeout=_SECONDS) is not None
        except TimeoutError:
            return False


def constraints_of(service: str, shape: Any) -> Constraints | None:
    """The constraints of botocore's shape; None where it has none or the service is not known to check them."""
    if service not in CONSTRAINED:
        return None
    kind, told = shape.type_name, shape.metadata
    measured = kind in ("string", "blob", "list", "map")
    if not measured and kind not in ("integer", "long", "float", "double"):
        return None
    pattern = told.get("pattern", "") if kind == "string" else ""
    is_closed = kind == "string" and (service, shape.name) not in _OPEN
    values = tuple(told.get("enum", ())) if is_closed else ()
    if values:
        values += tuple(value for value in _NEWER.get((service, shape.name), ()) if value not in values)
    least, most = told.get("min"), told.get("max")
    if least is None and most is None and not pattern and not values:
        return None
    return Constraints(
        _whole(least),
        _whole(most),
        measured,
        pattern,
        values,
        bool(told.get("sensitive")) or kind == "blob" or (service, shape.name) in _NOT_REPEATED,
        kind == "blob",
        _compiled(pattern),
    )


def problem(path: str, value: Any, shape: Any, said: str, *, secret: bool = False) -> str:
    """One sentence of a message.

    Args:
        path: of the member, as AWS writes it.
        value: what stands there.
        shape: its Node, which names the structures in it.
        said: what must hold.
        secret: whether the value is not repeated.
    """
    shown = "Value" if secret else f"Value '{written(shape, value)[:_LONGEST_SHOWN]}'"
    return f"{shown} at '{path.rstrip('.')}' failed to satisfy constraint: {said}"


def written(node: Any, value: Any) -> str:
    """A value as AWS's messages write it: `[PartitionValueList(values=[a, b])]`, `{key=value}`."""
    if isinstance(value, list):
        return f"[{', '.join(written(node.item, item) for item in value)}]"
    if isinstance(value, Mapping) and node.kind == "map":
        return "{" + ", ".join(f"{name}={written(node.item, item)}" for name, item in value.items()) + "}"
    if isinstance(value, Mapping):
        known = [(name, member, value[name]) for name, member in node.written.items() if name in value]
        members = ", ".join(
            f"{name[:1].lower()}{name[1:]}={'***' if _is_secret(member) else written(member, item)}"
            for name, member, item in known
        )
        return f"{node.name}({members})"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _is_secret(node: Any) -> bool:
    return node.constraints is not None and bool(node.constraints.secret)


def _compiled(pattern: str) -> Any:
    if not pattern:
        return None
    try:
        flags = regex.VERSION0 | (regex.DOTALL if pattern == _ANY_LINE else 0)
        return regex.compile(pattern.replace(_PAIRS, r"\U00010000-\U0010FFFF"), flags)
    except regex.error:
        return None  # none of the services' models has such a one: a test says so


def _whole(bound: Any) -> float | None:
    if bound is None:
        return None
    number = float(bound)
    return int(number) if number.is_integer() else number


def _blob_length(value: Any) -> int:
    return len(value) if isinstance(value, bytes) else len(base64.b64decode(value))
