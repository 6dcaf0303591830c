"""The arguments that a script gets, in the order and form that public logs show, and what Glue keeps for itself."""

import pytest

from local_aws.glue.jobs.arguments import argv, check, environment, flag, jar_settings, spark_settings
from local_aws.glue.jobs.files import JobSetupError
from local_aws.glue.jobs.parameters import PARAMETERS
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


DOCUMENTED = (
    "--additional-python-modules --auto-scale-within-microbatch --class --continuous-log-conversionPattern "
    "--continuous-log-logGroup --continuous-log-logStreamPrefix --customer-driver-env-vars "
    "--customer-executor-env-vars --datalake-formats --disable-proxy-v2 --enable-auto-scaling "
    "--enable-continuous-cloudwatch-log "
    "--enable-continuous-log-filter --enable-glue-datacatalog --enable-job-insights "
    "--enable-lakeformation-fine-grained-access --enable-metrics --enable-observability-metrics "
    "--enable-rename-algorithm-v2 --enable-s3-parquet-optimized-committer --enable-spark-ui --executor-cores "
    "--extra-files --extra-jars --extra-py-files --job-bookmark-option --job-bookmark-from --job-bookmark-to "
    "--job-language --python-modules-installer-option --scriptLocation --spark-event-logs-path --TempDir "
    "--use-postgres-driver --user-jars-first --conf --encryption-type --debug --mode --JOB_NAME --endpoint "
    "--custom-logGroup-prefix --custom-logStream-prefix"
).split()
"""Developer guide, "Using job parameters in AWS Glue jobs", "Logging for AWS Glue jobs"."""


@pytest.mark.parametrize("name", DOCUMENTED)
def test_each_documented_parameter_is_done_kept_or_refused_by_name(name):
    if PARAMETERS[name].state == "refused":
        with pytest.raises(JobSetupError, match=f"The argument {name} is not supported by the local AWS"):
            check({name: "true"}, shell=False)
    else:
        check({name: "python" if name == "--job-language" else "true"}, shell=False)


def test_what_is_switched_off_is_not_refused():
    check({"--enable-lakeformation-fine-grained-access": "false", "--datalake-formats": ""}, shell=False)


@pytest.mark.parametrize(
    ("value", "variables"),
    [
        ("", {}),
        (
            'CUSTOMER_KEY1=VAL1,CUSTOMER_KEY2="val2,val2 val2"',
            {"CUSTOMER_KEY1": "VAL1", "CUSTOMER_KEY2": "val2,val2 val2"},
        ),
        ("CUSTOMER_KEY3=VAL3,KEY4=VAL4", {"CUSTOMER_KEY3": "VAL3"}),
        (r"CUSTOMER_A=C:\x=1, CUSTOMER_B=#2", {"CUSTOMER_A": r"C:\x=1", "CUSTOMER_B": "#2"}),
    ],
)
def test_environment_variables_have_the_syntax_of_the_developer_guide(value, variables):
    assert environment({"--customer-driver-env-vars": value}, "--customer-driver-env-vars") == variables


def test_a_quote_that_is_not_closed_is_named():
    with pytest.raises(JobSetupError, match="--customer-driver-env-vars takes KEY=VALUE"):
        environment({"--customer-driver-env-vars": 'CUSTOMER_A="1'}, "--customer-driver-env-vars")


def test_extra_jars_stand_behind_sparks_own_classes_unless_they_are_to_be_first():
    assert jar_settings({}, [], {}) == {}
    assert jar_settings({}, ["/a.jar"], {"spark.jars": "x"}) == {"spark.jars": "x,/a.jar"}
    first = jar_settings({"--user-jars-first": "true"}, ["/a.jar", "/b.jar"], {"spark.driver.extraClassPath": "/c"})
    assert first == {"spark.jars": "/a.jar,/b.jar", "spark.driver.extraClassPath": "/a.jar:/b.jar:/c"}
