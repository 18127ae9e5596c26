"""Final Cut Pro 7 XML (Apple: Final Cut Pro XML Interchange Format, version 5): Premiere and Resolve read it.

Times are whole frames. A clip's gain is Audio Levels, linear, and its place Audio Pan, −1 to 1.
"""

from __future__ import annotations

from itertools import count
from urllib.parse import quote
from xml.etree import ElementTree as tree

from soundwright.deliver.timeline.model import Clip, Timeline
from soundwright.deliver.timeline.timecode import timecode
from soundwright.dsp.units import gain

MOST_GAIN = 3.98107  # +12 dB, the highest level that the format holds


def dumps(timeline: Timeline) -> str:
    """The timeline as one sequence with a track for each of its own."""
    fps = timeline.fps
    root = tree.Element("xmeml", version="5")
    sequence = _add(root, "sequence", id="sequence-1")
    _add(sequence, "name", timeline.name)
    _add(sequence, "duration", max((timeline.span(clip)[1] for clip in timeline.clips), default=0))
    _rate(sequence, timeline)
    code = _add(sequence, "timecode")
    _rate(code, timeline)
    first = fps.frames(timeline.start_s)
    _add(code, "string", timecode(first, fps))
    _add(code, "frame", first)
    _add(code, "displayformat", "DF" if fps.drop else "NDF")
    audio = _add(_add(sequence, "media"), "audio")
    numbers, files = count(1), {}
    for name, clips in timeline.tracks.items():
        track = _add(audio, "track", MZ_TrackName=name)
        for clip in clips:
            _clip(track, timeline, clip, next(numbers), files)
    tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n' + tree.tostring(root, encoding="unicode") + "\n"


def _clip(track: tree.Element, timeline: Timeline, clip: Clip, number: int, files: dict[str, str]) -> None:
    first, last = timeline.span(clip)
    source = timeline.fps.frames(clip.source_s)
    item = _add(track, "clipitem", id=f"clipitem-{number}")
    _add(item, "name", clip.name)
    _add(item, "duration", source + last - first)
    _rate(item, timeline)
    for name, value in (("start", first), ("end", last), ("in", source), ("out", source + last - first)):
        _add(item, name, value)
    if clip.file in files:  # a file is described once and named from then on
        _add(item, "file", id=files[clip.file])
    else:
        files[clip.file] = f"file-{len(files) + 1}"
        _file(item, timeline, clip, files[clip.file], source + last - first)
    place = _add(item, "sourcetrack")
    _add(place, "mediatype", "audio")
    _add(place, "trackindex", 1)
    _filter(item, "Audio Levels", "audiolevels", "level", min(float(gain(clip.gain_db)), MOST_GAIN), 0, MOST_GAIN)
    _filter(item, "Audio Pan", "audiopan", "pan", clip.pan, -1, 1)


def _file(item: tree.Element, timeline: Timeline, clip: Clip, key: str, frames: int) -> None:
    file = _add(item, "file", id=key)
    _add(file, "name", clip.file.replace("\\", "/").rpartition("/")[2])
    _add(file, "pathurl", quote(clip.file.replace("\\", "/"), safe="/:"))
    _rate(file, timeline)
    _add(file, "duration", frames)
    sound = _add(_add(file, "media"), "audio")
    form = _add(sound, "samplecharacteristics")
    _add(form, "samplerate", timeline.sample_rate)
    _add(form, "depth", 24)
    _add(sound, "channelcount", clip.channels)


def _filter(item: tree.Element, name: str, key: str, parameter: str, value: float, low: float, high: float) -> None:
    effect = _add(_add(item, "filter"), "effect")
    for tag, text in (
        ("name", name),
        ("effectid", key),
        ("effectcategory", key),
        ("effecttype", key),
        ("mediatype", "audio"),
    ):
        _add(effect, tag, text)
    knob = _add(effect, "parameter")
    for tag, text in (("parameterid", parameter), ("name", parameter.title()), ("valuemin", low), ("valuemax", high)):
        _add(knob, tag, text)
    _add(knob, "value", f"{value:.6g}")


def _rate(parent: tree.Element, timeline: Timeline) -> None:
    rate = _add(parent, "rate")
    _add(rate, "timebase", timeline.fps.base)
    _add(rate, "ntsc", "TRUE" if timeline.fps.ntsc else "FALSE")


def _add(parent: tree.Element, tag: str, text: object = None, **attributes: str) -> tree.Element:
    child = tree.SubElement(parent, tag, attributes)
    if text is not None:
        child.text = str(text)
    return child
