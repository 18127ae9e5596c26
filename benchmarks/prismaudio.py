"""PrismAudio at full size with random weights on the CPU: each stage's time, and memory beside its plan.

Run: `python benchmarks/prismaudio.py [SECONDS] [STEPS] [STRATEGY]` (minutes, and 7 GB of disk). Shapes are the
published ones; the words' tokenizer is tiny, their network has its real size. A stage's peak is the largest that the
process held of its own (`RssAnon`: files that are mapped are not counted) above what it held after the imports.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent
sys.path[:0] = [str(HERE / "tests" / "engines"), str(HERE)]

T5GEMMA = {
    "vocab_size": 256_000, "hidden_size": 1024, "intermediate_size": 2816, "num_hidden_layers": 24,
    "num_attention_heads": 16, "num_key_value_heads": 16, "head_dim": 64, "query_pre_attn_scalar": 64,
}  # fmt: skip
RUN = """
import json, sys, threading, time
from pathlib import Path
import diffusers, torch, transformers  # noqa: F401
from soundwright import engines
from soundwright.engines import decode, machine, prismaudio_files, prismaudio_watch
from soundwright.plan.cues import Cue, CuePlan
from soundwright.progress import Progress
torch.set_num_threads(2)
folder, film, strategy = sys.argv[1], Path(sys.argv[2]), sys.argv[5]
seconds, steps = float(sys.argv[3]), int(sys.argv[4])
from transformers import T5GemmaEncoderModel  # noqa: F401
from soundwright.nets import videoprism  # noqa: F401
def held():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon")) * 1024
before, stage, peaks, times = held(), [], {}, {}
def watch():
    while True:
        for label in stage[-1:]:
            peaks[label] = max(peaks.get(label, 0), held() - before)
        time.sleep(0.005)
threading.Thread(target=watch, daemon=True).start()
def timed(place, name, label):
    inner = getattr(place, name)
    def outer(*given, **named):
        if label not in ("denoise", "decode"):
            machine.cool()  # as the stage would itself, before it loads
        start = time.perf_counter()
        stage.append(label)
        try:
            return inner(*given, **named)
        finally:
            stage.pop()
            times[label] = times.get(label, 0.0) + time.perf_counter() - start
    setattr(place, name, outer)
timed(prismaudio_watch.Watcher, "words", "words")
timed(prismaudio_watch.Watcher, "seen", "pictures")
timed(prismaudio_watch.Watcher, "moved", "motion")
timed(prismaudio_files, "load_sound", "load")
timed(prismaudio_files.Sounding, "latents", "denoise")
timed(decode, "decode", "decode")
plan = CuePlan(duration_s=seconds, prompt="a ball on wood", cues=[Cue(number=1, sound="ball bounces", at_s=0.5)])
options = {"weights": folder, "device": "cpu", "steps": steps, "strategy": strategy}
clip = engines.Clip(film)
engines.load("prismaudio").render(engines.Task("soundtrack", plan, seconds, 1, options=options, clip=clip), Progress())
print(json.dumps({"peaks": peaks, "times": times}))
"""


def write(folder: Path) -> Path:
    """The published files at full size, weights small so that deep networks stay finite."""
    import numpy as np
    import torch
    from diffusers import AutoencoderOobleck
    from safetensors.torch import save_file
    from tiny_ace_step import tokenizer
    from tiny_prismaudio import picture_shapes
    from transformers import T5GemmaConfig, T5GemmaEncoderModel, T5GemmaModuleConfig

    from soundwright.nets import prismaudio, synchformer

    (folder / "videoprism").mkdir(parents=True)
    dit = prismaudio.Sizes(latents=64, width=1024, depth=24, head=64, waves=128, video=1024, text=1024, sync=768)
    sound = {f"model.model.{name}": one for name, one in calm(prismaudio.Transformer(dit)).items()}
    sound |= {f"conditioner.conditioners.{name}": one for name, one in calm(prismaudio.conditioners(dit)).items()}
    torch.save(sound, folder / "prismaudio.ckpt")
    del sound
    vae = AutoencoderOobleck().state_dict()
    torch.save({"state_dict": {f"autoencoder.{name}": one for name, one in vae.items()}}, folder / "vae.ckpt")
    motion = synchformer.Sizes(width=768, depth=12, inner=3072, patch=(2, 16, 16), moments=8, places=196)
    seen = {f"vfeat_extractor.{name}": one for name, one in calm(synchformer.Motionformer(motion)).items()}
    torch.save(seen, folder / "synchformer_state_dict.pth")
    rng = np.random.default_rng(0)
    shapes = picture_shapes(1024, 16, 4096, 18, 256, 8, (24, 4, 2))
    arrays = {name: 0.02 * rng.standard_normal(shape, np.float32) for name, shape in shapes.items()}
    np.savez(folder / "videoprism" / "flax_lvt_large_f8r288_repeated.npz", **arrays)
    del arrays
    half = T5GemmaModuleConfig(**T5GEMMA).to_dict()
    config = T5GemmaConfig(encoder=half, decoder=half, is_encoder_decoder=False)
    words = T5GemmaEncoderModel(config).state_dict()
    config.is_encoder_decoder = True
    config.save_pretrained(folder / "t5gemma")
    save_file({f"model.{name}": one for name, one in words.items()}, folder / "t5gemma" / "model.safetensors")
    tokenizer().save_pretrained(folder / "t5gemma")
    return folder


def calm(network) -> dict:
    import torch

    for weight in (weight for weight in network.parameters() if weight.dim() > 1):
        torch.nn.init.normal_(weight, std=0.02)
    return network.state_dict()


def main() -> None:
    import os

    from tests.films import make

    from soundwright.engines import prismaudio_files as published

    seconds, steps = float(sys.argv[1] if sys.argv[1:] else 9), int(sys.argv[2] if sys.argv[2:] else 2)
    strategy = sys.argv[3] if sys.argv[3:] else "full"
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place) / "weights")
        film = make("bounce", 1, path=Path(place), seconds=seconds + 0.5, size=(640, 360)).path
        parts = published.Files(folder, folder / "videoprism", folder / "t5gemma").parts()
        plan = published.stages(parts, seconds, "cpu", 2, strategy)
        asked = [str(folder), str(film), str(seconds), str(steps), strategy]
        done = subprocess.run([sys.executable, "-c", RUN, *asked], capture_output=True, text=True,
                              env=os.environ | {"SOUNDWRIGHT_CACHE": place})  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    peaks, times = found["peaks"], found["times"]
    peaks["sound"] = max(peaks.pop(stage) for stage in ("load", "denoise", "decode"))
    times["step"] = times.pop("denoise") / steps
    print(f"{seconds:g} s of film, {strategy}; seconds, loading within: "
          + ", ".join(f"{stage} {times[stage]:.1f}" for stage in times))  # fmt: skip
    print("stage        M parameters  predicted MB  measured MB  ratio")
    counts = {"words": parts["text_encoder"], "pictures": parts["pictures"], "motion": parts["motion"],
              "sound": parts["transformer"] + parts["vae"]}  # fmt: skip
    for stage, count in counts.items():
        need = plan[stage].peak
        print(f"{stage:<13}{count:>12.1f}{need / 2**20:>14.0f}{peaks[stage] / 2**20:>13.0f}{need / peaks[stage]:>7.2f}")


if __name__ == "__main__":
    main()
