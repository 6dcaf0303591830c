"""Work of Spark that waits for nothing of each other, begun at once: a small query leaves most cores to the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """What each of these returns, in their order, once all have ended.

    The last one stays in the thread of the caller, and is the one for what may not like another (that Glue Data Quality
    does is not verified); each of the others has one of its own. Where several raise, the last one's error is the one
    that is told, else the first of the others.
    """
    *others, last = work
    with ThreadPoolExecutor(max(1, len(others))) as pool:
        begun = [pool.submit(one) for one in others]
        own = last()
    return [*(one.result() for one in begun), own]
