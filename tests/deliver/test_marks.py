"""Marks: every door marks, signatures validate and break, the watermark is heard and adds nothing where it must not."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from functools import cache
from importlib.util import find_spec

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.deliver import certificate, credentials, encode, inspect, patchwork, watermark, wav
from soundwright.dsp import loudness, peak
from soundwright.dsp.units import decibels
from soundwright.errors import BadRequest, CannotRun

from .conftest import RATE, tones

SIGNED = [ending for ending in encode.FORMATS if ending in credentials.MIMES]
needs_c2pa = pytest.mark.skipif(not find_spec("c2pa") or not find_spec("cryptography"), reason="needs [mark]")
needs_perth = pytest.mark.skipif(not watermark.available(), reason="needs [mark]")


@pytest.fixture(autouse=True)
def own_config(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "config"))
    monkeypatch.delenv("SOUNDWRIGHT_CERT", raising=False)
    monkeypatch.delenv("SOUNDWRIGHT_KEY", raising=False)


@cache
def programme(seconds: float = 8.0, rate: int = RATE, seed: int = 0) -> Audio:
    """Chords that change, and noise in bursts: something like music, with sound to the top of the band."""
    rng = np.random.default_rng(seed)
    since = np.arange(rate) / rate
    x = np.zeros((2, round(seconds * rate) + 2 * rate))
    for beat in range(int(seconds * 2)):
        at = beat * rate // 2
        for hz in 220 * 2 ** (rng.choice([0, 3, 5, 7, 10, 12], 3) / 12):
            tone = sum(np.sin(2 * np.pi * hz * h * since) / h**1.2 for h in range(1, 9))
            x[:, at : at + rate] += np.exp(-3 * since) * tone * rng.uniform(0.4, 1, (2, 1))
        x[:, at : at + rate] += np.exp(-25 * since) * rng.normal(0, 1.0, (2, rate))
    x = x[:, : round(seconds * rate)]
    return Audio(x * (0.6 / np.abs(x).max()), rate)


@needs_c2pa
@pytest.mark.parametrize("ending", SIGNED)
def test_every_signed_format_validates_and_a_changed_byte_breaks_it(ending, piece, tmp_path):
    if ending == ".m4a":
        pytest.importorskip("av")
    path = tmp_path / f"a{ending}"
    piece.save(tmp_path / f"plain{ending}")
    piece.save(path, sign=True)
    found = credentials.read(path)
    assert (found.state, found.trusted, found.failures) == ("valid", False, ())
    assert found.source_type.endswith("/algorithmicMedia")
    assert found.generator.startswith("Soundwright")
    plain, signed = encode.read(tmp_path / f"plain{ending}"), encode.read(path)
    np.testing.assert_array_equal(plain.samples, signed.samples)
    findings = inspect.inspect(path)
    assert findings["credentials"].state == "untrusted"
    assert findings["manifest"].state == "ok"
    assert findings["tags"].state == "ok"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    findings = inspect.inspect(path)  # FLAC and AAC may not even decode any more
    assert findings["credentials"].state == "broken"
    assert "changed" in findings["credentials"].says
    assert findings["manifest"].state == "broken"
    assert "sound" in findings["manifest"].says


@needs_c2pa
def test_neural_engines_are_signed_as_trained(piece, tmp_path):
    trained = replace(piece, facts={**piece.facts, "engine": {"name": "x", "weights": "somewhere"}})
    trained.save(tmp_path / "a.wav", sign=True)
    assert credentials.read(tmp_path / "a.wav").source_type.endswith("/trainedAlgorithmicMedia")


@needs_c2pa
def test_what_was_only_mastered_is_not_called_made_by_a_computer(piece, tmp_path):
    mastered = replace(piece, facts={"task": "finish", "title": "my band"})
    mastered.save(tmp_path / "a.wav")
    assert "computer" not in wav.read_about(tmp_path / "a.wav")["info"]["comment"]
    assert inspect.inspect(tmp_path / "a.wav")["tags"].state == "absent"
    with pytest.raises(BadRequest, match="mastered"):
        mastered.save(tmp_path / "b.wav", sign=True)


@needs_c2pa
def test_stems_are_signed_too(piece, tmp_path):
    piece.save(tmp_path / "a.wav", sign=True, stems="zip")
    with zipfile.ZipFile(tmp_path / "a.stems.zip") as archive:
        archive.extractall(tmp_path)
    assert credentials.read(tmp_path / "a.stems" / "thunder.wav").state == "valid"
    assert {path.name for path in tmp_path.iterdir()} == {"a.wav", "a.wav.json", "a.stems.zip", "a.stems"}


@needs_c2pa
@pytest.mark.parametrize("ending", [".ogg", ".opus", ".aiff"])
def test_formats_without_credentials_are_refused_before_any_work(ending, piece, tmp_path):
    with pytest.raises(BadRequest, match="cannot carry"):
        piece.save(tmp_path / f"a{ending}", sign=True)
    assert not any(tmp_path.iterdir())
    piece.save(tmp_path / f"a{ending}")
    assert "cannot carry" in inspect.inspect(tmp_path / f"a{ending}")["credentials"].says


@needs_c2pa
def test_the_users_own_certificate_is_used(piece, tmp_path, monkeypatch):
    made = certificate.identity()
    assert made.self_made
    folder = certificate.folder()
    assert (folder / "private-key.pem").stat().st_mode & 0o077 == 0
    assert certificate.identity() == made
    monkeypatch.setenv("SOUNDWRIGHT_CERT", str(folder / "certificate.pem"))
    with pytest.raises(BadRequest, match="go together"):
        certificate.identity()
    monkeypatch.setenv("SOUNDWRIGHT_KEY", str(folder / "private-key.pem"))
    assert not certificate.identity().self_made
    piece.save(tmp_path / "a.wav", sign=True)
    assert (
        json.loads((tmp_path / "a.wav.json").read_text())["delivered"]["signed_by"] == "certificate of SOUNDWRIGHT_CERT"
    )
    monkeypatch.setenv("SOUNDWRIGHT_KEY", str(folder / "certificate.pem"))
    with pytest.raises(BadRequest, match="PEM"):
        certificate.identity()


def test_missing_packages_are_named_with_their_command(piece, tmp_path, monkeypatch):
    import sys

    for package, options in (("c2pa", {"sign": True}), ("torch", {"watermark": "perth"})):
        with monkeypatch.context() as without:
            without.setitem(sys.modules, package, None)
            watermark.network.cache_clear()
            with pytest.raises(CannotRun, match=r"pip install 'soundwright\[mark\]'"):
                piece.save(tmp_path / "a.wav", **options)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("ending", [".wav", ".flac", ".mp3"])
def test_inspect_tells_changed_tags_from_changed_samples(ending, piece, tmp_path):
    path = tmp_path / f"a{ending}"
    piece.save(path)
    assert inspect.inspect(path)["manifest"].state == "ok"
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"Made by a computer", b"Made by a magician"))
    assert inspect.inspect(path)["manifest"].state == "changed"
    encode.write(
        Audio(piece.audio.samples * np.float32(0.5), RATE),
        path,
        piece._about(piece._tags("a", _now()), 0, _now(), None),
    )
    findings = inspect.inspect(path)
    assert findings["manifest"].state == "broken"
    assert findings["credentials"].state in ("absent", "unknown")


def _now():
    from datetime import UTC, datetime

    return datetime(2026, 11, 22, tzinfo=UTC)


def test_inspect_says_what_is_absent_and_what_is_wrong(piece, tmp_path):
    piece.save(tmp_path / "a.wav")
    findings = inspect.inspect(tmp_path / "a.wav")
    assert findings["broadcast"].state == "broken"  # the piece's measures are made up
    assert "integrated_lufs is given as -16.25" in findings["broadcast"].says
    replace(piece, facts={**piece.facts, "measured": {}}).save(tmp_path / "b.wav")
    assert inspect.inspect(tmp_path / "b.wav")["broadcast"].state == "ok"
    import soundfile

    soundfile.write(tmp_path / "bare.flac", piece.audio.samples.T, RATE)
    states = {name: finding.state for name, finding in inspect.inspect(tmp_path / "bare.flac").items()}
    assert states["manifest"] == states["tags"] == states["broadcast"] == states["watermark"] == "absent"
    said = json.loads(inspect.dumps(findings))
    assert set(said) == {"manifest", "tags", "broadcast", "credentials", "watermark"}
    with pytest.raises(BadRequest, match="no file"):
        inspect.inspect(tmp_path / "none.wav")


def test_the_command_line_shows_and_complains(piece, tmp_path):
    from typer.testing import CliRunner

    from soundwright.cli import app

    sound = replace(piece, facts={**piece.facts, "measured": {}})
    sound.save(tmp_path / "a.wav")
    done = CliRunner().invoke(app, ["inspect", str(tmp_path / "a.wav")])
    assert done.exit_code == 0
    assert "every byte is as it was delivered" in done.stdout
    raw = bytearray((tmp_path / "a.wav").read_bytes())
    raw[len(raw) // 2] ^= 64
    (tmp_path / "a.wav").write_bytes(raw)
    done = CliRunner().invoke(app, ["inspect", str(tmp_path / "a.wav"), "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["manifest"]["state"] == "broken"


@pytest.mark.parametrize(
    ("rate", "change"),
    [
        (22050, "none"),
        (96000, "none"),
        (44100, "crop"),
        (48000, "none"),
        (48000, "gain"),
        (48000, "crop"),
        (48000, "faster"),
    ],
)
def test_our_watermark_is_heard(rate, change):
    audio = programme(rate=rate)
    marked = watermark.apply(audio, ("patchwork",))
    assert patchwork.detect(audio.samples, rate).z < patchwork.SURE
    x = marked.samples
    if change == "gain":
        x = x * np.float32(0.1)
    elif change == "crop":
        x = x[:, round(1.234 * rate) : round(6.9 * rate)]
    elif change == "faster":
        import soxr

        x = soxr.resample(x.T, rate * 1.02, rate).T
    heard = patchwork.detect(x, rate)
    assert heard.marked, heard
    if change == "faster":
        assert abs(heard.speed - 1.02) <= 0.01  # a few seconds do not tell the speed better


def test_unmarked_sound_is_not_called_marked():
    found = [patchwork.detect(programme(4.0, seed=seed).samples, RATE).z for seed in range(5)]
    found += [patchwork.detect(tones(4.0, seed=seed).samples, RATE).z for seed in range(3)]
    assert max(found) < patchwork.SURE


@pytest.mark.parametrize("kind", ["patchwork", pytest.param("perth", marks=needs_perth)])
def test_a_mark_keeps_length_loudness_ceiling_image_and_highs(kind):
    audio = Audio(programme(6.0).samples * 1.4, RATE)
    marked = watermark.apply(audio, (kind,), ceiling_dbtp=-1.0)
    assert (marked.frames, marked.rate, marked.channels) == (audio.frames, audio.rate, audio.channels)
    assert abs(loudness.integrated(marked.samples, RATE) - loudness.integrated(audio.samples, RATE)) < 0.1
    before = decibels(peak.true_peak(audio.samples, RATE))
    assert decibels(peak.true_peak(marked.samples, RATE)) <= max(before, -1.0) + 0.01
    spectra = np.abs(np.fft.rfft(np.stack([audio.samples, marked.samples]), axis=-1)) ** 2
    high = np.fft.rfftfreq(audio.frames, 1 / RATE) > 16000
    lost = 10 * np.log10(spectra[1][:, high].sum() / spectra[0][:, high].sum())
    assert abs(lost) < 0.2
    added = watermark.MARKERS[kind](audio.samples, RATE)
    above = (np.abs(np.fft.rfft(added, axis=-1)) ** 2)[:, high].sum()
    assert above < 1e-4 * spectra[0][:, high].sum()
    one_sided = Audio(np.stack([audio.samples[0], np.zeros(audio.frames)]), RATE)
    assert not watermark.apply(one_sided, (kind,)).samples[1].any()
    silence = Audio.silence(RATE, RATE)
    assert watermark.apply(silence, (kind,)) is silence


@pytest.mark.parametrize("kind", ["patchwork", pytest.param("perth", marks=needs_perth)])
def test_a_marked_loop_still_meets_itself(kind):
    t = np.arange(2 * RATE) / RATE
    ring = Audio(0.2 * np.stack([np.sin(2 * np.pi * 330 * t), np.sin(2 * np.pi * 660 * t)]), RATE)
    x = watermark.apply(ring, (kind,), loop=True).samples
    turned = np.concatenate([x[:, -2000:], x[:, :2000]], axis=1)
    bend = np.abs(np.diff(turned, 2)).max(axis=1)
    assert (bend < 1.2 * np.abs(np.diff(x, 2)).max(axis=1)).all()


@needs_perth
def test_perth_finds_its_own_mark_and_not_in_noise():
    noise = Audio(np.random.default_rng(3).normal(0, 0.1, (2, 4 * RATE)), RATE)
    assert watermark.detect(noise)["perth"]["score"] < 0.1
    marked = watermark.apply(noise, ("perth",))
    assert watermark.detect(marked)["perth"]["score"] > 0.9
    assert watermark.detect(Audio(marked.samples * 0.2, RATE))["perth"]["score"] > 0.9


@needs_perth
@pytest.mark.slow
def test_long_sound_is_marked_in_segments_without_a_seam(monkeypatch):
    noise = np.random.default_rng(3).normal(0, 0.1, (1, 10 * RATE)).astype(np.float32)
    whole = watermark._perth(noise, RATE)
    monkeypatch.setattr(watermark, "SEGMENT_S", 3.0)
    parts = watermark._perth(noise, RATE)
    assert np.sqrt(np.mean((whole - parts) ** 2)) < 0.02 * np.sqrt(np.mean(whole**2))


@needs_c2pa
@needs_perth
def test_everything_at_once_in_the_right_order(piece, tmp_path):
    music = replace(piece, audio=programme(8.0), facts={**piece.facts, "measured": {}})
    music.save(tmp_path / "a.wav", sign=True, watermark=True, stems=True)
    findings = inspect.inspect(tmp_path / "a.wav")
    states = {name: finding.state for name, finding in findings.items()}
    assert states == {"manifest": "ok", "tags": "ok", "broadcast": "ok", "credentials": "untrusted", "watermark": "ok"}
    assert findings["manifest"].facts["watermarks"] == ["patchwork", "perth"]
    with pytest.raises(BadRequest, match="no watermark"):
        music.save(tmp_path / "b.wav", watermark="other")
