"""CloudFormation resource types of the project's own, put before or beside the emulator's.

| file | duty |
|---|---|
| resource_type.py | a type as operations of its service: create, update, replace, delete |
| glue_types.py | Job, Crawler, Trigger, Workflow, Classifier, SecurityConfiguration, DataQualityRuleset, UsageProfile |
| catalog_types.py | Database, Table, Partition, Connection, DataCatalogEncryptionSettings |
| bucket/ | what the emulator's own AWS::S3::Bucket passes over |
| schema_types.py | Registry, Schema, SchemaVersion, SchemaVersionMetadata |
| rights/ | the rights that stacks need for resources of the emulator's types |
| stand_ins/ | what stands for a resource of a type that is not here |
| verdicts/ | what becomes of each property of the types that the emulator makes |
| service_types/ | types that the emulator's stacks have not and its services can make |
| settings/ | properties that these types pass over, as operations of their services |
| drifts.py | how resources are now, for the detection of drift |
| attributes.py | attributes that the emulator's types leave out |
| other_types.py | Athena's NamedQuery, PreparedStatement, DataCatalog, WorkGroup; Budgets' Budget |

Whoever makes or changes the stack needs the rights for each operation, as on AWS.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from local_aws import emulator
from local_aws.cloudformation import attributes, bucket, drifts, rights, settings, stand_ins, verdicts
from local_aws.cloudformation.catalog_types import CATALOG_TYPES
from local_aws.cloudformation.glue_types import GLUE_TYPES
from local_aws.cloudformation.other_types import OTHER_TYPES
from local_aws.cloudformation.resource_type import Call, Resource
from local_aws.cloudformation.schema_types import SCHEMA_TYPES
from local_aws.cloudformation.service_types import SERVICE_TYPES
from local_aws.cloudformation.service_types.service_type import ServiceResource
from local_aws.cloudformation.stand_ins import StandIn
from local_aws.cloudformation.verdicts.tables import TABLES
from local_aws.templates import registry

RESOURCE_TYPES = {each.name: each for each in (*GLUE_TYPES, *CATALOG_TYPES, *SCHEMA_TYPES, *OTHER_TYPES)}

SHOWN_TYPES = {**RESOURCE_TYPES, bucket.BUCKET.name: bucket.BUCKET}
"""Those whose properties docs/fidelity.md tells."""


def register(services: Mapping[str, Call], *, strict: bool = False) -> None:
    """Make the types known to CloudFormation.

    Args:
        services: name of a service -> (operation, parameters) -> answer; raises GlueError.
        strict: refuse templates with types that are not here, instead of making stand-ins.
    """
    emulator.plug_bucket_settings(bucket.check, bucket.apply)
    for added in SERVICE_TYPES:
        emulator.plug_resource_type(added.name, ServiceResource(added))
    for name, these in settings.SETTINGS.items():
        emulator.plug_settings(name, functools.partial(settings.apply, these))
    emulator.forget_what_the_deleted_had()
    emulator.keep_protected_tables()  # what a setting fails is still deleted
    emulator.replace_as_the_registry_says(TABLES)
    emulator.plug_verdicts(verdicts.check, verdicts.noted)
    emulator.plug_attributes(TABLES, attributes.complete, attributes.unknown)
    emulator.plug_stack_tags(_takes_tags)
    for each in RESOURCE_TYPES.values():
        emulator.plug_resource_type(each.name, Resource(each, services[each.service]))
    drifts.register(services)
    emulator.refuse_taken_names()
    emulator.plug_rights(RESOURCE_TYPES, rights.needed)
    emulator.plug_stand_ins(registry.types(), StandIn, stand_ins.reason, strict=strict)


def _takes_tags(kind: str) -> bool:
    if kind in RESOURCE_TYPES:
        return RESOURCE_TYPES[kind].tagged is not None
    return kind == bucket.BUCKET.name or verdicts.keeps_tags(kind)
