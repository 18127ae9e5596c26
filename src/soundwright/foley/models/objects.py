"""Things that are dropped, rolled, shaken and handled: balls, coins, dice, keys, chains, paper, cloth, zips."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import bodies, friction, takes
from soundwright.foley.model import Knob, sound

SIZE = Knob("size", 0.5, 0.0, 1.0, "small to large", tiny=0.05, small=0.15, little=0.15, big=0.8, large=0.85, huge=1.0)
SPEED = Knob("speed", 0.5, 0.0, 1.0, "slow to fast", slow=0.15, slowly=0.15, quick=0.8, fast=0.9, rapid=0.95)
BUSY = Knob("activity", 0.5, 0.0, 1.0, "now and then to without rest", light=0.2, gentle=0.2, occasional=0.1, busy=0.85,
            frantic=1.0, vigorous=0.95)  # fmt: skip


def unit(x: np.ndarray) -> np.ndarray:
    """x with its largest sample at 1."""
    return x / max(float(np.max(np.abs(x), initial=0.0)), 1e-9)


@sound("ball bounce", ucs="SPRTCourt", kind="event", natural_s=3.0, knobs=(SIZE, Knob("bounce", 0.72, 0.4, 0.9,
       "restitution: speed kept at each bounce", flat=0.5, bouncy=0.85)),
       words="ball bounce bouncing basketball football tennis dribble rubber")  # fmt: skip
def ball_bounce(p, n, rate, rng):
    """A ball let fall: a skin around air that rings near 80 to 400 Hz, each flight shorter by the same factor."""
    skin = bodies.membrane(420 * 0.2 ** p["size"], 0.16 + 0.1 * p["size"], rng)
    cavity = 1600 * 0.35 ** p["size"]  # the air inside a ball rings too: the ping of a basketball
    ping = bodies.Body(cavity * np.array([1.0, 1.58, 2.1]), np.full(3, 0.16), np.full(3, 0.22))
    body = bodies.join(skin, ping)
    times, speeds = bodies.bounces(0.75, p["bounce"], rng, 0.05, 0.01)
    parts = []
    for v in speeds:
        slap = takes.burst(rng, rate, 0.03, 400, 4500)
        one = takes.mix(bodies.hit(body, rate, rng, 2.5 + 3 * p["size"], 0.5, 0.0), 0.35 * slap)
        parts.append(v * takes.mix(one, 0.6 * takes.thump(rate, 150 - 80 * p["size"], 0.1)))
    return takes.event(takes.phrase(times, parts, rate), rate, 0.85)


@sound("rubber impact", ucs="RUBRImpt", kind="event", natural_s=0.4, knobs=(SIZE,),
       words="rubber tire tyre eraser boot mat impact bounce")  # fmt: skip
def rubber_impact(p, n, rate, rng):
    """Rubber struck: very lossy and soft, a short dull bump with a squeeze of air."""
    low = takes.thump(rate, 240 * 0.3 ** p["size"], 0.11, 0.7, 0.003)
    return takes.event(takes.mix(low, 0.3 * takes.burst(rng, rate, 0.035, 250, 2400, 0.002)), rate, 0.75)


@sound("coin drop", ucs="OBJCoin", kind="event", natural_s=1.8,
       words="coin coins drop dropping money penny change spin",
       knobs=(SIZE, Knob("count", 1, 1, 30, "how many coins", coins=6, several=6, many=16, handful=14)))  # fmt: skip
def coin_drop(p, n, rate, rng):
    """A brass disc on a hard table: bounces, then the edge wobbles round faster and faster until it lies (Euler's
    disc).
    """
    times, parts = [], []
    for k in range(round(p["count"])):
        disc = bodies.plate("brass", 0.026 + 0.009 * p["size"], 0.028 + 0.01 * p["size"], 0.0012, rng, 0.0014, 9)
        table = 0.2 * bodies.hit(bodies.plate("wood", 0.5, 0.8, 0.02, rng, 0.05, 40), rate, rng, 0.3, 0.15, 0.3)
        at, speed = bodies.bounces(rng.uniform(0.16, 0.26), 0.55, rng, 0.04, 0.12)
        start = 0.0 if k == 0 else rng.uniform(0, 0.09 * p["count"])
        end = start + at[-1]
        wobble = np.cumsum(1 / np.geomspace(16, 75, 34) * rng.uniform(0.95, 1.05, 34))
        level = np.concatenate([speed, 0.25 * np.linspace(1, 0.2, 34) * rng.uniform(0.6, 1, 34)])
        when = np.concatenate([start + at, end + wobble])
        lying = bodies.Body(disc.hz, np.minimum(disc.t60_s, 0.06), disc.gain)  # the table holds it as it wobbles
        kernels = [takes.mix(bodies.hit(disc, rate, rng, 0.05, 0.5, 0.2), table) for _ in speed]
        kernels += [takes.mix(bodies.hit(lying, rate, rng, 0.05, 0.1, 0.2), 0.7 * table) for _ in range(5)]
        times.append(when)
        first = len(speed)
        parts += [np.float32(g) * kernels[i if i < first else first + i % 5] for i, g in enumerate(level)]
    return takes.event(takes.phrase(np.concatenate(times), parts, rate), rate, 0.8)


@sound("dice roll", ucs="GAMEBoard", kind="event", natural_s=0.75, words="dice die roll rolling throw game craps",
       knobs=(Knob("count", 2, 1, 6, "how many dice", one=1, two=2, three=3),))  # fmt: skip
def dice_roll(p, n, rate, rng):
    """Small hard cubes on a table: clicks that crowd as they come to rest, two dice that also hit one another."""
    table = bodies.plate("wood", 0.6, 0.9, 0.02, rng, 0.04, 40)
    times, parts = [], []
    for _ in range(round(p["count"])):
        cube = bodies.Body(rng.uniform(3200, 9000, 7), np.full(7, 0.012), np.ones(7))
        at, speed = bodies.bounces(rng.uniform(0.11, 0.17), 0.8, rng, 0.03, 0.4)
        for t, v in zip(at + rng.uniform(0, 0.07), speed * rng.uniform(0.5, 1, len(speed)), strict=True):
            times.append(t)
            parts.append(
                v
                * takes.mix(bodies.hit(cube, rate, rng, 0.1, 0.1, 0.2), 0.6 * bodies.hit(table, rate, rng, 0.5, 0.2, 0))
            )
    return takes.event(takes.phrase(times, parts, rate), rate, 0.8)


@sound("marble roll", ucs="GLASMvmt", kind="event", natural_s=3.0, knobs=(SPEED, SIZE),
       words="marble ball rolling roll rolls floor bowling")  # fmt: skip
def marble_roll(p, n, rate, rng):
    """A hard ball that rolls over boards and slows: the ground read through its radius, once round in every turn."""
    length = takes.seconds(n, rate, 1.0, 6.0)
    m = round(length * rate)
    turns = (5 + 14 * p["speed"]) / (0.5 + p["size"]) * np.linspace(1, 0.12, m) ** 0.8
    boards = bodies.plate("wood", 0.7, 1.5, 0.02, rng, 0.03, 60)
    ball = bodies.Body(np.array([2900.0, 4700.0, 7100.0]) * (1.2 - 0.8 * p["size"]), np.full(3, 0.012), np.full(3, 0.5))
    x = friction.roll(bodies.join(boards, ball), turns, rate, rng, 0.7, 0.5)
    first = bodies.hit(bodies.join(boards, ball), rate, rng, 0.3, 0.3)
    return takes.event(
        takes.mix(0.6 * unit(x) * np.linspace(1, 0.5, m, dtype=np.float32), 0.6 * first), rate, 0.75, 0.1
    )


@sound("chain rattle", ucs="CHAINMvmt", kind="texture", natural_s=4.0, words="chain chains rattle rattling clank links",
       knobs=(BUSY, SIZE))  # fmt: skip
def chain_rattle(p, n, rate, rng):
    """Iron links that knock on one another in heaps: each link its own ring modes, damped by its neighbours."""
    links = [
        bodies.tube("iron", 0.05 + 0.07 * p["size"] * k, 0.005, 0.002, rng, 0.006) for k in rng.uniform(0.5, 1.5, 8)
    ]
    links = [
        bodies.Body(
            np.concatenate([b.hz, rng.uniform(1800, 9500, 8)]),
            np.concatenate([b.t60_s, np.full(8, 0.09)]),
            np.concatenate([b.gain, rng.uniform(0.3, 1, 8)]),
        )
        for b in links
    ]
    return _handful(
        [bodies.hit(b, rate, rng, 0.12, 0.25, 0.2) for b in links], n, rate, rng, 12 + 60 * p["activity"], 2.2
    )


@sound("keys jingle", ucs="OBJKey", kind="texture", natural_s=3.0, knobs=(BUSY,),
       words="keys key keychain keyring jingle jangle jangling shake")  # fmt: skip
def keys_jingle(p, n, rate, rng):
    """Small brass keys on a ring, shaken: bars of 2 to 12 kHz that ring a tenth of a second, in bunches."""
    keys = [bodies.bar("brass", rng.uniform(0.035, 0.055), 0.0022, rng, 0.0015) for _ in range(9)]
    return _handful(
        [bodies.hit(k, rate, rng, 0.06, 0.3, 0.15) for k in keys], n, rate, rng, 15 + 45 * p["activity"], 3.0
    )


def _handful(kernels, n, rate, rng, per_second, shake_hz):
    """Many small bodies knocking together, in the rhythm of a hand that shakes."""
    shake = noise.wander(rng, n, rate, shake_hz, 0.0, 1.0) ** 2 * noise.wander(rng, n, rate, 0.7, 0.35, 1.0)
    at = np.append(round(0.02 * rate), noise.instants(rng, n, rate, per_second * 2.4 * shake))
    gains = ((rng.exponential(1.0, len(at)) + 0.1) * (0.4 + shake[at.clip(0, n - 1)])).astype(np.float32)
    which = rng.integers(0, len(kernels), len(at))
    return takes.bed(noise.scatter(n, at, [g * kernels[k] for g, k in zip(gains, which, strict=True)]), n, rate, 0.09)


@sound("sleigh bells", ucs="BELLHand", kind="texture", natural_s=5.0,
       words="sleigh jingle bells jingling christmas santa",
       knobs=(Knob("rate", 2.6, 1, 6, "shakes a second", slow=1.6, fast=4.0),))  # fmt: skip
def sleigh_bells(p, n, rate, rng):
    """A strap of small brass globes with balls in them, shaken in the trot of a horse."""
    kernels = []
    for hz in rng.uniform(2300, 4200, 14):
        modes = hz * np.array([1, 1.47, 2.09, 2.56, 3.2])
        kernels.append(
            modal.damped_sines(modes, 0.45 / np.arange(1, 6) ** 0.4, rng.uniform(0.3, 1, 5), round(0.5 * rate), rate)
        )
    times = takes.beats(n, rate, 1 / p["rate"] / 2, 0.04, rng)
    at, gain = [], []
    for k, t in enumerate(times):
        count = rng.poisson(10 if k % 2 == 0 else 5)
        at.append(t + rng.exponential(0.025, count))
        gain.append(rng.exponential(1.0 if k % 2 == 0 else 0.5, count))
    at, gain = np.concatenate([*at, [0.0]]), np.concatenate([*gain, [0.5]]).astype(np.float32)
    parts = [g * kernels[k] for g, k in zip(gain, rng.integers(0, 14, len(gain)), strict=True)]
    return takes.bed(takes.phrase(at, parts, rate), n, rate, 0.09)


@sound("cloth rustle", ucs="CLOTHMvmt", kind="texture", natural_s=4.0, knobs=(BUSY,),
       words="cloth clothes clothing rustle rustling fabric jacket coat shirt dressing silk")  # fmt: skip
def cloth_rustle(p, n, rate, rng):
    """Fibres that rub: a soft dense hiss that swells with each movement, with small folds that give way."""
    move = noise.wander(rng, n, rate, 1.6 + 2 * p["activity"], 0.0, 1.0) ** 3
    move = move * (0.5 + 0.5 * noise.wander(rng, n, rate, 11, 0.2, 1.0))
    rub = filters.bandpass(noise.white(rng, n), 500, 6500, rate, 1) * move
    folds = friction.crackle(n, rate, rng, 500 * move, (900, 6000), (1, 5), 1.3, 10)
    flap = filters.lowpass(noise.white(rng, n), 220, rate, 2) * move**2
    return takes.bed(rub + 0.25 * folds + 1.5 * flap, n, rate, 0.07)


@sound("paper rustle", ucs="PAPRHndl", kind="texture", natural_s=4.0, knobs=(BUSY,),
       words="paper rustle rustling papers newspaper sheets document shuffling")  # fmt: skip
def paper_rustle(p, n, rate, rng):
    """Sheets handled: creases that snap, each a click of a stiff thin plate, in gusts of the hand."""
    move = noise.wander(rng, n, rate, 2 + 3 * p["activity"], 0.0, 1.0) ** 3
    snaps = friction.crackle(n, rate, rng, 60 + 900 * move, (1800, 9500), (1, 9), 1.6, 14)
    rub = filters.bandpass(noise.white(rng, n), 1500, 9000, rate, 1) * move
    return takes.bed(snaps * (0.2 + move) + 0.5 * rub, n, rate, 0.07)


@sound("paper crumple", ucs="PAPRHndl", kind="event", natural_s=2.0, knobs=(SPEED,),
       words="paper crumple crumpling crinkle crush scrunch wrapper foil ball")  # fmt: skip
def paper_crumple(p, n, rate, rng):
    """A sheet pressed into a ball: snaps of all energies (a power law), denser and duller as it gets tight."""
    m = round(takes.seconds(n, rate, 0.6, 4.0) * rate)
    squeeze = noise.wander(rng, m, rate, 3.5, 0.1, 1.0) * takes.swell(m, 0.4, 0.6)
    snaps = friction.crackle(m, rate, rng, (500 + 900 * p["speed"]) * squeeze, (1300, 8500), (1.5, 14), 1.7, 16)
    rub = filters.bandpass(noise.white(rng, m), 900, 8000, rate, 1) * squeeze**2
    return takes.event(unit(snaps) + 0.12 * unit(rub), rate, 0.8)


@sound("paper tear", ucs="PAPRRip", kind="event", natural_s=0.9, knobs=(SPEED,),
       words="tear tearing rip ripping paper cloth fabric")  # fmt: skip
def paper_tear(p, n, rate, rng):
    """Fibres that part one by one, faster and faster: a rising band of crackle that ends in a snap."""
    m = round(takes.seconds(n, rate, 0.3, 2.5) * (1.2 - 0.6 * p["speed"]) * rate)
    pull = (
        np.linspace(0.35, 1.0, m)
        * (1 + 0.35 * noise.wander(rng, m, rate, 18))
        * np.minimum(np.arange(m) / (0.02 * rate), 1)
    )
    fibres = friction.crackle(m, rate, rng, 2600 * pull, (1200, 11000), (0.5, 3.0), 1.0, 16)
    hiss = filters.sweep(noise.white(rng, m), "band", 2200 + 2800 * np.linspace(0, 1, m), rate, q=0.7)
    x = unit(fibres) * pull + 0.35 * unit(hiss) * pull
    return takes.event(
        takes.mix(
            x.astype(np.float32),
            takes.phrase([m / rate - 0.005], [0.6 * takes.burst(rng, rate, 0.03, 1500, 9000)], rate),
        ),
        rate,
        0.8,
    )


@sound("page turn", ucs="OBJBook", kind="event", natural_s=0.9, knobs=(SPEED,),
       words="page turn turning book flip flipping magazine leaf")  # fmt: skip
def page_turn(p, n, rate, rng):
    """A page lifted, bent through the air and laid: a swish that rises, with the flap of a thin sheet."""
    m = round((1.0 - 0.5 * p["speed"]) * rate)
    move = takes.swell(m, 0.55, 1.5) * (1 + 0.5 * noise.wander(rng, m, rate, 22))
    air = filters.sweep(noise.white(rng, m), "band", 1600 + 3500 * takes.swell(m, 0.7), rate, q=0.8)
    snaps = friction.crackle(m, rate, rng, 260 * move, (1500, 8000), (1, 8), 1.5)
    flap = takes.burst(rng, rate, 0.05, 300, 3000, 0.006)
    x = 0.8 * unit(air * move) + 0.4 * unit(snaps)
    return takes.event(takes.mix(x.astype(np.float32), takes.phrase([0.78 * m / rate], [0.5 * flap], rate)), rate, 0.6)


@sound("card shuffle", ucs="GAMECas", kind="event", natural_s=2.0,
       words="cards card shuffle shuffling deck poker riffle",
       knobs=(SPEED,))  # fmt: skip
def card_shuffle(p, n, rate, rng):
    """A riffle: fifty-two corners that snap past the thumb, faster to the middle, then the bridge slides home."""
    gaps = 1 / (35 + 45 * takes.swell(52, 0.5)) * rng.uniform(0.7, 1.3, 52) * (1.3 - 0.6 * p["speed"])
    parts = [rng.uniform(0.5, 1) * takes.burst(rng, rate, 0.012, 1800, 9000) for _ in range(52)]
    bridge = 1 / (70 * np.linspace(1, 1.6, 40)) * rng.uniform(0.8, 1.2, 40)
    soft = [0.5 * takes.burst(rng, rate, 0.014, 900, 6000) for _ in range(40)]
    start = float(gaps.sum()) + 0.25
    tap = [0.8 * takes.burst(rng, rate, 0.04, 400, 3500), 0.6 * takes.burst(rng, rate, 0.04, 400, 3500)]
    end = start + float(bridge.sum())
    times = [*np.cumsum(gaps), *(start + np.cumsum(bridge)), end + 0.15, end + 0.32]
    return takes.event(takes.phrase(times, [*parts, *soft, *tap], rate), rate, 0.75)


@sound("zipper", ucs="OBJZipr", kind="event", natural_s=0.9, words="zipper zip unzip zipping jacket bag tent fly",
       knobs=(SPEED,))  # fmt: skip
def zipper(p, n, rate, rng):
    """Teeth that snap into the slider, two hundred a second and more: a buzz whose pitch is the speed of the hand."""
    length = takes.seconds(n, rate, 0.3, 2.0) * (1.25 - 0.6 * p["speed"])
    m = round(length * rate)
    hand = takes.swell(m, 0.6, 0.55) * np.linspace(0.6, 1.1, m)
    teeth_hz = (130 + 380 * p["speed"]) * (0.25 + hand) * (1 + 0.06 * noise.wander(rng, m, rate, 14))
    teeth = friction.slips(teeth_hz, rate, rng, 0.05)
    hz = np.array([1900, 2700, 3600, 4700, 5900, 7400, 9200]) * rng.uniform(0.93, 1.07, 7)
    x = friction.drive(
        teeth, bodies.Body(hz, np.full(7, 0.006), np.array([0.5, 0.8, 1, 1, 0.9, 0.6, 0.4])), rate, 0.02
    )[:m]
    cloth = filters.bandpass(noise.white(rng, m), 1500, 8000, rate, 1)
    x = unit(x * hand) + 0.25 * unit(cloth * hand)
    stop = takes.burst(rng, rate, 0.02, 1500, 8000)
    return takes.event(takes.mix(x.astype(np.float32), takes.phrase([length], [0.5 * stop], rate)), rate, 0.7)


@sound(
    "velcro", ucs="OBJFash", kind="event", natural_s=0.6, words="velcro strap hook loop fastener rip", knobs=(SPEED,)
)
def velcro(p, n, rate, rng):
    """Thousands of hooks that let go, tearing faster towards the end: dense snaps, brighter than cloth."""
    m = round((0.8 - 0.45 * p["speed"]) * rate)
    pull = np.linspace(0.4, 1.0, m) * (1 + 0.3 * noise.wander(rng, m, rate, 30))
    x = friction.crackle(m, rate, rng, 5200 * pull, (900, 9000), (0.4, 2.0), 0.9, 14) * pull
    return takes.event(x.astype(np.float32), rate, 0.8)


@sound("plastic bag", ucs="OBJBag", kind="texture", natural_s=4.0, knobs=(BUSY,),
       words="plastic bag crinkle crinkling wrapper crisp chip packet cellophane grocery")  # fmt: skip
def plastic_bag(p, n, rate, rng):
    """Thin film that buckles from one crease to another: sharp ticks, most above 3 kHz, in flurries."""
    move = noise.wander(rng, n, rate, 3 + 3 * p["activity"], 0.0, 1.0) ** 2
    x = friction.crackle(n, rate, rng, 40 + 900 * move, (2600, 13000), (0.6, 4), 1.9, 14)
    air = filters.bandpass(noise.white(rng, n), 2500, 11000, rate, 1) * move**2
    return takes.bed(x + 0.5 * air, n, rate, 0.07)


@sound("writing", ucs="OBJWrite", kind="texture", natural_s=5.0, knobs=(SPEED,),
       words="writing write pencil pen scribble handwriting chalk drawing")  # fmt: skip
def writing(p, n, rate, rng):
    """A pencil on paper over a table: short strokes of scratchy noise, the point set down with a tick."""
    table = bodies.plate("wood", 0.5, 0.7, 0.02, rng, 0.05, 30)
    times = takes.beats(n, rate, 0.34 - 0.18 * p["speed"], 0.35, rng)
    parts = []
    for _ in times:
        m = round(rng.uniform(0.07, 0.2) * rate)
        stroke = filters.bandpass(noise.white(rng, m), 1400, rng.uniform(5000, 8500), rate, 1) * takes.swell(
            m, rng.uniform(0.3, 0.7), 0.8
        )
        stroke *= 1 + 0.5 * noise.wander(rng, m, rate, 90)
        parts.append(
            rng.uniform(0.5, 1) * takes.mix(0.4 * unit(stroke), 0.25 * bodies.hit(table, rate, rng, 0.4, 0.1, 0.5))
        )
    keep = rng.random(len(times)) > 0.12  # between words
    chosen = [x for x, k in zip(parts, keep, strict=True) if k]
    return takes.bed(takes.phrase(times[keep], chosen, rate), n, rate, 0.06)


@sound("rope creak", ucs="ROPECreak", kind="event", natural_s=2.5, words="rope creak creaking ship mast swing knot",
       knobs=(SPEED,))  # fmt: skip
def rope_creak(p, n, rate, rng):
    """Strands under load that slip past one another: slow groups of dull cracks, a groan of fibre without a pitch."""
    return _creak(p, n, rate, rng, 38, np.array([230, 410, 640, 930, 1400, 2100]), 0.35, 0.012)


@sound("leather creak", ucs="LETHRCreak", kind="event", natural_s=1.6,
       words="leather creak saddle jacket boots belt sofa",
       knobs=(SPEED,))  # fmt: skip
def leather_creak(p, n, rate, rng):
    """Leather bent: soft sticky grains that slip quickly, damped in a few milliseconds, near 600 to 2500 Hz."""
    return _creak(p, n, rate, rng, 95, np.array([520, 830, 1250, 1800, 2600]), 0.2, 0.006)


@sound("wood creak", ucs="WOODMvmt", kind="event", natural_s=2.0,
       words="creak creaking floorboard wood wooden floor ship chair old house",
       knobs=(SPEED,))  # fmt: skip
def wood_creak(p, n, rate, rng):
    """Boards that shift on their nails under weight: stick and slip near 60 a second, on the modes of planks."""
    return _creak(p, n, rate, rng, 62, np.array([180, 310, 470, 720, 1080, 1700, 2500]), 0.12, 0.02)


def _creak(p, n, rate, rng, base_hz, modes, jitter, t60_s):
    m = round(takes.seconds(n, rate, 0.6, 5.0) * rate)
    push = takes.swell(m, rng.uniform(0.4, 0.7), 0.8) * (0.4 + 0.6 * noise.wander(rng, m, rate, 2.2, 0.0, 1.0))
    hz = base_hz * (0.5 + p["speed"]) * (0.3 + 1.3 * push) * (1 + 0.2 * noise.wander(rng, m, rate, 9))
    body = bodies.Body(modes * rng.uniform(0.92, 1.08, len(modes)), np.full(len(modes), t60_s), np.ones(len(modes)))
    x = friction.drive(friction.slips(hz, rate, rng, jitter), body, rate, 0.1)[:m]
    return takes.event(unit(x * push), rate, 0.65)
