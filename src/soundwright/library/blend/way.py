"""The way from A to B, in measured steps: an amount of 0.4 is two fifths of the distance that a mode can go.

A mode's depth is no even scale: half of it may bring nine tenths of the change. So the distance to B that a mode
promises to lessen is measured at several depths, and the depth is sought at which the asked share of it is gone.
"""

from __future__ import annotations

import difflib

import numpy as np

from soundwright.errors import BadRequest
from soundwright.library.blend import measure
from soundwright.library.blend.modes import MODES, run
from soundwright.library.blend.pair import ready

DEPTHS = (0.12, 0.3, 0.5, 0.7, 0.85, 1.0)
STEPS = 3  # of narrowing down between two depths


def blend(
    a: np.ndarray, b: np.ndarray, rate: int, amount: float, mode: str = "envelope", *, seed: int = 0
) -> np.ndarray:
    """A `[2, n]` bent towards B `[2, m]` by `amount` 0 to 1; A itself at 0.

    The result is as loud as A in its loudest 400 ms, does not clip where A does not, and is as long as A (in modes
    that let B ring on, as the longer of the two). Raises `BadRequest` for an unknown mode, an amount outside 0 to 1,
    and silence.
    """
    if mode not in MODES:
        near = difflib.get_close_matches(mode, MODES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(MODES)}"
        raise BadRequest(f"there is no mode {mode!r}; {hint}")
    if not 0.0 <= amount <= 1.0:
        raise BadRequest(f"the amount of a blend is 0 to 1, not {amount:g}")
    for name, x in (("first", a), ("second", b)):
        if not np.abs(x).max(initial=0) > 1e-5:
            raise BadRequest(f"the {name} sound is silent: there is nothing to blend")
    if amount == 0.0:
        return a.astype(np.float32)
    pair = ready(a, b, rate, longer=MODES[mode].longer)
    promise = measure.PROMISES[MODES[mode].nears]
    goal = promise(pair.b, pair)

    def tried(depth: float) -> tuple[float, np.ndarray]:
        y = run(pair, a, mode, depth, seed)
        return float(np.sqrt(np.mean(np.square(promise(y, pair) - goal)))), y

    tries = [(0.0, float(np.sqrt(np.mean(np.square(promise(pair.a, pair) - goal)))), pair.a)]
    tries += [(depth, *tried(depth)) for depth in DEPTHS]
    least = min(distance for _, distance, _ in tries)
    wanted = tries[0][1] + amount * (least - tries[0][1])
    at = next(k for k, (_, distance, _) in enumerate(tries) if distance <= wanted + 1e-9)
    if at == 0:  # A is as near already as this mode can bring it: going on would lead away
        return pair.a
    low, high = tries[at - 1], tries[at]
    for _ in range(STEPS if high[1] < wanted - 0.02 else 0):
        share = np.clip((low[1] - wanted) / max(low[1] - high[1], 1e-9), 0.1, 0.9)
        depth = low[0] + float(share) * (high[0] - low[0])
        middle = (depth, *tried(depth))
        low, high = (low, middle) if middle[1] <= wanted else (middle, high)
    return min((low, high), key=lambda one: abs(one[1] - wanted))[2]
