"""The presets as a table: what each promises in loudness and peak, and which recipes make its chain."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from soundwright.errors import BadRequest
from soundwright.finish import recipes
from soundwright.finish.recipes import Recipe


@dataclass(frozen=True)
class Preset:
    """A promise: `loudness_lufs` by "integrated", "momentary" or "dialogue" within `tolerance_lu`, never over
    `ceiling_dbtp`; the limiter takes at most `most_limiting_db`, and a sound that would need more stays quieter."""

    about: str
    loudness_lufs: float
    tolerance_lu: float
    ceiling_dbtp: float
    recipes: tuple[Recipe, ...] = (recipes.subsonic,)
    by: str = "integrated"
    most_limiting_db: float = 9.0


VOICE = (recipes.voice_floor, recipes.expander, recipes.sibilants, recipes.leveller)
MUSIC = (recipes.rumble, recipes.tonal_balance, recipes.bands, recipes.glue, recipes.width)

PRESETS: dict[str, Preset] = {
    "plain-music": Preset("music as it is, at -14 LUFS", -14.0, 0.2, -1.0),
    "effect": Preset("a sound effect by its loudest 400 ms", -16.0, 0.2, -1.0, by="momentary", most_limiting_db=3.0),
    "music": Preset("a mastered song: balance, four bands, glue, width", -14.0, 0.2, -1.0, MUSIC),
    "dialogue": Preset("speech cleaned and levelled", -23.0, 0.3, -1.0, VOICE),
    "podcast": Preset(
        "speech at -16 LUFS (Apple Podcasts, AES TD1008)", -16.0, 0.5, -1.0, VOICE, most_limiting_db=12.0
    ),
    "streaming": Preset("level only, for music services (-14 LUFS)", -14.0, 0.2, -1.0),
    "broadcast": Preset("EBU R 128: -23 LUFS within 0.5 LU, -1 dBTP", -23.0, 0.5, -1.0),
    "atsc": Preset("ATSC A/85: -24 LKFS within 2 LU, -2 dBTP", -24.0, 2.0, -2.0),
    "film": Preset("streamed film: dialogue at -27 LKFS within 2 LU, -2 dBTP", -27.0, 2.0, -2.0, by="dialogue"),
    "game": Preset("game mix at home: -24 LUFS within 2 LU, -1 dBTP (ASWG-R001)", -24.0, 2.0, -1.0),
}
OF_KIND = {"music": "plain-music", "effect": "effect"}  # what a rendered piece gets when no preset is named
REFERENCE = "reference"


def preset(name: str) -> Preset:
    """Raises `BadRequest`, with the nearest name, for one that is not in the table."""
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, 1)
        raise BadRequest(
            f"there is no preset {name!r}"
            + (f"; did you mean {near[0]}?" if near else f": there are {', '.join(PRESETS)}")
        )
    return PRESETS[name]
