"""What failed jobs and crawlers tell: their error, the end of their log, where the rest of it is."""

from collections.abc import Sequence

from glue_client import console, hints, logs
from glue_client.aws import Aws
from glue_client.workflow_view import Node

DENIED = "is not authorized to perform"  # so each service says what a policy does not allow
SAID = ("seen: ", "next: ")
OF_FUNCTION = "In the Python function that Spark called: "  # so the local AWS's log begins what it ends with
CERTAIN = 6  # characters from which on a line of the log that stands in the error is the error's


def what_happened(node: Node) -> str:
    """State and error: its first line, and what scripts say was seen and is to be done next.

    Of Spark's plan or Java's stack below the first line only that there is more.
    """
    first, *rest = node.error.strip().split("\n")
    said = [line for line in rest if line.strip().startswith(SAID)]
    left = len(rest) - len(said)
    more = f" … and {console.count(left, 'more line')} of ErrorMessage" if left else ""
    error = "\n".join([f"{first}{more}", *(line.strip() for line in said)])
    return f"{node.name} ({node.kind}): {node.state}" + (f": {error}" if first else "")


def last_words(aws: Aws, node: Node) -> tuple[str, str] | None:
    """Print the end of the log of what failed, without what AWS says of it anyway; where that was."""
    place, lines = logs.last_lines(aws, node.logs)
    for line in untold(node, lines):
        console.complain(f"  {node.name} | {line}")
    return place


def untold(node: Node, lines: Sequence[str]) -> list[str]:
    """The last lines of a log that its error does not tell; of a Python function of Spark, its own frames alone."""
    told = node.error.splitlines()
    start = max((number for number, line in enumerate(lines) if line.startswith(OF_FUNCTION)), default=0)

    def is_told(said: str) -> bool:
        return any(one.endswith(said) or (len(said) >= CERTAIN and said in one) for one in told)

    return [line for line in lines[start:] if not is_told(line.strip())]


BUSY = "Max concurrent runs exceeded"
"""What Glue says of a run in a workflow whose job has as many runs as it may have (real)."""


def where_to_look(node: Node, logged: tuple[str, str] | None) -> str:
    """What to do about a failure: what it lacks, and the call that tells more."""
    if logged:
        return with_rights(node, hints.log_of(node.name, logged) if node.kind == "job" else hints.events_of(logged))
    if node.kind == "job" and node.error.startswith(BUSY):
        stop = hints.stop_run(node.name, "jr_…")
        return f"another run of {node.name} was going on: {hints.wait_for(node.name)}, or {stop}; then start it again"
    if node.kind == "job":
        return with_rights(node, hints.run_of(node.name, node.run_id))
    return with_rights(node, f"aws glue get-crawler --name {node.name}")


def with_rights(node: Node, call: str) -> str:
    """The call, after what to do first where the node's role lacks a right."""
    return f"allow that action in the policy of {node.name}'s role, or\n{call}" if DENIED in node.error else call
