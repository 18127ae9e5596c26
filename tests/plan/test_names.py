"""Words for instruments: each names one that can be played, and the right one."""

from __future__ import annotations

import pytest

from soundwright import instruments
from soundwright.plan.names import KNOWN, exact_words


def test_every_instrument_of_a_plan_can_be_played():
    assert set(KNOWN) <= set(instruments.table())


@pytest.mark.parametrize(
    ("word", "instrument"),
    [
        ("bagpipes", "bagpipe"),
        ("mandolin", "mandolin"),
        ("uke", "ukulele"),
        ("didgeridoo", "drone"),
        ("bouzouki", "mandolin"),
    ],
)
def test_words(word, instrument):
    assert exact_words()[word] == instrument
