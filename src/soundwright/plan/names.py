"""Names of instruments: which ones a plan may use, and the words by which a prompt calls them.

`INSTRUMENTS` maps each instrument to (the role it takes when a prompt asks for it, words that mean exactly it).
`GENERAL` maps a word that leaves the choice open ("guitar", "strings", "synth") to candidates: the style's own players
come first, then the candidates in order. `GROUPS` are words for several instruments at once, used to leave them out.
"""

from __future__ import annotations

import difflib
from functools import lru_cache

from soundwright.plan.song import Role

INSTRUMENTS: dict[str, tuple[Role, tuple[str, ...]]] = {
    "grand piano": ("chords", ("concert piano", "concert grand")),
    "felt piano": ("chords", ("soft piano", "muted piano", "mellow piano", "intimate piano")),
    "upright piano": ("chords", ("honky-tonk piano", "honky tonk piano", "saloon piano", "old piano", "barroom piano")),
    "electric piano": ("chords", ("rhodes", "e-piano", "fender rhodes", "epiano")),
    "reed electric piano": ("chords", ("wurlitzer", "wurli")),
    "fm electric piano": ("chords", ("dx7", "fm piano", "digital piano", "80s piano")),
    "harpsichord": ("chords", ("clavecin", "cembalo", "spinet", "clavichord")),
    "celesta": ("melody", ("celeste",)),
    "music box": ("melody", ("musical box", "music-box")),
    "glockenspiel": ("melody", ("glock", "orchestra bells", "sleigh bells", "bells", "bell", "chimes")),
    "vibraphone": ("melody", ("vibes", "vibraharp")),
    "marimba": ("melody", ()),
    "xylophone": ("melody", ()),
    "tubular bells": ("melody", ("church bells", "church bell", "orchestral chimes")),
    "kalimba": ("melody", ("thumb piano", "mbira")),
    "church organ": ("chords", ("pipe organ", "cathedral organ")),
    "drawbar organ": ("chords", ("hammond", "hammond organ", "b3 organ", "rock organ", "jazz organ", "organ stabs")),
    "accordion": ("melody", ("squeezebox", "concertina", "bandoneon", "musette", "melodica")),
    "nylon guitar": ("chords", ("classical guitar", "spanish guitar", "flamenco guitar", "lute", "nylon guitars")),
    "steel guitar": ("chords", ("acoustic guitar", "folk guitar", "acoustic guitars", "twelve-string guitar",
                                "strummed guitar", "strumming guitar", "fingerpicked guitar", "12-string guitar")),
    "clean electric guitar": ("chords", ("jazz guitar", "clean guitar", "surf guitar", "muted guitar", "funk guitar",
                                         "wah guitar", "blues guitar", "twangy guitar", "jangly guitar")),
    "distorted guitar": ("chords", ("distortion guitar", "overdriven guitar", "heavy guitar", "power chords",
                                    "metal guitar", "rock guitar", "lead guitar", "fuzz guitar", "guitar riff",
                                    "guitar riffs", "shredding guitar", "shredding", "distorted guitars",
                                    "electric guitar", "crunchy guitar", "distorted electric guitar")),
    "banjo": ("arpeggio", ()),
    "sitar": ("melody", ("tanpura", "veena")),
    "harp": ("arpeggio", ("lyre", "celtic harp", "dulcimer", "hammered dulcimer")),
    "koto": ("arpeggio", ("guzheng", "shamisen", "pipa", "zither")),
    "ukulele": ("chords", ("uke", "ukelele")),
    "mandolin": ("chords", ("mandola", "bouzouki", "balalaika", "mandolins")),
    "upright bass": ("bass", ("double bass", "contrabass", "acoustic bass", "walking bass", "string bass")),
    "electric bass": ("bass", ("bass guitar", "slap bass", "fingered bass", "fretless bass", "picked bass")),
    "synth bass": ("bass", ("synthesizer bass", "moog bass", "analog bass", "bassline synth")),
    "sub bass": ("bass", ("808 bass", "sub-bass", "subbass", "deep bass", "heavy bass")),
    "acid bass": ("bass", ("303", "tb-303", "acid line", "acid bassline")),
    "reese bass": ("bass", ("wobble bass", "growl bass", "growling bass", "wobbly bass")),
    "violin": ("melody", ("fiddle", "viola", "solo violin")),
    "cello": ("melody", ("solo cello", "violoncello")),
    "string ensemble": ("pad", ("string section", "orchestral strings", "legato strings", "lush strings",
                                "string orchestra", "violins", "cellos")),
    "pizzicato strings": ("chords", ("pizzicato", "pizz", "plucked strings")),
    "tremolo strings": ("pad", ("tremolo", "nervous strings", "trembling strings")),
    "trumpet": ("melody", ("cornet", "bugle", "flugelhorn", "mariachi trumpet")),
    "muted trumpet": ("melody", ("harmon mute", "trumpet with mute")),
    "trombone": ("melody", ("tuba", "bass trombone")),
    "french horn": ("melody", ("french horns", "horn")),
    "brass section": ("counter", ("brass", "brass band", "brass ensemble", "brass stabs", "horns", "horn section")),
    "flute": ("melody", ("piccolo", "bamboo flute", "shakuhachi", "bansuri", "wooden flute")),
    "pan flute": ("melody", ("panpipes", "pan pipes", "panflute", "zampoña")),
    "recorder": ("melody", ("blockflute", "recorders")),
    "tin whistle": ("melody", ("penny whistle", "whistle", "pennywhistle", "irish whistle", "whistling", "fife")),
    "clarinet": ("melody", ("bass clarinet",)),
    "oboe": ("melody", ("english horn", "cor anglais", "duduk", "shawm")),
    "saxophone": ("melody", ("sax", "alto sax", "tenor sax", "saxophones", "soprano sax", "baritone sax")),
    "bassoon": ("melody", ("contrabassoon",)),
    "harmonica": ("melody", ("mouth organ", "blues harp")),
    "bagpipe": ("melody", ("bagpipes", "uilleann pipes", "highland pipes")),
    "choir": ("pad", ("choral", "chorale", "chanting", "monks", "chant", "choirs", "angelic voices")),
    "voice": ("melody", ("vocals", "vocal", "singer", "singing", "voices", "female vocals", "male vocals", "vocalist",
                         "soprano", "sung", "humming", "vocalise")),
    "warm pad": ("pad", ("pad", "pads", "synth pad", "synth pads", "warm pads", "soft pads", "analog pad")),
    "glass pad": ("pad", ("airy pad", "crystal pad", "shimmering pad", "shimmering pads", "airy pads", "glassy pads")),
    "dark pad": ("pad", ("dark pads", "ominous pad", "deep pad", "dark synth pad")),
    "saw pad": ("pad", ("supersaw pad", "supersaw chords", "string machine", "string synth")),
    "pluck": ("arpeggio", ("plucks", "synth pluck", "arpeggiated synth", "arp", "arpeggiator", "synth arpeggio",
                           "synth arpeggios", "plucky synth", "arpeggiated synths", "plucked synth", "sequencer")),
    "saw lead": ("melody", ("supersaw", "supersaws", "synth lead", "lead synth", "analog lead", "sawtooth")),
    "square lead": ("melody", ("square wave", "square synth", "square wave lead", "theremin")),
    "chip lead": ("melody", ("pulse wave", "8-bit lead", "chip sounds", "bleeps")),
    "chip triangle": ("bass", ("triangle wave", "triangle bass")),
    "drone": ("drone", ("drones", "shruti box", "didgeridoo", "hurdy-gurdy", "singing bowl",
                        "singing bowls")),
    "timpani": ("percussion", ("kettledrums", "kettle drums", "war drums", "epic drums", "taiko", "taikos",
                               "taiko drums", "orchestral drums", "big drums", "booming drums")),
    "acoustic kit": ("drums", ("drum kit", "drum set", "drumset", "live drums", "acoustic drums", "rock drums",
                               "double bass drum", "blast beats", "snare drum", "military snare", "snare")),
    "brush kit": ("drums", ("brushes", "brushed drums", "brush drums", "soft drums", "jazz drums", "brushed snare")),
    "808 kit": ("drums", ("808", "808s", "808 drums", "trap drums", "tr-808", "trap hats", "rolling hi-hats")),
    "909 kit": ("drums", ("909", "909s", "909 drums", "electronic drums", "drum machine", "tr-909", "house drums",
                          "electronic beat", "four on the floor", "four-on-the-floor", "gated drums", "linndrum")),
    "chip kit": ("drums", ("chip drums", "8-bit drums", "noise drums")),
    "hand percussion": ("percussion", ("percussion", "bongos", "bongo", "conga", "congas", "shaker", "shakers",
                                       "tambourine", "hand drums", "djembe", "cajon", "tabla", "claps", "handclaps",
                                       "clapping", "hand claps", "bodhran", "frame drum", "castanets", "maracas",
                                       "tribal drums", "darbuka", "udu", "triangle", "finger snaps", "snaps",
                                       "cowbell", "guiro", "claves", "woodblock", "palmas", "tabor")),
}  # fmt: skip

KNOWN: tuple[str, ...] = tuple(INSTRUMENTS)
"""Every instrument name that a plan may use."""

GENERAL: dict[str, tuple[str, ...]] = {
    "piano": ("grand piano", "felt piano", "upright piano"),
    "keys": ("electric piano", "grand piano"),
    "keyboard": ("electric piano", "grand piano"),
    "keyboards": ("electric piano", "grand piano"),
    "organ": ("drawbar organ", "church organ"),
    "guitar": ("steel guitar", "nylon guitar", "clean electric guitar", "distorted guitar"),
    "electric guitars": ("distorted guitar", "clean electric guitar"),
    "bass": ("electric bass", "upright bass", "synth bass", "sub bass", "reese bass", "acid bass", "chip triangle"),
    "bassline": ("electric bass", "synth bass", "upright bass", "sub bass", "reese bass", "acid bass"),
    "strings": ("string ensemble", "tremolo strings"),
    "orchestra": ("string ensemble",),
    "woodwind": ("flute", "clarinet", "oboe"),
    "woodwinds": ("flute", "clarinet", "oboe"),
    "synth": ("saw lead", "pluck", "saw pad", "square lead", "warm pad"),
    "synths": ("saw lead", "pluck", "saw pad", "square lead", "warm pad"),
    "synthesizer": ("saw lead", "pluck", "saw pad", "warm pad"),
    "synthesizers": ("saw lead", "pluck", "saw pad", "warm pad"),
    "mallets": ("marimba", "vibraphone", "xylophone"),
    "drums": ("acoustic kit", "brush kit", "808 kit", "909 kit", "chip kit", "hand percussion", "timpani"),
    "drum": ("acoustic kit", "brush kit", "808 kit", "909 kit", "chip kit", "hand percussion", "timpani"),
    "beat": ("acoustic kit", "brush kit", "808 kit", "909 kit", "chip kit"),
    "beats": ("acoustic kit", "brush kit", "808 kit", "909 kit", "chip kit"),
    "drumming": ("acoustic kit", "hand percussion", "timpani"),
    "hi-hats": ("acoustic kit", "808 kit", "909 kit"),
    "kick": ("909 kit", "808 kit", "acoustic kit"),
}

_KITS = ("acoustic kit", "brush kit", "808 kit", "909 kit", "chip kit")
GROUPS: dict[str, tuple[str, ...]] = {
    "drums": (*_KITS, "hand percussion", "timpani"),
    "percussion": (*_KITS, "hand percussion", "timpani"),
    "beat": _KITS,
    "guitar": tuple(name for name in KNOWN if name.endswith("guitar")),
    "piano": tuple(name for name in KNOWN if name.endswith("piano")),
    "bass": tuple(name for name in KNOWN if name.endswith("bass")),
    "strings": ("string ensemble", "tremolo strings", "pizzicato strings", "violin", "cello"),
    "brass": ("brass section", "trumpet", "muted trumpet", "trombone", "french horn"),
    "organ": ("church organ", "drawbar organ"),
    "synth": tuple(name for name in KNOWN if name.endswith((" pad", " lead")) or name in ("synth bass", "pluck")),
    "vocals": ("voice", "choir"),
    "woodwinds": ("flute", "pan flute", "recorder", "tin whistle", "clarinet", "oboe", "bassoon", "saxophone"),
}
"""What a word leaves out after "no" or "without" (each word of `GENERAL` that ends in one of these counts too)."""
GROUP_WORDS = {
    "drum": "drums", "drumming": "drums", "beats": "beat", "kick": "beat", "hi-hats": "beat", "vocal": "vocals",
    "voice": "vocals", "voices": "vocals", "singing": "vocals", "singer": "vocals", "lyrics": "vocals",
    "horns": "brass", "synths": "synth", "synthesizer": "synth", "synthesizers": "synth", "bassline": "bass",
    "guitars": "guitar", "electric guitars": "guitar", "woodwind": "woodwinds", "pads": "synth", "choir": "vocals",
    "rap": "vocals", "rapping": "vocals", "pianos": "piano", "orchestra": "strings",
}  # fmt: skip


@lru_cache(maxsize=1)
def exact_words() -> dict[str, str]:
    """Every word or phrase that names exactly one instrument, with plurals."""
    words: dict[str, str] = {}
    for name, (_, synonyms) in INSTRUMENTS.items():
        for word in (name, *synonyms):
            words[word] = name
            words.setdefault(plural(word), name)
    return words


def plural(word: str) -> str:
    if word.endswith("s"):
        return word
    return word + ("es" if word.endswith(("sh", "ch", "x")) else "s")


def nearest(name: str, known: tuple[str, ...] | list[str]) -> str:
    """ " (did you mean ...?)" for a mistyped name, or the empty string."""
    near = difflib.get_close_matches(name.lower(), [word.lower() for word in known], 1, 0.5)
    match = next((word for word in known if near and word.lower() == near[0]), "")
    return f" (did you mean {match}?)" if match else ""
