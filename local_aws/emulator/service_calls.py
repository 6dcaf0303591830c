"""Operations of the emulator's services, called in its own process by botocore's models, past IAM.

For what follows from something else that was allowed, such as a stack's resource.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from local_aws.emulator.identity import request_scope
from local_aws.emulator.protocol import Response
from local_aws.emulator.xml_answers import readable_answer
from local_aws.service_models import LOADER


class ServiceError(ValueError):
    """What a service refuses; the text is what CloudFormation shows as a resource's status reason.

    Attributes:
        code: AWS's exception name; empty where a request was not made.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


def call_service(service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one operation.

    Args:
        service: botocore's name: dynamodb, lambda, logs.
        operation: such as `UpdateTimeToLive`.
        params: as its model has them.

    Returns:
        Its answer, without ResponseMetadata.

    Raises:
        ServiceError: the model or the service refuses the parameters.
    """
    from botocore.parsers import create_parser
    from botocore.serialize import create_serializer
    from botocore.validate import ParamValidator

    model = _model(service)
    shapes, protocol = model.operation_model(operation), model.metadata["protocol"]
    report = ParamValidator().validate(dict(params), shapes.input_shape) if shapes.input_shape else None
    if report is not None and report.has_errors():
        raise ServiceError(report.generate_report())
    request = create_serializer(protocol, include_validation=False).serialize_to_request(dict(params), shapes)
    status, headers, body = _answer(service, model, request)
    told = {name.lower(): value for name, value in headers.items()}
    body = body.encode() if isinstance(body, str) else body
    _, _, body = readable_answer((status, headers, body), for_s3=service == "s3")
    answer: dict[str, Any] = create_parser(protocol).parse(
        {"status_code": status, "headers": told, "body": body}, shapes.output_shape
    )
    if status >= 400:
        error = answer.get("Error", {})
        code = str(error.get("Code", status))
        raise ServiceError(
            f"{error.get('Message') or code} "
            f"(Service: {model.metadata.get('serviceId')}, Status Code: {status}, Error Code: {code})",
            code,
        )
    answer.pop("ResponseMetadata", None)
    return answer


@functools.cache
def _model(service: str) -> Any:
    from botocore.model import ServiceModel

    return ServiceModel(LOADER.load_service_model(service, "service-2"), service)


def _answer(service: str, model: Any, request: Mapping[str, Any]) -> Response:
    """The handler's answer. Handlers do not wait for anything, so that one is run through here and now."""
    from ministack import app

    signed = model.signing_name
    headers = {str(name).lower(): str(value) for name, value in request["headers"].items()} | {
        "host": f"{signed}.{request_scope().region}.amazonaws.com",
        "authorization": f"AWS4-HMAC-SHA256 Credential=-/20260101/{request_scope().region}/{signed}/aws4_request",
    }
    body, path = request["body"], request["url_path"]
    if isinstance(body, Mapping):
        body = urlencode(body)
        headers.setdefault("content-type", "application/x-www-form-urlencoded; charset=utf-8")
    path, _, fixed = path.partition("?")
    query = parse_qs(fixed, keep_blank_values=True) | {
        name: [str(each) for each in value] if isinstance(value, list) else [str(value)]
        for name, value in dict(request["query_string"]).items()
    }
    body = body.encode() if isinstance(body, str) else body
    running = app.SERVICE_HANDLERS[_NAMES.get(service, service)](request["method"], path, headers, body, query)
    try:
        running.send(None)
    except StopIteration as over:
        response: Response = over.value
        return response
    running.close()
    raise ServiceError(f"{service} did not answer at once")


_NAMES = {"cloudwatch": "monitoring", "stepfunctions": "states"}
"""botocore's name -> the emulator's, where they differ."""
