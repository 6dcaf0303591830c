"""Homes for tests of what a job may reach: they must not lie in the folder for temporary files, which jobs may use."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_TEMPORARY = {Path("/tmp"), Path("/var/tmp"), Path(tempfile.gettempdir()).resolve()}  # noqa: S108 - looked at only


@contextlib.contextmanager
def home_out_of_reach() -> Iterator[Path]:
    """An empty home that is deleted at the end: in this checkout, or where that is temporary in the user's own home."""
    for place in (_ROOT, Path.home().resolve()):
        if _TEMPORARY.isdisjoint([place, *place.parents]):
            with tempfile.TemporaryDirectory(dir=place, prefix=".test-home-") as folder:
                yield Path(folder).resolve()
            return
    pytest.skip("checkout and home both lie in the folder for temporary files")
