"""What `--additional-python-modules` asks for, installed by pip into a folder that the same list finds again.

The folders take a bounded room: those that were used longest ago go first (kept_modules.py).

pip runs with its own configuration of this machine (PIP_... variables, the configuration files of the user who started
the server); nothing of that reaches the job.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local_aws.glue.jobs import kept_modules, processes
from local_aws.glue.jobs.files import JobFiles, JobSetupError
from local_aws.glue.jobs.logs import LogStream, follow

_LIST = "--additional-python-modules"
_OPTIONS = "--python-modules-installer-option"
_OURS = ("pyspark", "py4j")
"""A Spark job's own; no module may bring others."""

_PASSED_ON = re.compile(r"PIP_.*|XDG_.*|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|HOME|PATH|LANG")
_FAILED = (
    "LAUNCH ERROR | Installation of Additional Python Modules failed, please see the logs for more details"
    "Please refer logs for details."
)
"""Glue 5.0's own words (real); what pip said last follows them here."""


@dataclass(frozen=True)
class ModuleRequest:
    """What pip is to install.

    Attributes:
        requirements: arguments of `pip install` other than options.
        options: options of `pip install`.
        pinned: packages of a Spark job that stay as they are.
        key: the same for what installs the same.
    """

    requirements: tuple[str, ...]
    options: tuple[str, ...]
    pinned: tuple[str, ...]
    key: str

    @classmethod
    def of(cls, arguments: Mapping[str, str], files: JobFiles, folder: Path, *, shell: bool) -> ModuleRequest | None:
        """Read the job's arguments; None where they ask for nothing.

        Args:
            arguments: those of the run.
            files: fetches wheels and requirement files that lie in S3.
            folder: takes them.
            shell: whether it is a Python shell job, which installs from the package index only (developer guide).

        Raises:
            JobSetupError: the list cannot be read, or a file is missing, denied or not for this kind of job.
        """
        listed = split_list(arguments.get(_LIST, ""))
        if not listed:
            return None
        options = _split(_OPTIONS, arguments.get(_OPTIONS, ""))
        named_file = "-r" in options  # developer guide: a requirements file in S3 is given with the option -r
        options = [option for option in options if option != "-r"]
        requirements: list[str] = []
        identity: list[str] = [sys.version, json.dumps(options), str(shell)]
        for entry in listed:
            if entry.startswith("s3://"):
                if shell:
                    raise JobSetupError(f"{_LIST} of Python shell jobs takes no files in S3 (seen: {entry})")
                file = files.fetch(entry, folder)
                requirements += ["-r", str(file)] if named_file else [str(file)]
                identity.append(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}")
            else:
                requirements += _split(_LIST, entry)  # options of pip may stand beside a name
                identity.append(entry)
        pinned = () if shell else tuple(f"{name}=={importlib.metadata.version(name)}" for name in _OURS)
        digest = hashlib.sha256(json.dumps([*identity, *pinned]).encode()).hexdigest()
        return cls(tuple(requirements), tuple(options), pinned, digest)


def split_list(value: str) -> list[str]:
    """The entries of a comma list; a comma in the brackets of extras (`a[b,c]`) separates nothing."""
    return [entry.strip() for entry in re.split(r",(?![^\[]*\])", value) if entry.strip()]


def _split(name: str, value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError as error:
        raise JobSetupError(f"{name} cannot be read: {error} (seen: {value})") from error


class PythonModules:
    """The folders of installed modules, one a key; a half-made one never counts.

    What a run was given stays until `release`.

    Args:
        folder: holds them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, asyncio.Lock] = {}
        self._given: dict[str, str] = {}  # run -> key

    def release(self, run_id: str) -> None:
        """A run is over: what it was given may go."""
        self._given.pop(run_id, None)

    async def provide(
        self, request: ModuleRequest | None, run_id: str, log: LogStream, started: Callable[[int], None]
    ) -> list[Path]:
        """The folders for `sys.path`, installed now where they were not before.

        Args:
            request: what is wanted.
            run_id: the run that pip works for; its environment holds it.
            log: takes what pip prints.
            started: told of pip's process group.

        Raises:
            JobSetupError: pip failed; the text ends with what it said.
            OSError: the folder cannot be written.
        """
        if request is None:
            return []
        target = self._folder / request.key
        self._given[run_id] = request.key
        async with self._locks.setdefault(request.key, asyncio.Lock()):
            if target.is_dir():
                log.write(f"Python modules installed before: {' '.join(request.requirements)}")
                kept_modules.mark_as_used(target)
            else:
                await self._install(request, target, run_id, log, started)
                sizes = await asyncio.to_thread(kept_modules.sizes, self._folder)
                kept_modules.make_room(self._folder, sizes, set(self._given.values()))
        return [target]

    async def _install(
        self, request: ModuleRequest, target: Path, run_id: str, log: LogStream, started: Callable[[int], None]
    ) -> None:
        partial = target.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)  # of an earlier server that was killed
        try:
            modules = partial / "modules"
            modules.mkdir(parents=True)
            await self._run_pip(request, modules, run_id, log, started)
            for ours in _OURS if request.pinned else ():
                for copy in (modules / ours, *modules.glob(f"{ours}-*.dist-info")):
                    shutil.rmtree(copy, ignore_errors=True)
            modules.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    @staticmethod
    async def _run_pip(
        request: ModuleRequest, modules: Path, run_id: str, log: LogStream, started: Callable[[int], None]
    ) -> None:
        constraints = modules.with_name("constraints.txt")
        constraints.write_text("".join(f"{pin}\n" for pin in request.pinned), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        command += ["--target", str(modules), "--constraint", str(constraints)]
        # What is installed beside pip is this project's: that the modules do not fit it is no business of the job.
        command += ["--no-warn-conflicts", "--root-user-action", "ignore"]
        process = await processes.start(
            [*command, *request.options, *request.requirements],
            {**_pip_environment(), "JOB_RUN_ID": run_id},
            modules.parent,
            merge_output=True,
        )
        started(process.pid)
        await follow(process, log, log)
        if process.returncode != 0:
            raise JobSetupError(f"{_FAILED} {log.last}".rstrip())


def _pip_environment() -> dict[str, str]:
    """Pip's own settings of this machine and what it needs to reach an index, nothing else of the server's."""
    passed = {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name.upper())}
    return {**passed, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
