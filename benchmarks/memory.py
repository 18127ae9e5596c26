"""The memory plan beside what is measured: predicted and true peaks of mid-size random-weight ACE-Step runs on the CPU.

Run: `python benchmarks/memory.py [full|bf16 ...]` (ten minutes, 3 GB of disk in a temporary folder). Each row is a
fresh process; its peak from the first denoising step on is counted from what it holds after the imports; the last
column is that of loading alone. 8 bits take more than bfloat16 on a CPU; `accelerator.py` measures
them and offloading.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engines"))

WIDTH, INNER, LAYERS = 1536, 4608, 12
ROWS = [("full", 10, 1), ("full", 60, 1), ("full", 60, 2), ("bf16", 4, 1)]

RUN = """
import sys
import diffusers, torch, transformers  # noqa: F401
from diffusers.pipelines.ace_step.pipeline_ace_step import AceStepPipeline  # noqa: F401
from soundwright.engines import Task
from soundwright.engines.ace_step import AceStepEngine
from soundwright.plan import author
from soundwright.progress import Progress
torch.set_num_threads(2)
def held(word):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(word)) * 1024
loading = 0
def listen(stage, fraction, audio_s):
    global loading
    if stage == "denoise" and not loading:
        loading = held("VmHWM")
        open("/proc/self/clear_refs", "w").write("5")  # the peak begins anew
folder, strategy, seconds, batch = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
plan = author.write_song("piano", duration_s=seconds, seed=1)
torch.zeros(1) @ torch.zeros(1)
before = held("VmRSS")
options = {"weights": folder, "device": "cpu", "strategy": strategy, "steps": 2}
options["guidance"] = 7.0 if batch == 2 else 1.0
AceStepEngine("base").render(Task("music", plan, seconds, 1, "piano", options=options), Progress(listen))
print(held("VmHWM") - before, loading - before)
"""


def write(folder: Path) -> None:
    """The tiny checkpoint's layout with a transformer and an autoencoder of real width."""
    import tiny_ace_step
    import torch
    from diffusers import AceStepTransformer1DModel, AutoencoderOobleck

    tiny_ace_step.write(folder, turbo=False, rate=48_000, latent=64)
    torch.manual_seed(1)
    AceStepTransformer1DModel(
        hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=WIDTH // 128,
        num_key_value_heads=WIDTH // 256, encoder_hidden_size=32,
    ).save_pretrained(folder / "transformer")  # fmt: skip
    AutoencoderOobleck(
        encoder_hidden_size=128, downsampling_ratios=[2, 4, 4, 6, 10], channel_multiples=[1, 2, 4, 8, 16],
        decoder_channels=128, decoder_input_channels=64, audio_channels=2, sampling_rate=48_000,
    ).save_pretrained(folder / "vae")  # fmt: skip


def main() -> None:
    from soundwright.engines import memory

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "ace"
        write(folder)
        parts = memory.parts(folder)
        print(
            f"parameters in millions: {', '.join(f'{name} {count:.0f}' for name, count in parts.items() if count > 1)}"
        )
        print("strategy   audio s  batch  predicted MB  measured MB  ratio  while loading MB")
        shape = memory.Shape(25.0, 2, WIDTH, INNER, LAYERS, memory.SHAPES["ace-step"].tile_frames)
        for strategy, seconds, batch in (row for row in ROWS if row[0] in (sys.argv[1:] or row)):
            need = next(n for n in memory.needs(parts, shape, seconds, "cpu", batch) if n.strategy == strategy)
            done = subprocess.run([sys.executable, "-c", RUN, str(folder), strategy, str(seconds), str(batch)],
                                  capture_output=True, text=True)  # fmt: skip
            if done.returncode:
                raise SystemExit(done.stderr)
            measured, loading = map(int, done.stdout.split()[-2:])
            print(f"{strategy:<10}{seconds:>7}{batch:>7}{need.peak / 2**20:>14.0f}{measured / 2**20:>13.0f}"
                  f"{need.peak / measured:>7.2f}{loading / 2**20:>18.0f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
