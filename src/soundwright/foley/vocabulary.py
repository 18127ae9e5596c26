"""Words of sounds as tables: stems, words that say nothing, synonyms, and adjectives that lie on one axis.

A synonym rewrites a phrase into words that the sound models use themselves; adjectives keep an axis and a side, so
that "torrential" can move a knob whose author only wrote "heavy".
"""

from __future__ import annotations

import re
from functools import lru_cache

STOP = frozenset(
    """a an the of some this that these those it its his her their my our your is are was were be being been am
    i you he she they we there here to and or with at on in into onto by for from as up down out off over under across
    through along around against behind beside near inside outside within upon above below between towards toward
    while which who whose very quite rather really just so too also only own other another one any all each every
    sound sounds noise noises effect effects audio sfx recording clip sample foley heard hear hearing made making make
    makes coming comes being gets get getting goes go going kind sort like type piece bit something someone somebody
    have has had do does doing can will would should could please want need background foreground then again""".split()
)

# Words that name no sound of their own: they colour one, and never hold up a clause alone.
WEAK = frozenset(
    """man woman person people child kid boy girl lady guy old new young wooden wood metal metallic plastic stone
    concrete tile iron steel tin brick rubber leather glass-like floor roof wall table ground surface street road room
    house kitchen city town forest night day morning evening field park garden distance distant far near close loud
    soft quiet big small large little heavy light slow fast quick long short high low deep wet dry hard single empty
    front side top left right middle air sky place home water-like dirt sand grass snow mud leaf path""".split()
)

IRREGULAR = {
    "broke": "break", "broken": "break", "shut": "close", "shuts": "close", "shutting": "close", "blew": "blow",
    "rang": "ring", "rung": "ring", "ran": "run", "running": "run", "fell": "fall", "fallen": "fall", "tore": "tear",
    "torn": "tear", "leaves": "leaf", "wolves": "wolf", "hooves": "hoof", "knives": "knife", "mice": "mouse",
    "geese": "goose", "men": "man", "women": "woman", "children": "child", "people": "person", "kids": "child",
    "wooden": "wood", "metallic": "metal", "snowy": "snow", "rainy": "rain", "windy": "wind", "muddy": "mud",
    "grassy": "grass", "stony": "stone", "glassy": "glass", "stormy": "storm", "rainfall": "rain", "rainstorm": "rain",
    "struck": "strike", "shot": "gunshot", "shots": "gunshot", "lit": "light", "singing": "song", "sings": "song",
    "keys": "key", "dripping": "drip", "bus": "bus", "gas": "gas", "glass": "glass", "glasses": "glass",
    "brass": "brass", "grass": "grass", "bass": "bass", "evening": "evening", "morning": "morning", "thing": "thing",
    "string": "string", "king": "king", "ding": "ding", "dinging": "ding", "lightning": "lightning", "ceiling": "ceiling",
    "building": "building", "wing": "wing", "wings": "wing", "sing": "song", "ring": "ring", "spring": "spring",
    "red": "red", "bed": "bed", "speed": "speed", "seed": "seed", "news": "news", "swing": "swing",
    "breeding": "breed", "clothes": "cloth", "dying": "dy", "lying": "lie", "static": "static", "horse": "horse",
    "horses": "horse", "hose": "hose", "house": "house", "houses": "house", "applauding": "applause",
    "applaud": "applause", "applauds": "applause", "gunfire": "gunfire", "timber": "wood", "chirruping": "chirp",
}  # fmt: skip


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without its plural, -ing, -ed, -ly and silent e, enough to meet its own other forms.

    Example: `stem("slamming") == stem("slams") == stem("slam")`.
    """
    word = word.lower().removesuffix("'s").replace("'", "")
    if word in IRREGULAR:
        word = IRREGULAR[word]
        return word[:-1] if len(word) > 3 and word.endswith("e") else word
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, least in (("ing", 3), ("ed", 3), ("ly", 4)):
        base = word.removesuffix(ending)
        if base != word and len(base) >= least and re.search("[aeiouy]", base):
            word = base[:-1] if re.search(r"([bdfgmnprt])\1$", base) else base
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def words_of(text: str) -> list[str]:
    """Lower-case words of a text, in order; hyphens split, apostrophes stay."""
    return re.findall(r"[a-z][a-z']*|\d+", text.lower().replace("-", " "))


# phrase -> the words that the models use. The longest match wins; each is tried as stems, in order.
SYNONYMS = {
    "downpour": "heavy rain", "cloudburst": "heavy rain", "drizzle": "light rain", "drizzling": "light rain",
    "sprinkle": "light rain", "raining": "rain", "raindrops": "rain", "pouring rain": "heavy rain", "monsoon": "heavy rain",
    "corrugated": "tin metal", "umbrella": "umbrella cloth", "windscreen": "glass window", "windshield": "glass window",
    "window pane": "window glass", "windowpane": "window glass", "skylight": "glass window",
    "thunderclap": "close thunder", "thunderbolt": "close thunder", "lightning": "close thunder",
    "lightning strike": "close thunder", "thunder strike": "close thunder", "rumble of thunder": "distant thunder",
    "gale": "strong wind", "breeze": "gentle wind", "gust": "wind", "hurricane": "strong wind storm",
    "tornado": "strong wind storm", "blizzard": "strong wind snow storm", "snowstorm": "strong wind snow storm",
    "draught": "wind", "puppy": "small dog bark", "pup": "small dog bark", "hound": "big dog bark", "poodle": "small dog",
    "terrier": "small dog", "chihuahua": "small dog", "woof": "dog bark", "yapping": "small dog bark", "yap": "small dog bark",
    "kitten": "small cat meow", "kitty": "cat meow", "meowing": "cat meow", "miaow": "cat meow", "purring": "cat purr",
    "cockerel": "rooster crow", "hen": "chicken cluck", "chick": "small bird chirp", "foal": "horse", "pony": "horse",
    "stallion": "horse", "neigh": "horse whinny", "whinnying": "horse whinny", "galloping": "horse hoof gallop",
    "hoofbeats": "horse hoof", "hooves": "horse hoof", "trotting": "horse hoof trot", "calf": "small cow moo",
    "bull": "big cow moo", "cattle": "cow moo", "mooing": "cow moo", "lamb": "small sheep baa", "goat": "sheep bleat",
    "piglet": "small pig", "hog": "big pig", "oink": "pig grunt", "toad": "frog croak", "ribbit": "frog croak",
    "cicada": "cicada insect", "grasshopper": "cricket insect", "katydid": "cricket insect", "bumblebee": "bee buzz",
    "wasp": "bee buzz", "hornet": "bee buzz", "mosquito": "mosquito buzz", "fly buzzing": "fly insect buzz",
    "housefly": "fly insect buzz", "raven": "crow caw", "rook": "crow caw", "seagull": "gull", "gulls": "gull",
    "songbird": "bird song", "sparrow": "bird chirp", "robin": "bird song", "nightingale": "bird song",
    "blackbird": "bird song", "canary": "bird song", "birdsong": "bird song", "birds": "bird", "tweeting": "bird chirp",
    "dawn chorus": "birds song", "tram": "tram train", "streetcar": "tram train", "subway": "train underground",
    "underground train": "train", "tube train": "train", "locomotive": "train", "railway": "train", "railroad": "train",
    "freight train": "train", "metro": "train", "steam engine": "steam train", "motorbike": "motorcycle engine",
    "moped": "small motorcycle engine", "scooter": "small motorcycle engine", "chopper": "helicopter",
    "aeroplane": "airplane plane", "airplane": "airplane plane", "aircraft": "airplane plane", "airliner": "jet plane",
    "jumbo jet": "jet plane", "jet": "jet plane", "propeller plane": "propeller plane", "biplane": "propeller plane",
    "lorry": "truck engine", "automobile": "car", "vehicle": "car engine", "vehicles": "car traffic", "sports car": "car engine",
    "race car": "fast car engine", "racing car": "fast car engine", "taxi": "car", "ambulance": "siren ambulance",
    "police car": "siren police car", "fire engine": "siren fire truck", "fire truck": "siren fire truck",
    "air raid": "siren air raid", "honk": "car horn", "honking": "car horn", "hooter": "car horn", "beeping horn": "car horn",
    "motorboat": "boat engine", "speedboat": "fast boat engine", "foghorn": "fog ship horn", "ship's horn": "ship horn",
    "campfire": "fire crackle", "bonfire": "big fire crackle", "fireplace": "fire crackle fireplace", "hearth": "fire crackle",
    "flames": "fire", "blaze": "big fire", "inferno": "huge fire", "wildfire": "huge fire", "logs burning": "fire crackle",
    "brook": "stream", "creek": "stream", "rivulet": "stream", "river": "river stream", "rapids": "fast river stream",
    "ocean": "sea surf waves", "sea": "sea surf waves", "seaside": "sea surf waves", "beach": "surf waves",
    "shore": "surf waves", "breakers": "surf waves", "tide": "surf waves", "surf": "surf waves", "waves": "surf waves",
    "faucet": "tap water", "leaky tap": "drip water", "leaking tap": "drip water", "dripping tap": "drip water",
    "dripping faucet": "drip water", "leaky faucet": "drip water", "tap running": "tap water running",
    "raindrop": "drip water", "water droplets": "drip water", "water drops": "drip water", "droplet": "drip",
    "bathtub": "bath water", "flushing": "toilet flush", "loo": "toilet", "fizz": "fizz soda bubbles", "soda": "soda fizz",
    "kettle": "kettle boil water", "simmering": "boil bubbles", "cauldron": "boil bubbles", "gunfire": "gunshot gunfire",
    "rifle": "gunshot rifle", "pistol": "gunshot pistol", "handgun": "gunshot pistol", "revolver": "gunshot pistol",
    "shotgun": "gunshot shotgun", "gun": "gunshot gun", "firing a gun": "gunshot", "bullet": "gunshot bullet",
    "machine gun": "machine gun", "detonation": "explosion", "bomb": "explosion bomb", "blast": "explosion blast",
    "grenade": "explosion grenade", "blowing up": "explosion", "explode": "explosion", "exploding": "explosion",
    "explodes": "explosion", "cannon": "cannon explosion", "dynamite": "explosion", "firework": "fireworks",
    "walking": "footsteps walk", "walks": "footsteps walk", "walk": "footsteps walk", "footfalls": "footsteps",
    "strolling": "slow footsteps walk", "strides": "footsteps", "steps": "footsteps", "step": "footsteps", "pacing": "footsteps walk",
    "jogging": "footsteps run", "sprinting": "fast footsteps run", "running footsteps": "footsteps run",
    "man running": "footsteps run", "someone running": "footsteps run", "person running": "footsteps run",
    "woman running": "footsteps run", "running on": "footsteps run", "running through": "footsteps run", "tiptoeing": "soft footsteps walk", "marching": "footsteps march",
    "marches": "footsteps march", "high heels": "heels footsteps", "boots": "boots footsteps", "pavement": "concrete pavement", "sidewalk": "concrete pavement",
    "asphalt": "concrete asphalt", "cobblestones": "stone concrete", "floorboards": "wood floor", "parquet": "wood floor",
    "hardwood": "wood floor", "pebbles": "gravel", "shingle": "gravel", "lawn": "grass", "dry leaves": "leaves",
    "crashing glass": "glass break", "smashing": "smash break", "smash": "smash break", "smashes": "smash break",
    "shattering": "shatter break", "shatters": "shatter break", "shatter": "shatter break",
    "bottle breaking": "glass break bottle", "window breaking": "glass break window", "plate breaking": "plate break ceramic",
    "crockery": "ceramic plate", "china": "ceramic plate", "porcelain": "ceramic plate", "vase": "ceramic glass break",
    "doorbell": "doorbell", "door bell": "doorbell", "rapping": "knock", "rap": "knock", "banging on": "hard knock",
    "knocking": "knock door", "knocks": "knock door", "knock": "knock door", "squeak": "creak squeak",
    "squeaking": "creak squeak", "squeaky": "creak squeak", "creaky": "creak", "bang": "bang slam", "banging": "bang slam",
    "padlock": "lock latch", "deadbolt": "lock latch", "door handle": "latch door", "doorknob": "latch door",
    "telephone": "telephone phone", "cellphone": "phone", "mobile phone": "phone", "smartphone": "phone",
    "keyboard": "typing keyboard", "typist": "typing", "typewriter": "typewriter", "laptop": "typing keyboard",
    "clicking a mouse": "mouse click", "mouse clicking": "mouse click", "wristwatch": "clock tick watch",
    "watch ticking": "clock tick watch", "stopwatch": "clock tick watch", "grandfather clock": "clock tick",
    "ticking": "clock tick", "tick tock": "clock tick", "cuckoo clock": "cuckoo clock", "alarm clock": "alarm clock",
    "smoke detector": "smoke alarm", "burglar alarm": "alarm", "church bells": "church bell", "chimes": "chime",
    "wind chimes": "wind chime", "bicycle bell": "bicycle bell", "sleigh bells": "sleigh bells jingle",
    "gong": "gong", "applause": "applause clap crowd", "clapping": "clap applause", "ovation": "applause crowd clap",
    "cheering": "cheer crowd", "cheers": "cheer crowd", "audience": "crowd audience", "chatter": "crowd murmur chatter",
    "crowd talking": "crowd murmur chatter", "people talking": "crowd murmur chatter", "babble": "crowd murmur chatter",
    "murmur": "crowd murmur", "murmuring": "crowd murmur", "laughing": "laugh laughter", "giggling": "laugh laughter",
    "giggle": "laugh laughter", "chuckle": "laugh laughter", "screaming": "scream", "shriek": "scream", "shouting": "shout",
    "yelling": "shout yell", "sneezing": "sneeze", "coughing": "cough", "snoring": "snore", "heart beating": "heartbeat",
    "pulse": "heartbeat", "beating heart": "heartbeat", "raygun": "laser", "ray gun": "laser", "blaster": "laser blaster", "phaser": "laser",
    "lightsaber": "laser hum sword", "pew pew": "laser", "level up": "power up level", "powerup": "power up",
    "power-up": "power up", "pickup coin": "coin", "coins": "coin", "8-bit jump": "jump", "droid": "robot", "android": "robot", "r2d2": "robot beep",
    "white noise": "static noise", "tv static": "static television", "television static": "static television",
    "radio static": "static radio", "tuning a radio": "radio tuning", "fridge": "refrigerator hum",
    "refrigerator": "refrigerator hum", "freezer": "refrigerator hum", "air conditioner": "air conditioner hum fan",
    "air conditioning": "air conditioner hum fan", "ventilation": "fan hum air", "extractor fan": "fan hum",
    "transformer": "electric hum", "mains": "electric hum", "power drill": "drill", "drilling": "drill",
    "hoover": "vacuum cleaner", "vacuuming": "vacuum cleaner", "chain saw": "chainsaw", "sawing": "saw wood",
    "sawing wood": "saw wood", "hammering": "hammer", "nailing": "hammer nail", "chopping wood": "axe wood chop",
    "lawnmower": "lawn mower engine", "lawn mower": "lawn mower engine", "sword": "sword metal", "blade": "sword metal",
    "swoosh": "whoosh", "swish": "whoosh", "swishing": "whoosh", "swoop": "whoosh", "arrow": "whoosh arrow",
    "punch": "punch hit", "punching": "punch hit", "slap": "slap hit", "kick": "kick hit", "thud": "thud impact",
    "thump": "thud impact", "clang": "clang metal impact", "clank": "clank metal impact", "clatter": "clatter impact",
    "clink": "clink glass", "clinking": "clink glass", "glasses clinking": "clink glass", "toast": "clink glass",
    "crumple": "paper crumple", "crumpling": "paper crumple", "rip": "tear rip", "ripping": "tear rip",
    "page": "page paper", "pages": "page paper", "newspaper": "paper newspaper", "rustling clothes": "cloth rustle",
    "fabric": "cloth", "jacket": "cloth jacket", "curtain": "cloth curtain", "zip": "zipper", "unzipping": "zipper",
    "zipping": "zipper", "velcro": "velcro", "camera": "camera shutter", "photo": "camera shutter",
    "light switch": "switch click", "flicking a switch": "switch click", "notification": "notification chime",
    "ringtone": "phone ring", "text message": "notification", "error": "error buzzer", "buzzer": "buzzer",
    "submarine": "sonar submarine", "sonar": "sonar ping", "spaceship": "spaceship engine", "ufo": "ufo alien",
    "hen house": "chicken", "underwater": "underwater bubbles", "scuba": "underwater bubbles", "diving": "splash water",
    "splashing": "splash water", "cannonball": "splash water", "wave crashing": "surf waves", "avalanche": "rock slide rumble",
    "rockslide": "rock slide", "landslide": "rock slide", "earthquake": "earthquake rumble", "volcano": "volcano rumble",
    "water pouring": "pour water", "pouring water": "pour water", "pouring a drink": "pour water glass",
    "filling a glass": "pour water glass", "filling a cup": "pour water", "train whistle": "train whistle",
    "steam whistle": "steam whistle train", "referee": "whistle referee", "party horn": "horn", "howling wind": "howl wind strong",
    "howling": "howl", "howls": "howl", "tinkling": "tinkle chime", "jangling": "jingle keys", "jingling": "jingle keys",
}  # fmt: skip

# Axis and side of an adjective: its family on one end of a knob.
AXES = {
    ("strength", 1): """heavy strong hard intense violent torrential powerful fierce roaring raging wild furious severe
        extreme forceful vigorous mighty big loud busy dense thick""",
    ("strength", -1): """light soft gentle weak faint mild slight quiet delicate calm subtle thin sparse tender""",
    ("size", 1): "big large huge giant massive enormous heavy deep colossal tall great",
    ("size", -1): "small little tiny mini miniature wee thin light high",
    ("speed", 1): "fast quick rapid frantic hurried brisk running swift racing speeding furious",
    ("speed", -1): "slow leisurely lazy sluggish unhurried",
    ("distance", 1): "distant far faraway remote",
    ("distance", -1): "close near nearby",
    ("age", 1): "old rusty ancient creaky antique worn vintage dusty",
    ("age", -1): "new modern fresh smooth",
    ("pitch", 1): "high shrill squeaky piercing",
    ("pitch", -1): "low deep bass rumbling",
    ("wet", 1): "wet soggy soaked damp",
    ("wet", -1): "dry crisp",
}  # fmt: skip
# A knob of one of these names lies on the axis even where its author wrote no such word.
KNOB_AXES = {
    "strength": ("intensity", "strength", "force", "vigour", "vigor", "power", "density", "hardness", "velocity", "busy"),
    "size": ("size", "mass", "weight"),
    "speed": ("rate", "speed", "pace", "tempo", "rpm"),
    "distance": ("distance",),
    "age": ("age", "rust", "wear"),
    "pitch": ("pitch",),
    "wet": ("wetness", "wet"),
}  # fmt: skip
DEGREES = {
    "very": 1.35,
    "extremely": 1.6,
    "really": 1.35,
    "incredibly": 1.6,
    "super": 1.5,
    "slightly": 0.5,
    "fairly": 0.8,
}


@lru_cache(maxsize=1)
def axes() -> dict[str, list[tuple[str, int]]]:
    """Adjective stem -> the (axis, side) pairs that it may mean, in the order of `AXES`."""
    out: dict[str, list[tuple[str, int]]] = {}
    for place, words in AXES.items():
        for word in words.split():
            out.setdefault(stem(word), []).append(place)
    return out
