"""Job bookmarks as the API shows them; the scripts here commit as awsglue's Job does."""

from __future__ import annotations

import json

import pytest

from tests.local_aws.aws_server import LocalAws, error_of, wait_until

COMMIT = """
import json, os, pathlib, sys
handed = json.loads(pathlib.Path(os.environ["GLUE_BOOKMARK_FILE"]).read_text())
print(json.dumps(handed))
seen = handed["state"].get("ctx", {"n": 0})["n"]
saved = pathlib.Path(os.environ["GLUE_BOOKMARK_FILE"]).with_name("bookmark.committed.json")
saved.write_text(json.dumps({"state": {"ctx": {"n": seen + 1}}}))
"""
ENABLED = {"--job-bookmark-option": "job-bookmark-enable"}


@pytest.fixture
def glue(local_aws: LocalAws):
    return local_aws.client("glue")


def test_runs_go_on_from_each_other(local_aws: LocalAws, glue):
    job = local_aws.job(COMMIT, spark=True, arguments=ENABLED)
    runs = [local_aws.run(job)["Id"] for _ in range(2)]
    entry = glue.get_job_bookmark(JobName=job)["JobBookmarkEntry"]
    assert entry.pop("JobBookmark") == '{"ctx":{"n":2}}'
    expected = {"JobName": job, "Version": 2, "Run": 2, "Attempt": 0, "PreviousRunId": runs[0], "RunId": runs[1]}
    assert entry == expected
    earlier = glue.get_job_bookmark(JobName=job, RunId=runs[0])["JobBookmarkEntry"]
    assert (earlier["Version"], earlier["JobBookmark"]) == (1, '{"ctx":{"n":1}}')


def test_a_commit_counts_though_the_run_fails_after_it(local_aws: LocalAws, glue):
    job = local_aws.job(COMMIT + "1 / 0", spark=True, arguments=ENABLED)
    assert local_aws.run(job)["JobRunState"] == "FAILED"
    assert glue.get_job_bookmark(JobName=job)["JobBookmarkEntry"]["Run"] == 1


def test_a_reset_clears_all_or_goes_back_to_a_run(local_aws: LocalAws, glue):
    job = local_aws.job(COMMIT, spark=True, arguments=ENABLED)
    first = local_aws.run(job)["Id"]
    local_aws.run(job)
    back = glue.reset_job_bookmark(JobName=job, RunId=first)["JobBookmarkEntry"]
    assert (back["Version"], back["JobBookmark"]) == (3, '{"ctx":{"n":1}}')
    local_aws.run(job)
    assert glue.get_job_bookmark(JobName=job)["JobBookmarkEntry"]["JobBookmark"] == '{"ctx":{"n":2}}'
    cleared = glue.reset_job_bookmark(JobName=job)["JobBookmarkEntry"]
    assert (cleared["Run"], cleared["JobBookmark"]) == (0, "{}")
    local_aws.run(job)
    assert glue.get_job_bookmark(JobName=job)["JobBookmarkEntry"]["JobBookmark"] == '{"ctx":{"n":1}}'


def test_a_paused_bookmark_is_read_and_not_written(local_aws: LocalAws, glue):
    job = local_aws.job(COMMIT, spark=True, arguments=ENABLED)
    runs = [local_aws.run(job)["Id"] for _ in range(2)]
    window = {"--job-bookmark-from": runs[0], "--job-bookmark-to": runs[1]}
    paused = local_aws.run(job, {"--job-bookmark-option": "job-bookmark-pause", **window})
    handed = json.loads(local_aws.log(paused)[0])
    assert handed["from"] == {"ctx": {"n": 1}}
    assert handed["to"] == {"ctx": {"n": 2}}
    assert glue.get_job_bookmark(JobName=job)["JobBookmarkEntry"]["Version"] == 2


def test_two_runs_at_once_do_not_both_commit(local_aws: LocalAws, glue):
    slow = COMMIT + "\nimport time; time.sleep(3)"
    job = local_aws.job(slow, spark=True, arguments=ENABLED, ExecutionProperty={"MaxConcurrentRuns": 2})
    ids = [glue.start_job_run(JobName=job)["JobRunId"] for _ in range(2)]

    def runs() -> dict:
        return {run["Id"]: run for run in glue.get_job_runs(JobName=job)["JobRuns"]}

    ended = wait_until(runs, lambda found: all("CompletedOn" in run for run in found.values()), 60)
    failed = [ended[run] for run in ids if ended[run]["JobRunState"] == "FAILED"]
    assert [run["ErrorMessage"] for run in failed] == [
        "Continuation update failed due to version mismatch. Expected version 0 but found version 1"
    ]


def test_a_commit_outlives_the_server(fresh_local_aws: LocalAws):
    job = fresh_local_aws.job(COMMIT + "\nimport time; time.sleep(60)", spark=True, arguments=ENABLED)
    run = fresh_local_aws.client("glue").start_job_run(JobName=job)["JobRunId"]
    committed = fresh_local_aws.state_dir / "runs" / run / "bookmark.committed.json"
    wait_until(lambda: committed.exists() and committed.read_text())
    fresh_local_aws.stop(9)
    fresh_local_aws.start()
    entry = fresh_local_aws.client("glue").get_job_bookmark(JobName=job)["JobBookmarkEntry"]
    assert (entry["RunId"], entry["JobBookmark"]) == (run, '{"ctx":{"n":1}}')


def test_without_a_bookmark_nothing_is_found(local_aws: LocalAws, glue):
    job = local_aws.job("pass", spark=True)
    assert error_of(glue.get_job_bookmark, JobName=job).startswith("EntityNotFoundException: Continuation for job")
    assert error_of(glue.reset_job_bookmark, JobName=job).startswith("EntityNotFoundException")


def test_a_deleted_job_loses_its_bookmark(local_aws: LocalAws, glue):
    job = local_aws.job(COMMIT, spark=True, arguments=ENABLED)
    local_aws.run(job)
    glue.delete_job(JobName=job)
    assert error_of(glue.get_job_bookmark, JobName=job).startswith("EntityNotFoundException")
