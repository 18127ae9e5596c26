"""Training the pocket generator: it learns, it can be stopped, it is written as ONNX that looks as it does."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.nets import pocket
from soundwright.nets import pocket_codec as codec
from soundwright.progress import Progress
from soundwright.train.data import shards

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")

from soundwright.train import pocket as recipe  # noqa: E402
from soundwright.train import pocket_export  # noqa: E402
from soundwright.train import pocket_latents as latents  # noqa: E402

SMALL = recipe.Recipe(steps=6, flow=4, batch=2, every=2, width=32, layers=1, heads=2, threads=2)


@pytest.fixture(scope="module")
def whole(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    return out, recipe.train(folder, out, SMALL, Progress())


def averaged(out):
    return list(torch.load(out / "state.pt", weights_only=True)["states"][1].values())


def test_chunks_are_encoded_once_and_say_what_would_be_asked_for(folder):
    latents.prepare(folder, codec.ours(), Progress())
    place = next((folder / "latents").glob("*.npy"))
    stamp = place.stat().st_mtime_ns
    latents.prepare(folder, codec.ours(), Progress())
    assert place.stat().st_mtime_ns == stamp
    seen = latents.read(folder, codec.ours(), "train", ("foley",))
    assert len(seen) == 3
    assert seen.values.shape == (3, 150, codec.ours().axes.shape[1])
    first = next(iter(shards.chunks(folder, "train")))
    assert np.allclose(seen.values[0], codec.encode(first.samples, codec.ours()), atol=0.01)
    wish = seen.wish(0, 25, energy=True, onsets=True)
    assert (wish.caption, wish.start_s, wish.seconds) == (first.caption, 1.0, first.duration_s)
    assert wish.energy_db is not None
    assert len(wish.energy_db) == 125
    assert not latents.read(folder, codec.ours(), "train", ("score",)).rows


def test_a_stopped_training_ends_like_one_that_was_not(folder, whole, tmp_path):
    done, row = whole
    assert row["step"] == 6
    assert np.isfinite([row["loss"], row["held_out"]]).all()
    stop = Progress()
    stop.listen = lambda stage, fraction, audio_s: stop.cancel() if stage == "train" and fraction >= 0.6 else None
    with pytest.raises(Cancelled):
        recipe.train(folder, tmp_path / "part", SMALL, stop)
    again = recipe.train(folder, tmp_path / "part", SMALL, Progress())
    assert {**again, "seconds": 0} == {**row, "seconds": 0}
    assert all(torch.equal(a, b) for a, b in zip(averaged(done), averaged(tmp_path / "part"), strict=True))
    log = [json.loads(line) for line in (tmp_path / "part" / "log.jsonl").read_text().splitlines()]
    assert [one["step"] for one in log] == [2, 4, 6]
    assert (tmp_path / "part" / "curves.png").stat().st_size > 1000
    with pytest.raises(BadRequest, match="another recipe"):
        recipe.train(folder, done, replace(SMALL, seed=1), Progress())
    (tmp_path / "part" / "state.pt").write_bytes(b"no state")
    with pytest.raises(CannotRun, match="damaged"):
        recipe.train(folder, tmp_path / "part", SMALL, Progress())


def test_it_learns_what_it_sees(folder):
    latents.prepare(folder, codec.ours(), Progress())
    seen = latents.read(folder, codec.ours(), "train")
    plan = replace(SMALL, steps=80, flow=80, width=64, rate=3e-3, batch=4)
    run, weights = recipe.begun(plan, "cpu"), recipe._weights(codec.ours())
    before = recipe.held_out(run.net, seen, plan, weights)
    for step in range(80):
        recipe._step(run, run.net, plan, recipe._batch(seen, plan, step, "batch"), weights)
    assert recipe.held_out(run.net, seen, plan, weights) < 0.5 * before


def test_what_is_written_looks_as_the_network_does(folder, whole, tmp_path):
    net, story = recipe.finished(folder, whole[0], SMALL)
    size = pocket_export.export(net, story, tmp_path / "pocket.onnx")
    assert size == (tmp_path / "pocket.onnx").stat().st_size
    look, told = pocket.read(tmp_path / "pocket.onnx")
    assert told["step"] == 6
    assert told["recipe"]["width"] == 32
    assert told["parameters"] == sum(weight.numel() for weight in net.parameters())
    assert pocket_export.difference(net, look) < 0.01
    wish = pocket.Wish("a bell", 1.0)
    one, same, other = (pocket.sample(look, wish, 13, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == (26, pocket.DIMS)
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


def test_threads_learn_what_one_does(folder):
    latents.prepare(folder, codec.ours(), Progress())
    seen, weights = latents.read(folder, codec.ours(), "train"), recipe._weights(codec.ours())
    found = []
    for threads in (1, 2):
        plan = replace(SMALL, batch=4, threads=threads)
        run, batch = recipe.begun(plan, "cpu"), recipe._batch(seen, plan, 0, "batch")
        batch = (*batch[:4], torch.ones_like(batch[4]))  # each part counts as much
        batch[1].zero_()
        losses, gradients = recipe._learned(run, run.net, plan, batch, weights)
        found.append((np.mean(losses), torch.stack([parts[-1] for parts in gradients]).mean(0)))
    (one, gradient), (both, mean) = found
    assert both == pytest.approx(one, rel=1e-5)
    assert torch.allclose(mean, gradient, rtol=1e-3, atol=1e-6)
    assert gradient.abs().max() > 0


def test_long_windows_take_long_sounds_where_there_are_some():
    rows = [{"duration_s": 0.3}] * 5 + [{"duration_s": 5.0}] * 5
    seen = latents.Latents(np.zeros((10, 1, 1), np.float16), rows)
    rng = np.random.default_rng(0)
    drawn = {tokens: [recipe._drawn(seen, tokens, rng) for _ in range(200)] for tokens in recipe.WINDOWS}
    long = {tokens: np.mean([at >= 5 for at in some]) for tokens, some in drawn.items()}
    assert 0.4 < long[recipe.WINDOWS[0]] < 0.6
    assert all(0.88 < long[tokens] < 1 for tokens in recipe.WINDOWS[1:])


def test_refusals(tmp_path, folder):
    with pytest.raises(BadRequest, match="no training data"):
        recipe.train(tmp_path, tmp_path / "run", SMALL, Progress())
    with pytest.raises(BadRequest, match="flow steps are some"):
        recipe.Recipe(steps=5, flow=6)
    with pytest.raises(BadRequest, match="nothing to share"):
        recipe.Recipe(batch=2, threads=3)
    with pytest.raises(BadRequest, match="does not divide"):
        recipe.Recipe(width=30, heads=4)
    with pytest.raises(BadRequest, match="too little sound"):
        recipe.train(folder, tmp_path / "run", replace(SMALL, kinds=("score",)), Progress())
