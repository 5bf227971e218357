"""The tiny GigaTok tokenizer and its image model in plain PyTorch, written as PyTorch users write them."""

import torch
import torch.nn.functional as F
from protocol import Work
from torch import nn

LATENT, GRID, TOKENS, WIDTHS = 64, 8, 64, (8, 16, 48)


def group_norm(channels, affine=True):
    return nn.GroupNorm(min(8, channels // 4), channels, eps=1e-6, affine=affine)


class ResnetBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.norm1, self.conv1 = group_norm(inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm2, self.conv2 = group_norm(outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_in = nn.Conv2d(3, WIDTHS[0], 3, padding=1)
        layers, inputs = [], WIDTHS[0]
        for level, width in enumerate(WIDTHS):
            layers.append(ResnetBlock(inputs, width))
            if level < len(WIDTHS) - 1:
                layers += [nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(width, width, 3, stride=2)]
            inputs = width
        self.body = nn.Sequential(*layers, ResnetBlock(inputs, inputs), ResnetBlock(inputs, inputs))
        self.norm, self.conv_out = group_norm(inputs), nn.Conv2d(inputs, LATENT, 3, padding=1)

    def forward(self, x):
        return self.conv_out(F.silu(self.norm(self.body(self.conv_in(x)))))


class AdaptiveGroupNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = group_norm(channels, affine=False)
        self.gamma, self.beta = nn.Linear(LATENT, channels), nn.Linear(LATENT, channels)

    def forward(self, x, latents):
        cells = latents.flatten(2)
        scale, shift = self.gamma((cells.var(-1) + 1e-6).sqrt()), self.beta(cells.mean(-1))
        return scale[..., None, None] * self.norm(x) + shift[..., None, None]


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        inputs = WIDTHS[-1]
        self.conv_in = nn.Conv2d(LATENT, inputs, 3, padding=1)
        self.mid = nn.Sequential(ResnetBlock(inputs, inputs), ResnetBlock(inputs, inputs))
        self.adaptive, self.blocks, self.upsample = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for level, width in reversed(list(enumerate(WIDTHS))):
            self.adaptive.append(AdaptiveGroupNorm(inputs))
            self.blocks.append(nn.Sequential(ResnetBlock(inputs, width), ResnetBlock(width, width)))
            up = nn.Sequential(nn.Conv2d(width, 4 * width, 3, padding=1), nn.PixelShuffle(2))
            self.upsample.append(up if level > 0 else nn.Identity())
            inputs = width
        self.norm, self.conv_out = group_norm(inputs), nn.Conv2d(inputs, 3, 3, padding=1)

    def forward(self, latents):
        h = self.mid(self.conv_in(latents))
        for adaptive, blocks, upsample in zip(self.adaptive, self.blocks, self.upsample):
            h = upsample(blocks(adaptive(h, latents)))
        return self.conv_out(F.silu(self.norm(h)))


class QFormerLayer(nn.Module):
    def __init__(self, width, heads=4):
        super().__init__()
        self.self_attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.cross_attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, memory, keys, positions):
        u = self.norm1(x)
        x = x + self.self_attention(u + positions, u + positions, u, need_weights=False)[0]
        u = self.norm2(x)
        x = x + self.cross_attention(u + positions, keys, memory, need_weights=False)[0]
        return x + self.down(F.gelu(self.up(self.norm3(x))))


def positions(count, width):
    return nn.Parameter(torch.randn(1, count, width) * width**-0.5)


def pyramid(x):
    """Means over 1, 1, 2, 4, ... regions of a map [B, C, 8, 8]: [B, 64, C]."""
    regions = [(1, 1), (1, 1), (1, 2), (2, 2), (2, 4), (4, 4), (4, 8)]
    pooled = [F.avg_pool2d(x, (GRID // rows, GRID // columns)).flatten(2) for rows, columns in regions]
    return torch.cat(pooled, 2).transpose(1, 2)


def quantize(z, codebook, entropy_weight, temperature=0.01):
    """Straight-through codes of z [..., D] and the losses: codes to vectors, vectors to codes, entropy."""
    vectors, codes = F.normalize(z, dim=-1), F.normalize(codebook, dim=-1)
    rows = vectors.flatten(0, -2)
    distance = rows.square().sum(1, keepdim=True) + codes.square().sum(1) - 2 * rows @ codes.t()
    chosen = codes[distance.argmin(1)].view_as(vectors)
    loss = F.mse_loss(chosen, vectors.detach()) + 0.25 * F.mse_loss(vectors, chosen.detach())
    scores = -distance / temperature
    p = F.softmax(scores, -1)
    mean = p.mean(0)
    entropy = -(p * F.log_softmax(scores, -1)).sum(-1).mean() + (mean * torch.log(mean + 1e-5)).sum()
    return vectors + (chosen - vectors).detach(), loss + entropy_weight * entropy


class Tokenizer(nn.Module):
    def __init__(self, encoder=48, decoder=64, layers=3, codes=512, features=64):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        self.encoder_norm, self.encoder_embed = nn.LayerNorm(LATENT), nn.Linear(LATENT, encoder)
        self.queries = nn.Linear(encoder, encoder)
        self.encoder_map, self.encoder_tokens = positions(GRID**2, encoder), positions(TOKENS, encoder)
        self.encoder_layer, self.encoder_post = QFormerLayer(encoder), nn.LayerNorm(encoder)
        self.encoder_out, self.quant = nn.Linear(encoder, LATENT), nn.Linear(LATENT, 8)
        self.codebook = nn.Parameter(F.normalize(torch.rand(codes, 8) - 0.5, dim=-1))
        self.post_quant, self.decoder_norm = nn.Linear(8, LATENT), nn.LayerNorm(LATENT)
        self.decoder_embed = nn.Linear(LATENT, decoder)
        self.decoder_map, self.decoder_tokens = positions(GRID**2, decoder), positions(TOKENS, decoder)
        self.decoder_layers = nn.ModuleList(QFormerLayer(decoder) for _ in range(layers))
        self.decoder_post, self.decoder_out = nn.LayerNorm(decoder), nn.Conv2d(decoder, LATENT, 3, padding=1)
        hidden = 4 * decoder
        self.distill = nn.Sequential(
            nn.Linear(decoder, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, features)
        )

    def loss(self, images, teacher):
        cells = self.encoder(images).flatten(2).transpose(1, 2)
        memory = self.encoder_embed(self.encoder_norm(cells))
        tokens = self.queries(pyramid(memory.transpose(1, 2).unflatten(2, (GRID, GRID))))
        tokens = self.encoder_layer(tokens, memory, memory + self.encoder_map, self.encoder_tokens)
        z = self.quant(self.encoder_out(self.encoder_post(tokens)))
        quantized, losses = quantize(z, self.codebook, 0.1)
        memory = self.decoder_embed(self.decoder_norm(self.post_quant(quantized)))
        h = memory[:, :1].expand(-1, GRID**2, -1)
        keys = memory + self.decoder_tokens
        for i, layer in enumerate(self.decoder_layers):
            h = layer(h, memory, keys, self.decoder_map)
            if i == 1:
                aligned = self.distill(h)
        latents = self.decoder_out(self.decoder_post(h).transpose(1, 2).unflatten(2, (GRID, GRID)))
        semantic = -F.cosine_similarity(aligned, teacher, dim=-1).mean()
        return F.mse_loss(self.decoder(latents), images) + losses + 0.5 * semantic


def tokenizer_step(size, method, threads):
    model = Tokenizer()
    images = torch.rand(size["batch"], 3, 32, 32) * 2 - 1
    teacher = torch.randn(size["batch"], GRID**2, 64)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=1e-4, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        model.loss(images, teacher).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return Work(step)


def quantizer_step(size, method, threads):
    z = torch.randn(size["vectors"], size["dim"], requires_grad=True)
    codebook = torch.randn(size["codes"], size["dim"], requires_grad=True)

    def call():
        quantized, losses = quantize(z, codebook, 0.1)
        return torch.autograd.grad(quantized.square().sum() + losses, (z, codebook))

    return Work(call, 4 * (z.numel() + codebook.numel()))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        hidden = -(-int(8 * width / 3) // 32) * 32
        self.heads = heads
        self.norm1, self.norm2 = nn.RMSNorm(width, eps=1e-5), nn.RMSNorm(width, eps=1e-5)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.gate, self.up = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x, cache):
        B, T, D = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(B, T, 3, self.heads, D // self.heads).permute(2, 0, 3, 1, 4)
        if cache:
            k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
        cache[:] = [k, v]
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(B, T, D))
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class ImageModel(nn.Module):
    def __init__(self, width, layers, heads, tokens, codes, classes):
        super().__init__()
        self.tokens, self.none = tokens, classes
        self.classes, self.codes = nn.Embedding(classes + 1, width), nn.Embedding(codes, width)
        self.positions = positions(tokens + 1, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm, self.output = nn.RMSNorm(width, eps=1e-5), nn.Linear(width, codes, bias=False)

    @torch.inference_mode()
    def sample(self, classes, scale):
        x = self.classes(torch.cat([classes, torch.full_like(classes, self.none)]))
        caches, found = [[] for _ in self.blocks], []
        for t in range(self.tokens):
            h = x[:, None] + self.positions[:, t : t + 1]
            for block, cache in zip(self.blocks, caches):
                h = block(h, cache)
            known, none = self.output(self.norm(h))[:, -1].chunk(2)
            p = F.softmax(none + scale * (known - none), -1)
            found.append(torch.multinomial(p, 1)[:, 0])
            x = self.codes(torch.cat([found[-1], found[-1]]))
        return torch.stack(found, 1)


def image_sampling(size, method, threads):
    names = ("width", "layers", "heads", "tokens", "codes", "classes")
    model = ImageModel(**{name: size[name] for name in names}).eval()
    classes = torch.arange(size["batch"]) % size["classes"]
    return Work(lambda: model.sample(classes, 1.5))


WORKS = {"tokenizer-step": tokenizer_step, "quantizer-step": quantizer_step, "image-sampling": image_sampling}
