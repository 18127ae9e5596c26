"""Folders behind an address: `s3://bucket/takes`, `gs://...`, `file:///...`, whatever fsspec has a driver for.

A store of objects shows an object when all of it has come; elsewhere a file is written aside and renamed. The manifest
goes first when a job is done anew, and comes last: what has a manifest is whole.
"""

from __future__ import annotations

import json
import posixpath
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest, CannotRun, SoundwrightError
from soundwright.machine import first_line, need

WHOLE = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "memory")  # no object is ever seen half
LOCAL = ("file", "local")


def is_url(text: str) -> bool:
    return "://" in text


@dataclass(frozen=True)
class Store:
    """A folder behind `url`; it travels to other processes by its address, and passwords stay in their environment."""

    url: str

    @property
    def kind(self) -> str:
        return self.url.partition("://")[0]

    @property
    def reach(self) -> str:
        """Who sees the same store: this "process", this "machine", or "everywhere"."""
        return "process" if self.kind == "memory" else "machine" if self.kind in LOCAL else "everywhere"

    def check(self) -> None:
        """Raise `BadRequest` for an address of nothing, `CannotRun` where a package is missing or nothing answers."""
        with self._told():
            files, root = self._open()
            files.exists(root)

    def manifest(self, out: Path) -> dict[str, Any]:
        """The manifest of a file. Raises `BadRequest` where there is none that can be read."""
        files, root = self._open()
        try:
            with self._told():
                found = json.loads(_read(files, _at(root, f"{out}.json")))
            if not {"task", "request"} <= found.keys():
                raise ValueError
        except (ValueError, AttributeError):  # no JSON, or none of ours
            raise BadRequest(f"{self.url}/{out}.json is not a manifest of Soundwright") from None
        return found

    def holds(self, out: Path) -> bool:
        with self._told():
            files, root = self._open()
            return files.isfile(_at(root, str(out)))

    def put(self, folder: Path, below: Path, last: str) -> None:
        """All files of a folder, below a folder of the store; the one called `last` makes them stand.

        Raises `CannotRun`; what had come by then is no finished job, and is written over by the next try.
        """
        with self._told():
            files, root = self._open()
            place = _at(root, str(below))
            with suppress(FileNotFoundError):
                files.rm_file(_at(place, last))
            paths = sorted(path for path in folder.rglob("*") if path.is_file())
            for path in sorted(paths, key=lambda path: path.name == last):
                self._put(files, path, _at(place, path.relative_to(folder).as_posix()))

    def _put(self, files: Any, path: Path, place: str) -> None:
        if self.kind in WHOLE:  # which have no folders, and where to make one could make a bucket
            files.put_file(str(path), place)
            return
        files.makedirs(posixpath.dirname(place), exist_ok=True)
        aside = posixpath.join(posixpath.dirname(place), f".{posixpath.basename(place)}.part")
        files.put_file(str(path), aside)
        files.mv(aside, place)

    def _open(self) -> tuple[Any, str]:
        need("ray", "fsspec")
        from fsspec.core import url_to_fs

        with self._told():
            files, root = url_to_fs(self.url, use_listings_cache=False)
        return files, root

    @contextmanager
    def _told(self):
        try:
            yield
        except (SoundwrightError, json.JSONDecodeError):
            raise
        except ImportError as error:
            raise CannotRun(f"{self.kind}:// wants a package: {first_line(error)}") from None
        except ValueError as error:
            raise BadRequest(f"{self.url} is no address of a store: {first_line(error)}") from None
        except Exception as error:  # each driver has errors of its own
            raise CannotRun(f"{self.url} cannot be used: {first_line(error)}") from None


def _read(files: Any, place: str) -> bytes:
    try:
        return files.cat_file(place)
    except FileNotFoundError:
        return b""


def inside(out: Path) -> None:
    """Raise `BadRequest` where a result would leave the store's folder."""
    if out.is_absolute() or ".." in out.parts:
        raise BadRequest(f"{out} leaves the store: below an address, results have relative paths")


def _at(root: str, name: str) -> str:
    return root if name == "." else posixpath.join(root, name) if root else name
