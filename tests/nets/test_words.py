"""Text embeddings: unit vectors, offline, and nearness that makes sense."""

import subprocess
import sys

import numpy as np
import pytest

from soundwright.nets.words import DIMENSIONS, embed, nearest


def test_vectors_are_unit_float32():
    vectors = embed(["a rainy coffee shop", "x", "car chase"])
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_empty_texts_are_zeros_and_none_is_empty():
    assert not embed(["", "  "]).any()
    assert embed([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize(
    ("query", "labels", "expected"),
    [
        ("guitar", ["violin", "airplane", "soup"], "violin"),
        ("police siren", ["lullaby", "ambulance", "cake"], "ambulance"),
        ("ocean", ["desk", "sea", "invoice"], "sea"),
    ],
)
def test_nearest(query, labels, expected):
    found = nearest(query, labels, 3)
    assert found[0][0] == expected
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_nearest_of_nothing():
    assert nearest("sea", []) == []


def test_importing_loads_no_model():
    code = "import sys, soundwright.nets.words, soundwright.plan.author; sys.exit('wordllama' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
