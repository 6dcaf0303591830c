"""The emulator's state in SQLite: a row a record, and a row a member of the records that grow with data.

A commit is one transaction over all services. It survives the process being killed at any moment; nothing is forced
through the operating system's cache, so that a loss of power may take the last seconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Row = tuple[str, str, str, str, int | str, str]
"""(service, store, key, path, place, value); the record itself has path and place ""."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS store (service TEXT, name TEXT, kind TEXT NOT NULL, PRIMARY KEY (service, name));
CREATE TABLE IF NOT EXISTS format (service TEXT PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS record (
    service TEXT, store TEXT, key TEXT, path TEXT, place, value TEXT NOT NULL,
    PRIMARY KEY (service, store, key, path, place)) WITHOUT ROWID;
"""
_PUT = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"
_PROBE = "x" * 65536
_OF_RECORD = "service = ? AND store = ? AND key = ?"


@dataclass
class Batch:
    """What one transaction writes: removals first, then rows."""

    puts: list[Row] = field(default_factory=list)
    removals: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)
    formats: dict[str, int] = field(default_factory=dict)
    stores: list[tuple[str, str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.puts or self.removals)

    def remove_record(self, service: str, store: str, key: str) -> None:
        """Remove a record with its members."""
        self.removals.append((_OF_RECORD, (service, store, key)))

    def remove_members(self, service: str, store: str, key: str) -> None:
        """Remove the members of a record."""
        self.removals.append((f"{_OF_RECORD} AND NOT (path = '' AND place = '')", (service, store, key)))

    def remove_path(self, service: str, store: str, key: str, path: str, first: int = 0) -> None:
        """Remove the members of a path whose place is `first` or greater."""
        self.removals.append((f"{_OF_RECORD} AND path = ? AND place >= ?", (service, store, key, path, first)))

    def remove_before(self, service: str, store: str, key: str, path: str, end: int) -> None:
        """Remove the members of a path whose place is less than `end`."""
        self.removals.append((f"{_OF_RECORD} AND path = ? AND place < ?", (service, store, key, path, end)))

    def remove_member(self, service: str, store: str, key: str, path: str, place: int | str) -> None:
        """Remove one member."""
        self.removals.append((f"{_OF_RECORD} AND path = ? AND place = ?", (service, store, key, path, place)))


class Database:
    """The file; for one thread at a time.

    Raises:
        sqlite3.Error: from each method, when the file cannot be read or written.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")  # no shared memory file, which a full disk could tear away
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_size_limit=16777216")
        self._db.executescript(_SCHEMA)

    def write(self, batch: Batch) -> None:
        """Write all of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for condition, values in batch.removals:
                self._db.execute(f"DELETE FROM record WHERE {condition}", values)  # noqa: S608 - our own conditions
            self._db.executemany(_PUT, batch.puts)
            if batch.stores:
                self._db.executemany("INSERT OR REPLACE INTO store VALUES (?, ?, ?)", batch.stores)
            if batch.formats:
                self._db.executemany("INSERT OR REPLACE INTO format VALUES (?, ?)", batch.formats.items())
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def probe(self) -> None:
        """Write and take back as much as a usual commit takes."""
        for service in ("probe", ""):
            batch = Batch()
            if service:
                batch.puts.append(("", service, "", "", "", _PROBE))
            else:
                batch.remove_record("", "probe", "")
            self.write(batch)

    def formats(self) -> dict[str, int]:
        """The version of the state of each service that has one here."""
        return dict(self._db.execute("SELECT service, version FROM format"))

    def stores(self, service: str) -> dict[str, str]:
        """Name and kind of each store of a service."""
        return dict(self._db.execute("SELECT name, kind FROM store WHERE service = ?", (service,)))

    def rows(self, service: str) -> Iterator[Row]:
        """All rows of a service: those of a record stand together, the record first, its members by their place."""
        yield from self._db.execute("SELECT * FROM record WHERE service = ? ORDER BY 1, 2, 3, 4, 5", (service,))

    def record(self, service: str, store: str, key: str) -> str | None:
        """The value of a record without its members."""
        found = self._db.execute(
            f"SELECT value FROM record WHERE {_OF_RECORD} AND path = '' AND place = ''",  # noqa: S608
            (service, store, key),
        ).fetchone()
        return str(found[0]) if found else None

    def members(self, service: str, store: str, key: str) -> Iterable[Row]:
        """The members of a record, by path and place."""
        return self._db.execute(
            f"SELECT * FROM record WHERE {_OF_RECORD} AND NOT (path = '' AND place = '') ORDER BY path, place",  # noqa: S608
            (service, store, key),
        ).fetchall()

    def member(self, service: str, store: str, key: str, path: str, place: int | str) -> str | None:
        """The value of one member."""
        found = self._db.execute(
            f"SELECT value FROM record WHERE {_OF_RECORD} AND path = ? AND place = ?",  # noqa: S608
            (service, store, key, path, place),
        ).fetchone()
        return str(found[0]) if found else None

    def close(self) -> None:
        """Close the file."""
        self._db.close()
