"""What IAM answers otherwise than the emulator: lists in pages, roles with what was last done in them.

Which operations give pages, and of which lists, is botocore's knowledge.
"""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from local_aws.emulator.protocol import Response
from local_aws.emulator.xml_answers import readable
from local_aws.service_models import LOADER

_SPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
_PAGE = 100
"""Entries of a page without MaxItems (API reference)."""

Handler = Callable[[dict[str, Any]], Response]


def answer_in_pages() -> None:
    """Have every list of IAM come in pages, and roles as AWS shows them."""
    from ministack.services import iam

    ET.register_namespace("", _SPACE)
    pages = LOADER.load_service_model("iam", "paginators-1")["pagination"]
    for operation, handler in iam._IAM_HANDLERS.items():
        if operation in pages:
            keys = pages[operation]["result_key"]
            iam._IAM_HANDLERS[operation] = _paged(handler, keys if isinstance(keys, list) else [keys])
    iam._IAM_HANDLERS["GetRole"] = _with_last_use(iam._IAM_HANDLERS["GetRole"])
    role_xml = iam._role_xml

    @functools.wraps(role_xml)
    def without_empty_description(*args: Any, **kwargs: Any) -> str:
        return str(role_xml(*args, **kwargs)).replace("<Description></Description>", "")

    iam._role_xml = without_empty_description


def _paged(handler: Handler, keys: list[str]) -> Handler:
    from ministack.services import iam

    def answer(parameters: dict[str, Any]) -> Response:
        most, marker = iam._p(parameters, "MaxItems"), iam._p(parameters, "Marker")
        start = _start(marker)
        if start is None:
            return _error("ValidationError", "Invalid Marker.")  # unverified
        found = handler(parameters)
        return _page(found, keys, start, start + int(most or _PAGE)) if found[0] == 200 else found

    return answer


def _page(answer: Response, keys: list[str], start: int, end: int) -> Response:
    root = ET.fromstring(readable(answer[2]))  # noqa: S314 - the emulator wrote it
    result = root[0]
    count = 0
    for key in keys:
        entries = result.find(f"{{{_SPACE}}}{key}")
        for entry in list(entries if entries is not None else ()):
            if not start <= count < end:
                entries.remove(entry)  # type: ignore[union-attr] # it has entries
            count += 1
    for name in ("IsTruncated", "Marker"):
        for told in result.findall(f"{{{_SPACE}}}{name}"):
            result.remove(told)
    ET.SubElement(result, f"{{{_SPACE}}}IsTruncated").text = str(count > end).lower()
    if count > end:
        ET.SubElement(result, f"{{{_SPACE}}}Marker").text = base64.urlsafe_b64encode(b"after %d" % end).decode()
    return answer[0], answer[1], ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def _start(marker: str) -> int | None:
    """Where the page of a Marker begins; None for one that is none of ours."""
    if not marker:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(marker).decode().partition(" ")
    except (binascii.Error, ValueError):
        return None
    return int(number) if word == "after" and number.isdigit() else None


def _error(code: str, message: str) -> Response:
    from ministack.services import iam

    response: Response = iam._error(400, code, message, ns="iam")
    return response


def _with_last_use(handler: Handler) -> Handler:
    """RoleLastUsed is always there; what a role was last used for is not kept here."""

    def answer(parameters: dict[str, Any]) -> Response:
        status, headers, body = handler(parameters)
        return status, headers, body.replace(b"</Role>", b"<RoleLastUsed></RoleLastUsed></Role>")

    return answer
