"""`awsglue.devutils` makes and changes jobs from a notebook; none of it is supported here."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name in ("ExecutionProperty", "Command", "Connections", "Job", "GlueJobUtils"):
        raise NotImplementedError(f"awsglue.devutils.{name} is not supported here: use boto3's glue client")
    raise AttributeError(f"module 'awsglue.devutils' has no attribute {name!r}")
