"""The access keys that are known here: the root's, and those that IAM and STS of the emulator handed out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from local_aws.emulator.gate.arrivals import RefusedError

_INVALID = "The security token included in the request is invalid."


@dataclass(frozen=True)
class RootKey:
    """The account's root user, as a client of this endpoint signs for it."""

    access_key: str = "test"
    secret_key: str = "test"  # noqa: S105 - known to everybody on purpose; localaws[key=] takes another

    @property
    def is_usual(self) -> bool:
        """Whether it is the one that needs no telling."""
        return self == RootKey()

    @property
    def hint(self) -> str:
        """What a refusal of another key adds."""
        if self.is_usual:
            return "This local AWS knows the access key test with the secret access key test."
        return (
            "This local AWS has a key of its own (localaws[key=]): ./pyntw localaws prints it at its start, and "
            "root-key.json of its state folder holds it."
        )


def secret_of(root: RootKey, access_key: str, token: str) -> str:
    """The secret of an access key.

    Raises:
        RefusedError: the key is unknown or disabled, its session is over, or the session token is not its own.
    """
    from ministack.core.iam_evaluator import (
        AmbiguousAccessKeyError,
        CredentialResolutionError,
        find_iam_access_key_account,
        is_root_access_key,
        resolve_credential,
    )
    from ministack.core.responses import _account_from_sts_session

    if access_key == root.access_key:
        if token:
            raise _token_refused(root)
        return root.secret_key
    if is_root_access_key(access_key):  # the emulator would take these for root: "", test, any account's number
        raise _unknown(root)
    try:
        account = _account_from_sts_session(access_key) or find_iam_access_key_account(access_key)
    except AmbiguousAccessKeyError:
        raise _unknown(root) from None
    found = resolve_credential(access_key, account, token)
    if not isinstance(found, CredentialResolutionError):
        return str(found.secret_access_key)
    if found.code == "ExpiredTokenException":
        raise RefusedError(403, found.code, "The security token included in the request is expired")
    if found.code == "InvalidToken" and token:
        raise _token_refused(root)
    raise _unknown(root)  # a session's key without its token is an unknown key to AWS too


def secret_of_user_key(access_key: str) -> str:
    """The secret of an access key of IAM's; empty where there is no such key."""
    from ministack.services import iam

    return str(iam._access_keys.get(access_key, {}).get("SecretAccessKey", ""))


def _unknown(root: RootKey) -> RefusedError:
    return RefusedError(403, "UnrecognizedClientException", _INVALID, root.hint)


def _token_refused(root: RootKey) -> RefusedError:
    return RefusedError(403, "InvalidToken", _INVALID, root.hint)


@lru_cache(maxsize=1024)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key that signs for one day, region and service."""
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def hand_out_unguessable_keys() -> None:
    """Give Lambda functions random keys: the emulator computes them of the names of function and role alone."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc, sts

    handed_out: dict[tuple[str, str], dict[str, str]] = {}

    def execution_credentials(config: dict[str, Any]) -> dict[str, str]:
        account, _ = lambda_runtime._account_region_from_function_config(config)
        role = str(config.get("Role", "")).rsplit("/", 1)[-1]
        session = str(config.get("FunctionName", "function"))[:64]
        known = (str(config["FunctionArn"]), str(config.get("Role", "")))
        keys = handed_out.setdefault(
            known,
            {
                "AWS_ACCESS_KEY_ID": "ASIA" + secrets.token_hex(8).upper(),
                "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
                "AWS_SESSION_TOKEN": secrets.token_urlsafe(64),
            },
        )
        sts.register_session(
            keys["AWS_ACCESS_KEY_ID"],
            {
                "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
                "UserId": f"{role}:{session}",
                "SecretAccessKey": keys["AWS_SECRET_ACCESS_KEY"],
                "SessionToken": keys["AWS_SESSION_TOKEN"],
            },
        )
        return dict(keys)

    lambda_runtime.execution_credentials = execution_credentials
    lambda_svc.execution_credentials = execution_credentials
