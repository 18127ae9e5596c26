"""A look-ahead limiter on true peaks that keeps its ceiling, and leaves what is under it as it was, bit by bit.

The envelope of true peaks (`peak.envelope`, all channels together) is taken per hop of a third of a millisecond; where
it passes the ceiling, attenuation is wanted. Three steps make a gain of it that no ear follows:

    hold      the largest want within the look-ahead to come, and within the 12 ms that have been: half a period of
              the deepest bass, so that the gain does not swing with the wave itself and distort it
    release   exponential in dB: the larger of a fast one and of a slow one that only lasting limiting builds up
    smooth    a Hann window as long as the look-ahead, over what has been held: it never undoes the hold

so that the gain at each hop is at most what every sample beside it needs. A release `r[j] = max(h[j], a r[j-1])` is a
running maximum once a line of slope log a is taken off log h: nothing here loops over samples. Because a moving gain
makes new peaks between samples, a second, short stage watches the output of the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage, signal

from soundwright.dsp import block as blocks
from soundwright.dsp.peak import REACH, envelope, hop_peaks, true_peak
from soundwright.dsp.units import decibels, gain

HOPS_PER_S = 3000
LEAST_HOPS = 6  # look-ahead in hops at the least: the smoothing window needs that many to be smooth
NOTHING_DB = 2e-3  # attenuation that is let go, so that a release ends
MARGIN_DB = 0.04  # between the stages' ceiling and the promise: other interpolators read up to so much higher
HOLD_MS = 12.0
SLOW_SHARE = 0.6  # how much of lasting attenuation the slow release holds


@dataclass(frozen=True, eq=False)
class StageState:
    """Samples not yet given out, and the control curves of the hops not yet used."""

    held: np.ndarray  # [channels, m], the first is the next to give out
    owed: int  # frames taken in and not given out
    skip: int  # frames of silence put before the beginning, so that the first sample can be looked ahead at
    seen: int  # frames of `held` whose envelope is known
    want: np.ndarray  # dB for the hops from the next to give out on
    recent: np.ndarray  # held dB of the last hops, as many as are held on to
    past: np.ndarray  # released dB of the last `window` hops, the next to give out included
    fast: float
    slow: float
    memory: np.ndarray
    rate: int
    most_db: float = 0.0  # the most that has been taken


@dataclass(frozen=True)
class Stage:
    """One pass of the limiter: parameters in dBTP, milliseconds."""

    ceiling_dbtp: float
    look_ahead_ms: float
    release_ms: float
    slow_ms: float
    hold_ms: float = 0.0

    def hop(self, rate: int) -> int:
        return max(round(rate / HOPS_PER_S), 4)

    def window(self, rate: int) -> int:
        hop = self.hop(rate)
        return max(round(self.look_ahead_ms * rate / 1000 / hop), LEAST_HOPS, -(-(REACH + 1) // hop))

    def on(self, rate: int) -> int:
        """Hops that a want is held on to."""
        return round(self.hold_ms * rate / 1000 / self.hop(rate))

    def start(self, rate: int, channels: int) -> StageState:
        window = self.window(rate)
        before = window * self.hop(rate)
        silence, recent = np.zeros((channels, before), np.float32), np.zeros(self.on(rate))
        return StageState(
            silence, 0, before, before, np.zeros(window), recent, np.zeros(window), 0.0, 0.0, np.zeros(1), rate
        )

    def step(self, state: StageState, block: np.ndarray) -> tuple[StageState, np.ndarray]:
        hop, window = self.hop(state.rate), self.window(state.rate)
        held = np.concatenate([state.held, block], axis=1, dtype=np.float32)
        state = replace(state, held=held, owed=state.owed + block.shape[1])
        hops = (held.shape[1] - REACH - 1 - state.seen) // hop
        if hops <= 0:
            return state, held[:, :0]
        back = min(state.seen, REACH + 1)
        span = held[:, state.seen - back : state.seen + hops * hop + REACH + 1]
        new = envelope(span, float(gain(self.ceiling_dbtp)))[back : back + hops * hop]
        want = np.concatenate([state.want, np.maximum(decibels(hop_peaks(new, hop)) - self.ceiling_dbtp, 0.0)])
        state = replace(state, want=want, seen=state.seen + hops * hop)
        ready = len(want) - window  # the gain at the end of a hop needs the window after it
        return self._give(state, hop, window, ready) if ready > 0 else (state, held[:, :0])

    def _give(self, state: StageState, hop: int, window: int, ready: int) -> tuple[StageState, np.ndarray]:
        """Give out `ready` hops. `past` ends with the hop that comes next, so that its gain is known already."""
        frames = ready * hop
        out = state.held[:, :frames]
        if state.want.any() or state.recent.any() or state.past.any() or state.fast or state.slow:
            ahead = np.concatenate([state.recent, _hold(state.want, window)[1 : ready + 1]])
            held = _held_on(ahead, len(state.recent))
            fast, slow, memory = self._release(state, held, ahead[len(state.recent) :], hop)
            released = np.maximum(fast, slow)
            released[released < NOTHING_DB] = 0.0
            curve = np.concatenate([state.past, released])
            at = gain(-np.convolve(curve, _smoother(window), "valid"))
            ramp = at[:-1, None] + np.diff(at)[:, None] * (np.arange(hop) / hop)
            out = out * ramp.reshape(-1).astype(np.float32)
            state = replace(
                state,
                recent=ahead[ready:],
                past=curve[ready:],
                fast=_let_go(fast[-1]),
                slow=_let_go(slow[-1]),
                memory=memory,
                most_db=max(state.most_db, float(held.max())),
            )
        rest = state.held[:, frames:].copy()
        skipped = min(state.skip, frames)
        out = out[:, skipped:]
        return replace(
            state,
            held=rest,
            owed=state.owed - out.shape[1],
            skip=state.skip - skipped,
            seen=state.seen - frames,
            want=state.want[ready:].copy(),
        ), out

    def _release(
        self, state: StageState, held: np.ndarray, ahead: np.ndarray, hop: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        per_hop = hop / state.rate * 1000
        fast = decay(held, np.exp(-per_hop / self.release_ms), state.fast)
        pole = np.exp(-4 * per_hop / self.slow_ms)
        lasting, memory = signal.lfilter([SLOW_SHARE * (1 - pole)], [1.0, -pole], ahead, zi=state.memory)
        return fast, decay(lasting, np.exp(-per_hop / self.slow_ms), state.slow), memory

    def attenuation(self, want: np.ndarray, rate: int) -> np.ndarray:
        """The whole gain curve in dB `[hops]` for wants `[hops]`: what a limiter would do, without doing it."""
        window = self.window(rate)
        ahead = _hold(np.concatenate([np.zeros(window), want, np.zeros(window)]), window)[: len(want) + window]
        held = _held_on(np.concatenate([np.zeros(self.on(rate)), ahead]), self.on(rate))
        fast, slow, _ = self._release(self.start(rate, 1), held, ahead, self.hop(rate))
        return np.convolve(np.maximum(fast, slow), _smoother(window), "full")[window : window + len(want)]

    def flush(self, state: StageState) -> np.ndarray:
        hop = self.hop(state.rate)
        silence = np.zeros((len(state.held), (self.window(state.rate) + 3) * hop + 2 * REACH), np.float32)
        return self.step(state, silence)[1][:, : state.owed]


def decay(wanted: np.ndarray, factor: float, before: float) -> np.ndarray:
    """`r[j] = max(wanted[j], factor * r[j-1])` with `r[-1] = before`, for wanted >= 0, as a running maximum."""
    with np.errstate(divide="ignore"):
        logs = np.log(np.concatenate([[before], wanted]))
    line = np.arange(len(logs)) * np.log(factor)
    return np.exp(np.maximum.accumulate(logs - line) + line)[1:]


def _hold(want: np.ndarray, window: int) -> np.ndarray:
    """For each hop the largest want of the hop before it and of the `window` hops from it on."""
    padded = np.concatenate([[0.0], want, np.zeros(window - 1)])
    return np.lib.stride_tricks.sliding_window_view(padded, window + 1).max(axis=1)


def _held_on(ahead: np.ndarray, hops: int) -> np.ndarray:
    """The largest of each value and the `hops` before it, for the values that have so many before them."""
    return ndimage.maximum_filter1d(ahead, hops + 1, origin=hops // 2)[hops:]


def _let_go(attenuation_db: float) -> float:
    return float(attenuation_db) if attenuation_db >= NOTHING_DB else 0.0


def _smoother(window: int) -> np.ndarray:
    weights = np.hanning(window + 2)[1:-1]
    return weights / weights.sum()


@dataclass(frozen=True)
class Limiter:
    """Look-ahead true-peak limiter: what passes `ceiling_dbtp` is turned down, what does not stays as it is.

    `look_ahead_ms` is how early the gain begins to fall, `release_ms` how fast it recovers from a short peak; lasting
    limiting recovers four times slower than `release_ms`. Raises nothing; frames out are frames in.
    """

    ceiling_dbtp: float = -1.0
    look_ahead_ms: float = 3.0
    release_ms: float = 80.0

    @property
    def stages(self) -> tuple[Stage, Stage]:
        target = self.ceiling_dbtp - MARGIN_DB
        return (
            Stage(target, self.look_ahead_ms, self.release_ms, 4 * self.release_ms, HOLD_MS),
            Stage(target + 0.01, min(self.look_ahead_ms, 1.5), 20.0, 80.0),
        )

    def start(self, rate: int, channels: int) -> tuple[StageState, StageState]:
        first, second = self.stages
        return first.start(rate, channels), second.start(rate, channels)

    def step(self, state, block: np.ndarray):
        first, second = self.stages
        one, block = first.step(state[0], block)
        two, block = second.step(state[1], block)
        return (one, two), block

    def told(self, state) -> dict[str, float]:
        return {"most_taken_db": state[0].most_db}

    def flush(self, state) -> np.ndarray:
        first, second = self.stages
        two, head = second.step(state[1], first.flush(state[0]))
        return np.concatenate([head, second.flush(two)], axis=1)


def limit(x: np.ndarray, rate: int, ceiling_dbtp: float = -1.0, *, release_ms: float = 80.0) -> np.ndarray:
    """x `[channels, frames]` with its true peak at or under the ceiling, verified: limited, measured, and where a trace
    is left over, limited again by it. x itself comes back when it is under the ceiling."""
    if true_peak(x, rate) <= gain(ceiling_dbtp):
        return x
    out = blocks.run(Limiter(ceiling_dbtp, release_ms=release_ms), x, rate)
    for _ in range(3):
        over = true_peak(out, rate) / gain(ceiling_dbtp)
        if over <= 1.0:
            return out
        tighter = Stage(ceiling_dbtp - MARGIN_DB - 0.5 * decibels(over), 1.5, 20.0, 80.0)
        out = blocks.run(tighter, out, rate)
    return out / np.float32(max(true_peak(out, rate) / gain(ceiling_dbtp), 1.0))
