"""Files that clients bring: taken in aside, examined in a child process, kept under an opaque id."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from soundwright.database import Database
from soundwright.serve.settings import Settings
from soundwright.serve.store import Refused
from soundwright.serve.tables import FILES, alone, now

PROBE_S = 90.0  # of wall clock; the child's own limit of CPU time is shorter
AT_ONCE = 2
CHILD = ("-m", "soundwright.serve.probe")
WAV_BYTES_S = 8 * 4 * 384_000  # of the widest sound that there is, decoded
PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TMPDIR")


@dataclass(frozen=True)
class Upload:
    """One row; `stored` is its name in the folder of uploads."""

    id: str
    owner: str
    name: str
    kind: str
    stored: str
    bytes: int
    duration_s: float
    facts: dict[str, Any]
    made_at: float


COLUMNS = [FILES.c[field.name] for field in fields(Upload)]


def _upload(row: Any) -> Upload:
    values = dict(row._mapping)
    return Upload(**values | {"facts": json.loads(values["facts"])})


class Uploads:
    """All uploads of a service."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings, self.folder = database, settings, settings.uploads
        self.folder.mkdir(parents=True, exist_ok=True)
        self._turn = threading.Semaphore(AT_ONCE)

    def aside(self) -> Path:
        """Where a file may be written while it comes."""
        return self.folder / f".{secrets.token_hex(16)}.part"

    def get(self, id: str, owner: str | None = None) -> Upload | None:
        with self.database.read() as connection:
            row = connection.execute(select(*COLUMNS).where(FILES.c.id == id)).first()
        found = _upload(row) if row else None
        return found if found and owner in (None, found.owner) else None

    def list(self, owner: str) -> list[Upload]:
        with self.database.read() as connection:
            mine = select(*COLUMNS).where(FILES.c.owner == owner).order_by(FILES.c.made_at.desc()).limit(1000)
            return [_upload(row) for row in connection.execute(mine)]

    def room(self, owner: str, more: int = 0) -> None:
        """Raise `Refused` (429) when the owner's uploads would be too many bytes."""
        with self.database.read() as connection:
            mine = select(func.coalesce(func.sum(FILES.c.bytes), 0)).where(FILES.c.owner == owner)
            self._fits(connection.execute(mine).scalar_one() + more)

    def take(self, aside: Path, owner: str, name: str) -> Upload:
        """Examine what was written `aside` and keep it. Raises `Refused` (422) for what is no sound or film, (429)."""
        id = secrets.token_hex(16)
        decoded = aside.with_name(f"{aside.name}.wav")
        try:
            with self._turn:
                facts = examine(aside, decoded, self.settings)
            kind, duration_s = facts.pop("kind"), facts.pop("duration_s")
            kept, ending = (decoded, ".wav") if kind == "sound" else (aside, ".film")
            stored, size = f"{id}{ending}", kept.stat().st_size
            new = Upload(id, owner, shown(name), kind, stored, size, round(duration_s, 6), facts, 0.0)
            os.replace(kept, self.folder / stored)
            try:
                return self._keep(new)
            except BaseException:
                (self.folder / stored).unlink(missing_ok=True)
                raise
        finally:
            aside.unlink(missing_ok=True)
            decoded.unlink(missing_ok=True)

    def _keep(self, new: Upload) -> Upload:
        with self.database.write() as connection:
            alone(connection, new.owner)
            mine = select(func.coalesce(func.sum(FILES.c.bytes), 0)).where(FILES.c.owner == new.owner)
            self._fits(connection.execute(mine).scalar_one() + new.bytes)
            values = {**vars(new), "facts": json.dumps(new.facts), "made_at": now(connection)}
            return _upload(connection.execute(FILES.insert().values(**values).returning(*COLUMNS)).one())

    def _fits(self, size: int) -> None:
        if size > self.settings.uploads_bytes:
            raise Refused(429, f"uploads take {self.settings.uploads_bytes} bytes at most: delete some that are done")

    def remove(self, upload: Upload) -> None:
        with self.database.write() as connection:
            connection.execute(FILES.delete().where(FILES.c.id == upload.id))
        (self.folder / upload.stored).unlink(missing_ok=True)

    def old(self, keep_s: float) -> list[Upload]:
        with self.database.read() as connection:
            late = FILES.c.made_at < now(connection) - keep_s
            return [_upload(row) for row in connection.execute(select(*COLUMNS).where(late))]

    def stored(self) -> set[str]:
        """The names of all files that belong to an upload."""
        with self.database.read() as connection:
            return set(connection.execute(select(FILES.c.stored)).scalars())


def shown(name: str) -> str:
    """A client's name for a file, fit to be shown: its last part, without what does not print."""
    return re.sub(r"[^\w .,()+&'-]", "_", re.split(r"[/\\]", name)[-1])[:120].strip() or "untitled"


def examine(path: Path, decoded: Path, settings: Settings) -> dict[str, Any]:
    """What the child process says of a file (see `probe`). Raises `Refused` (422)."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # each thread reserves memory
    most = max(int(settings.longest_s * WAV_BYTES_S / 16), settings.upload_bytes)
    command = [sys.executable, *CHILD, str(path), str(decoded)]
    try:
        done = subprocess.run(
            [*command, str(settings.longest_s), str(most)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_S, env=environment, cwd=path.parent,
        )  # fmt: skip
        said = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        said = {}
    if "kind" not in said:
        raise Refused(422, said.get("error") or "it could not be decoded within the time and memory that are given")
    return said
