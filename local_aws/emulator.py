"""The embedded AWS (ministack): everything taken from it and everything plugged into it.

Nothing else imports ministack. Each thing relied on here that is not its public interface has a contract test in
tests/local_aws/test_emulator.py, so that an upgrade which breaks one says which.

Call `prepare` before anything else: the emulator reads its settings from the environment when it is imported.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT_ID = "000000000000"
ROOT_KEY = "test"
"""Access key and secret of the account's root user on this endpoint, which listens on loopback only."""

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Response]]

_SAVE_DELAY_S = 0.05
_SAVE_SHARE = 0.2
"""At most this part of the time goes into saving, however large the state has become."""
_READ_ONLY = ("Get", "List", "Describe", "BatchGet", "Search", "Filter", "Lookup", "Head", "Query", "Scan", "Test")


def prepare(state_dir: Path, port: int, log_level: str = "ERROR") -> None:
    """Set the emulator's environment: state below `state_dir`, loopback only, IAM enforced, one port.

    The caller's own AWS settings are removed, so that a real account's keys never become the emulator's.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "MINISTACK_", "LOCALSTACK_"))]:
        del os.environ[name]
    os.environ.update(
        AUTH="true",
        MINISTACK_ACCOUNT_ID=ACCOUNT_ID,
        MINISTACK_HOST="127.0.0.1",
        AWS_EC2_METADATA_DISABLED="true",
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state_dir / "s3"),
        PERSIST_STATE="1",
        STATE_DIR=str(state_dir / "emulator"),
        ATHENA_ENGINE="duckdb",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        DOCKER_HOST="unix:///nonexistent",
        LOG_LEVEL=log_level,
    )


# Serving


class Application:
    """The emulator as an ASGI application, with requests counted as TLS and changes of state saved.

    Loopback stands for TLS (`aws:SecureTransport` is true), so that bucket policies stay as they are on AWS.
    """

    def __init__(self) -> None:
        from ministack import app

        self._app = app
        self._dirty: set[str] = set()
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._dispatch = app._dispatch_service_request
        app._dispatch_service_request = self._dispatch_and_note
        _change_listeners[:] = [self.note_change]
        _name_resources_in_denials()
        _tell_namespace_of_metrics()
        _keep_full_buckets()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one connection, as ASGI has it."""
        if scope["type"] == "http":
            scope = {**scope, "scheme": "https"}
        await self._app.app(scope, receive, send)

    async def _dispatch_and_note(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
    ) -> Response:
        response: Response = await self._dispatch(method, path, headers, body, query, request_id)
        if not _is_read_only(method, path, headers, body):
            self.note_change(_signed_service(headers))
        return response

    def note_change(self, service: str) -> None:
        """Have the state of `service` (its name in a signature) saved soon; an unknown name saves everything.

        May be called from any thread.
        """
        self._dirty.add(service)
        self._loop.call_soon_threadsafe(self._wake.set)

    async def save_changes(self) -> None:
        """Save what changed, shortly after it changed, for as long as the server runs."""
        took = 0.0
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(max(_SAVE_DELAY_S, took / _SAVE_SHARE))
            changed, self._dirty = self._dirty, set()
            started = time.monotonic()
            self.save(changed)
            took = time.monotonic() - started
            if "cloudformation" in changed and self._stacks_in_progress():
                self.note_change("cloudformation")

    def save(self, services: set[str] | None = None) -> None:
        """Save the state of these services, or of all: a stack may have changed any of them."""
        from ministack.core import persistence

        states = self._app._build_persistence_save_dict()
        modules = {name: config["module"] for name, config in self._app.SERVICE_REGISTRY.items()}
        if services is not None and "cloudformation" not in services and services <= modules.keys():
            states = {key: state for key, state in states.items() if key in {modules[name] for name in services}}
        persistence.save_all(states)

    @staticmethod
    def _stacks_in_progress() -> bool:
        from ministack.services.cloudformation import _stacks

        return any(str(stack.get("StackStatus", "")).endswith("IN_PROGRESS") for stack in _stacks._data.values())


_change_listeners: list[Callable[[str], None]] = []


def _changed(*services: str) -> None:
    """What is changed here past the request that caused it has to be saved too."""
    for listener in _change_listeners:
        for service in services:
            listener(service)


def _name_resources_in_denials() -> None:
    """Have every denial name the resource, as AWS's do; the emulator leaves it out for most services."""
    from ministack.core import iam_actions

    original = iam_actions.access_denied_response

    def access_denied_response(
        service: str, action: str, principal_arn: str, request_id: str, **details: Any
    ) -> Response:
        resource = details.get("resource_arn", "*")
        by_identity = not details.get("message") and not details.get("error_code")
        if by_identity and not details.get("resource_policy_arn") and resource != "*":
            details["message"] = iam_actions.identity_denial_message(
                action,
                principal_arn,
                f'"{resource}"' if service == "s3" else resource,
                details.get("explicit_deny", False),
            )
        response: Response = original(service, action, principal_arn, request_id, **details)
        return response

    iam_actions.access_denied_response = access_denied_response


def _tell_namespace_of_metrics() -> None:
    """Give policies on PutMetricData the key that AWS gives them, `cloudwatch:namespace`."""
    from ministack.core import iam_actions

    original = iam_actions.request_tag_context

    def request_tag_context(service: str, action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = original(service, action, body, params)
        if action == "cloudwatch:PutMetricData":
            context["cloudwatch:namespace"] = _metric_namespace(body, params)
        return context

    iam_actions.request_tag_context = request_tag_context


def _metric_namespace(body: bytes, params: Mapping[str, Any]) -> str:
    """The namespace of a PutMetricData request in any of its three protocols: query, JSON, CBOR."""
    import cbor2

    if "Namespace" in params:
        value = params["Namespace"]
        return str(value[0] if isinstance(value, list) else value)
    with contextlib.suppress(ValueError, EOFError):
        return str((json.loads if body[:1] == b"{" else cbor2.loads)(body).get("Namespace", ""))
    return ""


def _keep_full_buckets() -> None:
    """Have CloudFormation fail to delete a bucket that holds anything, as on AWS; the emulator deletes it with all."""
    from ministack.services import s3
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    original = handler["delete"]

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        bucket = s3._buckets.get(physical_id)
        versions = any(name == physical_id and kept for (name, _), kept in s3._object_versions.items())
        if bucket and (bucket["objects"] or versions):
            raise ValueError(
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket. "
                "(Service: S3, Status Code: 409)"
            )
        original(physical_id, properties)

    handler["delete"] = delete


def _signed_service(headers: Mapping[str, str]) -> str:
    scope = headers.get("authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) > 3 else ""


def _is_read_only(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bool:
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    if _signed_service(headers) == "s3":
        return "/" in path.strip("/")  # objects lie on disk at once; only buckets have state to save
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    if not target and b"Action=" in body[:4096]:
        target = body.partition(b"Action=")[2].partition(b"&")[0].decode("latin-1")
    return target.startswith(_READ_ONLY)


def plug_service(name: str, handler: Handler) -> Handler:
    """Put `handler` in front of a service; return the emulator's own, to hand requests on to."""
    from ministack import app

    original: Handler = app.SERVICE_HANDLERS[name]
    app.SERVICE_HANDLERS[name] = handler
    return original


def plug_resource_type(
    resource_type: str,
    *,
    create: Callable[..., tuple[str, dict[str, Any]]],
    update: Callable[..., tuple[str, dict[str, Any]]],
    delete: Callable[..., None],
    replaced_by: tuple[str, ...],
) -> None:
    """Have CloudFormation make a resource type by these functions.

    Args:
        resource_type: such as `AWS::Glue::Workflow`.
        create: (logical id, properties, stack name) -> (physical id, attributes).
        update: (physical id, old properties, new properties, stack name) -> the same.
        delete: (physical id, properties).
        replaced_by: properties whose change replaces the resource.
    """
    from ministack.services.cloudformation import provisioners

    provisioners._RESOURCE_HANDLERS[resource_type] = {"create": create, "update": update, "delete": delete}
    provisioners._REPLACING_PROPERTIES[resource_type] = replaced_by
    provisioners._CUSTOM_NAME_REPLACEMENT[resource_type] = {"name": "Name"}


def physical_name(stack: str, logical_id: str) -> str:
    """The name that CloudFormation gives to a resource whose template gives none."""
    from ministack.services.cloudformation import provisioners

    return str(provisioners._physical_name(stack, logical_id, max_len=255))


# Whose request this is


@dataclass(frozen=True)
class Scope:
    """The account and region that a request or a run belongs to."""

    account_id: str
    region: str

    def __str__(self) -> str:
        return f"{self.account_id}/{self.region}"

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read what `str` gave."""
        account_id, _, region = text.partition("/")
        return cls(account_id, region)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Make the emulator's stores answer for this account and region."""
        from ministack.core.iam_evaluator import pin_request_origin
        from ministack.core.responses import request_scope

        with request_scope(self.account_id, self.region):
            pin_request_origin("127.0.0.1", True)  # noqa: FBT003 - the emulator's own signature
            yield


def request_scope() -> Scope:
    """The scope of the request that is being served."""
    from ministack.core.responses import get_account_id, get_region

    return Scope(get_account_id(), get_region())


def request_access_key(headers: Mapping[str, str]) -> str:
    """The access key that signed a request."""
    return headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]


# Roles and permissions


@dataclass(frozen=True)
class RoleSession:
    """Temporary credentials of a role."""

    access_key: str
    secret_key: str
    token: str
    role_arn: str
    arn: str


class RoleUnusableError(Exception):
    """A role does not exist, or does not trust Glue."""


def role_exists_and_trusts(role: str, service_principal: str = "glue.amazonaws.com") -> bool:
    """Whether a role (ARN or name) exists in the scope's account and lets the service assume it."""
    from ministack.core.iam_evaluator import evaluate_trust_policy
    from ministack.services import iam

    found = iam._roles.get(role.rpartition("/")[2])
    if not found:
        return False
    trust = found["AssumeRolePolicyDocument"]
    document = json.loads(trust) if isinstance(trust, str) else trust
    # The evaluator knows no service callers: name the service as if it were a principal of its own.
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    as_principals = [
        {**statement, "Principal": {"AWS": statement.get("Principal", {}).get("Service", [])}}
        for statement in statements
        if isinstance(statement.get("Principal"), dict)
    ]
    return bool(evaluate_trust_policy({"Statement": as_principals}, service_principal))


def assume_role(scope: Scope, role: str, session_name: str, lifetime_s: int) -> RoleSession:
    """Hand out credentials of a role.

    Raises:
        RoleUnusableError: the role is absent or does not trust Glue; the text is AWS's.
    """
    from ministack.services import iam, sts

    with scope.entered():
        if not role_exists_and_trusts(role):
            raise RoleUnusableError(
                f"Service is unable to assume provided role {role}. Please verify role's TrustPolicy"
            )
        record = iam._roles.get(role.rpartition("/")[2])
        name = record["RoleName"]
        session = RoleSession(
            access_key="ASIA" + secrets.token_hex(8).upper(),
            secret_key=secrets.token_urlsafe(30),
            token=secrets.token_urlsafe(64),
            role_arn=record["Arn"],
            arn=f"arn:aws:sts::{scope.account_id}:assumed-role/{name}/{session_name}",
        )
        sts.register_session(
            session.access_key,
            {
                "AccountId": scope.account_id,
                "SecretAccessKey": session.secret_key,
                "SessionToken": session.token,
                "Arn": session.arn,
                "RoleArn": session.role_arn,
                "UserId": f"{record['RoleId']}:{session_name}",
                "Expiration": time.time() + lifetime_s,
            },
        )
        return session


def denial(access_key: str, action: str, resource: str, context: Mapping[str, Any] | None = None) -> str | None:
    """Evaluate IAM for one action in the current scope; return the denied principal's ARN, or None when allowed."""
    from ministack.core.iam_evaluator import enforce

    service = action.partition(":")[0]
    denied = enforce(
        access_key, action, service, request_scope().region, resource_arn=resource, service_context=dict(context or {})
    )
    return None if denied is None else str(getattr(denied, "principal_arn", "") or access_key)


def plug_glue_resources(resources: Callable[[str, Mapping[str, Any], Scope], list[str]]) -> None:
    """Name the resources of Glue operations for the IAM check as AWS does (the emulator's own names are wrong).

    Args:
        resources: (operation, parameters, scope) -> ARNs; the emulator checks the first.
    """
    from ministack.core import iam_actions

    original = iam_actions.extract_resource_arn

    def extract_resource_arn(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, *rest: Any
    ) -> str:
        if service != "glue":
            return str(original(service, method, path, headers, body, *rest))
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            parameters = json.loads(body or b"{}")
        except ValueError:
            parameters = {}
        return resources(operation, parameters, request_scope())[0]

    iam_actions.extract_resource_arn = extract_resource_arn


# Object files, logs


@dataclass(frozen=True)
class ObjectFile:
    """A current S3 object and the file that holds its bytes."""

    key: str
    path: str
    size: int


def object_files(scope: Scope) -> dict[str, list[ObjectFile]]:
    """Each bucket of the account with its current objects."""
    from ministack.services import s3

    with scope.entered():
        return {
            bucket: [
                ObjectFile(key, str(s3._object_disk_path(bucket, key)), int(record.get("size", 0)))
                for key, record in list(content["objects"].items())
            ]
            for bucket, content in list(s3._buckets.items())
        }


def objects_under(scope: Scope, bucket: str, prefix: str) -> list[ObjectFile]:
    """The current objects of a bucket whose key starts with a prefix, by key; none where there is no such bucket."""
    from ministack.services import s3

    with scope.entered():
        content = s3._buckets.get(bucket) or {"objects": {}}
        return [
            ObjectFile(key, str(s3._object_disk_path(bucket, key)), int(record.get("size", 0)))
            for key, record in sorted(content["objects"].items())
            if key.startswith(prefix)
        ]


def put_object(scope: Scope, bucket: str, key: str, body: bytes, content_type: str) -> bool:
    """Write an object past IAM, which the caller has asked; return False where S3 refuses it."""
    from ministack.services import s3

    with scope.entered():
        headers = {"content-type": content_type, "content-length": str(len(body))}
        return bool(s3._put_object(bucket, key, body, headers)[0] < 300)


def scratch_folder(name: str) -> Path:
    """A folder of the state folder for what need not outlive the server."""
    return Path(os.environ["STATE_DIR"]).with_name(name)


def bucket_exists(scope: Scope, bucket: str) -> bool:
    """Whether the account has a bucket of that name."""
    from ministack.services import s3

    with scope.entered():
        return bucket in s3._buckets


def put_log_lines(scope: Scope, group: str, stream: str, lines: list[tuple[int, str]]) -> None:
    """Append lines (epoch milliseconds, text) to a log stream, making group and stream as needed."""
    from ministack.services import cloudwatch_logs as logs

    with scope.entered():
        if group not in logs._log_groups:
            logs._create_log_group({"logGroupName": group})
        if stream not in logs._log_groups[group]["streams"]:
            logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
        events = [{"timestamp": when, "message": text} for when, text in lines]
        logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": events})
    _changed("logs")


def set_glue_tags(scope: Scope, arn: str, tags: Mapping[str, str]) -> None:
    """Set all tags of a Glue resource; none takes them away."""
    from ministack.services import glue

    with scope.entered():
        if tags:
            glue._tags[arn] = dict(tags)
        else:
            glue._tags.pop(arn, None)


def object_file(scope: Scope, bucket: str, key: str) -> str | None:
    """The file that holds a current object's bytes, or None where there is no such object."""
    from ministack.services import s3

    with scope.entered():
        content = s3._buckets.get(bucket)
        return str(s3._object_disk_path(bucket, key)) if content and key in content["objects"] else None


def permission_checker(access_key: str) -> Callable[..., bool]:
    """A function (action, resource ARN, context = {}) -> allowed, for many checks in the current scope."""

    def allowed(action: str, resource: str, context: Mapping[str, Any] | None = None) -> bool:
        return denial(access_key, action, resource, context) is None

    return allowed


# Athena


@dataclass(frozen=True)
class QueryOutcome:
    """How a query ended.

    Attributes:
        state: SUCCEEDED, FAILED or CANCELLED.
        reason: of one that did not succeed.
        error: its AthenaError.
        columns: ColumnInfo of each column.
        rows: texts, None for NULL.
        scanned: bytes that were read.
    """

    state: str
    reason: str = ""
    error: Mapping[str, Any] | None = None
    columns: Sequence[Mapping[str, Any]] = ()
    rows: Sequence[Sequence[str | None]] = ()
    scanned: int = 0


_live_queries: set[str] = set()
"""Ids of the queries that this process started: what else is RUNNING was cut short when an earlier one ended."""


def plug_queries(run: Callable[[str, str], Awaitable[QueryOutcome]]) -> None:
    """Have queries run by this function of (execution id, location of the result); DDL of tables stays as it is."""
    from ministack.services import athena

    original = athena._execute_query

    async def execute(query_id: str, query: str, database: str, ddl: Any, catalog: str | None = None) -> None:
        execution = athena._executions[query_id]
        if ddl is not None:
            location = execution["ResultConfiguration"]["OutputLocation"]
            execution["ResultConfiguration"]["OutputLocation"] = location.removesuffix(".csv") + ".txt"
            await original(query_id, query, database, ddl, catalog)
        else:
            _live_queries.add(query_id)
            await _execute(execution, query_id, run)
        _changed("athena", "glue")

    athena._execute_query = execute


async def _execute(
    execution: dict[str, Any], query_id: str, run: Callable[[str, str], Awaitable[QueryOutcome]]
) -> None:
    status, statistics = execution["Status"], execution["Statistics"]
    status["State"] = "RUNNING"
    started = time.monotonic()
    outcome = await run(query_id, execution["ResultConfiguration"]["OutputLocation"])
    took_ms = round((time.monotonic() - started) * 1000)
    statistics.update(
        DataScannedInBytes=outcome.scanned, EngineExecutionTimeInMillis=took_ms, TotalExecutionTimeInMillis=took_ms
    )
    if status["State"] != "RUNNING":  # stopped meanwhile
        return
    status.update(State=outcome.state, CompletionDateTime=time.time())
    if outcome.state == "SUCCEEDED":
        execution["_result"] = {"columns": list(outcome.columns), "rows": [list(row) for row in outcome.rows]}
    else:
        status["StateChangeReason"] = outcome.reason
    if outcome.error:
        status["AthenaError"] = dict(outcome.error)


def query_execution(scope: Scope, execution_id: str) -> dict[str, Any] | None:
    """A query's execution, with its `_result` ("columns", "rows") when it succeeded; None where there is none."""
    from ministack.services import athena

    with scope.entered():
        found: dict[str, Any] | None = athena._executions.get(execution_id)
    if found and found["Status"]["State"] == "RUNNING" and execution_id not in _live_queries:
        found["Status"].update(State="FAILED", StateChangeReason="The local AWS ended while this ran")
    return found


def work_group(scope: Scope, name: str) -> dict[str, Any] | None:
    """An Athena work group as GetWorkGroup has it, or None."""
    from ministack.services import athena

    with scope.entered():
        athena._ensure_default_workgroup()
        found: dict[str, Any] | None = athena._workgroups.get(name)
        return found


def catalog_has_database(scope: Scope, database: str) -> bool:
    """Whether the Glue catalog has a database."""
    from ministack.services import glue

    with scope.entered():
        return database in glue._databases


def catalog_table(scope: Scope, database: str, table: str) -> dict[str, Any] | None:
    """A table of the Glue catalog as GetTable has it, or None."""
    from ministack.services import glue

    with scope.entered():
        found: dict[str, Any] | None = glue._tables.get(f"{database}/{table}")
        return found


def catalog_partitions(scope: Scope, database: str, table: str) -> list[dict[str, Any]]:
    """The partitions of a table as GetPartitions has them."""
    from ministack.services import glue

    with scope.entered():
        return list(glue._partitions.get(f"{database}/{table}", []))
