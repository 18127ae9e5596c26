"""Which files a language model may name, and where what is made goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from soundwright.deliver.files import slug
from soundwright.errors import BadRequest


@dataclass(frozen=True)
class Folders:
    """`out` takes what is made; files are read from it and from `open`, all of them real paths."""

    out: Path
    open: tuple[Path, ...] = ()

    @classmethod
    def of(cls, out: Path, opened: list[Path]) -> Folders:
        """Raises `BadRequest` where a folder is none, or cannot be made or written."""
        import os

        out = out.expanduser()
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadRequest(f"{out} cannot be a folder for what is made: {error.strerror}") from None
        if not os.access(out, os.W_OK):
            raise BadRequest(f"{out} cannot be written")
        for folder in opened:
            if not folder.expanduser().is_dir():
                raise BadRequest(f"there is no folder {folder}")
        return cls(out.resolve(), tuple(folder.expanduser().resolve() for folder in opened))

    def file(self, named: str) -> Path:
        """The file of a path, which may be relative to one of the folders. Raises `BadRequest` for a path that leads
        out of them, whether something is there or not, and for one where nothing is."""
        try:
            places = [(folder / Path(named).expanduser()).resolve() for folder in (self.out, *self.open)]
            inside = [place for place in places if self._opened(place)]
            found = [place for place in inside if place.is_file()]
        except (OSError, ValueError, RuntimeError):
            raise BadRequest(f"{named[:200]!r} is no path of a file") from None
        if not inside:
            raise BadRequest(f"{named} lies outside the folders that are open here ({self._said}); the user opens "
                             "another with --folder")  # fmt: skip
        if not found:
            raise BadRequest(f"there is no file {named}")
        return found[0]

    def place(self, name: str, ending: str) -> Path:
        """A path in `out` on which nothing stands, nor any other file of that name."""
        stem, count = slug(name), 1
        taken = {path.name.partition(".")[0] for path in self.out.iterdir()}
        while (free := stem if count == 1 else f"{stem}-{count}") in taken:
            count += 1
        return self.out / f"{free}.{ending}"

    @property
    def _said(self) -> str:
        return ", ".join(str(folder) for folder in (self.out, *self.open))

    def _opened(self, place: Path) -> bool:
        return any(place.is_relative_to(folder) for folder in (self.out, *self.open))
