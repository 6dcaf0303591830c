"""Runs one job: named by its script in glue_scripts/, or by its own name, whoever's it is.

A job whose script this project uploads gets what changed of glue_scripts/ first.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from deploy import environments, lifecycle, scripts, wheels
from deploy.bundle import Bundle
from deploy.pipelines import JOB, WORKFLOW, Pipelines
from deploy.project import ARTIFACTS, SCRIPTS, WHEELS
from deploy.scripts import PREFIX
from deploy.stacks import Stacks
from glue_client import job_runs, run_logs
from glue_client.aws import Aws
from glue_client.console import remark
from glue_client.deployed import outputs
from glue_client.errors import DeployError, WrongCall

ENDING = ".py"
NEAR = 3

Job = Mapping[str, Any]
"""A Job of GetJobs."""


def run(
    aws: Aws,
    bundle: Bundle,
    wanted: str,
    given: Mapping[str, str],
    unread: Callable[[Path, Iterable[str]], str] = lambda _script, _names: "",
) -> None:
    """Upload what changed, where the job is this project's; start it with the arguments, follow it to its end.

    Args:
        aws: where.
        bundle: the templates.
        wanted: a script below glue_scripts/, with or without its ending, or a job's name.
        given: the run's arguments, each named with its `--`.
        unread: says which of these names the script in a file does not read; that is no error, as it is none on AWS.

    Raises:
        WrongCall: an argument's name does not begin with `--`, or several jobs run that script.
        DeployError: there is no such job, it cannot be started, or it did not succeed.
    """
    for name in given:
        if not name.startswith("--"):
            raise WrongCall(f"runjob passes arguments to the job as --name=value, and got {name}: write --{name}=…")
    jobs = deployed(aws)
    bucket = artifacts(aws, bundle)
    name = chosen(jobs, _meant(wanted, bundle), bucket, bundle)
    if is_ours(jobs[name], bucket):
        told = unread(SCRIPTS / location(jobs[name]).partition(f"/{PREFIX}")[2], given)
        if told:
            remark(told)
        lifecycle.deploy_scripts(aws, bundle)
        wheels.say_former(aws, bundle.placed(WHEELS))
    job_runs.run(aws, name, given)


def show_log(aws: Aws, bundle: Bundle, wanted: str, *, following: bool, java: bool) -> None:
    """Print the log of a run: see `run_logs.show`; a script below glue_scripts/ means its job.

    Raises:
        WrongCall: several jobs run that script.
        DeployError: there is no such thing, or it never ran.
    """
    name = _meant(wanted, bundle)
    if script(wanted) is not None:
        jobs = deployed(aws)
        name = chosen(jobs, wanted, artifacts(aws, bundle), bundle)
    run_logs.show(aws, name, following=following, java=java, made_by=_made_by(bundle, name, JOB, WORKFLOW))


def _meant(wanted: str, bundle: Bundle) -> str:
    return wanted if script(wanted) is not None else environments.meant(wanted, bundle.environment)


def deployed(aws: Aws) -> dict[str, Job]:
    """All jobs of the account, by name."""
    pages = aws.glue.get_paginator("get_jobs").paginate()
    return {job["Name"]: job for page in pages for job in page["Jobs"]}


def artifacts(aws: Aws, bundle: Bundle) -> str | None:
    """The bucket of scripts; None where its stack is not deployed."""
    stack = Stacks(aws, bundle).find(bundle.stack_with_output(ARTIFACTS))
    return outputs(stack).get(ARTIFACTS) if stack else None


def chosen(jobs: Mapping[str, Job], wanted: str, bucket: str | None, bundle: Bundle) -> str:
    """The name of the job that is wanted: by that name, else as the one that runs that script from the bucket.

    Of one that is not deployed the templates of `bundle` say which pipeline makes it.

    Raises:
        WrongCall: several jobs run the script.
        DeployError: no job has that name, and none runs such a script.
    """
    if wanted in jobs:
        return wanted
    path = script(wanted)
    if path is None:
        known = {one.removeprefix(PREFIX).removesuffix(ENDING) for one in scripts.of_jobs(bundle)}
        near = get_close_matches(wanted, {*jobs, *known}, n=NEAR)
        made_by = _made_by(bundle, wanted, JOB)
        raise DeployError(
            f"there is no job {wanted}, and no script glue_scripts/{wanted}{ENDING}",
            f"jobs: {', '.join(jobs) or 'none'}",
            made_by or (f"did you mean {' or '.join(near)}?" if near else "name one of them"),
        )
    place = f"{PREFIX}{path.relative_to(SCRIPTS).as_posix()}"
    found = [name for name, job in jobs.items() if is_ours(job, bucket) and location(job).endswith(f"/{place}")]
    if len(found) > 1:
        raise WrongCall(f"{place} is the script of several jobs, name one: {', '.join(found)}")
    if not found:
        pipeline = Pipelines(bundle).that_runs(place)
        raise DeployError(
            f"no deployed job runs {place}",
            f"jobs: {', '.join(jobs) or 'none'}",
            pipeline.call("up")
            if pipeline
            else "./pyntw up deploys the default pipeline, ./pyntw 'up[pipeline=…]' another one",
        )
    return found[0]


def script(wanted: str) -> Path | None:
    """The file below glue_scripts/ that is meant, with or without its ending; None where there is none."""
    path = (SCRIPTS / f"{wanted.removeprefix(PREFIX).removesuffix(ENDING)}{ENDING}").resolve()
    return path if path.is_relative_to(SCRIPTS) and path.is_file() else None


def _made_by(bundle: Bundle, name: str, *kinds: str) -> str:
    """The call that deploys the pipeline of what is planned under that name; nothing where none is."""
    pipeline = Pipelines(bundle).that_makes(name, *kinds)
    return pipeline.call("up") if pipeline else ""


def location(job: Job) -> str:
    """Where the job's script is."""
    return str(job["Command"].get("ScriptLocation", ""))


def is_ours(job: Job, bucket: str | None) -> bool:
    """Whether the job's script is one that this project uploads."""
    return bucket is not None and location(job).startswith(f"s3://{bucket}/{PREFIX}")
