"""Stable Audio 3 through its real loading paths on tiny random weights: as the library, repeatable, exact."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from soundwright import direct, studio
from soundwright.audio import Audio
from soundwright.engines import Task, card, decode, machine
from soundwright.engines.stable_audio_3 import StableAudio3Engine
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import author, effect
from soundwright.plan.edit import EditPlan
from soundwright.progress import Progress
from soundwright.request import EditRequest

PLAN = author.write_song("calm piano, 90 bpm, in A minor", duration_s=2.0, seed=1)
WORDS = "a clock on a wall"
REGIONS = [(0.5, 1.0), (2.0, 2.5)]


def render(folder, *, checkpoint="medium", seed=7, duration_s=2.0, verb="effect", tell=None, plan=None, **options):
    plan = plan or effect.plain(WORDS, duration_s=duration_s)
    options = {"weights": str(folder), "device": "cpu", "steps": 4, **options}
    task = Task(verb, plan, plan.duration_s, seed, WORDS, options=options)
    return StableAudio3Engine(checkpoint).render(task, tell or Progress())


def sound(seconds=3.0, rate=8000, channels=1, gain=0.1):
    noise = np.random.default_rng(0).normal(0, gain, (channels, round(seconds * rate)))
    return Audio(np.clip(noise, -1, 1), rate)


def edit(folder, source, verb, *, seed=7, checkpoint="medium", tell=None, negative="", strategy=None, **fields):
    extra = fields.get("left_s", 0.0) + fields.get("right_s", 0.0)
    plan = EditPlan(verb=verb, source="x.wav", prompt=WORDS, duration_s=source.duration_s + extra, **fields)
    options = {"weights": str(folder), "device": "cpu", "steps": 4, "negative": negative, "strategy": strategy}
    task = Task(plan.verb, plan, plan.duration_s, seed, WORDS, options=options, sources={"source": source})
    return StableAudio3Engine(checkpoint).render(task, tell or Progress())


@pytest.fixture
def heard(monkeypatch):
    """The latents that the engine decodes."""
    kept = []
    real = decode.decode
    monkeypatch.setattr(decode, "decode", lambda decoder, z, *rest: kept.append(z) or real(decoder, z, *rest))
    return kept


def library(folder, kind, **asked):
    """Latents of one of the library's pipelines, called directly with seed 7."""
    import diffusers
    import torch

    pipe = machine.warm((str(folder), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    other = getattr(diffusers, kind)(**pipe.components)
    other.set_progress_bar_config(disable=True)
    seed = torch.Generator().manual_seed(7)
    return other(WORDS, num_inference_steps=4, generator=seed, output_type="latent", **asked).audios


def stereo(source, frames, rate=4800):
    import torch

    return torch.from_numpy(source.stereo().at(rate).fitted(frames).samples.copy())[None]


def test_what_is_new_is_the_librarys_inpainting_of_everything(tiny_stable_3, heard):
    """The makers tell the network that nothing is kept; so does the library's inpainting, not its text-to-audio."""
    import torch

    folder = tiny_stable_3["medium"]
    take = render(folder)
    same = library(
        folder, "StableAudio3InpaintPipeline", duration=2.0, audio=torch.zeros(1, 2, 9600), mask=torch.zeros(1, 1, 50)
    )
    assert torch.equal(heard[0], same)
    assert take.audio.frames == 9600


def test_edits_are_the_librarys_own(tiny_stable_3, heard):
    import torch

    folder, source = tiny_stable_3["medium"], sound()
    edit(folder, source, "repaint", regions=REGIONS)
    mask = torch.ones(1, 1, 75)
    mask[..., 12:25] = mask[..., 50:63] = 0  # every latent frame that a region touches
    same = library(folder, "StableAudio3InpaintPipeline", duration=3.0, audio=stereo(source, 14_400), mask=mask)
    assert torch.equal(heard[0], same)


def test_covers_are_the_librarys_own_where_nothing_is_heard(tiny_stable_3, tmp_path, heard):
    """Its audio-to-audio leaves the mask of kept sound out, so they agree where the network makes nothing of it."""
    import torch
    from safetensors.torch import load_file, save_file

    folder, source = shutil.copytree(tiny_stable_3["medium"], tmp_path / "deaf"), sound()
    path = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    save_file({k: v * (0 if ".to_local_embed.2." in k else 1) for k, v in load_file(path).items()}, path)
    edit(folder, source, "cover", strength=0.6)
    same = library(
        folder, "StableAudio3AudioToAudioPipeline", duration=3.0, audio=stereo(source, 14_400), init_noise_level=0.6
    )
    assert torch.equal(heard[0], same)
    render(folder)
    assert torch.equal(heard[1], library(folder, "StableAudio3Pipeline", duration=2.0))


@pytest.mark.parametrize("layout", ["medium", "small-music"])
def test_tiles_are_the_whole(tiny_stable_3, layout):
    """Margins are as deep as the autoencoder hears, so tiles agree with the whole to rounding, both ways."""
    import torch

    render(tiny_stable_3[layout], checkpoint="medium", duration_s=0.5)
    pipe = machine.warm((str(tiny_stable_3[layout]), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    tiles = decode.Tiles(20, 4, step=getattr(pipe.vae, "step", 1))
    torch.manual_seed(0)
    z, x = torch.randn(1, 8, 101), torch.randn(1, 2, 101 * 192)
    with torch.inference_mode():
        whole, coded = pipe.vae.decode(z).sample[0].numpy(), pipe.vae.encode(x).latents
    cut = decode.decode(lambda part: pipe.vae.decode(part).sample, z, 192, tiles, Progress(), 4800)
    assert np.abs(cut - whole).max() <= 1e-5 * np.abs(whole).max()
    cut = decode.encode(lambda part: pipe.vae.encode(part).latents, x, 192, tiles, Progress(), 4800)
    assert (cut - coded).abs().max() <= 1e-5 * coded.abs().max()


def test_the_makers_files_give_the_same_sound(tiny_stable_3):
    one, other = (render(tiny_stable_3[layout]).audio.samples for layout in ("medium", "published"))
    assert np.abs(one - other).max() <= 1e-5 * np.abs(one).max()
    used = render(tiny_stable_3["published"], duration_s=0.5).used
    assert len(used["weights"]["sha256"]) == 2
    assert used["steps"] == 4


@pytest.mark.parametrize(
    ("layout", "checkpoint", "verb", "plan"),
    [
        ("medium", "medium", "music", PLAN),
        ("medium-base", "medium-base", "music", PLAN),
        ("small-music", "small-music", "music", PLAN),
        ("small-music", "small-sfx", "effect", None),
    ],
)
def test_what_is_made_repeats_and_has_its_length(tiny_stable_3, layout, checkpoint, verb, plan):
    one, same, other = (
        render(tiny_stable_3[layout], checkpoint=checkpoint, verb=verb, plan=plan, seed=seed).audio
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.samples, same.samples)
    assert np.abs(one.samples - other.samples).max() > 1e-3
    assert one.frames == 9600


@pytest.mark.parametrize("duration_s", [0.03, 0.5, 3.37, 12.0])
def test_length_is_exact(tiny_stable_3, duration_s):
    assert render(tiny_stable_3["medium"], duration_s=duration_s).audio.frames == round(duration_s * 4800)


EDITS = [
    ("medium", "cover", {"strength": 0.5}),
    ("medium", "cover", {"strength": 0.0}),
    ("medium", "repaint", {"regions": REGIONS}),
    ("medium", "extend", {"left_s": 0.5, "right_s": 1.0}),
    ("medium-base", "cover", {"strength": 0.5}),
    ("medium-base", "repaint", {"regions": REGIONS}),
    ("small-music", "repaint", {"regions": REGIONS}),
]


@pytest.mark.parametrize(("checkpoint", "verb", "fields"), EDITS)
def test_every_edit_repeats_and_has_its_length(tiny_stable_3, checkpoint, verb, fields):
    source = sound()
    one, same, other = (
        edit(tiny_stable_3[checkpoint], source, verb, seed=seed, checkpoint=checkpoint, **fields).audio
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one.samples, same.samples)
    assert np.abs(one.samples - other.samples).max() > 1e-5
    seconds = source.duration_s + fields.get("left_s", 0) + fields.get("right_s", 0)
    assert one.frames == round(seconds * one.rate)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (48_000, 6)])
def test_edits_keep_their_source_bit_for_bit(tiny_stable_3, rate, channels):
    source = sound(rate=rate, channels=channels)
    made = edit(tiny_stable_3["medium"], source, "repaint", regions=REGIONS).audio
    assert (made.rate, made.channels, made.frames) == (rate, channels, source.frames)
    inside = np.zeros(source.frames, bool)
    for start, end in REGIONS:
        inside[round(start * rate) : round(end * rate)] = True
    np.testing.assert_array_equal(made.samples[:, ~inside], source.samples[:, ~inside])
    assert (made.samples[:, inside] != source.samples[:, inside]).mean() > 0.9
    longer = edit(tiny_stable_3["medium"], source, "extend", left_s=0.5, right_s=1.0).audio
    lead = round(0.5 * rate)
    np.testing.assert_array_equal(longer.samples[:, lead : lead + source.frames], source.samples)
    assert np.abs(longer.samples[:, :lead]).max() > 0
    assert np.abs(longer.samples[:, -rate:]).max() > 0


def test_a_cover_is_nearer_to_its_source_the_weaker_it_is(tiny_stable_3, heard):
    source = sound()
    for strength in (0.05, 1.0):
        edit(tiny_stable_3["medium"], source, "cover", strength=strength)
    edit(tiny_stable_3["medium"], sound(gain=0.2), "cover", strength=1.0)
    assert np.array_equal(heard[1], heard[2])  # at full strength the source is not heard
    assert not np.array_equal(heard[0], heard[1])


def test_guidance_steers_a_base_and_a_distilled_checkpoint_refuses_it(tiny_stable_3):
    folder, source = tiny_stable_3["medium-base"], sound(1.0)
    plain, strong = (render(folder, checkpoint="medium-base", guidance=g).audio.samples for g in (None, 3.0))
    assert np.abs(plain - strong).max() > 1e-5
    without = render(folder, checkpoint="medium-base", negative="thunder").audio.samples
    assert np.abs(plain - without).max() > 1e-5
    spans = {"regions": [(0.2, 0.6)], "checkpoint": "medium-base"}
    one, other = (edit(folder, source, "repaint", negative=n, **spans).audio.samples for n in ("", "thunder"))
    assert np.abs(one - other).max() > 1e-6
    with pytest.raises(BadRequest, match="works by guidance"):
        render(folder, checkpoint="medium-base", guidance=1.0, negative="thunder")
    with pytest.raises(BadRequest, match="distilled and takes no negative prompt"):
        render(tiny_stable_3["medium"], negative="thunder")
    with pytest.raises(BadRequest, match="distilled and takes no guidance"):
        render(tiny_stable_3["medium"], guidance=7.0)


def test_progress_rises_to_one_and_cancelling_ends_within_a_step(tiny_stable_3, cancelled_halfway):
    told = []
    edit(tiny_stable_3["medium"], sound(), "repaint", regions=REGIONS, tell=Progress(lambda *row: told.append(row)))
    for stage in ("encode", "denoise", "decode"):
        fractions = [fraction for name, fraction, _ in told if name == stage]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0

    cancelled_halfway(lambda tell: edit(tiny_stable_3["medium"], sound(), "cover", tell=tell))
    pipe = machine.warm((str(tiny_stable_3["medium"]), "cpu", "full", ""), lambda: pytest.fail("not warm"))
    assert not pipe.transformer._forward_pre_hooks  # nothing is left behind
    assert "set_timesteps" not in vars(pipe.scheduler)


@pytest.mark.parametrize("layout", ["medium", "published"])
def test_half_precision_leaves_the_autoencoder_alone(tiny_stable_3, layout):
    import torch

    take = edit(tiny_stable_3[layout], sound(1.0), "repaint", regions=[(0.2, 0.6)], strategy="bf16")
    pipe = machine.warm((str(tiny_stable_3[layout]), "cpu", "bf16", ""), lambda: pytest.fail("not warm"))
    assert (pipe.transformer.dtype, pipe.vae.dtype) == (torch.bfloat16, torch.float32)
    assert np.isfinite(take.audio.samples).all()
    with pytest.raises(CannotRun, match="moves networks between a CPU and an accelerator"):
        edit(tiny_stable_3[layout], sound(1.0), "repaint", regions=[(0.2, 0.6)], strategy="group")


def test_the_whole_way_and_again(tiny_stable_3, tmp_path):
    import soundfile

    song = tmp_path / "song.wav"
    soundfile.write(song, sound(rate=44_100, channels=2).samples.T, 44_100, subtype="PCM_16")
    asked = {"source": str(song), "engine": "stable-audio-3/small-music", "steps": 2, "device": "cpu"}
    request = EditRequest(verb="extend", right_s=0.5, weights=str(tiny_stable_3["small-music"]), **asked)
    studio.edit(request).save(tmp_path / "longer.wav")
    before, after = Audio.read(song), Audio.read(tmp_path / "longer.wav")
    np.testing.assert_array_equal(after.samples[:, : before.frames], before.samples)
    assert after.frames == before.frames + 22_050
    piece, same = studio.again(tmp_path / "longer.wav.json")
    assert same
    assert piece.source_type == "trainedAlgorithmicMedia"


def test_each_checkpoint_has_its_own_defaults():
    rows = card("stable-audio-3").checkpoints
    assert {name: (row.steps, row.guidance, row.longest_s) for name, row in rows.items()} == {
        "medium": (8, 1.0, 380.0),
        "small-music": (8, 1.0, 120.0),
        "small-sfx": (8, 1.0, 120.0),
        "medium-base": (50, 7.0, 380.0),
        "small-music-base": (50, 7.0, 120.0),
        "small-sfx-base": (50, 7.0, 120.0),
    }
    assert all(row.gated and row.licence.commercial is None for row in rows.values())


def test_what_it_cannot_do_is_refused_before_anything_loads(tmp_path):
    import soundfile

    with pytest.raises(BadRequest, match="at most 120 seconds"):
        direct.cast("stable-audio-3/small-music", "music", 121.0)
    with pytest.raises(BadRequest, match="makes no music"):
        direct.cast("stable-audio-3/small-sfx", "music", 10.0)
    with pytest.raises(BadRequest, match="makes no stems"):
        direct.cast("stable-audio-3", "stems", 10.0)
    path = tmp_path / "song.wav"
    soundfile.write(path, np.zeros((8000, 2)), 8000)
    asked = {"verb": "repaint", "source": str(path), "engine": "stable-audio-3", "weights": str(tmp_path / "none")}
    with pytest.raises(BadRequest, match="lies outside"):
        studio.edit(EditRequest(**asked, regions=((0.5, 9.0),)))
    with pytest.raises(BadRequest, match=r"takes no negative; these do: .*stable-audio-3/medium-base"):
        studio.edit(EditRequest(**asked, regions=((0.2, 0.5),), negative="drums"))


def _cut(folder):
    path = next(folder.rglob("model.safetensors"))
    path.write_bytes(path.read_bytes()[:-1000])


def _other_class(folder):
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": "StableAudioPipeline"}))


def _part_missing(folder):
    (folder / "duration_embedder" / "config.json").unlink()


def _no_tensors(folder):
    (folder / "model.safetensors").unlink()


def _no_text(folder):
    shutil.rmtree(folder / "t5gemma-b-b-ul2")


def _tensor_missing(folder):
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    save_file({k: v for k, v in load_file(path).items() if not k.endswith("memory_tokens")}, path)


def _facts_missing(folder):
    (folder / "model_config.json").write_text("{}")


@pytest.mark.parametrize(
    ("layout", "damage", "said"),
    [
        ("medium", _cut, "cut short"),
        ("medium", _other_class, "StableAudioPipeline"),
        ("medium", _part_missing, "duration_embedder/config.json is missing"),
        ("published", _cut, "cut short"),
        ("published", _no_tensors, r"model\.safetensors is missing"),
        ("published", _no_text, "t5gemma-b-b-ul2/config.json is missing"),
        ("published", _tensor_missing, "'memory_tokens' is missing"),
        ("published", _facts_missing, "'model' is missing"),
    ],
)
def test_damaged_weights_are_named_in_one_line(tiny_stable_3, tmp_path, layout, damage, said):
    folder = shutil.copytree(tiny_stable_3[layout], tmp_path / "damaged")
    damage(folder)
    with pytest.raises(CannotRun, match=said) as raised:
        render(folder)
    assert "\n" not in str(raised.value)
