"""How Athena says no. The texts are Athena's where they are known."""

from __future__ import annotations


class RefusedQueryError(Exception):
    """Athena refuses the query at once (InvalidRequestException); the text is for its Message."""


class FailedQueryError(Exception):
    """Athena takes the query and then fails it; the text is for its StateChangeReason."""


def not_supported(what: str) -> RefusedQueryError:
    """Something that Athena has and the local AWS has not."""
    return RefusedQueryError(f"NOT_SUPPORTED: {what} is not supported by the local AWS")
