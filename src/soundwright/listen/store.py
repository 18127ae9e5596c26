"""What raters answer, kept as it comes: each rating is on the disk before the page is told that it is.

An invitation is a rater's name and an HMAC of it by the test's secret, so that no link can be made up. A test is known
by its title; once somebody has answered it, it must not change any more.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Column, Connection, Float, ForeignKey, Integer, MetaData, Table, Text, func, select
from sqlalchemy.dialects import postgresql, sqlite

from soundwright.database import Database
from soundwright.deliver.files import slug
from soundwright.errors import BadRequest
from soundwright.listen.design import Trial, opaque

ROOM, MIGRATIONS = "listen", Path(__file__).with_name("migrations")
META = MetaData()
TESTS = Table(
    "listen_tests",
    META,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("made_at", Text, nullable=False),
)
RATERS = Table(
    "listen_raters",
    META,
    Column("id", Integer, primary_key=True),
    Column("test_id", Integer, ForeignKey("listen_tests.id"), nullable=False, index=True),
    Column("name", Text, nullable=False, unique=True),
    Column("invited_at", Text, nullable=False),
)
RATINGS = Table(
    "listen_ratings",
    META,
    Column("rater_id", Integer, ForeignKey("listen_raters.id"), primary_key=True),
    Column("trial", Text, primary_key=True),
    Column("condition", Text, primary_key=True),
    Column("value", Float, nullable=False),
    Column("rated_at", Text, nullable=False),
)
DONE = Table(
    "listen_done",
    META,
    Column("rater_id", Integer, ForeignKey("listen_raters.id"), primary_key=True),
    Column("trial", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("elapsed_ms", Integer, nullable=False),
    Column("plays", Text, nullable=False),
    Column("done_at", Text, nullable=False),
)


@dataclass(frozen=True)
class Rater:
    number: int
    name: str


@dataclass(frozen=True)
class Rating:
    """One answer of one rater, with what is known of its trial when that is done."""

    rater: str
    trial: str
    condition: str
    value: float
    rated_at: str
    place: int | None
    elapsed_ms: int | None
    plays: str | None

    @property
    def done(self) -> bool:
        return self.place is not None


class Locked(Exception):
    """The trial is done; its answers stand."""


class Store:
    """The answers to one test in a database."""

    def __init__(self, database: Database, title: str) -> None:
        self.database, self.name = database, slug(title, 80)
        database.migrate(ROOM, MIGRATIONS)
        with database.write() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            new = {"name": self.name, "digest": "", "secret": secrets.token_hex(32), "made_at": _now()}
            connection.execute(insert(TESTS).values(**new).on_conflict_do_nothing())  # another may have begun it
            row = connection.execute(select(TESTS).where(TESTS.c.name == self.name)).one()
            self.id, self.secret = row.id, row.secret

    def settle(self, digest: str) -> None:
        """Say what the test is made of. Raises `BadRequest` when it was answered while made of something else."""
        with self.database.write() as connection:
            row = connection.execute(select(TESTS).where(TESTS.c.id == self.id).with_for_update()).one()
            if row.digest == digest:
                return
            mine = select(RATERS.c.id).where(RATERS.c.test_id == self.id)
            if connection.execute(select(func.count()).where(RATINGS.c.rater_id.in_(mine))).scalar_one():
                raise BadRequest(
                    f"the test {self.name!r} or its sounds changed after it was answered, and answers to both would be "
                    f"mixed: undo the change, or give the test another title"
                )
            connection.execute(TESTS.update().where(TESTS.c.id == self.id).values(digest=digest))

    def invite(self, count: int) -> list[str]:
        """Tokens of `count` new raters."""
        names = [secrets.token_hex(8) for _ in range(count)]
        with self.database.write() as connection:
            rows = [{"test_id": self.id, "name": name, "invited_at": _now()} for name in names]
            connection.execute(RATERS.insert(), rows)
        return [self.token(name) for name in names]

    def token(self, name: str) -> str:
        return name + opaque(self.secret, "link", name)

    def raters(self) -> list[str]:
        """The names of all who were invited, in order."""
        with self.database.read() as connection:
            mine = select(RATERS.c.name).where(RATERS.c.test_id == self.id).order_by(RATERS.c.id)
            return list(connection.execute(mine).scalars())

    def rater(self, token: str) -> Rater | None:
        """Who was invited by `token`; nobody for one that was not given out here."""
        name = token[:16]
        if not token.isascii() or not hmac.compare_digest(self.token(name), token):
            return None
        with self.database.read() as connection:
            mine = select(RATERS).where(RATERS.c.test_id == self.id, RATERS.c.name == name)
            row = connection.execute(mine).one_or_none()
        return Rater(row.id, row.name) if row else None

    def answers(self, rater: Rater) -> tuple[dict[tuple[str, str], float], set[str]]:
        """What a rater answered by (trial, condition), and the trials that are done."""
        with self.database.read() as connection:
            rated = connection.execute(select(RATINGS).where(RATINGS.c.rater_id == rater.number)).all()
            done = connection.execute(select(DONE.c.trial).where(DONE.c.rater_id == rater.number)).scalars().all()
        return {(row.trial, row.condition): row.value for row in rated}, set(done)

    def rate(self, rater: Rater, trial: Trial, condition: str, value: float, *, only: bool) -> None:
        """Keep an answer in place of an older one; `only`: it is the trial's one answer. Raises `Locked`."""
        with self.database.write() as connection:
            self._enter(connection, rater, trial)
            same = (RATINGS.c.rater_id == rater.number) & (RATINGS.c.trial == trial.key)
            connection.execute(RATINGS.delete().where(same if only else same & (RATINGS.c.condition == condition)))
            row = {"rater_id": rater.number, "trial": trial.key, "condition": condition}
            connection.execute(RATINGS.insert().values(**row, value=value, rated_at=_now()))

    def finish(self, rater: Rater, trial: Trial, place: int, elapsed_ms: int, plays: dict[str, int], most: int) -> int:
        """Close a trial that has `most` answers; how many it lacks, 0 when it is closed, also by an earlier call."""
        with self.database.write() as connection:
            try:
                self._enter(connection, rater, trial)
            except Locked:
                return 0
            same = (RATINGS.c.rater_id == rater.number) & (RATINGS.c.trial == trial.key)
            lacking = most - connection.execute(select(func.count()).select_from(RATINGS).where(same)).scalar_one()
            if lacking > 0:
                return lacking
            row = {"rater_id": rater.number, "trial": trial.key, "place": place, "elapsed_ms": elapsed_ms}
            told = json.dumps(plays, ensure_ascii=False)
            connection.execute(DONE.insert().values(**row, plays=told, done_at=_now()))
        return 0

    def ratings(self) -> list[Rating]:
        """Every answer, in the order of raters and trials."""
        joined = RATINGS.join(RATERS, RATERS.c.id == RATINGS.c.rater_id).outerjoin(
            DONE, (DONE.c.rater_id == RATINGS.c.rater_id) & (DONE.c.trial == RATINGS.c.trial)
        )
        columns = [RATERS.c.name.label("rater"), RATINGS.c.trial, RATINGS.c.condition, RATINGS.c.value]
        columns += [RATINGS.c.rated_at, DONE.c.place, DONE.c.elapsed_ms, DONE.c.plays]
        wanted = select(*columns).select_from(joined).where(RATERS.c.test_id == self.id)
        order = wanted.order_by(RATERS.c.id, RATINGS.c.trial, RATINGS.c.condition)
        with self.database.read() as connection:
            return [Rating(**row._mapping) for row in connection.execute(order)]

    @staticmethod
    def _enter(connection: Connection, rater: Rater, trial: Trial) -> None:
        """Take the rater's row, so that answers of one rater come one after the other."""
        connection.execute(select(RATERS.c.id).where(RATERS.c.id == rater.number).with_for_update())
        closed = select(DONE.c.trial).where(DONE.c.rater_id == rater.number, DONE.c.trial == trial.key)
        if connection.execute(closed).first():
            raise Locked


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
