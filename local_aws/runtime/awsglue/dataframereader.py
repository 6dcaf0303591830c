"""What `glueContext.create_data_frame` is."""

from __future__ import annotations

from typing import Any


class DataFrameReader:
    """Reads DataFrames through Glue's sources."""

    def __init__(self, glue_context: Any) -> None:
        self._glue_context = glue_context

    def from_options(self, connection_type: str, *args: Any, **kwargs: Any) -> Any:
        """As GlueContext.create_data_frame_from_options."""
        return self._glue_context.create_data_frame_from_options(connection_type, *args, **kwargs)

    def from_catalog(
        self, database: str | None = None, table_name: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """As GlueContext.create_data_frame_from_catalog."""
        return self._glue_context.create_data_frame_from_catalog(database, table_name, *args, **kwargs)
