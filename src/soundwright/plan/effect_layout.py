"""From what a prompt says to when it happens: clauses get sound models, then times, places and levels.

Textures become beds that fill their step. An event happens once, early, and rings out, unless it is of a kind that
recurs (a dog barking, thunder in rain), which then comes back at irregular intervals for as long as its step lasts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from soundwright.dsp.space import SPACES
from soundwright.errors import BadRequest
from soundwright.foley.match import near
from soundwright.foley.vocabulary import stem, words_of
from soundwright.plan import effect_curves as curves
from soundwright.plan.effect import LONGEST_S, EffectEvent, EffectPlan
from soundwright.plan.effect_cast import MUSIC, Part, cast, names
from soundwright.plan.effect_reader import Reading, read
from soundwright.plan.effect_words import FINITE, VERBS
from soundwright.seed import stream

TEXTURE_S, STEP_TEXTURE_S = 10.0, 5.0  # natural lengths of a texture alone, and as one step of several
RELEASE_S = 0.4  # what a natural length leaves after the last event, for the air around it to fall silent
OVERLAP_S = 0.5  # how far a texture reaches into the step after its own
# Gerunds of what happens once: "a door slamming" slams once, "a dog barking" goes on.
ONCE = frozenset(
    stem(word)
    for word in words_of(
        """slamming breaking shattering exploding crashing starting closing opening falling dropping landing locking
        unlocking smashing bursting popping collapsing snapping ripping tearing passing taking stopping hitting firing
        flushing unzipping zipping sneezing cracking swinging bang powering shutting"""
    )
)
NOT_GERUND = frozenset(
    words_of("ring thing string spring lightning morning evening building ceiling king wing ping ding sing")
)
# Kinds that come back by nature, by the beginning of their UCS category: pauses in s between one and the next.
RECURRING = {
    "ANML": (0.5, 2.2), "BIRD": (0.6, 2.5), "THUN": (-3.0, 3.0), "FEET": (0.05, 0.2), "BELLLRG": (-4.9, -4.0),
    "BELL": (0.4, 1.4), "ALRM": (0.2, 0.6), "COMTEL": (1.2, 2.4), "VOXLAFF": (0.6, 1.6), "VOXBABY": (0.3, 1.0),
}  # fmt: skip
PAUSE_S = (0.5, 1.8)
# Before a word that ends in "s" these make it a verb ("someone knocks"), or a noun again ("a burst of shots").
ARTICLES = frozenset(words_of("a an one the"))
SUBJECTS = ARTICLES | frozenset(words_of("someone somebody he she it man woman person boy girl child baby"))
ODD_PLURALS = frozenset(words_of("geese mice children men women"))
LINKS = frozenset(words_of("of with and in from by several many some two three"))
# Knobs that count what was asked for "three times".
COUNTED = tuple(words_of("count knocks rings repeats times strikes barks chirps beeps number hits shots steps"))
# Rooms that a kind of sound is usually heard in, by the beginning of its UCS category, where none was asked for.
USUAL_SPACE = {
    "DOOR": "room", "GLAS": "room", "WOOD": "room", "METL": "room", "CERM": "room", "PLAS": "room", "PAPR": "room",
    "CLOTH": "room", "OBJ": "room", "CLOC": "room", "KEY": "room", "COMP": "room", "FOLY": "room", "FOOD": "room",
    "SPRTINDOR": "chamber", "SPRTCOURT": "chamber", "FRWK": "outdoors",
    "FEET": "room", "HMN": "room", "VOX": "room", "MECH": "room", "CRWD": "hall",
    "ANML": "outdoors", "BIRD": "outdoors",
    "VEH": "outdoors", "GUN": "outdoors", "EXPL": "outdoors", "BELL": "outdoors", "AERO": "outdoors", "TRN": "outdoors",
}  # fmt: skip
# How much louder than others a kind is where several sound together, in dB, by the beginning of its UCS category.
NATURAL_DB = {
    "EXPL": 6, "GUN": 5, "CANO": 6, "THUN": 2, "DOORWOOD": 3, "DESTR": 4, "VEHSIRN": 3, "VEHHORN": 3, "ALRM": 2,
    "AERO": 2, "TRNHORN": 4, "BOATHORN": 4, "GLASBRK": 2, "CRWDCHEER": 2, "FEET": -4, "CMPT": -6, "UI": -4, "PAPR": -5,
    "CLOTH": -7, "OBJBOOK": -5, "WATRDRIP": -4, "ANMLINSC": -4, "BIRD": -2, "HMNBRTH": -6, "CLOCKTICK": -6,
    "AMBROOM": -10, "WIND": -2, "WRIT": -6, "MECHCLIK": -5, "OBJWRITE": -6,
}  # fmt: skip
APART = "GUN"  # a kind whose plural is not one quick row, even where its model can count
# Seconds that one turn more adds to a model that counts, by its natural length: measured over the models that do.
TURN_S = ((0.4, 1.8, 3.0, 4.0, 10.0), (0.4, 0.55, 2.0, 2.4, 1.8))
OPEN_GROUND = frozenset(words_of("gravel snow grass leaves mud sand water ice"))


def lay_out(prompt: str, duration_s: float | None, seed: int, loop: bool, negative: str) -> EffectPlan:
    """`write_effect`'s work: read, match, place."""
    if not prompt.strip():
        raise BadRequest('the prompt is empty; write what should be heard, as in "rain on a tin roof"')
    if duration_s is not None and not 0 < duration_s <= LONGEST_S:
        raise BadRequest(f"an effect lasts more than 0 and at most {LONGEST_S:g} s, not {duration_s:g} s")
    reading = read(prompt, names)
    duration_s = duration_s or reading.duration_s
    unwanted = {stem(w) for text in (*reading.unwanted, negative.lower()) for w in words_of(text)}
    notes: list[str] = []
    steps = [[part for one in step for part in cast(one, unwanted, notes)] for step in reading.steps]
    steps = [step for step in steps if step]
    if not steps and any(MUSIC in note for note in notes):
        raise BadRequest(f'{prompt!r} is music, not an effect; write: soundwright music "{prompt}"')
    if not steps:
        raise BadRequest(f"no sound is known for {prompt!r}; did you mean {', '.join(near(prompt))}?")
    every = [part for step in steps for part in step]
    space = reading.space or _usual_space(every)
    lengths = _lengths(steps, duration_s)
    total = duration_s or min(sum(lengths) + _tail_s(steps[-1], space, loop), LONGEST_S)
    events: list[EffectEvent] = []
    at = 0.0
    for number, (step, length) in enumerate(zip(steps, lengths, strict=True)):
        last = number == len(steps) - 1
        rng = stream(seed, "effect plan", number)
        length = total - at if last and duration_s else length
        events += _events(step, at, length, len(steps) > 1, last, len(every) > 1, rng)
        at += length
    events = [event for event in events if event.start_s < total]
    if not events:
        raise BadRequest(f"nothing of {prompt!r} begins within {total:g} s: give it longer")
    return EffectPlan(
        duration_s=round(total, 4), space=space, loop=loop, prompt=prompt,
        understood=_understood(reading, every), ignored=notes,
        events=sorted(events, key=lambda event: (event.start_s, event.layer)),
    )  # fmt: skip


def _recurs(part: Part) -> bool:
    """Whether a sound comes back by itself: gerunds and plurals do, "a" and what breaks do not."""
    words = words_of(part.clause.text)
    if part.clause.count or not words:
        return part.clause.every_s is not None
    if part.clause.every_s or _several(part):
        return True
    gerunds = [w for w in words if w.endswith("ing") and w not in NOT_GERUND]
    plural = words[-1].endswith("s") and not words[-1].endswith("ss")
    if words[0] in ("a", "an", "one", "single", "another") and not gerunds:
        return False
    if any(stem(w) in ONCE for w in words) and not plural:
        return False
    return bool(gerunds) or plural or _pause(part) is not None


def _several(part: Part) -> bool:
    """Whether a phrase names more than one of what happens once: "gunshots", "a camera taking photos".

    Not what is many by its nature ("dominoes"), and no verb ("a dog barks").
    """
    counted = _counting(part) in part.knobs and not part.match.model.ucs.startswith(APART)
    if part.bed or part.clause.count or counted:
        return False
    words = words_of(part.clause.text)
    own = words_of(part.match.model.name)
    stems = {stem(word) for word in (*own, *part.match.model.words)}
    for at, word in enumerate(words):
        if (
            word in own
            or not (word.endswith("s") or word in ODD_PLURALS)
            or stem(word) not in stems
            or stem(word) == word
        ):
            continue
        free = any((w.endswith("ing") and w not in NOT_GERUND) or w in LINKS for w in words[:at])
        verb = (
            at
            and not free
            and ((words[0] in SUBJECTS and at > (words[0] in ARTICLES)) or stem(word) in VERBS or word in FINITE)
        )
        if not verb:
            return True
    return False


def _natural_db(part: Part) -> float:
    code = part.match.model.ucs.upper()
    return next((db for prefix, db in NATURAL_DB.items() if code.startswith(prefix)), 0.0)


def _tail_s(last: list[Part], space: str, loop: bool) -> float:
    """Time for the last spot to ring out in a reverberant space: six tenths of its reverberation time."""
    t60_s = SPACES[space].t60_s[1]
    return 0.0 if loop or t60_s < 0.8 or all(part.bed for part in last) else round(0.6 * t60_s, 2)


def _pause(part: Part) -> tuple[float, float] | None:
    code = part.match.model.ucs.upper()
    return next((pause for prefix, pause in RECURRING.items() if code.startswith(prefix)), None)


def _rest(part: Part) -> tuple[float, float]:
    """Seconds between one turn and the next; of several, one may begin before the last has died away."""
    if _several(part):
        return (-0.5 if part.natural_s > 2.5 else -0.4) * part.natural_s, min(0.2 + 0.4 * part.natural_s, 1.0)
    return _pause(part) or PAUSE_S


def _fills(part: Part) -> bool:
    return part.clause.duration_s is None and (part.bed or _recurs(part))


def _interval_s(part: Part) -> float:
    """Time from one to the next where a number of them was asked for."""
    pace = {"quick": 0.6, "fast": 0.6, "rapid": 0.5, "slow": 1.7}
    factor = math.prod(pace.get(stem(w), 1.0) for w in words_of(part.clause.phrase))
    return part.clause.every_s or float(np.clip(0.6 * part.natural_s, 0.45, 1.6)) * factor


def _natural_s(part: Part, alone: bool) -> float:
    if part.clause.duration_s:
        return part.clause.duration_s
    if part.bed:
        return TEXTURE_S if alone else STEP_TEXTURE_S
    if _several(part):
        return float(np.clip(4 * (part.natural_s + sum(_rest(part)) / 2), 3.0, max(9.0, 1.5 * part.natural_s)))
    repeats = (part.clause.count or 1) - 1 if not _counted(part) else 0
    return part.natural_s * _stretch(part) + repeats * _interval_s(part) + (part.clause.at_s or 0.0)


def _counting(part: Part) -> str:
    """The knob of a model that counts its turns, or ''."""
    knobs = {knob.name for knob in part.match.model.knobs}
    return next((name for name in COUNTED if name in knobs), "")


def _counted(part: Part) -> str:
    """The knob that counts, where the model has one and it reaches the number asked for."""
    count = part.clause.count
    knobs = {k.name: k for k in part.match.model.knobs}
    name = _counting(part)
    return name if count and name and knobs[name].low <= count <= knobs[name].high and not part.clause.every_s else ""


def _stretch(part: Part) -> float:
    """How much longer a model sounds when its counting knob is set to another number than its own."""
    name = _counted(part) or _counting(part)
    count = part.clause.count if _counted(part) else None if _several(part) else part.knobs.get(name)
    if not name or not count:
        return 1.0
    default = next(k.default for k in part.match.model.knobs if k.name == name)
    each_s = float(np.interp(part.natural_s, *TURN_S))
    return max(1.0 + (count - max(default, 1.0)) * each_s / part.natural_s, 0.4)


def _lengths(steps: list[list[Part]], duration_s: float | None) -> list[float]:
    """Seconds of each step: natural ones, or what fills shares what events leave of a given duration."""
    alone = len(steps) == 1
    natural = [max(_natural_s(part, alone) for part in step) for step in steps]
    if alone and any(part.bed and part.clause.duration_s is None for part in steps[0]):
        natural = [max(natural[0], TEXTURE_S)]
    if duration_s is None:
        rest = [0.1] * (len(steps) - 1) + [RELEASE_S]
        beds = [any(part.bed for part in step) for step in steps]
        return [round(x + (0 if bed else more), 2) for x, bed, more in zip(natural, beds, rest, strict=True)]
    if alone:
        return [duration_s]
    filling = [any(_fills(part) for part in step) for step in steps]
    fixed = sum(length for length, fills in zip(natural, filling, strict=True) if not fills)
    if any(filling):
        share = (duration_s - fixed) / sum(filling)
        if share >= 0.8:
            return [share if fills else length for length, fills in zip(natural, filling, strict=True)]
    scale = min(duration_s / sum(natural), 1.0)
    return [length * scale for length in natural]


@dataclass(frozen=True)
class _Place:
    """Where a turn of a part stands: its step's beginning and length, its own beginning, and what is around it."""

    at: float
    length: float
    start: float
    turns: int
    spread: float  # pan of parts that sound together
    under: bool  # the step has beds with spots over them
    last: bool  # nothing follows the step
    mixed: bool  # the plan has other sounds, to which this one has its natural level

    @property
    def end(self) -> float:
        return self.at + self.length


def _events(
    step: list[Part], at: float, length: float, sequence: bool, last: bool, mixed: bool, rng: np.random.Generator
) -> list[EffectEvent]:
    beds = any(part.bed for part in step) and not all(part.bed for part in step)
    out: list[EffectEvent] = []
    for number, part in enumerate(step):
        starts = _starts(part, at, length, beds, sequence, rng)
        spread = float(rng.uniform(0.15, 0.45) * (-1) ** number) if len(step) > 1 and not part.bed else 0.0
        for turn, start in enumerate(starts):
            out.append(_event(part, turn, _Place(at, length, start, len(starts), spread, beds, last, mixed), rng))
    return out


def _starts(part: Part, at: float, length: float, beds: bool, sequence: bool, rng: np.random.Generator) -> list[float]:
    """When a part begins, once or more, inside its step."""
    clause, natural = part.clause, part.natural_s * _stretch(part)
    if part.bed:
        return [at + (clause.at_s or 0.0)]
    lead = 0.0 if sequence and at else min(float(rng.uniform(0.05, 0.25)), 0.5 * length)
    first = at + (clause.at_s if clause.at_s is not None else lead)
    if clause.count:
        if _counted(part):
            return [first]
        gap = _interval_s(part)
        gap = min(gap, max(length - 0.5 * natural, 0.3) / max(clause.count - 1, 1))
        waver = 0.0 if clause.every_s else 0.12
        steps = gap * (1 + waver * rng.uniform(-1, 1, clause.count - 1))
        return [first, *(first + np.cumsum(steps)).tolist()]
    if beds and clause.at_s is None and length >= 5 and not sequence:
        first = at + float(rng.uniform(0.6, 1.8))
    several = _several(part)
    if not _recurs(part) or length < (0.7 if several else 1.4) * natural:
        return [first]
    low, high = _rest(part)
    high = min(high, max(low + 0.3, 0.25 * length))  # in a short take it comes back too
    heard = min(0.6 * natural, 0.4 * length) if several else 0.6 * natural
    starts, now = [], first
    while not starts or now + heard < at + length:
        starts.append(now)
        now += clause.every_s or natural + float(rng.uniform(low, high))
    return starts


def _event(part: Part, number: int, place: _Place, rng: np.random.Generator) -> EffectEvent:
    """One turn of a part as an event of the plan."""
    clause, counted, name = part.clause, _counted(part), part.clause.text or part.match.model.name
    several = {_counting(part)} if _several(part) else set()
    knobs = {k: x for k, x in part.knobs.items() if k not in several}
    knobs |= {counted: float(clause.count or 1)} if counted else {}
    duration = clause.duration_s or (part.natural_s * _stretch(part) if counted else None)
    if part.bed:
        duration = min(clause.duration_s or place.length, place.end - place.start) + (0.0 if place.last else OVERLAP_S)
    elif duration is None and place.turns == 1 and part.natural_s > 1.1 * (place.end - place.start):
        duration = max(place.end - place.start, 0.3 * part.natural_s)  # what can be shorter shall not be cut
    level = clause.level_db - (9.0 if clause.behind else 0.0) - (3.0 if place.under and part.bed else 0.0)
    level += _natural_db(part) if place.mixed else 0.0
    if place.turns > 1:
        level += float(rng.uniform(-2.5, 0.5))
    # What rules one turn lasts as long as it does; what rules a bed or many turns, as long as the step.
    own = part.bed or place.turns > 1
    span = (place.at, place.at + place.length) if own else (place.start, min(place.start + part.natural_s, place.end))
    path, pan_curve = curves.motion(clause, (place.at, place.end)) if clause.motion else ([], [])
    return EffectEvent(
        sound=name,
        model=part.match.model.name,
        knobs={knob: round(value, 4) for knob, value in knobs.items()},
        start_s=round(place.start, 4),
        duration_s=None if duration is None else round(max(duration, 0.05), 4),
        layer="bed" if part.bed else "spot",
        level_db=round(level, 2),
        level_curve=curves.dynamics(clause, (place.at, place.end)),
        pan_curve=pan_curve or curves.pan(clause, span, place.spread),
        distance_m=clause.distance_m or (12.0 if clause.behind else 1.0),
        path=path,
        muffled=clause.muffled,
        take=f"{name} {number + 1}",
    )


def _usual_space(parts: list[Part]) -> str:
    """The air that sounds like these are usually heard in: that of the first spot; dry for beds."""
    codes = [part.match.model.ucs.upper() for part in parts if not part.bed or part.match.model.ucs.startswith("FEET")]
    code = codes[0] if codes else ""
    if code.startswith("FEET") and parts[0].match.model.name.split()[-1] in OPEN_GROUND:
        return "outdoors"
    return next((space for prefix, space in USUAL_SPACE.items() if code.startswith(prefix)), "dry")


def _understood(reading: Reading, parts: list[Part]) -> dict[str, str]:
    out = dict(reading.understood)
    for part in parts:
        said = [part.match.model.name] + [f"{name} {value:g}" for name, value in sorted(part.knobs.items())]
        facts = {
            "distance": part.clause.distance_m and f"{part.clause.distance_m:g} m", "times": part.clause.count,
            "every": part.clause.every_s and f"{part.clause.every_s:g} s", "volume": part.clause.dynamics,
            "motion": part.clause.motion, "behind a wall": part.clause.muffled and "yes",
        }  # fmt: skip
        out[part.clause.text or part.match.model.name] = ", ".join(said + [f"{k} {x}" for k, x in facts.items() if x])
    return out
