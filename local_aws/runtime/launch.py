"""Runs one job's script in a process of its own, as Glue runs it: `python launch.py <spec.json>`.

`python launch.py --wait <waiting.json>` is a process that gets its spec later (see warm/process.py).

The spec is a JSON object:

    script          file to run
    argv            arguments after the script's path
    paths           folders and archives for `sys.path` (`--extra-py-files`)
    endpoint        URL of the AWS endpoint
    role            ARN of the job's role
    analytics       whether AWS has the libraries of its set `analytics` there
    categories      whether the error begins with Glue's error category
    result          file for the outcome: {"error": null or text}
    hidden          folders out of the script's reach, where the system can do that (see confinement.py)
    readable        folders in them in which it may read
    spark           null for Python shell, else {"mount", "manifest", "conf", "work", "settings", "few", "stop",
                    "continuous", "catalog", "shared"}; "few" and "continuous" are those of spark_conf.write_conf;
                    "stop" has Spark end in order, so that its event log is whole; "catalog" lets spark.sql see the
                    Glue Data Catalog; "shared" is null or what a jvm.shared.Shared is made of

Environment, working folder and credentials are the caller's to set.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import importlib
import json
import os
import runpy
import signal
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

_HERE = Path(__file__).resolve().parent
_PACKAGE = "_local_glue_job"
"""What the modules beside this one are called in the process: no script has modules of that name."""
_MOUNT = "md/glue-mount"
"""Tells the server what is fetched to be shown to Spark: nobody may ever read it."""
_CAP_MARK = "GLUE_LAUNCH_UNPRIVILEGED"
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_ENDED_FIRST = "800"
_GIVEN_UP = (1, 2, 19, 21, 38)
"""What root gives up: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, for file modes to hold; CAP_SYS_PTRACE, CAP_SYS_ADMIN
and CAP_PERFMON, with which the memory of every process can be read."""


def main(spec_file: str, *, wait: bool = False) -> int:
    """Run the script of a spec; return the process's exit code.

    Args:
        spec_file: the spec, or with `wait` what is known before there is one.
        wait: for a run.
    """
    _be_an_ordinary_user()
    waiting = None
    if wait:
        waiting = _ours("warm.process").Waiting(Path(spec_file), _confine)
        spec_file = waiting.run()
    spec = json.loads(Path(spec_file).read_text(encoding="utf-8"))
    _set_import_path(spec["paths"])
    _ours("boto3_hooks").use_endpoint(spec["endpoint"])
    error = _mount_and_run(spec, waiting)
    _report(spec, error)
    return 0 if error is None else 1


def _report(spec: dict[str, Any], error: str | None) -> None:
    partial = Path(spec["result"] + ".partial")
    partial.write_text(json.dumps({"error": error}), encoding="utf-8")
    partial.replace(spec["result"])


def _mount_and_run(spec: dict[str, Any], waiting: Any) -> str | None:
    """Run the script of a spec, carry what Spark wrote to S3; return what went wrong first, if anything did."""
    try:
        hooks = _mount(spec["spark"], waiting and waiting.outside) if spec["spark"] else None
    except Exception as error:  # noqa: BLE001 - reported as the run's ErrorMessage
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"
    if waiting:
        waiting.shut()
    else:
        _confine(spec)
    _take_over_exit(spec, hooks)
    failure = _run_script(spec, hooks)
    flush_failure = _finish(spec, hooks)
    return failure or flush_failure


def _confine(spec: dict[str, Any]) -> None:
    """Put what belongs to others out of the script's reach; Python, Java and the run's own folder stay within it."""
    own = str(Path(spec["result"]).parent)
    started_by = str(Path(sys.executable).parents[1])  # the virtual environment, of which Python knows nothing with -S
    pythons = (started_by, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)
    shown = (own, str(_HERE), *pythons, *sys.path, *spec["paths"], os.environ.get("JAVA_HOME", ""))
    _ours("confinement").confine(spec["hidden"], shown, spec["readable"])


def _finish(spec: dict[str, Any], hooks: Any) -> str | None:
    """End Spark where that is asked for, carry the rest to S3; return S3's refusal, if any."""
    if spec["spark"] and spec["spark"]["stop"]:
        _stop_spark()
    return _flush(hooks, spec)


def _take_over_exit(spec: dict[str, Any], hooks: Any) -> None:
    """Let `os._exit(0)`, with which public scripts end after `job.commit`, be the end of a run that succeeded."""
    own, leave = os.getpid(), os._exit

    def end(status: int) -> None:
        if os.getpid() == own:  # else a child, as multiprocessing makes them
            error = _finish(spec, hooks)
            if status == 0:
                _report(spec, error)
                _end_group()
        leave(status)

    setattr(os, "_exit", end)  # noqa: B010 - a function is not to be assigned, says mypy


def _set_import_path(paths: list[str]) -> None:
    """The script's own files come first, this folder (for `awsglue`) last; likewise in Spark's Python workers."""
    others = [entry for entry in sys.path if entry not in (str(_HERE), *paths)]
    sys.path[:] = [*paths, *others, str(_HERE)]
    os.environ["PYTHONPATH"] = os.pathsep.join([*paths, str(_HERE)])


def _ours(module: str) -> Any:
    """Import a module of this folder, under a name of our own."""
    if _PACKAGE not in sys.modules:
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(_HERE)]
        sys.modules[_PACKAGE] = package
    return importlib.import_module(f"{_PACKAGE}.{module}")


def _be_an_ordinary_user() -> None:
    """End with the server that started this process; as root, give up some of its rights.

    Both are Linux's; elsewhere the server's own clean-up and an ordinary user do the same.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    with contextlib.suppress(OSError):  # where memory runs out, the system is to end the job rather than the server
        Path("/proc/self/oom_score_adj").write_text(_ENDED_FIRST, encoding="ascii")
    if os.geteuid() == 0 and _CAP_MARK not in os.environ:
        for capability in _GIVEN_UP:
            libc.prctl(_PR_CAPBSET_DROP, capability)
        os.execve(sys.executable, sys.orig_argv, {**os.environ, _CAP_MARK: "1"})  # noqa: S606
    os.environ.pop(_CAP_MARK, None)


def _mount(spark: dict[str, Any], outside: Any) -> Any:
    """Lay out the folders that Spark sees, and its settings.

    Args:
        spark: of the spec.
        outside: where the objects' files are within reach, if this thread is confined already.
    """
    import boto3
    from botocore.config import Config

    manifest = json.loads(Path(spark["manifest"]).read_text(encoding="utf-8"))
    session = boto3.session.Session()
    client = session.client("s3", config=Config(user_agent_extra=_MOUNT))
    mount = _ours("s3_mount").S3Mount(Path(spark["mount"]), client, bool(spark["shared"]))
    with Path(spark["work"], "spark.log").open("a", encoding="utf-8") as log:  # Spark goes on with it
        outside(mount.fill, manifest, log) if outside else mount.fill(manifest, log)
    _ours("spark_conf").write_conf(
        Path(spark["conf"]),
        mount=mount.root,
        work=Path(spark["work"]),
        buckets=mount.buckets,
        extra={**(_serve_catalog(mount, session, spark["settings"]) if spark["catalog"] else {}), **spark["settings"]},
        few=spark["few"],
        continuous=spark["continuous"],
        shared=_ours("jvm.shared").Shared(**spark["shared"]) if spark["shared"] else None,
    )
    if not spark["catalog"]:
        _ours("hive_client").watch(lambda given: _serve_catalog(mount, session, given))
    hooks = _ours("boto3_hooks").MountHooks(mount)
    hooks.install()
    sys.path.append(str(_HERE / "provided"))
    return hooks


def _serve_catalog(mount: Any, session: Any, given: dict[str, str]) -> dict[str, str]:
    """Start the metastore that answers from the Glue Data Catalog; return the settings that lead Spark to it."""
    metastore = _ours("metastore.server")
    catalog_id = given.get("spark.hadoop.hive.metastore.glue.catalogid")  # Glue's Hive client
    settings: dict[str, str] = metastore.settings(metastore.start(mount, lambda: session.client("glue"), catalog_id))
    return settings


def _run_script(spec: dict[str, Any], hooks: Any) -> str | None:
    script = spec["script"]
    sys.argv = [script, *spec["argv"]]
    signal.signal(signal.SIGTERM, _terminated)
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as ended:
        if ended.code in (None, 0):
            return None
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)  # as Python itself does
        return _message(ended, spec, hooks)
    except BaseException as error:  # noqa: BLE001 - whatever ends a script becomes its run's ErrorMessage
        failures = _ours("failures")
        if spec.get("analytics"):
            failures.advise(error)
        failures.print_traceback(error, script, failures.in_s3_words(error, hooks and hooks.mount, spec["role"]))
        return _message(error, spec, hooks)
    return None


def _message(error: BaseException, spec: dict[str, Any], hooks: Any) -> str:
    text = str(_ours("failures").describe(error, hooks and hooks.mount, spec["role"]))
    return str(_ours("categories").categorised(error, text, spec["script"])) if spec["categories"] else text


def _terminated(_signal: int, _frame: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: what was written is carried to S3 now
    raise SystemExit(143)


def _stop_spark() -> None:
    """Stop the script's Spark context if it left one; what goes wrong in that changes nothing for the run.

    Java's part of it: Python's would wait, for half a second at the most, for a thread that ends with this process.
    """
    context = getattr(sys.modules.get("pyspark"), "SparkContext", None)
    active = getattr(context, "_active_spark_context", None)
    if active is not None:
        try:
            active._jsc.stop()
        except Exception:  # noqa: BLE001 - the JVM may be gone
            traceback.print_exc()


def _flush(hooks: Any, spec: dict[str, Any]) -> str | None:
    """Carry the rest of Spark's writes to S3; return S3's refusal, if any."""
    if hooks is None:
        return None
    try:
        hooks.flush()
    except Exception as error:  # noqa: BLE001 - reported as the run's ErrorMessage
        words = _ours("failures").in_s3_words(error, hooks.mount, spec["role"])
        if words:
            print(words, file=sys.stderr)  # the frames are none of the script's
        else:
            traceback.print_exc()
        return _message(error, spec, hooks)
    return None


def _end_group() -> None:
    """End what the script started and left behind, and with it this process, whose outcome is written."""
    if os.getpgrp() == os.getpid():
        sys.stdout.flush()
        sys.stderr.flush()
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    atexit.register(_end_group)  # the first to register is the last to run
    code = main(sys.argv[-1], wait=sys.argv[1] == "--wait")
    if "pyspark" in sys.modules:
        _end_group()  # Spark's threads, and its JVM, would keep this process for a while
    sys.exit(code)
