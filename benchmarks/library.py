# ruff: noqa: E501 (what is printed, and tables, are read by the row)
"""The library in numbers: relevance, blends, a hundred thousand entries, speed of adding, textures, kills.

Run: `python -m benchmarks.library [relevance|blends|scale|add|textures|kill ...]`; all of them take about ten minutes.
The recordings are those of `tools.ears`, fetched into a cache outside the repository; times are wall clock and
processor time side by side, because machines are shared.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.library_queries import QUERIES, RIGHT
from tools.ears.packages import LEFT_OUT, sounds

from soundwright.dsp import loudness
from soundwright.foley.vocabulary import STOP, stem
from soundwright.library import cut, embedding, texture
from soundwright.library.add import add
from soundwright.library.blend import MODES, blend, measure
from soundwright.library.search import WEIGHTS, Library
from soundwright.library.store import Entry, Store, Text
from soundwright.library.vectors import PACKED
from soundwright.library.words import split
from soundwright.seed import stream

RATE = 48_000
PACKAGES = ("sonic-pi", "kenney", "animals", "endless-sky", "audiophob")
ALONE = {
    "BM25 alone": {name: float(name == "words") for name in WEIGHTS},
    "vectors alone": {name: float(name == "meaning") for name in WEIGHTS},
    "BM25 and vectors": {name: float(name in ("words", "meaning")) for name in WEIGHTS},
    "categories alone": {name: float(name == "kind") for name in WEIGHTS},
    "fused": {},
}


def library(folder: Path) -> Library:
    """An index of the real recordings in `folder`."""
    store = Store(folder / "library.db")
    add([place for name, place in sounds().items() if name in PACKAGES], store)
    return Library(store)


def relevance(folder: Path) -> None:
    """Share of queries with a right recording among the first five, on those looked at and on those held out."""
    found = library(folder)
    paths = {at: entry.path for at, entry in found.store.entries().items()}
    shared = [(q, kind) for q, kind in QUERIES if _shares(q, kind, paths.values())]
    print(f"{len(QUERIES)} queries, {len(paths)} recordings; queries that share a word with their files: {shared}")
    for name, weights in ALONE.items():
        hits = {False: [], True: []}
        missed = []
        for number, (query, kind) in enumerate(QUERIES):
            answers = found.search(query, count=5, weights=weights)
            hit = any(re.search(RIGHT[kind], one.entry.path) for one in answers)
            hits[number % 3 == 2].append(hit)
            if not hit and number % 3 != 2:  # the missed ones that are held out are not looked at
                missed.append((query, [Path(one.entry.path).stem for one in answers]))
        told = {
            ("held out" if held else "looked at"): f"{np.mean(one):.1%} of {len(one)}" for held, one in hits.items()
        }
        print(f"  {name:<18}all {np.mean(hits[True] + hits[False]):.1%}  {told}")
    if "-v" in sys.argv:
        for number, (query, answers) in enumerate(missed):
            print(f"    missed {number}: {query}: {answers}")


def _shares(query: str, kind: str, paths) -> list[str]:
    right = {stem(word) for path in paths if re.search(RIGHT[kind], path) for word in split(Path(path).stem)}
    return [word for word in split(query) if stem(word) in right and word not in STOP and len(word) > 2]


def blends(folder: Path, count: int = 50) -> None:
    """Random real pairs through every mode at five amounts, each by the measure that its mode promises."""
    entries = [e for e in library(folder).store.entries().values() if not e.fault and 0.15 < e.duration_s < 6.0]
    entries = [e for e in entries if not Path(e.path).stem.startswith(LEFT_OUT)]
    rng, rows = np.random.default_rng(5), {mode: [] for mode in MODES}
    since = time.process_time()
    for _ in range(count):
        first, second = (entries[k] for k in rng.choice(len(entries), 2, replace=False))
        a, b = (cut.load(Path(one.path), RATE) for one in (first, second))
        before = max(measure.clicks(a, RATE), measure.clicks(b, RATE))
        for mode in MODES:
            made = [blend(a, b, RATE, amount, mode) for amount in (0.0, 0.25, 0.5, 0.75, 1.0)]
            apart = np.array([measure.distances(a, b, y, RATE, mode) for y in made])
            shifts = [measure.onset_shift_ms(a, y, RATE) for y in made]
            rows[mode].append({
                "monotone": bool((np.diff(apart[:, 1]) <= 0.05).all()),
                "nearer": bool(apart[-1, 1] <= apart[-1, 0]),
                "shift_ms": max((one for one in shifts if one is not None), default=0.0),
                "zero_db": _residue_db(a, made[0]),
                "clicks": max(measure.clicks(y, RATE) for y in made) - before,
                "jump_db": max(abs(_level(y) - _level(a)) for y in made),
                "way": apart[:, 1],
            })  # fmt: skip
    print(f"{count} pairs, {time.process_time() - since:.0f} s of processor time")
    for mode, one in rows.items():
        way = np.round(np.mean([row["way"] for row in one], axis=0), 1)
        print(f"  {mode:<10}monotone {sum(r['monotone'] for r in one)}, nearer to B at 1: {sum(r['nearer'] for r in one)}, "
              f"onset within 5 ms {sum(r['shift_ms'] <= 5 for r in one)}, at 0 off A by {max(r['zero_db'] for r in one):.0f} dB, "
              f"more clicks {sum(r['clicks'] > 0 for r in one)}, level off by at most {max(r['jump_db'] for r in one):.2f} LU, "
              f"distance to B {way} dB")  # fmt: skip


def _residue_db(a: np.ndarray, y: np.ndarray) -> float:
    return float(10 * np.log10(np.square(y[:, : a.shape[1]] - a).sum() / np.square(a).sum() + 1e-20))


def _level(x: np.ndarray) -> float:
    """Momentary loudness at its highest."""
    return loudness.momentary_max(x, RATE)


def scale(folder: Path, count: int = 100_000) -> None:
    """A hundred thousand entries around the real ones: memory and time of a query."""
    real = library(folder)
    store, rng = Store(folder / "large.db"), np.random.default_rng(3)
    entries, rows = list(real.store.entries(real.ids).values()), real.rows
    texts = [real.store.text(int(at)) for at in real.ids]
    nouns = [word for text in texts for word in text.name.split()]
    since = time.perf_counter()
    for start in range(0, count, 5000):
        with store.changing():
            for number in range(start, min(start + 5000, count)):
                at = int(rng.integers(len(entries)))
                row = rows[at : at + 1].copy()
                for name in ("words", "sound"):
                    noisy = row[name].astype(int) + rng.integers(-12, 13, row[name].shape)
                    row[name] = noisy.clip(-127, 127).astype(np.int8)
                more = " ".join(rng.choice(nouns, 2))
                entry = Entry(**{**entries[at].__dict__, "path": f"/far/{number}.wav", "sha256": f"{number:064x}"})
                text = texts[at]
                store.put(
                    entry, Text(f"{text.name} {more}", text.folder, text.said, text.kin), row.tobytes(), embedding.NAME
                )
    print(
        f"{count} entries written in {time.perf_counter() - since:.0f} s, {store.path.stat().st_size / count:.0f} bytes each on disk"
    )
    store.close()
    script = (
        "import resource, sys, time\nfrom pathlib import Path\n"
        "from soundwright.library.search import Library, Facets\nfrom soundwright.library.store import Store\n"
        "from soundwright.library.words import kinds\n"
        "from soundwright.library import search; Library(Store(Path(sys.argv[1]))).search('a dog')\n"
        "def now(): return int(open('/proc/self/statm').read().split()[1]) * 4096\n"
        "base = now(); t = time.perf_counter(); big = Library(Store(Path(sys.argv[2]))); load = time.perf_counter() - t\n"
        "import gc; gc.collect(); held = now() - base\n"
        "times, cpu = [], []\n"
        "for query in ('wooden door closing', 'big blast', 'kick drum', 'dog', 'spaceship engine', 'hat', 'deep bell') * 5:\n"
        "    t, c = time.perf_counter(), time.process_time(); big.search(query, count=10)\n"
        "    times.append(time.perf_counter() - t); cpu.append(time.process_time() - c)\n"
        "like = big.vector_of(int(big.ids[5])); t = time.perf_counter(); big.search(like=like); alike = time.perf_counter() - t\n"
        "t = time.perf_counter(); big.search('dog', facets=Facets(max_s=2.0, shapes=('one-shot',))); facet = time.perf_counter() - t\n"
        "print(f'  loaded in {load:.2f} s, {held / len(big.ids):.0f} bytes of memory an entry; query: median '\n"
        "      f'{sorted(times)[len(times) // 2] * 1e3:.1f} ms, longest {max(times) * 1e3:.1f} ms, processor median '\n"
        "      f'{sorted(cpu)[len(cpu) // 2] * 1e3:.1f} ms; by sound {alike * 1e3:.1f} ms; with facets {facet * 1e3:.1f} ms')\n"
    )  # fmt: skip
    one = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(
        [sys.executable, "-c", script, str(folder / "library.db"), str(folder / "large.db")], check=True, env=one
    )
    exact(folder)


def exact(folder: Path) -> None:
    """How many of the ten nearest by whole floats the search in bytes finds."""
    rng = np.random.default_rng(1)
    whole = rng.standard_normal((20_000, 256)).astype(np.float32)
    whole /= np.linalg.norm(whole, axis=1, keepdims=True)
    from soundwright.library.vectors import nearness, pack, unpack

    rows = unpack([pack(one, np.zeros(128), np.zeros(3), np.zeros(3)) for one in whole])
    kept = []
    for query in whole[:100] + 0.05 * rng.standard_normal((100, 256)).astype(np.float32):
        best = set(np.argsort(-(whole @ query))[:10])
        kept.append(len(best & set(np.argsort(-nearness(rows, "words", query))[:10])) / 10)
    print(f"  recall of the exact ten by bytes: {np.mean(kept):.3f}; {PACKED.itemsize} bytes of vectors an entry")


def adding(folder: Path, count: int = 2000) -> None:
    """Short files a second on two processes."""
    import soundfile

    rng, place = np.random.default_rng(2), folder / "short"
    place.mkdir()
    for number in range(count):
        n = int(rng.uniform(0.1, 0.8) * 44_100)
        x = rng.standard_normal(n) * np.exp(-np.arange(n) / rng.uniform(1000, 8000)) * 0.3
        soundfile.write(place / f"hit_{number:04d}.wav", x, 44_100, subtype="PCM_16")
    store = Store(folder / "short.db")
    warm = time.perf_counter()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    report = add([place], store, workers=2)
    wall = time.perf_counter() - warm
    later = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own, others = (b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(used, later, strict=True))
    print(f"{report.new} files in {wall:.1f} s: {count / wall:.0f} a second by the wall clock; processor {own:.1f} s here and "
          f"{others:.1f} s in the workers: {2 * count / (own + others):.0f} a second on two free cores")  # fmt: skip


def textures(folder: Path, length_s: float = 600.0) -> None:
    """The largest autocorrelation of a ten-minute envelope beyond 5.5 s, beside what chance and a plain loop give.

    What recurs within a stretch, 5 s at the longest, is the recording's own."""
    for entry in library(folder).store.entries().values():
        if entry.shape != "texture" or entry.duration_s < 0.8 or entry.fault or entry.duration_s > 60:
            continue
        x = cut.load(Path(entry.path), RATE).mean(axis=0, keepdims=True)
        since = time.process_time()
        y = texture.extend(x, round(length_s * RATE), RATE, stream(1, entry.path))
        took = time.process_time() - since
        level = _envelope(y)
        chance = [_period(_shuffled(level, np.random.default_rng(k))) for k in range(40)]
        plain = texture.steady(x, RATE)
        loop = np.tile(plain, (1, -(-y.shape[1] // plain.shape[1])))[:, : y.shape[1]]
        print(f"  {Path(entry.path).name:<28}{plain.shape[1] / RATE:5.1f} s -> 600 s in {took:4.1f} s: {_period(level):.3f}, "
              f"chance 99 % {np.quantile(chance, 0.99):.3f}, loop {_period(_envelope(loop)):.3f}")  # fmt: skip


def _envelope(x: np.ndarray) -> np.ndarray:
    step = RATE // 10
    power = np.square(x[0][: x.shape[1] // step * step].reshape(-1, step)).mean(axis=1)
    level = 10 * np.log10(power + 1e-10)
    return level - level.mean()


def _shuffled(level: np.ndarray, rng: np.random.Generator, block: int = 50) -> np.ndarray:
    cut_ = level[: len(level) // block * block].reshape(-1, block)
    return cut_[rng.permutation(len(cut_))].ravel()


def _period(level: np.ndarray, first: int = 55) -> float:
    size = 1 << (2 * len(level) - 1).bit_length()
    auto = np.fft.irfft(np.abs(np.fft.rfft(level, size)) ** 2)[: len(level) // 2]
    lags = np.arange(len(auto))
    return float((auto / auto[0] * len(level) / (len(level) - lags))[first:].max())


def kills(folder: Path, times: int = 12) -> None:
    """Adding is killed at random moments; the index must open, be sound, and go on to the end."""
    places = [place for name, place in sounds().items() if name in PACKAGES]
    script = (
        "import sys\nfrom pathlib import Path\nfrom soundwright.library.store import Store\n"
        "from soundwright.library.add import add\n"
        "if __name__ == '__main__':\n    add([Path(p) for p in sys.argv[2:]], Store(Path(sys.argv[1])), workers=2)\n"
    )
    program, index, rng = folder / "adding.py", folder / "killed.db", np.random.default_rng(9)
    program.write_text(script)
    counts = []
    for _ in range(times):
        running = subprocess.Popen(
            [sys.executable, str(program), str(index), *map(str, places)], start_new_session=True
        )
        time.sleep(rng.uniform(0.9, 2.2))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        store = Store(index)
        sound = store.db.execute("PRAGMA integrity_check").fetchone()[0]
        whole = store.db.execute("SELECT count(*) FROM entries").fetchone()[0]
        words = store.db.execute("SELECT count(*) FROM texts").fetchone()[0]
        counts.append(whole)
        if sound != "ok" or whole != words:
            raise AssertionError(f"after a kill: {sound}, {whole} entries, {words} texts")
        store.close()
    store = Store(index)
    report = add(places, store)
    print(f"killed {times} times, entries each time {counts}; then {report}; search: "
          f"{[Path(one.entry.path).name for one in Library(store).search('dog', count=2)]}")  # fmt: skip


ALL = {"relevance": relevance, "blends": blends, "scale": scale, "add": adding, "textures": textures, "kill": kills}


def main() -> None:
    wanted = [name for name in sys.argv[1:] if name in ALL] or list(ALL)
    for name in wanted:
        folder = Path(tempfile.mkdtemp(prefix="soundwright-library-"))
        print(f"== {name}")
        try:
            ALL[name](folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
