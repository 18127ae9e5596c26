"""The nodes. None of them reads files, and each gives the same sound for the same inputs, so ComfyUI may keep what they
made: there is no IS_CHANGED, and the seed is an input."""

from __future__ import annotations

import json
from typing import Any

from soundwright import engines
from soundwright.comfyui import host, tensors
from soundwright.finish.presets import OF_KIND, PRESETS

Inputs = dict[str, dict[str, Any]]
CATEGORY = "audio/Soundwright"
MOST_SEED = 2**63 - 1

SEED = ("INT", {"default": 0, "min": 0, "max": MOST_SEED, "control_after_generate": True,
                "tooltip": "Another seed is another take; the same seed gives the same sound."})  # fmt: skip
NEGATIVE = ("STRING", {"default": "", "tooltip": "What should not be heard, in words."})
LOOP = ("BOOLEAN", {"default": False, "tooltip": "The end meets the beginning without a seam."})
COMMERCIAL = ("BOOLEAN", {"default": False, "tooltip": "Nothing whose licence forbids to sell what is made."})
PLAN = ("STRING", {"default": "", "multiline": True,
                   "tooltip": "A plan (YAML), as the output of that name gives it, not the prompt."})  # fmt: skip


def _prompt(example: str) -> tuple[str, dict[str, Any]]:
    return "STRING", {"default": example, "multiline": True, "dynamicPrompts": True,
                      "tooltip": "What to hear, in plain words."}  # fmt: skip


def _engines(*verbs: str) -> tuple[list[str], dict[str, Any]]:
    wanted = set(verbs)
    addresses = [address for name in engines.ENGINES for address in engines.addresses(name)
                 if wanted & set(engines.card(address).verbs)]  # fmt: skip
    return ["auto", *addresses], {"default": "auto", "tooltip": "Who plays; all but the built-in ones want weights."}


class GenerateMusic:
    """Music from words."""

    CATEGORY, FUNCTION = CATEGORY, "make"
    RETURN_TYPES, RETURN_NAMES = ("AUDIO", "STRING"), ("audio", "plan")
    DESCRIPTION = "A finished piece of music from words: tempo, key, metre, instruments, form, mood and genre are read."

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        seconds = {"default": 30.0, "min": 1.0, "max": 3600.0, "step": 0.001, "tooltip": "Seconds, kept to the sample."}
        return {
            "required": {
                "prompt": _prompt("calm lo-fi piano with soft drums, 78 bpm, in A minor"),
                "duration": ("FLOAT", seconds),
                "seed": SEED,
            },
            "optional": {
                "negative": NEGATIVE,
                "lyrics": ("STRING", {"default": "", "multiline": True}),
                "loop": LOOP,
                "engine": _engines("music"),
                "commercial": COMMERCIAL,
                "plan": PLAN,
            },
        }

    def make(self, prompt: str, duration: float, seed: int, negative: str = "", lyrics: str = "", loop: bool = False,
             engine: str = "auto", commercial: bool = False, plan: str = "") -> tuple[Any, str]:  # fmt: skip
        from soundwright import studio
        from soundwright.request import MusicRequest

        length: dict[str, Any] = {} if plan.strip() else {"duration_s": duration}
        request = MusicRequest(prompt=prompt, seed=seed, negative=negative, loop=loop, engine=engine,
                               commercial=commercial, plan=plan or None, **length)  # fmt: skip
        piece = studio.music(_with_texts(request, plan=plan, lyrics=lyrics), host.progress(), stems=False)
        return tensors.taken([piece.audio]), piece.plan


class GenerateEffect:
    """Sound effects from words."""

    CATEGORY, FUNCTION = CATEGORY, "make"
    RETURN_TYPES, RETURN_NAMES = ("AUDIO", "STRING"), ("audio", "plan")
    DESCRIPTION = "A sound effect or ambience from words. Several variations come as one batch, shorter ones padded."

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        seconds = {"default": 0.0, "min": 0.0, "max": 600.0, "step": 0.001,
                   "tooltip": "Seconds, kept to the sample; 0: as long as the sound naturally is."}  # fmt: skip
        return {
            "required": {
                "prompt": _prompt("footsteps on gravel, then a car door slams in the distance"),
                "duration": ("FLOAT", seconds),
                "seed": SEED,
            },
            "optional": {
                "variations": ("INT", {"default": 1, "min": 1, "max": 32, "tooltip": "Takes, as one batch."}),
                "negative": NEGATIVE,
                "loop": LOOP,
                "engine": _engines("effect"),
                "commercial": COMMERCIAL,
                "plan": PLAN,
            },
        }

    def make(self, prompt: str, duration: float, seed: int, variations: int = 1, negative: str = "", loop: bool = False,
             engine: str = "auto", commercial: bool = False, plan: str = "") -> tuple[Any, str]:  # fmt: skip
        from soundwright import studio
        from soundwright.request import EffectRequest

        request = EffectRequest(prompt=prompt, duration_s=duration or None, seed=seed, variations=variations,
                                negative=negative, loop=loop, engine=engine, commercial=commercial,
                                plan=plan or None)  # fmt: skip
        pieces = studio.effect(_with_texts(request, plan=plan), host.progress())
        return tensors.taken([piece.audio for piece in pieces]), pieces[0].plan


class SoundtrackForFrames:
    """The sound of pictures."""

    CATEGORY, FUNCTION = CATEGORY, "make"
    RETURN_TYPES, RETURN_NAMES = ("AUDIO", "STRING"), ("audio", "plan")
    DESCRIPTION = (
        "What happens in the pictures is seen, planned as cues, and heard when it is seen; as long as they are."
    )

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        rate = {"default": 24.0, "min": 0.1, "max": tensors.FASTEST, "step": 0.001,
                "tooltip": "Pictures a second; 23.976 means 24000/1001."}  # fmt: skip
        return {
            "required": {
                "images": ("IMAGE",),
                "fps": ("FLOAT", rate),
                "prompt": _prompt("a ball bounces on wood, then glass breaks"),
                "seed": SEED,
            },
            "optional": {
                "music": ("STRING", {"default": "", "tooltip": "Music as long as the pictures, in words."}),
                "dialogue": ("AUDIO", {"tooltip": "Speech from the first picture on; the rest ducks under it."}),
                "engine": _engines("effect", "soundtrack"),
                "commercial": COMMERCIAL,
                "plan": PLAN,
            },
        }

    def make(self, images: Any, fps: float, prompt: str, seed: int, music: str = "", dialogue: Any = None,
             engine: str = "auto", commercial: bool = False, plan: str = "") -> tuple[Any, str]:  # fmt: skip
        from soundwright import soundtrack
        from soundwright.deliver import wav
        from soundwright.machine import need
        from soundwright.plan import cues
        from soundwright.request import SoundtrackRequest

        need("video", "av", "cv2")
        tell = host.progress()
        with tensors.as_film(images, fps) as film:
            speech: dict[str, Any] = {}
            if dialogue is not None:
                spoken, beside = tensors.given(dialogue)[0], film.with_name("speech.wav")
                wav.write(beside, iter([spoken.samples]), rate=spoken.rate, channels=spoken.channels,
                          frames=spoken.frames, bits=32)  # fmt: skip
                speech = {"dialogue": str(beside)}
            request = SoundtrackRequest(video=str(film), prompt=prompt, seed=seed, music=music, engine=engine,
                                        commercial=commercial, **speech)  # fmt: skip
            made = soundtrack.soundtrack(_with_texts(request, plan=plan), tell)
        return tensors.taken([made.audio]), cues.write(made.plan)


class Finish:
    """Mastering."""

    CATEGORY, FUNCTION = CATEGORY, "finish"
    RETURN_TYPES, RETURN_NAMES = ("AUDIO", "STRING"), ("audio", "report")
    DESCRIPTION = "Masters each sound of a batch to a preset's loudness and true peak."

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        about = "; ".join(f"{name}: {preset.about}" for name, preset in PRESETS.items())
        return {
            "required": {"audio": ("AUDIO",), "preset": (list(PRESETS), {"default": "streaming", "tooltip": about})},
            "optional": {
                "loudness": ("FLOAT", {"default": 0.0, "min": -60.0, "max": 0.0, "step": 0.1,
                                       "tooltip": "Another loudness, in LUFS; 0: the preset's."}),
            },
        }  # fmt: skip

    def finish(self, audio: Any, preset: str, loudness: float = 0.0) -> tuple[Any, str]:
        from soundwright.finish import finish

        tell, sounds = host.progress(), tensors.given(audio)
        masters, reports = [], []
        for number, sound in enumerate(sounds):
            tell("finish", number / len(sounds))
            kind = next((kind for kind, name in OF_KIND.items() if name == preset), "music")
            master, report = finish(sound, kind, preset=preset, loudness_lufs=loudness or None)
            masters.append(master)
            reports.append({key: value for key, value in report.numbers().items() if key not in ("chain", "steps")})
        return tensors.taken(masters), json.dumps(reports if len(reports) > 1 else reports[0], indent=1)


class Meter:
    """Measuring."""

    CATEGORY, FUNCTION = CATEGORY, "read"
    RETURN_TYPES = ("STRING", "FLOAT", "FLOAT", "FLOAT")
    RETURN_NAMES = ("report", "integrated_lufs", "true_peak_dbtp", "loudness_range_lu")
    OUTPUT_IS_LIST = (True, True, True, True)  # one for each sound of the batch
    OUTPUT_NODE = True
    DESCRIPTION = "Loudness (ITU-R BS.1770-5), true peak and range of each sound of a batch; silence is -inf."

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"audio": ("AUDIO",)}}

    def read(self, audio: Any) -> dict[str, Any]:
        from soundwright.finish.meter import meter

        tell, sounds = host.progress(), tensors.given(audio)
        reports, rows = [], []
        for number, sound in enumerate(sounds):
            tell("measure", number / len(sounds))
            reading = meter(sound)
            reports.append(json.dumps(reading.numbers(), indent=1))
            rows.append((reading.measured.integrated_lufs, reading.measured.true_peak_dbtp,
                         reading.measured.loudness_range_lu))  # fmt: skip
        columns = [[float(value) for value in column] for column in zip(*rows, strict=True)]
        return {"ui": {"text": reports}, "result": (reports, *columns)}


class Picture:
    """Drawing."""

    CATEGORY, FUNCTION = CATEGORY, "draw"
    RETURN_TYPES, RETURN_NAMES = ("IMAGE",), ("image",)
    DESCRIPTION = "Waveform, log-mel spectrogram and loudness of each sound of a batch."

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {
            "required": {"audio": ("AUDIO",)},
            "optional": {"title": ("STRING", {"default": ""}), "plan": ("STRING", {"forceInput": True})},
        }

    def draw(self, audio: Any, title: str = "", plan: str = "") -> tuple[Any]:
        from soundwright.deliver import lanes, picture

        tell, sounds = host.progress(), tensors.given(audio)
        pages = []
        for number, sound in enumerate(sounds):
            tell("draw", number / len(sounds))
            pages.append(picture.draw(sound, title, lanes=lanes.of_plan(plan)))
        return (tensors.shown(pages),)


def _with_texts(request: Any, **texts: str) -> Any:
    """The request with texts that are never taken for names of files: a line's end makes them none."""
    given = {name: text if "\n" in text else f"{text}\n" for name, text in texts.items() if text.strip()}
    return request.model_copy(update=given)


NODE_CLASS_MAPPINGS = {
    "SoundwrightMusic": GenerateMusic,
    "SoundwrightEffect": GenerateEffect,
    "SoundwrightSoundtrack": SoundtrackForFrames,
    "SoundwrightFinish": Finish,
    "SoundwrightMeter": Meter,
    "SoundwrightPicture": Picture,
}
NODE_DISPLAY_NAME_MAPPINGS = {
    "SoundwrightMusic": "Generate Music (Soundwright)",
    "SoundwrightEffect": "Generate Effect (Soundwright)",
    "SoundwrightSoundtrack": "Soundtrack for Frames (Soundwright)",
    "SoundwrightFinish": "Finish (Soundwright)",
    "SoundwrightMeter": "Meter (Soundwright)",
    "SoundwrightPicture": "Picture of Sound (Soundwright)",
}
