"""What a role's policies grant, one action on one resource at a time, and which of it the recorded uses needed.

A grant is needed when some request that was allowed would have been denied without it: no other grant allows it, and
neither does the policy of the resource. What several allow is shared: any of them may go, not all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_aws.emulator.iam.used_rights import Key, Use

NEEDED, SHARED, UNUSED = "needed", "shared", "unused"
RESOURCE_POLICY = "the policy of the resource"


@dataclass
class Grant:
    """One action on one resource that a policy allows.

    Attributes:
        policy: name of the inline policy, or ARN of the attached one.
        sid: the statement's, or `statement <number>`.
        action: as in the policy; of NotAction, and so of NotResource, as `not <list>`.
        resource: pattern, as in the policy.
        condition: the statement's.
        parsed: what the emulator's evaluation takes.
        requests: how many requests it allowed.
        alone: whether one of them had nothing else to allow it.
        beside: what else allowed the others.
    """

    policy: str
    sid: str
    action: str
    resource: str
    condition: Mapping[str, Any]
    parsed: Sequence[Any]
    requests: int = 0
    alone: bool = False
    beside: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        """NEEDED, SHARED or UNUSED."""
        return NEEDED if self.alone else SHARED if self.requests else UNUSED

    def described(self) -> dict[str, Any]:
        """For people and programs."""
        found = {"Policy": self.policy, "Sid": self.sid, "Action": self.action, "Resource": self.resource}
        more = {"Condition": self.condition} if self.condition else {}
        others = {"Beside": sorted(self.beside)} if self.state == SHARED else {}
        return {**found, **more, "State": self.state, "Requests": self.requests, **others}


@dataclass(frozen=True)
class Match:
    """A use that was allowed, the grants that allow it now, and whether the resource's own policy does too."""

    key: Key
    use: Use
    grants: Sequence[Grant]
    by_resource: bool


class RoleRights:
    """One role of the current scope, with what its policies say now.

    Args:
        role: its record.
        account: its account.
    """

    def __init__(self, role: Mapping[str, Any], account: str) -> None:
        self._role, self._account = role, account
        documents = list(_documents(role, account))
        self.grants = [grant for name, document in documents for grant in _grants(name, document)]
        self.denies = [one for _, document in documents for one in _statements(document) if one.get("Effect") == "Deny"]

    def matched(self, uses: Mapping[Key, Use]) -> list[Match]:
        """The allowed uses with what allows them; the grants are told of it."""
        found = []
        for key, use in uses.items():
            if use.allowed:
                context = self._context(key, use)
                grants = [grant for grant in self.grants if _allows(grant, context)]
                match = Match(key, use, grants, _resource_allows(context))
                _tell(match)
                found.append(match)
        return found

    def _context(self, key: Key, use: Use) -> Any:
        from ministack.core.iam_evaluator import EvalContext
        from ministack.core.responses import get_region

        name = self._role["RoleName"]
        tags = {f"aws:principaltag/{tag['Key'].lower()}": tag["Value"] for tag in self._role.get("Tags") or ()}
        return EvalContext(
            principal_arn=f"arn:aws:sts::{self._account}:assumed-role/{name}/any",
            principal_type="AssumedRole",
            principal_account=self._account,
            action=key.action,
            resource_arn=key.resource,
            region=get_region(),
            service_context={"aws:tagkeys": None, **use.context},
            principal_keys={"aws:userid": f"{key.role_id}:any", **tags},
        )


def _tell(match: Match) -> None:
    beside = {f"{grant.sid} ({grant.resource})" for grant in match.grants}
    if match.by_resource:
        beside.add(RESOURCE_POLICY)
    for grant in match.grants:
        grant.requests += match.use.allowed
        others = beside - {f"{grant.sid} ({grant.resource})"} if len(match.grants) > 1 or match.by_resource else set()
        grant.alone |= not others
        grant.beside |= others


def _allows(grant: Grant, context: Any) -> bool:
    from ministack.core import iam_evaluator

    return iam_evaluator._first_match(context, grant.parsed, "Allow") is not None


def _resource_allows(context: Any) -> bool:
    """Whether the resource's own policy is enough by itself."""
    from ministack.core import iam_evaluator

    service = context.action.partition(":")[0]
    found = iam_evaluator._resource_policy(service, context.resource_arn)
    if found is None:
        return False
    nothing = iam_evaluator.EvalResult("ImplicitDeny", context.principal_arn)
    required = service in iam_evaluator._POLICY_REQUIRED
    result = iam_evaluator.combine_resource_policy(nothing, context, *found, required=required)
    return bool(result.decision == "Allow")


def _documents(role: Mapping[str, Any], account: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    from ministack.core import iam_evaluator

    attached = {arn: iam_evaluator._resolve_managed_policy_document(arn, account) for arn in role["AttachedPolicies"]}
    for name, document in [*(role.get("InlinePolicies") or {}).items(), *attached.items()]:
        read = json.loads(document) if isinstance(document, str) else document
        if read:
            yield name, read


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _grants(policy: str, document: Mapping[str, Any]) -> Iterator[Grant]:
    from ministack.core import iam_evaluator

    for number, statement in enumerate(_statements(document), 1):
        if statement.get("Effect") != "Allow":
            continue
        sid = statement.get("Sid") or f"statement {number}"
        condition = statement.get("Condition") or {}
        for action, of_action in _each(statement, "Action"):
            for resource, of_resource in _each(statement, "Resource"):
                alone = {"Effect": "Allow", **of_action, **of_resource, "Condition": condition}
                parsed = iam_evaluator.parse_policy_document({**document, "Statement": [alone]})
                yield Grant(policy, sid, action, resource, condition, parsed)


def _each(statement: Mapping[str, Any], name: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """The values of Action or Resource one by one, each with what to write for it; those of its Not-form as one."""
    if name in statement:
        values = statement[name]
        return [(value, {name: value}) for value in ([values] if isinstance(values, str) else values)]
    unwanted = statement.get(f"Not{name}", [])
    listed = [unwanted] if isinstance(unwanted, str) else unwanted
    return [(f"not {', '.join(listed)}", {f"Not{name}": listed})]
