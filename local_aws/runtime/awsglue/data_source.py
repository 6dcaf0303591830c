"""A source that is read later: what GlueContext.getSource gives."""

from __future__ import annotations

from typing import Any


class DataSource:
    """A source, its format set, its frame read on demand."""

    def __init__(
        self,
        glue_context: Any,
        connection_type: str,
        format: str | None,
        transformation_ctx: str,
        push_down_predicate: str,
        options: dict[str, Any],
    ) -> None:
        self._glue_context, self._connection_type = glue_context, connection_type
        self._format, self._format_options = format, dict(options.pop("format_options", {}))
        self._context, self._predicate, self._options = transformation_ctx, push_down_predicate, options

    def setFormat(self, format: str, **options: Any) -> None:
        """Say what the data is in."""
        self._format, self._format_options = format, options

    def getFrame(self, **options: Any) -> Any:
        """Read it as a DynamicFrame."""
        return self._glue_context.create_dynamic_frame_from_options(
            self._connection_type,
            {**self._options, **options},
            self._format,
            self._format_options,
            self._context,
            self._predicate,
        )

    def getDataFrame(self) -> Any:
        """Read it as a DataFrame."""
        return self.getFrame().toDF()

    def getSampleFrame(self, num: int, **options: Any) -> Any:
        """The first rows as a DynamicFrame."""
        from awsglue.dynamicframe import DynamicFrame

        frame = self.getFrame(**options)
        return DynamicFrame.fromDF(frame.toDF().limit(num), self._glue_context, frame.name)
