"""How long a film takes: a minute of 1080p30 seen, planned, sounded and muxed, and what sync peers would have.

Run: `python benchmarks/video.py` (about two minutes; wants ffmpeg and the extra [video]). The film is drawn by
`tests/films` and scaled; the baselines are as many random cues, and as many at an even rate, on the same events.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.films import make  # noqa: E402

SECONDS = 60.0


def near(found: np.ndarray, true: np.ndarray, within_s: float) -> tuple[float, float, float]:
    """Recall and precision within a picture, and the median distance of the true events from what was told, in s."""
    free, met = list(true), 0
    for time_s in found:
        other = min(free, key=lambda one: abs(one - time_s), default=9e9)
        if abs(other - time_s) <= within_s:
            free.remove(other)
            met += 1
    apart = np.abs(true[:, None] - found[None]).min(axis=1) if len(found) else np.full(len(true), np.nan)
    return met / len(true), met / max(len(found), 1), float(np.median(apart))


def main() -> None:
    from soundwright import soundtrack
    from soundwright.progress import Progress
    from soundwright.request import SoundtrackRequest

    with tempfile.TemporaryDirectory() as folder:
        truth = make("two", 5, path=Path(folder), rate="30", seconds=SECONDS)
        film = Path(folder) / "hd.mp4"
        scale = ["-vf", "scale=1920:1080", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23"]
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(truth.path), *scale, str(film)], check=True)
        began = time.perf_counter()
        seen = soundtrack.see(film, Progress())
        took = time.perf_counter() - began
        print(f"seeing alone: {took:.1f} s, {SECONDS / took:.1f}x real time")
        began = time.perf_counter()
        made = soundtrack.soundtrack(SoundtrackRequest(video=str(film), prompt="a ball bounces on wood"))
        made.save(Path(folder) / "out.mp4")
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cues = len(made.plan.cues)
        print(f"film to film, {cues} cues: {took:.1f} s, {SECONDS / took:.2f}x real time, {memory:.0f} MB")
        true = np.array([event.time_s for event in truth.events])
        found = np.array([event.time_s for event in seen.events])
        rng = np.random.default_rng(0)
        rows = {
            "ours": found,
            "random": np.sort(rng.uniform(0, SECONDS, len(true))),
            "even": np.linspace(0, SECONDS, len(true) + 2)[1:-1],
        }
        for name, times in rows.items():
            recall, precision, apart = near(times, true, 1 / 30 + 1e-6)
            print(f"{name:<8} recall {recall:.2f}  precision {precision:.2f}  median distance {1000 * apart:.1f} ms")


if __name__ == "__main__":
    main()
