"""Language models with transformers, in the shapes of src/works/language-model.ts: random weights, the plainest use."""

import tempfile

import torch
from protocol import Absent, Work


def transformers():
    try:
        import transformers

        return transformers
    except ImportError as error:
        raise Absent(f"no transformers: {error}") from error


def config_of(millions):
    hf = transformers()
    no_end = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": None}
    if millions == 124:
        return hf.GPT2Config(attn_pdrop=0, embd_pdrop=0, resid_pdrop=0, **no_end)
    if millions == 10:
        return hf.LlamaConfig(
            vocab_size=4096,
            hidden_size=320,
            intermediate_size=864,
            num_hidden_layers=6,
            num_attention_heads=5,
            num_key_value_heads=5,
            max_position_embeddings=2048,
            **no_end,
        )
    return hf.Qwen2Config(
        vocab_size=151936,
        hidden_size=896,
        intermediate_size=4864,
        num_hidden_layers=24,
        num_attention_heads=14,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        **no_end,
    )


def model_of(size):
    dtype = torch.bfloat16 if size.get("bf16") else torch.float32
    return transformers().AutoModelForCausalLM.from_config(config_of(size["millions"]), dtype=dtype)


def ids_of(size, model):
    return torch.randint(model.config.vocab_size, (size["batch"], size["tokens"]))


def train(size, method, threads):
    model = model_of(size).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01, fused=True)
    ids = ids_of(size, model)

    def step():
        optimizer.zero_grad(set_to_none=True)
        model(input_ids=ids, labels=ids, use_cache=False).loss.backward()
        optimizer.step()

    return Work(step)


def generate(size, method, threads):
    model = model_of(size).eval()
    ids = ids_of(size, model)
    count = size["newTokens"]
    options = {"max_new_tokens": count, "min_new_tokens": count, "do_sample": False}
    mask = torch.ones_like(ids)
    return Work(lambda: model.generate(ids, attention_mask=mask, **options))


def prefill(size, method, threads):
    model = model_of(size).eval()
    ids = ids_of(size, model)

    def call():
        with torch.inference_mode():
            return model(input_ids=ids, logits_to_keep=1).logits

    return Work(call)


def load(size, method, threads):
    folder = tempfile.TemporaryDirectory()
    model = model_of(size)
    dtype = model.dtype
    model.save_pretrained(folder.name)
    del model

    def call(_folder=folder):
        return transformers().AutoModelForCausalLM.from_pretrained(folder.name, dtype=dtype)

    return Work(call)


WORKS = {"lm-train": train, "lm-generate": generate, "lm-prefill": prefill, "lm-load": load}
