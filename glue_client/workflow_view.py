"""A workflow run as GetWorkflowRun (IncludeGraph) tells it, as a tree and as lines. Pure: no AWS, no clock.

The answer's shape: nodes of the types TRIGGER, JOB and CRAWLER with their runs, and edges from a trigger to what it
starts and from a node to the triggers that watch it. A node that never ran has no run in it. A run is COMPLETED also
when nodes failed, so the statistics decide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SHELL_LOGS = "/aws-glue/python-jobs"  # with a security configuration more follows
WAITING, NOT_STARTED = "waiting", "not started"
BAD = ("FAILED", "TIMEOUT", "ERROR", "STOPPED", "CANCELLED", "EXPIRED")
BAD_ACTIONS = ("FailedActions", "TimeoutActions", "StoppedActions", "ErroredActions")


def went_well(status: str, statistics: Mapping[str, int]) -> bool:
    """Whether a workflow run is over, and none of its actions ended badly."""
    return status == "COMPLETED" and not any(statistics.get(key) for key in BAD_ACTIONS)


@dataclass(frozen=True)
class Node:
    """A trigger, job or crawler of the run; times are None where it did not get so far."""

    id: str
    kind: str
    name: str
    state: str
    started: datetime | None = None
    ended: datetime | None = None
    attempt: int = 0
    error: str = ""
    logs: tuple[tuple[str, str], ...] = ()  # (log group, start of the stream's name)
    run_id: str = ""  # a job's

    @property
    def is_bad(self) -> bool:
        """Whether it ended otherwise than wished."""
        return self.state in BAD

    def seconds(self, now: datetime) -> float | None:
        """How long it took, or has taken by now."""
        return None if self.started is None else max(0.0, ((self.ended or now) - self.started).total_seconds())


@dataclass(frozen=True)
class View:
    """One look at a run."""

    workflow: str
    run_id: str
    status: str
    started: datetime
    ended: datetime | None
    nodes: Mapping[str, Node]
    below: Mapping[str, tuple[str, ...]]
    statistics: Mapping[str, int]
    error: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in ("COMPLETED", "STOPPED", "ERROR")

    @property
    def failed(self) -> list[Node]:
        """The nodes that ended badly."""
        return [node for node in self.actions if node.is_bad]

    @property
    def succeeded(self) -> bool:
        """Whether the run is over and all that ran did what it should."""
        return went_well(self.status, self.statistics) and not self.failed

    @property
    def actions(self) -> list[Node]:
        """The jobs and crawlers."""
        return [node for node in self.nodes.values() if node.kind != "trigger"]

    def walk(self) -> Iterator[tuple[int, Node]]:
        """All nodes, each once, as (depth, node): what is started stands below what started it."""
        children = {child for those in self.below.values() for child in those}
        seen: set[str] = set()

        def visit(node_id: str, depth: int) -> Iterator[tuple[int, Node]]:
            if node_id in seen:
                return
            seen.add(node_id)
            yield depth, self.nodes[node_id]
            for child in self.below.get(node_id, ()):
                yield from visit(child, depth + 1)

        for top in [*(one for one in self.nodes if one not in children), *self.nodes]:
            yield from visit(top, 0)


def view(run: Mapping[str, Any]) -> View:
    """The view of the `Run` in an answer of GetWorkflowRun."""
    over = run["Status"] in ("COMPLETED", "STOPPED", "ERROR")
    graph = run.get("Graph") or {}
    nodes = [_node(node, NOT_STARTED if over else WAITING) for node in graph.get("Nodes", [])]
    return View(
        run["Name"],
        run["WorkflowRunId"],
        run["Status"],
        run["StartedOn"],
        run.get("CompletedOn"),
        {node.id: node for node in nodes},
        _below(graph),
        run.get("Statistics") or {},
        run.get("ErrorMessage", ""),
    )


def changed(before: View | None, now: View) -> list[Node]:
    """The jobs and crawlers whose state is another one than in the view before, in the order of the tree."""
    old = {node.id: (node.state, node.attempt) for node in before.actions} if before else {}
    nodes = [node for _, node in now.walk() if node.kind != "trigger" and node.started is not None]
    return [node for node in nodes if old.get(node.id) != (node.state, node.attempt)]


def totals(look: View) -> str:
    """The run's statistics in words: `6 actions: 4 succeeded, 1 failed, 1 not started`."""
    words = {
        "SucceededActions": "succeeded",
        "FailedActions": "failed",
        "TimeoutActions": "timed out",
        "StoppedActions": "stopped",
        "ErroredActions": "in error",
        "RunningActions": "running",
        "WaitingActions": "waiting",
    }
    counts = {word: look.statistics.get(key, 0) for key, word in words.items()}
    total = look.statistics.get("TotalActions", len(look.actions))
    counts[NOT_STARTED] = max(0, total - sum(counts.values()))
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{total} actions: {said}" if said else f"{total} actions"


def row_counts(properties: Mapping[str, str]) -> list[str]:
    """What jobs published about rows: `clean: 10 rows read = 7 written + 2 rejected + 1 duplicate`."""
    parts = {"read": "", "written": "", "rejected": "", "duplicate": ""}
    prefixes = [key.removesuffix(".rows_read") for key in properties if key.endswith(".rows_read")]
    lines = []
    for prefix in sorted(prefixes):
        found = {part: properties.get(f"{prefix}.rows_{part}") for part in parts}
        if all(value is not None and value.isdigit() for value in found.values()):
            read, written, rejected, duplicate = (f"{int(value or 0):,}" for value in found.values())
            lines.append(
                f"{prefix}: {read} rows read = {written} written + {rejected} rejected + {duplicate} duplicates"
            )
    return lines


def _below(graph: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Which nodes stand below which: the edges, and what the triggers' conditions say in case edges leave it out."""
    nodes = {(node["Type"], node["Name"]): node["UniqueId"] for node in graph.get("Nodes", [])}
    pairs = [(edge["SourceId"], edge["DestinationId"]) for edge in graph.get("Edges", [])]
    for node in graph.get("Nodes", []):
        trigger = (node.get("TriggerDetails") or {}).get("Trigger") or {}
        for condition in (trigger.get("Predicate") or {}).get("Conditions", []):
            watched = ("JOB", condition["JobName"]) if "JobName" in condition else ("CRAWLER", condition["CrawlerName"])
            if watched in nodes:
                pairs.append((nodes[watched], node["UniqueId"]))
    known = set(nodes.values())
    below: dict[str, dict[str, None]] = {}
    for source, destination in pairs:
        if source in known and destination in known:
            below.setdefault(source, {})[destination] = None
    return {source: tuple(those) for source, those in below.items()}


def _node(node: Mapping[str, Any], idle: str) -> Node:
    kind, name, node_id = node["Type"].lower(), node["Name"], node["UniqueId"]
    if kind == "job":
        runs = (node.get("JobDetails") or {}).get("JobRuns") or []
        return job_node(name, max(runs, key=_recency), node_id) if runs else Node(node_id, kind, name, idle)
    if kind == "crawler":
        crawls = (node.get("CrawlerDetails") or {}).get("Crawls") or []
        return _crawl(node_id, name, max(crawls, key=_recency)) if crawls else Node(node_id, kind, name, idle)
    trigger = (node.get("TriggerDetails") or {}).get("Trigger") or {}
    return Node(node_id, kind, name, trigger.get("State", ""))


def _recency(run: Mapping[str, Any]) -> tuple[int, float]:
    """Attempts count before times: a retry may wait without a start."""
    started = run.get("StartedOn")
    return run.get("Attempt", 0), started.timestamp() if started else 0.0


def job_node(name: str, run: Mapping[str, Any], node_id: str = "") -> Node:
    """A run of a job, as GetJobRun and GetWorkflowRun tell it."""
    group = run.get("LogGroupName", "/aws-glue/jobs")
    # A Spark job's traceback is in its output: its error stream is Spark's own log.
    ends = ("error", "output") if group.startswith(SHELL_LOGS) else ("output", "error")
    named = run.get("Arguments", {}).get("--custom-logStream-prefix")
    stream = named if named and float(run.get("GlueVersion") or 0) >= 5 else run["Id"]
    streams = tuple((f"{group}/{end}", stream) for end in ends)
    return Node(
        node_id,
        "job",
        name,
        run["JobRunState"],
        run.get("StartedOn"),
        run.get("CompletedOn"),
        run.get("Attempt", 0),
        run.get("ErrorMessage", ""),
        streams,
        run["Id"],
    )


def _crawl(node_id: str, name: str, crawl: Mapping[str, Any]) -> Node:
    logs = ((crawl["LogGroup"], crawl.get("LogStream", name)),) if crawl.get("LogGroup") else ()
    return Node(
        node_id,
        "crawler",
        name,
        crawl["State"],
        crawl.get("StartedOn"),
        crawl.get("CompletedOn"),
        0,
        crawl.get("ErrorMessage", ""),
        logs,
    )
