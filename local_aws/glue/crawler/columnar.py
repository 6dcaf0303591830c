"""Parquet and ORC, read from the last bytes of a file only: its footer holds schema and row counts.

Types as in tables that crawlers made from Parquet (int, bigint, double, decimal(p,s), date, timestamp, string, nested
ones). Assumed: unsigned and time-of-day types, which no such table shows, take the next wider catalog type.
An average record is the row groups' bytes by the rows, rounded down: so it is in tables on AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.reading import UNKNOWN, Reading
from local_aws.glue.crawler.schema import Column, Schema

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET_MAGIC = b"PAR1"
ORC_MAGIC = b"ORC"
_PARQUET_END = 8


def footer_length(tail: bytes) -> int:
    """Bytes from the end of a Parquet file that its footer takes; 0 when these are not the last bytes of one."""
    if len(tail) < _PARQUET_END or not tail.endswith(PARQUET_MAGIC):
        return 0
    return int.from_bytes(tail[-8:-4], "little") + _PARQUET_END


def is_orc(tail: bytes) -> bool:
    """Whether these are the last bytes of an ORC file: the postscript's length, before it the postscript's magic."""
    return tail[-4:-1] == ORC_MAGIC


def read_parquet(tail: bytes) -> Reading:
    """A Parquet file from its last bytes, which hold the whole footer."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        footer = pq.read_metadata(pa.BufferReader(tail))
        columns = _columns(footer.schema.to_arrow_schema(), "Parquet")
    except (pa.ArrowException, OSError, ValueError) as error:
        return Reading(UNKNOWN, why=f"ends as Parquet does, but its footer cannot be read: {_first_line(error)}")
    data = sum(footer.row_group(index).total_byte_size for index in range(footer.num_row_groups))
    size = data // footer.num_rows if footer.num_rows else 0
    return Reading("parquet", schema=columns, records=footer.num_rows, record_size=size, why="Parquet's magic bytes")


def read_orc(tail: bytes, size: int) -> Reading:
    """An ORC file of `size` bytes from its last bytes, which hold the whole footer."""
    import pyarrow as pa
    from pyarrow import orc

    from local_aws.glue.crawler.orc_footers import OrcError, problem_of_types

    try:
        problem = problem_of_types(tail)
    except OrcError as error:
        problem = f"its footer cannot be read: {error}"
    if problem:
        return Reading(UNKNOWN, why=f"ends as ORC does, but {problem}")
    try:
        file = orc.ORCFile(pa.BufferReader(tail))
        columns, rows = _columns(file.schema, "ORC"), file.nrows
    except (pa.ArrowException, OSError, ValueError) as error:
        return Reading(UNKNOWN, why=f"ends as ORC does, but its footer cannot be read: {_first_line(error)}")
    return Reading(
        "orc", schema=columns, records=rows, record_size=size // rows if rows else 0, why="ORC's magic bytes"
    )


def _columns(schema: pa.Schema, origin: str) -> Schema:
    return tuple(Column(field.name.lower(), hive_type(field.type), f"{origin} says {field.type}") for field in schema)


def hive_type(arrow: pa.DataType) -> hive.HiveType:
    """The catalog's type for an Arrow type."""
    import pyarrow as pa

    if pa.types.is_decimal(arrow):
        return hive.Decimal(arrow.precision, arrow.scale)
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow) or pa.types.is_fixed_size_list(arrow):
        return hive.Array(hive_type(arrow.value_type))
    if pa.types.is_map(arrow):
        return hive.Map(hive_type(arrow.key_type), hive_type(arrow.item_type))
    if pa.types.is_struct(arrow):
        return hive.Struct(tuple((field.name, hive_type(field.type)) for field in arrow))
    if pa.types.is_dictionary(arrow):
        return hive_type(arrow.value_type)
    return _primitive(str(arrow))


def _primitive(name: str) -> hive.HiveType:
    if name.startswith("timestamp"):
        return hive.TIMESTAMP
    return _PRIMITIVES.get(name, hive.BINARY if "binary" in name else hive.STRING)


_PRIMITIVES: dict[str, hive.HiveType] = {
    "null": hive.VOID,
    "bool": hive.BOOLEAN,
    "int8": hive.TINYINT,
    "int16": hive.SMALLINT,
    "int32": hive.INT,
    "int64": hive.BIGINT,
    "uint8": hive.SMALLINT,
    "uint16": hive.INT,
    "uint32": hive.BIGINT,
    "uint64": hive.Decimal(20, 0),
    "halffloat": hive.FLOAT,
    "float": hive.FLOAT,
    "double": hive.DOUBLE,
    "date32[day]": hive.DATE,
    "date64[ms]": hive.DATE,
    "time32[s]": hive.INT,
    "time32[ms]": hive.INT,
    "time64[us]": hive.BIGINT,
    "time64[ns]": hive.BIGINT,
    "string": hive.STRING,
    "large_string": hive.STRING,
}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
