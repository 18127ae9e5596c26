"""How fast a listening test takes answers: `python benchmarks/listen.py [RATERS=50] [DATABASE]`, server and raters on
one machine. Every answer is on the disk before the next one of that rater is sent."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.listen import serving

ITEMS, SYSTEMS = 4, 4


def make(folder: Path) -> Path:
    for number in range(SYSTEMS + 1):
        noise = 0.1 * np.random.default_rng(number).standard_normal(24_000)
        soundfile.write(folder / f"{number}.wav", noise, 48_000)
    systems = ", ".join(f"s{number}: {number}.wav" for number in range(1, SYSTEMS + 1))
    rows = "".join(f"  - {{name: i{k}, reference: 0.wav, systems: {{{systems}}}}}\n" for k in range(ITEMS))
    (folder / "test.yaml").write_text(f"title: Bench {time.time():.0f}\nkind: mushra\nitems:\n{rows}", "utf-8")
    return folder / "test.yaml"


async def rater(client: httpx.AsyncClient, link: str, took: list[float]) -> None:
    for trial in (await client.get(f"{link}/session")).json()["trials"]:
        for at, stimulus in enumerate(trial["stimuli"]):
            began = time.perf_counter()
            body = {"trial": trial["trial"], "stimulus": stimulus, "value": at}
            (await client.post(f"{link}/answer", json=body)).raise_for_status()
            took.append(time.perf_counter() - began)


async def crowd(links: list[str]) -> tuple[list[float], float]:
    took: list[float] = []
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=len(links))) as client:
        began = time.perf_counter()
        await asyncio.gather(*(rater(client, link, took) for link in links))
        return took, time.perf_counter() - began


def main(raters: int = 50, database: str = "") -> None:
    with tempfile.TemporaryDirectory() as name:
        test = make(Path(name))
        more = ["--database", database] if database else []
        process, base = serving.start(test, 0, *more)
        try:
            took, wall = asyncio.run(crowd(serving.invite(test, raters, base, *more)))
        finally:
            process.terminate()
            process.communicate()
    middle, late = 1000 * np.quantile(took, [0.5, 0.99])
    each = f"{middle:.0f} ms in the median, {late:.0f} ms in 99 %"
    print(f"{raters} raters, {len(took)} answers: {len(took) / wall:.0f} a second, {each}")


if __name__ == "__main__":
    main(*([int(sys.argv[1]), *sys.argv[2:]] if len(sys.argv) > 1 else []))
