"""Properties that the emulator's own resource types pass over, handed on to their services' operations.

| file | duty |
|---|---|
| setting.py | a property as the operations that set it and take it away |
| identity.py | those of IAM |
| messages.py | those of SNS and EventBridge |
"""

from __future__ import annotations

from local_aws.cloudformation.settings.identity import IDENTITY
from local_aws.cloudformation.settings.messages import MESSAGES
from local_aws.cloudformation.settings.setting import Setting, apply

SETTINGS: dict[str, tuple[Setting, ...]] = {**IDENTITY, **MESSAGES}

__all__ = ["SETTINGS", "Setting", "apply"]
