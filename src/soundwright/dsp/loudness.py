"""Loudness after ITU-R BS.1770-5 and EBU R 128: integrated, momentary, short-term, and loudness range.

A filter stands for the head and the ear (K-weighting), the energy of the channels is summed with their weights,
and the energy per 10 ms hop is all that is kept: every measure is a window over those hops. The filters are the
standard's own, carried exactly to any rate by their analogue prototypes. All in float64.

Conventions: x is `[channels, frames]` or `[frames]`; channels are mono, L R, L R C, L R Ls Rs, L R C Ls Rs,
L R C LFE Ls Rs (5.1, WAV order) or 7.1 in WAV order. Loudness is in LUFS, -inf for silence. A sound shorter than a
window is measured as standing in silence; integrated loudness, which has no such window, then is -inf under 400 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import signal

from soundwright.errors import BadRequest

HOPS_PER_S = 100  # 10 ms: with 100 ms the maxima of EBU Tech 3341 case 13 read 0.45 LU low
MOMENTARY, SHORT_TERM = 40, 300  # hops in 400 ms and 3 s (EBU Tech 3341, 2.2)
GATE_STEP = 10  # hops in 100 ms: blocks overlap by 75 % (BS.1770-5, annex 1, eq. 3)
ABSOLUTE_GATE, RELATIVE_GATE, RANGE_GATE = -70.0, -10.0, -20.0  # LUFS, LU, LU (BS.1770-5 eq. 5-6; Tech 3342, 2.3)
OFFSET = -0.691  # LUFS (BS.1770-5 eq. 2)

# Channel weights (BS.1770-5, tables 3 and 4): +1.5 dB (1.41) between 60 and 120 degrees, LFE left out.
WEIGHTS = {
    1: (1.0,),
    2: (1.0, 1.0),
    3: (1.0, 1.0, 1.0),
    4: (1.0, 1.0, 1.41, 1.41),
    5: (1.0, 1.0, 1.0, 1.41, 1.41),
    6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41),
    8: (1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41),
}


@dataclass(frozen=True)
class Loudness:
    """What a meter reads: LUFS, and LU for the range."""

    integrated_lufs: float
    momentary_max_lufs: float
    short_term_max_lufs: float
    loudness_range_lu: float


@dataclass(frozen=True, eq=False)
class Curves:
    """Loudness over time: `times_s [n]` are the ends of the windows; LUFS curves `[n]`, -inf where silent."""

    times_s: np.ndarray
    momentary_lufs: np.ndarray
    short_term_lufs: np.ndarray
    integrated_lufs: np.ndarray


def k_weighting(rate: int) -> np.ndarray:
    """The two sections `[2, 6]` of K-weighting at any rate: a high shelf, and a high-pass left at gain ~1.

    The prototypes' frequency, gain and Q are those that give the coefficients printed in BS.1770-5 (tables 1, 2) at
    48 kHz to all digits (B. De Man, Evaluation of implementations of the EBU R128 loudness measurement, AES 145).
    """
    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0]
    shelf += [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return np.array([shelf, [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]])


@dataclass(frozen=True, eq=False)
class MeterState:
    """Filter memory, K-weighted samples of the unfinished hop, and the energies of finished hops."""

    memory: np.ndarray
    rest: np.ndarray
    frames: int = 0
    energies: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True)
class Meter:
    """Loudness of a stream: `start()`, then `step(state, block)` for each block, then `read(state)`.

    Raises `BadRequest` for a layout that the standard gives no weights for.
    """

    rate: int
    channels: int
    sos: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.channels not in WEIGHTS:
            raise BadRequest(f"loudness is defined for mono to 5.1 and 7.1, not for {self.channels} channels")
        object.__setattr__(self, "sos", k_weighting(self.rate))

    def start(self) -> MeterState:
        return MeterState(np.zeros((2, self.channels, 2)), np.zeros((self.channels, 0)))

    def step(self, state: MeterState, block: np.ndarray) -> MeterState:
        """Take in a block `[channels, frames]` of any length."""
        weighted, memory = signal.sosfilt(self.sos, np.asarray(block, np.float64), zi=state.memory)
        if state.rest.shape[1]:
            weighted = np.concatenate([state.rest, weighted], axis=1)
        begin, frames = state.frames - state.rest.shape[1], state.frames + block.shape[1]
        edges = _edges(begin, frames, self.rate)
        energies = state.energies
        if len(edges) > 1:
            new = _energies(weighted[:, : edges[-1] - begin], edges - begin, WEIGHTS[self.channels])
            if not np.isfinite(new).all():
                raise BadRequest("the audio holds NaN or Inf samples")
            energies = (*energies, new)
        return MeterState(memory, weighted[:, edges[-1] - begin :].copy(), frames, energies)

    def hops(self, state: MeterState) -> np.ndarray:
        """Weighted energy `[hops]` of each 10 ms. A last, unfinished hop counts only in a sound that is shorter than a
        window: gating blocks are whole (BS.1770-5, annex 1)."""
        whole = np.concatenate([np.zeros(0), *state.energies])
        if not state.rest.shape[1] or len(whole) >= MOMENTARY:
            return whole
        last = _energies(state.rest, np.array([0, state.rest.shape[1]]), WEIGHTS[self.channels])
        return np.concatenate([whole, last])

    def read(self, state: MeterState) -> Loudness:
        hops = self.hops(state)
        return Loudness(
            gated(hops, self.rate),
            float(levels(hops, MOMENTARY, self.rate).max(initial=-np.inf)),
            float(levels(hops, SHORT_TERM, self.rate).max(initial=-np.inf)),
            spread(hops, self.rate),
        )


def _edges(begin: int, end: int, rate: int) -> np.ndarray:
    """Sample positions of the hop borders in [begin, end], the first being `begin` itself."""
    first = -(-(begin * HOPS_PER_S) // rate)
    edges = np.arange(first, end * HOPS_PER_S // rate + 2) * rate // HOPS_PER_S
    return edges[(edges >= begin) & (edges <= end)]


def _energies(weighted: np.ndarray, edges: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    hop = int(edges[1] - edges[0])
    if weighted.shape[1] == hop * (len(edges) - 1):
        cut = weighted.reshape(len(weighted), -1, hop)
        return np.asarray(weights) @ np.einsum("ckh,ckh->ck", cut, cut)
    return np.asarray(weights) @ np.add.reduceat(weighted * weighted, edges[:-1], axis=1)


def lufs(mean_square):
    """BS.1770-5 eq. 2; -inf for 0."""
    with np.errstate(divide="ignore"):
        return OFFSET + 10 * np.log10(mean_square)


def levels(hops: np.ndarray, window: int, rate: int, ends: np.ndarray | None = None) -> np.ndarray:
    """LUFS of the windows of `window` hops that end at `ends` (all whole windows unless given); what lies before the
    beginning counts as silence."""
    if not len(hops):
        return np.zeros(0)
    total = np.concatenate([[0.0], np.cumsum(hops)])
    if ends is None:
        ends = np.arange(min(window, len(hops)), len(hops) + 1)
    energy = np.maximum(total[ends] - total[np.maximum(ends - window, 0)], 0.0)
    # A difference of running sums is only good to 1e-16 of the sum: what lies under 1e-13 of it is read as silence.
    energy[energy < total[ends] * 1e-13] = 0.0
    return lufs(energy / (window * rate / HOPS_PER_S))


def gated(hops: np.ndarray, rate: int) -> float:
    """Integrated loudness of hop energies: blocks of 400 ms every 100 ms, gated twice (BS.1770-5 eq. 3 to 7)."""
    ends = np.arange(MOMENTARY, len(hops) + 1, GATE_STEP)
    blocks = 10 ** ((levels(hops, MOMENTARY, rate, ends) - OFFSET) / 10)
    blocks = blocks[blocks > 10 ** ((ABSOLUTE_GATE - OFFSET) / 10)]
    if not len(blocks):
        return -np.inf
    return float(lufs(blocks[blocks > blocks.mean() * 10 ** (RELATIVE_GATE / 10)].mean()))


def spread(hops: np.ndarray, rate: int) -> float:
    """Loudness range in LU of hop energies (EBU Tech 3342, 2): 3 s windows every 100 ms, gated at -20 LU, and the
    distance between their 10th and 95th percentiles. 0 when there is no window over the gate."""
    short = levels(hops, SHORT_TERM, rate, np.arange(SHORT_TERM, len(hops) + 1, GATE_STEP))
    short = short[short >= ABSOLUTE_GATE]
    if not len(short):
        return 0.0
    gate = 10 * np.log10(np.mean(10 ** (short / 10))) + RANGE_GATE
    short = np.sort(short[short >= gate])
    low, high = (short[int((len(short) - 1) * p + 0.5)] for p in (0.10, 0.95))
    return float(high - low)


def meter_state(x: np.ndarray, rate: int) -> tuple[Meter, MeterState]:
    """A meter that has heard the whole of x, in blocks that stay in the processor's cache."""
    x = np.atleast_2d(x)
    meter = Meter(rate, len(x))
    state, pieces = meter.start(), []
    block = 1 << 16
    for at in range(0, x.shape[1], block):
        state = meter.step(state, x[:, at : at + block])
        if len(state.energies):
            pieces.extend(state.energies)
            state = MeterState(state.memory, state.rest, state.frames)
    return meter, MeterState(state.memory, state.rest, state.frames, tuple(pieces))


def measure(x: np.ndarray, rate: int) -> Loudness:
    """All four numbers in one pass over x."""
    meter, state = meter_state(x, rate)
    return meter.read(state)


def hop_energies(x: np.ndarray, rate: int) -> np.ndarray:
    """Weighted energy `[hops]` of each 10 ms of x: what `gated`, `levels` and `spread` take."""
    meter, state = meter_state(x, rate)
    return meter.hops(state)


def curves_of(hops: np.ndarray, rate: int, step_s: float = 0.1) -> Curves:
    """Momentary, short-term and running integrated loudness every `step_s` from hop energies; the running one, which
    is gated anew each time, is held between at most 300 readings."""
    step = max(round(step_s * HOPS_PER_S), 1)
    ends = np.arange(step, len(hops) + 1, step)
    every = max(len(ends) // 300, 1)
    running = np.array([gated(hops[:end], rate) for end in ends[::every]])
    return Curves(
        ends / HOPS_PER_S,
        levels(hops, MOMENTARY, rate, ends),
        levels(hops, SHORT_TERM, rate, ends),
        running[np.arange(len(ends)) // every] if len(ends) else np.zeros(0),
    )


def curves(x: np.ndarray, rate: int, step_s: float = 0.1) -> Curves:
    """Loudness over time of x, for pictures."""
    return curves_of(hop_energies(x, rate), rate, step_s)


def integrated(x: np.ndarray, rate: int) -> float:
    """Integrated loudness in LUFS; -inf when silent or shorter than 400 ms.

    Example: `integrated(0.1 * sine_997_hz, 48000)` is -23.0 for a stereo sine at -20 dBFS peak.
    """
    return gated(hop_energies(x, rate), rate)


def momentary_max(x: np.ndarray, rate: int) -> float:
    """Largest loudness of any 400 ms, in LUFS."""
    return float(levels(hop_energies(x, rate), MOMENTARY, rate).max(initial=-np.inf))


def short_term_max(x: np.ndarray, rate: int) -> float:
    """Largest loudness of any 3 s, in LUFS."""
    return float(levels(hop_energies(x, rate), SHORT_TERM, rate).max(initial=-np.inf))


def loudness_range(x: np.ndarray, rate: int) -> float:
    """Loudness range in LU (EBU Tech 3342)."""
    return spread(hop_energies(x, rate), rate)
