"""Kinds and versions of jobs: all that AWS has can be defined, and those that cannot run here say why.

Kinds are those of botocore's model (JobCommand.Name), versions those of the developer guide's "AWS Glue versions".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHELL = "pythonshell"
SPARK = "glueetl"
COMMANDS = (SPARK, "gluestreaming", SHELL, "glueray")

RUN_HERE = ("3.0", "4.0", "5.0", "5.1")
"""GlueVersion of the Spark jobs that run here."""

_ENDED = ("0.9", "1.0", "2.0")
"""Past their end of life since 1 April 2026: AWS starts no run of them (developer guide, "AWS Glue version support
policy"), nor makes new jobs, which are made here so that older templates deploy."""

_NEWER = ("6.0",)
VERSIONS = (*_ENDED, *RUN_HERE, *_NEWER)

_NOT_HERE = " is not supported by the local AWS"
_KINDS = {
    "gluestreaming": f"A run of a streaming job (gluestreaming){_NOT_HERE}: streams need AWS Glue",
    "glueray": f"A run of a Ray job (glueray){_NOT_HERE}: there is no Ray on this machine",
}


def refusal(job: Mapping[str, Any]) -> str | None:
    """Why a job cannot run here, as its run's ErrorMessage; None where it can.

    Args:
        job: the Job structure as deployed.
    """
    command, version = job["Command"], job.get("GlueVersion")
    kind = command.get("Name", SPARK)
    if kind in _KINDS:
        return _KINDS[kind]
    if command.get("PythonVersion") == "2":
        return f"Python 2{_NOT_HERE}: it is past its end of life, on AWS too"
    if kind == SHELL:
        return None
    if version in _ENDED:
        return f"GlueVersion {version}{_NOT_HERE}: it is past its end of life, on AWS too; {_those()}"
    if version not in (None, *RUN_HERE):
        return f"GlueVersion {version}{_NOT_HERE}: {_those()}"
    return None


def _those() -> str:
    return f"{', '.join(RUN_HERE)} run here"
