"""Transforms as classes: what `from awsglue.transforms import *` gives.

Scripts may also import each from the module in which Glue has it, such as `awsglue.transforms.apply_mapping`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from awsglue.transforms._classes import (
    ApplyMapping,
    Coalesce,
    DropFields,
    DropNullFields,
    ErrorsAsDynamicFrame,
    Filter,
    FlatMap,
    Join,
    Map,
    MapToCollection,
    Relationalize,
    RenameField,
    Repartition,
    ResolveChoice,
    SelectFields,
    SelectFromCollection,
    Spigot,
    SplitFields,
    SplitRows,
    Unbox,
    Union,
    UnnestFrame,
)
from awsglue.transforms.transform import GlueTransform

_MODULES = {
    "apply_mapping": (ApplyMapping,),
    "coalesce": (Coalesce,),
    "collection_transforms": (SelectFromCollection, MapToCollection, FlatMap),
    "drop_nulls": (DropNullFields,),
    "dynamicframe_filter": (Filter,),
    "dynamicframe_map": (Map,),
    "errors_as_dynamicframe": (ErrorsAsDynamicFrame,),
    "field_transforms": (RenameField, DropFields, SelectFields, SplitFields, SplitRows, Join, Spigot),
    "relationalize": (Relationalize,),
    "repartition": (Repartition,),
    "resolve_choice": (ResolveChoice,),
    "unbox": (Unbox,),
    "union": (Union,),
    "unnest_frame": (UnnestFrame,),
}
"""Module below `awsglue.transforms` -> the classes that Glue has in it."""

_TRANSFORMS: dict[str, type[GlueTransform]] = {kind.__name__: kind for kinds in _MODULES.values() for kind in kinds}


def _module(name: str, kinds: tuple[type[GlueTransform], ...]) -> ModuleType:
    module = ModuleType(f"{__name__}.{name}", f"{', '.join(kind.__name__ for kind in kinds)}, as Glue places them.")
    vars(module).update({kind.__name__: kind for kind in kinds}, GlueTransform=GlueTransform)
    sys.modules[module.__name__] = module
    return module


globals().update({name: _module(name, kinds) for name, kinds in _MODULES.items()})


def get_transforms() -> list[type[GlueTransform]]:
    """All transforms."""
    return list(_TRANSFORMS.values())


def get_transform(name: str) -> type[GlueTransform]:
    """The transform of a name.

    Raises:
        ValueError: there is none.
    """
    if name not in _TRANSFORMS:
        raise ValueError(f"there is no transform {name!r}; there are {', '.join(sorted(_TRANSFORMS))}")
    return _TRANSFORMS[name]


def describe_transform(name: str) -> dict[str, Any]:
    """What a transform says of itself."""
    return get_transform(name).describe()


__all__ = [
    "ApplyMapping",
    "Coalesce",
    "DropFields",
    "DropNullFields",
    "ErrorsAsDynamicFrame",
    "Filter",
    "FlatMap",
    "GlueTransform",
    "Join",
    "Map",
    "MapToCollection",
    "Relationalize",
    "RenameField",
    "Repartition",
    "ResolveChoice",
    "SelectFields",
    "SelectFromCollection",
    "Spigot",
    "SplitFields",
    "SplitRows",
    "Unbox",
    "Union",
    "UnnestFrame",
    "describe_transform",
    "get_transform",
    "get_transforms",
]
