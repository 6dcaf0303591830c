"""Every transform as a class; each hands its work to the method of DynamicFrame or DynamicFrameCollection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from awsglue import _fields
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue.transforms.transform import GlueTransform

Paths = Sequence[str]


class ApplyMapping(GlueTransform):
    """Takes fields, renames and casts them."""

    def __call__(
        self,
        frame: DynamicFrame,
        mappings: Sequence[Sequence[str]],
        case_sensitive: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.apply_mapping(mappings, case_sensitive, transformation_ctx, info, stageThreshold, totalThreshold)


class Coalesce(GlueTransform):
    """Has the rows in fewer partitions."""

    def __call__(
        self,
        frame: DynamicFrame,
        num_partitions: int,
        shuffle: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.coalesce(num_partitions, shuffle, transformation_ctx, info, stageThreshold, totalThreshold)


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

    def __call__(
        self,
        frame: DynamicFrame,
        f: Callable[[Any], Any],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.filter(f, transformation_ctx, info, stageThreshold, totalThreshold)


class Map(GlueTransform):
    """Calls a function for each record."""

    def __call__(
        self,
        frame: DynamicFrame,
        f: Callable[[Any], Any],
        preservesPartitioning: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.map(f, preservesPartitioning, transformation_ctx, info, stageThreshold, totalThreshold)


class ErrorsAsDynamicFrame(GlueTransform):
    """The error records of a frame and of those that it was made of."""

    def __call__(self, frame: DynamicFrame) -> DynamicFrame:
        return frame.errorsAsDynamicFrame()


class RenameField(GlueTransform):
    """Gives a field another name."""

    def __call__(
        self,
        frame: DynamicFrame,
        old_name: str,
        new_name: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.rename_field(old_name, new_name, transformation_ctx, info, stageThreshold, totalThreshold)


class DropFields(GlueTransform):
    """Drops fields."""

    def __call__(
        self,
        frame: DynamicFrame,
        paths: Paths,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.drop_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)


class SelectFields(GlueTransform):
    """Takes fields."""

    def __call__(
        self,
        frame: DynamicFrame,
        paths: Paths,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.select_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)


class SplitFields(GlueTransform):
    """Makes two frames: one of some fields, one of the others."""

    def __call__(
        self,
        frame: DynamicFrame,
        paths: Paths,
        name1: str | None = None,
        name2: str | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrameCollection:
        return frame.split_fields(paths, name1, name2, transformation_ctx, info, stageThreshold, totalThreshold)


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

    def __call__(
        self,
        frame: DynamicFrame,
        num_partitions: int,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.repartition(num_partitions, transformation_ctx, info, stageThreshold, totalThreshold)


class ResolveChoice(GlueTransform):
    """Makes fields of several types fields of one."""

    def __call__(
        self,
        frame: DynamicFrame,
        specs: Sequence[tuple[str, str]] | None = None,
        choice: str = "",
        database: str | None = None,
        table_name: str | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
        catalog_id: str | None = None,
    ) -> DynamicFrame:
        return frame.resolveChoice(
            specs,
            choice,
            database,
            table_name,
            transformation_ctx,
            info,
            stageThreshold,
            totalThreshold,
            catalog_id,
        )


class Unbox(GlueTransform):
    """Parses a text field."""

    def __call__(
        self,
        frame: DynamicFrame,
        path: str,
        format: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
        **options: Any,
    ) -> DynamicFrame:
        return frame.unbox(path, format, transformation_ctx, info, stageThreshold, totalThreshold, **options)


class Union(GlueTransform):
    """Has the rows of two frames in one."""

    def __call__(
        self,
        frame1: DynamicFrame,
        frame2: DynamicFrame,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame1.union(frame2, transformation_ctx, info, stageThreshold, totalThreshold)


class UnnestFrame(GlueTransform):
    """Has the fields of structs at the top."""

    def __call__(
        self,
        frame: DynamicFrame,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        return frame.unnest(transformation_ctx, info, stageThreshold, totalThreshold)
