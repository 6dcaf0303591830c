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

    with session(tmp_path_factory.mktemp("local-glue") / "state", script_root(pytestconfig)) as here:
        yield here


def script_root(config: pytest.Config) -> Path:
    """The folder that the setting names. It ends what asked for it where there is none."""
    root = Path(str(config.rootpath)) / str(config.getini("local_glue_script_root"))
    if not root.is_dir():
        pytest.fail(f"local_glue_script_root takes a folder below {config.rootpath}, and {root} is none", pytrace=False)
    return root
