"""The big models at full size with random weights on an accelerator: memory beside its plan, speed beside the plain
pipeline, and decoding whole beside decoding in tiles.

Run: `python benchmarks/accelerator.py [--until SECONDS] [--only NAME]` (about 8 minutes and 12 GB of `--folder`).
`--device cpu --layers 1 --seconds 2` tries it on a small machine. Peaks are torch's: allocated, and reserved by its
allocator, without the 0.5 GB or so of a CUDA context. "plain" is the library's own pipeline in bfloat16, whole on the
device, called with the same prompt, steps and seed; its difference tells whether the same sound comes out.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parent.parent / "src"), str(Path(__file__).parent)]

MB = 2**20
STEPS = 8
ROWS: list[tuple[str, str, float]] = [
    ("ace-step/xl-turbo", "plain", 120.0),
    ("ace-step/xl-turbo", "bf16", 120.0),
    ("ace-step/xl-turbo", "bf16", 600.0),
    ("ace-step/xl-turbo", "full", 120.0),
    ("ace-step/xl-turbo", "int8", 120.0),
    ("ace-step/xl-turbo", "offload", 120.0),
    ("ace-step/xl-turbo", "group", 120.0),
    ("ace-step/xl-base", "bf16", 120.0),
    ("stable-audio-3/medium", "plain", 120.0),
    ("stable-audio-3/medium", "bf16", 120.0),
    ("stable-audio-3/medium", "bf16", 380.0),
    ("stable-audio-3/medium", "int8", 120.0),
    ("stable-audio-3/medium", "offload", 120.0),
    ("stable-audio-3/medium", "group", 120.0),
    ("stable-audio/open-1.0", "plain", 45.0),
    ("stable-audio/open-1.0", "bf16", 45.0),
    ("stable-audio/open-1.0", "full", 45.0),
    ("stable-audio/open-1.0", "int8", 45.0),
    ("stable-audio/open-1.0", "offload", 45.0),
    ("stable-audio/open-1.0", "group", 45.0),
    ("ace-step/turbo", "plain", 120.0),
    ("ace-step/turbo", "bf16", 120.0),
    ("ace-step/turbo", "int8", 120.0),
    ("ace-step/turbo", "offload", 120.0),
]
PLAIN = {  # what the plain pipeline is asked beside prompt, steps and seed
    "ace-step": lambda s: {"audio_duration": s, "lyrics": "[Instrumental]", "bpm": 90, "keyscale": "A minor",
                           "timesignature": "4", "shift": 3.0, "guidance_scale": 1.0},
    "stable-audio": lambda s: {"audio_end_in_s": s, "guidance_scale": 7.0},
    "stable-audio-3": lambda s: {"duration": s, "guidance_scale": 1.0},
}  # fmt: skip
DECODES = [("stable-audio/open-1.0", s) for s in (10.0, 60.0, 300.0)] + [
    ("stable-audio-3/medium", s) for s in (10.0, 60.0, 300.0)
]
TILES_S = (2.0, 8.0, 20.0)


@dataclass
class Bench:
    """Where it runs, and when it stops beginning new rows."""

    device: str
    folder: Path
    layers: int | None
    seconds: float | None
    until: float
    log: Path | None

    @property
    def late(self) -> bool:
        return time.monotonic() > self.until

    def write(self, row: dict[str, Any]) -> None:
        if self.log:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


class Meter:
    """Peak bytes and seconds of what runs inside; on a CPU only the seconds."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.allocated = self.reserved = self.seconds = 0.0

    def __enter__(self) -> Meter:
        import torch

        if self.device != "cpu":
            torch.cuda.synchronize()
            torch.cuda.reset_peak_memory_stats()
        self.began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        import torch

        if self.device != "cpu":
            torch.cuda.synchronize()
            self.allocated, self.reserved = torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()
        self.seconds = time.perf_counter() - self.began


def clear() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def measure(bench: Bench, name: str, strategy: str, seconds: float, folder: Path, sounds: dict) -> None:
    """One row: the engine by `strategy`, or the plain pipeline; loading is timed apart."""
    predicted, batch = 0.0, 2 if name in ("stable-audio/open-1.0", "ace-step/xl-base") else 1
    run = plain(bench, name, seconds, folder) if strategy == "plain" else ours(bench, name, strategy, seconds, folder)
    if strategy != "plain":
        from soundwright.engines import memory

        needs = memory.needs(memory.parts(folder), memory.shape_of(name), seconds, bench.device, batch)
        predicted = next((need.peak for need in needs if need.strategy == strategy), 0.0)
    with Meter(bench.device) as load:
        run(0.5)  # loads, and warms what warms
    with Meter(bench.device) as meter:
        samples, stages = run(seconds)
    first = samples if strategy == "plain" else sounds.setdefault((name, seconds), samples)
    n = min(first.shape[-1], samples.shape[-1])
    gap = float(np.sqrt(np.mean((first[..., :n] - samples[..., :n]) ** 2)))
    level = float(np.sqrt(np.mean(first**2))) or 1.0
    difference = 20 * np.log10(max(gap / level, 1e-9))
    row = {
        "name": name, "strategy": strategy, "seconds": seconds, "predicted_mb": predicted / MB,
        "allocated_mb": meter.allocated / MB, "reserved_mb": meter.reserved / MB, "load_s": load.seconds,
        "loading_mb": load.allocated / MB, "run_s": meter.seconds, "realtime": seconds / meter.seconds,
        "difference_db": difference, **stages,
    }  # fmt: skip
    bench.write(row)
    cells = [f"{name:<22}{strategy:<9}{seconds:>5.0f} s", f"plan {predicted / MB:>7.0f}"]
    cells += [f"allocated {meter.allocated / MB:>7.0f}", f"reserved {meter.reserved / MB:>7.0f} MB"]
    cells += [f"load {load.seconds:>5.1f} s", f"run {meter.seconds:>6.2f} s", f"{seconds / meter.seconds:>6.1f}x"]
    cells += [f"decode {stages.get('decode_s', 0):>5.2f} s", f"to the first {difference:>6.1f} dB"]
    print("  ".join(cells), flush=True)


def ours(bench: Bench, name: str, strategy: str, seconds: float, folder: Path) -> Callable:
    from soundwright import engines
    from soundwright.engines.contract import Task
    from soundwright.plan import author
    from soundwright.progress import Progress

    plan = author.write_song("calm piano, 90 bpm, in A minor", duration_s=30.0, seed=1)
    engine = engines.load(name)
    options = {
        "weights": str(folder),
        "device": bench.device,
        "strategy": strategy,
        "steps": STEPS,
    }

    def run(duration_s: float) -> tuple[np.ndarray, dict[str, float]]:
        began: dict[str, float] = {}

        def listen(stage: str, fraction: float, audio_s: float) -> None:
            began.setdefault(stage, time.perf_counter())

        take = engine.render(Task("music", plan, duration_s, 1, "calm piano", options=options), Progress(listen))
        done = time.perf_counter()
        return take.audio.samples, {"decode_s": done - began.get("decode", done)}

    return run


def plain(bench: Bench, name: str, seconds: float, folder: Path) -> Callable:
    import diffusers
    import torch

    kind = getattr(diffusers, json.loads((folder / "model_index.json").read_text())["_class_name"], None)
    if kind is None:
        from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import StableAudio3Pipeline as kind
    held: list[Any] = []

    def run(duration_s: float) -> tuple[np.ndarray, dict[str, float]]:
        if not held:
            held.append(kind.from_pretrained(folder, dtype=torch.bfloat16).to(bench.device))
            held[0].set_progress_bar_config(disable=True)
        generator = torch.Generator("cpu").manual_seed(1)
        asked = PLAIN[name.partition("/")[0]](duration_s)
        made = held[0](prompt="calm piano", num_inference_steps=STEPS, generator=generator, output_type="pt", **asked)
        return made.audios[0].float().cpu().numpy(), {}

    return run


def decoding(bench: Bench, name: str, seconds: float, vae: Any, rate: int, hop: int) -> None:
    """Whole, and in tiles of each size: seconds, peak above the weights, and the difference from the whole."""
    import torch

    from soundwright.engines import decode
    from soundwright.progress import Progress

    torch.manual_seed(2)
    channels = 256 if name.startswith("stable-audio-3") else 64
    z = torch.randn(1, channels, round(seconds * rate / hop), device=bench.device)
    margin, step = (24, getattr(vae, "step", 1)) if name.startswith("stable-audio-3") else (16, 1)
    sizes = {"whole": z.shape[-1]} | {f"{s:g} s": round(s * rate / hop) for s in TILES_S if s < seconds}
    whole = None
    weights = sum(p.numel() * p.element_size() for p in vae.parameters())
    for said, size in sizes.items():
        tiles = decode.Tiles(size, 0 if said == "whole" else margin, step=step)
        try:
            decode.decode(lambda part: vae.decode(part).sample, z[..., :64], hop, tiles, Progress(), rate)
            clear()
            with Meter(bench.device) as meter:
                made = decode.decode(lambda part: vae.decode(part).sample, z, hop, tiles, Progress(), rate)
        except torch.OutOfMemoryError:
            print(f"decode {name:<22}{seconds:>5.0f} s  {said:>6}: out of memory", flush=True)
            continue
        finally:
            clear()
        whole = made if said == "whole" else whole
        gap = float("nan") if whole is None else float(np.abs(whole - made).max() / np.abs(whole).max())
        above, difference = (meter.allocated - weights) / MB, 20 * np.log10(max(gap, 1e-9))
        row = {"decode": name, "seconds": seconds, "tiles": said, "run_s": meter.seconds}
        bench.write(row | {"above_weights_mb": above, "difference_db": difference})
        print(f"decode {name:<22}{seconds:>5.0f} s  {said:>6}: {meter.seconds:>6.2f} s  "
              f"{seconds / meter.seconds:>4.0f}x  {above:>7.0f} MB above the weights  {difference:>6.1f} dB",
              flush=True)  # fmt: skip


def decodes(bench: Bench, only: str) -> None:
    import torch

    import full_size

    for name in dict.fromkeys(name for name, _ in DECODES if name.startswith(only)):
        torch.manual_seed(5)
        makers, _, _ = full_size.KINDS[name.partition("/")[0]](name, None)
        with torch.device(bench.device):
            vae = makers["vae"]().eval()
        rate = int(vae.config.sampling_rate)
        hop = int(getattr(vae, "hop_length", 0) or vae.downsampling_ratio)
        for seconds in (s for other, s in DECODES if other == name):
            if not bench.late:
                decoding(bench, name, min(seconds, bench.seconds or seconds), vae, rate, hop)
        del vae
        clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--layers", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--until", type=float, default=1e9)
    parser.add_argument("--only", default="")
    parser.add_argument("--no-decode", action="store_true")
    parser.add_argument("--log", type=Path)
    asked = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"

    import torch

    import full_size
    from soundwright.engines import machine

    machine.hush()
    until = time.monotonic() + asked.until
    bench = Bench(asked.device, Path(asked.folder), asked.layers, asked.seconds, until, asked.log)
    if torch.cuda.is_available():
        print(torch.cuda.get_device_name(), f"torch {torch.__version__}", flush=True)
    if not asked.no_decode:
        try:
            decodes(bench, asked.only)
        except Exception as error:
            print(f"decoding failed: {type(error).__name__}: {error}", flush=True)
    for name in dict.fromkeys(name for name, _, _ in ROWS if name.startswith(asked.only)):
        if bench.late:
            print(f"no time left for {name}")
            continue
        place = Path(tempfile.mkdtemp(dir=bench.folder))
        began, sounds = time.perf_counter(), {}
        try:
            full_size.write(name, place, bench.device, bench.layers)
            clear()
            print(f"{name} written in {time.perf_counter() - began:.1f} s", flush=True)
            for strategy, seconds in ((strategy, s) for other, strategy, s in ROWS if other == name):
                if bench.late or (bench.device == "cpu" and strategy in ("offload", "group")):
                    print(f"{name} {strategy} {seconds:g} s left out", flush=True)
                    continue
                try:
                    measure(bench, name, strategy, min(seconds, bench.seconds or seconds), place, sounds)
                except Exception as error:
                    print(f"{name} {strategy} {seconds:g} s failed: {type(error).__name__}: {error}", flush=True)
                machine.cool()
                clear()
        finally:
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
