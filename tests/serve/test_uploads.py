"""What strangers send: sounds and films are taken, and everything else is refused and leaves nothing."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
import soundfile

from soundwright.serve import uploads
from soundwright.serve.janitor import sweep

OCTETS = {"content-type": "application/octet-stream"}


def send(client, content: bytes, name: str = "x.wav", **more):
    return client.post("/v1/files", content=content, headers=OCTETS, params={"name": name}, **more)


def written(samples, rate=48_000, kind="WAV", subtype="PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, subtype, format=kind)
    return file.getvalue()


def film(seconds=1.0) -> bytes:
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        track = container.add_stream("mpeg4", rate=25)
        track.width, track.height, track.pix_fmt = 64, 48, "yuv420p"
        for at in range(round(25 * seconds)):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), at % 255, np.uint8), format="rgb24")
            container.mux(track.encode(picture))
        container.mux(track.encode(None))
    return file.getvalue()


def left(client) -> list[str]:
    return sorted(path.name for path in client.app.state.house.settings.uploads.iterdir())


NOISE = np.random.default_rng(0).standard_normal((4800, 2)) * 0.1


def test_a_sound_is_written_anew(serve):
    client = serve()
    sent = written(NOISE, subtype="PCM_24")
    answer = send(client, sent + b"LIST junk that nobody wrote", "../../etc/<b>pass\r\nwd.wav")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["kind"], told["duration_s"], told["facts"]["frames"]) == ("sound", 0.1, 4800)
    assert told["name"] == "_b_pass__wd.wav"
    stored = client.app.state.house.settings.uploads / f"{told['id']}.wav"
    assert (soundfile.read(stored)[0] == soundfile.read(io.BytesIO(sent))[0]).all()
    assert b"junk" not in stored.read_bytes()
    assert client.get(f"/v1/files/{told['id']}").json() == client.get("/v1/files").json()["files"][0] == told
    assert client.delete(f"/v1/files/{told['id']}").status_code == 200
    assert left(client) == []


@pytest.mark.parametrize(("kind", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None)])
def test_formats_are_known_by_what_they_hold(kind, subtype, serve):
    told = send(serve(), written(NOISE, kind=kind, subtype=subtype), "film.mp4").json()
    assert (told["kind"], told["facts"]["channels"]) == ("sound", 2)


def test_a_film_stays_as_it_is(serve):
    client, sent = serve(), film()
    told = send(client, sent).json()
    assert (told["kind"], told["duration_s"], told["facts"]["width"]) == ("film", 1.0, 64)
    assert (client.app.state.house.settings.uploads / f"{told['id']}.film").read_bytes() == sent


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("song.wav", written(NOISE))
    return file.getvalue()


def bomb() -> bytes:
    """Twenty minutes of silence in some kilobytes."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 8000, 1, "PCM_16", format="FLAC") as out:
        for _ in range(20):
            out.write(np.zeros(60 * 8000, np.int16))
    return file.getvalue()


def forged() -> bytes:
    """A WAV whose header promises four gigabytes in 255 channels."""
    head = bytearray(written(NOISE[:10]))
    head[4:8] = head[40:44] = b"\xff\xff\xff\xff"
    head[22:24] = b"\xff\x00"
    return bytes(head)


HOSTILE = {
    "text": lambda: b"this is no sound at all, whatever it is called " * 20,
    "html": lambda: b"<html><script>alert(1)</script></html>",
    "empty": lambda: b"",
    "one byte": lambda: b"R",
    "zip": zipped,
    "pickle": lambda: b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94",
    "playlist": lambda: b"#EXTM3U\n/etc/passwd\n",
    "ffconcat": lambda: b"ffconcat version 1.0\nfile /etc/passwd\n",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "head of a wav": lambda: written(NOISE)[:30],
    "wav without samples": lambda: written(NOISE[:0]),
    "nan": lambda: written(np.full((100, 1), np.nan, np.float32), subtype="FLOAT"),
    "forged wav": forged,
    "flac that breaks off": lambda: b"fLaC" + bytes(200),
    "ogg of noise": lambda: b"OggS" + np.random.default_rng(1).bytes(5000),
    "mp4 that breaks off": lambda: film()[:600],
    "mp4 of noise": lambda: b"\x00\x00\x00\x18ftypisom" + np.random.default_rng(2).bytes(5000),
    "mkv of noise": lambda: b"\x1aE\xdf\xa3" + np.random.default_rng(3).bytes(5000),
    "bomb": bomb,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_and_leave_nothing(name, serve):
    client, sent = serve(longest_s=60.0), HOSTILE[name]()
    assert len(sent) < 500_000
    answer = send(client, sent)
    assert answer.status_code == 422, answer.text
    said = answer.json()["error"]["message"]
    assert str(client.app.state.house.settings.folder) not in said
    assert "\n" not in said
    assert left(client) == []
    assert client.get("/v1/files").json()["files"] == []


@pytest.mark.parametrize("announced", [True, False])
def test_too_large_is_refused_while_it_comes(announced, serve):
    client, sent = serve(upload_bytes=100_000), [b"x" * 50_000] * 40
    read = []

    def come():
        for block in sent:
            read.append(block)
            yield block

    answer = send(client, b"".join(sent) if announced else come())
    assert answer.status_code == 413
    assert left(client) == []


def test_all_of_ones_uploads_have_a_limit(serve):
    client = serve(uploads_bytes=30_000)
    assert send(client, written(NOISE)).status_code == 201
    assert send(client, written(NOISE)).status_code == 429
    assert len(left(client)) == 1


def test_the_child_has_limits(tmp_path, serve, monkeypatch):
    """A decoder that eats time, memory or disk ends alone, and the next file is served."""
    client = serve()
    monkeypatch.setattr(uploads, "PROBE_S", 5.0)
    for deed in ("x = bytearray(64 * 2**30)", "open('big', 'wb').write(bytes(2**31))", "import time; time.sleep(60)"):
        child = tmp_path / "child.py"
        child.write_text(f"from soundwright.serve import probe\nprobe._confine(2**20)\n{deed}\n")
        monkeypatch.setattr(uploads, "CHILD", (str(child),))
        assert send(client, written(NOISE)).status_code == 422
    monkeypatch.undo()
    assert send(client, written(NOISE)).status_code == 201


def test_an_upload_that_a_job_waits_for_stays(serve):
    client = serve()
    id = send(client, film()).json()["id"]
    sound = send(client, written(NOISE)).json()["id"]
    job = client.post("/v1/jobs", json={"verb": "soundtrack", "video": id}).json()
    assert client.delete(f"/v1/files/{id}").status_code == 409
    house = client.app.state.house
    sweep(house.jobs, house.uploads, settings_of(house, keep_s=-1.0))
    assert left(client) == [f"{id}.film"]
    client.post(f"/v1/jobs/{job['id']}/cancel")
    assert client.delete(f"/v1/files/{id}").status_code == 200
    for bad in (sound, "0" * 32):
        answer = client.post("/v1/jobs", json={"verb": "soundtrack", "video": bad})
        assert answer.status_code == 422, answer.text
    assert client.post("/v1/jobs", json={"verb": "cover", "source": id}).status_code == 422


def settings_of(house, **more):
    from dataclasses import replace

    return replace(house.settings, **more)
