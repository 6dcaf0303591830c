"""Sends spoiled requests, correctly signed, and tells what came of each.

python -m tests.fuzz.sending http://127.0.0.1:4566 --requests 20000 --seed 1
python -m tests.fuzz.sending http://127.0.0.1:4566 --seed 1 --case 4711     # one again, with its answer
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import shlex
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.fuzz.mutations import as_text, spoiled
from tests.fuzz.valid_requests import REGION, Request, any_request

SLOW_S = 5.0
_KEY = Credentials("test", "test")


@dataclass(frozen=True)
class Outcome:
    """What came of one request. A status of 0 says that there was no answer."""

    case: int
    request: Request
    status: int
    seconds: float
    answer: bytes

    @property
    def is_bad(self) -> bool:
        return self.status == 0 or self.is_fault or self.seconds > SLOW_S

    @property
    def is_fault(self) -> bool:
        """Whether the server is to blame; S3 answers 501 to what it does not implement (API reference)."""
        return self.status >= 500 and not (self.status == 501 and b"<Code>NotImplemented</Code>" in self.answer)


@dataclass
class Report:
    """What came of many."""

    seed: int
    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    bad: list[Outcome] = field(default_factory=list)

    def bad_by_service(self) -> dict[str, int]:
        return dict(Counter(outcome.request.service for outcome in self.bad).most_common())


def spoiled_case(seed: int, number: int, service: str = "") -> Request:
    """The request of this number: always the same."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - tests are seeded, not secret
    return spoiled(any_request(chance, service), chance)


def send_cases(endpoint: str, seed: int, numbers: range, connections: int = 4, service: str = "") -> Report:
    """Send the cases of these numbers over some connections at once."""
    report, lock, taken = Report(seed), threading.Lock(), iter(numbers)

    def work() -> None:
        connection = _connect(endpoint)
        for number in _shared(taken, lock):
            request = spoiled_case(seed, number, service)
            outcome, connection = send(connection, endpoint, request, number)
            with lock:
                report.sent[request.service] += 1
                report.statuses[outcome.status] += 1
                if outcome.is_bad:
                    report.bad.append(outcome)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return report


def _shared(numbers: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        yield number


def send_again(endpoint: str, outcome: Outcome) -> Outcome:
    """The same request alone: a machine that is busy with something else makes any answer slow."""
    connection = _connect(endpoint)
    again, connection = send(connection, endpoint, outcome.request, outcome.case)
    connection.close()
    return again


def _connect(endpoint: str) -> http.client.HTTPConnection:
    parts = urlsplit(endpoint)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)


def send(
    connection: http.client.HTTPConnection, endpoint: str, request: Request, number: int = 0
) -> tuple[Outcome, http.client.HTTPConnection]:
    """Send one request; a connection that broke is made anew and the request sent once more."""
    headers = signed_headers(endpoint, request)
    started = time.monotonic()
    for attempt in itertools.count():
        try:
            connection.putrequest(request.method, _on_the_wire(request.path), skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value.encode("utf-8"))
            connection.endheaders(request.body)
            response = connection.getresponse()
            answer = response.read()
            if response.will_close:
                connection.close()
            return Outcome(number, request, response.status, time.monotonic() - started, answer), connection
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            connection = _connect(endpoint)
            if attempt or isinstance(error, socket.timeout):
                return Outcome(number, request, 0, time.monotonic() - started, repr(error).encode()), connection
    raise AssertionError


def _on_the_wire(path: str) -> str:
    return quote(path, safe="/?&=%~+*!'(),;:@$-._")


def signed_headers(endpoint: str, request: Request) -> list[tuple[str, str]]:
    """The headers of a request, signed by the root's key as it now is."""
    host = urlsplit(endpoint).netloc
    aws = AWSRequest(request.method, f"http://{host}{_on_the_wire(request.path)}", data=request.body)
    for name, value in request.headers:
        aws.headers.add_header(name, value)
    aws.headers["Content-Length"] = str(len(request.body))
    maker = S3SigV4Auth if request.service == "s3" else SigV4Auth
    maker(_KEY, request.signing_name, REGION).add_auth(aws)
    return [("Host", host), *((name, str(value)) for name, value in aws.headers.items() if name.lower() != "host")]


def shown(outcome: Outcome, endpoint: str, seed: int) -> str:
    """A bad outcome, with what is needed to send it again."""
    request = outcome.request
    lines = [
        f"{request.service} {request.operation} ({request.note}) -> {outcome.status} after {outcome.seconds:.1f} s",
        f"  again: python -m tests.fuzz.sending {endpoint} --seed {seed} --case {outcome.case}",
        f"  curl -X {request.method} {shlex.quote(endpoint + _on_the_wire(request.path)[:1000])} "
        + " ".join(f"-H {shlex.quote(f'{name}: {value[:200]}')}" for name, value in request.headers),
        f"  body: {as_text(request.body)[:600]}",
        f"  answer: {as_text(outcome.answer)[:300]}",
    ]
    return "\n".join(lines)


def main() -> int:
    """Send spoiled requests to a local AWS that runs; 1 when an answer was bad."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("endpoint")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="send this one alone, and show its answer")
    parser.add_argument("--service", default="", help="only of this one, as botocore names it")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--show", type=int, default=20, help="bad ones to show in full")
    given = parser.parse_args()
    if given.case is not None:
        request = spoiled_case(given.seed, given.case, given.service)
        outcome, _ = send(_connect(given.endpoint), given.endpoint, request, given.case)
        print(shown(outcome, given.endpoint, given.seed))
        return int(outcome.is_bad)
    started = time.monotonic()
    report = send_cases(given.endpoint, given.seed, range(given.requests), given.connections, given.service)
    for outcome in report.bad[: given.show]:
        print(shown(outcome, given.endpoint, given.seed))
    print(f"{sum(report.sent.values())} requests in {time.monotonic() - started:.0f} s")
    print("statuses:", dict(sorted(report.statuses.items())))
    print("bad:", len(report.bad), report.bad_by_service())
    return int(bool(report.bad))


if __name__ == "__main__":
    sys.exit(main())
