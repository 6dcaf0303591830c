"""What `glueContext.write_data_frame` is."""

from __future__ import annotations

from typing import Any


class DataFrameWriter:
    """Writes DataFrames through Glue's sinks."""

    def __init__(self, glue_context: Any) -> None:
        self._glue_context = glue_context

    def from_catalog(
        self, frame: Any, database: str | None = None, table_name: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """As GlueContext.write_data_frame_from_catalog."""
        return self._glue_context.write_data_frame_from_catalog(frame, database, table_name, *args, **kwargs)
