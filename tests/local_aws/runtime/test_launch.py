"""Python shell jobs as they run on the server: what their script is given, and how it ends."""

import io
import json
import textwrap
import zipfile
from pathlib import Path

import pytest

from tests.local_aws.aws_server import allow, unique, wait_until

SEEN = """
import json, os, sys
import boto3, botocore
def importable(name):
    try:
        __import__(name)
    except ImportError as error:
        return str(error)
    return "importable"
from awsglue.utils import getResolvedOptions
import failures
print(json.dumps({
    "argv": sys.argv,
    "name": __name__,
    "file": __file__,
    "folder": os.getcwd(),
    "environment": dict(os.environ),
    "boto3": boto3.__version__,
    "modules": {name: importable(name) for name in ("pytest", "pyspark", "ministack", "local_aws", "mine", "packed")},
    "failures": failures.WHOSE,
    "options": getResolvedOptions(sys.argv, ["target"]),
    "region": boto3.client("s3").meta.region_name,
}))
"""


@pytest.fixture(scope="module")
def run(local_aws):
    """A run of a job with arguments, modules and files of its own, and what its script saw."""
    bucket = local_aws.bucket()
    local_aws.put(bucket, "lib/mine.py", "")
    local_aws.put(bucket, "lib/failures.py", "WHOSE = 'the script'")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("packed/__init__.py", "")
    local_aws.put(bucket, "lib/packed-1.0-py3-none-any.whl", packed.getvalue())
    modules = ("lib/mine.py", "lib/failures.py", "lib/packed-1.0-py3-none-any.whl")
    arguments = {
        "--target": "s3://t/",
        "--empty": "",
        "--extra-py-files": ",".join(f"s3://{bucket}/{key}" for key in modules),
    }
    job = local_aws.job(SEEN, bucket=bucket, arguments=arguments)
    ended = local_aws.run(job, {"--target": "s3://of-the-run/"})
    assert ended["JobRunState"] == "SUCCEEDED", (ended, local_aws.log(ended, "error"))
    return {"job": job, "bucket": bucket, "run": ended, "seen": json.loads(local_aws.log(ended)[0])}


@pytest.fixture(scope="module")
def seen(run):
    return run["seen"]


def test_the_script_runs_as_main_from_a_file_of_its_name(run, seen):
    assert seen["name"] == "__main__"
    assert seen["file"] == seen["argv"][0]
    assert seen["file"].endswith(f"/{run['job']}.py")


def test_it_is_given_the_arguments_of_the_job_and_of_the_run(run, seen):
    script = f"s3://{run['bucket']}/scripts/{run['job']}.py"
    arguments = seen["argv"][1:]
    assert arguments[:2] == ["--job-bookmark-option", "job-bookmark-disable"]
    assert arguments[arguments.index("--target") + 1] == "s3://of-the-run/"
    assert arguments[arguments.index("--empty") + 1] == "--extra-py-files"  # an empty value leaves the bare name
    assert arguments[-4:] == ["--scriptLocation", script, "--job-language", "python"]


@pytest.mark.parametrize("name", ["--JOB_NAME", "--JOB_ID", "--JOB_RUN_ID", "--WORKFLOW_NAME"])
def test_it_is_not_given_what_python_shell_does_not_give(seen, name):
    assert name not in seen["argv"]


def test_options_are_resolved(seen):
    assert seen["options"]["target"] == "s3://of-the-run/"


def test_its_boto3_is_as_old_as_python_shells(seen):
    assert seen["boto3"] == "1.21.21"


@pytest.mark.parametrize("module", ["pytest", "pyspark", "ministack", "local_aws"])
def test_it_sees_no_library_of_this_machine(seen, module):
    assert seen["modules"][module] == f"No module named '{module}'"


@pytest.mark.parametrize("module", ["mine", "packed"])
def test_it_sees_its_own_modules(seen, module):
    assert seen["modules"][module] == "importable"


def test_a_module_of_its_own_comes_before_one_of_ours(seen):
    assert seen["failures"] == "the script"


def test_it_runs_in_its_temporary_folder(seen):
    assert seen["folder"] == seen["environment"]["TMPDIR"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("TZ", "UTC"), ("GLUE_PYTHON_VERSION", "3"), ("AWS_REGION", "eu-west-1"), ("AWS_EC2_METADATA_DISABLED", "true")],
)
def test_its_environment_is_glues(seen, name, value):
    assert seen["environment"][name] == value


def test_its_credentials_are_its_roles(seen):
    assert seen["environment"]["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert seen["region"] == "eu-west-1"


def test_nothing_else_of_the_servers_environment_is_there(seen):
    allowed = {
        "PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "TZ", "PYTHONUNBUFFERED", "PYTHONPATH", "JAVA_HOME",
        "SPARK_CONF_DIR", "SPARK_LOCAL_IP", "PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON", "GLUE_PYTHON_VERSION",
    }  # fmt: skip
    assert {name for name in seen["environment"] if not name.startswith("AWS_")} <= allowed


def test_nothing_of_a_run_stays(local_aws, run):
    assert not (local_aws.state_dir / "runs" / run["run"]["Id"]).exists()


# How a script ends


ENDS = {
    "to its end": ("pass", None),
    "exit 0": ("import sys; sys.exit(0)", None),
    "exit without a code": ("import sys; sys.exit()", None),
    "exit 3": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "exit with a text": ("import sys; sys.exit('no input')", "SystemExit: no input"),
    "an exception": ("raise ValueError('bad')", "ValueError: bad"),
    "an exception of its own": ("class NoData(Exception): pass\nraise NoData('x')", "NoData: x"),
    "a syntax error": ("def", "SyntaxError: invalid syntax (job"),
    "a missing module": ("import nothing_here", "ModuleNotFoundError: No module named 'nothing_here'"),
    "another of Glue's": ("import awsglue.nothing", "ModuleNotFoundError: No module named 'awsglue.nothing'"),
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "Command failed with exit code -9"),
    "a hard end": ("import os\nos._exit(0)", None),
    "a hard end of a child": ("import os\nif not os.fork(): os._exit(0)\nos.wait(); 1 / 0", "ZeroDivisionError"),
    "hard exit": ("import os\nos._exit(4)", "Command failed with exit code 4"),
    "an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
}


@pytest.mark.parametrize(("script", "message"), ENDS.values(), ids=ENDS.keys())
def test_a_script_that_ends(local_aws, script, message):
    run = local_aws.run_script(script)
    assert run["JobRunState"] == ("SUCCEEDED" if message is None else "FAILED")
    assert (run.get("ErrorMessage") or "").startswith(message or "")
    assert ("ErrorMessage" in run) == (message is not None)


def test_a_traceback_is_in_the_log_without_frames_of_ours(local_aws):
    run = local_aws.run_script("def inner():\n    raise ValueError('bad')\n\ninner()\n")
    log = local_aws.log(run, "error")
    assert log[0] == "Traceback (most recent call last):"
    assert log[-1] == "ValueError: bad"
    assert not [line for line in log if "launch.py" in line or "runpy" in line]


def test_a_text_given_to_exit_is_in_the_log(local_aws):
    assert local_aws.log(local_aws.run_script("raise SystemExit('no input')"), "error") == ["no input"]


def test_threads_and_exit_handlers_of_a_script_run_to_their_end(local_aws):
    script = textwrap.dedent(
        """
        import atexit, threading, time
        atexit.register(print, "at exit")
        def work():
            time.sleep(0.5)
            print("thread")
        threading.Thread(target=work).start()
        print("main")
        """
    )
    assert local_aws.log(local_aws.run_script(script)) == ["main", "thread", "at exit"]


def test_output_is_in_the_log_while_the_script_runs(local_aws):
    job = local_aws.job("import time\nprint('started')\ntime.sleep(60)")
    run = local_aws.start_run(job)
    wait_until(lambda: local_aws.log_lines("/aws-glue/python-jobs/output", run) == ["started"])
    assert local_aws.job_run(job, run)["JobRunState"] == "RUNNING"
    local_aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run])
    assert local_aws.wait_run(job, run)["JobRunState"] == "STOPPED"


def test_a_child_that_the_script_left_behind_is_ended(local_aws):
    script = "import subprocess\nprint(subprocess.Popen(['sleep', '300']).pid)"
    pid = local_aws.log(local_aws.run_script(script))[0]
    wait_until(lambda: not Path(f"/proc/{pid}").exists() or ") Z " in Path(f"/proc/{pid}/stat").read_text())


# What keeps a job from starting


def test_a_script_that_is_not_there_is_named(local_aws):
    bucket = local_aws.bucket()
    job = local_aws.job("pass", arguments={"--scriptLocation": f"s3://{bucket}/nope.py"})
    assert local_aws.run(job)["ErrorMessage"] == f"The specified key does not exist: s3://{bucket}/nope.py"


def test_a_script_that_the_role_may_not_read_is_access_denied(local_aws):
    bucket = local_aws.bucket()
    run = local_aws.run_script(
        "pass", bucket=bucket, role=local_aws.role(allow("logs:*"), name=(role := unique("role")))
    )
    assert run["ErrorMessage"].startswith(
        f"AccessDenied: User: arn:aws:sts::000000000000:assumed-role/{role}/GlueJobRunnerSession is not authorized to "
        f"perform: s3:GetObject on resource: arn:aws:s3:::{bucket}/scripts/"
    )
