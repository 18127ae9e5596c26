"""The text-to-effect models at full size with random weights on the CPU: each stage's time, and memory beside its plan.

Run: `python benchmarks/effect_models.py tangoflux/tangoflux|audioldm2/base [SECONDS] [STEPS] [STRATEGY]` (minutes, and
5 GB of disk). Shapes are the published ones; the words' tokenizers are tiny, their networks have their real size. The
peak is that of the process from the first step on, above what is held after the imports.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engines"))

T5_LARGE = {
    "d_model": 1024,
    "d_kv": 64,
    "d_ff": 2816,
    "num_layers": 24,
    "num_heads": 16,
    "feed_forward_proj": "gated-gelu",
}
FLUX = {
    "in_channels": 64, "num_layers": 6, "num_single_layers": 18, "num_attention_heads": 8, "joint_attention_dim": 1024,
    "pooled_projection_dim": 1024,
}  # fmt: skip
UNET = {
    "sample_size": 256, "in_channels": 8, "out_channels": 8, "block_out_channels": (128, 256, 384, 640),
    "layers_per_block": 2, "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
    "up_block_types": (*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"), "cross_attention_dim": [[None, 768, 1024]] * 4,
    "attention_head_dim": 32,
}  # fmt: skip
MEL_VAE = {
    "in_channels": 1, "out_channels": 1, "latent_channels": 8, "block_out_channels": (128, 256, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 3, "up_block_types": ("UpDecoderBlock2D",) * 3, "layers_per_block": 2,
}  # fmt: skip
VOCODER = {
    "model_in_dim": 64, "sampling_rate": 16_000, "upsample_initial_channel": 1024, "upsample_rates": [5, 4, 2, 2, 2],
    "upsample_kernel_sizes": [16, 16, 8, 4, 4], "normalize_before": False,
}  # fmt: skip
RUN = """
import sys, time
import diffusers, torch, transformers  # noqa: F401
from soundwright import engines
from soundwright.plan import effect
from soundwright.progress import Progress
torch.set_num_threads(2)
name, folder, seconds, steps, strategy = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
engine = engines.load(name)
from diffusers.pipelines.audioldm2 import pipeline_audioldm2  # noqa: F401
from transformers import T5EncoderModel  # noqa: F401
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
start = time.perf_counter()
task = engines.Task("effect", effect.plain("rain on a tent", duration_s=seconds), seconds, 1, "rain on a tent",
                    options={"weights": folder, "device": "cpu", "steps": steps, "strategy": strategy})
engine.render(task, Progress(listen))
end = time.perf_counter()
print(held("VmHWM") - before, stages["denoise"] - start, stages["decode"] - stages["denoise"], end - stages["decode"])
"""


def calm(network: Any) -> Any:
    """Small weights, so that deep networks stay finite."""
    import torch

    for weight in (weight for weight in network.parameters() if weight.dim() > 1):
        torch.nn.init.normal_(weight, std=0.02)
    return network


def write(name: str, folder: Path) -> Path:
    return (_tangoflux if name.startswith("tangoflux") else _audioldm2)(folder)


def _tangoflux(folder: Path) -> Path:
    import json

    from diffusers import AutoencoderOobleck, FluxTransformer2DModel
    from safetensors.torch import save_file
    from tiny_ace_step import tokenizer
    from transformers import T5Config, T5EncoderModel

    from soundwright.engines.tangoflux_files import Conditions

    folder.mkdir(parents=True)
    text = T5Config(**T5_LARGE)
    parts: dict[str, Any] = {
        "text_encoder": calm(T5EncoderModel(text)),
        "transformer": calm(FluxTransformer2DModel(**FLUX)),
        "": Conditions(1024, 1024, 30),
    }  # fmt: skip
    held = {f"{part}.{key}".lstrip("."): one.contiguous() for part, network in parts.items()
            for key, one in network.state_dict().items() if "embed_tokens" not in key}  # fmt: skip
    save_file(held, folder / "tangoflux.safetensors")
    save_file(AutoencoderOobleck().state_dict(), folder / "vae.safetensors")
    (folder / "config.json").write_text(json.dumps({"audio_seq_len": 645}))
    words = tokenizer()
    words.model_max_length = 512
    text.save_pretrained(folder / "flan-t5-large")
    words.save_pretrained(folder / "flan-t5-large")
    return folder


def _audioldm2(folder: Path) -> Path:
    from diffusers import AutoencoderKL, DDIMScheduler
    from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2ProjectionModel, AudioLDM2UNet2DConditionModel
    from diffusers.pipelines.audioldm2.pipeline_audioldm2 import AudioLDM2Pipeline
    from tiny_audioldm2 import roberta, t5
    from transformers import (
        ClapConfig,
        ClapFeatureExtractor,
        ClapModel,
        GPT2Config,
        GPT2Model,
        SpeechT5HifiGan,
        SpeechT5HifiGanConfig,
        T5Config,
        T5EncoderModel,
    )

    AudioLDM2Pipeline(
        vae=AutoencoderKL(**MEL_VAE),
        text_encoder=calm(ClapModel(ClapConfig())),
        text_encoder_2=calm(T5EncoderModel(T5Config(**T5_LARGE))),
        projection_model=AudioLDM2ProjectionModel(512, 1024, 768),
        language_model=calm(GPT2Model(GPT2Config(max_new_tokens=8))),
        tokenizer=roberta(),
        tokenizer_2=t5(),
        feature_extractor=ClapFeatureExtractor(),
        unet=calm(AudioLDM2UNet2DConditionModel(**UNET)),
        scheduler=DDIMScheduler(beta_start=0.0015, beta_end=0.0195, beta_schedule="scaled_linear", steps_offset=1),
        vocoder=SpeechT5HifiGan(SpeechT5HifiGanConfig(**VOCODER)),
    ).save_pretrained(folder)
    return folder


def main() -> None:
    from soundwright.engines import memory, tangoflux_files

    name, more = sys.argv[1], sys.argv[2:]
    seconds, steps = float(more[0] if more else 10), int(more[1] if more[1:] else 2)
    strategy = more[2] if more[2:] else "full"
    with tempfile.TemporaryDirectory() as place:
        folder = write(name, Path(place) / "weights")
        parts = tangoflux_files.parts(folder) if name.startswith("tangoflux") else memory.parts(folder)
        needs = memory.needs(parts, memory.shape_of(name), seconds, "cpu", 2)
        need = next(one for one in needs if one.strategy == strategy)
        done = subprocess.run([sys.executable, "-c", RUN, name, str(folder), str(seconds), str(steps), strategy],
                              capture_output=True, text=True)  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr)
        peak, load, run, decode = map(float, done.stdout.split()[-4:])
        print(
            "checkpoint            strategy  audio s  steps  predicted MB  measured MB  ratio  load s  step s  decode s"
        )
        print(f"{name:<22}{strategy:<8}{seconds:>9g}{steps:>7}{need.peak / 2**20:>14.0f}{peak / 2**20:>13.0f}"
              f"{need.peak / peak:>7.2f}{load:>8.1f}{run / steps:>8.1f}{decode:>10.1f}")  # fmt: skip
        print({key: round(value) for key, value in parts.items()})


if __name__ == "__main__":
    main()
