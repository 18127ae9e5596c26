"""SoundFont 2 files: which samples a program plays at a key and velocity, and with which settings.

Layout and numbers of generators after the SoundFont Technical Specification 2.04 (chapters 7 and 8). In version 3 files
the samples are Ogg Vorbis streams and their start and end are bytes. Reading a file maps it into memory and decodes a
sample only when a note needs it.
"""

from __future__ import annotations

import io
import mmap
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from soundwright.errors import BadRequest

GENERATORS = {  # number: (name, default)
    0: ("start", 0),
    1: ("end", 0),
    2: ("loop_start", 0),
    3: ("loop_end", 0),
    4: ("start_coarse", 0),
    8: ("filter_cents", 13500),
    12: ("end_coarse", 0),
    17: ("pan", 0),
    33: ("delay", -12000),
    34: ("attack", -12000),
    35: ("hold", -12000),
    36: ("decay", -12000),
    37: ("sustain", 0),
    38: ("release", -12000),
    39: ("key_to_hold", 0),
    40: ("key_to_decay", 0),
    45: ("loop_start_coarse", 0),
    48: ("attenuation", 0),
    50: ("loop_end_coarse", 0),
    51: ("coarse_tune", 0),
    52: ("fine_tune", 0),
    54: ("mode", 0),
    56: ("scale", 100),
    57: ("choke", 0),
    58: ("root", -1),
}
INSTRUMENT, KEYS, VELOCITIES, SAMPLE = 41, 43, 44, 53
ABSOLUTE = {"start", "end", "loop_start", "loop_end", "start_coarse", "end_coarse", "loop_start_coarse"} | {
    "loop_end_coarse",
    "mode",
    "choke",
    "root",
}  # generators that only an instrument may set (specification 8.5)
DEFAULTS = dict(GENERATORS.values())

HEADER = np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("rest", "V12")])
INST = np.dtype([("name", "S20"), ("bag", "<u2")])
BAG = np.dtype([("gen", "<u2"), ("mod", "<u2")])
GEN = np.dtype([("oper", "<u2"), ("low", "u1"), ("high", "u1")])
SHDR = np.dtype(
    [
        ("name", "S20"),
        *((name, "<u4") for name in ("start", "end", "loop_start", "loop_end", "rate")),
        *(("pitch", "u1"), ("correction", "i1"), ("link", "<u2"), ("type", "<u2")),
    ]
)
TABLES = {"phdr": HEADER, "pbag": BAG, "pgen": GEN, "inst": INST, "ibag": BAG, "igen": GEN, "shdr": SHDR}
COMPRESSED, ROM = 0x10, 0x8000


@dataclass(frozen=True, slots=True)
class Zone:
    """One layer of a note: a sample's number and the generators that hold for it."""

    sample: int
    settings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Sample:
    """Decoded samples `[frames]`, their loop in frames, their rate, the key they were played at and its cents."""

    wave: np.ndarray
    loop: tuple[int, int]
    rate: int
    pitch: int
    cents: int


@dataclass(eq=False)
class SoundFont:
    """An open soundfont. Raises `BadRequest` when the file is none or is damaged."""

    path: Path
    tables: dict[str, np.ndarray] = field(init=False, repr=False)
    smpl: memoryview = field(init=False, repr=False)
    _decoded: dict[int, Sample] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        try:
            with self.path.open("rb") as file:
                whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            found = dict(_chunks(whole))
            self.tables = {name: np.frombuffer(found[name], kind) for name, kind in TABLES.items()}
            self.smpl = found["smpl"]
        except (OSError, ValueError, KeyError) as error:
            raise BadRequest(f"{self.path} is not a soundfont that can be read ({error})") from error

    def programs(self) -> dict[tuple[int, int], str]:
        """Names of the presets by (bank, program)."""
        return {
            (int(row["bank"]), int(row["program"])): row["name"].split(b"\0")[0].decode("latin-1")
            for row in self.tables["phdr"][:-1]
        }

    def zones(self, bank: int, program: int, key: int, velocity: int) -> list[Zone]:
        """The layers that sound for a key and velocity 1..127, empty where the preset has none."""
        presets = self.tables["phdr"]
        rows = np.flatnonzero((presets["bank"][:-1] == bank) & (presets["program"][:-1] == program))
        out: list[Zone] = []
        for row in rows[:1]:
            for instrument, added in self._matching("p", presets, int(row), INSTRUMENT, key, velocity):
                for sample, own in self._matching("i", self.tables["inst"], instrument, SAMPLE, key, velocity):
                    settings = DEFAULTS | own
                    for name, value in added.items():
                        if name not in ABSOLUTE:
                            settings[name] += value
                    out.append(Zone(sample, settings))
        return out

    def _matching(self, kind: str, rows: np.ndarray, row: int, target: int, key: int, velocity: int):
        """(target number, generators) of the zones of one preset or instrument that the note falls into."""
        bags, gens = self.tables[f"{kind}bag"]["gen"], self.tables[f"{kind}gen"]
        shared: dict[str, int] = {}
        for index, bag in enumerate(range(int(rows["bag"][row]), int(rows["bag"][row + 1]))):
            chosen, inside = None, True
            own = dict(shared)
            for gen in gens[bags[bag] : bags[bag + 1]]:
                oper, low, high = int(gen["oper"]), int(gen["low"]), int(gen["high"])
                if oper in (KEYS, VELOCITIES):
                    inside &= low <= (key if oper == KEYS else velocity) <= high
                elif oper == target:
                    chosen = low + 256 * high
                elif oper in GENERATORS:
                    value = low + 256 * high
                    own[GENERATORS[oper][0]] = value - 65536 if value > 32767 else value
            if chosen is None and index == 0:
                shared = own
            elif chosen is not None and inside:
                yield chosen, own

    def sample(self, number: int) -> Sample:
        """A sample, decoded once. Raises `BadRequest` for one that is damaged."""
        if number not in self._decoded:
            self._decoded[number] = self._decode(self.tables["shdr"][number])
        return self._decoded[number]

    def _decode(self, row: np.void) -> Sample:
        start, end = int(row["start"]), int(row["end"])
        loop = (int(row["loop_start"]), int(row["loop_end"]))
        if row["type"] & ROM:
            wave = np.zeros(2, np.float32)
        elif row["type"] & COMPRESSED:
            import soundfile

            try:
                wave = soundfile.read(io.BytesIO(bytes(self.smpl[start:end])), dtype="float32", always_2d=True)[0][:, 0]
            except soundfile.LibsndfileError as error:
                raise BadRequest(f"a sample in {self.path} cannot be decoded ({error})") from error
        else:
            wave = np.frombuffer(self.smpl[2 * start : 2 * end], "<i2").astype(np.float32) / 32768
            loop = (loop[0] - start, loop[1] - start)
        pitch = int(row["pitch"]) if row["pitch"] <= 127 else 60
        return Sample(wave, loop, max(int(row["rate"]), 400), pitch, int(row["correction"]))


def _chunks(data: memoryview):
    """(name, body) of all chunks, those inside lists too."""
    if bytes(data[:4]) != b"RIFF" or bytes(data[8:12]) != b"sfbk":
        raise ValueError("it has no sfbk header")
    stack = [data[12:]]
    while stack:
        rest = stack.pop()
        while len(rest) >= 8:
            name, size = bytes(rest[:4]), int.from_bytes(rest[4:8], "little")
            body = rest[8 : 8 + size]
            if name == b"LIST":
                stack.append(body[4:])
            else:
                yield name.decode("latin-1"), body
            rest = rest[8 + size :]
            if size % 2 and bytes(rest[:1]) == b"\0":  # RIFF pads odd chunks; some writers of version 3 files do not
                rest = rest[1:]


@lru_cache(maxsize=2)
def opened(path: Path, changed: float) -> SoundFont:
    """The soundfont at `path`; the last two are kept open (`changed` is the file's time)."""
    return SoundFont(path)
