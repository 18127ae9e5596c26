"""Bringing folders into the index: only what is new is heard, in parallel, and each batch is safe once it is written.

A file that stands in the index with the same size and time is left alone, so that adding again, or after a kill, goes
on where it stopped. A file that is gone is dropped, unless its bytes turn up at a new path: then it has moved, and only
its words are read anew. A file that takes its worker down with it is heard once more alone, then noted as faulty.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from soundwright.errors import BadRequest
from soundwright.library import embedding, said
from soundwright.library.hear import Heard, digest, hear
from soundwright.library.store import Entry, Store, Text
from soundwright.library.vectors import pack
from soundwright.library.words import kinds, nearest
from soundwright.progress import Progress
from soundwright.workers import begin

ENDINGS = frozenset(
    f".{name}"
    for name in ("wav", "wave", "bwf", "flac", "aif", "aiff", "aifc", "ogg", "oga", "opus", "mp3", "w64", "caf")
)
BATCH = 64  # files in one transaction: what a kill can cost
CHUNK = 4  # files handed to a worker at once
FOLDER_WEIGHT, KIN_WEIGHT = 0.35, 0.45  # of folder names and of category names in an entry's meaning
KIN_WORDS = 12


@dataclass(frozen=True)
class Report:
    """What an addition did, in numbers of files."""

    new: int = 0
    unchanged: int = 0
    moved: int = 0
    gone: int = 0
    faulty: int = 0

    def plus(self, **more: int) -> Report:
        return replace(self, **{name: getattr(self, name) + count for name, count in more.items()})


def add(folders: Iterable[Path], store: Store, tell: Progress | None = None, *, workers: int | None = None) -> Report:
    """Bring folders (or single files) up to date in the index. Raises `BadRequest` for one that is not there."""
    tell, report = tell or Progress(), Report()
    for folder in [Path(os.path.abspath(folder)) for folder in folders]:
        if not folder.exists():
            raise BadRequest(f"there is no folder {folder}")
        root = folder if folder.is_dir() else folder.parent
        if folder.is_dir():
            store.watch_over(str(folder))
        tell("look")
        report = _bring(folder, root, store, tell, workers or os.cpu_count() or 1, report)
    return report


def watch(store: Store, tell: Progress, *, every_s: float = 5.0, turns: int | None = None) -> Iterator[Report]:
    """Bring all folders of the index up to date again and again; yields what each turn that changed something did.

    Folders are looked through rather than listened to: that needs no further library and works on network drives.
    """
    count = 0
    while turns is None or count < turns:
        report = add([Path(folder) for folder in store.folders() if Path(folder).is_dir()], store, tell)
        if report.new or report.moved or report.gone or report.faulty:
            yield report
        count += 1
        if turns is None or count < turns:
            tell("watch", 1.0)
            time.sleep(every_s)


def files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """(path, bytes, mtime_ns) of the sound files under a folder, in order; what cannot be read is passed over."""
    if folder.is_file():
        facts = folder.stat()
        yield str(folder), facts.st_size, facts.st_mtime_ns
        return
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in ENDINGS and not name.startswith("."):
                path = os.path.join(place, name)
                try:
                    facts = os.stat(path)
                    path.encode()
                except (OSError, UnicodeEncodeError):  # gone meanwhile, or a name that no text can hold
                    continue
                yield path, facts.st_size, facts.st_mtime_ns


def _bring(folder: Path, root: Path, store: Store, tell: Progress, workers: int, report: Report) -> Report:
    found = {path: (size, mtime) for path, size, mtime in files(folder)}
    known = store.known(str(folder))
    fresh = [path for path, facts in found.items() if not _stands(known.get(path), facts)]
    gone = [path for path in known if path not in found]
    report = report.plus(unchanged=len(found) - len(fresh))
    lost = {path: facts for path, facts in store.known().items() if not os.path.exists(path)} if fresh else {}
    moved = _moved(fresh, lost, found)
    for new, old in moved.items():
        _move(store, old, new, root, found[new])
    left = [path for path in gone if path not in moved.values()]
    with store.changing():
        store.drop(left)
    report = report.plus(moved=len(moved), gone=len(left))
    fresh = [path for path in fresh if path not in moved]
    for done, batch in _heard(fresh, found, store, workers):
        _write(batch, root, found, store)
        faulty = sum(1 for _, heard in batch if heard.fault)
        report = report.plus(new=len(batch) - faulty, faulty=faulty)
        tell("hear", done / len(fresh), 0.0)
    return report


def _stands(entry: tuple[int, int, str, str] | None, facts: tuple[int, int]) -> bool:
    """Whether a known file is as it was, and heard by this embedding (or faulty)."""
    return entry is not None and entry[:2] == facts and entry[3] in (embedding.NAME, "")


def _moved(fresh: list[str], gone: dict, found: dict) -> dict[str, str]:
    """new path -> old path, of fresh files whose bytes are those of an entry whose file is gone."""
    sizes: dict[int, dict[str, str]] = {}
    for path, (size, _, code, _) in gone.items():
        sizes.setdefault(size, {}).setdefault(code, path)
    moved = {}
    for path in fresh:
        if candidates := sizes.get(found[path][0]):
            try:
                old = candidates.pop(digest(Path(path)), None)
            except OSError:
                continue
            if old:
                moved[path] = old
    return moved


def _move(store: Store, old: str, new: str, root: Path, facts: tuple[int, int]) -> None:
    with store.changing():
        row = store.db.execute("SELECT id, packed FROM entries WHERE path = ?", (old,)).fetchone()
        if row is None:  # another process was quicker
            return
        entry = store.entries([row[0]])[row[0]]
        entry = replace(entry, path=new, bytes=facts[0], mtime_ns=facts[1])
        if row[1] is None:
            store.drop([old])
            store.put(entry, Text(Path(new).stem), None)
            return
        from soundwright.library.vectors import floats, unpack

        sound = floats(unpack([row[1]])[0], "sound")
        entry, text, packed = _worded([(entry, said.read(Path(new), root), sound)])[0]
        store.drop([old])
        store.put(entry, text, packed, embedding.NAME)


def _heard(
    fresh: list[str], found: dict[str, tuple[int, int]], store: Store, workers: int
) -> Iterator[tuple[int, list[tuple[str, Heard]]]]:
    """(files done, batch of what was heard), in parallel; what another process has added meanwhile is left out."""
    queue, done = iter(fresh), 0
    workers = min(workers, max(len(fresh) // CHUNK, 1))
    pool = _pool(workers) if workers > 1 else None
    try:
        while taken := list(islice(queue, BATCH)):
            done += len(taken)
            batch = [path for path in taken if not store.stands(path, *found[path], embedding.NAME)]
            paths = [Path(path) for path in batch]
            if pool is None:
                yield done, list(zip(batch, map(hear, paths), strict=True))
                continue
            try:
                heard = list(pool.map(hear, paths, chunksize=CHUNK))
            except BrokenProcessPool:
                pool.shutdown()
                heard = [_alone(path) for path in paths]
                pool = _pool(workers)
            yield done, list(zip(batch, heard, strict=True))
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core each: the files are the parallel work
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=begin)


def _alone(path: Path) -> Heard:
    """Hear a file in a process of its own, which it may take down."""
    with _pool(1) as pool:
        try:
            return pool.submit(hear, path).result()
        except BrokenProcessPool:
            return Heard("", fault="reading it ends the process that reads it")


def _write(batch: list[tuple[str, Heard]], root: Path, found: dict, store: Store) -> None:
    """One transaction for a batch."""
    rows = []
    for path, heard in batch:
        size, mtime = found[path]
        facts = {name: getattr(heard, name) for name in ("sha256", "duration_s", "rate", "channels", "fault")}
        form = asdict(heard.form) if heard.form else {}
        entry = Entry(path, bytes=size, mtime_ns=mtime, loudness_lufs=heard.loudness_lufs, peak_dbfs=heard.peak_dbfs,
                      **facts, **form)  # fmt: skip
        rows.append((entry, said.read(Path(path), root), heard.vector))
    worded = _worded(rows)
    with store.changing():
        for entry, text, packed in worded:
            store.put(entry, text, packed, embedding.NAME if packed else "")


def _worded(rows: list[tuple[Entry, said.Said, np.ndarray | None]]) -> list[tuple[Entry, Text, bytes | None]]:
    """Entries with their words: categories, licence, meaning. One call of the text embedding for all."""
    from soundwright.nets.words import embed

    known = kinds()
    texts = [f"{one.name} {one.said[:300]}" for _, one, _ in rows]
    own, folders = embed(texts), embed([one.folder for _, one, _ in rows])
    scores = known.place(texts, own) + FOLDER_WEIGHT * known.place([one.folder for _, one, _ in rows], folders)
    out = []
    for row, (entry, one, sound) in enumerate(rows):
        best, share = nearest(scores[row])
        if one.cat_id:
            best, share = np.array([known.ids.index(one.cat_id), 0, 0]), np.array([1.0, 0.0, 0.0])
        kin = " ".join(f"{known.names[at]} {' '.join(known.synonyms[at].split()[:KIN_WORDS])}" for at, part in
                       zip(best, share, strict=True) if part > 0.25)  # fmt: skip
        vector = own[row] + FOLDER_WEIGHT * folders[row] + KIN_WEIGHT * (share @ known.meaning[best])
        vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
        looped = "loop" if one.looped and entry.shape in ("loop", "texture", "several") else entry.shape
        category = known.ids[best[0]] if share[0] > 0 else ""
        entry = replace(entry, shape=looped, category=category, licence=one.licence, author=one.author,
                        commercial=one.commercial)  # fmt: skip
        packed = pack(vector, sound, best, share) if sound is not None else None
        out.append((entry, Text(one.name, one.folder, one.said, kin), packed))
    return out
