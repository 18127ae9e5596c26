"""The options that the verbs share: what is asked for, and how it is delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Seed = Annotated[int, typer.Option(help="Another seed is another take; the same seed is the same file.")]
Engine = Annotated[str, typer.Option(help="Who plays: see `soundwright engines`.")]
Negative = Annotated[str, typer.Option(help="What should not be heard, in words.")]
Style = Annotated[list[str], typer.Option(help="A style tag; may be given several times.")]
Lyrics = Annotated[str, typer.Option(help="Lyrics, or a file of them.")]
Composer = Annotated[
    str | None,
    typer.Option(help="Who writes the theme: learned (from old tunes) or rules. [default: what suits the style]"),
]
SongLoop = Annotated[bool, typer.Option("--loop", help="Whole bars whose end meets the beginning.")]
SoundLoop = Annotated[bool, typer.Option("--loop", help="A seamless loop.")]
Seconds = Annotated[float | None, typer.Option("-d", "--duration", help="Seconds, exactly. [default: see above]")]

Out = Annotated[Path | None, typer.Option("-o", "--out", help="The file: .wav .flac .aiff .mp3 .ogg .opus .m4a")]
Bits = Annotated[int, typer.Option(help="16 (dithered), 24, or 32 (float), where the format is without loss.")]
Stems = Annotated[bool, typer.Option("--stems", help="One file per part as well, in NAME.stems/.")]
StemsZip = Annotated[bool, typer.Option("--stems-zip", help="The stems as NAME.stems.zip.")]
Picture = Annotated[bool, typer.Option("--picture", help="Waveform and spectrogram as PNG as well.")]
Peaks = Annotated[bool, typer.Option("--peaks", help="Peaks for web players as NAME.peaks.json as well.")]
Preset = Annotated[
    str,
    typer.Option(help="Of finishing: music, streaming, broadcast, game ... [default: what suits]", show_default=False),
]
Start = Annotated[float, typer.Option("--start", help="Seconds on a timeline at which it starts (bext TimeReference).")]
Sign = Annotated[bool, typer.Option("--sign", help="Content Credentials (C2PA), signed last; wants the extra [mark].")]
Watermark = Annotated[str, typer.Option(help="A mark in the sound: patchwork, perth (wants [mark]), or all.")]
Ucs = Annotated[str, typer.Option(help="Name the file after the Universal Category System: CREATOR_SOURCE.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]

Author = Annotated[
    str,
    typer.Option(
        help="Who looks at the film and names its sounds: efficientnet, clip ... (soundwright plan authors), a folder "
        "with a vision-language model, or an OpenAI-compatible address, like http://localhost:11434/v1 (Ollama): "
        "pictures go there; a key is taken from SOUNDWRIGHT_AUTHOR_KEY."
    ),
]
AuthorModel = Annotated[str, typer.Option(help="The model at the author's address, like qwen2.5vl:7b.")]

Commercial = Annotated[bool, typer.Option("--commercial", help="Nothing whose licence forbids to sell what is made.")]
Weights = Annotated[
    str | None, typer.Option(help="A folder with the weights of a big model.", rich_help_panel="Big models")
]
Vram = Annotated[
    str | None, typer.Option(help="Memory it may take, like 8GB. [default: what is free]", rich_help_panel="Big models")
]
Device = Annotated[
    str | None, typer.Option(help="cuda, mps or cpu. [default: the fastest here]", rich_help_panel="Big models")
]
Strategy = Annotated[
    str | None,
    typer.Option(help="full, bf16, int8, offload, group. [default: planned by memory]", rich_help_panel="Big models"),
]
Steps = Annotated[
    int | None, typer.Option(help="Denoising steps. [default: right for the checkpoint]", rich_help_panel="Big models")
]
Guidance = Annotated[
    float | None, typer.Option(help="Guidance scale. [default: right for the checkpoint]", rich_help_panel="Big models")
]
Rerolls = Annotated[
    int,
    typer.Option(
        help="How often a take, or a section, that only loops or falls silent is played anew; 0: it is not heard.",
        rich_help_panel="Big models",
    ),
]
Lora = Annotated[
    str | None,
    typer.Option(
        help="A LoRA (safetensors) for the checkpoint, its strength after an @: FILE@0.7.", rich_help_panel="Big models"
    ),
]
Reference = Annotated[
    str | None, typer.Option(help="A sound file whose timbre is followed.", rich_help_panel="Big models")
]


def delivery(
    bits: int, stems: bool, stems_zip: bool, picture: bool, peaks: bool, start: float, sign: bool, watermark: str
) -> dict:
    """The options of delivery as `Piece.save` takes them."""
    return {
        "bits": bits,
        "stems": "zip" if stems_zip else stems,
        "picture": picture,
        "peaks": peaks,
        "start_s": start,
        "sign": sign,
        "watermark": watermark == "all" or watermark or False,
        "plan": True,
    }


def ucs_place(place: Path, ucs: str, plan: str, title: str, number: int = 0) -> Path:
    """`place` renamed to `CatID_FXName_CREATOR_SOURCE`, by the category of the plan; unchanged where `ucs` is empty."""
    if not ucs:
        return place
    from soundwright.deliver import ucs as categories

    creator, _, source = ucs.partition("_")
    name = categories.name(plan, title, creator=creator, source=source or "Soundwright", number=number)
    return place.with_name(f"{name}{place.suffix}")
