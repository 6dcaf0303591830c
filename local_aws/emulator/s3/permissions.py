"""S3's requests whose keys stand in their bodies: policies are asked about each key, where it is carried out.

DeleteObjects answers 200 with an error for each key that may not be deleted (API reference of S3, "DeleteObjects"); the
emulator refuses it whole. A form that is signed in its header names its key in its body, where the emulator does not
look for it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from local_aws.emulator.gate.doors import verified_key
from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.addresses import arn, place_of

MOST_KEYS = 1000
"""Of one DeleteObjects (API reference)."""


def ask_policies_about_keys_of_bodies() -> None:
    """Have DeleteObjects and forms decided key by key; call behind `stream_objects`."""
    from ministack.core import iam_actions
    from ministack.services import s3

    extract, delete, post = iam_actions.extract_iam_action, s3._delete_objects, s3._post_object

    def extract_iam_action(
        service: str, method: str, path: str, headers: dict[str, str], body: Any, query: dict[str, Any]
    ) -> str | None:
        if service == "s3" and method == "POST" and "delete" in query and not place_of(path)[1] and verified_key():
            return None  # whose request it is is still asked for
        found: str | None = extract(service, method, path, headers, body, query)
        return found

    def delete_objects(bucket: str, body: bytes, headers: dict[str, str] | None = None) -> Response:
        allowed, refused = _decided(bucket, body, headers or {})
        answer: Response = delete(bucket, allowed, headers)
        return _with_errors(answer, refused) if refused and answer[0] == HTTPStatus.OK else answer

    def post_object(bucket: str, body: bytes, headers: dict[str, str]) -> Response:
        refused = _refused_form(bucket, body, headers) if verified_key() else None
        answer: Response = refused or post(bucket, body, headers)
        return answer

    iam_actions.extract_iam_action = extract_iam_action
    s3._delete_objects, s3._post_object = delete_objects, post_object


def _decided(bucket: str, body: bytes, headers: dict[str, str]) -> tuple[bytes, list[tuple[Element, str]]]:
    """The document of DeleteObjects with what may be deleted, and what may not with the reason."""
    from ministack.services import s3

    try:
        root = s3.fromstring(body)
    except (ValueError, SyntaxError):
        return body, []  # the emulator refuses it
    named = [element for element in root if _local(element) == "Object"]
    if len(named) > MOST_KEYS:
        return b"", []  # as S3 does: it is no such document
    refused = [(element, reason) for element in named if (reason := _reason(bucket, element, headers))]
    for element, _ in refused:
        root.remove(element)
    return s3.tostring(root) if refused else body, refused


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element, name: str) -> str:
    return next((child.text or "" for child in element if _local(child) == name), "")


def _reason(bucket: str, element: Element, headers: dict[str, str]) -> str:
    """Why an object of DeleteObjects may not be deleted by who asks; "" where it may."""
    from ministack.core.responses import get_account_id
    from ministack.services import s3

    key, version = _text(element, "Key"), _text(element, "VersionId")
    if not key:
        return ""
    if not verified_key():
        query = {"versionId": version} if version else {}
        allows = s3._foreign_bucket_allows(get_account_id(), bucket, key, "DELETE", query, "", headers)
        return "" if allows else "Access Denied"
    actions = ["s3:DeleteObjectVersion" if version else "s3:DeleteObject"]
    if headers.get("x-amz-bypass-governance-retention", "").strip().lower() == "true":
        actions.append("s3:BypassGovernanceRetention")
    return next((found for action in actions if (found := _denial(action, bucket, key))), "")


def _denial(action: str, bucket: str, key: str, context: dict[str, Any] | None = None) -> str:
    """Why whose request this is may not do this to an object; "" where it may."""
    from ministack.core.iam_actions import _resource_policy_denial, identity_denial_message
    from ministack.core.iam_evaluator import AuthError, enforce
    from ministack.core.responses import get_region

    denied = enforce(verified_key(), action, "s3", get_region(), resource_arn=arn(bucket, key), service_context=context)
    if denied is None:
        return ""
    if isinstance(denied, AuthError):
        return str(denied.message)
    explicit = denied.decision == "Deny"
    if explicit and denied.resource_policy_arn:
        return str(_resource_policy_denial("s3", action, denied.principal_arn, denied.resource_policy_arn))
    return str(identity_denial_message(action, denied.principal_arn, f'"{arn(bucket, key)}"', explicit))


def _with_errors(answer: Response, refused: list[tuple[Element, str]]) -> Response:
    from ministack.services import s3

    status, headers, body = answer
    root = s3.Element("DeleteResult", xmlns=s3.S3_NS)
    for child in s3.fromstring(body):
        for each in child.iter():
            each.tag = _local(each)
        root.append(child)
    for element, reason in refused:
        error = SubElement(root, "Error")
        texts = {"Key": _text(element, "Key"), "VersionId": _text(element, "VersionId")}
        for name, text in {**texts, "Code": "AccessDenied", "Message": reason}.items():
            if text:
                SubElement(error, name).text = text
    return status, headers, s3._xml_body(root)


def _refused_form(bucket: str, body: bytes, headers: dict[str, str]) -> Response | None:
    """The refusal of a form whose sender, by its header, may not write its key."""
    from ministack.services import s3

    key = filename = ""
    for name, file, _, value in s3._parse_multipart_form(headers.get("content-type", ""), body):
        if name == "file":
            filename = file or ""
        elif name.lower() == "key":
            try:
                key = value.decode()
            except UnicodeDecodeError:
                key = value.decode("latin-1")
    reason = _denial("s3:PutObject", bucket, key.replace("${filename}", filename)) if key else ""
    answer: Response | None = s3._error("AccessDenied", reason, 403, f"/{bucket}") if reason else None
    return answer
