"""From what a prompt says to when it happens: clauses get sound models, then times, places and levels.

Textures become beds that fill their step. An event happens once, early, and rings out, unless it is of a kind that
recurs (a dog barking, thunder in rain), which then comes back at irregular intervals for as long as its step lasts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np

from soundwright.errors import BadRequest
from soundwright.foley.match import Match, knobs_of, match, near
from soundwright.foley.vocabulary import stem, words_of
from soundwright.plan.effect import LONGEST_S, EffectEvent, EffectPlan
from soundwright.plan.effect_reader import Clause, Reading, read
from soundwright.seed import stream

TEXTURE_S, STEP_TEXTURE_S = 10.0, 5.0  # natural lengths of a texture alone, and as one step of several
DISTANCE_WORDS = {"distant", "far", "faraway", "close", "near", "nearby"}
FAINT = 0.12  # a match below this score is told as "nearest"
# Gerunds of what happens once: "a door slamming" slams once, "a dog barking" goes on.
ONCE = frozenset(
    stem(w)
    for w in """slamming breaking shattering exploding crashing starting closing opening falling dropping landing locking
    unlocking smashing bursting popping collapsing snapping ripping tearing passing taking stopping hitting firing
    flushing unzipping zipping sneezing cracking swinging bang powering shutting""".split()
)
NOT_GERUND = frozenset(
    "ring thing string spring lightning morning evening building ceiling king wing ping ding sing".split()
)
# Kinds that come back by nature, by the beginning of their UCS category: pauses in s between one and the next.
RECURRING = {
    "ANML": (0.5, 2.2), "BIRD": (0.6, 2.5), "THUN": (-3.0, 3.0), "FEET": (0.05, 0.2),
    "BELL": (0.6, 1.6), "ALRM": (0.2, 0.6), "COMM": (1.2, 2.4), "CLOC": (0.0, 0.05), "CLCK": (0.0, 0.05),
    "WATRDRIP": (0.2, 1.0),
}  # fmt: skip
PAUSE_S = (0.5, 1.8)
COUNTED = (
    "count",
    "knocks",
    "rings",
    "repeats",
    "times",
    "strikes",
    "barks",
    "chirps",
    "beeps",
    "number",
    "hits",
    "shots",
    "steps",
)
# Rooms that a kind of sound is usually heard in, by the beginning of its UCS category, where none was asked for.
USUAL_SPACE = {
    "DOOR": "room", "GLAS": "room", "WOOD": "room", "METL": "room", "CERM": "room", "PLAS": "room", "PAPR": "room",
    "CLOTH": "room", "OBJ": "room", "CLOC": "room", "KEY": "room", "COMP": "room", "FOLY": "room", "FOOD": "room",
    "ANML": "outdoors", "BIRD": "outdoors", "VEH": "outdoors", "GUN": "outdoors", "EXPL": "outdoors", "BELL": "outdoors",
    "AERO": "outdoors", "TRN": "outdoors", "FEET": "room", "CRWD": "hall", "HUMN": "room", "WHST": "outdoors",
}  # fmt: skip
OPEN_GROUND = frozenset("gravel snow grass leaves mud sand water ice".split())
# Ambiences that are made of several sounds: what is in them, and its level in dB.
SCENES: dict[str, tuple[tuple[str, float], ...]] = {
    r"thunder ?storm|thunder and lightning storm|storm": (("heavy rain", -2), ("thunder", 2), ("strong wind", -8)),
    r"forest|woods|woodland": (("birds singing", 0), ("wind in the trees", -8)),
    r"jungle|rainforest|tropical": (("crickets", -5), ("birds chirping", 0), ("frogs croaking", -8)),
    r"city|urban|downtown|busy street|street": (("traffic", 0), ("distant car horn", -4), ("crowd murmur", -10)),
    r"beach|seaside|coast": (("surf waves", 0), ("distant gulls", -6)),
    r"harbou?r|port|marina": (("surf waves", -4), ("gulls", -4), ("distant ship horn", -2)),
    r"farm|barnyard": (("chickens clucking", -3), ("cow mooing", -2), ("sheep bleating", -5)),
    r"(?:summer )?night|night ?time|countryside at night": (("crickets", 0), ("distant owl hooting", -4)),
    r"swamp|marsh|pond": (("frogs croaking", 0), ("crickets", -5), ("water bubbles", -10)),
    r"office": (("typing", 0), ("air conditioner hum", -10), ("distant phone ringing", -6)),
    r"restaurant|caf[eé]|coffee ?shop|bar|pub|cafeteria": (("crowd murmur", 0), ("plates clinking", -7)),
    r"battlefield|battle|war|warzone": (("explosions", -2), ("gunshots", 0), ("distant machine gun", -4)),
    r"factory|industrial|construction site": (("machine hum", -3), ("hammering on metal", 0), ("drill", -8)),
    r"stadium|sports event": (("crowd cheering", 0), ("distant whistle", -6)),
    r"haunted house|horror|spooky": (("howling wind", -3), ("door creaking", 0)),
    r"park|meadow|countryside|garden": (("birds chirping", 0), ("gentle wind", -8)),
    r"fairground|carnival|playground|party": (("crowd murmur", 0), ("laughter", -4)),
    r"train station|railway station": (("crowd murmur", -4), ("train", -2)),
    r"airport": (("crowd murmur", -2), ("distant jet plane", -4)),
}  # fmt: skip
AMBIENCE = r"\s*(?:\b(?:ambien[ct]e|atmosphere|soundscape|scene|environment|background)\b)\s*"


@dataclass(frozen=True)
class _Part:
    """A clause with the sound model that it means."""

    clause: Clause
    match: Match
    knobs: dict[str, float]

    @property
    def bed(self) -> bool:
        return self.match.model.kind == "texture"

    @property
    def natural_s(self) -> float:
        return self.match.model.natural_s


def lay_out(prompt: str, duration_s: float | None, seed: int, loop: bool, negative: str) -> EffectPlan:
    """`write_effect`'s work: read, match, place."""
    if not prompt.strip():
        raise BadRequest('the prompt is empty; write what should be heard, as in "rain on a tin roof"')
    if duration_s is not None and not 0 < duration_s <= LONGEST_S:
        raise BadRequest(f"an effect lasts more than 0 and at most {LONGEST_S:g} s, not {duration_s:g} s")
    reading = read(prompt, _names)
    duration_s = duration_s or reading.duration_s
    unwanted = {stem(w) for text in (*reading.unwanted, negative.lower()) for w in words_of(text)}
    notes: list[str] = []
    steps = [[part for one in step for part in _parts(one, unwanted, notes)] for step in reading.steps]
    steps = [step for step in steps if step]
    if not steps:
        names = ", ".join(near(prompt))
        raise BadRequest(f"no sound is known for {prompt!r}; did you mean {names}?")
    lengths = _lengths(steps, duration_s)
    total = duration_s or min(sum(lengths), LONGEST_S)
    events: list[EffectEvent] = []
    at = 0.0
    for number, (step, length) in enumerate(zip(steps, lengths, strict=True)):
        last = number == len(steps) - 1
        rng = stream(seed, "effect plan", number)
        events += _events(step, at, (total - at) if last else length, len(steps) > 1, rng)
        at += length
    events = [event for event in events if event.start_s < total]
    parts = [part for step in steps for part in step]
    return EffectPlan(
        duration_s=round(total, 4), space=reading.space or _usual_space(parts), loop=loop, prompt=prompt,
        understood=_understood(reading, parts), ignored=notes, events=sorted(events, key=lambda e: (e.start_s, e.layer)),
    )  # fmt: skip


def _names(phrase: str) -> tuple[str, bool]:
    """What the reader asks: which sound a phrase means, and whether it names one by itself."""
    if _scene(phrase):
        return f"scene {phrase}", True
    try:
        found = match(phrase)
    except BadRequest:
        return "", False
    return found.model.name, found.anchored


def _scene(text: str) -> tuple[tuple[str, float], ...]:
    """The sounds of an ambience that is asked for by its name, or nothing."""
    bare = re.sub(
        r"^(?:inside |in |at |on )?(?:an? |the )?(?:busy |quiet |loud |distant |large |small )*", "", text.strip()
    )
    core = re.sub(rf"{AMBIENCE}|\b(?:sounds?|noises?|at night|day)\b", " ", bare).strip()
    return next((inside for words, inside in SCENES.items() if re.fullmatch(rf"(?:{words})", core)), ())


def _parts(one: Clause, unwanted: set[str], notes: list[str]) -> list[_Part]:
    scene = _scene(one.text)
    if scene and not re.fullmatch(r"(?:\w+ )?storm", one.text.strip()):
        # A model that is called by the scene's own name knows better than a mixture.
        core = {stem(w) for w in words_of(re.sub(AMBIENCE, " ", one.text))}
        found = _try(one.text)
        if found and core & {stem(w) for w in words_of(found.model.name)} and found.anchored:
            scene = ()
    if scene:
        clauses = [replace(_inner(text), level_db=one.level_db + db, dynamics=one.dynamics) for text, db in scene]
        return [part for inner in clauses for part in _parts(inner, unwanted, [])]
    found = _try(_told(one)) or _try(one.phrase)
    if found is None:
        if one.text:
            notes.append(f"{one.text} (no such sound)")
        return []
    names = {stem(w) for w in words_of(found.model.name)}
    if unwanted & (names | {stem(w) for w in words_of(one.text)}) - {stem(w) for w in found.ignored}:
        return []
    if one.motion == "pass" and "pass" in names | {stem(w) for w in found.model.words} & {"pass", "flyby"}:
        one = replace(one, motion="")
    knobs, moved = knobs_of(found.model, one.phrase)
    if DISTANCE_WORDS & (moved | set(words_of(found.model.name))):
        one = replace(one, distance_m=None)  # the model itself knows how it sounds from there
    if found.score < FAINT or not found.anchored:
        notes.append(f"{one.text}: the nearest sound is {found.model.name}")
    notes.extend(word for word in found.ignored if word not in moved and word not in notes and word not in one.motion)
    return [_Part(one, found, knobs)]


def _told(one: Clause) -> str:
    """A clause's phrase with its distance and motion as words, which some models know themselves."""
    far = "distant" if (one.distance_m or 0) >= 15 and "distant" not in one.text else ""
    return " ".join(filter(None, (far, one.text, "pass by" if one.motion == "pass" else one.motion)))


def _inner(text: str) -> Clause:
    distant = "distant" in text
    return Clause(text, text, distance_m=60.0 if distant else None)


def _try(phrase: str) -> Match | None:
    try:
        return match(phrase)
    except BadRequest:
        return None


def _recurs(part: _Part) -> bool:
    """Whether a sound comes back by itself: gerunds and plurals do, "a" and what breaks do not."""
    words = words_of(part.clause.text)
    if part.clause.count or not words:
        return part.clause.every_s is not None
    if part.clause.every_s:
        return True
    gerunds = [w for w in words if w.endswith("ing") and w not in NOT_GERUND]
    plural = words[-1].endswith("s") and not words[-1].endswith("ss")
    if words[0] in ("a", "an", "one", "single", "another") and not gerunds:
        return False
    if any(stem(w) in ONCE for w in words) and not plural:
        return False
    return bool(gerunds) or plural or _pause(part) is not None


def _pause(part: _Part) -> tuple[float, float] | None:
    code = part.match.model.ucs.upper()
    return next((pause for prefix, pause in RECURRING.items() if code.startswith(prefix)), None)


def _fills(part: _Part) -> bool:
    return part.clause.duration_s is None and (part.bed or _recurs(part))


def _interval_s(part: _Part) -> float:
    """Time from one to the next where a number of them was asked for."""
    pace = {"quick": 0.6, "fast": 0.6, "rapid": 0.5, "slow": 1.7}
    factor = math.prod(pace.get(stem(w), 1.0) for w in words_of(part.clause.phrase))
    return part.clause.every_s or float(np.clip(0.6 * part.natural_s, 0.45, 1.6)) * factor


def _natural_s(part: _Part, alone: bool) -> float:
    if part.clause.duration_s:
        return part.clause.duration_s
    if part.bed:
        return TEXTURE_S if alone else STEP_TEXTURE_S
    repeats = (part.clause.count or 1) - 1 if not _counted(part) else 0
    return part.natural_s * _stretch(part) + repeats * _interval_s(part) + (part.clause.at_s or 0.0)


def _counted(part: _Part) -> str:
    """The knob that counts, where the model has one and it reaches the number asked for."""
    count = part.clause.count
    knobs = {k.name: k for k in part.match.model.knobs}
    name = next((name for name in COUNTED if name in knobs), "")
    return name if count and name and knobs[name].low <= count <= knobs[name].high and not part.clause.every_s else ""


def _stretch(part: _Part) -> float:
    """How much longer a model sounds when its counting knob is set to another number than its own."""
    name, count = _counted(part), part.clause.count
    if not name or not count:
        return 1.0
    default = next(k.default for k in part.match.model.knobs if k.name == name)
    return max(count / max(default, 1.0), 0.4)


def _lengths(steps: list[list[_Part]], duration_s: float | None) -> list[float]:
    """Seconds of each step: natural ones, or what fills shares what events leave of a given duration."""
    alone = len(steps) == 1
    natural = [max(_natural_s(part, alone) for part in step) for step in steps]
    if alone and any(part.bed and part.clause.duration_s is None for part in steps[0]):
        natural = [max(natural[0], TEXTURE_S)]
    if duration_s is None:
        return [
            round(length + (0.15 if not any(p.bed for p in step) else 0.0), 2)
            for step, length in zip(steps, natural, strict=True)
        ]
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


def _events(step: list[_Part], at: float, length: float, sequence: bool, rng: np.random.Generator) -> list[EffectEvent]:
    beds = any(part.bed for part in step) and not all(part.bed for part in step)
    out: list[EffectEvent] = []
    for number, part in enumerate(step):
        starts = _starts(part, at, length, beds, sequence, rng)
        spread = float(rng.uniform(0.15, 0.45) * (-1) ** number) if len(step) > 1 and not part.bed else 0.0
        name = part.clause.text or part.match.model.name
        for turn, start in enumerate(starts):
            out.append(_event(part, name, turn, len(starts), start, at, length, beds, spread, rng))
    return out


def _starts(part: _Part, at: float, length: float, beds: bool, sequence: bool, rng: np.random.Generator) -> list[float]:
    """When a part begins, once or more, inside its step."""
    clause, natural = part.clause, part.natural_s
    if part.bed:
        return [at + (clause.at_s or 0.0)]
    lead = 0.0 if sequence and at else float(rng.uniform(0.05, 0.25))
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
    if not _recurs(part) or length < 1.4 * natural:
        return [first]
    low, high = _pause(part) or PAUSE_S
    starts, now = [], first
    while not starts or now + 0.6 * natural < at + length:
        starts.append(now)
        now += clause.every_s or natural + float(rng.uniform(low, high))
    return starts


def _event(part: _Part, name: str, turn: int, turns: int, start: float, at: float, length: float, beds: bool, spread: float, rng) -> EffectEvent:  # fmt: skip
    clause, end = part.clause, at + length
    knobs = dict(part.knobs)
    if counted := _counted(part):
        knobs[counted] = float(clause.count or 1)
    if part.bed:
        duration: float | None = min(clause.duration_s or length, length - (start - at))
    elif clause.duration_s:
        duration = clause.duration_s
    else:
        duration = round(part.natural_s * _stretch(part), 3) if counted else None
    level = clause.level_db - (9.0 if clause.behind else 0.0) - (3.0 if beds and part.bed else 0.0)
    if turns > 1:
        level += float(rng.uniform(-2.5, 0.5))
    pan = clause.pan or (spread, spread)
    path, pan_curve = _motion(clause, at, end, part.natural_s, start)
    louder = {"louder": [(at, -26.0), (end, 0.0)], "quieter": [(at, 0.0), (end, -40.0)], "": []}
    if clause.circle:
        pan_curve = [
            (t, float(0.9 * np.sin(2 * np.pi * (t - at) / 4.0))) for t in np.arange(at, end + 0.2, 0.2).tolist()
        ]
    elif not pan_curve and pan != (0.0, 0.0):
        moving_end = end if part.bed or turns > 1 else min(end, start + part.natural_s)
        pan_curve = (
            [(at, pan[0])]
            if pan[0] == pan[1]
            else [(at if turns > 1 or part.bed else start, pan[0]), (moving_end, pan[1])]
        )
    return EffectEvent(
        sound=name, model=part.match.model.name, knobs={k: round(x, 4) for k, x in knobs.items()},
        start_s=round(max(start, 0.0), 4), duration_s=duration if duration is None else round(max(duration, 0.05), 4),
        layer="bed" if part.bed else "spot", level_db=round(level, 2),
        level_curve=[(round(t, 3), db) for t, db in louder[clause.dynamics]],
        pan_curve=[(round(t, 3), round(p, 3)) for t, p in pan_curve],
        distance_m=clause.distance_m or (12.0 if clause.behind else 1.0), path=path, muffled=clause.muffled,
        take=f"{name} {turn + 1}",
    )  # fmt: skip


def _motion(clause: Clause, at: float, end: float, natural: float, start: float):
    """(distance curve, pan curve) of what approaches, passes or recedes: a straight line past the listener."""
    if not clause.motion:
        return [], []
    span = end - at
    swift = 3.0 if set(words_of(clause.text)) & set("footsteps walking man woman person horse steps".split()) else 16.0
    passing = {"approach": at + 0.95 * span, "pass": at + 0.5 * span, "recede": at + 0.05 * span}[clause.motion]
    times = np.linspace(at, end, 33)
    along = swift * (times - passing)
    metres = np.hypot(along, 2.5)
    side = np.clip(along / np.maximum(metres, 1e-6), -1, 1) * 0.85
    if clause.pan and clause.pan[0] > clause.pan[1]:
        side = -side
    if clause.motion != "pass" and not clause.pan:
        side = side * 0.0
    pair = [(round(float(t), 3), round(float(m), 2)) for t, m in zip(times, metres, strict=True)]
    return pair, [
        (float(t), float(s)) for t, s in zip(times, side, strict=True)
    ] if clause.motion == "pass" or clause.pan else []


def _usual_space(parts: list[_Part]) -> str:
    """The air that sounds like these are usually heard in: that of the first spot, dry for beds and synthetic sounds."""
    codes = [part.match.model.ucs.upper() for part in parts if not part.bed or part.match.model.ucs.startswith("FEET")]
    code = codes[0] if codes else ""
    if code.startswith("FEET") and parts[0].match.model.name.split()[-1] in OPEN_GROUND:
        return "outdoors"
    return next((space for prefix, space in USUAL_SPACE.items() if code.startswith(prefix)), "dry")


def _understood(reading: Reading, parts: list[_Part]) -> dict[str, str]:
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
