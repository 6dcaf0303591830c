"""XML on its way out: whatever somebody put into a name or a description, clients can read the answer.

XML 1.0 ("2.2 Characters") cannot hold most control characters, U+FFFE, U+FFFF and halves of surrogate pairs, not even
as references, and reads a carriage return as a line feed. What it cannot hold is shown as U+FFFD; a carriage return is
written as a reference. What AWS writes in their place is unverified: S3 is known to write references that no parser
takes, and offers `encoding-type=url` for keys.
"""

from __future__ import annotations

import re

from local_aws.emulator.protocol import Response

NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""

_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
"""The same in UTF-8."""

_TAG_OR_RETURN = re.compile(rb"<[^>]*>|\r")
_SHOWN = "\ufffd"


def clean_text(text: str) -> str:
    """A text with U+FFFD for each character that XML cannot hold."""
    return NOT_IN_XML.sub(_SHOWN, text)


def readable(body: bytes) -> bytes:
    """A document of XML that parsers read, with the texts that it was made of.

    Args:
        body: in UTF-8; halves of surrogate pairs as `surrogatepass` writes them.
    """
    if _NOT_IN_XML.search(body):
        body = _NOT_IN_XML.sub(_SHOWN.encode(), body)
    if b"\r" in body:
        body = _TAG_OR_RETURN.sub(lambda found: b"&#13;" if found[0] == b"\r" else found[0], body)
    return body


def readable_answer(answer: Response, *, for_s3: bool) -> Response:
    """An answer whose XML parsers read; what S3 gives may be an object of anybody's, and stays as it is."""
    status, headers, body = answer
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if not isinstance(body, bytes) or "xml" not in kind or (for_s3 and status < 400):
        return answer
    clean = readable(body)
    if clean is body:
        return answer
    return status, {name: value for name, value in headers.items() if name.lower() != "content-length"}, clean


def write_readable_xml() -> None:
    """Have the emulator's S3 write XML that parsers read: its answers, and the documents that it keeps."""
    from ministack.services import s3

    tostring = s3.tostring

    def xml_body(root: object) -> bytes:
        text: str = tostring(root, encoding="unicode")
        declared: bytes = s3.XML_DECL
        return declared + b"\n" + readable(text.encode("utf-8", "surrogatepass"))

    s3._xml_body = xml_body
