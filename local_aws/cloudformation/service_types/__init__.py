"""Resource types that the emulator's CloudFormation has not and its services can make.

No rights are checked for their operations, as for all the emulator's types.

| file | duty |
|---|---|
| service_type.py | a type as operations of its service |
| iam.py | groups, policies as resources of their own |
| others.py | Step Functions' activities, policies of secrets |
"""

from __future__ import annotations

from local_aws.cloudformation.service_types.iam import IAM
from local_aws.cloudformation.service_types.others import OTHERS
from local_aws.cloudformation.service_types.service_type import ServiceType

SERVICE_TYPES: tuple[ServiceType, ...] = (*IAM, *OTHERS)

__all__ = ["SERVICE_TYPES", "ServiceType"]
