"""All that compares two folders, as one self-contained page: numbers with their intervals and doubts, and pictures."""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from pathlib import Path

import numpy as np

from soundwright.deliver import picture
from soundwright.deliver.files import staged
from soundwright.errors import BadRequest
from soundwright.evaluate import charts, embedders, measure, page, sets
from soundwright.evaluate.embedders import Joint, Loaded, Tagger
from soundwright.evaluate.pooled import Pool
from soundwright.evaluate.result import Result
from soundwright.progress import Progress

PICTURED = 3  # clips at each end of the ranking
PICTURE_S = 30.0
MEANING = {
    "fad": "Fréchet Audio Distance, too large by the finite sets",
    "fad_inf": "FAD without that bias",
    "fad_inf_r2": "how well its line fits",
    "kad": "Kernel Audio Distance x 100, unbiased",
    "density": "1 for two sets of one kind",
    "coverage": "share of the reference that is met",
    "vendi_ref": "different clips in the reference",
    "vendi_gen": "different clips in the generated set",
    "mauve": "1 for equal distributions",
    "kl_ref_gen": "KL(reference‖generated), nats",
    "kl_gen_ref": "KL(generated‖reference), nats",
    "clap_score": "mean cosine of clip and caption",
    "clap_score_chance": "the same with other clips' captions",
}


def write(
    reference: Path,
    generated: Path,
    place: Path,
    names: list[str],
    tell: Progress,
    *,
    device: str | None = None,
    seed: int = 0,
    draws: int = 100,
) -> list[Result]:
    """Write the page to `place`; the results that stand in it. Raises `BadRequest`, `CannotRun` before any work."""
    heard = [embedders.load(name, device=device) for name in names]
    results, parts = [], []
    for by in heard:
        ref, gen, said = measure.two_sets(reference, generated, by, tell)
        tell("compute")
        own = [metric(ref, gen, by, list(said), seed=seed, draws=draws) for metric in (measure.fad, measure.kad)]
        own.append(measure.spread(ref, gen, by, list(said), seed=seed))
        own += _further(reference, generated, by, tell, seed)
        parts.append(_section(by, ref, gen, own))
        results += own
    text = _page(reference, generated, results, parts)
    with staged(place.parent) as stage:
        stage.path(place).write_text(text, encoding="utf-8")
    return results


def _further(reference: Path, generated: Path, by: Loaded, tell: Progress, seed: int) -> list[Result]:
    """What an embedder gives beyond its vectors: tags, and nearness to captions where the clips have any."""
    more = [measure.kl(reference, generated, by, tell, seed=seed)] if isinstance(by.embedder, Tagger) else []
    if isinstance(by.embedder, Joint):
        try:
            more.append(measure.clap(generated, generated, by, tell, seed=seed))
        except BadRequest as error:
            more.append(Result("clap", {}, warnings=[str(error)]))
    return more


def _page(reference: Path, generated: Path, results: list[Result], parts: list[str]) -> str:
    first = results[0]
    sides = page.table(
        ["", "clips", "seconds", "folder"],
        [
            [name, side.clips, f"{side.seconds:.1f}", side.path]
            for name, side in (("reference", first.reference), ("generated", first.generated))
            if side
        ],
        says=[3],
    )
    told = json.dumps([result.flat() for result in results], ensure_ascii=False).replace("</", "<\\/")
    versions = ", ".join(f"{name} {version}" for name, version in first.versions.items())
    return page.document(
        f"{generated.name} against {reference.name}",
        sides
        + page.doubts(warning for result in results for warning in result.warnings)
        + "".join(parts)
        + f"<p>Intervals: 95 %, by drawing clips again. {escape(versions)}, seed {first.seed}.</p>"
        f'<script type="application/json" id="results">{told}</script>',
    )


def _section(by: Loaded, ref: Pool, gen: Pool, results: list[Result]) -> str:
    rows = [
        [name, f"{value:.5g}", _ends(result.intervals.get(name)), MEANING.get(name, "")]
        for result in results
        for name, value in result.values.items()
    ]
    weights = "".join(f'<br><span class="hash">{escape(file)} {digest}</span>' for file, digest in by.weights.items())
    about = (
        f"{embedders.row(by.name).about}; {results[0].dim} dimensions, {ref.side.frames} and {gen.side.frames} frames"
    )
    return (
        f"<h2>{escape(by.name)}/{by.version}</h2><p>{escape(about)}{weights}</p>"
        + page.table(["measure", "value", "95 %", ""], rows, says=[3])
        + "".join(_figures(ref, gen, results[0]))
    )


def _figures(ref: Pool, gen: Pool, fad: Result) -> list[str]:
    scatter = [(name, *axes) for name, axes in zip(("reference", "generated"), _plane(ref, gen), strict=True)]
    figures = [
        page.figure(charts.points(scatter, "first axis", "second axis"), "Clips on the reference's two main axes")
    ]
    loud = [("reference", _loudness(ref)), ("generated", _loudness(gen))]
    if all(row for _, row in loud):
        figures.append(page.figure(charts.bars(loud, "LUFS"), "Integrated loudness of the clips"))
    if line := fad.notes.get("fad_inf_points"):
        x, y = [1 / share for share, _ in line], [value for _, value in line]
        drawn = charts.points([("subsets", [0.0, *x], [fad.values["fad_inf"], *y])], "all clips / clips taken", "FAD")
        figures.append(page.figure(drawn, "FAD of shares of the clips, and at infinity (left)"))
    order = [row["clip"] for row in fad.rows]
    known = {clip.name: clip for clip in gen.sounds.clips}
    ends = [*order[:PICTURED], *order[max(len(order) - PICTURED, PICTURED) :]]
    for name in ends:
        audio = sets.read(known[name])
        shown = audio.fitted(min(audio.frames, round(PICTURE_S * audio.rate)))
        drawn = b64encode(picture.draw(shown, name)).decode()
        place = order.index(name) + 1
        title = f"{name}: {place} of {len(order)} from the furthest to the nearest"
        figures.append(page.figure(f'<img alt="{escape(name)}" src="data:image/png;base64,{drawn}">', title))
    return figures


def _plane(ref: Pool, gen: Pool) -> list[tuple[list[float], list[float]]]:
    """Means of clips on the two main axes of the reference's frames."""
    frames = ref.frames.astype(np.float64)
    middle = frames.mean(axis=0)
    axes = np.linalg.svd(frames - middle, full_matrices=False)[2][:2]
    placed = [(pool.means - middle) @ axes.T for pool in (ref, gen)]
    return [(at[:, 0].tolist(), at[:, -1].tolist()) for at in placed]


def _loudness(pool: Pool) -> list[float]:
    return [clip.lufs for clip in pool.sounds.clips if clip.lufs is not None]


def _ends(interval: tuple[float, float] | None) -> str:
    return f"{interval[0]:.4g} to {interval[1]:.4g}" if interval else ""
