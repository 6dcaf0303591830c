"""The arguments that a script gets, in the order and form that public logs show, and what Glue keeps for itself."""

import pytest

from local_aws.glue.job_arguments import argv, check, flag, spark_settings
from local_aws.glue.job_files import JobSetupError
from local_aws.glue.model import JobRun

RUN = JobRun("jr_" + "a" * 64, "sales", "STARTING", StartedOn=0.0, LastModifiedOn=0.0)


def test_a_spark_job_is_told_who_it_is_and_its_temporary_folder_last():
    seen = argv({"--TempDir": "s3://t/", "--a": "1"}, RUN, None, "s3://b/x.py", shell=False)
    assert seen == [
        *("--a", "1"),
        *("--JOB_ID", "j_" + "a" * 64),
        *("--JOB_RUN_ID", RUN.Id),
        *("--JOB_NAME", "sales"),
        *("--TempDir", "s3://t/"),
    ]


def test_the_names_that_glue_keeps_for_itself_are_glues():
    seen = argv({"--JOB_NAME": "mine"}, RUN, None, "s3://b/x.py", shell=False)
    assert (seen.count("--JOB_NAME"), seen[seen.index("--JOB_NAME") + 1]) == (1, "sales")


def test_a_job_of_a_workflow_is_told_its_run():
    seen = argv({}, RUN, ("flow", "wr_1"), "s3://b/x.py", shell=True)  # noqa: S604 - a kind of job
    assert seen[seen.index("--WORKFLOW_NAME") : seen.index("--WORKFLOW_NAME") + 4] == [
        *("--WORKFLOW_NAME", "flow"),
        *("--WORKFLOW_RUN_ID", "wr_1"),
    ]


@pytest.mark.parametrize(
    ("value", "settings"),
    [
        ("a.b=1", {"a.b": "1"}),
        ("a.b=1 --conf c.d=x=y", {"a.b": "1", "c.d": "x=y"}),
        ("", {}),
    ],
)
def test_settings_are_chained(value, settings):
    assert spark_settings({"--conf": value}) == settings


def test_a_setting_without_a_value_is_named():
    with pytest.raises(JobSetupError, match=r"'spark\.a' is not"):
        spark_settings({"--conf": "spark.a"})


@pytest.mark.parametrize(("value", "is_set"), [("", True), ("true", True), ("false", False), ("False", False)])
def test_a_flag_is_set_by_being_there(value, is_set):
    assert flag({"--enable-metrics": value}, "--enable-metrics") == is_set
    assert not flag({}, "--enable-metrics")


@pytest.mark.parametrize("prefix", ["a" * 401, "/a:b", "/a*"])
def test_prefixes_of_logs_have_rules(prefix):
    with pytest.raises(JobSetupError, match="--custom-logStream-prefix takes at most 400 characters"):
        check({"--custom-logStream-prefix": prefix}, shell=False)
