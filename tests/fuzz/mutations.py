"""Ways to spoil a valid request, each driven by a seeded chance."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import cbor2

from tests.fuzz.valid_requests import Request

Spoiler = Callable[[Request, random.Random], Request]

VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    -(2**63) - 1,
    10**400,
    1e308,
    "",
    "x",
    "true",
    "5",
    "NaN",
    "a" * 3000,
    "..",
    "../../../../etc/passwd",
    "\0",
    "\n",
    "é\U0001f600\u202e",
    "arn:aws:",
    "arn:aws:s3:::a:b:c:d:e",
    "${x}",
    "%s%n",
    "(a+)+$",
    "[",
    "{",
    "2020-99-99T00:00:00Z",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"a": None},
    {"": {}},
    ["x", 1, None, {"a": []}],
    {"Ref": "x"},
]

_BOMB = gzip.compress(bytes(3_000_000))

TEXTS = [str(value) for value in VALUES if isinstance(value, str | int)] + ["[]", "{}", "null", "-", "1e5", " ", "0x10"]

GARBAGE = [
    b"",
    b"null",
    b"1",
    b'"x"',
    b"[]",
    b"{}",
    b"{",
    b'{"a":',
    b"\xff\xfe{\x00}\x00",
    b"\x00\x00\x00{",
    b"\xef\xbb\xbf{}",
    b"\xff\xff\xff\xff",
    b'{"a": "\\ud800"}',
    b'{"a": NaN}',
    b'{"a": 1' + b"0" * 5000 + b"}",
    b"[" * 20_000,
    b'{"a":' * 20_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b"<a>" * 20_000,
    b"<a>" * 20_000 + b"</a>" * 20_000,
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    b'<?xml version="1.0" encoding="UTF-99"?><a/>',
    b"<a",
    b"Action=",
    b"Action=Nope&Version=1",
    b"=&=&&&",
    b"%zz=%&a=%ff%fe",
    b"&".join(b"a%d=b" % number for number in range(3000)),
    b"A." * 3000 + b"=1",
    b"\x9f" * 3000,
    b"\x81" * 20_000,
    b"\xa1\x61a\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xd8\x1c\x81\xd8\x1d\x00",
    bytes(range(256)) * 8,
]


def spoiled(request: Request, chance: random.Random) -> Request:
    """The request with one to three mutations; its note says which."""
    for _ in range(chance.choice([1, 1, 1, 1, 1, 2, 3])):
        spoiler = chance.choice(_spoilers(request))
        note = f"{request.note}, {spoiler.__name__.strip('_')}".removeprefix("as it is, ")
        request = spoiler(request, chance).but(note=note)
    return request


def _spoilers(request: Request) -> list[Spoiler]:
    inside: Spoiler = _text_of_the_body
    kind = dict(request.headers).get("Content-Type", "")
    if request.body[:1] == b"{":
        inside = _json_inside
    elif "cbor" in kind or "rpc-v2-cbor" in dict(request.headers).get("smithy-protocol", ""):
        inside = _cbor_inside
    elif b"Action=" in request.body:
        inside = _form_inside
    elif request.body[:1] == b"<":
        inside = _xml_inside
    return [inside] * 20 + [
        _whole_body,
        _a_header,
        _the_target,
        _the_query,
        _the_query,
        _the_path,
        _the_method,
        _compressed,
    ]


# The body


def _json_inside(request: Request, chance: random.Random) -> Request:
    try:
        document = json.loads(request.body)
        return request.but(body=json.dumps(_changed(document, chance)).encode())
    except (ValueError, RecursionError):  # was spoiled before
        return _text_of_the_body(request, chance)


def _cbor_inside(request: Request, chance: random.Random) -> Request:
    try:
        document = cbor2.loads(request.body)
        return request.but(body=cbor2.dumps(_changed(document, chance), timezone=None))
    except Exception:  # noqa: BLE001 - was spoiled before
        return _text_of_the_body(request, chance)


def _changed(document: Any, chance: random.Random) -> Any:
    """The document with something in it dropped, replaced, renamed or nested."""
    places: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        value = waiting.pop()
        keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
        for key in keys:
            places.append((value, key))
            waiting.append(value[key])
    if not places:
        return chance.choice(VALUES)
    holder, key = chance.choice(places)
    way = chance.randrange(8)
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[key] = _nested(holder[key], chance.choice([3, 50, 500]))
    elif way == 2 and isinstance(holder, dict) and isinstance(key, str):
        holder[chance.choice(["", "x", key.upper(), key + "\0"])] = holder.pop(key)
    elif way == 3:
        holder[key] = [holder[key]]
    elif way == 4:
        holder[key] = {"a": holder[key]}
    else:
        holder[key] = chance.choice(VALUES)
    return document


def _nested(value: Any, levels: int) -> Any:
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def _form_inside(request: Request, chance: random.Random) -> Request:
    fields = parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)
    if not fields:
        return _whole_body(request, chance)
    at = chance.randrange(len(fields))
    name, value = fields[at]
    way = chance.randrange(9)
    if way == 0:
        del fields[at]
    elif way == 1:
        fields[at] = (f"{name}.member.1", value)
    elif way == 2:
        fields[at] = (name + ".x" * chance.choice([1, 60, 3000]), value)
    elif way == 3:
        fields.append((name, chance.choice(TEXTS)))
    elif way == 4:
        fields[at] = (re.sub(r"\d+", chance.choice(["0", "-1", "x", "99999999999", "2"]), name), value)
    elif way == 5:
        fields[at] = (chance.choice([name.lower(), name.partition(".")[0], "", name + "."]), value)
    else:
        fields[at] = (name, chance.choice(TEXTS))
    return request.but(body=urlencode(fields).encode())


def _xml_inside(request: Request, chance: random.Random) -> Request:
    text = request.body.decode("latin-1")
    tags = re.findall(r"<(\w+)[^>]*>", text)
    if not tags:
        return _whole_body(request, chance)
    tag = chance.choice(tags)
    element = rf"<{tag}[^>]*>.*?</{tag}>"
    way = chance.randrange(8)
    if way == 0:
        text = re.sub(element, "", text, count=1)
    elif way == 1:
        text = re.sub(element, f"<{tag}/>", text, count=1)
    elif way == 2:
        text = text.replace(tag, "Other")
    elif way == 3:
        text = text[: chance.randrange(len(text))]
    elif way == 4:
        levels = chance.choice([3, 200, 3000])
        text = re.sub(element, f"<{tag}>" * levels + f"</{tag}>" * levels, text, count=1)
    elif way == 5:
        text = re.sub(rf"(<{tag}[^>]*>)", rf"\1&amp;{chance.choice(['&x;', '<b>', ']]>', '5', '&#0;'])}", text, count=1)
    else:
        value = chance.choice(TEXTS).replace("\\", "\\\\").replace("\0", "")
        text = re.sub(element, lambda _: f"<{tag}>{value}</{tag}>", text, count=1)
    return request.but(body=text.encode(errors="replace"))


def _text_of_the_body(request: Request, chance: random.Random) -> Request:
    if not request.body or chance.random() < 0.3:
        return _whole_body(request, chance)
    body, at = bytearray(request.body), chance.randrange(len(request.body))
    body[at : at + chance.choice([1, 1, 20])] = chance.choice([b"", b"\0", b'"', b"<", b"{", b"\xff", b"9" * 50])
    return request.but(body=bytes(body))


def _whole_body(request: Request, chance: random.Random) -> Request:
    return request.but(body=chance.choice(GARBAGE))


def _compressed(request: Request, chance: random.Random) -> Request:
    packed = chance.choice([gzip.compress(request.body, 1), _BOMB])
    body = chance.choice([packed, packed[:-9], b"no gzip"])
    return request.but(body=body, headers=(*request.headers, ("Content-Encoding", "gzip")))


# The head


def _a_header(request: Request, chance: random.Random) -> Request:
    garbage = chance.choice(["", "x", "-1", "99999999999999999999", "a" * 4000, "é", "x, y", "*/*", "\t", "%00"])
    name = chance.choice(
        ["Content-Type", "Content-Type", "X-Amz-Target", "Content-Encoding", "Accept", "x-amz-copy-source", "Range"]
        + ["If-Modified-Since", "x-amz-tagging", "x-amz-acl", "Content-MD5", "x-amz-content-sha256", "x-amz-meta-a"]
        + ["x-amz-decoded-content-length", "smithy-protocol", "x-amz-copy-source-range", "x-amz-server-side-encryption"]
        + ["x-amz-checksum-crc32", "Expect", "x-amz-object-lock-retain-until-date", "x-amz-expected-bucket-owner"]
        + [name for name, _ in request.headers]
    )
    kept = [pair for pair in request.headers if pair[0].lower() != name.lower() or chance.random() < 0.3]
    kinds = ["application/x-amz-json-1.1", "application/x-www-form-urlencoded", "text/xml", "application/cbor", garbage]
    return request.but(headers=(*kept, (name, chance.choice(kinds) if name == "Content-Type" else garbage)))


def _the_target(request: Request, chance: random.Random) -> Request:
    others = ["", ".", "AWSGlue", "AWSGlue.", "AWSGlue.Nope", "DynamoDB_20120810.GetItem", "Nope.Nope", "x" * 5000]
    kept = [pair for pair in request.headers if pair[0] != "X-Amz-Target"]
    return request.but(
        headers=(*kept, ("X-Amz-Target", chance.choice([*others, f"AWSGlue.{request.operation}\u00e9"])))
    )


def _the_query(request: Request, chance: random.Random) -> Request:
    path, _, query = request.path.partition("?")
    fields = parse_qsl(query, keep_blank_values=True)
    way = chance.randrange(5)
    if way == 0 or not fields:
        raw = chance.choice(
            ["%", "%zz", "%ff", "a=%ff%fe", "=", "&&&", "acl&tagging&policy&uploads", "x" * 3000, "max-keys=x"]
        )
        return request.but(path=f"{path}?{query}&{raw}" if query else f"{path}?{raw}")
    at = chance.randrange(len(fields))
    if way == 1:
        del fields[at]
    elif way == 2:
        fields.append(fields[at])
    else:
        fields[at] = (fields[at][0], chance.choice(TEXTS))
    return request.but(path=f"{path}?{urlencode(fields)}")


def _the_path(request: Request, chance: random.Random) -> Request:
    path, question, query = request.path.partition("?")
    pieces = path.split("/")
    at = chance.randrange(len(pieces))
    pieces[at] = chance.choice(
        [
            "",
            ".",
            "..",
            "%2e%2e",
            "%2F",
            "%00",
            "%",
            "%zz",
            "%ff",
            "%C3%A9",
            "a" * 2000,
            "%20",
            "arn%3Aaws%3Ax",
            "1",
            "*",
        ]
    )
    made = "/".join(pieces)
    return request.but(path=("" if made.startswith("/") else "/") + made + question + query)


def _the_method(request: Request, chance: random.Random) -> Request:
    return request.but(
        method=chance.choice(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "NOPE"])
    )


def as_text(value: bytes) -> str:
    """Bytes for a report: as text where they are short text, or in base64."""
    return (
        value.decode("ascii")
        if value.isascii() and len(value) < 2000
        else f"base64:{base64.b64encode(value[:3000]).decode()}"
    )
