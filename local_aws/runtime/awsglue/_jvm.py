"""`glueContext._jvm`: Spark's view of the JVM, with the class of Glue's that public scripts ask for where they run."""

from __future__ import annotations

from typing import Any

from awsglue._sources import catalog as _catalog


class AWSConnectionUtils:
    """Region and endpoint as Glue's class of this name says them; there is no proxy, which it calls `null`."""

    @staticmethod
    def getRegion() -> str:
        """The name of the job's region."""
        return str(_catalog.client().meta.region_name)

    @staticmethod
    def getGlueEndpoint() -> str:
        """The URL of the Glue API."""
        return str(_catalog.client().meta.endpoint_url)

    @staticmethod
    def getGlueProxyUrl() -> str:
        """What stands for no proxy: scripts look whether `null` follows the scheme."""
        return "https://null"


class GlueJvm:
    """The JVM with Glue's class; everything else is Spark's."""

    AWSConnectionUtils = AWSConnectionUtils

    def __init__(self, jvm: Any) -> None:
        self._spark = jvm

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spark, name)
