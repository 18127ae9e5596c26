"""What is kept is whole or not there, and a disk that takes nothing is no fault."""

from __future__ import annotations

import numpy as np

from soundwright import cache


def test_an_array_comes_back_and_a_damaged_one_does_not(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path / "own"))
    path = cache.home() / "room" / "a.npy"
    assert cache.array(path) is None
    cache.put_array(path, np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(cache.array(path), np.arange(6.0).reshape(2, 3))
    assert [file.name for file in path.parent.iterdir()] == ["a.npy"]
    path.write_bytes(path.read_bytes()[:70])
    assert cache.array(path) is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    (tmp_path / "file").write_text("no folder")
    cache.put(tmp_path / "file" / "a.json", b"{}")
    (tmp_path / "a.json").mkdir()
    cache.put(tmp_path / "a.json", b"{}")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.json", "file"]
