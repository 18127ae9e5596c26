"""Licences of files as a copyright file states them, and nothing taken that is not free."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from soundwright import cache
from soundwright.errors import CannotRun
from soundwright.progress import Progress
from soundwright.train.data import captions, packages

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: Somebody
License: MIT

Files: sounds/*
Copyright: Various
License: public-domain
 From a site.

Files: sounds/a rocket.wav
 sounds/b.wav
Copyright: Other
License: CC-BY-SA-3.0
Comment: Files: none

License: CC-BY-SA-3.0
 The text.
"""


def test_the_last_entry_that_fits_is_the_licence():
    entries = packages.licences(COPYRIGHT)
    assert packages.licence_of("sounds/c.wav", entries) == "public-domain"
    assert packages.licence_of("sounds/deep/c.wav", entries) == "public-domain"
    assert packages.licence_of("sounds/a rocket.wav", entries) == "CC-BY-SA-3.0"
    assert packages.licence_of("sounds/b.wav", entries) == "CC-BY-SA-3.0"
    assert packages.licence_of("main.c", entries) == "MIT"
    assert packages.licence_of("main.c", entries[1:]) == ""


def sound(path):
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.1 * np.ones(4800, np.float32), 48_000)


def test_only_free_files_of_a_package_are_taken(tmp_path):
    for name in ("c.wav", "b.wav", "a rocket.wav", "c.txt.wav", "amen1.wav"):
        sound(tmp_path / "usr/share/x" / name)
    (tmp_path / "usr/share/x/readme.txt").write_text("x")
    (tmp_path / "usr/share/doc/x").mkdir(parents=True)
    (tmp_path / "usr/share/doc/x/copyright").write_text(COPYRIGHT)
    package = packages.Package("apt", "x", "1", "x.deb", "", "usr/share/x", "", "", "sounds", ("amen*",))
    found = packages.of("x", package, tmp_path)
    assert [one.name for one in found] == ["x/c.txt.wav", "x/c.wav"]
    assert {one.licence for one in found} == {"public-domain"}


def test_an_archive_that_is_another_is_deleted_and_told(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path))
    home = cache.home() / "train" / "packages"
    home.mkdir(parents=True)
    package = packages.PACKAGES["kenney"]
    with zipfile.ZipFile(home / package.file, "w") as file:
        file.writestr("arcade/resources/assets/sounds/coin1.wav", b"x")
    with pytest.raises(CannotRun, match="SHA-256"):
        packages.root("kenney", package)
    assert not list(home.iterdir())


def test_a_package_that_cannot_be_had_is_named_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path))
    monkeypatch.setattr(packages, "_fetch", lambda package, home: (_ for _ in ()).throw(CannotRun("no network")))
    monkeypatch.setattr(packages, "PACKAGES", {"kenney": packages.PACKAGES["kenney"]})
    assert packages.recordings(Progress()) == ([], {"kenney": "no network"})


def test_what_is_said_of_a_recording_follows_from_its_name():
    assert captions.of("sonic-pi/drum_cymbal_closed.flac") == ("closed hi-hat",)
    assert captions.of("sonic-pi/drum_cymbal_hard.flac")[0] == "cymbal crash"
    assert captions.of("endless-sky/ion huge~.wav")[0] == "spaceship engine"
    assert captions.of("endless-sky/crunch.wav") == ()
    assert captions.loops("endless-sky/ion huge~.wav")
    assert not captions.loops("sonic-pi/loop_mika.flac")
