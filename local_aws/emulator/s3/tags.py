"""Tags of buckets and objects as S3 takes them: in a document, in the header `x-amz-tagging`, in a form.

Sources: S3 user guide, "Categorizing your objects using tags" (10 tags, 128 and 256 characters), AWS's general rule of
characters ("Tag naming limits and requirements"); the sentences are those that clients of AWS report. The emulator
writes whatever it is given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from local_aws.emulator.protocol import Response

_LONGEST_KEY = 128
_LONGEST_VALUE = 256
_MOST_OF_AN_OBJECT = 10
_PUNCTUATION = frozenset("_.:/=+-@")
_KINDS = ("L", "N", "Z")
"""Letters, numbers and separators, as Unicode calls them."""

_OF_THE_HEADER = (
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
    "duplicates."
)

Pairs = list[tuple[str, str]]


def check_tags() -> None:
    """Put S3's rules in front of everything of the emulator's S3 that takes tags; call behind `stream_objects`."""
    from ministack.services import s3

    s3._put_object_tagging = _of_document(s3._put_object_tagging, body_at=1, most=_MOST_OF_AN_OBJECT)
    s3._put_bucket_tagging = _of_document(s3._put_bucket_tagging, body_at=0, most=None)
    s3._put_object = _of_header(s3._put_object, headers_at=2)
    s3._copy_object = _of_header(s3._copy_object, headers_at=1, directive=True)
    s3._create_multipart_upload = _of_header(s3._create_multipart_upload, headers_at=1)
    forms = s3._enforce_signed_post_policy

    def enforce_signed_post_policy(fields: dict[str, str], *args: Any) -> Any:
        return forms(fields, *args) or _refused_header(fields.get("x-amz-tagging", ""))

    s3._enforce_signed_post_policy = enforce_signed_post_policy


def refused_tags(pairs: Pairs, most: int | None = _MOST_OF_AN_OBJECT) -> tuple[str, str] | None:
    """S3's code and sentence for tags that it does not take; None for good ones.

    Args:
        pairs: keys and values, in their order.
        most: how many an object may have; of a bucket the emulator looks itself.
    """
    if most is not None and len(pairs) > most:
        return "BadRequest", f"Object tags cannot be greater than {most}"
    for key, value in pairs:
        if not 1 <= len(key) <= _LONGEST_KEY or not _is_allowed(key):
            return "InvalidTag", "The TagKey you have provided is invalid"
        if len(value) > _LONGEST_VALUE or not _is_allowed(value):
            return "InvalidTag", "The TagValue you have provided is invalid"
        if most is not None and key.lower().startswith("aws:"):  # of a bucket the emulator has another sentence
            return "InvalidTag", "Your TagKey cannot be prefixed with aws:"
    if len({key for key, _ in pairs}) < len(pairs):
        return "InvalidTag", "Cannot provide multiple Tags with the same key"
    return None


def _is_allowed(text: str) -> bool:
    return all(
        character in _PUNCTUATION or unicodedata.category(character)[0] in _KINDS or unicodedata.combining(character)
        for character in text
    )


def _of_document(original: Any, body_at: int, most: int | None) -> Any:
    def put(bucket: str, *args: Any) -> Response:
        from ministack.services import s3

        try:
            pairs = list(_pairs(s3.fromstring(args[body_at])))
        except (ValueError, SyntaxError):  # the emulator refuses it
            pairs = []
        refused = refused_tags(pairs, most)
        answer: Response = s3._error(*refused, 400, f"/{bucket}") if refused else original(bucket, *args)
        return answer

    return put


def _pairs(root: Any) -> Iterable[tuple[str, str]]:
    for element in root.iter():
        if str(element.tag).rpartition("}")[2] == "Tag":
            texts = {str(child.tag).rpartition("}")[2]: child.text or "" for child in element}
            yield texts.get("Key", ""), texts.get("Value", "")


def _of_header(original: Any, headers_at: int, *, directive: bool = False) -> Any:
    def write(bucket: str, *args: Any) -> Response:
        headers = args[headers_at]
        given = headers.get("x-amz-tagging", "")
        if directive and headers.get("x-amz-tagging-directive", "COPY").upper() != "REPLACE":
            given = ""  # a copy takes the tags of its source
        answer: Response = _refused_header(given) or original(bucket, *args)
        return answer

    return write


def _refused_header(given: str) -> Response | None:
    from ministack.services import s3

    if not given:
        return None
    try:
        unquote_to_bytes(given.replace("+", " ")).decode()
        pairs = parse_qsl(given, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        pairs = None
    answer: Response
    if pairs is None or len({key for key, _ in pairs}) < len(pairs):
        more = {"ArgumentName": "x-amz-tagging", "ArgumentValue": given[:1000]}
        answer = s3._error("InvalidArgument", _OF_THE_HEADER, 400, extra=more)
        return answer
    refused = refused_tags(pairs)
    if refused is None:
        return None
    answer = s3._error(*refused, 400)
    return answer
