"""Operations that the local AWS has and AWS has not, asked by signed requests as boto3 knows none of them."""

from __future__ import annotations

import json
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from tests.local_aws.aws_server import REGION, LocalAws


def answer(client: Any, service: str, **fields: str) -> tuple[int, str]:
    """Status and text of the answer to an operation (`Action`), signed as a client's requests are."""
    request = AWSRequest("POST", client.meta.endpoint_url, data=fields)
    SigV4Auth(client._request_signer._credentials.get_frozen_credentials(), service, REGION).add_auth(request)
    answered = URLLib3Session().send(request.prepare())
    return answered.status_code, answered.text


def used_rights(local_aws: LocalAws, role: str, **fields: str) -> dict[str, Any]:
    """What GetUsedRights tells of a role, by name or ARN."""
    fields = {"Action": "GetUsedRights", "Version": "2010-05-08", "RoleName": role.rpartition("/")[2], **fields}
    status, text = answer(local_aws.client("iam"), "iam", **fields)
    assert status == 200, text
    found: dict[str, Any] = json.loads(text)
    return found
