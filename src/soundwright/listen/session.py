"""One rater's way through a test: what the page is told, and what an answer must be to be taken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from soundwright.listen import words
from soundwright.listen.design import Trial, opaque, trials
from soundwright.listen.document import ListeningTest

CHOICES = ("abx", "pair")  # one of two is chosen; a trial has one answer
TIE = "tie"


class Refused(ValueError):
    """An answer that this trial cannot have."""


@dataclass(frozen=True)
class Session:
    """The trials of one rater by their opaque names."""

    test: ListeningTest
    secret: str
    rater: str

    @cached_property
    def trials(self) -> dict[str, Trial]:
        made = trials(self.test, self.secret, self.rater)
        return {opaque(self.secret, "trial", self.rater, trial.key): trial for trial in made}

    @cached_property
    def sounds(self) -> dict[str, tuple[Trial, str]]:
        """By the opaque name of each sound: its trial and its place there."""
        return {self.sound(trial, place): (trial, place) for trial in self.trials.values() for place in trial.sounds}

    def heard(self, name: str) -> str:
        """What an opaque name stands for, in words for the lab."""
        trial, place = self.sounds[name]
        return {"reference": "open reference", "x": "x"}.get(place, trial.sounds[place])

    def sound(self, trial: Trial, place: str) -> str:
        return opaque(self.secret, "sound", self.rater, trial.key, place)

    def told(self, rated: dict[tuple[str, str], float], done: set[str]) -> dict[str, Any]:
        """All that the page needs: words and opaque names, no system, no item, no file."""
        shown = [self._shown(name, trial, rated, trial.key in done) for name, trial in self.trials.items()]
        return {
            "title": self.test.title,
            "kind": self.test.kind,
            "question": words.question(self.test),
            "instructions": words.instructions(self.test),
            "ties": self.test.kind == "pair" and self.test.ties,
            "trials": shown,
        }

    def _shown(self, name: str, trial: Trial, rated: dict[tuple[str, str], float], done: bool) -> dict[str, Any]:
        stimuli = [self.sound(trial, str(place)) for place in range(len(trial.conditions))]
        answers = {
            opaque_name: rated[trial.key, condition]
            for opaque_name, condition in zip(stimuli, trial.conditions, strict=True)
            if (trial.key, condition) in rated
        }
        if self.test.kind in CHOICES:  # whether a choice was right is not told
            answers = dict.fromkeys(answers, 1.0)
        if (trial.key, "") in rated:
            answers[TIE] = 1.0
        return {
            "trial": name,
            "training": trial.phase == "training",
            "done": done,
            "stimuli": stimuli,
            "reference": self.sound(trial, "reference") if trial.open else None,
            "x": self.sound(trial, "x") if trial.x else None,
            "answers": answers,
        }

    def most(self, trial: Trial) -> int:
        """How many answers a trial has when it is whole."""
        return 1 if self.test.kind in CHOICES else len(trial.conditions)

    def place(self, trial: Trial) -> int:
        return list(self.trials.values()).index(trial)

    def answer(self, trial: Trial, stimulus: str, value: float) -> tuple[str, float]:
        """The condition that is meant, and the value that is kept. Raises `Refused`.

        MUSHRA keeps 0 to 100 and ACR 1 to 5, both whole. A choice is kept as its condition with 1, of ABX with 1 where
        it is right and 0 where it is not; "no difference" as no condition with 0.5.
        """
        kind = self.test.kind
        if kind == "pair" and stimulus == TIE and self.test.ties:
            return "", 0.5
        names = {self.sound(trial, str(place)): name for place, name in enumerate(trial.conditions)}
        if stimulus not in names:
            raise Refused("there is no such sound in this trial")
        low, high = {"mushra": (0, 100), "acr": (1, 5)}.get(kind, (1, 1))
        if not low <= value <= high or value != int(value):
            raise Refused(f"a rating is a whole number from {low} to {high}")
        if kind == "abx":
            return names[stimulus], float(names[stimulus] == trial.x)
        return names[stimulus], float(value)
