"""Which exports a stack imports: those of the branches that its conditions take, and of the resources that are there.

The emulator counts every Fn::ImportValue of a template. CloudFormation evaluates one of two branches of Fn::If alone,
and what has a condition that does not hold is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SECTIONS = ("Resources", "Outputs")


def count_taken_branches() -> None:
    """Have an export be in use by those alone whose stacks really import it."""
    from ministack.services.cloudformation import handlers

    original = handlers._imported_export_names

    def imported(stack: Mapping[str, Any], name: str) -> Any:
        template, conditions = stack.get("_template", {}), stack.get("_conditions", {})
        there = {
            section: {
                key: _taken(part, conditions)
                for key, part in (template.get(section) or {}).items()
                if not isinstance(part, Mapping) or conditions.get(part.get("Condition"), True)
            }
            for section in _SECTIONS
        }
        return original({**stack, "_template": {**template, **there}}, name)

    handlers._imported_export_names = imported


def _taken(node: Any, conditions: Mapping[str, Any]) -> Any:
    """A part of a template with the branch that is taken in place of each Fn::If."""
    if isinstance(node, Mapping):
        choice = node.get("Fn::If") if len(node) == 1 else None
        if isinstance(choice, list) and len(choice) == 3 and choice[0] in conditions:
            return _taken(choice[1] if conditions[choice[0]] else choice[2], conditions)
        return {key: _taken(part, conditions) for key, part in node.items()}
    if isinstance(node, list):
        return [_taken(part, conditions) for part in node]
    return node
