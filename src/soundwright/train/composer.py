"""The recipe of the learned composer: tunes are read, the network is trained, the best epoch becomes the shipped file.

    soundwright train composer -o run        about an hour on one core; Ctrl-C and the same line again go on

A run's folder holds `state.pt` (to go on from), `log.jsonl` (a line for each epoch), `curve.png` and `composer.npz`.
The same recipe gives the same weights on the same machine and version of torch.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from soundwright.deliver.files import staged
from soundwright.errors import BadRequest, CannotRun
from soundwright.nets.composer_tokens import FIELDS
from soundwright.progress import Progress
from soundwright.seed import stream
from soundwright.train import composer_data as data
from soundwright.train import tunes
from soundwright.train.curve import draw_curve

if TYPE_CHECKING:
    import torch

    from soundwright.train.composer_net import ComposerNet

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]
IGNORED = -100


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the weights; `batch` counts events, `rate` is the highest learning rate."""

    width: int = 192
    layers: int = 4
    dropout: float = 0.1
    epochs: int = 16
    batch: int = 2048
    rate: float = 1.5e-3
    decay: float = 0.05
    warm: int = 150  # batches
    smooth: float = 0.995  # of the running mean of the weights, which is what is tested and kept
    seed: int = 0
    per_style: int = data.PER_STYLE  # pieces by the rules in each of their styles
    threads: int = 1


def material(per_style: int) -> dict[str, list[data.Tune]]:
    """`train`, `check` and `held`: human tunes, split by families, and in the first two also tunes by the rules.

    `rules held` are tunes by the rules that nothing is trained on. Raises `CannotRun` without music21's corpus.
    """
    human = [tune for sheet in tunes.sheets() if (tune := data.human(sheet)) is not None]
    sides = data.split(human)
    ruled = data.by_rules(per_style) if per_style else []
    return {
        "train": sides["train"] + [tune for k, tune in enumerate(ruled) if k % 20 > 1],
        "check": sides["check"],
        "held": sides["held"],
        "rules held": [tune for k, tune in enumerate(ruled) if k % 20 <= 1],
    }


def batches(
    encoded: Sequence[tuple[np.ndarray, np.ndarray]], size: int, rng: np.random.Generator | None
) -> list[Batch]:
    """Rows, pitches and lengths of tunes of like length, padded to the longest, `size` events in each."""
    order = sorted(range(len(encoded)), key=lambda k: (len(encoded[k][0]), rng.random() if rng else 0.0))
    groups: list[list[int]] = [[]]
    for k in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(encoded[k][0]) > size:
            groups.append([])
        groups[-1].append(k)
    if rng is not None:
        rng.shuffle(groups)
    return [_padded([encoded[k] for k in group]) for group in groups]


def _padded(tunes: Sequence[tuple[np.ndarray, np.ndarray]]) -> Batch:
    longest = max(len(rows) for rows, _ in tunes)
    rows = np.zeros((len(tunes), longest, len(FIELDS)), np.int64)
    told = np.full((2, len(tunes), longest), IGNORED, np.int64)
    for k, (line, tokens) in enumerate(tunes):
        rows[k, : len(line)] = line
        told[:, k, : len(line)] = tokens.T
    return rows, told[0], told[1]


def _losses(net: ComposerNet, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Summed cross-entropies of pitches and of lengths, in nats."""
    import torch
    from torch.nn.functional import cross_entropy

    rows, pitches, lengths = (torch.from_numpy(part) for part in batch)
    with torch.autocast("cpu", torch.bfloat16):
        pitch, length = net(rows, pitches.clamp_min(0))
    one, two = (
        cross_entropy(logits.float().flatten(0, 1), told.flatten(), ignore_index=IGNORED, reduction="sum")
        for logits, told in ((pitch, pitches), (length, lengths))
    )
    return one, two


def bits(net: ComposerNet, side: Sequence[data.Tune], size: int = 8192) -> dict[str, float]:
    """Bits a pitch and a length cost on tunes as they are written, and perplexity of an event (both tokens)."""
    import torch

    pitch = length = events = 0.0
    with torch.inference_mode():
        for batch in batches([data.encode(tune) for tune in side], size, None):
            one, two = _losses(net, batch)
            pitch, length, events = pitch + float(one), length + float(two), events + float((batch[1] >= 0).sum())
    nats = np.array([pitch, length]) / max(events, 1.0)
    told = {"pitch_bits": nats[0] / np.log(2), "length_bits": nats[1] / np.log(2), "perplexity": np.exp(nats.sum())}
    return {name: round(float(value), 4) for name, value in told.items()}


class Run:
    """A training run in its folder: network, optimizer, running mean of the weights, and how far it is."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        import torch

        from soundwright.train.composer_net import ComposerNet

        torch.set_num_threads(recipe.threads)
        self.folder, self.recipe = folder, recipe
        with _seeded(recipe.seed, "start"):
            self.net = ComposerNet(recipe.width, recipe.layers, recipe.dropout)
        self.mean = ComposerNet(recipe.width, recipe.layers, 0.0).eval()
        self.mean.load_state_dict(self.net.state_dict())
        groups = [
            {"params": [p for p in self.net.parameters() if p.dim() > 1], "weight_decay": recipe.decay},
            {"params": [p for p in self.net.parameters() if p.dim() == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, recipe.rate, (0.9, 0.98))
        self.epoch = self.steps = 0
        self.log: list[dict[str, Any]] = []
        if (folder / "state.pt").is_file():
            self._go_on()

    def _go_on(self) -> None:
        """Take up the state in the folder. Raises `BadRequest` where it is of another recipe or cannot be read."""
        import torch

        try:
            state = torch.load(self.folder / "state.pt", weights_only=True)
            same = state["recipe"] == asdict(self.recipe)
        except Exception as error:
            raise BadRequest(f"{self.folder / 'state.pt'} cannot be read; begin in another folder") from error
        if not same:
            raise BadRequest(f"{self.folder} holds a run of another recipe; begin in another folder")
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.steps, self.log = state["epoch"], state["steps"], json.loads(state["log"])

    def one_epoch(self, train: Sequence[data.Tune], tell: Progress) -> float:
        """All tunes once, each in one of its ways of writing; returns the mean bits an event cost."""
        import torch

        rng = stream(self.recipe.seed, "epoch", self.epoch)
        drawn = [ways[int(rng.integers(len(ways)))] for ways in map(data.variants, train)]
        made = batches([data.encode(tune, rng) for tune in drawn], self.recipe.batch, rng)
        total = self.recipe.epochs * len(made)
        nats = events = 0.0
        self.net.train()
        with _seeded(self.recipe.seed, "dropout", self.epoch):
            for k, batch in enumerate(made):
                tell("train", (self.epoch + k / len(made)) / self.recipe.epochs)
                for group in self.optimizer.param_groups:
                    group["lr"] = self.recipe.rate * _warmth(self.steps, self.recipe.warm, total)
                one, two = _losses(self.net, batch)
                count = float((batch[1] >= 0).sum())
                self.optimizer.zero_grad()
                ((one + two) / count).backward()
                torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
                self.optimizer.step()
                self.steps += 1
                share = min(self.recipe.smooth, (1 + self.steps) / (10 + self.steps))
                with torch.no_grad():
                    for kept, now in zip(self.mean.parameters(), self.net.parameters(), strict=True):
                        kept.lerp_(now, 1 - share)
                nats, events = nats + float(one.detach() + two.detach()), events + count
        self.epoch += 1
        return nats / events / float(np.log(2))

    def save(self, card: dict[str, Any], best: bool) -> None:
        """State, log and curve, and the weights where this epoch is the best so far: all of them or none."""
        import torch

        state = {
            "recipe": asdict(self.recipe), "net": self.net.state_dict(), "mean": self.mean.state_dict(),
            "optimizer": self.optimizer.state_dict(), "epoch": self.epoch, "steps": self.steps,
            "log": json.dumps(self.log),
        }  # fmt: skip
        with staged(self.folder) as stage:
            torch.save(state, stage.path(self.folder / "state.pt"))
            lines = "".join(json.dumps(line) + "\n" for line in self.log)
            stage.path(self.folder / "log.jsonl").write_text(lines)
            stage.path(self.folder / "curve.png").write_bytes(
                draw_curve(
                    {"train": [line["train_bits"] for line in self.log],
                     "check": [line["pitch_bits"] + line["length_bits"] for line in self.log]},
                    "bits an event, by epoch",
                )
            )  # fmt: skip
            if best:
                export(self.mean.weights(), card, stage.path(self.folder / "composer.npz"))


def _seeded(seed: int, *names: object):
    """Torch's generator forked and seeded by name while a block runs."""
    from contextlib import contextmanager

    import torch

    @contextmanager
    def seeded() -> Iterator[None]:
        with torch.random.fork_rng([]):
            torch.manual_seed(int(stream(seed, "composer", *names).integers(2**62)))
            yield

    return seeded()


def _warmth(step: int, warm: int, total: int) -> float:
    """Learning rate as a share of its highest: a linear rise, then half a cosine down to a fiftieth."""
    if step < warm:
        return (step + 1) / warm
    done = min((step - warm) / max(total - warm, 1), 1.0)
    return 0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * done)))


def export(weights: dict[str, np.ndarray], card: dict[str, Any], place: Path) -> None:
    """The shipped file: half-precision arrays, and the card (what trained it, how long) as JSON text."""
    with place.open("wb") as file:
        arrays: dict[str, Any] = {name: value.astype(np.float16) for name, value in weights.items()}
        np.savez(file, card=np.array(json.dumps(card)), **arrays)


def train(folder: Path, recipe: Recipe | None = None, tell: Progress | None = None) -> dict[str, Any]:
    """Train in `folder` (or go on there) and return the card of the best epoch; `composer.npz` holds it.

    Raises `CannotRun` without torch or music21's corpus, `BadRequest` for a folder of another recipe, `Cancelled`
    when stopped: what the last whole epoch wrote stays, and the same call goes on from there.
    """
    recipe, tell = recipe or Recipe(), tell or Progress()
    try:
        import torch
    except ImportError:
        raise CannotRun("training needs torch: pip install 'soundwright[train]'") from None
    tell("read")
    sides = material(recipe.per_style)
    run = Run(folder, recipe)
    best = min((line["perplexity"] for line in run.log), default=np.inf)
    card: dict[str, Any] = {}
    while run.epoch < recipe.epochs:
        before = time.perf_counter()
        spent = run.one_epoch(sides["train"], tell)
        told = {"epoch": run.epoch, "train_bits": round(spent, 4), **bits(run.mean, sides["check"])}
        run.log.append({**told, "seconds": round(time.perf_counter() - before, 1)})
        better, best = told["perplexity"] < best, min(best, told["perplexity"])
        card = {
            "licence": "Apache-2.0",
            "trained_on": {name: len(side) for name, side in sides.items()},
            "recipe": asdict(recipe),
            "parameters": sum(p.numel() for p in run.net.parameters()),
            "epoch": run.epoch,
            "seconds": round(sum(line["seconds"] for line in run.log), 1),
            "check": told,
            "torch": torch.__version__,
        }
        run.save(card, better)
    tell("train", 1.0)
    return card_of(folder / "composer.npz")


def card_of(path: Path) -> dict[str, Any]:
    """The card in a weights file."""
    with np.load(path, allow_pickle=False) as file:
        return json.loads(str(file["card"]))
