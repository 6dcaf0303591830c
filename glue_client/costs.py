"""What runs cost on AWS, computed from their seconds and sizes; prices.json has the prices, their date and sources.

Every second is billed, of a job 60 at least, of a crawl 600. A run's seconds here are this machine's where it ran on a
local AWS: AWS may take longer. None of it was held against a bill.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glue_client import console
from glue_client.workflow_view import SHELL_LOGS

PRICES: Mapping[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text(encoding="utf-8"))
SHELL_DPU = 0.0625
"""Of a Python shell job that does not say (API reference, MaxCapacity)."""
HOUR = 3600

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """What one run costs: `jobs` or `crawlers`, and dollars; None where no price is known, with the reason."""

    kind: str
    dollars: float | None
    reason: str = ""


def of_job_run(run: Told) -> Cost:
    """The cost of a JobRun of GetJobRun, over or not; nothing for one that never began.

    DPUSeconds counts where Glue tells it, as of FLEX and auto scaling (API reference, JobRun); else workers by seconds.
    """
    seconds = _seconds(run)
    if not seconds:
        return Cost("jobs", 0.0)
    is_flex, worker = run.get("ExecutionClass") == "FLEX", run.get("WorkerType")
    if worker and worker not in PRICES["dpu_of_a_worker"]:
        return Cost("jobs", None, f"{run['JobName']}, whose workers {worker} have a price that is not known here")
    kind = "pythonshell" if run.get("LogGroupName", "").startswith(SHELL_LOGS) else "glueetl"
    price = PRICES["dollars_a_dpu_hour"]["FLEX" if is_flex else kind]
    if run.get("DPUSeconds"):
        return Cost("jobs", run["DPUSeconds"] / HOUR * price)
    dpu = run.get("NumberOfWorkers", 0) * PRICES["dpu_of_a_worker"][worker] if worker else run.get("MaxCapacity")
    return Cost("jobs", max(seconds, PRICES["least_seconds"]["job"]) / HOUR * (dpu or SHELL_DPU) * price)


def of_crawl(crawl: Told) -> Cost:
    """The cost of a Crawl of GetWorkflowRun."""
    seconds = _seconds(crawl)
    least, dpu = PRICES["least_seconds"]["crawler"], PRICES["dpu_of_a_crawl"]
    price = PRICES["dollars_a_dpu_hour"]["crawler"]
    return Cost("crawlers", max(seconds, least) / HOUR * dpu * price if seconds else 0.0)


def of_workflow_run(run: Told) -> list[Cost]:
    """The costs of the Run of GetWorkflowRun (IncludeGraph): of all its crawls and of all attempts of its jobs."""
    nodes = run.get("Graph", {}).get("Nodes", [])
    crawls = [one for node in nodes for one in (node.get("CrawlerDetails") or {}).get("Crawls") or []]
    runs = [one for node in nodes for one in (node.get("JobDetails") or {}).get("JobRuns") or []]
    return [*map(of_crawl, crawls), *map(of_job_run, runs)]


def said(costs: list[Cost]) -> str:
    """One line: `on AWS about $0.47: crawlers $0.44, jobs $0.03 (us-east-1, prices of 2026-10, unverified)`."""
    parts = list(_parts(costs))
    total = sum(cost.dollars or 0 for cost in costs)
    unknown = [f"without {cost.reason}" for cost in costs if cost.dollars is None]
    split = f": {', '.join(parts)}" if len(parts) > 1 else ""
    about = ", ".join([PRICES["region"], f"prices of {PRICES['dated']}, unverified", *dict.fromkeys(unknown)])
    return f"on AWS about {dollars(total)}{split} ({about})"


def dollars(amount: float) -> str:
    """`$0.47`; with four digits below ten cents."""
    return f"${amount:,.2f}" if amount >= 0.1 or not amount else f"${amount:.4f}"


def show(costs: list[Cost]) -> None:
    """Print that line, where there is something to pay for."""
    if any(cost.dollars != 0 for cost in costs):
        console.say(console.text(said(costs), "dim"))


def _parts(costs: list[Cost]) -> Iterator[str]:
    for kind in dict.fromkeys(cost.kind for cost in costs):
        amount = sum(cost.dollars or 0 for cost in costs if cost.kind == kind)
        if amount:
            yield f"{kind} {dollars(amount)}"


def _seconds(run: Told) -> float:
    """ExecutionTime, which leaves out the start; where that is not told or 0, from start to end."""
    if run.get("ExecutionTime"):
        return float(run["ExecutionTime"])
    began, ended = run.get("StartedOn"), run.get("CompletedOn")
    return max(0.0, (ended - began).total_seconds()) if began and ended else 0.0
