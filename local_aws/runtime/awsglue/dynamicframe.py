"""DynamicFrame: a self-describing table, as Glue's `awsglue.dynamicframe` offers it.

Each method stands where Glue's documentation has it and hands its work on to the module of its kind; what a method does
not support is refused there by name. A `@step` has Glue's four common arguments too: `transformation_ctx`, `info`,
`stageThreshold` and `totalThreshold`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.samples import write_sample
from awsglue._frames import choices as _choices
from awsglue._frames import fields as _fields
from awsglue._frames import functions as _functions
from awsglue._frames import joins as _joins
from awsglue._frames import mapping as _mapping
from awsglue._frames import nesting as _nesting
from awsglue._frames import rows as _rows
from awsglue._frames import unboxing as _boxes
from awsglue._frames.arguments import step
from awsglue._frames.frame import Errors, Frame
from awsglue._frames.printing import schema_tree
from awsglue._frames.thresholds import assert_none, check_thresholds, count_errors, error_records

Paths = Sequence[str]


class ResolveOption:
    """How one field's choice is resolved; Glue's keeps no target, whatever is given."""

    def __init__(self, path: str, action: str, target: Any = None) -> None:
        self.path, self.action, self.target = path, action, None


class DynamicFrame:
    """A table whose rows say what their fields are.

    Args:
        frame: rows and schema.
        glue_ctx: the GlueContext.
        name: of this frame.
    """

    def __init__(self, frame: Frame, glue_ctx: Any, name: str = "") -> None:
        self._frame = frame
        self.glue_ctx = self._glue_ctx = glue_ctx
        self.name = name
        self._made: tuple[Errors, ...] = ()  # the errors of the step that gave it

    @classmethod
    def fromDF(cls, dataframe: Any, glue_ctx: Any, name: str = "") -> DynamicFrame:
        """Make one of a DataFrame."""
        return cls(Frame.of(dataframe), glue_ctx, name)

    def _new(self, frame: Frame, name: str = "") -> DynamicFrame:
        return DynamicFrame(frame, self.glue_ctx, name or self.name)

    def _collection(self, frames: Mapping[str, Frame]) -> DynamicFrameCollection:
        return DynamicFrameCollection({name: self._new(frame, name) for name, frame in frames.items()}, self.glue_ctx)

    # What is in it

    def toDF(self, options: Sequence[ResolveOption] | None = None) -> Any:
        """The rows as a DataFrame; a choice that no option resolves is a struct with a field for each type."""
        return _choices.by_options(self._frame, options or []).dataframe()

    def schema(self) -> glue.StructType:
        """The fields and their types."""
        return self._frame.schema

    def with_frame_schema(self, schema: glue.StructType) -> DynamicFrame:
        """The same frame; its schema is known already here, so that there is nothing to save."""
        del schema
        return self

    def printSchema(self) -> None:
        """Print the schema as a tree."""
        print(schema_tree(self._frame.schema))

    def show(self, num_rows: int = 20) -> None:
        """Print the first rows, each as JSON."""
        for line in self._frame.dataframe().limit(num_rows).toJSON().collect():
            print(line)

    def count(self) -> int:
        """How many rows there are."""
        return int(self._frame.data.count())

    def errorsCount(self) -> int:
        """How many error records there are, of this transformation and those before it."""
        return count_errors(self._frame.errors)

    def stageErrorsCount(self) -> int:
        """How many error records the last transformation made."""
        return count_errors(self._made)

    def errorsAsDynamicFrame(self) -> DynamicFrame:
        """The error records, each a struct `error` (that its members are so called is not verified)."""
        return DynamicFrame(error_records(self._frame), self.glue_ctx, self.name)

    def assertErrorThreshold(self) -> None:
        """Fail if there are error records."""
        assert_none(self._frame.errors)

    # Functions on records

    @step
    def filter(self, f: Callable[[Any], Any], *, step: str) -> DynamicFrame:
        """The records for which a function is true; KeyError, ValueError and TypeError count as false."""
        frame = _functions.filtered(self._frame, f, step)
        return self._new(frame)

    @step
    def map(self, f: Callable[[Any], Any], preservesPartitioning: bool = False, *, step: str) -> DynamicFrame:
        """What a function makes of each record; None and exceptions make error records."""
        frame = _functions.mapped(self._frame, f, step)
        return self._new(frame)

    @step
    def mapPartitions(
        self, f: Callable[[Iterable[Any]], Iterable[Any]], preservesPartitioning: bool = True, *, step: str
    ) -> DynamicFrame:
        """What a function makes of each partition's records."""
        return self._new(_functions.mapped_partitions(self._frame, lambda _number, records: f(records), step))

    @step
    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterable[Any]], Iterable[Any]], preservesPartitioning: bool = False, *, step: str
    ) -> DynamicFrame:
        """What a function makes of each partition's number and records."""
        return self._new(_functions.mapped_partitions(self._frame, f, step))

    # Fields

    @step
    def apply_mapping(self, mappings: Sequence[Sequence[str]], case_sensitive: bool = False) -> DynamicFrame:
        """The fields that the mappings name, in their order, renamed and cast; the rest is dropped."""
        frame = _mapping.apply_mapping(self._frame, mappings, case_sensitive=case_sensitive)
        return self._new(frame)

    def applyMapping(self, *args: Any, **kwargs: Any) -> DynamicFrame:
        """The same under its other name."""
        return self.apply_mapping(*args, **kwargs)

    @step
    def drop_fields(self, paths: Paths) -> DynamicFrame:
        """All fields but these."""
        return self._new(_fields.drop(self._frame, paths))

    @step
    def select_fields(self, paths: Paths) -> DynamicFrame:
        """These fields."""
        return self._new(_fields.select(self._frame, paths))

    @step
    def rename_field(self, oldName: str, newName: str) -> DynamicFrame:
        """A field under another name."""
        return self._new(_fields.rename(self._frame, oldName, newName))

    @step
    def split_fields(self, paths: Paths, name1: str | None = None, name2: str | None = None) -> DynamicFrameCollection:
        """Two frames: one with these fields, one with the rest."""
        first, second = _fields.select(self._frame, paths), _fields.drop(self._frame, paths)
        names = (name1 or f"{self.name}1", name2 or f"{self.name}2")
        return self._collection({names[0]: first, names[1]: second})

    @step
    def resolveChoice(
        self,
        specs: Sequence[tuple[str, str]] | None = None,
        choice: str = "",
        database: str | None = None,
        table_name: str | None = None,
        *,
        catalog_id: str | None = None,
    ) -> DynamicFrame:
        """Fields of several types made fields of one: those of `specs` each in its way, or all by `choice`."""
        catalog = None
        if choice.strip().lower() == "match_catalog":  # Glue's own scripts write it in capitals
            catalog = self.glue_ctx._catalog_schema(database, table_name, catalog_id)
        frame = _choices.resolved(self._frame, specs, choice, catalog)
        return self._new(frame)

    # Nested fields

    @step
    def unbox(self, path: str, format: str, **options: Any) -> DynamicFrame:
        """A text field parsed in a format: its value becomes a struct."""
        return self._new(_boxes.unbox(self._frame, path, format, options))

    @step
    def unnest(self) -> DynamicFrame:
        """Fields of structs made top-level fields, their names joined by dots."""
        return self._new(_nesting.unnest(self._frame))

    @step
    def unnest_ddb_json(self) -> DynamicFrame:
        """Values of DynamoDB's JSON without the marks of their types, the fields of maps at the top."""
        return self._new(_nesting.without_dynamodb_types(self._frame, flat=True))

    def simplify_ddb_json(self) -> DynamicFrame:
        """Values of DynamoDB's JSON without the marks of their types: maps as structs, lists of one type as arrays."""
        return self._new(_nesting.without_dynamodb_types(self._frame, flat=False))

    @step
    def relationalize(
        self, root_table_name: str, staging_path: str | None = None, options: Mapping[str, Any] | None = None
    ) -> DynamicFrameCollection:
        """A root table without nested fields, and a table for each array."""
        del staging_path  # nothing is staged here
        frames = _nesting.relationalized(self._frame, root_table_name, options or {})
        return self._collection(frames)

    # Rows and other frames

    @step
    def join(self, paths1: Paths, paths2: Paths, frame2: DynamicFrame) -> DynamicFrame:
        """Rows of both frames whose keys are equal."""
        return self._new(_joins.joined(self._frame, frame2._frame, paths1, paths2), self.name + frame2.name)

    @step
    def union(self, other_frame: DynamicFrame) -> DynamicFrame:
        """Rows of both frames."""
        return self._new(_joins.union(self._frame, other_frame._frame))

    def mergeDynamicFrame(
        self,
        stage_dynamic_frame: DynamicFrame,
        primary_keys: Paths,
        transformation_ctx: str = "",
        options: Mapping[str, Any] | None = None,
        info: str = "",
        stageThreshold: float = 0,
        totalThreshold: float = 0,
    ) -> DynamicFrame:
        """This frame with the rows of a staging frame in place of its own of the same keys."""
        frame = _joins.staged_over(self._frame, stage_dynamic_frame._frame, primary_keys)
        check_thresholds((), frame, stageThreshold, totalThreshold)
        return self._new(frame)

    @step
    def split_rows(
        self, comparison_dict: Mapping[str, Mapping[str, Any]], name1: str, name2: str
    ) -> DynamicFrameCollection:
        """Two frames: the rows for which all comparisons hold, and the rest."""
        first, second = _rows.split(self._frame, comparison_dict)
        return self._collection({name1: first, name2: second})

    @step
    def spigot(self, path: str, options: Mapping[str, Any] | None = None) -> DynamicFrame:
        """The same frame; some of its rows are written to a path as JSON on the way."""
        write_sample(self._frame, path, options or {})
        return self

    @step
    def repartition(self, num_partitions: int) -> DynamicFrame:
        """The same rows in this many partitions."""
        return self._new(_rows.repartitioned(self._frame, num_partitions))

    @step
    def coalesce(self, num_partitions: int, shuffle: bool = False) -> DynamicFrame:
        """The same rows in at most this many partitions."""
        return self._new(_rows.coalesced(self._frame, num_partitions, shuffle=shuffle))

    def getNumPartitions(self) -> int:
        """How many partitions the rows are in."""
        return int(self._frame.data.rdd.getNumPartitions())

    def write(
        self,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        accumulator_size: int = 0,
    ) -> DynamicFrame:
        """Write the rows, as `GlueContext.write_dynamic_frame.from_options` does."""
        return self.glue_ctx.write_dynamic_frame_from_options(
            self, connection_type, connection_options or {}, format, format_options or {}
        )


class DynamicFrameCollection:
    """Frames by name.

    Args:
        dynamic_frames: the frames by name, or a list of them.
        glue_ctx: the GlueContext.
    """

    def __init__(self, dynamic_frames: Mapping[str, DynamicFrame] | Iterable[DynamicFrame], glue_ctx: Any) -> None:
        if not isinstance(dynamic_frames, Mapping):
            dynamic_frames = {frame.name: frame for frame in dynamic_frames}
        self._frames = dict(dynamic_frames)
        self._glue_ctx = glue_ctx

    def __getitem__(self, key: str) -> DynamicFrame:
        return self._frames[key]

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def keys(self) -> list[str]:
        """The names."""
        return list(self._frames)

    def values(self) -> list[DynamicFrame]:
        """The frames."""
        return list(self._frames.values())

    def items(self) -> list[tuple[str, DynamicFrame]]:
        """Names and frames."""
        return list(self._frames.items())

    def select(self, key: str, transformation_ctx: str = "") -> DynamicFrame:
        """The frame of a name."""
        return self._frames[key]

    def map(self, callable: Callable[[Any, Any], Any], transformation_ctx: str = "") -> DynamicFrameCollection:
        """What a function of (frame, transformation_ctx) makes of each frame."""
        made = {name: callable(frame, transformation_ctx + name) for name, frame in self._frames.items()}
        return DynamicFrameCollection(made, self._glue_ctx)

    def flatmap(self, f: Callable[[Any, Any], Any], transformation_ctx: str = "") -> DynamicFrameCollection:
        """The frames of all collections that a function of (frame, transformation_ctx) makes of each frame."""
        made: dict[str, DynamicFrame] = {}
        for name, frame in self._frames.items():
            result = f(frame, transformation_ctx + name)
            if isinstance(result, DynamicFrameCollection):
                made |= {f"{name}_{inner}": found for inner, found in result.items()}
            else:
                made[name] = result
        return DynamicFrameCollection(made, self._glue_ctx)


class DynamicFrameReader:
    """Reads frames: what `glueContext.create_dynamic_frame` is."""

    def __init__(self, glue_context: Any) -> None:
        self._glue_context = glue_context

    def from_rdd(self, data: Any, name: str, schema: Any = None, sampleRatio: Any = None) -> DynamicFrame:
        """A frame of an RDD of dicts or rows."""
        return self._glue_context.create_dynamic_frame_from_rdd(data, name, schema, sampleRatio)

    def from_options(self, connection_type: str, *args: Any, **kwargs: Any) -> DynamicFrame:
        """As GlueContext.create_dynamic_frame_from_options."""
        return self._glue_context.create_dynamic_frame_from_options(connection_type, *args, **kwargs)

    def from_catalog(
        self, database: str | None = None, table_name: str | None = None, *args: Any, **kwargs: Any
    ) -> DynamicFrame:
        """As GlueContext.create_dynamic_frame_from_catalog."""
        return self._glue_context.create_dynamic_frame_from_catalog(database, table_name, *args, **kwargs)


class DynamicFrameWriter:
    """Writes frames: what `glueContext.write_dynamic_frame` is."""

    def __init__(self, glue_context: Any) -> None:
        self._glue_context = glue_context

    def from_options(self, frame: Any, connection_type: str, *args: Any, **kwargs: Any) -> DynamicFrame:
        """As GlueContext.write_dynamic_frame_from_options."""
        return self._glue_context.write_dynamic_frame_from_options(frame, connection_type, *args, **kwargs)

    def from_catalog(
        self, frame: Any, database: str | None = None, table_name: str | None = None, *args: Any, **kwargs: Any
    ) -> DynamicFrame:
        """As GlueContext.write_dynamic_frame_from_catalog."""
        return self._glue_context.write_dynamic_frame_from_catalog(frame, database, table_name, *args, **kwargs)

    def from_jdbc_conf(self, frame: Any, catalog_connection: str, *args: Any, **kwargs: Any) -> DynamicFrame:
        """As GlueContext.write_dynamic_frame_from_jdbc_conf."""
        return self._glue_context.write_dynamic_frame_from_jdbc_conf(frame, catalog_connection, *args, **kwargs)
