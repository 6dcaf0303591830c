"""How long the parts of an execution take, as its Statistics tell them.

Athena's API reference, "QueryExecutionStatistics": preprocessing goes before the engine; planning, which includes the
time to retrieve partitions, is part of the engine's time; service processing finalizes and publishes the results.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass
class Times:
    """Seconds of the parts, added up while they go on."""

    _seconds: dict[str, float] = field(default_factory=dict)

    def preprocessing(self) -> contextlib.AbstractContextManager[None]:
        """While the statement is read."""
        return self._measured("ServicePreProcessingTimeInMillis")

    def planning(self) -> contextlib.AbstractContextManager[None]:
        """While partitions and files are found."""
        return self._measured("QueryPlanningTimeInMillis")

    def publishing(self) -> contextlib.AbstractContextManager[None]:
        """While the result goes to S3."""
        return self._measured("ServiceProcessingTimeInMillis")

    def to_api(self) -> Mapping[str, int]:
        """The parts as whole milliseconds, one at least: clients divide by them."""
        names = ("ServicePreProcessingTimeInMillis", "QueryPlanningTimeInMillis", "ServiceProcessingTimeInMillis")
        return {name: max(1, round(self._seconds.get(name, 0.0) * 1000)) for name in names}

    @contextlib.contextmanager
    def _measured(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + time.monotonic() - began
