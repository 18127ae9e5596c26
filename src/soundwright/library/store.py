"""The index as one SQLite file: facts in a table, words in FTS5, vectors as blobs beside them.

Why SQLite: one file, one transaction for an entry's facts, words and vectors, so that a process killed at any moment
leaves either the whole entry or nothing; write-ahead logging lets others search while one adds, and locks between two
that add. Why no vector extension, LanceDB or usearch: exact nearness over a hundred thousand small vectors takes 10 ms
in numpy (see `vectors`), and a second store beside the first would have to be repaired after every crash. Vectors are
read into memory when an index is first searched, and the part that is new when another process has added to it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest, CannotRun

SCHEMA = 1
SHAPES = ("one-shot", "several", "texture", "loop")
WAIT_S = 60.0  # how long one process waits for another's transaction


@dataclass(frozen=True)
class Entry:
    """What is known of one file. `commercial` None: its licence does not say, or none was found."""

    path: str
    sha256: str
    bytes: int
    mtime_ns: int
    duration_s: float = 0.0
    rate: int = 0
    channels: int = 0
    loudness_lufs: float | None = None  # integrated; of a sound under 0.4 s its loudest moment; None: silent
    peak_dbfs: float | None = None
    shape: str = ""
    onset_s: float = 0.0
    end_s: float = 0.0
    onsets: int = 0
    sharpness: float = 0.0  # 0 slow to 1 sharp: how fast the first onset rises
    pitch_hz: float | None = None
    tempo_bpm: float | None = None
    category: str = ""  # CatID of UCS
    licence: str = ""
    author: str = ""
    commercial: bool | None = None
    fault: str = ""  # why it could not be heard; such a file is never an answer


@dataclass(frozen=True)
class Text:
    """The words of one file, by how much they say: its name, its folders, what it says of itself, its category's."""

    name: str
    folder: str = ""
    said: str = ""
    kin: str = ""


COLUMNS = tuple(field.name for field in fields(Entry))
TYPES = {"bytes": "INTEGER", "mtime_ns": "INTEGER", "rate": "INTEGER", "channels": "INTEGER", "onsets": "INTEGER",
         "path": "TEXT NOT NULL UNIQUE", "sha256": "TEXT NOT NULL", "shape": "TEXT", "category": "TEXT",
         "licence": "TEXT", "author": "TEXT", "fault": "TEXT", "commercial": "INTEGER"}  # fmt: skip
_COLUMNS = ", ".join(f"{name} {TYPES.get(name, 'REAL')}" for name in COLUMNS)
DDL = (
    f"CREATE TABLE entries (id INTEGER PRIMARY KEY AUTOINCREMENT, {_COLUMNS}, embedding TEXT, packed BLOB)",
    "CREATE INDEX entries_sha256 ON entries (sha256)",
    "CREATE TABLE folders (path TEXT PRIMARY KEY)",
    "CREATE VIRTUAL TABLE texts USING fts5 (name, folder, said, kin, tokenize = 'porter unicode61')",
    f"PRAGMA user_version = {SCHEMA}",
)


def place() -> Path:
    """Where the index lies: `SOUNDWRIGHT_LIBRARY`, or `soundwright/library.db` in the user's data folder."""
    if named := os.environ.get("SOUNDWRIGHT_LIBRARY"):
        return Path(named)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "soundwright" / "library.db"


class Store:
    """An open index. Raises `BadRequest` when the file is no index, `CannotRun` when it cannot be opened here."""

    def __init__(self, path: Path | None = None):
        self.path = Path(path) if path else place()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self._prepare()
        except (sqlite3.OperationalError, OSError) as error:
            raise CannotRun(f"the library {self.path} cannot be opened ({error})") from error
        except sqlite3.DatabaseError as error:
            raise BadRequest(f"{self.path} is not a library of Soundwright ({error})") from error

    def _prepare(self) -> None:
        if self.version() == 0:
            with self.changing():
                if self.version() == 0:  # another process may have been first
                    for statement in DDL:
                        self.db.execute(statement)
        if self.version() != SCHEMA:
            raise BadRequest(f"the library {self.path} was written by another version of Soundwright; add anew")

    def version(self) -> int:
        return self.db.execute("PRAGMA user_version").fetchone()[0]

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction: all of it, or, after a fault or a kill, nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def put(self, entry: Entry, text: Text, packed: bytes | None, embedding: str = "") -> None:
        """Write or replace the entry of a path; inside `changing`."""
        values = asdict(entry) | {"embedding": embedding, "packed": packed}
        self.drop([entry.path])  # a new id says to others that it is new
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO entries ({', '.join(values)}) VALUES ({marks})"
        at = self.db.execute(sql, tuple(values.values())).lastrowid
        self.db.execute("INSERT INTO texts (rowid, name, folder, said, kin) VALUES (?, ?, ?, ?, ?)",
                        (at, text.name, text.folder, text.said, text.kin))  # fmt: skip

    def drop(self, paths: Iterable[str]) -> None:
        """Forget paths; inside `changing`."""
        for path in paths:
            found = self.db.execute("SELECT id FROM entries WHERE path = ?", (path,)).fetchone()
            if found:
                self.db.execute("DELETE FROM entries WHERE id = ?", found)
                self.db.execute("DELETE FROM texts WHERE rowid = ?", found)

    def known(self, folder: str = "") -> dict[str, tuple[int, int, str, str]]:
        """path -> (bytes, mtime_ns, sha256, embedding) of all entries under a folder."""
        low, high = (folder, folder.rstrip(os.sep) + chr(ord(os.sep) + 1)) if folder else ("", chr(0x10FFFF))
        rows = self.db.execute(
            "SELECT path, bytes, mtime_ns, sha256, embedding FROM entries WHERE path >= ? AND path < ?", (low, high)
        )
        return {path: (size, time, digest, embedding) for path, size, time, digest, embedding in rows}

    def stands(self, path: str, size: int, mtime_ns: int, embedding: str) -> bool:
        """Whether the entry of a path is there, as new as the file, and heard by this embedding or faulty."""
        sql = "SELECT bytes, mtime_ns, embedding FROM entries WHERE path = ?"
        found = self.db.execute(sql, (path,)).fetchone()
        return found is not None and found[:2] == (size, mtime_ns) and found[2] in (embedding, "")

    def entries(self, ids: Iterable[int] | None = None) -> dict[int, Entry]:
        """Entries by id, all of them or those asked for."""
        sql = f"SELECT id, {', '.join(COLUMNS)} FROM entries"
        if ids is None:
            rows = self.db.execute(f"{sql} ORDER BY path").fetchall()
        else:
            rows = [row for at in ids for row in self.db.execute(f"{sql} WHERE id = ?", (int(at),))]
        return {row[0]: Entry(**_typed(dict(zip(COLUMNS, row[1:], strict=True)))) for row in rows}

    def text(self, at: int) -> Text:
        return Text(*self.db.execute("SELECT name, folder, said, kin FROM texts WHERE rowid = ?", (at,)).fetchone())

    def folders(self) -> list[str]:
        return [row[0] for row in self.db.execute("SELECT path FROM folders ORDER BY path")]

    def watch_over(self, folder: str) -> None:
        """Remember a folder that was asked for, so that `add` without a name visits it again."""
        with self.changing():
            self.db.execute("INSERT OR IGNORE INTO folders VALUES (?)", (folder,))

    def count(self) -> int:
        return self.db.execute("SELECT count(*) FROM entries WHERE fault = ''").fetchone()[0]


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    commercial = values["commercial"]
    return values | {"commercial": None if commercial is None else bool(commercial)}
