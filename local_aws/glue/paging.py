"""MaxResults and NextToken of list operations."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from local_aws.glue.errors import invalid

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 1000


def page(
    member: str,
    entries: Sequence[Any],
    params: Mapping[str, Any],
    *,
    largest: int = _LARGEST_PAGE,
    default: int = _DEFAULT_PAGE,
) -> dict[str, Any]:
    """One page of `entries`.

    Args:
        member: the answer's member that holds the page.
        entries: everything that there is.
        params: the request, with MaxResults and NextToken.
        largest: the most entries of a page, whatever MaxResults says.
        default: entries of a page where MaxResults says nothing.

    Raises:
        GlueError: InvalidInputException for a token that this server did not give.
    """
    start = _position(params["NextToken"]) if params.get("NextToken") else 0
    end = start + min(params.get("MaxResults") or default, largest)
    answer: dict[str, Any] = {member: list(entries[start:end])}
    if end < len(entries):
        answer["NextToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return answer


def _position(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error) as error:
        raise invalid(f"NextToken is not valid: {token}") from error
