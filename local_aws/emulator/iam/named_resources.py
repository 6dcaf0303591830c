"""Which resource a request is about, where the emulator asks policies about another, or about none.

Source: AWS's Service Authorization Reference, "Resource types" of each action: an alias of a key is asked about as its
key, a query by its work group, what Athena shows of databases and tables by the data catalog, a user's membership by
the group, a role in an instance profile by the profile, a change set by its stack.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.gate.doors import verified_key
from local_aws.emulator.iam.own_requests import resource_of_iam
from local_aws.emulator.identity import denial

_MEMBERSHIPS = frozenset({"AddUserToGroup", "RemoveUserFromGroup"})
_TAGS_OF_LOGS = frozenset({"ListTagsForResource", "TagResource", "UntagResource"})
_OF_PRIMARY = frozenset({"CreateNamedQuery", "ListNamedQueries", "ListQueryExecutions", "StartQueryExecution"})
"""Operations of Athena that are about the work group `primary` where they name none."""

_DATA_CATALOGS = frozenset({"CreateDataCatalog", "DeleteDataCatalog", "GetDataCatalog", "UpdateDataCatalog"})
_QUERIES = {
    "QueryExecutionId": "_executions",
    "QueryExecutionIds": "_executions",
    "NamedQueryId": "_named_queries",
    "NamedQueryIds": "_named_queries",
}
_ADDRESSEES = ("TopicArn", "TargetArn", "PhoneNumber")
_ALIASES = frozenset({"CreateAlias", "DeleteAlias", "UpdateAlias"})
"""They need the right both on the alias and on each key that it has or gets (KMS developer guide, "Control access to
aliases")."""

Named = Callable[[str, Mapping[str, Any], Mapping[str, str], str], str]


def name_resources_of_requests() -> None:
    """Have policies asked about what is carried out."""
    from ministack.core import iam_actions

    original = iam_actions.extract_resource_arn
    ours: dict[str, Named] = {
        "athena": _of_athena,
        "cloudformation": _stack,
        "iam": _of_iam,
        "kms": _key,
        "logs": _log_group,
        "sns": _topic,
        "ssm": _parameter,
    }

    def extract_resource_arn(
        service: str, method: str, path: str, headers: dict[str, str], body: Any, query: dict[str, Any], *scope: str
    ) -> str:
        found = str(original(service, method, path, headers, body, query, *scope))
        if service not in ours or not isinstance(body, bytes):
            return found
        operation = headers.get("x-amz-target", "").rpartition(".")[2] or _first(query, "Action")
        return ours[service](operation, _members(body, query), {"region": scope[0], "account": scope[1]}, found)

    iam_actions.extract_resource_arn = extract_resource_arn
    tags_of_logs = iam_actions.logs_service_context

    def logs_service_context(action: str, body: bytes, arn: str, *scope: str) -> dict[str, Any]:
        """The tags are those of the group."""
        context: dict[str, Any] = tags_of_logs(action, body, arn.partition(":log-stream:")[0], *scope)
        return context

    iam_actions.logs_service_context = logs_service_context


def _members(body: bytes, query: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        document = json.loads(body) if body.startswith(b"{") else None
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {name: _first(query, name) for name in query}


def _first(query: Mapping[str, Any], name: str) -> str:
    value = query.get(name) or ""
    return str(value[0] if isinstance(value, list) else value)


def _of_athena(operation: str, members: Mapping[str, Any], scope: Mapping[str, str], found: str) -> str:
    """A data catalog; else the work group, also of queries named by ids: of several the first one that is denied."""
    from ministack.services import athena

    catalog = members.get("CatalogName") or (members.get("Name") if operation in _DATA_CATALOGS else None)
    if catalog:
        return f"arn:aws:athena:{scope['region']}:{scope['account']}:datacatalog/{catalog}"
    if members.get("WorkGroup"):
        return found
    groups = ["primary"] if operation in _OF_PRIMARY else []
    for member, store in _QUERIES.items():
        ids = members.get(member) or []
        for each in [ids] if isinstance(ids, str) else ids:
            record = getattr(athena, store).get(each) or {}
            groups.append(record.get("WorkGroup") or "")
    arns = [f"arn:aws:athena:{scope['region']}:{scope['account']}:workgroup/{name}" for name in groups if name]
    denied = (arn for arn in arns if len(arns) > 1 and denial(verified_key(), f"athena:{operation}", arn))
    return next(denied, arns[0] if arns else found)


def _stack(_operation: str, members: Mapping[str, Any], _scope: Mapping[str, str], found: str) -> str:
    """The stack of a change set that is named by its ARN alone (that AWS asks about it is unverified)."""
    from ministack.services.cloudformation import changesets

    name = members.get("ChangeSetName")
    if found != "*" or not name:
        return found
    _, record = changesets._find_change_set(name)
    return str(record["StackId"]) if record else found


def _of_iam(operation: str, members: Mapping[str, Any], scope: Mapping[str, str], found: str) -> str:
    group = members.get("GroupName")
    if operation in _MEMBERSHIPS and group:
        found = f"arn:aws:iam::{scope['account']}:group/{group}"
    return resource_of_iam(operation, members, scope["account"], found)


def _log_group(operation: str, members: Mapping[str, Any], scope: Mapping[str, str], found: str) -> str:
    """Log groups as policies must name them, `log-group:NAME:*`: of several the first one that is denied.

    Tags alone are asked about on the ARN without an end (user guide of CloudWatch Logs, "Overview of managing access
    permissions"); what is denied on a group is called `log-group:NAME:log-stream:` (public reports).
    """
    if operation in _TAGS_OF_LOGS:
        return found
    named = [members.get("logGroupName") or members.get("logGroupIdentifier")]
    named += [*(members.get("logGroupNames") or ()), *(members.get("logGroupIdentifiers") or ())]
    stream = members.get("logStreamName") or ""
    begin = f"arn:aws:logs:{scope['region']}:{scope['account']}:log-group:"
    groups = [str(name) for name in named if name]
    arns = [f"{name.removesuffix(':*') if name.startswith('arn:') else begin + name}:log-stream:" for name in groups]
    denied = (arn for arn in arns if len(arns) > 1 and denial(verified_key(), f"logs:{operation}", arn))
    return next(denied, f"{arns[0]}{stream}" if arns else found)


def _key(operation: str, members: Mapping[str, Any], scope: Mapping[str, str], found: str) -> str:
    from ministack.services import kms

    if operation in _ALIASES:
        return _alias(operation, members, scope)
    if ":alias/" not in found:
        return found
    key = kms._resolve_key(found)
    return str(key["Arn"]) if key else found


def _alias(operation: str, members: Mapping[str, Any], scope: Mapping[str, str]) -> str:
    """The first that is denied of an alias, the key that it has, and the one that it is to have."""
    from ministack.services import kms

    alias = f"arn:aws:kms:{scope['region']}:{scope['account']}:{members.get('AliasName') or 'alias/'}"
    keys = [kms._resolve_key(name) for name in (alias, members.get("TargetKeyId")) if isinstance(name, str) and name]
    arns = [alias, *dict.fromkeys(str(key["Arn"]) for key in keys if key)]
    return next((arn for arn in arns if denial(verified_key(), f"kms:{operation}", arn)), alias)


def _topic(operation: str, members: Mapping[str, Any], _scope: Mapping[str, str], found: str) -> str:
    """The topic with its account, which some clients leave out; tags are a topic's."""
    from ministack.services import sns

    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        found = str(members.get("ResourceArn") or found)
    return str(sns._normalize_arn(found))


def _parameter(operation: str, members: Mapping[str, Any], scope: Mapping[str, str], found: str) -> str:
    """Parameters that are named together, the first one that is denied, and the path that they stand below.

    That a path is asked about as it is given is what AWS's denials show (public reports).
    """
    names = members.get("Names") or [members.get("Path")]
    begin = f"arn:aws:ssm:{scope['region']}:{scope['account']}:parameter/"
    wanted = [name for name in names if isinstance(name, str) and name]
    arns = [name if name.startswith("arn:") else f"{begin}{name.lstrip('/')}" for name in wanted]
    denied = (arn for arn in arns if len(arns) > 1 and denial(verified_key(), f"ssm:{operation}", arn))
    return next(denied, arns[0] if arns else found)


def publish_to_one() -> None:
    """Refuse messages to a topic, a target and a telephone at once, of which the emulator takes the first."""
    from ministack.services import sns

    original = sns._publish

    def publish(params: Mapping[str, Any]) -> Any:
        if sum(bool(sns._p(params, name)) for name in _ADDRESSEES) > 1:
            return sns._error(
                "InvalidParameter",
                "Invalid parameter: TopicArn, TargetArn and PhoneNumber Reason: a message has one of them",  # ours
                400,
            )
        return original(params)

    sns._publish = publish
