"""What TagResource, UntagResource and ListTagsForResource name must be there; the emulator does the rest.

The texts are unverified.
"""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.athena.errors import AbsentError, invalid
from local_aws.emulator import Scope

OPERATIONS = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})

_MOST = 50
"""User guide, "Tag restrictions"."""


def check(scope: Scope, operation: str, params: dict[str, Any]) -> None:
    """Refuse a request about something that is not there, or that would give it too many tags.

    Raises:
        AbsentError: there is no such work group or data catalog.
        RefusedQueryError: it would have more than 50 tags, or one of AWS's own.
    """
    arn = params["ResourceARN"]
    kind, _, name = arn.split(":", 5)[-1].partition("/")
    absent = (
        (kind == "workgroup" and emulator.work_group(scope, name) is None)
        or (kind == "datacatalog" and name not in emulator.data_catalogs(scope))
        or kind == "capacity-reservation"
    )
    if absent:
        raise AbsentError(f"{arn} is not found.")
    if operation != "TagResource":
        return
    given = {tag["Key"] for tag in params["Tags"]}
    if any(key.lower().startswith("aws:") for key in given):
        raise invalid("Tag keys that begin with aws: are reserved")
    if len(given | emulator.athena_tags(scope, arn).keys()) > _MOST:
        raise invalid(f"A resource has at most {_MOST} tags")
