"""TagResource, UntagResource, GetTags: of what is there.

The texts are unverified, but for those that the operations of each kind give for what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid, not_found
from local_aws.glue.model import GlueError
from local_aws.glue.store import Store

Params = Mapping[str, Any]

_KINDS = frozenset("connection crawler dataQualityRuleset job registry schema trigger usageProfile workflow".split())
"""Kinds that the store keeps by the name that stands in the ARN."""

_MOST = 50
_ARN = re.compile(r"arn:aws:glue:([a-z0-9-]+):(\d{12}):(.+)", re.DOTALL)


class Tags:
    """The tags of what a store and the catalog hold."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {"TagResource": self.tag, "UntagResource": self.untag, "GetTags": self.get}

    def tag(self, scope: Scope, params: Params) -> dict[str, Any]:
        """TagResource: at most 50 in all, none of them AWS's own (developer guide, "AWS tags in AWS Glue")."""
        arn = self._existing(scope, params)
        own = [key for key in params["TagsToAdd"] if key.lower().startswith("aws:")]
        if own:
            raise invalid(f"Tag keys that begin with aws: are reserved: {own[0]}")
        tags = emulator.glue_tags(scope, arn) | params["TagsToAdd"]
        if len(tags) > _MOST:
            raise invalid(f"A resource has at most {_MOST} tags; these would be {len(tags)}")
        emulator.set_glue_tags(scope, arn, tags)
        return {}

    def untag(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UntagResource; a key that is not there is no error."""
        arn = self._existing(scope, params)
        kept = {
            key: value for key, value in emulator.glue_tags(scope, arn).items() if key not in params["TagsToRemove"]
        }
        emulator.set_glue_tags(scope, arn, kept)
        return {}

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetTags."""
        return {"Tags": emulator.glue_tags(scope, self._existing(scope, params))}

    def _existing(self, scope: Scope, params: Params) -> str:
        """The ARN, which names something that is there.

        Raises:
            GlueError: InvalidInputException for a text that is no ARN of this account's and region's Glue,
                EntityNotFoundException for what is not there.
        """
        arn: str = params["ResourceArn"]
        found = _ARN.fullmatch(arn)
        if not found or (found[1], found[2]) != (scope.region, scope.account_id):
            raise invalid(f"Invalid resource ARN: {arn}")
        kind, _, name = found[3].partition("/")
        if found[3] == "catalog":
            return arn
        if kind in _KINDS and name:
            if self._store.definition(scope, kind, name) is None:
                raise not_found(kind, name)
        elif kind == "database" and name:
            if CatalogRecords(scope).database(name.lower()) is None:
                raise GlueError("EntityNotFoundException", f"Database {name} not found.")
        else:
            raise GlueError("EntityNotFoundException", f"{found[3]} does not exist")
        return arn
