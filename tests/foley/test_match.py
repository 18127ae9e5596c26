"""Words to sound models: forms of words, what beats what, knobs, and what is said where nothing is near."""

import pytest

from soundwright import foley
from soundwright.errors import BadRequest
from soundwright.foley.match import Index, knobs_of, match, near
from soundwright.foley.model import Knob, SoundModel
from soundwright.foley.synonyms import SYNONYMS
from soundwright.foley.vocabulary import stem, words_of


def model(name, words="", knobs=(), kind="event"):
    return SoundModel(name, "TESTTest", kind, tuple(words.split()), "", 1.0, knobs, lambda p, n, rate, rng: None)


SMALL = Index({m.name: m for m in (
    model("rain", "rain raining drops"), model("rain on glass", "rain window glass pane"),
    model("glass break", "glass break"),
    model("door slam", "door slam"), model("door knock", "door knock"), model("church bell", "church bell"),
    model("drum roll", "drum", (Knob("rate", 5, 1, 20, "strokes a second", slow=2, fast=15),
                                Knob("count", 3, 1, 9, "how many", rolls=6))),
)})  # fmt: skip


@pytest.mark.parametrize("name", foley.table())
def test_every_model_is_found_by_its_own_name(name):
    assert match(name).model.name == name


@pytest.mark.parametrize(
    ("one", "other"),
    [("slamming", "slams"), ("creaking", "creaks"), ("leaves", "leaf"), ("wooden", "wood"), ("running", "run"),
     ("barked", "barking"), ("slowly", "slow"), ("closing", "close"), ("buzzes", "buzz"), ("revving", "rev")],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize("pair", [("glass", "gla"), ("bus", "bu"), ("ring", "r"), ("string", "str"), ("bed", "b")])
def test_what_only_looks_like_a_form_is_left_alone(pair):
    assert stem(pair[0]) != pair[1]


def test_specific_beats_general_and_general_is_plain():
    assert match("rain on a window", SMALL).model.name == "rain on glass"
    assert match("rain", SMALL).model.name == "rain"
    assert match("a slammed door", SMALL).model.name == "door slam"


def test_what_follows_near_or_behind_matters_less():
    assert match("a bell near the door", SMALL).model.name == "church bell"
    assert match("knocking by the church", SMALL).model.name == "door knock"


def test_knobs_by_word_axis_and_degree():
    drum = SMALL.models["drum roll"]
    assert knobs_of(drum, "a slow drum")[0] == {"rate": 2}
    assert knobs_of(drum, "a rapid drum")[0] == {"rate": 15}  # by its axis: the author wrote "fast"
    assert knobs_of(drum, "a slightly fast drum")[0]["rate"] == pytest.approx(10)
    assert knobs_of(drum, "drum rolls")[0] == {"count": 6}
    assert knobs_of(drum, "drum roll")[0] == {}  # a plural word is not its singular


@pytest.mark.parametrize("name", foley.table())
def test_every_adjective_of_every_knob_moves_it(name):
    one = foley.table()[name]
    for knob in one.knobs:
        for word, value in knob.words.items():
            assert knobs_of(one, f"{word} thing")[0].get(knob.name) == pytest.approx(value), (knob.name, word)


def test_words_met_and_not_met_are_told():
    found = match("a purple door slam", SMALL)
    assert found.ignored == ("purple",)
    assert {"door", "slam"} <= set(found.understood)
    assert found.anchored
    assert not match("wooden floor").anchored


def test_nothing_near_is_refused_with_suggestions():
    with pytest.raises(BadRequest, match="did you mean"):
        match("qwzx vbnp")
    assert "door slam" in near("dor slam", SMALL)


def test_synonyms_lead_to_words_that_models_have():
    vocabulary = {stem(w) for m in foley.table().values() for text in (m.name, *m.words) for w in words_of(text)}
    dead = [phrase for phrase, text in SYNONYMS.items() if not {stem(w) for w in words_of(text)} & vocabulary]
    assert not dead
