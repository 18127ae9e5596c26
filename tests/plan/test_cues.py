"""Cue plans: written from what was seen, named by a description, read back as written, faults told with their line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.plan import cues
from soundwright.plan.cues import Cue, CuePlan
from soundwright.video.events import Event, Seen, Shot


def seen(*events, duration_s=10.0, cuts=()):
    film = SimpleNamespace(path=Path("film.mp4"), duration_s=Fraction(duration_s))
    starts = [0.0, *cuts]
    shots = [Shot(a, b) for a, b in zip(starts, [*starts[1:], duration_s], strict=True)]
    return Seen(film, np.zeros(0), np.zeros(0), np.zeros(0), list(events), shots)  # type: ignore[arg-type]


def at(time_s, x=0.5, area=1e-3, strength=0.8, kind="contact"):
    return Event(time_s, kind, x, 0.5, strength, 0.9, 1.0, area)


def test_each_event_gets_a_cue_at_its_place():
    plan = cues.write_cues(seen(at(1.0, 0.1), at(2.5, 0.9)), "a ball bounces on wood")
    assert [cue.at_s for cue in plan.cues] == [1.0, 2.5]
    assert plan.cues[0].pan < -0.4
    assert plan.cues[1].pan > 0.4
    assert all("ball" in cue.sound and cue.once for cue in plan.cues)
    assert len({cue.seed for cue in plan.cues}) == 2


def test_sounds_are_given_in_order_where_the_scene_changes():
    events = [at(t, 0.3) for t in (1.0, 1.6, 2.1, 2.7)] + [at(7.0, 0.8, 8e-3)]
    plan = cues.write_cues(seen(*events), "a ball bounces on wood, then glass breaks")
    assert ["glass" in cue.sound for cue in plan.cues] == [False] * 4 + [True]
    assert not plan.cues[-1].once


def test_what_goes_on_is_the_ambience_of_the_scenes():
    plan = cues.write_cues(seen(at(1.0), cuts=(4.0,)), "rain, a door slams")
    assert [cue.sound for cue in plan.cues] == ["a door slams"]
    assert [(scene.start_s, scene.end_s, scene.ambience) for scene in plan.scenes] == [(0.0, 10.0, "rain")]


def test_steps_happen_where_they_are_seen_and_weather_does_not():
    walk = cues.write_cues(seen(at(1.0), at(1.6)), "footsteps on gravel")
    assert [cue.sound for cue in walk.cues] == ["footsteps on gravel"] * 2
    rain = cues.write_cues(seen(at(1.0), at(1.6)), "rain")
    assert rain.cues == []
    assert "2 events are seen" in rain.ignored[-1]


def test_without_a_description_events_are_named_by_kind():
    plan = cues.write_cues(seen(at(1.0), at(2.0, kind="flash")))
    assert [cue.sound for cue in plan.cues] == [cues.UNNAMED["contact"], cues.UNNAMED["flash"]]
    for sound in cues.UNNAMED.values():
        assert cues.write_effect(sound).events  # whoever plays them knows them


def test_locked_cues_stay():
    first = cues.write_cues(seen(at(1.0), at(2.0)), "a ball bounces on wood")
    mine = first.cues[0].model_copy(update={"sound": "a bell", "locked": True, "at_s": 1.01, "seed": 77})
    kept = first.model_copy(update={"cues": [mine, first.cues[1]]})
    again = cues.write_cues(seen(at(1.0), at(2.0), at(3.0)), "a door slams", kept=kept)
    assert [cue.sound for cue in again.cues] == ["a bell", "a door slams", "a door slams"]
    assert again.cues[0].seed == 77


def test_a_plan_is_read_as_written():
    plan = cues.write_cues(seen(at(1.0), at(2.5), cuts=(3.0,)), "rain, a ball bounces on wood", seed=4)
    assert cues.read(cues.write(plan)) == plan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("duration_s: 5\ncues:\n  - {number: 1, sound: bell, at_s: 6}\n", "after the end"),
        (
            "duration_s: 5\ncues:\n  - {number: 1, sound: bell, at_s: 1}\n  - {number: 1, sound: b, at_s: 2}\n",
            "number 1",
        ),
        ("duration_s: 5\ncues:\n  - {number: 1, sound: bell, at: 1}\n", r"line 3: .*is no field.*at_s"),
        ("duration_s: 5\nspace: moon\n", "no space 'moon'"),
        ("duration_s: 5\ncues:\n  - {number: 1, sound: bell, at_s: 1, pan: 3}\n", "line 3"),
        ("just words\nand more\n", "mapping|plan"),
    ],
)
def test_faults_are_told_with_their_place(text, said):
    with pytest.raises(BadRequest, match=said):
        cues.read(text)


def test_music_is_sent_to_where_it_is_made():
    with pytest.raises(BadRequest, match="is music"):
        cues.write_cues(seen(at(1.0)), "techno music")


def test_no_events_is_a_plan_without_cues():
    plan = cues.write_cues(seen(), "a ball bounces on wood")
    assert plan == CuePlan.model_validate(plan.model_dump())
    assert plan.cues == []
    assert Cue(number=1, sound="x", at_s=0.0).layer == "spot"
