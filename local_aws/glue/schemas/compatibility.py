"""Compatibility modes: which earlier versions a new one is held against, and which of the two reads the other."""

from __future__ import annotations

from local_aws.glue.errors import unsupported
from local_aws.glue.schemas import avro_reading, formats, json_rules
from local_aws.glue.schemas.names import AVAILABLE
from local_aws.glue.schemas.records import Record

UNCHECKED = ("NONE", "DISABLED")


def held_against(schema: Record) -> list[Record]:
    """The earlier versions that matter to a new one: the latest, or in an _ALL mode all from the checkpoint on.

    The developer guide has both, and not how the two meet: that the checkpoint bounds the _ALL modes alone is
    unverified.
    """
    earlier = [entry for entry in schema["Versions"] if entry["Status"] == AVAILABLE]
    if schema["Compatibility"].endswith("_ALL"):
        return [entry for entry in earlier if entry["VersionNumber"] >= schema["SchemaCheckpoint"]]
    return earlier[-1:]


def compatible(mode: str, data_format: str, new: str, earlier: list[str]) -> bool:
    """Whether a new definition may follow earlier ones.

    Args:
        mode: such as BACKWARD: data of the earlier versions can be read by the new one; FORWARD: the other way round.
        data_format: AVRO or JSON.
        new: the new definition.
        earlier: those that it is held against.

    Raises:
        GlueError: OperationNotSupportedException for a format, or schemas so deep, that cannot be
            compared here.
    """
    if mode in UNCHECKED or not earlier:
        return True
    if data_format not in formats.PARSED:
        raise unsupported(f"The compatibility {mode} of versions in {data_format}", "; NONE takes any version")
    reads = avro_reading.reads if data_format == "AVRO" else json_rules.reads
    direction = mode.removesuffix("_ALL")
    new_document, documents = formats.document(new), [formats.document(one) for one in earlier]
    try:
        backward = direction == "FORWARD" or all(reads(new_document, one) for one in documents)
        forward = direction == "BACKWARD" or all(reads(one, new_document) for one in documents)
    except RecursionError as error:  # types that are named lead deeper than the text does
        raise unsupported("A comparison of schemas that are nested so deeply") from error
    return backward and forward
