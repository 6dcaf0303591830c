"""The front gate: who may come in, before the emulator sees anything of a request.

1. It must be addressed to this server's own name (a web page can make its own name lead to 127.0.0.1).
2. It must not come from a web page of another site, but for calls of S3 objects that a bucket's CORS rules allow.
3. It must be signed with a known key - or be an anonymous call of S3, which the bucket's policy then decides on.
4. Its body must be the one that was signed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Any

from local_aws.emulator.gate.arrivals import Arrival, ForeignRequestError, RefusedError, without_cors
from local_aws.emulator.gate.bodies import Body, GoneError, is_form, reader_of, takes_stream
from local_aws.emulator.gate.claims import Claim, Query, claimed
from local_aws.emulator.gate.doors import HEALTH_PATH, bucket_exists, is_capability, is_closed, let_in
from local_aws.emulator.gate.keys import RootKey
from local_aws.emulator.gate.payloads import UNSIGNED, VerifiedSignature
from local_aws.emulator.gate.refusals import answer, service_of
from local_aws.emulator.gate.signatures import verify
from local_aws.emulator.gate.version_two import is_version_2, verify_version_2
from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.objects import serve_stream
from local_aws.emulator.xml_answers import readable_answer

_ANONYMOUS = VerifiedSignature("", UNSIGNED)
_NO_TOKEN = RefusedError(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
_API_CONTENT = ("application/x-amz-json", "application/x-www-form-urlencoded", "application/cbor")

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Gate:
    """An ASGI application in front of another.

    Args:
        inner: what serves the requests that come through.
        port: TCP port that this server listens on.
        root: the root's access key.
    """

    def __init__(self, inner: Asgi, port: int, root: RootKey) -> None:
        self._inner = inner
        self._port = port
        self._root = root

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one connection, as ASGI has it."""
        if scope["type"] == "websocket":  # nothing here speaks it
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _serve(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = Body(receive)
        try:
            arrival = Arrival.of(scope)
            arrival.check_host(self._port)
            visit = _Visit(arrival)
        except ForeignRequestError as error:
            await body.drain()
            await _send(send, (error.status, {"Content-Type": "text/plain"}, f"{error.message}\n".encode()), {})
            return
        try:
            response = visit.answered()
            if response is None:
                await self._pass(visit, scope, body, visit.sender(send))
                return
        except RefusedError as error:
            response = answer(error, arrival, for_s3=visit.for_s3)
        except GoneError:
            return
        await body.drain()
        await _send(send, response, visit.cors)

    async def _pass(self, visit: _Visit, scope: dict[str, Any], body: Body, send: Any) -> None:
        arrival, content = visit.arrival, None
        if is_capability(arrival):
            signature = _ANONYMOUS
        elif claim := claimed(arrival):
            visit.claim(claim)
            if not claim.payload:
                content = await body.read()
            signature = verify(arrival, claim, self._root, content)
        elif is_version_2(arrival):
            visit.claim_s3()
            signature = verify_version_2(arrival, self._root)
        else:
            visit.check_anonymous()
            signature = _ANONYMOUS
        scope = visit.scope(scope, signature)
        let_in(signature, for_s3=visit.for_s3)
        if content is None:
            reader = reader_of(signature, arrival)
            if takes_stream(scope):
                await serve_stream(self._inner, scope, body.receive, send, reader)
                return
            content = await body.read(reader=reader)
        await self._inner(scope, body.replayed(content), send)


class _Visit:
    """What is found out about one request."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.for_s3 = False
        self.cors: dict[str, str] = {}
        self._must_be_s3 = False

    def answered(self) -> Response | None:
        """The answer to a request that needs nothing of the emulator; of another site's page what CORS has to say.

        Raises:
            RefusedError: the request goes no further.
        """
        arrival = self.arrival
        if arrival.is_foreign or arrival.method == "OPTIONS":
            self._must_be_s3 = True
            return self._of_cors()
        if arrival.path == HEALTH_PATH:
            return 200, {"Content-Type": "application/json"}, b'{"status": "ok"}'
        if is_closed(arrival) and not is_capability(arrival):
            raise ForeignRequestError(
                "There is nothing here: the APIs of AWS are served, and nothing beside them.", 404
            )
        return None

    def _of_cors(self) -> Response | None:
        """Whether a bucket's CORS rules allow what a page of another site asks for."""
        from ministack.services import s3

        arrival = self.arrival
        bucket, key = arrival.object_address
        origin = arrival.header("origin")
        asks_for_form = arrival.method == "OPTIONS" and arrival.header("access-control-request-method") == "POST"
        is_object = bool(bucket and (key or is_form(arrival) or asks_for_form))
        if not origin or not is_object or is_closed(arrival):
            raise _other_site(arrival)
        self.for_s3 = True
        if arrival.method == "OPTIONS":
            status, headers, body = s3.cors_preflight(bucket, key, arrival.headers)
            self.cors = {name: value for name, value in headers.items() if _is_cors(name)}
            return status, {name: value for name, value in headers.items() if not _is_cors(name)}, body
        self.cors = s3.cors_response_headers(bucket, arrival.method, arrival.headers)
        if not self.cors:
            raise _other_site(arrival)
        return None

    def claim(self, claim: Claim) -> None:
        """Note what the request is signed for."""
        if self._must_be_s3 and claim.service != "s3":
            raise _other_site(self.arrival)
        self.for_s3 = claim.service == "s3"

    def claim_s3(self) -> None:
        """Note that only S3 knows such a signature."""
        self.for_s3 = True

    def check_anonymous(self) -> None:
        """Let nothing without a signature pass but calls of a bucket: its policy decides on them.

        Raises:
            RefusedError: it is something else.
        """
        arrival = self.arrival
        if arrival.header("authorization"):
            raise RefusedError(400, "UnsupportedSignature", "The request signature does not conform to AWS standards.")
        bucket, key = arrival.object_address
        is_api = (
            "x-amz-target" in arrival.lines
            or "smithy-protocol" in arrival.lines
            or "action" in Query.of(arrival.query).named()
            or (arrival.header("content-type").lower().startswith(_API_CONTENT) and not key)
        )
        names_a_caller_in_its_body = arrival.header("content-type").lower().startswith("multipart/") and arrival.query
        if is_api or names_a_caller_in_its_body or not bucket:
            raise _NO_TOKEN
        if bucket_exists(bucket):
            self.for_s3 = True
            return
        if service_of(arrival) != "s3" or arrival.method not in ("GET", "HEAD"):
            raise _NO_TOKEN
        raise RefusedError(404, "NoSuchBucket", "The specified bucket does not exist")

    def scope(self, scope: dict[str, Any], signature: VerifiedSignature) -> dict[str, Any]:
        """The request as the emulator gets it: whose it is stands in one place, S3's bucket at the head of the path."""
        arrival = self.arrival
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
        presigned_s3 = self.for_s3 and "authorization" not in arrival.lines
        if signature.scope and not presigned_s3:
            credential = f"Credential={signature.access_key}/{signature.scope}"
            text = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature={signature.value}"
            headers.append((b"authorization", text.encode()))
        elif signature.access_key and not presigned_s3:
            headers.append((b"authorization", arrival.header("authorization").encode()))
        more: dict[str, Any] = {}
        if self.for_s3 and arrival.virtual_bucket:
            path = f"/{arrival.virtual_bucket}{arrival.path}"
            more = {"path": path, "raw_path": f"/{arrival.virtual_bucket}{arrival.raw_path}".encode("latin-1")}
            host = arrival.header("host").rpartition(":")
            headers = [(name, value) for name, value in headers if name.lower() != b"host"]
            headers.append((b"host", f"localhost:{host[2]}".encode()))
        return {
            **scope,
            **more,
            "scheme": "https",
            "headers": headers,
            "local_aws.signature": signature,
            "local_aws.arrival": arrival,
            "local_aws.for_s3": self.for_s3,
        }

    def sender(self, send: Any) -> Any:
        """A `send` whose answers other sites' pages cannot read, unless CORS rules said so."""
        cors = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.cors.items()]

        async def sent(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*without_cors(message.get("headers", ())), *cors]}
            await send(message)

        return sent


def _is_cors(name: str) -> bool:
    return name.lower().startswith("access-control-") or name.lower() == "vary"


def _other_site(arrival: Arrival) -> ForeignRequestError:
    seen = arrival.header("origin") or f"a page of another site (Sec-Fetch-Site: {arrival.header('sec-fetch-site')})"
    text = "".join(character if character.isprintable() else "?" for character in seen)[:200]
    return ForeignRequestError(
        f"This local AWS takes no requests from web pages: this one came from {text}. A bucket's CORS configuration "
        "lets pages call its objects."
    )


async def _send(send: Any, response: Response, cors: dict[str, str]) -> None:
    status, headers, body = readable_answer(response, for_s3=False)
    content = body if isinstance(body, bytes) else str(body).encode()
    given = {**headers, **cors}
    lines = [(name.lower().encode(), str(value).encode("latin-1")) for name, value in given.items()]
    lines = [line for line in lines if line[0] not in (b"content-length", b"date")]
    lines += [(b"content-length", str(len(content)).encode()), (b"date", formatdate(usegmt=True).encode())]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": content, "more_body": False})
