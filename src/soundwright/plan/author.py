"""The author of song plans: a prompt in, an explicit plan out.

    read what is said  ->  guess style and mood  ->  fit time  ->  lay out the form  ->  cast  ->  chords  ->  the plan

Everything is drawn from the seed by name, so the same request gives the same plan. What was understood, guessed and
ignored stands in the plan in plain words.
"""

from __future__ import annotations

import re

import numpy as np

from soundwright.errors import BadRequest
from soundwright.plan import fit as timing
from soundwright.plan.form import Stretch, arrange
from soundwright.plan.harmony import Span, function_of, write_chords
from soundwright.plan.players import Cast, cast
from soundwright.plan.reader import PACE_WORDS, length_in, read_prompt
from soundwright.plan.reading import Reading, Text
from soundwright.plan.sense import STOP, Guess, Mood, find_mood, guess_style
from soundwright.plan.song import Ending, MelodyBy, PartPlan, Section, SongPlan
from soundwright.plan.styles import Slot, Style, style, styles
from soundwright.plan.theory import SCALES, Key, pitch_class, usual
from soundwright.plan.wishes import SECTION_SHAPE
from soundwright.seed import stream

USUAL_LENGTH_S = 30.0
LIFTING = frozenset(("pop", "gospel", "soul", "disco", "carol", "country", "trance", "happy"))
"""Idioms in which a last chorus may come a tone higher."""
MINOR_MODES = frozenset(mode for mode, scale in SCALES.items() if 3 in scale and mode != "blues")


def write_song(
    prompt: str,
    *,
    duration_s: float | None = None,
    seed: int = 0,
    loop: bool = False,
    styles: list[str] | tuple[str, ...] = (),
    negative: str = "",
    lyrics: str = "",
    composer: MelodyBy | None = None,
) -> SongPlan:
    """A plan for `prompt` that fills `duration_s` exactly (without it, the length the prompt says, or 30 s).

    `styles` are tags that override the prompt's own, `negative` is what should not be there, `lyrics` are lines, with
    section names in brackets where they matter ("[chorus]"), `composer` writes the theme (None: what suits the style).
    Raises `BadRequest` for an empty prompt, an unknown tag,
    or a duration outside 0.3 s to one hour.
    """
    if not prompt.strip():
        raise BadRequest("the prompt is empty: say what the music should be, such as 'calm piano, 70 bpm'")
    wanted = [style(tag) for tag in styles]
    text = Text(prompt)
    reading = read_prompt(text, negative)
    mood = find_mood(text, reading.unwanted)
    guess = guess_style(text, reading.unwanted, mood)
    chosen = wanted or _chosen(guess, reading)
    main = chosen[0]
    length_s = duration_s if duration_s is not None else (reading.length_s or USUAL_LENGTH_S)
    said = dict(reading.understood)
    said["style"] = _style_words(main, guess, wanted)
    if mood.names:
        said["mood"] = ", ".join(mood.names)
    if reading.length_s is not None:
        other = "" if abs(reading.length_s - length_s) < 1e-6 else f", but {length_s:g} s were asked for"
        said["length"] = f"{reading.length_s:g} s{other}"

    key = _key(main, reading, mood, seed)
    metre = reading.metre or ("3/4" if "waltz" in guess.named else _draw(main.metres, seed, "metre"))
    time = timing.fit(
        length_s, metre=metre, tempo=_tempo(main, guess, reading, mood, seed), asked_bpm=reading.bpm, loop=loop,
        phrase=main.phrase,
    )  # fmt: skip
    if time.remarks:
        said["fit"] = "; ".join(time.remarks)
    stretches = _form(main, reading, mood, time.bars)
    keys = _keys(stretches, main, reading, key, seed, loop=loop)
    players = cast(main, reading, seed, sings=bool(lyrics.strip()), sure=bool(wanted or guess.named))
    chords = write_chords(
        [Span(s.name, s.motif, s.bars, own) for s, own in zip(stretches, keys, strict=True)],
        idiom=main.harmony, key=key, seed=seed, loop=loop,
    )  # fmt: skip
    sections = [
        _section(stretch, chords[k], players, reading, place=(k, len(stretches)), short=time.bars <= 16)
        for k, stretch in enumerate(stretches)
    ]
    for section, own in zip(sections, keys, strict=True):
        section.key = "" if own == key else own.name
    _everybody_plays(sections, players)
    if lyrics.strip():
        _set_lyrics(sections, lyrics)
    ending: Ending = "loop" if loop else (reading.ending or main.ending)  # type: ignore[assignment]
    playing = {part for section in sections for part in section.play}
    return SongPlan(
        title=_title(prompt, main), duration_s=length_s, tempo_bpm=time.tempo_bpm, metre=time.metre, key=key.name,
        swing=main.swing, density=round(float(np.clip(0.5 + mood.density, 0, 1)), 3),
        tessitura=round(float(np.clip(mood.tessitura, -1, 1)), 3), melody_by=composer or main.composer,
        styles=_tags(chosen, guess),
        without=list(dict.fromkeys(reading.without)),
        parts={
            name: PartPlan(instrument=p.instrument, role=p.role, gain_db=p.gain_db)
            for name, p in players.items() if name in playing
        },
        sections=sections, ending=ending, prompt=prompt, understood=said, ignored=_ignored(text, guess, main),
    )  # fmt: skip


def _chosen(guess: Guess, reading: Reading) -> list[Style]:
    """The main style, and another named one that colours it."""
    table = styles()
    if guess.named:
        return [table[name] for name in list(guess.named)[:2]]
    return [table[guess.names[0]]]


def _tags(chosen: list[Style], guess: Guess) -> list[str]:
    """The styles for the plan: a narrower word first where the prompt has one ("ska" before "reggae")."""
    tags: list[str] = []
    for row in chosen:
        word = guess.named.get(row.name, row.name)
        tags += [word, row.name] if word in row.tempi else [row.name]
    return list(dict.fromkeys(tags))


def _style_words(main: Style, guess: Guess, wanted: list[Style]) -> str:
    if wanted:
        return f"{main.name} (asked for)"
    if guess.named:
        return f"{main.name} (named: {', '.join(guess.named.values())})"
    return f"{main.name} (the nearest in meaning)"


def _draw(chances: dict[str, float], seed: int, what: str) -> str:
    names = list(chances)
    weights = np.array([chances[name] for name in names], float)
    return names[int(stream(seed, what).choice(len(names), p=weights / weights.sum()))]


def _key(main: Style, reading: Reading, mood: Mood, seed: int) -> Key:
    """The asked key, or the style's modes leaning with the mood, on a tonic that lies well on its instruments."""
    mode = reading.mode
    if not mode:
        offered = main.modes
        if reading.tonic and mood.mode > -1:  # "in D" is D major, or the blues, where the style has them
            offered = {name: 1.0 for name in ("major", "blues") if name in main.modes} or main.modes
        leaning = {
            name: chance * float(np.exp(1.6 * mood.mode * (-1 if name in MINOR_MODES else 1)))
            for name, chance in offered.items()
        }
        if mood.mode <= -1 and not MINOR_MODES & set(main.modes):
            leaning = {"minor": 1.0}
        elif mood.mode >= 1 and set(main.modes) <= MINOR_MODES:
            leaning = {"major": 1.0}
        mode = _draw(leaning, seed, "mode")
    if reading.tonic:
        return Key(pitch_class(reading.tonic), mode, reading.tonic)
    tonic = main.tonics[int(stream(seed, "tonic").integers(len(main.tonics)))]
    return usual(pitch_class(tonic), mode)


def _keys(stretches: list[Stretch], main: Style, reading: Reading, key: Key, seed: int, *, loop: bool) -> list[Key]:
    """The key of each section: in half of the long songs nobody gave a key, the last chorus lifts by a tone."""
    choruses = [k for k, s in enumerate(stretches) if function_of(s.name) == "B" and s.turn >= 2]
    lifts = main.harmony in LIFTING and choruses and not reading.tonic and not loop
    if not lifts or stream(seed, "lift").random() < 0.5:
        return [key] * len(stretches)
    return [key.transpose(2) if k >= choruses[-1] else key for k in range(len(stretches))]


def _tempo(main: Style, guess: Guess, reading: Reading, mood: Mood, seed: int) -> tuple[float, float, float]:
    """(slowest, wanted, fastest): the style's range, leaning by pace and mood; a said pace may leave it a little."""
    slow, usual_bpm, fast = main.tempo
    word = guess.named.get(main.name, "")
    pace = reading.pace
    if word in main.tempi:
        usual_bpm = main.tempi[word]
        slow, fast = 0.9 * usual_bpm, 1.1 * usual_bpm
        pace = None if set(word.split()) & set(PACE_WORDS) else pace  # "slow blues" has said its pace
    lean = pace if pace is not None else mood.tempo
    lean += (0.12 if mood.tempo else 0.25) * float(stream(seed, "tempo").uniform(-1, 1)) * (pace is None)
    lean = float(np.clip(lean, -1, 1))
    wanted = usual_bpm * (fast / usual_bpm) ** lean if lean > 0 else usual_bpm * (slow / usual_bpm) ** -lean
    wanted = round(wanted)
    if pace is not None:
        width = 1.12
        return wanted / width, wanted, wanted * width
    return max(slow, wanted / 1.12), wanted, min(fast, wanted * 1.12)


def _form(main: Style, reading: Reading, mood: Mood, bars: int) -> list[Stretch]:
    """Sections with bars and energies: the prompt's own form, or the style's with what the prompt features."""
    forms = [tuple(Slot(*section) for section in reading.sections)] if reading.sections else list(main.forms)
    if not reading.sections:
        for name in reading.featured:
            forms = [_featuring(form, name) for form in forms]
    stretches = arrange(forms, bars, main.phrase, keep=bool(reading.sections))
    lifted = []
    count = len(stretches)
    for k, s in enumerate(stretches):
        energy = s.energy + mood.energy + 0.04 * min(s.turn, 3)
        if reading.builds:
            energy = 0.25 + 0.72 * (k / (count - 1) if count > 1 else 0.6)
        lifted.append(Stretch(s.name, s.motif, s.bars, round(float(np.clip(energy, 0.1, 1.0)), 3), s.turn))
    return lifted


def _featuring(form: tuple[Slot, ...], name: str) -> tuple[Slot, ...]:
    """A form with a section that the prompt wants, before its last strong section, unless it is there already."""
    if any(function_of(slot.name) == function_of(name) and slot.name == name for slot in form):
        return form
    bars, energy = SECTION_SHAPE[name]
    slot = Slot(name, bars, energy)
    if name == "intro":
        return (slot, *form)
    at = max((k for k, s in enumerate(form) if function_of(s.name) != "outro"), default=0)
    return (*form[: at + 1], slot, *form[at + 1 :]) if name in {"climax", "drop"} else (*form[:at], slot, *form[at:])


def _section(
    stretch: Stretch,
    chords: list[str],
    players: dict[str, Cast],
    reading: Reading,
    *,
    place: tuple[int, int],
    short: bool,
) -> Section:
    """One section: who plays at its energy and how, and the way its level goes."""
    number, count = place
    function = function_of(stretch.name)
    energy = stretch.energy + (0.12 if short else 0.0)
    play: dict[str, str] = {}
    for name, player in players.items():
        enters = player.enters - (0.1 if stretch.turn else 0.0)
        silent = function == "intro" and player.role == "melody" and not short and len(players) > 2
        silent = silent or (player.only != "" and function != player.only)
        if function == "solo" and any(p.only == "solo" for p in players.values()):
            silent = silent or (player.role in {"melody", "voice"} and player.only != "solo")
        silent = silent or (stretch.name == "breakdown" and player.role in {"drums", "bass"} and stretch.energy < 0.45)
        if energy >= enters and not silent:
            play[name] = "half-time" if reading.half_time and player.role == "drums" else ""
    if not any(players[name].role not in {"drums", "percussion"} for name in play):
        first = next((n for n, p in players.items() if p.role in {"chords", "pad", "arpeggio", "melody"}), None)
        play |= {first or next(iter(players)): ""}
    dynamics = "steady"
    rises = function == "build" or (function == "intro" and count > 2)
    if rises or (reading.builds and number < max(count - 1, 1)):
        dynamics = "crescendo"
    elif function == "outro":
        dynamics = "diminuendo"
    elif function == "C" and stretch.bars >= 4:
        dynamics = "swell"
    return Section(
        name=stretch.name, bars=stretch.bars, energy=stretch.energy, chords=_shorter(chords), play=play,
        dynamics=dynamics, motif=stretch.motif if stretch.motif != stretch.name else "",
    )  # fmt: skip


def _shorter(chords: list[str]) -> list[str]:
    """One round of chords that simply repeat: a plan says "repeated to fill"."""
    for size in (1, 2, 4, 8, 12, 16):
        if len(chords) % size == 0 and size < len(chords) and chords == chords[:size] * (len(chords) // size):
            return chords[:size]
    return chords


def _everybody_plays(sections: list[Section], players: dict[str, Cast]) -> None:
    """What the prompt named plays in most of the piece, and the rest at least in its strongest section if it can."""
    strongest = max(range(len(sections)), key=lambda k: sections[k].energy)
    for name, player in players.items():
        present = [section for section in sections if name in section.play]
        if player.named and not player.only and len(present) < max(1, round(0.6 * len(sections))):
            for section in sorted(sections, key=lambda s: -s.energy)[: max(1, round(0.6 * len(sections)))]:
                section.play = {n: section.play.get(n, "") for n in players if n in section.play or n == name}
        elif not present and player.role in {"melody", "chords", "bass", "drums"}:
            play = sections[strongest].play
            sections[strongest].play = {n: play.get(n, "") for n in players if n in play or n == name}


def _set_lyrics(sections: list[Section], lyrics: str) -> None:
    """Lines to sections: those under a "[chorus]" go to every section of that name, others to what is sung, in turn."""
    blocks: dict[str, list[list[str]]] = {}
    name = ""
    for line in lyrics.strip().splitlines():
        tag = re.fullmatch(r"\s*\[([^\]]+)\]\s*", line)
        if tag:
            name = re.sub(r"\s*\d+$", "", tag[1].strip().lower())
            blocks.setdefault(name, []).append([])
        elif line.strip():
            blocks.setdefault(name, [[]])[-1].append(line.strip())
    tagged = {tag: texts for tag, texts in blocks.items() if tag}
    turns: dict[str, int] = {}
    for section in sections:
        own = section.name.lower()
        texts = tagged.get(own) or next((t for tag, t in tagged.items() if function_of(tag) == function_of(own)), None)
        if texts:
            k = turns.get(own, 0)
            section.lyrics = texts[min(k, len(texts) - 1)]
            turns[own] = k + 1
    loose = [line for text in blocks.get("", []) for line in text]
    sung = [s for s in sections if not s.lyrics and function_of(s.name) in {"A", "B", "C"}] or sections[:1]
    bars = sum(section.bars for section in sung)
    start = 0.0
    for section in sung if loose else ():
        end = start + len(loose) * section.bars / bars
        section.lyrics = loose[round(start) : round(end)]
        start = end


def _title(prompt: str, main: Style) -> str:
    """A few telling words of the prompt, as a title."""
    plain = re.sub(
        r"\([^)]*\)|\b(?:at )?\d+(?:\.\d+)?\s*-?\s*(?:bpm|seconds?|minutes?|min)\b|\b\d+/\d+\b|[\"\u201c\u201d]",
        " ",
        prompt,
    )
    plain = re.sub(r"\b(?:without|with no|no)\b[^,;.]*", " ", plain)
    plain = re.split(r"\bat \d+\b|[;.:!?]", plain)[0]
    parts = [re.findall(r"[^\W_][\w#&'-]*", part) for part in plain.split(",")]
    told = [sum(word.lower() not in STOP for word in part) for part in parts]
    words = parts[next((k for k, n in enumerate(told) if n > 1), told.index(max(told)))]
    while words and words[0].lower() in STOP and [w.lower() for w in words[:2]] != ["music", "box"]:
        words = words[1:]
    words = words[:6]
    while words and words[-1].lower() in STOP | {"major", "minor"}:
        words = words[:-1]
    small = {"a", "an", "of", "the", "in", "and", "with", "for", "to", "on", "at", "over", "by"}
    title = " ".join(w if w.lower() in small and k else w[0].upper() + w[1:] for k, w in enumerate(words))
    return title or f"{main.name.title()} Piece"


def _ignored(text: Text, guess: Guess, main: Style) -> list[str]:
    """Words that nothing was made of. Where the style was guessed by meaning, all its words took part in that."""
    if not guess.named:
        return []
    left = re.findall(r"[a-z0-9#'-]+", text.left())
    return list(dict.fromkeys(word for word in left if word not in STOP and len(word) > 1))


__all__ = ["length_in", "write_song"]
