import pytest
from rich.console import Console

from deploy import workflows
from deploy.errors import DeployError
from deploy.workflow_view import view
from tests.deploy.workflow_answers import EXTRACTED, at, crawl, job_run, run


def drawn(answer, seconds):
    console = Console(width=100, color_system=None, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(workflows.tree(view(answer), at(seconds)))
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_the_tree_shows_states_and_seconds():
    answer = run(
        extract=[EXTRACTED],
        clean=[job_run("clean", "RUNNING", 14, attempt=1)],
        raw=[crawl("FAILED", 14, CompletedOn=at(18), ErrorMessage="no such bucket")],
        SucceededActions=1,
        RunningActions=1,
        FailedActions=1,
    )
    assert drawn(answer, 20) == [
        "etl-workflow  RUNNING  20 s",
        "└── start",
        "    └── extract job  SUCCEEDED  12 s",
        "        └── after-extract",
        "            ├── clean job  RUNNING  6.0 s  attempt 2",
        "            │   └── after-clean",
        "            │       └── repartition job  waiting",
        "            └── raw crawler  FAILED  4.0 s  no such bucket",
        "4 actions: 1 succeeded, 1 failed, 1 running, 1 not started",
    ]


def test_a_workflow_that_is_not_there_points_to_up(aws):
    with pytest.raises(DeployError) as caught:
        workflows.run(aws, "no-such-workflow", {})
    assert (caught.value.failed, caught.value.next_step) == (
        f"there is no workflow no-such-workflow in {aws}",
        "./pyntw up",
    )
