"""The way of a sound through the mastering room: hear it, draw a chain, find the gain, render, and measure again.

Everything works on a source that can be opened as often as wanted and gives blocks, so an array and a file of two hours
go the same way; only an array is kept in between. Whatever the steps before have done, the promise of the preset is
measured on the very samples that leave, and the chain is trimmed until it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from soundwright.dsp.block import PIECE, Block
from soundwright.dsp.dither import Dither
from soundwright.dsp.eq import Gain
from soundwright.dsp.fades import Fades
from soundwright.dsp.limiter import Limiter
from soundwright.dsp.match import Profile, towards
from soundwright.finish import recipes
from soundwright.finish.aim import LEAST_SPEECH, QUIETEST_LUFS, gain_for, heard
from soundwright.finish.analysis import Analysis, analyse
from soundwright.finish.chain import Chain
from soundwright.finish.presets import Preset
from soundwright.finish.report import Measured, Report, measure

FADE_IN_MS, FADE_OUT_MS = 3.0, 10.0
STARTS_SILENT = 0.003  # -50 dB under the peak: a sound that begins there needs no fade, and keeps its attack
NEAR_LU = 0.08
KEPT_S = 240.0
TRIALS = 4
LOOP_LEAD_S = 1.0  # how much of its own end a loop is led in by, so that filters and gain meet at the seam


@dataclass(frozen=True, eq=False)
class Source:
    """Sound that can be opened again and again. `keep` holds results as arrays, for what fits in memory."""

    rate: int
    channels: int
    open: Callable[[], Iterable[np.ndarray]]
    keep: bool = False
    told: list[dict[str, Any]] = field(default_factory=list)  # what the chain did, once the sound has been heard out

    @classmethod
    def held(cls, x: np.ndarray, rate: int) -> Source:
        """An array. What becomes of one longer than `KEPT_S` is rendered anew each time it is heard, not kept."""
        keep = x.shape[1] <= KEPT_S * rate
        return cls(rate, len(x), lambda: (x[:, at : at + PIECE] for at in range(0, x.shape[1], PIECE)), keep=keep)

    def through(self, chain: Chain) -> Source:
        """This source as it comes out of `chain`."""
        told: list[dict[str, Any]] = []
        if self.keep:
            whole = np.concatenate([np.zeros((self.channels, 0), np.float32), *self._run(chain, told)], axis=1)
            return replace(Source.held(whole, self.rate), told=told)
        return Source(self.rate, self.channels, lambda: self._run(chain, told), told=told)

    def _run(self, chain: Chain, told: list[dict[str, Any]]) -> Iterator[np.ndarray]:
        state = chain.start(self.rate, self.channels)
        for piece in self.open():
            state, out = chain.step(state, piece)
            if out.shape[1]:
                yield out
        rest = chain.flush(state)
        told[:] = chain.told(state)
        if rest.shape[1]:
            yield rest

    def inner(self, lead: int, frames: int) -> Source:
        """The part of `frames` frames from `lead` on."""
        return Source(self.rate, self.channels, lambda: _part(self.open(), lead, frames), self.keep, self.told)


def _part(pieces: Iterable[np.ndarray], lead: int, frames: int) -> Iterator[np.ndarray]:
    at = 0
    for piece in pieces:
        inner = piece[:, max(lead - at, 0) : max(lead + frames - at, 0)]
        at += piece.shape[1]
        if inner.shape[1]:
            yield inner


@dataclass(frozen=True)
class Order:
    """What is asked of the room beside the preset; None takes the preset's own."""

    name: str
    preset: Preset
    loudness_lufs: float | None = None
    ceiling_dbtp: float | None = None
    bits: int | None = None
    loop_frames: int = 0  # of a loop that was led in and out by itself
    lead: int = 0
    reference: Profile | None = None
    gain_db: float | None = None  # before the limiter, whatever loudness comes of it

    @property
    def needs_tone(self) -> bool:
        return self.reference is not None or any(recipe is not recipes.subsonic for recipe in self.preset.recipes)

    @property
    def target_lufs(self) -> float:
        return self.preset.loudness_lufs if self.loudness_lufs is None else self.loudness_lufs

    @property
    def ceiling(self) -> float:
        return self.preset.ceiling_dbtp if self.ceiling_dbtp is None else self.ceiling_dbtp


def master(source: Source, order: Order) -> tuple[Source, Report]:
    """The finished source, and its report."""
    shape = _shape(source, order)
    shaped = source.through(Chain(shape)) if shape else source
    counted = shaped.inner(order.lead, order.loop_frames) if order.loop_frames else shaped
    spoken = order.preset.by == "dialogue"
    analysis = analyse(counted.open(), source.rate, source.channels, tone=False, speech=spoken)
    limiter, aimed = Limiter(order.ceiling), order.target_lufs
    for _ in range(TRIALS):
        if order.gain_db is None:
            gain_db, held_back = gain_for(analysis, aimed, order.preset.by, limiter, order.preset.most_limiting_db)
        else:
            gain_db, held_back = order.gain_db, False
        last = _last(order, gain_db, limiter)
        done = shaped.through(last)
        if order.loop_frames:
            done = done.inner(order.lead, order.loop_frames)
        measured = measure(done.open(), source.rate, source.channels)
        loud = heard(measured.hops, source.rate, order.preset.by, analysis.speech)
        over = measured.true_peak_dbtp - order.ceiling
        given_up = held_back or order.gain_db is not None or loud < QUIETEST_LUFS
        missed = 0.0 if given_up else order.target_lufs - loud
        if over <= 0 and abs(missed) <= NEAR_LU:
            break
        # the curves foretell the slope well and the level to a tenth: what they missed is added to the aim
        aimed += missed
        if over > 0:
            limiter = replace(limiter, ceiling_dbtp=limiter.ceiling_dbtp - over - 0.01)
    chain = Chain((*shape, *last.blocks))
    steps = (*(shaped.told if shape else ()), *done.told)
    return done, _report(order, chain, measured, loud, analysis, gain_db, held_back, steps)


def _shape(source: Source, order: Order) -> tuple[Block, ...]:
    """The blocks before the gain: the preset's recipes, the way to a reference, and clean ends."""
    first = analyse(source.open(), source.rate, source.channels, tone=order.needs_tone, loud=order.needs_tone)
    made: list[Block] = [block for recipe in order.preset.recipes for block in recipe(first)]
    if order.reference is not None:
        made += towards(first.spectrum, order.reference)
    if not order.loop_frames and first.frames:
        rise = FADE_IN_MS if first.first_peak > STARTS_SILENT * first.peak else 0.0
        fall = FADE_OUT_MS if first.last_peak > STARTS_SILENT * first.peak else 0.0
        most = 500.0 * first.frames / first.rate  # the fades never meet
        if rise or fall:
            made.append(Fades(min(rise, most), min(fall, most)))
    return tuple(made)


def _last(order: Order, gain_db: float, limiter: Limiter) -> Chain:
    dither = (Dither(order.bits),) if order.bits is not None and order.bits <= 16 else ()
    return Chain((Gain(float(gain_db)), limiter, *dither))


def _report(
    order: Order,
    chain: Chain,
    measured: Measured,
    loud: float,
    analysis: Analysis,
    gain_db: float,
    held_back: bool,
    steps: tuple[dict[str, Any], ...],
) -> Report:
    readings = {key: value for key, value in vars(measured).items() if key != "hops"}
    spoken = None if analysis.speech is None else int(analysis.speech.sum())
    silent = loud < QUIETEST_LUFS  # there is no loudness to promise
    near = silent or abs(loud - order.target_lufs) <= order.preset.tolerance_lu
    return Report(
        preset=order.name,
        **readings,
        gain_db=float(gain_db),
        target_lufs=order.target_lufs,
        by="integrated" if spoken is not None and spoken < LEAST_SPEECH else order.preset.by,
        ceiling_dbtp=order.ceiling,
        promise_kept=bool(near and measured.true_peak_dbtp <= order.ceiling),
        held_back=bool(held_back),
        dialogue_s=None if spoken is None else spoken / 100,
        steps=steps,
        chain=chain.to_yaml(),
    )
