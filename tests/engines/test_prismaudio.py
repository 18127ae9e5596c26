"""PrismAudio from its makers' files, through its real loading path on tiny random weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.films import make

from soundwright import direct, engines
from soundwright.engines import Clip, Task, features, machine, weights
from soundwright.engines.prismaudio import PrismaudioEngine
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan.cues import Cue, CuePlan, Scene
from soundwright.progress import Progress

pytest.importorskip("torch")
pytest.importorskip("av")
PLAN = CuePlan(
    duration_s=30.0,
    prompt="a ball on a wooden floor",
    cues=[Cue(number=1, sound="ball bounces", at_s=0.5), Cue(number=2, sound="ball bounces", at_s=1.25)],
)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return make("bounce", 1, path=tmp_path_factory.mktemp("film"), seconds=3.0).path


@pytest.fixture(autouse=True)
def _quick_and_apart(tmp_path, monkeypatch):
    """A cache of its own; and no search for garbage between networks so small that it takes longer than they do."""
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("gc.collect", lambda *generation: 0)


def render(folder, film, *, seed=7, duration_s=1.0, start_s=0.0, tell=None, plan=PLAN, **options):
    options = {"weights": str(folder), "device": "cpu", "steps": 2, **options}
    task = Task("soundtrack", plan, duration_s, seed, options=options, clip=Clip(Path(film), start_s))
    return PrismaudioEngine().render(task, tell or Progress())


@pytest.mark.parametrize(
    ("dropped", "first", "last", "mean", "deviation"),
    [
        (False, [-5.4617858, 7.5765123, 3.8814700], [-3.1746087, -8.3440437, -0.4724377], -3.5549285, 6.6618519),
        (True, [-5.2154379, -3.4638915, 0.1604001], [2.7465670, 0.5621825, 2.3232803], 0.5421155, 5.1148148),
    ],
)
def test_it_samples_as_the_makers_do(tiny_prismaudio, dropped, first, last, mean, deviation):
    """Against `sample_discrete_euler` over the makers' classes on the same tensors: 24 steps, guidance 5, seed 7, once
    with motion heard and once, as in their programs, with `empty_sync_feat` in its place."""
    import torch
    from tiny_prismaudio import drawn

    from soundwright.engines import prismaudio_files as published

    files = published.Files(tiny_prismaudio, tiny_prismaudio / "videoprism", tiny_prismaudio / "t5gemma")
    video, text, sync = (drawn(name, (n, width)).numpy()
                         for name, n, width in (("video", 36, 32), ("text", 11, 32), ("sync", 216, 128)))  # fmt: skip
    made = published.load_sound(files, "cpu", "full").latents(
        published.Features(video, text, None if dropped else sync), 194, steps=24, guidance=5.0,
        generator=torch.Generator().manual_seed(7), told=lambda step: None,
    )  # fmt: skip
    assert made.shape == (1, 8, 194)
    np.testing.assert_allclose(made[0, 0, :3], first, rtol=1e-4)
    np.testing.assert_allclose(made[0, -1, -3:], last, rtol=1e-4)
    assert [float(made.mean()), float(made.std())] == pytest.approx([mean, deviation], rel=1e-4)


LENGTHS = [round(0.1 * tenth, 1) for tenth in range(10, 301)]


@pytest.mark.parametrize("lengths", [[0.1, 1.0, 4.9, 7.7], pytest.param(LENGTHS, marks=pytest.mark.slow)])
def test_every_length_is_exact(tiny_prismaudio, film, monkeypatch, lengths):
    from soundwright.engines.prismaudio_watch import Shown

    black = property(lambda self: tuple(np.zeros((n, 3, side, side), np.uint8)
                                        for n, side in zip(self.counts, (288, 224), strict=True)))  # fmt: skip
    monkeypatch.setattr(Shown, "both", black)
    for duration_s in lengths:
        take = render(tiny_prismaudio, film, duration_s=duration_s, steps=1)
        assert take.audio.samples.shape == (2, round(duration_s * 44_100)), duration_s
        assert np.isfinite(take.audio.samples).all(), duration_s


def test_a_film_is_heard_from_its_pictures(tiny_prismaudio, film):
    """Another stretch, another seed, motion dropped: another sound; and again the same."""
    one = render(tiny_prismaudio, film)
    assert one.audio.frames == 44_100
    assert one.used["seen_before"] == {"pictures": False, "motion": False, "words": False}
    same = render(tiny_prismaudio, film)
    np.testing.assert_array_equal(one.audio.samples, same.audio.samples)
    assert all(same.used["seen_before"].values())
    for changed in ({"start_s": 1.0}, {"seed": 8}, {"drop_sync": True}, {"guidance": 1.0},
                    {"plan": PLAN.model_copy(update={"prompt": "thunder"})}):  # fmt: skip
        other = render(tiny_prismaudio, film, **changed)
        assert np.abs(one.audio.samples - other.audio.samples).max() > 1e-6, changed


def test_the_end_of_a_film_is_held(tiny_prismaudio, film):
    assert render(tiny_prismaudio, film, start_s=2.9, duration_s=1.5).audio.frames == round(1.5 * 44_100)
    with pytest.raises(BadRequest, match=r"ends at 3\.00 s: nothing is seen from 3 s$"):
        render(tiny_prismaudio, film, start_s=3.0)


def test_pictures_are_those_shown_at_the_time(tmp_path):
    """A film whose picture n is grey 4 n, at 30 a second: at 4 and 25 a second from 0.4 s on, the nearest are taken."""
    import av

    from soundwright.engines.prismaudio_watch import Shown

    with av.open(str(tmp_path / "greys.mkv"), "w") as made:
        stream = made.add_stream("ffv1", rate=30)
        stream.width, stream.height, stream.pix_fmt = 96, 48, "gray"
        for n in range(60):
            made.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((48, 96), 4 * n, np.uint8), "gray")))
        made.mux(stream.encode(None))
    stills, moving = Shown(Clip(tmp_path / "greys.mkv", 0.4), 1.5, Progress()).both
    assert (stills.shape, moving.shape) == ((6, 3, 288, 288), (37, 3, 224, 224))
    assert stills[:, :, :70].max() == 0  # twice as wide as high: black above
    for shown, rate in ((stills[:, 0, 144, 144], 4), (moving[:, 0, 112, 112], 25)):
        times = 0.4 + np.arange(len(shown)) / rate
        assert np.abs(shown / 4 / 30 - times).max() <= 0.5 / 30 + 0.001


def test_what_was_seen_is_never_stale(tiny_prismaudio, tmp_path, film):
    """A film that changes behind its name, and an encoder that does, are looked at again; so is a damaged entry."""
    moving = shutil.copy(film, tmp_path / "film.mp4")
    before = render(tiny_prismaudio, moving)
    shutil.copy(make("flash", 2, path=tmp_path, seconds=3.0).path, moving)
    after = render(tiny_prismaudio, moving)
    assert after.used["seen_before"] == {"pictures": False, "motion": False, "words": True}
    assert np.abs(before.audio.samples - after.audio.samples).max() > 1e-6
    import torch

    folder = shutil.copytree(tiny_prismaudio, tmp_path / "other")
    held = torch.load(folder / "synchformer_state_dict.pth", weights_only=True)
    held["vfeat_extractor.cls_token"] += 1
    torch.save(held, folder / "synchformer_state_dict.pth")
    assert render(folder, moving).used["seen_before"] == {"pictures": True, "motion": False, "words": True}
    for entry in features.place().glob("*.npy"):
        entry.write_bytes(entry.read_bytes()[:100])
    again = render(tiny_prismaudio, moving)
    assert not any(again.used["seen_before"].values())
    np.testing.assert_array_equal(after.audio.samples, again.audio.samples)


def test_one_network_is_held_at_a_time(tiny_prismaudio, film):
    held = []
    machine.cool()
    render(tiny_prismaudio, film, tell=Progress(lambda *told: held.append([key[3] for key in machine._warm])))
    assert max(map(len, held)) == 1
    stages = list(dict.fromkeys(names[0] for names in held if names))
    assert stages == ["pictures", "motion", "words", ""]


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_prismaudio, film, cancelled_halfway):
    denoised = cancelled_halfway(lambda tell: render(tiny_prismaudio, film, tell=tell))
    assert denoised == [0.0, 0.5]


def test_mirrors_in_safetensors_and_half_precision_are_read(tiny_prismaudio, tmp_path, film):
    import torch
    from safetensors.torch import save_file

    folder = shutil.copytree(tiny_prismaudio, tmp_path / "mirror")
    for path in (folder / "prismaudio.ckpt", folder / "vae.ckpt", folder / "synchformer_state_dict.pth"):
        held = torch.load(path, weights_only=True)
        save_file(held.get("state_dict", held), path.with_suffix(".safetensors"))
        path.unlink()
    one = render(tiny_prismaudio, film).audio.samples
    np.testing.assert_array_equal(render(folder, film).audio.samples, one)
    half = render(folder, film, strategy="bf16").audio.samples
    assert 0 < np.abs(half - one).max() < 0.2 * np.abs(one).max()


def test_pictures_are_read_from_transformers_files_too(tiny_prismaudio, tmp_path, film):
    from safetensors.torch import save_file
    from tiny_prismaudio import pictures

    from soundwright.nets import videoprism

    folder = shutil.copytree(tiny_prismaudio, tmp_path / "other")
    shutil.rmtree(folder / "videoprism")
    config, tensors = videoprism.published(pictures())
    config.save_pretrained(folder / "videoprism")
    save_file({f"video_model.{name}": one for name, one in tensors.items()},
              folder / "videoprism" / "model.safetensors")  # fmt: skip
    np.testing.assert_array_equal(render(folder, film).audio.samples, render(tiny_prismaudio, film).audio.samples)


@pytest.mark.parametrize("gone", ["prismaudio.ckpt", "vae.ckpt", "synchformer_state_dict.pth"])
def test_a_missing_file_is_named(tiny_prismaudio, tmp_path, film, gone):
    folder = shutil.copytree(tiny_prismaudio, tmp_path / "damaged")
    (folder / gone).unlink()
    with pytest.raises(CannotRun, match=gone.replace(".", r"\.")):
        render(folder, film)


@pytest.mark.parametrize("part", ["videoprism", "t5gemma"])
def test_a_missing_encoder_names_the_command(tiny_prismaudio, tmp_path, film, monkeypatch, part):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "none"))
    folder = shutil.copytree(tiny_prismaudio, tmp_path / "damaged")
    shutil.rmtree(folder / part)
    with pytest.raises(CannotRun, match=rf"lacks {part} \(from google/.*engines pull prismaudio/prismaudio"):
        render(folder, film)


def test_wrong_tensors_are_listed_in_one_line(tiny_prismaudio, tmp_path, film):
    import torch

    folder = shutil.copytree(tiny_prismaudio, tmp_path / "damaged")
    held = torch.load(folder / "prismaudio.ckpt", weights_only=True)
    del held["model.model.transformer.gate"]
    del held["conditioner.conditioners.sync_features.sync_pos_emb"]
    held["model.model.transformer.film"] = torch.zeros(1)
    held["model.model.empty_sync_feat"] = torch.zeros(1, 64)
    torch.save(held, folder / "prismaudio.ckpt")
    with pytest.raises(CannotRun) as error:
        render(folder, film)
    assert str(error.value).endswith(
        "prismaudio.ckpt lacks model.model.transformer.gate, conditioner.conditioners.sync_features.sync_pos_emb; "
        "it holds unknown model.model.transformer.film; "
        "it holds model.model.empty_sync_feat [1, 64] instead of [1, 128]"
    )


def test_a_pickle_that_would_run_code_is_refused(tiny_prismaudio, tmp_path, film):
    import pickle

    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    folder = shutil.copytree(tiny_prismaudio, tmp_path / "damaged")
    (folder / "synchformer_state_dict.pth").write_bytes(pickle.dumps({"vfeat_extractor.cls_token": Evil()}))
    with pytest.raises(CannotRun, match="cannot be loaded"):
        render(folder, film)
    assert not (tmp_path / "ran").exists()


def test_what_it_may_not_or_cannot_do_is_refused(tiny_prismaudio, film):
    with pytest.raises(BadRequest, match="at most 30 seconds"):
        direct.cast("prismaudio", "soundtrack", 31.0)
    with pytest.raises(BadRequest, match=r"may not be sold.*T5Gemma"):
        direct.cast("prismaudio", "soundtrack", 9.0, commercial=True)
    with pytest.raises(BadRequest, match="no strategy 'int8'"):
        render(tiny_prismaudio, film, strategy="int8")
    with pytest.raises(BadRequest, match="there is no file"):
        render(tiny_prismaudio, film.with_name("gone.mp4"))
    with pytest.raises(BadRequest, match="wants a clip"):
        PrismaudioEngine().render(Task("soundtrack", PLAN, 1.0, 1), Progress())
    with pytest.raises(CannotRun, match=r"up to 10 s fit|take a smaller"):
        render(tiny_prismaudio, film, duration_s=1.0, device="cpu", vram="1MB")


def test_the_memory_plan_is_that_of_the_largest_stage():
    from soundwright.engines import prismaudio_files as published

    parts_m = engines.card("prismaudio").checkpoint.parts_m
    peaks = [published.needs(parts_m, s, "cpu", 2)[0].peak for s in (1.0, 9.0, 30.0)]
    assert peaks == sorted(peaks)
    assert peaks[-1] < 4 * 1e6 * sum(parts_m.values())  # all of them at once would take more by their weights alone
    assert [need.strategy for need in published.needs(parts_m, 9.0, "cpu", 2)] == ["full", "bf16"]
    assert [need.strategy for need in published.needs(parts_m, 9.0, "cuda", 2)] == ["bf16", "full"]


def test_a_plan_is_spoken_in_four_parts():
    from soundwright.engines.prismaudio_words import spoken

    said = spoken(CuePlan(
        duration_s=9.0, space="hall", prompt="a man hammers",
        scenes=[Scene(start_s=0.0, end_s=9.0, ambience="birds")],
        cues=[Cue(number=2, sound="nail falls", at_s=4.0, intensity=0.3, how="a thin ring", pan=-0.8, distance_m=1.0),
              Cue(number=1, sound="hammer on wood", at_s=0.5, intensity=0.9, when="each as the arm comes down"),
              Cue(number=3, sound="hammer on wood", at_s=1.5, end_s=2.0, intensity=0.9)],
    ))  # fmt: skip
    assert said == (
        "A man hammers. The sound of hammer on wood, nail falls and birds. "
        "Hammer on wood at 0.50 and 1.50 until 2.00 seconds. Nail falls at 4.00 seconds. "
        "Birds from 0.0 to 9.0 seconds. Each as the arm comes down. "
        "Hammer on wood: hard. Nail falls: soft, a thin ring. "
        "Hammer on wood in the middle, a few steps away. Nail falls on the left, close. "
        "All of it in a place like this: hall."
    )
    assert spoken(CuePlan(duration_s=1.0)) == "The sound of what is seen."


def test_the_planners_notes_are_not_spoken():
    """All four reasons of a cue that was planned from what was measured are notes: none is a description."""
    from soundwright.engines.prismaudio_words import spoken
    from soundwright.plan import cues, effect
    from soundwright.video.events import Event

    named = effect.plain("glass breaks").events[0]
    for kind in ("contact", "flash", "appear"):
        for sound in (None, named):
            cue = cues.at_event(Event(1.0, kind, 0.3, 0.5, 0.6, 0.9, 0.01), sound)
            said = spoken(CuePlan(duration_s=3.0, cues=[cue]))
            assert cue.sound in said.lower()
            assert not any(reason.lower() in said.lower() for reason in (cue.what, cue.when, cue.how, cue.where))


def test_the_card_brings_what_its_repository_lacks(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "none"))
    card = engines.card("prismaudio/prismaudio")
    assert not weights.here(card)
    with pytest.raises(CannotRun, match="engines pull prismaudio/prismaudio"):
        weights.find(card)
    assert engines.default_for("soundtrack") == "prismaudio"
    assert engines.who_can("soundtrack")[0] == "prismaudio"
