"""Records of runs: the latest are kept, the old ones forgotten, and what was cut short says so."""

from local_aws.emulator import Scope
from local_aws.glue.model import QualityRun
from local_aws.glue.recovery import close_unfinished
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

SCOPE = Scope("000000000000", "eu-west-1")
SOURCE = {"GlueTable": {"DatabaseName": "db", "TableName": "orders"}}
DAY_S = 86_400


def run(name, started, status="SUCCEEDED", kind="evaluation"):
    return QualityRun(name, kind, status, started, started, SOURCE, "role")


def test_the_latest_are_kept_and_those_that_go_on(tmp_path):
    store = Store(tmp_path / "glue.sqlite")
    for record in (run("a", 1, "RUNNING"), run("b", 2), run("c", 3), run("d", 4), run("r", 0, kind="recommendation")):
        store.put_run(SCOPE, record)
    store.keep_latest_runs(SCOPE, QualityRun, "evaluation", 2)
    assert [one.RunId for one in store.runs(SCOPE, QualityRun, "evaluation")] == ["d", "c", "a"]
    assert [one.RunId for one in store.runs(SCOPE, QualityRun, "recommendation")] == ["r"]
    store.close()


def test_a_start_forgets_after_ninety_days_and_ends_what_runs(tmp_path):
    store = Store(tmp_path / "glue.sqlite")
    moment = now()
    for record in (
        run("old", moment - 91 * DAY_S),
        run("young", moment - 89 * DAY_S),
        run("cut", moment - 60, "RUNNING"),
        run("stopping", moment - 30, "STOPPING", "recommendation"),
    ):
        store.put_run(SCOPE, record)
    close_unfinished(store, tmp_path / "runs")
    assert [one.RunId for one in store.runs(SCOPE, QualityRun, "evaluation")] == ["cut", "young"]
    for name in ("cut", "stopping"):
        ended = store.run(SCOPE, QualityRun, name)
        assert (ended.Status, ended.ErrorString) == ("FAILED", "The local AWS ended while this ran")
        assert ended.CompletedOn >= moment
    store.close()
