"""The tables of the service. Times are seconds since 1970 by the database's clock, which all machines share."""

from __future__ import annotations

import platform
import secrets
import time
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    select,
    text,
)

from soundwright.database import Database
from soundwright.errors import BadRequest, CannotRun

ROOM, MIGRATIONS = "serve", Path(__file__).with_name("migrations")
META = MetaData()
JOBS = Table(
    "serve_jobs",
    META,
    Column("number", Integer, primary_key=True),  # the order in which they came
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False, index=True),  # the name of a key; "" without keys
    Column("token", Text),  # by which a client knows that it asked already
    Column("verb", Text, nullable=False),
    Column("asked", Text, nullable=False),  # JSON
    Column("state", Text, nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("fraction", Float, nullable=False),
    Column("audio_s", Float, nullable=False),
    Column("error", Text, nullable=False),
    Column("error_type", Text, nullable=False),
    Column("files", Text, nullable=False),  # JSON
    Column("bytes", BigInteger, nullable=False),
    Column("attempt", Text, nullable=False),  # the folder of the attempt that runs, or that stands
    Column("tries", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("cancel", Integer, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("began_at", Float),
    Column("ended_at", Float),
    Column("model", Text, nullable=False, server_default=""),  # the checkpoint that it wants loaded, "" for none
    UniqueConstraint("owner", "token", name="serve_jobs_token"),
)
FILES = Table(
    "serve_files",
    META,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),  # what the client called it, only to be shown
    Column("kind", Text, nullable=False),  # sound, film
    Column("stored", Text, nullable=False),  # its name in the folder of uploads
    Column("bytes", BigInteger, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Column("made_at", Float, nullable=False),
)

FACTS = Table(
    "serve_facts",
    META,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


def open_tables(url: str) -> Database:
    """The database of a service, its tables as this version wants them. Raises `BadRequest`, `CannotRun`."""
    database = Database(url)
    database.migrate(ROOM, MIGRATIONS)
    return database


def now(connection: Connection) -> float:
    """The database's time: SQLite has this machine's, PostgreSQL its own."""
    if connection.dialect.name == "postgresql":
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    return time.time()


def own(database: Database, folder: Path) -> None:
    """Tie a folder to its database: what the database does not know is deleted from the folder, so it must not be
    another's. Raises `BadRequest` when it is."""
    mark = folder / "service-id"
    with database.write() as connection:
        alone(connection, ROOM)
        known = connection.execute(select(FACTS.c.value).where(FACTS.c.name == "id")).scalar()
        if known is None:
            known = secrets.token_hex(16)
            connection.execute(FACTS.insert().values(name="id", value=known))
        if not mark.exists():
            mark.write_text(known, "utf-8")
        elif mark.read_text("utf-8") != known:
            raise BadRequest(f"{folder} belongs to another database than {database.name}: give each its own --folder")


def belongs(database: Database, folder: Path) -> None:
    """Raise `CannotRun` where this machine sees another folder than the one that is tied to the database."""
    with database.read() as connection:
        known = connection.execute(select(FACTS.c.value).where(FACTS.c.name == "id")).scalar()
    mark = folder / "service-id"
    if not mark.is_file() or mark.read_text("utf-8") != known:
        raise CannotRun(f"{folder} on {platform.node()} is not the service's folder: all machines have to see it there")


def alone(connection: Connection, owner: str) -> None:
    """Let no other writer of the same owner in before this transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:who))"), {"who": f"soundwright serve {owner}"})
