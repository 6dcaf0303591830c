"""Chromium without a window, spoken to through its DevTools protocol on two pipes."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.checks import CHROMIUM

WAIT_S = 60
SETTINGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --remote-debugging-pipe"
).split()


def program() -> str | None:
    """Where Chromium is, if it is installed."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


class Browser:
    """One browser with one tab.

    Args:
        folder: empty, for its profile.
        names: host names that lead to 127.0.0.1, as an attacker's name server makes them.
    """

    def __init__(self, folder: Path, *names: str) -> None:
        rules = ", ".join(f"MAP {name} 127.0.0.1" for name in names)
        self._their_input, self._output = os.pipe()
        self._input, self._their_output = os.pipe()
        command = [program(), *SETTINGS, f"--user-data-dir={folder}", f"--host-resolver-rules={rules}", "about:blank"]
        self._process = subprocess.Popen(  # the pipes must be numbers 3 and 4
            command,
            pass_fds=(3, 4),
            preexec_fn=self._connect,  # noqa: PLW1509 - nothing but dup2 happens there
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(self._their_input)
        os.close(self._their_output)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def _connect(self) -> None:
        reads, writes = os.dup(self._their_input), os.dup(self._their_output)
        os.dup2(reads, 3)
        os.dup2(writes, 4)

    def close(self) -> None:
        """End it, with all of its processes."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._input)
        os.close(self._output)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol; return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._output, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            found = self._next(end)
            if found and found.get("id") == self._number:
                assert "error" not in found, found
                return found["result"]
        raise TimeoutError(method)

    def _next(self, end: float) -> dict[str, Any] | None:
        while b"\0" not in self._buffer:
            if not select.select([self._input], [], [], max(0, end - time.monotonic()))[0]:
                return None
            piece = os.read(self._input, 1 << 16)
            assert piece, "Chromium ended"
            self._buffer += piece
        text, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(text)
        if "method" in message:
            self.events.append(message)
        return message

    def open(self, address: str) -> None:
        """Go to an address as if somebody had typed it, until its page is loaded."""
        seen = len(self.events)
        self.call("Page.navigate", url=address)
        self.wait(lambda event: event["method"] == "Page.loadEventFired", seen)

    def wait(self, wanted: Callable[[dict[str, Any]], Any], since: int = 0) -> dict[str, Any]:
        """Wait for an event; return it."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            for event in self.events[since:]:
                if wanted(event):
                    return event
            since = max(since, len(self.events))
            self._next(end)
        raise TimeoutError([event["method"] for event in self.events[-20:]])

    def status(self, address: str) -> int:
        """Wait for an answer from an address (its beginning) other than to a preflight; return its HTTP status."""

        def is_answer(event: dict[str, Any]) -> bool:
            return (
                event["method"] == "Network.responseReceived"
                and event["params"]["response"]["url"].startswith(address)
                and event["params"].get("type") != "Preflight"
            )

        return self.wait(is_answer)["params"]["response"]["status"]

    def run(self, script: str) -> Any:
        """Run JavaScript in the page; return what its promise gives."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return found["result"].get("value", found)
