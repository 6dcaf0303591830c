"""Every transform as a class; each hands its work to the method of DynamicFrame or DynamicFrameCollection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from awsglue._frames import fields as _fields
from awsglue._frames.arguments import call_of
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue.transforms.transform import GlueTransform

Paths = Sequence[str]


class ApplyMapping(GlueTransform):
    """Takes fields, renames and casts them."""

    __call__ = call_of(DynamicFrame.apply_mapping)


class Coalesce(GlueTransform):
    """Has the rows in fewer partitions."""

    __call__ = call_of(DynamicFrame.coalesce)


class SelectFromCollection(GlueTransform):
    """Takes one frame of a collection."""

    def __call__(self, dfc: DynamicFrameCollection, key: str, transformation_ctx: str = "") -> DynamicFrame:
        return dfc.select(key, transformation_ctx)


class MapToCollection(GlueTransform):
    """Calls a function for each frame of a collection."""

    def __call__(
        self, dfc: DynamicFrameCollection, callable: Callable[[Any, Any], Any], transformation_ctx: str = ""
    ) -> DynamicFrameCollection:
        return dfc.map(callable, transformation_ctx)


class FlatMap(GlueTransform):
    """Applies a transform to each frame of a collection, and flattens the collections that come of it."""

    def __call__(
        self,
        dfc: DynamicFrameCollection,
        BaseTransform: type[GlueTransform],
        frame_name: str,
        transformation_ctx: str = "",
        **base_kwargs: Any,
    ) -> DynamicFrameCollection:
        def of_frame(frame: Any, ctx: str) -> Any:
            return BaseTransform.apply(**{frame_name: frame, "transformation_ctx": ctx, **base_kwargs})

        return dfc.flatmap(of_frame, transformation_ctx)


class DropNullFields(GlueTransform):
    """Drops the fields that are null in every record, and prints which."""

    def __call__(
        self,
        frame: DynamicFrame,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        paths = _fields.null_paths(frame.schema())
        print("null_fields", paths)
        return frame.drop_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)


class Filter(GlueTransform):
    """Keeps the records for which a function is true."""

    __call__ = call_of(DynamicFrame.filter)


class Map(GlueTransform):
    """Calls a function for each record."""

    __call__ = call_of(DynamicFrame.map)


class ErrorsAsDynamicFrame(GlueTransform):
    """The error records of a frame and of those that it was made of."""

    __call__ = call_of(DynamicFrame.errorsAsDynamicFrame)


class RenameField(GlueTransform):
    """Gives a field another name."""

    __call__ = call_of(DynamicFrame.rename_field, oldName="old_name", newName="new_name")


class DropFields(GlueTransform):
    """Drops fields."""

    __call__ = call_of(DynamicFrame.drop_fields)


class SelectFields(GlueTransform):
    """Takes fields."""

    __call__ = call_of(DynamicFrame.select_fields)


class SplitFields(GlueTransform):
    """Makes two frames: one of some fields, one of the others."""

    __call__ = call_of(DynamicFrame.split_fields)


class SplitRows(GlueTransform):
    """Makes two frames: one of the rows for which comparisons hold, one of the others."""

    def __call__(
        self,
        frame: DynamicFrame,
        comparison_dict: Mapping[str, Mapping[str, Any]],
        name1: str = "frame1",
        name2: str = "frame2",
        transformation_ctx: str = "",
        info: str | None = None,
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrameCollection:
        return frame.split_rows(
            comparison_dict, name1, name2, transformation_ctx, info or "", stageThreshold, totalThreshold
        )


class Join(GlueTransform):
    """Joins two frames where their keys are equal."""

    def __call__(
        self, frame1: DynamicFrame, frame2: DynamicFrame, keys1: Paths, keys2: Paths, transformation_ctx: str = ""
    ) -> DynamicFrame:
        return frame1.join(keys1, keys2, frame2, transformation_ctx)


class Spigot(GlueTransform):
    """Writes some records to a path on the way."""

    def __call__(
        self, frame: DynamicFrame, path: str, options: Mapping[str, Any], transformation_ctx: str = ""
    ) -> DynamicFrame:
        return frame.spigot(path, options, transformation_ctx)


class Relationalize(GlueTransform):
    """Makes flat tables of nested records."""

    def __call__(
        self,
        frame: DynamicFrame,
        staging_path: str | None = None,
        name: str = "roottable",
        options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrameCollection:
        return frame.relationalize(
            name, staging_path, options, transformation_ctx, info, stageThreshold, totalThreshold
        )


class Repartition(GlueTransform):
    """Has the rows in another number of partitions."""

    __call__ = call_of(DynamicFrame.repartition)


class ResolveChoice(GlueTransform):
    """Makes fields of several types fields of one."""

    __call__ = call_of(DynamicFrame.resolveChoice)


class Unbox(GlueTransform):
    """Parses a text field."""

    __call__ = call_of(DynamicFrame.unbox)


class Union(GlueTransform):
    """Has the rows of two frames in one."""

    __call__ = call_of(DynamicFrame.union, self="frame1", other_frame="frame2")


class UnnestFrame(GlueTransform):
    """Has the fields of structs at the top."""

    __call__ = call_of(DynamicFrame.unnest)
