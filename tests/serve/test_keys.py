"""Keys: only hashes are kept, wrong ones open nothing, and a line that is taken out closes at once."""

from __future__ import annotations

import os

import pytest

from soundwright.errors import BadRequest
from soundwright.serve import keys


def test_a_key_is_shown_once_and_only_its_hash_is_kept(tmp_path):
    path = tmp_path / "keys"
    key = keys.new(path, "ann")
    assert key not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert keys.Keys(path).owner(key) == "ann"
    with pytest.raises(BadRequest, match="already"):
        keys.new(path, "ann")
    with pytest.raises(BadRequest, match="name"):
        keys.new(path, "a b")


def test_wrong_and_missing_keys_open_nothing(tmp_path):
    path = tmp_path / "keys"
    ann, bob = keys.new(path, "ann"), keys.new(path, "bob")
    known = keys.Keys(path)
    assert (known.owner(ann), known.owner(bob)) == ("ann", "bob")
    for wrong in (None, "", ann[:-1], ann + "x", ann.swapcase(), keys.hashed(ann), "\udcff", "ann"):
        assert known.owner(wrong) is None
    assert keys.Keys(None).owner("anything") == ""


def test_a_line_that_is_taken_out_closes_at_once(tmp_path):
    path = tmp_path / "keys"
    ann, bob = keys.new(path, "ann"), keys.new(path, "bob")
    known = keys.Keys(path)
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("ann")))
    os.utime(path, ns=(1, 1))
    assert (known.owner(ann), known.owner(bob)) == (None, "bob")
    path.write_text(path.read_text() + "\nnonsense\n")
    os.utime(path, ns=(2, 2))
    assert known.owner(bob) is None
    path.unlink()
    assert known.owner(bob) is None
    with pytest.raises(BadRequest, match="cannot be read"):
        keys.Keys(path)


@pytest.mark.parametrize(
    "text", ["ann", "ann xyz", "ann " + "0" * 63, "a b " + "0" * 64, f"a {'0' * 64}\na {'1' * 64}"]
)
def test_a_line_that_is_none_is_named(text, tmp_path):
    (tmp_path / "keys").write_text(f"# remark\n\n{text}\n")
    with pytest.raises(BadRequest, match=r"line [34]"):
        keys.Keys(tmp_path / "keys")
