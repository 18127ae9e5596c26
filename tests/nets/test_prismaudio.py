"""PrismAudio's networks beside their makers' own classes on the same tensors, drawn from their names.

The numbers are those of `DiffusionTransformer`, `Cond_MLP`, `Sync_MLP` and `Synchformer` (FunAudioLLM/ThinkSound,
branch prismaudio) and of `FactorizedVideoCLIP` (google-deepmind/videoprism, in JAX), in float32 on a CPU.
"""

from __future__ import annotations

import hashlib
import importlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from soundwright.nets import prismaudio, synchformer, videoprism  # noqa: E402


@pytest.fixture(scope="module")
def tiny():
    return importlib.import_module("tiny_prismaudio")


@pytest.fixture(scope="module")
def drawn():
    return importlib.import_module("tiny_stable_audio").drawn


@pytest.fixture(scope="module")
def heard(tiny, drawn):
    """The conditioners' answers for nine seconds: 36 pictures, 11 words, 27 segments of motion."""
    network = filled(prismaudio.conditioners(tiny.DIT), tiny.sound(), "conditioner.conditioners.")
    shapes = {"video": (1, 36, 32), "text": (1, 11, 32), "sync": (1, 216, 128)}
    with torch.inference_mode():
        return {name: network[f"{name}_features"](drawn(name, shape)) for name, shape in shapes.items()}


def filled(network, held, begin):
    network.load_state_dict({name.removeprefix(begin): one for name, one in held.items() if name.startswith(begin)})
    return network.eval()


def agrees(made, first, last, mean, deviation):
    made = made.numpy().astype(np.float64)
    largest = np.abs(made).max()
    np.testing.assert_allclose(made.flatten()[:3], first, atol=1e-5 * largest)
    np.testing.assert_allclose(made.flatten()[-3:], last, atol=1e-5 * largest)
    assert [made.mean(), made.std(ddof=1)] == pytest.approx([mean, deviation], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "first", "last", "mean", "deviation"),
    [
        ("video", [0.0934226438, -0.0352993011, -0.0515747964], [0.0346756130, 0.0773567408, 0.0028279235],
         0.0016133712, 0.1069429740),
        ("text", [-0.0449739844, 0.1435109675, 0.0064907488], [-0.1629660130, 0.0980828777, -0.1784075946],
         -0.0024528201, 0.1072317138),
        ("sync", [0.2327867001, 0.1734534204, -0.0900510400], [-0.1809676439, 0.1275205761, -0.0425066091],
         -0.0076428284, 0.2638431788),
    ],
)  # fmt: skip
def test_conditioners(heard, name, first, last, mean, deviation):
    made = prismaudio.stretched(heard[name], 194) if name == "sync" else heard[name]
    agrees(made, first, last, mean, deviation)


@pytest.mark.parametrize(
    ("frames", "segments", "first", "last", "mean", "deviation"),
    [
        (194, 27, [-17.6815605, -18.1016846, -17.0780258], [0.5934388, -1.5826994, -1.1696564], 1.5635198, 8.4561405),
        # five seconds, where the makers' lengths differ: their classes with motion stretched to 108 by hand
        (108, 14, [-16.9720802, -18.0296478, -16.1629524], [-3.1613569, -1.3921496, -0.8975075], 1.4337455, 8.2170258),
    ],
)
def test_the_transformer(tiny, drawn, heard, frames, segments, first, last, mean, deviation):
    network = filled(prismaudio.Transformer(tiny.DIT), tiny.sound(), "model.model.")
    conditioners = filled(prismaudio.conditioners(tiny.DIT), tiny.sound(), "conditioner.conditioners.")
    with torch.inference_mode():
        sync = conditioners["sync_features"](drawn("sync", (1, segments * 8, 128)))
        made = network(drawn("noise", (1, 8, frames)), torch.tensor([0.7]), heard["video"], heard["text"], sync)
    agrees(made, first, last, mean, deviation)


def test_synchformer(tiny, drawn):
    network = filled(synchformer.Motionformer(tiny.MOTION), tiny.motion(), "vfeat_extractor.")
    with torch.inference_mode():
        made = network(drawn("pictures", (1, 2, 16, 3, 224, 224))[0].transpose(1, 2))
    assert made.shape == (2, 8, 128)
    agrees(made, [0.1210276484, -4.2727937698, -2.2105519772], [10.9429321289, -0.0006291866, -0.8822332621],
           0.4166868329, 3.5345866680)  # fmt: skip


def test_videoprism(tiny, drawn):
    """12 pictures, where it was made for 8: its places in time are interpolated."""
    config, tensors = videoprism.published(tiny.pictures())
    network = videoprism.empty(config).eval()
    network.load_state_dict(tensors)
    with torch.inference_mode():
        pictures = drawn("pictures", (1, 12, 288, 288, 3))[0].abs().clip(0, 1).permute(0, 3, 1, 2)
        made = videoprism.embeddings(network, pictures)
    agrees(made, [-0.2790650725, 0.1127560735, -0.0892090276], [0.2037513852, 0.0569960214, -0.0484851636],
           0.0364944189, 0.1731943196)  # fmt: skip


def test_attention_a_few_queries_at_a_time_is_attention(drawn, monkeypatch):
    q, k, v = (drawn(name, (2, 3, 40, 8)) for name in "qkv")
    whole, _ = videoprism.capped_attention(None, q, k, v, scaling=0.3, softcap=50.0)
    monkeypatch.setattr(videoprism, "AT_ONCE", 4 * 2 * 3 * 40 * 7)
    parts, _ = videoprism.capped_attention(None, q, k, v, scaling=0.3, softcap=50.0)
    np.testing.assert_allclose(parts, whole, atol=1e-6)
    plain = torch.nn.functional.scaled_dot_product_attention(q, k, v, scale=0.3).transpose(1, 2)
    np.testing.assert_allclose(videoprism.capped_attention(None, q, k, v, scaling=0.3)[0], plain, atol=1e-6)


def test_names_and_shapes_at_full_size_are_the_published_ones():
    """Digests of the sorted lines "name [shape]" of the makers' classes with their published configuration."""
    dit = prismaudio.Sizes(latents=64, width=1024, depth=24, head=64, waves=128, video=1024, text=1024, sync=768)
    motion = synchformer.Sizes(width=768, depth=12, inner=3072, patch=(2, 16, 16), moments=8, places=196)
    with torch.device("meta"):
        sound = named("model.model.", prismaudio.Transformer(dit))
        sound |= named("conditioner.conditioners.", prismaudio.conditioners(dit))
        seen = named("vfeat_extractor.", synchformer.Motionformer(motion))
    assert digest(sound) == "f393efcdd48f82797b8c9c4f2a7ed1442d5a28afad888c4f87d9618682f1bd24"
    assert digest(seen) == "9dc592777f726629f42fbc83f6df358633c76f304060588755ba4d07d61c0f06"
    parts = [{name[12:]: one for name, one in sound.items() if name.startswith("model.model.")},
             {name[25:]: one for name, one in sound.items() if name.startswith("conditioner.")}]  # fmt: skip
    assert prismaudio.Sizes.of(*parts) == dit
    assert synchformer.Sizes.of({name[16:]: one for name, one in seen.items()}) == motion
    assert (motion.pictures, motion.side) == (16, 224)


def named(begin, network):
    return {f"{begin}{name}": tensor for name, tensor in network.state_dict().items()}


def digest(tensors):
    lines = (f"{name} {list(tensor.shape)}" for name, tensor in sorted(tensors.items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
