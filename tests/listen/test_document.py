"""Listening tests as documents: what is written is read again, and faults are told with line and choice."""

from __future__ import annotations

import pytest

from soundwright.errors import BadRequest
from soundwright.listen import document
from soundwright.listen.draft import draft

GOOD = """title: Test
kind: mushra
items:
  - name: one
    reference: original/item0.wav
    systems:
      ours: ours/item0.wav
      theirs: theirs/item0.wav
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "kind: mushra",
            "kind: mushar",
            "line 2: kind is 'mushar'; it must be mushra, acr, abx, pair (did you mean mushra?)",
        ),
        ("title: Test", "titel: Test", "line 1: titel is no field (did you mean title?); fields here are title, kind"),
        (
            "kind: mushra",
            "kind: mushra\nloudness_lufs: loud",
            "line 3: loudness_lufs is 'loud'; it must be softest, none",
        ),
        ("kind: mushra", "kind: mushra\nloudness_lufs: -3", "a number of LUFS between -60 and -9"),
        ("kind: mushra", "kind: mushra\nfade_ms: 200", "line 3: fade_ms is 200; it must be between 0"),
        ("    reference: original/item0.wav\n", "", "line 4: items[0]: mushra needs the `reference`"),
        ("ours/item0.wav", "ours/nowhere.wav", "line 7: items[0].systems.ours: there is no file"),
        ("      ours:", "      anchor35:", "line 7: items[0].systems.anchor35: anchor35 is a name of ours"),
        ("    systems:", "    sytems:", "line 6: items[0].sytems is no field (did you mean systems?)"),
        ("  - name: one", "  - nam: one", "is no field (did you mean name?)"),
        ("items:", "items: []\nelse:", "items is empty"),
        ("title: Test", "title: [", "line "),
        (GOOD, "- 1\n", "a listening test is a mapping of fields such as 'title: Which is better?'"),
    ],
)
def test_faults_name_line_and_choice(lab, old, new, says):
    place = lab / "fault.yaml"
    place.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(BadRequest) as fault:
        document.read(place)
    assert str(place) in str(fault.value)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)


def test_at_most_twelve_signals(lab):
    place = lab / "many.yaml"
    more = "".join(f"      s{number}: ours/item0.wav\n" for number in range(8))
    place.write_text(GOOD + more, "utf-8")
    with pytest.raises(BadRequest, match=r"13 signals .* allows 12: take 1 systems away"):
        document.read(place)
    place.write_text(GOOD + more.removesuffix("      s7: ours/item0.wav\n"), "utf-8")
    assert len(document.read(place).test.items[0].systems) == 9


@pytest.mark.parametrize("kind", ["abx", "pair"])
def test_two_are_needed_to_compare(lab, kind):
    place = lab / "alone.yaml"
    place.write_text(f"title: T\nkind: {kind}\nitems:\n  - name: one\n    systems: {{ours: ours/item0.wav}}\n", "utf-8")
    with pytest.raises(BadRequest, match=r"line 5.*another system"):
        document.read(place)


def test_a_draft_from_folders_is_read_again(lab):
    place = lab / "deeper" / "draft.yaml"
    place.parent.mkdir(exist_ok=True)
    made = draft([lab / "ours", lab / "theirs"], lab / "original", "mushra", "New: a # test", place)
    place.write_text(document.write(made), "utf-8")
    read = document.read(place)
    assert read.test == made
    assert [item.name for item in read.test.items] == ["item0", "item1", "item2"]
    assert read.test.items[0].systems == {"ours": "../ours/item0.wav", "theirs": "../theirs/item0.wav"}


def test_a_draft_refuses_what_has_nothing_in_common(lab, tmp_path):
    (tmp_path / "other").mkdir()
    with pytest.raises(BadRequest, match="no file has the same name"):
        draft([lab / "ours", tmp_path / "other"], None, "pair", "T", tmp_path / "t.yaml")
    with pytest.raises(BadRequest, match="same name: ours"):
        draft([lab / "ours", lab / "theirs" / ".." / "ours"], None, "pair", "T", tmp_path / "t.yaml")
