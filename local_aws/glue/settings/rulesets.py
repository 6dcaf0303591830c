"""Data quality rulesets: create, get, list, update, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

Params = Mapping[str, Any]

_KIND = "dataQualityRuleset"


class Rulesets:
    """The rulesets of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "CreateDataQualityRuleset": self.create,
            "UpdateDataQualityRuleset": self.update,
            "GetDataQualityRuleset": self.get,
            "ListDataQualityRulesets": self.every,
            "DeleteDataQualityRuleset": self.delete,
        }

    def create(self, scope: Scope, params: Params, *, recommended_by: str | None = None) -> dict[str, Any]:
        """CreateDataQualityRuleset; its table need not exist.

        Args:
            scope: the caller's account and region.
            params: the request.
            recommended_by: id of the recommendation run that makes it.
        """
        name = params["Name"]
        rule_count(params["Ruleset"])
        old = self._store.definition(scope, _KIND, name)
        if old is not None and "ClientToken" in params and old.get("ClientToken") == params["ClientToken"]:
            return {"Name": name}
        if old is not None:
            raise GlueError("AlreadyExistsException", f"Data quality ruleset {name} already exists")
        kept = ("Description", "Ruleset", "TargetTable", "DataQualitySecurityConfiguration", "ClientToken")
        body = {member: params[member] for member in kept if params.get(member) is not None}
        body |= {"Name": name, "CreatedOn": now(), "LastModifiedOn": now()}
        if recommended_by:
            body["RecommendationRunId"] = recommended_by
        self._store.put_definition(scope, _KIND, name, body)
        emulator.set_glue_tags(scope, _arn(scope, name), params.get("Tags", {}))
        return {"Name": name}

    def has(self, scope: Scope, name: str) -> bool:
        """Whether there is a ruleset of a name."""
        return self._store.definition(scope, _KIND, name) is not None

    def update(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateDataQualityRuleset: what is not given stays."""
        old = self.get(scope, params)
        given = {member: params[member] for member in ("Description", "Ruleset") if params.get(member) is not None}
        if "Ruleset" in given:
            rule_count(given["Ruleset"])
        body = {**old, **given, "LastModifiedOn": now()}
        self._store.put_definition(scope, _KIND, params["Name"], body)
        return body

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetDataQualityRuleset."""
        found = self._store.definition(scope, _KIND, params["Name"])
        if found is None:
            raise GlueError("EntityNotFoundException", f"Data quality ruleset {params['Name']} not found")
        return found

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """ListDataQualityRulesets, filtered by Name, Description (parts of the text) and TargetTable."""
        wanted = dict(params.get("Filter") or {})
        table, parts = wanted.pop("TargetTable", None), {member: wanted.pop(member, "") for member in _TEXTS}
        if params.get("Tags"):
            wanted["Tags"] = params["Tags"]
        if wanted:
            raise unsupported(f"ListDataQualityRulesets with {', '.join(wanted)}")
        found = [
            {**entry, "RuleCount": rule_count(entry["Ruleset"])}
            for entry in self._store.definitions(scope, _KIND)
            if table in (None, entry.get("TargetTable"))
            and all(part in entry.get(member, "") for member, part in parts.items())
        ]
        return page("Rulesets", found, params)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteDataQualityRuleset."""
        self.get(scope, params)
        self._store.delete_definition(scope, _KIND, params["Name"])
        emulator.set_glue_tags(scope, _arn(scope, params["Name"]), {})
        return {}


_TEXTS = ("Name", "Description")


def _arn(scope: Scope, name: str) -> str:
    return f"arn:aws:glue:{scope.region}:{scope.account_id}:{_KIND}/{name}"


def rule_count(ruleset: str) -> int:
    """The number of rules of a DQDL document; whether their types and columns exist shows when they are evaluated.

    Raises:
        GlueError: InvalidInputException for a text that is no such document (the text is the project's own).
    """
    from local_aws.runtime.awsgluedq._grammar import parse

    try:
        return len(parse(ruleset).rules)
    except ValueError as error:
        raise invalid(str(error)) from error
