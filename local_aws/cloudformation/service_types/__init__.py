"""Resource types that the emulator's CloudFormation has not and its services can make.

Their operations are called past IAM; the rights to them are asked as for the emulator's types (see `rights/`).

| file | duty |
|---|---|
| service_type.py | a type as operations of its service |
| iam.py | groups, policies as resources of their own, access keys |
| network.py | EC2's addresses, whose they are, NAT gateways |
| others.py | Step Functions' activities, policies of secrets |
"""

from __future__ import annotations

from local_aws.cloudformation.service_types.iam import IAM
from local_aws.cloudformation.service_types.network import NETWORK
from local_aws.cloudformation.service_types.others import OTHERS
from local_aws.cloudformation.service_types.service_type import ServiceType

SERVICE_TYPES: tuple[ServiceType, ...] = (*IAM, *NETWORK, *OTHERS)

__all__ = ["SERVICE_TYPES", "ServiceType"]
