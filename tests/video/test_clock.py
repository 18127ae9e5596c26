"""The clock of films: rates, starts, lengths, and files that are none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.films import CONTAINERS, RATES, make

from soundwright.errors import BadRequest
from soundwright.video import clock, pictures


@pytest.mark.parametrize(
    ("rate", "container"),
    [
        ("23.976", "mkv"),
        ("24", "webm"),
        ("25", "avi"),
        ("29.97", "ts"),
        ("30", "mp4"),
        ("59.94", "mov"),
        ("120", "mp4"),
    ],
)
def test_rate_and_length_are_exact(tmp_path, rate, container):
    truth = make("bounce", 1, path=tmp_path, rate=rate, container=container, seconds=1.0, size=(96, 54))
    film = clock.film(truth.path)
    assert abs(film.rate - RATES[rate]) < Fraction(1, 500)
    assert film.pictures == len(truth.times_s)
    assert abs(float(film.duration_s - truth.duration_s)) < 0.001
    assert not film.variable
    shown = [time_s for time_s, _ in pictures.frames(film, width=48)]
    assert max(abs(a - b) for a, b in zip(shown, truth.times_s, strict=True)) < 0.0011


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_a_variable_rate_keeps_every_time(tmp_path, container):
    truth = make("bounce", 2, path=tmp_path, rate="variable", container=container, seconds=2.0, size=(96, 54))
    film = clock.film(truth.path)
    assert film.variable
    shown = [time_s for time_s, _ in pictures.frames(film, width=48)]
    assert max(abs(a - b) for a, b in zip(shown, truth.times_s, strict=True)) < 0.0011


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_time_begins_with_the_first_picture(tmp_path, container):
    truth = make("bounce", 1, path=tmp_path, container=container, offset_s=2.0, seconds=1.0, size=(96, 54))
    film = clock.film(truth.path)
    assert next(iter(pictures.frames(film, width=48)))[0] == 0.0
    assert abs(float(film.duration_s) - 1.0) < 0.002


def test_a_clock_of_ones_own_takes_the_nearest_picture(tmp_path):
    truth = make("bounce", 1, path=tmp_path, rate="25", seconds=1.0, size=(96, 54))
    times = [time_s for time_s, _ in pictures.frames(truth.path, width=48, clock=10)]
    assert times == pytest.approx([at / 10 for at in range(10)])
    with pytest.raises(BadRequest, match="does not run"):
        list(pictures.frames(truth.path, width=48, clock=0))


def test_odd_names_are_names(tmp_path):
    truth = make("bounce", 1, path=tmp_path, seconds=0.5, size=(96, 54))
    odd = truth.path.rename(tmp_path / 'it\'s a "film" 🎬 100%d: a,b.mp4')
    assert clock.film(odd).pictures == len(truth.times_s)


def _text(path):
    path.write_text("no film", encoding="utf-8")


def _empty(path):
    path.write_bytes(b"")


def _picture(path):
    from PIL import Image

    Image.new("RGB", (16, 16)).save(path, "PNG")


def _sound(path):
    import numpy as np
    import soundfile

    soundfile.write(path, np.zeros(4800), 48_000, format="WAV")


@pytest.mark.parametrize(
    ("made", "said"),
    [(_text, "not a video"), (_empty, "is empty"), (_picture, "still picture"), (_sound, "no moving pictures")],
)
def test_what_is_no_film_is_told_in_one_line(tmp_path, made, said):
    path = tmp_path / "film.mp4"
    made(path)
    with pytest.raises(BadRequest, match=said) as told:
        clock.film(path)
    assert "\n" not in str(told.value)
    with pytest.raises(BadRequest, match="there is no file"):
        clock.film(tmp_path / "nowhere.mp4")


def test_a_damaged_middle_is_stepped_over(tmp_path):
    truth = make("bounce", 1, path=tmp_path, container="ts", seconds=3.0)
    data = bytearray(truth.path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(4000)
    truth.path.write_bytes(bytes(data))
    shown = list(pictures.frames(truth.path, width=48))
    assert len(shown) > 0.4 * len(truth.times_s)  # until the damage at the least: the next key picture is far


def test_one_picture_is_a_film(tmp_path):
    import av
    import numpy as np

    path = tmp_path / "one.mkv"
    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        made.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")))
        made.mux(stream.encode(None))
    film = clock.film(path)
    assert film.pictures == 1
    assert 0.03 < film.duration_s < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("rate", RATES)
def test_every_rate_in_every_container(tmp_path, rate, container):
    if rate == "variable" and container == "avi":
        return  # it stores no times
    truth = make("bounce", 1, path=tmp_path, rate=rate, container=container, seconds=1.0, size=(96, 54))
    shown = [time_s for time_s, _ in pictures.frames(truth.path, width=48)]
    assert max(abs(a - b) for a, b in zip(shown, truth.times_s, strict=True)) < 0.0011
