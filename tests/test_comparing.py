"""A suite from its lines to its page: resumed, ranked, absent engines told, nothing in a page taken as markup."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from tests.evaluate import tiny_models
from tests.evaluate.test_report import Page
from tests.films import make

from soundwright import comparing, engines
from soundwright.audio import Audio
from soundwright.comparing import Wish
from soundwright.engines import Card, Licence, Take
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.progress import Progress


class Hiss:
    """An engine of noise, whatever it is asked for."""

    card = Card("hiss", "", ("effect",), 48_000, 1, 60.0, Licence("none", True))

    def render(self, task, tell):
        rng = np.random.default_rng(task.seed)
        return Take(Audio(0.1 * rng.standard_normal(round(task.duration_s * 48_000)), 48_000))


class Broken:
    """An engine whose weights are not here."""

    card = Card("broken", "", ("effect", "music"), 48_000, 1, 60.0, Licence("none", True))
    asked = 0

    def render(self, task, tell):
        Broken.asked += 1
        raise CannotRun("the weights of broken are not here: pull <them>")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("SOUNDWRIGHT_DEVICE", "cpu")
    known, ours = engines._class, {"hiss": Hiss, "broken": Broken}
    for name in ours:
        monkeypatch.setitem(engines.ENGINES, name, f"{__name__}:{name.title()}")
    monkeypatch.setattr(engines, "_class", lambda name: ours[name] if name in ours else known(name))
    Broken.asked = 0


def lines(folder, *rows):
    path = folder / "prompts.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


SOUNDS = ("a dog barks", "glass breaks", "rain on leaves", "a door slams", "an explosion", "footsteps on gravel")


def effects(count=6):
    return [{"verb": "effect", "prompt": words, "duration_s": 1, "id": f"p{at}", "tags": ["even"] if at % 2 else []}
            for at, words in enumerate(SOUNDS[:count])]  # fmt: skip


def compare(path, folder, *names, tell=None, **more):
    return comparing.compare(comparing.read(path), Wish(names, **more), folder, tell or Progress())


def test_engines_are_ranked_and_absent_ones_told(tmp_path):
    from soundwright import effect

    for seed in range(6):
        effect(SOUNDS[seed], 1, seed=50 + seed).save(tmp_path / "real" / f"{seed}.wav")
    folder = tmp_path / "out"
    told = compare(lines(tmp_path, *effects()), folder, "foley", "hiss", "broken", "score", takes=2,
                   reference=tmp_path / "real")  # fmt: skip
    assert told["absent"] == {"broken": "the weights of broken are not here: pull <them>", "score": "makes no effect"}
    assert Broken.asked == 1  # the others are not tried
    assert told["failed"] == []
    assert len(told["takes"]) == 6 * 2 * 2
    ranking = told["ranking"]
    assert {"generation_s", "real_time_factor", "integrated_lufs", "true_peak_dbtp", "length_error_frames",
            "diversity_logmel", "fad_logmel", "kad_logmel"} == set(ranking)  # fmt: skip
    for name in ("fad_logmel", "kad_logmel"):
        (row,) = ranking[name]["differences"]
        assert row["better"] == "foley"
        assert row["ci95"][0] < row["difference"] < row["ci95"][1] < 0
    assert [row["place"] for row in ranking["length_error_frames"]["engines"]] == [1, 1]
    assert ranking["integrated_lufs"]["differences"] == []
    sets = {(row["engine"], row["metric"]): row for row in told["sets"]}
    for engine in ("foley", "hiss"):
        assert ranking["fad_logmel"]["engines"][0]["value"] <= sets[engine, "fad"]["fad"]
        assert sets[engine, "fad"]["gen_clips"] == 12
        own = next(row for row in ranking["kad_logmel"]["engines"] if row["engine"] == engine)
        assert own["value"] == pytest.approx(sets[engine, "kad"]["kad"], rel=1e-9)
    assert "no CLAP score" in told["warnings"][0]
    assert set(told["by_tag"]) == {"even"}
    assert json.loads((folder / "results.json").read_text()) == told
    rows = list(csv.DictReader((folder / "results.csv").open()))
    assert len(rows) == 24
    assert rows[0]["engine"] == "foley"
    assert all((folder / row["file"]).is_file() for row in rows)


def test_a_killed_run_goes_on_and_makes_nothing_twice(tmp_path, monkeypatch):
    path, folder = lines(tmp_path, *effects(3)), tmp_path / "out"
    tell, seen = Progress(), []

    def listen(stage, fraction, audio_s):
        seen.append(stage)
        if len(list(folder.rglob("*.wav"))) == 2:
            tell.cancel()

    tell.listen = listen
    with pytest.raises(Cancelled, match="the same command goes on"):
        compare(path, folder, "foley", "hiss", tell=tell)
    assert not list(folder.rglob("*.html"))
    stands = {file: file.stat().st_mtime_ns for file in folder.rglob("*.wav")}
    assert len(stands) == 2
    first = compare(path, folder, "foley", "hiss", families=("time",))
    assert {file: file.stat().st_mtime_ns for file in stands} == stands
    assert len(first["takes"]) == 6
    monkeypatch.setattr(Hiss, "render", lambda *_: pytest.fail("it stands"))
    again = compare(path, folder, "foley", "hiss", families=("time",))
    assert again == first  # the times of making too


def test_one_failed_take_spoils_no_other(tmp_path):
    rows = [*effects(2), {"verb": "effect", "prompt": "wind", "duration_s": 90, "id": "long"}]
    told = compare(lines(tmp_path, *rows), tmp_path / "out", "foley", "hiss", families=("length",))
    assert [(row["engine"], row["prompt"]) for row in told["failed"]] == [("hiss", "long")]
    assert "at most 60 seconds" in told["failed"][0]["said"]
    prompts = {row["engine"]: row["prompts"] for row in told["ranking"]["length_error_frames"]["engines"]}
    assert prompts == {"foley": 3, "hiss": 2}
    assert told["ranking"]["length_error_frames"]["differences"][0]["prompts"] == 2


def test_nobody_can_run(tmp_path):
    with pytest.raises(CannotRun, match="broken: the weights of broken"):
        compare(lines(tmp_path, *effects(1)), tmp_path / "out", "broken", "score")
    assert not list((tmp_path / "out").rglob("*.html"))


def test_music_is_heard_for_tempo_key_and_faults(tmp_path):
    rows = [{"prompt": "calm lo-fi piano with soft drums, 78 bpm, in A minor", "duration_s": 16, "id": "named"},
            {"prompt": "a happy folk tune", "duration_s": 6, "id": "free"}]  # fmt: skip
    told = compare(lines(tmp_path, *rows), tmp_path / "out", "score", families=("agreement", "structure", "length"))
    by = {take["prompt"]: take for take in told["takes"]}
    assert (by["named"]["tempo_agrees"], by["named"]["key_agreement"]) == (1, 1)
    assert "tempo_agrees" not in by["free"]
    assert told["ranking"]["tempo_agrees"]["engines"][0]["prompts"] == 1
    assert {take["structure_faults"] for take in by.values()} == {0}


def test_words_are_heard_where_an_embedder_knows_them(tmp_path):
    tiny_models.clap(tmp_path / "weights" / "evaluate" / "clap-music-speech")
    told = compare(lines(tmp_path, *effects(3)), tmp_path / "out", "foley", "hiss", families=("words",))
    for take in told["takes"]:
        assert -1 <= take["clap_score"] <= 1
        assert take["clap_score"] != take["clap_score_chance"]
    assert "clap-music-speech" in told["ranking"]["clap_score"]["words"]
    assert told["embedders"]["clap-music-speech"]["weights_sha256"]


def test_a_film_is_a_prompt_too(tmp_path):
    film = make("bounce", 5, path=tmp_path, seconds=3.0).path
    row = {"verb": "soundtrack", "video": str(film), "prompt": "a ball bounces on wood", "id": "ball"}
    told = compare(lines(tmp_path, row), tmp_path / "out", "foley", families=("sync", "loudness"))
    (take,) = told["takes"]
    assert take["file"] == f"takes/foley/ball.01{film.suffix}"
    assert take["onset_f"] > take["onset_f_chance"]
    assert take["av_align"] > take["av_align_chance"]
    assert take.get("lag_abs_ms", 0) < 30
    assert "<video controls" in (tmp_path / "out" / "report.html").read_text()


def test_the_page_takes_nothing_as_markup_and_asks_for_nothing_elsewhere(tmp_path):
    rows = [{**row, "prompt": f'{row["prompt"]} <script>alert("1")</script> & </p>', "tags": ["<i>", "b&b"]}
            for row in effects(2)]  # fmt: skip
    folder = tmp_path / "o <u>'&#"
    told = compare(
        lines(tmp_path, *rows), folder, "foley", "hiss", "broken", takes=2, families=("loudness", "diversity")
    )
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not {"script", "i", "u", "link", "img"} & set(page.count)
    assert page.count["audio"] == len(told["takes"]) == 8
    assert "http" not in text
    assert "url(" not in text
    assert set(page.sources) == {"results.json", "results.csv", *(take["file"] for take in told["takes"])}
    assert all((folder / source).is_file() for source in page.sources)
    assert re.search("pull &lt;them&gt;", text)


def test_the_command_line(tmp_path):
    pytest.importorskip("diffusers")
    path = lines(tmp_path, *effects(2))
    told = command(path, "--engine", "foley", "--engine", "score", "--metric", "length", "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout)["absent"] == {"score": "makes no effect"}
    assert (tmp_path / "prompts.suite" / "report.html").is_file()
    for row, code, line in (
        ({"prompt": ""}, 2, "line 1: the prompt is empty"),
        ({"prompt": "a song"}, 3, "soundwright engines pull"),
    ):
        told = command(lines(tmp_path, row), "--engine", "ace-step/xl-turbo")
        assert told.returncode == code
        assert line in told.stderr
        assert told.stderr.count("\n") == 1


def command(*words):
    return subprocess.run([sys.executable, "-m", "soundwright.cli", "evaluate", "suite", *map(str, words)],
                          capture_output=True, text=True)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["{"], "line 1: "),
        (['"x"'], "line 1: a line is one JSON object"),
        ([{"prompt": "a"}, {"verb": "sing", "prompt": "a"}], "line 2: there is no verb 'sing'"),
        ([{"prompt": "a", "id": "../x"}], "line 1: the id '../x' names files"),
        ([{"prompt": "a", "id": "x"}, {"prompt": "b", "id": "x"}], "line 2: the id 'x' is that of line 1 already"),
        ([{"prompt": "a", "engine": "score"}], "line 1: 'engine' has no place here"),
        ([{"prompt": "a", "out": "a.wav"}], "line 1: 'out' has no place here"),
        ([{"prompt": "a", "tags": "calm"}], 'line 1: "tags" is a list'),
        ([{"prompt": "a", "duration_s": -3}], "line 1: duration_s"),
        ([{"prompt": ""}], "line 1: the prompt is empty"),
        ([""], "holds no prompts"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path, rows, said):
    with pytest.raises(BadRequest, match=said):
        comparing.read(lines(tmp_path, *rows))


@pytest.mark.parametrize(
    ("wish", "error", "said"),
    [
        (Wish(("nobody",)), BadRequest, "no engine 'nobody'"),
        (Wish(()), BadRequest, "--engine"),
        (Wish(("foley", "foley")), BadRequest, "named twice"),
        (Wish(("foley",), families=("beauty",)), BadRequest, "no metric 'beauty'"),
        (Wish(("foley",), families=("fad",)), BadRequest, "--reference"),
        (Wish(("foley",), families=("diversity",)), BadRequest, "--takes"),
        (Wish(("foley",), families=("words",)), CannotRun, "evaluate pull clap"),
        (Wish(("foley",), heard_by=("ast",)), CannotRun, "evaluate pull ast"),
        (Wish(("foley",), heard_by=("asst",)), BadRequest, "did you mean ast"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_made(tmp_path, wish, error, said):
    prompts = comparing.read(lines(tmp_path, *effects(2)))
    with pytest.raises(error, match=said):
        comparing.compare(prompts, wish, tmp_path / "out", Progress())
    assert not (tmp_path / "out").exists()
