"""What the pages of evaluation share: one style for screens of any width, light or dark, tables and figures as text.

A page asks nothing of any other place: no script, no font, no picture that is not in it. Every string is escaped, but
for `Html`, which is markup already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root{color-scheme:light dark;--ink:#3c424e;--paper:#fafaf8;--faint:#6d7380;--line:#d9d9d4;--warn:#fff3d6;--card:#fff;
--best:#e3f0e4;--one:#265e8a;--two:#c85428;--three:#7a8a3a;--four:#7b4f9d;--five:#1f8a82}
@media(prefers-color-scheme:dark){:root{--ink:#d7dae0;--paper:#16181c;--faint:#9aa0ab;--line:#383c44;--warn:#40351b;
--card:#1e2126;--best:#1f3a26;--one:#7db4dd;--two:#ef9468;--three:#b6c96a;--four:#c09ae0;--five:#62c9c0}}
*{box-sizing:border-box}
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1040px;padding:0 1rem;color:var(--ink);
background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.2}h2{font-size:1.15rem;margin:2rem 0 .6rem}h3{font-size:1rem;margin:1.4rem 0 .3rem}
a{color:var(--one)}p{margin:.5rem 0}
.wide{overflow-x:auto;margin:.5rem 0}table{border-collapse:collapse}
td,th{padding:.25rem .9rem .25rem 0;text-align:left;font-variant-numeric:tabular-nums;vertical-align:top;
overflow-wrap:normal}
td+td,th+th{padding-left:.3rem}tr+tr td{border-top:1px solid var(--line)}th{font-weight:600;white-space:nowrap}
td.best{background:var(--best)}.n{white-space:nowrap}.say{min-width:13rem}
.warn{background:var(--warn);margin:.6rem 0;padding:.5rem .8rem;border-radius:4px}
.warn ul{margin:.3rem 0;padding-left:1.2rem}
.faint,figcaption{color:var(--faint);font-size:.85rem}
summary{cursor:pointer;font-size:1.15rem;font-weight:600;margin:1.2rem 0 .4rem}
.hash{font:.75rem ui-monospace,monospace}
figure{display:inline-block;margin:.4rem .8rem .4rem 0;vertical-align:top;max-width:100%}
svg,figure img{width:460px;max-width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}
svg .s0{color:var(--one)}svg .s1{color:var(--two)}svg .s2{color:var(--three)}svg .s3{color:var(--four)}
svg .s4{color:var(--five)}svg .key{fill:currentColor}
.takes{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:.7rem}
.take{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem .7rem;min-width:0}
.take audio,.take video{width:100%;margin:.4rem 0;display:block}
"""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: object) -> str:
    """A value as markup."""
    return value if isinstance(value, Html) else escape(str(value))


def document(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )


def table(head: Sequence[object], rows: Iterable[Sequence[object]], says: Sequence[int] = ()) -> str:
    """A table that scrolls by itself where it is wider than the page; the columns `says` hold sentences."""
    top = "".join(f"<th>{text(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(cell(one, at in says) for at, one in enumerate(row)) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{top}</tr>{body}</table></div>'


def cell(value: object, says: bool = False) -> str:
    """One cell; what is a `<td>` already stays as it is."""
    if isinstance(value, Html) and value.startswith("<td"):
        return value
    return f'<td class="{"say" if says else "n"}">{text(value)}</td>'


def figure(drawn: str, title: object) -> str:
    return f"<figure><figcaption>{text(title)}</figcaption>{drawn}</figure>"


def doubts(warnings: Iterable[str], head: str = "Read the numbers with these in mind") -> str:
    """A box of warnings; nothing where there are none."""
    rows = "".join(f"<li>{escape(warning)}</li>" for warning in dict.fromkeys(warnings))
    return f'<div class="warn"><strong>{escape(head)}</strong><ul>{rows}</ul></div>' if rows else ""


def number(value: float) -> str:
    """Four digits that count, and none where they say nothing."""
    return f"{value:.0f}" if abs(value - round(value)) < 1e-9 and abs(value) < 1e6 else f"{value:.4g}"
