"""Soundfonts: a small one is written here byte by byte, so that pitch, loop, pan and envelope have known answers."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from soundwright.errors import BadRequest, CannotRun
from soundwright.instruments import Note, Part, Score, soundfont
from soundwright.instruments.sf2 import BAG, GEN, HEADER, INST, SHDR, SoundFont

RATE = 24_000
SAMPLE_HZ, ROOT = 440.0, 69


def chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def write_font(path, packed: bool = False, header_key: int = 60):
    """One program (0) and one kit (bank 128): a looped 440 Hz sine whose zone overrides the root key of its header."""
    wave = np.sin(2 * np.pi * SAMPLE_HZ * np.arange(RATE) / RATE)
    if packed:
        buffer = io.BytesIO()
        soundfile.write(buffer, wave, RATE, format="OGG", subtype="VORBIS")
        smpl, end = buffer.getvalue(), len(buffer.getvalue())
    else:
        smpl, end = (wave * 20_000).astype("<i2").tobytes(), RATE
    number = int.from_bytes

    def gens(*pairs):
        rows = [(oper, *(value & 0xFFFF).to_bytes(2, "little")) for oper, value in pairs]
        return np.array([*rows, (0, 0, 0)], GEN)

    zone = [(58, ROOT), (54, 1), (17, -500), (38, -1200), (53, 0)]
    presets = np.zeros(3, HEADER)
    presets["bank"], presets["bag"] = (0, 128, 0), (0, 1, 2)
    bags = np.zeros(3, BAG)
    bags["gen"] = (0, 1, 2)
    inst = np.zeros(2, INST)
    inst["bag"] = (0, 1)
    ibag = np.zeros(2, BAG)
    ibag["gen"] = (0, len(zone))
    shdr = np.zeros(2, SHDR)
    shdr[0] = (b"sine", 0, end, 120, RATE - 120, RATE, header_key, 0, 0, 0x11 if packed else 1)
    pdta = b"".join(
        chunk(name, table.tobytes())
        for name, table in (
            (b"phdr", presets),
            (b"pbag", bags),
            (b"pgen", gens((41, 0), (41, 0))),
            (b"inst", inst),
            (b"ibag", ibag),
            (b"igen", gens(*zone)),
            (b"shdr", shdr),
        )
    )
    body = b"sfbk" + chunk(b"LIST", b"sdta" + chunk(b"smpl", smpl)) + chunk(b"LIST", b"pdta" + pdta)
    path.write_bytes(chunk(b"RIFF", body))
    assert number(path.read_bytes()[4:8], "little") == len(body)
    return path


@pytest.fixture(params=[False, True], ids=["sf2", "sf3"])
def font(request, tmp_path):
    return write_font(tmp_path / "tiny.sf2", packed=request.param)


def test_pitch_follows_the_zone_and_not_the_header(font):
    for pitch in (57, 69, 81):
        part = Part("p", "grand piano", (Note(0.0, 1.5, pitch, 1.0),))
        x = soundfont.play_soundfont(part, 1.5, 48_000, font)
        assert x.shape == (2, 72_000)
        heard = np.argmax(np.abs(np.fft.rfft(x[0, :48_000] * np.hanning(48_000))))
        assert abs(heard - 440 * 2 ** ((pitch - 69) / 12)) <= 1  # the loop carries it past the sample's one second


def test_pan_velocity_release_and_pedal(font):
    def played(velocity=1.0, **more):
        return soundfont.play_soundfont(
            Part("p", "grand piano", (Note(0.0, 0.4, 69, velocity),), **more), 2.0, 24_000, font
        )

    loud = played()
    assert np.abs(loud[1]).max() < 1e-6 < np.abs(loud[0]).max()
    assert np.abs(played(0.5)).max() == pytest.approx(np.abs(loud).max() / 4, rel=0.05)
    assert np.abs(loud[:, round(0.85 * 24_000) :]).max() < 0.01 * np.abs(loud).max()
    assert np.abs(played(pedal=((0.0, 1.5),))[0, 24_000:30_000]).max() > 0.5 * np.abs(loud).max()


def test_kits_use_the_drum_bank_and_scores_come_by_part(font):
    drums = Part("drums", "acoustic kit", (Note(0.0, 0.1, 69, 0.9),))
    score = Score((drums, Part("keys", "harp", ())), 0.5, 120.0, (4, 4), "C major", (), ())
    stems = soundfont.play_score(score, 8_000, font)
    assert stems["drums"].any()
    assert not stems["keys"].any()


def test_zones_outside_the_font_are_silent(font):
    assert SoundFont(font).zones(3, 7, 60, 100) == []


def test_what_is_no_soundfont_is_refused(tmp_path, monkeypatch):
    part = Part("p", "harp", (Note(0.0, 0.1, 60, 0.5),))
    with pytest.raises(BadRequest, match="not there"):
        soundfont.play_soundfont(part, 0.2, 8_000, tmp_path / "missing.sf2")
    wrong = tmp_path / "wrong.sf2"
    wrong.write_bytes(b"RIFF\0\0\0\0WAVE")
    with pytest.raises(BadRequest, match="not a soundfont"):
        soundfont.play_soundfont(part, 0.2, 8_000, wrong)
    wrong.write_bytes(b"RIFF\4\0\0\0sfbk")
    with pytest.raises(BadRequest, match="that can be read"):
        soundfont.play_soundfont(part, 0.2, 8_000, wrong)
    monkeypatch.setenv(soundfont.VARIABLE, str(tmp_path / "missing.sf2"))
    with pytest.raises(BadRequest, match=soundfont.VARIABLE):
        soundfont.find_soundfont()


def test_where_none_is_installed_it_says_how(monkeypatch):
    monkeypatch.delenv(soundfont.VARIABLE, raising=False)
    monkeypatch.setattr(soundfont, "FOLDERS", ())
    assert soundfont.find_soundfont() is None
    with pytest.raises(CannotRun, match="apt install"):
        soundfont.play_soundfont(Part("p", "harp", ()), 0.2, 8_000)


def test_the_best_known_font_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv(soundfont.VARIABLE, raising=False)
    monkeypatch.setattr(soundfont, "FOLDERS", (str(tmp_path),))
    write_font(tmp_path / "AAA.sf2")
    best = write_font(tmp_path / "FluidR3_GM.sf2")
    assert soundfont.find_soundfont() == best
