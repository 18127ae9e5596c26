"""`soundwright music`: a piece of music from words or from a plan."""

from __future__ import annotations

from pathlib import Path

import typer


def music(
    prompt: str = typer.Argument("", help="What to play: mood, style, instruments, tempo, key, form."),
    duration: float | None = typer.Option(None, "-d", "--duration", help="Seconds, exactly. [default: 30]"),
    seed: int = typer.Option(0, help="Another seed is another take; the same seed is the same file."),
    engine: str = typer.Option("auto", help="Who plays: see `soundwright engines`."),
    style: list[str] = typer.Option([], help="A style tag; may be given several times."),
    negative: str = typer.Option("", help="What should not be heard, in words."),
    lyrics: str = typer.Option("", help="Lyrics, or a file of them."),
    plan: str | None = typer.Option(None, help="A song plan (YAML) to play instead of a prompt."),
    loop: bool = typer.Option(False, help="Whole bars whose end meets the beginning."),
    soundfont: str | None = typer.Option(None, help="A General MIDI soundfont (SF2, SF3) to play with."),
    stems: bool = typer.Option(False, "--stems", help="One file per part as well, in NAME.stems/."),
    midi: bool = typer.Option(False, "--midi", help="The notes as a standard MIDI file as well."),
    picture: bool = typer.Option(False, "--picture", help="Waveform and spectrogram as PNG as well."),
    bits: int = typer.Option(24, help="16, 24, or 32 (float) for WAV."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The file: .wav .flac .mp3 .opus .ogg .aiff"),
) -> None:
    """Make music: soundwright music "calm lo-fi piano, 78 bpm, in A minor" -d 30 -o song.wav"""
    from soundwright import studio
    from soundwright.cli import show
    from soundwright.request import MusicRequest

    request = MusicRequest(
        prompt=prompt,
        duration_s=duration,
        seed=seed,
        engine=engine,
        styles=tuple(style),
        negative=negative,
        lyrics=lyrics,
        plan=plan,
        loop=loop,
        soundfont=soundfont,
    )
    place = show.place(out, prompt or Path(plan or "song").stem)
    with show.progress() as tell:
        piece = studio.music(request, tell)
        paths = piece.save(place, bits=bits, stems=stems, midi=midi, plan=True, picture=picture)
    show.written(paths, piece.facts)
