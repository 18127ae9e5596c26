"""How parts are played: slurs, swell, pedal, articulation, syllables, places, and notes that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import instruments
from soundwright.instruments import Note, Part
from soundwright.instruments.player import lanes, phrases
from soundwright.instruments.spelling import vowel_of

TABLE = instruments.table()
LINES = [name for name, row in TABLE.items() if row.kind == "line"]
SWELLING = [name for name, row in TABLE.items() if row.kind in ("line", "loop") and name != "bagpipe"]


def part(name: str, *notes: Note, **more) -> Part:
    return Part("p", name, notes, **more)


def rms(x: np.ndarray, rate: int, begin_s: float, end_s: float) -> float:
    return float(np.sqrt(np.mean(x[..., round(begin_s * rate) : round(end_s * rate)] ** 2)))


@pytest.mark.parametrize("name", LINES)
def test_a_slur_does_not_stop(name, rate):
    low = TABLE[name].low + 8
    legato = part(name, Note(0.1, 0.5, low, 0.7), Note(0.6, 0.5, low + 4, 0.7, "legato"))
    tongued = part(name, Note(0.1, 0.5, low, 0.7, "staccato"), Note(0.6, 0.5, low + 4, 0.7))
    joined, apart = (instruments.play(p, 1.3, rate, 2) for p in (legato, tongued))

    def dip(x):
        return min(rms(x, rate, at, at + 0.03) for at in np.arange(0.52, 0.66, 0.01)) / rms(x, rate, 0.25, 0.4)

    assert dip(joined) > 0.3
    assert dip(apart) < 0.6 * dip(joined)


@pytest.mark.parametrize("name", SWELLING)
def test_swell_is_heard_and_opens_the_sound(name, rate):
    held = Note(0.0, 2.4, TABLE[name].low + 12, 0.8)
    x = instruments.play(part(name, held, swell=((0.0, 0.2), (0.9, 0.2), (1.4, 1.0), (2.4, 1.0))), 2.6, rate, 2)
    assert rms(x, rate, 1.6, 2.3) > (1.5 if TABLE[name].dynamics > 0.6 else 1.25) * rms(x, rate, 0.6, 0.9)


def test_the_pedal_holds_and_a_new_blow_ends_the_old(rate):
    note = Note(0.0, 0.2, 60, 0.7)
    dry = instruments.play(part("grand piano", note), 2.0, rate, 1)
    held = instruments.play(part("grand piano", note, pedal=((0.0, 1.5),)), 2.0, rate, 1)
    assert rms(dry, rate, 0.9, 1.2) < 0.05 * rms(held, rate, 0.9, 1.2)
    assert rms(held, rate, 1.9, 2.0) < 0.15 * rms(held, rate, 0.9, 1.2)


def test_a_mono_bass_plays_one_note_at_a_time(rate):
    x = instruments.play(part("electric bass", Note(0.0, 2.0, 40, 0.8), Note(1.0, 0.9, 47, 0.8)), 2.0, rate, 1)
    late = np.abs(np.fft.rfft(x[0, round(1.3 * rate) : round(1.9 * rate)], 1 << 16))
    hz = np.fft.rfftfreq(1 << 16, 1 / rate)
    first, second = (440 * 2 ** ((p - 69) / 12) for p in (40, 47))
    assert late[np.abs(hz - first) < 3].max() < 0.05 * late[np.abs(hz - second) < 3].max()


def test_a_bowed_part_can_be_plucked_and_a_trumpet_muted(rate):
    bowed, plucked = (Note(0.1, 1.0, 67, 0.7, how) for how in ("", "pizzicato"))
    held, short = (instruments.play(part("violin", n), 1.2, rate, 1) for n in (bowed, plucked))
    assert rms(short, rate, 0.9, 1.1) < 0.1 * rms(held, rate, 0.9, 1.1)
    other = instruments.play(part("pizzicato strings", plucked), 1.2, rate, 1)
    assert np.array_equal(short, other)
    open_, muted = (
        instruments.play(part("trumpet", Note(0.1, 0.8, 67, 0.7, how)), 1.0, rate, 1) for how in ("", "muted")
    )
    assert not np.allclose(open_, muted, atol=0.02)


def test_muted_is_short_and_dark(rate, centroid):
    opened, muted = (
        instruments.play(part("distorted guitar", Note(0.0, 0.8, 45, 0.8, how)), 1.0, rate, 1) for how in ("", "muted")
    )
    assert rms(muted, rate, 0.5, 0.8) < 0.3 * rms(opened, rate, 0.5, 0.8)


def test_distortion_acts_on_the_sum(rate):
    """Two strings through one amplifier make tones that neither has alone: the difference tone of a fifth."""
    both = (Note(0.0, 1.5, 52, 0.8), Note(0.0, 1.5, 59, 0.8))
    x = instruments.play(part("distorted guitar", *both), 1.5, rate, 1)[0, round(0.3 * rate) :]
    alone = sum(instruments.play(part("distorted guitar", n), 1.5, rate, 1)[0, round(0.3 * rate) :] for n in both)
    low, high = (440 * 2 ** ((p - 69) / 12) for p in (52, 59))
    hz = np.fft.rfftfreq(1 << 17, 1 / rate)
    near = np.abs(hz - (high - low)) < 4

    def tone(y):
        return np.abs(np.fft.rfft(y, 1 << 17))[near].max()

    assert tone(x) > 5 * tone(alone)


@pytest.mark.parametrize("how", ["slide", "bend"])
def test_a_slide_comes_from_below(how, rate):
    notes = (Note(0.0, 0.5, 55, 0.8), Note(0.5, 0.8, 62, 0.8, how))
    plain = (notes[0], Note(0.5, 0.8, 62, 0.8))
    bent, straight = (instruments.play(part("steel guitar", *n), 1.3, rate, 1) for n in (notes, plain))
    start = slice(round(0.5 * rate), round(0.56 * rate))
    assert not np.allclose(bent[:, start], straight[:, start], atol=0.01)


def test_syllables_shape_the_vowel(rate):
    def second_formant(syllable):
        x = instruments.play(part("voice", Note(0.0, 1.0, 52, 0.8, "", syllable)), 1.0, rate, 1)[0, round(0.3 * rate) :]
        power = np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2
        hz = np.fft.rfftfreq(len(x), 1 / rate)
        return power[(hz > 1800) & (hz < 2500)].sum() / power[(hz > 900) & (hz < 1400)].sum()

    assert second_formant("see") > 20 * second_formant("ah")


@pytest.mark.parametrize(
    ("syllable", "vowel"),
    [("la", "a"), ("moon", "u"), ("sweet", "i"), ("day", "e"), ("go", "o"), ("night", "a"), ("", "")],
)
def test_spelling(syllable, vowel):
    assert vowel_of(syllable) == vowel


def test_pan_places_mono_and_stereo(rate):
    for name in ("flute", "grand piano", "acoustic kit"):
        key = 38 if name == "acoustic kit" else 72
        left, middle, right = (
            instruments.play(part(name, Note(0, 0.4, key, 0.7), pan=p), 0.6, rate, 1) for p in (-1, 0, 1)
        )
        assert np.abs(left[1]).max() < 1e-6 < np.abs(left[0]).max()
        assert np.abs(right[0]).max() < 1e-6 < np.abs(right[1]).max()
        assert 0.4 < middle[0].std() / middle[1].std() < 2.5


@pytest.mark.parametrize("name", ["grand piano", "string ensemble", "violin", "acoustic kit"])
def test_notes_that_do_not_fit(name, rate):
    assert not instruments.play(part(name), 0.5, rate, 1).any()
    assert instruments.play(part(name, Note(0.0, 1.0, 60, 0.5)), 0.0, rate, 1).shape == (2, 0)
    late = instruments.play(part(name, Note(5.0, 1.0, 60, 0.5)), 0.5, rate, 1)
    assert not late.any()
    early = instruments.play(part(name, Note(-0.02, 0.3, 60, 0.5)), 0.5, rate, 1)
    assert early.any()


def test_notes_are_dealt_to_players():
    notes = (Note(0.0, 1.0, 60, 0.5), Note(0.0, 1.0, 64, 0.5), Note(1.0, 1.0, 65, 0.5), Note(1.0, 1.0, 59, 0.5))
    dealt = lanes(notes)
    assert [[n.pitch for n in lane] for lane in dealt] == [[60, 59], [64, 65]]
    assert [len(p) for p in phrases([notes[0], notes[2], Note(2.5, 0.5, 67, 0.5)])] == [2, 1]


def test_a_part_depends_on_nothing_else(rate):
    """The same note sounds the same whatever is played before it in another layer of the part."""
    alone = instruments.play(part("grand piano", Note(0.5, 0.3, 60, 0.5)), 1.0, rate, 7)
    with_other = instruments.play(part("grand piano", Note(0.0, 0.1, 40, 0.9), Note(0.5, 0.3, 60, 0.5)), 1.0, rate, 7)
    other = instruments.play(part("grand piano", Note(0.0, 0.1, 40, 0.9)), 1.0, rate, 7)
    assert np.allclose(with_other, alone + other, atol=1e-6)


def test_the_seat_makes_partials_uneven_and_is_always_the_same(rate):
    from soundwright.instruments.effects import seat

    click = np.zeros((1, rate // 4), np.float32)
    click[0, 10] = 1.0
    one, again = (seat(click, rate, np.random.default_rng(s), name="trumpet") for s in (1, 2))
    other = seat(click, rate, np.random.default_rng(1), name="oboe")
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert not one[0, 10 + round(0.05 * rate) :].any()  # the echoes end within 42 ms
    gain_db = 20 * np.log10(np.abs(np.fft.rfft(one[0])) + 1e-9)[100:2000]
    assert 1.5 < gain_db.std() < 6.0


def test_a_breath_opens_after_it_begins(rate):
    """The level of a trumpet stands before its brightness does: low partials first."""
    x = instruments.play(part("trumpet", Note(0.05, 1.0, 62, 0.8)), 1.2, rate, 1).mean(axis=0)

    def share_above(hz, begin_s):
        piece = x[round(begin_s * rate) : round((begin_s + 0.025) * rate)]
        power = np.abs(np.fft.rfft(piece * np.hanning(len(piece)))) ** 2
        return power[round(hz * 0.025) :].sum() / power.sum()

    assert rms(x, rate, 0.06, 0.085) > 0.3 * rms(x, rate, 0.3, 0.4)
    assert share_above(2500, 0.06) < 0.7 * share_above(2500, 0.3)
