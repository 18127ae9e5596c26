"""Named random streams: alike for the same path, unrelated for others, whatever else is drawn."""

from __future__ import annotations

import numpy as np

from soundwright.seed import stream


def test_same_path_same_numbers():
    np.testing.assert_array_equal(stream(7, "drums", 3).random(8), stream(7, "drums", 3).random(8))


def test_other_seed_or_name_other_numbers():
    first = stream(7, "drums").random(1000)
    for other in (stream(8, "drums"), stream(7, "bass"), stream(7, "drums", 0)):
        assert abs(np.corrcoef(first, other.random(1000))[0, 1]) < 0.15


def test_golden_numbers_hold_across_versions():
    assert stream(7, "drums").integers(0, 1000, 4).tolist() == [450, 622, 93, 724]
