"""How Athena says no. The texts are Athena's where they are known."""

from __future__ import annotations


class RefusedQueryError(Exception):
    """Athena refuses the query at once (InvalidRequestException); the text is for its Message.

    Attributes:
        code: its AthenaErrorCode.
    """

    def __init__(self, message: str, code: str = "MALFORMED_QUERY") -> None:
        super().__init__(message)
        self.code = code


class FailedQueryError(Exception):
    """Athena takes the query and then fails it; the text is for its StateChangeReason."""


class AbsentError(Exception):
    """ResourceNotFoundException: there is no such prepared statement, work group or data catalog."""


class MetadataError(Exception):
    """MetadataException: there is no such catalog, database or table."""


def invalid(message: str) -> RefusedQueryError:
    """A request with an input that Athena does not take."""
    return RefusedQueryError(message, "INVALID_INPUT")


def not_supported(what: str) -> RefusedQueryError:
    """Something that Athena has and the local AWS has not."""
    return RefusedQueryError(f"NOT_SUPPORTED: {what} is not supported by the local AWS")


INTERNAL = "GENERIC_INTERNAL_ERROR: the local AWS could not carry the query out; its log says why"
"""What is said of a fault of the local AWS."""


def too_large() -> RefusedQueryError:
    """The statement is nested too deeply (Trino's words for it; unverified on Athena)."""
    return RefusedQueryError("line 1:1: statement is too large (stack overflow while parsing)")


_TYPES = {
    "TABLE_NOT_FOUND": 1110,
    "SCHEMA_NOT_FOUND": 1004,
    "COLUMN_NOT_FOUND": 1006,
    "TYPE_MISMATCH": 1006,
    "SYNTAX_ERROR": 1006,
    "EXPRESSION_NOT_AGGREGATE": 1006,
    "PERMISSION_DENIED": 1501,
}
_HIVE_TYPES = {
    "FAILED: SemanticException": (2, 1006),
    "FAILED: ValidationFailureSemanticException": (2, 1006),
    "FAILED: ParseException": (1, 1003),
    "FAILED: Execution Error": (1, 1003),
}
"""ErrorCategory and ErrorType of what Hive says no to (real, for some of its errors)."""

_ALREADY_THERE = "AlreadyExistsException"
_USER = 2
"""ErrorCategory of what the query's author can put right."""


def athena_error(reason: str) -> dict[str, object]:
    """The AthenaError of a failed query; ErrorType only where AWS's number is known."""
    category, kind = _USER, _TYPES.get(reason.partition(":")[0])
    for start, numbers in _HIVE_TYPES.items():
        if reason.startswith(start):
            category, kind = numbers if _ALREADY_THERE not in reason else (_USER, 1006)
    error: dict[str, object] = {"ErrorCategory": category, "Retryable": False, "ErrorMessage": reason}
    return error | ({"ErrorType": kind} if kind else {})
