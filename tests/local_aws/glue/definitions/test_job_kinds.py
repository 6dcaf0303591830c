"""Jobs of every kind that AWS has are made and shown; a run that cannot go on here ends FAILED and says why."""

import pytest

from tests.local_aws.aws_server import allow, error_of, unique

WORKERS = {"WorkerType": "G.1X", "NumberOfWorkers": 2}


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


def made(glue, command, **settings):
    name = unique("job")
    glue.create_job(Name=name, Role="r", Command={"ScriptLocation": "s3://b/s.py", **command}, **settings)
    return glue.get_job(JobName=name)["Job"]


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        ({"Name": "gluestreaming", "PythonVersion": "3"}, {"GlueVersion": "4.0", **WORKERS}),
        ({"Name": "gluestreaming"}, {"WorkerType": "G.025X", "NumberOfWorkers": 2, "MaintenanceWindow": "Sun:22"}),
        (
            {"Name": "glueray", "PythonVersion": "3.9", "Runtime": "Ray2.4"},
            {"GlueVersion": "4.0", "WorkerType": "Z.2X", "NumberOfWorkers": 1},
        ),
        ({"Name": "glueetl"}, {"GlueVersion": "3.0", "WorkerType": "Standard", "NumberOfWorkers": 1}),
        ({"Name": "glueetl"}, {"GlueVersion": "6.0", **WORKERS}),
        ({"Name": "glueetl"}, {"GlueVersion": "3.0", "ExecutionClass": "FLEX", **WORKERS}),
        ({"Name": "glueetl"}, {"DefaultArguments": {"--job-language": "scala", "--class": "a.B"}, **WORKERS}),
        ({"Name": "pythonshell", "PythonVersion": "3.9"}, {"MaxCapacity": 0.0625}),
        ({"Name": "pythonshell", "PythonVersion": "3.9"}, {"GlueVersion": "1.0", "MaxCapacity": 1.0}),
        (
            {"Name": "glueetl"},
            {
                "JobMode": "NOTEBOOK",
                "JobRunQueuingEnabled": True,
                "LogUri": "s3://b/logs/",
                "NonOverridableArguments": {"--fixed": "1"},
                "Connections": {"Connections": ["not-there"]},
                "SourceControlDetails": {"Provider": "GITHUB", "Repository": "r", "Owner": "o", "Branch": "b"},
                **WORKERS,
            },
        ),
        (
            {"Name": "glueetl"},
            {
                "JobMode": "VISUAL",
                "CodeGenConfigurationNodes": {
                    "node-1": {
                        "S3CsvSource": {"Name": "s", "Paths": ["s3://b"], "Separator": "comma", "QuoteChar": "quote"}
                    }
                },
                **WORKERS,
            },
        ),
    ],
)
def test_it_is_made_and_shown(glue, command, settings):
    job = made(glue, command, **settings)
    assert {name: job[name] for name in settings} == settings
    assert command.items() <= job["Command"].items()


@pytest.mark.parametrize("worker", ["G.1X", "G.2X", "G.4X", "G.8X", "G.12X", "G.16X", "R.1X", "R.2X", "R.4X", "R.8X"])
def test_every_type_of_worker_is_known(glue, worker):
    assert made(glue, {"Name": "glueetl"}, WorkerType=worker, NumberOfWorkers=2)["WorkerType"] == worker


@pytest.mark.parametrize(
    ("command", "settings", "text"),
    [
        ("gluefoo", {}, "Command name gluefoo is none of glueetl, gluestreaming, pythonshell, glueray"),
        ("glueetl", {"GlueVersion": "7.5"}, "Given GlueVersion [7.5] is not valid."),
        *(
            (
                "glueetl",
                {"GlueVersion": version},
                f"GlueVersion {version} is past its end of life: AWS makes no such jobs any more; use 5.1",
            )
            for version in ("0.9", "1.0", "2.0")
        ),
        ("glueetl", {"MaxCapacity": 0.0625}, "MaxCapacity of a glueetl job is a whole number, not 0.0625"),
        ("gluestreaming", {"ExecutionClass": "FLEX"}, "ExecutionClass FLEX is for jobs with command glueetl"),
    ],
)
def test_what_aws_has_not_is_refused(glue, command, settings, text):
    found = error_of(glue.create_job, Name=unique("job"), Role="r", Command={"Name": command}, **settings)
    assert found == f"InvalidInputException: {text}"


@pytest.mark.parametrize("kind", ["glueetl", "pythonshell"])
def test_jobs_of_python_2_are_made_no_more(glue, kind):
    command = {"Name": kind, "ScriptLocation": "s3://b/s.py", "PythonVersion": "2"}
    found = error_of(glue.create_job, Name=unique("job"), Role="r", Command=command)
    assert found.startswith("InvalidInputException: Python 2 is past its end of life")


@pytest.mark.parametrize(
    ("command", "settings", "text"),
    [
        (
            {"Name": "gluestreaming"},
            {},
            "A run of a streaming job (gluestreaming) is not supported by the local AWS: streams need AWS Glue",
        ),
        (
            {"Name": "glueray", "Runtime": "Ray2.4"},
            {"WorkerType": "Z.2X", "NumberOfWorkers": 1},
            "A run of a Ray job (glueray) is not supported by the local AWS: there is no Ray on this machine",
        ),
        (
            {"Name": "glueetl"},
            {"GlueVersion": "6.0"},
            "GlueVersion 6.0 is not supported by the local AWS: 3.0, 4.0, 5.0, 5.1 run here",
        ),
        (
            {"Name": "glueetl"},
            {"DefaultArguments": {"--job-language": "scala", "--class": "a.B"}},
            "The job language scala is not supported by the local AWS",
        ),
    ],
)
def test_a_run_that_is_not_of_here_fails_and_its_log_says_why(local_aws, glue, command, settings, text):
    role, name = local_aws.role(allow("*")), unique("job")
    glue.create_job(Name=name, Role=role, Command={"ScriptLocation": "s3://b/s.py", **command}, **settings)
    run = local_aws.run(name)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", text)
    assert local_aws.log(run, "error") == [text]


def test_one_worker_of_the_standard_type_is_enough_for_a_run(glue):
    job = made(glue, {"Name": "glueetl"}, GlueVersion="3.0", WorkerType="Standard", NumberOfWorkers=1)
    assert error_of(glue.start_job_run, JobName=job["Name"]) == ""
