"""Models that name what they see: which sounds a film gets by them, and what happens where they are not sure."""

from __future__ import annotations

import numpy as np
import pytest
from tests.direct.watch.conftest import small_clip, small_siglip

from soundwright import soundtrack as films
from soundwright.direct import watch
from soundwright.direct.watch import looks as looking
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import looks
from soundwright.plan.effect import write_effect
from soundwright.progress import Progress
from soundwright.request import SoundtrackRequest
from soundwright.video.events import Event


def test_every_sound_of_the_table_is_one_that_can_be_made():
    from soundwright.foley import table

    classes = [number for row in looks.rows() for number in row.classes]
    assert len(classes) == len(set(classes)) > 400
    for row in looks.rows():
        assert row.spot or row.bed, row.shows
        for sound in filter(None, (row.spot, row.bed)):
            plan = write_effect(sound)
            assert not plan.ignored, sound
            if sound == row.bed:
                assert {table()[event.model].kind for event in plan.events} == {"texture"}, sound


def test_trained_eyes_name_what_a_film_shows(cat_and_motorcycle):
    plan = watch.write_cues(cat_and_motorcycle, "", "efficientnet", "", Progress())
    assert [scene.ambience for scene in plan.scenes] == ["cat purrs", "motorcycle"]
    assert plan.scenes[1].start_s == pytest.approx(1.2, abs=1e-3)


def test_events_get_the_sound_of_what_is_around_them(cat_and_motorcycle):
    from dataclasses import replace

    events = [
        Event(0.4, "contact", 0.5, 0.4, 0.8, 0.9, area=0.02),
        Event(1.8, "contact", 0.6, 0.5, 0.8, 0.9, area=0.02),
    ]
    seen = replace(cat_and_motorcycle, events=events)
    plan = watch.write_cues(seen, "", "efficientnet", "", Progress())
    assert [cue.sound for cue in plan.cues] == ["cat meows", "motorcycle pass-by"]
    assert all("% sure, says efficientnet" in cue.what for cue in plan.cues)
    described = watch.write_cues(seen, "a gong", "efficientnet", "", Progress())
    assert [cue.sound for cue in described.cues] == ["a gong", "a gong"]  # what a person says goes first


def test_what_is_not_plain_is_not_named():
    sure = np.full(len(looks.rows()), 0.001)
    assert looks.named(sure, "bed", "clip") is None
    sure[0] = 0.9  # a dog, which has no bed
    sure[1] = looks.SURE + 0.01
    assert looks.named(sure, "bed", "clip") is None
    assert looks.named(sure, "spot", "clip") == looks.Look("dog barks", 0.9, "clip")


def test_places_are_looked_at_once(cat_and_motorcycle):
    from dataclasses import replace

    events = [Event(t / 100, "contact", 0.1, 0.1, 0.8, 0.5 + t / 1000) for t in range(5, 100, 10)]
    things = looking._things(replace(cat_and_motorcycle, events=events))
    assert [(key, one[0].time_s, len(one)) for key, one in things.items()] == [((0, 0, 0), 0.95, 10)]


@pytest.mark.parametrize("author", ["clip", "siglip2"])
def test_models_of_pictures_and_words_give_the_librarys_own_numbers(author, tmp_path, monkeypatch):
    import torch
    import transformers
    from skimage import data

    from soundwright.direct.watch import eyes

    folder = {"clip": small_clip, "siglip2": small_siglip}[author](tmp_path / "watch" / author)
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    shown = [data.chelsea(), data.rocket()]
    found = eyes.Words(watch.folder(author), "cpu").sure(shown)
    model = transformers.AutoModel.from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    prepare = transformers.AutoImageProcessor.from_pretrained(folder)
    texts = [f"a photo of {what}" for what in (*(row.shows for row in looks.rows()), *eyes.SILENT)]
    longest = model.config.text_config.max_position_embeddings
    given = tokenizer(texts, padding="max_length", max_length=longest, return_tensors="pt")
    with torch.inference_mode():
        told = model(**given, **prepare(images=shown, return_tensors="pt")).logits_per_image
        told = told - getattr(model, "logit_bias", 0)
    np.testing.assert_allclose(found, told.softmax(-1)[:, : len(looks.rows())].numpy(), rtol=1e-4)
    assert (found.sum(1) < 1).all()


def test_what_is_not_here_is_told(tmp_path, monkeypatch, cat_and_motorcycle):
    pytest.importorskip("transformers")
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(CannotRun, match="soundwright plan pull clip"):
        watch.write_cues(cat_and_motorcycle, "", "clip", "", Progress())
    with pytest.raises(BadRequest, match=r"no author 'clap'.*efficientnet"):
        watch.write_cues(cat_and_motorcycle, "", "clap", "", Progress())
    with pytest.raises(BadRequest, match="no weights to pull"):
        watch.pull("efficientnet", Progress())
    (small_clip(tmp_path / "watch" / "clip") / "model.safetensors").write_bytes(b"")
    with pytest.raises(CannotRun, match="is damaged"):
        watch.write_cues(cat_and_motorcycle, "", "clip", "", Progress())


def test_a_film_is_sounded_by_who_looks(cat_and_motorcycle):
    request = SoundtrackRequest(video=str(cat_and_motorcycle.film.path), author="efficientnet")
    made = films.soundtrack(request)
    assert made.stems["ambience"].peak > 0.001


def test_who_can_look_is_listed():
    pytest.importorskip("efficientnet_lite_pytorch")
    rows = {row["name"]: row for row in watch.facts()}
    assert rows["efficientnet"]["here"]
    assert all(row["licence"] for row in rows.values())
