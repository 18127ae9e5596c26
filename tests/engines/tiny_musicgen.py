"""A tiny MusicGen checkpoint with random weights, written as transformers writes it."""

from __future__ import annotations

from pathlib import Path

CODEC = {
    "audio_channels": 1,
    "use_causal_conv": False,
    "use_conv_shortcut": False,
    "normalize": False,
}  # fmt: skip  what MusicGen's codec has otherwise than transformers' default


def write(folder: Path, channels: int = 1, *, melody: bool = False) -> Path:
    import torch
    from tiny_ace_step import tokenizer
    from transformers import EncodecConfig, T5Config
    from transformers.models import musicgen, musicgen_melody

    torch.manual_seed(8)
    words = tokenizer()
    text = T5Config(vocab_size=len(words), d_model=24, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
    codec = EncodecConfig(
        sampling_rate=8000, target_bandwidths=[1.2], codebook_size=64, codebook_dim=16, hidden_size=16, num_filters=4,
        upsampling_ratios=[8, 5, 4], num_lstm_layers=2, **CODEC,
    )  # fmt: skip
    books = 4 * channels
    room, kind = (musicgen_melody, "MusicgenMelody") if melody else (musicgen, "Musicgen")
    decoder = getattr(room, f"{kind}DecoderConfig")(
        vocab_size=64, hidden_size=32, ffn_dim=64, num_hidden_layers=2, num_attention_heads=2, num_codebooks=books,
        audio_channels=channels, pad_token_id=64, bos_token_id=64,
    )  # fmt: skip
    config = getattr(room, f"{kind}Config")(text_encoder=text, audio_encoder=codec, decoder=decoder)
    model = getattr(room, f"{kind}ForConditionalGeneration")(config)
    for weight in (weight for weight in model.decoder.parameters() if weight.dim() > 1):
        torch.nn.init.normal_(weight, std=0.2)  # the default says the same of every token
    if melody:
        torch.nn.init.normal_(model.audio_enc_to_dec_proj.weight)
    for layer in model.audio_encoder.quantizer.layers:
        layer.codebook.embed.normal_()  # zeros until it is trained: every token would sound alike
    model.generation_config.decoder_start_token_id = 64
    model.generation_config.pad_token_id = 64
    model.generation_config.bos_token_id = 64
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder
