"""`awsglue` for jobs that run on this machine, written from public documentation and observed behaviour.

Only what this package holds is there: an import of another of Glue's modules fails with Python's own
ModuleNotFoundError, which names it.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """`from awsglue import DynamicFrame`, as Glue Studio's scripts have it; Python shell jobs need no pyspark."""
    if name == "DynamicFrame":
        from awsglue.dynamicframe import DynamicFrame

        return DynamicFrame
    raise AttributeError(f"module 'awsglue' has no attribute '{name}'")
