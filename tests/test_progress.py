"""Progress: what it tells, what it times, and how it stops a job."""

from __future__ import annotations

import time

import pytest

from soundwright.errors import Cancelled
from soundwright.progress import Progress


def test_it_tells_stages_and_times_them():
    told = []
    tell = Progress(lambda *what: told.append(what))
    tell("plan")
    time.sleep(0.02)
    tell("render", 1.7, 3.0)
    times = tell.done()
    assert told[:2] == [("plan", 0.0, 0.0), ("render", 1.0, 3.0)]
    assert set(times) == {"plan", "render"}
    assert times["plan"] >= 0.02


def test_cancel_stops_at_the_next_tell():
    tell = Progress()
    tell("plan")
    tell.cancel()
    with pytest.raises(Cancelled):
        tell("render")
