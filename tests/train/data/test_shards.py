"""Chunks on disk: what is said of them is what is in them, and what is held out stays out."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.train.data import shards


def click(at_s, length_s=0.3):
    x = np.zeros((2, shards.FRAMES), np.float32)
    first, n = round(at_s * shards.RATE), round(length_s * shards.RATE)
    x[:, first : first + n] = 0.5 * np.sin(2 * np.pi * 440 * np.arange(n) / shards.RATE)
    return x


def test_the_curve_tells_when_and_how_loud():
    chunk = shards.describe(click(2.0), "a click", "foley", ("foley:x",))
    assert len(chunk.energy_db) == shards.CHUNK_S * shards.CURVE_HZ
    assert max(chunk.energy_db) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=1)
    assert int(np.argmax(np.array(chunk.energy_db) > -60)) == 50
    assert chunk.duration_s == pytest.approx(2.3, abs=0.04)
    assert chunk.onsets_s == pytest.approx([2.0], abs=0.005)


def test_what_is_written_is_read_again_sample_for_sample(tmp_path):
    made = [shards.describe(click(at), f"click {at}", "foley", ("foley:x",)) for at in (0.0, 1.0, 2.5)]
    shards.write(tmp_path, 3, made)
    assert shards.there(tmp_path, 3)
    assert not shards.there(tmp_path, 0)
    for chunk, again in zip(made, shards.chunks(tmp_path), strict=True):
        assert np.array_equal(chunk.samples, again.samples)
        assert {**chunk.__dict__, "samples": 0} == {**again.__dict__, "samples": 0}
    assert not list(tmp_path.glob(".*"))


def test_a_folder_without_data_is_told(tmp_path):
    with pytest.raises(BadRequest, match="soundwright train data"):
        next(shards.chunks(tmp_path))


def test_the_split_is_by_source_and_by_caption():
    captions = [f"caption {number}" for number in range(4000)]
    out = [one for one in captions if shards.split_of(("foley:rain",), one) == "held_out_caption"]
    assert 0.03 < len(out) / len(captions) < 0.07
    assert all(shards.split_of(("foley:wind",), one.upper()) == "held_out_caption" for one in out)
    files = [f"kenney/{number}.wav" for number in range(4000)]
    apart = [name for name in files if shards.split_of((name,), captions[0]) == "held_out_source"]
    assert 0.03 < len(apart) / len(files) < 0.07
    assert shards.split_of(("kenney/x.wav", apart[0]), "anything") == "held_out_source"
