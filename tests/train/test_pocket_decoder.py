"""Training a decoder for the pocket codec: it learns, it can be stopped, and it refuses another's run."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.nets import pocket_codec as codec
from soundwright.progress import Progress

torch = pytest.importorskip("torch")

from soundwright.nets import pocket_decoder as nets  # noqa: E402
from soundwright.train import pocket_decoder as recipe  # noqa: E402

SMALL = recipe.Recipe(steps=4, batch=2, crop_frames=8, every=2, alone=3, width=16, blocks=1, held_out=1, judges=4)


def weights(out):
    held = torch.load(out / "state.pt", weights_only=True)
    return held["step"], [value for state in held["states"][:2] for value in state.values()]


def test_a_stopped_training_ends_like_one_that_was_not(folder, tmp_path):
    row = recipe.train(folder, tmp_path / "whole", SMALL, Progress())
    assert row["step"] == 4
    assert np.isfinite([row["held_out_db"], row["without_network_db"], row["loss"]]).all()
    stop = Progress()
    stop.listen = lambda stage, fraction, audio_s: stop.cancel() if fraction >= 0.5 else None
    with pytest.raises(Cancelled):
        recipe.train(folder, tmp_path / "part", SMALL, stop)
    assert weights(tmp_path / "part")[0] == 2
    assert recipe.train(folder, tmp_path / "part", SMALL, Progress()) == row
    assert recipe.train(folder, tmp_path / "part", SMALL, Progress()) == row
    first, second = (weights(tmp_path / name) for name in ("whole", "part"))
    assert first[0] == second[0] == 4
    assert all(torch.equal(a, b) for a, b in zip(first[1], second[1], strict=True))
    log = [json.loads(line) for line in (tmp_path / "part" / "log.jsonl").read_text().splitlines()]
    assert [one["step"] for one in log] == [2, 4]
    with pytest.raises(BadRequest, match="another recipe"):
        recipe.train(folder, tmp_path / "part", replace(SMALL, steps=6), Progress())
    (tmp_path / "part" / "state.pt").write_bytes(b"x")
    with pytest.raises(CannotRun, match="damaged"):
        recipe.train(folder, tmp_path / "part", SMALL, Progress())


def test_it_learns(folder, tmp_path):
    plan = replace(SMALL, steps=40, every=20, alone=1000, width=32, rate=3e-3)
    recipe.train(folder, tmp_path, plan, Progress())
    first, last = (json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines())
    assert last["loss"] < 0.9 * first["loss"]
    held = torch.load(tmp_path / "decoder.pt", weights_only=True)
    decoder = nets.Decoder(nets.Config(**held["config"]))
    decoder.load_state_dict(held["weights"])


def test_the_distance_is_nothing_between_equals_and_sees_width():
    sound = torch.randn(1, 2, 12_000, generator=torch.Generator().manual_seed(1))
    assert float(recipe.spectral_distance(sound, sound)) == 0
    swapped = sound * torch.tensor([1.0, -1.0])[:, None]  # the same spectra of both channels, another width
    assert float(recipe.spectral_distance(swapped, sound)) > 0.1


def test_a_decoder_gives_whole_patches_and_has_at_most_five_million_parameters():
    decoder = nets.Decoder(nets.Config())
    assert sum(value.numel() for value in decoder.parameters()) <= 5_000_000
    small = nets.Decoder(nets.Config(8, 16, 1))
    made = small(torch.zeros(2, 8, 9), torch.zeros(2, nets.NOISES, 9 * nets.FINER))
    assert made.shape == (2, 2, 9 * codec.PATCH)


def test_no_data_and_bad_recipes_are_told(tmp_path):
    with pytest.raises(BadRequest, match="soundwright train data"):
        recipe.train(tmp_path, tmp_path / "out", SMALL, Progress())
    for wrong in ({"steps": 0}, {"crop_frames": 200}, {"batch": -1}):
        with pytest.raises(BadRequest):
            replace(SMALL, **wrong)
