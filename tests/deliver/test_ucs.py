"""UCS: the list is whole, every sound model's category is in it, and names keep the rules."""

from __future__ import annotations

import pytest

from soundwright import foley
from soundwright.deliver import ucs
from soundwright.errors import BadRequest

EFFECT = """
duration_s: 10
prompt: {prompt}
events:
  - {{sound: distant thunder, model: thunder, start_s: 2, level_db: 3}}
  - {{sound: rain on a tin roof, model: rain on a tin roof, layer: bed}}
"""
SONG = """
duration_s: 8
tempo_bpm: 120
parts: {{{parts}}}
sections: [{{name: a, bars: 4, chords: [C]}}]
ending: {ending}
"""


def test_the_list_is_whole():
    table = ucs.categories()
    assert len(table) == 752
    assert table["RAINMetl"] == ucs.Category("RAINMetl", "RAIN", "METAL")


def test_every_sound_model_has_a_category_of_the_list():
    unknown = {model.name: model.ucs for model in foley.table().values() if model.ucs not in ucs.categories()}
    assert unknown == {}


@pytest.mark.parametrize(
    ("prompt", "cat_id"),
    [
        ("rain on a tin roof with distant thunder", "RAINMetl"),
        ("distant thunder over rain", "THUN"),
        ("", "THUN"),
    ],
)
def test_the_sound_named_first_gives_an_effect_its_category(prompt, cat_id):
    assert ucs.category(EFFECT.format(prompt=prompt or "''")) == cat_id


@pytest.mark.parametrize(
    ("instruments", "ending", "cat_id"),
    [
        (("felt piano",), "ring", "MUSCKeyd"),
        (("nylon guitar",), "ring", "MUSCPluck"),
        (("brush kit",), "ring", "MUSCPerc"),
        (("something else",), "ring", "MUSCInst"),
        (("felt piano", "brush kit"), "ring", "MUSCSong"),
        (("felt piano",), "loop", "MUSCLoop"),
    ],
)
def test_songs_are_filed_by_instrument_loop_or_song(instruments, ending, cat_id):
    parts = ", ".join(f"p{k}: {{instrument: {name}, role: chords}}" for k, name in enumerate(instruments))
    assert ucs.category(SONG.format(parts=parts, ending=ending)) == cat_id


@pytest.mark.parametrize("plan", ["", "[1, 2]", "{", "events: []"])
def test_what_is_no_plan_is_filed_as_misc(plan):
    assert ucs.category(plan) == "DSGNMisc"


@pytest.mark.parametrize(
    ("title", "number", "expected"),
    [
        ("rain on a tin roof", 0, "RainOnATinRoof"),
        ("rain on a tin roof with distant thunder", 2, "RainOnATinRoof02"),
        ("a_b-c/d", 0, "ABCD"),
        ("", 0, "Untitled"),
        ("Donaudampfschifffahrtsgesellschaft", 7, "Donaudampfschifffahrts07"),
    ],
)
def test_titles_become_short_names(title, number, expected):
    assert ucs.fx_name(title, number) == expected
    assert len(expected) <= 24


def test_names_are_written_and_read():
    name = ucs.name(EFFECT.format(prompt="rain"), "rain on a tin roof", creator="AB", source="MyLib")
    assert str(name) == "RAINMetl_RainOnATinRoof_AB_MyLib"
    assert ucs.Name.parse(str(name)) == name
    assert ucs.Name.parse("RAINMetl-EXT_Rain_AB_MyLib_mic 2").fx_name == "Rain"


@pytest.mark.parametrize(
    "fields",
    [
        ("RAINxxxx", "a", "b", "c"),
        ("RAINMetl", "a_b", "b", "c"),
        ("RAINMetl", "a", "b/c", "c"),
        ("RAINMetl", "a", "", "c"),
        ("RAINMetl", "x" * 25, "b", "c"),
    ],
)
def test_what_breaks_the_rules_is_refused(fields):
    with pytest.raises(BadRequest):
        ucs.Name(*fields)
    with pytest.raises(BadRequest):
        ucs.Name.parse("RAINMetl_only")
