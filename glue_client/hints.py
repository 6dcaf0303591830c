"""What errors say to do next: the AWS CLI's words, or a shorter call where the caller has one."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

Call = Callable[..., str]
"""Of a job's name and `following` the call that shows the log of its latest run, and goes on to its end."""
_LOG_OF = ContextVar[Call | None]("how the log of a job's latest run is shown", default=None)
EVENTS = "aws logs filter-log-events --query 'events[].[message]' --output text"
"""One message a line. `aws logs tail` is not in the CLI's version 1."""


@contextlib.contextmanager
def logs_by(call: Call) -> Iterator[None]:
    """While this lasts, errors name that call."""
    token = _LOG_OF.set(call)
    try:
        yield
    finally:
        _LOG_OF.reset(token)


def log_of(job: str, place: tuple[str, str]) -> str:
    """The call that shows the log of a job, which stands in this log group and stream."""
    call = _LOG_OF.get()
    return call(job, following=False) if call else events_of(place)


def wait_for(job: str) -> str:
    """The words to wait for a job's latest run, with the call that follows it where there is a short one."""
    call = _LOG_OF.get()
    return f"wait for it ({call(job, following=True)})" if call else "wait for it"


def events_of(place: tuple[str, str]) -> str:
    """The same of a log group and the beginning of a stream's name."""
    return f"{EVENTS} --log-group-name {place[0]} --log-stream-name-prefix {place[1]}"


def stop_run(job: str, run_id: str) -> str:
    """The call that stops a job's run."""
    return f"aws glue batch-stop-job-run --job-name {job} --job-run-ids {run_id}"


def run_of(job: str, run_id: str) -> str:
    """The call that tells of a job's run what there is to tell; a run that never started has no log."""
    return f"aws glue get-job-run --job-name {job} --run-id {run_id}"
