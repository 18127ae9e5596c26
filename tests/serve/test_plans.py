"""Plans before a sound is made, and one section of a song that a job made, played anew by another."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import httpx
import numpy as np
import pytest
import soundfile
from tests.serve.test_guard import fault

from soundwright.plan import document
from soundwright.serve import keys
from soundwright.serve.janitor import sweep

PLAN = """title: Two rooms
duration_s: 4.0
tempo_bpm: 120
key: A minor
parts: {piano: {instrument: felt piano, role: chords}}
sections:
  - {name: verse, bars: 1, energy: 0.4, chords: [Am]}
  - {name: chorus, bars: 1, energy: 0.8, chords: [F]}
"""


@pytest.fixture
def http(service):
    with httpx.Client(base_url=service.address, timeout=60) as http:
        yield http


def done(http, **asked) -> dict:
    answer = http.post("/v1/jobs", json=asked)
    assert answer.status_code == 202, answer.text
    with http.stream("GET", answer.json()["events_url"]) as events:
        events.read()
    return http.get(answer.headers["location"]).json()


def samples(http, job: dict) -> np.ndarray:
    file = next(file for file in job["files"] if file["role"] == "audio")
    return soundfile.read(io.BytesIO(http.get(file["url"]).content), dtype="int32")[0]


def test_a_plan_is_written_and_nothing_rendered(http):
    before = http.get("/v1/jobs").json()
    told = http.post(
        "/v1/plans", json={"verb": "music", "prompt": "calm lo-fi piano with soft drums, zorgle", "duration_s": 12}
    ).json()
    assert told["plan"]["duration_s"] == told["spans"][-1][1] == 12.0
    assert len(told["spans"]) == len(told["plan"]["sections"])
    assert told["warnings"] == ["these words moved nothing: zorgle"]
    plan = document.read(told["yaml"])
    assert plan.model_dump(mode="json") == told["plan"] == document.read(json.dumps(told["plan"]) + "\n").model_dump()
    again = http.post("/v1/plans", json={"verb": "music", "plan": json.dumps(told["plan"], ensure_ascii=False)}).json()
    assert again["plan"] == told["plan"]
    effect = http.post("/v1/plans", json={"verb": "effect", "prompt": "rain"}).json()
    assert effect["plan"]["events"]
    assert http.get("/v1/jobs").json() == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"verb": "music", "plan": PLAN.replace("0.8", "1.7")}, "energy"),
        ({"verb": "music", "plan": PLAN.replace("[F]", "[Hm]")}, "chord"),
        ({"verb": "music", "plan": PLAN.replace("bars: 1", "bars: 100")}, "bars"),
        ({"verb": "music", "plan": PLAN.replace("4.0", "4000.0")}, "3600"),
        ({"verb": "music", "plan": PLAN.replace("4.0", "3600.0")}, "more than the 60"),
        ({"verb": "music", "plan": "a: &x [1]\nb: *x"}, "aliases"),
        ({"verb": "music", "plan": "/etc/passwd"}, "mapping"),
        ({"verb": "music", "prompt": ""}, "prompt"),
        ({"verb": "music", "prompt": "x", "preset": "loudest"}, "preset"),
        ({"verb": "music", "prompt": "x", "engine": "hosted"}, "engine"),
        ({"verb": "soundtrack", "prompt": "x", "video": "0" * 32}, "verb"),
    ],
)
def test_a_plan_that_could_not_be_played_says_why(http, asked, said):
    answer = http.post("/v1/plans", json=asked)
    fault(answer, 422)
    assert said in answer.json()["error"]["message"]
    assert "/work" not in answer.text


def test_a_section_alone_is_played_anew_and_every_other_sample_stays(http):
    song = done(http, verb="music", prompt="two rooms", plan=PLAN, preset="broadcast")
    manifest = http.get(next(file["url"] for file in song["files"] if file["role"] == "manifest")).json()
    assert (manifest["measured"]["preset"], manifest["measured"]["target_lufs"]) == ("broadcast", -23.0)
    edited = PLAN.replace("[F]", "[Dm]").replace("0.8", "1.0")
    second = done(http, verb="repaint", source=song["id"], section="2", plan=edited)
    assert (second["state"], second["error"]) == ("done", None)
    assert second["files"][0]["name"] == song["files"][0]["name"] == "two-rooms.wav"
    first, other = samples(http, song), samples(http, second)
    assert (first[:96_000] == other[:96_000]).all()
    assert not (first[96_000:] == other[96_000:]).all()
    third = done(http, verb="repaint", source=second["id"], section="verse", seed=9)
    last = samples(http, third)
    assert (last[96_000:] == other[96_000:]).all()
    manifest = http.get(next(file["url"] for file in third["files"] if file["role"] == "manifest")).json()
    assert manifest["request"]["source"].startswith("results/")  # not where the service keeps it
    assert manifest["request"]["seed"] == 9
    assert manifest["used"]["replaced"]["section"] == "verse"
    for wrong, said in (
        ({"section": "3"}, "no section 3"),
        ({"section": "1", "plan": PLAN.replace("120", "160")}, "elsewhere"),
        ({"section": "1", "plan": "title: x"}, "duration_s is missing"),
        ({"section": "1", "source": "0" * 32}, "no such upload"),
    ):
        answer = http.post("/v1/jobs", json={"verb": "repaint", "source": song["id"], **wrong})
        fault(answer, 422)
        assert said in answer.json()["error"]["message"]
    rain = done(http, verb="effect", prompt="rain", duration_s=0.5)
    fault(http.post("/v1/jobs", json={"verb": "repaint", "source": rain["id"], "section": "1"}), 422)


def made(client, verb="music", **asked):
    """A job that is done, by hand: this service has no workers."""
    house = client.app.state.house
    job = house.jobs.submit(asked.pop("owner", ""), verb, {"verb": verb, "prompt": "x", **asked}, None, 9)
    held = house.jobs.claim("w", 60.0)
    folder = house.settings.results / held.attempt
    folder.mkdir()
    soundfile.write(folder / "x.wav", np.zeros((192_000, 2)), 48_000, "PCM_24")
    (folder / "x.wav.json").write_text(json.dumps({"soundwright": "1", "request": {}, "plan": PLAN}))
    file = {"name": "x.wav", "stored": "x.wav", "role": "audio", "type": "audio/wav", "bytes": 1, "sha256": "0"}
    house.jobs.end(held, "done", files=[file])
    return job.id


def test_what_a_job_made_is_its_owners_alone(serve, tmp_path):
    ann, bob = (keys.new(tmp_path / "keys", name) for name in ("ann", "bob"))
    client = serve(keys=tmp_path / "keys")
    body = {"verb": "repaint", "source": made(client, owner="ann"), "section": "1"}
    refused = client.post("/v1/jobs", json=body, headers={"authorization": f"Bearer {bob}"})
    fault(refused, 422)
    unknown = client.post("/v1/jobs", json=body | {"source": "0" * 32}, headers={"authorization": f"Bearer {bob}"})
    assert refused.json() == unknown.json()  # nor does anything tell that it is there
    assert client.post("/v1/jobs", json=body, headers={"authorization": f"Bearer {ann}"}).status_code == 202
    fault(client.post("/v1/plans", json={"verb": "music", "prompt": "x"}), 401)


def test_a_song_is_kept_while_a_section_of_it_waits(serve):
    client = serve()
    song = made(client)
    waits = client.post("/v1/jobs", json={"verb": "repaint", "source": song, "section": "chorus"}).json()
    house = client.app.state.house
    sweep(house.jobs, house.uploads, replace(house.settings, keep_s=-1.0))
    assert client.get(f"/v1/jobs/{song}/files/x.wav").status_code == 200
    fault(client.delete(f"/v1/jobs/{song}"), 409)
    fault(client.post("/v1/jobs", json={"verb": "repaint", "source": waits["id"], "section": "1"}), 422)
    client.post(f"/v1/jobs/{waits['id']}/cancel")
    assert client.delete(f"/v1/jobs/{song}").status_code == 200
    fault(client.get(f"/v1/jobs/{song}"), 404)


def test_presets_are_told(http):
    told = {row["name"]: row for row in http.get("/v1/presets").json()["presets"]}
    assert told["broadcast"]["loudness_lufs"] == -23.0
