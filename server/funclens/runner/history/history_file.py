"""Keeps the history in a SQLite file across restarts.

Secrets are masked before they are written, and only the user can read the file. A
thread writes, so that a slow disk delays no request; what leaves the history before it
was written is never written.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import stat
import threading
import time
from typing import TYPE_CHECKING

from funclens.errors import RunnerError
from funclens.runner.history.stored_entry import StoredEntry, from_stored, to_stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.history.entry import Entry
    from funclens.runner.history.masking.redaction import Redaction

__all__ = ["HistoryFile"]

VERSION = 1
"""In `user_version`; increases when an older Funclens couldn't read the file."""

_APPLICATION = 0x46554E43
_BUSY_SECONDS = 2.0
_PAUSE_SECONDS = 0.3
_CLOSE_SECONDS = 5.0
_SCHEMA = """
create table requests (
    id text primary key, at real not null, facts text not null,
    request blob not null, response blob not null
) without rowid
"""


class HistoryFile:
    """A file with the entries of a history."""

    def __init__(self, path: str, on_error: Callable[[RunnerError], None]) -> None:
        """Open or create the file. Raises RunnerError if that is not possible.

        `on_error` is called in the writing thread when nothing can be written any more.
        """
        self._path = path
        self._on_error = on_error
        self._changed = threading.Condition()
        self._added: dict[str, tuple[Entry, Redaction]] = {}
        self._removed: set[str] = set()
        self._is_closing = False
        try:
            _make(path)
            self._connection = sqlite3.connect(
                path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise _failure(path, error) from error
        self._thread = threading.Thread(target=self._write_forever, daemon=True)

    def load(self, most: int) -> list[Entry]:
        """Return the last entries, oldest first, and start to write.

        Raises RunnerError if the file is damaged.
        """
        query = "select id, at, facts, request, response from requests"
        try:
            rows = self._connection.execute(f"{query} order by at desc limit ?", [most])
            entries = [
                from_stored(StoredEntry(id_, at, json.loads(facts), request, response))
                for id_, at, facts, request, response in rows
            ]
            known = [(entry.id,) for entry in entries]
            with self._connection:
                self._connection.execute("begin immediate")
                self._connection.execute(
                    "create temp table known (id text primary key)"
                )
                self._connection.executemany("insert into known values (?)", known)
                self._connection.execute(
                    "delete from requests where id not in (select id from known)"
                )
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            self._connection.close()
            raise _failure(self._path, error) from error
        self._thread.start()
        return entries[::-1]

    def add(self, entry: Entry, redaction: Redaction) -> None:
        """Write an entry soon."""
        with self._changed:
            self._added[entry.id] = entry, redaction
            self._changed.notify()

    def remove(self, id_: str) -> None:
        """Delete an entry soon."""
        with self._changed:
            if self._added.pop(id_, None) is None:
                self._removed.add(id_)
                self._changed.notify()

    def close(self) -> None:
        """Write what waits, for some seconds, and close the file."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(_CLOSE_SECONDS)

    def _prepare(self) -> None:
        execute = self._connection.execute
        (version,) = execute("pragma user_version").fetchone()
        (application,) = execute("pragma application_id").fetchone()
        (tables,) = execute("select count(*) from sqlite_master").fetchone()
        if application != _APPLICATION and (tables or version or application):
            raise RunnerError(
                f"'{self._path}' is the database of another program",
                hint="pass another file to --history",
            )
        if application == _APPLICATION and version != VERSION:
            raise RunnerError(
                f"the history file '{self._path}' was written by another version of "
                "Funclens",
                hint="pass another file to --history, or delete this one",
            )
        execute("pragma journal_mode = wal")
        execute("pragma synchronous = normal")
        execute("begin immediate")
        if not tables:
            execute(_SCHEMA)
            execute(f"pragma application_id = {_APPLICATION}")
            execute(f"pragma user_version = {VERSION}")
        execute("commit")

    def _write_forever(self) -> None:
        try:
            while self._write_next():
                pass
        except Exception as error:  # noqa: BLE001 - the runner goes on in memory
            self._on_error(_failure(self._path, error))
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _write_next(self) -> bool:
        """Write what has changed; return False at the end."""
        with self._changed:
            while not (self._added or self._removed or self._is_closing):
                self._changed.wait()
            is_closing = self._is_closing
        if not is_closing:
            time.sleep(_PAUSE_SECONDS)  # more may come, or leave again
        with self._changed:
            added, self._added = self._added, {}
            removed, self._removed = self._removed, set()
        execute = self._connection.execute
        execute("begin immediate")
        for id_ in removed:
            execute("delete from requests where id = ?", [id_])
        for entry, redaction in added.values():
            row = to_stored(entry, redaction)
            execute(
                "insert or replace into requests values (?, ?, ?, ?, ?)",
                row._replace(facts=json.dumps(row.facts)),  # type: ignore[arg-type]
            )
        execute("commit")
        return not is_closing


def _make(path: str) -> None:
    """Create the file if there is none; let only its owner read it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o600)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "it is not a regular file", path)
        if status.st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _failure(path: str, error: Exception) -> RunnerError:
    """Return what is wrong with a file, in a sentence."""
    if isinstance(error, OSError):
        why = error.strerror or str(error)
    elif isinstance(error, sqlite3.OperationalError):
        locked = "another program has locked it"
        why = locked if "locked" in str(error) else str(error)
    else:
        why = "it is damaged, or no history file"
    return RunnerError(
        f"the history file '{path}' cannot be used: {why}",
        hint="requests are kept in memory until the runner stops",
    )
