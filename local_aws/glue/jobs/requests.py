"""What is asked of a job run, checked and joined with the job's own settings into the record of a new run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from local_aws.glue.definitions.checks import check_capacities, check_least_workers
from local_aws.glue.definitions.records import DPU_OF_WORKER
from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.jobs.logs import log_group
from local_aws.glue.model import GlueError, JobRun
from local_aws.glue.stamps import new_id, now

MAX_TIMEOUT_MINUTES = 10_080
"""Seven days (API reference, StartJobRun)."""

MAX_ARGUMENTS_BYTES = 260 * 1024
"""All names and values together (developer guide, "Using job parameters in AWS Glue jobs")."""

_FLEX_WORKERS = ("G.1X", "G.2X")


@dataclass(frozen=True)
class StartRequest:
    """What StartJobRun or a trigger's action says of a run; what is None is as the job has it.

    Attributes:
        arguments: those of this run.
        timeout: minutes.
        max_capacity: DPU.
        notify_delay: minutes after which a run that still goes on is told of.
        queuing: whether the run waits where the job is busy.
        trigger: name of the trigger that starts it.
        workflow: name and run id of the workflow run that it belongs to.
        predecessors: (job, run id) of the runs whose end made the trigger fire.
        attempt: 0, or the number of this retry.
        previous: id of the run that is retried.
        automatic: how many retries MaxRetries has made so far.
    """

    arguments: Mapping[str, str]
    timeout: int | None = None
    worker_type: str | None = None
    number_of_workers: int | None = None
    max_capacity: float | None = None
    execution_class: str | None = None
    security_configuration: str | None = None
    notify_delay: int | None = None
    queuing: bool | None = None
    trigger: str | None = None
    workflow: tuple[str, str] | None = None
    predecessors: tuple[tuple[str, str], ...] = ()
    attempt: int = 0
    previous: str | None = None
    automatic: int = 0

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> StartRequest:
        """Read it from StartJobRun's parameters."""
        if "ExecutionRoleSessionPolicy" in params:
            raise unsupported("StartJobRun with ExecutionRoleSessionPolicy")
        check_capacities(params)
        return cls(
            arguments=params.get("Arguments", {}),
            timeout=params.get("Timeout"),
            worker_type=params.get("WorkerType"),
            number_of_workers=params.get("NumberOfWorkers"),
            max_capacity=params.get("MaxCapacity", params.get("AllocatedCapacity")),
            execution_class=params.get("ExecutionClass"),
            security_configuration=params.get("SecurityConfiguration"),
            notify_delay=(params.get("NotificationProperty") or {}).get("NotifyDelayAfter"),
            queuing=params.get("JobRunQueuingEnabled"),
        )


def merged_arguments(job: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The arguments that count: NonOverridableArguments over the run's over DefaultArguments (developer guide)."""
    return {**(job.get("DefaultArguments") or {}), **given, **(job.get("NonOverridableArguments") or {})}


def check(job: Mapping[str, Any], request: StartRequest) -> None:
    """Refuse what Glue refuses of a run.

    Raises:
        GlueError: InvalidInputException; the texts marked "real" are AWS's, the others ours.
    """
    if request.timeout is not None and not 1 <= request.timeout <= MAX_TIMEOUT_MINUTES:
        raise invalid(f"Timeout must be between 1 and {MAX_TIMEOUT_MINUTES} minutes, not {request.timeout}")
    if request.notify_delay is not None and request.notify_delay < 1:
        raise invalid(f"NotifyDelayAfter must be at least 1 minute, not {request.notify_delay}")
    arguments = merged_arguments(job, request.arguments)
    size = sum(len(name.encode()) + len(value.encode()) for name, value in arguments.items())
    if size > MAX_ARGUMENTS_BYTES:
        raise invalid(f"The job arguments take {size} bytes, more than the limit of {MAX_ARGUMENTS_BYTES}")
    if _is_shell(job):
        _check_shell(request)
    else:
        _check_workers(job, request)


def _is_shell(job: Mapping[str, Any]) -> bool:
    return bool(job["Command"].get("Name") == "pythonshell")


def _check_shell(request: StartRequest) -> None:
    if request.worker_type or request.number_of_workers:
        raise invalid("Worker Type is not supported for Job Command pythonshell")  # real
    if request.max_capacity not in (None, 0.0625, 1):
        raise invalid(f"MaxCapacity of a pythonshell job is 0.0625 or 1, not {request.max_capacity}")
    if request.execution_class == "FLEX":
        raise invalid("ExecutionClass FLEX is for jobs with command glueetl")


def _check_workers(job: Mapping[str, Any], request: StartRequest) -> None:
    workers = request.worker_type or job.get("WorkerType")
    count = request.number_of_workers or job.get("NumberOfWorkers")
    if (workers is None) != (count is None):
        raise invalid("Please set both Worker Type and Number of Workers.")  # real
    if request.max_capacity is not None and workers:
        raise invalid("Please do not set Max Capacity if using Worker Type and Number of Workers.")  # real
    if request.max_capacity is not None and not (
        request.max_capacity >= 2 and float(request.max_capacity).is_integer()
    ):
        raise invalid(f"MaxCapacity of a glueetl job is a whole number from 2, not {request.max_capacity}")
    check_least_workers(workers, count)
    flex = (request.execution_class or job.get("ExecutionClass")) == "FLEX"
    if flex and workers not in _FLEX_WORKERS:
        raise invalid(f"ExecutionClass FLEX needs Worker Type {' or '.join(_FLEX_WORKERS)}, not {workers}")


def new_run(job: Mapping[str, Any], request: StartRequest, *, encrypted_logs: bool = False) -> JobRun:
    """The record of a run that starts now, with the job's settings where the request gives none.

    Args:
        job: the Job structure as deployed.
        request: what is asked.
        encrypted_logs: whether the security configuration encrypts log groups, which changes their names.
    """
    arguments = merged_arguments(job, request.arguments)
    security = request.security_configuration or job.get("SecurityConfiguration")
    shell = _is_shell(job)
    return JobRun(
        Id=_run_id(request),
        JobName=job["Name"],
        JobRunState="STARTING",
        StartedOn=now(),
        LastModifiedOn=now(),
        Attempt=request.attempt,
        PreviousRunId=request.previous,
        TriggerName=request.trigger,
        Arguments=arguments,
        PredecessorRuns=[{"JobName": name, "RunId": run} for name, run in request.predecessors],
        Timeout=min(request.timeout or job["Timeout"], MAX_TIMEOUT_MINUTES),
        SecurityConfiguration=security,
        NotificationProperty=_notification(job, request),
        JobRunQueuingEnabled=bool(
            job.get("JobRunQueuingEnabled", False) if request.queuing is None else request.queuing
        ),
        LogGroupName=log_group(
            shell=shell,
            version=job.get("GlueVersion"),
            prefix=arguments.get("--custom-logGroup-prefix"),
            encrypted_by=security if encrypted_logs else None,
            role=str(job.get("Role", "")),
        ),
        WorkflowRunId=request.workflow[1] if request.workflow else None,
        **_capacity(job, request),
    )


def _run_id(request: StartRequest) -> str:
    """A retry has the id of the first run and a suffix (unverified)."""
    if request.previous is None:
        return new_id("jr")
    return f"{base_id(request.previous)}_attempt_{request.attempt}"


def base_id(run_id: str) -> str:
    """The id of the first of a row of attempts."""
    return run_id.partition("_attempt_")[0]


def _notification(job: Mapping[str, Any], request: StartRequest) -> dict[str, int] | None:
    if request.notify_delay is not None:
        return {"NotifyDelayAfter": request.notify_delay}
    return job.get("NotificationProperty") or None


def _capacity(job: Mapping[str, Any], request: StartRequest) -> dict[str, Any]:
    """Workers and DPU of the run (developer guide, "Configuring job properties")."""
    if _is_shell(job):
        capacity = request.max_capacity or job.get("MaxCapacity", 0.0625)
        return {"MaxCapacity": float(capacity), "AllocatedCapacity": int(capacity)}
    workers = request.worker_type or job.get("WorkerType")
    count = request.number_of_workers or job.get("NumberOfWorkers")
    capacity = request.max_capacity or job.get("MaxCapacity", 0.0)
    if workers and (request.worker_type or request.number_of_workers):
        capacity = DPU_OF_WORKER.get(workers, 1) * int(count or 0)
    return {
        "WorkerType": workers,
        "NumberOfWorkers": count,
        "GlueVersion": job.get("GlueVersion"),
        "ExecutionClass": request.execution_class or job.get("ExecutionClass"),
        "MaxCapacity": float(capacity),
        "AllocatedCapacity": int(capacity),
    }


def retry_of(earlier: JobRun, request: StartRequest, attempt: int, *, same_arguments: bool) -> StartRequest:
    """A request to try a run again, with the run's settings where the request gives none."""
    return replace(
        request,
        arguments=earlier.Arguments if same_arguments else request.arguments,
        timeout=request.timeout or earlier.Timeout,
        worker_type=request.worker_type or earlier.WorkerType,
        number_of_workers=request.number_of_workers or earlier.NumberOfWorkers,
        execution_class=request.execution_class or earlier.ExecutionClass,
        security_configuration=request.security_configuration or earlier.SecurityConfiguration,
        attempt=attempt,
        previous=earlier.Id,
    )


def never_started(job: Mapping[str, Any] | None, name: str, request: StartRequest, error: GlueError) -> JobRun:
    """The run that is recorded when a trigger cannot start a job: in state ERROR for a deleted job, else FAILED."""
    run = new_run(job or {"Name": name, "Command": {"Name": "glueetl"}, "Timeout": 480}, request)
    busy = error.code == "ConcurrentRunsExceededException"
    return run.changed(
        JobRunState="FAILED" if job else "ERROR",
        ErrorMessage="Max concurrent runs exceeded" if busy else error.message,  # real for a busy job
        CompletedOn=run.StartedOn,
    )
