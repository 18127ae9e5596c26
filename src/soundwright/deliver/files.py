"""Writing without half files: everything is written aside first, and renamed when all of it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from soundwright.errors import BadRequest, CannotRun


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A stage on which files of one delivery are written; on leaving without error they all take their places.

    Raises `BadRequest` when the folder cannot be written, `CannotRun` when the disk is full.
    """
    stage = Stage()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield stage
        stage.place()
    except PermissionError as error:
        raise BadRequest(f"{error.filename or folder} cannot be written: permission denied") from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise BadRequest(f"{error.filename or folder} is in the way: it is not what should be there") from error
    except OSError as error:
        raise CannotRun(f"writing to {folder} failed: {error.strerror or error}") from error
    finally:
        stage.clear()


class Stage:
    """Pairs of (file aside, place where it belongs), and scratch files that belong nowhere."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Path, Path]] = []
        self._scraps: list[Path] = []
        self._made: list[Path] = []

    def path(self, place: Path) -> Path:
        """A path aside, in the same folder and with the same ending, for what will stand at `place`."""
        self._folder(place.parent)
        self.pairs.append((self._aside(place), place))
        return self.pairs[-1][0]

    def scratch(self, like: Path) -> Path:
        """A path aside for what is needed only while the stage stands."""
        self._scraps.append(self._aside(like))
        return self._scraps[-1]

    def place(self) -> None:
        for aside, place in self.pairs:
            os.replace(aside, place)

    def clear(self) -> None:
        for aside in (*self._scraps, *(aside for aside, _ in self.pairs)):
            aside.unlink(missing_ok=True)
        for folder in self._made:
            with suppress(OSError):  # a folder that something stands in now is left
                folder.rmdir()

    def _folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            self._made.append(folder)

    @staticmethod
    def _aside(place: Path) -> Path:
        return place.with_name(f".{place.stem}.{os.getpid()}.part{place.suffix}")


def slug(text: str, longest: int = 48) -> str:
    """A file name's stem from a person's words: lower-case letters, digits and hyphens."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return words[:longest].rstrip("-") or "untitled"


def numbered(path: Path, index: int, count: int) -> Path:
    """`rain.wav` as `rain.01.wav` when there are several of it."""
    return path if count == 1 else path.with_name(f"{path.stem}.{index + 1:02d}{path.suffix}")
