"""Cold start to finished file, each run in a fresh process; with --peer beside MusicGen-small's architecture.

    python benchmarks/cold.py [--runs 3] [--peer]

The peer has MusicGen-small's published sizes and random weights (its speed does not depend on their values), so it
needs no download; it runs through transformers and wants `pip install 'soundwright[torch]'`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

CLI = ("-m", "soundwright.cli")
OWN = ("--soundfont", "none")  # the built-in instruments, as on a machine without a soundfont
JOBS = {
    "import soundwright": ["-c", "import soundwright"],
    "soundwright --help": [*CLI, "--help"],
    "music -d 30": [*CLI, "music", "calm lo-fi piano with soft drums, 78 bpm, in A minor", "-d", "30", *OWN],
    "music -d 180": [*CLI, "music", "upbeat pop song with piano, guitar, bass and drums", "-d", "180", *OWN],
    "effect -d 10": [*CLI, "effect", "rain on a tin roof with distant thunder", "-d", "10"],
}
AUDIO_S = {"music -d 30": 30.0, "music -d 180": 180.0, "effect -d 10": 10.0}
PEER_S = 3.0
PEER = f"""
import time, torch
from transformers import EncodecConfig, MusicgenConfig, MusicgenDecoderConfig
from transformers import MusicgenForConditionalGeneration, T5Config
torch.manual_seed(0)
text = T5Config(vocab_size=32128, d_model=768, d_ff=3072, num_layers=12, num_heads=12)
codec = EncodecConfig(sampling_rate=32000, target_bandwidths=[2.2], upsampling_ratios=[8, 5, 4, 4], num_filters=64,
                      codebook_size=2048, codebook_dim=128, use_causal_conv=False, hidden_size=128, normalize=False)
decoder = MusicgenDecoderConfig(vocab_size=2048, hidden_size=1024, num_hidden_layers=24, ffn_dim=4096,
                                num_attention_heads=16, num_codebooks=4)
config = MusicgenConfig(text_encoder=text.to_dict(), audio_encoder=codec.to_dict(), decoder=decoder.to_dict())
model = MusicgenForConditionalGeneration(config).eval()
words = torch.randint(1, 32000, (1, 16))
start = time.perf_counter()
with torch.inference_mode():
    model.generate(input_ids=words, max_new_tokens=int({PEER_S} * 50) + 4, min_new_tokens=int({PEER_S} * 50) + 4,
                   do_sample=True, guidance_scale=3.0)
print(time.perf_counter() - start)
"""


def measure(arguments: list[str]) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds, peak MB and output of one fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with open(os.path.join(folder, "printed"), "w+") as printed:
            process = subprocess.Popen([sys.executable, *arguments], cwd=folder, stdout=printed, stderr=printed)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - start
            printed.seek(0)
            said = printed.read()
    if process.returncode:
        raise SystemExit(f"{arguments} failed:\n{said}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", action="store_true")
    asked = parser.parse_args()
    print(f"{'job':<22}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'s per audio s':>15}   (medians of {asked.runs})")
    ours = 0.0
    for name, arguments in JOBS.items():
        runs = [measure(arguments) for _ in range(asked.runs)]
        wall, cpu, memory = (statistics.median(run[i] for run in runs) for i in range(3))
        audio = AUDIO_S.get(name)
        ours = wall / audio if name == "music -d 30" and audio else ours
        print(f"{name:<22}{wall:>9.2f}{cpu:>9.2f}{memory:>9.0f}" + (f"{wall / audio:>15.3f}" if audio else ""))
    if asked.peer:
        wall, cpu, memory, said = measure(["-c", PEER])
        each = float(said.split()[-1]) / PEER_S
        print(f"{'MusicGen-small shape':<22}{wall:>9.2f}{cpu:>9.2f}{memory:>9.0f}{each:>15.3f}")
        print(f"a second of music costs MusicGen-small's architecture {each / ours:.0f} times what it costs `score`")


if __name__ == "__main__":
    main()
