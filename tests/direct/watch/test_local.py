"""A vision-language model on this machine: what it is shown, what it says, and what comes of nonsense."""

from __future__ import annotations

import numpy as np
import pytest
from tests.direct.watch.conftest import small_llava

from soundwright.direct import watch
from soundwright.direct.watch import conversation, local
from soundwright.errors import Cancelled, CannotRun
from soundwright.progress import Progress

ANSWER = '{"space": "room", "cues": [{"at_s": 1.0, "sound": "gong"}]}'


@pytest.fixture(scope="module")
def untaught(tmp_path_factory):
    return small_llava(tmp_path_factory.mktemp("llava"))


@pytest.fixture(scope="module")
def taught(tmp_path_factory, cat_and_motorcycle):
    """The same, taught to say one thing."""
    import torch
    import transformers
    from PIL import Image

    folder = small_llava(tmp_path_factory.mktemp("llava"))
    processor = transformers.AutoProcessor.from_pretrained(folder)
    model = transformers.AutoModelForImageTextToText.from_pretrained(folder)
    shown = conversation._shown(cat_and_motorcycle)
    question = conversation.Message(
        "user", conversation._question(cat_and_motorcycle, "", shown), [p for _, p in shown]
    )
    asked = processor.apply_chat_template([local._row(question)], add_generation_prompt=True)
    given = processor(text=asked + ANSWER + "</s>", images=[Image.fromarray(p) for _, p in shown], return_tensors="pt")
    length = len(processor.tokenizer(ANSWER + "</s>").input_ids)
    labels = given.input_ids.clone()
    labels[:, :-length] = -100
    optimiser = torch.optim.Adam(model.parameters(), 5e-3)
    for _ in range(120):
        optimiser.zero_grad()
        loss = model(**given, labels=labels).loss
        loss.backward()
        optimiser.step()
        if loss < 0.02:
            break
    model.save_pretrained(folder)
    return folder


def test_what_it_says_becomes_the_plan(taught, cat_and_motorcycle):
    plan = watch.write_cues(cat_and_motorcycle, "", str(taught), "", Progress())
    assert [(cue.sound, cue.at_s) for cue in plan.cues] == [("gong", 1.0)]
    assert plan.space == "room"


def test_nonsense_ends_in_one_clear_line(untaught, cat_and_motorcycle, monkeypatch):
    monkeypatch.setattr(local, "LONGEST", 12)
    with pytest.raises(CannotRun, match=r"gave no cue plan .* without --author"):
        watch.write_cues(cat_and_motorcycle, "", str(untaught), "", Progress())


def test_it_stops_between_words(untaught):
    told = []

    def listen(stage, fraction, audio_s):
        told.append(stage)
        if told.count("watch") == 3:
            tell.cancel()

    tell = Progress(listen)
    speaker = local.speaker(untaught, "llava", tell)
    with pytest.raises(Cancelled):
        speaker.speak([conversation.Message("user", "what is heard?", [np.zeros((40, 60, 3), np.uint8)])])
    assert told.count("watch") == 3


def test_a_folder_without_a_model_is_told(tmp_path, cat_and_motorcycle):
    pytest.importorskip("transformers")
    with pytest.raises(CannotRun, match="is not a whole checkpoint"):
        watch.write_cues(cat_and_motorcycle, "", str(tmp_path), "", Progress())
