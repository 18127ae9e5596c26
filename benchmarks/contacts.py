"""Fits the small network that tells contacts from other jumps of velocity (`soundwright/video/contacts.npz`).

Run: `python benchmarks/contacts.py [--films 30]` (an hour on 2 cores; wants torch and the extra [video]). It draws
films of the open families of `tests/films`, under several cameras, before several backgrounds, at several rates, noises
and compressions, prints recall and precision of quarters that were left out, and then fits on all. Held-out families
are not touched.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.films import OPEN, make  # noqa: E402

CAMERAS = ("tripod", "handheld", "pan", "zoom")
RATES = {"30": 0.2, "25": 0.2, "24": 0.1, "23.976": 0.1, "29.97": 0.1, "60": 0.1, "50": 0.1, "59.94": 0.1}
UNITS, EPOCHS, BATCH, FOLDS = (48, 24), 60, 256, 4
FIRST_SEED = 1000  # far from those of the tests
CLOSE, FAR = 1.05, 2.2  # pictures from a true event within which a candidate is right, and beyond which it is wrong


def candidates(job: tuple[str, int]) -> dict:
    """One film of a family: figures and times of its candidates, and the true events."""
    from soundwright.video import contacts, events, motion, pictures
    from soundwright.video.clock import film

    family, seed = job
    rng = np.random.default_rng([seed, OPEN.index(family)])
    look = {
        "rate": str(rng.choice(list(RATES), p=list(RATES.values()))),
        "camera": str(rng.choice(CAMERAS)),
        "background": str(rng.choice(["texture", "texture", "plain"])),
        "noise": float(rng.choice([1.0, 2.0, 2.0, 4.0])),
        "crf": int(rng.choice([22, 26, 26, 30])),
    }
    with tempfile.TemporaryDirectory() as folder:
        truth = make(family, seed, path=Path(folder), **look)
        found = film(truth.path)
        watcher = events._Watcher(1 / float(found.rate))
        for moment in motion.watch(pictures.frames(found, width=motion.WIDTH, grey=False)):
            watcher.see(moment)
        watcher._end_shot()
    told = contacts.groups(watcher.kinks, watcher.step_s)
    return {
        "family": family, "step": watcher.step_s, "true": np.array([one.time_s for one in truth.events]),
        "contact": not any(one.sudden for one in truth.events),
        "times": np.array([contacts.time_of(group) for group in told]), "x": np.array([group[0].x for group in told]),
        "figures": contacts.figures(told, watcher.step_s) if told else np.zeros((0, 91)),
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
    from torch import nn

    from soundwright.video import contacts

    torch.manual_seed(seed)
    figures, right = rows(films)
    mean, spread = figures.mean(axis=0), figures.std(axis=0) + 1e-6
    x = torch.tensor(np.clip((figures - mean) / spread, -contacts.FAR, contacts.FAR)).float()
    y = torch.tensor(right).float()
    sizes = (x.shape[1], *UNITS)
    hidden = [(nn.Linear(a, b), nn.Tanh(), nn.Dropout(0.2)) for a, b in pairwise(sizes)]
    net = nn.Sequential(*(part for parts in hidden for part in parts), nn.Linear(sizes[-1], 1))
    best = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.1)
    slower = torch.optim.lr_scheduler.OneCycleLR(best, 8e-3, EPOCHS * (len(x) // BATCH + 1))
    for _ in range(EPOCHS):
        for some in torch.randperm(len(x)).split(BATCH):
            best.zero_grad()
            guess = net(x[some] + 0.05 * torch.randn_like(x[some]))[:, 0]
            nn.functional.binary_cross_entropy_with_logits(guess, y[some]).backward()
            best.step()
            slower.step()
    w1, b1, w2, b2, w3, b3 = (part.detach().numpy() for part in net.parameters())
    parts = {"mean": mean, "spread": spread, "w1": w1.T, "b1": b1, "w2": w2.T, "b2": b2, "w3": w3[0], "b3": b3[0]}
    return {name: np.asarray(part, np.float32) for name, part in parts.items()}


def examined(net: dict[str, np.ndarray], films: list[dict]) -> tuple[int, int, int]:
    """Found, told, and there."""
    from soundwright.video import contacts, events

    found = told = there = 0
    for one in films:
        if not one["contact"]:
            continue
        sure = contacts.sure(one["figures"], net)
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
    parser.add_argument("--films", type=int, default=30, help="for each family")
    asked = parser.parse_args()
    jobs = [(name, FIRST_SEED + number) for number in range(asked.films) for name in OPEN]
    with ProcessPoolExecutor(2) as workers:
        films = list(workers.map(candidates, jobs))
    for fold in range(FOLDS):
        net = fit([one for at, one in enumerate(films) if at // len(OPEN) % FOLDS != fold])
        found, told, there = examined(net, [one for at, one in enumerate(films) if at // len(OPEN) % FOLDS == fold])
        print(f"left out {fold + 1} of {FOLDS}: recall {found / there:.3f}, precision {found / told:.3f}, of {there}")
    np.savez(ROOT / "src" / "soundwright" / "video" / "contacts.npz", **fit(films))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
