"""Athena's work groups: create, get, list, update, delete.

The records are the emulator's (`emulator.work_groups`), where queries find them. Texts marked "real" were seen in
public issues; the others are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import invalid, not_supported
from local_aws.emulator import Scope
from local_aws.glue.stamps import now

Params = dict[str, Any]

_PAGE = 50
_ENGINE = "Athena engine version 3"
_SPARK = ("ExecutionRole", "MonitoringConfiguration", "EngineConfiguration", "AdditionalConfiguration")
_NOT_HERE = (
    *_SPARK,
    "CustomerContentEncryptionConfiguration",
    "EnableMinimumEncryptionConfiguration",
    "IdentityCenterConfiguration",
    "QueryResultsS3AccessGrantsConfiguration",
)


def create(scope: Scope, params: Params) -> Params:
    """CreateWorkGroup."""
    name, groups = params["Name"], emulator.work_groups(scope)
    if name in groups:
        raise invalid("WorkGroup is already created")  # unverified
    configuration = params.get("Configuration") or {}
    _check(configuration)
    groups[name] = {
        "Name": name,
        "State": "ENABLED",
        "Description": params.get("Description", ""),
        "CreationTime": now(),
        "Configuration": {**_settings(enforced=True), **configuration, "EngineVersion": _engine(configuration)},
    }
    emulator.set_athena_tags(_arn(scope, name), {tag["Key"]: tag["Value"] for tag in params.get("Tags") or []})
    return {}


def get(scope: Scope, params: Params) -> Params:
    """GetWorkGroup: it tells every setting."""
    group = existing(scope, params["WorkGroup"])
    return {"WorkGroup": {**group, "Configuration": _settings(enforced=False) | (group.get("Configuration") or {})}}


def every(scope: Scope, params: Params) -> Params:
    """ListWorkGroups, by name."""
    token = params.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("Invalid NextToken")
    found = [
        {
            **{member: group[member] for member in ("Name", "State", "Description", "CreationTime") if member in group},
            "EngineVersion": _engine(group.get("Configuration") or {}),
        }
        for _, group in sorted(emulator.work_groups(scope).items())
    ]
    end = int(token) + min(int(params.get("MaxResults") or _PAGE), _PAGE)
    return {"WorkGroups": found[int(token) : end]} | ({"NextToken": str(end)} if end < len(found) else {})


def update(scope: Scope, params: Params) -> Params:
    """UpdateWorkGroup: what is not given stays; a Remove… member takes its setting away."""
    group = existing(scope, params["WorkGroup"])
    updates = dict(params.get("ConfigurationUpdates") or {})
    _check(updates)
    configuration = dict(group.get("Configuration") or {})
    for member in ("ResultConfiguration", "ManagedQueryResultsConfiguration"):
        if f"{member}Updates" in updates:
            configuration[member] = _merged(configuration.get(member) or {}, updates.pop(f"{member}Updates"))
    if "EngineVersion" in updates:
        updates["EngineVersion"] = _engine(updates)
    group["Configuration"] = _merged(configuration, updates)
    group.update({member: params[member] for member in ("Description", "State") if member in params})
    return {}


def delete(scope: Scope, params: Params) -> Params:
    """DeleteWorkGroup; one that holds queries or named queries goes with RecursiveDeleteOption only."""
    name = params["WorkGroup"]
    existing(scope, name)
    if name == "primary":
        raise invalid("Cannot delete primary workgroup")
    stores = (emulator.named_queries, emulator.query_executions, emulator.prepared_statements)
    held = [(store(scope), key) for store in stores for key, made in store(scope).items() if _group(made) == name]
    if held and not params.get("RecursiveDeleteOption"):
        raise invalid(f"WorkGroup {name} is not empty")  # unverified
    for records, key in held:
        del records[key]
    del emulator.work_groups(scope)[name]
    emulator.set_athena_tags(_arn(scope, name), {})
    return {}


def existing(scope: Scope, name: str) -> Params:
    """A work group that is there; raises InvalidRequestException (real)."""
    found = emulator.work_groups(scope).get(name)
    if found is None:
        raise invalid("WorkGroup is not found.")
    return found


def _settings(*, enforced: bool) -> Params:
    """What is not said (real, but for one): metrics are off, and settings are left to clients in `primary` alone.

    That a work group which is made enforces its settings is unverified.
    """
    return {
        "ResultConfiguration": {},
        "EnforceWorkGroupConfiguration": enforced,
        "EnableMinimumEncryptionConfiguration": False,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
    }


def _group(record: Params) -> str | None:
    return record.get("WorkGroup") or record.get("WorkGroupName")


def _arn(scope: Scope, name: str) -> str:
    return f"arn:aws:athena:{scope.region}:{scope.account_id}:workgroup/{name}"


def _merged(settings: Params, updates: Params) -> Params:
    removed = [member.removeprefix("Remove") for member, yes in updates.items() if member.startswith("Remove") and yes]
    given = {member: value for member, value in updates.items() if not member.startswith("Remove")}
    return {member: value for member, value in {**settings, **given}.items() if member not in removed}


def _engine(configuration: Params) -> dict[str, str]:
    selected = (configuration.get("EngineVersion") or {}).get("SelectedEngineVersion", "AUTO")
    return {"SelectedEngineVersion": selected, "EffectiveEngineVersion": _ENGINE}


def _check(configuration: Params) -> None:
    """Refuse what belongs to Spark, to KMS or to managed results."""
    for member in _NOT_HERE:
        if configuration.get(member):
            raise not_supported(f"A work group with {member}")
    for member in ("ManagedQueryResultsConfiguration", "ManagedQueryResultsConfigurationUpdates"):
        if (configuration.get(member) or {}).get("Enabled"):
            raise not_supported(f"A work group with {member}")
    engine = _engine(configuration)["SelectedEngineVersion"]
    if engine not in ("AUTO", _ENGINE):
        raise not_supported(f"Engine version {engine}")
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    if cutoff is not None and int(cutoff) < 10_000_000:
        raise invalid("BytesScannedCutoffPerQuery must be at least 10000000")


OPERATIONS: dict[str, Callable[[Scope, Params], Params]] = {
    "CreateWorkGroup": create,
    "GetWorkGroup": get,
    "ListWorkGroups": every,
    "UpdateWorkGroup": update,
    "DeleteWorkGroup": delete,
}
