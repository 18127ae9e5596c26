"""The pocket generator by measure: what it is taken for, what it follows, how it varies, what it costs.

Run: `PYTHONPATH=. python benchmarks/pocket.py DATA [--network ONNX] [--captions N] [--peer] [--sheet PNG]`, where DATA
is a folder that `soundwright train data` filled. Nothing of the held-out captions and recordings was trained on.

named     Takes of held-out captions of one sound, beside fresh takes of `foley` for those captions (as they are, and
          through the codec), the training chunk of the nearest caption, and noise of the same length. Judge: the
          nearest class mean of the library's listening vectors, from takes of `foley` for every class in question; for
          recordings the nearest held-out recording. The share whose class comes first, and among the first five.
onsets    F at 50 ms of onsets that are asked for at random times, of short sounds; level: correlation in dB of the
          level that is asked for with the level that comes.
variety   Cosine of the vectors of takes of one caption by several seeds, and of different captions.
copies    How near the nearest training chunk is in latents, for takes and for held-out chunks: a copier's takes would
          be nearer.
edits     Held-out recordings varied by several strengths (cosine to the source; onset and loudness moved), and with a
          gap of a second in their middle filled (step of level at the seams; cosine of the gap to what was there).
search    Recordings whose kind has others: the share whose nearest other recording is of their kind, by the library's
          listening vectors, by the codec's encoder (the embedder `pocket`), and by both (mean of the cosines).
cost      10 s in a fresh process: seconds of processor and peak memory; beside eight steps and the decoder of Stable
          Audio Open Small's architecture with random weights (--peer, wants torch and diffusers).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from soundwright import foley
from soundwright.audio import Audio
from soundwright.dsp import envelopes, loudness, onsets
from soundwright.engines.pocket import Canvas, _filled, _sound, _varied
from soundwright.evaluate.embedders.pocket import PocketEmbedder
from soundwright.evaluate.onset import f_measure
from soundwright.library import hear
from soundwright.nets import pocket, words
from soundwright.nets import pocket_codec as codec
from soundwright.plan.effect import EffectPlan, write_effect
from soundwright.progress import Progress
from soundwright.train import pocket_latents as latents
from soundwright.train.data import captions, effects, packages, real, shards
from soundwright.train.data.packages import Recording

TELL = Progress()
SECONDS = 4.0
JUDGED = 6  # takes of foley for each class
KINDS = ("dog bark", "rain", "glass breaking", "helicopter", "laser", "church bells")
SHORT = ("dog bark", "door knock", "footstep", "hammer", "glass clink", "kick drum", "wood knock", "gunshot")


def vector(x: np.ndarray) -> np.ndarray:
    """The library's listening vector of stereo at 48 kHz."""
    import soundfile

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "x.wav"
        soundfile.write(path, np.asarray(x, np.float32).T, codec.RATE, subtype="FLOAT")
        heard = hear.hear(path)
    return np.zeros(128, np.float32) if heard.vector is None else heard.vector


def made(look: pocket.Look, caption: str, seed: int, seconds: float = SECONDS, **wish) -> np.ndarray:
    canvas = Canvas.empty(seconds, pocket.Wish(caption, seconds, **wish))
    rng = np.random.default_rng(seed)
    return _sound(_filled(look, canvas, rng, TELL), seconds, rng)


def by_foley(caption: str, seed: int, seconds: float = SECONDS) -> np.ndarray:
    plan = write_effect(caption, duration_s=seconds, seed=seed)
    return effects.played(EffectPlan(**plan.model_dump() | {"space": "dry"}), seed)


def coded(x: np.ndarray) -> np.ndarray:
    return codec.decode(codec.encode(x, codec.ours()), codec.ours(), x.shape[1])


def noise(x: np.ndarray, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (0.1 * rng.standard_normal(x.shape)).astype(np.float32)


def single(row: dict) -> str:
    """The sound model that a row's caption names alone, dry and near; "" where it says more."""
    name = row["sources"][0].removeprefix("foley:")
    caption = row["caption"].removeprefix("the sound of ").removeprefix("a recording of ").removesuffix(" sound effect")
    caption = caption.removeprefix("a single ").removeprefix("constant ").removesuffix(" ambience")
    alone = row["kind"] == "foley" and len(row["sources"]) == 1 and len(caption.split()) <= 4
    return name if alone and not any(mark in caption for mark in (",", " in ", " outside", " outdoors")) else ""


def shares(scores: np.ndarray, truth: np.ndarray) -> str:
    order = np.argsort(-scores, axis=1)
    places = (order == truth[:, None]).argmax(axis=1)
    return f"{(places == 0).mean():6.2f} {(places < 5).mean():6.2f}"


def named(look: pocket.Look, data: Path, count: int) -> list[np.ndarray]:
    apart = latents.read(data, codec.ours(), "held_out_caption", ("foley",))
    rows = [row for row in apart.rows if single(row)][:count]
    classes = sorted({single(row) for row in rows})
    truth = np.array([classes.index(single(row)) for row in rows])
    table = foley.table()
    judge = np.stack(
        [np.mean([vector(foley_take(table[name], seed)) for seed in range(JUDGED)], axis=0) for name in classes]
    )
    seen = latents.read(data, codec.ours(), "train", ("foley",))
    alone = [at for at in range(len(seen)) if single(seen.rows[at])]
    known = words.embed([seen.rows[at]["caption"] for at in alone])

    def nearest(caption: str, seed: int) -> np.ndarray:
        at = alone[int(np.argmax(known @ words.embed([caption])[0]))]
        return codec.decode(seen.values[at].astype(np.float32), codec.ours(), round(SECONDS * codec.RATE))

    def tried(play: Callable[[str, int], np.ndarray]) -> tuple[str, list[np.ndarray]]:
        takes = [play(row["caption"], seed) for seed, row in enumerate(rows)]
        return shares(np.stack([vector(take) for take in takes]) @ judge.T, truth), takes

    print(f"named: {len(rows)} held-out captions of {len(classes)} sound models       first first 5")
    heard, takes = tried(lambda caption, seed: made(look, caption, seed))
    print(f"    pocket                      {heard}")
    for label, play in {
        "foley": by_foley, "foley through the codec": lambda c, s: coded(by_foley(c, s)), "nearest caption": nearest,
        "noise": lambda c, s: noise(np.zeros((2, round(SECONDS * codec.RATE))), s),
    }.items():  # fmt: skip
        print(f"    {label:<27} {tried(play)[0]}")
    return takes


def foley_take(model, seed: int) -> np.ndarray:
    """A take of a sound model with other knobs than its own, as the data have them."""
    rng = np.random.default_rng((seed, 7))
    knobs = {knob.name: float(np.clip(knob.default + rng.uniform(-0.35, 0.35) * (knob.high - knob.low), knob.low,
                                      knob.high)) for knob in model.knobs}  # fmt: skip
    seconds = SECONDS if model.kind == "texture" else min(model.natural_s, SECONDS)
    return foley.render(model, knobs, round(seconds * codec.RATE), codec.RATE, rng)


def recordings(data: Path) -> list[tuple[Recording, Audio]]:
    """Held-out recordings that captions are known for, at most five of a kind."""
    found, counts = [], {}
    for one in packages.recordings(TELL)[0]:
        said = captions.of(one.name)
        if not said or not shards.source_held_out(one.name) or counts.get(said[0], 0) >= 5:
            continue
        counts[said[0]] = counts.get(said[0], 0) + 1
        sound = Audio.read(one.path).stereo().at(codec.RATE)
        found.append((one, Audio(sound.samples[:, : round(6 * codec.RATE)], codec.RATE)))
    return found


def named_real(look: pocket.Look, found: list[tuple[Recording, Audio]]) -> None:
    kinds = sorted({captions.of(one.name)[0] for one, _ in found})
    own = np.array([kinds.index(captions.of(one.name)[0]) for one, _ in found])
    judge = np.stack([vector(sound.samples) for _, sound in found])

    def scores(heard: np.ndarray) -> np.ndarray:
        near = heard @ judge.T
        return np.stack([near[:, own == kind].max(axis=1) for kind in range(len(kinds))], axis=1)

    print(f"named: {len(kinds)} kinds of held-out recordings ({len(found)})        first first 5")
    takes = np.stack([vector(made(look, kind, seed, 2.0)) for seed, kind in enumerate(kinds)])
    print(f"    pocket                      {shares(scores(takes), np.arange(len(kinds)))}")
    through = np.stack([vector(coded(sound.samples)) for _, sound in found])
    print(f"    recordings through the codec {shares(scores(through), own)[1:]}")
    hiss = np.stack([vector(noise(np.zeros((2, 96_000)), seed)) for seed in range(len(kinds))])
    print(f"    noise                       {shares(scores(hiss), np.arange(len(kinds)))}")


def followed(look: pocket.Look) -> None:
    found, plain, levels = [], [], []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        times = np.cumsum(rng.uniform(0.3, 0.9, 5))
        times = times[times < SECONDS - 0.2]
        caption = SHORT[seed % len(SHORT)]
        curve = pocket.struck(tuple(times), SECONDS)
        for label, wish in (("onsets", {"onsets_s": tuple(times)}),
                            ("both", {"onsets_s": tuple(times), "energy_db": curve})):  # fmt: skip
            x = made(look, caption, seed, **wish)
            if label == "both":
                x = envelopes.dying(x, codec.RATE, times)  # as the engine does
            heard = np.array([one.time_s for one in onsets.onsets(Audio(x, codec.RATE))])
            score = f_measure(times, heard)["f"] if len(heard) else 0.0
            (plain if label == "onsets" else found).append(score)
            if label == "both":
                power = np.square(x).reshape(2, -1, codec.PATCH).mean(axis=(0, 2))
                levels.append(np.corrcoef(np.maximum(10 * np.log10(power + 1e-9), -70), curve)[0, 1])
    print(f"onsets: F at 50 ms {np.mean(plain):.2f} by onsets alone, {np.mean(found):.2f} with the level; level "
          f"correlates by {np.mean(levels):.2f}")  # fmt: skip


def varied(look: pocket.Look, data: Path, takes: list[np.ndarray]) -> None:
    own, other = [], []
    for caption in KINDS:
        heard = np.stack([vector(made(look, caption, seed)) for seed in range(4)])
        own.append((heard @ heard.T)[np.triu_indices(4, 1)].mean())
        other.append(heard[0])
    across = np.stack(other) @ np.stack(other).T
    print(
        f"variety: cosine {np.mean(own):.2f} of seeds, {across[np.triu_indices(len(other), 1)].mean():.2f} of captions"
    )
    scales = codec.ours().scales
    frames = round(SECONDS * pocket.FRAME_HZ)
    seen = latents.read(data, codec.ours(), "train", ("foley", "recording")).values[:, :frames]
    apart = latents.read(data, codec.ours(), "held_out_caption", ("foley", "recording")).values[:60, :frames]
    mine = np.stack([codec.encode(take, codec.ours())[:frames] for take in takes[:60]])

    def near(some: np.ndarray) -> np.ndarray:
        flat = (some * scales).reshape(len(some), -1).astype(np.float32)
        best = np.full(len(some), np.inf)
        for part in np.array_split(seen, max(1, len(seen) // 256)):
            rows = (part * scales).reshape(len(part), -1).astype(np.float32)
            square = (flat**2).sum(1)[:, None] - 2 * flat @ rows.T + (rows**2).sum(1)
            best = np.minimum(best, square.min(axis=1))
        return np.sqrt(np.maximum(best, 0) / flat.shape[1])

    ours, theirs = near(mine), near(apart.astype(np.float32))
    print(f"copies: nearest training chunk {np.median(ours):.2f} away (least {ours.min():.2f}); of held-out chunks "
          f"{np.median(theirs):.2f} (least {theirs.min():.2f})")  # fmt: skip


def edited(look: pocket.Look, found: list[tuple[Recording, Audio]]) -> None:
    some = [(one, sound) for one, sound in found if sound.duration_s > 0.4][:16]
    print(f"edits: {len(some)} held-out recordings      cosine  onset ms  LUFS off")
    for strength in (0.0, 0.25, 0.5, 0.75, 1.0):
        alike, moved, off = [], [], []
        for seed, (one, sound) in enumerate(some):
            caption = captions.of(one.name)[0]
            if strength:
                x = _varied(look, sound, caption, strength, seed, TELL).samples
            else:
                x = coded(sound.samples)
            alike.append(float(vector(x) @ vector(sound.samples)))
            moved.append(abs(begin_ms(x) - begin_ms(sound.samples)))
            off.append(abs(loudness.momentary_max(x, codec.RATE) - loudness.momentary_max(sound.samples, codec.RATE)))
        label = f"vary {strength:g}" if strength else "codec alone"
        print(f"    {label:<28} {np.mean(alike):8.2f} {np.median(moved):9.0f} {np.median(off):9.2f}")
    steps, alike, by_chance = [], [], []
    longer = [(one, sound) for one, sound in found if sound.duration_s > 2.5][:16]
    for seed, (one, sound) in enumerate(longer):
        canvas = Canvas.of(sound, captions.of(one.name)[0])
        middle = sound.duration_s / 2
        canvas.open(middle - 0.5, middle + 0.5)
        rng = np.random.default_rng(seed)
        x = _sound(_filled(look, canvas, rng, TELL), sound.duration_s, rng)
        a, b = round((middle - 0.5) * codec.RATE), round((middle + 0.5) * codec.RATE)
        for at in (a, b):
            parts = [x[:, at - 4800 : at], x[:, at : at + 4800]]
            steps.append(abs(np.subtract(*(10 * np.log10(np.square(part).mean() + 1e-9) for part in parts))))
        alike.append(float(vector(x[:, a:b]) @ vector(sound.samples[:, a:b])))
        other = longer[(seed + 1) % len(longer)][1].samples
        by_chance.append(float(vector(other[:, : b - a]) @ vector(sound.samples[:, a:b])))
    print(f"    a gap of 1 s in {len(longer)} filled: step at the seams {np.median(steps):.1f} dB, cosine to what was "
          f"there {np.mean(alike):.2f} (another recording {np.mean(by_chance):.2f})")  # fmt: skip


def searched() -> None:
    found = real.usable(packages.recordings(TELL)[0])
    kinds = np.array([captions.of(one.name)[0] for one in found])
    sounds = [Audio.read(one.path).stereo().at(codec.RATE) for one in found]
    listened = np.stack([vector(sound.samples[:, : 40 * codec.RATE]) for sound in sounds])
    embedder = PocketEmbedder()
    encoded = np.stack([embedder.embed(sound).mean(axis=0) for sound in sounds])
    encoded = encoded - encoded.mean(axis=0)
    encoded /= np.linalg.norm(encoded, axis=1, keepdims=True)
    shared = np.array([(kinds == kind).sum() > 1 for kind in kinds])
    near = {"listening vectors": listened @ listened.T, "pocket's encoder": encoded @ encoded.T}
    near["both"] = sum(near.values()) / 2
    for label, cosines in near.items():
        np.fill_diagonal(cosines, -2.0)
        right = (kinds[cosines.argmax(axis=1)] == kinds)[shared]
        print(f"search: {len(right)} recordings of {len(set(kinds[shared]))} kinds by {label}: {right.mean():.2f}")


def begin_ms(x: np.ndarray) -> float:
    level = np.abs(x).max(axis=0)
    return float(np.argmax(level > 0.1 * level.max())) / codec.RATE * 1000


COST = """
import json, time
begin = time.process_time(), time.perf_counter()
from soundwright import engines
from soundwright.engines import Task
from soundwright.plan.effect import EffectEvent, EffectPlan
from soundwright.progress import Progress
plan = EffectPlan(duration_s=10.0, events=[EffectEvent(sound="rain", duration_s=10.0)])
take = engines.load("pocket").render(Task("effect", plan, 10.0, 1, "rain"), Progress())
assert take.audio.frames == 480_000
print(json.dumps({"cpu_s": time.process_time() - begin[0], "wall_s": time.perf_counter() - begin[1],
                  "peak_mb": int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024}))
"""
PEER = """
import json, time, torch
from diffusers import AutoencoderOobleck
from diffusers.models.transformers.stable_audio_transformer import StableAudioDiTModel
torch.set_num_threads(2)
net = StableAudioDiTModel(sample_size=256, in_channels=64, num_layers=16, attention_head_dim=64, num_attention_heads=16,
                          num_key_value_attention_heads=16, out_channels=64, cross_attention_dim=768,
                          global_states_input_dim=768).eval()
vae = AutoencoderOobleck().eval()
from diffusers.models.embeddings import get_1d_rotary_pos_embed
rotary = get_1d_rotary_pos_embed(32, 257, use_real=True, repeat_interleave_real=False)
begin = time.process_time(), time.perf_counter()
with torch.inference_mode():
    x = torch.randn(1, 64, 256)
    for _ in range(8):
        x = x - 0.1 * net(x, torch.tensor([0.5]), encoder_hidden_states=torch.randn(1, 65, 768),
                          global_hidden_states=torch.randn(1, 1, 768), rotary_embedding=rotary, return_dict=False)[0]
    vae.decode(x[..., :216])
print(json.dumps({"cpu_s": time.process_time() - begin[0], "wall_s": time.perf_counter() - begin[1],
                  "peak_mb": int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024}))
"""


def cost(peer: bool) -> None:
    scripts = {"pocket, cold": COST} | ({"Stable Audio Open Small, loaded": PEER} if peer else {})
    for label, script in scripts.items():
        told = json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
                          .stdout.splitlines()[-1])  # fmt: skip
        print(f"cost: {label}: 10 s of stereo in {told['cpu_s']:.1f} s of processor ({told['wall_s']:.1f} s), "
              f"{told['peak_mb']:.0f} MB")  # fmt: skip


def sheet(look: pocket.Look, path: Path) -> None:
    """Log-mel pictures of takes by `foley` (above) and pocket (below)."""
    from PIL import Image

    from soundwright.dsp import spectra

    columns = []
    for seed, caption in enumerate(KINDS):
        pair = [by_foley(caption, seed), made(look, caption, seed)]
        tiles = [np.clip((spectra.log_mel(x.mean(axis=0), codec.RATE)[::-1] + 90) / 80, 0, 1) for x in pair]
        columns.append(np.pad(np.concatenate([np.pad(tile, ((0, 4), (0, 0))) for tile in tiles]), ((0, 0), (0, 6))))
    Image.fromarray((np.concatenate(columns, axis=1) * 255).astype(np.uint8)).resize((1500, 420)).save(path)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--network", type=Path)
    parser.add_argument("--captions", type=int, default=100)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    look, story = pocket.read(given.network) if given.network else pocket.ours()
    print(f"{story['parameters'] / 1e6:.1f} M parameters, step {story['step']}, {story['seconds']} s of training")
    latents.prepare(given.data, codec.ours(), TELL)
    takes = named(look, given.data, given.captions)
    found = recordings(given.data)
    named_real(look, found)
    followed(look)
    varied(look, given.data, takes)
    edited(look, found)
    searched()
    if given.sheet:
        sheet(look, given.sheet)
    cost(given.peer)


if __name__ == "__main__":
    main()
