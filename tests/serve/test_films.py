"""Films over HTTP: looked at, their cue plans edited and rendered, their bytes given to their owner, and to nobody
else."""

from __future__ import annotations

import io
import json
from copy import deepcopy

import httpx
import numpy as np
import pytest
import soundfile
from PIL import Image
from tests.films import make
from tests.serve.test_asks import asked
from tests.serve.test_guard import fault
from tests.serve.test_uploads import NOISE, film, send, written

import soundwright as sw
from soundwright.errors import BadRequest
from soundwright.library.store import Entry, Store, Text
from soundwright.plan import cues
from soundwright.serve import films, keys, work

RATE = 48_000
OTHER = "0123456789abcdef" * 2


@pytest.fixture
def http(service):
    with httpx.Client(base_url=service.address, timeout=60) as http:
        yield http


@pytest.fixture
def client(service):
    with sw.Client(service.address) as client:
        yield client


@pytest.fixture(scope="module")
def ball(tmp_path_factory):
    return make("bounce", 5, path=tmp_path_factory.mktemp("ball"), rate="25", seconds=3.0, size=(192, 108))


def of(http, job, role):
    return http.get(next(file["url"] for file in job.files if file["role"] == role))


@pytest.fixture(scope="module")
def looked(service, ball):
    """The upload of a film, the job that looked at it, and what that says."""
    with sw.Client(service.address) as client:
        video = client.upload(ball.path)
        job = client.submit("cues", video=video, prompt="a ball bounces on wood", deliver={"thumbnails": 8}).wait()
        told = next(file["url"] for file in job.files if file["role"] == "look")
        return video, job, client.ask("GET", told).json()


def test_a_look_renders_nothing_and_shows_all(http, looked, ball):
    _, job, look = looked
    assert [file["role"] for file in job.files] == ["plan", "look", "filmstrip"]
    plan = cues.read(of(http, job, "plan").text)
    assert plan.model_dump(mode="json") == look["plan"]
    assert len(plan.cues) >= 3
    assert all(cue.sound == "a ball bounces on wood" for cue in plan.cues)
    assert look["film"]["pictures"] == len(ball.times_s)
    assert (len(look["thumbnails"]["times_s"]), look["format"]) == (8, "mp4")
    strip = of(http, job, "filmstrip")
    assert strip.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(strip.content)).size == (8 * look["thumbnails"]["width"], 72)
    assert len(look["motion"]["values"]) == len(ball.times_s)
    apart = [min(abs(event["time_s"] - true.time_s) for true in ball.events) for event in look["events"]]
    assert np.median(apart) < 0.02


def test_a_new_plan_keeps_what_is_locked(client, http, looked):
    video, _, look = looked
    plan = deepcopy(look["plan"])
    plan["cues"][1] |= {"locked": True, "sound": "glass breaks", "seed": 4711}
    job = client.submit("cues", video=video, prompt="knock on wood", plan=json.dumps(plan)).wait()
    again = of(http, job, "look").json()["plan"]["cues"]
    assert [cue["sound"] for cue in again].count("glass breaks") == 1
    kept = next(cue for cue in again if cue["locked"])
    assert (kept["at_s"], kept["seed"]) == (plan["cues"][1]["at_s"], 4711)
    assert {cue["sound"] for cue in again} == {"glass breaks", "knock on wood"}


def test_an_edited_plan_is_rendered_and_the_rest_stays(client, http, looked, click):
    """Compared in the effects' stem, which carries one gain: that of the first take, asked for again."""
    video, _, look = looked
    plan = deepcopy(look["plan"])

    def stem(**more) -> tuple[np.ndarray, dict]:
        asked = {"video": video, "deliver": {"format": "mp4", "stems": True, "sound": "flac"}, **more}
        job = client.submit("soundtrack", **asked, plan=json.dumps(plan)).wait()
        assert {"video", "audio", "manifest", "plan", "peaks", "stem"} <= {file["role"] for file in job.files}
        return soundfile.read(io.BytesIO(of(http, job, "stem").content))[0].T, of(http, job, "manifest").json()

    first, facts = stem()
    sound = client.upload(click)
    plan["cues"][0] |= {"recording": sound}
    second, then = stem(gain_db=facts["measured"]["gain_db"])
    assert then["measured"]["gain_db"] == facts["measured"]["gain_db"]
    assert then["used"]["cues"][0]["used"]["recording"] == sound
    frames = max(row["frames"] for row in (facts["used"]["cues"][0], then["used"]["cues"][0]))
    start = facts["used"]["cues"][0]["start_frame"] - 2000
    end = start + 4000 + frames
    np.testing.assert_array_equal(first[:, :start], second[:, :start])
    np.testing.assert_array_equal(first[:, end:], second[:, end:])
    assert np.abs(first - second)[:, start:end].max() > 0.01


@pytest.fixture
def click(tmp_path):
    path = tmp_path / "click.wav"
    soundfile.write(path, np.concatenate([np.zeros(900), 0.5 * np.exp(-np.arange(4800) / 300)]), RATE)
    return path


def test_the_bytes_of_an_upload_come_in_ranges(http):
    sent = film(1.0)
    id = send(http, sent, "a.mp4").json()["id"]
    whole = http.get(f"/v1/files/{id}/content")
    assert (whole.status_code, whole.content) == (200, sent)
    assert (whole.headers["content-type"], whole.headers["accept-ranges"]) == ("video/mp4", "bytes")
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"].startswith("attachment")
    part = http.get(f"/v1/files/{id}/content", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, sent[10:20])
    assert http.get(f"/v1/files/{id}/content", headers={"range": f"bytes={len(sent)}-"}).status_code == 416
    assert http.head(f"/v1/files/{id}/content").headers["content-length"] == str(len(sent))
    sound = send(http, written(NOISE)).json()["id"]
    assert http.get(f"/v1/files/{sound}/content").headers["content-type"] == "audio/wav"
    for name in (OTHER, "..%2f..%2fjobs.db", "%2e%2e", id[:-1], f"{id}%00"):
        assert http.get(f"/v1/files/{name}/content").status_code in (404, 422)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x20ftypqt  ", "video/mp4"), (b"\x1aE\xdf\xa3....webm", "video/webm"),
        (b"\x1aE\xdf\xa3....matroska", "video/x-matroska"), (b"RIFF....AVI ", "video/x-msvideo"),
        (b"RIFF....WAVE", "audio/wav"), (b"<html><script>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_film_is_called_what_its_bytes_say(tmp_path, head, kind):
    (tmp_path / "x.film").write_bytes(head)
    assert films.kind(tmp_path / "x.film") == kind


@pytest.fixture
def ann(serve, tmp_path):
    """A service without workers where ann and bob have keys, and a film and a sound of ann's."""
    path = tmp_path / "keys"
    mine, others = [{"authorization": f"Bearer {keys.new(path, name)}"} for name in ("ann", "bob")]
    client = serve(keys=path)
    video, sound = (
        client.post("/v1/files", content=sent, headers={**mine, "content-type": "application/octet-stream"}).json()[
            "id"
        ]
        for sent in (film(), written(NOISE))
    )
    return client, mine, others, video, sound


def test_nobody_sees_or_plays_what_is_anothers(ann):
    client, mine, others, video, sound = ann
    assert client.get(f"/v1/files/{video}/content", headers=mine).status_code == 200
    fault(client.get(f"/v1/files/{video}/content", headers=others), 404)
    fault(client.get(f"/v1/files/{video}/content"), 401)
    own = client.post("/v1/files", content=film(), headers={**others, "content-type": "video/mp4"}).json()["id"]
    job = {"verb": "soundtrack", "video": own, "plan": _plan(recording=sound)}
    assert "no such upload" in fault(client.post("/v1/jobs", json=job, headers=others), 422)
    assert client.post("/v1/jobs", json={**job, "video": video}, headers=mine).status_code == 202
    assert "a film, and a sound" in fault(
        client.post("/v1/jobs", json={**job, "video": video, "plan": _plan(recording=video)}, headers=mine), 422
    )
    fault(client.delete(f"/v1/files/{sound}", headers=mine), 409)  # a job that waits plays it
    fault(client.post("/v1/jobs", json={"verb": "cues", "video": video}, headers=others), 422)


def _plan(**cue) -> str:
    return json.dumps({"duration_s": 1.0, "cues": [{"number": 1, "sound": "knock", "at_s": 0.5, **cue}]})


MANY = [{"number": n, "sound": "x", "at_s": 0.5} for n in range(1, 2001)]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (_plan(recording="/etc/passwd"), "neither the id"),
        (_plan(recording="../../kept/jobs.db"), "neither the id"),
        (_plan(recording="library:" + "ab" * 32), "nor open here"),
        (_plan(recording="library:../x"), "neither the id"),
        (_plan(recording=f"{OTHER}\n"), "neither the id"),
        (_plan(engine="hosted/elevenlabs-sound"), "no engine"),
        (_plan(engine="library"), "no engine"),
        (_plan(engine="score"), "makes no effect"),
        ("duration_s: 1.0\ncues: [{number: 1, sound: x, at_s: .nan}]", "finite"),
        ("duration_s: 1.0\ncues: [{number: 1, sound: x, at_s: .inf}]", "at_s"),
        ("duration_s: .nan", "finite"),
        (_plan(at_s=-1), "greater than"),
        (_plan(at_s=1.5), "after the end"),
        (_plan(gain_db=1e6), "less than"),
        (_plan(seed=10**40), "seed"),
        (_plan(bogus=1), "no field"),
        (json.dumps({"duration_s": 1.0, "cues": MANY}), "more than the 1000"),
        (json.dumps({"duration_s": 1.0, "cues": MANY[:2] * 2}), "two cues"),
        (json.dumps({"duration_s": 9.0, "scenes": [{"start_s": 0, "end_s": 1}] * 300}), "more than the 200"),
        (json.dumps({"duration_s": 9.0, "scenes": [{"start_s": 3, "end_s": 1}]}), "no scene lasts"),
        ("[" * 60_000, "nested|YAML"),
        ("a: &a [x, x]\nb: [*a, *a]", "anchors"),
        ("just words", "mapping"),
    ],
)
@pytest.mark.parametrize("verb", ["soundtrack", "cues"])
def test_hostile_plans_are_refused_at_once(verb, plan, said):
    with pytest.raises(BadRequest, match=said):
        work.check(verb, asked(verb, plan=plan), 600.0, ())


def test_a_refused_plan_leaves_no_job(serve):
    client = serve()
    video = send(client, film()).json()["id"]
    for plan in (_plan(at_s=-1), _plan(recording=OTHER), "duration_s: .nan", "[" * 99_000):
        fault(client.post("/v1/jobs", json={"verb": "soundtrack", "video": video, "plan": plan}), 422)
    fault(client.post("/v1/jobs", json={"verb": "soundtrack", "video": video, "plan": "x" * 100_001}), 422)
    fault(client.post("/v1/jobs", json={"verb": "cues", "video": video, "deliver": {"thumbnails": 61}}), 422)
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_the_plan_of_another_film_is_refused_by_its_length(client, ball):
    plan = json.dumps({"duration_s": 99.0, "cues": []})
    for verb in ("cues", "soundtrack"):
        with pytest.raises(sw.BadRequest, match="another film's"):
            client.submit(verb, video=ball.path, plan=plan).wait()


def test_the_library_is_closed_until_it_is_opened(serve):
    client = serve()
    assert "not open" in fault(client.get("/v1/library", params={"q": "rain"}), 403)
    fault(client.get(f"/v1/library/{'ab' * 32}"), 403)


def test_an_open_library_is_searched_and_heard_without_its_paths(serve, tmp_path, monkeypatch):
    from soundwright.library.add import add
    from soundwright.progress import Progress

    folder = tmp_path / "secret place"
    folder.mkdir()
    soundfile.write(folder / "wood knock.wav", np.exp(-np.arange(9600) / 900) * 0.5, RATE)
    soundfile.write(folder / "steady rain.wav", np.random.default_rng(0).normal(0, 0.1, 3 * RATE), RATE)
    monkeypatch.setenv("SOUNDWRIGHT_LIBRARY", str(tmp_path / "library.db"))
    store = Store()
    add([folder], store, Progress(), workers=1)
    store.close()
    client = serve(engines=("library", "foley"))
    answer = client.get("/v1/library", params={"q": "knock on wood"})
    [best, *_] = answer.json()["recordings"]
    assert best["name"] == "wood knock.wav"
    assert "secret place" not in answer.text
    heard = client.get(best["url"])
    assert heard.headers["content-type"] == "audio/wav"
    assert soundfile.info(io.BytesIO(heard.content)).frames == 9600
    fault(client.get(f"/v1/library/{'ab' * 32}"), 404)
    for bad in ({"q": ""}, {}, {"q": "x", "limit": 0}, {"q": "x", "layer": "y"}):
        fault(client.get("/v1/library", params=bad), 422)
    video = send(client, film()).json()["id"]
    job = {"verb": "soundtrack", "video": video, "plan": _plan(recording=best["recording"])}
    assert client.post("/v1/jobs", json=job).status_code == 202


def test_an_entry_that_is_gone_from_the_disk_is_not_played(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_LIBRARY", str(tmp_path / "library.db"))
    store = Store()
    with store.changing():
        store.put(Entry(str(tmp_path / "gone.wav"), "ab" * 32, 1, 1), Text("gone"), None)
    store.close()
    fault(serve(engines=("library",)).get(f"/v1/library/{'ab' * 32}"), 404)
