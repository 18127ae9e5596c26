"""The service at work: jobs from asking to files, progress, cancelling, and the doors that others' clients know."""

from __future__ import annotations

import base64
import io
import json
import time

import httpx
import numpy as np
import pytest
import soundfile
from tests.serve.test_guard import fault
from tests.serve.test_uploads import film

import soundwright as sw

LONG = {"verb": "music", "prompt": "slow piano", "duration_s": 60, "deliver": {"stems": True}}


@pytest.fixture
def client(service):
    with sw.Client(service.address) as client:
        yield client


@pytest.fixture
def http(service):
    with httpx.Client(base_url=service.address, timeout=60) as http:
        yield http


def test_a_job_from_asking_to_files(client, tmp_path):
    told = []
    job = client.submit("effect", prompt="rain", duration_s=0.5, seed=3, deliver={"picture": True, "format": "flac"})
    job.wait(lambda job: told.append((job.state, job.percent)))
    assert told[-1] == ("done", 100.0)
    roles = {file["role"] for file in job.files}
    assert roles == {"audio", "manifest", "plan", "peaks", "picture"}
    paths = {path.name: path for path in job.download(tmp_path)}
    assert set(paths) == {"rain.flac", "rain.flac.json", "rain.plan.yaml", "rain.peaks.json", "rain.png"}
    manifest = json.loads(paths["rain.flac.json"].read_text())
    alone = sw.effect("rain", 0.5, seed=3)
    assert manifest["samples_sha256"] == alone.manifest["samples_sha256"]  # what it makes without a service
    assert "Made by a computer" in manifest["marks"]["comment"]
    assert json.loads(paths["rain.peaks.json"].read_text())["sample_rate"] == 48_000
    assert soundfile.info(paths["rain.flac"]).frames == 24_000
    job.delete()
    with pytest.raises(sw.BadRequest, match="no such job"):
        client.job(job.id)


def test_files_come_in_ranges(client, http):
    job = client.submit("effect", prompt="rain", duration_s=0.5, variations=2).wait()
    sounds = [file for file in job.files if file["role"] == "audio"]
    assert [file["name"] for file in sounds] == ["rain.01.wav", "rain.02.wav"]
    url, size = sounds[0]["url"], sounds[0]["bytes"]
    whole = http.get(url)
    assert (len(whole.content), whole.headers["accept-ranges"]) == (size, "bytes")
    assert whole.headers["content-type"] == "audio/wav"
    for asked, part in (("0-99", whole.content[:100]), ("100-", whole.content[100:]), ("-50", whole.content[-50:])):
        answer = http.get(url, headers={"range": f"bytes={asked}"})
        assert (answer.status_code, answer.content) == (206, part)
    assert http.get(url, headers={"range": f"bytes={size}-"}).status_code == 416
    assert http.head(url).headers["content-length"] == str(size)
    many = "bytes=" + ",".join(f"{at}-{at}" for at in range(0, 4000, 2))
    assert len(http.get(url, headers={"range": many}).content) < 1_000_000
    for name in ("..%2f..%2fjobs.db", "rain.03.wav", "%2e%2e", ".", "rain.01.wav%00", "x" * 300):
        assert http.get(f"/v1/jobs/{job.id}/files/{name}").status_code in (404, 422)


def test_words_of_a_client_go_nowhere_but_into_words(client, http):
    prompt = 'rain</title><script>alert(1)</script>\r\nset-cookie: a=b "x"; ../../../../tmp/y.wav'
    job = client.submit("effect", prompt=prompt, duration_s=0.3).wait()
    file = next(file for file in job.files if file["role"] == "audio")
    assert file["name"].replace("-", "").replace(".", "").isalnum()
    answer = http.get(file["url"])
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"] == f'attachment; filename="{file["name"]}"'
    told = http.get(f"/v1/jobs/{job.id}")
    assert told.headers["content-type"] == "application/json"
    assert told.json()["request"]["prompt"] == prompt
    manifest = http.get(next(file["url"] for file in job.files if file["role"] == "manifest"))
    assert manifest.headers["content-type"] == "application/json"
    assert manifest.headers["x-content-type-options"] == "nosniff"


def test_progress_comes_as_events_and_cancelling_is_heard(http):
    job = http.post("/v1/jobs", json=LONG).json()
    names, stages = [], set()
    with http.stream("GET", job["events_url"]) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            names += [line.removeprefix("event: ")] if line.startswith("event: ") else []
            if line.startswith("data: "):
                said = json.loads(line.removeprefix("data: "))
                assert set(said) == {"state", "stage", "percent", "audio_s", "error"}
                stages.add(said["stage"])
                if said["state"] == "running" and said["stage"] != "begin" and len(stages) > 2:
                    http.post(f"/v1/jobs/{job['id']}/cancel")
    assert names[-1] == "end"
    assert set(names[:-1]) == {"progress"}
    ended = http.get(f"/v1/jobs/{job['id']}").json()
    assert (ended["state"], ended["error"]["type"], ended["files"]) == ("cancelled", "cancelled", [])
    assert http.delete(f"/v1/jobs/{job['id']}").status_code == 200
    fault(http.get(f"/v1/jobs/{job['id']}"), 404)


def test_a_job_that_waits_is_cancelled_at_once(client):
    first, second = client.submit(**LONG), client.submit(**LONG)
    assert second.cancel().state == "cancelled"
    first.cancel()
    with pytest.raises(sw.Cancelled):
        first.wait()


def test_a_job_that_fails_says_why_and_where_nothing_lies(client, service):
    broken = client.submit("music", prompt="x", plan="title: x\nnonsense: 1\n")
    with pytest.raises(sw.BadRequest, match="nonsense"):
        broken.wait()
    with pytest.raises(sw.BadRequest, match="failed"):
        client.ask("GET", f"/v1/jobs/{broken.id}/files/x.wav")
    away = client.submit("music", prompt="x", engine="ace-step/turbo")
    with pytest.raises(sw.CannotRun, match=r"weights|pip install"):
        away.wait()
    for job in (broken, away):
        assert str(service.folder) not in json.dumps(job.refresh().told)


def test_a_film_gets_its_sound(client, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(film(2.0))
    job = client.submit("soundtrack", video=tmp_path / "clip.mp4", prompt="rain",
                        deliver={"format": "mkv", "picture": True}).wait()  # fmt: skip
    assert {file["role"] for file in job.files} == {"video", "manifest", "plan", "peaks", "picture"}
    manifest = json.loads(job.download(tmp_path, "manifest")[0].read_text())
    assert manifest["request"]["video"].startswith("uploads/")  # not where the service keeps it


def test_the_doors_of_elevenlabs(http):
    answer = http.post("/v1/sound-generation", json={"text": "rain", "duration_seconds": 1.0})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    info = soundfile.info(io.BytesIO(answer.content))
    assert (info.samplerate, info.frames) == (44_100, 44_100)
    sizes = [
        len(http.post("/v1/sound-generation", json={"text": "rain", "duration_seconds": 4.0}, params={
            "output_format": form}).content) for form in ("mp3_44100_64", "mp3_44100_192")
    ]  # fmt: skip
    assert sizes[1] / sizes[0] == pytest.approx(3, rel=0.1)
    music = {"prompt": "solo piano", "music_length_ms": 3000, "force_instrumental": True, "model_id": "music_v1"}
    answer = http.post("/v1/music", json=music, params={"output_format": "pcm_16000"})
    samples = np.frombuffer(answer.content, "<i2").reshape(-1, 2)
    assert (len(samples), answer.headers["content-type"]) == (48_000, "audio/pcm")
    assert np.abs(samples).max() > 1000
    job = http.get(f"/v1/jobs/{answer.headers['x-soundwright-job']}").json()
    assert "manifest" in {file["role"] for file in job["files"]}
    fault(http.post("/v1/music", json={**music, "composition_plan": {}}), 422)
    fault(http.post("/v1/music", json=music, params={"output_format": "mp3_1_1"}), 422)
    fault(http.post("/v1/sound-generation", json={"text": "qwxz vbnm"}), 422)


def test_a_door_in_the_shape_of_openai(http):
    asked = {"prompt": "rain", "kind": "effect", "seconds": 0.5, "n": 2, "response_format": "b64_json"}
    told = http.post("/v1/audio/generations", json=asked).json()
    sounds = [base64.b64decode(one["b64_json"]) for one in told["data"]]
    assert [soundfile.info(io.BytesIO(sound)).frames for sound in sounds] == [24_000, 24_000]
    assert sounds[0] != sounds[1]
    told = http.post("/v1/audio/generations", json={**asked, "n": 1, "response_format": "url"}).json()
    again, first = (soundfile.read(io.BytesIO(x))[0] for x in (http.get(told["data"][0]["url"]).content, sounds[0]))
    assert (again == first).all()


def test_who_leaves_a_door_wants_nothing_any_more(http):
    with pytest.raises(httpx.ReadTimeout):
        http.post("/v1/music", json={"prompt": "slow piano", "music_length_ms": 60_000}, timeout=1.0)
    until = time.monotonic() + 20
    while http.get("/v1/jobs", params={"limit": 1}).json()["jobs"][0]["state"] != "cancelled":
        assert time.monotonic() < until
        time.sleep(0.1)


def test_engines_and_health(client):
    names = {row["name"]: row for row in client.engines()}
    assert names["score"]["here"]
    assert "music" in names["score"]["verbs"]
    assert not {"library", "hosted/elevenlabs-sound"} & set(names)
    assert client.ask("GET", "/health").json()["workers"] == 1


def test_the_client_says_what_is_wrong(tmp_path):
    with sw.Client("http://127.0.0.1:9") as client, pytest.raises(sw.CannotRun, match="does not answer"):
        client.ask("GET", "/health", tries=1)
    with sw.Client() as client, pytest.raises(sw.BadRequest, match="no file"):
        client.upload(tmp_path / "none.wav")
