"""The demo of the STEDI pipeline: landing files are made, the workflow runs, and its tables are counted."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from deploy import lifecycle, queries, workflows
from deploy.aws import Aws
from deploy.bundle import Bundle
from deploy.console import Shown, say, show_table, text
from deploy.errors import DeployError
from deploy.project import TEMPLATES
from deploy.stacks import Stacks

STACK = "stedi"
WORKFLOW = "stedi-workflow"
CUSTOMERS = 100
SEED = 2026
COUNTS, ASKED = "stedi-row-counts", ("stedi-movement", "stedi-without-consent")


def run(aws: Aws, customers: int | None) -> tuple[str, ...]:
    """Deploy the stack, bring landing files of that many customers, run the workflow, compare the tables.

    Returns:
        What to try next, in lines.

    Raises:
        DeployError: a table has another number of rows than the generator planted, or the workflow failed.
    """
    bundle = Bundle(TEMPLATES)
    lifecycle.up(aws, bundle, bundle.own(STACK))
    outputs = Stacks(aws, bundle).outputs(STACK)
    expected = _land(aws, outputs["LakeBucket"], customers or CUSTOMERS, outputs["Readings"])
    workflows.run(aws, WORKFLOW, {})
    queries.show(aws, ASKED)
    _compare(aws, expected)
    return (
        "./pyntw 'query[stedi-row-counts]'      the rows of each table; any SQL: echo 'SELECT …' | ./pyntw query",
        "./pyntw 'updatestack[stedi,Readings=since-consent]' 'runworkflow[stedi-workflow]'",
        "                                       only readings at or after the customer's consent",
        "./pyntw 'down[pipeline=stedi]'         when you have seen enough of it",
    )


def _land(aws: Aws, bucket: str, customers: int, readings: str) -> Mapping[str, int]:
    """Make the landing files and put them in place of what is there; how many rows each table is to have."""
    from samples import stedi

    with tempfile.TemporaryDirectory() as folder:
        planted = stedi.write(Path(folder), customers, SEED)
        for file in sorted(Path(folder).rglob("*.json")):
            aws.s3.upload_file(str(file), bucket, f"landing/{file.relative_to(folder).as_posix()}")
    made = ", ".join(f"{rows:,} {source}" for source, rows in planted.landing.items())
    say(f"landing files in s3://{bucket}/landing/: {made} records of {customers:,} customers")
    return planted.expected[readings]


def _compare(aws: Aws, expected: Mapping[str, int]) -> None:
    """Show planted and found rows of each table. DeployError when they differ."""
    found = {str(table): int(rows or 0) for table, rows in queries.ask(aws, queries.text_of(COUNTS)).rows}
    headings = [("table", False), ("rows planted", True), ("rows found", True)]
    lines: list[list[str | Shown]] = [
        [table, str(rows), text(str(found.get(table)), "green" if found.get(table) == rows else "red")]
        for table, rows in expected.items()
    ]
    show_table(headings, lines)
    say("")
    if found != dict(expected):
        raise DeployError("the tables do not hold what was planted", f"{found}", "look at the logs of the jobs")
