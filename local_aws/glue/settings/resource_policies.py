"""PutResourcePolicy, GetResourcePolicy, GetResourcePolicies, DeleteResourcePolicy: the Data Catalog's own policy.

It is asked at each request for a resource of the catalog, beside the policies of whoever calls: a Deny in it holds, and
an Allow in it gives. Other accounts, to which such a policy opens a catalog, are not there. Unverified: how the hash is
made, the texts but the two that are marked real, and that a condition on the hash fails where there is no policy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

Params = Mapping[str, Any]

_KIND, _NAME = "resource-policy", "catalog"
_LARGEST_BYTES = 10 * 1024
"""Developer guide, "Resource-based policies for access control": 10 KB."""

_OF_THE_CATALOG = ("catalog", "database/", "table/", "connection/", "userDefinedFunction/")
"""How the ARNs end for which the policy counts (developer guide, as above)."""


class ResourcePolicies:
    """The catalog's policy of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "PutResourcePolicy": self.put,
            "GetResourcePolicy": self.get,
            "GetResourcePolicies": self.every,
            "DeleteResourcePolicy": self.delete,
        }

    def put(self, scope: Scope, params: Params) -> dict[str, Any]:
        """PutResourcePolicy; EnableHybrid, about grants of Lake Formation, says nothing where there are none."""
        if params.get("ResourceArn"):
            raise invalid("Glue resource level policy is not currently supported")  # real
        old = self._store.definition(scope, _KIND, _NAME)
        wanted = params.get("PolicyExistsCondition", "NONE")
        if wanted == "MUST_EXIST" and old is None:
            raise _unmet("PolicyExistsCondition is MUST_EXIST, and there is no policy")
        if wanted == "NOT_EXIST" and old is not None:
            raise _unmet("PolicyExistsCondition is NOT_EXIST, and there is a policy")
        _check_hash(old, params)
        text = params["PolicyInJson"]
        if len(text.encode()) > _LARGEST_BYTES:
            raise invalid(f"The policy takes {len(text.encode())} bytes, more than the limit of {_LARGEST_BYTES}")
        problem = emulator.resource_policy_problem(text, "glue")
        if problem:
            raise invalid(problem)
        policy_hash = base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()
        created = old["CreateTime"] if old else now()
        body = {"PolicyInJson": text, "PolicyHash": policy_hash, "CreateTime": created, "UpdateTime": now()}
        self._store.put_definition(scope, _KIND, _NAME, body)
        return {"PolicyHash": policy_hash}

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetResourcePolicy: that of the catalog; no single resource has one."""
        found = self._store.definition(scope, _KIND, _NAME)
        if found is None or params.get("ResourceArn") not in (None, _catalog(scope)):
            raise _absent()
        return found

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetResourcePolicies: that of the catalog, where there is one."""
        return page("GetResourcePoliciesResponseList", self._store.definitions(scope, _KIND), params)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteResourcePolicy."""
        found = self.get(scope, params)
        _check_hash(found, params)
        self._store.delete_definition(scope, _KIND, _NAME)
        return {}

    def policy_of(self, scope: Scope, resource: str) -> str | None:
        """The policy that counts for a resource (its ARN), beside those of whoever calls."""
        if not resource.rpartition(":")[2].startswith(_OF_THE_CATALOG):
            return None
        found = self._store.definition(scope, _KIND, _NAME)
        return str(found["PolicyInJson"]) if found else None


def _check_hash(old: Params | None, params: Params) -> None:
    wanted = params.get("PolicyHashCondition")
    if wanted is not None and (old is None or old["PolicyHash"] != wanted):
        raise _unmet("PolicyHashCondition is not the hash of the policy")


def _catalog(scope: Scope) -> str:
    return f"arn:aws:glue:{scope.region}:{scope.account_id}:catalog"


def _absent() -> GlueError:
    return GlueError("EntityNotFoundException", "Policy not found")  # real


def _unmet(text: str) -> GlueError:
    return GlueError("ConditionCheckFailureException", text)
