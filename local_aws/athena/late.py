"""Athena, loaded when it is first asked, and a while after the start.

Its libraries and the process that queries come from take more time to begin than all the rest of the server, which
nobody should wait for who has no query.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING, Any

from local_aws import emulator
from local_aws.athena.engine.limits import Limits
from local_aws.emulator import Handler, Response
from local_aws.glue.jobs.warm_process import minutes_from_environment

if TYPE_CHECKING:
    from local_aws.athena.service import AthenaService

_UNASKED_S = 20


class LateAthena:
    """Stands for AthenaService until there is one; `next` hands a request on to the emulator's Athena.

    Raises:
        LimitsError: the environment's limits of queries are none.
    """

    def __init__(self) -> None:
        self.next: Handler
        self._limits = Limits.of(os.environ)
        self._folder = emulator.scratch_folder("queries")
        shutil.rmtree(self._folder, ignore_errors=True)  # what a killed server left
        self._service: AthenaService | None = None
        self._loading = asyncio.Lock()

    async def handle(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        """See AthenaService."""
        service = self._service or await self._loaded()
        return await service.handle(method, path, headers, body, query)

    async def load_unasked(self) -> None:
        """Load it when the server has been there for 20 seconds, so that a first query need not wait.

        Where nothing is to wait for a job, which takes more, nothing waits for a query either.
        """
        if minutes_from_environment():
            await asyncio.sleep(_UNASKED_S)
            await self._loaded()

    async def _loaded(self) -> AthenaService:
        async with self._loading:
            if self._service is None:
                self._service = (await asyncio.to_thread(_service_class))(self._folder, self._limits)
                self._service.next = self.next
            return self._service


def _service_class() -> type[AthenaService]:
    from local_aws.athena.service import AthenaService

    return AthenaService
