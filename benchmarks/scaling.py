"""What the sales' Spark jobs cost on AWS by the number of rows, computed from the growth that was measured.

`python -m benchmarks.scaling` writes the table of docs/scaling.md and its plot, images/scaling.svg.

The model: CPU seconds grow with the rows, at what a million cost in the largest size that was measured. A worker of
Glue works at BUSY of its vCPUs, each as fast as a core of this machine; one worker is the driver and does no tasks. The
job gets as many workers as end it within HOURS and hold its shuffle on their disks, in a type that the template takes,
and none fewer than two.
"""

import json
import math
from dataclasses import dataclass

from benchmarks import charts, machine
from benchmarks.plots import IMAGES
from glue_client import prices
from glue_client.costs import HOUR, of_crawl_seconds

PAGE = machine.RESULTS.parents[1] / "docs/scaling.md"
BEGIN, END = "<!-- computed: python -m benchmarks.scaling -->\n", "<!-- end of computed -->\n"
JOBS = ("etl-clean", "etl-repartition")
ROWS = (2_000_000, 200_000_000, 20_000_000_000)
WORKERS = {"G.1X": (4, 44), "G.2X": (8, 78)}
"""vCPUs and free GB on the disk of a worker (developer guide, "AWS Glue worker types"), as glue-jobs.yml takes them."""
SHUFFLED_GB = {"etl-clean": 0.02, "etl-repartition": 0.1}
"""A million rows; assumed: ids and their counts, and whole rows."""
MOST_WORKERS = 100
"""That the template takes."""
CRAWLERS = 3
"""Of a run of the sales' workflow."""
LEAST_SHOWN = 0.001
BUSY, HOURS, START_S = 0.7, 2, 30
"""Assumptions: the share of its time that a vCPU works, how long a job may take, seconds before its first task."""


@dataclass(frozen=True)
class Run:
    """A job on a number of rows: its workers, seconds, DPU-seconds and dollars."""

    worker: str
    workers: int
    seconds: float
    dpu_seconds: float
    dollars: float


def run(cpu_seconds, shuffled_gb):
    """The run of a job that takes these CPU seconds, and shuffles so much."""

    def needed_of(worker):
        return cpu_seconds / (WORKERS[worker][0] * BUSY)

    def workers_of(worker):
        in_time = needed_of(worker) / (HOURS * HOUR - START_S)
        return max(2, 1 + math.ceil(max(in_time, shuffled_gb / WORKERS[worker][1])))

    worker = next((one for one in WORKERS if workers_of(one) <= MOST_WORKERS), [*WORKERS][-1])
    needed, workers = needed_of(worker), min(workers_of(worker), MOST_WORKERS)
    seconds = max(START_S + needed / (workers - 1), prices.BOOK["least"]["job_seconds"])
    dpu_seconds = seconds * workers * prices.BOOK["dpu_of_a_worker"][worker]
    return Run(worker, workers, seconds, dpu_seconds, dpu_seconds / HOUR * prices.of(prices.USUAL)["glueetl"])


def cpu_seconds_a_million():
    """What a million rows cost each job, in the largest size that was measured; with that size."""
    sizes = machine.kept("growth")["rows"]
    largest = max(sizes, key=int)
    return {job: sizes[largest]["jobs"][job]["cpu_seconds_a_million_rows"] for job in JOBS}, int(largest)


def computed():
    """Rows -> job -> its run."""
    rates, _ = cpu_seconds_a_million()
    return {rows: {job: run(rates[job] * rows / 1e6, SHUFFLED_GB[job] * rows / 1e6) for job in JOBS} for rows in ROWS}


def table():
    """The lines of the table."""
    lines = ["| rows | job | workers | minutes | DPU-seconds | dollars |", "|---|---|---|---|---|---|"]
    for rows, jobs in computed().items():
        for job, one in jobs.items():
            lines.append(
                f"| {rows:,} | {job} | {one.workers} of {one.worker} | {one.seconds / 60:,.0f} "
                f"| {one.dpu_seconds:,.0f} | {one.dollars:,.2f} |"
            )
    return "".join(f"{line}\n" for line in lines)


def crawlers_least():
    """Dollars of a run's crawls at their least of ten minutes each, and the rows whose jobs cost as much."""
    least = CRAWLERS * of_crawl_seconds(1, prices.of(prices.USUAL)).dollars
    rates, _ = cpu_seconds_a_million()
    step, rows = 25_000_000, 0
    while sum(run(rates[job] * rows / 1e6, SHUFFLED_GB[job] * rows / 1e6).dollars for job in JOBS) < least:
        rows += step
    return least, rows


def plot():
    """Dollars of each job by the number of rows, on a logarithmic scale."""
    chart = charts.columns(
        "scaling",
        title="Computed dollars a run, by rows",
        width=760,
        height=420,
        logarithmic=True,
        range=(LEAST_SHOWN, 100),
        zero=LEAST_SHOWN,  # else the cheapest run has no height
        y_labels=[LEAST_SHOWN, 0.01, 0.1, 1, 10, 100],
        print_values_position="top",
        formatter=lambda dollars: f"{dollars:,.2f}" if dollars >= 0.01 else f"{dollars:g}",
    )
    chart.x_labels = [f"{rows // 1_000_000:,} million rows" for rows in ROWS]
    for job in JOBS:
        chart.add(job, [jobs[job].dollars for jobs in computed().values()])
    return chart


def main():
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    rates, size = cpu_seconds_a_million()
    told = ", ".join(f"{job} {rate:g}" for job, rate in rates.items())
    measured = f"CPU seconds a million rows, measured on {size:,} rows: {told}.\n\n"
    least, rows = crawlers_least()
    crawlers = (
        f"\nThe crawls of a run cost {least:.2f} dollars at least, and more than both jobs below {rows:,} rows.\n"
    )
    PAGE.write_text(f"{before}{BEGIN}{measured}{table()}{crawlers}{END}{after}", encoding="utf-8")
    plot().render_to_file(str(IMAGES / "scaling.svg"))
    print(
        json.dumps({str(rows): {job: one.__dict__ for job, one in jobs.items()} for rows, jobs in computed().items()})
    )


if __name__ == "__main__":
    main()
