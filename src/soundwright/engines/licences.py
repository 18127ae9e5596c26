"""Terms of weights that more than one engine has."""

from __future__ import annotations

from soundwright.engines.contract import Licence

STABILITY = Licence(
    "Stability AI Community License",
    commercial=None,
    note="free to sell below 1 million USD of annual revenue, with registration; above it wants a licence of its own",
)
