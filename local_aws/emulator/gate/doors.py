"""Which of the emulator's ways in are open: what the gate let through, and that alone.

Beside AWS's APIs the emulator answers health pages, resets, settings, inboxes, downloads and metadata before it looks
at anybody's credentials. They are closed. What a request is for is decided by what it is signed for, not by its path.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from local_aws.emulator.gate.arrivals import Arrival
from local_aws.emulator.gate.keys import RootKey, hand_out_unguessable_keys
from local_aws.emulator.gate.payloads import VerifiedSignature
from local_aws.emulator.protocol import Response

HEALTH_PATH = "/_ministack/health"
"""Says that this server answers, and nothing else."""

_OWN_PATHS = ("/_ministack/", "/_localstack/", "/_aws/", "/_alb/")

_CAPABILITIES = ("/_ministack/cfn-response/", "/_ministack/cfn-signal/")
"""Addresses that CloudFormation hands to custom resources and wait conditions, as AWS hands out presigned URLs: who
knows the random name at the end may put an answer there."""

VERIFIED: ContextVar[VerifiedSignature | None] = ContextVar("who signed the request that is served", default=None)

_FOR_S3: ContextVar[bool] = ContextVar("whether the request that is served is for S3", default=False)


def let_in(signature: VerifiedSignature, *, for_s3: bool) -> None:
    """Say for the rest of this request who sent it, and whether it is for S3."""
    VERIFIED.set(signature)
    _FOR_S3.set(for_s3)


def is_for_s3() -> bool:
    """Whether the request that is served is for S3, however it was signed."""
    return _FOR_S3.get()


def verified_key() -> str:
    """The access key of the request that is served; empty for an anonymous one, and outside of requests."""
    verified = VERIFIED.get()
    return verified.access_key if verified else ""


def is_capability(arrival: Arrival) -> bool:
    """Whether a request needs no signature because its address is a secret."""
    return arrival.method == "PUT" and arrival.path.startswith(_CAPABILITIES)


def is_closed(arrival: Arrival) -> bool:
    """Whether a path is one of the emulator's own, which no API of AWS has."""
    return arrival.path.startswith(_OWN_PATHS)


def bucket_exists(bucket: str) -> bool:
    """Whether any account has a bucket of that name."""
    from ministack.services import s3

    return s3._bucket_owner_account(bucket) is not None


def close_side_doors(root: RootKey) -> None:
    """Make the emulator serve what the gate let through, as whom the gate found it to be."""
    from ministack import app
    from ministack.core import iam_evaluator
    from ministack.services import s3

    if not root.is_usual:
        os.environ["AWS_ACCESS_KEY_ID"] = root.access_key  # the emulator asks for its root's key there
    shortcuts, special, detect = (
        app._handle_post_body_shortcuts,
        app._handle_special_data_plane_request,
        app.detect_service,
    )

    async def nothing(*_request: Any) -> None:
        return None

    async def capabilities(method: str, path: str, *rest: Any) -> Response | None:
        if method == "PUT" and path.startswith(_CAPABILITIES):
            found: Response | None = await shortcuts(method, path, *rest)
            return found
        return None

    async def by_signature(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query: dict[str, Any],
        request_id: str,
        **more: Any,
    ) -> Response | None:
        found: Response | None
        if _FOR_S3.get():
            if not verified_key():  # the emulator asks anonymous calls of S3 Control for nothing
                return None
            found = await app._handle_s3_control_request(path, method, body, query, request_id, headers)
        else:
            found = await special(method, path, headers, body, query, request_id, **more)
        return found

    def service(method: str, path: str, headers: dict[str, str], query: dict[str, Any]) -> str:
        return "s3" if _FOR_S3.get() else str(detect(method, path, headers, query))

    def pin(*_request: Any, **_more: Any) -> None:
        access_key = verified_key()
        iam_evaluator._signed_request.set(None)
        iam_evaluator._verified_key.set(access_key)
        iam_evaluator._anonymous.set(not access_key)

    app._handle_pre_body_request = nothing
    app._handle_post_body_shortcuts = capabilities
    app._handle_special_data_plane_request = by_signature
    app.detect_service = service
    app.pin_signed_request = pin
    s3._verify_presigned_sigv4 = lambda *_request: None  # the gate has
    _check_forms(s3, root)
    hand_out_unguessable_keys()


def _check_forms(s3: Any, root: RootKey) -> None:
    """Forms that upload to S3 are signed in their bodies, which the emulator checks: it shall know the root's key."""
    from ministack.core.iam_evaluator import is_root_access_key, resolve_credential

    def credential(access_key: str, account: str | None = None, token: str = "") -> Any:
        if access_key == root.access_key:
            return replace(resolve_credential(access_key, account, token), secret_access_key=root.secret_key)
        if is_root_access_key(access_key):  # any account's number is root to the emulator
            return s3.CredentialResolutionError("InvalidClientTokenId", "The security token is invalid.")
        return resolve_credential(access_key, account, token)

    s3.resolve_credential = credential
