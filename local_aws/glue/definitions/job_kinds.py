"""Kinds and versions of jobs: all that AWS makes can be defined, and those that cannot run here say why.

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

VERSIONS = (*RUN_HERE, "6.0")
"""Of which AWS makes Spark, streaming and Ray jobs."""

_ENDED = ("0.9", "1.0", "2.0")
"""Past their end of life since 1 April 2026 (developer guide, "AWS Glue version support policy")."""

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
    if kind != SHELL and version not in (None, *RUN_HERE):
        return f"GlueVersion {version}{_NOT_HERE}: {', '.join(RUN_HERE)} run here"
    return None


def ended(job: Mapping[str, Any]) -> str | None:
    """Why AWS makes a job no more, as the refusal of CreateJob (the text is unverified); None where it does.

    Args:
        job: parameters of CreateJob.
    """
    command, version = job["Command"], job.get("GlueVersion")
    if command.get("PythonVersion") == "2":
        return "Python 2 is past its end of life: AWS makes no such jobs any more; use PythonVersion 3 or 3.9"
    if command.get("Name", SPARK) != SHELL and version in _ENDED:
        return f"GlueVersion {version} is past its end of life: AWS makes no such jobs any more; use 5.1"
    return None
