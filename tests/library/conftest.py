"""A small library of sounds made here, with names, tags, licences and side files as people have them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundwright.library.add import add
from soundwright.library.search import Library
from soundwright.library.store import Store

RATE = 44_100


def knock(seed: int, hz: float = 400.0, fall_s: float = 0.08, seconds: float = 0.6) -> np.ndarray:
    """A struck body: noise and a partial, both dying away."""
    t, rng = np.arange(round(seconds * RATE)) / RATE, np.random.default_rng(seed)
    x = (0.4 * rng.standard_normal(len(t)) * np.exp(-t / 0.01) + np.sin(2 * np.pi * hz * t)) * np.exp(-t / fall_s)
    return (0.5 * x).astype(np.float32)


def rain(seed: int, seconds: float = 4.0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal((round(seconds * RATE), 2))).astype(np.float32)


def put(path: Path, x: np.ndarray, **tags: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(path, "w", RATE, 1 if x.ndim == 1 else x.shape[1]) as file:
        for name, text in tags.items():
            setattr(file, name, text)
        file.write(x)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("sounds")
    late = np.concatenate([np.zeros(round(0.5 * RATE), np.float32), knock(1, 180.0)])
    put(root / "doors" / "DOORWood_SlamHeavy_ABC_Lib.wav", late)
    put(root / "doors" / "knockOnDoor_mtl03.wav", np.concatenate([knock(k, 300.0 + 20 * k) for k in range(4)]))
    put(root / "weather" / "rain_on_roof.wav", rain(2))
    put(root / "animals" / "hound.flac", knock(5, 600.0, 0.1), title="dog barking", artist="A. Recordist")
    put(root / "animals" / "kitten.wav", knock(6, 900.0, 0.2))
    put(root / "free" / "bell.wav", knock(7, 1200.0, 0.4, 1.5))
    put(root / "music" / "beat_loop.wav", np.concatenate([knock(8, 90.0, 0.05, 0.5)] * 8))
    (root / "animals" / "kitten.json").write_text(json.dumps({"license": "CC BY-NC 4.0", "creator": "Someone"}))
    (root / "free" / "LICENSE.txt").write_text("CC0 1.0 Universal\n\n")
    (root / "broken.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEjunk")
    (root / "empty.mp3").write_bytes(b"")
    return root


@pytest.fixture(scope="session")
def index(folder, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("index") / "library.db"
    store = Store(path)
    add([folder], store, workers=1)
    store.close()
    return path


@pytest.fixture
def library(index) -> Library:
    return Library(Store(index))
