"""The record of used rights on disk: what changed is written every few seconds and at the end.

It tells what happened, and nothing depends on it: a kill may lose its last seconds, and what cannot be written waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
from pathlib import Path

from local_aws.emulator.iam.used_rights import Key, Use, UsedRights

logger = logging.getLogger(__name__)

FILE = "used_rights.sqlite"
_EVERY_S = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS use (
    role TEXT, action TEXT, resource TEXT, told TEXT, allowed INTEGER NOT NULL, denied INTEGER NOT NULL,
    last REAL NOT NULL, context TEXT NOT NULL, PRIMARY KEY (role, action, resource, told)) WITHOUT ROWID;
"""
_WRITE = "INSERT OR REPLACE INTO use VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class UsedRightsFile:
    """Keeps a record in a file of the state folder.

    Args:
        folder: the emulator's.
        record: what is kept; what the file has is put into it now.
    """

    def __init__(self, folder: Path, record: UsedRights) -> None:
        self._record = record
        self._database = sqlite3.connect(folder / FILE, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.executescript(_SCHEMA)
        found = self._database.execute("SELECT * FROM use ORDER BY last").fetchall()
        record.put_back(
            (Key(*row[:4]), Use(allowed=row[4], denied=row[5], last=row[6], context=json.loads(row[7])))
            for row in found
        )

    async def save_regularly(self) -> None:
        """Write what changed, for as long as the server runs."""
        while True:
            await asyncio.sleep(_EVERY_S)
            await asyncio.to_thread(self.save)

    def save(self) -> None:
        """Write what changed since the last time, and let go of roles that the record let go of."""
        changed = self._record.take_changed()
        if not changed:
            return
        rows = [(*key, use.allowed, use.denied, use.last, json.dumps(use.context, default=str)) for key, use in changed]
        try:
            self._database.execute("BEGIN")
            self._database.executemany(_WRITE, rows)
            kept = json.dumps(self._record.roles())
            self._database.execute("DELETE FROM use WHERE role NOT IN (SELECT value FROM json_each(?))", (kept,))
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            logger.warning("which rights roles used is not written down: %s", error)
            with contextlib.suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            self._record.have_changed(key for key, _ in changed)
