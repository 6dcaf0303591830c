"""Which arguments a script does not read: of a call, and of templates (the rule W9302)."""

from collections.abc import Iterable
from pathlib import Path

from local_aws.glue.jobs.parameters import PARAMETERS
from local_glue.lint.script_files import Script
from local_glue.lint.script_options import Options

OF_GLUE = frozenset(
    {name.removeprefix("--") for name in PARAMETERS} | {"JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION"}
)
"""Glue's own parameters, and what it passes to Spark jobs by itself."""


def is_unread(options: Options, name: str) -> bool:
    """Whether a script of these options certainly does not read an argument, named with its `--`."""
    bare = name.removeprefix("--")
    return not options.open and bare not in options.known and bare not in OF_GLUE


def unread(script: Path, names: Iterable[str]) -> str:
    """A sentence on those that the script does not read, with those that it takes; empty where there are none.

    Args:
        script: its file. Where its text does not tell what it reads, nothing is said.
        names: with their `--`. Glue's own parameters count as read.
    """
    read = Script(script)
    wrong = [name for name in names if read.modules and is_unread(read.options, name)]
    return f"{script.name} does not read {', '.join(wrong)}: it takes {taken(read.options)}" if wrong else ""


def taken(options: Options) -> str:
    """The arguments that a script takes, for a sentence."""
    return ", ".join(f"--{name}" for name in sorted(options.known)) or "none"
