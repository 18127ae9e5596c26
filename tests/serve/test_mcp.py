"""The tools of a language model, called by the protocol's own client over real standard input and output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import anyio
import numpy as np
import pytest
import soundfile
from mcp import Client, StdioServerParameters
from tests.films import make

from soundwright.cli import app
from soundwright.errors import BadRequest
from soundwright.library.add import add
from soundwright.library.store import Store
from soundwright.serve.mcp import bodies
from soundwright.serve.mcp.folders import Folders
from soundwright.serve.mcp.server import Calls, protocol
from soundwright.serve.mcp.tools import House


def server(out: Path, *options: str, **env: str) -> StdioServerParameters:
    command = ["-m", "soundwright.cli", "serve", "--mcp", "--out", str(out), *options]
    kept = {name: os.environ[name] for name in ("PYTHONPATH", "OMP_NUM_THREADS") if name in os.environ}
    return StdioServerParameters(command=sys.executable, args=command, env=kept | env, cwd=out.parent)


def talk(parameters: StdioServerParameters, conversation):
    """What `conversation(client)` gives, with a server of its own."""

    async def run():
        async with Client(parameters) as client:
            return await conversation(client)

    return anyio.run(run)


def refused(answer) -> str:
    """The one line of a refusal."""
    assert answer.is_error
    assert len(answer.content) == 1
    assert "\n" not in answer.content[0].text
    assert "Traceback" not in answer.content[0].text
    return answer.content[0].text


def test_a_model_makes_a_sound_looks_at_it_and_measures_it(tmp_path):
    heard = []

    async def progress(number, total, message):
        heard.append((number, message))

    async def conversation(client):
        listed = (await client.list_tools()).tools
        made = await client.call_tool(
            "make_effect",
            {"prompt": "a dog barks twice purple monkey", "duration_s": "2.5", "seed": 3, "picture": True},
            progress_callback=progress,
        )
        assert not made.is_error, made.content
        sound = made.structured_content["files"][0]
        measured = await client.call_tool("meter", {"file": Path(sound).name, "picture": True})
        mastered = await client.call_tool("finish", {"file": sound, "preset": "broadcast", "name": "quiet one"})
        return listed, made, measured, mastered

    listed, made, measured, mastered = talk(server(tmp_path / "out"), conversation)
    assert {tool.name for tool in listed} == {
        "make_music", "make_effect", "make_soundtrack", "finish", "meter", "search_library", "list_engines",
    }  # fmt: skip
    told = made.structured_content
    assert told == json.loads(made.content[0].text)
    assert soundfile.info(told["files"][0]).frames == 2.5 * 48_000
    assert (told["duration_s"], told["seed"], told["licence"], told["may_be_sold"]) == (2.5, 3, "Apache-2.0", True)
    assert told["warnings"] == ["not understood and left out: purple, monkey"]
    assert made.content[1].type == "image"
    assert all(Path(path).is_file() for path in told["files"])
    assert [part.type for part in measured.content] == ["text", "image"]
    numbers = measured.structured_content
    assert "drawn" not in numbers
    assert numbers["true_peak_dbtp"] == pytest.approx(told["true_peak_dbtp"], abs=0.01)
    assert Path(mastered.structured_content["files"][0]) == tmp_path / "out" / "quiet-one.wav"
    assert mastered.structured_content["integrated_lufs"] == pytest.approx(-23, abs=0.5)
    assert heard
    assert [number for number, _ in heard] == sorted(number for number, _ in heard)


def test_what_a_model_reads_of_the_tools_is_short_bounded_and_explained(tmp_path):
    async def listed():
        async with Client(protocol(Calls(House(Folders.of(tmp_path / "out", []), 90.0)))) as client:
            return (await client.list_tools()).tools

    for tool in anyio.run(listed):
        schema = tool.input_schema
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert len(json.dumps(schema)) < 4000
        assert len(tool.description) < 300
        for name, field in schema.get("properties", {}).items():
            assert field.get("description"), (tool.name, name)
            assert "title" not in field
            assert "null" not in json.dumps(field)
            assert field["type"] != "string" or "maxLength" in field or "enum" in field, (tool.name, name)
        if tool.name.startswith("make_m"):
            assert schema["properties"]["duration_s"]["maximum"] == 90
        assert tool.annotations.read_only_hint == (tool.name in ("meter", "search_library", "list_engines"))


def test_every_field_of_the_requests_is_offered_or_left_out_on_purpose():
    """Fields that are offered are the requests' own, with the service's types."""
    for tool, names in bodies.OFFERED.items():
        model = bodies.made(tool, 600.0)
        assert set(names) | set(bodies.DELIVERED[tool]) | {"name"} == set(model.model_fields)


def test_what_cannot_be_is_told_in_one_line_and_leaves_nothing(tmp_path):
    out, films = tmp_path / "out", tmp_path / "films"
    films.mkdir()
    (films / "text.mp4").write_text("this is no film")
    (films / "text.wav").write_text("this is no sound")
    (tmp_path / "secret.wav").write_bytes(b"x")
    (films / "link.wav").symlink_to(tmp_path / "secret.wav")
    asked = [
        ("make_music", {}, "prompt is empty"),
        ("make_music", {"prompt": "x", "duration_s": 601}, "duration_s: input should be less than or equal to 600"),
        ("make_music", {"prompt": "x", "duration_s": -1}, "duration_s"),
        ("make_music", {"prompt": "x", "tempo": 90}, "tempo"),
        ("make_music", {"prompt": "x", "engine": "hosted/eleven"}, "there is no engine"),
        ("make_music", {"prompt": "x", "engine": "foley"}, "makes no music"),
        ("make_music", {"plan": "title: [unclosed"}, "plan"),
        ("make_music", {"prompt": "x", "styles": ["tehcno"]}, "techno"),
        ("make_effect", {"prompt": "x", "variations": 100}, "variations"),
        ("make_effect", {"prompt": "x" * 5000}, "prompt"),
        ("make_soundtrack", {"video": str(films / "none.mp4")}, "there is no file"),
        ("make_soundtrack", {"video": str(films / "text.mp4"), "prompt": "rain"}, "text.mp4"),
        ("make_soundtrack", {"video": "../secret.wav"}, "lies outside the folders"),
        ("meter", {"file": str(films / "text.wav")}, "text.wav"),
        ("meter", {"file": str(films)}, "there is no file"),
        ("meter", {"file": "/etc/passwd"}, "lies outside the folders"),
        ("meter", {"file": str(films / "link.wav")}, "lies outside the folders"),
        ("meter", {"file": "a\0b"}, "no path"),
        ("finish", {"file": "text.wav", "preset": "lodu"}, "preset"),
        ("finish", {"file": "text.wav"}, "text.wav"),
        ("search_library", {"words": "door"}, "the library is empty"),
        ("delete_everything", {}, "there is no tool"),
    ]

    async def conversation(client):
        return [await client.call_tool(tool, fields) for tool, fields, _ in asked]

    index = str(tmp_path / "none.db")
    answers = talk(server(out, "--folder", str(films), SOUNDWRIGHT_LIBRARY=index), conversation)
    for (tool, fields, said), answer in zip(asked, answers, strict=True):
        assert said in refused(answer), (tool, fields)
    assert list(out.iterdir()) == []


def test_a_song_that_is_cancelled_stops_and_leaves_nothing(tmp_path):
    begun = anyio.Event()

    async def progress(number, total, message):
        begun.set()

    async def conversation(client):
        async with anyio.create_task_group() as group:

            async def long():
                await client.call_tool("make_music", {"prompt": "rock", "duration_s": 100}, progress_callback=progress)

            group.start_soon(long)
            await begun.wait()
            group.cancel_scope.cancel()
        return await client.call_tool("make_effect", {"prompt": "a dog barks"})  # waits for the song's last step

    answer = talk(server(tmp_path / "out"), conversation)
    assert not answer.is_error, answer.content
    assert {path.name.partition(".")[0] for path in (tmp_path / "out").iterdir()} == {"a-dog-barks"}


def test_films_get_sound_and_the_library_is_searched(tmp_path):
    films = tmp_path / "films"
    films.mkdir()
    film = make("bounce", 5, path=films, seconds=2.0, size=(160, 90)).path
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    soundfile.write(sounds / "wooden door slam.wav", 0.1 * np.random.default_rng(0).standard_normal(24_000), 48_000)
    add([sounds], Store(tmp_path / "l.db"), workers=1)

    async def conversation(client):
        found = await client.call_tool("search_library", {"words": "wooden door slams", "count": 1})
        engines = await client.call_tool("list_engines", {})
        made = await client.call_tool("make_soundtrack", {"video": film.name, "prompt": "a ball bounces on wood"})
        return found, engines, made

    parameters = server(tmp_path / "out", "--folder", str(films), SOUNDWRIGHT_LIBRARY=str(tmp_path / "l.db"))
    found, engines, made = talk(parameters, conversation)
    assert found.structured_content["found"][0]["path"] == str(sounds / "wooden door slam.wav")
    rows = {row["engine"]: row for row in engines.structured_content["engines"]}
    assert rows["score"]["may_be_sold"] is True
    assert not any(name.startswith("hosted") for name in rows)
    assert not made.is_error, made.content
    assert Path(made.structured_content["files"][0]).parent == tmp_path / "out"
    assert made.structured_content["cues"]
    assert sorted(path.name for path in films.iterdir()) == [film.name]


NOISY = """
import os, subprocess, sys
from soundwright import studio
made = studio.effect
def effect(*asked):
    print("noise of a library")
    os.write(1, b"noise of another\\n")
    subprocess.run(["echo", "noise of a program"])
    return made(*asked)
studio.effect = effect
sys.argv = ["soundwright", "serve", "--mcp", "--out", sys.argv[1]]
from soundwright.cli import main
main()
"""


def test_standard_output_holds_the_protocol_alone(tmp_path):
    asked = [
        {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                                                     "clientInfo": {"name": "raw", "version": "0"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "make_effect", "arguments": {"prompt": "a dog barks"}}},
    ]  # fmt: skip
    command = [sys.executable, "-c", NOISY, str(tmp_path / "out")]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert running.stdin
        assert running.stdout
        for message in asked:
            running.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        running.stdin.write(b"this is no message\n")
        running.stdin.flush()
        lines = []
        while not any(line.get("id") == 2 for line in lines):
            lines.append(json.loads(running.stdout.readline()))
        rest, said = running.communicate(timeout=30)
    finally:
        running.kill()
    assert all(line["jsonrpc"] == "2.0" for line in lines)
    assert rest == b""
    assert said.count(b"noise") == 3
    assert running.returncode == 0
    answer = next(line for line in lines if line.get("id") == 2)["result"]
    assert not answer["isError"]
    assert Path(answer["structuredContent"]["files"][0]).is_file()


def test_it_stops_when_it_is_told_to_and_leaves_nothing(tmp_path):
    asked = [
        {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                                                     "clientInfo": {"name": "raw", "version": "0"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "make_music", "_meta": {"progressToken": "t"},
                                                     "arguments": {"prompt": "rock", "duration_s": 100}}},
    ]  # fmt: skip
    command = [sys.executable, "-m", "soundwright.cli", "serve", "--mcp", "--out", str(tmp_path / "out")]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert running.stdin
        assert running.stdout
        for message in asked:
            running.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        running.stdin.flush()
        while json.loads(running.stdout.readline()).get("method") != "notifications/progress":
            pass
        running.send_signal(signal.SIGTERM)  # with standard input still open
        assert running.wait(60) == 0
        assert running.stderr
        assert running.stderr.read().strip() == b"stopped"
    finally:
        running.kill()
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mcp"], "--out FOLDER"),
        (["--mcp", "--out", "/proc/x"], "/proc/x"),
        (["--mcp", "--out", "out", "--folder", "nowhere"], "nowhere"),
        (["--out", "out"], "--mcp"),
    ],
)
def test_a_wrong_start_is_one_line(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadRequest, match=said):
        app(["serve", *arguments], standalone_mode=False)
