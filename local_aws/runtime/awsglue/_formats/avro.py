"""Avro files, read with fastavro: each with its own schema, large ones in parts, a block in memory at a time."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.avro_blocks import Container, Part, opened, parts_of, values
from awsglue._formats.avro_types import Convert, Types
from awsglue._formats.files import File, file_system
from awsglue._formats.merging import stacked
from awsglue._formats.options import Options
from awsglue._formats.text import uri_last, with_uri
from awsglue._frames.frame import Frame
from awsglue._frames.values import to_spark

Read = Callable[[Part], Iterator[tuple[Any, ...]]]


def read_avro(session: Any, files: Sequence[File], options: Options) -> Frame:
    """The records of Avro files; the last column is the `uri` of each record's file.

    Logical types count with the format option `version` 1.8 only: decimals, dates and timestamp-millis (developer
    guide, "Using the Avro format").

    Raises:
        Exception: a file is no Avro; "Unable to parse file: …" is Glue's text (real).
        NotImplementedError: a schema refers to itself.
    """
    groups: dict[str, list[Container]] = {}
    for file in files:
        container = _opened(session, file)
        groups.setdefault(container.schema, []).append(container)
    return uri_last(stacked([_frame(session, group, options) for group in groups.values()]))


def _frame(session: Any, containers: Sequence[Container], options: Options) -> Frame:
    """The records of files of one schema."""
    try:
        found = Types(logical=str(options.get("version", "1.7")) == "1.8").read(json.loads(containers[0].schema))
    except (LookupError, TypeError, ValueError) as error:
        raise Exception(f"Unable to parse file: {containers[0].uri}") from error  # noqa: TRY002 - what Glue raises
    kind, convert = found.kind, found.convert
    if not isinstance(kind, glue.StructType):
        kind, convert = glue.StructType([glue.Field("value", kind)]), _single(convert)
    context = session.sparkContext
    parts, tasks = parts_of(containers, context.defaultParallelism)
    rows = context.parallelize(parts, tasks).flatMap(_reader(json.dumps(found.schema), convert))
    schema = with_uri(kind)
    return Frame.of(session.createDataFrame(rows, to_spark(schema), verifySchema=False), schema)


def _reader(schema: str, convert: Convert) -> Read:
    def read(part: Part) -> Iterator[tuple[Any, ...]]:
        uri = part.container.uri
        for value in values(part, schema):
            yield (*convert(value), uri)

    return read


def _single(convert: Convert) -> Convert:
    return lambda value: (convert(value),)


def _opened(session: Any, file: File) -> Container:
    path = _local(session, file)
    try:
        return opened(path, file.uri, file.size)
    except PermissionError as error:
        raise PermissionError(f"{path} (Permission denied)") from error  # as Java says it
    except ValueError as error:
        raise Exception(f"Unable to parse file: {file.path}: {error}") from error  # noqa: TRY002 - what Glue raises


def _local(session: Any, file: File) -> str:
    """Where a file lies on this machine; a copy of it where its file system is none of this machine's."""
    system, path = file_system(session, file.path)
    place = system.resolvePath(path).toUri()
    if place.getScheme() in (None, "file"):
        return str(place.getPath())
    folder = Path(tempfile.mkdtemp(prefix="avro-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = folder / "copy"
    system.copyToLocalFile(path, session._jvm.org.apache.hadoop.fs.Path(copy.as_uri()))
    return str(copy)
