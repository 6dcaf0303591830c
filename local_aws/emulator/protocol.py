"""What a request handler of the emulator takes and gives."""

from collections.abc import Awaitable, Callable
from typing import Any

Response = tuple[int, dict[str, str], bytes]


Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Response]]
