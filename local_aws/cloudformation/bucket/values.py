"""Values of a template as the API has them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

Properties = Mapping[str, Any]
Params = dict[str, Any]


def number(value: Any) -> int:
    """A whole number, which a parameter gives as text."""
    return int(value)


def truth(value: Any) -> bool:
    """A boolean, which a parameter gives as text."""
    return str(value).lower() == "true"


def moment(value: Any) -> datetime.datetime:
    """A date of the registry's pattern: 2024-05-01T00:00:00.000Z, the time and its fraction optional."""
    found = datetime.datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def renamed(value: Properties, **names: tuple[str, Callable[[Any], Any]]) -> Params:
    """The members that are there, under the API's names, each converted."""
    return {api: convert(value[name]) for name, (api, convert) in names.items() if value.get(name) is not None}


def tags(value: list[Properties]) -> list[Params]:
    """Tags as a list of Key and Value."""
    return [{"Key": str(tag["Key"]), "Value": str(tag.get("Value", ""))} for tag in value]


def one_filter(value: Properties, *, sizes: bool = False) -> Params:
    """Prefix, TagFilters and sizes as one Filter of the API, joined by And where there are several."""
    parts = renamed(value, Prefix=("Prefix", str), AccessPointArn=("AccessPointArn", str))
    if sizes:
        parts |= renamed(
            value,
            ObjectSizeGreaterThan=("ObjectSizeGreaterThan", number),
            ObjectSizeLessThan=("ObjectSizeLessThan", number),
        )
    tagged = tags(value.get("TagFilters") or [])
    if len(parts) + len(tagged) <= 1:
        return parts or ({"Tag": tagged[0]} if tagged else {})
    return {"And": {**parts, **({"Tags": tagged} if tagged else {})}}
