"""Answers are kept in SQLite and PostgreSQL alike: at once, by several, and no link can be made up."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from soundwright.database import Database
from soundwright.errors import BadRequest, CannotRun
from soundwright.listen.design import Trial
from soundwright.listen.store import META, Locked, Store

TRIAL = Trial("test", "item \N{SNOWMAN}", ("a", "b"))
OTHER = Trial("test", "other", ("a", "b"))


def test_answers_stand_when_the_store_is_opened_again(store, address):
    [token] = store.invite(1)
    rater = store.rater(token)
    store.rate(rater, TRIAL, "a", 10, only=False)
    store.rate(rater, TRIAL, "b", 20, only=False)
    store.rate(rater, TRIAL, "a", 30, only=False)
    store.rate(rater, OTHER, "a", 1, only=True)
    store.rate(rater, OTHER, "b", 1, only=True)
    again = Store(Database(address), "A test")
    assert again.secret == store.secret
    assert again.rater(token) == rater
    rated = {(TRIAL.key, "a"): 30, (TRIAL.key, "b"): 20, (OTHER.key, "b"): 1}
    assert again.answers(rater) == (rated, set())
    assert again.finish(rater, TRIAL, 3, 1500, {"a": 2}, 2) == 0
    [first, *_] = [rating for rating in again.ratings() if rating.done]
    assert (first.rater, first.place, first.elapsed_ms, first.plays) == (rater.name, 3, 1500, '{"a": 2}')
    assert len(again.ratings()) == 3


def test_a_trial_closes_when_it_is_whole_and_stays_so(store):
    rater = store.rater(store.invite(1)[0])
    store.rate(rater, TRIAL, "a", 10, only=False)
    assert store.finish(rater, TRIAL, 0, 0, {}, 2) == 1
    store.rate(rater, TRIAL, "b", 20, only=False)
    assert store.finish(rater, TRIAL, 0, 0, {}, 2) == 0
    assert store.finish(rater, TRIAL, 0, 0, {}, 2) == 0
    with pytest.raises(Locked):
        store.rate(rater, TRIAL, "b", 99, only=False)
    assert store.answers(rater) == ({(TRIAL.key, "a"): 10, (TRIAL.key, "b"): 20}, {TRIAL.key})


def test_links_cannot_be_made_up(store):
    [token] = store.invite(1)
    assert re.fullmatch(r"[0-9a-f]{48}", token)
    wrong = [token[:-1] + ("0" if token[-1] != "0" else "1"), token[:16], token.upper(), token + "0", "", "é" * 48]
    wrong += [store.token("0" * 16), "0" * 48, token[:16] + "0" * 32]
    for made_up in wrong:
        assert store.rater(made_up) is None
    other = Store(store.database, "Another test")
    assert other.secret != store.secret
    assert other.rater(token) is None
    assert other.rater(other.token(token[:16])) is None  # signed there, but invited here


def test_a_test_that_was_answered_does_not_change(store):
    store.settle("first")
    store.settle("second")
    rater = store.rater(store.invite(1)[0])
    store.rate(rater, TRIAL, "a", 10, only=False)
    store.settle("second")
    with pytest.raises(BadRequest, match="give the test another title"):
        store.settle("third")


def test_many_at_once_lose_nothing(store, address):
    tokens = store.invite(8)
    ready = threading.Barrier(8)

    def work(token: str) -> None:
        own = Store(Database(address), "A test")
        rater = own.rater(token)
        ready.wait()
        for number in range(12):
            own.rate(rater, Trial("test", f"item {number}", ("a",)), "a", number, only=False)
        own.database.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, tokens))
    found = {(rating.rater, rating.trial): rating.value for rating in store.ratings()}
    assert len(found) == 96


def test_one_rater_in_two_windows(store):
    """Both change the same answer at the same time: one of them stands, none fails."""
    rater = store.rater(store.invite(1)[0])
    ready = threading.Barrier(4)

    def work(number: int) -> None:
        ready.wait()
        for value in range(10):
            store.rate(rater, TRIAL, "a", 100 * number + value, only=False)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    [(_, value)] = store.answers(rater)[0].items()
    assert value % 100 == 9


def test_several_open_a_new_database_at_once(address):
    ready = threading.Barrier(4)

    def work(_: int) -> str:
        ready.wait()
        return Store(Database(address), "Same").secret

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(work, range(4)))) == 1


def test_migrations_make_the_tables_that_are_used(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "listen_version"})
        found = [change for change in compare_metadata(context, META) if "listen_version" not in str(change)]
    assert found == []


def test_a_missing_extra_is_told_with_its_command(monkeypatch):
    monkeypatch.setattr("soundwright.machine.importlib.util.find_spec", lambda name: None)
    with pytest.raises(CannotRun, match=r"pip install 'soundwright\[web\]'"):
        Database("sqlite:///x.db")


def test_a_newer_database_is_left_alone(store, address):
    from sqlalchemy import text

    with store.database.write() as connection:
        connection.execute(text("UPDATE listen_version SET version_num = '9999'"))
    with pytest.raises(CannotRun, match="not of this version"):
        Store(Database(address), "A test")


@pytest.mark.parametrize(
    ("url", "error", "says"),
    [
        ("nonsense", BadRequest, "a database is sqlite:///FILE or postgresql://USER@HOST/NAME"),
        ("mysql://me@host/lab", BadRequest, "there is no database 'mysql' here"),
        ("sqlite:////nowhere/at/all.db", CannotRun, "cannot be used: unable to open"),
        ("postgresql://me:hidden@127.0.0.1:1/lab", CannotRun, "cannot be used"),
    ],
)
def test_databases_that_are_none(url, error, says):
    with pytest.raises(error, match=says) as fault:
        Store(Database(url), "A test")
    assert "hidden" not in str(fault.value)
