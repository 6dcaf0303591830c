"""The library as a whole: what it loads, and that its page tells of all of it."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[3] / "glue_scripts" / "lakejobs" / "src"
PLAIN = ["arguments", "catalog_tables", "schema", "publishing", "counts", "objects", "errors"]


def loaded_by(module):
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import {module}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_the_package_loads_nothing():
    assert {name for name in loaded_by("lakejobs") if name.startswith(("lakejobs.", "boto", "pyspark", "aws"))} == set()


@pytest.mark.parametrize("name", PLAIN)
def test_what_python_shell_jobs_use_needs_no_spark(name):
    assert not {"pyspark", "awsglue"} & loaded_by(f"lakejobs.{name}")


def test_the_docstring_names_every_module():
    import lakejobs

    told = {line.split()[0] for line in lakejobs.__doc__.splitlines() if line.split()[:1] and ".py" in line.split()[0]}
    assert told == {path.name for path in (HERE / "lakejobs").glob("*.py")} - {"__init__.py"}
