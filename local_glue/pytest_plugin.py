"""The pytest plugin: a local AWS for a session of tests, as the fixture `local_glue`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local_glue.session import LocalGlue


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting local_glue_script_root of pytest's configuration file."""
    parser.addini("local_glue_script_root", "folder of the jobs' scripts, below pytest's root", default=".")


@pytest.fixture(scope="session")
def local_glue(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> "Iterator[LocalGlue]":
    """A local AWS on a free port, its state in a temporary folder, until the session ends.

    The process's AWS settings lead to it and nowhere else for that long, so boto3, awswrangler and the like find it.
    """
    from local_glue.session import session

    root = Path(str(pytestconfig.rootpath)) / str(pytestconfig.getini("local_glue_script_root"))
    with session(tmp_path_factory.mktemp("local-glue") / "state", root) as here:
        yield here
