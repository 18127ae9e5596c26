"""What goes and what stays when a service cleans up."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from soundwright.serve.janitor import sweep

FILE = {"name": "a.wav", "stored": "a.wav", "role": "audio", "type": "audio/wav", "bytes": 10, "sha256": "0"}


@pytest.fixture
def house(serve):
    return serve().app.state.house


def made(house, state: str = "done") -> str:
    """A job that has ended or runs, with its folder; the folder's name."""
    house.jobs.submit("", "effect", {"prompt": "x"}, None, 99)
    job = house.jobs.claim("w", 60.0)
    folder = house.settings.results / job.attempt
    folder.mkdir()
    (folder / "a.wav").write_bytes(b"0123456789")
    if state != "running":
        house.jobs.end(job, state, files=[FILE] if state == "done" else [])
    return job.attempt


def there(house) -> set[str]:
    return {path.name for path in house.settings.results.iterdir()}


def test_what_stands_and_what_runs_stays(house):
    keep = {made(house), made(house, "running")}
    made(house, "failed")
    (house.settings.results / ("0" * 32)).mkdir()  # of an attempt that died
    sweep(house.jobs, house.uploads, house.settings)
    assert there(house) == keep


def test_the_oldest_goes_when_it_is_too_much(house):
    _, second, third = (made(house) for _ in range(3))
    sweep(house.jobs, house.uploads, replace(house.settings, keep_bytes=25))
    assert there(house) == {second, third}
    assert len(house.jobs.list("", 9)) == 2
    sweep(house.jobs, house.uploads, replace(house.settings, keep_s=-1.0))
    assert there(house) == set()
    assert house.jobs.list("", 9) == []


def test_what_broke_off_goes_later(house):
    coming, broken, orphan = (house.settings.uploads / name for name in (".a.part", ".b.part", "0" * 32 + ".wav"))
    for path in (coming, broken, orphan):
        path.write_bytes(b"x")
    for path in (broken, orphan):
        os.utime(path, (1, 1))
    sweep(house.jobs, house.uploads, house.settings)
    assert [path.name for path in house.settings.uploads.iterdir()] == [".a.part"]


def test_a_folder_has_one_database(serve, tmp_path):
    from soundwright.errors import BadRequest

    serve()
    with pytest.raises(BadRequest, match="another database"):
        serve(database=f"sqlite:///{tmp_path}/other.db")
    serve()
