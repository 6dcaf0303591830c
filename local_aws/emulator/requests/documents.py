"""Bodies that are documents: JSON and CBOR."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from local_aws.emulator.requests import read_once
from local_aws.emulator.requests.constraints import CHECKED_LATER
from local_aws.emulator.requests.models import Node, load_models
from local_aws.emulator.requests.refusals import Refusal, code_of
from local_aws.emulator.requests.values import DEEPEST, Walk, check_depth, missing_sentence

_UNREADABLE = "The request body is not well-formed JSON"


def checked_json(shape: Node | None, body: bytes) -> bytes:
    """Check a JSON body by the shape of an operation's input.

    Returns:
        The body, without its null members, which AWS reads as absent, and without members that the operation has not.

    Raises:
        Refusal: it is no JSON object, is nested too deeply, or is not as the shape says.
    """
    document = _read_json(body) if body else {}
    checked = _checked(shape, document, body, lambda value: json.dumps(value).encode())
    read_once.keep(checked, document if shape is not None else {})
    return checked


def checked_cbor(shape: Node | None, body: bytes) -> bytes:
    """Check a CBOR body, as `checked_json` does."""
    import cbor2

    try:
        document = cbor2.loads(body) if body else {}
    except RecursionError as error:
        raise Refusal("serialization", f"The document is nested more than {DEEPEST} levels deep") from error
    except Exception as error:
        raise Refusal("serialization", "The request body is not well-formed CBOR") from error
    if not isinstance(document, dict):
        raise Refusal("serialization", "The request body is no map")
    check_depth(document)
    return _checked(shape, document, body, cbor2.dumps, binary=True)


def check_members(service: str, operation: str, document: dict[str, Any]) -> tuple[str, str] | None:
    """Check what one service asks of another, such as CloudFormation of Glue; null members are taken out.

    Args:
        service: as botocore names it; one that speaks JSON, and is called the same by the emulator.
        operation: such as `CreateJob`.
        document: its parameters.

    Returns:
        The service's code and AWS's sentence for what is wrong; None where nothing is.
    """
    described = load_models(service)[0].operation(operation)
    if described is None or described.input is None:
        return None
    try:
        _walk(described.input, document)
    except Refusal as refusal:
        return code_of(service, "json", refusal.kind), refusal.message
    return None


def _checked(shape: Node | None, document: Any, body: bytes, write: Any, *, binary: bool = False) -> bytes:
    if type(document) is not dict:
        found = "Start of list found where not expected" if isinstance(document, list) else "Expected an object"
        raise Refusal("serialization", found)
    if shape is None:
        return bytes(write({})) if document else body
    walk = _walk(shape, document, binary=binary, constrained=shape.name not in CHECKED_LATER)
    return bytes(write(document)) if walk.changed else body


def _walk(shape: Node, document: dict[str, Any], *, binary: bool = False, constrained: bool = True) -> Walk:
    walk = Walk(binary=binary)
    walk.check(shape, document)
    if shape.kind == "structure":
        for name in document.keys() - shape.written.keys():  # AWS does not read them, and policies shall not either
            del document[name]
            walk.changed = True
    sentence = missing_sentence(walk.missing, walk.nulls, walk.broken if constrained else ())
    if sentence:
        kind = "missing" if walk.missing or walk.nulls else "value"
        raise Refusal(kind, sentence, next(iter([*walk.missing, *walk.nulls]), ""))
    return walk


def _read_json(body: bytes) -> Any:
    try:
        text = body.decode()
        document = json.loads(text, parse_constant=_no_json)
        if "\\u" in text:  # half a pair of surrogates is no character
            json.dumps(document, ensure_ascii=False).encode()
    except RecursionError as error:
        raise Refusal("serialization", f"The document is nested more than {DEEPEST} levels deep") from error
    except ValueError as error:
        raise Refusal("serialization", _UNREADABLE) from error
    if isinstance(document, dict) and text.count("{") + text.count("[") > DEEPEST:
        check_depth(document)
    return document


def _no_json(_word: str) -> NoReturn:
    raise ValueError
