"""A month's bill against figures that were computed by hand."""

from datetime import timedelta

import pytest

from glue_client import bill_view, bills, costs, measured_runs, prices, run_extras, standing
from glue_client.bills import Bill
from glue_client.costs import Cost
from glue_client.measured_runs import Measured
from glue_client.months import Month
from glue_client.stored import Stored
from tests.glue_client.workflow_answers import START, crawl, job_run

HERE = prices.of("us-east-1")
RUNS = Month(30, "runs=30")
CRAWL = 0.44 * 2 * 600 / 3600
MINUTE = 0.44 * 2 * 60 / 3600


def spark(name, seconds, **more):
    size = {"WorkerType": "G.1X", "NumberOfWorkers": 2, "ExecutionTime": seconds}
    return job_run(name, "SUCCEEDED", 0, seconds, **{**size, **more})


def bill(*runs, crawls=0, of_month=(), month=RUNS):
    parts = [costs.of_job_run(one, HERE) for one in runs]
    ended = crawl("SUCCEEDED", 0, CompletedOn=START + timedelta(seconds=9))
    parts += [costs.of_crawl(ended, HERE, f"crawler-{number}") for number in range(crawls)]
    run = Measured("workflow", "w", "wr_1", "COMPLETED", START, START + timedelta(seconds=30), runs, parts)
    return Bill(run, parts, of_month, month, HERE)


def advised(found, advice_of=""):
    return {one.what: (one.a_run, one.a_month) for one in bills.advice(found, advice_of)}


def test_a_month_is_its_runs_and_what_stands():
    found = bill(spark("a", 10), crawls=3, of_month=[Cost("keys", 1.0), Cost("free", -0.25, "keys")])
    assert found.a_run == pytest.approx(MINUTE + 3 * CRAWL)
    assert found.a_month == pytest.approx(30 * (MINUTE + 3 * CRAWL) + 0.75)
    assert list(found.shares) == ["crawlers", "keys", "jobs"]
    assert found.shares["keys"] == pytest.approx(0.75)


def test_what_lowers_a_bill_is_told_with_the_figures_after_it():
    found = bill(spark("a", 10), spark("b", 20), crawls=3, of_month=[Cost("keys", 1.0, "monitoring/Key")])
    stands = 1.0
    told = advised(found, "say job")
    assert list(told) == [
        "no crawlers: say job",
        "without the keys: monitoring/Key",
        "one job in place of the short ones, which each cost a minute",
        "FLEX for Spark jobs that may start late (ExecutionClass: FLEX)",
    ]
    after = {
        "no crawlers: say job": 2 * MINUTE,
        "one job in place of the short ones, which each cost a minute": MINUTE + 3 * CRAWL,
        "FLEX for Spark jobs that may start late (ExecutionClass: FLEX)": 2 * MINUTE * 0.29 / 0.44 + 3 * CRAWL,
    }
    for what, a_run in after.items():
        assert told[what] == (pytest.approx(a_run), pytest.approx(30 * a_run + stands))
    assert told["without the keys: monitoring/Key"] == (pytest.approx(found.a_run), pytest.approx(30 * found.a_run))


def test_what_would_save_nothing_is_not_told():
    billed = spark("a", 300, ExecutionClass="FLEX", DPUSeconds=900.0)
    assert advised(bill(billed)) == {}
    assert advised(bill(spark("a", 300, WorkerType="G.4X"))) == {}


def test_rows_are_the_largest_first_in_a_run_and_in_a_month(capsys):
    stands = [Cost("logs", 0.01, "l"), Cost("keys", 100.0, "k"), Cost("alarms", 0.2, "m"), Cost("alarms", 0.4, "n")]
    bill_view.show(bill(spark("a", 10), spark("b", 600), crawls=1, of_month=stands), [], is_local=False)
    lines = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    names = [line for line in lines if line and line[0] in ("jobs", "crawlers", "runs", "logs", "keys", "alarms")]
    assert [name for _, name in names] == ["b", "a", "crawler-0", "k", "w", "n", "m", "l"]


def test_an_allowance_goes_with_what_it_is_of():
    stands = [Cost("alarms", 0.1, f"alarm-{number}") for number in range(12)]
    [free] = standing.allowances(stands, HERE)
    assert (free.dollars, free.name) == (pytest.approx(-1.0), "alarms")
    found = bill(spark("a", 300), of_month=[*stands, free])
    [(_, after)] = [value for what, value in advised(found).items() if what.startswith("without the alarms")]
    assert after == pytest.approx(30 * found.a_run)


def test_old_versions_come_to_what_the_runs_write_while_they_are_kept():
    kept = Stored("b", 10**9, 2 * 10**9, 5, 3, 10**9, 14, whole=True)
    [coming] = bills.old_versions([kept], Month(365 / 12, "daily"), HERE)
    assert coming.dollars == pytest.approx((14 - 2) * 0.023)
    never = Stored("b", 10**9, 0, 5, 3, 10**9, None, whole=True)
    assert list(bills.old_versions([never], RUNS, HERE)) == []


@pytest.mark.parametrize(
    ("state", "kind", "scanned", "billed"),
    [
        ("SUCCEEDED", "DML", 1, 10_000_000),
        ("SUCCEEDED", "DML", 12_000_001, 13_000_000),
        ("SUCCEEDED", "DDL", 5, 0),
        ("FAILED", "DML", 50_000_000, 0),
        ("CANCELLED", "DML", 50_000_000, 50_000_000),
        ("CANCELLED", "DML", 0, 0),
    ],
)
def test_a_query_is_billed_by_what_it_scanned(state, kind, scanned, billed):
    query = {"StatementType": kind, "Status": {"State": state}, "Statistics": {"DataScannedInBytes": scanned}}
    assert run_extras.billed_bytes(query) == billed
    assert run_extras.of_queries([query], HERE).dollars == pytest.approx(billed * 5 / 1e12)


def test_requests_are_counted_by_what_was_written():
    [found] = run_extras.of_requests([Stored("b", 1, 0, 1, 2000, 1, None, whole=True)], HERE)
    assert found.dollars == pytest.approx(2 * 0.005 + 20 * 0.0004)


def test_a_transition_is_a_state_that_is_entered_and_each_retry():
    kinds = "ExecutionStarted PassStateEntered PassStateExited TaskStateEntered TaskScheduled TaskFailed TaskScheduled"
    found = measured_runs.of_transitions([{"type": kind} for kind in kinds.split()], HERE)
    assert (found.dollars, found.measure) == (pytest.approx(3 * 0.025 / 1000), "3 transitions")


def test_what_has_no_known_price_is_named(capsys):
    unknown = Cost("not priced", None, "AWS::Redshift::Cluster", "1 resource", "a cluster, whose price is not known")
    bill_view.show(bill(spark("a", 300), of_month=[unknown]), [], is_local=True)
    told = capsys.readouterr().out
    assert "not in it: a cluster, whose price is not known" in told
    assert "this machine's local AWS" in told
    assert "largest: jobs, 100% of a month" in told
