"""What a page shows of a film: thumbnails at their times, motion from 0 to 1, bounded however long it is."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image
from tests.films import make

from soundwright.video import events, strip


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    truth = make("bounce", 5, path=tmp_path_factory.mktemp("film"), seconds=3.0, cut_every_s=1.5)
    return truth, events.see(truth.path)


def test_the_filmstrip_holds_what_it_says(film):
    _, seen = film
    data, lying = strip.filmstrip(seen, 12)
    picture = Image.open(io.BytesIO(data))
    assert picture.size == (12 * lying["width"], lying["height"])
    assert (lying["width"], lying["height"]) == (128, 72)
    assert lying["times_s"] == [round(at / 4, 4) for at in range(12)]
    own = np.asarray(picture, float).reshape(72, 12, 128, 3)
    assert np.abs(own[:, 1] - own[:, 2]).mean() < np.abs(own[:, 1] - own[:, 10]).mean()  # a cut lies between
    assert len(strip.filmstrip(seen)[0]) < 250_000
    assert len(strip.filmstrip(seen, 60)[1]["times_s"]) == 60
    assert len(strip.filmstrip(seen, 1)[1]["times_s"]) == 1


def test_motion_is_bounded_and_keeps_its_peaks(film):
    _, seen = film
    whole, short = strip.motion(seen), strip.motion(seen, 20)
    assert len(whole["values"]) == len(seen.times_s)
    assert len(short["values"]) == len(short["times_s"]) <= 20
    assert max(short["values"]) == max(whole["values"]) == 1.0
    assert min(whole["values"]) >= 0
    assert strip.motion(events.Seen(seen.film, np.zeros(0), np.zeros(0), np.zeros(0))) == {"times_s": [], "values": []}


def test_facts_are_json_and_true(film):
    truth, seen = film
    said = strip.facts(seen)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["film"]["pictures"] == len(truth.times_s)
    assert [shot["start_s"] for shot in said["shots"]] == [0.0, *(round(c.time_s, 4) for c in truth.changes)]
    assert len(said["events"]) == len(seen.events) > 0
