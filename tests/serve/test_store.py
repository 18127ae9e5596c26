"""Jobs in either database: claimed once, kept by a lease, ended by the one who has them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from soundwright.serve.store import TRIES, Jobs, Refused
from soundwright.serve.tables import open_tables

LEASE_S = 60.0
FILE = {"name": "a.wav", "stored": "a.wav", "role": "audio", "type": "audio/wav", "bytes": 10, "sha256": "0"}


@pytest.fixture
def jobs(address):
    store = Jobs(open_tables(address))
    yield store
    store.database.close()


def ask(jobs, owner="", token=None, most=100, **asked):
    return jobs.submit(owner, "effect", asked or {"prompt": "x"}, token, most)


def test_no_job_is_claimed_twice(jobs):
    made = [ask(jobs).id for _ in range(24)]

    def take(number: int) -> list[str]:
        taken = []
        while job := jobs.claim(f"w{number}", LEASE_S):
            taken.append(job.id)
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [id for one in pool.map(take, range(6)) for id in one]
    assert sorted(taken) == sorted(made)


def test_a_job_is_ended_only_by_who_has_it_and_once(jobs):
    ask(jobs)
    first = jobs.claim("a", LEASE_S)
    jobs.lost("a")
    second = jobs.claim("b", LEASE_S)
    assert (first.id, first.tries, second.tries) == (second.id, 1, 2)
    assert not jobs.end(first, "done", files=[FILE])
    assert jobs.beat(first, "render", 0.5, 1.0, LEASE_S) == "lost"
    assert jobs.beat(second, "render", 0.5, 1.0, LEASE_S) == "go"
    assert jobs.end(second, "done", files=[FILE])
    assert not jobs.end(second, "failed", error="no")
    found = jobs.get(second.id)
    assert (found.state, found.files, found.bytes, found.fraction) == ("done", [FILE], 10, 1.0)


def test_a_silent_worker_loses_its_job_and_a_job_that_loses_workers_fails(jobs):
    id = ask(jobs).id
    for count in range(TRIES):
        assert jobs.claim(f"w{count}", -1.0).id == id  # a lease that is over at once
    assert jobs.claim("last", LEASE_S) is None
    found = jobs.get(id)
    assert (found.state, found.error_type) == ("failed", "worker_lost")
    assert str(TRIES) in found.error


def test_leaving_in_order_is_no_try(jobs):
    ask(jobs)
    for _ in range(TRIES + 2):
        jobs.put_back(jobs.claim("w", LEASE_S))
    assert jobs.list("", 5)[0].state == "queued"


def test_cancelling(jobs):
    waits, runs = ask(jobs), ask(jobs)
    jobs.cancel(waits)
    job = jobs.claim("w", LEASE_S)
    assert job.id == runs.id
    assert jobs.cancel(runs).state == "running"
    assert jobs.beat(job, "render", 0.1, 0.0, LEASE_S) == "cancel"
    jobs.lost("w")  # whoever was to stop it died: it is cancelled all the same, and not begun again
    assert {jobs.get(one.id).state for one in (waits, runs)} == {"cancelled"}
    assert jobs.cancel(runs).state == "cancelled"
    done = ask(jobs)
    jobs.end(jobs.claim("w", LEASE_S), "done")
    with pytest.raises(Refused, match="done"):
        jobs.cancel(done)


def test_the_same_request_sent_again_is_the_same_job(jobs):
    first = ask(jobs, token="t1", prompt="x")
    assert ask(jobs, token="t1", prompt="x").id == first.id
    assert ask(jobs, owner="other", token="t1", prompt="x").id != first.id
    with pytest.raises(Refused) as refused:
        ask(jobs, token="t1", prompt="y")
    assert refused.value.status == 409


def test_a_quota_holds_when_all_come_at_once(jobs):
    def come(_: int) -> int:
        try:
            return len(ask(jobs, owner="a", most=5).id)
        except Refused as error:
            return error.status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(come, range(16))) == [32] * 5 + [429] * 11
    assert ask(jobs, owner="b", most=5)


def test_lists_come_in_pages_and_only_ones_own(jobs):
    mine = [ask(jobs, owner="a").id for _ in range(5)]
    ask(jobs, owner="b")
    first = jobs.list("a", 3)
    rest = jobs.list("a", 3, before=first[-1].number)
    assert [job.id for job in first + rest] == mine[::-1]


def test_what_is_old_or_too_much_is_told(jobs):
    for size in (10, 20, 30):
        ask(jobs)
        jobs.end(jobs.claim("w", LEASE_S), "done", files=[FILE | {"bytes": size}])
    waits = ask(jobs)
    assert jobs.old(1000.0, 1000) == []
    assert [job.bytes for job in jobs.old(1000.0, 50)] == [10]  # the oldest goes first
    assert len(jobs.old(-1.0, 1000)) == 3
    jobs.remove([job.id for job in jobs.old(-1.0, 0)] + [waits.id])
    assert [job.id for job in jobs.list("", 9)] == [waits.id]


def test_words_of_every_kind_are_kept(jobs):
    asked = {"prompt": "ünï \x00 \u202e <b>'; DROP TABLE serve_jobs; --", "n": [1.5, None, True]}
    assert jobs.get(jobs.submit("", "effect", asked, None, 9).id).asked == asked


def test_jobs_of_the_version_before_are_taken_over(address):
    from alembic import command
    from alembic.config import Config

    from soundwright.serve.tables import MIGRATIONS, ROOM

    older = Jobs(open_tables(address))
    ask(older, prompt="rain")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with older.database.write() as connection:
        config.attributes |= {"connection": connection, "version_table": f"{ROOM}_version"}
        command.downgrade(config, "0001")
    older.database.close()
    newer = Jobs(open_tables(address))
    assert newer.load() == {"": 1}
    assert newer.claim("w", LEASE_S, "").asked == {"prompt": "rain"}
    newer.database.close()


def test_a_worker_takes_the_jobs_of_its_model(jobs):
    for model in ("a/b", "", "a/b"):
        jobs.submit("", "effect", {"prompt": model or "none"}, None, 9, model)
    assert jobs.load() == {"a/b": 2, "": 1}
    assert [jobs.waiting(model) for model in (None, "", "a/b", "c")] == [True, True, True, False]
    assert jobs.claim("w", LEASE_S, "").asked == {"prompt": "none"}
    assert jobs.claim("w", LEASE_S, "") is None
    assert [jobs.claim("v", LEASE_S, "a/b").number, jobs.claim("u", LEASE_S).number] == [1, 3]
