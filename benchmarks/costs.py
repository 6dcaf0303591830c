"""What a run of the sales costs by who keeps the catalog: docs/costs.md's table and images/costs.svg.

`python -m benchmarks.costs` writes both from docs/costs.json, which holds two measured runs.
`python -m benchmarks.costs crawler etl-workflow` puts the latest run of that workflow, on the AWS that AWS_ENDPOINT_URL
names, into docs/costs.json before; `job` is the other way.
"""

import json
import sys
from pathlib import Path

from benchmarks import charts
from glue_client import costs, prices
from glue_client.aws import Aws

ROOT = Path(__file__).parents[1]
MEASURED, PAGE, PICTURE = ROOT / "docs/costs.json", ROOT / "docs/costs.md", ROOT / "images/costs.svg"
BEGIN, END = "<!-- computed: python -m benchmarks.costs -->\n", "<!-- end of computed -->\n"
WAYS = {"crawler": "CatalogUpdates=crawler", "job": "CatalogUpdates=job"}
KEPT = ("JobName", "WorkerType", "NumberOfWorkers", "MaxCapacity", "ExecutionClass", "LogGroupName")
"""Of a JobRun, what its price is computed of."""
BOOK = prices.of(prices.USUAL)


def measure(way, workflow):
    """Keep the latest run of the workflow as that of a way."""
    glue = Aws().glue
    [*_, run] = sorted(glue.get_workflow_runs(Name=workflow, MaxResults=25)["Runs"], key=lambda one: one["StartedOn"])
    told = glue.get_workflow_run(Name=workflow, RunId=run["WorkflowRunId"], IncludeGraph=True)["Run"]
    nodes = told["Graph"]["Nodes"]
    crawls = [(node["Name"], one) for node in nodes for one in (node.get("CrawlerDetails") or {}).get("Crawls") or []]
    found = {
        "crawls": [
            {"Name": name, "Seconds": round((one["CompletedOn"] - one["StartedOn"]).total_seconds(), 1)}
            for name, one in crawls
        ],
        "jobs": [
            {key: one[key] for key in KEPT if key in one} | {"ExecutionTime": round(costs.seconds_of(one), 1)}
            for one in costs.job_runs(told)
        ],
    }
    kept = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    MEASURED.write_text(json.dumps(kept | {way: found}, indent=1, sort_keys=True) + "\n")


def computed():
    """The costs of each way's run."""
    kept = json.loads(MEASURED.read_text())
    return {
        way: [
            *(costs.of_job_run(one, BOOK) for one in kept[way]["jobs"]),
            *(costs.of_crawl_seconds(one["Seconds"], BOOK, one["Name"]) for one in kept[way]["crawls"]),
        ]
        for way in WAYS
    }


def table():
    """The lines of the page's table."""
    lines = ["| | measured | `CatalogUpdates=crawler` | `CatalogUpdates=job` |", "|---|---|---|---|"]
    found = computed()
    names = dict.fromkeys(cost.name for way in ("crawler", "job") for cost in found[way])
    for name in names:
        ours = {way: next((cost for cost in found[way] if cost.name == name), None) for way in WAYS}
        measured = "; ".join(dict.fromkeys(cost.measure for cost in ours.values() if cost))
        cells = [f"{cost.dollars:.4f}" if cost else "" for cost in ours.values()]
        lines.append(f"| {name} | {measured} | {' | '.join(cells)} |")
    sums = [f"**{costs.total(found[way]):.4f}**" for way in WAYS]
    lines.append(f"| **together** | | {' | '.join(sums)} |")
    return "".join(f"{line}\n" for line in lines)


def page():
    """The page with the table of now."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


def picture():
    """A bar for each way, parted by jobs and crawlers."""
    found = {way: costs.by_kind(one) for way, one in reversed(computed().items())}  # the last one is on top
    chart = charts.stacked_bars(
        "costs",
        title="US dollars a run of the sales, by who keeps the catalog",
        width=760,
        height=260,
        formatter=lambda dollars: f"{dollars:.2f}" if dollars else "",
        truncate_label=-1,
        show_x_labels=False,
    )
    chart.x_labels = [f"{WAYS[way]}: {costs.dollars(sum(one.values()))}" for way, one in found.items()]
    for kind in (costs.CRAWLERS, costs.JOBS):
        chart.add(kind, [one.get(kind) for one in found.values()])
    return chart.render(is_unicode=True)


def main():
    if sys.argv[1:]:
        measure(*sys.argv[1:])
    PAGE.write_text(page(), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
