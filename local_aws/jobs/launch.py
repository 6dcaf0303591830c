"""Runs one job's script in a process of its own, as Glue runs it: `python launch.py <spec.json>`.

The spec is a JSON object:

    script          file to run
    argv            arguments after the script's path
    paths           folders and archives for `sys.path` (`--extra-py-files`)
    endpoint        URL of the AWS endpoint
    role            ARN of the job's role
    result          file for the outcome: {"error": null or text}
    spark           null for Python shell, else {"mount", "manifest", "conf", "work", "settings"}

Environment, working folder and credentials are the caller's to set.
"""

from __future__ import annotations

import ctypes
import json
import os
import runpy
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_CAP_MARK = "GLUE_LAUNCH_UNPRIVILEGED"
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


def main(spec_file: str) -> int:
    """Run the script of a spec; return the process's exit code."""
    _respect_file_modes()
    spec = json.loads(Path(spec_file).read_text(encoding="utf-8"))
    sys.path[:] = [str(_HERE), *spec["paths"], *(entry for entry in sys.path if entry != str(_HERE))]
    from boto3_hooks import use_endpoint

    use_endpoint(spec["endpoint"])
    error: str | None = None
    hooks = None
    try:
        hooks = _mount(spec["spark"]) if spec["spark"] else None
        error = _run_script(spec, hooks)
    finally:
        flush_error = _flush(hooks)
        error = error or flush_error
        partial = Path(spec["result"] + ".partial")
        partial.write_text(json.dumps({"error": error}), encoding="utf-8")
        partial.replace(spec["result"])
    return 0 if error is None else 1


def _respect_file_modes() -> None:
    """End with the server that started this process; as root, give up the right to ignore file modes.

    Both are Linux's; elsewhere the server's own clean-up and an ordinary user do the same.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.geteuid() == 0 and _CAP_MARK not in os.environ:
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            libc.prctl(_PR_CAPBSET_DROP, capability)
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, _CAP_MARK: "1"})  # noqa: S606
    os.environ.pop(_CAP_MARK, None)


def _mount(spark: dict[str, Any]) -> Any:
    import boto3
    from boto3_hooks import MountHooks
    from s3_mount import S3Mount
    from spark_conf import write_conf

    manifest = json.loads(Path(spark["manifest"]).read_text(encoding="utf-8"))
    mount = S3Mount(Path(spark["mount"]), boto3.session.Session().client("s3"))
    mount.fill(manifest)
    write_conf(
        Path(spark["conf"]),
        mount=mount.root,
        work=Path(spark["work"]),
        buckets=manifest,
        extra=spark["settings"],
    )
    hooks = MountHooks(mount)
    hooks.install()
    return hooks


def _run_script(spec: dict[str, Any], hooks: Any) -> str | None:
    from failures import describe, print_traceback

    script = spec["script"]
    sys.argv = [script, *spec["argv"]]
    signal.signal(signal.SIGTERM, _terminated)
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as ended:
        if ended.code in (None, 0):
            return None
        return describe(ended, hooks and hooks.mount, spec["role"])
    except BaseException as error:  # noqa: BLE001 - whatever ends a script becomes its run's ErrorMessage
        print_traceback(error, script)
        return describe(error, hooks and hooks.mount, spec["role"])
    return None


def _terminated(_signal: int, _frame: Any) -> None:
    raise SystemExit(143)


def _flush(hooks: Any) -> str | None:
    """Carry the rest of Spark's writes to S3; return S3's refusal, if any."""
    if hooks is None:
        return None
    try:
        hooks.flush()
    except Exception as error:  # noqa: BLE001 - reported as the run's ErrorMessage
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    starter = os.getppid()
    code = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    if os.getppid() != starter:  # the server is gone: nobody else ends what the script started
        os.killpg(0, signal.SIGKILL)
    # Spark leaves non-daemon threads; its JVM ends when this process does.
    os._exit(code)
