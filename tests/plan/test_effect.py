"""Effect plans: the document, and what the author decides about time, place, level and number."""

import numpy as np
import pytest
import yaml
from pydantic import ValidationError

from soundwright.errors import BadRequest
from soundwright.plan.effect import EffectEvent, EffectPlan, write_effect


def starts(plan):
    return [event.start_s for event in plan.events]


def test_document_goes_through_yaml_and_back():
    plan = write_effect("heavy rain with distant thunder, then a door slams", duration_s=12, seed=3)
    text = yaml.safe_dump(plan.model_dump(mode="json"), sort_keys=False)
    assert EffectPlan.model_validate(yaml.safe_load(text)) == plan


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration_s": 0},
        {"duration_s": float("nan")},
        {"space": "moon"},
        {"events": []},
        {"volume": 3},
        {"events": [{"sound": "rain", "start_s": 11.0}]},
        {"events": [{"sound": "rain", "pan_curve": [(2.0, 0.0), (1.0, 0.5)]}]},
        {"events": [{"sound": "rain", "layer": "side"}]},
    ],
)
def test_wrong_documents_are_refused(wrong):
    good = {"duration_s": 10.0, "events": [{"sound": "rain"}]}
    EffectPlan.model_validate(good)
    with pytest.raises(ValidationError):
        EffectPlan.model_validate(good | wrong)


@pytest.mark.parametrize("duration_s", [0, -1, float("nan"), 36_000])
def test_impossible_durations_are_refused(duration_s):
    with pytest.raises(BadRequest, match="lasts"):
        write_effect("rain", duration_s=duration_s)


def test_empty_and_unknown_prompts_say_what_to_write():
    with pytest.raises(BadRequest, match="empty"):
        write_effect("  ")
    with pytest.raises(BadRequest, match="did you mean"):
        write_effect("qwzx vbnp")


def test_unknown_words_are_told():
    plan = write_effect("heavy rain with flurbish zorping")
    assert [event.model for event in plan.events] == ["rain"]
    assert any("flurbish" in note for note in plan.ignored)


def test_same_seed_same_plan_other_seed_another():
    prompt = "rain with distant thunder"
    assert write_effect(prompt, duration_s=30, seed=1) == write_effect(prompt, duration_s=30, seed=1)
    assert starts(write_effect(prompt, duration_s=30, seed=1)) != starts(write_effect(prompt, duration_s=30, seed=2))


@pytest.mark.parametrize(
    ("prompt", "seconds"),
    [
        ("rain for 5 seconds", 5.0),
        ("7 seconds of wind", 7.0),
        ("a 3 second door creak", 3.0),
        ("campfire, half a minute long", 30.0),
        ("stream lasting 2.5 seconds", 2.5),
    ],
)
def test_length_said_in_the_prompt(prompt, seconds):
    assert write_effect(prompt).duration_s == seconds
    assert write_effect(prompt, duration_s=4).duration_s == 4


def test_natural_length_of_textures_and_events():
    assert write_effect("rain").duration_s == 10.0
    assert write_effect("door slam").duration_s < 3.0
    both = write_effect("door slam then glass breaking")
    assert both.duration_s > write_effect("door slam").duration_s


@pytest.mark.parametrize("prompt", ["a glass breaks", "door slam", "a car door closes", "glass breaking"])
def test_single_sounds_happen_once_and_early(prompt):
    plan = write_effect(prompt, duration_s=10)
    assert len(plan.events) == 1
    assert 0.04 <= plan.events[0].start_s <= 0.3


@pytest.mark.parametrize("prompt", ["duck quacking", "rooster crowing", "a crow cawing"])
def test_what_recurs_fills_its_time(prompt):
    for seed in range(4):
        at = starts(write_effect(prompt, duration_s=12, seed=seed))
        assert len(at) >= 2
        assert at[-1] > 5
        if len(at) > 3:
            assert np.std(np.diff(at)) > 0.05  # no clockwork


def test_thunder_comes_back_in_rain():
    plan = write_effect("rain with thunder", duration_s=60, seed=5)
    at = [event.start_s for event in plan.events if event.layer == "spot"]
    assert 4 <= len(at) <= 9
    assert all(5 <= gap <= 16 for gap in np.diff(at))
    bed = next(event for event in plan.events if event.layer == "bed")
    assert (bed.start_s, bed.duration_s) == (0, 60)


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("a door slams twice", 2),
        ("three door slams", 3),
        ("car horn honks four times", 4),
        ("a few door slams", 3),
        ("a couple of metal impacts", 2),
        ("a door slams", 1),
    ],
)
def test_number_asked_for(prompt, count):
    plan = write_effect(prompt, duration_s=10)
    heard = sum(
        next((value for knob, value in e.knobs.items() if knob in ("count", "honks", "rings")), 1) for e in plan.events
    )
    assert heard == count


def test_interval_asked_for():
    at = starts(write_effect("a door slams every two seconds", duration_s=9))
    assert len(at) == 5 or len(at) == 4
    assert np.diff(at) == pytest.approx(2.0, abs=1e-3)


def test_order_of_steps():
    for prompt in ("glass breaking then a door slam", "glass breaking followed by a door slam",
                   "glass breaking before a door slam", "a door slam after glass breaking"):  # fmt: skip
        plan = write_effect(prompt)
        assert [event.model for event in plan.events] == ["glass shatter", "door slam"], prompt
        assert plan.events[1].start_s > plan.events[0].start_s + 0.5


def test_steps_that_fill_share_the_time():
    plan = write_effect("rain, then wind, then a door slam", duration_s=20)
    rain, wind, slam = plan.events
    assert rain.start_s == 0
    assert 0.2 < rain.duration_s - wind.start_s < 1.0  # they cross
    assert 15 < slam.start_s < 19.9


def test_where_and_how_loud():
    assert write_effect("car horn in the distance").events[0].distance_m >= 30
    assert write_effect("car horn nearby").events[0].distance_m < 6
    assert write_effect("car horn behind a wall").events[0].muffled
    assert write_effect("a baby crying in another room").events[0].muffled
    assert write_effect("car horn on the left").events[0].pan_curve[0][1] < -0.5
    pan = write_effect("stream moving from right to left").events[0].pan_curve
    assert pan[0][1] > 0.5 > -0.5 > pan[-1][1]
    louder = write_effect("wind getting louder").events[0].level_curve
    assert louder[-1][1] > louder[0][1] + 15
    quieter = write_effect("wind fading out").events[0].level_curve
    assert quieter[-1][1] < quieter[0][1] - 15
    assert write_effect("loud car horn").events[0].level_db > write_effect("car horn").events[0].level_db
    path = write_effect("boat motor passing by from left to right", duration_s=8).events[0]
    metres = [m for _, m in path.path]
    assert metres[0] > 20 < metres[-1]
    assert min(metres) < 5
    assert path.pan_curve[0][1] < -0.5 < 0.5 < path.pan_curve[-1][1]
    assert write_effect("stream with a splash in the background").events[1].level_db < -5


@pytest.mark.parametrize(
    ("prompt", "space"),
    [
        ("a door slam in a cave", "cave"),
        ("footsteps on wood in a large hall", "hall"),
        ("an owl in a forest", "forest"),
        ("car horn in a tunnel", "tunnel"),
        ("a crow in a canyon", "canyon"),
        ("hammer in a warehouse", "warehouse"),
        ("a splash in a bathroom", "bathroom"),
        ("bubbles, underwater", "underwater"),
        ("a splash with lots of echo", "hall"),
    ],
)
def test_places_are_spaces_and_add_no_sound(prompt, space):
    plan = write_effect(prompt)
    assert plan.space == space
    assert len({event.model for event in plan.events}) == 1


def test_ambience_has_several_sounds_and_an_event_has_none_but_itself():
    assert len({event.model for event in write_effect("haunted house ambience").events}) >= 2
    assert len({event.model for event in write_effect("an owl in a forest at night").events}) == 1


def test_unwanted_sounds_stay_out():
    for plan in (write_effect("rain and thunder, no thunder"), write_effect("rain and thunder", negative="thunder"),
                 write_effect("rain and wind without wind")):  # fmt: skip
        assert {event.model for event in plan.events} == {"rain"}


def test_adjectives_move_knobs():
    light, heavy = (write_effect(f"{word} rain").events[0].knobs["intensity"] for word in ("light", "torrential"))
    assert light < 0.4 < 0.8 < heavy
    big = write_effect("a huge metal impact").events[0].knobs["size"]
    assert big > write_effect("a tiny metal impact").events[0].knobs["size"]
    slow = write_effect("slow footsteps on gravel").events[0].knobs["pace"]
    assert slow < write_effect("someone running on gravel").events[0].knobs["pace"]
    very = write_effect("very heavy rain").events[0].knobs["intensity"]
    assert very > write_effect("heavy rain").events[0].knobs["intensity"]


def test_events_by_hand_need_only_a_sound():
    event = EffectEvent(sound="glass breaking")
    assert (event.layer, event.start_s, event.distance_m) == ("spot", 0.0, 1.0)


def test_even_the_shortest_effect_begins_within_itself():
    for seed in range(40):
        plan = write_effect("a dog barks", duration_s=0.1, seed=seed)
        assert [event.start_s < 0.1 for event in plan.events] == [True]


def test_what_begins_only_after_the_end_is_refused():
    with pytest.raises(BadRequest, match="begins within 2 s"):
        write_effect("a dog barks at 5 seconds", duration_s=2.0)
