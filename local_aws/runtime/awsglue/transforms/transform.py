"""GlueTransform: what all transforms have, and what they say of themselves."""

from __future__ import annotations

import inspect
from typing import Any

_FRAME = "DynamicFrame"
_ARGUMENTS: dict[str, tuple[str, str]] = {
    "frame": (_FRAME, "The frame to transform"),
    "frame1": (_FRAME, "The first frame"),
    "frame2": (_FRAME, "The second frame"),
    "dfc": ("DynamicFrameCollection", "The frames to transform"),
    "keys1": ("List of paths", "The keys of the first frame"),
    "keys2": ("List of paths", "The keys of the second frame"),
    "paths": ("List of paths", "Full paths of fields"),
    "mappings": ("List of tuples", "(source path, source type, target path, target type) of each field"),
    "case_sensitive": ("Boolean", "Whether source names match in their own case only"),
    "f": ("Function", "Called with each record"),
    "callable": ("Function", "Called with each frame and a transformation context"),
    "specs": ("List of tuples", "(path, action) of each ambiguous field"),
    "choice": ("String", "One action for all ambiguous fields"),
    "path": ("String", "A path"),
    "format": ("String", "The format of the text"),
    "comparison_dict": ("Dictionary", "Field to comparison operator to value"),
    "old_name": ("String", "Full path of the field"),
    "new_name": ("String", "Its new name"),
    "num_partitions": ("Integer", "How many partitions to have"),
    "shuffle": ("Boolean", "Whether rows move between all partitions"),
    "preservesPartitioning": ("Boolean", "Whether records stay in their partitions"),
    "staging_path": ("String", "Where to stage tables; nothing is staged here"),
    "transformation_ctx": ("String", "A name that is unique in the job"),
    "info": ("String", "A text for errors"),
    "stageThreshold": ("Integer", "Number of errors in this transformation that fails it"),
    "totalThreshold": ("Integer", "Number of errors up to this transformation that fails it"),
}


class GlueTransform:
    """A transform: called with its arguments, or by `apply`."""

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Call a new one with these arguments."""
        return cls()(*args, **kwargs)

    @classmethod
    def name(cls) -> str:
        """The name of the class."""
        return cls.__name__

    @classmethod
    def describeArgs(cls) -> list[dict[str, Any]]:
        """Each argument: `name`, `type`, `description`, `optional`, `defaultValue`."""
        if "__call__" not in vars(cls):
            raise NotImplementedError(f"describeArgs of {cls.__name__}")
        described = []
        for name, parameter in list(inspect.signature(cls.__call__).parameters.items())[1:]:
            kind, text = _ARGUMENTS.get(name, ("String", name))
            optional = parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD
            default = parameter.default if optional and parameter.default is not parameter.empty else None
            described.append(
                {"name": name, "type": kind, "description": text, "optional": optional, "defaultValue": default}
            )
        return described

    @classmethod
    def describeReturn(cls) -> dict[str, str]:
        """What comes back: `type` and `description`."""
        if "__call__" not in vars(cls):
            raise NotImplementedError(f"describeReturn of {cls.__name__}")
        kind = str(inspect.signature(cls.__call__).return_annotation)
        return {"type": kind, "description": f"What {cls.__name__} makes of its arguments"}

    @classmethod
    def describeTransform(cls) -> str:
        """What the transform does."""
        if "__call__" not in vars(cls):
            raise NotImplementedError(f"describeTransform of {cls.__name__}")
        return inspect.getdoc(cls) or ""

    @classmethod
    def describeErrors(cls) -> list[dict[str, str]]:
        """The exceptions that it raises: `type` and `description` of each."""
        return []

    @classmethod
    def describe(cls) -> dict[str, Any]:
        """All of this under `transform`."""
        return {
            "transform": {
                "name": cls.name(),
                "args": cls.describeArgs(),
                "returns": cls.describeReturn(),
                "raises": cls.describeErrors(),
                "location": "internal",
            }
        }
