"""How a style plays: one row per idiom, and the names under which styles find theirs.

A row names patterns of the writers' own tables (`melody` in tunes, `chords` and `arpeggio` in figures, `bass`,
`drums` in grooves) and how players and mixing behave. A style without a row of its own takes the nearest by word.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    """Patterns by role, and manners: timing spread and lateness in ms, voicing, pump in dB, room, colour of the mix."""

    name: str
    melody: str = "song"
    chords: str = "broken"
    arpeggio: str = "rise"
    bass: str = "root-fifth"
    drums: str = "pop"
    percussion: str = "shaker"
    voicing: str = "triad"
    spread_ms: float = 7.0
    late_ms: float = 4.0
    pump_db: float = 0.0
    space: str = "studio"
    colour: str = "clean"
    pedal: bool = True


def _rows(*rows: Idiom) -> dict[str, Idiom]:
    return {row.name: row for row in rows}


IDIOMS = _rows(
    Idiom("pop", "hook", "eighths", "rise", "eighths", "pop", "tambourine"),
    Idiom("ballad", "song", "broken", "rise", "half", "ballad", space="hall"),
    Idiom("lo-fi", "lofi", "lazy", "rise", "lofi", "lofi", voicing="rootless", spread_ms=11, late_ms=14, colour="lofi"),
    Idiom("ambient", "sparse", "swell", "drift", "long", "none", "none", "open", 18, 0, space="church"),
    Idiom("drone", "sparse", "hold", "drift", "pedal", "none", "none", "open", 18, 0, space="church"),
    Idiom("cinematic", "theme", "swell", "ostinato", "long", "cinematic", "taiko", "open", 9, 0, space="hall"),
    Idiom("epic", "theme", "spiccato", "ostinato", "eighths", "cinematic", "taiko", "open", 7, 0, space="hall"),
    Idiom("suspense", "creep", "hold", "ostinato", "pedal", "suspense", "none", "open", 8, 0, space="hall"),
    Idiom("piano solo", "song", "broken", "rise", "half", "none", "none", spread_ms=10, space="chamber"),
    Idiom("folk", "folk", "travis", "travis", "root-fifth", "brushes", "shaker", spread_ms=9),
    Idiom("country", "folk", "boom-chick", "travis", "root-fifth", "train", "none"),
    Idiom("rock", "riff", "eighth-power", "rise", "eighths", "rock", "tambourine", "power", 6, 3, colour="drive"),
    Idiom("metal", "riff", "gallop", "rise", "gallop", "metal", "none", "power", 4, 0, colour="drive"),
    Idiom("punk", "riff", "eighth-power", "rise", "eighths", "punk", "none", "power", 5, 0, colour="drive"),
    Idiom("jazz", "jazz", "comp", "rise", "walking", "swing", "none", "rootless", 9, 10, space="room"),
    Idiom("jazz ballad", "jazz", "lazy", "rise", "half", "brush-ballad", "none", "rootless", 12, 14, space="room"),
    Idiom("bossa nova", "bossa", "bossa", "rise", "bossa", "bossa", "shaker", "rootless", 8, 6, space="room"),
    Idiom("latin", "bossa", "montuno", "rise", "tumbao", "latin", "congas", "seventh", 6, 0, space="room"),
    Idiom("tango", "theme", "tango", "rise", "tango", "none", "none", "triad", 8, 0, space="room"),
    Idiom("blues", "blues", "shuffle", "rise", "shuffle", "shuffle", "none", "seventh", 10, 8),
    Idiom("funk", "lick", "scratch", "rise", "funk", "funk", "congas", "seventh", 4, 3),
    Idiom("soul", "lick", "comp-soul", "rise", "funk", "soul", "tambourine", "seventh", 8, 8),
    Idiom("r&b", "lofi", "lazy", "rise", "lofi", "rnb", "shaker", "rootless", 7, 12),
    Idiom("gospel", "song", "gospel", "rise", "half", "gospel", "tambourine", "seventh", 9, 8, space="hall"),
    Idiom("disco", "hook", "offbeat", "sixteen", "octaves", "disco", "tambourine", "seventh", 3, 0),
    Idiom("house", "hook", "house-stabs", "sixteen", "offbeat", "house", "claps", "seventh", 1.5, 0, 7.0),
    Idiom("techno", "pulse", "techno-stabs", "sixteen", "rumble", "techno", "claps", "triad", 1.0, 0, 6.0),
    Idiom("trance", "hook", "gate", "sixteen", "offbeat", "trance", "claps", "triad", 1.0, 0, 7.0, "hall"),
    Idiom("drum and bass", "pulse", "swell", "sixteen", "reese", "dnb", "none", "open", 2, 0),
    Idiom("dubstep", "pulse", "stabs", "sixteen", "wobble", "dubstep", "none", "power", 1, 0, 3.0),
    Idiom("synthwave", "hook", "gate", "sixteen", "sixteenth-pump", "synthwave", "none", "triad", 1.5, 0, 4.0, "plate"),
    Idiom("chiptune", "chip", "chip-arp", "chip", "octaves", "chip", "none", "triad", 0.0, 0, space="dry", pedal=False),
    Idiom("trap", "trap", "swell", "bells", "808", "trap", "none", "triad", 1.5, 0),
    Idiom("hip-hop", "lofi", "chops", "rise", "lofi", "boombap", "none", "seventh", 9, 10, colour="warm"),
    Idiom("reggae", "song", "skank", "rise", "reggae", "one-drop", "none", "triad", 6, 8),
    Idiom("ska", "hook", "skank", "rise", "walking", "ska", "none", "triad", 5, 0),
    Idiom("waltz", "waltz", "oom-pah-pah", "rise", "one", "waltz", "none", space="hall"),
    Idiom("baroque", "baroque", "continuo", "alberti", "continuo", "none", "none", "triad", 5, 0, space="chamber"),
    Idiom("classical", "classical", "alberti", "alberti", "continuo", "none", "timpani", "triad", 8, 0, space="hall"),
    Idiom("romantic", "song", "broken", "nocturne", "half", "none", "none", "open", 14, 4, space="hall"),
    Idiom("march", "march", "oom-pah", "rise", "root-fifth", "march", "none", "triad", 5, 0, space="hall"),
    Idiom("ragtime", "rag", "stride", "rise", "root-fifth", "none", "none", "seventh", 6, 0, space="room", pedal=False),
    Idiom("reel", "reel", "reel-strum", "travis", "root-fifth", "bodhran", "bodhran", spread_ms=6, space="room"),
    Idiom("jig", "jig", "boom-chick", "travis", "root-fifth", "bodhran", "bodhran", spread_ms=6, space="room"),
    Idiom("celtic air", "air", "harp", "nocturne", "long", "none", "bodhran", "open", 12, 0, space="hall"),
    Idiom("corporate", "hook", "muted-eighths", "rise", "eighths", "corporate", "claps", "open", 4, 0, space="studio"),
    Idiom("lullaby", "lullaby", "broken", "nocturne", "one", "none", "none", "triad", 12, 4, space="chamber"),
    Idiom("medieval", "folk", "drone-fifth", "rise", "pedal", "bodhran", "bodhran", "power", 8, 0, space="church"),
    Idiom("flamenco", "phrygian", "rasgueado", "travis", "half", "palmas", "claps", "triad", 6, 0, space="room"),
    Idiom("indian", "raga", "drone-fifth", "drift", "pedal", "tabla", "none", "open", 10, 0, space="chamber"),
    Idiom("oriental", "phrygian", "quarters", "travis", "half", "maqsum", "claps", "triad", 6, 0, space="room"),
    Idiom("east asian", "pentatonic", "harp", "travis", "long", "none", "none", "open", 9, 0, space="hall"),
    Idiom("christmas", "song", "quarters", "bells", "root-fifth", "sleigh", "tambourine", space="hall"),
    Idiom("happy", "folk", "strum", "rise", "root-fifth", "claps", "claps", spread_ms=6),
    Idiom("afrobeat", "lick", "offbeat", "rise", "tumbao", "afro", "congas", "seventh", 5, 0),
    Idiom("dembow", "hook", "offbeat", "rise", "dembow", "dembow", "none", "triad", 2, 0),
    Idiom("minimal", "pulse", "swell", "phase", "long", "none", "none", "open", 5, 0, space="hall"),
)

ALIASES = {
    "lofi": "lo-fi", "chillhop": "lo-fi", "study beats": "lo-fi", "downtempo": "lo-fi", "trip hop": "hip-hop",
    "trip-hop": "hip-hop", "trip": "hip-hop", "chill": "lo-fi", "boom bap": "hip-hop", "rap": "hip-hop",
    "hiphop": "hip-hop", "new age": "ambient", "meditation": "ambient", "space": "ambient", "chillout": "ambient",
    "dark ambient": "drone", "noise": "drone", "orchestral": "cinematic", "orchestra": "cinematic", "film": "cinematic",
    "trailer": "epic", "action": "epic", "battle": "epic", "adventure": "epic", "fantasy": "cinematic",
    "horror": "suspense", "thriller": "suspense", "dark": "suspense", "mystery": "suspense", "tension": "suspense",
    "sci-fi": "suspense", "piano": "piano solo", "solo piano": "piano solo", "nocturne": "romantic",
    "acoustic": "folk", "singer-songwriter": "folk", "indie folk": "folk", "americana": "country",
    "bluegrass": "country", "western": "country", "indie": "pop", "indie rock": "rock", "alternative": "rock",
    "grunge": "rock", "hard rock": "metal", "heavy metal": "metal", "post-rock": "cinematic", "surf": "rock",
    "rock and roll": "blues", "rockabilly": "blues", "boogie": "blues", "jazz swing": "jazz", "swing": "jazz",
    "bebop": "jazz", "big band": "jazz", "smooth jazz": "r&b", "cool jazz": "jazz", "bossa": "bossa nova",
    "samba": "bossa nova", "salsa": "latin", "mambo": "latin", "cuban": "latin", "cumbia": "latin",
    "reggaeton": "dembow", "motown": "soul", "neo-soul": "r&b", "rnb": "r&b", "edm": "house", "dance": "house",
    "deep house": "house", "electro": "house", "eurodance": "trance", "progressive": "house", "club": "house",
    "minimal techno": "techno", "industrial": "techno", "electronic": "synthwave", "electronica": "synthwave",
    "dnb": "drum and bass", "drum & bass": "drum and bass", "jungle": "drum and bass", "breakbeat": "drum and bass",
    "retrowave": "synthwave", "vaporwave": "lo-fi", "synthpop": "synthwave", "synth-pop": "synthwave",
    "80s": "synthwave", "8-bit": "chiptune", "chip": "chiptune", "video game": "chiptune", "game": "chiptune",
    "arcade": "chiptune", "drill": "trap", "phonk": "trap", "dub": "reggae", "dancehall": "dembow",
    "viennese waltz": "waltz", "musette": "waltz", "renaissance": "baroque", "counterpoint": "baroque",
    "fugue": "baroque", "string quartet": "classical", "chamber": "classical", "symphony": "classical",
    "military": "march", "marching band": "march", "polka": "march", "celtic": "reel", "irish": "reel",
    "irish reel": "reel", "scottish": "reel", "hornpipe": "reel", "air": "celtic air", "uplifting": "corporate",
    "advert": "corporate", "motivational": "corporate", "inspiring": "corporate",
    "music box": "lullaby", "children": "lullaby", "carol": "celtic air", "hymn": "gospel",
    "choral": "cinematic", "gregorian": "medieval", "spanish": "flamenco", "raga": "indian",
    "middle eastern": "oriental", "african": "afrobeat", "happy ukulele": "happy", "comedy": "ragtime",
    "hip hop": "hip-hop",
    "epic trailer": "epic", "arabic": "oriental", "chinese": "east asian", "japanese": "east asian",
    "minimalism": "minimal", "minimalist": "minimal",
    "circus": "waltz", "silent film": "ragtime", "love song": "ballad",
}  # fmt: skip


def idiom_of(styles: list[str]) -> Idiom:
    """The idiom of the first style that has one: by name, by alias, or by a word inside it; pop where none has."""
    for style in styles:
        name = style.lower().strip()
        if name in IDIOMS or name in ALIASES:
            return IDIOMS[ALIASES.get(name, name)]
    for style in styles:
        name = f" {style.lower().replace('-', ' ')} "
        for known in sorted([*IDIOMS, *ALIASES], key=len, reverse=True):
            if f" {known.replace('-', ' ')} " in name:
                return IDIOMS[ALIASES.get(known, known)]
    return IDIOMS["pop"]
