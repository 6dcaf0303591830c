"""Runs the demos of all pipelines one after another on one local AWS, and says at the end what each of them found."""

import time

from deploy import demo_run
from deploy.bundle import Bundle
from deploy.comparison import Counted, Differs
from deploy.demo_run import Local
from deploy.pipelines import Pipelines
from deploy.project import QUERIES, SAMPLES, TEMPLATES
from glue_client.aws import Aws
from glue_client.aws_errors import explained
from glue_client.console import Shown, complain, count, joined, say, seconds, show_table, text
from glue_client.errors import DeployError

COLUMNS = [("pipeline", False), ("rows planted", True), ("rows found", True), ("time", True)]


def run(local: Local, rows: int | None) -> None:
    """Each demo on its usual sample, or all on that many rows; one that fails does not keep the others from running.

    Raises:
        DeployError: no pipeline has a demo, one names files that are not there (then none runs), or one of them failed
            or did not find what it planted: which, and why.
    """
    pipelines = Pipelines(Bundle(TEMPLATES))
    demos = {name: pipelines.to_show(name) for name in pipelines.with_demo}
    if not demos:
        raise DeployError("there is no demo", "no template has Metadata.Pipeline.Demo", "write one")
    for _, demo in demos.values():
        demo.check_files(SAMPLES, QUERIES)
    started, lines, failures = time.monotonic(), list[list[str | Shown]](), dict[str, DeployError]()
    with local.used():
        aws = Aws()
        demo_run.refuse_real_aws(aws)
        for name, (pipeline, demo) in demos.items():
            say(joined("\n", (name, "bold"), f", {len(lines) + 1} of {len(demos)}"))
            began, counted = time.monotonic(), None
            try:
                counted = demo_run.show(aws, pipelines, pipeline, demo, rows or demo.sample.rows)
            except Exception as error:  # noqa: BLE001 - the others are to run, whatever it was
                failures[name] = explained(error)
                counted = error.counted if isinstance(error, Differs) else None
                complain(failures[name])
            lines.append([name, *_cells(counted, good=name not in failures), seconds(time.monotonic() - began)])
    show_table(COLUMNS, lines)
    say(f"\nAll of it took {seconds(time.monotonic() - started)}.")
    if failures:
        raise DeployError(
            f"{count(len(failures), 'demo')} of {len(demos)} failed",
            "\n".join(f"{name}: {_in_a_line(error)}" for name, error in failures.items()),
            " and ".join(pipelines.chosen(name).call("demo") for name in failures) + " alone",
        )


def _cells(counted: Counted | None, *, good: bool) -> list[str | Shown]:
    if counted is None:
        return ["", text("FAILED", "red")]
    return [f"{counted.planted:,}", text(f"{counted.found:,}", "green" if good else "red")]


def _in_a_line(error: DeployError) -> str:
    return " ".join(f"{error.failed}: {error.seen}".split())
