"""A job: what Glue's `awsglue.job` offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awsglue._sources import bookmarks as _bookmarks


class Job:
    """A job's begin and end, between which its sources remember what they read.

    Args:
        glue_context_or_spark_session: a GlueContext or a SparkSession.
    """

    def __init__(self, glue_context_or_spark_session: Any) -> None:
        self._session = getattr(glue_context_or_spark_session, "spark_session", glue_context_or_spark_session)
        self._initialized = False

    @classmethod
    def continuation_options(cls) -> list[str]:
        """The values of --job-bookmark-option."""
        return ["job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause"]

    @classmethod
    def job_bookmark_options(cls) -> list[str]:
        """The same."""
        return cls.continuation_options()

    @classmethod
    def job_bookmark_range_options(cls) -> list[str]:
        """The ends of a window."""
        return ["job-bookmark-from", "job-bookmark-to"]

    @classmethod
    def id_params(cls) -> list[str]:
        """The ids of a run."""
        return ["JOB_NAME", "JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION"]

    @classmethod
    def encryption_type_options(cls) -> list[str]:
        """The values of --encryption-type."""
        return ["sse-s3"]

    @classmethod
    def data_lineage_options(cls) -> list[str]:
        """The option of data lineage."""
        return ["enable-data-lineage"]

    def init(self, job_name: str, args: Mapping[str, Any] | None = None) -> None:
        """Begin: sources read from now on go on where the last commit ended, if the job's bookmark is enabled."""
        _bookmarks.begin(self._session, job_name, dict(args or {}))
        self._initialized = True

    def isInitialized(self) -> bool:
        """Whether init was called."""
        return self._initialized

    def commit(self) -> None:
        """Save what the sources read."""
        _bookmarks.current().commit()
