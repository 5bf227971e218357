"""The demonstration of RL subnetworks in plain PyTorch, and TRL's GRPOTrainer: the shapes of src/works/reinforcement.ts."""

import torch
import torch.nn.functional as F
from language_model import config_of, transformers
from protocol import Absent, Work

VOCAB, DIM, HEADS, LAYERS, HIDDEN = 16, 128, 4, 2, 344
PROMPT, ANSWER = 6, 6


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        linear = lambda rows, columns: torch.nn.Linear(columns, rows, bias=False)
        self.norm1, self.norm2 = torch.nn.RMSNorm(DIM, 1e-6), torch.nn.RMSNorm(DIM, 1e-6)
        self.q, self.k, self.v, self.o = (linear(DIM, DIM) for _ in range(4))
        self.gate, self.up, self.down = linear(HIDDEN, DIM), linear(HIDDEN, DIM), linear(DIM, HIDDEN)

    def forward(self, x, rotary, cache=None):
        batch, tokens, _ = x.shape
        y = self.norm1(x)
        q, k, v = (p(y).view(batch, tokens, HEADS, -1).transpose(1, 2) for p in (self.q, self.k, self.v))
        q, k = rotate(q, rotary), rotate(k, rotary)
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=tokens > 1)
        x = x + self.o(mixed.transpose(1, 2).reshape(batch, tokens, DIM))
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


def rotate(x, rotary):
    cos, sin = rotary
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Embedding(VOCAB, DIM)
        self.blocks = torch.nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = torch.nn.RMSNorm(DIM, 1e-6)
        self.head = torch.nn.Linear(DIM, VOCAB, bias=False)
        half = DIM // HEADS // 2
        angles = torch.arange(32)[:, None] * 10000.0 ** (-torch.arange(half) / half)
        self.cos, self.sin = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)

    def forward(self, ids, caches=None, start=0):
        end = start + ids.shape[1]
        rotary = self.cos[start:end], self.sin[start:end]
        x = self.embed(ids)
        for i, block in enumerate(self.blocks):
            x = block(x, rotary, None if caches is None else caches[i])
        return self.head(self.norm(x))


@torch.no_grad()
def sample(model, prompts, group):
    """Each prompt goes through the model once; its cache is shared by the group."""
    caches = [[] for _ in model.blocks]
    logits = model(prompts, caches)[:, -1].repeat_interleave(group, 0)
    for cache in caches:
        cache[:] = [part.repeat_interleave(group, 0) for part in cache]
    answers = []
    for i in range(ANSWER):
        answers.append(torch.multinomial(F.softmax(logits, -1), 1))
        if i + 1 < ANSWER:
            logits = model(answers[-1], caches, PROMPT + i)[:, -1]
    return torch.cat(answers, 1)


def grpo(size, method, threads):
    """f32 arithmetic on parameters that are rounded to bf16 after each step, which is faster here than bf16 tensors."""
    model = Model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0, fused=True)
    prompts_per_step, group = size["prompts"], size["group"]

    def step():
        prompts = torch.randint(10, (prompts_per_step, PROMPT))
        answers = sample(model, prompts, group)
        rewards = (answers.sum(1) % 2).float().view(prompts_per_step, group)
        advantages = (rewards - rewards.mean(1, True)) / (rewards.std(1, keepdim=True) + 1e-4)
        ids = torch.cat([prompts.repeat_interleave(group, 0), answers], 1)
        logits = model(ids[:, :-1])[:, PROMPT - 1 :]
        log_probs = F.log_softmax(logits, -1).gather(-1, answers[..., None])[..., 0]
        ratio = torch.exp(log_probs - log_probs.detach())
        loss = -(ratio * advantages.reshape(-1, 1)).sum() / answers.numel()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(parameter.bfloat16())

    return Work(step)


def pretrain(size, method, threads):
    model = Model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.98), weight_decay=0.01, fused=True)

    def step():
        ids = torch.randint(10, (size["batch"], PROMPT + ANSWER))
        logits = model(ids[:, :-1])[:, PROMPT - 1 :]
        optimizer.zero_grad()
        F.cross_entropy(logits.reshape(-1, VOCAB), ids[:, PROMPT:].reshape(-1)).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return Work(step)


def trl_grpo(size, method, threads):
    """Two steps of GRPOTrainer by its defaults, but for what fixes the work: token counts, no saving, no logging."""
    hf = transformers()
    try:
        from datasets import Dataset
        from trl import GRPOConfig, GRPOTrainer
    except ImportError as error:
        raise Absent(f"no trl: {error}") from error
    import tempfile

    folder = tempfile.TemporaryDirectory()
    config = config_of(size["millions"])
    model = hf.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    tokenizer = word_tokenizer(config.vocab_size)
    prompt = " ".join(f"w{(i * 7919) % config.vocab_size}" for i in range(size["tokens"]))
    tokens = size["newTokens"]
    arguments = GRPOConfig(
        output_dir=folder.name,
        per_device_train_batch_size=size["prompts"] * size["group"],
        num_generations=size["group"],
        max_completion_length=tokens,
        generation_kwargs={"min_new_tokens": tokens},
        max_steps=2,
        learning_rate=1e-6,
        bf16=False,
        use_cpu=True,
        gradient_checkpointing=False,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        logging_strategy="no",
    )
    trainer = GRPOTrainer(
        model=model,
        reward_funcs=lambda completions, **_: [float(len(text) % 2) for text in completions],
        args=arguments,
        train_dataset=Dataset.from_dict({"prompt": [prompt] * 64}),
        processing_class=tokenizer,
    )
    return Work(lambda _folder=folder: trainer.train() and None)


def word_tokenizer(size):
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Tokenizer(models.WordLevel({f"w{i}": i for i in range(size)}, unk_token="w0"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return transformers().PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="w0", pad_token="w1", eos_token="w2", padding_side="left"
    )


WORKS = {"rl-grpo": grpo, "rl-pretrain": pretrain, "rl-trl-grpo": trl_grpo}
