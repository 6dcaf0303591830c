"""Where Lambda's functions run: folders below the state folder, which are gone when the server is.

The emulator unpacks a function for each of its workers in the folder for temporary files, and leaves it there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

_NAME = "functions"


def keep_functions_together() -> None:
    """Have functions unpacked below the state folder; what a server left that was killed is deleted."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    folder = _folder()
    forget_function_folders()
    folder.mkdir(parents=True, mode=0o700)
    lambda_runtime.tempfile = lambda_svc.tempfile = _Temporary(folder)
    lambda_svc._PROVIDED_CODE_CACHE = str(folder / "provided")
    lambda_svc._DOCKER_EXTRACT_CACHE = str(folder / "extracted")


def forget_function_folders() -> None:
    """Delete what functions ran in, as the server ends."""
    shutil.rmtree(_folder(), ignore_errors=True)


def _folder() -> Path:
    return Path(os.environ["STATE_DIR"]).parent / _NAME


class _Temporary:
    """Of the module tempfile what the emulator's Lambda uses, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def gettempdir(self) -> str:
        """The folder."""
        return str(self._folder)

    def mkdtemp(self, **more: Any) -> str:
        """A new folder in it."""
        return tempfile.mkdtemp(dir=self._folder, **more)

    def TemporaryDirectory(self, **more: Any) -> tempfile.TemporaryDirectory[str]:  # noqa: N802 - as the module has it
        """A new folder in it, for a while."""
        return tempfile.TemporaryDirectory(dir=self._folder, **more)
