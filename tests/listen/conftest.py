"""A small lab: sounds of a second, a test of each kind on them, and the databases that answers can be kept in."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundwright.database import Database
from soundwright.listen import document, stimuli
from soundwright.listen.store import Store
from soundwright.progress import Progress

RATE = 48_000
SYSTEMS = ("<b>ours</b>", "theirs")


def sound(seed: int, seconds: float = 1.2) -> np.ndarray:
    """A chord with noise over it, `[frames, 2]`: it reaches from 200 Hz to half the rate."""
    t = np.arange(round(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * 220 * (1 + seed) * k * t) / k for k in range(1, 12))
    noise = np.random.default_rng(seed).standard_normal((len(t), 2))
    return 0.08 * tones[:, None] + 0.02 * noise


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Path:
    """A folder with sounds by system, and the document KIND.yaml of each kind."""
    folder = tmp_path_factory.mktemp("lab")
    for number, (name, level) in enumerate({"original": 0.5, "ours": 0.8, "theirs": 0.3}.items()):
        (folder / name).mkdir()
        for item in range(3):
            noise = 0.004 * number * np.random.default_rng([number, item]).standard_normal((round(1.2 * RATE), 2))
            soundfile.write(folder / name / f"item{item}.wav", level * sound(item) + noise, RATE, "PCM_24")
    for kind in document.KINDS:
        items = textwrap.indent("".join(_item(number) for number in range(2)), "  ")
        head = f"title: A test of <i>{kind}</i>\nkind: {kind}\n" + ("repeats: 2\n" if kind == "abx" else "")
        training = textwrap.indent(_item(2), "  ")
        (folder / f"{kind}.yaml").write_text(f"{head}items:\n{items}training:\n{training}", "utf-8")
    return folder


def _item(number: int) -> str:
    systems = f'{{"{SYSTEMS[0]}": ours/item{number}.wav, {SYSTEMS[1]}: theirs/item{number}.wav}}'
    return f"- name: secret-{number}\n  reference: original/item{number}.wav\n  systems: {systems}\n"


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _cache(kept, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(kept))


@pytest.fixture
def prepared(lab):
    """Of a kind: the document and its stimuli."""

    def of(kind: str):
        read = document.read(lab / f"{kind}.yaml")
        return read, stimuli.prepare(read, Progress())

    return of


@pytest.fixture
def store(address) -> Store:
    return Store(Database(address), "A test")
