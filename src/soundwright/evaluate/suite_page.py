"""A suite as files: `report.html` with players of the takes that lie beside it, `results.json` and `results.csv`."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from soundwright.deliver.files import staged
from soundwright.evaluate import charts, page
from soundwright.evaluate.page import Html, number
from soundwright.evaluate.ranking import FEWEST, Difference, Standing
from soundwright.evaluate.result import finite, versions
from soundwright.evaluate.suite import Metric, Suite
from soundwright.evaluate.suite_takes import Take

SHOWN = (
    "generation_s",
    "integrated_lufs",
    "true_peak_dbtp",
    "clap_score",
    "tempo_agrees",
    "key_agreement",
    "onset_f",
    "lag_abs_ms",
)  # fmt: skip - of a take, under its player


def write(suite: Suite, facts: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write the three files to `folder`, all or none; what stands in `results.json`.

    `facts` tell what was asked, the engines, those that are absent and what failed. Raises `BadRequest`, `CannotRun`.
    """
    told = _told(suite, facts, folder)
    with staged(folder) as stage:
        notation = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
        stage.path(folder / "results.json").write_text(notation + "\n", encoding="utf-8")
        stage.path(folder / "results.csv").write_text(_sheet(told["takes"]), encoding="utf-8")
        stage.path(folder / "report.html").write_text(_page(suite, told, folder), encoding="utf-8")
    return told


def _told(suite: Suite, facts: dict[str, Any], folder: Path) -> dict[str, Any]:
    warnings = list(suite.warnings)
    if (count := len({take.prompt for take in suite.takes})) < FEWEST:
        warnings.append(
            f"{count} prompt{'s' if count > 1 else ''}: no difference is called sure with fewer than {FEWEST}"
        )
    ranking = {
        name: {**asdict(suite.metrics[name]), "engines": [_standing(row) for row in one.standings],
               "differences": [_difference(row) for row in one.differences]}
        for name, one in suite.rankings.items()
    }  # fmt: skip
    takes = [
        {"engine": take.engine, "prompt": take.prompt, "take": take.number, "seed": take.seed, "verb": take.verb,
         "words": take.words, "tags": list(take.tags), "file": _beside(take, folder), **numbers, "faults": note}
        for take, numbers, note in zip(suite.takes, suite.numbers, suite.notes, strict=True)
    ]  # fmt: skip
    return finite({"metric": "suite", **facts, "ranking": ranking, "by_tag": suite.by_tag(), "sets": suite.sets,
                   "takes": takes, "versions": versions(), "warnings": warnings})  # fmt: skip


def _standing(row: Standing) -> dict[str, Any]:
    return {"engine": row.system, "value": row.value, "ci95": row.interval, "prompts": row.prompts, "place": row.place}


def _difference(row: Difference) -> dict[str, Any]:
    return {"one": row.one, "other": row.other, "difference": row.value, "ci95": row.interval, "prompts": row.prompts,
            "better": row.better}  # fmt: skip


def _beside(take: Take, folder: Path) -> str:
    return Path(os.path.relpath(take.file, folder)).as_posix()


def _sheet(takes: list[dict[str, Any]]) -> str:
    """One line for each take; a measure that does not apply is empty."""
    columns = list(dict.fromkeys(name for take in takes for name in take if name != "faults"))
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, [*columns, "faults"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**take, "tags": " ".join(take["tags"])} for take in takes)
    return sheet.getvalue()


def _page(suite: Suite, told: dict[str, Any], folder: Path) -> str:
    engines, asked = suite.engines, told["asked"]
    takes = f", {asked['takes']} takes of each" if asked["takes"] > 1 else ""
    absent = page.doubts((f"{engine}: {why}" for engine, why in told["absent"].items()), "Could not take part")
    failed = page.doubts(
        (f"{row['engine']}, {row['prompt']}, take {row['take']}: {row['said']}" for row in told["failed"]), "Not made"
    )
    heard = ", ".join(f"{name}/{one['version']}" for name, one in told["embedders"].items())
    parts = [
        f"<p>{escape(', '.join(engines))}: {len({take.prompt for take in suite.takes})} prompts{takes}, "
        f'seed {asked["seed"]}. All numbers: <a href="results.json">results.json</a>, '
        '<a href="results.csv">results.csv</a>.</p>',
        absent,
        failed,
        page.doubts(told["warnings"]),
        "<h2>Who is better at what</h2>",
        "<p>Means over prompts with their 95 % intervals, by drawing prompts again, the same for all engines. A place "
        "is 1 plus the number of engines that are surely better; those that share it may differ by nothing but noise. "
        "↑ more is better, ↓ less.</p>",
        _standings(suite, engines),
        "".join(_chart(name, suite) for name in suite.rankings if suite.metrics[name].better),
        _differences(suite),
        _tags(told["by_tag"], engines),
        "<h2>Listen</h2>",
        *(_prompt(name, suite, folder) for name in dict.fromkeys(take.prompt for take in suite.takes)),
        f"<p class='faint'>Heard by {escape(heard)}. "
        f"{escape(', '.join(f'{name} {version}' for name, version in told['versions'].items()))}. Licences of what was "
        f"made: {escape(', '.join(f'{engine}: {name}' for engine, name in told['engines'].items()))}.</p>",
    ]
    return page.document(f"{' and '.join(engines)} on the same prompts", "".join(parts))


def _standings(suite: Suite, engines: list[str]) -> str:
    rows = []
    for name, one in suite.rankings.items():
        by = {row.system: row for row in one.standings}
        metric, told = suite.metrics[name], any(row.better for row in one.differences)
        rows.append([_measure(name, metric), *(_value(by.get(engine), told) for engine in engines), metric.words])
    return page.table(["measure", *engines, ""], rows, says=[len(engines) + 1])


def _measure(name: str, metric: Metric) -> str:
    way = {"high": " ↑", "low": " ↓", None: ""}[metric.better]
    return f"{name}{way}"


def _value(row: Standing | None, told: bool) -> Html:
    """A cell; it stands out where it is best and not all are."""
    if row is None:
        return Html('<td class="n faint">not measured</td>')
    under = [f"{number(row.interval[0])} to {number(row.interval[1])}"] if row.interval else []
    under += [f"place {row.place}, {row.prompts} prompts"] if row.place else []
    best = " best" if row.place == 1 and told else ""
    return Html(f'<td class="n{best}">{number(row.value)}<br><span class="faint">{"<br>".join(under)}</span></td>')


def _chart(name: str, suite: Suite) -> str:
    rows = [charts.Row(row.system, row.value, row.interval) for row in suite.rankings[name].standings]
    if len(rows) < 2:
        return ""
    unit = suite.metrics[name].unit
    return page.figure(charts.intervals(rows, unit or name), _measure(name, suite.metrics[name]))


def _differences(suite: Suite) -> str:
    rows = []
    for name, one in suite.rankings.items():
        for row in one.differences:
            around = f"{number(row.interval[0])} to {number(row.interval[1])}" if row.interval else ""
            said = f"{row.better} is better" if row.better else "within noise"
            rows.append([name, f"{row.one} less {row.other}", number(row.value), around, row.prompts, said])
    if not rows:
        return ""
    told = page.table(["measure", "", "difference", "95 %", "prompts", ""], rows)
    return f"<details><summary>Two by two</summary>{told}</details>"


def _tags(by_tag: dict[str, Any], engines: list[str]) -> str:
    rows = [
        [tag, name, *(number(means[engine]) if engine in means else "" for engine in engines)]
        for tag, own in by_tag.items()
        for name, means in own.items()
    ]
    return (
        f"<details><summary>By tag</summary>{page.table(['tag', 'measure', *engines], rows)}</details>" if rows else ""
    )


def _prompt(name: str, suite: Suite, folder: Path) -> str:
    own = [row for row in zip(suite.takes, suite.numbers, suite.notes, strict=True) if row[0].prompt == name]
    first = own[0][0]
    tags = f' <span class="faint">{escape(", ".join(first.tags))}</span>' if first.tags else ""
    cards = "".join(_take(take, numbers, note, folder) for take, numbers, note in own)
    return (
        f"<h3>{escape(name)}{tags}</h3><p>{escape(first.words) or escape(first.file.name)}</p>"
        f'<div class="takes">{cards}</div>'
    )


def _take(take: Take, numbers: dict[str, float], note: str, folder: Path) -> str:
    source = escape(quote(_beside(take, folder)))
    player = "video" if take.film else "audio"
    told = [f"{name} {number(numbers[name])}" for name in SHOWN if name in numbers]
    fault = f"<br>{escape(note)}" if note else ""
    return (
        f'<div class="take"><strong>{escape(take.engine)}</strong> <span class="faint">take {take.number}, seed '
        f'{take.seed}</span><{player} controls preload="none" src="{source}"></{player}>'
        f'<div class="faint">{escape(", ".join(told))}{fault}</div></div>'
    )
