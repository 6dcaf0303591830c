import pytest

from glue_client.workflow_view import changed, row_counts, totals, view
from tests.glue_client.workflow_answers import EDGES, EXTRACTED, FAILED, at, crawl, edge, job_run, run


def outline(look):
    return [(depth, node.name) for depth, node in look.walk()]


EXPECTED_OUTLINE = [
    (0, "start"),
    (1, "extract"),
    (2, "after-extract"),
    (3, "clean"),
    (4, "after-clean"),
    (5, "repartition"),
    (3, "raw"),
]


def test_what_is_started_stands_below_what_started_it():
    assert outline(view(run())) == EXPECTED_OUTLINE


def test_conditions_stand_in_for_edges_from_what_is_watched():
    only_actions = [
        one for one in EDGES if one["DestinationId"].split("_")[1] in ("extract", "clean", "raw", "repartition")
    ]
    assert outline(view(run(edges=only_actions))) == EXPECTED_OUTLINE


def test_an_edge_to_an_unknown_node_is_left_out():
    assert outline(view(run(edges=[*EDGES, edge("raw", "gone")]))) == EXPECTED_OUTLINE


def test_a_circle_of_edges_shows_each_node_once():
    assert outline(view(run(edges=[*EDGES, edge("repartition", "start")])))[0] == (0, "start")


def test_a_run_without_graph_has_no_nodes():
    bare = {key: value for key, value in run().items() if key not in ("Graph", "Statistics")}
    assert (outline(view(bare)), totals(view(bare))) == ([], "0 actions")


def states(look):
    return {node.name: node.state for node in look.actions}


def test_what_did_not_run_yet_waits():
    assert states(view(run(extract=[EXTRACTED]))) == {
        "extract": "SUCCEEDED",
        "clean": "waiting",
        "repartition": "waiting",
        "raw": "waiting",
    }


def test_what_never_ran_in_a_run_that_is_over_was_not_started():
    look = view(run("COMPLETED", extract=[EXTRACTED], clean=[FAILED]))
    assert states(look)["repartition"] == "not started"


def test_the_last_attempt_counts():
    first = job_run("extract", "FAILED", 1, 5)
    second = job_run("extract", "RUNNING", 6, attempt=1)
    node = view(run(extract=[second, first])).nodes["wnode_extract"]
    assert (node.state, node.attempt) == ("RUNNING", 1)


def test_a_finished_node_keeps_its_seconds():
    assert view(run(extract=[EXTRACTED])).nodes["wnode_extract"].seconds(at(99)) == 12


def test_a_running_node_counts_on():
    running = view(run(raw=[crawl("RUNNING", 14)]))
    assert running.nodes["wnode_raw"].seconds(at(20)) == 6


def test_a_clock_that_is_behind_gives_no_negative_seconds():
    assert view(run(raw=[crawl("RUNNING", 14)])).nodes["wnode_raw"].seconds(at(10)) == 0


def test_changes_are_the_states_that_differ():
    before = view(run(extract=[job_run("extract", "RUNNING", 1)]))
    now = view(run(extract=[EXTRACTED], raw=[crawl("RUNNING", 14)]))
    assert [(node.name, node.state) for node in changed(before, now)] == [("extract", "SUCCEEDED"), ("raw", "RUNNING")]


def test_nothing_changes_between_equal_looks():
    assert changed(view(run(extract=[EXTRACTED])), view(run(extract=[EXTRACTED]))) == []


def test_a_further_attempt_is_a_change():
    before = view(run(extract=[job_run("extract", "FAILED", 1, 5)]))
    now = view(run(extract=[job_run("extract", "FAILED", 1, 5), job_run("extract", "FAILED", 6, 9, attempt=1)]))
    assert [node.attempt for node in changed(before, now)] == [1]


def test_at_the_first_look_everything_that_began_is_new():
    assert [node.name for node in changed(None, view(run(extract=[EXTRACTED])))] == ["extract"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (run("COMPLETED", extract=[EXTRACTED], SucceededActions=4), True),
        (run("COMPLETED", extract=[EXTRACTED], clean=[FAILED], FailedActions=1), False),
        (run("COMPLETED", clean=[FAILED]), False),  # the statistics may lag
        (run("COMPLETED", TimeoutActions=1), False),
        (run("COMPLETED", StoppedActions=1), False),
        (run("COMPLETED", ErroredActions=1), False),
        (run("STOPPED"), False),
        (run("ERROR"), False),
        (run("RUNNING"), False),
    ],
)
def test_a_run_succeeded_when_all_that_ran_did(answer, expected):
    assert view(answer).succeeded == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [("RUNNING", False), ("STOPPING", False), ("COMPLETED", True), ("STOPPED", True), ("ERROR", True)],
)
def test_a_run_is_over(status, expected):
    assert view(run(status)).is_over == expected


def test_a_failed_job_names_its_error_and_logs():
    (node,) = view(run("COMPLETED", extract=[EXTRACTED], clean=[FAILED])).failed
    assert (node.name, node.error, node.logs) == (
        "clean",
        "SystemExit: 7 % rejected",
        (("/aws-glue/jobs/output", "jr_clean_0"), ("/aws-glue/jobs/error", "jr_clean_0")),
    )


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ({"LogGroupName": "/aws-glue/python-jobs"}, ("/aws-glue/python-jobs/error", "jr_clean_0")),
        (
            {"LogGroupName": "/aws-glue/python-jobs/secret-role/R"},
            ("/aws-glue/python-jobs/secret-role/R/error", "jr_clean_0"),
        ),
        ({"LogGroupName": "/my/python-jobs", "GlueVersion": "5.1"}, ("/my/python-jobs/output", "jr_clean_0")),
        (
            {"GlueVersion": "5.1", "Arguments": {"--custom-logStream-prefix": "night"}},
            ("/aws-glue/jobs/output", "night"),
        ),
        (
            {"GlueVersion": "4.0", "Arguments": {"--custom-logStream-prefix": "night"}},
            ("/aws-glue/jobs/output", "jr_clean_0"),
        ),
    ],
)
def test_the_log_of_a_failure_is_that_of_its_kind_of_job(more, first):
    (node,) = view(run("COMPLETED", clean=[job_run("clean", "FAILED", 14, 20, **more)])).failed
    assert node.logs[0] == first


def test_a_failed_crawl_names_its_error_and_log():
    (node,) = view(run("COMPLETED", raw=[crawl("FAILED", 14, ErrorMessage="no such bucket")])).failed
    assert (node.error, node.logs) == ("no such bucket", (("/aws-glue/crawlers", "raw"),))


def test_totals_count_what_never_began():
    look = view(run("COMPLETED", SucceededActions=2, FailedActions=1))
    assert totals(look) == "4 actions: 2 succeeded, 1 failed, 1 not started"


def test_row_counts_add_up_in_one_line():
    properties = {
        "clean.rows_read": "2000000",
        "clean.rows_written": "1999000",
        "clean.rows_rejected": "600",
        "clean.rows_duplicate": "400",
        "other": "x",
    }
    assert row_counts(properties) == ["clean: 2,000,000 rows read = 1,999,000 written + 600 rejected + 400 duplicates"]


@pytest.mark.parametrize("properties", [{}, {"clean.rows_read": "1"}, {"clean.rows_read": "x"}])
def test_incomplete_counts_are_left_out(properties):
    assert row_counts(properties) == []
