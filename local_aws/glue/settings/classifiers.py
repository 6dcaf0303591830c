"""CreateClassifier, UpdateClassifier, GetClassifier(s), DeleteClassifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

Params = Mapping[str, Any]

KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")
_KIND = "classifier"


class Classifiers:
    """The custom classifiers of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "CreateClassifier": self.create,
            "UpdateClassifier": self.update,
            "GetClassifier": self.get,
            "GetClassifiers": self.every,
            "DeleteClassifier": self.delete,
        }

    def create(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateClassifier: exactly one of the four kinds."""
        kind, detail = _detail(params)
        name = detail["Name"]
        if self._store.definition(scope, _KIND, name) is not None:
            raise GlueError("AlreadyExistsException", f"Classifier with name {name} already exists")
        stamps = {"CreationTime": now(), "LastUpdated": now(), "Version": 1}
        self._store.put_definition(scope, _KIND, name, {kind: {**_defaults(kind), **detail, **stamps}})
        return {}

    def update(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateClassifier: what is not given stays; its kind cannot change."""
        kind, detail = _detail(params)
        name = detail["Name"]
        old = self.get(scope, detail)["Classifier"]
        if kind not in old:
            raise invalid(f"Classifier {name} is a {next(iter(old))}; its type cannot be changed to {kind}")
        stamps = {"LastUpdated": now(), "Version": old[kind]["Version"] + 1}
        self._store.put_definition(scope, _KIND, name, {kind: {**old[kind], **detail, **stamps}})
        return {}

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetClassifier."""
        found = self._store.definition(scope, _KIND, params["Name"])
        if found is None:
            raise GlueError("EntityNotFoundException", f"Classifier with name {params['Name']} does not exist")
        return {"Classifier": found}

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetClassifiers."""
        return page("Classifiers", self._store.definitions(scope, _KIND), params)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteClassifier."""
        self.get(scope, params)
        self._store.delete_definition(scope, _KIND, params["Name"])
        return {}


def _detail(params: Params) -> tuple[str, dict[str, Any]]:
    given = [kind for kind in KINDS if params.get(kind)]
    if len(given) != 1:
        raise invalid(f"Exactly one of {', '.join(KINDS)} is needed; {len(given)} were given")
    detail = dict(params[given[0]])
    delimiter, quote = detail.get("Delimiter"), detail.get("QuoteSymbol")
    if delimiter is not None and delimiter == quote:
        raise invalid("QuoteSymbol must be different from Delimiter")  # API reference
    return given[0], detail


def _defaults(kind: str) -> dict[str, Any]:
    """What a CSV classifier has where nothing was said (seen in real GetClassifier output: Terraform's state)."""
    if kind != "CsvClassifier":
        return {}
    return {"ContainsHeader": "UNKNOWN", "DisableValueTrimming": True, "AllowSingleColumn": False}
