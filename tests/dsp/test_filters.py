"""Filters beside scipy's own design."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from soundwright.dsp import filters


@pytest.mark.parametrize("rate", [8000, 48_000])
@pytest.mark.parametrize("hz", [30.0, 500.0, 3000.0])
@pytest.mark.parametrize(("kind", "order"), [("low", 1), ("low", 2), ("high", 1), ("high", 2), ("band", 1), ("low", 4)])
def test_butterworth_is_scipys(kind, order, hz, rate):
    edges = (hz, 1.3 * hz) if kind == "band" else hz
    at = np.linspace(1, rate / 2 - 1, 400)
    ours = signal.freqz_sos(filters.butterworth(kind, order, edges, rate), at, fs=rate)[1]
    theirs = signal.freqz_sos(signal.butter(order, edges, kind, fs=rate, output="sos"), at, fs=rate)[1]
    assert np.abs(ours - theirs).max() < 1e-9
