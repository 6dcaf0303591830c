"""Properties that the emulator's own resource types pass over, handed on to their services' operations.

| file | duty |
|---|---|
| setting.py | a property as the operations that set it and take it away |
| identity.py | those of IAM |
| messages.py | those of SNS and EventBridge |
| data.py | those of DynamoDB and Kinesis |
| compute.py | those of Lambda |
"""

from __future__ import annotations

from local_aws.cloudformation.settings.compute import COMPUTE
from local_aws.cloudformation.settings.data import DATA
from local_aws.cloudformation.settings.identity import IDENTITY
from local_aws.cloudformation.settings.messages import MESSAGES
from local_aws.cloudformation.settings.setting import Setting, apply

SETTINGS: dict[str, tuple[Setting, ...]] = {**IDENTITY, **MESSAGES, **DATA, **COMPUTE}

__all__ = ["SETTINGS", "Setting", "apply"]
