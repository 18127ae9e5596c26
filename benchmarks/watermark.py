"""How watermarks survive: music and effects of our own engines, marked, treated, and listened to again.

    python benchmarks/watermark.py            # the table that the README quotes (about five minutes)

Each row is a treatment; for each mark it gives the share of files in which its detector says marked, and the middle of
its numbers. The first row is unmarked sound: there every "marked" is a false alarm.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import soxr

import soundwright as sw
from soundwright.audio import Audio
from soundwright.deliver import encode, watermark
from soundwright.dsp.units import gain

SECONDS = 20.0
MUSIC = (
    "calm lo-fi piano with soft drums, 78 bpm, in A minor",
    "solo piano nocturne",
    "epic orchestral strings and brass",
    "acoustic folk guitar",
    "techno with a driving bass line",
    "funk with bass, drums and electric piano",
    "ambient pads, slow and dark",
    "jazz trio with brushes",
    "rock with electric guitar",
    "string quartet, waltz",
)
EFFECTS = (
    "rain on a tin roof with distant thunder",
    "footsteps on gravel",
    "a river",
    "strong wind",
    "a crowd cheers",
    "a car engine idles",
    "keyboard typing",
    "birds in the morning",
    "waves on a beach",
    "a clock ticks",
)
NUMBER = {"patchwork": "z", "perth": "score"}


def same(audio: Audio) -> Audio:
    return audio


def through(codec: str, kbps: int, ending: str) -> Callable[[Audio], Audio]:
    """Encoded and decoded by ffmpeg."""

    def treat(audio: Audio) -> Audio:
        with tempfile.TemporaryDirectory() as folder:
            plain, coded, back = (str(Path(folder) / name) for name in ("a.wav", f"a.{ending}", "b.wav"))
            import soundfile

            soundfile.write(plain, audio.samples.T, audio.rate, subtype="FLOAT")
            for command in ((plain, "-c:a", codec, "-b:a", f"{kbps}k", coded), (coded, "-c:a", "pcm_f32le", back)):
                subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", *command], check=True)
            return encode.read(Path(back))

    return treat


def quieter(audio: Audio) -> Audio:
    return Audio(audio.samples * np.float32(gain(-12.0)), audio.rate)


def cropped(audio: Audio) -> Audio:
    return Audio(audio.samples[:, round(4.321 * audio.rate) : round(14.321 * audio.rate)], audio.rate)


def mixed(level_db: float) -> Callable[[Audio], Audio]:
    """With another, unmarked sound whose power is `level_db` beside the marked one's."""

    def treat(audio: Audio) -> Audio:
        beside = other().samples[:, : audio.frames]
        scale = gain(level_db) * np.sqrt(np.mean(audio.samples**2) / np.mean(beside**2))
        return Audio(audio.samples + beside * np.float32(scale), audio.rate)

    return treat


@cache
def other() -> Audio:
    """An unmarked piece to mix with."""
    return sw.music("upbeat pop with drums", SECONDS, seed=99).audio


def stretched(audio: Audio) -> Audio:
    """2 % longer at the same pitch."""
    from soundwright.dsp import stretch

    return Audio(stretch.stretch(audio.samples, audio.rate, 1.02), audio.rate)


def faster(audio: Audio) -> Audio:
    """2 % faster and higher, like a tape."""
    return Audio(soxr.resample(audio.samples.T, audio.rate * 1.02, audio.rate).T, audio.rate)


TREATMENTS: dict[str, Callable[[Audio], Audio]] = {
    "marked, as delivered": same,
    "MP3 128 kb/s": through("libmp3lame", 128, "mp3"),
    "AAC 96 kb/s": through("aac", 96, "m4a"),
    "gain -12 dB": quieter,
    "crop to 10 s": cropped,
    "another sound mixed in, 12 dB under": mixed(-12.0),
    "marked 12 dB under another sound": mixed(12.0),
    "2 % longer, same pitch": stretched,
    "2 % faster, higher": faster,
}


def main() -> None:
    kinds = [kind for kind in watermark.KINDS if kind != "perth" or watermark.available()]
    pieces = [sw.music(prompt, SECONDS, seed=seed).audio for seed, prompt in enumerate(MUSIC)]
    count = len(pieces)
    pieces += [sw.effect(prompt, SECONDS, seed=seed).audio for seed, prompt in enumerate(EFFECTS)]
    rows = {"not marked (false alarms)": [watermark.detect(piece) for piece in pieces]}
    marked = [watermark.apply(piece, tuple(kinds)) for piece in pieces]
    for name, treat in TREATMENTS.items():
        print(f"{name} ...", file=sys.stderr)
        rows[name] = [watermark.detect(treat(piece)) for piece in marked]
    titles = [f"{kind}, {what}" for kind in kinds for what in ("music", "effects")]
    print(f"| {len(MUSIC)} pieces of music, {len(EFFECTS)} effects, {SECONDS:g} s each | {' | '.join(titles)} |")
    print(f"|---|{'---|' * len(titles)}")
    for name, heard in rows.items():
        cells = [_cell(part, kind) for kind in kinds for part in (heard[:count], heard[count:])]
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\nThe sound that was mixed in, alone and unmarked: {watermark.detect(other())}")


def _cell(heard: list[dict], kind: str) -> str:
    numbers = [one[kind][NUMBER[kind]] for one in heard]
    share = sum(bool(one[kind]["marked"]) for one in heard)
    return f"{share} of {len(heard)} ({NUMBER[kind]} {np.median(numbers):.2g})"


if __name__ == "__main__":
    main()
