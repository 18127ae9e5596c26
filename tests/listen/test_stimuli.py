"""What raters hear: anchors within the Recommendation's mask, levels alike by another's meter, nothing lost or told."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from scipy import signal

from soundwright.audio import Audio
from soundwright.errors import BadRequest
from soundwright.listen import anchors, document, stimuli
from soundwright.progress import Progress

RATE = 48_000


@pytest.mark.parametrize("rate", [32_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("cut_hz", [3500.0, 7000.0])
def test_anchors_hold_the_mask(cut_hz, rate):
    """BS.1534-3: ±0.1 dB to the cut-off, -25 dB from 4 kHz and -50 dB from 4.5 kHz on (twice that for 7 kHz)."""
    hz, response = signal.freqz(anchors.taps(cut_hz, rate), worN=1 << 15, fs=rate)
    level = 20 * np.log10(np.abs(response) + 1e-12)
    assert np.abs(level[hz <= cut_hz]).max() < 0.1
    assert level[hz >= cut_hz * 8 / 7].max() < -25
    assert level[hz >= cut_hz * 9 / 7].max() < -50


def test_an_anchor_stays_in_place():
    t = np.arange(RATE) / RATE
    low = Audio(np.stack([0.3 * np.sin(2 * np.pi * 997 * t), 0.2 * np.sin(2 * np.pi * 3000 * t)]), RATE)
    made = anchors.make(low, 3500.0)
    assert made.samples.shape == low.samples.shape
    inside = slice(1000, -1000)
    assert np.abs(made.samples - low.samples)[:, inside].max() < 0.004  # what it passes comes out as it went in
    high = anchors.make(Audio(0.5 * np.sin(2 * np.pi * 5000 * t), RATE), 3500.0)
    assert np.abs(high.samples[:, inside]).max() < 0.5 * 10 ** (-50 / 20)
    with pytest.raises(BadRequest, match="rate of more than 16000"):
        anchors.taps(7000.0, 12_000)


def _lufs(path) -> float:
    ebur128 = pytest.importorskip("pyebur128")
    samples, rate = soundfile.read(path, always_2d=True)
    meter = ebur128.R128State(samples.shape[1], rate, ebur128.MeasurementMode.MODE_I)
    meter.add_frames(np.ascontiguousarray(samples).ravel(), len(samples))
    return ebur128.get_loudness_global(meter)


@pytest.mark.parametrize(("target", "expected"), [("softest", None), ("-30", -30.0)])
def test_levels_are_alike_by_anothers_meter(lab, target, expected):
    place = lab / f"level{target}.yaml"
    text = (lab / "mushra.yaml").read_text("utf-8")
    place.write_text(text.replace("kind: mushra\n", f"kind: mushra\nloudness_lufs: {target}\n"), "utf-8")
    made = stimuli.prepare(document.read(place), Progress())
    for item in ("secret-0", "secret-1"):
        rows = [row for row in made.table.values() if row.item == item]
        heard = {row.condition: _lufs(row.file) for row in rows if not row.condition.startswith("anchor")}
        assert max(heard.values()) - min(heard.values()) < 0.02
        aim = min(row.found_lufs for row in rows if row.found_lufs) if expected is None else expected
        assert heard["theirs"] == pytest.approx(aim, abs=0.02)
        assert expected is not None or all(row.gain_db <= 1e-9 for row in rows)  # only a target makes anything louder
        gains = {row.condition: row.gain_db for row in rows}
        assert gains["anchor35"] == gains["anchor70"] == gains["reference"]


def test_a_target_that_would_clip_is_not_reached(tmp_path):
    rng = np.random.default_rng(5)
    for name, gain in (("a", 0.5), ("b", 0.2)):
        x = 0.05 * rng.standard_normal(48_000)
        x[24_000] = 0.9  # a peak far over the rest
        soundfile.write(tmp_path / f"{name}.wav", gain * x, 48_000, "FLOAT")
    text = "title: T\nkind: pair\nloudness_lufs: -12\nitems:\n  - name: secret-0\n    systems: {a: a.wav, b: b.wav}\n"
    (tmp_path / "t.yaml").write_text(text, "utf-8")
    made = stimuli.prepare(document.read(tmp_path / "t.yaml"), Progress())
    assert any("softer than asked" in words for words in made.warnings)
    rows = [row for row in made.table.values() if row.item == "secret-0"]
    levels = [_lufs(row.file) for row in rows]
    assert max(levels) - min(levels) < 0.02
    assert max(np.abs(soundfile.read(row.file)[0]).max() for row in rows) < 10 ** (-1 / 20) + 1e-4


def test_files_tell_nothing(lab, prepared):
    _, made = prepared("mushra")
    for item in ("secret-0", "secret-1"):
        rows = [row for row in made.table.values() if row.item == item]
        blobs = [made.bytes_of(row.phase, row.item, row.condition) for row in rows]
        assert len({len(blob) for blob in blobs}) == 1
        sound = round(1.2 * RATE) * 2 * 3
        assert len({blob[:-sound] for blob in blobs}) == 1  # heads of one kind, without a word
        assert len(blobs[0]) - sound == 80
        assert len({blob[-sound:] for blob in blobs}) == len(blobs)


def test_unlike_files_are_made_alike(tmp_path):
    rng = np.random.default_rng(3)
    soundfile.write(tmp_path / "a.wav", 0.1 * rng.standard_normal(24_000), 48_000)
    soundfile.write(tmp_path / "b.flac", 0.1 * rng.standard_normal((26_460, 2)), 44_100)
    text = "title: T\nkind: pair\nitems:\n  - name: x\n    systems: {a: a.wav, b: b.flac}\n"
    (tmp_path / "t.yaml").write_text(text, "utf-8")
    made = stimuli.prepare(document.read(tmp_path / "t.yaml"), Progress())
    shapes = {soundfile.read(row.file, always_2d=True)[0].shape for row in made.table.values()}
    assert shapes == {(28_800, 2)}
    assert "lengths differ (0.50 to 0.60 s)" in made.warnings[0]
    again = stimuli.prepare(document.read(tmp_path / "t.yaml"), Progress())
    assert again == made
    soundfile.write(tmp_path / "a.wav", 0.1 * rng.standard_normal(24_000), 48_000)
    assert stimuli.prepare(document.read(tmp_path / "t.yaml"), Progress()).digest != made.digest


def test_short_effects_are_matched_by_their_loudest_moment(tmp_path):
    click = np.zeros(9600)
    click[100:400] = np.random.default_rng(0).uniform(-0.5, 0.5, 300)
    for name, gain in (("a", 1.0), ("b", 0.25)):
        soundfile.write(tmp_path / f"{name}.wav", gain * click, 48_000, "FLOAT")
    text = "title: T\nkind: pair\nfade_ms: 0\nitems:\n  - name: x\n    systems: {a: a.wav, b: b.wav}\n"
    (tmp_path / "t.yaml").write_text(text, "utf-8")
    made = stimuli.prepare(document.read(tmp_path / "t.yaml"), Progress())
    a, b = (soundfile.read(row.file)[0] for row in made.table.values())
    np.testing.assert_allclose(a, b, atol=2e-7)
    assert np.abs(b).max() == pytest.approx(0.25 * np.abs(click).max(), abs=1e-6)


@pytest.mark.parametrize(
    ("samples", "says"),
    [(np.zeros(4800), "is silent"), (np.zeros(0), "holds no sound"), (np.ones(121 * 4800) * 0.1, "120 s at most")],
)
def test_sounds_that_cannot_be_used(tmp_path, samples, says):
    soundfile.write(tmp_path / "a.wav", samples, 4_800)
    soundfile.write(tmp_path / "b.wav", np.ones(4800) * 0.1, 4_800)
    text = "title: T\nkind: pair\nitems:\n  - name: x\n    systems:\n      a: a.wav\n      b: b.wav\n"
    (tmp_path / "t.yaml").write_text(text, "utf-8")
    with pytest.raises(BadRequest, match=rf"t.yaml line 6: items\[0\].systems.a: .*{says}"):
        stimuli.prepare(document.read(tmp_path / "t.yaml"), Progress())
