"""The configuration: what `auto` means, and the licence gate."""

from __future__ import annotations

import pytest

from soundwright import config, direct
from soundwright.errors import BadRequest


@pytest.fixture
def write(tmp_path, monkeypatch):
    path = tmp_path / "config.yaml"
    monkeypatch.setenv("SOUNDWRIGHT_CONFIG", str(path))
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return lambda text: path.write_text(text, encoding="utf-8")


def test_without_a_file_auto_is_embedded(write):
    assert direct.chosen("auto", "music") == "score"
    assert direct.chosen("auto", "effect") == "foley"


def test_a_preferred_engine_plays_where_its_weights_are(write, tmp_path):
    write("engines: {music: ace-step/turbo}")
    assert direct.chosen("auto", "music") == "score"
    (tmp_path / "weights" / "ace-step" / "turbo").mkdir(parents=True)
    assert direct.chosen("auto", "music") == "ace-step/turbo"
    assert direct.chosen("score", "music") == "score"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("engine: x", "engine: extra"),
        ("commercial: maybe", "commercial"),
        ("[", "not a configuration"),
        ("x", "is not a"),
    ],
)
def test_faults_name_the_file(write, text, said):
    write(text)
    with pytest.raises(BadRequest, match=said):
        config.read()


def test_a_preferred_engine_that_cannot_is_told(write):
    write("engines: {effect: ace-step}")
    with pytest.raises(BadRequest, match="makes no effect"):
        direct.chosen("auto", "effect")
