"""The three ways a request can end without audio, each with its exit code."""


class SoundwrightError(Exception):
    """Base of every error that is told to a person in one line."""

    exit_code = 1


class BadRequest(SoundwrightError, ValueError):
    """What was asked cannot be done by anyone: the message says what is wrong and what to write instead."""

    exit_code = 2


class CannotRun(SoundwrightError, RuntimeError):
    """What was asked is right but cannot run here: the message names the missing extra, weight or space."""

    exit_code = 3


class Cancelled(SoundwrightError):
    """The person, or the program that asked, wants no more of it."""

    exit_code = 130
