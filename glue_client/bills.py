"""A run's and a month's bill: its parts, which of them is the largest, and what would lower it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from glue_client import costs, standing
from glue_client.console import count, size
from glue_client.costs import CRAWLERS, HOUR, JOBS, Cost
from glue_client.measured_runs import Measured
from glue_client.months import Month
from glue_client.prices import BOOK, GB, Prices
from glue_client.stored import Stored

DAYS_A_MONTH = 365 / 12
CHEAPER_WORKERS = ("G.1X", "G.2X")
"""Workers that FLEX takes (developer guide, "Flexible execution")."""


@dataclass(frozen=True)
class Bill:
    """What one run and a month of them cost.

    Attributes:
        run: the measured run.
        of_run: its costs, in any order.
        of_month: what stands beside the runs.
        month: how many runs it has.
        prices: by which.
    """

    run: Measured
    of_run: Sequence[Cost]
    of_month: Sequence[Cost]
    month: Month
    prices: Prices

    @property
    def a_run(self) -> float:
        """Dollars."""
        return costs.total(self.of_run)

    @property
    def a_month(self) -> float:
        """Dollars, of the runs and of what stands; allowances are taken off."""
        return self.a_run * self.month.runs + costs.total(self.of_month)

    @property
    def shares(self) -> dict[str, float]:
        """Dollars a month by kind, the largest first; what is free is taken off its kind."""
        found = {kind: amount * self.month.runs for kind, amount in costs.by_kind(self.of_run).items()}
        for cost in self.of_month:
            kind = cost.name if cost.kind == standing.FREE else cost.kind
            found[kind] = found.get(kind, 0) + (cost.dollars or 0)
        return dict(sorted(found.items(), key=lambda item: -item[1]))


@dataclass(frozen=True)
class Advice:
    """What would lower a bill, and the dollars of a run and of a month after it."""

    what: str
    a_run: float
    a_month: float


def old_versions(stored: Sequence[Stored], month: Month, prices: Prices) -> Iterator[Cost]:
    """What former versions come to once the month's runs have gone on for as long as they are kept; at the most."""
    for one in stored:
        coming = one.written * month.runs / DAYS_A_MONTH * (one.kept_days or 0)
        if coming > one.old:
            measure = f"old versions to come: {size(one.written)} a run, kept for {count(one.kept_days or 0, 'day')}"
            yield Cost(standing.STORAGE, (coming - one.old) / GB * prices["s3_gb_month"], one.bucket, measure)


def advice(bill: Bill, catalog_by_jobs: str) -> list[Advice]:
    """What would lower it, the most first; `catalog_by_jobs` says how its jobs come to keep the catalog."""
    found = [
        _without(bill, CRAWLERS, f"no crawlers: {catalog_by_jobs}"),
        _changed(bill, "FLEX for Spark jobs that may start late (ExecutionClass: FLEX)", _flex(bill)),
        _changed(bill, "one job in place of the short ones, which each cost a minute", _joined(bill)),
        *(_standing_less(bill, kind) for kind in ("keys", "dashboards", "alarms", "secrets", "gateways")),
    ]
    useful = [one for one in found if one and one.a_month < bill.a_month - 0.005]
    return sorted(useful, key=lambda one: one.a_month)


def _without(bill: Bill, kind: str, what: str) -> Advice:
    return _changed(bill, what, [cost for cost in bill.of_run if cost.kind != kind])


def _changed(bill: Bill, what: str, of_run: Sequence[Cost]) -> Advice:
    after = replace(bill, of_run=of_run)
    return Advice(what, after.a_run, after.a_month)


def _standing_less(bill: Bill, kind: str) -> Advice:
    rest = [cost for cost in bill.of_month if kind not in (cost.kind, cost.name)]
    names = ", ".join(cost.name for cost in bill.of_month if cost.kind == kind)
    return Advice(f"without the {kind}: {names}", bill.a_run, replace(bill, of_month=rest).a_month)


def _flex(bill: Bill) -> list[Cost]:
    """The costs of the run with its Spark jobs as FLEX ones: those whose workers FLEX takes."""
    rest = [cost for cost in bill.of_run if cost.kind != JOBS]
    runs = [
        {**run, "ExecutionClass": "FLEX"} if run.get("WorkerType") in CHEAPER_WORKERS else run for run in bill.run.jobs
    ]
    return [*rest, *(costs.of_job_run(run, bill.prices) for run in runs)]


def _joined(bill: Bill) -> list[Cost]:
    """The costs with one run in place of all Spark runs of the same size that are shorter than what is billed."""
    least = BOOK["least"]["job_seconds"]
    sizes: dict[tuple[object, object], list[float]] = {}
    for run in bill.run.jobs:
        if run.get("WorkerType") and 0 < run.get("ExecutionTime", 0) < least and not run.get("DPUSeconds"):
            sizes.setdefault((run["WorkerType"], run.get("NumberOfWorkers")), []).append(run["ExecutionTime"])
    saved = 0.0
    for (worker, number), seconds in sizes.items():
        dpu = BOOK["dpu_of_a_worker"].get(worker, 0) * int(str(number or 0))
        fewer = len(seconds) * least - max(least, sum(seconds))
        saved += fewer / HOUR * dpu * bill.prices["glueetl"]
    return [*bill.of_run, Cost(JOBS, -saved)]
