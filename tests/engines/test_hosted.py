"""The hosted engine against the documented shapes of its vendors' APIs, and everything that can go wrong there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parent))
from hosted_vendors import KEYS, SECRET, URLS, form, serve, tone

from soundwright import direct, engines, studio
from soundwright.engines import Task, weights
from soundwright.engines.hosted import CHECKPOINTS, HostedEngine, cost, refusal, sections, wire
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.plan import author, effect
from soundwright.plan.edit import EditPlan
from soundwright.progress import Progress
from soundwright.request import EditRequest, EffectRequest, MusicRequest

PLAN = author.write_song("calm lo-fi piano, 90 bpm, in A minor", duration_s=8.0, seed=1)
SONGS = [name for name, one in CHECKPOINTS.items() if "music" in one.verbs]


@pytest.fixture
def vendors(monkeypatch):
    """The vendors, reached and paid for by the environment; waits take no time and are kept."""
    server = serve()
    for name in URLS:
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    for name in KEYS:
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
    monkeypatch.delenv("GOOGLE_CLOUD_LOCATION", raising=False)
    server.waited = []
    monkeypatch.setattr(wire, "sleep", server.waited.append)
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()
    assert server.faults == []


def render(checkpoint, plan=PLAN, *, seed=7, prompt="", tell=None, verb="music", loop=False, **options):
    task = Task(verb, plan, plan.duration_s, seed, prompt, loop, options)
    return HostedEngine(checkpoint).render(task, tell or Progress())


def refused(status, data, headers=None, times=1):
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return [(status, headers or {}, body)] * times


@pytest.mark.parametrize("checkpoint", SONGS)
def test_a_song_of_every_vendor_has_its_length_and_its_facts(vendors, checkpoint):
    take = render(checkpoint)
    assert take.audio.frames == round(8.0 * take.audio.rate)
    assert take.audio.rate == CHECKPOINTS[checkpoint].rate
    assert take.audio.channels == 2
    assert np.abs(take.audio.samples[:, -2000:-1000]).max() > 0
    assert take.used["cost"]["said"]
    assert take.used["same_again"]
    assert SECRET not in json.dumps(take.used)
    assert len(vendors.asked) == 1


def test_a_song_plan_becomes_elevenlabs_sections(vendors):
    plan = author.write_song("upbeat pop, 120 bpm, in G major", duration_s=200.0, seed=2, negative="guitar")
    plan.sections[0].lyrics = ["Walking home at night", "x" * 450]
    render("elevenlabs-music", plan, prompt="upbeat pop, 120 bpm, in G major", negative="choir")
    body = json.loads(vendors.asked[0][2])
    whole = body["composition_plan"]
    assert sum(section["duration_ms"] for section in whole["sections"]) == 200_000
    assert [section["section_name"] for section in whole["sections"]] == [section.name for section in plan.sections]
    assert whole["positive_global_styles"][:3] == ["upbeat pop", "120 bpm", "in G major"]
    assert {"choir", "guitar"} <= set(whole["negative_global_styles"])
    assert whole["sections"][0]["lines"] == ["Walking home at night", "x" * 200, "x" * 200, "x" * 50]
    assert "instrumental" not in whole["positive_global_styles"]
    assert body["seed"] == 7


def test_short_sections_are_joined_and_long_ones_divided():
    plan = author.write_song("ambient, 60 bpm", duration_s=400.0, seed=2)
    section = plan.sections[0].model_copy(update={"bars": 1})
    long = section.model_copy(update={"name": "long", "bars": 96, "lyrics": [f"line {n}" for n in range(40)]})
    plan = plan.model_copy(update={"tempo_bpm": 240.0, "sections": [section, long, section], "duration_s": 400.0})
    found = sections.spans(plan, shortest_ms=3000, longest_ms=60_000)
    assert sum(span.length_ms for span in found) == 400_000
    assert all(3000 <= span.length_ms <= 60_000 for span in found)
    assert [line for span in found for line in span.lines] == long.lyrics
    assert all(one.start_ms + one.length_ms == two.start_ms for one, two in pairwise(found))
    tiny = plan.model_copy(update={"duration_s": 0.75, "sections": [section]})
    assert [span.length_ms for span in sections.spans(tiny, shortest_ms=3000)] == [3000]


def test_a_song_shorter_than_the_api_makes_is_cut_with_a_fade(vendors):
    plan = author.write_song("calm piano", duration_s=1.5, seed=1)
    take = render("elevenlabs-music", plan)
    assert take.audio.frames == round(1.5 * 44_100)
    assert abs(take.audio.samples[0, -1]) < 1e-4


def test_too_many_lines_of_lyrics_are_told_before_anything_is_charged(vendors):
    plan = PLAN.model_copy(deep=True)
    plan.sections[0].lyrics = ["la"] * 31
    with pytest.raises(BadRequest, match="31 lines"):
        render("elevenlabs-music", plan)
    assert vendors.asked == []


def test_a_plan_without_pcm_is_asked_for_mp3(vendors):
    no = {"detail": {"status": "output_format_not_allowed", "message": "pcm_44100 wants Pro"}}
    vendors.planned = refused(403, no) + refused(403, {"detail": {"status": "output_format_not_allowed"}})
    take = render("elevenlabs-music")
    assert [query["output_format"] for _, query, *_ in vendors.asked] == ["pcm_44100", "mp3_44100_192", "mp3_44100_128"]
    assert take.used["format"] == "mp3_44100_128"
    assert take.audio.frames == 8 * 44_100


@pytest.mark.parametrize("duration_s", [0.3, 4.27])
@pytest.mark.parametrize("loop", [False, True])
def test_an_effect_of_elevenlabs(vendors, duration_s, loop):
    plan = effect.plain("rain on a tin roof", duration_s=duration_s, loop=loop)
    take = render("elevenlabs-sound", plan, verb="effect", loop=loop)
    assert take.audio.frames == round(duration_s * 44_100)
    body = json.loads(vendors.asked[0][2])
    assert body["text"] == "rain on a tin roof"
    assert body["loop"] is loop
    assert take.used["same_again"].startswith("no")


def test_what_is_too_short_is_filled_and_told(vendors):
    vendors.song_s = 6.0
    take = render("lyria-3.5")
    assert take.audio.frames == 8 * 44_100
    assert "the API made 6.0 s" in take.used["notes"][0]


def test_lyria_reads_the_song_with_its_times_and_lyrics(vendors):
    plan = PLAN.model_copy(deep=True)
    plan.sections[-1].lyrics = ["Home again"]
    take = render("lyria-3.5", plan)
    said = json.loads(vendors.asked[0][2])["contents"][0]["parts"][0]["text"]
    assert said == take.used["prompt"]
    assert "Length: 8 seconds." in said
    assert "[0:00 - " in said
    assert "- 0:08]" in said
    assert said.endswith("Home again")
    assert "Instrumental" not in said


@pytest.mark.parametrize("coded_as", ["bytesBase64Encoded", "audioContent"])
def test_lyria_2_takes_a_seed_and_what_is_unwanted(vendors, coded_as):
    vendors.coded_as = coded_as
    take = render("lyria", seed=2**40 + 5, negative="drums")
    (instance,) = json.loads(vendors.asked[0][2])["instances"]
    assert instance["seed"] == 5 == take.used["seed"]
    assert "drums" in instance["negative_prompt"]
    assert take.audio.rate == 48_000


def test_a_vertex_region_is_part_of_the_address(vendors, monkeypatch):
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "not a place/../..")
    with pytest.raises(CannotRun, match="GOOGLE_CLOUD_LOCATION"):
        render("lyria")
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT")
    with pytest.raises(CannotRun, match="GOOGLE_CLOUD_PROJECT"):
        render("lyria")


def test_stability_takes_effects_steps_and_guidance(vendors):
    plan = effect.plain("a door slams", duration_s=2.5)
    take = render("stability", plan, verb="effect", seed=4_294_967_293, steps=6, guidance=3.0)
    assert take.audio.frames == round(2.5 * 44_100)
    for numbers in ({"steps": 50}, {"guidance": 0.0}):
        with pytest.raises(BadRequest, match="from"):
            render("stability", plan, verb="effect", **numbers)
    assert len(vendors.asked) == 1


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "song.wav"
    samples = np.random.default_rng(0).normal(0, 0.1, (round(8.2 * 48_000), 2)).clip(-0.9, 0.9)
    soundfile.write(path, samples, 48_000, subtype="PCM_24")
    return path


def edit(path, verb, **asked):
    return studio.edit(EditRequest(verb=verb, source=str(path), engine="hosted/stability", **asked))


def test_a_repaint_keeps_every_sample_of_its_source(vendors, recording, tmp_path):
    before, rate = soundfile.read(recording, dtype="float32")
    piece = edit(recording, "repaint", regions=((1.3, 2.6), (5.0, 6.5)), prompt="a saxophone")
    piece.save(tmp_path / "new.wav")
    after, after_rate = soundfile.read(tmp_path / "new.wav", dtype="float32")
    assert after_rate == rate
    assert len(after) == len(before)
    kept = np.ones(len(before), bool)
    for start_s, end_s in ((1.3, 2.6), (5.0, 6.5)):
        kept[round(start_s * rate) : round(end_s * rate)] = False
    np.testing.assert_array_equal(after[kept], before[kept])
    assert np.abs(after[~kept] - before[~kept]).max() > 0.05
    assert piece.facts["used"]["cost"]["usd"] == 0.40
    masks = [_fields(asked) for asked in vendors.asked]
    assert [(row["mask_start"], row["mask_end"]) for row in masks] == [("1", "3"), ("5", "7")]
    assert len({row["seed"] for row in masks}) == 2
    heard = vendors.sources[1][0, round(1.5 * 44_100) : round(2.4 * 44_100)]
    assert np.corrcoef(heard, tone(9, 44_100)[0, round(1.5 * 44_100) : round(2.4 * 44_100)])[0, 1] > 0.99


def _fields(asked):
    class Handler:
        headers = asked[3]

    return form(Handler, asked[2])[0]


def test_an_extension_and_a_cover(vendors, recording):
    piece = edit(recording, "extend", right_s=3.0)
    assert piece.audio.frames == round(11.2 * 48_000)
    row = _fields(vendors.asked[0])
    assert (row["mask_start"], row["mask_end"], row["duration"]) == ("8", "12", "12")
    cover = edit(recording, "cover", prompt="as a string quartet", strength=0.0, lyrics="la la")
    assert cover.audio.frames == round(8.2 * 48_000)
    assert _fields(vendors.asked[1])["strength"] == "0.01"
    assert "sings no lyrics" in cover.facts["used"]["notes"][0]


def test_an_edit_out_of_the_apis_range_is_told_before(vendors, tmp_path):
    path = tmp_path / "short.wav"
    soundfile.write(path, np.zeros((44_100, 2)), 44_100)
    with pytest.raises(BadRequest, match="6 to 190 s"):
        edit(path, "cover")
    assert vendors.asked == []


@pytest.mark.parametrize(("checkpoint", "key"), [(name, one.keys[0]) for name, one in CHECKPOINTS.items()])
def test_without_a_key_its_variable_is_named(vendors, monkeypatch, checkpoint, key):
    task = effect.plain("rain", duration_s=2.0) if checkpoint == "elevenlabs-sound" else PLAN
    monkeypatch.delenv(key)
    with pytest.raises(CannotRun, match=f"set {key}"):
        render(checkpoint, task)
    monkeypatch.setenv(key, "sk-\nbroken")
    with pytest.raises(CannotRun, match=f"{key} holds no key") as error:
        render(checkpoint, task)
    assert "broken" not in str(error.value)
    assert vendors.asked == []


ELEVEN_401 = {"detail": {"status": "invalid_api_key", "message": f"Invalid API key {SECRET}"}}
ELEVEN_QUOTA = {"detail": {"status": "quota_exceeded", "message": "You have 0 credits remaining"}}
ELEVEN_PROMPT = {"detail": {"status": "bad_composition_plan", "message": "names an artist", "data": {}}}
STABILITY_403 = {"id": "a", "name": "content_moderation", "errors": ["Your request was flagged"]}
STABILITY_402 = {"id": "a", "name": "payment_required", "errors": ["You lack sufficient credits"]}
GOOGLE_400 = {"error": {"code": 400, "message": "API key not valid. Please pass one.", "status": "INVALID_ARGUMENT"}}
GOOGLE_PROMPT = {"error": {"code": 400, "message": "prompt blocked by safety filters", "status": "INVALID_ARGUMENT"}}
PYDANTIC = {"detail": [{"loc": ["body", "composition_plan"], "msg": "Field required", "type": "missing"}]}


@pytest.mark.parametrize(
    ("checkpoint", "status", "data", "kind", "said"),
    [
        ("elevenlabs-music", 401, ELEVEN_401, CannotRun, r"ELEVENLABS_API_KEY holds a valid one"),
        ("elevenlabs-music", 401, ELEVEN_QUOTA, CannotRun, "credit of your ElevenLabs account is used up"),
        ("elevenlabs-music", 400, ELEVEN_PROMPT, BadRequest, "refused the prompt: bad_composition_plan: names an"),
        ("elevenlabs-music", 422, PYDANTIC, BadRequest, r"body\.composition_plan: Field required"),
        ("elevenlabs-music", 403, {"detail": "not in your plan"}, CannotRun, "not in your plan.*your plan"),
        ("stability", 403, STABILITY_403, BadRequest, "refused the prompt: content_moderation"),
        ("stability", 402, STABILITY_402, CannotRun, "credit of your Stability account"),
        ("stability", 413, b"<html>too large</html>", BadRequest, "too big"),
        ("stability", 401, b"", CannotRun, "STABILITY_API_KEY"),
        ("stability", 302, b"", CannotRun, "failed with 302"),
        ("lyria-3-clip", 400, GOOGLE_400, CannotRun, "GOOGLE_API_KEY"),
        ("lyria-3-clip", 400, GOOGLE_PROMPT, BadRequest, "refused the prompt"),
        ("lyria", 404, {"error": {"message": "Publisher model not found"}}, CannotRun, "no such model or project"),
        ("lyria", 400, {"error": {"message": "x" * 5000}}, BadRequest, "x…$"),
    ],
)
def test_a_refusal_is_one_clear_line_without_the_key(vendors, checkpoint, status, data, kind, said):
    vendors.planned = refused(status, data)
    with pytest.raises(kind, match=said) as error:
        render(checkpoint)
    assert SECRET not in str(error.value)
    assert len(str(error.value)) < 400
    assert "\n" not in str(error.value)
    assert len(vendors.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again_with_longer_waits(vendors, status):
    vendors.planned = refused(status, {"detail": "busy"}, times=3)
    assert render("stability").audio.frames == 8 * 44_100
    assert len(vendors.asked) == 4
    assert sum(vendors.waited) == pytest.approx(1 + 2 + 4)


def test_it_gives_up_after_five_tries(vendors):
    vendors.planned = refused(429, {"detail": {"status": "too_many_concurrent_requests"}}, times=9)
    with pytest.raises(CannotRun, match=r"no room now .*tried 5 times"):
        render("elevenlabs-music")
    assert len(vendors.asked) == 5
    assert sum(vendors.waited) == pytest.approx(15)


def test_retry_after_is_kept_as_seconds_or_as_a_date(vendors):
    vendors.planned = refused(429, b"", {"Retry-After": "7"})
    vendors.planned += refused(503, b"", {"Retry-After": formatdate(time.time() + 20, usegmt=True)})
    render("stability")
    assert 24 < sum(vendors.waited) < 28  # a date has whole seconds, and some pass until it is read


def test_a_retry_after_of_an_hour_is_not_waited_for(vendors):
    vendors.planned = refused(429, b"", {"Retry-After": "3600"}, times=5)
    with pytest.raises(CannotRun, match="tried once"):
        render("stability")
    assert vendors.waited == []


def test_an_api_that_cannot_be_reached(vendors, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_STABILITY_URL", "http://user:hidden@127.0.0.1:9")
    with pytest.raises(CannotRun, match=r"Stability cannot be reached .*tried 5 times") as error:
        render("stability")
    assert "hidden" not in str(error.value)
    assert sum(vendors.waited) == pytest.approx(15)
    monkeypatch.setenv("SOUNDWRIGHT_STABILITY_URL", "api.stability.ai")
    with pytest.raises(CannotRun, match="SOUNDWRIGHT_STABILITY_URL"):
        render("stability")


def test_a_connection_that_breaks_is_not_paid_for_twice(vendors):
    vendors.planned = [("drop", {}, b"")]
    with pytest.raises(CannotRun, match="broke off"):
        render("stability")
    assert len(vendors.asked) == 1


@pytest.mark.parametrize(
    ("checkpoint", "headers", "data"),
    [
        ("stability", {"Content-Type": "audio/wav"}, b"RIFF and then nothing"),
        ("stability", {"Content-Type": "application/json"}, b'{"id": "later"}'),
        ("stability", {}, b""),
        ("elevenlabs-music", {"Content-Type": "text/html"}, b"<html>" * 1000),
        ("elevenlabs-music", {}, b""),
        ("lyria", {}, b"not json"),
        ("lyria", {}, b'{"predictions": [{"bytesBase64Encoded": "%%%"}]}'),
        ("lyria", {}, b'{"predictions": [{"bytesBase64Encoded": "AAAA"}]}'),
    ],
)
def test_an_answer_that_is_no_sound(vendors, checkpoint, headers, data):
    vendors.planned = [(200, headers, data)]
    with pytest.raises(CannotRun, match=r"no sound|empty sound|no JSON"):
        render(checkpoint)


@pytest.mark.parametrize(
    "data",
    [
        {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}},
        {"candidates": [{"finishReason": "PROHIBITED_CONTENT", "content": {"parts": [{"text": "no"}]}}]},
        {"candidates": []},
    ],
)
def test_a_filtered_song_of_gemini_is_a_refused_prompt(vendors, data):
    vendors.planned = refused(200, data)
    with pytest.raises(BadRequest, match=r"no sound of this prompt \((PROHIBITED|no reason)"):
        render("lyria-3.5")


def test_a_cancelled_request_ends_at_once(vendors):
    vendors.planned = [("hang", {}, b"")]
    tell = Progress()
    threading.Timer(0.4, tell.cancel).start()
    start = time.perf_counter()
    with pytest.raises(Cancelled):
        render("stability", tell=tell)
    assert time.perf_counter() - start < 2.0


def test_a_cancelled_wait_ends_at_once(vendors, monkeypatch):
    vendors.planned = refused(429, b"", {"Retry-After": "50"}, times=5)
    tell = Progress()
    monkeypatch.setattr(wire, "sleep", lambda seconds: (vendors.waited.append(seconds), tell.cancel()))
    with pytest.raises(Cancelled):
        render("stability", tell=tell)
    assert sum(vendors.waited) < 1.0


def test_the_cost_is_told_before_the_request(vendors):
    told = []

    def listen(stage, fraction, audio_s):
        told.append((stage, len(vendors.asked)))

    render("elevenlabs-music", tell=Progress(listen))
    assert told[0] == ("ElevenLabs, about 0.04 USD by list prices of 2026-06", 0)
    assert cost.estimate("elevenlabs-music", 61.0)["usd"] == 0.31
    assert cost.estimate("lyria", 30.0)["usd"] is None


@pytest.mark.parametrize("option", ["weights", "device", "vram", "strategy", "steps", "guidance", "lora"])
def test_what_a_machine_elsewhere_does_not_take_is_refused(vendors, option):
    with pytest.raises(BadRequest, match=f"no {option} to set"):
        render("elevenlabs-music", **{option: "x"})
    assert vendors.asked == []


def test_loops_and_plans_that_an_api_cannot_make_are_refused(vendors):
    with pytest.raises(BadRequest, match="makes no loops"):
        render("lyria", loop=True)
    sound = effect.plain("rain", duration_s=2.0)
    for checkpoint in ("elevenlabs-music", "elevenlabs-music-v2", "lyria", "lyria-3.5"):
        with pytest.raises(BadRequest):
            render(checkpoint, sound)
    with pytest.raises(BadRequest):
        render("elevenlabs-sound")
    assert vendors.asked == []


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_checkpoint_is_whole_and_known_everywhere(name, monkeypatch):
    card = engines.card(f"hosted/{name}")
    assert card.weights.startswith("https://")
    assert card.licence.commercial is None
    assert card.licence.note
    for key in card.keys:
        monkeypatch.delenv(key, raising=False)
    assert not weights.here(card)
    for key in card.keys:
        monkeypatch.setenv(key, "x")
    assert weights.here(card)
    assert set(cost.PRICES) <= set(CHECKPOINTS)
    with pytest.raises(BadRequest, match="at most"):
        direct.cast(f"hosted/{name}", card.verbs[0], card.longest_s + 1)


def test_the_whole_way_and_its_manifest(vendors, tmp_path):
    request = MusicRequest(prompt="calm piano", duration_s=4.0, engine="hosted/elevenlabs-music-v2", seed=3)
    studio.music(request).save(tmp_path / "song.wav")
    text = (tmp_path / "song.wav.json").read_text()
    assert SECRET not in text
    assert "127.0.0.1" not in text
    facts = json.loads(text)
    assert facts["engine"] == {
        "name": "hosted/elevenlabs-music-v2",
        "licence": "ElevenLabs terms",
        "weights": "https://api.elevenlabs.io",
    }
    assert facts["used"]["seed"] == 3
    assert facts["used"]["cost"]["usd"] == 0.02
    assert soundfile.info(tmp_path / "song.wav").frames == 4 * 48_000
    piece = studio.effect(EffectRequest(prompt="rain", duration_s=2.0, engine="hosted/elevenlabs-sound"))[0]
    assert piece.audio.frames == 2 * piece.audio.rate


def command(*arguments, cwd, **more):
    environment = {name: value for name, value in os.environ.items() if name not in KEYS} | more
    line = [sys.executable, "-m", "soundwright.cli", *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, timeout=60, env=environment)


def test_the_command_line(vendors, tmp_path):
    asked = ("music", "calm piano", "-d", "4", "--engine", "hosted/stability", "-o", "a.wav")
    done = command(*asked, cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr == "soundwright: Stability wants a key of your account there: set STABILITY_API_KEY to it\n"
    assert list(tmp_path.iterdir()) == []
    done = command(*asked, cwd=tmp_path, STABILITY_API_KEY=SECRET)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.wav").is_file()
    assert done.stderr == ""
    done = command("engines", "pull", "hosted/lyria", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing to pull; set GOOGLE_ACCESS_TOKEN and GOOGLE_CLOUD_PROJECT" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_doctor_tells_which_keys_are_set(monkeypatch):
    from soundwright.cli import doctor

    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("STABILITY_API_KEY", SECRET)
    monkeypatch.setattr(doctor, "_device", lambda: "cpu")
    rows = {row["what"]: row for row in doctor._models()}
    assert rows["hosted/stability"]["state"] == "ok"
    assert rows["hosted/lyria-3.5"]["to_get_it"] == "set GOOGLE_API_KEY"
    assert SECRET not in json.dumps(list(rows.values()))


def test_an_api_never_shows_its_key():
    api = wire.Api("Vendor", "https://x", ("KEY",), {"Authorization": SECRET}, (SECRET,))
    assert SECRET not in repr(api)
    assert SECRET not in refusal.reason(f"the key {SECRET} is wrong".encode(), (SECRET,))


def test_a_repaint_plan_needs_no_more_than_the_contract_says():
    plan = EditPlan(verb="repaint", source="x.wav", regions=[(1.0, 2.0)], duration_s=8.0)
    with pytest.raises(BadRequest):
        HostedEngine("lyria").render(Task("repaint", plan, 8.0, 0), Progress())
