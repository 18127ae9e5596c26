"""The verbs for films as a person uses them: what they write and say, and what they refuse in one line."""

from __future__ import annotations

import json

import pytest
from tests.films import make
from typer.testing import CliRunner

from soundwright.cli import app
from soundwright.errors import BadRequest


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_film_gets_its_sound_and_a_plan_to_edit(tmp_path):
    film = make("bounce", 5, path=tmp_path, seconds=3.0).path
    out = tmp_path / "out.mp4"
    said = run("soundtrack", film, "-p", "a ball bounces on wood", "--picture", "-o", out).output
    assert "cues" in said
    assert {"out.mp4", "out.mp4.json", "out.plan.yaml", "out.png"} <= {path.name for path in tmp_path.iterdir()}
    measured = json.loads(run("sync", out, "--json").output)["sync"][0]
    assert abs(measured["lag_ms"]) < 10
    again = tmp_path / "again.mp4"
    run("soundtrack", film, "--plan", tmp_path / "out.plan.yaml", "--cue", 1, "--seed", 9, "-o", again)
    assert again.exists()
    gain_db = json.loads((tmp_path / "out.mp4.json").read_text())["measured"]["gain_db"]
    as_loud = tmp_path / "as-loud.mp4"
    run(
        "soundtrack",
        film,
        "--plan",
        tmp_path / "out.plan.yaml",
        "--cue",
        1,
        "--seed",
        9,
        "--gain",
        gain_db,
        "-o",
        as_loud,
    )
    assert json.loads((tmp_path / "as-loud.mp4.json").read_text())["measured"]["gain_db"] == gain_db
    fixed = run("sync", out, "--fix", "-o", tmp_path / "fixed.mp4").output
    assert "nothing to mend" in fixed
    assert not (tmp_path / "fixed.mp4").exists()


def test_a_plan_comes_with_a_contact_sheet(tmp_path):
    film = make("bounce", 5, path=tmp_path, seconds=2.0).path
    run("plan", "video", film, "-p", "a ball bounces on wood", "-o", tmp_path / "x.plan.yaml")
    assert (tmp_path / "x.plan.png").read_bytes().startswith(b"\x89PNG")
    assert "at_s" in (tmp_path / "x.plan.yaml").read_text()
    kept = (tmp_path / "x.plan.yaml").read_text().replace("number: 1,", "number: 1, locked: true,")
    (tmp_path / "kept.yaml").write_text(kept)
    said = run("plan", "video", film, "-p", "glass breaks", "--keep", tmp_path / "kept.yaml").output
    assert said.count("a ball bounces on wood") == 1 + said.count("named by the description: a ball bounces on wood")
    assert "sound: glass breaks" in said


def test_refusals(tmp_path):
    film = make("nothing", 5, path=tmp_path, seconds=1.0, size=(96, 54)).path
    with pytest.raises(BadRequest, match="the film itself"):
        run("soundtrack", film, "-o", film)
    with pytest.raises(BadRequest, match="there is no timeline"):
        run("soundtrack", film, "--timeline", "docx", "-o", tmp_path / "o.mp4")
    with pytest.raises(BadRequest, match="cannot hold h264"):
        run("soundtrack", film, "-o", tmp_path / "o.webm")
    with pytest.raises(BadRequest, match="no sound to compare"):
        run("sync", film)
    assert [path.name for path in tmp_path.iterdir()] == [film.name]


def test_a_film_in_which_nothing_happens(tmp_path):
    film = make("nothing", 5, path=tmp_path, seconds=1.0, size=(96, 54)).path
    assert "no cue" in run("soundtrack", film, "-o", tmp_path / "o.mp4").output
