"""The logger of a job: its lines go where Spark's own log goes."""

from __future__ import annotations

from typing import Any


class GlueLogger:
    """Info, warnings, errors and debug lines through Spark's logging."""

    def __init__(self, session: Any) -> None:
        self._logger = session.sparkContext._jvm.org.apache.logging.log4j.LogManager.getLogger("GlueLogger")

    def info(self, msg: Any) -> None:
        """Log at level INFO."""
        self._logger.info(str(msg))

    def warn(self, msg: Any) -> None:
        """Log at level WARN."""
        self._logger.warn(str(msg))

    warning = warn

    def error(self, msg: Any) -> None:
        """Log at level ERROR."""
        self._logger.error(str(msg))

    def debug(self, msg: Any) -> None:
        """Log at level DEBUG."""
        self._logger.debug(str(msg))
