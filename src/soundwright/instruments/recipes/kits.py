"""Drum kits: a kit's voice makes the piece that stands under the key."""

from __future__ import annotations

from soundwright.instruments.kits import KITS

VOICES = {
    "acoustic kit": KITS["acoustic"],
    "brush kit": KITS["brush"],
    "808 kit": KITS["808"],
    "909 kit": KITS["909"],
    "hand percussion": KITS["hand"],
    "chip kit": KITS["chip"],
}

FINISH: dict = {}
