"""Pictures from the middle of a film on are the pictures of the whole film from there on."""

from __future__ import annotations

import numpy as np
import pytest
from tests.films import CONTAINERS, make

pytest.importorskip("av")

from soundwright.video import pictures


@pytest.mark.parametrize("container", list(CONTAINERS))
def test_beginning_late_shows_the_same(tmp_path, container):
    film = make("bounce", 3, path=tmp_path, container=container, seconds=4.0, size=(160, 90), offset_s=0.7).path
    whole = list(pictures.frames(film, width=40))
    for from_s in (0.02, 1.3, 3.99):
        late = list(pictures.frames(film, width=40, from_s=from_s))
        assert late[0][0] <= from_s
        assert [time_s for time_s, _ in late] == [time_s for time_s, _ in whole][-len(late) :]
        for (_, one), (_, other) in zip(late, whole[-len(late) :], strict=True):
            np.testing.assert_array_equal(one, other)


def test_beginning_late_reads_no_more_than_it_must(tmp_path):
    film = make("bounce", 3, path=tmp_path, seconds=12.0, size=(160, 90)).path  # a key picture every 250
    assert len(list(pictures.frames(film, width=40, from_s=11.0))) < 150
