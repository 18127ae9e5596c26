"""ACE-Step through its real loading path on tiny random weights: as the library, repeatable, exact, cancellable."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.engines import Task, machine
from soundwright.engines.ace_step import AceStepEngine
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.plan import author
from soundwright.plan.edit import EditPlan
from soundwright.progress import Progress

PLAN = author.write_song("calm piano, 90 bpm, in A minor", duration_s=3.0, seed=1)


def song(folder, *, seed=7, duration_s=3.0, tell=None, checkpoint="turbo", sources=None, **options):
    plan = PLAN.model_copy(update={"duration_s": duration_s})
    options = {"weights": str(folder), "device": "cpu", **options}
    task = Task("music", plan, duration_s, seed, "calm piano", options=options, sources=sources or {})
    return AceStepEngine(checkpoint).render(task, tell or Progress())


def sound(seconds=3.0, rate=8000, channels=1, seed=0, gain=0.1):
    noise = np.random.default_rng(seed).normal(0, gain, (channels, round(seconds * rate)))
    return Audio(np.clip(noise, -1, 1), rate)


def edit(folder, source, verb, *, seed=7, checkpoint="base", tell=None, **fields):
    extra = fields.get("left_s", 0.0) + fields.get("right_s", 0.0)
    plan = EditPlan(verb=verb, source="x.wav", prompt="brighter", duration_s=source.duration_s + extra, **fields)
    options = {"weights": str(folder), "device": "cpu", "steps": 4}
    task = Task(plan.verb, plan, plan.duration_s, seed, "brighter", options=options, sources={"source": source})
    return AceStepEngine(checkpoint).render(task, tell or Progress())


def test_latents_are_the_librarys_own(tiny_ace, monkeypatch):
    """The pipeline called directly with the same seed gives the same latents; decoding them whole, the same sound."""
    import torch

    take = song(tiny_ace["turbo"])
    pipe = machine.warm((str(tiny_ace["turbo"]), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    torch.manual_seed(7)
    latents = pipe(
        prompt="calm piano, " + ", ".join(PLAN.styles) if PLAN.styles else "calm piano",
        lyrics="[Instrumental]",
        audio_duration=3.0,
        num_inference_steps=8,
        guidance_scale=1.0,
        shift=3.0,
        bpm=90,
        keyscale="A minor",
        timesignature="4",
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).audios
    with torch.inference_mode():
        whole = pipe.vae.decode(latents.transpose(1, 2)).sample[0].numpy()
    error = np.abs(take.audio.samples - whole[:, : take.audio.frames]).max()
    assert error <= 1e-3 * np.abs(whole).max()  # -60 dB: tiles against whole


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 2.37])
def test_length_is_exact(tiny_ace, duration_s):
    take = song(tiny_ace["turbo"], duration_s=duration_s)
    assert take.audio.frames == round(duration_s * take.audio.rate)


def test_the_seed_decides_every_sample(tiny_ace):
    one, same, other = (song(tiny_ace["turbo"], seed=seed).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-4


def test_nothing_global_is_left_seeded(tiny_ace):
    import torch

    torch.manual_seed(99)
    before = torch.get_rng_state()
    song(tiny_ace["turbo"])
    assert torch.equal(before, torch.get_rng_state())


EDITS = [
    ("cover", {"strength": 0.5}),
    ("repaint", {"regions": [(0.5, 1.0), (2.0, 2.5)]}),
    ("extend", {"left_s": 0.5, "right_s": 1.0}),
    ("stems", {"tracks": ["drums", "vocals"]}),
    ("lego", {"tracks": ["bass"]}),
    ("complete", {"tracks": ["drums", "bass"]}),
]


@pytest.mark.parametrize(("verb", "fields"), EDITS, ids=[verb for verb, _ in EDITS])
def test_every_edit_repeats_and_has_its_length(tiny_ace, verb, fields):
    source = sound()
    one, same, other = (edit(tiny_ace["base"], source, verb, seed=seed, **fields).audio for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.samples, same.samples)
    assert np.abs(one.samples - other.samples).max() > 1e-5
    seconds = source.duration_s + fields.get("left_s", 0) + fields.get("right_s", 0)
    assert one.frames == round(seconds * one.rate)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44_100, 2), (48_000, 6)])
def test_a_repaint_keeps_its_source_bit_for_bit(tiny_ace, rate, channels):
    source = sound(rate=rate, channels=channels)
    made = edit(tiny_ace["base"], source, "repaint", regions=[(0.5, 1.0), (2.0, 2.5)]).audio
    assert (made.rate, made.channels, made.frames) == (rate, channels, source.frames)
    inside = np.zeros(source.frames, bool)
    for start, end in ((0.5, 1.0), (2.0, 2.5)):
        inside[round(start * rate) : round(end * rate)] = True
    np.testing.assert_array_equal(made.samples[:, ~inside], source.samples[:, ~inside])
    assert (made.samples[:, inside] != source.samples[:, inside]).mean() > 0.9


def test_an_extension_keeps_its_source_bit_for_bit(tiny_ace):
    source = sound(rate=44_100, channels=2)
    made = edit(tiny_ace["base"], source, "extend", left_s=0.5, right_s=1.0).audio
    lead = round(0.5 * 44_100)
    np.testing.assert_array_equal(made.samples[:, lead : lead + source.frames], source.samples)
    assert np.abs(made.samples[:, :lead]).max() > 0
    assert np.abs(made.samples[:, -44_100:]).max() > 0


def test_stems_sum_to_the_take(tiny_ace):
    take = edit(tiny_ace["base"], sound(), "stems", tracks=["drums", "vocals"])
    assert list(take.stems) == ["drums", "vocals"]
    np.testing.assert_allclose(sum(stem.samples for stem in take.stems.values()), take.audio.samples, atol=1e-6)


def test_sources_steer(tiny_ace):
    plain = song(tiny_ace["turbo"]).audio.samples
    for role in ("melody", "reference"):
        steered = song(tiny_ace["turbo"], sources={role: sound(gain=0.3)}).audio.samples
        assert np.abs(plain - steered).max() > 1e-6, role


def test_progress_rises_within_each_stage_and_ends_at_one(tiny_ace):
    told = []
    song(tiny_ace["turbo"], tell=Progress(lambda *row: told.append(row)))
    for stage in ("denoise", "decode"):
        fractions = [fraction for name, fraction, _ in told if name == stage]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
    assert told[-1][2] == pytest.approx(3.0)


def test_cancelling_ends_within_one_step(tiny_ace):
    told = []

    def listen(stage, fraction, audio_s):
        told.append((stage, fraction))
        if (stage, fraction) == ("denoise", 0.25):
            tell.cancel()

    tell = Progress(listen)
    with pytest.raises(Cancelled):
        song(tiny_ace["turbo"], tell=tell)
    assert told[-1] == ("denoise", 0.25)


def test_each_checkpoint_has_its_own_defaults(tiny_ace):
    assert song(tiny_ace["turbo"], duration_s=0.5).used["steps"] == 8
    base = AceStepEngine("base").card.checkpoints["base"]
    assert (base.steps, base.guidance, base.shift) == (50, 7.0, 1.0)
    with pytest.raises(BadRequest, match="no guidance"):
        song(tiny_ace["turbo"], guidance=7.0)


def test_weights_are_named_with_their_hashes(tiny_ace):
    used = song(tiny_ace["turbo"], duration_s=0.5).used["weights"]
    hashes = used["sha256"]
    assert len(hashes) == 6
    assert all(len(value) == 64 for value in hashes.values())


def test_a_lora_changes_the_sound_and_a_wrong_one_is_refused(tiny_ace, tmp_path):
    import torch
    from safetensors.torch import save_file

    prefix = "transformer.layers.0.self_attn.to_q"
    torch.manual_seed(0)
    save_file(
        {f"{prefix}.lora_A.weight": torch.randn(4, 32), f"{prefix}.lora_B.weight": torch.randn(32, 4)},
        tmp_path / "style.safetensors",
    )
    plain = song(tiny_ace["turbo"]).audio.samples
    bent = song(tiny_ace["turbo"], lora=str(tmp_path / "style.safetensors")).audio.samples
    assert np.abs(plain - bent).max() > 1e-6
    weak = song(tiny_ace["turbo"], lora=f"{tmp_path / 'style.safetensors'}@0.2").audio.samples
    assert 0 < np.abs(plain - weak).max() < np.abs(plain - bent).max()
    with pytest.raises(BadRequest, match="is no strength"):
        song(tiny_ace["turbo"], lora=f"{tmp_path / 'style.safetensors'}@much")
    save_file({"nothing.weight": torch.zeros(2)}, tmp_path / "wrong.safetensors")
    with pytest.raises(BadRequest, match=r"wrong\.safetensors"):
        song(tiny_ace["turbo"], lora=str(tmp_path / "wrong.safetensors"))


def _cut(folder):
    path = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def _garble(folder):
    (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"not safetensors at all")


def _other_class(folder):
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": "StableAudioPipeline"}))


def _part_missing(folder):
    (folder / "transformer" / "config.json").unlink()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_cut, "cut short"),
        (_garble, "no safetensors header"),
        (_other_class, "StableAudioPipeline"),
        (_part_missing, "transformer/config.json is missing"),
    ],
)
def test_damaged_weights_are_named(tiny_ace, tmp_path, damage, said):
    folder = shutil.copytree(tiny_ace["turbo"], tmp_path / "damaged")
    damage(folder)
    with pytest.raises(CannotRun, match=said):
        song(folder)


def test_the_makers_own_layout_sounds_the_same(tiny_ace_published):
    for checkpoint in ("turbo", "base"):
        asked = {"checkpoint": checkpoint, "steps": 2}
        theirs = song(tiny_ace_published[checkpoint], **asked)
        same = song(tiny_ace_published[checkpoint].with_name(f"{checkpoint}-diffusers"), **asked)
        np.testing.assert_array_equal(theirs.audio.samples, same.audio.samples)
    assert "shared" in theirs.used["weights"]
    cover = edit(tiny_ace_published["base"], sound(), "cover", strength=0.5)
    same = edit(tiny_ace_published["base"].with_name("base-diffusers"), sound(), "cover", strength=0.5)
    np.testing.assert_array_equal(cover.audio.samples, same.audio.samples)  # by way of the audio tokenizer


def test_what_the_makers_share_must_be_here(tiny_ace_published, monkeypatch, tmp_path):
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    with pytest.raises(CannotRun, match="engines pull ace-step/turbo"):
        song(tiny_ace_published["base"], checkpoint="base")


def _no_silence(folder):
    (folder / "acestep-v15-turbo" / "silence_latent.pt").unlink()


def _no_facts(folder):
    (folder / "acestep-v15-turbo" / "config.json").write_text('{"hidden_size": 32}')


def _cut_tensors(folder):
    path = folder / "acestep-v15-turbo" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def _lacks_one(folder):
    from safetensors.torch import load_file, save_file

    path = folder / "acestep-v15-turbo" / "model.safetensors"
    state = load_file(path)
    del state["decoder.layers.0.self_attn.q_proj.weight"]
    save_file(state, path)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_no_silence, "silence_latent.pt is missing"),
        (_no_facts, "is missing"),
        (_cut_tensors, "cut short"),
        (_lacks_one, r"its transformer lacks layers\.0\.self_attn\.to_q\.weight \(1 tensors"),
    ],
)
def test_damage_in_the_makers_files_is_named(tiny_ace_published, tmp_path, damage, said):
    folder = shutil.copytree(tiny_ace_published["turbo"], tmp_path / "turbo")
    damage(folder)
    with pytest.raises(CannotRun, match=said):
        song(folder)


def test_another_variant_is_not_taken_for_it(tiny_ace_published):
    with pytest.raises(
        CannotRun, match=r"no acestep-v15-base/model\.safetensors; of this kind it holds acestep-v15-turbo"
    ):
        song(tiny_ace_published["turbo"], checkpoint="base")


def test_weights_that_are_not_here(tmp_path, monkeypatch):
    pytest.importorskip("diffusers")
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(CannotRun, match="engines pull ace-step/turbo"):
        AceStepEngine("turbo").render(Task("music", PLAN, 3.0, 0), Progress())
    with pytest.raises(BadRequest, match="not a folder"):
        song(tmp_path / "nowhere")
