"""The request schema: what is refused, in which words, before anything is done."""

from __future__ import annotations

import pytest

from soundwright.errors import BadRequest
from soundwright.request import EffectRequest, MusicRequest, text_or_file


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"prompt": ""}, "prompt is empty"),
        ({"prompt": "   "}, "prompt is empty"),
        ({"prompt": "x", "duration_s": 0}, "above 0"),
        ({"prompt": "x", "duration_s": -3}, "above 0"),
        ({"prompt": "x", "duration_s": float("nan")}, "nan seconds"),
        ({"prompt": "x", "duration_s": float("inf")}, "inf seconds"),
        ({"prompt": "x", "duration_s": 36000}, "3600 seconds"),
        ({"prompt": "x", "seed": -1}, "seed"),
        ({"prompt": "x", "colour": "red"}, "colour"),
    ],
)
@pytest.mark.parametrize("kind", [MusicRequest, EffectRequest])
def test_a_bad_request_is_one_line_that_names_the_fault(kind, fields, says):
    with pytest.raises(BadRequest, match=says) as caught:
        kind(**fields)
    assert "\n" not in str(caught.value)


def test_variations_have_limits():
    with pytest.raises(BadRequest, match="variations"):
        EffectRequest(prompt="x", variations=0)


def test_text_or_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("la la")
    assert text_or_file(str(path)) == "la la"
    assert text_or_file("la\nla") == "la\nla"
    assert text_or_file("x" * 5000) == "x" * 5000
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(BadRequest, match="not a text file"):
        text_or_file(str(tmp_path / "binary.txt"))
