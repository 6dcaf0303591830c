"""Starts a Glue workflow and follows its run: a live tree in a terminal, a line for each change elsewhere."""

import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Group
from rich.live import Live
from rich.tree import Tree

from glue_client import console, costs, failures, prices
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, message_of
from glue_client.errors import DeployError
from glue_client.workflow_view import NOT_STARTED, WAITING, Node, View, changed, row_counts, totals, view

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 5.0  # seconds between looks: the longer it runs, the fewer
OTHERS = "deploy the stack that makes it (aws cloudformation deploy)"
CALL = "aws glue start-workflow-run --name {}".format  # how another workflow is run
REFRESHES = 4  # a second, of what the terminal shows


def run(
    aws: Aws,
    name: str,
    properties: Mapping[str, str],
    made_by: str = OTHERS,
    call: Callable[[str], str] = CALL,
) -> None:
    """Start the workflow with the run properties, follow it, sum it up. DeployError unless all nodes succeeded.

    Where it runs already, and may not run twice, its run is followed, unless this one were to have other properties.
    `made_by` is what to do where it is not there; where nobody knows (OTHERS), `call` runs one of those that there are.
    """
    run_id = _start(aws, name, properties, made_by, call)
    last, told = _follow(aws, name, run_id)
    _sum_up(aws, last)
    known = prices.near(aws.region)
    costs.show(costs.of_workflow_run(told, known), known)
    if not last.succeeded:
        looks = [failures.where_to_look(node, failures.last_words(aws, node)) for node in last.failed]
        raise DeployError(
            f"workflow {name} ended {last.status}, but not all of it succeeded",
            "\n".join(failures.what_happened(node) for node in last.failed) or last.error or totals(last),
            "\n".join(looks) or f"aws glue get-workflow-run --name {name} --run-id {run_id} --include-graph",
        )


def tree(look: View, now: datetime) -> Group:
    """The run as a tree: what is started stands below what started it."""
    end = look.ended or now
    took = console.seconds(max(0.0, (end - look.started).total_seconds()))
    root = Tree(console.joined((look.workflow, "bold"), "  ", console.state(look.status), f"  {took}"))
    branches = {-1: root}
    for depth, node in look.walk():
        branches[depth] = branches[depth - 1].add(_label(node, now, over=look.is_over))
    return Group(root, console.text(totals(look), "dim"))


def _names(aws: Aws) -> list[str]:
    """The workflows that there are; none where the caller may not list them."""
    with contextlib.suppress(ClientError):
        return [name for page in aws.glue.get_paginator("list_workflows").paginate() for name in page["Workflows"]]
    return []


def _start(aws: Aws, name: str, properties: Mapping[str, str], made_by: str, call: Callable[[str], str]) -> str:
    try:
        answer = aws.glue.start_workflow_run(Name=name, RunProperties=dict(properties))
    except ClientError as error:
        code, seen = code_of(error), f"{code_of(error)}: {message_of(error)}"
        if code == "EntityNotFoundException":
            others = " or ".join(call(one) for one in _names(aws)) if made_by == OTHERS else ""
            raise DeployError(f"there is no workflow {name} in {aws}", seen, others or made_by) from error
        if code == "ConcurrentRunsExceededException":
            running = _running(aws, name)
            if running and not properties:
                console.say(f"{name} runs already in {aws}: nothing was started, run {running[-1]} is followed")
                return running[-1]
            stop = "\n".join(f"aws glue stop-workflow-run --name {name} --run-id {one}" for one in running)
            raise DeployError(
                f"workflow {name} is running already",
                seen,
                f"wait for it ({call(name)} follows it), or end it:\n{stop}",
            ) from error
        raise
    console.say(f"{name}: run {answer['RunId']} in {aws}")
    return str(answer["RunId"])


def _running(aws: Aws, name: str) -> list[str]:
    """The runs that are under way, the latest last."""
    runs = aws.glue.get_workflow_runs(Name=name, MaxResults=25)["Runs"]
    return [
        run["WorkflowRunId"] for run in sorted(runs, key=lambda run: run["StartedOn"]) if run["Status"] == "RUNNING"
    ]


def _follow(aws: Aws, name: str, run_id: str) -> tuple[View, Mapping[str, Any]]:
    """Look until the run is over; the last look, and the answer that it is of."""
    looks: list[View] = []
    told: Mapping[str, Any] = {}
    out = console.console()

    def picture() -> Group:
        return tree(looks[-1], datetime.now(UTC)) if looks else Group()

    live: Any = contextlib.nullcontext()
    if out.is_terminal:
        live = Live(get_renderable=picture, console=out, refresh_per_second=REFRESHES)
    note = f"the run goes on without this window: aws glue get-workflow-run --name {name} --run-id {run_id}"
    started = time.monotonic()
    with console.leaving(note), live:
        while not looks or not looks[-1].is_over:
            if looks:
                time.sleep(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, (time.monotonic() - started) / 20)))
            before = looks[-1] if looks else None
            told = aws.glue.get_workflow_run(Name=name, RunId=run_id, IncludeGraph=True)["Run"]
            looks.append(view(told))
            if not out.is_terminal:
                for moment, node, former in in_order(before, looks[-1], datetime.now(UTC)):
                    _line(looks[-1], moment, node, former)
    return looks[-1], told


def in_order(before: View | None, look: View, now: datetime) -> list[tuple[datetime, Node, Node | None]]:
    """What changed since the look before, by the moments at which it did, each with what the node was then.

    A node that neither began nor ended changed by now.
    """
    found = []
    for node in changed(before, look):
        former = before.nodes.get(node.id) if before else None
        began = None if former and former.started == node.started else node.started
        found.append((node.ended or began or now, node, former))
    return sorted(found, key=lambda change: change[0])


def _line(look: View, moment: datetime, node: Node, before: Node | None) -> None:
    """One change as a line: seconds since the run began, name, state, what it took.

    AWS's words on a failure come at the end, once. Those of an attempt that is followed by another come with that one.
    """
    now = datetime.now(UTC)
    since = console.seconds(max(0.0, (moment - look.started).total_seconds()))
    parts: list[str | console.Shown] = [since.rjust(8), node.kind.ljust(7), node.name, console.state(node.state)]
    if node.ended:
        parts.append(f"after {console.seconds(node.seconds(now) or 0)}")
    if node.attempt:
        parts.append(f"attempt {node.attempt + 1}")
        if before and before.attempt < node.attempt and before.error:
            parts.append(f"after {before.error.splitlines()[0]}")
    console.say(*parts)


def _label(node: Node, now: datetime, *, over: bool) -> console.Shown:
    """A node as a line of the tree; its error as long as the run goes on, as it is told in full at the end."""
    if node.kind == "trigger":
        return console.text(node.name, "dim")
    is_idle = node.state in (WAITING, NOT_STARTED)
    parts = [node.name, (f" {node.kind}  ", "dim"), (node.state, "dim") if is_idle else console.state(node.state)]
    took = node.seconds(now)
    if took is not None:
        parts.append(f"  {console.seconds(took)}")
    if node.attempt:
        parts.append((f"  attempt {node.attempt + 1}", "yellow"))
    if node.error and not over:
        parts.append((f"  {node.error}", "red"))
    label = console.joined(*parts)
    label.no_wrap, label.overflow = True, "ellipsis"
    return label


def _sum_up(aws: Aws, look: View) -> None:
    took = console.seconds(((look.ended or datetime.now(UTC)) - look.started).total_seconds())
    console.say(f"{look.workflow}:", console.state(look.status), f"in {took},", totals(look))
    answer = aws.glue.get_workflow_run_properties(Name=look.workflow, RunId=look.run_id)
    for line in row_counts(answer.get("RunProperties", {})):
        console.say(line)
