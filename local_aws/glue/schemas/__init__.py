"""The schema registry: registries, schemas, their versions and what goes with these.

| file | duty |
|---|---|
| registries.py | registries |
| sets.py | schemas: a schema is a set of versions |
| versions.py | their versions |
| metadata.py | keys and values of versions |
| names.py | how requests name these, and the errors for what is not there |
| records.py | the records in the store |
| refusals.py | what the registry refuses in words of its own |
| arns.py | the ARNs that IAM checks |
| formats.py | definitions by data format: what is refused, which are the same |
| compatibility.py | compatibility modes |
| avro.py, avro_reading.py | Avro: whether a text is a schema; whether one reads what another wrote |
| columns.py, references.py | tables whose columns are those of a version |
| json_schema.py | JSON Schema: whether a document is a schema |
| json_rules.py, json_values.py, json_objects.py | whether one JSON schema reads what another wrote |
"""

from __future__ import annotations

from typing import Any

from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue.definitions.api import Operation, Params
from local_aws.glue.schemas.metadata import Metadata
from local_aws.glue.schemas.records import SchemaRecords
from local_aws.glue.schemas.references import CHANGE_VERSIONS, References
from local_aws.glue.schemas.registries import Registries
from local_aws.glue.schemas.sets import SchemaSets
from local_aws.glue.schemas.versions import Versions
from local_aws.glue.store import Store

__all__ = ["schema_operations", "with_schema_of_version"]


def schema_operations(store: Store) -> dict[str, Operation]:
    """Operation name -> what answers it; each is alone while it runs, as it reads records and writes them anew."""
    records = SchemaRecords(store)
    registries, versions = Registries(records), Versions(records)
    parts = (registries, SchemaSets(records, registries, versions), versions, Metadata(records))
    made = {name: operation for part in parts for name, operation in part.operations().items()}
    references = References(store)
    return {
        name: _alone(operation, references if name in CHANGE_VERSIONS else None) for name, operation in made.items()
    }


def with_schema_of_version(store: Store, scope: Scope, params: Params) -> Params:
    """A request's parameters, with the SchemaId of the version that they name by its id instead of that id.

    As they are, where they name none or one that is not there.
    """
    version_id = params.get("SchemaVersionId")
    found = SchemaRecords(store).version(scope, version_id) if isinstance(version_id, str) else None
    if found is None:
        return params
    schema_id = {name: found[0][name] for name in ("RegistryName", "SchemaName")}
    return {**{name: value for name, value in params.items() if name != "SchemaVersionId"}, "SchemaId": schema_id}


def _alone(operation: Operation, references: References | None) -> Operation:
    def run(scope: Scope, params: Params) -> dict[str, Any]:
        with CatalogRecords.ALONE:
            answer = operation(scope, params)
            if references is not None:
                references.refresh(scope)
        return answer

    return run
