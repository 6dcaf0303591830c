"""Which arguments of a call a script does not read, as the rule W9302 knows it of templates."""

from collections.abc import Iterable
from pathlib import Path

from local_aws.glue.jobs.parameters import PARAMETERS
from local_glue.lint.script_files import Script


def unread(script: Path, names: Iterable[str]) -> str:
    """A sentence on those that the script does not read, with those that it takes; empty where there are none.

    Args:
        script: its file. Where its text does not tell what it reads, nothing is said.
        names: with their `--`. Glue's own parameters count as read.
    """
    options = Script(script).options
    known = {f"--{name}" for name in options.known}
    wrong = [name for name in names if name not in known and name not in PARAMETERS]
    if options.open or not known or not wrong:
        return ""
    return f"{script.name} does not read {', '.join(wrong)}: it takes {', '.join(sorted(known))}"
