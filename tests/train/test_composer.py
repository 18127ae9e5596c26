"""The composer's recipe: tunes read as they are written, an honest split, and runs that can be stopped and resumed."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.nets.composer_tokens import FIELDS, LENGTHS, PITCHES, chord_token
from soundwright.progress import Progress
from soundwright.train import composer, composer_data, tunes
from soundwright.train.curve import draw_curve
from soundwright.train.harmonise import harmonise

JIG = """X:1
T:A Jig of Ours
R:jig
M:6/8
L:1/8
K:%s
%s
"""
IN_D = "A|d2d fed|e2e gfe|d2d fed|BAF A2A|d2d fed|e2e gfe|fed cAc|d3 d2:|f|a2a afd|g2g ged|a2a afd|e3 e2f|" \
       "a2a afd|g2g gfe|fed cAc|1 d3 d2f:|2 d3 d2|]"  # fmt: skip
IN_G = "d|g2g bag|a2a c'ba|g2g bag|edB d2d|g2g bag|a2a c'ba|bag fdf|g3 g2:|b|d'2d' d'bg|c'2c' c'ag|d'2d' d'bg|a3 a2b|" \
       "d'2d' d'bg|c'2c' c'ba|bag fdf|1 g3 g2b:|2 g3 g2|]"  # fmt: skip


def jig(key: str = "D", body: str = IN_D) -> tunes.Sheet:
    made = tunes.sheet(JIG % (key, body), "ours")
    assert made is not None
    return made


def test_a_sheet_has_each_strain_once_without_its_pickup_and_with_its_last_ending():
    made = jig()
    assert (made.metre, made.tonic, made.mode, made.rhythm) == ("6/8", 2, "major", "jig")
    assert [bars for bars, _ in made.strains] == [8, 8]
    for bars, notes in made.strains:
        assert notes[0][0] == 0
        assert notes[-1][0] + notes[-1][1] == bars * 3 - 0.5  # the pickup's eighth is not there
    assert [pitch for _, _, pitch in made.strains[0][1][:3]] == [74, 74, 78]


def test_a_strain_whose_bars_do_not_add_up_is_left_out():
    broken = IN_D.replace("|f|a2a afd|g2g ged", "|f|a2a afd|g2g ge", 1)
    made = tunes.sheet(JIG % ("D", broken))
    assert made is None or len(made.strains) == 1
    assert tunes.sheet("X:1\nT:none\nK:D\nabc|") is None


def test_a_tune_in_another_key_is_the_same_tokens():
    one, two = composer_data.human(jig()), composer_data.human(jig("G", IN_G))
    assert one is not None
    assert two is not None
    assert one.strains == two.strains


def test_encoded_rows_and_tokens_stay_in_their_tables():
    tune = composer_data.human(jig())
    rng = np.random.default_rng(0)
    for other in composer_data.variants(tune):
        lines, told = composer_data.encode(other, rng)
        assert len(lines) == len(told) == sum(len(strain.events) for strain in other.strains)
        assert ((lines >= 0) & (lines < np.array(list(FIELDS.values())))).all()
        assert ((told >= 0) & (told < [PITCHES, len(LENGTHS)])).all()
        for strain in other.strains:
            assert sum(ticks for _, ticks in strain.events) == strain.frame.ticks


def test_a_duple_tune_is_rewritten_with_the_same_notes():
    body = "d2fd cAce|dfaf gfed|c2ec BAGA|BdcB A2 AB|d2fd cAce|dfaf gfed|cege fdec|d2d2 d4||"
    reel = composer_data.human(tunes.sheet(f"X:1\nT:t\nR:reel\nM:4/4\nL:1/8\nK:D\n{body}\n"))
    frames = {(v.strains[0].frame.metre, v.strains[0].frame.bars): v for v in composer_data.variants(reel)}
    assert set(frames) == {("4/4", 8), ("4/4", 4), ("2/4", 8)}
    assert len({tuple(v.notes) for v in frames.values()}) == 1
    assert frames["4/4", 4].strains[0].frame.ticks * 2 == reel.strains[0].frame.ticks


def test_chords_of_a_tune_made_of_chords_are_found():
    wanted = [(0, (0, 4, 7)), (5, (0, 4, 7)), (7, (0, 4, 7)), (0, (0, 4, 7))]
    events = [(root + step, 24) for root, shape in wanted for step in (0, *shape)]
    found = harmonise(events, 4, 96, "4/4", "major")
    assert found == tuple((96 * k, chord_token(root, shape)) for k, (root, shape) in enumerate(wanted))


def test_the_same_tune_twice_stays_on_one_side_and_others_are_strangers():
    rng = np.random.default_rng(0)
    base = composer_data.human(jig())

    def other(k: int) -> composer_data.Tune:
        events = tuple((int(rng.integers(-5, 15)), 12) for _ in range(48))
        strain = replace(base.strains[0], events=events)
        return composer_data.Tune(f"tune {k}", "ours", (strain, strain))

    strangers = [other(k) for k in range(60)]
    again = [replace(one, title=f"another name of {k}") for k, one in enumerate(strangers)]
    every = strangers + again
    numbers = composer_data.families(every)
    assert numbers[:60] == numbers[60:]
    assert len(set(numbers)) == 60
    sides = composer_data.split(every, 0.3, 0.2)
    where = {id(tune): side for side, members in sides.items() for tune in members}
    assert all(where[id(a)] == where[id(b)] for a, b in zip(strangers, again, strict=True))
    assert all(sides.values())


TINY = composer.Recipe(width=48, layers=1, epochs=3, batch=400, warm=4, rate=4e-3, per_style=0)


@pytest.fixture
def small(monkeypatch):
    """Sixteen tunes of one pattern in place of the collections."""
    pytest.importorskip("torch")
    base = composer_data.human(jig())
    made = []
    for k in range(16):
        events = tuple((k % 4 + step, 12) for _ in range(16) for step in (0, 4, 7))
        made.append(composer_data.Tune(str(k), "ours", (replace(base.strains[0], events=events),)))
    sides = {"train": made[:12], "check": made[12:14], "held": made[14:], "rules held": []}
    monkeypatch.setattr(composer, "material", lambda per_style: sides)


def arrays(folder) -> dict[str, np.ndarray]:
    with np.load(folder / "composer.npz") as file:
        return {name: file[name] for name in file.files if name != "card"}


def test_training_learns_and_writes_log_curve_state_and_weights(small, tmp_path):
    card = composer.train(tmp_path / "run", TINY)
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert lines[-1]["perplexity"] < lines[0]["perplexity"]
    assert (tmp_path / "run" / "curve.png").read_bytes()[:4] == b"\x89PNG"
    assert card["epoch"] in (1, 2, 3)
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "state.pt",
        "log.jsonl",
        "curve.png",
        "composer.npz",
    }


class Stop(Progress):
    """Cancels in the middle of an epoch."""

    def __init__(self, at: float) -> None:
        super().__init__()
        self.at = at

    def __call__(self, stage: str, fraction: float = 0.0, audio_s: float = 0.0) -> None:
        if stage == "train" and fraction > self.at:
            raise Cancelled("cancelled")
        super().__call__(stage, fraction, audio_s)


def test_a_stopped_run_goes_on_to_the_same_weights(small, tmp_path):
    composer.train(tmp_path / "whole", TINY)
    with pytest.raises(Cancelled):
        composer.train(tmp_path / "parts", TINY, Stop(0.4))
    assert len((tmp_path / "parts" / "log.jsonl").read_text().splitlines()) == 1
    composer.train(tmp_path / "parts", TINY)
    whole, parts = arrays(tmp_path / "whole"), arrays(tmp_path / "parts")
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)


def test_a_folder_of_another_recipe_or_of_rubbish_is_refused(small, tmp_path):
    composer.train(tmp_path, replace(TINY, epochs=1))
    with pytest.raises(BadRequest, match="another recipe"):
        composer.train(tmp_path, replace(TINY, epochs=2))
    (tmp_path / "state.pt").write_bytes(b"rubbish")
    with pytest.raises(BadRequest, match="cannot be read"):
        composer.train(tmp_path, replace(TINY, epochs=1))


def test_without_the_collections_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(tunes.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CannotRun, match=r"pip install 'soundwright\[train\]'"):
        tunes.sheets()


def test_a_curve_of_one_point_and_of_many_is_drawn():
    for series in ({"a": [1.0]}, {"a": [3.0, 2.0, 1.5], "b": [3.2, 2.5]}):
        assert draw_curve(series, "bits")[:4] == b"\x89PNG"


def test_the_command_says_that_a_stopped_run_goes_on(monkeypatch, tmp_path):
    from soundwright.cli import train

    asked = []

    def stopped(folder, recipe, tell):
        asked.append((folder, recipe))
        raise Cancelled("cancelled; nothing was written")

    monkeypatch.setattr(composer, "train", stopped)
    with pytest.raises(Cancelled, match="keeps the last whole epoch"):
        train.composer(out=tmp_path / "run", epochs=2, threads=1, seed=5)
    assert asked == [(tmp_path / "run", replace(composer.Recipe(), epochs=2, seed=5))]
