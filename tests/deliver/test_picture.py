"""Pictures show what is in the sound, and where; odd sounds are drawn as well."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import yaml
from PIL import Image

from soundwright.audio import Audio, Stream
from soundwright.deliver import lanes, picture, sketch
from soundwright.deliver.lanes import Lane, Span

RATE = 48_000
TOP_OF_WAVE = picture.HEAD + 18  # without lanes
TOP_OF_SPECTRUM = TOP_OF_WAVE + picture.WAVE + picture.GAP
TOP_OF_LOUDNESS = TOP_OF_SPECTRUM + picture.SPECTRUM + picture.GAP
RIGHT = picture.LEFT + picture.INNER


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def tone(hz: float, seconds: float = 2.0, level: float = 0.5, rate: int = RATE) -> Audio:
    return Audio(level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate), rate)


def spectrogram(png: bytes) -> np.ndarray:
    """Its brightness, `[rows, columns]`."""
    cut = pixels(png)[TOP_OF_SPECTRUM : TOP_OF_SPECTRUM + picture.SPECTRUM, picture.LEFT : RIGHT]
    return cut.sum(axis=2)


@pytest.mark.parametrize(("hz", "rate"), [(100, RATE), (1000, RATE), (1000, 16_000), (8000, 44_100), (12_000, 96_000)])
def test_the_row_of_a_tone_is_brightest_at_its_frequency(hz, rate):
    bright = spectrogram(picture.draw(tone(hz, rate=rate))).mean(axis=1)
    mel = lambda f: 2595 * np.log10(1 + f / 700)  # noqa: E731  HTK
    share = (mel(hz) - mel(40)) / (mel(min(16_000, rate / 2)) - mel(40))
    assert int(np.argmax(bright)) == pytest.approx(picture.SPECTRUM * (1 - share), abs=4)
    assert bright.max() > 3 * np.median(bright)


def test_what_begins_in_the_middle_is_drawn_from_the_middle_on():
    sound = Audio(np.concatenate([np.zeros(RATE), tone(440, 1.0).samples[0]]), RATE)
    drawn = picture.draw(sound)
    bright = spectrogram(drawn).max(axis=0)
    assert int(np.argmax(bright > bright.max() / 2)) == pytest.approx(picture.INNER / 2, abs=12)  # half of a window
    wave = pixels(drawn)[TOP_OF_WAVE : TOP_OF_WAVE + picture.WAVE, picture.LEFT : RIGHT]
    inked = (wave == picture.PEAK_INK).all(axis=2).sum(axis=0)
    assert inked[: picture.INNER // 2 - 2].max() == 0
    assert inked[picture.INNER // 2 + 2 : -1].min() > 0


def test_the_waveform_is_as_high_as_the_sound():
    """A square of ±0.5 reaches half of the way up, all along."""
    wave = pixels(picture.draw(Audio(np.tile([0.5] * 50 + [-0.5] * 50, 960), RATE)))
    middle = wave[TOP_OF_WAVE : TOP_OF_WAVE + picture.WAVE, picture.LEFT + 400]
    rows = np.flatnonzero((middle == picture.WAVE_INK).all(axis=1))
    assert (rows[0], rows[-1]) == pytest.approx((picture.WAVE * 0.25, picture.WAVE * 0.75), abs=1)


def test_the_lines_of_loudness_and_target_lie_where_they_should():
    png = pixels(picture.draw(tone(1000, 6.0, 0.1), target_lufs=-30.0))  # mono, -20 dBFS peak: -23 LUFS
    panel = png[TOP_OF_LOUDNESS : TOP_OF_LOUDNESS + picture.LOUDNESS + 1, picture.LEFT : RIGHT]
    short = np.flatnonzero((panel[:, 900] == (200, 84, 40)).all(axis=1)).mean()
    assert -60 * short / picture.LOUDNESS == pytest.approx(-23, abs=1)
    target = np.flatnonzero((panel[:, 5:-5] == picture.TARGET_INK).all(axis=2).all(axis=1))
    assert -60 * target.mean() / picture.LOUDNESS == pytest.approx(-30, abs=1)


def test_borders_of_sections_are_lines_where_they_begin():
    sections = Lane("sections", (Span(0.0, 2.5, "verse"), Span(2.5, 10.0, "chorus")), borders=True)
    png = pixels(picture.draw(Audio.silence(10 * RATE, RATE), lanes=[sections]))
    wave = picture.HEAD + picture.ROW + 6 + 6 + 18
    dashes = (png[wave + 1 : wave + picture.WAVE // 2 - 2] == picture.BORDER).all(axis=2).sum(axis=0)
    assert list(np.flatnonzero(dashes > picture.WAVE // 6)) == [round(picture.LEFT + (picture.INNER - 1) * 0.25)]
    lane = png[picture.HEAD + 10]
    first, second = lane[picture.LEFT + 200], lane[picture.LEFT + 800]
    assert (first != second).any()
    assert (lane[RIGHT + 5] == picture.PAPER).all()


def test_lanes_are_read_from_every_kind_of_plan():
    import soundwright as sw
    from soundwright import studio
    from soundwright.request import MusicRequest

    song = studio.plan_music(MusicRequest(prompt="lo-fi piano; intro, verse, chorus", duration_s=30.0))
    [sections] = lanes.of_plan(studio.plan_text(song))
    assert [span.label for span in sections.spans] == [part.name for part in song.sections]
    assert sections.spans[0].start_s == 0
    assert sections.spans[-1].end_s == 30
    assert sections.spans[1].start_s == pytest.approx(song.sections[0].bars * song.bar_s)
    told = {"replaced": {"section": "verse", "start_s": 4.0, "end_s": 8.0}}
    assert lanes.of_plan(studio.plan_text(song), told)[1].spans == (Span(4.0, 8.0, "verse"),)

    effect = sw.effect("rain, then a door slams", 6.0)
    found = {lane.name: lane for lane in lanes.of_facts(effect.facts)}
    assert "rain" in found["beds"].spans[0].label
    assert any("door" in span.label for span in found["sounds"].spans)

    film = {"duration_s": 5.0, "scenes": [{"start_s": 0.0, "end_s": 5.0, "ambience": "wind"}],
            "cues": [{"number": 1, "sound": "knock", "at_s": 1.0}, {"number": 2, "sound": "hum", "at_s": 2.0,
                                                                     "end_s": 4.0}]}  # fmt: skip
    scenes, cues = lanes.of_plan(yaml.safe_dump(film), {"cues": [{"number": 1, "frames": 24_000}]})
    assert scenes.spans == (Span(0.0, 5.0, "wind"),)
    assert cues.spans == (Span(1.0, 1.5, "1 knock", "knock"), Span(2.0, 4.0, "2 hum", "hum"))

    edit = {"verb": "extend", "source": "x.wav", "left_s": 1.0, "right_s": 2.0, "duration_s": 10.0}
    [anew] = lanes.of_plan(yaml.safe_dump(edit))
    assert [(span.start_s, span.end_s) for span in anew.spans] == [(0.0, 1.0), (8.0, 10.0)]
    for text in ("", "no plan", "sections: 5", "- 1", "a: [", "stems: []"):
        assert lanes.of_plan(text) == ()


ODD = {
    "none": Audio(np.zeros((2, 0)), RATE),
    "one sample": Audio(np.ones((1, 1)), RATE),
    "seven samples": Audio.silence(7, 8000, 1),
    "silence": Audio.silence(RATE, RATE),
    "seven channels": Audio(np.full((7, 4800), 0.1), RATE),
    "far over full scale": Audio(np.full((1, 100), 40.0), 192_000),
    "half a millisecond": tone(440, 0.0005),
}


@pytest.mark.parametrize("sound", ODD.values(), ids=ODD)
def test_odd_sounds_are_drawn(sound):
    many = Lane("cues", tuple(Span(k * 0.01, k * 0.01, "a very long name " * 20) for k in range(100)))
    png = picture.draw(sound, "title\n" * 50, lanes=[many], target_lufs=-14.0)
    assert png.startswith(b"\x89PNG")
    assert pixels(png).shape[1] == picture.WIDTH


def test_silence_is_drawn_as_silence():
    assert spectrogram(picture.draw(Audio.silence(RATE, RATE))).max() == sum(picture.colours(np.array(0.0)))


@pytest.mark.parametrize("frames", [1000, 140_799, 140_801, 1_000_000, 9_100_001])
def test_a_stream_is_sketched_as_the_whole_in_any_blocks(frames):
    rng = np.random.default_rng(frames)
    x = (0.1 * rng.standard_normal(frames) * np.linspace(0, 1, frames)).astype(np.float32)
    whole = sketch.of(Audio(x, RATE))
    cut = Stream(RATE, 1, (x[None, at : at + 99_991] for at in range(0, frames, 99_991)))
    again = sketch.of(cut, frames)
    for name in ("low", "high", "rms", "levels"):
        assert np.allclose(getattr(whole, name), getattr(again, name), atol=1e-4), name
    assert whole.frames == again.frames == frames
    assert whole.low.min() == x.min()
    assert whole.high.max() == x.max()
    assert 1000 <= len(whole.low) <= 2300
    loud = 10 ** (whole.levels / 10)
    assert loud[:, -loud.shape[1] // 8 :].mean() > 2 * loud[:, : loud.shape[1] // 2].mean()


def test_a_click_in_a_long_sound_is_not_lost():
    x = np.zeros(20 * 60 * 8000, np.float32)
    x[5_000_000:5_000_400] = 0.5 * np.sin(np.arange(400))
    seen = sketch.of(Audio(x, 8000))
    assert seen.levels.max() > -50
    assert int(seen.levels.max(axis=0).argmax()) / seen.levels.shape[1] == pytest.approx(5e6 / len(x), abs=0.002)


def test_steps_of_the_axis_are_round():
    assert [picture.step_of(span, 12) for span in (2e-5, 0.5, 1, 7, 10, 30, 100, 600, 3600)] == pytest.approx(
        [2e-6, 0.05, 0.1, 1.0, 1.0, 5.0, 10.0, 60.0, 300.0])  # fmt: skip
