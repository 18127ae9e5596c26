"""A picture of a sound on one axis of time: what its plan says, waveform, log-mel spectrogram, loudness; as PNG."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from soundwright.audio import Audio
from soundwright.deliver import sketch as sketches
from soundwright.deliver.sketch import Sketch
from soundwright.dsp import spectra

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from soundwright.deliver.lanes import Lane, Span

WIDTH, LEFT, RIGHT, HEAD, FOOT, GAP = 1200, 76, 70, 44, 34, 30
INNER = WIDTH - LEFT - RIGHT
WAVE, SPECTRUM, LOUDNESS, ROW = 150, 300, 130, 21
INK, DIM, PAPER, WHITE, LINE = (60, 66, 78), (122, 128, 140), (250, 250, 248), (255, 255, 255), (228, 228, 224)
WAVE_INK, PEAK_INK, BORDER = (38, 94, 138), (150, 186, 212), (150, 150, 158)
TINTS = ((38, 94, 138), (200, 84, 40), (64, 134, 82), (136, 84, 146), (178, 138, 34), (62, 146, 150), (166, 62, 84))
CURVES = (
    ("momentary", "momentary_lufs", (176, 196, 212), 1),
    ("short-term", "short_term_lufs", WAVE_INK, 2),
    ("integrated", "integrated_lufs", (200, 84, 40), 2),
)
TARGET_INK = (40, 140, 70)
QUIET_DB, LOUD_DB = -90.0, -10.0  # the ends of the spectrogram's colours
LOWEST, HIGHEST = -60.0, 0.0  # LUFS
HZ = (100, 300, 1000, 3000, 10_000)
MOST_ROWS = 6  # of spans of one lane that meet; what has no place any more is drawn without its words
LETTERS = 160  # of a text that are looked at
FEW = 40  # spans of a lane, up to which each draws a line through the waveform
# Dark to light, about even steps of lightness: quiet recedes, loud comes forward.
RAMP = np.array(
    [(12, 10, 36), (58, 18, 96), (134, 30, 104), (206, 62, 74), (246, 134, 48), (252, 206, 98), (255, 250, 214)]
)


def colours(level: np.ndarray) -> np.ndarray:
    """uint8 `[..., 3]` for levels 0 to 1."""
    at = np.clip(level, 0, 1) * (len(RAMP) - 1)
    stops = np.arange(len(RAMP))
    return np.stack([np.interp(at, stops, RAMP[:, channel]) for channel in range(3)], axis=-1).astype(np.uint8)


def of_piece(sound: Audio | Sketch, facts: dict[str, Any]) -> bytes:
    """The picture of a finished piece by the facts of its manifest: title, plan, and what its loudness was to be."""
    from soundwright.deliver import lanes

    measured, title = facts.get("measured", {}), str(facts.get("title", ""))
    target, by = measured.get("target_lufs"), measured.get("by", "")
    return draw(sound, title, lanes=lanes.of_facts(facts), target_lufs=target, target_by=by)


def draw(
    sound: Audio | Sketch,
    title: str = "",
    *,
    lanes: Sequence[Lane] = (),
    target_lufs: float | None = None,
    target_by: str = "",
) -> bytes:
    """PNG bytes: `lanes`, peaks and RMS of the mono sum, 128 mel bands from -90 to -10 dB, loudness with its target."""
    from PIL import Image, ImageDraw

    seen = sketches.of(sound) if isinstance(sound, Audio) else sound
    rows = [(lane, _packed(lane, seen)) for lane in lanes]
    wave = HEAD + sum(ROW * len(packed) + 6 for _, packed in rows) + (6 if rows else 0) + 18
    spectrum = wave + WAVE + GAP
    loudness = spectrum + SPECTRUM + GAP
    bottom = loudness + LOUDNESS if seen.curves else spectrum + SPECTRUM
    sheet = Image.new("RGB", (WIDTH, bottom + FOOT), PAPER)
    pen = ImageDraw.Draw(sheet)
    _head(pen, seen, title)
    _wave(pen, seen, wave)
    sheet.paste(_spectrum(seen), (LEFT, spectrum))
    _named(pen, "spectrogram, dB", spectrum)
    _frequencies(pen, seen, spectrum)
    _scale(sheet, pen, spectrum)
    if seen.curves:
        _loudness(pen, seen, loudness, target_lufs, target_by)
    _time(pen, seen, bottom, [(wave, WAVE)] + ([(loudness, LOUDNESS)] if seen.curves else []))
    _lanes(sheet, pen, seen, rows, [(wave, WAVE), (spectrum, SPECTRUM)])
    file = BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def x_of(time_s: float, duration_s: float) -> float:
    """Where a time is on the picture, in pixels from its left."""
    return LEFT + (INNER - 1) * min(max(time_s / duration_s, 0.0), 1.0) if duration_s > 0 else float(LEFT)


def share_of(hz: float, highest_hz: float) -> float:
    """Where a frequency is on the spectrogram, 0 its lower edge to 1 its upper one."""
    low, high = spectra.mel(sketches.LOW_HZ), spectra.mel(highest_hz)
    return float((spectra.mel(hz) - low) / (high - low))


def step_of(span: float, most: int) -> float:
    """The least of 1, 2, 5 times a power of ten, and over 5 s of whole steps of a clock, that gives at most `most`."""
    least = span / most
    if least > 5:
        return next((s for s in (10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0) if s >= least), 3600.0)
    ten = 10.0 ** np.floor(np.log10(least))
    return next(float(n * ten) for n in (1, 2, 5, 10) if n * ten >= least * (1 - 1e-9))


@lru_cache
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _fitted(text: str, most: float, font: Any) -> str:
    """`text`, cut so that it is at most `most` pixels long."""
    text = text[:LETTERS]
    if font.getlength(text) <= most:
        return text
    letters = bisect_right(range(len(text)), most, key=lambda count: font.getlength(f"{text[:count]}…")) - 1
    return f"{text[:letters].rstrip()}…" if letters > 1 else ""


def _head(pen: ImageDraw, seen: Sketch, title: str) -> None:
    channels = {1: "mono", 2: "stereo"}.get(seen.channels, f"{seen.channels} channels")
    exact = f"{seen.duration_s:.3f}".rstrip("0").rstrip(".")
    length = f"{exact} s" if seen.duration_s >= 0.01 else f"{seen.frames} sample{'s' * (seen.frames != 1)}"
    said = [length, f"{seen.rate / 1000:g} kHz", channels]
    whole = seen.curves.integrated_lufs[-1:] if seen.curves else []
    said += [f"{float(level):.1f} LUFS" for level in whole if np.isfinite(level)]
    facts = "   ".join(said)
    long = _font(13).getlength(facts)
    pen.text((LEFT, 12), _fitted(" ".join(title.split()), INNER - long - 20, _font(17)), fill=INK, font=_font(17))
    pen.text((LEFT + INNER - long, 16), facts, fill=DIM, font=_font(13))


def _named(pen: ImageDraw, words: str, top: int) -> None:
    pen.text((LEFT, top - 18), words, fill=DIM, font=_font(12))


def _beside(pen: ImageDraw, words: str, y: float) -> None:
    """A label of the axis on the left."""
    pen.text((LEFT - 8, y), words, fill=INK, font=_font(12), anchor="rm")


def _wave(pen: ImageDraw, seen: Sketch, top: int) -> None:
    half = WAVE / 2
    _named(pen, "waveform, dBFS: peaks and RMS", top)
    pen.rectangle((LEFT, top, LEFT + INNER - 1, top + WAVE), fill=WHITE)
    for level_db in (0, -6, -12):
        for side in (-1, 1):
            y = top + half + side * half * 10 ** (level_db / 20)
            pen.line((LEFT, y, LEFT + INNER - 1, y), fill=LINE)
            _beside(pen, f"{level_db}", y)
    points = len(seen.low)
    for column in range(INNER):
        part = slice(column * points // INNER, max((column + 1) * points // INNER, column * points // INNER + 1))
        low, high = (np.clip(value, -1, 1) for value in (seen.low[part].min(), seen.high[part].max()))
        rms = min(float(np.sqrt(np.mean(seen.rms[part] ** 2))), 1.0)
        x, middle = LEFT + column, top + half
        pen.line((x, middle - high * half, x, middle - low * half), fill=PEAK_INK)
        pen.line((x, middle - rms * half, x, middle + rms * half), fill=WAVE_INK)


def _spectrum(seen: Sketch) -> Image:
    from PIL import Image

    levels = (seen.levels[::-1] - QUIET_DB) / (LOUD_DB - QUIET_DB)
    picture = Image.fromarray(np.round(255 * np.clip(levels, 0, 1)).astype(np.uint8))
    how = Image.Resampling.BOX if picture.width > INNER else Image.Resampling.BILINEAR
    wide = np.asarray(picture.resize((INNER, picture.height), how).resize((INNER, SPECTRUM), Image.Resampling.BILINEAR))
    return Image.fromarray(colours(wide // 2 * 2 / 255))  # 128 colours, and the file is half as large


def _frequencies(pen: ImageDraw, seen: Sketch, top: int) -> None:
    for hz in HZ:
        if hz < seen.highest_hz:
            y = top + SPECTRUM * (1 - share_of(hz, seen.highest_hz))
            _beside(pen, f"{hz / 1000:g} kHz" if hz >= 1000 else f"{hz} Hz", y)
            pen.line((LEFT - 5, y, LEFT - 1, y), fill=DIM)


def _scale(sheet: Image, pen: ImageDraw, top: int) -> None:
    """What the colours mean, beside the spectrogram."""
    from PIL import Image

    left = LEFT + INNER + 12
    ramp = np.linspace(1, 0, SPECTRUM)[:, None].repeat(10, axis=1)
    sheet.paste(Image.fromarray(colours(ramp)), (left, top))
    for level in range(int(QUIET_DB) + 10, int(LOUD_DB) + 1, 20):
        y = top + SPECTRUM * (1 - (level - QUIET_DB) / (LOUD_DB - QUIET_DB))
        pen.text((left + 16, min(max(y, top + 6), top + SPECTRUM - 6)), f"{level} dB", fill=INK, font=_font(12),
                 anchor="lm")  # fmt: skip


def _loudness(pen: ImageDraw, seen: Sketch, top: int, target_lufs: float | None, by: str) -> None:
    curves = seen.curves
    assert curves is not None
    small = _font(12)
    _named(pen, "loudness, LUFS", top)
    pen.rectangle((LEFT, top, LEFT + INNER - 1, top + LOUDNESS), fill=WHITE)

    def y(lufs: Any) -> Any:
        level = np.clip(np.nan_to_num(lufs, neginf=LOWEST), LOWEST, HIGHEST)
        return top + LOUDNESS * (HIGHEST - level) / (HIGHEST - LOWEST)

    for lufs in range(int(LOWEST), int(HIGHEST) + 1, 10):
        pen.line((LEFT, y(lufs), LEFT + INNER - 1, y(lufs)), fill=LINE)
        if lufs % 20 == 0:
            _beside(pen, f"{lufs}", float(y(lufs)))
    at = LEFT + INNER - sum(round(small.getlength(name)) + 44 for name, *_ in CURVES)
    for name, field, colour, thick in CURVES:
        levels = getattr(curves, field)
        known = np.isfinite(levels) | (name != "integrated")  # which is not defined at first
        points = [(x_of(time, seen.duration_s), float(y(level)))
                  for time, level in zip(curves.times_s[known], levels[known], strict=True)]  # fmt: skip
        if len(points) > 1:
            pen.line(points, fill=colour, width=thick)
        pen.line((at, top - 11, at + 22, top - 11), fill=colour, width=3)
        pen.text((at + 28, top - 18), name, fill=INK, font=small)
        at += round(small.getlength(name)) + 44
    if target_lufs is not None:
        pen.line((LEFT, y(target_lufs), LEFT + INNER - 1, y(target_lufs)), fill=TARGET_INK)
        pen.text(
            (LEFT + INNER + 6, float(y(target_lufs))), f"{target_lufs:g}", fill=TARGET_INK, font=small, anchor="lm"
        )
        pen.text((LEFT + 110, top - 18), f"target {target_lufs:g} LUFS{by and f', {by}'}", fill=TARGET_INK, font=small)


def _time(pen: ImageDraw, seen: Sketch, bottom: int, panels: Sequence[tuple[int, int]]) -> None:
    """The axis of time, with faint lines through `panels`, each (top, height)."""
    length = seen.duration_s
    step = step_of(length, 12) if length > 0 else 1.0
    for number in range(int(length / step + 1e-9) + 1):
        x = x_of(number * step, length)
        pen.line((x, bottom, x, bottom + 5), fill=DIM)
        pen.text((x, bottom + 9), _clock(number * step, length), fill=INK, font=_font(12), anchor="ma")
    pen.line((LEFT, bottom, LEFT + INNER - 1, bottom), fill=DIM)
    for top, high in panels:
        pen.rectangle((LEFT, top, LEFT + INNER - 1, top + high), outline=LINE)


def _clock(time_s: float, length_s: float) -> str:
    if length_s < 1:
        return f"{1000 * time_s:.4g} ms"
    if length_s <= 120:
        return f"{time_s:.4g} s"
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if length_s >= 3600 else f"{minutes}:{seconds:02d}"


def _packed(lane: Lane, seen: Sketch) -> list[list[Span]]:
    """The spans of a lane in as few rows as leave each room for itself and its words."""
    rows: list[list[Span]] = []
    ends: list[float] = []
    for span in sorted(lane.spans, key=lambda one: one.start_s):
        start, end = (x_of(time, seen.duration_s) for time in (span.start_s, span.end_s))
        wanted = end if lane.borders else max(end, start + 12 + min(_font(12).getlength(span.label[:LETTERS]), 150))
        row = next((at for at, taken in enumerate(ends) if taken <= start + 0.5), None)
        if row is None and len(rows) < MOST_ROWS:
            rows.append([])
            ends.append(0.0)
            row = len(rows) - 1
        row = int(np.argmin(ends)) if row is None else row
        rows[row].append(span)
        ends[row] = wanted + 4 if not lane.borders else wanted
    return rows


def _lanes(sheet: Image, pen: ImageDraw, seen: Sketch, rows: Sequence[tuple[Lane, list[list[Span]]]],
           panels: Sequence[tuple[int, int]]) -> None:  # fmt: skip
    small, top = _font(12), HEAD
    for lane, packed in rows:
        kinds = dict.fromkeys(span.kind or span.label for span in lane.spans)
        tints = {kind: TINTS[at % len(TINTS)] for at, kind in enumerate(kinds)}
        _beside(pen, _fitted(lane.name, LEFT - 12, small), top + ROW / 2 - 1)
        for row in packed:
            for number, span in enumerate(row):
                start, end = (x_of(time, seen.duration_s) for time in (span.start_s, span.end_s))
                tint = tints[span.kind or span.label]
                pen.rectangle((start, top, max(end - 1, start + 2), top + ROW - 4), fill=_pale(tint))
                pen.rectangle((start, top, start + 2, top + ROW - 4), fill=tint)
                after = x_of(row[number + 1].start_s, seen.duration_s) if number + 1 < len(row) else LEFT + INNER
                room = (end if lane.borders else after) - start - 10
                pen.text((start + 6, top + 1), _fitted(span.label, room, small), fill=INK, font=small)
            top += ROW
        top += 6
        if lane.borders or len(lane.spans) <= FEW:
            for span in lane.spans:
                _border(sheet, round(x_of(span.start_s, seen.duration_s)), panels if lane.borders else panels[:1])


def _border(sheet: Image, x: int, panels: Sequence[tuple[int, int]]) -> None:
    """A dashed line where something begins, light on dark and dark on light."""
    if x <= LEFT:
        return
    for number, (top, high) in enumerate(panels):
        for y in range(top + 1, top + high):
            if y % 4 < 2:
                sheet.putpixel((x, y), WHITE if number else BORDER)


def _pale(tint: tuple[int, int, int]) -> tuple[int, ...]:
    return tuple(round(255 - (255 - value) * 0.28) for value in tint)
