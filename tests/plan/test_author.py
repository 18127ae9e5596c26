"""Prompts to plans: what is asked for is in the plan, in plain prompts as people write them."""

import sys
from pathlib import Path

import pytest

from soundwright.errors import BadRequest
from soundwright.plan.author import write_song
from soundwright.plan.document import read, write
from soundwright.plan.names import KNOWN
from soundwright.plan.reader import length_in
from soundwright.plan.reading import Text
from soundwright.plan.sense import guess_style
from soundwright.plan.styles import style, styles
from soundwright.plan.theory import Key, bar_chords

sys.path.insert(0, str(Path(__file__).parent))
from scenes import DEV, HELD_OUT

KITS = {"acoustic kit", "brush kit", "808 kit", "909 kit", "chip kit"}

PROMPTS = [
    # prompt, then what must be in the plan: tempo, key, metre, style, has (instruments), hasnt, form
    ("calm lo-fi piano with soft drums, 78 bpm, in A minor",
     {"tempo": 78, "key": "A minor", "style": "lo-fi", "has": {"felt piano", "brush kit"}}),
    ("upbeat funk with a sax solo at 104, no piano",
     {"tempo": 104, "style": "funk", "has": {"saxophone"}, "hasnt": {"grand piano", "electric piano"}, "form": "solo"}),
    ("solo piano in 3/4, E flat major", {"key": "Eb major", "metre": "3/4", "only": {"grand piano"}}),
    ("piano and cello duet, andante", {"tempo": 84, "only": {"grand piano", "cello"}}),
    ("string quartet in D minor", {"key": "D minor", "style": "classical", "only": {"violin", "cello"}}),
    ("techno, 130bpm, no vocals", {"tempo": 130, "style": "techno", "hasnt": {"voice", "choir"}}),
    ("rock song in F# dorian with guitar solo, no drums",
     {"key": "F# dorian", "style": "rock", "has": {"distorted guitar"}, "hasnt": KITS, "form": "solo"}),
    ("slow blues in E with harmonica", {"key": "E blues", "style": "blues", "has": {"harmonica"}, "range": (55, 72)}),
    ("drum and bass at 174", {"tempo": 174, "style": "drum and bass", "has": {"reese bass"}}),
    ("dark trap beat with 808s, C minor", {"key": "C minor", "style": "trap", "has": {"808 kit"}}),
    ("bossa nova guitar, not too fast", {"style": "bossa nova", "has": {"nylon guitar"}, "range": (108, 140)}),
    ("a fast Irish jig with fiddle and tin whistle",
     {"style": "jig", "metre": "6/8", "has": {"violin", "tin whistle"}, "range": (112, 136)}),
    ("jazz waltz with vibraphone", {"style": "jazz swing", "metre": "3/4", "has": {"vibraphone"}}),
    ("bebop with trumpet and drums", {"style": "jazz swing", "has": {"trumpet"}, "range": (180, 240)}),
    ("upbeat ska with horns", {"style": "reggae", "has": {"brass section"}, "range": (120, 160)}),
    ("punk rock, E major", {"style": "rock", "key": "E major", "range": (150, 195)}),
    ("epic orchestral trailer with choir and taiko drums, D minor",
     {"style": "epic", "key": "D minor", "has": {"choir", "timpani"}}),
    ("acoustic guitar and female vocals folk ballad", {"style": "folk", "has": {"steel guitar", "voice"}}),
    ("80s synthwave with arpeggiated synths, F minor, 100 BPM",
     {"style": "synthwave", "key": "F minor", "tempo": 100, "has": {"pluck"}}),
    ("Christmas bells and strings", {"style": "christmas", "has": {"glockenspiel", "string ensemble"}}),
    ("ambient pads without drums or bass", {"style": "ambient", "has": {"warm pad"}, "hasnt": KITS}),
    ("banjo bluegrass at 140 in G", {"style": "country", "tempo": 140, "key": "G major", "has": {"banjo"}}),
    ("nostalgic music box lullaby in F major", {"style": "lullaby", "key": "F major", "has": {"music box"}}),
    ("heavy metal with double bass drum, 160 bpm", {"style": "metal", "tempo": 160, "has": {"distorted guitar"}}),
    ("orchestral waltz for strings, E minor, 150 BPM",
     {"style": "waltz", "metre": "3/4", "key": "E minor", "tempo": 150, "has": {"string ensemble"}}),
    ("brass band march in Bb major", {"style": "march", "key": "Bb major", "has": {"brass section"}}),
    ("accordion tango, G-moll", {"style": "tango", "key": "G minor", "has": {"accordion"}}),
    ("tabla and sitar raga", {"has": {"sitar", "hand percussion"}}),
    ("8-bit video game boss fight", {"style": "chiptune", "has": {"chip lead"}}),
    ("baroque harpsichord piece in D-flat major", {"style": "baroque", "key": "Db major", "has": {"harpsichord"}}),
    ("reggae with organ and a deep bassline, 75 bpm", {"style": "reggae", "tempo": 75, "has": {"drawbar organ"}}),
    ("deep house, 122 BPM, electric piano chords", {"style": "house", "tempo": 122, "has": {"electric piano"}}),
    ("intro, two verses, big chorus folk song in D",
     {"style": "folk", "key": "D major", "form": "intro verse chorus verse chorus"}),
    ("pop song: verse, pre-chorus, chorus, bridge, chorus, outro",
     {"style": "pop", "form": "verse pre-chorus chorus bridge chorus outro"}),
    ("jazz standard, AABA, in F", {"style": "jazz swing", "form": "A A B A"}),
    ("funk in 7/8 in E minor", {"style": "funk", "metre": "7/8", "key": "E minor"}),
    ("soft piano in six-eight", {"metre": "6/8", "has": {"felt piano"}}),
    ("a piece in three for harp and flute", {"metre": "3/4", "has": {"harp", "flute"}}),
    ("cinematic strings that build up to a climax", {"style": "cinematic", "has": {"string ensemble"}}),
    ("instrumental hip hop with rhodes, 88 bpm", {"style": "hip-hop", "tempo": 88, "hasnt": {"voice"}}),
    ("allegro string orchestra in C major", {"tempo": 132, "key": "C major", "has": {"string ensemble"}}),
    ("adagio for solo violin, A harmonic minor", {"tempo": 68, "key": "A harmonic minor", "only": {"violin"}}),
    ("gospel choir with clapping and organ", {"style": "gospel", "has": {"choir", "hand percussion"}}),
    ("flamenco guitar, E phrygian", {"style": "flamenco", "key": "E phrygian", "has": {"nylon guitar"}}),
    ("salsa with trumpets and congas", {"style": "latin", "has": {"trumpet", "hand percussion"}}),
    ("trance, 138 bpm, supersaw lead, A minor", {"style": "trance", "tempo": 138, "has": {"saw lead"}}),
    ("happy ukulele and whistling", {"style": "happy ukulele", "has": {"ukulele", "tin whistle"}}),
    ("dubstep drop with wobble bass", {"style": "dubstep", "has": {"reese bass"}, "form": "drop"}),
    ("disco with strings and slap bass", {"style": "disco", "has": {"string ensemble", "electric bass"}}),
    ("minimal piano, C sharp minor", {"key": "C# minor", "has": {"grand piano"}}),
    ("a dark piece in a minor key with cello", {"has": {"cello"}, "mode": "minor"}),
    ("lydian synth pads", {"mode": "lydian", "has": {"warm pad"}}),
    ("strings only, suspenseful", {"style": "suspense", "only": {"violin", "tremolo strings", "cello"}}),
    ("metal without guitars", {"style": "metal", "hasnt": {"distorted guitar", "clean electric guitar"}}),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "wanted"), PROMPTS, ids=[prompt for prompt, _ in PROMPTS])
def test_prompts(prompt, wanted):
    for seed in range(3):
        plan = write_song(prompt, seed=seed)
        instruments = {part.instrument for part in plan.parts.values()}
        if "tempo" in wanted:
            assert plan.tempo_bpm == wanted["tempo"]
        if "range" in wanted:
            assert wanted["range"][0] <= plan.tempo_bpm <= wanted["range"][1]
        if "key" in wanted:
            assert plan.key == wanted["key"]
        if "mode" in wanted:
            assert Key.parse(plan.key).mode == wanted["mode"]
        if "metre" in wanted:
            assert plan.metre == wanted["metre"]
        if "style" in wanted:
            assert wanted["style"] in plan.styles[:2]
        assert wanted.get("has", set()) <= instruments
        assert not wanted.get("hasnt", set()) & instruments
        if "only" in wanted:
            assert instruments == wanted["only"]
        if "form" in wanted:
            assert wanted["form"] in " ".join(section.name for section in plan.sections)
        named = [n for n, part in plan.parts.items() if part.instrument in wanted.get("has", set()) - KITS]
        for name in named:
            assert sum(name in section.play for section in plan.sections) >= 0.5 * len(plan.sections) or "solo" in name


def test_what_is_named_stands_in_front():
    plan = write_song("pop song with oboe", seed=1)
    oboe = next(part for part in plan.parts.values() if part.instrument == "oboe")
    assert oboe.role == "melody"
    assert all(oboe.gain_db >= part.gain_db + 3 for part in plan.parts.values() if part is not oboe)


@pytest.mark.parametrize("name", styles())
def test_every_style_plans_every_length(name):
    for duration_s in (0.5, 1, 7.3, 30, 61.7, 180, 600):
        for loop in (False, True):
            plan = write_song("a piece", styles=[name], duration_s=duration_s, seed=4, loop=loop)
            assert plan.bars * plan.bar_s + plan.ring_s == pytest.approx(duration_s, abs=1e-6)
            assert plan.styles[0] == name
            assert (plan.ring_s < 1e-6) if loop else plan.ending != "loop"
            for section in plan.sections:
                assert section.play
                assert set(section.play) <= set(plan.parts)
                assert all(bar_chords(bar) for bar in section.chords)
    assert read(write(plan)) == plan


@pytest.mark.parametrize("name", styles())
def test_long_pieces_have_a_form(name):
    plan = write_song("a piece", styles=[name], duration_s=200, seed=2)
    assert len(plan.sections) >= 3
    assert len({(section.energy, tuple(section.play), tuple(section.chords)) for section in plan.sections}) >= 3
    assert all(any(name in section.play for section in plan.sections) for name in plan.parts)


def test_same_seed_same_plan_other_seed_other_plan():
    prompts = [prompt for prompt, _ in PROMPTS[:12]]
    for prompt in prompts:
        assert write_song(prompt, seed=7) == write_song(prompt, seed=7)
    different = [write_song(prompt, seed=7) != write_song(prompt, seed=8) for prompt in prompts]
    assert all(different)


@pytest.mark.parametrize("prompt", ["", "   ", "\n"])
def test_an_empty_prompt_is_refused(prompt):
    with pytest.raises(BadRequest, match="empty"):
        write_song(prompt)


def test_an_unknown_tag_offers_the_nearest():
    with pytest.raises(BadRequest, match="did you mean"):
        write_song("music", styles=["loffi"])
    assert write_song("music", styles=["chillhop"]).styles == ["lo-fi"]


def test_tags_override_the_prompt():
    assert write_song("calm piano jazz", styles=["techno"]).styles == ["techno"]


def test_negative_text_leaves_out():
    plan = write_song("rock song", negative="drums, distorted guitar", seed=1)
    instruments = {part.instrument for part in plan.parts.values()}
    assert not instruments & (KITS | {"distorted guitar"})
    assert "drums" in plan.without


def test_a_style_that_is_not_wanted_is_not_taken():
    assert write_song("energetic music for running, not techno, no techno", seed=1).styles != ["techno"]


def test_nobody_left_is_refused():
    with pytest.raises(BadRequest, match="left out"):
        write_song("techno", negative=", ".join(KNOWN))


@pytest.mark.parametrize(
    ("prompt", "length_s"),
    [("30s loop", 30), ("two minute song", 120), ("1:30 long", 90), ("80s synth", None), ("808s", None),
     ("a 45-second advert", 45), ("half a minute", 30), ("a second chance", None), ("90s hip hop", None)],
)  # fmt: skip
def test_lengths_in_words(prompt, length_s):
    assert length_in(prompt) == length_s


def test_length_in_words_is_taken_where_none_is_asked():
    assert write_song("jazz, two minutes").duration_s == 120
    plan = write_song("jazz, two minutes", duration_s=20)
    assert plan.duration_s == 20
    assert "20 s were asked for" in plan.understood["length"]


def test_everything_understood_and_ignored_is_told():
    plan = write_song("lo-fi piano at 80 bpm in C minor without drums, blorptastic")
    assert {"tempo", "key", "instruments", "style", "without"} <= set(plan.understood)
    assert plan.ignored == ["blorptastic"]


def test_moods_move_mode_tempo_and_energy():
    calm = [write_song("calm sad pop", seed=s) for s in range(12)]
    wild = [write_song("energetic happy pop", seed=s) for s in range(12)]
    assert sum("minor" in plan.key for plan in calm) > sum("minor" in plan.key for plan in wild)
    assert sum(p.tempo_bpm for p in calm) < sum(p.tempo_bpm for p in wild)
    assert sum(p.sections[0].energy for p in calm) < sum(p.sections[0].energy for p in wild)


def test_a_last_chorus_may_lift_and_an_asked_key_never_does():
    plans = [write_song("pop song", duration_s=180, seed=s) for s in range(12)]
    lifted = [plan for plan in plans if any(section.key for section in plan.sections)]
    assert 2 <= len(lifted) <= 10
    for plan in lifted:
        home, last = Key.parse(plan.key), plan.sections[-1]
        assert Key.parse(last.key).tonic == (home.tonic + 2) % 12
        assert bar_chords(last.chords[(last.bars - 1) % len(last.chords)])[0].root == Key.parse(last.key).tonic
        assert not plan.sections[0].key
    fixed = [write_song("pop song in D major", duration_s=180, seed=s) for s in range(12)]
    assert not any(section.key for plan in fixed for section in plan.sections)


def test_lyrics_are_shared_out():
    lyrics = "[verse]\nLa la one\nLa la two\n\n[chorus]\nOh the chorus\n"
    plan = write_song("pop song", lyrics=lyrics, duration_s=120, seed=1)
    assert any(part.role == "voice" for part in plan.parts.values())
    for section in plan.sections:
        if section.name == "chorus":
            assert section.lyrics == ["Oh the chorus"]
        if section.name == "verse":
            assert section.lyrics == ["La la one", "La la two"]
    loose = write_song("pop song", lyrics="one\ntwo\nthree\nfour", duration_s=60)
    assert [line for section in loose.sections for line in section.lyrics] == ["one", "two", "three", "four"]


def test_a_loop_moves_an_asked_tempo_a_little_and_says_so():
    plan = write_song("house at 124 bpm", duration_s=61.7, loop=True)
    assert abs(plan.tempo_bpm / 124 - 1) <= 0.04
    assert "moved" in plan.understood["fit"]


def test_crescendo_of_a_piece_that_builds():
    plan = write_song("cinematic strings that slowly build up to a climax", duration_s=90)
    energies = [section.energy for section in plan.sections]
    assert energies == sorted(energies)
    assert energies[-1] > 0.9


def _share(scenes):
    return sum(guess_style(Text(p), []).names[0] in wanted for p, wanted in scenes.items()) / len(scenes)


def test_scenes_find_their_style():
    """Among 52 styles chance is below 5 %; the held-out scenes are there to be measured, not to be fitted."""
    assert _share(DEV) >= 0.9
    assert _share(HELD_OUT) >= 0.45
    first = sum(bool(set(guess_style(Text(p), []).names[:3]) & w) for p, w in HELD_OUT.items()) / len(HELD_OUT)
    assert first >= 0.75


@pytest.mark.parametrize("name", styles())
def test_a_style_answers_to_its_words(name):
    row = styles()[name]
    assert style(name) is row
    for word in row.words:
        assert style(word) is row
        assert guess_style(Text(f"{word} music"), []).names[0] == name


@pytest.mark.parametrize(
    ("prompt", "instruments"),
    [
        ("jazz trio, walking bass, swing", {"grand piano", "upright bass", "brush kit"}),
        ("jazz quartet with saxophone", {"saxophone", "grand piano", "upright bass", "brush kit"}),
        ("rock power trio", {"distorted guitar", "electric bass", "acoustic kit"}),
    ],
)
def test_a_trio_is_three_players_with_a_tune(prompt, instruments):
    plan = write_song(prompt, duration_s=20, seed=3)
    assert {part.instrument for part in plan.parts.values()} == instruments
    assert any(part.role == "melody" for part in plan.parts.values())
