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


def not_supported(what: str) -> RefusedQueryError:
    """Something that Athena has and the local AWS has not."""
    return RefusedQueryError(f"NOT_SUPPORTED: {what} is not supported by the local AWS")


_TYPES = {
    "TABLE_NOT_FOUND": 1110,
    "SCHEMA_NOT_FOUND": 1004,
    "COLUMN_NOT_FOUND": 1006,
    "TYPE_MISMATCH": 1006,
    "SYNTAX_ERROR": 1006,
    "EXPRESSION_NOT_AGGREGATE": 1006,
    "PERMISSION_DENIED": 1501,
}
_USER = 2
"""ErrorCategory of what the query's author can put right."""


def athena_error(reason: str) -> dict[str, object]:
    """The AthenaError of a failed query; ErrorType only where AWS's number is known."""
    error: dict[str, object] = {"ErrorCategory": _USER, "Retryable": False, "ErrorMessage": reason}
    kind = _TYPES.get(reason.partition(":")[0])
    return error | ({"ErrorType": kind} if kind else {})
