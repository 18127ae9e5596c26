"""Prompts as everyday users write them, many in the manner of captions: each means the sounds that it names."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from soundwright import foley
from soundwright.errors import BadRequest
from soundwright.plan.effect import write_effect

TABLE = foley.table()

# prompt -> sound models that are in the plan, and no others ("/" between alternatives)
EVERYDAY = [
    ("A man speaks while a vehicle engine idles", ["talking", "car idle"]),
    ("Water trickles as birds chirp", ["stream/fountain/tap", "birds chirping"]),
    ("A woman laughs and people applaud", ["laugh", "applause"]),
    ("An engine revs and tires squeal", ["car rev", "tyre squeal"]),
    ("Rain falls and thunder rolls in the distance", ["rain", "distant thunder"]),
    ("A baby cries and a woman speaks", ["baby cry", "talking"]),
    ("Several bees buzz", ["bee"]),
    ("Food sizzles in a pan", ["frying"]),
    ("A crowd cheers and claps", ["crowd cheer", "applause"]),
    ("A train approaches and blows its horn", ["train*", "train horn"]),
    ("A dog barks and growls", ["dog bark", "dog growl"]),
    ("A man talks followed by a door closing", ["talking", "door slam/door open/*door"]),
    ("A motorboat speeds by on the water", ["boat motor"]),
    ("Wind blows into a microphone", ["wind"]),
    ("An emergency vehicle siren wails as it drives by", ["*siren"]),
    ("A sewing machine runs", ["sewing machine"]),
    ("A toilet flushes", ["toilet flush"]),
    ("Someone snores", ["snoring"]),
    ("A person whistles a tune", ["human whistle"]),
    ("Pigeons coo and flap their wings", ["pigeon", "wings flapping"]),
    ("A helicopter flies overhead", ["helicopter"]),
    ("Multiple gunshots are fired", ["*shot*"]),
    ("A man gives a speech and a crowd applauds", ["talking", "applause"]),
    ("A cat meows and hisses", ["cat meow", "cat hiss"]),
    ("Horses trot on a road", ["horse gallop"]),
    ("A power saw cuts through wood", ["circular saw"]),
    ("A child speaks", ["talking"]),
    ("A woman is whispering", ["whispering"]),
    ("Ducks quack near a pond", ["duck"]),
    ("A clock ticks steadily", ["clock tick"]),
    ("A bus drives past", ["bus"]),
    ("A camera shutter clicks several times", ["camera shutter"]),
    ("Paper is crumpled", ["paper crumple"]),
    ("An audience laughs", ["crowd laughing"]),
    ("A telephone rings and a man answers", ["*telephone*", "talking"]),
    ("A sheep bleats", ["sheep baa"]),
    ("A vehicle accelerates", ["car accelerate"]),
    ("A frog croaks", ["frog croak"]),
    ("Water splashes as someone swims", ["swimming", "splash"]),
    ("Waves crash against rocks", ["ocean waves"]),
    ("A drill is running", ["drill"]),
    ("Someone types on a computer keyboard", ["typing"]),
    ("A man coughs and sneezes", ["cough", "sneeze"]),
    ("A ship horn blows", ["ship horn"]),
    ("Insects buzz in the summer heat", ["bee/cicadas/fly/crickets"]),
    ("Leaves rustle in the wind", ["rustling bushes", "wind"]),
    ("a man speaking on the radio", ["radio voice"]),
    ("an announcement at an airport", ["public address"]),
    ("two people having a conversation", ["conversation"]),
    ("an angry man shouting", ["shouting"]),
    ("a woman singing", ["singing"]),
    ("kettle whistling on the stove", ["kettle whistle"]),
    ("popcorn popping in a microwave", ["popcorn"]),
    ("chopping vegetables on a cutting board", ["chopping vegetables"]),
    ("cracking eggs into a bowl", ["egg crack"]),
    ("whisking eggs", ["whisking"]),
    ("ice cubes dropping into a glass", ["ice in a glass"]),
    ("opening a beer bottle", ["bottle opening"]),
    ("a bottle being opened", ["bottle opening"]),
    ("opening a can of soda", ["soda fizz"]),
    ("espresso machine steaming milk", ["coffee machine"]),
    ("toast popping out of the toaster", ["toaster"]),
    ("stirring tea with a spoon", ["stirring a cup"]),
    ("brushing teeth", ["tooth brushing"]),
    ("sweeping the floor with a broom", ["sweeping"]),
    ("a match being struck", ["match strike"]),
    ("striking a match and lighting a candle", ["match strike"]),
    ("ping pong", ["ping pong"]),
    ("a tennis match", ["tennis rally"]),
    ("a basketball dribbling in a gym", ["basketball dribble"]),
    ("squeaky shoes on a gym floor", ["squeaky shoes"]),
    ("golf swing", ["golf swing"]),
    ("ice skating on a frozen lake", ["ice skating"]),
    ("rowing a boat", ["rowing"]),
    ("swimming in a pool", ["swimming"]),
    ("someone dives into a swimming pool", ["dive into water"]),
    ("submarine sonar", ["sonar ping"]),
    ("a fountain in a town square", ["fountain"]),
    ("a rattlesnake", ["rattlesnake"]),
    ("hyena laughing", ["hyena"]),
    ("slot machine jackpot", ["slot machine"]),
    ("roulette wheel spinning", ["roulette"]),
    ("pinball machine", ["pinball"]),
    ("dominoes falling", ["dominoes"]),
    ("popping bubble wrap", ["bubble wrap"]),
    ("drum roll", ["drum roll"]),
    ("electric guitar feedback", ["guitar feedback"]),
    ("a tractor plowing a field", ["tractor"]),
    ("a generator humming", ["generator"]),
    ("welding sparks", ["welding"]),
    ("pile driver at a construction site", ["pile driver"]),
    ("a tank rolling by", ["tank"]),
    ("a wind turbine", ["wind turbine"]),
    ("fishing reel", ["fishing reel"]),
    ("slurping soup", ["sipping"]),
    ("someone sniffing", ["sniff"]),
    ("a man clearing his throat", ["throat clearing"]),
    ("fingers snapping", ["finger snap"]),
    ("a woman gasps", ["gasp"]),
    ("a man groaning in pain", ["grunt"]),
    ("record scratch", ["record scratch"]),
    ("an avalanche", ["avalanche"]),
    ("children laughing on a playground", ["children playing"]),
    ("boxing match punches", ["punch"]),
    ("a camera taking photos", ["camera shutter"]),
    ("a sword fight", ["sword clash"]),
    ("an arrow hitting a target", ["bow shot/arrow*"]),
    ("billiard balls breaking", ["billiards"]),
    ("bowling alley strike", ["bowling strike"]),
    ("a whale song", ["whale song"]),
    ("spray painting a wall", ["spray can"]),
    ("a train horn blares as it passes", ["train horn"]),
    ("dripping tap", ["dripping water"]),
    ("hail on a car roof", ["hail"]),
    ("high heels on marble", ["footsteps on *"]),
    ("a horse walking on cobblestones", ["horse gallop"]),
    ("vacuum cleaner", ["vacuum cleaner"]),
    ("a washing machine spinning", ["washing machine"]),
    ("dishes clattering in a sink", ["dishes"]),
    ("A man is speaking with background noise of a running engine", ["talking", "car idle"]),
    ("A door opens and closes", ["door open", "door slam"]),
    ("A motorcycle engine idles then revs", ["motorcycle*"]),
    ("A steam engine runs and whistles", ["steam locomotive", "steam whistle"]),
    ("A train moves on the tracks and the horn blows", ["train", "train horn"]),
    ("a door creaks open then slams", ["door creak", "door slam"]),
    ("A group of people laugh", ["crowd laughing"]),
    ("Thunder rumbles while rain pours", ["rain", "thunder"]),
    ("A robot powering down", ["power-down"]),
    ("A quiet library", ["room tone", "page turn"]),
    ("A car driving over gravel", ["car pass-by"]),
    ("An elephant trumpets", ["elephant"]),
    ("Someone whistles while birds chirp", ["human whistle", "birds chirping"]),
    ("an engine", ["car idle"]),
    ("wind whistling", ["howling wind"]),
    ("a leaf blower", ["leaf blower"]),
    ("a flag flapping", ["flag flapping"]),
    ("an old film projector", ["film projector"]),
    ("rocket launch", ["rocket launch"]),
    ("digging with a shovel", ["digging"]),
    ("steam train", ["steam locomotive"]),
    ("a fire crackling", ["campfire"]),
    ("Someone chews food loudly", ["chewing"]),
    ("A horse neighs and gallops away", ["horse neigh", "horse gallop"]),
    ("A faucet runs into a sink", ["tap"]),
]  # fmt: skip


def models(prompt: str) -> list[str]:
    return list(dict.fromkeys(event.model for event in write_effect(prompt).events))


def fits(name: str, wanted: str) -> bool:
    return any(re.fullmatch(one.replace("*", ".*"), name) for one in wanted.split("/"))


@pytest.mark.parametrize(("prompt", "wanted"), EVERYDAY, ids=[p[0] for p in EVERYDAY])
def test_prompt_means_its_sounds_and_no_others(prompt, wanted):
    got = models(prompt)
    for one in wanted:
        assert any(fits(name, one) for name in got), f"{got}, not {one}"
    assert len(got) <= len(wanted), f"{got} is more than was asked"


@pytest.mark.parametrize(
    "prompt",
    ["explosions", "boxing match punches", "a camera taking photos", "dogs barking", "a flock of geese", "whip cracks",
     "glasses clinking", "fireworks", "a burst of gunshots", "car horns honking"],
)  # fmt: skip
def test_several_of_what_happens_once(prompt):
    plan = write_effect(prompt)
    starts = [event.start_s for event in plan.events]
    assert 2 <= len(starts) <= 12
    assert 3 <= plan.duration_s <= 16
    gaps = [b - a for a, b in pairwise(starts)]
    if len(gaps) > 2:
        assert max(gaps) > 1.1 * min(gaps), "they come at irregular intervals"


@pytest.mark.parametrize(
    "prompt", ["a dog barks", "the dog barks", "glass breaks", "a man sneezes", "a tree falls", "dominoes falling"]
)
def test_verbs_and_natural_plurals_happen_once(prompt):
    assert len(write_effect(prompt).events) == 1


@pytest.mark.parametrize("prompt", ["violin", "a flute melody", "soft piano music", "acoustic guitar strumming"])
def test_music_is_sent_to_the_music_command(prompt):
    with pytest.raises(BadRequest, match="soundwright music"):
        write_effect(prompt)


def test_music_beside_a_sound_is_left_out_and_told():
    plan = write_effect("rain with soft piano")
    assert [event.model for event in plan.events] == ["rain"]
    assert any("piano" in note and "soundwright music" in note for note in plan.ignored)


def test_a_tool_is_no_other_sound_and_a_sound_is():
    assert models("stirring tea with a spoon") == ["stirring a cup"]
    assert models("hitting a nail with a hammer") == ["hammer"]
    assert models("rain with a thunderclap") == ["rain", "thunder"]


def test_what_passes_is_what_was_named():
    plan = write_effect("a train horn blares as it passes")
    assert [event.model for event in plan.events] == ["train horn"]
    assert plan.events[0].path


@pytest.mark.parametrize(("prompt", "alone"), [("a dog barks three times in a cave", "a dog barks three times")])
def test_a_reverberant_place_rings_out(prompt, alone):
    assert write_effect(prompt).duration_s > write_effect(alone).duration_s + 1.0


@pytest.mark.parametrize(
    ("prompt", "model", "knob", "side"),
    [("knocking on a metal door", "door knock", "metal", 1), ("knocking on a window", "door knock", "glass", 1),
     ("a large metal door slams shut", "door slam", "metal", 1), ("hammering on an anvil", "hammer", "metal", 1),
     ("water dripping into a metal bucket", "dripping water", "metal", 1), ("pouring water into a bucket", "pouring",
     "size", 1), ("pouring tea into a cup", "pouring", "size", -1)],
)  # fmt: skip
def test_materials_and_vessels_set_knobs(prompt, model, knob, side):
    event = write_effect(prompt).events[0]
    default = next(k.default for k in TABLE[model].knobs if k.name == knob)
    assert event.model == model
    assert (event.knobs[knob] - default) * side > 0.1
