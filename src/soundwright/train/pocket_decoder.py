"""The recipe of a learned decoder for the pocket codec, beside what the codec's own way back gives on the same chunks.

In the folder of a run lie `decoder.pt` (the best so far on held-out chunks, with its story), `log.jsonl` and
`state.pt`, from which the same command goes on. Crops and noise are drawn by step, so that a run that was stopped and
one that was not see the same. The judges join in after `alone` steps.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from soundwright import seed as seeds
from soundwright.errors import BadRequest, CannotRun
from soundwright.nets import pocket_codec as codec
from soundwright.nets.pocket_decoder import FINER, NOISES, Config, Decoder, Judge
from soundwright.progress import Progress
from soundwright.train import runs
from soundwright.train.data import shards

WINDOWS = (256, 1024, 4096)  # of the spectra that are compared
JUDGED = (512, 1024, 2048)  # of those that are judged
BETAS, CLIPPED = (0.8, 0.95), 1.0  # AdamW's: decay of its means; gradient
JUDGES, MATCHED = 0.3, 1.0  # weights of the judges' verdict and of their layers beside the spectra's distance
AHEAD = 6  # batches that are read and encoded while the network learns


@dataclass(frozen=True)
class Recipe:
    """What is trained and for how long: `every` so many steps held-out chunks are heard and all is saved."""

    steps: int = 50_000
    batch: int = 16
    crop_frames: int = 25  # latents: a second
    every: int = 1000
    alone: int = 2000
    seed: int = 0
    width: int = 256
    blocks: int = 8
    held_out: int = 24  # chunks
    judges: int = 24  # their width
    rate: float = 3e-4

    def __post_init__(self) -> None:
        if (
            min(self.steps, self.batch, self.every, self.width, self.blocks, self.held_out, self.judges) < 1
            or self.alone < 0
        ):
            raise BadRequest("steps, batch, every, width, blocks and held-out chunks count from 1")
        if not 8 <= self.crop_frames <= shards.FRAMES // codec.PATCH:
            raise BadRequest("a crop has 8 to 150 frames")


@dataclass
class Run:
    """A training that lives."""

    decoder: Decoder
    judges: nn.ModuleList
    optimisers: tuple[torch.optim.Optimizer, torch.optim.Optimizer]
    step: int
    best: float
    log: list[dict[str, Any]]

    def parts(self) -> list[Any]:
        return [self.decoder, self.judges, *self.optimisers]


def train(folder: Path, out: Path, recipe: Recipe, tell: Progress, device: str = "cpu") -> dict[str, Any]:
    """Train on a folder that `soundwright train data` filled, in the folder `out`; what was done there goes on.

    Returns the last row of the log. Raises `BadRequest` for a folder without data and for a run of another recipe in
    `out`, `CannotRun`, `Cancelled`.
    """
    basis = codec.ours()
    apart = list(islice(shards.chunks(folder, "held_out_caption"), recipe.held_out))
    crops = _index(folder, recipe.crop_frames)
    if not crops or not apart:
        raise BadRequest(f"{folder} has too little sound: {len(crops)} chunks to train on, {len(apart)} held out")
    run = _begun(recipe, basis, device)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if (out / runs.STATE).is_file():
            _go_on(run, out, recipe)
        plain = float(np.mean([_distance_of(codec.decode(codec.encode(c.samples, basis), basis, shards.FRAMES), c)
                               for c in apart]))  # fmt: skip
        for latents, sound in _batches(crops, recipe, basis, run.step):
            tell("train", run.step / recipe.steps)
            loss = _step(run, recipe, latents.to(device), sound.to(device))
            if run.step % recipe.every == 0 or run.step == recipe.steps:
                if not math.isfinite(loss):
                    raise CannotRun(f"the training went astray before step {run.step}: begin again, another --seed")
                heard = held_out(run.decoder, apart, basis)
                run.log.append({"step": run.step, "loss": loss, "held_out_db": heard, "without_network_db": plain})
                if heard < run.best:
                    run.best = heard
                    kept = {"config": asdict(run.decoder.config), "weights": run.decoder.state_dict()}
                    runs.put(out / "decoder.pt", kept | {"recipe": asdict(recipe), "story": run.log[-1]})
                _save(run, out, recipe)
        return run.log[-1]
    except OSError as error:
        raise CannotRun(f"{out} cannot be written: {error.strerror or error}") from error


def held_out(decoder: Decoder, apart: list[shards.Chunk], basis: codec.Basis) -> float:
    """The mean distance in dB of decoded chunks to what they were."""
    device = next(decoder.parameters()).device
    found = []
    with torch.inference_mode():
        for chunk in apart:
            latents = torch.from_numpy(codec.encode(chunk.samples, basis).T[None].copy()).to(device)
            made = decoder.eval()(latents, _noise(latents.shape, 0, "held out").to(device))
            found.append(_distance_of(made[0].float().cpu().numpy(), chunk))
    decoder.train()
    return float(np.mean(found))


def _distance_of(made: np.ndarray, chunk: shards.Chunk) -> float:
    """Mean difference in dB of the log-mel spectra of a decoded chunk and its original, both channels."""
    from soundwright.dsp import spectra

    pairs = [(spectra.log_mel(x, codec.RATE), spectra.log_mel(y, codec.RATE))
             for x, y in zip(chunk.samples, made, strict=True)]  # fmt: skip
    return float(np.mean([np.abs(np.maximum(x, -80) - np.maximum(y, -80)).mean() for x, y in pairs]))


def spectral_distance(made: Tensor, sound: Tensor) -> Tensor:
    """Differences of both channels, of their sum and of their difference in magnitudes and their logarithms, over
    windows of `WINDOWS` (Yamamoto et al. 2020, with the stereo of Steinmetz et al. 2021)."""
    total = made.new_zeros(())
    four = [torch.stack([x[:, 0], x[:, 1], x[:, 0] + x[:, 1], x[:, 0] - x[:, 1]], 1).flatten(0, 1)
            for x in (made, sound)]  # fmt: skip
    for size in WINDOWS:
        window = torch.hann_window(size, device=made.device)
        a, b = (torch.stft(x, size, size // 4, window=window, return_complex=True).abs() for x in four)
        least = 1e-4 * size**0.5
        total = total + (a - b).norm() / (b.norm() + least) + F.l1_loss((a + least).log(), (b + least).log())
    return total / len(WINDOWS)


def _begun(recipe: Recipe, basis: codec.Basis, device: str) -> Run:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(seeds.stream(recipe.seed, "weights").integers(2**31)))
        decoder = Decoder(Config(basis.axes.shape[1], recipe.width, recipe.blocks)).to(device)
        judges = nn.ModuleList([Judge(size, recipe.judges) for size in JUDGED]).to(device)
    first, second = (torch.optim.AdamW(net.parameters(), recipe.rate, BETAS) for net in (decoder, judges))
    return Run(decoder, judges, (first, second), 0, math.inf, [])


def _step(run: Run, recipe: Recipe, latents: Tensor, sound: Tensor) -> float:
    """One step of training, drawn by its number: first the judges', then the decoder's."""
    for optimiser in run.optimisers:
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (0.5 + 0.5 * math.cos(math.pi * run.step / recipe.steps))
    noise = _noise(latents.shape, recipe.seed, run.step).to(sound.device)
    with torch.autocast(sound.device.type, torch.bfloat16, enabled=sound.device.type == "cuda"):
        made = run.decoder(latents, noise).float()
    loss = spectral_distance(made, sound)
    if run.step >= recipe.alone:
        _learn(run.optimisers[1], run.judges, _verdict(run.judges, made.detach(), sound))
        loss = loss + _judged(run.judges, made, sound)
    _learn(run.optimisers[0], run.decoder, loss)
    run.step += 1
    return float(loss.detach())


def _verdict(judges: nn.ModuleList, made: Tensor, sound: Tensor) -> Tensor:
    """Hinge loss of the judges."""
    parts = [F.relu(1 - judge(sound)[-1]).mean() + F.relu(1 + judge(made)[-1]).mean() for judge in judges]
    return torch.stack(parts).mean()


def _judged(judges: nn.ModuleList, made: Tensor, sound: Tensor) -> Tensor:
    """What the decoder is told by the judges: their verdict, and how far their layers see another sound."""
    total = made.new_zeros(())
    for judge in judges:
        seen, wanted = judge(made), judge(sound)
        apart = [F.l1_loss(a, b.detach()) / (b.detach().abs().mean() + 1e-5)
                 for a, b in zip(seen[:-1], wanted[:-1], strict=True)]  # fmt: skip
        total = total + JUDGES * F.relu(1 - seen[-1]).mean() + MATCHED * torch.stack(apart).mean()
    return total / len(judges)


def _learn(optimiser: torch.optim.Optimizer, network: nn.Module, loss: Tensor) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), CLIPPED)
    optimiser.step()


def _noise(shape: Any, seed: int, *names: object) -> Tensor:
    batch, _, frames = shape
    drawn = seeds.stream(seed, "noise", *names).standard_normal((batch, NOISES, FINER * frames), "float32")
    return torch.from_numpy(drawn)


# --- what is trained on


def _index(folder: Path, frames: int) -> list[tuple[Path, int, int]]:
    """(file, first frame of the chunk, last latent at which a crop may begin) of each chunk that is long enough."""
    found = []
    for lines in sorted(folder.glob("[0-9]*.jsonl")):
        for number, line in enumerate(lines.read_text("utf-8").splitlines()):
            row = json.loads(line)
            room = int(row["duration_s"] * codec.RATE / codec.PATCH) - frames
            if row["split"] == "train" and room >= 0:
                found.append((lines.with_suffix(".flac"), number * shards.FRAMES, room))
    return found


def _batches(crops: list, recipe: Recipe, basis: codec.Basis, first: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Latents and sounds from a step on, read and encoded some batches ahead."""
    with ThreadPoolExecutor(AHEAD // 2) as pool:
        waiting = [pool.submit(_batch, crops, recipe, basis, step) for step in range(first, recipe.steps)[:AHEAD]]
        for step in range(first, recipe.steps):
            yield waiting.pop(0).result()
            if step + AHEAD < recipe.steps:
                waiting.append(pool.submit(_batch, crops, recipe, basis, step + AHEAD))


def _batch(crops: list, recipe: Recipe, basis: codec.Basis, step: int) -> tuple[Tensor, Tensor]:
    import soundfile

    rng = seeds.stream(recipe.seed, "batch", step)
    sounds = []
    for at in rng.integers(len(crops), size=recipe.batch):
        path, begin, room = crops[at]
        with soundfile.SoundFile(path) as file:
            file.seek(begin + codec.PATCH * int(rng.integers(room + 1)))
            sounds.append(file.read(recipe.crop_frames * codec.PATCH, dtype="float32", always_2d=True).T)
    latents = np.stack([codec.encode(sound, basis).T for sound in sounds])
    return torch.from_numpy(np.ascontiguousarray(latents)), torch.from_numpy(np.stack(sounds))


# --- going on


def _save(run: Run, out: Path, recipe: Recipe) -> None:
    runs.save(out, recipe, run.parts(), step=run.step, best=run.best, log=run.log)
    shards.put(out / "log.jsonl", "".join(json.dumps(row) + "\n" for row in run.log).encode())


def _go_on(run: Run, out: Path, recipe: Recipe) -> None:
    held = runs.go_on(out, recipe, run.parts())
    run.step, run.best, run.log = held["step"], held["best"], held["log"]
