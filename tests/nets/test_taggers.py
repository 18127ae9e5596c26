"""VGGish and CNN14 against the published classes: what those give for the same weights and the same sound.

The numbers were printed by harritaylor/torchvggish and qiuqiangkong/audioset_tagging_cnn (with torchlibrosa 0.1.0),
filled by `fill`; with their own random weights the vectors differed by 0 and by 2.4e-7.
"""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from soundwright.nets import cnn14, vggish  # noqa: E402


def fill(net):
    """Every tensor becomes a sine wave of its own phase, scaled to keep signals at one size."""
    with torch.no_grad():
        for number, (name, tensor) in enumerate(sorted(net.state_dict().items())):
            if not tensor.is_floating_point():
                continue
            wave = torch.sin(torch.arange(tensor.numel(), dtype=torch.float64) * 0.7 + number).reshape(tensor.shape)
            if name.endswith("running_var"):
                tensor.copy_(1 + 0.5 * wave)
            elif tensor.ndim > 1:
                tensor.copy_(wave * (6 / tensor[0].numel()) ** 0.5)
            elif "bn" in name and name.endswith("weight"):
                tensor.copy_(1 + 0.3 * wave)
            else:
                tensor.copy_(0.1 * wave)
    return net.eval()


def sweep(rate):
    """A rising tone over a floor of noise, which drowns what the two ways to transform round differently."""
    n = np.arange(round(rate * 2.5))
    t = n / rate
    tone = 0.3 * np.sin(2 * np.pi * (200 * t + 900 * t * t)) * (1 + np.sin(2 * np.pi * 3 * t)) / 2
    return tone + 0.02 * np.sin(1.234 * n * n)


def test_vggish_hears_the_published_pictures():
    some = vggish.examples(torch.from_numpy(sweep(16_000)))
    assert some.shape == (2, 1, 96, 64)
    assert some.double().mean().item() == pytest.approx(-0.8640107468780206, rel=1e-7)
    assert some[1, 0, 10, 5].item() == pytest.approx(-2.7974319458007812, rel=1e-6)
    assert vggish.examples(torch.zeros(100)).shape == (1, 1, 96, 64)


TINY_VGG = {"blocks": ((4,), (6,), (8, 8), (8, 8)), "hidden": 12, "dim": 10}
TINY_CNN = {"widths": (4, 6, 8, 8, 10, 12), "classes": 5}


def test_vggish_gives_the_published_vectors_at_a_small_width():
    with torch.inference_mode():
        found = fill(vggish.Vggish(**TINY_VGG))(vggish.examples(torch.from_numpy(sweep(16_000))))
    wanted = [[226.103638, 1564.57092, 0, 357.936737, 1479.49658, 0, 488.205658, 1387.5835, 0, 615.984375],
              [163.027466, 1124.70715, 0, 257.835052, 1063.5512, 0, 351.53122, 997.437134, 0, 443.355286]]  # fmt: skip
    assert found.tolist() == [pytest.approx(row, rel=1e-5) for row in wanted]


@pytest.mark.slow
def test_vggish_gives_the_published_vectors():
    with torch.inference_mode():
        found = fill(vggish.Vggish())(vggish.examples(torch.from_numpy(sweep(16_000))))
    assert found.double().sum().item() == pytest.approx(457.2508832551539, rel=1e-4)
    wanted = [0.0, 2.9402051, 2.8939646, 0.0, 2.6745107, 3.4638958, 0.0, 2.2430227]
    assert found[1, :8].tolist() == pytest.approx(wanted, rel=1e-4)


def test_vggish_takes_the_published_names():
    names = set(vggish.Vggish(**TINY_VGG).state_dict())
    convolutions = [f"features.{at}.{part}" for at in (0, 3, 6, 8, 11, 13) for part in ("weight", "bias")]
    assert names == {*convolutions, *(f"embeddings.{at}.{part}" for at in (0, 2, 4) for part in ("weight", "bias"))}
    with pytest.raises(RuntimeError):
        vggish.Vggish(**TINY_VGG).load({"features.0.weight": torch.zeros(1)})


def heard(net, rate):
    x = torch.from_numpy(sweep(rate).astype(np.float32))[None]
    with torch.inference_mode():
        return net.log_mel(x)[0], *net(x)


@pytest.mark.parametrize(
    ("rate", "mean_db", "at_db", "wanted"),
    [
        (32_000, -25.26363793, 2.65301895, [69539.0078, 68943.2422, 68035.9922, 66820.8594]),
        (16_000, -29.54126395, -26.78617859, [200898.859, 200941.609, 200075.984, 198305.328]),
    ],
)
def test_cnn14_gives_the_published_vectors_at_a_small_width(rate, mean_db, at_db, wanted):
    level, vector, logits = heard(fill(cnn14.Cnn14(rate, **TINY_CNN)), rate)
    assert level.shape == (251, 64)
    assert level.double().mean().item() == pytest.approx(mean_db, rel=1e-5)
    assert level[100, 30].item() == pytest.approx(at_db, rel=1e-4)
    assert vector[0, [2, 5, 8, 11]].tolist() == pytest.approx(wanted, rel=1e-4)
    assert (vector[0] > 0).sum() == 4
    assert logits.shape == (1, 5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "total", "first"),
    [
        (32_000, 57383971487.546875, [0, 0, 32791570, 86950824, 56176596, 0]),
        (16_000, 64638953425.49219, [0, 0, 36778896, 97918000, 63410924, 0]),
    ],
)
def test_cnn14_gives_the_published_vectors(rate, total, first):
    _, vector, logits = heard(fill(cnn14.Cnn14(rate)), rate)
    assert vector.double().sum().item() == pytest.approx(total, rel=1e-3)
    assert vector[0, :6].tolist() == pytest.approx(first, rel=1e-3)
    assert logits.shape == (1, 527)


def test_cnn14_takes_the_published_tensors():
    """Those of its spectrogram are left: it makes them itself."""
    net = cnn14.Cnn14(32_000, widths=(4, 4, 4), classes=3)
    published = {name: torch.full_like(value, 2) for name, value in net.state_dict().items()}
    published |= {
        "spectrogram_extractor.stft.conv_real.weight": torch.zeros(1),
        "logmel_extractor.melW": torch.zeros(1),
    }
    net.load({"model": published})
    assert net.fc1.weight.mean().item() == 2
    names = {name for name in net.state_dict() if name.startswith("conv_block1.")}
    assert {"conv_block1.conv1.weight", "conv_block1.bn2.running_mean"} <= names
    with pytest.raises(RuntimeError):
        net.load({"model": {"bn0.weight": torch.zeros(64)}})


def test_slaneys_scale_is_librosas():
    import librosa

    own = cnn14.slaney(32_000, 1024, 64, 50.0, 14_000.0)
    assert np.allclose(own.T, librosa.filters.mel(sr=32_000, n_fft=1024, n_mels=64, fmin=50, fmax=14_000), atol=1e-8)
