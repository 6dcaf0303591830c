"""What a work group, and the context of its request, say of a query that is started."""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.athena.errors import FailedQueryError, invalid, not_supported
from local_aws.emulator import Scope

Parameters = dict[str, Any]

GLUE_CATALOG = "AwsDataCatalog"
_ENCRYPTION = "EncryptionConfiguration"


def settings_of(scope: Scope, parameters: Parameters) -> dict[str, Any]:
    """The Configuration of the work group of a request.

    Raises:
        RefusedQueryError: there is none (real text), or it is disabled.
    """
    name = parameters.get("WorkGroup", "primary")
    group = emulator.work_group(scope, name)
    if group is None:
        raise invalid("WorkGroup is not found.")
    if group.get("State", "ENABLED") != "ENABLED":
        raise invalid(f"WorkGroup {name} is disabled.")
    settings: dict[str, Any] = group.get("Configuration") or {}
    return settings


def output_location(group: dict[str, Any], parameters: Parameters) -> str:
    """Where results go, with a slash at its end: an enforcing work group's settings win over the client's.

    Raises:
        RefusedQueryError: nobody says where, or it is no place in S3.
    """
    given = (parameters.get("ResultConfiguration") or {}).get("OutputLocation")
    own = _own_location(group)
    location = own if is_enforced(group) else given or own
    if not location:
        raise invalid(
            "No output location provided. An output location is required either through the Workgroup result "
            "configuration setting or as an API input."
        )
    if not location.startswith("s3://"):
        raise invalid(f"outputLocation is not a valid S3 path. Received: {location}")
    return f"{location.rstrip('/')}/"


def encryption(group: dict[str, Any], parameters: Parameters) -> Parameters:
    """How results are encrypted, as a QueryExecution shows it: an enforcing work group's settings win; {} for none."""
    own, given = (each.get("ResultConfiguration") or {} for each in (group, parameters))
    from_group = is_enforced(group) or not given.get("OutputLocation")
    found = (None if is_enforced(group) else given.get(_ENCRYPTION)) or (own.get(_ENCRYPTION) if from_group else None)
    return {_ENCRYPTION: found} if found else {}


def check_catalog(scope: Scope, context: dict[str, Any]) -> None:
    """Hold a query to a catalog that is there: without this check another one would be read and changed.

    Args:
        scope: of the request.
        context: its QueryExecutionContext.

    Raises:
        FailedQueryError: there is no catalog of this name (unverified text).
        RefusedQueryError: it is none of this account's Glue.
    """
    name = context.get("Catalog", GLUE_CATALOG)
    if name.lower() == GLUE_CATALOG.lower():
        return
    found = {known.lower(): each for known, each in emulator.data_catalogs(scope).items()}.get(name.lower())
    if found is None:
        raise FailedQueryError(f"CATALOG_NOT_FOUND: Catalog '{name}' not found")
    raise not_supported(f"a query in the catalog {name} of type {found['Type']}")


def is_enforced(group: dict[str, Any]) -> bool:
    """Whether a work group says where results go."""
    return bool(group.get("EnforceWorkGroupConfiguration") and _own_location(group))


def cutoff(group: dict[str, Any]) -> int | None:
    """BytesScannedCutoffPerQuery, which comes as a text from a template; None for no limit."""
    limit = group.get("BytesScannedCutoffPerQuery")
    return int(limit) if limit else None


def measured(group: dict[str, Any], parameters: Parameters) -> str:
    """The name of the work group of a request, where its queries are told to CloudWatch; else ""."""
    enabled = str(group.get("PublishCloudWatchMetricsEnabled", "")).lower() == "true"
    return str(parameters.get("WorkGroup", "primary")) if enabled else ""


def _own_location(group: dict[str, Any]) -> str | None:
    return (group.get("ResultConfiguration") or {}).get("OutputLocation")
