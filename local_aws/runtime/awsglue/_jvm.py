"""`glueContext._jvm`: Spark's view of the JVM, with the class of Glue's that public scripts ask for where they run."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from awsglue._sources import catalog as _catalog

_OURS = "_local_glue_job"


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


def serve_s3(session: Any) -> None:
    """Outside of a job, have Spark read and write `s3://` of the local AWS that the environment names.

    The modules beside this package are one to the process under a name of their own, as launch.py has it.
    """
    if _OURS in sys.modules or not any(name in os.environ for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")):
        return
    package = ModuleType(_OURS)
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules[_OURS] = package
    try:
        importlib.import_module(f"{_OURS}.s3_under_pytest").serve(session)
    finally:
        del sys.modules[_OURS]


class GlueJvm:
    """The JVM with Glue's class; everything else is Spark's."""

    AWSConnectionUtils = AWSConnectionUtils

    def __init__(self, jvm: Any) -> None:
        self._spark = jvm

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spark, name)
