import ast

import pytest

from tests.cloudformation.conftest import ended

JOBS = {"ExtractJob": "etl-extract", "CleanJob": "etl-clean", "RepartitionJob": "etl-repartition"}
SPARK = ["CleanJob", "RepartitionJob"]
GLUE_S_OWN = {
    *("--extra-files", "--extra-py-files", "--TempDir", "--job-language", "--job-bookmark-option"),
    *("--enable-metrics", "--enable-observability-metrics", "--enable-job-insights", "library-set"),
}

GIVEN_BY_GLUE = {"JOB_NAME", "WORKFLOW_NAME", "WORKFLOW_RUN_ID"}


@pytest.fixture(scope="module")
def jobs(of_type):
    return of_type("AWS::Glue::Job")


def path_in_artifacts(node):
    """`s3://${Bucket}/x/y` with the artifacts bucket as ${Bucket} -> `x/y`."""
    text, names = node["Fn::Sub"]
    assert names == {"Bucket": {"Fn::ImportValue": {"Fn::Sub": "${BasicInfraStack}-ArtifactsBucket"}}}
    return text.removeprefix("s3://${Bucket}/")


def asked_for(script):
    """The option names that a script asks for: of getResolvedOptions in a list written there or assigned before, of
    lakejobs' arguments.read in such mappings."""
    tree = ast.parse(script.read_text())
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    calls = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("getResolvedOptions", "arguments.read")
    ]  # fmt: skip

    def names(node):
        if isinstance(node, ast.Name):
            return names(named[node.id])
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            return {one for key, value in pairs for one in (names(value) if key is None else [ast.literal_eval(key)])}
        return set(ast.literal_eval(node))

    asked = set()
    for call in calls:
        is_read = ast.unparse(call.func) == "arguments.read"
        asked |= names(call.args[0 if is_read else 1])
    return asked - GIVEN_BY_GLUE


def test_the_catalog_s_database_is_told_only_to_jobs_that_keep_it(jobs, templates):
    told = {"Fn::If": ["JobsKeepCatalog", {"Ref": "DatabaseName"}, {"Ref": "AWS::NoValue"}]}

    assert [job["DefaultArguments"]["--catalog_database"] for job in jobs.values()] == [told] * 3
    condition, wheel, without = jobs["ExtractJob"]["DefaultArguments"]["--extra-py-files"]["Fn::If"]
    assert (condition, without) == ("JobsKeepCatalog", {"Ref": "AWS::NoValue"})
    assert wheel == jobs["CleanJob"]["DefaultArguments"]["--extra-py-files"]
    kept = templates["glue-jobs"]["Conditions"]["JobsKeepCatalog"]
    assert kept == {"Fn::Equals": [{"Ref": "CatalogUpdates"}, "job"]}


def test_the_database_is_the_one_that_the_catalog_s_stack_makes(templates):
    ours, theirs = (templates[stack]["Parameters"]["DatabaseName"] for stack in ("glue-jobs", "glue-catalog"))

    assert ours["Default"] == theirs["Default"]


def test_jobs_have_their_names(jobs):
    assert {key: job["Name"] for key, job in jobs.items()} == {key: ended(name) for key, name in JOBS.items()}


@pytest.mark.parametrize("key", JOBS)
class TestEveryJob:
    def test_script_exists(self, jobs, root, key):
        assert (root / path_in_artifacts(jobs[key]["Command"]["ScriptLocation"])).is_file()

    def test_arguments_are_those_that_the_script_asks_for(self, jobs, root, key):
        script = root / path_in_artifacts(jobs[key]["Command"]["ScriptLocation"])
        given = {name.removeprefix("--") for name in jobs[key]["DefaultArguments"] if name not in GLUE_S_OWN}
        assert given == asked_for(script)

    def test_arguments_are_strings(self, jobs, key):
        numbers = {
            name: value for name, value in jobs[key]["DefaultArguments"].items()
            if not isinstance(value, str) and "Fn::Sub" not in value and value != {"Ref": "SourceUrl"}
            and "Fn::If" not in value
        }  # fmt: skip
        assert numbers == {}

    def test_runs_once_at_a_time_without_retries_for_an_hour(self, jobs, key):
        job = jobs[key]
        assert (job["ExecutionProperty"], job["MaxRetries"], job["Timeout"]) == ({"MaxConcurrentRuns": 1}, 0, 60)


def test_python_shell_is_the_smallest(jobs):
    job = jobs["ExtractJob"]

    assert (job["Command"]["Name"], job["Command"]["PythonVersion"], job["MaxCapacity"]) == (
        "pythonshell",
        "3.9",
        0.0625,
    )
    assert {"WorkerType", "NumberOfWorkers"} & set(job) == set()


@pytest.mark.parametrize("key", SPARK)
class TestSparkJobs:
    def test_version_and_workers(self, jobs, key):
        job = jobs[key]
        assert (job["Command"]["Name"], job["Command"]["PythonVersion"], job["GlueVersion"]) == ("glueetl", "3", "5.1")
        assert (job["WorkerType"], job["NumberOfWorkers"]) == ({"Ref": "WorkerType"}, {"Ref": "NumberOfWorkers"})
        assert "MaxCapacity" not in job

    def test_extra_files_exist(self, jobs, root, key):
        text, names = jobs[key]["DefaultArguments"]["--extra-py-files"]["Fn::Sub"]
        wheel, extra = text.split(",")
        assert wheel == "${LakejobsWheel}"
        assert (root / "glue_scripts/lakejobs/pyproject.toml").is_file()
        assert (root / path_in_artifacts({"Fn::Sub": [extra, names]})).is_file()

    def test_temporary_folder_is_set(self, jobs, key):
        assert path_in_artifacts(jobs[key]["DefaultArguments"]["--TempDir"]) == "temp/"

    def test_settings_of_glue_are_text(self, jobs, key):
        settings = {name: value for name, value in jobs[key]["DefaultArguments"].items() if name.startswith("--enable")}
        assert settings == {
            "--enable-metrics": "true",
            "--enable-observability-metrics": "true",
            "--enable-job-insights": "true",
        }


def test_spark_jobs_start_with_two_small_workers(templates):
    parameters = templates["glue-jobs"]["Parameters"]

    assert (parameters["WorkerType"]["Default"], parameters["NumberOfWorkers"]["Default"]) == ("G.1X", 2)


def test_each_job_reads_what_the_one_before_wrote(jobs):
    arguments = {key: job["DefaultArguments"] for key, job in jobs.items()}

    assert arguments["CleanJob"]["--source_path"] == arguments["ExtractJob"]["--target_path"]
    assert arguments["RepartitionJob"]["--source_path"] == arguments["CleanJob"]["--target_path"]
