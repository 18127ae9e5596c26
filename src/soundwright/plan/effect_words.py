"""The words of the sound-effect grammar as tables of patterns: how far, how often, how loud, where, in what place.

Patterns are regular expressions over lower-case text and are tried from top to bottom; the first that is found wins
and is taken out of the clause.
"""

from __future__ import annotations

from soundwright.foley.vocabulary import stem, words_of

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "half a": 0.5, "a couple of": 2, "a few": 3,
    "several": 4,
}  # fmt: skip
N = r"(\d+(?:\.\d+)?|half an?|a couple of|a few|several|" + "|".join(k for k in NUMBERS if " " not in k) + ")"
UNIT = r"(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?)"
UNIT_S = {"milli": 0.001, "ms": 0.001, "s": 1.0, "m": 60.0}

DISTANCES = (
    (r"(?:far )?(?:off |away )?in the (?:far )?distance|far (?:away|off)|from (?:afar|far away)|a long way off", 60.0),
    (r"across the (?:street|road|valley|field|lake)|down the (?:street|road)", 25.0),
    (r"some distance away|a little way off", 15.0),
    (r"near ?by|not far away|close by", 4.0),
    (r"(?:very |extremely )?close[ -]?up|up close|very close|right next to (?:you|me|us)|in your face", 0.6),
)
DISTANT_WORDS = {"distant": 60.0, "faraway": 60.0, "remote": 60.0, "far": 60.0, "close": 1.0, "near": 2.0}
WALLS = (
    r"(?:from |heard )?(?:behind|through|on the other side of) (?:a|the|some) (?:thick |thin |closed )?(?:wall|door)s?",
    r"(?:from |in |heard )*(?:next door|(?:the (?:next|other|adjacent)|another) room|upstairs|downstairs)",
    r"muffled",
)
COUNTS = (
    (rf"(?:for )?{N} times", None),
    (r"twice", 2),
    (r"thrice", 3),
    (r"\bonce\b", 1),
    (r"double", 2),
    (r"triple", 3),
    (r"(?:a couple of|a pair of) (?:times )?(?=\w)", 2),
    (r"a few times|a few (?=\w)", 3),
    (r"several times|several (?=\w)", 4),
    (r"a series of|a number of|multiple|many|repeated(?:ly)?|(?:over and over|again and again)(?: again)?", 5),
)
_GROWING = r"(?:getting|growing|becoming|gets|grows|slowly|gradually|and|,|\s)*"
DYNAMICS = (
    (
        rf"{_GROWING}(?:louder and louder|louder|increasing in volume|in crescendo|intensif(?:ying|ies)|"
        r"buil(?:ding|ds) up|swelling)",
        "louder",
    ),
    (
        rf"{_GROWING}(?:quieter and quieter|quieter|softer and softer|d(?:ying|ies) (?:down|away|out)|subsiding|"
        r"fad(?:ing|es) (?:away|out)|fade(?:-| )?out)",
        "quieter",
    ),
    (r"(?:slowly |gradually )*(?:fading in|fades in|fade(?:-| )?in)", "louder"),
)
_GOING = r"(?:moving |panning |going |flying |passing |travell?ing )?(?:from )?"
PANS = (
    (rf"{_GOING}(?:the )?left to (?:the )?right", (-0.9, 0.9)),
    (rf"{_GOING}(?:the )?right to (?:the )?left", (0.9, -0.9)),
    (r"(?:on|to|from|in) (?:the|your|my) (?:far )?left(?: side| ear| channel)?", (-0.75, -0.75)),
    (r"(?:on|to|from|in) (?:the|your|my) (?:far )?right(?: side| ear| channel)?", (0.75, 0.75)),
    (r"in the (?:middle|cent(?:re|er))(?! of)", (0.0, 0.0)),
)
CIRCLE = r"circling(?: around)?(?: the listener| you| me)?|(?:all )?around your head|in circles"
MOTIONS = (
    (
        r"(?:driving|drives|flying|flies|passing|passes|going|goes|rushing|speeding|zooming|racing|whizzing|roaring)"
        r"(?: quickly| fast| slowly)? (?:by|past|overhead)|pass[- ]?by|fly[- ]?(?:by|over)|drive[- ]?by",
        "pass",
    ),
    (
        r"approaching|approaches|(?:coming|getting|drawing|moving|comes|gets|draws) "
        r"(?:closer|nearer|towards?(?: you| me| us)?)|closer and closer|arriving|arrives",
        "approach",
    ),
    (
        r"receding|recedes|(?:driving|drives|flying|flies|moving|moves|going|goes|walking|walks|running|runs|getting|"
        r"gets) (?:away|off|further away|farther away)|departing|departs|leaving|further and further away",
        "recede",
    ),
)
LEVELS = (
    (r"very loud(?:ly)?|extremely loud(?:ly)?|deafening(?:ly)?", 5.0),
    (r"loud(?:ly)?", 3.0),
    (r"(?:very )?(?:softly|quietly|faintly)|(?:very )?(?:quiet|faint)", -7.0),
    (r"barely audible|almost inaudible", -14.0),
)

# Places that only colour the air: the name of a space, and what is written for it.
PLACES = {
    "cave": "cave|cavern|grotto|mine(?:shaft)?|catacombs?",
    "hall": "hall|concert hall|auditorium|ballroom|theat(?:re|er)|gymnasium|gym",
    "church": "church|cathedral|chapel|temple|abbey|monastery",
    "tunnel": "tunnel|sewer|pipe|subway tunnel|underpass",
    "bathroom": "bathroom|shower|toilet stall|restroom",
    "warehouse": "warehouse|hangar|factory|garage|parking garage|car park|basement garage|barn",
    "street": "street|city street|alley(?:way)?|city|town|road|courtyard|parking lot",
    "forest": "forest|woods|jungle|park|woodland|garden",
    "canyon": "canyon|valley|mountains?|gorge|ravine",
    "chamber": "stairwell|stairway|corridor|hallway|chamber|lobby|museum|castle|dungeon|crypt",
    "room": "(?:small |living |empty |large |big )?room|kitchen|office|bedroom|house|apartment|flat|cabin|shop|store|"
    "restaurant|classroom|indoors|inside",
    "studio": "studio|recording booth",
    "dry": "dry room|anechoic chamber|no reverb|without reverb|close mic",
    "underwater": "underwater|ocean depths?|deep sea",
    "outdoors": "outside|outdoors|(?:an? )?(?:open )?(?:field|meadow|farm|countryside|backyard|yard|desert|plain)",
}
ADVERBIAL = {  # places that are said without "in", at the end
    "outdoors": "outside|outdoors",
    "room": "inside|indoors",
    "dry": "no reverb|without reverb|close mic",
    "underwater": "underwater",
}
PLACED = (  # a place after its preposition, when it is no part of a compound ("in a church bell tower")
    r",?\s*\b(?:inside|in|within|on|at|down|through|across)(?: of)? "
    r"(?!(?:the )?(?:another|next|other|adjacent) )(?:an? |the |some )?((?:\w+ ){{0,2}}?)(?:{words})\b"
    r"(?! (?:door|bell|roof|car|floor|ambience|organ|window|noise|traffic|wall|sink|light))"
)
ECHOES = (
    r"(?:with|and) (?:an? )?(?:long |lots of |heavy )?(?:echo(?:es)?|reverb(?:eration)?)|echo(?:es|ing)|"
    r"reverbera(?:nt|ting|tes)"
)
LEADS = (
    r"(?:please |can you |i (?:want|need|would like) |give me |make |create |generate |produce )*"
    r"(?:(?:an?|the|some) )?(?:realistic |high[- ]quality |clean |stereo )*"
    r"(?:(?:sound effects?|sounds?|sfx|noises?|audio(?: clip)?|(?:field )?recording|foley|clip) (?:of|from|for)\s+)"
)

SEQUENCE = (
    r"\s*(?:[,;]?\s*(?:and |is |are )?(?:then|finally|afterwards)\b|[,;]?\s*(?:is |are )?followed by|"
    r"[,;]?\s*\bbefore\b|[;,]?\s*\bnext,|->|→|;|\.\s+)\s*"
)
AFTER = r"^(.*?\S)\s+after\s+(?!\d|a second|a few|a while|one second)(.+)$"
TOGETHER = (
    r"\s*(?:,\s*(?:and|with|while|as)\b|,|&|\+|\b(?:and|with|while|plus|mixed with|along with|together with|"
    r"accompanied by|as well as|amid(?:st)?|during|over|as)\b)\s*"
)
WEATHER = (
    r"\s+(?:in|during) (?:an? |the )?"
    r"(?=(?:\w+ )?(?:rain|storm|thunderstorm|rainstorm|downpour|wind|gale|blizzard|hail)\b)"
)
VERBS = frozenset(
    stem(word)
    for word in words_of(
        """opens closes slams shuts barks starts revs drives stops bursts falls drops lands breaks shatters crashes
        rings knocks creaks locks unlocks cocks fires explodes hits cheers claps applauds growls meows howls accelerates
        brakes idles skids honks passes flies laughs screams splashes pours boils whistles rolls bounces stalls ticks
        beeps clicks tears crumples zips picks hangs runs walks takes rises"""
    )
)
# Verbs only in this form: without their "s" they are as often nouns ("static and hiss").
FINITE = frozenset(
    words_of(
        """hisses purrs whines whimpers blows speaks talks sings shouts yells snores coughs sneezes sniffs gasps sighs
        groans hums buzzes neighs gallops trots clucks squawks honks quacks croaks roars snarls chirps flaps rattles
        rumbles sputters squeals screeches chimes tolls answers whispers chuckles giggles sobs cries bleats moos oinks
        gobbles swims dives"""
    )
)
GROUPS = (  # said before what is many
    r"an? (?:\w+ )?(?:burst|volley|flurry|round|group|flock|herd|pack|swarm|bunch|lot|pile|handful|string|crowd) of"
    r"(?= (?!people|applause)\w)"
)
PRONOUNS = r"^(?:it|they|he|she) "
# Said of what was just named: "as it passes".
GOES_PAST = r"(?:passes|drives|flies|speeds|rolls|goes|runs|rides|races|moves|gallops)(?: by| past)?$"
PART_OF = r"^(?:the|its|his|her|their) (?=\w)"  # "a train passes and the horn blows": the train's
GROUND = r"^(?:an? |the |some )?(?:\w+ )?(?:gravel|dirt|grass|snow|sand|mud|leaves|ice|wood|stones?|carpet|puddles?)$"
TOOL = r"^(?:an?|the|his|her|their) \w+(?: \w+)?$"  # "with a broom" is how, not another sound
