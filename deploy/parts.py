"""A resource of a pipeline, and how a template's Metadata names one."""

from dataclasses import dataclass

from deploy.bundle import Bundle
from deploy.declared import Declared


@dataclass(frozen=True)
class Part:
    """A resource of a pipeline: its stack and its logical id there."""

    stack: str
    logical_id: str
    type: str


def named(said: Declared, key: str, wanted: str, bundle: Bundle, pipeline: str, *kinds: str) -> Part:
    """The resource of these types that a key of Metadata names, somewhere in the pipeline's own templates.

    Raises:
        DeployError: none of them has it, or more than one.
    """
    there = [
        Part(stack, logical_id, str(resource.get("Type")))
        for stack in bundle.own(pipeline)
        for logical_id, resource in bundle[stack].body["Resources"].items()
    ]
    of_kind = [one for one in there if one.type in kinds]
    right = [one for one in of_kind if one.logical_id == wanted]
    if len(right) != 1:
        seen = ", ".join(f"{one.stack}.yml: {one.logical_id}" for one in of_kind) or "none"
        problem = f"which {len(right)} of its templates have" if right else "and no such resource is there"
        raise said.wrong(f"{key} names {wanted}, {problem}", f"of the type {' or '.join(kinds)}: {seen}", "name one")
    return right[0]
