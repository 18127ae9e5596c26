"""MusicGen through its real loading path on tiny random weights, and the licence gate."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import direct
from soundwright.audio import Audio
from soundwright.engines import Task, machine
from soundwright.engines.musicgen import MusicgenEngine
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.plan import author
from soundwright.plan.edit import EditPlan
from soundwright.progress import Progress

PLAN = author.write_song("calm piano, 90 bpm, in A minor", duration_s=2.0, seed=1)


def render(folders, *, checkpoint="small", seed=7, duration_s=2.0, tell=None, melody=None, **options):
    options = {"weights": str(folders[checkpoint]), "device": "cpu", **options}
    sources = {"melody": melody} if melody else {}
    task = Task("music", PLAN, duration_s, seed, "calm piano", options=options, sources=sources)
    return MusicgenEngine(checkpoint).render(task, tell or Progress())


def library(folder, *, melody=False):
    """transformers' own model and tokenizer."""
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration, MusicgenMelodyForConditionalGeneration

    kind = MusicgenMelodyForConditionalGeneration if melody else MusicgenForConditionalGeneration
    return kind.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize("checkpoint", ["small", "stereo-small"])
def test_it_is_the_librarys_own_sound(tiny_musicgen, checkpoint):
    """Sampled from the same seed, the same tokens; decoding in another order of sums, the same sound."""
    import torch

    from soundwright.plan import caption

    take = render(tiny_musicgen, checkpoint=checkpoint)
    model, words = library(tiny_musicgen[checkpoint])
    torch.manual_seed(7)
    asked = words([caption.caption(PLAN, "calm piano")], return_tensors="pt")
    frames = 100 + 4  # 50 a second, and the delay of four codebooks
    whole = model.generate(**asked, do_sample=True, top_k=250, guidance_scale=3.0, max_new_tokens=frames)[0].numpy()
    cut = take.audio.frames - 5 * 160  # generate makes one frame more, which the last frames hear
    np.testing.assert_allclose(take.audio.samples[:, :cut], whole[:, :cut], atol=2e-5)


@pytest.mark.parametrize("strategy", ["full", "bf16", "int8"])
def test_greedy_tokens_are_the_librarys(tiny_musicgen, strategy):
    """In float32 all of them; with smaller weights the best token of the first columns nearly always."""
    import torch

    from soundwright.engines.musicgen.player import Score, load

    player = load(tiny_musicgen["small"], "cpu", strategy, melody=False)
    made = player.play(Score("calm piano", 3.0, torch.Generator(), top_k=1), 60, None, Progress())
    model, words = library(tiny_musicgen["small"])
    caught = []
    decode, model.audio_encoder.decode = (
        model.audio_encoder.decode,
        lambda codes, **more: caught.append(codes) or decode(codes, **more),
    )
    model.generate(**words(["calm piano"], return_tensors="pt"), do_sample=False, guidance_scale=3.0, max_new_tokens=64)
    same = (made == caught[0][0, 0][:, :60]).float()[
        :, :56
    ]  # the library goes on for a frame, which the last ones hear
    assert same.mean() == 1.0 if strategy == "full" else same[:, :8].mean() > 0.6


@pytest.mark.parametrize("checkpoint", ["melody", "stereo-melody"])
def test_a_melody_is_followed_as_the_library_does(tiny_musicgen, checkpoint):
    import torch

    from soundwright.engines.musicgen.chroma import chroma
    from soundwright.plan import caption

    rate = 8000
    tune = np.concatenate([np.sin(2 * np.pi * hz * np.arange(rate) / rate) for hz in (262, 330, 392, 523)])
    melody = Audio(0.3 * tune[None].astype(np.float32), rate)
    take = render(tiny_musicgen, checkpoint=checkpoint, melody=melody)
    other = render(tiny_musicgen, checkpoint=checkpoint)
    assert np.abs(take.audio.samples - other.audio.samples).max() > 1e-4
    model, words = library(tiny_musicgen[checkpoint], melody=True)
    asked = words([caption.caption(PLAN, "calm piano")], return_tensors="pt")
    heard = chroma(torch.from_numpy(melody.samples[0]), rate)[None]
    torch.manual_seed(7)
    whole = model.generate(**asked, input_features=heard, do_sample=True, top_k=250, guidance_scale=3.0,
                           max_new_tokens=104)[0].numpy()  # fmt: skip
    cut = take.audio.frames - 5 * 160
    np.testing.assert_allclose(take.audio.samples[:, :cut], whole[:, :cut], atol=2e-5)
    with pytest.raises(BadRequest, match="follows no melody"):
        render(tiny_musicgen, melody=melody)


def test_chroma_is_that_of_the_published_filter_bank():
    import torch
    from transformers.audio_utils import chroma_filter_bank

    from soundwright.engines.musicgen.chroma import chroma, classes

    bank = chroma_filter_bank(sampling_rate=32_000, num_frequency_bins=16_384, tuning=0, num_chroma=12)
    np.testing.assert_allclose(classes(32_000), bank, atol=1e-6)
    for hz, pitch in ((261.63, 0), (440.0, 9), (622.25, 3)):
        tone = torch.sin(2 * torch.pi * hz * torch.arange(64_000) / 32_000)
        assert (chroma(tone, 32_000).argmax(dim=1) == pitch).all()
    assert chroma(torch.zeros(100), 32_000).shape[1] == 12


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 2.37])
@pytest.mark.parametrize("checkpoint", ["small", "stereo-small"])
def test_length_is_exact_and_filled(tiny_musicgen, duration_s, checkpoint):
    take = render(tiny_musicgen, duration_s=duration_s, checkpoint=checkpoint)
    assert take.audio.channels == (2 if checkpoint.startswith("stereo") else 1)
    assert take.audio.frames == round(duration_s * take.audio.rate)
    assert np.abs(take.audio.samples[:, -20:]).max() > 0  # not padded


def test_the_seed_decides(tiny_musicgen):
    one, same, other = (render(tiny_musicgen, seed=seed).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-4


def test_progress_rises_and_cancelling_ends_within_a_frame(tiny_musicgen):
    told = []
    render(tiny_musicgen, tell=Progress(lambda *row, told=told: told.append(row)))
    fractions = [fraction for stage, fraction, _ in told if stage == "sample"]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) > 90

    def listen(stage, fraction, audio_s):
        seen.append(fraction)
        if stage == "sample" and fraction > 0.5:
            tell.cancel()

    seen, tell = [], Progress(listen)
    with pytest.raises(Cancelled):
        render(tiny_musicgen, tell=tell)
    assert seen[-1] < 0.53


def test_what_it_makes_may_not_be_sold():
    with pytest.raises(BadRequest, match=r"may not be sold: its licence is CC-BY-NC-4\.0"):
        direct.cast("musicgen", "music", 10.0, commercial=True)
    direct.cast("musicgen", "music", 10.0)


@pytest.mark.parametrize("options", [{"steps": 5}, {"negative": "drums"}, {"strategy": "offload"}])
def test_what_it_does_not_take_is_refused(tiny_musicgen, options):
    with pytest.raises(BadRequest):
        render(tiny_musicgen, **options)


def test_what_is_longer_than_its_window_is_made_in_several(tiny_musicgen, monkeypatch):
    from soundwright.engines.musicgen import tokens

    monkeypatch.setattr(tokens, "WINDOW_S", 1.0)
    monkeypatch.setattr(tokens, "PROMPT_S", 0.4)
    for checkpoint in ("small", "stereo-small"):
        told = []
        take = render(
            tiny_musicgen,
            duration_s=2.3,
            checkpoint=checkpoint,
            tell=Progress(lambda *row, told=told: told.append(row)),
        )
        assert take.audio.frames == round(2.3 * take.audio.rate)
        assert np.abs(take.audio.samples[:, -20:]).max() > 0
        fractions = [fraction for stage, fraction, _ in told if stage == "sample"]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
        again = render(tiny_musicgen, duration_s=2.3, checkpoint=checkpoint)
        np.testing.assert_array_equal(take.audio.samples, again.audio.samples)
        first = render(tiny_musicgen, duration_s=1.0, checkpoint=checkpoint).audio.samples
        shared = round(0.9 * take.audio.rate)  # the decoder hears a little beyond
        np.testing.assert_allclose(take.audio.samples[:, :shared], first[:, :shared], atol=1e-4)


def test_longer_than_anybody_listens_is_refused():
    with pytest.raises(BadRequest, match="at most 300 seconds"):
        direct.cast("musicgen/small", "music", 301.0)


def extend(folders, source, *, right_s=1.0, left_s=0.0, checkpoint="small", seed=3):
    plan = EditPlan(verb="extend", source="x.wav", prompt="piano", left_s=left_s, right_s=right_s,
                    duration_s=left_s + source.duration_s + right_s)  # fmt: skip
    options = {"weights": str(folders[checkpoint]), "device": "cpu"}
    task = Task("extend", plan, plan.duration_s, seed, "piano", options=options, sources={"source": source})
    return MusicgenEngine(checkpoint).render(task, Progress()).audio


@pytest.mark.parametrize("checkpoint", ["small", "stereo-small"])
@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (8000, 1)])
def test_an_extension_keeps_its_source_bit_for_bit(tiny_musicgen, checkpoint, rate, channels):
    noise = np.random.default_rng(0).normal(0, 0.1, (channels, round(1.3 * rate))).astype(np.float32)
    made = extend(tiny_musicgen, Audio(noise, rate), checkpoint=checkpoint)
    assert (made.rate, made.channels) == (rate, channels)
    assert made.frames == round(2.3 * rate)
    np.testing.assert_array_equal(made.samples[:, : noise.shape[1]], noise)
    assert np.abs(made.samples[:, noise.shape[1] + 100 :]).max() > 0
    other = extend(tiny_musicgen, Audio(noise, rate), checkpoint=checkpoint, seed=4)
    assert np.abs(made.samples - other.samples).max() > 1e-4


def test_nothing_is_made_before_a_sound(tiny_musicgen):
    with pytest.raises(BadRequest, match="not before it"):
        extend(tiny_musicgen, Audio.silence(8000, 8000), left_s=1.0)


def test_tiles_decode_as_the_whole_does(tiny_musicgen, monkeypatch):
    from soundwright.engines.musicgen import codec

    whole = render(tiny_musicgen, duration_s=4.0).audio.samples
    monkeypatch.setattr(codec, "TILE_S", {"cpu": 0.5})
    monkeypatch.setattr(codec, "STRETCH", 30)
    tiled = render(tiny_musicgen, duration_s=4.0).audio.samples
    assert 20 * np.log10(np.abs(whole - tiled).max() / np.abs(whole).max()) < -60


def test_a_cut_checkpoint_is_named(tiny_musicgen, tmp_path):
    folder = shutil.copytree(tiny_musicgen["small"], tmp_path / "cut")
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CannotRun, match="cut short"):
        render({"small": folder})


def test_memory_is_planned_before_anything_loads(tiny_musicgen):
    machine.cool()  # a model that is loaded is not planned again
    take = render(tiny_musicgen, duration_s=0.5, vram="8GB")
    assert take.used["memory"]["chosen"] == take.used["strategy"] == "full"
    machine.cool()
    with pytest.raises(CannotRun, match="at the least"):
        render(tiny_musicgen, duration_s=0.5, vram="1MB")


@pytest.mark.parametrize(("name", "books"), [("small", 4), ("stereo-small", 8)])
def test_the_manifest_names_the_bitrate_of_the_codec(tiny_musicgen, name, books):
    """Codes of 6 bits, 50 a second, for each codebook; a published one has codes of 11 bits."""
    from types import SimpleNamespace

    from soundwright.engines.musicgen.codec import Codec

    told = render(tiny_musicgen, checkpoint=name, duration_s=0.2).used["codec"]
    assert told == {"codebooks": books, "kbit_s": round(books * 6 * 50 / 1000, 3), "rate": 8000}
    published = SimpleNamespace(network=SimpleNamespace(config=SimpleNamespace(codebook_size=2048)), frame_rate=50.0,
                                rate=32_000)  # fmt: skip
    assert Codec.facts(published, books)["kbit_s"] == pytest.approx(2.2 * books / 4)
