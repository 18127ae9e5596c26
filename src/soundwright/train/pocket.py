"""Training the pocket generator: first to lead from noise to sound in many steps, then in a few, guidance included.

In the folder of a run lie `state.pt`, from which the same command goes on, `log.jsonl` with its picture `curves.png`,
and `pocket.onnx`, the average of the weights as it would ship. What is drawn for a step follows from its number, so
that a run that was stopped ends like one that was not. The first `flow` steps are plain rectified flow (Liu et al.
2022) with captions left out at times; in the rest the network learns from the average that it had then, which walks
several short guided steps where the network makes one long (after shortcut models, Frans et al. 2024).
"""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from soundwright import seed as seeds
from soundwright.errors import BadRequest, CannotRun
from soundwright.nets import pocket
from soundwright.nets import pocket_codec as codec
from soundwright.progress import Progress
from soundwright.train import pocket_latents as latents
from soundwright.train import runs
from soundwright.train.curve import draw_curve
from soundwright.train.data import shards
from soundwright.train.pocket_net import Config, Pocket

WINDOWS, OFTEN = (13, 25, 50, 75), (0.15, 0.35, 0.3, 0.2)  # tokens: 1, 2, 4 and 6 seconds
FITTING = 4  # draws for a sound that fills half of its window, before a shorter one will do
EARLY, SCATTER = -1.5, 1.5  # of the way's logit: the words decide while there is hardly more than noise
UNSAID, STEERED, TIMED, KNOWN = 0.1, 0.3, 0.3, 0.15  # odds of no caption, a level curve, onsets, known parts
NEAR_END = 0.1  # of the way: nearer to the end, errors are not weighed more
SILENT = 0.15  # weight of what follows a sound's end
LONG_STEPS = (8,)  # of the whole way, that the second part learns to walk in
SHORT_STEPS = 16  # that its teacher takes for the whole way
GUIDANCE = 3.0  # held-out captions were recognised more often by it than by 1.5, and no less than by 5
KEPT = 0.999  # of the average, a step
CLIPPED, WARM_STEPS = 1.0, 200
AHEAD = 6  # batches that are made while the network learns

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class Recipe:
    """What is trained and for how long: `flow` of the `steps` are the first part; `every` so many all is saved."""

    steps: int = 15_000
    flow: int = 14_000
    batch: int = 24
    every: int = 500
    seed: int = 0
    width: int = 256
    layers: int = 6
    heads: int = 4
    rate: float = 6e-4
    halved: bool = False  # bfloat16 on a processor too, where that is faster
    threads: int = 1  # which each learn a part of the batch; on a processor faster than threads within a step
    kinds: tuple[str, ...] = ("foley", "recording")

    def __post_init__(self) -> None:
        counts = (self.steps, self.batch, self.every, self.layers, self.heads, self.threads)
        if min(counts) < 1 or not 0 < self.flow <= self.steps:
            raise BadRequest(
                "steps, batch, every, layers, heads and threads count from 1, and flow steps are some of the steps"
            )
        if self.threads > self.batch:
            raise BadRequest(f"{self.threads} threads have nothing to share in batches of {self.batch}")
        if self.width % (4 * self.heads):
            raise BadRequest(f"a width of {self.width} does not divide into {self.heads} heads of even parts")


@dataclass
class Run:
    """A training that lives: the network, the average of its weights, that average after the first part, the story."""

    net: Pocket
    average: Pocket
    teacher: Pocket
    optimiser: torch.optim.Optimizer
    step: int
    seconds: float
    log: list[dict[str, Any]]

    def parts(self) -> list[Any]:
        return [self.net, self.average, self.teacher, self.optimiser]


def train(
    folder: Path, out: Path, recipe: Recipe, tell: Progress, device: str = "cpu", until: int | None = None
) -> dict[str, Any]:
    """Train on a folder that `soundwright train data` filled, in the folder `out`; what was done there goes on.

    `until` stops earlier than the recipe, as a kill would after saving. Returns the last row of the log. Raises
    `BadRequest` for a folder without data and for a run of another recipe in `out`, `CannotRun`, `Cancelled`.
    """
    basis = codec.ours()
    latents.prepare(folder, basis, tell)
    seen, apart = (latents.read(folder, basis, split, recipe.kinds) for split in ("train", "held_out_caption"))
    if not len(seen) or not len(apart):
        raise BadRequest(f"{folder} has too little sound: {len(seen)} chunks to train on, {len(apart)} held out")
    run = begun(recipe, device)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if (out / runs.STATE).is_file():
            _go_on(run, out, recipe)
        weights = _weights(basis).to(device)
        forward = torch.compile(run.net) if device.startswith("cuda") else run.net
        losses: list[float] = []
        last = min(until or recipe.steps, recipe.steps)
        began = time.monotonic()
        for batch in _batches(seen, recipe, run.step, last):
            tell("train", run.step / recipe.steps)
            losses.append(_step(run, forward, recipe, _to(device, batch), weights))
            if run.step % recipe.every == 0 or run.step == last:
                loss, losses = float(np.mean(losses)), []
                if not math.isfinite(loss):
                    raise CannotRun(f"the training went astray before step {run.step}: begin again, another --seed")
                run.seconds += time.monotonic() - began
                began = time.monotonic()
                row = {"step": run.step, "loss": loss, "held_out": held_out(run.average, apart, recipe, weights)}
                run.log.append(row | {"seconds": round(run.seconds)})
                _save(run, out, recipe)
        return run.log[-1]
    except OSError as error:
        raise CannotRun(f"{out} cannot be written: {error.strerror or error}") from error


def finished(folder: Path, out: Path, recipe: Recipe) -> tuple[Pocket, dict[str, Any]]:
    """The average of the weights of a run in `out`, and the story that goes with it: recipe, data, steps, seconds."""
    run = begun(recipe, "cpu")
    _go_on(run, out, recipe)
    data = json.loads((folder / "DATA.json").read_text("utf-8")) if (folder / "DATA.json").is_file() else {}
    held = {name: data[name] for name in ("hours", "chunks", "recordings") if name in data}
    count = sum(weight.numel() for weight in run.average.parameters())
    story = {"parameters": count, "recipe": asdict(recipe), "data": held, "licence": "Apache-2.0", **run.log[-1]}
    return run.average, story


def held_out(net: Pocket, apart: latents.Latents, recipe: Recipe, weights: Tensor) -> float:
    """The loss of plain flow on held-out captions, the same draws each time."""
    device = weights.device
    found = []
    with torch.inference_mode():
        for number in range(4):
            batch = _batch(apart, replace(recipe, batch=16), number, "held out")
            x, told, vectors, times, audible = (part.to(device) for part in batch)
            found.append(float(_flow(net, x, told, vectors, times, audible, weights)))
    return float(np.mean(found))


def begun(recipe: Recipe, device: str) -> Run:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(seeds.stream(recipe.seed, "weights").integers(2**31)))
        net = Pocket(Config(recipe.width, recipe.layers, recipe.heads)).to(device)
    average = copy.deepcopy(net).requires_grad_(False)
    optimiser = torch.optim.AdamW(net.parameters(), recipe.rate, (0.9, 0.98), weight_decay=0.01)
    return Run(net, average, copy.deepcopy(average), optimiser, 0, 0.0, [])


# --- one step


def _step(run: Run, forward: Any, recipe: Recipe, batch: Batch, weights: Tensor) -> float:
    first = run.step < recipe.flow
    if run.step == recipe.flow:
        run.teacher.load_state_dict(run.average.state_dict())
    done = run.step / recipe.flow if first else (run.step - recipe.flow) / max(1, recipe.steps - recipe.flow)
    rate = recipe.rate * (1.0 if first else 0.25) * min(1.0, (run.step + 1) / WARM_STEPS)
    for group in run.optimiser.param_groups:
        group["lr"] = rate * (0.1 + 0.9 * (0.5 + 0.5 * math.cos(math.pi * done)))
    losses, gradients = _learned(run, forward, recipe, batch, weights)
    for parameter, *parts in zip(run.net.parameters(), *gradients, strict=True):
        parameter.grad = torch.stack(parts).mean(0)
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), CLIPPED)
    run.optimiser.step()
    run.step += 1
    kept = min(KEPT, (run.step + 1) / (run.step + 10))
    with torch.no_grad():
        for slow, quick in zip(run.average.parameters(), run.net.parameters(), strict=True):
            slow.lerp_(quick, 1 - kept)
    return float(np.mean(losses))


def _learned(
    run: Run, forward: Any, recipe: Recipe, batch: Batch, weights: Tensor
) -> tuple[list[float], list[tuple[Tensor, ...]]]:
    """The losses and the gradients of a batch's parts."""
    kind, parameters = weights.device.type, list(run.net.parameters())

    def of(part: Batch) -> tuple[float, tuple[Tensor, ...]]:
        with torch.autocast(kind, torch.bfloat16, enabled=kind == "cuda" or recipe.halved):
            if run.step < recipe.flow:
                loss = _flow(forward, *part, weights)
            else:
                loss = _shortcut(forward, run.teacher, *part, weights, run.step)
        return float(loss.detach()), torch.autograd.grad(loss, parameters)

    parts = list(zip(*(whole.chunk(recipe.threads) for whole in batch), strict=True))
    if len(parts) == 1:  # which a GPU wants, whose graphs belong to one thread
        found = [of(parts[0])]
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            found = list(pool.map(of, parts))
    return [loss for loss, _ in found], [gradients for _, gradients in found]


def _flow(net: Any, x: Tensor, told: Tensor, vectors: Tensor, times: Tensor, audible: Tensor, weights: Tensor):
    """The weighed error of the velocity from a point on the straight line between noise and sound."""
    sound, noise = x.unbind(1)
    at = times[:, :1, None]
    found = net((1 - at) * noise + at * sound, told, vectors, times).float()
    return _error(found - sound, at, told, audible, weights)


def _shortcut(
    net: Any, teacher: Pocket, x: Tensor, told: Tensor, vectors: Tensor, times: Tensor, audible: Tensor,
    weights: Tensor, step: int,
) -> Tensor:  # fmt: skip
    """The error of one long step beside the short ones that the guided teacher takes."""
    count = LONG_STEPS[step % len(LONG_STEPS)]
    sound, noise = x.unbind(1)
    at = torch.floor(times[:, :1] * count).clamp(0, count - 1) / count
    length = torch.full_like(at, 1 / count)
    begin = (1 - at[..., None]) * noise + at[..., None] * sound
    with torch.no_grad():
        now = begin
        for short in range(SHORT_STEPS // count):
            here = at + short / SHORT_STEPS
            clean = _guided(teacher, now, told, vectors, torch.cat([here, 0 * length, times[:, 2:]], 1))
            now = now + (clean - now) * (1 / SHORT_STEPS / (1 - here))[..., None]
        wanted = begin + (now - begin) * ((1 - at) / length)[..., None]
    found = net(begin, told, vectors, torch.cat([at, length, times[:, 2:]], 1)).float()
    return _error(found - wanted, at[..., None], told, audible, weights)


def _guided(net: Pocket, x: Tensor, told: Tensor, vectors: Tensor, times: Tensor) -> Tensor:
    twice = [torch.cat([one, other]) for one, other in ((x, x), (told, told), (vectors, 0 * vectors), (times, times))]
    said, unsaid = net(*twice).float().chunk(2)
    return unsaid + GUIDANCE * (said - unsaid)


def _error(off: Tensor, at: Tensor, told: Tensor, audible: Tensor, weights: Tensor) -> Tensor:
    """Mean square of an error of clean latents as one of velocities; what was known counts for nothing."""
    frames = off.unflatten(-1, (pocket.SPAN, pocket.DIMS)) / (1 - at).clamp(min=NEAR_END)[..., None]
    unknown = 1 - told[..., pocket.WIDTH : pocket.WIDTH + pocket.SPAN]
    counted = unknown * audible
    each = (frames.square() * weights).mean(-1)
    return (each * counted).sum() / counted.sum().clamp(min=1)


def _weights(basis: codec.Basis) -> Tensor:
    """How much each component counts: as its size in decibels, of mean 1."""
    return torch.from_numpy((basis.scales / basis.scales.mean()).astype(np.float32))


# --- what is trained on


def _to(device: str, batch: Batch) -> Batch:
    x, told, vectors, times, audible = (part.to(device) for part in batch)
    return x, told, vectors, times, audible


def _batches(seen: latents.Latents, recipe: Recipe, first: int, last: int) -> Iterator[Batch]:
    """Batches from a step on, made some ahead."""
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(_batch, seen, recipe, step, "batch") for step in range(first, last)[:AHEAD]]
        for step in range(first, last):
            yield waiting.pop(0).result()
            if step + AHEAD < last:
                waiting.append(pool.submit(_batch, seen, recipe, step + AHEAD, "batch"))


def _batch(seen: latents.Latents, recipe: Recipe, number: int, name: str) -> Batch:
    """Sound and noise `[b, 2, n, WIDTH]`, controls, words, times, and how much each frame counts `[b, n, SPAN]`."""
    rng = seeds.stream(recipe.seed, name, number)
    tokens = int(rng.choice(WINDOWS, p=OFTEN))
    made = [_example(seen, _drawn(seen, tokens, rng), tokens, rng) for _ in range(recipe.batch)]
    x, told, vectors, times, audible = (torch.from_numpy(np.stack(parts)) for parts in zip(*made, strict=True))
    return x, told, vectors, times, audible


def _drawn(seen: latents.Latents, tokens: int, rng: np.random.Generator) -> int:
    """The index of a chunk, rather one whose sound fills half of the window."""
    index, least_s = 0, tokens * pocket.SPAN / pocket.FRAME_HZ / 2
    for _ in range(FITTING):
        index = int(rng.integers(len(seen)))
        if tokens == WINDOWS[0] or seen.rows[index]["duration_s"] >= least_s:
            break
    return index


def _example(seen: latents.Latents, index: int, tokens: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    frames = tokens * pocket.SPAN
    sounding = math.ceil(seen.rows[index]["duration_s"] * pocket.FRAME_HZ)
    room = min(sounding, latents.FRAMES) - frames
    start = int(rng.integers(room + 1)) if room > 0 and rng.random() < 0.5 else 0
    values = seen.values[index, start : start + frames].astype(np.float32)
    wish = seen.wish(index, start, rng.random() < STEERED, rng.random() < TIMED)
    if rng.random() < UNSAID:
        wish = replace(wish, caption="")
    if rng.random() < KNOWN:
        wish = replace(wish, known=values, kept=_kept(frames, rng))
    sound = np.stack([values, rng.standard_normal(values.shape, np.float32)]).reshape(2, tokens, pocket.WIDTH)
    at = 1 / (1 + np.exp(-rng.normal(EARLY, SCATTER)))
    audible = np.where(np.arange(frames) < sounding - start + 2, 1.0, SILENT).reshape(tokens, pocket.SPAN)
    times = np.array([at, 0.0, wish.start_s, wish.seconds], np.float32)
    return sound, pocket.controls(wish, tokens), pocket.heard(wish.caption), times, audible.astype(np.float32)


def _kept(frames: int, rng: np.random.Generator) -> np.ndarray:
    """Which frames are known: all before a point, all after one, or all but a gap."""
    one, other = sorted(rng.integers(1, frames, size=2))
    kept = np.zeros(frames, np.float32)
    kind = rng.integers(4)
    if kind in (0, 2, 3):
        kept[:one] = 1
    if kind in (1, 2):
        kept[other:] = 1
    return kept


# --- going on


def _save(run: Run, out: Path, recipe: Recipe) -> None:
    runs.save(out, recipe, run.parts(), step=run.step, seconds=run.seconds, log=run.log)
    shards.put(out / "log.jsonl", "".join(json.dumps(row) + "\n" for row in run.log).encode())
    series = {name: [row[name] for row in run.log] for name in ("loss", "held_out")}
    shards.put(out / "curves.png", draw_curve(series, "pocket generator", [row["step"] for row in run.log]))


def _go_on(run: Run, out: Path, recipe: Recipe) -> None:
    held = runs.go_on(out, recipe, run.parts())
    run.step, run.seconds, run.log = held["step"], held["seconds"], held["log"]
