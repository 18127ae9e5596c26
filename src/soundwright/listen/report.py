"""What a test found as one self-contained page, and every answer as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from html import escape
from typing import Any

from soundwright.evaluate import charts
from soundwright.evaluate.page import document, doubts
from soundwright.evaluate.page import table as sheet_of
from soundwright.listen.design import item_of
from soundwright.listen.document import KINDS, ListeningTest
from soundwright.listen.results import Outcome
from soundwright.listen.store import Rating

COLUMNS = ["rater", "phase", "item", "compared", "condition", "value"]
COLUMNS += ["done", "place", "elapsed_ms", "plays", "rated_at"]
SCALES = {"mushra": ("rating", (0.0, 100.0)), "acr": ("mean opinion score", (1.0, 5.0))}
FORMULA = ("=", "+", "-", "@", "\t")  # what a spreadsheet would compute when a name begins so


def table(ratings: Sequence[Rating]) -> str:
    """All answers as CSV, training and unfinished trials among them, one to a line."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for row in ratings:
        phase, item, compared = item_of(row.trial)
        cells = [row.rater, phase, item, " | ".join(compared), row.condition or "no difference", f"{row.value:g}"]
        cells += [int(row.done), "" if row.place is None else row.place + 1, row.elapsed_ms, row.plays, row.rated_at]
        sheet.writerow([_inert(cell) for cell in cells])
    return out.getvalue()


def page(test: ListeningTest, outcome: Outcome) -> str:
    """The outcome as HTML: one file, no script, nothing from elsewhere."""
    told = json.dumps(outcome.flat(), ensure_ascii=False).replace("<", "\\u003c")
    people = [
        ["raters invited", outcome.invited],
        ["began", outcome.began],
        ["through to the end", outcome.complete],
        ["counted", outcome.counted],
        ["answers in finished trials", outcome.answers],
    ]
    if outcome.agreement is not None:
        people.append([f"agreement ({outcome.agreement_measure}; 1 whole, 0 chance)", f"{outcome.agreement:.3f}"])
    parts = [f"<p>{escape(KINDS[test.kind])}</p>", sheet_of(["", ""], people), doubts(outcome.warnings)]
    parts += _systems(outcome)
    if outcome.pairs:
        parts.append("<h2>Each two</h2>" + _sheet(outcome.pairs))
    if outcome.items:
        parts.append("<h2>Items</h2><p>The median of each system, and its quartiles.</p>" + _items(outcome.items))
    if outcome.excluded:
        parts.append("<h2>Raters who do not count</h2><p>By the post-screening of ITU-R BS.1534-3.</p>")
        parts.append(sheet_of(["rater", "why"], list(outcome.excluded.items()), says=(1,)))
    parts.append(f"<p>{METHOD[test.kind]}</p>")
    return document(test.title, f'{"".join(parts)}<script type="application/json" id="results">{told}</script>')


CLUSTERED = (
    "Intervals are 95 %, drawing raters and items again, each with all its answers. p: permutation test that turns "
    "whole raters round; p holm: corrected for the number of pairs."
)
METHOD = {
    "mushra": f"Points are single answers, the mark is the median. {CLUSTERED}",
    "acr": f"Points are single answers, the mark is the mean. {CLUSTERED}",
    "pair": f"Strength: Bradley-Terry, log odds of being chosen, mean 0. Binomial p takes every answer as independent. "
    f"{CLUSTERED}",
    "abx": "Right: share of X named rightly, 0.5 by guessing. p: exact binomial, one-sided, every answer taken as "
    "independent. Intervals are 95 %, drawing raters and items again.",
}


def _systems(outcome: Outcome) -> list[str]:
    if not outcome.systems:
        return []
    if outcome.kind in SCALES:
        x_name, ends = SCALES[outcome.kind]
        middle = "median" if outcome.kind == "mushra" else "mean"
        rows = [
            charts.Row(row["system"], row[middle], row[f"{middle}_ci95"], outcome.singles[row["system"]])
            for row in outcome.systems
        ]
        drawn = charts.intervals(rows, x_name, ends)
    else:
        rows = [charts.Row(row["system"], row["strength"], row["strength_ci95"]) for row in outcome.systems]
        wide = 1.1 * max(1.0, *(abs(end) for row in outcome.systems for end in row["strength_ci95"]))
        drawn = charts.intervals(rows, "strength, log odds", (-wide, wide))
    return [f"<h2>Systems</h2><figure>{drawn}</figure>", _sheet(outcome.systems)]


def _sheet(rows: list[dict[str, Any]]) -> str:
    return sheet_of(
        [name.replace("_", " ") for name in rows[0]], [[_cell(value) for value in row.values()] for row in rows]
    )


def _items(rows: list[dict[str, Any]]) -> str:
    def cell(value: Any) -> str:
        return f"{value[1]:.3g} ({value[0]:.3g} to {value[2]:.3g})" if isinstance(value, list) else _cell(value)

    return sheet_of(list(rows[0]), [[cell(value) for value in row.values()] for row in rows])


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " to ".join(_cell(end) for end in value)
    if value is None:
        return "?"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
