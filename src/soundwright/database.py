"""A database that rooms can share: SQLite in one file, or PostgreSQL by its address. Each room brings its own tables.

A room's tables are made and changed by Alembic's migrations in a folder of that room, under a version table of its own,
so that several rooms can live in one database. What is written stands on the disk when `write()` is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from soundwright.errors import BadRequest, CannotRun
from soundwright.machine import first_line, need

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

WAIT_S = 30  # how long a writer waits for another process; a write takes a few milliseconds
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """Connections to one database. Example: `Database("sqlite:///answers.db")`, `Database("postgresql://me@host/lab")`.

    Raises `BadRequest` for an address that names neither, `CannotRun` where the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        need("web", "sqlalchemy", "alembic")
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            address = make_url(url)
        except ArgumentError:
            raise BadRequest("a database is sqlite:///FILE or postgresql://USER@HOST/NAME") from None
        kind = address.drivername.partition("+")[0]
        if kind not in DRIVERS:
            raise BadRequest(f"there is no database {kind!r} here: sqlite:///FILE or postgresql://USER@HOST/NAME")
        if kind != "sqlite":
            need("postgres", "psycopg")
        self.address = address.set(drivername=DRIVERS[kind])
        # SQLite's own waiting is by trying again; writers of one process take turns instead, in the order they come
        self.turn = threading.Lock() if kind == "sqlite" else nullcontext()
        self.engine = _sqlite(self.address) if kind == "sqlite" else _postgres(self.address)

    @property
    def name(self) -> str:
        """The address as it may be shown: without a password."""
        return self.address.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only looks."""
        with self._told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that stands wholly, on the disk, when it is left, or not at all."""
        with self._told(), self.turn, self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def migrate(self, room: str, folder: Path) -> None:
        """Bring the tables of `room` to the newest of the migrations in `folder`; a second process waits for the first.

        Raises `CannotRun` when the database was made by a newer version.
        """
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError
        from sqlalchemy import text

        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtext(:room))"), {"room": f"soundwright {room}"}
                )
            config.attributes |= {"connection": connection, "version_table": f"{room}_version"}
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise CannotRun(f"the tables in {self.name} are not of this version: {first_line(error)}") from None

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        from sqlalchemy.exc import DBAPIError

        try:
            yield
        except DBAPIError as error:
            raise CannotRun(f"the database {self.name} cannot be used: {first_line(error.orig or error)}") from error


def _sqlite(address) -> Engine:
    from sqlalchemy import create_engine, event

    engine = create_engine(address, connect_args={"timeout": WAIT_S})

    @event.listens_for(engine, "connect")
    def _connect(connection, _record) -> None:
        connection.isolation_level = None  # transactions begin below, as we say, and hold changes of tables as well
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            _set(connection, setting)

    @event.listens_for(engine, "begin")
    def _begin(connection) -> None:
        # a writer takes its place at once: one that began as a reader could be refused in the middle
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


def _set(connection, setting: str) -> None:
    """One of SQLite's settings; to turn a new file to WAL it wants it alone, and does not wait for that by itself."""
    import sqlite3

    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute(f"PRAGMA {setting}")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _postgres(address) -> Engine:
    from sqlalchemy import create_engine

    return create_engine(address, pool_size=10, max_overflow=20, pool_pre_ping=True)
