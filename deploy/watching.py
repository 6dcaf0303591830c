"""Runs a job at each save of its script, and says what changed in the rows of its pipeline's tables.

Files are looked at twice a second: their times and sizes, which works on every disk, network drives too.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy import jobs, row_counts, scripts, wheels
from deploy.bundle import Bundle
from deploy.jobs import Job
from deploy.pipelines import Pipelines
from deploy.project import SCRIPTS
from deploy.row_counts import Place
from glue_client.aws import Aws
from glue_client.console import complain, say, seconds, text
from glue_client.errors import DeployError

PAUSE, SETTLES = 0.5, 0.2  # seconds: between looks, and that an editor takes to write a file anew
USES = ("--extra-py-files", "--extra-files")
Stamps = Mapping[Path, tuple[int, int]]
"""Of each file the time of its last change (nanoseconds) and its size (bytes)."""


def watch(aws: Aws, bundle: Bundle, pipelines: Pipelines, wanted: str | None) -> None:
    """Until Ctrl-C run the job of each script that is saved, or of one script alone.

    Raises:
        WrongCall: several jobs run the wanted script.
        DeployError: no job runs it, or the scripts' bucket is not deployed.
    """
    bucket = jobs.artifacts(aws, bundle)
    only = None if wanted is None else jobs.chosen(jobs.deployed(aws), wanted, bucket, bundle)
    if bucket is None:
        raise DeployError("there is no bucket for the scripts", "its stack is not deployed", "./pyntw up")
    what = "glue_scripts/" if only is None else f"what {only} is made of"
    say(f"watching {what}: each save runs its job in {aws}; Ctrl-C ends it")
    before, rows = stamps(), dict[str, dict[Place, int | None]]()
    while True:
        time.sleep(PAUSE)
        if stamps() == before:
            continue
        time.sleep(SETTLES)
        now = stamps()
        changed = [path for path in {**before, **now} if before.get(path) != now.get(path)]
        before = now  # what is saved during a run makes the next one
        there = jobs.deployed(aws)
        names = [name for name in using(there, bucket, changed) if only in (None, name)]
        say(text(", ".join(path.relative_to(SCRIPTS).as_posix() for path in changed), "bold"))
        if not names:
            say(text(_why_none(changed), "dim"))
        for name in names:
            _run(aws, bundle, pipelines, there[name], rows)
        say("watching")


def stamps() -> Stamps:
    """The files below glue_scripts/ as they are now; one that goes while it is looked at is gone."""
    found = {}
    for path in (
        *scripts.shipped(SCRIPTS),
        *(one for folder in wheels.folders(SCRIPTS) for one in folder.rglob("*.py")),
    ):
        try:
            about = path.stat()
        except FileNotFoundError:
            continue
        found[path] = (about.st_mtime_ns, about.st_size)
    return found


def using(there: Mapping[str, Job], bucket: str, changed: Iterable[Path]) -> list[str]:
    """The jobs whose script, or a module that they are given, is among the files."""
    places = {f"s3://{bucket}/{scripts.PREFIX}{path.relative_to(SCRIPTS).as_posix()}" for path in changed}
    return [name for name, job in there.items() if places & set(_made_of(job))]


def _made_of(job: Job) -> Iterable[str]:
    arguments = job.get("DefaultArguments") or {}
    return [jobs.location(job), *(one.strip() for key in USES for one in arguments.get(key, "").split(","))]


def _run(aws: Aws, bundle: Bundle, pipelines: Pipelines, job: Job, rows: dict[str, dict[Place, int | None]]) -> None:
    """Run a job, and say what changed in the tables; a run that fails is told, and the watch goes on."""
    name, began = job["Name"], time.monotonic()
    pipeline = jobs.location(job).partition(f"/{scripts.PREFIX}")[2].partition("/")[0]
    database = pipelines.database_of(aws, pipeline) if pipeline in pipelines.names else None
    if database and pipeline not in rows:
        rows[pipeline] = row_counts.of_each(aws, row_counts.tables_of(aws, database))
    try:
        jobs.run(aws, bundle, name, {})
    except DeployError as error:
        complain(error)
    if database:
        after = row_counts.of_each(aws, row_counts.tables_of(aws, database))
        told = list(row_counts.changes(rows[pipeline], after))
        rows[pipeline] = after
        for line in told or [f"the rows of {len(after)} tables in {database}: as before"]:
            say(line)
    say(text(f"from save to result {seconds(time.monotonic() - began)}", "dim"))


def _why_none(changed: Iterable[Path]) -> str:
    built = wheels.folders(SCRIPTS)
    if any(path.is_relative_to(folder) for path in changed for folder in built):
        return "that is in a wheel, which jobs get by an update of their stack: ./pyntw up"
    return "no deployed job that is watched uses it"
