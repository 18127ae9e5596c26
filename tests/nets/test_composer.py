"""The learned composer's network and tokens: round trips, the same numbers as in training, weights that are sound."""

from __future__ import annotations

import itertools
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from soundwright.errors import CannotRun
from soundwright.nets.composer import LONGEST, WEIGHTS, Composer, draw, ours, read
from soundwright.nets.composer_tokens import (
    FIELDS,
    HIGHEST,
    LENGTHS,
    LOWEST,
    NO_CHORD,
    PITCHES,
    Frame,
    Track,
    chord_token,
    event,
    rows,
    tokens,
)  # fmt: skip
from soundwright.plan.theory import QUALITIES

SHIPPED = Path(str(files("soundwright.nets").joinpath(WEIGHTS)))


def test_every_event_comes_back_from_its_tokens():
    pitches = [None, *range(LOWEST, HIGHEST + 1)]
    for one in itertools.product(pitches, LENGTHS):
        pitch, length = tokens(one)
        assert 0 <= pitch < PITCHES
        assert event(pitch, length) == one
    assert len({tokens((pitch, 24)) for pitch in pitches}) == len(pitches) == PITCHES


@pytest.mark.parametrize("one", [(LOWEST - 1, 24), (HIGHEST + 1, 24), (0, 25)])
def test_what_has_no_token_is_refused(one):
    with pytest.raises((ValueError, KeyError)):
        tokens(one)


def test_chords_are_told_apart_by_root_and_kind():
    kinds = {chord_token(0, QUALITIES[name]) for name in ("", "m", "dim", "7", "sus4")}
    assert len(kinds) == 5
    assert {chord_token(root, QUALITIES["m"]) for root in range(12)} == {5 * root + 1 for root in range(12)}
    assert chord_token(3, ()) == NO_CHORD
    assert all(0 <= chord_token(root, shape) < NO_CHORD for root in range(12) for shape in QUALITIES.values())


def test_a_row_tells_where_the_next_event_stands():
    frame = Frame(2, 96, ((0, 0), (96, 36), (144, 0)), "reel", "4/4", "dorian", 3, 4, 1)
    lines, _ = rows(Track(frame), [(0, 48), (2, 48), (None, 24), (7, 72)])
    told = [dict(zip(FIELDS, line, strict=True)) for line in lines]
    assert [one["place"] for one in told] == [0, 48, 0, 24]
    assert [(one["bar"], one["left"]) for one in told] == [(0, 1), (0, 1), (1, 0), (1, 0)]
    assert [(one["chord"], one["next"]) for one in told] == [(0, 36), (0, 36), (36, 0), (36, 0)]
    assert told[0]["pitch"] == PITCHES
    assert (told[1]["pitch"], told[1]["length"]) == tokens((0, 48))
    assert all(0 <= value < FIELDS[name] for one in told for name, value in one.items())


def test_a_row_looks_back_at_the_same_place_and_counts_how_long_the_tune_follows_it():
    track = Track(Frame(8, 48))
    lines, told = rows(track, [(0, 24), (2, 24), (4, 24), (5, 24), (0, 24), (2, 24), (7, 24)])
    looked = [dict(zip(FIELDS, line, strict=True)) for line in lines]
    assert [(one["two pitch"], one["two length"]) for one in looked[4:]] == told[:3]
    assert looked[2]["one pitch"] == told[0][0]
    assert looked[0]["one pitch"] == PITCHES
    assert [one["two run"] for one in looked[4:]] == [0, 1, 2]
    lines, _ = rows(track.then(Frame(8, 48)), [(0, 24), (9, 24), (4, 24)])
    looked = [dict(zip(FIELDS, line, strict=True)) for line in lines]
    assert [one["strain ago pitch"] for one in looked] == [pitch for pitch, _ in told[:3]]
    assert [one["strain ago run"] for one in looked] == [0, 1, 0]
    assert (looked[0]["pitch"], looked[0]["length"]) == told[-1]


def test_numpy_gives_the_numbers_of_the_module_that_was_trained():
    torch = pytest.importorskip("torch")
    from soundwright.train.composer_net import ComposerNet

    with torch.random.fork_rng([]):
        torch.manual_seed(3)
        net = ComposerNet(96, 3).eval()
    rng = np.random.default_rng(0)
    lines = np.stack([rng.integers(0, size, 70) for size in FIELDS.values()], axis=1)
    told = rng.integers(0, PITCHES, 70)
    with torch.no_grad():
        pitch, length = net(torch.from_numpy(lines)[None], torch.from_numpy(told)[None])
    composer = Composer(net.weights())
    memory = composer.memory()
    for k, line in enumerate(lines):
        hidden = composer.step(memory, line.tolist())
        np.testing.assert_allclose(composer.pitch_logits(hidden), pitch[0, k].numpy(), atol=2e-4)
        np.testing.assert_allclose(composer.length_logits(hidden, int(told[k])), length[0, k].numpy(), atol=2e-4)


def test_a_copied_memory_goes_its_own_way():
    composer, frame = ours(), Frame(8, 96)
    memory = composer.memory()
    (one, two, three), _ = rows(Track(frame), [(0, 24), (4, 24), (7, 24)])
    composer.step(memory, one)
    other = memory.copy()
    composer.step(other, three)
    here = composer.step(memory, two)
    fresh = composer.memory()
    composer.step(fresh, one)
    np.testing.assert_array_equal(here, composer.step(fresh, two))


def test_a_full_memory_says_so():
    memory = ours().memory()
    memory.length = LONGEST
    with pytest.raises(ValueError, match="more than"):
        ours().step(memory, Track(Frame(8, 96)).row())


def test_draws_are_allowed_ones_as_often_as_they_should_be():
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))
    rng = np.random.default_rng(1)
    drawn = [draw(logits, np.array([True, False, True, True]), rng) for _ in range(4000)]
    shares = np.bincount(drawn, minlength=4) / 4000
    np.testing.assert_allclose(shares, [0.5 / 0.7, 0, 0.15 / 0.7, 0.05 / 0.7], atol=0.03)
    assert {draw(logits, np.ones(4, bool), rng, top_p=0.75) for _ in range(300)} == {0, 1}
    assert {draw(logits, np.ones(4, bool), rng, temperature=1e-3) for _ in range(50)} == {0}
    with pytest.raises(ValueError, match="no token"):
        draw(logits, np.zeros(4, bool), rng)


def test_the_shipped_weights_are_small_and_tell_what_trained_them():
    from soundwright.train.composer import card_of

    assert SHIPPED.stat().st_size < 6e6
    assert 1e6 < sum(value.size for value in ours().w.values()) < 3e6
    card = card_of(SHIPPED)
    assert card["licence"] == "Apache-2.0"
    assert card["seconds"] > 60
    assert card["trained_on"]["train"] > 3000


ODE = "4 4 5 7 7 5 4 2 0 0 2 4 4. 2, 2_ 4 4 5 7 7 5 4 2 0 0 2 4 2. 0, 0_"
"""Beethoven's tune of 1824 in semitones from the tonic; ".", ",", "_" are a quarter and a half, a half less, double."""


def test_it_expects_a_tune_more_than_the_same_notes_in_disorder():
    lengths = {".": 36, ",": 12, "_": 48}
    tune = [(int(word.rstrip(".,_")), lengths.get(word[-1], 24)) for word in ODE.split()]
    chords = ((0, 0), (288, 35), (384, 0), (672, 35), (720, 0))
    frame = Frame(8, 96, chords, "air", "4/4", "major")

    def nats(events) -> float:
        lines, told = rows(Track(frame), events)
        memory, total = ours().memory(), 0.0
        for line, (pitch, length) in zip(lines, told, strict=True):
            hidden = ours().step(memory, line)
            one, two = ours().pitch_logits(hidden), ours().length_logits(hidden, pitch)
            total += np.log(np.exp(one).sum()) - one[pitch] + np.log(np.exp(two).sum()) - two[length]
        return float(total)

    rng = np.random.default_rng(0)
    assert nats(tune) < min(nats([tune[k] for k in rng.permutation(len(tune))]) for _ in range(5)) - 10


@pytest.mark.parametrize("fault", ["missing", "empty", "text", "cut", "other arrays", "wrong shape", "pickled"])
def test_bad_weights_are_told_in_one_line(fault, tmp_path):
    path = tmp_path / "composer.npz"
    if fault == "empty":
        path.write_bytes(b"")
    elif fault == "text":
        path.write_text("version https://git-lfs.github.com/spec/v1\n")
    elif fault == "cut":
        path.write_bytes(SHIPPED.read_bytes()[:100_000])
    elif fault == "other arrays":
        np.savez(path, a=np.zeros(3))
    elif fault == "wrong shape":
        with np.load(SHIPPED) as file:
            np.savez(path, **{name: file[name][:5] if name == "embed" else file[name] for name in file.files})
    elif fault == "pickled":
        np.savez(path, norm=np.array([{}], dtype=object))
    with pytest.raises(CannotRun, match=r"composer\.npz") as told:
        read(path)
    assert "\n" not in str(told.value)


def test_a_copy_of_the_shipped_file_reads_the_same(tmp_path):
    copy = read(Path(shutil.copy(SHIPPED, tmp_path / "w.npz")))
    assert copy.sha256 == ours().sha256
    assert all(np.array_equal(copy.w[name], ours().w[name]) for name in ours().w)
