"""The `score` engine: a song plan becomes notes, and notes become sound.

`composer.py` writes the score, `instruments` play it, `mix.py` puts the players in one room. `ScoreEngine` is the
engine contract around them; `compose(plan, seed)` alone gives the notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from soundwright.engines.contract import Card, Licence, Take, Task

if TYPE_CHECKING:
    import numpy as np

    from soundwright.engines.score.form import Form
    from soundwright.engines.score.idioms import Idiom
    from soundwright.instruments.notes import Part, Score
    from soundwright.plan.song import SongPlan
    from soundwright.progress import Progress

RATE = 48_000
THREADS, LONG_S = 2, 240.0  # parts are played so many at a time; of a long piece one, for memory
WORDS_NOTE = "the built-in voice sings vowels on the written tune; clear words need an engine that sings"

__all__ = ["ScoreEngine", "compose"]


def compose(plan: SongPlan, seed: int) -> Score:
    """The notes of a plan; see `composer.compose`."""
    from soundwright.engines.score.composer import compose as write

    return write(plan, seed)


class ScoreEngine:
    """Composes, plays and mixes. Needs no weights; the same plan and seed give the same samples."""

    card = Card(
        name="score",
        about="composes the plan note by note and plays it with built-in instruments or an installed soundfont",
        verbs=("music",),
        rate=RATE,
        channels=2,
        longest_s=3600.0,
        licence=Licence("Apache-2.0", True, "what it makes is yours; a soundfont may have terms of its own"),
    )

    def render(self, task: Task, tell: Progress) -> Take:
        """`task.plan` is a `SongPlan`. Options: `soundfont` (True or a path), `stems` (False leaves them out).

        Extras, named by their file endings: `mid`, and `lrc` where there are lyrics. Raises `Cancelled` between parts,
        `BadRequest` for unknown instruments, `CannotRun` when a soundfont is asked for and none is installed.
        """
        import numpy as np

        from soundwright.audio import Audio
        from soundwright.engines.score.form import lay_out
        from soundwright.engines.score.lyrics import lrc
        from soundwright.engines.score.midi import midi_bytes
        from soundwright.engines.score.mix import Desk, tail_s

        plan = task.plan.model_copy(
            update={"duration_s": float(task.duration_s)} | ({"ending": "loop"} if task.loop else {})
        )
        tell("compose")
        form = lay_out(plan)
        idiom = form.idiom
        score = compose(plan, task.seed)
        frames = round(task.duration_s * RATE)
        length_s = task.duration_s + (tail_s(idiom) if score.loop else 0.0)
        desk, wanted = Desk(score, idiom, plan.ending, RATE, frames, task.seed), task.options.get("stems", True)
        mixed, kept = np.zeros((2, frames), np.float32), {}

        def heard(name: str, stem: np.ndarray) -> None:
            nonlocal mixed
            mixed += stem
            if wanted:
                stem.flags.writeable = False
                kept[name] = Audio(stem, RATE)

        for part, sound in self._play(score, idiom, length_s, task, tell):
            heard(part.name, desk.add(part, sound))
            del sound  # or it would stay while the next one is played
        tell("mix", 0.0, task.duration_s)
        for name, stem in desk.rest().items():
            heard(name, stem)
        tell("mix", 1.0, task.duration_s)
        extras = {"mid": midi_bytes(score)}
        if score.lyrics:
            extras["lrc"] = lrc(score.title, score.lyrics, score.duration_s).encode()
        mixed.flags.writeable = False
        return Take(Audio(mixed, RATE), kept, _used(score, task) | _composer(form), extras)

    def _play(
        self, score: Score, idiom: Idiom, length_s: float, task: Task, tell: Progress
    ) -> Iterator[tuple[Part, np.ndarray]]:
        """Each part and its sound, prepared for the mix, in order; two are played at a time, and no further ahead, and
        those of a long piece one after the other."""
        from soundwright.engines.score.mix import prepare

        def one(part: Part) -> np.ndarray:
            return prepare(part, _sound(part, length_s, task), score, idiom, RATE)

        playing = [part for part in score.parts if part.notes]
        if length_s > LONG_S:
            for done, part in enumerate(playing, 1):
                yield part, one(part)
                tell("play", done / len(playing), task.duration_s * done / len(playing))
            return
        with ThreadPoolExecutor(THREADS) as pool:
            ahead = [(part, pool.submit(one, part)) for part in playing[:THREADS]]
            try:
                for done in range(len(playing)):
                    part, job = ahead.pop(0)
                    sound = job.result()
                    for later in playing[done + THREADS : done + THREADS + 1]:
                        ahead.append((later, pool.submit(one, later)))
                    yield part, sound
                    del job, sound
                    tell("play", (done + 1) / len(playing), task.duration_s * (done + 1) / len(playing))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _sound(part: Part, length_s: float, task: Task) -> np.ndarray:
    from soundwright.instruments import play, soundfont

    font = task.options.get("soundfont")
    if font and soundfont.has(part.instrument):
        return soundfont.play_soundfont(part, length_s, RATE, None if font is True else font)

    return play(part, length_s, RATE, task.seed)


def _composer(form: Form) -> dict[str, object]:
    """Who wrote the theme, for the manifest; where the learned composer did, with which weights."""
    from soundwright.engines.score.learned import learned
    from soundwright.nets.composer import ours

    if learned(form):
        return {"melody": {"by": "learned", "weights_sha256": ours().sha256}}
    if form.melody_by == "learned":
        said = f"the rules wrote the theme: the composer has not learned {form.idiom.name} in {form.metre}"
        return {"melody": {"by": "rules"}, "notes": [said]}
    return {"melody": {"by": "rules"}}


def _used(score: Score, task: Task) -> dict[str, object]:
    used: dict[str, object] = {"instruments": {part.name: part.instrument for part in score.parts}}
    font = task.options.get("soundfont")
    if font:
        import hashlib
        from pathlib import Path

        from soundwright.instruments.soundfont import find_soundfont, has

        path = Path(str(find_soundfont() if font is True else font))
        used["soundfont"] = {
            "file": str(path),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "plays": [part.name for part in score.parts if has(part.instrument)],
        }
    if score.lyrics:
        used["note"] = WORDS_NOTE
    return used
