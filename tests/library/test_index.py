"""The index: what is known of files, only what is new is heard, and neither kills, damage nor neighbours hurt it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundwright.deliver import wav
from soundwright.deliver.tags import Tags
from soundwright.errors import BadRequest
from soundwright.library import hear, licences, said, words
from soundwright.library.add import add, watch
from soundwright.library.search import Library
from soundwright.library.store import Store
from soundwright.progress import Progress


def by_name(library: Library) -> dict:
    return {Path(entry.path).name: entry for entry in library.store.entries().values()}


def test_what_is_known_of_a_file(library):
    known = by_name(library)
    slam, hound, kitten, bell = (
        known[name] for name in ("DOORWood_SlamHeavy_ABC_Lib.wav", "hound.flac", "kitten.wav", "bell.wav")
    )
    assert (slam.category, slam.author, slam.shape, slam.onsets) == ("DOORWood", "ABC", "one-shot", 1)
    assert slam.onset_s == pytest.approx(0.5, abs=0.01)
    assert slam.duration_s == pytest.approx(1.1)
    assert (hound.author, hound.rate, hound.channels) == ("A. Recordist", 44_100, 1)
    assert (kitten.licence, kitten.commercial, kitten.author) == ("CC-BY-NC", False, "Someone")
    assert (bell.licence, bell.commercial) == ("CC0-1.0", True)
    assert bell.pitch_hz == pytest.approx(1200, rel=0.03)
    assert known["knockOnDoor_mtl03.wav"].shape == "several"
    assert known["knockOnDoor_mtl03.wav"].onsets == 4
    assert known["rain_on_roof.wav"].shape == "texture"
    assert known["rain_on_roof.wav"].loudness_lufs == pytest.approx(-17, abs=4)
    assert known["beat_loop.wav"].shape == "loop"
    assert known["beat_loop.wav"].tempo_bpm == pytest.approx(120, abs=2)
    assert known["broken.wav"].fault
    assert known["empty.mp3"].fault


@pytest.mark.parametrize(
    ("text", "name", "commercial"),
    [
        ("CC0", "CC0-1.0", True),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY", True),
        ("Attribution-NonCommercial", "CC-BY-NC", False),
        ("Sampling+", "CC-Sampling+", False),
        ("for personal use only", "personal use", False),
        ("CC BY-SA 3.0", "CC-BY-SA", True),
    ],
)
def test_licences_as_people_write_them(text, name, commercial):
    terms = licences.read(text)
    assert (terms.name, terms.commercial) == (name, commercial)


def test_a_licence_that_is_not_known_stays_unknown():
    assert licences.read("see the website") is None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("BD_Haus01", "bass drum kick haus"),
        ("doorSlamMtl", "door slam metal"),
        ("AMB_EXT-Rain 02", "ambience exterior rain"),
        ("SFXWhoosh", "effect whoosh"),
    ],
)
def test_names_are_split_and_written_out(name, plain):
    assert words.plain(name) == plain


def test_broadcast_wave_and_ixml_speak(tmp_path):
    tags = Tags("old gate", "R. Ecordist", "creaking", "x", "2026-01-01", "CC BY-NC 4.0")
    path = tmp_path / "take_07.wav"
    about = wav.About(tags, user={"KEYWORDS": "rusty iron hinge"})
    wav.write(path, [np.zeros((1, 100), np.float32)], rate=48_000, channels=1, frames=100, about=about)
    found = said.read(path, tmp_path)
    assert {"gate", "creaking", "hinge"} <= set(found.said.split())
    assert (found.author, found.licence, found.commercial) == ("R. Ecordist", "CC-BY-NC", False)


def test_adding_again_hears_only_what_is_new_and_notices_moves(folder, tmp_path):
    root, store = tmp_path / "mine", Store(tmp_path / "l.db")
    shutil.copytree(folder, root)
    first = add([root], store, workers=1)
    assert (first.new, first.faulty) == (7, 2)
    again = add([root], store, workers=1)
    assert (again.new, again.faulty, again.unchanged) == (0, 0, 9)
    (root / "free" / "bell.wav").rename(root / "animals" / "cowbell.wav")
    (root / "weather" / "rain_on_roof.wav").unlink()
    moved = add([root], store, workers=1)
    assert (moved.new, moved.moved, moved.gone) == (0, 1, 1)
    assert {"cowbell.wav"} == {name for name in by_name(Library(store)) if "bell" in name}
    assert "cowbell" in Path(Library(store).search("cowbell", count=1)[0].entry.path).name


def test_a_library_in_memory_follows_what_others_change(folder, tmp_path):
    root, path = tmp_path / "mine", tmp_path / "l.db"
    shutil.copytree(folder / "animals", root)
    add([root], Store(path), workers=1)
    reader = Library(Store(path))
    assert len(reader.ids) == 2
    shutil.copy(folder / "free" / "bell.wav", root / "bell.wav")
    (root / "kitten.wav").unlink()
    add([root], Store(path), workers=1)
    assert {Path(one.entry.path).name for one in reader.search("bell", count=5)} == {"bell.wav", "hound.flac"}


def test_another_embedding_is_never_compared_and_heard_anew(folder, tmp_path):
    store = Store(tmp_path / "l.db")
    add([folder / "animals"], store, workers=1)
    store.db.execute("UPDATE entries SET embedding = 'older/1'")
    assert len(Library(store).ids) == 0
    assert add([folder / "animals"], store, workers=1).new == 2
    assert len(Library(store).ids) == 2


def test_watching_brings_in_what_comes(folder, tmp_path):
    root, store = tmp_path / "mine", Store(tmp_path / "l.db")
    shutil.copytree(folder / "doors", root)
    add([root], store, workers=1)
    shutil.copy(folder / "free" / "bell.wav", root / "bell.wav")
    reports = list(watch(store, Progress(), every_s=0.0, turns=2))
    assert [report.new for report in reports] == [1]


def test_a_long_file_costs_no_more_than_a_short_one(tmp_path):
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", 8_000, 1) as file:
        for minute in range(30):
            file.write(np.random.default_rng(minute).standard_normal(8_000 * 60).astype(np.float32) * 0.1)
    since = time.process_time()
    heard = hear.hear(path)
    assert time.process_time() - since < 2.0
    assert heard.duration_s == 1800
    assert heard.form.shape == "texture"


@pytest.mark.parametrize(
    "content", [b"", b"not a sound", b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00" + b"\x00" * 20]
)
def test_damage_is_told_and_harms_nothing(content, tmp_path):
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    heard = hear.hear(path)
    assert heard.fault
    assert heard.vector is None


def test_a_file_that_ends_early_and_one_with_nan(tmp_path):
    whole = tmp_path / "whole.wav"
    soundfile.write(whole, 0.1 * np.random.default_rng(0).standard_normal(44_100), 44_100)
    half = tmp_path / "half.wav"
    half.write_bytes(whole.read_bytes()[:40_000])
    assert not hear.hear(half).fault
    soundfile.write(tmp_path / "nan.wav", np.array([0.0, np.nan, 0.1] * 100), 44_100, subtype="FLOAT")
    assert "NaN" in hear.hear(tmp_path / "nan.wav").fault


def test_a_kill_leaves_an_index_that_goes_on(folder, tmp_path):
    root, path = tmp_path / "many", tmp_path / "l.db"
    root.mkdir()
    source = (folder / "animals" / "kitten.wav").read_bytes()
    for number in range(400):
        (root / f"sound_{number:03d}.wav").write_bytes(source[:-2] + number.to_bytes(2, "little"))
    script = (
        "import sys; from pathlib import Path; from soundwright.library.store import Store\n"
        "from soundwright.library.add import add; add([Path(sys.argv[2])], Store(Path(sys.argv[1])), workers=1)"
    )
    running = subprocess.Popen([sys.executable, "-c", script, str(path), str(root)])
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (path.exists() and _count(path)):
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    store = Store(path)
    there = store.count()
    assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert there == store.db.execute("SELECT count(*) FROM texts").fetchone()[0]
    assert there > 0
    report = add([root], store, workers=1)
    assert report.unchanged == there
    assert store.count() == 400


def _count(path: Path) -> int:
    import sqlite3

    try:
        return sqlite3.connect(path, timeout=5).execute("SELECT count(*) FROM entries").fetchone()[0]
    except sqlite3.OperationalError:  # not made yet
        return 0


def test_two_that_add_at_once_do_each_other_no_harm(folder, tmp_path):
    path = tmp_path / "l.db"
    script = (
        "import sys; from pathlib import Path; from soundwright.library.store import Store\n"
        "from soundwright.library.add import add; add([Path(sys.argv[2])], Store(Path(sys.argv[1])), workers=1)"
    )
    command = [sys.executable, "-c", script, str(path), str(folder)]
    running = [subprocess.Popen(command) for _ in range(2)]
    assert [one.wait(timeout=60) for one in running] == [0, 0]
    assert Store(path).count() == 7


def test_what_is_no_index_is_told(tmp_path):
    (tmp_path / "song.db").write_bytes(b"this is no database at all, but long enough to look like one" * 20)
    with pytest.raises(BadRequest, match="not a library"):
        Store(tmp_path / "song.db")
    with pytest.raises(BadRequest, match="no folder"):
        add([tmp_path / "nowhere"], Store(tmp_path / "l.db"))
