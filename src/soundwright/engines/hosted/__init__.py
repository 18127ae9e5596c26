"""The `hosted` engine: the official HTTP APIs of ElevenLabs, Stability and Google, each a checkpoint.

The key of an account there comes from the environment and stays there; the vendor charges it. `cost` says how much that
is likely to be, `wire` sends and tries again, `refusal` tells what went wrong, and one module for each vendor knows the
shapes of its requests.
"""

from __future__ import annotations

from typing import Any

from soundwright.engines import machine
from soundwright.engines.contract import Card, Checkpoint, Licence, Take, Task, Verb
from soundwright.engines.hosted import cost, elevenlabs, lyria, sound, stability
from soundwright.errors import BadRequest
from soundwright.plan import caption
from soundwright.plan.edit import EditPlan
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

TERMS = {
    vendor: Licence(name, commercial=None, note=f"what you may sell is told by your plan there: {page}")
    for vendor, name, page in (
        ("ElevenLabs", "ElevenLabs terms", "elevenlabs.io/terms"),
        ("Stability", "Stability AI terms", "platform.stability.ai/legal/terms-of-service"),
        ("Google Cloud", "Google Cloud terms", "cloud.google.com/terms"),
        ("Gemini", "Gemini API terms", "ai.google.dev/gemini-api/terms"),
    )
}


def _checkpoint(
    about: str,
    address: str,
    keys: tuple[str, ...],
    terms: str,
    longest_s: float,
    verbs: tuple[Verb, ...] = ("music",),
    gives: tuple[str, ...] = ("tempo",),
    **more: Any,
) -> Checkpoint:
    return Checkpoint(about, address, verbs, TERMS[terms], more.pop("rate", 44_100), 2, longest_s, gives=gives,
                      keys=keys, **more)  # fmt: skip


ELEVEN = (elevenlabs.BASE, (elevenlabs.KEY,), "ElevenLabs")
CHECKPOINTS = {
    "elevenlabs-music": _checkpoint(
        "songs by sections, with lyrics", *ELEVEN, 600.0, gives=("negative", "lyrics", "tempo")
    ),
    "elevenlabs-music-v2": _checkpoint(
        "songs by sections, with lyrics", *ELEVEN, 600.0, gives=("negative", "lyrics", "tempo"), rate=48_000
    ),
    "elevenlabs-sound": _checkpoint("sound effects and loops", *ELEVEN, 30.0, ("effect",), ()),
    "stability": _checkpoint(
        "music, effects, covers, repaints (Stable Audio 2.5)",
        stability.BASE,
        (stability.KEY,),
        "Stability",
        stability.LONGEST_S,
        ("music", "effect", "cover", "repaint", "extend"),
        steps=8,
    ),
    "lyria": _checkpoint(
        "instrumental music (Lyria 2)",
        lyria.VERTEX,
        (lyria.TOKEN, lyria.PROJECT),
        "Google Cloud",
        30.0,
        gives=("negative", "tempo"),
        rate=48_000,
    ),
    "lyria-3-clip": _checkpoint(
        "short songs (Lyria 3)", lyria.GEMINI, (lyria.KEY,), "Gemini", 30.0, gives=("lyrics", "tempo")
    ),
    "lyria-3.5": _checkpoint(
        "songs (Lyria 3.5)", lyria.GEMINI, (lyria.KEY,), "Gemini", 180.0, gives=("lyrics", "tempo")
    ),
}
MAKERS = {
    "elevenlabs-music": (elevenlabs.VENDOR, elevenlabs.song_v1),
    "elevenlabs-music-v2": (elevenlabs.VENDOR, elevenlabs.song_v2),
    "elevenlabs-sound": (elevenlabs.VENDOR, elevenlabs.effect),
    "stability": (stability.VENDOR, stability.make),
    "lyria": (lyria.VENDOR, lyria.predict),
    "lyria-3-clip": (lyria.VENDOR, lyria.clip),
    "lyria-3.5": (lyria.VENDOR, lyria.song),
}
LOOPS = ("elevenlabs-sound",)  # whose API can be asked for a loop
# What the vendors say of the same seed: ElevenLabs' reference, "exact reproducibility is not guaranteed"; Vertex AI's,
# "will attempt to produce the same audio"; Stability's says only what a seed is; the others take none.
REPEATS = {
    "elevenlabs-music": "not promised by the vendor",
    "elevenlabs-music-v2": "not promised by the vendor",
    "stability": "not promised by the vendor",
    "lyria": "attempted by the vendor, not promised",
}
NO_SEED = "no: the API takes no seed"


class HostedEngine:
    """Music and effects from the vendors' own machines, for the price of their plans."""

    card = Card.of("hosted", "the APIs of ElevenLabs, Stability and Google", CHECKPOINTS, "hosted")

    def __init__(self, checkpoint: str = "") -> None:
        self.checkpoint = checkpoint or next(iter(CHECKPOINTS))
        self.card = type(self).card.at(self.checkpoint)

    def render(self, task: Task, tell: Progress) -> Take:
        """A plan as sound, made by the vendor; what it may cost is told first. Options: `negative`; for Stability,
        `steps` and `guidance`.

        Raises `BadRequest` (also for a prompt that is refused), `CannotRun`, `Cancelled`.
        """
        machine.need(self.card.extra, "httpx")
        self._check(task)
        vendor, make = MAKERS[self.checkpoint]
        spans = len(task.plan.new) if isinstance(task.plan, EditPlan) and task.verb != "cover" else 1
        price = cost.estimate(self.checkpoint, task.duration_s, spans)
        stage = f"{vendor}, {price['said']}"
        audio, facts = make(task, lambda: tell(stage))  # how far a request is, no vendor says
        tell("decode")
        audio, notes = sound.exact(audio, task.duration_s, task.verb, loop=task.loop)
        notes += self._unheard(task)
        used = {"api": self.card.weights, **facts, "cost": price}
        used["same_again"] = REPEATS.get(self.checkpoint, NO_SEED)
        return Take(audio, used=used | ({"notes": notes} if notes else {}))

    def _check(self, task: Task) -> None:
        """Raise `BadRequest` for what makes no sense with a machine that is not here."""
        taken = {"steps", "guidance"} if self.checkpoint == "stability" else set()
        unfit = {"weights", "device", "vram", "strategy", "steps", "guidance", "lora"} - taken
        if asked := sorted(unfit & set(task.options)):
            raise BadRequest(f"{self.card.name} runs on the vendor's machines: there is no {asked[0]} to set")
        if task.loop and self.checkpoint not in LOOPS:
            raise BadRequest(f"{self.card.name} makes no loops; leave out --loop")

    def _unheard(self, task: Task) -> list[str]:
        """Notes on what was planned and could not be told to the API."""
        sung = isinstance(task.plan, (SongPlan, EditPlan)) and caption.lyrics(task.plan)
        can = "lyrics" in self.card.checkpoints[self.checkpoint].gives
        return [f"{self.card.name} sings no lyrics: they were left out"] if sung and not can else []
