"""A model that looks at the film: what it is shown, what of its answer is kept, and how nonsense ends."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.films import make

from soundwright import soundtrack as films
from soundwright.direct import watch
from soundwright.direct.watch import address, conversation
from soundwright.engines.hosted import wire
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.plan import cues as documents
from soundwright.progress import Progress
from soundwright.request import SoundtrackRequest


class Model(BaseHTTPRequestHandler):
    """Chat completions as OpenAI documents them; answers what the test laid out, the last of it again and again."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append((self.path, self.headers.get("Authorization"), asked))
        if "response_format" in asked and not server.knows_schemas:
            return self.answer(400, {"error": {"message": "response_format is not supported"}})
        said = server.says[0] if len(server.says) == 1 else server.says.pop(0)
        if isinstance(said, bytes):
            return self.answer(200, said)
        return self.answer(200, {"choices": [{"message": {"role": "assistant", "content": said}}]})

    def answer(self, status, data):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def model(monkeypatch):
    monkeypatch.delenv(address.KEY, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.asked, server.says, server.knows_schemas = [], [], True
    server.address = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    return make("bounce", 5, path=tmp_path_factory.mktemp("film"), rate="25", seconds=3.0)


@pytest.fixture(scope="module")
def seen(truth):
    return films.see(truth.path, Progress())


def cue(**fields):
    return {"sound": "ball bounces on wood", **fields}


def written(model, seen, *cues, scenes=(), space="room", **more):
    model.says = [json.dumps({"space": space, "scenes": list(scenes), "cues": list(cues)})]
    return watch.write_cues(seen, "a ball", model.address, "qwen", Progress(), **more)


def test_it_is_shown_pictures_and_measured_events(model, seen):
    written(model, seen, cue(event=1))
    path, key, asked = model.asked[0]
    assert path == "/v1/chat/completions"
    assert key is None
    assert asked["model"] == "qwen"
    assert asked["response_format"]["type"] == "json_schema"
    text, *shown = asked["messages"][0]["content"]
    assert f"1: {seen.events[0].time_s:.3f}, contact" in text["text"]
    assert "Who made it says of it: a ball" in text["text"]
    assert 2 <= len(shown) <= conversation.PICTURES
    assert all(one["image_url"]["url"].startswith("data:image/jpeg;base64,") for one in shown)


def test_when_is_measured_and_what_is_told(model, seen):
    told = [cue(event=at, intensity=0.4, material="wood") for at in range(1, len(seen.events) + 1)]
    plan = written(model, seen, *told, scenes=[{"shot": 1, "ambience": "quiet room"}])
    assert [one.at_s for one in plan.cues] == pytest.approx([event.time_s for event in seen.events], abs=1e-4)
    assert {(one.sound, one.material, one.intensity, one.once) for one in plan.cues} == {
        ("ball bounces on wood", "wood", 0.4, True)
    }
    assert [one.number for one in plan.cues] == list(range(1, len(plan.cues) + 1))
    assert [scene.ambience for scene in plan.scenes] == ["quiet room"]
    assert plan.space == "room"
    assert documents.read(documents.write(plan)) == plan


def test_a_time_of_its_own_is_moved_to_what_was_measured_or_says_that_it_was_not(model, seen):
    first = seen.events[0].time_s
    free = next(t / 100 for t in range(0, 300, 5) if all(abs(e.time_s - t / 100) > 0.3 for e in seen.events))
    plan = written(model, seen, cue(at_s=first + 0.1), cue(sound="dog barks", at_s=free))
    by_sound = {one.sound: one for one in plan.cues}
    assert by_sound["ball bounces on wood"].at_s == pytest.approx(first, abs=1e-4)
    assert "moved from" in by_sound["ball bounces on wood"].when
    assert by_sound["dog barks"].at_s == free
    assert "not measured" in by_sound["dog barks"].when


def test_what_cannot_be_placed_is_told(model, seen):
    plan = written(model, seen, cue(event=99), cue(event=None), cue(at_s=1e6), cue(event=1), space="moon")
    assert len(plan.cues) == 1
    assert len(plan.ignored) == 3
    assert plan.space == "dry"


def test_locked_cues_stay(model, seen):
    kept = written(model, seen, cue(event=1, sound="gong"))
    kept.cues[0] = kept.cues[0].model_copy(update={"locked": True})
    plan = written(model, seen, cue(event=1), cue(event=2), kept=kept)
    assert [one.sound for one in plan.cues] == ["gong", "ball bounces on wood"]


@pytest.mark.parametrize("wrapped", ["```json\n{}\n```", "Here it is: {} Enjoy!"])
def test_an_answer_between_words_is_read(model, seen, wrapped):
    model.says = [wrapped.replace("{}", json.dumps({"space": "dry", "scenes": [], "cues": [cue(event=1)]}))]
    assert len(watch.write_cues(seen, "", model.address, "qwen", Progress()).cues) == 1


def test_a_faulty_answer_is_sent_back_once_with_its_fault(model, seen):
    good = json.dumps({"space": "dry", "scenes": [], "cues": [cue(event=1)]})
    model.says = [json.dumps({"cues": [{"sound": "", "event": 1}]}), good]
    assert len(watch.write_cues(seen, "", model.address, "qwen", Progress()).cues) == 1
    assert "cues.0.sound" in model.asked[1][2]["messages"][-1]["content"]


@pytest.mark.parametrize(
    "nonsense", ["I see a ball.", "{", '{"cues": 3}', '{"cues": [{"event": NaN, "sound": "x"}]}', "[]"]
)
def test_nonsense_ends_in_one_clear_line(model, seen, nonsense):
    model.says = [nonsense]
    with pytest.raises(CannotRun, match=r"qwen at .* gave no cue plan .* without --author"):
        watch.write_cues(seen, "", model.address, "qwen", Progress())
    assert len(model.asked) == 2


def test_what_is_no_model_at_all_is_told(model, seen, monkeypatch):
    monkeypatch.setattr(wire, "sleep", lambda seconds: None)
    model.says = [b"<html>a page</html>"]
    with pytest.raises(CannotRun, match="is the address right"):
        watch.write_cues(seen, "", model.address, "qwen", Progress())
    with pytest.raises(CannotRun, match="cannot be reached"):
        watch.write_cues(seen, "", "http://127.0.0.1:9/v1", "qwen", Progress())
    with pytest.raises(BadRequest, match="is no address"):
        watch.write_cues(seen, "", "localhost:11434", "qwen", Progress())
    with pytest.raises(BadRequest, match="--author-model"):
        watch.write_cues(seen, "", model.address, "", Progress())


def test_an_address_without_schemas_is_asked_without(model, seen, monkeypatch):
    monkeypatch.setenv(address.KEY, "sk-secret")
    model.knows_schemas = False
    assert written(model, seen, cue(event=1)).cues
    assert ["response_format" in asked for *_, asked in model.asked] == [True, False]
    assert {key for _, key, _ in model.asked} == {"Bearer sk-secret"}


def test_it_stops_when_told(model, seen):
    def listen(stage, fraction, audio_s):
        tell.cancel()

    tell = Progress(listen)
    with pytest.raises(Cancelled):
        watch.write_cues(seen, "", model.address, "qwen", tell)


def test_a_film_gets_its_sound_by_it(model, truth):
    model.says = [json.dumps({"space": "room", "scenes": [], "cues": [cue(event=1), cue(event=2)]})]
    request = SoundtrackRequest(video=str(truth.path), author=model.address, author_model="qwen")
    made = films.soundtrack(request)
    assert len(made.plan.cues) == 2
    assert made.stems["effects"].peak > 0.01
    assert "sk-" not in json.dumps(made.facts, default=str)
