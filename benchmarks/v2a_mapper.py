"""`v2a-mapper` at full size with random weights on the CPU: each stage's time, memory beside its plan, and training.

Run: `python benchmarks/v2a_mapper.py [SECONDS] [STEPS] [STRATEGY]` (minutes, 3 GB of disk). Shapes are the published
ones of AudioLDM-S and CLIP ViT-B/32; the tokenizer is tiny. Peaks are the process's above what is held after imports,
from the first denoising step on. `python benchmarks/v2a_mapper.py train` times steps of training.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engines"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from effect_models import MEL_VAE, VOCODER, calm

WIDTHS = (128, 256, 384, 640)
UNET = {
    "sample_size": 128, "in_channels": 8, "out_channels": 8, "block_out_channels": WIDTHS, "layers_per_block": 2,
    "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
    "up_block_types": (*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"), "cross_attention_dim": WIDTHS,
    "class_embed_type": "simple_projection", "projection_class_embeddings_input_dim": 512,
    "class_embeddings_concat": True,
}  # fmt: skip
RUN = """
import sys, time
from pathlib import Path
import diffusers, torch, transformers  # noqa: F401
from soundwright import engines
from soundwright.engines import v2a_mapper_files  # noqa: F401
from soundwright.plan.cues import CuePlan
from soundwright.progress import Progress
torch.set_num_threads(2)
folder, film, seconds, steps, strategy = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
def held(word):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(word)) * 1024
before = held("VmRSS")
stages, began = {}, False
def listen(stage, fraction, audio_s):
    global began
    stages.setdefault(stage, time.perf_counter())
    if stage == "denoise" and not began:
        began = True
        open("/proc/self/clear_refs", "w").write("5")
task = engines.Task("soundtrack", CuePlan(duration_s=seconds), seconds, 1, clip=engines.Clip(Path(film)),
                    options={"weights": folder, "device": "cpu", "steps": steps, "strategy": strategy})
start = time.perf_counter()
take = engines.load("v2a-mapper").render(task, Progress(listen))
end = time.perf_counter()
assert take.audio.frames == round(seconds * 16000)
print(held("VmHWM") - before, stages["watch"] - start, stages["denoise"] - stages["watch"],
      stages["decode"] - stages["denoise"], end - stages["decode"])
"""


def write(folder: Path) -> Path:
    """AudioLDM-S, CLIP and an untrained mapper that knows them."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from diffusers.pipelines.deprecated.audioldm.pipeline_audioldm import AudioLDMPipeline
    from tiny_audioldm2 import roberta
    from transformers import (
        ClapTextConfig,
        ClapTextModelWithProjection,
        CLIPVisionConfig,
        CLIPVisionModelWithProjection,
        SpeechT5HifiGan,
        SpeechT5HifiGanConfig,
    )

    from soundwright.engines import v2a_features as features
    from soundwright.engines import v2a_mapper_files as files
    from soundwright.nets import mapper

    AudioLDMPipeline(
        vae=AutoencoderKL(**MEL_VAE),
        text_encoder=calm(ClapTextModelWithProjection(ClapTextConfig())),
        tokenizer=roberta(),
        unet=calm(UNet2DConditionModel(**UNET)),
        scheduler=DDIMScheduler(beta_start=0.0015, beta_end=0.0195, beta_schedule="scaled_linear", steps_offset=1),
        vocoder=SpeechT5HifiGan(SpeechT5HifiGanConfig(**VOCODER)),
    ).save_pretrained(folder)
    calm(CLIPVisionModelWithProjection(CLIPVisionConfig())).save_pretrained(folder / "clip")
    network = mapper.build(mapper.Config(), (4, 6))
    with torch.inference_mode():
        network.get_buffer("picture_probe").copy_(features.open_eye(folder / "clip").probe())
        network.get_buffer("word_probe").copy_(files.listener(folder))
    (folder / "mapper.safetensors").write_bytes(files.written(network, {}))
    return folder


def render(seconds: float, steps: int, strategy: str) -> None:
    from tests.films import make

    from soundwright import engines
    from soundwright.engines import memory

    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place) / "weights")
        film = make("bounce", 1, path=Path(place), seconds=seconds, size=(640, 360)).path
        parts = engines.card("v2a-mapper/s-full-v2").checkpoints["s-full-v2"].parts_m
        needs = memory.needs(parts, memory.shape_of("v2a-mapper/s-full-v2"), seconds, "cpu", 2)
        need = next(one for one in needs if one.strategy == strategy)
        done = subprocess.run([sys.executable, "-c", RUN, str(folder), str(film), str(seconds), str(steps), strategy],
                              capture_output=True, text=True)  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    peak, load, watch, run, decode = map(float, done.stdout.split()[-5:])
    print("strategy  audio s  steps  predicted MB  measured MB  ratio  load s  watch s  step s  decode s")
    print(f"{strategy:<8}{seconds:>9g}{steps:>7}{need.peak / 2**20:>14.0f}{peak / 2**20:>13.0f}{need.peak / peak:>7.2f}"
          f"{load:>8.1f}{watch:>9.1f}{run / steps:>8.1f}{decode:>10.1f}")  # fmt: skip


def train() -> None:
    import torch
    from torch.nn.functional import normalize

    from soundwright.train import v2a_mapper as recipe
    from soundwright.train.v2a_pairs import Pairs

    torch.set_num_threads(2)
    seen, heard = (normalize(torch.randn(2000, 512), dim=-1) for _ in range(2))
    pairs = Pairs(seen, heard, torch.arange(2000) % 10 == 0, 2000, {}, "")
    print("kind         parameters M  batch  step s (median of 7)")
    for kind in ("regression", "diffusion"):
        plan = recipe.Recipe(kind)
        run = recipe._begun(pairs, plan, (torch.zeros(4, 512), torch.zeros(6, 512)), "cpu")
        taken = []
        for _ in range(8):
            start = time.perf_counter()
            recipe._step(run, plan, seen, heard)
            taken.append(time.perf_counter() - start)
        count = sum(one.numel() for one in run.network.parameters()) / 1e6
        print(f"{kind:<13}{count:>12.1f}{plan.batch:>7}{sorted(taken[1:])[3]:>8.2f}")


if __name__ == "__main__":
    more = sys.argv[1:]
    if more[:1] == ["train"]:
        train()
    else:
        render(float(more[0] if more else 10), int(more[1] if more[1:] else 2), more[2] if more[2:] else "full")
