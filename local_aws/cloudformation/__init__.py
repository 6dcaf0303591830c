"""CloudFormation resource types of the project's own, put before or beside the emulator's.

| file | duty |
|---|---|
| resource_type.py | a type as operations of its service: create, update, replace, delete |
| glue_types.py | Job, Crawler, Trigger, Workflow, Classifier, SecurityConfiguration, DataQualityRuleset |
| catalog_types.py | Database, Table, Partition, Connection |
| bucket/ | what the emulator's own AWS::S3::Bucket passes over |
| schema_types.py | Registry, Schema, SchemaVersion, SchemaVersionMetadata |
| other_types.py | Athena's NamedQuery and WorkGroup, Budgets' Budget |

Whoever makes or changes the stack needs the rights for each operation, as on AWS.
"""

from __future__ import annotations

from collections.abc import Mapping

from local_aws import emulator
from local_aws.cloudformation import bucket
from local_aws.cloudformation.catalog_types import CATALOG_TYPES
from local_aws.cloudformation.glue_types import GLUE_TYPES
from local_aws.cloudformation.other_types import OTHER_TYPES
from local_aws.cloudformation.resource_type import Call, Resource
from local_aws.cloudformation.schema_types import SCHEMA_TYPES

RESOURCE_TYPES = {each.name: each for each in (*GLUE_TYPES, *CATALOG_TYPES, *SCHEMA_TYPES, *OTHER_TYPES)}

SHOWN_TYPES = {**RESOURCE_TYPES, bucket.BUCKET.name: bucket.BUCKET}
"""Those whose properties docs/fidelity.md tells."""


def register(services: Mapping[str, Call]) -> None:
    """Make the types known to CloudFormation.

    Args:
        services: name of a service -> (operation, parameters) -> answer; raises GlueError.
    """
    emulator.plug_bucket_settings(bucket.check, bucket.apply)
    for each in RESOURCE_TYPES.values():
        emulator.plug_resource_type(each.name, Resource(each, services[each.service]))
