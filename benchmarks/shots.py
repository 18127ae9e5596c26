"""The shots of a film: the cuts and slow changes that are told, how fast, and beside PySceneDetect where there is one.

Run: `python benchmarks/shots.py FILM [TRUTH]`; TRUTH is a text file with the second of a cut on each line. With it,
what is found and what is right are told, within 0.1 s.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from soundwright.video import clock, cuts, motion, pictures, shots


def main(path: Path, truth: Path | None) -> None:
    film = clock.film(path)
    slow, other = shots.Slow(), _Other(float(film.rate))
    start, found = time.process_time(), []
    watched = slow.passing(other.passing(pictures.frames(film, width=motion.WIDTH, grey=False)))
    found = [view.time_s for view, cut in cuts.marked(motion._views(watched)) if cut]
    seconds = time.process_time() - start
    known = [float(line) for line in truth.read_text().split()] if truth else []
    print(f"{path.name}: {float(film.duration_s):.1f} s, {seconds:.1f} s of processor time")
    for name, times in (("soundwright", found), ("PySceneDetect adaptive", other.found)):
        right = f", {_met(times, known)} of them right; {_met(known, times)} of {len(known)} found" if known else ""
        print(f"{name:24} {len(times)} cuts{right}")
    print("slow changes:", ", ".join(f"{one.time_s:.2f} s" for one in slow.boundaries(found)) or "none")


def _met(some: list[float], others: list[float]) -> int:
    return sum(min((abs(one - other) for other in others), default=9.0) < 0.1 for one in some)


class _Other:
    """PySceneDetect's adaptive detector on the same pictures, at the best of its authors' settings: 3.5 and 3."""

    def __init__(self, rate: float) -> None:
        self.rate, self.found, self.detector = rate, [], None
        try:
            from scenedetect.detectors import AdaptiveDetector
        except ImportError:
            return
        self.detector = AdaptiveDetector(adaptive_threshold=3.5, window_width=3, min_scene_len=5)

    def passing(self, frames: Iterable[tuple[float, np.ndarray]]) -> Iterator[tuple[float, np.ndarray]]:
        times = []
        for number, (time_s, picture) in enumerate(frames):
            times.append(time_s)
            if self.detector:
                from scenedetect import FrameTimecode

                at = FrameTimecode(number, fps=self.rate)
                told = self.detector.process_frame(at, np.ascontiguousarray(picture[..., ::-1]))
                self.found += [times[one.frame_num] for one in told]
            yield time_s, picture


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
