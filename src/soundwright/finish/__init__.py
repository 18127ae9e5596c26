"""The mastering room: from what an engine or a microphone gives to what may leave the house.

`finish` takes and gives `Audio`, `finish_stream` sound too long to hold; both report what they measured and did.
`Chain` is a list of blocks that replays from YAML, `PRESETS` the table of promises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.errors import BadRequest

if TYPE_CHECKING:
    from soundwright.finish.chain import Chain
    from soundwright.finish.master import Order
    from soundwright.finish.report import Report

__all__ = ["apply", "finish", "finish_stream"]


def finish(
    audio: Audio,
    kind: str = "music",
    *,
    loudness_lufs: float | None = None,
    ceiling_dbtp: float | None = None,
    loop: bool = False,
    preset: str | None = None,
    reference: Audio | None = None,
    bits: int | None = None,
    gain_db: float | None = None,
) -> tuple[Audio, Report]:
    """Finished audio of exactly the same frames, and the report.

    Without a preset, `kind` says what is done: "music" is set to -14 LUFS integrated, "effect" to -16 LUFS by its
    loudest 400 ms; both lose their rumble, get clean ends and stay under -1 dBTP. `preset` names a row of
    `presets.PRESETS`, or "reference" to match the `reference` in loudness, spectrum and width. `loop` keeps both ends
    as they meet. `bits` of 16 or less adds dither, as the file will have it. `gain_db` sets the gain before the limiter
    instead of the loudness, as an earlier report has it: what is edited then stays as loud. Silence stays silence.
    Raises `BadRequest` for an unknown kind or preset and for layouts that loudness is not defined for.
    """
    from soundwright.finish.master import LOOP_LEAD_S, Source, master

    x, lead = audio.samples, 0
    if loop and audio.frames:
        lead = round(LOOP_LEAD_S * audio.rate)
        x = np.pad(x, ((0, 0), (lead, audio.rate // 10)), mode="wrap")
    loop_frames = audio.frames if lead else 0
    order = replace(
        _order(kind, preset, loudness_lufs, ceiling_dbtp, bits, reference, loop_frames, lead), gain_db=gain_db
    )
    done, report = master(Source.held(x, audio.rate), order)
    samples, at = np.empty(audio.samples.shape, np.float32), 0
    for piece in done.open():
        samples[:, at : at + piece.shape[1]] = piece
        at += piece.shape[1]
    samples.flags.writeable = False
    return Audio(samples, audio.rate), report


def finish_stream(
    opened: Callable[[], Stream],
    kind: str = "music",
    *,
    loudness_lufs: float | None = None,
    ceiling_dbtp: float | None = None,
    preset: str | None = None,
    reference: Audio | None = None,
    bits: int | None = None,
) -> tuple[Stream, Report]:
    """As `finish` for sound too long to hold: `opened()` gives the stream anew, three or four times.

    The report is complete when this returns; the stream that comes back renders as it is read. Memory grows by 60 kB
    for a minute of sound, for the curves.
    """
    from soundwright.finish.master import Source, master

    first = opened()
    order = _order(kind, preset, loudness_lufs, ceiling_dbtp, bits, reference)
    done, report = master(Source(first.rate, first.channels, lambda: opened().blocks), order)
    return Stream(first.rate, first.channels, iter(done.open())), report


def apply(chain: Chain, audio: Audio) -> Audio:
    """Audio through a chain, as it stands: replays the `chain` of a report on the sound it was made for."""
    from soundwright.dsp.block import run

    return Audio(run(chain, audio.samples, audio.rate), audio.rate)


def _order(
    kind: str,
    name: str | None,
    loudness_lufs: float | None,
    ceiling_dbtp: float | None,
    bits: int | None,
    reference: Audio | None,
    loop_frames: int = 0,
    lead: int = 0,
) -> Order:
    from soundwright.dsp import loudness, match
    from soundwright.finish import presets
    from soundwright.finish.master import Order

    if kind not in presets.OF_KIND:
        raise BadRequest(f"finishing knows {' and '.join(presets.OF_KIND)}, not {kind!r}")
    name = name or (presets.REFERENCE if reference is not None else presets.OF_KIND[kind])
    if name != presets.REFERENCE:
        chosen = presets.preset(name)
        return Order(name, chosen, loudness_lufs, ceiling_dbtp, bits, loop_frames, lead)
    if reference is None:
        raise BadRequest("the preset reference needs a reference to match")
    chosen, profile = presets.preset("plain-music"), match.profile(reference.samples, reference.rate)
    if loudness_lufs is None:
        heard = loudness.integrated(reference.samples, reference.rate)
        loudness_lufs = heard if np.isfinite(heard) else None
    return Order(name, chosen, loudness_lufs, ceiling_dbtp, bits, loop_frames, lead, profile)
