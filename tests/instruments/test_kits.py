"""Kits: every key sounds, pieces stand in the right order of brightness and length, hats choke each other."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import instruments
from soundwright.instruments import Note, Part

TABLE = instruments.table()
KITS = [name for name, row in TABLE.items() if row.is_kit]
DRUM_SETS = [name for name in KITS if name not in ("hand percussion", "chip kit")]


def length_s(x: np.ndarray, rate: int) -> float:
    """Time from the blow to the last sample above −40 dB of the peak."""
    mono = np.abs(x).max(axis=0)
    return np.flatnonzero(mono > 0.01 * mono.max())[-1] / rate - 0.05


@pytest.mark.parametrize("name", KITS)
def test_every_general_midi_key_sounds_and_ends(name, note, rate):
    for key in range(35, 82):
        x = note(name, key, 0.7, 0.1, 4.0)
        assert np.isfinite(x).all()
        assert 0.005 < np.abs(x).max() < 1.6, key
        assert np.abs(x[:, -round(0.05 * rate) :]).max() < 0.02, key


@pytest.mark.parametrize("name", KITS)
def test_kick_snare_hat_rise_in_brightness(name, note, rate, centroid):
    kick, snare, hat = (centroid(note(name, key, 0.8, 0.1, 0.5).mean(axis=0), rate) for key in (36, 38, 42))
    assert 2 * kick < snare < hat


@pytest.mark.parametrize("name", DRUM_SETS)
def test_toms_rise(name, note, rate):
    def main_hz(key):
        x = note(name, key, 0.8, 0.1, 0.6).mean(axis=0)[round(0.07 * rate) :]
        return np.argmax(np.abs(np.fft.rfft(x, 1 << 16))) * rate / (1 << 16)

    heard = [main_hz(key) for key in (41, 43, 45, 47, 48, 50)]
    assert heard == sorted(heard)
    assert heard[0] > main_hz(36) * 1.1


@pytest.mark.parametrize("name", DRUM_SETS)
def test_lengths_of_metal(name, note, rate):
    closed, pedal, opened, crash = (length_s(note(name, key, 0.8, 0.1, 4.0), rate) for key in (42, 44, 46, 49))
    assert closed < pedal < opened < crash
    assert closed < 0.15


def test_a_bell_is_tonal_and_a_crash_is_not(note, rate):
    def flatness(key):
        x = note("acoustic kit", key, 0.8, 0.1, 1.0).mean(axis=0)[round(0.1 * rate) : round(0.6 * rate)]
        power = np.abs(np.fft.rfft(x * np.hanning(len(x))))[50:5000] ** 2
        return np.exp(np.log(power + 1e-20).mean()) / power.mean()

    assert flatness(53) < 0.2 * flatness(49)


@pytest.mark.parametrize("name", KITS)
def test_velocity_opens_the_snare(name, note, rate, centroid):
    soft, loud = (note(name, 38, v, 0.1, 0.5).mean(axis=0) for v in (0.2, 0.95))
    assert loud.std() > 2 * soft.std()
    if name != "chip kit":
        assert centroid(loud, rate) > centroid(soft, rate)


@pytest.mark.parametrize("name", DRUM_SETS)
def test_a_closed_hat_chokes_the_open_one(name, rate):
    opened = Note(0.0, 0.1, 46, 0.8)
    alone, choked = (
        instruments.play(Part("p", name, notes), 0.6, rate, 1)[:, round(0.35 * rate) :]
        for notes in ((opened,), (opened, Note(0.2, 0.1, 44, 0.3)))
    )
    assert choked.std() < 0.5 * alone.std()


def test_repeated_blows_differ(rate):
    hits = tuple(Note(0.25 * i, 0.1, 42, 0.6) for i in range(3))
    x = instruments.play(Part("p", "acoustic kit", hits), 0.75, rate, 1)
    first, second = (x[:, round(at * rate) : round((at + 0.2) * rate)] for at in (0.0, 0.25))
    assert np.abs(first - second).max() > 0.1 * np.abs(first).max()
