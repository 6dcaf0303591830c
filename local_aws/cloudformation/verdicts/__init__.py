"""What becomes of each property of the resource types that the emulator makes: tables, and the check against them.

A property that its type's table does not have is refused by name, so that a newer schema brings no silence.

| file | duty |
|---|---|
| verdict.py | the form of a table, and which entry a property falls under |
| check.py | a resource's properties against its table |
| identity.py, messages.py, data.py, compute.py, network.py | the types whose properties are tested one by one |
| applications.py, infrastructure.py, interfaces.py, managed.py | the other types that the emulator makes |
| tables.py | all tables together |
| page.py | docs/cloudformation-types.md |
"""

from __future__ import annotations

from local_aws.cloudformation.verdicts.check import check, keeps_tags, noted, refuse
from local_aws.cloudformation.verdicts.verdict import Verdicts

__all__ = ["Verdicts", "check", "keeps_tags", "noted", "refuse"]
