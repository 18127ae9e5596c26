"""The script for Reaper in a real Lua, with a stand-in for Reaper, against a real service and a real curl."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import soundfile
import yaml
from tests.films import make

import soundwright as sw

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "reaper" / "soundwright.lua"
STAND_IN = Path(__file__).with_name("reaper.lua")
LUA = next((found for name in ("lua5.4", "lua5.3", "lua") if (found := shutil.which(name))), None)

pytestmark = pytest.mark.skipif(not LUA or not shutil.which("curl"), reason="lua or curl is not installed")


def literal(value) -> str:
    """A value as Lua writes it."""
    if isinstance(value, dict):
        return "{" + ",".join(f"[{literal(key)}]={literal(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ",".join(map(literal, value)) + "}"
    if isinstance(value, str):
        return '"' + "".join(f"\\x{byte:02x}" for byte in value.encode()) + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


class Reaper:
    """A project of its own, and what the script did to it."""

    def __init__(self, folder: Path, address: str, key: str = "") -> None:
        self.project, self.resources = folder / "project", folder / "resources"
        self.project.mkdir()
        self.resources.mkdir()
        self.folder, self.address, self.key = folder, address, key

    def run(self, prompt: str, kind: str = "effect", seed: str = "7", tempo: str = "y", **scenario) -> list[list[str]]:
        inputs = [prompt, kind, seed, tempo, self.address, self.key]
        given = {"inputs": inputs, "project": str(self.project), "resources": str(self.resources)}
        path = self.folder / "scenario.lua"
        path.write_text(f"return {literal({**given, **scenario})}", "utf-8")
        done = subprocess.run([str(LUA), str(STAND_IN), str(SCRIPT), str(path)], capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr.decode()
        assert list(self.resources.iterdir()) == []  # no file of a request stays
        rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
        assert rows[-1] == ["ended"]
        return rows[:-1]


@pytest.fixture
def reaper(service, tmp_path) -> Reaper:
    return Reaper(tmp_path, service.address)


def only(rows: list[list[str]], name: str) -> list[str]:
    found = [row[1:] for row in rows if row[0] == name]
    assert len(found) == 1, rows
    return found[0]


def placed(rows: list[list[str]]) -> dict[str, float]:
    return {row[1]: float(row[2]) for row in rows if row[0] in ("place", "take")}


def newest(reaper: Reaper) -> dict:
    with sw.Client(reaper.address) as client:
        return client.jobs(limit=1)[0].told


def refused(rows: list[list[str]]) -> str:
    """The one message of a run that did nothing."""
    assert not any(row[0] in ("track", "source", "undo begins") for row in rows), rows
    return only(rows, "message")[0]


def test_an_effect_fills_the_selection_and_no_word_is_lost_on_the_way(reaper):
    prompt = 'a "door" slams \\ in $(a hall) \'; é 門 \U0001f6aa & %d <x>'
    rows = reaper.run(prompt, "Effect", seed="41", **{"from": 1.25, "to": 3.75, "tracks": 5})
    assert newest(reaper)["request"]["prompt"] == prompt
    assert newest(reaper)["request"]["seed"] == 41
    path = Path(only(rows, "source")[0])
    assert path.parent == reaper.project
    assert soundfile.info(path).frames == round(2.5 * 48_000)
    assert only(rows, "track") == ["5"]
    assert only(rows, "track name")[2] == prompt
    assert placed(rows) | {"D_POSITION": 1.25, "D_LENGTH": 2.5, "D_STARTOFFS": 0, "D_PLAYRATE": 1} == placed(rows)
    assert [row[0] for row in rows].index("undo begins") < [row[0] for row in rows].index("track")
    assert only(rows, "undo ends")[0].startswith("Soundwright: ")
    again = reaper.run(prompt, "effect", seed="41", **{"from": 1.25, "to": 3.75})
    second = Path(only(again, "source")[0])
    assert second != path  # nothing is overwritten
    assert (soundfile.read(second)[0] == soundfile.read(path)[0]).all()
    assert sorted(reaper.project.iterdir()) == sorted([path, second])


def test_without_a_selection_an_effect_starts_at_the_cursor_and_lasts_as_it_does(reaper):
    rows = reaper.run("a dog barks", cursor=12.5)
    assert placed(rows)["D_POSITION"] == 12.5
    assert placed(rows)["D_LENGTH"] == pytest.approx(soundfile.info(only(rows, "source")[0]).duration, abs=1e-4)


def test_music_follows_the_tempo_and_metre_of_the_project(reaper):
    # four bars of three beats at 97.5 a minute
    rows = reaper.run("solo piano", "music", **{"from": 4.0, "to": 4.0 + 12 * 60 / 97.5, "bpm": 97.5, "beats": 3,
                                                "draws": True})  # fmt: skip
    assert newest(reaper)["request"]["prompt"] == "solo piano, 97.5 bpm, in 3/4 time"
    with sw.Client(reaper.address) as client:
        [plan] = client.job(newest(reaper)["id"]).download(reaper.folder / "got", "plan")
    read = yaml.safe_load(plan.read_text())
    assert (read["tempo_bpm"], read["metre"]) == (97.5, "3/4")
    assert any(row[0] == "drawn" and row[1].endswith("%") for row in rows)
    reaper.run("solo piano, 80 bpm", "music", **{"from": 0.0, "to": 3.0})
    assert newest(reaper)["request"]["prompt"] == "solo piano, 80 bpm"
    reaper.run("solo piano", "music", tempo="n", **{"from": 0.0, "to": 3.0})
    assert newest(reaper)["request"]["prompt"] == "solo piano"


def test_a_film_under_the_selection_gets_its_sound_where_it_is_seen(reaper, tmp_path):
    film = make("bounce", 5, path=tmp_path, seconds=3.0, size=(160, 90)).path
    item = {"D_POSITION": 10.0, "D_LENGTH": 2.0, "take": {"D_STARTOFFS": 0.5, "D_PLAYRATE": 1.0, "source": {
        "type": "VIDEO", "path": str(film)}}}  # fmt: skip
    sound = {"D_POSITION": 0.0, "D_LENGTH": 90.0, "take": {"source": {"type": "WAVE", "path": "x.wav"}}}
    rows = reaper.run("a ball bounces on wood", "film", items=[sound, item], **{"from": 10.75, "to": 14.0})
    at = placed(rows)
    assert (at["D_POSITION"], at["D_LENGTH"], at["D_STARTOFFS"]) == (10.75, 1.25, 1.25)
    from soundwright.video import clock

    assert clock.film(only(rows, "source")[0]).tracks
    assert newest(reaper)["verb"] == "soundtrack"


def test_escape_stops_the_job_and_the_project_stays(reaper):
    rows = reaper.run("slow piano", "music", cancel_after=6, **{"from": 0.0, "to": 55.0})
    assert rows == [["window"]]
    until = time.monotonic() + 30
    while newest(reaper)["state"] not in ("cancelled", "done") and time.monotonic() < until:
        time.sleep(0.1)
    assert newest(reaper)["state"] == "cancelled"
    assert list(reaper.project.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"prompt": ""}, "say what you want to hear"),
        ({"prompt": "x", "kind": "song"}, "music, effect or film, not song"),
        ({"prompt": "x", "seed": "1.5"}, "whole number"),
        ({"prompt": "x", "kind": "music"}, "select the span"),
        ({"prompt": "x", "kind": "film", "from": 1.0, "to": 2.0}, "no film under"),
        ({"prompt": "rain", "from": 0.0, "to": 61.0}, "more than the 60"),
        ({"prompt": "x", "seed": "-3", "from": 0.0, "to": 1.0}, "seed"),
    ],
)
def test_what_cannot_be_is_one_message(asked, said, reaper):
    message = refused(reaper.run(**asked))
    assert said in message
    assert "soundwright.lua" not in message


def test_a_job_that_fails_says_why(reaper):
    film = reaper.folder / "text.mp4"
    film.write_text("this is no film")
    item = {"D_POSITION": 0.0, "D_LENGTH": 2.0, "take": {"D_STARTOFFS": 0.0, "D_PLAYRATE": 1.0, "source": {
        "type": "VIDEO", "path": str(film)}}}  # fmt: skip
    assert refused(reaper.run("rain", "film", items=[item], **{"from": 0.0, "to": 1.0}))


def test_a_service_that_is_away_is_told_with_the_way_to_start_it(tmp_path):
    message = refused(Reaper(tmp_path, "http://127.0.0.1:9").run("rain", **{"from": 0.0, "to": 1.0}))
    assert message == "http://127.0.0.1:9 does not answer. Start it with: soundwright serve"


def test_who_cancels_the_question_is_left_alone(tmp_path):
    assert Reaper(tmp_path, "http://127.0.0.1:9").run("rain", inputs=False) == []


def test_the_key_goes_along_and_on_no_command_line(tmp_path):
    heard = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.headers["authorization"])
            heard.extend(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _is_curl(path))
            body = json.dumps({"error": {"message": "this key is not known", "type": "unauthorized"}}).encode()
            self.send_response(401)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        message = refused(Reaper(tmp_path, address, 'sw-"secret"\\').run("rain", **{"from": 0.0, "to": 1.0}))
        server.shutdown()
    assert message == "this key is not known"
    assert heard[0] == 'Bearer sw-"secret"\\'
    assert len(heard) > 1
    assert not any(b"secret" in line for line in heard[1:])


def _is_curl(path: Path) -> bool:
    try:
        return b"curl" in path.read_bytes().split(b"\0")[0]
    except OSError:
        return False


PROBE = """
SOUNDWRIGHT_PARTS = {}
dofile(arg[1])
local json = SOUNDWRIGHT_PARTS.json
for line in io.lines(arg[2]) do
  local okay, value = pcall(json.decode, line)
  print(okay and json.encode(value) or "!" .. value)
end
"""


def through(texts: list[bytes], tmp_path: Path) -> list[bytes]:
    (tmp_path / "probe.lua").write_text(PROBE)
    (tmp_path / "lines").write_bytes(b"\n".join(texts))
    command = [str(LUA), str(tmp_path / "probe.lua"), str(SCRIPT), str(tmp_path / "lines")]
    return subprocess.run(command, capture_output=True, check=True, timeout=30).stdout.splitlines()


def test_its_json_is_json(tmp_path):
    values = [
        "plain", "", 'quotes " and \\ back', "line\nbreak\ttab\r\b\f", "\x00\x01\x1f\x7f", "é門\U0001f6aa",
        0, -7, 2**53, 1.5, -1e-9, 1e300, 0.1, True, False, [1, "two", [3.5, []]], {"a": {"b": [True]}, "c": "d"},
        {"percent": 33.3, "files": [{"name": "x.wav", "bytes": 123456789}]},
    ]  # fmt: skip
    for compact in (True, False):
        texts = [json.dumps(value, ensure_ascii=compact, indent=None).encode() for value in values]
        for value, back in zip(values, through(texts, tmp_path), strict=True):
            expected = {} if value == [] else value
            assert json.loads(back) == (json.loads(json.dumps(expected).replace("[]", "{}"))), value


def test_what_is_no_json_is_told_and_odd_texts_come_through(tmp_path):
    broken = [b"", b"{", b'{"a"}', b'{"a":1', b"[1,]", b'"open', b'"\\x"', b"nul", b"<html>", b"1 2", b'"\\u12"']
    assert all(line.startswith(b"!this is no JSON, at byte ") for line in through([b"x", *broken[1:]], tmp_path))
    lone, pair, latin = through([b'"\\ud800 x"', b'"\\ud83d\\udeaa"', b'"caf\xe9 x"'], tmp_path)
    assert json.loads(lone) == "\ufffd x"
    assert json.loads(pair) == "\U0001f6aa"
    assert json.loads(latin) == "caf\ufffd x"
