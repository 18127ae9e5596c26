"""A model of transformers on this machine that takes pictures and answers in words (Qwen-VL, Gemma 3 ...)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright import machine, weights
from soundwright.direct.watch.conversation import Message, Speaker
from soundwright.errors import CannotRun
from soundwright.progress import Progress

LONGEST = 4000  # tokens of an answer


def speaker(folder: Path, name: str, tell: Progress, device: str | None = None) -> Speaker:
    """The model in a folder, at the precision of its files. It answers the likeliest word each time, so that the same
    film gives the same plan. Raises `CannotRun`."""
    machine.need("torch", "torch", "transformers", "accelerate")
    from soundwright.engines.machine import hush

    hush()
    import torch
    import transformers

    weights.check(folder, {"config.json": None})
    where = machine.device(device)
    tell("load")
    try:
        processor: Any = transformers.AutoProcessor.from_pretrained(folder, local_files_only=True)
        told: Any = transformers.AutoModelForImageTextToText.from_pretrained(
            folder, local_files_only=True, dtype="auto", output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    loaded, about = told
    if lost := sorted(about["missing_keys"]):
        raise CannotRun(f"the weights in {folder} do not fit: {lost[0]} is missing ({len(lost)} tensors are)")
    model = loaded.eval().to(where)

    class Stop(transformers.StoppingCriteria):
        """Hears of every word, and lets a cancelled run end there."""

        def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
            tell("watch")
            return torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)

    stops = transformers.StoppingCriteriaList([Stop()])

    @torch.inference_mode()
    def speak(messages: list[Message]) -> str:
        given = processor.apply_chat_template(
            [_row(message) for message in messages],
            add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt",
        ).to(where, dtype=model.dtype)  # fmt: skip
        said = model.generate(**given, do_sample=False, max_new_tokens=LONGEST, stopping_criteria=stops)
        return processor.decode(said[0, given["input_ids"].shape[1] :], skip_special_tokens=True)

    return Speaker(name, speak)


def _row(message: Message) -> dict[str, Any]:
    from PIL import Image

    shown = [{"type": "image", "image": Image.fromarray(picture)} for picture in message.pictures]
    return {"role": message.role, "content": [*shown, {"type": "text", "text": message.text}]}
