"""The pocket generator as it runs: words, times, curves and known sound become latents of the pocket codec.

A diffusion transformer (`train/pocket_net.py`) as an ONNX file, run by onnxruntime. A token is two frames, 80 ms.
It looks at a noisy sound and says what sound that may be; a few such looks, each a straight step towards the last
answer, lead from noise to sound (rectified flow, Liu et al. 2022; guidance and long steps are learned, as in Frans et
al. 2024). What is known of the sound is given with it: its words, how long it lasts, its level and onsets 25 times a
second, and any part of it that is there already.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.errors import CannotRun
from soundwright.nets import pocket_codec as codec
from soundwright.nets import words
from soundwright.progress import Progress

WEIGHTS_FILE = "pocket.onnx"
DIMS = 128  # of a latent frame
SPAN = 2  # latent frames a token
FRAME_HZ = codec.RATE / codec.PATCH
WORDS = 20  # of a caption that are heard; what follows them is not
LEVEL_DB, SPREAD_DB = -45.0, 25.0  # middle and spread of the levels that the network hears
LOUD_WORD = 8.0  # words that mean much have vectors about twice as long, "a" and "the" a fourth
WIDTH = SPAN * DIMS
# beside the known latents: which frames they are; the level, and whether it is asked for; of each frame whether
# something begins in it and where in it, and whether onsets are asked for
CONTROLS = WIDTH + SPAN + SPAN + 1 + 2 * SPAN + 1
STEPS = 8
REST_DB, STROKE_DB, FALL_DB, STROKE_FRAMES = -70.0, -18.0, 4.0, 10  # of strokes: a frame is 40 ms

Look = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Wish:
    """What is asked for, in a window that begins `start_s` after the sound does; the sound lasts `seconds` in all.

    `energy_db` `[frames]` is the level 25 times a second from the window's start, `onsets_s` when something begins
    there; None leaves them free. `known` `[frames, DIMS]` are latents of which the frames in `kept` `[frames]` stay.
    """

    caption: str
    seconds: float
    start_s: float = 0.0
    energy_db: np.ndarray | None = None
    onsets_s: tuple[float, ...] | None = None
    known: np.ndarray | None = None
    kept: np.ndarray | None = None


def struck(onsets_s: tuple[float, ...], seconds: float) -> np.ndarray:
    """A level curve of strokes that die away by 100 dB a second, for a wish that is to begin at these times only."""
    curve = np.full(round(seconds * FRAME_HZ), REST_DB, np.float32)
    for time_s in onsets_s:
        begin = int(time_s * FRAME_HZ)
        stroke = STROKE_DB - FALL_DB * np.arange(len(curve) - begin)[:STROKE_FRAMES] if begin < len(curve) else []
        curve[begin : begin + len(stroke)] = np.maximum(curve[begin : begin + len(stroke)], stroke)
    return curve


def tokens_of(seconds: float) -> int:
    """The tokens that hold so many seconds."""
    return max(1, int(np.ceil(round(seconds * FRAME_HZ / SPAN, 6))))


def heard(caption: str) -> np.ndarray:
    """The vectors of a caption's first words `[WORDS, 256]`, zeros where it has no more."""
    found = words.tokens(caption)[:WORDS] / np.float32(LOUD_WORD)
    return np.pad(found, ((0, WORDS - len(found)), (0, 0)))


def controls(wish: Wish, tokens: int) -> np.ndarray:
    """What the network is told beside words and times `[tokens, CONTROLS]`."""
    frames = tokens * SPAN
    known, kept = np.zeros((frames, DIMS), np.float32), np.zeros(frames, np.float32)
    if wish.known is not None and wish.kept is not None:
        count = min(frames, len(wish.known))
        kept[:count] = wish.kept[:count]
        known[:count] = wish.known[:count] * kept[:count, None]
    level, steered = np.zeros(frames, np.float32), np.zeros((tokens, 1), np.float32)
    if wish.energy_db is not None:
        steered[:] = 1
        curve = np.pad(np.asarray(wish.energy_db, np.float32)[:frames], (0, max(0, frames - len(wish.energy_db))),
                       constant_values=-90.0)  # fmt: skip
        level = (curve - LEVEL_DB) / SPREAD_DB
    begins, timed = np.zeros((frames, 2), np.float32), np.zeros((tokens, 1), np.float32)
    if wish.onsets_s is not None:
        timed[:] = 1
        for time_s in wish.onsets_s:
            frame = int(time_s * FRAME_HZ)
            if 0 <= frame < frames:
                begins[frame] = 1, time_s * FRAME_HZ - frame
    parts = (known, kept, level, begins)
    rows = np.concatenate([part.reshape(tokens, -1) for part in parts] + [steered, timed], axis=1)
    return rows.astype(np.float32)


def sample(
    look: Look, wish: Wish, tokens: int, rng: np.random.Generator, tell: Progress | None = None, *,
    init: np.ndarray | None = None, strength: float = 1.0, steps: int = STEPS, guidance: float = 1.0,
    step_size: float | None = None,
) -> np.ndarray:  # fmt: skip
    """Latents `[tokens * SPAN, DIMS]` for a wish.

    With `init` `[frames, DIMS]` it begins `strength` of the way back at noise (SDEdit, Meng et al. 2022), rounded to
    whole steps. `guidance` over 1 looks twice a step, with the words and without (networks that have not learned it);
    `step_size` is what the network is told of the steps' length (by default their length).
    """
    noise = rng.standard_normal((tokens, WIDTH), np.float32)
    told, vectors = controls(wish, tokens)[None], heard(wish.caption)[None]
    first = 0 if init is None else steps - max(1, round(strength * steps))
    x = noise
    if init is not None and first:
        start = np.pad(init[: tokens * SPAN], ((0, max(0, tokens * SPAN - len(init))), (0, 0)), mode="edge")
        x = noise * (1 - first / steps) + start.reshape(tokens, WIDTH).astype(np.float32) * (first / steps)
    for step in range(first, steps):
        if tell is not None:
            tell("render", (step - first) / (steps - first))
        at = step / steps
        times = np.array([[at, 1 / steps if step_size is None else step_size, wish.start_s, wish.seconds]], np.float32)
        found = look(x[None], told, vectors, times)[0]
        if guidance > 1:
            plain = look(x[None], told, np.zeros_like(vectors), times)[0]
            found = plain + guidance * (found - plain)
        x = x + (found - x) / np.float32(steps - step)
    out = x.reshape(-1, DIMS)
    if wish.known is not None and wish.kept is not None:
        count = min(len(out), len(wish.known))
        kept = wish.kept[:count].astype(bool)
        out[:count][kept] = wish.known[:count][kept]
    return out


@lru_cache(maxsize=1)
def ours() -> tuple[Look, dict[str, Any]]:
    """The network that ships with the package, and the story of its training."""
    with as_file(files("soundwright.nets").joinpath(WEIGHTS_FILE)) as path:
        return read(path)


def read(path: Path) -> tuple[Look, dict[str, Any]]:
    """A network in an ONNX file, ready to look, and its story. Raises `CannotRun` in one line."""
    try:
        import onnxruntime
    except ImportError as error:
        raise CannotRun("the pocket engine needs onnxruntime: pip install onnxruntime") from error
    if not path.is_file():
        raise CannotRun(f"{path} is missing (`soundwright train pocket` makes one)")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        names = [one.name for one in session.get_inputs()]
        story = json.loads(session.get_modelmeta().custom_metadata_map["story"])
    except Exception as error:  # onnxruntime has an exception of its own for each fault of a file
        raise CannotRun(f"{path} holds no pocket network: {str(error).splitlines()[0][:120]}") from error

    def look(x: np.ndarray, told: np.ndarray, vectors: np.ndarray, times: np.ndarray) -> np.ndarray:
        return np.asarray(session.run(None, dict(zip(names, (x, told, vectors, times), strict=True)))[0])

    return look, story
