"""Step Functions: tasks run with the state machine's role, and wait for Glue jobs and Athena queries.

The emulator calls other services past IAM, and knows no `glue:` and `athena:` integrations. Both are put in front of it
here: a task's request goes through the same door as a client's, with credentials of the role.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from local_aws.emulator.gate.doors import let_in
from local_aws.emulator.gate.payloads import VerifiedSignature
from local_aws.emulator.identity import RoleSession, RoleUnusableError, assume_role, request_scope
from local_aws.emulator.protocol import Response
from local_aws.emulator.step_functions.branches import GivenUpError, is_given_up
from local_aws.emulator.step_functions.task_history import task_submitted

_POLL_S = 0.2
_SESSION_S = 12 * 3600
_PREFIX = "arn:aws:states:::"

_ROLE: ContextVar[RoleSession | None] = ContextVar("role of the execution that runs", default=None)
_EXECUTION: ContextVar[str] = ContextVar("ARN of the execution that runs", default="")
_DEADLINE: ContextVar[float | None] = ContextVar("when the task's TimeoutSeconds are over", default=None)


def role_of_execution() -> RoleSession | None:
    """The role with which the execution in whose thread this is runs; None outside of executions."""
    return _ROLE.get()


@dataclass(frozen=True)
class _Waited:
    """Something that `.sync` starts and waits for.

    Attributes:
        service: as in `x-amz-target`'s credential scope: glue, athena.
        start: the operation that starts it.
        get: (answer of start, parameters) -> operation and parameters that read it.
        stop: the same for what stops it.
        read: answer of get -> (state, what the task gives).
        succeeded: the state that is success.
        waiting: states in which it is not over.
    """

    service: str
    start: str
    get: Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[str, dict[str, Any]]]
    stop: Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[str, dict[str, Any]]]
    read: Callable[[Mapping[str, Any]], tuple[str, Any]]
    waiting: tuple[str, ...]
    succeeded: str = "SUCCEEDED"


_JOB_RUN = _Waited(
    service="glue",
    start="StartJobRun",
    get=lambda made, given: ("GetJobRun", {"JobName": given["JobName"], "RunId": made["JobRunId"]}),
    stop=lambda made, given: (
        "BatchStopJobRun",
        {"JobName": given["JobName"], "JobRunIds": [made["JobRunId"]]},
    ),
    read=lambda answer: (answer["JobRun"]["JobRunState"], answer["JobRun"]),
    waiting=("STARTING", "RUNNING", "STOPPING", "WAITING"),
)
_QUERY = _Waited(
    service="athena",
    start="StartQueryExecution",
    get=lambda made, _given: ("GetQueryExecution", {"QueryExecutionId": made["QueryExecutionId"]}),
    stop=lambda made, _given: ("StopQueryExecution", {"QueryExecutionId": made["QueryExecutionId"]}),
    read=lambda answer: (answer["QueryExecution"]["Status"]["State"], answer),
    waiting=("QUEUED", "RUNNING"),
)
_WAITED = {"glue:startJobRun": _JOB_RUN, "athena:startQueryExecution": _QUERY}
_SIMPLE = {
    "athena:getQueryExecution": "GetQueryExecution",
    "athena:getQueryResults": "GetQueryResults",
    "athena:stopQueryExecution": "StopQueryExecution",
}
"""Integrations without `.sync` (developer guide, "Call Athena with Step Functions")."""


def run_with_roles() -> None:
    """Have executions, and the requests of their tasks, run with the state machine's role."""
    from ministack import app
    from ministack.services import stepfunctions

    run_execution = stepfunctions._run_execution
    call_handler = app.call_service_handler_sync

    def run(execution_arn: str) -> None:
        execution = stepfunctions._executions.get(execution_arn)
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) if execution else None
        if not execution or not machine:
            run_execution(execution_arn)
            return
        try:
            session = assume_role(
                request_scope(),
                machine["roleArn"],
                execution["name"],
                _SESSION_S,
                service_principal="states.amazonaws.com",
                source_arn=machine["stateMachineArn"],  # developer guide, "cross-service confused deputy prevention"
            )
        except RoleUnusableError:
            text = f"The role {machine['roleArn']} does not exist or does not trust states.amazonaws.com"
            stepfunctions._fail_execution(execution, "States.Permissions", text)
            return
        _ROLE.set(session)
        _EXECUTION.set(execution_arn)
        run_execution(execution_arn)

    def call(
        handler: Any,
        method: str,
        path: str,
        headers: dict[str, str],
        body: Any,
        query: Any,
        timeout: float | None = None,
    ) -> Any:
        role = _ROLE.get()
        scope = headers.get("authorization", "").partition("Credential=")[2].partition("/")[2]
        if role is None or not scope:
            return call_handler(handler, method, path, headers, body, query, timeout)
        signed = {**headers, "authorization": f"AWS4-HMAC-SHA256 Credential={role.access_key}/{scope}"}
        target = headers.get("x-amz-target", "")
        sent = _with_token(target, body) if target else _in_bytes(body)
        for_s3 = handler is app.SERVICE_HANDLERS["s3"]

        async def dispatch(*_: Any) -> Response:
            _ROLE.set(None)  # what the request causes acts in its own name
            let_in(VerifiedSignature(role.access_key, "UNSIGNED-PAYLOAD"), for_s3=for_s3)
            response: Response = await app._dispatch_service_request(method, path, signed, sent, query, "sfn")
            return response

        return call_handler(dispatch, method, path, signed, sent, query, timeout)

    stepfunctions._run_execution = run
    app.call_service_handler_sync = call


def _in_bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""


def _with_token(target: str, body: Any) -> bytes:
    """The body with the idempotency token that an SDK would put in."""
    given = json.loads(body or b"{}")
    if target.endswith((".StartQueryExecution", ".CreateNamedQuery")):
        given.setdefault("ClientRequestToken", str(uuid.uuid4()))
    return json.dumps(given).encode()


def add_integrations() -> None:
    """Add the optimised integrations of Glue and Athena, with and without `.sync`."""
    from ministack.services import stepfunctions

    for name, waited in _WAITED.items():
        stepfunctions._SERVICE_DISPATCH[_PREFIX + name] = _starter(_PREFIX + name, waited)
    for name, operation in _SIMPLE.items():
        stepfunctions._SERVICE_DISPATCH[_PREFIX + name] = _caller(_PREFIX + name, operation)

    with_timeout = stepfunctions._invoke_resource_with_timeout

    def invoke(resource: str, given: Any, timeout: float) -> Any:
        before = _DEADLINE.set(time.monotonic() + timeout)
        try:
            return with_timeout(resource, given, timeout)
        finally:
            _DEADLINE.reset(before)

    stepfunctions._invoke_resource_with_timeout = invoke


def _caller(arn: str, operation: str) -> Callable[[str, dict[str, Any]], Any]:
    def handle(resource: str, given: dict[str, Any]) -> Any:
        _check_pattern(resource, (arn,))
        return _in_milliseconds(_call("athena", operation, given))

    return handle


def _starter(arn: str, waited: _Waited) -> Callable[[str, dict[str, Any]], Any]:
    def handle(resource: str, given: dict[str, Any]) -> Any:
        _check_pattern(resource, (arn, f"{arn}.sync"))
        made = _call(waited.service, waited.start, given)
        if not resource.endswith(".sync"):
            return made
        task_submitted(made)
        return _wait(waited, made, given)

    return handle


def _check_pattern(resource: str, known: tuple[str, ...]) -> None:
    from ministack.services.stepfunctions import _ExecutionError

    if resource not in known:
        raise _ExecutionError("States.Runtime", f"The resource {resource} is none of {', '.join(known)}")


def _wait(waited: _Waited, made: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """Wait for the end; a task that is given up stops what it started.

    That the cause of a failure is the JobRun as JSON is real; for Athena the shape is unverified.
    """
    from ministack.services.stepfunctions import _ExecutionError

    with _stopping_when_given_up(waited, made, given) as wanted:
        while wanted():
            state, result = waited.read(_call(waited.service, *waited.get(made, given)))
            if state == waited.succeeded:
                return _in_milliseconds(result)
            if state not in waited.waiting:
                raise _ExecutionError("States.TaskFailed", json.dumps(_in_milliseconds(result)))
            time.sleep(_POLL_S)
    if is_given_up():
        raise GivenUpError
    raise _ExecutionError("States.Timeout", "The task was given up")


@contextmanager
def _stopping_when_given_up(
    waited: _Waited, made: Mapping[str, Any], given: Mapping[str, Any]
) -> Iterator[Callable[[], bool]]:
    """Give a function that says whether the result is still wanted; once it was not, stop what was started."""
    from ministack.services import stepfunctions

    given_up = False

    def wanted() -> bool:
        nonlocal given_up
        deadline = _DEADLINE.get()
        execution = stepfunctions._executions.get(_EXECUTION.get())
        late = deadline is not None and time.monotonic() >= deadline
        given_up = late or not execution or execution["status"] != "RUNNING" or is_given_up()
        return not given_up

    yield wanted
    if given_up:
        _call(waited.service, *waited.stop(made, given))


def _call(service: str, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """One request with the role of the execution; an error is `Glue.…Exception` or `Athena.…Exception`."""
    from ministack import app
    from ministack.services import stepfunctions

    info = stepfunctions._AWS_SDK_SERVICE_MAP[service]
    headers = {
        "x-amz-target": f"{info['target_prefix']}.{operation}",
        "content-type": "application/x-amz-json-1.1",
        "host": f"{service}.{request_scope().region}.amazonaws.com",
        "authorization": f"AWS4-HMAC-SHA256 Credential=-/20260101/{request_scope().region}/{service}/aws4_request",
    }
    status, _, body = app.call_service_handler_sync(
        app.SERVICE_HANDLERS[service], "POST", "/", headers, json.dumps(given).encode(), {}
    )
    answer: dict[str, Any] = json.loads(body or b"{}")
    if status >= 400:
        code = str(answer.get("__type", "ServiceException")).rpartition("#")[2]
        text = str(answer.get("Message") or answer.get("message") or "")
        raise stepfunctions._ExecutionError(f"{service.capitalize()}.{code}", text)
    return answer


_TIMES = ("StartedOn", "LastModifiedOn", "CompletedOn", "SubmissionDateTime", "CompletionDateTime")


def _in_milliseconds(value: Any) -> Any:
    """The optimised integrations give times as epoch milliseconds (seen in real outputs of Glue's)."""
    if isinstance(value, dict):
        return {
            name: round(item * 1000) if name in _TIMES and isinstance(item, int | float) else _in_milliseconds(item)
            for name, item in value.items()
        }
    return [_in_milliseconds(item) for item in value] if isinstance(value, list) else value
