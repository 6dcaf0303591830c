"""What a change set says of a resource: whether a change replaces it, and its properties before and after.

Whether a change replaces is said by the registry's schemas; where one calls a part of a property create-only
(`TableInput/Name`), the change of that part alone replaces. References are resolved to what the stack has; what an
operation will make is known after it (that sentence, and that an import of an absent export has it, is of public
records of real change sets; values of parameters with NoEcho are stars, as in DescribeStacks).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from local_aws.templates.registry import schema as schema_of

Resources = Mapping[str, Mapping[str, Any]]

KNOWN_LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
_STARS = "****"
_ATTRIBUTES = ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")


def tell_details() -> None:
    """Put this into the emulator's change sets."""
    from ministack.services.cloudformation import changesets, stacks

    changesets._resolve_props_for_diff = _Template
    changesets._diff_resources = _with_contexts(changesets._diff_resources)
    stacks._property_recreation = _by_schema(stacks._property_recreation)


class _Later(dict[str, Any]):
    """Attributes of what is not made yet."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __getitem__(self, _name: str) -> str:
        return KNOWN_LATER


class _Template(dict[str, Any]):
    """A template whose resources' properties are resolved, without those that its conditions leave out."""

    def __init__(self, template: Mapping[str, Any], params: Mapping[str, Any], stack_name: str, stack_id: str) -> None:
        from ministack.services.cloudformation import changesets

        self._template, self._params, self._named = template or {}, params, (stack_name, stack_id)
        self._conditions = changesets._evaluate_conditions(template, params) if template else {}
        super().__init__(Resources=self._resolved(params, ()))

    def shown(self, replaced: Collection[str] = ()) -> Resources:
        """The same as a change set shows it; what refers to one of the replaced is known later."""
        hidden = {name: {**one, "Value": _STARS} if one.get("NoEcho") else one for name, one in self._params.items()}
        return self._resolved(hidden, replaced)

    def _resolved(self, params: Mapping[str, Any], replaced: Collection[str]) -> Resources:
        from ministack.services.cloudformation import _stacks

        declared: Resources = self._template.get("Resources", {})
        made: Resources = (_stacks.get(self._named[0]) or {}).get("_resources") or {}
        unmade = {"PhysicalResourceId": KNOWN_LATER, "Attributes": _Later()}
        known = {name: made[name] if name in made and name not in replaced else unmade for name in declared}
        return {
            name: {**one, "Properties": self._value(copy.deepcopy(one.get("Properties") or {}), known, params)}
            for name, one in declared.items()
            if self._conditions.get(one.get("Condition", ""), True)
        }

    def _value(self, node: Any, known: Resources, params: Mapping[str, Any]) -> Any:
        from ministack.services.cloudformation import changesets

        mappings = self._template.get("Mappings", {})
        try:
            return _whole(changesets._resolve_refs(node, known, params, self._conditions, mappings, *self._named))
        except ValueError:  # something in it cannot be resolved yet: an export of another stack, an attribute
            if isinstance(node, list):
                values = (self._value(each, known, params) for each in node)
                return [value for value in values if value is not changesets._NO_VALUE]
            if not isinstance(node, dict) or any(key == "Ref" or key.startswith("Fn::") for key in node):
                return KNOWN_LATER
            inner = {key: self._value(each, known, params) for key, each in node.items()}
            return {key: value for key, value in inner.items() if value is not changesets._NO_VALUE}


def _whole(value: Any) -> Any:
    """A text of which a part is known later is known later."""
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return KNOWN_LATER if isinstance(value, str) and KNOWN_LATER in value else value


class _Kind(str):
    """A resource's type, with how the change of a property in whose parts some are create-only replaces it."""

    __slots__ = ("parts",)
    parts: Mapping[str, str]


def _with_contexts(diff: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[dict[str, Any]]]:
    def differences(
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        made: Any = None,
        template: Mapping[str, Any] | None = None,
        *more: Any,
    ) -> list[dict[str, Any]]:
        before, after = old.get("Resources", {}), new.get("Resources", {})
        raw = (template or new).get("Resources", {})
        typed = {
            "Resources": {name: {**one, "Type": _kind(name, one, before, after, None)} for name, one in after.items()}
        }
        referring = {
            "Resources": {name: {**one, "Type": _kind(name, one, before, after, raw)} for name, one in raw.items()}
        }
        changes = diff(old, typed, made, referring, *more)
        found = {change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"] for change in changes}
        replaced = [name for name, one in found.items() if one.get("Replacement") == "True"]
        was = old.shown() if isinstance(old, _Template) else before
        will = new.shown(replaced) if isinstance(new, _Template) else after
        for name, one in found.items():
            one["ResourceType"] = str(one["ResourceType"])
            one["BeforeContext"], one["AfterContext"] = _context(was.get(name)), _context(will.get(name))
        return changes

    return differences


def _context(resource: Mapping[str, Any] | None) -> str:
    """What AWS tells of a resource in a change set: an object of its properties and other attributes, as text."""
    found = {name: resource[name] for name in _ATTRIBUTES if resource.get(name)} if resource else {}
    return json.dumps(found, separators=(",", ":"), default=str) if resource else ""


def _kind(name: str, resource: Mapping[str, Any], before: Resources, after: Resources, raw: Resources | None) -> _Kind:
    """The type of a resource, with the verdicts on its parts; with `raw` those of changes that references bring."""
    kind = _Kind(resource.get("Type", ""))
    old, new = ((side.get(name) or {}).get("Properties") or {} for side in (before, after))
    own = resource.get("Properties") or {}
    parts = dict[str, str]()
    for path in _nested(str(kind)):
        values = [list(_values_at(side, path)) for side in (old, new)]
        if values[0] != values[1]:
            parts[path[0]] = "Always"
        elif raw is not None and any(_refers(value, raw) for value in _values_at(own, path)):
            parts.setdefault(path[0], "Conditionally")
    kind.parts = parts
    return kind


def _nested(kind: str) -> list[list[str]]:
    """Paths of create-only parts of properties."""
    fixed = (path.removeprefix("/properties/").split("/") for path in schema_of(kind).get("createOnlyProperties") or ())
    return [parts for parts in fixed if len(parts) > 1]


def _values_at(node: Any, path: list[str]) -> Iterator[Any]:
    """What is at a path of a schema; `*` stands for every element of a list."""
    if not path:
        yield node
    elif path[0] == "*" and isinstance(node, list):
        for each in node:
            yield from _values_at(each, path[1:])
    elif isinstance(node, Mapping) and path[0] in node:
        yield from _values_at(node[path[0]], path[1:])


def _refers(value: Any, resources: Resources) -> bool:
    from ministack.services.cloudformation.engine import _intrinsic_references

    return any(name in resources for name, _attribute in _intrinsic_references(value))


def _by_schema(otherwise: Callable[[str, str], str]) -> Callable[[str, str], str]:
    def recreation(resource_type: str, name: str) -> str:
        """Whether a change of a property replaces the resource: Always, Conditionally or Never."""
        schema = schema_of(str(resource_type))
        if not schema:
            return otherwise(resource_type, name)
        path = f"/properties/{name}"
        fixed = schema.get("createOnlyProperties") or ()
        in_parts = any(one.startswith(f"{path}/") for one in fixed)
        of_parts = resource_type.parts.get(name, "Never") if isinstance(resource_type, _Kind) else "Conditionally"
        if path in fixed or (in_parts and of_parts == "Always"):
            return "Always"
        partly = any(
            one == path or one.startswith(f"{path}/") for one in schema.get("conditionalCreateOnlyProperties") or ()
        )
        return "Conditionally" if partly else (of_parts if in_parts else "Never")

    return recreation
