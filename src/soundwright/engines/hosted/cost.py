"""What a request is likely to cost: list prices by checkpoint, where a source was found. The vendor's bill decides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Price:
    """A list price in USD, without tax, for each request and for each minute that is made."""

    per_request: float = 0.0
    per_minute: float = 0.0
    read: str = ""  # the month in which it was read


# elevenlabs-*: 0.30 USD a minute of music, 0.12 USD a sound effect (a reading of elevenlabs.io/pricing/api, June 2026;
# a plan's included credits come first).
# stability: Stable Audio 2.5 takes 20 credits of 0.01 USD for any length (a reading of platform.stability.ai/pricing,
# 2025; resellers say the same 0.20 USD).
# lyria-3-*: 0.04 USD a clip, 0.08 USD a song of any length (readings of ai.google.dev/gemini-api/docs/pricing, 2026).
# lyria (Vertex AI): no source found.
PRICES = {
    "elevenlabs-music": Price(per_minute=0.30, read="2026-06"),
    "elevenlabs-music-v2": Price(per_minute=0.30, read="2026-06"),
    "elevenlabs-sound": Price(per_request=0.12, read="2026-06"),
    "stability": Price(per_request=0.20, read="2025"),
    "lyria-3-clip": Price(per_request=0.04, read="2026"),
    "lyria-3.5": Price(per_request=0.08, read="2026"),
}


def estimate(checkpoint: str, duration_s: float, requests: int = 1) -> dict[str, Any]:
    """What `requests` of `duration_s` seconds each may cost, as the manifest says it; `usd` None where unknown."""
    price = PRICES.get(checkpoint)
    if price is None:
        return {"usd": None, "said": "charged by the vendor's plan"}
    usd = requests * (price.per_request + price.per_minute * duration_s / 60.0)
    usd = math.ceil(usd * 100.0 - 1e-6) / 100.0  # whole cents, rounded up
    return {"usd": usd, "said": f"about {usd:.2f} USD by list prices of {price.read}"}
