"""Timelines: timecode against published counts, and every format read back by someone else's reader or by its rules."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest

from soundwright.deliver.timeline import RATES, WRITERS, Clip, Timeline, dumps, timecode, write
from soundwright.errors import BadRequest

CLIPS = (
    Clip("rain bed", "stems/rain.wav", 0.0, 10.0, track="beds", gain_db=-6.0),
    Clip("door & knock", "stems/door.wav", 1.5, 0.8, track="spots", pan=-0.5),
    Clip("thunder", "stems/thunder.wav", 2.0, 3.2, track="spots", source_s=0.5),
    Clip("second", "stems/second.wav", 6.0, 1.0, track="spots"),
)


def line(rate: str = "25", start_s: float = 0.0) -> Timeline:
    return Timeline("My film", CLIPS, rate=rate, start_s=start_s)


# SMPTE ST 12-1: numbers 0 and 1 are left out at each minute but the tenth; an hour of 29.97 has 107 892 frames.
@pytest.mark.parametrize(
    ("frames", "rate", "code"),
    [
        (0, "25", "00:00:00:00"),
        (90061, "25", "01:00:02:11"),
        (1799, "29.97df", "00:00:59;29"),
        (1800, "29.97df", "00:01:00;02"),
        (17981, "29.97df", "00:09:59;29"),
        (17982, "29.97df", "00:10:00;00"),
        (107892, "29.97df", "01:00:00;00"),
        (1800, "29.97", "00:01:00:00"),
        (215784, "59.94df", "01:00:00;00"),
        (3600, "59.94df", "00:01:00;04"),
        (86400, "23.976", "01:00:00:00"),
        (25 * 86400, "25", "00:00:00:00"),
    ],
)
def test_timecode(frames, rate, code):
    assert timecode(frames, RATES[rate]) == code


@pytest.mark.parametrize("rate", ["29.97df", "59.94df"])
def test_drop_frame_leaves_no_number_out_twice(rate):
    codes = [timecode(frame, RATES[rate]) for frame in range(40000)]
    assert len(set(codes)) == 40000
    assert codes == sorted(codes)
    dropped = re.compile(r"\d\d:\d[1-9]:00;0[0-1]" if rate == "29.97df" else r"\d\d:\d[1-9]:00;0[0-3]")
    assert not any(dropped.fullmatch(code) for code in codes)


def test_drop_frame_stays_with_the_clock():
    fps = RATES["29.97df"]
    assert timecode(fps.frames(3600.0), fps) == "01:00:00;00"
    assert timecode(RATES["29.97"].frames(3600.0), RATES["29.97"]) == "00:59:56:12"


@pytest.mark.parametrize("rate", RATES)
def test_otio_is_read_by_opentimelineio(rate):
    otio = pytest.importorskip("opentimelineio")
    read = otio.adapters.read_from_string(dumps(line(rate), ".otio"), "otio_json")
    assert read.name == "My film"
    assert [track.name for track in read.tracks] == ["beds", "spots", "spots 2"]
    assert all(track.kind == "Audio" for track in read.tracks)
    found = {}
    for clip in read.find_clips():
        span = clip.trimmed_range_in_parent()
        found[clip.name] = (span.start_time.to_seconds(), span.duration.to_seconds(), clip.media_reference.target_url)
        assert clip.trimmed_range().start_time.to_seconds() == {"thunder": 0.5}.get(clip.name, 0.0)
    assert found == {clip.name: (clip.start_s, clip.duration_s, clip.file) for clip in CLIPS}
    again = otio.adapters.read_from_string(otio.adapters.write_to_string(read, "otio_json"), "otio_json")
    assert again.is_equivalent_to(read)


@pytest.mark.parametrize("rate", ["23.976", "25", "29.97", "29.97df", "60"])
def test_edl_is_read_by_the_cmx_adapter(rate):
    otio = pytest.importorskip("opentimelineio")
    pytest.importorskip("otio_cmx3600_adapter")
    fps = RATES[rate]
    read = otio.adapters.read_from_string(dumps(line(rate, 3600.0), ".edl"), "cmx_3600", rate=float(fps.exact))
    assert read.name == "My film"
    clips = {clip.name: clip for clip in read.find_clips()}
    assert set(clips) == {clip.name for clip in CLIPS}
    for ours in CLIPS:
        span = clips[ours.name].trimmed_range()
        first, last = line(rate).span(ours)
        assert span.duration.to_frames() == last - first
        assert span.start_time.to_frames() == fps.frames(ours.source_s)


def test_edl_names_places_in_timecode():
    text = dumps(line("29.97df", 3600.0), ".edl")
    assert "FCM: DROP FRAME" in text
    assert re.search(r"^002  DOOR     A2    C        00:00:00;00 00:00:00;24 01:00:01;15 01:00:02;09$", text, re.M)
    assert "* SOURCE FILE: stems/door.wav" in text
    assert "FCM: NON-DROP FRAME" in dumps(line("25"), ".edl")


@pytest.mark.parametrize("rate", ["23.976", "25", "29.97df"])
def test_fcp7_xml_is_read_by_the_fcp_adapter(rate):
    otio = pytest.importorskip("opentimelineio")
    pytest.importorskip("otio_fcp_adapter")
    timeline = line(rate)
    read = otio.adapters.read_from_string(dumps(timeline, ".xml"), "fcp_xml")
    found = {clip.name: clip for clip in read.find_clips()}
    for ours in CLIPS:
        first, last = timeline.span(ours)
        span = found[ours.name].trimmed_range_in_parent()
        assert (span.start_time.value, span.end_time_exclusive().value) == (first, last)
        assert found[ours.name].media_reference.target_url.endswith(ours.file)


def test_a_file_used_twice_is_described_once():
    from xml.etree import ElementTree

    twice = Timeline("t", (Clip("a", "x.wav", 0, 1), Clip("b", "x.wav", 2, 1)))
    files = ElementTree.fromstring(dumps(twice, ".xml").encode()).findall(".//file")
    assert [len(file) > 0 for file in files] == [True, False]
    assert len({file.get("id") for file in files}) == 1


def test_reaper_projects_nest_and_hold_every_item():
    text = dumps(line("29.97df", 10.0), ".rpp")
    depth, deepest = 0, 0
    for row in text.splitlines():
        depth += row.strip().startswith("<")
        deepest = max(deepest, depth)
        depth -= row.strip() == ">"
    assert (depth, deepest) == (0, 4)
    assert re.findall(r"POSITION (\S+)", text) == ["0", "1.5", "6", "2"]
    assert re.findall(r"LENGTH (\S+)", text) == ["10", "0.8", "1", "3.2"]
    assert re.findall(r"SOFFS (\S+)", text) == ["0", "0", "0", "0.5"]
    assert f"VOLPAN {10 ** (-6 / 20):.10g} 0 1 -1" in text
    assert 'NAME "door & knock"' in text
    assert "TIMEMODE 1 5 -1 30 1 0 -1" in text
    assert text == dumps(line("29.97df", 10.0), ".rpp")


def test_the_cue_sheet_is_a_table():
    rows = list(csv.DictReader(StringIO(dumps(line("25", 3600.0), ".csv"))))
    assert [row["name"] for row in rows] == ["rain bed", "door & knock", "thunder", "second"]
    assert (rows[1]["in"], rows[1]["out"]) == ("01:00:01:13", "01:00:02:08")
    assert float(rows[2]["duration_s"]) == 3.2


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_writes_an_empty_and_a_full_timeline(ending, tmp_path):
    assert write(Timeline("nothing", ()), tmp_path / f"a{ending}").stat().st_size > 20
    text = write(line(), tmp_path / f"b{ending}").read_text()
    assert all(clip.file in text for clip in CLIPS)
    assert {path.name for path in tmp_path.iterdir()} == {f"a{ending}", f"b{ending}"}


def test_bad_timelines_are_refused(tmp_path):
    with pytest.raises(BadRequest, match="frame rate"):
        Timeline("t", (), rate="26")
    for wrong in (Clip("a", "a.wav", -1, 1), Clip("a", "a.wav", 0, 0), Clip("a", "a.wav", float("nan"), 1)):
        with pytest.raises(BadRequest, match="clip"):
            Timeline("t", (wrong,))
    with pytest.raises(BadRequest, match="written as"):
        write(line(), tmp_path / "a.aaf")
