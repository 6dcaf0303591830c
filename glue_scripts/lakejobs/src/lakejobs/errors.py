"""How a job says that it will not go on."""

from __future__ import annotations


class JobError(Exception):
    """What failed, what was seen, what to do next; each a line of the log."""

    def __init__(self, failed: str, seen: str, then: str) -> None:
        super().__init__(f"error: {failed}\n  seen: {seen}\n  next: {then}")
        self.failed, self.seen, self.then = failed, seen, then
