"""The shared room: its kinds, that it decays as long as it says, and that it keeps a part's level."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.instruments.room import ROOMS, room


@pytest.mark.parametrize("kind", list(ROOMS))
def test_a_room_answers_late_wide_and_about_as_loud(kind):
    rate = 16_000
    send = np.zeros((2, 3 * rate), np.float32)
    send[:, :rate] = np.random.default_rng(0).standard_normal((2, rate)).astype(np.float32) * 0.1
    wet = room(send, rate, kind)
    assert wet.shape == send.shape
    assert wet.dtype == np.float32
    assert not wet[:, : round(ROOMS[kind].predelay_s * rate)].any()
    assert 0.4 < wet[:, rate // 2 : rate].std() / 0.1 < 1.5
    assert abs(np.corrcoef(wet[0, rate : 2 * rate], wet[1, rate : 2 * rate])[0, 1]) < 0.4
    middle = ROOMS[kind].space.t60_s[1]
    fallen = wet[:, rate + round(middle / 2 * rate) :][:, : rate // 10].std() / wet[:, rate - rate // 10 : rate].std()
    assert 0.003 < fallen < 0.15  # about −30 dB after half the reverberation time


def test_silence_stays_silent_and_unknown_rooms_are_named():
    assert not room(np.zeros((2, 100), np.float32), 16_000).any()
    assert room(np.zeros((2, 0), np.float32), 16_000).shape == (2, 0)
    with pytest.raises(BadRequest, match="studio"):
        room(np.zeros((2, 100), np.float32), 16_000, "cupboard")
