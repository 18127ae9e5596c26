"""The recipe of a V2A mapper: pairs of what is seen and heard, a network, and a record of how it learned.

In the folder of a run lie `mapper.safetensors` (the best so far on films that training does not see, which flatters its
figure a little), `log.jsonl`, `curve.png`, `features/` and `state.pt`, from which the same command goes on. Batches,
noise and times are drawn by step, so that a run that was stopped and one that was not end with the same numbers.
"""

from __future__ import annotations

import io
import json
import math
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from soundwright import engines
from soundwright import seed as seeds
from soundwright.engines import v2a_mapper_files as files
from soundwright.engines import weights as places
from soundwright.engines.v2a_features import Ear, Eye, open_ear, open_eye
from soundwright.engines.v2a_mapper import CLAP, CLIP
from soundwright.errors import BadRequest, CannotRun
from soundwright.nets import mapper as nets
from soundwright.progress import Progress
from soundwright.train import v2a_pairs
from soundwright.train.curve import draw_curve
from soundwright.train.v2a_pairs import Pairs, put

RATE, WARM, DECAY, CLIPPED = 3e-4, 0.05, 0.05, 1.0  # AdamW's: rate, share of warming up, decay, gradient
CURVES = {"held_out_cosine": "held-out", "mean_cosine": "one for all", "others_cosine": "of others"}  # answers


@dataclass(frozen=True)
class Recipe:
    """What is trained, and for how long: `every` so many steps the held-out films are asked and all is saved."""

    kind: str = "diffusion"
    steps: int = 20_000
    batch: int = 256
    every: int = 500
    seed: int = 0
    width: int = 512
    layers: int = 6

    def __post_init__(self) -> None:
        if self.kind not in nets.KINDS:
            raise BadRequest(f"there is no mapper {self.kind!r}; there are {' and '.join(nets.KINDS)}")
        if min(self.steps, self.batch, self.every, self.width, self.layers) < 1 or self.width % 16:
            raise BadRequest("steps, batch, every and layers count from 1, and the width is a multiple of 16")


@dataclass
class Run:
    """A training that lives: the network, its optimiser, the steps that are done, the best so far, and its log."""

    network: nets.Mapper
    optimiser: torch.optim.Optimizer
    step: int
    best: float
    log: list[dict[str, Any]]


def train(videos: Path, out: Path, recipe: Recipe, eye: Eye, ear: Ear, tell: Progress, device: str = "cpu",
          anew: bool = False) -> dict[str, Any]:  # fmt: skip
    """Train on a folder of videos with sound, in the folder `out`; what was done there before is gone on with.

    Returns the story of the training as it stands in the mapper. Raises `BadRequest` for a folder without videos of
    use and for a run of another recipe in `out` (`anew` begins it again), `CannotRun`, `Cancelled`.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        pairs = v2a_pairs.gather(videos, out / "features", eye, ear, tell)
        return learn(pairs, out, recipe, (eye.probe(), ear.probe()), tell, device, anew)
    except OSError as error:
        raise CannotRun(f"{out} cannot be written: {error.strerror or error}") from error


def senses(weights: Path | None, clip: Path | None, clap: Path | None, device: str) -> tuple[Eye, Ear]:
    """CLIP and CLAP from folders, else from beside the engine's weights; where these are here, CLAP is the one that
    their AudioLDM listens to. Raises `BadRequest` for what is no folder, `CannotRun` for what is not here or not it."""
    card = engines.card(engines.addresses("v2a-mapper")[0])
    if missing := next((folder for folder in (weights, clip, clap) if folder and not folder.is_dir()), None):
        raise BadRequest(f"{missing} is not a folder with weights")
    home = weights or places.place(card)
    eye = open_eye(clip or places.part(card, home, CLIP), device)
    ear = open_ear(clap or places.part(card, home, CLAP), device)
    if (home / "text_encoder").is_dir():
        fault = f"the AudioLDM in {home} listens to another CLAP than the one that is to be trained on"
        files.check(ear.probe(), files.listener(home), fault)
    return eye, ear


def learn(pairs: Pairs, out: Path, recipe: Recipe, probes: tuple[Tensor, Tensor], tell: Progress, device: str = "cpu",
          anew: bool = False) -> dict[str, Any]:  # fmt: skip
    """The same from pairs that are there."""
    key = json.dumps([asdict(recipe), pairs.fingerprint])
    run = _begun(pairs, recipe, probes, device)
    if (out / "state.pt").is_file() and not anew:
        _go_on(run, out, key)
    seen, heard = (side[~pairs.held_out].to(device) for side in (pairs.seen, pairs.heard))
    while run.step < recipe.steps:
        tell("train", run.step / recipe.steps)
        loss = _step(run, recipe, seen, heard)
        if run.step % recipe.every == 0 or run.step == recipe.steps:
            row = {"step": run.step, "loss": loss} | held_out(run.network, pairs, recipe.seed)
            if not math.isfinite(loss + row["held_out_cosine"]):
                raise CannotRun(f"the training went astray before step {run.step}: begin again with another --seed")
            run.log.append(row)
            story = _story(pairs, recipe, row)
            if row["held_out_cosine"] > run.best:
                run.best = row["held_out_cosine"]
                put(out / "mapper.safetensors", files.written(run.network, story))
            _save(run, out, key)
    return files.read(out / "mapper.safetensors")[1]


def held_out(network: nets.Mapper, pairs: Pairs, seed: int) -> dict[str, float]:
    """The mean cosine of what a mapper says of held-out films with what is heard in them, and what it has to beat:
    the same answer for all (the mean of what was trained on), and its own answers for other films."""
    apart = pairs.held_out
    seen, heard = pairs.seen[apart], pairs.heard[apart]
    device = next(network.parameters()).device
    noise = _normal(heard.shape, seed, "held out")
    with torch.inference_mode():
        said = network.draw(seen.to(device), noise.to(device)).cpu()
    mean = F.normalize(pairs.heard[~apart].mean(0), dim=-1)
    return {
        "held_out_cosine": float((said * heard).sum(-1).mean()),
        "mean_cosine": float((heard @ mean).mean()),
        "others_cosine": float((said.roll(max(1, len(said) // 2), 0) * heard).sum(-1).mean()),
    }


def _begun(pairs: Pairs, recipe: Recipe, probes: tuple[Tensor, Tensor], device: str) -> Run:
    config = nets.Config(recipe.kind, pairs.seen.shape[1], pairs.heard.shape[1], recipe.width, recipe.layers)  # type: ignore[arg-type]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(seeds.stream(recipe.seed, "weights").integers(2**31)))
        network = nets.build(config, (len(probes[0]), len(probes[1])))
    network.standardise(pairs.seen[~pairs.held_out], pairs.heard[~pairs.held_out])
    for name, probe in zip(("picture_probe", "word_probe"), probes, strict=True):
        network.get_buffer(name).copy_(probe)
    network.to(device)
    return Run(network, torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY), 0, -math.inf, [])


def _step(run: Run, recipe: Recipe, seen: Tensor, heard: Tensor) -> float:
    """One step of training, drawn by its number."""
    for group in run.optimiser.param_groups:
        group["lr"] = RATE * _warmth(run.step / recipe.steps)
    chosen = seeds.stream(recipe.seed, "batch", run.step).integers(len(seen), size=recipe.batch)
    at = torch.from_numpy(chosen).to(seen.device)
    noise = _normal((recipe.batch, heard.shape[1]), recipe.seed, "noise", run.step).to(seen.device)
    time = torch.from_numpy(seeds.stream(recipe.seed, "time", run.step).random(recipe.batch, "float32"))
    loss = run.network.loss(seen[at], heard[at], noise, time.to(seen.device))
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), CLIPPED)
    run.optimiser.step()
    run.step += 1
    return float(loss.detach())


def _warmth(done: float) -> float:
    """The share of the full rate: up in a line, then down along a half cosine."""
    return min((done + 1e-3) / WARM, 0.5 + 0.5 * math.cos(math.pi * done))


def _normal(shape: Any, seed: int, *names: object) -> Tensor:
    return torch.from_numpy(seeds.stream(seed, *names).standard_normal(tuple(shape), "float32"))


def _story(pairs: Pairs, recipe: Recipe, row: dict[str, Any]) -> dict[str, Any]:
    """What a mapper's file tells of its training."""
    return {
        "recipe": asdict(recipe),
        "data_sha256": pairs.fingerprint,
        "films": pairs.films,
        "left_out": pairs.left_out,
        "pairs": len(pairs.seen),
        "held_out_pairs": int(pairs.held_out.sum()),
        **row,
    }


def _save(run: Run, out: Path, key: str) -> None:
    held = {"key": key, "step": run.step, "best": run.best, "network": run.network.state_dict(),
            "optimiser": run.optimiser.state_dict(), "log": json.dumps(run.log)}  # fmt: skip
    data = io.BytesIO()
    torch.save(held, data)
    put(out / "log.jsonl", "".join(json.dumps(row) + "\n" for row in run.log).encode())
    put(out / "curve.png", _curve(run.log))
    put(out / "state.pt", data.getvalue())


def _curve(log: list[dict[str, Any]]) -> bytes:
    lines = {label: [row[name] for row in log] for name, label in CURVES.items()}
    title = f"cosine with what is heard; step {log[-1]['step']}, loss {log[-1]['loss']:.4f}"
    return draw_curve(lines, title, [row["step"] for row in log])


def _go_on(run: Run, out: Path, key: str) -> None:
    """Take over what was saved. Raises `BadRequest` where it is another run's, `CannotRun` where it is damaged."""
    try:
        held = torch.load(out / "state.pt", weights_only=True, map_location="cpu")
        if held["key"] != key:
            raise BadRequest(
                f"{out} holds the training of other videos or of another recipe: name another folder (-o), or begin "
                "again there (--anew)"
            )
        run.network.load_state_dict(held["network"])
        run.optimiser.load_state_dict(held["optimiser"])
        run.step, run.best, run.log = held["step"], held["best"], json.loads(held["log"])
    except (OSError, KeyError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise CannotRun(f"{out / 'state.pt'} is damaged: begin again there (--anew)") from error
