"""`python -m tools.ears`: fetch, render, compare, print, draw."""

from __future__ import annotations

import argparse
import itertools
from collections import defaultdict
from pathlib import Path

import numpy as np
from tools.ears import packages, recordings, sheets, tables, takes
from tools.ears.embedding import Ears, describe

from soundwright import instruments
from soundwright.seed import stream

SOUNDFONTS = ("/usr/share/sounds/sf3/FluidR3Mono_GM.sf3", "/usr/share/sounds/sf2/FluidR3_GM.sf2")  # MIT
VERSIONS = 5  # how many other recordings are made of each


class Gallery:
    """Sounds by name with their descriptions, in the order in which they came."""

    def __init__(self, sounds, kept: int = 6, versions: int = 0):
        self.names: list[str] = []
        self.sources: list[int] = []  # which sound a version is one of
        self.heard: dict[str, list[np.ndarray]] = defaultdict(list)
        rows = []
        for source, (name, x) in enumerate(sounds):
            if np.abs(x).max(initial=0) < 1e-6:
                continue
            if len(self.heard[name]) < kept:
                self.heard[name].append(x[: round(sheets.SECONDS * recordings.RATE)])
            for y in recordings.versions(x, stream(source, "versions"), versions):
                self.names.append(name)
                self.sources.append(source)
                rows.append(describe(y, recordings.RATE))
        self.raw = np.array(rows)


def compare(ours: Gallery, real: Gallery, own: dict[str, str], title: str, out: Path) -> str:
    """The table of nearest classes, and a sheet for each class."""
    if not ours.names or not real.names:
        return f"{title}: nothing to compare"
    paired = [i for i, name in enumerate(ours.names) if name in own]
    ears = Ears.fitted(real.raw, real.names)
    recorded = ears.hear(real.raw)
    rows = tables.nearest(ears.hear(ours.raw[paired]), [ours.names[i] for i in paired], recorded, real.names, own)
    for wanted in sorted(set(own.values())):
        shown = [(name, ours.heard[name]) for name, one in own.items() if one == wanted and name in ours.heard]
        if shown and wanted in real.heard:
            sheets.sheet(out / f"{title} {wanted}.png".replace("/", "-"), [*shown, ("real", real.heard[wanted])])
    trust = tables.ruler(recorded, real.names, real.sources)
    return f"{tables.as_text(rows, title)}\n  (of the recordings themselves, left out one by one, {trust:.0%} are)"


def confuse(ours: Gallery, title: str) -> str:
    if len(set(ours.names)) < 2:
        return f"{title}: nothing to confuse"
    vectors = Ears.fitted(ours.raw, ours.names).hear(ours.raw)
    return tables.confusion_text(tables.confusions(vectors, ours.names), len(set(ours.names)), title)


def effects(seeds: int, only: str, folders: dict[str, Path], out: Path) -> list[str]:
    ours = Gallery(takes.all_models(seeds, only))
    real = Gallery(((name, x) for name, _, x in recordings.read(recordings.EFFECTS, folders)), versions=VERSIONS)
    own = {name: real_class for real_class, one in recordings.EFFECTS.items() for name in one.ours}
    return [compare(ours, real, own, "sound models", out), confuse(ours, "confusion of sound models")]


def drums(seeds: int, only: str, folders: dict[str, Path], out: Path) -> list[str]:
    ours = Gallery(takes.all_pieces(seeds, only))
    read = ((name, x) for name, _, x in recordings.read(recordings.DRUMS, folders))
    soundfont = _soundfont()
    real = Gallery(itertools.chain(read, takes.all_pieces(4, "", soundfont) if soundfont else ()), versions=VERSIONS)
    own = {name: name.split(": ")[1] for name in dict.fromkeys(ours.names) if "kit" in name and "chip" not in name}
    return [compare(ours, real, own, "drums", out)]


def pitched(seeds: int, only: str, out: Path) -> list[str]:
    ours = Gallery(takes.all_instruments(seeds, only))
    texts = [confuse(ours, "confusion of instruments")]
    soundfont = _soundfont()
    if soundfont is None:
        return [*texts, "instruments beside a soundfont: none of the MIT soundfonts is installed"]
    program = {name: one.program for name, one in instruments.table().items()}
    phrases = ((f"program {program[name]}", x) for name, x in takes.all_instruments(6, "", soundfont))
    real = Gallery(phrases, versions=VERSIONS)
    own = {name: f"program {program[name]}" for name in dict.fromkeys(ours.names)}
    return [compare(ours, real, own, "instruments", out), *texts]


def _soundfont() -> str | None:
    return next((path for path in SOUNDFONTS if Path(path).is_file()), None)


def main() -> None:
    parser = argparse.ArgumentParser(prog="tools.ears", description="our sounds beside real recordings")
    parser.add_argument("--seeds", type=int, default=20, help="takes of each of ours")
    parser.add_argument("--only", default="", help="only names that hold this text")
    parser.add_argument("--what", default="effects,drums,instruments", help="which of effects, drums, instruments")
    asked = parser.parse_args()
    out = packages.CACHE / "sheets"
    folders = packages.sounds()
    texts = ["recordings", *(f"  {name}: {packages.PACKAGES[name].licence}" for name in folders)]
    if "effects" in asked.what:
        texts += effects(asked.seeds, asked.only, folders, out)
    if "drums" in asked.what:
        texts += drums(asked.seeds, asked.only, folders, out)
    if "instruments" in asked.what:
        texts += pitched(asked.seeds, asked.only, out)
    report = "\n\n".join(texts)
    print(report)
    (packages.CACHE / "report.txt").write_text(report + "\n", encoding="utf-8")
    print(f"\nsheets in {out}")


if __name__ == "__main__":
    main()
