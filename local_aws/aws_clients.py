"""Clients of this server for work that it does itself: of one session, which reads botocore's models once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from local_aws.service_models import LOADER

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

    from local_aws.emulator import RoleSession

_making = threading.Lock()  # boto3's sessions are not safe between threads, its clients are
_sessions: list[boto3.session.Session] = []


def client(service: str, endpoint: str, role: RoleSession, region: str, config: Config | None = None) -> Any:
    """A client of one service at an endpoint.

    Args:
        service: botocore's name of it.
        endpoint: URL of this server.
        role: whose rights it has.
        region: such as `us-east-1`.
        config: botocore's settings beside these.
    """
    with _making:
        return _session().client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=role.access_key,
            aws_secret_access_key=role.secret_key,
            aws_session_token=role.token,
            config=config,
        )


def _session() -> boto3.session.Session:
    import boto3
    from botocore.session import Session

    if not _sessions:
        core = Session()
        core.register_component("data_loader", LOADER)
        _sessions.append(boto3.session.Session(botocore_session=core))
    return _sessions[0]
