"""The XML of S3's requests, read and written by botocore's model."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from local_aws.service_models import LOADER


@functools.cache
def _model() -> Any:
    from botocore.model import ServiceModel

    return ServiceModel(LOADER.load_service_model("s3", "service-2"), "s3")


def read_body(operation: str, body: bytes) -> dict[str, Any]:
    """What a Get… operation would tell of this XML, which has the form of the Put…'s body.

    Raises:
        ValueError: it is no XML.
    """
    from botocore.parsers import ResponseParserError, create_parser

    shape = _model().operation_model(operation).output_shape
    try:
        found = create_parser("rest-xml").parse({"status_code": 200, "headers": {}, "body": body}, shape)
    except ResponseParserError as error:
        raise ValueError("no XML") from error
    found.pop("ResponseMetadata", None)
    return dict(found)


def body_of(operation: str, params: Mapping[str, Any]) -> bytes:
    """The body of a request.

    Raises:
        ValueError: the operation has no such parameters; the text is botocore's.
    """
    from botocore.serialize import create_serializer
    from botocore.validate import ParamValidator

    model = _model().operation_model(operation)
    report = ParamValidator().validate(dict(params), model.input_shape)
    if report.has_errors():
        raise ValueError(report.generate_report())
    return bytes(
        create_serializer("rest-xml", include_validation=False).serialize_to_request(dict(params), model)["body"]
    )


def sub_resource(operation: str) -> str:
    """The sub-resource that an operation is about: lifecycle, inventory and so on."""
    uri: str = _model().operation_model(operation).http["requestUri"]
    return uri.partition("?")[2]
