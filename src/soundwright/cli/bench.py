"""`soundwright bench`: how fast the embedded engines are on this machine."""

from __future__ import annotations

import typer


def bench(
    duration: float = typer.Option(30.0, "-d", "--duration", help="Seconds of audio that each engine makes."),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Time every embedded engine in a fresh process, from start to finished audio."""
    import subprocess
    import sys

    from soundwright import engines
    from soundwright.cli import show
    from soundwright.errors import CannotRun

    rows = []
    for name in engines.ENGINES:
        card = engines.card(name)
        if card.checkpoints or name == "library":  # they want weights, or recordings, that a machine may not have
            continue
        verb = next(verb for verb in PROMPTS if verb in card.verbs)
        command = [sys.executable, "-c", SCRIPT, verb, PROMPTS[verb], str(duration), name]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise CannotRun(f"the engine {name} failed: {run.stderr.strip().splitlines()[-1]}")
        wall_s, cpu_s, memory_mb = map(float, run.stdout.split())
        rows.append(
            {
                "engine": name,
                "audio_s": duration,
                "wall_s": round(wall_s, 2),
                "cpu_s": round(cpu_s, 2),
                "times_real_time": round(duration / wall_s, 1),
                "peak_memory_mb": round(memory_mb),
            }
        )
    show.table(rows, json, "bench")


PROMPTS = {"music": "calm lo-fi piano with soft drums, 78 bpm, in A minor", "effect": "rain on a tin roof with thunder"}
SCRIPT = """
import resource, sys, time
start = time.perf_counter()
import soundwright
verb, prompt, duration, engine = sys.argv[1:]
getattr(soundwright, verb)(prompt, float(duration), engine=engine)
used = resource.getrusage(resource.RUSAGE_SELF)
print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
