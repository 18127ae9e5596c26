"""MusicGen's decoder loop beside transformers' own, in one run, on random weights of the published `small` shape.

Run: `python benchmarks/musicgen.py speed [SECONDS]` (4 s of audio, minutes), `memory` (predicted beside measured peaks,
each in a fresh process), `codec` (the tiled decode of a minute against that of the whole). Two threads everywhere.

Speed: transformers' `generate` in float32, then ours. Random weights have flat scores, so that one token that differs
makes all later ones differ: beside the tokens played freely stands the honest measure, how often the best token agrees
when both hear the same past (the reference's), and how far apart the chances are that tokens are drawn by. The sound is
compared in third octaves of its mean spectrum, beside the distance of two seeds.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engines"))

THREADS = 2
SMALL = {"hidden_size": 1024, "ffn_dim": 4096, "num_hidden_layers": 24, "num_attention_heads": 16}
MID = {"hidden_size": 768, "ffn_dim": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
WORDS = "calm piano with a slow beat"


def write(folder: Path, decoder: dict, channels: int = 1) -> Path:
    """A checkpoint with a decoder of a real shape, MusicGen's codec, and a small text encoder."""
    import torch
    from tiny_ace_step import tokenizer
    from tiny_musicgen import CODEC
    from transformers import EncodecConfig, MusicgenConfig, MusicgenForConditionalGeneration, T5Config
    from transformers.models.musicgen import MusicgenDecoderConfig

    torch.manual_seed(5)
    words = tokenizer()
    text = T5Config(vocab_size=len(words), d_model=768, d_kv=64, d_ff=256, num_layers=1, num_heads=2)
    codec = EncodecConfig(
        sampling_rate=32_000, target_bandwidths=[2.2], codebook_size=2048, codebook_dim=128, hidden_size=128,
        num_filters=64, upsampling_ratios=[8, 5, 4, 4], **CODEC,
    )  # fmt: skip
    shape = MusicgenDecoderConfig(num_codebooks=4 * channels, audio_channels=channels, **decoder)
    model = MusicgenForConditionalGeneration(MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=shape))
    for layer in model.audio_encoder.quantizer.layers:
        layer.codebook.embed.normal_()
    for name in ("decoder_start_token_id", "pad_token_id", "bos_token_id"):
        setattr(model.generation_config, name, 2048)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def speed(folder: Path, seconds: float) -> None:
    import torch
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration

    from soundwright.engines import machine

    machine.hush()
    write(folder, SMALL)
    frames = round(seconds * 50)
    model = MusicgenForConditionalGeneration.from_pretrained(folder).eval()
    asked = AutoTokenizer.from_pretrained(folder)([WORDS], return_tensors="pt")
    model.generate(**asked, do_sample=False, guidance_scale=3.0, max_new_tokens=8)
    caught: list = []
    decode = model.audio_encoder.decode
    model.audio_encoder.decode = lambda codes, **more: caught.append(codes[0, 0]) or decode(codes, **more)
    began = time.perf_counter()
    sound = model.generate(**asked, do_sample=False, guidance_scale=3.0, max_new_tokens=frames + 3)[0].numpy()
    took = time.perf_counter() - began
    began = time.perf_counter()
    decode(caught[0][None, None], audio_scales=[None])
    codec_s = time.perf_counter() - began
    loop_s = took - codec_s
    torch.manual_seed(1)
    model.generate(**asked, do_sample=True, top_k=250, guidance_scale=3.0, max_new_tokens=frames + 3)
    reference, drawn = caught
    del model
    print(f"{seconds:g} s of audio, {frames + 3} columns, {THREADS} threads; float32 of transformers first")
    print("loop          loop s  times  ms each  codec s  greedy same  forced same  chances apart  spectrum dB")
    print(
        f"{'transformers':<12}{loop_s:>8.2f}{1.0:>7.2f}{loop_s / (frames + 3) * 1e3:>9.1f}{codec_s:>9.2f}", flush=True
    )
    scores = None
    for strategy in ("full", "bf16", "int8"):
        row, scores = _ours(folder, strategy, frames, reference, drawn, sound, scores)
        print(f"{strategy:<12}{row['loop']:>8.2f}{loop_s / row['loop']:>7.2f}{row['loop'] / (frames + 3) * 1e3:>9.1f}"
              f"{row['codec']:>9.2f}{row['free']:>13.4f}{row['forced']:>13.4f}{row['apart']:>15.4f}"
              f"{row['spectrum']:>13.2f}", flush=True)  # fmt: skip


def _ours(folder, strategy, frames, reference, drawn, sound, exact):
    """A row of the table, and the scores of the reference's past (those of `full` are the exact ones)."""
    import torch

    from soundwright.engines.musicgen import tokens
    from soundwright.engines.musicgen.player import Score, load
    from soundwright.progress import Progress

    player = load(folder, "cpu", strategy, melody=False)
    score = Score(WORDS, 3.0, torch.Generator().manual_seed(1), top_k=1)
    player.play(score, 8, None, Progress())
    began = time.perf_counter()
    made = player.play(score, frames, None, Progress())
    loop = time.perf_counter() - began
    began = time.perf_counter()
    player.codec.decode(made, Progress())
    codec = time.perf_counter() - began
    again = player.play(Score(WORDS, 3.0, torch.Generator().manual_seed(1)), frames, None, Progress())
    ours = player.codec.decode(again, Progress())
    columns = tokens.delayed(reference, frames, 1, 2048)
    with torch.inference_mode():
        past = player.decoder.begin(columns.shape[1], 2, player._words(WORDS))
        scores = torch.stack([tokens.guided(player.decoder.step(past, columns[:, at : at + 1]), 3.0).float()
                              for at in range(columns.shape[1] - 1)])  # fmt: skip
    exact = scores if exact is None else exact
    apart = (torch.softmax(scores, -1) - torch.softmax(exact, -1)).abs().sum(-1).mean() / 2
    if strategy == "full":
        print(f"  drawn with the seed of transformers: {(again == drawn).float().mean():.4f} of the tokens are its own")
    return {
        "loop": loop,
        "codec": codec,
        "free": float((made == reference).float().mean()),
        "forced": float((scores.argmax(-1) == exact.argmax(-1)).float().mean()),
        "apart": float(apart),
        "spectrum": _bands(ours, sound),
    }, exact


def _bands(one, other) -> float:
    """Root mean square difference in decibels of the third octaves of two sounds' mean spectra."""
    import numpy as np
    from scipy.signal import welch

    edges = 50 * 2 ** (np.arange(25) / 3)
    levels = []
    for x in (one, other):
        hertz, power = welch(x[0], 32_000, nperseg=4096)
        bands = [power[(hertz >= low) & (hertz < high)].mean() for low, high in pairwise(edges)]
        levels.append(10 * np.log10(np.array(bands) + 1e-12))
    return float(np.sqrt(np.mean((levels[0] - levels[1]) ** 2)))


def codec(folder: Path) -> None:
    """The tiled decode against one pass over the whole: how far apart they are, and what each takes."""
    import numpy as np
    import torch

    from soundwright.engines.musicgen.player import load
    from soundwright.progress import Progress

    write(folder, MID | {"num_hidden_layers": 1})
    one = load(folder, "cpu", "full", melody=False).codec
    print("audio s  whole s  tiled s  difference dB")
    for seconds in (4, 30):
        made = torch.randint(0, 2048, (4, seconds * 50), generator=torch.Generator().manual_seed(3))
        began = time.perf_counter()
        with torch.inference_mode():
            whole = one.network.decode(made[None, None], audio_scales=[None]).audio_values[0].numpy()
        middle = time.perf_counter()
        tiled = one.decode(made, Progress())
        end = time.perf_counter()
        apart = 20 * np.log10(np.abs(tiled - whole).max() / np.abs(whole).max() + 1e-12)
        print(f"{seconds:>7}{middle - began:>9.2f}{end - middle:>9.2f}{apart:>15.1f}", flush=True)


RUN = """
import sys
import diffusers, torch, transformers  # noqa: F401
from transformers import MusicgenForConditionalGeneration, T5EncoderModel  # noqa: F401
from soundwright.engines import Task
from soundwright.engines.musicgen import MusicgenEngine
from soundwright.plan import author
from soundwright.progress import Progress
torch.set_num_threads(2)
def held(word):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(word)) * 1024
loading = 0
def listen(stage, fraction, audio_s):
    global loading
    if stage == "sample" and not loading:
        loading = held("VmHWM")
        open("/proc/self/clear_refs", "w").write("5")  # the peak begins anew
folder, strategy, seconds, checkpoint = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
plan = author.write_song("piano", duration_s=seconds, seed=1)
torch.zeros(1) @ torch.zeros(1)
before = held("VmRSS")
options = {"weights": folder, "device": "cpu", "strategy": strategy}
MusicgenEngine(checkpoint).render(Task("music", plan, seconds, 1, "piano", options=options), Progress(listen))
print(held("VmHWM") - before, loading - before)
"""
ROWS = [("full", 4, "small"), ("bf16", 4, "small"), ("int8", 4, "small"), ("int8", 40, "small"),
        ("int8", 8, "stereo-small")]  # fmt: skip


def memory(folder: Path, only: str = "") -> None:
    """The plan beside what is measured: peaks from the first column on, above what is held after the imports."""
    from soundwright.engines.musicgen import plan

    print("strategy   audio s  checkpoint     predicted MB  measured MB  ratio  while loading MB")
    for strategy, seconds, checkpoint in (row for row in ROWS if not only or only == row[0]):
        place = folder / checkpoint
        if not place.exists():
            write(place, MID, 2 if checkpoint.startswith("stereo") else 1)
        need = next(n for n in plan.needs(plan.shape(place), seconds, "cpu") if n.strategy == strategy)
        done = subprocess.run([sys.executable, "-c", RUN, str(place), strategy, str(seconds), checkpoint],
                              capture_output=True, text=True)  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr)
        measured, loading = map(int, done.stdout.split()[-2:])
        print(f"{strategy:<10}{seconds:>8}  {checkpoint:<14}{need.peak / 2**20:>13.0f}{measured / 2**20:>13.0f}"
              f"{need.peak / measured:>7.2f}{loading / 2**20:>18.0f}", flush=True)  # fmt: skip


def main() -> None:
    import torch

    torch.set_num_threads(THREADS)
    what, more = (sys.argv[1] if sys.argv[1:] else "speed"), sys.argv[2:]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "musicgen"
        if what == "speed":
            speed(folder, float(more[0]) if more else 4.0)
        elif what == "codec":
            codec(folder)
        else:
            memory(folder, *more)


if __name__ == "__main__":
    main()
