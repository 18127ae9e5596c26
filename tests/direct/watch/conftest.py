"""A film to look at, of photographs, and tiny checkpoints of models that look, in their published layouts."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from soundwright import soundtrack as films
from soundwright.progress import Progress

RATE, EACH_S, SIZE = 25, 1.2, (320, 240)


@pytest.fixture(scope="session")
def cat_and_motorcycle(tmp_path_factory):
    """A film of a cat, and then of a motorcycle, and what is measured in it."""
    from skimage import data

    path = tmp_path_factory.mktemp("looks") / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height = SIZE
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, RATE)
        for picture in (data.chelsea(), data.stereo_motorcycle()[0]):
            for at in range(round(EACH_S * RATE)):  # it moves slowly, as a hand that holds a camera does
                high = picture.shape[0] - 10
                cut = np.ascontiguousarray(picture[at // 4 : at // 4 + high, : high * 4 // 3])
                container.mux(stream.encode(av.VideoFrame.from_ndarray(cut, format="rgb24").reformat(*SIZE)))
        container.mux(stream.encode())
    return films.see(path, Progress())


def words():
    """A tokenizer of bytes, with the marks that the models here want."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    marks = ["<unk>", "<pad>", "<s>", "</s>", "<image>"]
    trainer = trainers.BpeTrainer(special_tokens=marks, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    made.train_from_iterator(["a photo of a dog"], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", pad_token="<pad>", bos_token="<s>", eos_token="</s>",
        extra_special_tokens={"image_token": "<image>"},
    )  # fmt: skip


SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
SEES = {**SMALL, "image_size": 32, "patch_size": 8}


def small_clip(folder):
    import torch
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    torch.manual_seed(3)
    tokenizer = words()
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 77, "eos_token_id": 3,
            "bos_token_id": 2, "pad_token_id": 1}  # fmt: skip
    CLIPModel(CLIPConfig(text_config=text, vision_config=SEES, projection_dim=16)).save_pretrained(folder)
    size = {"shortest_edge": 32}
    CLIPImageProcessor(size=size, crop_size={"height": 32, "width": 32}).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def small_siglip(folder):
    import torch
    from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel

    torch.manual_seed(3)
    tokenizer = words()
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 64}
    SiglipModel(SiglipConfig(text_config=text, vision_config=SEES)).save_pretrained(folder)
    SiglipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


CHAT = (
    "{% for turn in messages %}{{ turn['role'] }}: {% for part in turn['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def small_llava(folder):
    import torch
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )

    torch.manual_seed(3)
    tokenizer = words()
    image = tokenizer.convert_tokens_to_ids("<image>")
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(**SEES),
        text_config=LlamaConfig(**SMALL, vocab_size=len(tokenizer), bos_token_id=2, eos_token_id=3, pad_token_id=1,
                                max_position_embeddings=16_384),
        image_token_index=image, image_seq_length=16,
    )  # fmt: skip
    LlavaForConditionalGeneration(config).save_pretrained(folder)
    pictures = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    LlavaProcessor(pictures, tokenizer, patch_size=8, vision_feature_select_strategy="default",
                   num_additional_image_tokens=1, chat_template=CHAT).save_pretrained(folder)  # fmt: skip
    return folder
