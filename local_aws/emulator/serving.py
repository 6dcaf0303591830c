"""The emulator as an ASGI application whose changes are saved."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_aws.emulator.bucket_configurations import keep_bucket_configurations
from local_aws.emulator.changes import listeners
from local_aws.emulator.corrections import (
    keep_full_buckets,
    name_resources_in_denials,
    search_streams_by_prefix,
    tell_namespace_of_metrics,
)
from local_aws.emulator.identity import note_caller
from local_aws.emulator.managed_policies import know_managed_policies
from local_aws.emulator.policy_checks import check_policies
from local_aws.emulator.protocol import Handler, Response
from local_aws.emulator.security_group_rules import add_security_group_rules
from local_aws.emulator.service_roles import act_as_service_roles
from local_aws.emulator.stack_corrections import (
    keep_stacks_in_use,
    keep_what_templates_say,
    name_what_templates_cannot_have,
    refuse_names_that_lead_nowhere,
)
from local_aws.emulator.state_machines import add_integrations, run_with_roles

ACCOUNT_ID = "000000000000"

ROOT_KEY = "test"
"""Access key and secret of the account's root user on this endpoint, which listens on loopback only."""


_SAVE_DELAY_S = 0.05

_SAVE_SHARE = 0.2
"""At most this part of the time goes into saving where nobody waits for it, however large the state has become."""

_QUICK_SAVE_S = 0.1
"""While saving takes no longer than this, a change is answered when it is saved; a larger state is saved soon after."""

_SAVES_LOOKED_AT = 3
"""The quickest of these last saves counts, so that a moment in which the machine was busy does not."""

_DATA_SERVICES = frozenset({"dynamodb", "kinesis", "logs", "monitoring", "sqs", "s3"})
"""Their many small changes are not waited for. (Objects of S3 are on disk at once.)"""

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


class _QuickJson:
    """The module json, but for `dump`, which makes the text in one go: in pieces, as json does it, takes far longer."""

    def __getattr__(self, name: str) -> Any:
        return getattr(json, name)

    @staticmethod
    def dump(value: Any, file: Any, **settings: Any) -> None:
        file.write(json.dumps(value, **settings))


class Application:
    """The emulator as an ASGI application, with requests counted as TLS and changes of state saved.

    Loopback stands for TLS (`aws:SecureTransport` is true), so that bucket policies stay as they are on AWS.
    """

    def __init__(self) -> None:
        from ministack import app
        from ministack.core import persistence

        self._app = app
        self._dirty: set[str] = set()
        self._waiting: list[asyncio.Future[None]] = []
        self._saves_took_s = deque([0.0], maxlen=_SAVES_LOOKED_AT)
        self._wake = asyncio.Event()
        self._awaited = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._dispatch = app._dispatch_service_request
        app._dispatch_service_request = self._dispatch_and_note
        listeners[:] = [self.note_change]
        name_resources_in_denials()
        tell_namespace_of_metrics()
        keep_full_buckets()
        keep_bucket_configurations()
        search_streams_by_prefix()
        run_with_roles()
        act_as_service_roles()
        keep_what_templates_say()
        keep_stacks_in_use()
        name_what_templates_cannot_have()
        refuse_names_that_lead_nowhere()
        add_integrations()
        add_security_group_rules()
        persistence.json = _QuickJson()
        know_managed_policies()
        check_policies()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one connection, as ASGI has it."""
        if scope["type"] == "http":
            scope = {**scope, "scheme": "https"}
        await self._app.app(scope, receive, send)

    async def _dispatch_and_note(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
    ) -> Response:
        note_caller(headers)
        response: Response = await self._dispatch(method, path, headers, body, query, request_id)
        if not _is_read_only(method, path, headers, body):
            service = _signed_service(headers)
            self.note_change(service)
            if service not in _DATA_SERVICES and min(self._saves_took_s) < _QUICK_SAVE_S:
                saved = self._loop.create_future()
                self._waiting.append(saved)
                self._awaited.set()
                await saved
        return response

    def note_change(self, service: str) -> None:
        """Have the state of `service` (its name in a signature) saved soon; an unknown name saves everything.

        May be called from any thread.
        """
        self._dirty.add(service)
        self._loop.call_soon_threadsafe(self._wake.set)

    async def save_changes(self) -> None:
        """Save what changed, shortly after it changed, for as long as the server runs."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            with contextlib.suppress(TimeoutError):  # of what nobody waits for more is saved at once
                delay = max(_SAVE_DELAY_S, min(self._saves_took_s) / _SAVE_SHARE)
                await asyncio.wait_for(self._awaited.wait(), delay)
            self._awaited.clear()
            changed, self._dirty = self._dirty, set()
            waiting, self._waiting = self._waiting, []
            unfinished = "cloudformation" in changed and self._stacks_in_progress()
            started = time.monotonic()
            self.save(changed)
            self._saves_took_s.append(time.monotonic() - started)
            for saved in waiting:
                if not saved.done():  # the client may have gone
                    saved.set_result(None)
            if unfinished:  # it goes on without a request
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
