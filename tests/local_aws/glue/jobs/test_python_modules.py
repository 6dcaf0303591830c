"""--additional-python-modules: pip's own work, kept for the next run of the same list, never half of it."""

import asyncio
import hashlib
import io
import json
import os
import zipfile

import pytest

from local_aws.glue.jobs import kept_modules, python_modules
from local_aws.glue.jobs.python_modules import ModuleRequest, PythonModules, split_list
from tests.local_aws.aws_server import unique, wait_until

PRINT_VERSION = "import json, {0}; print(json.dumps([{0}.VERSION, {0}.__file__]))"


def wheel(name, version, needs=()):
    """The file name and the bytes of a wheel with one module that holds its version."""
    about = f"{name}-{version}.dist-info"
    needed = "".join(f"Requires-Dist: {other}\n" for other in needs)
    content = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    content[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in content.items():
            archive.writestr(path, text)
    return f"{name}-{version}-py3-none-any.whl", packed.getvalue()


@pytest.fixture
def index(tmp_path):
    """Puts wheels where pip finds them; returns the options that make it look nowhere else."""

    def with_wheels(*wheels):
        for file, content in wheels:
            (tmp_path / file).write_bytes(content)
        return f"--no-index --find-links {tmp_path}"

    return with_wheels


def run_with(local_aws, modules, options, script="pass", **job):
    arguments = {"--additional-python-modules": modules, "--python-modules-installer-option": options}
    return local_aws.run(local_aws.job(script, **job), arguments)


def test_a_module_and_what_it_needs_are_importable(local_aws, index):
    name, needed = unique("mod"), unique("dep")
    options = index(wheel(name, "1.0", [needed]), wheel(needed, "2.0"))
    run = run_with(
        local_aws, f"{name}==1.0", options, f"import {name}, {needed}; print({name}.VERSION, {needed}.VERSION)"
    )
    assert local_aws.log(run)[-1] == "1.0 2.0", run


def test_what_pip_prints_is_in_the_runs_log_and_nothing_of_what_is_installed_beside_it(local_aws, index):
    name = unique("mod")
    other = wheel("sympy", "0.1")  # cfn-lint, which is this project's, wants a newer one
    run = run_with(local_aws, f"{name},sympy==0.1", index(wheel(name, "1.0"), other))
    log = local_aws.log(run)
    assert f"Successfully installed {name}-1.0 sympy-0.1" in log
    assert [line for line in log if "ERROR" in line or "WARNING" in line or "cfn-lint" in line] == []


def test_options_may_stand_beside_a_name(local_aws, index):
    name = unique("mod")
    job = local_aws.job(f"import {name}; print({name}.VERSION)")
    run = local_aws.run(job, {"--additional-python-modules": f"{name}==1.0 {index(wheel(name, '1.0'))}"})
    assert local_aws.log(run)[-1] == "1.0", run


def test_the_same_list_is_installed_once(local_aws, index):
    name = unique("mod")
    options = index(wheel(name, "1.0"))
    script = PRINT_VERSION.format(name)
    runs = [run_with(local_aws, name, options, script) for _ in range(2)]
    logs = [local_aws.log(run) for run in runs]
    assert json.loads(logs[0][-1]) == json.loads(logs[1][-1])
    assert logs[1][:-1] == [f"Python modules installed before: {name}"]


def test_two_runs_at_once_install_once(local_aws, index):
    name = unique("mod")
    arguments = {
        "--additional-python-modules": name,
        "--python-modules-installer-option": index(wheel(name, "1.0")),
    }
    job = local_aws.job(PRINT_VERSION.format(name), ExecutionProperty={"MaxConcurrentRuns": 2})
    runs = [local_aws.start_run(job, arguments) for _ in range(2)]
    logs = [local_aws.log(local_aws.wait_run(job, run)) for run in runs]
    assert [json.loads(log[-1])[0] for log in logs] == ["1.0", "1.0"]
    assert [f"Python modules installed before: {name}" in log for log in logs].count(True) == 1


def test_a_module_that_is_not_there_fails_the_run_and_leaves_nothing(local_aws, index):
    name = unique("absent")
    run = run_with(local_aws, name, index())
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == (
        "LAUNCH ERROR | Installation of Additional Python Modules failed, please see the logs for more detailsPlease "
        f"refer logs for details. ERROR: No matching distribution found for {name}"
    )
    assert run["ExecutionTime"] == 0
    assert not list((local_aws.state_dir / "python-modules").glob("*.partial"))


def test_pips_own_settings_reach_pip_and_not_the_job(local_aws, index, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "x")
    seen = python_modules._pip_environment()
    assert (seen["PIP_NO_INDEX"], seen["PIP_FIND_LINKS"]) == ("1", str(tmp_path))
    assert "SECRET_OF_THE_SERVER" not in seen
    name = unique("mod")
    script = "import os; print([name for name in os.environ if name.startswith('PIP_')])"
    run = run_with(local_aws, name, index(wheel(name, "1.0")), script)
    assert local_aws.log(run)[-1] == "[]"


def test_a_folder_that_a_killed_server_left_half_made_does_not_count(local_aws, index):
    name = unique("mod")
    options = index(wheel(name, "1.0"))
    arguments = {"--additional-python-modules": name, "--python-modules-installer-option": options}
    key = ModuleRequest.of(arguments, None, None, shell=True).key  # noqa: S604 - no shell of the system
    half = local_aws.state_dir / "python-modules" / f"{key}.partial" / "modules"
    half.mkdir(parents=True)
    (half / f"{name}.py").write_text("VERSION = 'half'")
    run = run_with(local_aws, name, options, PRINT_VERSION.format(name))
    assert json.loads(local_aws.log(run)[-1])[0] == "1.0"


def test_spark_jobs_take_wheels_from_s3_and_keep_their_own_pyspark(local_aws):
    name, bucket = unique("mod"), local_aws.bucket()
    file, content = wheel(name, "1.0")
    local_aws.put(bucket, file, content)
    script = (
        f"import {name}, pyspark, py4j\n"
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        f"versions = spark.sparkContext.parallelize([1]).map(lambda _: __import__('{name}').VERSION).collect()\n"
        f"print({name}.VERSION, versions, pyspark.__version__)\n"
    )
    run = run_with(local_aws, f"s3://{bucket}/{file}", "--no-index", script, spark=True)
    assert local_aws.log(run)[-1] == "1.0 ['1.0'] 3.5.6", run


def test_a_spark_job_does_not_get_another_pyspark(local_aws, index):
    options = index(wheel("pyspark", "3.0.0"))
    run = run_with(local_aws, "pyspark==3.0.0", options, spark=True)
    assert run["ErrorMessage"].startswith("LAUNCH ERROR | Installation of Additional Python Modules failed")


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        ("a==1,b", ["a==1", "b"]),
        (" a , ", ["a"]),
        ("a[x,y]==1,b", ["a[x,y]==1", "b"]),
        ("s3://b/x.whl,a", ["s3://b/x.whl", "a"]),
        ("", []),
    ],
)
def test_a_list_is_split(value, entries):
    assert split_list(value) == entries


class Log:
    last = ""

    def write(self, line):
        self.last = line


def test_nothing_asked_for_is_nothing_installed(tmp_path):
    modules = PythonModules(tmp_path / "modules")
    assert asyncio.run(modules.provide(None, "jr_1", Log(), print)) == []
    assert not (tmp_path / "modules").exists()


def test_a_requirements_file_in_s3_is_read_as_one(tmp_path):
    class Files:
        def fetch(self, uri, folder):
            folder.mkdir()
            file = folder / uri.rpartition("/")[2]
            file.write_text("a==1")
            return file

    arguments = {
        "--additional-python-modules": "s3://b/requirements.txt",
        "--python-modules-installer-option": "-r --no-index",
    }
    request = ModuleRequest.of(arguments, Files(), tmp_path / "modules", shell=False)
    assert request.requirements == ("-r", str(tmp_path / "modules" / "requirements.txt"))
    assert request.options == ("--no-index",)


def test_modules_that_were_used_longest_ago_make_room(tmp_path):
    for age, name in enumerate(("new", "used", "old", "oldest")):
        (tmp_path / name / "package").mkdir(parents=True)
        (tmp_path / name / "package" / "a.py").write_bytes(b"x" * 100)
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    (tmp_path / "half.partial").mkdir()
    seen = kept_modules.sizes(tmp_path)
    assert list(seen.items()) == [("oldest", 100), ("old", 100), ("used", 100), ("new", 100)]
    assert kept_modules.make_room(tmp_path, seen, set(), 400) == []
    kept_modules.mark_as_used(tmp_path / "oldest")
    assert kept_modules.make_room(tmp_path, kept_modules.sizes(tmp_path), {"used"}, 250) == ["old", "new"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["half.partial", "oldest", "used"]
    assert kept_modules.make_room(tmp_path, kept_modules.sizes(tmp_path), {"used", "oldest"}, 0) == []


def test_modules_of_runs_that_are_over_may_go(tmp_path, monkeypatch):
    room = []
    monkeypatch.setattr(kept_modules, "make_room", lambda _folder, _sizes, used: room.append(used))

    async def install(_self, _request, target, *_):
        target.mkdir(parents=True)

    monkeypatch.setattr(PythonModules, "_install", install)
    modules = PythonModules(tmp_path)
    for run, key in (("jr_1", "a"), ("jr_2", "b"), ("jr_3", "c")):
        asyncio.run(modules.provide(ModuleRequest((), (), (), key), run, Log(), print))
        modules.release("jr_1")
    assert room == [{"a"}, {"b"}, {"b", "c"}]


def test_a_run_that_is_stopped_while_pip_works_leaves_nothing(local_aws, tmp_path):
    name = unique("slow")
    (tmp_path / "setup.py").write_text("import time\ntime.sleep(60)\n")
    arguments = {"--additional-python-modules": f"{tmp_path} --no-index --no-build-isolation"}
    job = local_aws.job(f"import {name}")
    run = local_aws.start_run(job, arguments)
    partial = local_aws.state_dir / "python-modules"
    wait_until(lambda: list(partial.glob("*.partial")))
    local_aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run])
    ended = local_aws.wait_run(job, run)
    assert (ended["JobRunState"], ended["ExecutionTime"]) == ("STOPPED", 0)
    assert list(partial.glob("*.partial")) == []


def test_another_file_of_the_same_name_is_another_key(tmp_path):
    class Files:
        content = b"one"

        def fetch(self, uri, _folder):
            file = tmp_path / uri.rpartition("/")[2]
            file.write_bytes(self.content)
            return file

    files = Files()
    arguments = {"--additional-python-modules": "s3://b/x.whl"}
    first = ModuleRequest.of(arguments, files, tmp_path, shell=False).key
    files.content = b"two"
    assert ModuleRequest.of(arguments, files, tmp_path, shell=False).key != first
    assert len(first) == len(hashlib.sha256().hexdigest())
