"""What Python shell jobs import: the libraries that Glue's Python 3.9 shell brings, beside this Python's own packages.

They are pinned, with hashes, and stand in a folder of their own, as some of them are older than what the server needs.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from glue_client.console import say
from glue_client.errors import DeployError
from local_aws.glue.jobs.process_plan import PYTHON_SHELL_LIBRARIES

NAME = "requirements-pythonshell.txt"


def requirements() -> Path:
    """The file of requirements: in the installed package, or at the root of its repository."""
    here = Path(__file__).with_name(NAME)
    return here if here.is_file() else Path(__file__).parents[1] / NAME


def install() -> bool:
    """Install the libraries where they are missing; whether that was so. DeployError when pip does not."""
    if PYTHON_SHELL_LIBRARIES.is_dir():
        return False
    say("installing the libraries of Glue's Python shell (once, about 300 MB)")
    making = PYTHON_SHELL_LIBRARIES.with_name("pythonshell.new")
    shutil.rmtree(making, ignore_errors=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-warn-conflicts", "--require-hashes"]
    call = [sys.executable, "-m", "pip", "install", *options, "-r", str(requirements()), "--target", str(making)]
    done = subprocess.run(call, check=False, capture_output=True, text=True)
    if done.returncode:
        raise DeployError(
            "the libraries of Python shell jobs could not be installed",
            done.stderr.strip() or f"pip ended with {done.returncode}",
            "correct what it names (network, proxy, disk), and call it again: local-glue setup",
        )
    making.rename(PYTHON_SHELL_LIBRARIES)
    return True
