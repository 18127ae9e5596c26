"""The table of embedders, the one without weights, and windows at fixed places."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from soundwright.audio import Audio  # noqa: E402
from soundwright.errors import BadRequest, CannotRun  # noqa: E402
from soundwright.evaluate import embedders, frechet  # noqa: E402
from soundwright.evaluate.embedders.windows import pieces, repeated, windows  # noqa: E402
from soundwright.progress import Progress  # noqa: E402


def test_listing_loads_nothing():
    code = (
        "import sys; from soundwright.evaluate import embedders; "
        "[embedders.here(name) for name in embedders.TABLE]; "
        "print([name for name in ('torch', 'transformers', 'scipy.signal') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize("name", embedders.TABLE)
def test_every_row_is_whole(name):
    import importlib

    row = embedders.row(name)
    module, kind = row.address.split(":")
    assert callable(getattr(importlib.import_module(module), kind).embed)
    assert row.dim > 0
    assert row.rate >= 16_000
    told = embedders.licence(name)
    assert (told is not None) == embedders.needs_weights(name)
    assert told is None or all((told.weights, told.weights_from, told.code, told.code_from))
    assert ("tags" in row.gives) == hasattr(getattr(importlib.import_module(module), kind), "logits")
    assert ("text" in row.gives) == hasattr(getattr(importlib.import_module(module), kind), "embed_text")


def test_what_is_not_confirmed_says_so_and_names_where_it_was_looked_for():
    from soundwright.evaluate.embedders.licences import LICENCES, UNSURE

    assert set(LICENCES) == {name for name in embedders.TABLE if embedders.needs_weights(name)}
    unsure = {name for name, one in LICENCES.items() if one.weights == UNSURE}
    assert unsure == {"clap-fused", "encodec-24k", "wavlm", "cnn14", "cnn14-16k"}
    for name, one in LICENCES.items():
        row = embedders.row(name)
        if "the model's page, " in one.weights_from and row.repository:
            assert row.repository in one.weights_from


def test_the_key_of_the_cache_follows_all_code_that_hears(monkeypatch, tmp_path):
    first = embedders.load("logmel").key
    assert embedders.load("logmel").key == first
    other = tmp_path / "spectra.py"
    other.write_text("# other numbers")
    monkeypatch.setattr(embedders, "ALSO", ("audio.py", str(other)))
    assert embedders.load("logmel").key != first


def test_names_are_helped():
    with pytest.raises(BadRequest, match="did you mean vggish"):
        embedders.load("vgish")
    with pytest.raises(BadRequest, match="no weights to pull"):
        embedders.pull("logmel", Progress())


def noise(seed, seconds=6.0, rate=32_000):
    return 0.1 * np.random.default_rng(seed).standard_normal(round(rate * seconds))


def test_logmel_hears_spectrum_level_and_motion():
    by = embedders.load("logmel").embedder
    plain = by.embed(Audio(noise(0), 32_000))
    assert plain.shape == (12, 88)
    louder = by.embed(Audio(2 * noise(0), 32_000))
    assert np.allclose(louder[:, :32] - plain[:, :32], 0.602, atol=1e-3)  # 6.02 dB in units of 10
    assert np.allclose(louder[:, 32:], plain[:, 32:], atol=1e-3)
    t = np.arange(len(noise(0))) / 32_000
    beating = by.embed(Audio(noise(0) * (1 + np.sin(2 * np.pi * 6 * t)), 32_000))
    gained = (beating - plain).mean(axis=0)[64:].reshape(4, 6).mean(axis=0)
    assert gained.argmax() == 2  # 4 to 8 Hz
    assert np.isfinite(by.embed(Audio.silence(100, 32_000))).all()


def test_logmel_tells_worse_from_better():
    """Noise at falling distance under tones moves the set further and further; other takes of one kind do not."""
    by = embedders.load("logmel").embedder

    def embed(kind, level):
        found = []
        for seed in range(25):
            rng = np.random.default_rng([kind, seed])
            t = np.arange(64_000) / 32_000
            x = sum(0.1 * np.sin(2 * np.pi * rng.uniform(200, 4000) * t) for _ in range(4))
            found.append(by.embed(Audio(x + level * rng.standard_normal(64_000), 32_000)))
        return np.concatenate(found)

    clean = embed(0, 0.001)
    values = [frechet.fad(clean, embed(1, level)) for level in (0.001, 0.003, 0.01, 0.03)]
    assert values == sorted(values)
    assert values[3] > 2 * values[0]


def test_windows_lie_at_fixed_places():
    x = np.arange(23.0)
    assert windows(x, 10, 5)[:, 0].tolist() == [0, 5, 10, 13]
    assert windows(x[:20], 10, 5)[:, 0].tolist() == [0, 5, 10]
    assert windows(x[:4], 10, 5).tolist() == [[0, 1, 2, 3, 0, 0, 0, 0, 0, 0]]
    assert [len(part) for part in pieces(x, 10, 4)] == [10, 13]
    assert [len(part) for part in pieces(x, 10, 3)] == [10, 10, 3]
    assert len(pieces(x[:2], 10, 3)[0]) == 3
    assert repeated(x[1:4], 7).tolist() == [1, 2, 3, 1, 2, 3, 0]
    assert len(repeated(x, 7)) == 23


def test_published_weights_come_through_the_embedder(tmp_path, monkeypatch):
    """Files as their makers lay them out, a state dict and one under `model`, of networks made small."""
    from soundwright.nets import cnn14, vggish

    small = partial(vggish.Vggish, ((4,), (4,), (4,), (4,)), 8)
    monkeypatch.setattr(vggish, "Vggish", small)
    monkeypatch.setattr(cnn14, "Cnn14", partial(cnn14.Cnn14, widths=(4, 4, 4)))
    torch.manual_seed(0)
    torch.save(small().state_dict(), tmp_path / "vggish-10086976.pth")
    found = embedders.load("vggish", tmp_path).embedder.embed(Audio(noise(0, 2.0, 16_000), 16_000))
    assert found.shape == (2, 128)
    (tmp_path / "vggish-10086976.pth").write_bytes(b"no tensors")
    with pytest.raises(CannotRun, match="cannot be loaded"):
        embedders.load("vggish", tmp_path)
    torch.save({"model": cnn14.Cnn14(16_000).state_dict()}, tmp_path / "Cnn14_16k_mAP=0.438.pth")
    by = embedders.load("cnn14-16k", tmp_path)
    assert by.embedder.embed(Audio(noise(0, 0.2, 16_000), 16_000)).shape == (1, 4)
    assert by.embedder.logits(Audio(noise(0, 12, 16_000), 16_000)).shape == (2, 527)
    assert set(by.weights) == {"vggish-10086976.pth", "Cnn14_16k_mAP=0.438.pth"}
    with pytest.raises(CannotRun, match=r"lacks Cnn14_mAP=0\.431\.pth: soundwright evaluate pull cnn14"):
        embedders.load("cnn14", tmp_path)
