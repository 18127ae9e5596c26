"""Results behind an address: whole, not done again, and what cannot be is one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from soundwright import jobs
from soundwright.errors import BadRequest, CannotRun
from soundwright.jobs import Store, stores
from soundwright.progress import Progress

pytest.importorskip("fsspec")


@pytest.fixture
def todo(tmp_path):
    rows = [{"verb": "effect", "prompt": "rain", "duration_s": 0.3, "seed": n, "out": f"takes/{n}.wav"} for n in (0, 1)]
    path = tmp_path / "jobs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return jobs.read(path, Path())


@pytest.fixture(scope="session")
def bucket():
    """The address of a bucket in a process that speaks as S3 does."""
    moto = pytest.importorskip("moto.server")
    s3fs = pytest.importorskip("s3fs")
    server = moto.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    known = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "mine",
        "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in known.items():
            patch.setenv(name, value)
        s3fs.S3FileSystem().mkdir("bucket")
        yield "s3://bucket/studio"
    server.stop()


@pytest.fixture(params=["memory", "file", "s3"])
def url(request, tmp_path):
    if request.param == "s3":
        return request.getfixturevalue("bucket")
    return f"memory://{tmp_path.name}" if request.param == "memory" else f"file://{tmp_path}/out"


def test_results_stand_whole_and_are_not_made_again(todo, url):
    import fsspec

    store = Store(url)
    store.check()
    assert [row["state"] for row in jobs.do_all(todo, [], Progress(), store)] == ["made", "made"]
    assert [row["state"] for row in jobs.do_all(todo, [], Progress(), store)] == ["stands", "stands"]
    files, root = fsspec.url_to_fs(url)
    names = sorted(name.removeprefix(root).lstrip("/") for name in files.find(root))
    assert names == [f"takes/{n}.wav{more}" for n in (0, 1) for more in ("", ".json")]
    told = json.loads(files.cat_file(f"{root}/takes/1.wav.json"))
    import hashlib

    sound = files.cat_file(f"{root}/takes/1.wav")
    assert hashlib.sha256(sound).hexdigest() == told["delivered"]["sha256"]


@pytest.mark.parametrize("url", ["memory"], indirect=True)  # which no other process sees
def test_processes_put_what_one_puts(todo, url):
    import fsspec

    assert sorted(row["state"] for row in jobs.do_all(todo, ["", ""], Progress(), Store(f"{url}-two"))) == ["made"] * 2
    files, root = fsspec.url_to_fs(f"{url}-two")
    assert len(files.find(root)) == 4


def test_what_broke_off_is_no_finished_job(todo, url, monkeypatch):
    store = Store(f"{url}-broken")
    assert next(jobs.do_all(todo[:1], [], Progress(), store))["state"] == "made"
    changed = jobs.Job("effect", todo[0].request.model_copy(update={"seed": 9}), todo[0].out)
    whole = Store._put
    monkeypatch.setattr(
        Store, "_put", lambda self, files, path, place: _break(place) or whole(self, files, path, place)
    )
    row = next(jobs.do_all([changed], [], Progress(), store))
    assert (row["state"], row["exit_code"]) == ("failed", 3)
    assert not jobs.finished(todo[0], store)  # its manifest went before its sound was touched
    monkeypatch.undo()


def _break(place):
    if place.endswith(".json"):
        raise OSError("the line is dead")


def test_what_cannot_be_is_told(todo, bucket):
    for url, said, kind in (
        ("zz://there", "no address of a store", BadRequest),
        ("oci://there", "wants a package", CannotRun),
    ):
        with pytest.raises(kind, match=said):
            Store(url).check()
    row = next(jobs.do_all(todo, [], Progress(), Store("s3://nobodys/x")))
    assert (row["state"], row["exit_code"]) == ("failed", 3)
    assert "bucket does not exist" in row["said"]
    for out in ("../a.wav", "/a.wav"):
        with pytest.raises(BadRequest, match="leaves the store"):
            stores.inside(Path(out))
