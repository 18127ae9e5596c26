"""The pocket codec by number of dimensions, beside Opus: what is kept of held-out recordings and held-out chunks.

Run: `PYTHONPATH=. python benchmarks/pocket_codec.py DATA [--sheet PNG] [--each N]`, where DATA is a folder that
`soundwright train data` filled. Components are fitted to its training chunks; measured are its held-out recordings as
they are, and chunks of `foley` and `score` whose captions are held out. Opus is libopus through ffmpeg.

Columns: `mel dB` mean distance of log-mel spectra at windows of 11, 43 and 171 ms; `lines dB` the same of single lines
(two takes of one noise differ by about 6 there); `pitch` share of periodic frames whose pitch is kept within 50 cents;
`cents` their median error; `rise dB` by how much onsets are softer; `onsets` F-measure at 20 ms; `LUFS` and `side dB`
mean errors of loudness and of the side's level; `ringing` what `evaluate codec` hears more than in the original.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from soundwright.audio import Audio
from soundwright.dsp import loudness, onsets, spectra
from soundwright.errors import BadRequest
from soundwright.evaluate import codec as artefacts
from soundwright.nets import pocket_codec as codec
from soundwright.progress import Progress
from soundwright.train import pocket_codec as recipe
from soundwright.train.data import packages, real, shards

RATE = codec.RATE
WINDOWS = (512, 2048, 8192)
FLOOR_DB = 80.0  # under the loudest: nothing is compared there
DIMS = ((32, 1), (64, 1), (128, 1), (128, 2), (256, 2))


def distance(x: np.ndarray, y: np.ndarray, lines: bool) -> float:
    """Mean difference in dB of both channels' spectra, where either is within `FLOOR_DB` of the loudest."""
    found = []
    for size in WINDOWS:
        power = [np.square(np.abs(spectra.stft(one, size, size // 2))) for one in (x, y)]
        if not lines:
            bank = spectra.mel_bank(RATE, size, 40 if size < 1024 else 80).T
            power = [one @ bank for one in power]
        level = [10 * np.log10(one + 1e-12) for one in power]
        least = level[0].max() - FLOOR_DB
        a, b = (np.maximum(one, least) for one in level)
        heard = (a > least) | (b > least)
        found.append(float(np.abs(a - b)[heard].mean()))
    return float(np.mean(found))


def pitches(x: np.ndarray, hop: int = 1024, size: int = 4096) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in Hz and clarity of each frame of a stereo sound: the normalised autocorrelation's first high peak
    (McLeod and Wyvill 2005), 50 to 2000 Hz."""
    mono = np.pad(x.mean(axis=0), (0, size))
    views = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop].astype(np.float64)
    power = np.fft.irfft(np.square(np.abs(np.fft.rfft(views, 2 * size))))[:, : size // 2]
    energy = np.cumsum(np.pad(np.square(views), ((0, 0), (1, 0))), axis=1)
    lags = np.arange(size // 2)
    norm = energy[:, size - lags] + energy[:, -1:] - energy[:, lags]
    curve = 2 * power / np.maximum(norm, 1e-9)
    curve[:, : RATE // 2000] = 0
    curve[:, RATE // 50 :] = 0
    peak = np.pad((curve[:, 1:-1] > curve[:, :-2]) & (curve[:, 1:-1] >= curve[:, 2:]), ((0, 0), (1, 1)))
    most = np.where(peak, curve, 0).max(axis=1, keepdims=True)
    at = np.argmax(peak & (curve >= 0.9 * most), axis=1)
    rows = np.arange(len(at))
    left, mid, right = (curve[rows, np.clip(at + off, 0, size // 2 - 1)] for off in (-1, 0, 1))
    off = 0.5 * (left - right) / np.minimum(left - 2 * mid + right, -1e-9)
    loud = np.square(views).mean(axis=1) > 1e-4 * np.square(views).mean(axis=1).max()
    return RATE / np.maximum(at + np.clip(off, -0.5, 0.5), 1), np.where(loud & (at > 0), most[:, 0], 0)


def side_db(x: np.ndarray) -> float:
    mid, side = np.square(x[0] + x[1]).mean(), np.square(x[0] - x[1]).mean()
    return float(np.clip(10 * np.log10((side + 1e-12) / (mid + 1e-12)), -40, 10))


def compared(x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """One sound and what came back of it, both `[2, n]`; NaN where a measure has nothing to hear."""
    out = {"mel dB": distance(x, y, False), "lines dB": distance(x, y, True)}
    (hz, clear), (other, _) = pitches(x), pitches(y)
    tonal = clear > 0.9
    cents = np.abs(1200 * np.log2(other[tonal] / hz[tonal]))
    out["tonal"] = float(tonal.sum())
    out["pitch"] = float((cents < 50).sum())
    out["cents"] = float(np.median(cents[cents < 50])) if (cents < 50).any() else np.nan
    first, second = onsets.onsets(Audio(x, RATE)), onsets.onsets(Audio(y, RATE))
    pairs = [
        (one, near)
        for one in first
        if second and abs((near := min(second, key=lambda o: abs(o.time_s - one.time_s))).time_s - one.time_s) < 0.02
    ]
    out["onsets"] = 2 * len(pairs) / (len(first) + len(second)) if first or second else np.nan
    out["rise dB"] = float(np.mean([one.rise_db - near.rise_db for one, near in pairs])) if pairs else np.nan
    out["LUFS"] = abs(loudness.momentary_max(x, RATE) - loudness.momentary_max(y, RATE))
    out["side dB"] = abs(side_db(x) - side_db(y))
    out["ringing"] = ringing(y) - ringing(x)
    return out


def ringing(x: np.ndarray) -> float:
    try:
        return artefacts.measure(Audio(x, RATE)).ringing_db or np.nan
    except BadRequest:
        return np.nan


def opus(kilobits: int) -> Callable[[np.ndarray], np.ndarray]:
    def there_and_back(x: np.ndarray) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            wav, ogg, back = (Path(folder) / name for name in ("a.wav", "a.opus", "b.wav"))
            soundfile.write(wav, x.T, RATE, subtype="FLOAT")
            ffmpeg = ["ffmpeg", "-loglevel", "error", "-y", "-i"]
            subprocess.run([*ffmpeg, wav, "-c:a", "libopus", "-b:a", f"{kilobits}k", ogg], check=True)
            subprocess.run([*ffmpeg, ogg, "-c:a", "pcm_f32le", "-ar", str(RATE), back], check=True)
            y = soundfile.read(back, dtype="float32", always_2d=True)[0].T[:, : x.shape[1]]
        return np.pad(y, ((0, 0), (0, x.shape[1] - y.shape[1])))

    return there_and_back


def pocket(basis: codec.Basis) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: codec.decode(codec.encode(x, basis), basis, x.shape[1])


def sounds(data: Path, each: int) -> dict[str, list[np.ndarray]]:
    """Held-out recordings whole, and as many held-out chunks of `foley` and of `score`."""
    found = [one for one in packages.recordings(Progress())[0] if shards.source_held_out(one.name)]
    sets = {"recordings": [real._read(one)[:, : 10 * RATE] for one in found]}
    sets["recordings"] = [np.pad(x, ((0, 0), (0, max(0, RATE + 4096 - x.shape[1])))) for x in sets["recordings"]]
    for kind in ("foley", "score"):
        chunks = (chunk for chunk in shards.chunks(data, "held_out_caption") if chunk.kind == kind)
        sets[kind] = [chunk.samples for chunk, _ in zip(chunks, range(each), strict=False)]
    return sets


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    out = {key: float(np.nanmean([row[key] for row in rows])) for key in rows[0] if key not in ("tonal", "pitch")}
    frames = sum(row["tonal"] for row in rows)
    out["pitch"] = sum(row["pitch"] for row in rows) / frames if frames else np.nan
    return out


def sheet(path: Path, sets: dict[str, list[np.ndarray]], ways: dict[str, Callable[[np.ndarray], np.ndarray]]) -> None:
    """Spectrograms of three sounds of each set, one a row, beside what each way gives back: log frequency, 80 dB."""
    from PIL import Image, ImageDraw

    rows, wide, high = [x for found in sets.values() for x in found[:: max(len(found) // 3, 1)][:3]], 380, 150
    picture = Image.new("L", (wide * (len(ways) + 1), high * len(rows) + 14), 255)
    draw = ImageDraw.Draw(picture)
    hz = np.geomspace(60, 22_000, high - 4)
    for row, x in enumerate(rows):
        top = None
        for column, (name, way) in enumerate({"original": lambda x: x, **ways}.items()):
            power = np.square(np.abs(spectra.stft(way(x[:, : 4 * RATE]).mean(axis=0), 4096, 480)))
            level = 10 * np.log10(power[:, np.round(hz * 4096 / RATE).astype(int)] + 1e-12).T[::-1]
            top = level.max() if top is None else top
            grey = np.uint8(255 * np.clip((level - top + 80) / 80, 0, 1))
            image = Image.fromarray(255 - grey).resize((wide - 4, high - 4))
            picture.paste(image, (column * wide, row * high + 14))
            draw.text((column * wide + 4, 1), name, fill=0)
    picture.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--each", type=int, default=30)
    asked = parser.parse_args()
    rows = recipe.features(asked.data, "train", 1, Progress())
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
    for dims, span in DIMS:
        basis = codec.fit(rows, dims, span)
        kept = np.square(basis.scales).sum() / np.var((rows * codec.layout().weights), axis=0).sum() / span
        ways[f"{dims} x {25 / span:g}"] = pocket(basis)
        print(f"{dims} dimensions {25 / span:g} times a second: {100 * kept:.1f} % of the variance")
    ways["all features"] = lambda x: codec.synthesise(codec.analyse(x), np.random.default_rng(0))[:, : x.shape[1]]
    if shutil.which("ffmpeg"):
        ways |= {"opus 24": opus(24), "opus 48": opus(48)}
    sets = sounds(asked.data, asked.each)
    for name, found in sets.items():
        print(f"\n{name}: {len(found)} sounds, {sum(x.shape[1] for x in found) / RATE:.0f} s")
        columns = ("mel dB", "lines dB", "pitch", "cents", "rise dB", "onsets", "LUFS", "side dB", "ringing")
        print(f"{'':<14}" + "".join(f"{column:>10}" for column in columns))
        for way, through in ways.items():
            said = mean([compared(x, through(x)) for x in found])
            print(f"{way:<14}" + "".join(f"{said[column]:10.2f}" for column in columns))
    x = np.concatenate([x for found in sets.values() for x in found], axis=1)[:, : 60 * RATE]
    basis = codec.fit(rows, 128)
    latents = codec.encode(x, basis)
    clock, busy = [], []
    for _ in range(3):
        begun = time.perf_counter(), time.process_time()
        codec.decode(latents, basis, x.shape[1])
        clock.append(time.perf_counter() - begun[0])
        busy.append(time.process_time() - begun[1])
    seconds = x.shape[1] / RATE
    print(
        f"\ndecoding {seconds:.0f} s: {seconds / min(clock):.0f} times real time, {seconds / min(busy):.0f} by CPU time"
    )
    if asked.sheet:
        shown = ("32 x 25", "128 x 25", "all features", "opus 24")
        sheet(asked.sheet, sets, {name: way for name, way in ways.items() if name in shown})


if __name__ == "__main__":
    main()
