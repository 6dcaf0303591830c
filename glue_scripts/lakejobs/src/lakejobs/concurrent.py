"""Work of Spark that waits for nothing of each other, begun at once: a small query leaves most cores to the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """What each of these returns, in their order; each has a thread of its own.

    All of them have ended when this does. Where several raise, the error is that of the first in their order.
    """
    with ThreadPoolExecutor(len(work)) as pool:
        begun = [pool.submit(one) for one in work]
    return [one.result() for one in begun]
