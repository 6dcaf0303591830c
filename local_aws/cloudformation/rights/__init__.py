"""The rights that stacks need to make, change and delete resources of the emulator's types.

| file | duty |
|---|---|
| rights.py | what the operations of one type ask, as a small table |
| naming.py | ARNs of what is made, as policies name them |
| identity.py | IAM |
| storage.py | S3, DynamoDB, KMS, Secrets Manager, Parameter Store, Logs, Kinesis, Firehose |
| messages.py | SNS, SQS, EventBridge, Scheduler, Step Functions, CloudWatch |
| compute.py | Lambda |
| network.py | EC2's networks |
| derived.py | all other types, by their schemas |
| passing.py | roles that are passed, objects in S3 that are read |

Types of the project's own ask as their services' operations do (see `resource_type.py`); stand-ins ask nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from local_aws.cloudformation.rights.compute import COMPUTE
from local_aws.cloudformation.rights.derived import derived
from local_aws.cloudformation.rights.identity import IDENTITY
from local_aws.cloudformation.rights.messages import MESSAGES
from local_aws.cloudformation.rights.network import NETWORK
from local_aws.cloudformation.rights.passing import objects_read, roles_passed
from local_aws.cloudformation.rights.rights import Rights
from local_aws.cloudformation.rights.storage import STORAGE
from local_aws.emulator import Change, Need

TABLES: dict[str, Rights] = {**IDENTITY, **STORAGE, **MESSAGES, **COMPUTE, **NETWORK}
"""Types whose rights are written down; those of all others are derived."""


def needed(change: Change) -> Iterator[Need]:
    """The rights that what a stack does to a resource needs."""
    table = TABLES.get(change.kind)
    yield from table.needs(change) if table else derived(change)
    yield from roles_passed(change)
    yield from objects_read(change)
