"""What `soundwright evaluate codec` hears of one piece of ours and of rain at falling bitrates, and of 28 Opus files.

Run: `PYTHONPATH=. python benchmarks/codec.py`. Encoders are libsndfile's: LAME at constant bitrates, Opus and Vorbis at
compression levels; the bitrate printed is that of the file.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from soundwright import studio
from soundwright.audio import Audio, Stream
from soundwright.evaluate import codec
from soundwright.request import EffectRequest, MusicRequest

LEVELS = {
    "mp3": [(320 - bitrate) / 288 for bitrate in (48, 64, 96, 128, 192, 256, 320)],
    "opus": [0.95, 0.85, 0.7, 0.5, 0.2],
    "ogg": [0.95, 0.75, 0.5, 0.3, 0.1],
}


def encodings(name: str, sound: Audio) -> None:
    print(f"{name:<10}{'kbit/s':>8}{'bandwidth Hz':>14}{'holes %':>9}{'ringing dB':>12}{'high side dB':>14}  warnings")
    row(name, codec.measure(sound), sound.rate * sound.channels * 24 / 1000)
    with tempfile.TemporaryDirectory() as folder:
        for ending, levels in LEVELS.items():
            options = {"bitrate_mode": "CONSTANT"} if ending == "mp3" else {"format": "OGG"}
            if ending != "mp3":
                options["subtype"] = "OPUS" if ending == "opus" else "VORBIS"
            for level in levels:
                file = Path(folder) / f"x.{ending}"
                soundfile.write(file, 0.8 * sound.samples.T, sound.rate, compression_level=level, **options)
                row(ending, codec.measure(Stream.read(file)), file.stat().st_size * 8e-3 / sound.duration_s)


def row(name: str, heard: codec.Codec, kilobits: float) -> None:
    side = 10 * np.log10(max(heard.width_high or 0.0, 1e-9))
    figures = f"{heard.bandwidth_hz:14.0f}{100 * heard.holes:9.2f}{heard.ringing_db:12.2f}{side:14.1f}"
    print(f"{name:<10}{kilobits:8.0f}{figures}  {len(codec.warnings(heard))}")


def main() -> None:
    from tools.ears.packages import Package, got

    request = MusicRequest(prompt="orchestral adventure", duration_s=8, seed=1)
    encodings("music", studio.music(request, stems=False).audio)
    encodings("rain", studio.effect(EffectRequest(prompt="rain on a tin roof", duration_s=8, seed=1))[0].audio)
    sounds = "immich_memories_music/tracks"
    package = Package("pip", "immich-memories-music==0.1.0", "immich_memories_music-*.whl", sounds, "MIT")
    files = sorted(got("immich-memories-music", package).glob("*/*.opus"))
    heard = [codec.measure(Stream.read(file)) for file in files]
    warned = sum(bool(codec.warnings(one)) for one in heard)
    ringing, holes = (max(getattr(one, figure) for one in heard) for figure in ("ringing_db", "holes"))
    print(
        f"{len(files)} Opus files of 128 kbit/s: {warned} warned of, holes up to {holes:.4f}, ringing to {ringing:.2f}"
    )


if __name__ == "__main__":
    main()
