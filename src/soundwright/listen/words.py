"""What a rater reads: the question and the instructions of each kind of test."""

from __future__ import annotations

from soundwright.listen.document import ListeningTest

QUESTIONS = {
    "mushra": "How good is each sound beside the reference?",
    "acr": "How good is the quality of this sound?",
    "abx": "Which of the two is X?",
    "pair": "Which of the two is better?",
}
INSTRUCTIONS = {
    "mushra": "You compare several versions of a sound with the reference. Move between them as often as you like, at "
    "any point of the sound. Rate each from 0 to 100: 100 means that you hear no difference from the reference. One of "
    "the versions is the reference itself, so at least one should be rated 100.",
    "acr": "You hear one sound at a time. Listen to the whole of it, then choose the word that fits its quality best.",
    "abx": "X is the same as either A or B. Move between them as often as you like, then say which one X is. When you "
    "hear no difference, guess.",
    "pair": "Move between A and B as often as you like, then say which one is better.",
}


def question(test: ListeningTest) -> str:
    return test.question or QUESTIONS[test.kind]


def instructions(test: ListeningTest) -> str:
    return test.instructions or INSTRUCTIONS[test.kind]
