"""What runs cost on AWS, computed from their seconds and sizes; prices.json has the prices, their date and sources.

Every second is billed, of a job 60 at least, of a crawl 600. A run's seconds here are this machine's where it ran on a
local AWS: AWS may take longer. None of it was held against a bill.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glue_client import console
from glue_client.prices import BOOK, Prices
from glue_client.workflow_view import SHELL_LOGS

SHELL_DPU = 0.0625
"""Of a Python shell job that does not say (API reference, MaxCapacity)."""
HOUR = 3600
JOBS, CRAWLERS = "jobs", "crawlers"

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """What one thing costs.

    Attributes:
        kind: `jobs`, `crawlers`, `queries`, … : what is told together.
        dollars: of one run, or of a month; None where no price is known.
        name: of the job, the crawler, the bucket, ….
        measure: what was counted, such as `19 s, counted as 60 s, x 2 DPU`.
        reason: why no price is known.
    """

    kind: str
    dollars: float | None
    name: str = ""
    measure: str = ""
    reason: str = ""


def of_job_run(run: Told, prices: Prices) -> Cost:
    """The cost of a JobRun of GetJobRun, over or not; nothing for one that never began.

    DPUSeconds counts where Glue tells it, as of FLEX and auto scaling (API reference, JobRun); else workers by seconds.
    """
    seconds, name = seconds_of(run), str(run.get("JobName", ""))
    if not seconds:
        return Cost(JOBS, 0.0, name, "never began")
    is_flex, worker = run.get("ExecutionClass") == "FLEX", run.get("WorkerType")
    if worker and worker not in BOOK["dpu_of_a_worker"]:
        why = f"{name}, whose workers {worker} have a price that is not known here"
        return Cost(JOBS, None, name, console.seconds(seconds), why)
    kind = "FLEX" if is_flex else "pythonshell" if is_shell(run) else "glueetl"
    if run.get("DPUSeconds"):
        measure = f"{run['DPUSeconds']:,.0f} DPU-seconds as billed{' (FLEX)' if is_flex else ''}"
        return Cost(JOBS, run["DPUSeconds"] / HOUR * prices[kind], name, measure)
    dpu = run.get("NumberOfWorkers", 0) * BOOK["dpu_of_a_worker"][worker] if worker else run.get("MaxCapacity")
    billed = max(seconds, BOOK["least"]["job_seconds"])
    measure = f"{_billed(seconds, billed)} x {dpu or SHELL_DPU:g} DPU{' (FLEX)' if is_flex else ''}"
    return Cost(JOBS, billed / HOUR * (dpu or SHELL_DPU) * prices[kind], name, measure)


def is_shell(run: Told) -> bool:
    """Whether a JobRun is one of a Python shell job."""
    return str(run.get("LogGroupName", "")).startswith(SHELL_LOGS)


def of_crawl(crawl: Told, prices: Prices, name: str = "") -> Cost:
    """The cost of a Crawl of GetWorkflowRun; of ListCrawls too, which tells the DPU-hours (0 where it does not)."""
    hours = crawl.get("DPUHour")
    if hours:
        return Cost(CRAWLERS, hours * prices["crawler"], name, f"{hours:g} DPU-hours as billed")
    return of_crawl_seconds(seconds_of(crawl), prices, name)


def of_crawl_seconds(seconds: float, prices: Prices, name: str = "") -> Cost:
    """The cost of a crawl that took so long; nothing for one that never began."""
    dpu = BOOK["dpu_of_a_crawl"]
    if not seconds:
        return Cost(CRAWLERS, 0.0, name, "never began")
    billed = max(seconds, BOOK["least"]["crawler_seconds"])
    return Cost(CRAWLERS, billed / HOUR * dpu * prices["crawler"], name, f"{_billed(seconds, billed)} x {dpu} DPU")


def of_workflow_run(run: Told, prices: Prices) -> list[Cost]:
    """The costs of the Run of GetWorkflowRun (IncludeGraph): of all its crawls and of all attempts of its jobs."""
    nodes = run.get("Graph", {}).get("Nodes", [])
    crawls = [
        of_crawl(one, prices, node["Name"])
        for node in nodes
        for one in (node.get("CrawlerDetails") or {}).get("Crawls") or []
    ]
    return [*crawls, *(of_job_run(one, prices) for one in job_runs(run))]


def job_runs(run: Told) -> list[Told]:
    """All attempts of the jobs in a Run of GetWorkflowRun (IncludeGraph)."""
    nodes = run.get("Graph", {}).get("Nodes", [])
    return [one for node in nodes for one in (node.get("JobDetails") or {}).get("JobRuns") or []]


def total(costs: Iterable[Cost]) -> float:
    """Dollars together, without what has no known price."""
    return sum(cost.dollars or 0 for cost in costs)


def by_kind(costs: Iterable[Cost]) -> dict[str, float]:
    """Dollars of each kind, the largest first."""
    found: dict[str, float] = {}
    for cost in costs:
        found[cost.kind] = found.get(cost.kind, 0) + (cost.dollars or 0)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def in_order(costs: Sequence[Cost]) -> list[Cost]:
    """Those of one kind beside each other, kinds and what is in them the largest first; what has no price last."""
    kinds = list(by_kind(costs))
    return sorted(costs, key=lambda cost: (kinds.index(cost.kind), cost.dollars is None, -(cost.dollars or 0)))


def said(costs: list[Cost], prices: Prices) -> str:
    """One line: `on AWS about $0.47: crawlers $0.44, jobs $0.03 (us-east-1, prices of 2026-10, unverified)`.

    Its parts are in the order of `by_kind`.
    """
    parts = list(_parts(costs))
    unknown = [f"without {cost.reason}" for cost in costs if cost.dollars is None]
    split = f": {', '.join(parts)}" if len(parts) > 1 else ""
    about = ", ".join([str(prices), *dict.fromkeys(unknown)])
    return f"on AWS about {dollars(total(costs))}{split} ({about})"


def dollars(amount: float) -> str:
    """`$0.47`; with four digits below ten cents."""
    return f"${amount:,.2f}" if amount >= 0.1 or not amount else f"${amount:.4f}"


def show(costs: list[Cost], prices: Prices) -> None:
    """Print that line, where there is something to pay for."""
    if any(cost.dollars != 0 for cost in costs):
        console.say(console.text(said(costs, prices), "dim"))


def _parts(costs: list[Cost]) -> Iterator[str]:
    for kind, amount in by_kind(costs).items():
        if amount:
            yield f"{kind} {dollars(amount)}"


def _billed(seconds: float, billed: float) -> str:
    counted = f", counted as {console.seconds(billed)}," if billed > seconds else ""
    return f"{console.seconds(seconds)}{counted}"


def seconds_of(run: Told) -> float:
    """ExecutionTime, which leaves out the start; where that is not told or 0, from start to end."""
    if run.get("ExecutionTime"):
        return float(run["ExecutionTime"])
    began = run.get("StartedOn") or run.get("StartTime")
    ended = run.get("CompletedOn") or run.get("EndTime")
    return max(0.0, (ended - began).total_seconds()) if began and ended else 0.0
