"""ApplyMapping for a DataFrame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awsglue._frames import mapping as _mapping
from awsglue._frames.frame import Frame
from awsglue.transforms import ApplyMapping as _ApplyMapping


class ApplyMapping:
    """Takes columns, renames and casts them."""

    @staticmethod
    def apply(frame: Any, mappings: Sequence[Sequence[str]]) -> Any:
        """The DataFrame with the columns that the mappings name."""
        return _mapping.apply_mapping(Frame.of(frame), mappings).dataframe()

    @classmethod
    def describeArgs(cls) -> list[dict[str, Any]]:
        """The arguments of `apply`."""
        kept = ("frame", "mappings")
        described = [one for one in _ApplyMapping.describeArgs() if one["name"] in kept]
        return [{**one, "type": "DataFrame"} if one["name"] == "frame" else one for one in described]

    @classmethod
    def describeTransform(cls) -> str:
        """What the transform does."""
        return _ApplyMapping.describeTransform()

    @classmethod
    def describeErrors(cls) -> list[dict[str, str]]:
        """The exceptions that it raises."""
        return []

    @classmethod
    def describeReturn(cls) -> dict[str, str]:
        """What comes back."""
        return {"type": "DataFrame", "description": "The DataFrame with the columns that the mappings name"}
