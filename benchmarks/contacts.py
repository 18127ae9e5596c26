"""Fits the small network that tells contacts from other jumps of velocity (`soundwright/video/contacts.npz`).

Run: `python benchmarks/contacts.py [--films 7]` (about ten minutes on 2 cores; wants torch and the extra [video]). It
draws films of the open families of `tests/films`, under several cameras, before several backgrounds, at several rates,
prints recall and precision of thirds that were left out, and then fits on all. Held-out families are not touched.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.films import OPEN, make  # noqa: E402

LOOKS = [
    ("tripod", "texture"), ("handheld", "texture"), ("pan", "texture"), ("tripod", "plain"), ("zoom", "texture"),
    ("handheld", "plain"), ("pan", "plain"),
]  # fmt: skip
RATES = ["30", "25", "24", "60", "29.97", "50"]
UNITS, EPOCHS, FOLDS = 24, 500, 3
CLOSE, FAR = 1.05, 2.2  # pictures from a true event within which a candidate is right, and beyond which it is wrong


def candidates(job: tuple[str, int, str, str, str]) -> dict:
    """One film: figures and times of its candidates, and the true events."""
    from soundwright.video import events, motion, pictures
    from soundwright.video.clock import film

    family, seed, rate, camera, background = job
    with tempfile.TemporaryDirectory() as folder:
        truth = make(family, seed, path=Path(folder), rate=rate, camera=camera, background=background)
        found = film(truth.path)
        watcher = events._Watcher(1 / float(found.rate))
        for moment in motion.watch(pictures.frames(found, width=motion.WIDTH, grey=False)):
            watcher.see(moment)
        watcher._end_shot()
    told = events.groups(watcher.kinks, watcher.step_s)
    return {
        "family": family, "step": watcher.step_s, "true": np.array([one.time_s for one in truth.events]),
        "contact": not any(one.sudden for one in truth.events),
        "times": np.array([events.time_of(group) for group in told]), "x": np.array([group[0].x for group in told]),
        "figures": events.figures(told, watcher.step_s) if told else np.zeros((0, 27)),
    }  # fmt: skip


def rows(films: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    figures, right = [], []
    for one in films:
        if not len(one["times"]):
            continue
        true = one["true"] if one["contact"] else np.zeros(0)
        apart = np.abs(one["times"][:, None] - true[None]).min(axis=1, initial=9.0) / one["step"]
        used = (apart < CLOSE) | (apart > FAR)
        figures.append(one["figures"][used])
        right.append(apart[used] < CLOSE)
    return np.vstack(figures), np.concatenate(right)


def fit(films: list[dict], seed: int = 0) -> dict[str, np.ndarray]:
    import torch

    torch.manual_seed(seed)
    figures, right = rows(films)
    mean, spread = figures.mean(axis=0), figures.std(axis=0) + 1e-6
    x, y = torch.tensor((figures - mean) / spread).float(), torch.tensor(right).float()
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], UNITS), torch.nn.Tanh(), torch.nn.Linear(UNITS, 1))
    best = torch.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=3e-2)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(best, EPOCHS)
    for _ in range(EPOCHS):
        best.zero_grad()
        guess = net(x + 0.05 * torch.randn_like(x))[:, 0]
        torch.nn.functional.binary_cross_entropy_with_logits(guess, y).backward()
        best.step()
        slower.step()
    w1, b1, w2, b2 = (part.detach().numpy() for part in net.parameters())
    parts = {"mean": mean, "spread": spread, "w1": w1.T, "b1": b1, "w2": w2[0], "b2": b2[0]}
    return {name: np.asarray(part, np.float32) for name, part in parts.items()}


def examined(net: dict[str, np.ndarray], films: list[dict]) -> tuple[int, int, int]:
    """Found, told, and there."""
    from soundwright.video import events

    found = told = there = 0
    for one in films:
        if not one["contact"]:
            continue
        hidden = np.tanh((one["figures"] - net["mean"]) / net["spread"] @ net["w1"] + net["b1"])
        sure = 1 / (1 + np.exp(-(hidden @ net["w2"] + net["b2"])))
        kept: list[int] = []
        for at in np.argsort(-sure):
            clear = all(abs(one["times"][at] - one["times"][other]) > events.APART_S
                        or abs(one["x"][at] - one["x"][other]) > events.APART for other in kept)  # fmt: skip
            if sure[at] >= events.SURE and clear:
                kept.append(int(at))
        free = list(one["true"])
        for at in kept:
            near = min(free, key=lambda time: abs(time - one["times"][at]), default=9e9)
            if abs(near - one["times"][at]) <= one["step"] * 1.001:
                free.remove(near)
                found += 1
        told, there = told + len(kept), there + len(one["true"])
    return found, told, there


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=len(LOOKS), help="for each family")
    asked = parser.parse_args()
    names = [name for name in OPEN if name != "nothing"]
    jobs = [
        (name, 11 + look, RATES[(at + look) % len(RATES)], *LOOKS[look % len(LOOKS)])
        for at, name in enumerate(names)
        for look in range(asked.films)
    ]
    with ProcessPoolExecutor(2) as workers:
        films = list(workers.map(candidates, jobs))
    for fold in range(FOLDS):
        net = fit([one for at, one in enumerate(films) if at % FOLDS != fold])
        found, told, there = examined(net, [one for at, one in enumerate(films) if at % FOLDS == fold])
        print(f"left out {fold + 1} of {FOLDS}: recall {found / there:.3f}, precision {found / told:.3f}, of {there}")
    np.savez(ROOT / "src" / "soundwright" / "video" / "contacts.npz", **fit(films))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
