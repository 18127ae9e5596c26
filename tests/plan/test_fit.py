"""Length: whole bars and the ring fill every duration exactly, and what was asked is kept."""

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.plan.fit import FASTEST_BPM, LOOP_TOLERANCE, fit
from soundwright.plan.form import arrange
from soundwright.plan.song import felt_beats
from soundwright.plan.styles import styles

DURATIONS = (0.3, 0.5, 1.0, 2.0, 3.7, 7.3, 12.0, 30.0, 61.7, 180.0, 600.0, 3600.0)
METRES = ("4/4", "3/4", "6/8", "12/8", "5/4", "7/8", "2/2")


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("duration_s", DURATIONS)
def test_bars_and_ring_fill_the_duration(duration_s, metre):
    for asked in (None, 60.0, 87.5, 174.0):
        time = fit(duration_s, metre=metre, tempo=(70, 90, 110), asked_bpm=asked)
        bar_s = 60 * felt_beats(time.metre) / time.tempo_bpm
        assert time.bars >= 1
        assert time.tempo_bpm <= FASTEST_BPM
        assert time.bars * bar_s + time.ring_s == pytest.approx(duration_s, abs=1e-9)
        if duration_s >= 12:
            assert 1.2 - 1e-9 <= time.ring_s <= bar_s + 3 + 1e-9
            assert time.metre == metre
            assert time.tempo_bpm == asked if asked else 70 <= time.tempo_bpm <= 110


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("duration_s", DURATIONS)
def test_loops_are_whole_bars(duration_s, metre):
    for asked in (None, 80.0, 140.0):
        time = fit(duration_s, metre=metre, tempo=(70, 90, 110), asked_bpm=asked, loop=True)
        assert time.ring_s == 0
        assert time.bars * 60 * felt_beats(time.metre) / time.tempo_bpm == pytest.approx(duration_s, abs=1e-9)
        if asked and duration_s >= 60:
            assert abs(np.log(time.tempo_bpm / asked)) <= LOOP_TOLERANCE
        if asked and time.tempo_bpm != asked:
            assert "bpm" in " ".join(time.remarks)


@pytest.mark.parametrize("duration_s", [0, -1, 0.1, 3601, 36000, float("nan"), float("inf")])
def test_lengths_outside_are_refused(duration_s):
    with pytest.raises(BadRequest, match="between"):
        fit(duration_s, metre="4/4", tempo=(70, 90, 110))


def test_phrases_are_preferred():
    bars = [fit(float(d), metre="4/4", tempo=(70, 84, 96)).bars for d in range(20, 200, 7)]
    assert np.mean([b % 4 in (0, 1) for b in bars]) > 0.9


@pytest.mark.parametrize("name", styles())
def test_forms_take_every_number_of_bars(name):
    row = styles()[name]
    for bars in (1, 2, 3, 5, 8, 9, 13, 16, 24, 33, 64, 100, 257):
        stretches = arrange(row.forms, bars, row.phrase)
        assert sum(s.bars for s in stretches) == bars
        assert all(s.bars > 0 for s in stretches)
        assert all(0 < s.energy <= 1 for s in stretches)


@pytest.mark.parametrize("name", styles())
def test_long_forms_return_and_contrast(name):
    row = styles()[name]
    stretches = arrange(row.forms, 200, row.phrase)
    motifs = [s.motif for s in stretches]
    assert len(set(motifs)) >= 2 + (name != "blues")
    assert len(motifs) > len(set(motifs))
    assert max(s.bars for s in stretches) <= 48
    energies = [s.energy for s in stretches]
    assert max(energies) - min(energies) >= 0.15


def test_a_form_that_was_asked_for_is_kept():
    from soundwright.plan.styles import Slot

    form = [Slot(n, 8, 0.5) for n in ("intro", "verse", "chorus", "verse", "chorus", "outro")]
    assert [s.name for s in arrange([form], 9, 4, keep=True)] == [slot.name for slot in form]
