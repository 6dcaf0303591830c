"""Operations of the local AWS that AWS lacks, asked by signed requests of our own rather than boto3's."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from glue_client.aws import Aws

AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
VERSIONS = {"iam": "2010-05-08", "sns": "2010-03-31"}
"""Of the services' APIs."""
SECONDS = 60
"""That an answer may take."""


def is_aws(address: str) -> bool:
    """Whether an endpoint is one of AWS itself."""
    return (urlsplit(address).hostname or "").endswith(AWS_HOSTS)


def asked(aws: Aws, service: str, address: str, operation: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The answer, in JSON, to an operation of a service of the query protocol.

    Args:
        aws: whose credentials sign it.
        service: as signatures name it.
        address: its endpoint.
        operation: its name.
        given: its parameters.

    Raises:
        ClientError: it was refused.
    """
    parameters = {"Action": operation, "Version": VERSIONS[service], **given}
    answer = _sent(aws, service, AWSRequest("POST", address, data=parameters), SECONDS)
    if answer.status_code != 200:
        told = {tag: re.search(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL) for tag in ("Code", "Message")}
        said = {tag: found[1] if found else answer.text[:500] for tag, found in told.items()}
        raise ClientError({"Error": {"Code": said["Code"], "Message": said["Message"]}}, operation)
    found: dict[str, Any] = json.loads(answer.text)
    return found


def asked_in_json(
    aws: Aws, service: str, address: str, target: str, given: Mapping[str, Any], seconds: float = SECONDS
) -> dict[str, Any]:
    """The same of a service of the JSON protocol; `target` is `<prefix>.<operation>`."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
    answer = _sent(aws, service, AWSRequest("POST", address, data=json.dumps(given), headers=headers), seconds)
    body: dict[str, Any] = json.loads(answer.content)
    if answer.status_code != 200:
        code = str(body.get("__type", answer.status_code)).rpartition("#")[2]
        error = {"Code": code, "Message": str(body.get("Message", body))}
        raise ClientError({"Error": error}, target.rpartition(".")[2])
    return body


def _sent(aws: Aws, service: str, request: Any, seconds: float) -> Any:
    SigV4Auth(aws.credentials, service, aws.region).add_auth(request)
    return URLLib3Session(timeout=seconds).send(request.prepare())
