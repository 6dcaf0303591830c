"""Known vulnerabilities of what requirements.txt pins, asked by pip-audit of the index that it knows.

Where no index answers there is nothing to fail on, and that is said.
"""

import json
import subprocess
import sys
from pathlib import Path

from deploy.project import ROOT
from glue_client.console import count, say, state
from glue_client.errors import DeployError

NAME = "pip-audit"
FILE = "requirements.txt"
SECONDS = 120
"""That an index may take to tell of all packages."""


def run() -> None:
    """Ask, and say what was found. DeployError when a pinned package has a known vulnerability."""
    command = [str(Path(sys.executable).parent / NAME), "-r", FILE, "--disable-pip", "--require-hashes", "-f", "json"]
    try:
        answer = subprocess.run(
            [*command, "--progress-spinner", "off"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        told = json.loads(answer.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError) as error:
        say(f"{NAME.ljust(12)} left out: no index answered ({type(error).__name__})")
        return
    known = [one for one in told if "vulns" in one]
    if not known:
        say(f"{NAME.ljust(12)} left out: the index knows no vulnerabilities, nor any of {count(len(told), 'package')}")
        return
    found = [f"{one['name']} {one['version']}: {flaw['id']}" for one in known for flaw in one["vulns"]]
    say(f"{NAME.ljust(12)}", state("FAILED" if found else "SUCCEEDED"), f"of {count(len(known), 'package')}")
    if found:
        raise DeployError(
            f"what {FILE} pins has known vulnerabilities: {len(found)}",
            "\n".join(found),
            "pin a version without it (CONTRIBUTING.md has the command)",
        )
