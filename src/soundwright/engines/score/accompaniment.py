"""Chords, arpeggios, pads and drones: figures played on voicings that lead into each other."""

from __future__ import annotations

from collections.abc import Sequence

from soundwright.engines.score.events import Event
from soundwright.engines.score.figures import FIGURES, SOFTER, WORDS
from soundwright.engines.score.form import Bar, Form, Slot, Stretch
from soundwright.engines.score.players import Player, player_of
from soundwright.engines.score.rows import Row, squeezed
from soundwright.engines.score.voicing import Manner, lead
from soundwright.seed import stream

STRUM_MS = 13.0  # between neighbouring strings of an easy strum
ROLL_MS = 28.0


def _figure_name(stretch: Stretch, part: str, role: str, player: Player) -> str:
    hint = stretch.hint(part)
    by_hint = next((name for name in sorted(FIGURES, key=len, reverse=True) if name.split("/")[0] in hint), None)
    if by_hint is None:
        by_hint = next((figure for word, figure in WORDS.items() if word in hint), None)
    if by_hint:
        return by_hint.split("/")[0]
    if role == "pad":
        return "swell"
    if role == "drone":
        return "drone-fifth"
    name = stretch.idiom.arpeggio if role == "arpeggio" else stretch.idiom.chords
    if player.lasts and name in ("broken", "travis", "boom-chick", "lazy", "harp"):
        return "hold"
    if player.strummed and name in ("broken", "quarters", "half"):
        return "strum" if stretch.energy >= 0.4 else "travis"
    if not player.strummed and name in ("rasgueado", "strum"):
        return "quarters"
    if not player.lasts and name in ("swell", "hold"):
        return "broken"
    return name


def _rows(name: str, form: Form) -> tuple[tuple[Row, ...], bool]:
    """The rows of a figure for the piece's metre, and whether they still have to be squeezed into it."""
    suffix = "/6" if form.metre.compound and form.metre.bar == 3.0 else "/3" if form.metre.bar == 3.0 else ""
    fitted = suffix and f"{name}{suffix}" in FIGURES
    if suffix == "/3" and not fitted and name in ("oom-pah", "stride"):
        return FIGURES["oom-pah-pah"], False
    return FIGURES[f"{name}{suffix}" if fitted else name], not fitted


def _choose(rows: Sequence[Row], bar: Bar, seed: int, part: str, motif: str) -> Row:
    """Rows alternate by a pattern of the section: the first one rules, others answer every second or fourth bar."""
    if len(rows) < 2:
        return rows[0]
    chance = stream(seed, part, "figure", motif, bar.within % 4).random()
    if len(rows) > 2:
        return rows[int(chance * len(rows))] if bar.within % 4 else rows[0]
    fresh = stream(seed, part, "turn", bar.index).random()
    answers = bar.within % 4 == 3 or (bar.within % 2 == 1 and chance < 0.4) or fresh < 0.06
    return rows[int(answers)]


def _pitches(token: str, voicing: tuple[int, ...], slot: Slot, floor: int) -> tuple[int, ...]:
    if token in ("*", "d", "u", "r"):
        return voicing
    if token == "^":
        return voicing[1:] or voicing
    if token in ("R", "F"):
        fifth = slot.chord.fifth if slot.chord.fifth is not None else 7
        pitch_class = slot.chord.bass if token == "R" else (slot.chord.root + fifth) % 12
        return (floor + (pitch_class - floor) % 12,)
    index = int(token)
    return (voicing[index % len(voicing)] + 12 * (index // len(voicing)),)


def _spread(pitches: tuple[int, ...], token: str) -> list[tuple[int, float]]:
    """Pitches with the delay in ms of a strum or a roll."""
    order = sorted(pitches, reverse=token == "u")
    gap = {"d": STRUM_MS, "u": STRUM_MS * 0.8, "r": ROLL_MS}.get(token, 0.0)
    return [(pitch, gap * k) for k, pitch in enumerate(order)]


def accompany(form: Form, part: str, instrument: str, role: str, seed: int) -> list[Event]:
    """All events of a part with role chords, arpeggio, pad or drone."""
    player = player_of(instrument)
    shift = round(4 * form.tessitura)
    low, high = player.comp[0] + shift, player.comp[1] + shift
    out: list[Event] = []
    kind = "open" if role == "pad" else form.idiom.voicing
    if kind == "power" and player.family != "guitar":
        kind = "triad"
    notes = min(player.voices, 3 if kind == "power" else 5 if player.strummed else 4)
    manner = Manner(low, high, max(notes, 1), kind, player.strummed, form.key.tonic)
    voicings = lead([slot.chord for slot in form.slots], manner)
    voiced = {round(slot.start * 96): voicing for slot, voicing in zip(form.slots, voicings, strict=True)}
    for stretch in form.stretches:
        if not stretch.plays(part):
            continue
        name = _figure_name(stretch, part, role, player)
        lift = 12 if role == "arpeggio" and stretch.energy > 0.8 and high + 12 <= 96 else 0
        for bar in stretch.bars:
            if bar.final:
                chord = voiced[round(bar.start * 96)]
                roll = "" if player.lasts else "d" if player.strummed else "r"
                root = () if player.lasts else _pitches("R", chord, bar.slots[0], low - 12)
                for pitch, delay in _spread((*root, *chord), roll):
                    out.append(Event(bar.start, form.metre.bar, pitch, 0.75, delay_ms=delay))
                continue
            figure = (
                SOFTER.get(name, name)
                if bar.level + 0.5 * (form.density - 0.5) < 0.28 and role != "pad" and not stretch.hint(part)
                else name
            )
            rows, loose = _rows(figure, form)
            row = _choose(rows, bar, seed, part, stretch.motif)
            row = squeezed(row, form.metre) if loose else row
            out.extend(_bar(stretch.key.tonic, bar, row, figure, voiced, low, lift, player))
    return _tied(out) if role in ("pad", "drone") else out


def _bar(
    tonic_class: int, bar: Bar, row: Row, name: str, voiced: dict, low: int, lift: int, player: Player
) -> list[Event]:
    out: list[Event] = []
    holds = name in ("hold", "swell", "drone-fifth", "half", "quarters")
    for slot in bar.slots:
        voicing = voiced[round(slot.start * 96)]
        if not voicing:
            continue
        offset = slot.start - bar.start
        if name == "swell" and tonic_class in slot.chord.pitch_classes:  # a common tone that ties the changes together
            pedal = low + (tonic_class - low) % 12
            voicing = (pedal, *(pitch for pitch in voicing if pitch != pedal))
        if name == "drone-fifth":
            tonic = low + (tonic_class - low) % 12
            voicing = (tonic, tonic + 7, tonic + 12)
        mine = [item for item in row if offset - 1e-6 <= item[0] < offset + slot.length - 1e-6]
        if holds and (not mine or mine[0][0] > offset + 1e-6):
            mine.insert(0, (offset, slot.length, row[0][2], row[0][3]))
        for position, length, token, level in mine:
            if token == ".":
                continue
            room = slot.end - bar.start - position
            length = room if length >= 3.9 else min(length, room + (0.5 if not player.lasts else 0.0))
            floor = low - 10 if player.strummed else low - 12
            for pitch, delay in _spread(_pitches(token, voicing, slot, floor), token):
                articulation = "staccato" if length <= 0.26 and not player.pedal else ""
                out.append(Event(bar.start + position, length, pitch + lift, level, articulation, delay))
    return out


def _tied(events: list[Event]) -> list[Event]:
    """Notes that stay while the chord changes are held over instead of struck again, for up to four bars or so."""
    out: list[Event] = []
    open_: dict[int, int] = {}
    for event in sorted(events, key=lambda e: (e.start, e.pitch)):
        at = open_.get(event.pitch)
        if at is not None and abs(out[at].end - event.start) < 1e-6 and out[at].length < 16:
            held = out[at]
            out[at] = Event(held.start, event.end - held.start, held.pitch, held.level, held.articulation)
        else:
            open_[event.pitch] = len(out)
            out.append(event)
    return out
