"""What a job was started with: typed, with defaults, and what Glue passes besides."""

import pytest
from lakejobs import arguments
from lakejobs.arguments import ArgumentError, WorkflowRun

ARGV = ["script.py", "--JOB_NAME", "etl-clean", "--JOB_RUN_ID", "jr_1", "--source", "s3://b/in/", "--ratio", "0.05"]
IN_A_WORKFLOW = [*ARGV, "--WORKFLOW_NAME", "etl-workflow", "--WORKFLOW_RUN_ID", "wr_1"]
KINDS = {"source": str, "ratio": float}


def test_options_get_their_kinds():
    args = arguments.read(KINDS, argv=ARGV)
    assert dict(zip(args, map(args.__getitem__, args), strict=True)) == {"source": "s3://b/in/", "ratio": 0.05}
    assert (args.job, args.run, args.workflow_run, len(args)) == ("etl-clean", "jr_1", None, 2)


def test_the_words_of_this_process_are_taken(monkeypatch):
    monkeypatch.setattr("sys.argv", ARGV)
    assert arguments.read(KINDS)["source"] == "s3://b/in/"


def test_a_job_in_a_workflow_knows_the_run():
    assert arguments.read(KINDS, argv=IN_A_WORKFLOW).workflow_run == WorkflowRun("etl-workflow", "wr_1")


def test_job_init_gets_what_glue_resolved():
    resolved = arguments.read(KINDS, argv=[*ARGV, "--job-bookmark-option", "job-bookmark-enable"]).resolved
    assert (resolved["JOB_NAME"], resolved["job_bookmark_option"]) == ("etl-clean", "job-bookmark-enable")


def test_without_a_run_of_glue_a_run_has_a_name_of_its_own():
    first, second = (arguments.read({}, argv=["script.py"]).run for _ in range(2))
    assert first != second
    assert first.isalnum()


@pytest.mark.parametrize(("more", "files"), [([], 5), (["--files", "7"], 7), (["--files=8"], 8)])
def test_an_option_with_a_default_may_be_left_out(more, files):
    args = arguments.read({**KINDS, "files": int}, {"files": "5"}, [*ARGV, *more])
    assert args["files"] == files


def test_an_option_without_a_default_may_not(capsys):  # noqa: ARG001 - argparse prints
    from awsglue.utils import GlueArgumentError

    with pytest.raises(GlueArgumentError, match="target"):
        arguments.read({**KINDS, "target": str}, argv=ARGV)


def test_a_value_of_another_kind_is_told():
    with pytest.raises(ArgumentError) as error:
        arguments.read({"source": int}, argv=ARGV)
    assert str(error.value) == (
        "error: --source is wrong: 's3://b/in/'\n"
        "  seen: invalid literal for int() with base 10: 's3://b/in/'\n"
        "  next: give a whole number"
    )
