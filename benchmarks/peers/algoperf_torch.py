"""The eight workloads of packages/algoperf in PyTorch: the same models, batches and AdamW. Data of the same shapes is random."""

import torch
import torch.nn.functional as F
from protocol import Absent, Work
from torch import nn


def rows(count, high, *shape):
    return torch.randint(high, (count, *shape))


class Dlrm(nn.Module):
    vocabularies = [2000, 1000, 500, 200, 100, 50, 30, 20]

    def __init__(self):
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(size, 8) for size in self.vocabularies)
        self.bottom = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 8), nn.ReLU())
        self.top = nn.Sequential(nn.Linear(44, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
        self.pairs = torch.triu_indices(9, 9, 1)

    def forward(self, categories, dense):
        bottom = self.bottom(dense)
        vectors = torch.stack([bottom] + [e(categories[:, i]) for i, e in enumerate(self.embeddings)], 1)
        products = (vectors @ vectors.transpose(1, 2))[:, self.pairs[0], self.pairs[1]]
        return self.top(torch.cat([bottom, products], 1)).squeeze(1)


def ctr():
    count = 420_000
    categories = torch.stack([torch.randint(size, (count,)) for size in Dlrm.vocabularies], 1)
    data = (categories, torch.rand(count, 5), rows(count, 2).float())
    return Dlrm(), data, 512, lambda m, c, d, y: F.binary_cross_entropy_with_logits(m(c, d), y)


class UNet(nn.Module):
    def __init__(self, c=8):
        super().__init__()

        def block(i, o):
            half = lambda i: [nn.Conv2d(i, o, 3, padding=1, bias=False), nn.InstanceNorm2d(o), nn.LeakyReLU(0.2)]
            return nn.Sequential(*half(i), *half(o))

        self.down1, self.down2, self.bottom = block(1, c), block(c, 2 * c), block(2 * c, 4 * c)
        self.up2, self.join2 = nn.ConvTranspose2d(4 * c, 2 * c, 2, 2, bias=False), block(4 * c, 2 * c)
        self.up1, self.join1 = nn.ConvTranspose2d(2 * c, c, 2, 2, bias=False), block(2 * c, c)
        self.out = nn.Conv2d(c, 1, 1)

    def forward(self, x):
        high = self.down1(x)
        middle = self.down2(F.avg_pool2d(high, 2))
        low = self.bottom(F.avg_pool2d(middle, 2))
        joined = self.join2(torch.cat([self.up2(low), middle], 1))
        return self.out(self.join1(torch.cat([self.up1(joined), high], 1)))


def mri():
    planes = lambda: torch.randn(1200, 1, 32, 32)
    scalars = lambda: torch.rand(1200, 1, 1, 1) + 0.5
    data = (planes(), planes(), scalars(), scalars())
    return UNet(), data, 16, lambda m, x, y, mean, deviation: F.l1_loss(m(x), (y - mean) / deviation)


class ResidualBlock(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.norm2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        same = i == o and stride == 1
        self.shortcut = nn.Identity() if same else nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        branch = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(self.shortcut(x) + branch)


def images():
    return torch.randn(12_000, 3, 16, 16), rows(12_000, 10)


def resnet():
    stem = [nn.Conv2d(3, 12, 3, 1, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU()]
    blocks = [ResidualBlock(12, 12, 1), ResidualBlock(12, 24, 2), ResidualBlock(24, 48, 2)]
    model = nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, 10))
    return model, images(), 64, lambda m, x, y: F.cross_entropy(m(x), y)


class Attention(nn.Module):
    def __init__(self, width, heads=4):
        super().__init__()
        self.heads = heads
        self.query, self.key_value, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)

    def forward(self, x, causal=False, memory=None):
        split = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        key, value = self.key_value(x if memory is None else memory).chunk(2, -1)
        mixed = F.scaled_dot_product_attention(split(self.query(x)), split(key), split(value), is_causal=causal)
        return self.out(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, width, cross=False):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        if cross:
            self.norm_cross, self.cross = nn.LayerNorm(width), Attention(width)

    def forward(self, x, causal=False, memory=None):
        x = x + self.attention(self.norm1(x), causal)
        if memory is not None:
            x = x + self.cross(self.norm_cross(x), memory=memory)
        return x + self.mlp(self.norm2(x))


class VisionTransformer(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.patches, self.position = nn.Conv2d(3, width, 4, 4), nn.Parameter(torch.randn(16, width) * 0.02)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(3)))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, x):
        tokens = self.patches(x).flatten(2).transpose(1, 2) + self.position
        return self.head(self.norm(self.blocks(tokens)).mean(1))


def vit():
    return VisionTransformer(), images(), 64, lambda m, x, y: F.cross_entropy(m(x), y)


class ConformerBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        feed = lambda: nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.SiLU(), nn.Linear(3 * width, width))
        self.feed1, self.feed2 = feed(), feed()
        self.norm, self.attention = nn.LayerNorm(width), Attention(width)
        self.norm_conv, self.pointwise1 = nn.LayerNorm(width), nn.Linear(width, 2 * width)
        self.depthwise = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.norm_inner, self.pointwise2 = nn.LayerNorm(width), nn.Linear(width, width)
        self.norm_out = nn.LayerNorm(width)

    def forward(self, x):
        x = x + 0.5 * self.feed1(x)
        x = x + self.attention(self.norm(x))
        mixed = self.depthwise(F.glu(self.pointwise1(self.norm_conv(x)), -1).transpose(1, 2)).transpose(1, 2)
        x = x + self.pointwise2(F.silu(self.norm_inner(mixed)))
        return self.norm_out(x + 0.5 * self.feed2(x))


class Conformer(nn.Module):
    def __init__(self, width=40):
        super().__init__()
        self.stem = nn.Conv1d(16, width, 5, 2, 2)
        self.blocks = nn.Sequential(ConformerBlock(width), ConformerBlock(width))
        self.head = nn.Linear(width, 13)

    def forward(self, x):
        hidden = F.relu(self.stem(x.transpose(1, 2))).transpose(1, 2)
        return self.head(self.blocks(hidden)).log_softmax(-1)


def speech():
    data = (torch.randn(6000, 48, 16), 1 + rows(6000, 12, 8), 4 + rows(6000, 5))
    heard = torch.full((24,), 24)
    kept = torch.ones(48, 16)
    kept[:, 3:5] = 0
    kept[10:13] = 0

    def loss(m, x, phones, lengths):
        return F.ctc_loss(m(x * kept).transpose(0, 1), phones, heard, lengths, zero_infinity=True)

    return Conformer(), data, 24, loss


class MessageLayer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.message = nn.Linear(width, 3 * width, bias=False)
        self.update = nn.Sequential(nn.Linear(2 * width, width), nn.LayerNorm(width), nn.ReLU(), nn.Linear(width, width))
        self.norm = nn.LayerNorm(width)

    def forward(self, hidden, adjacency, present):
        outgoing = self.message(hidden).unflatten(-1, (3, -1)).permute(0, 2, 1, 3)
        received = (adjacency @ outgoing).sum(1)
        return self.norm(hidden + self.update(torch.cat([hidden, received], -1))) * present


class GraphNetwork(nn.Module):
    def __init__(self, width=40):
        super().__init__()
        self.embedding = nn.Embedding(7, width, padding_idx=0)
        self.layers = nn.ModuleList(MessageLayer(width) for _ in range(3))
        self.head = nn.Sequential(nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 8))

    def forward(self, bond, atom):
        hidden, present = self.embedding(atom), (atom > 0).float()[..., None]
        adjacency = torch.stack([(bond == kind).float() for kind in (1, 2, 3)], 1)
        for layer in self.layers:
            hidden = layer(hidden, adjacency, present)
        largest = hidden.masked_fill(present == 0, -1e4).max(1)[0]
        return self.head(torch.cat([hidden.sum(1) / 4, largest], -1))


def gnn():
    data = (rows(6000, 4, 14, 14), rows(6000, 7, 14), rows(6000, 2, 8).float(), (torch.rand(6000, 8) > 0.15).float())

    def loss(m, bond, atom, label, known):
        losses = F.binary_cross_entropy_with_logits(m(bond, atom), label, reduction="none")
        return (losses * known).sum() / known.sum()

    return GraphNetwork(), data, 64, loss


class Translator(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.source, self.target = nn.Embedding(40, width), nn.Embedding(40, width)
        self.source_position, self.target_position = (nn.Parameter(torch.randn(n, width) * 0.1) for n in (12, 14))
        self.encoder = nn.Sequential(Block(width), Block(width))
        self.decoder = nn.ModuleList(Block(width, cross=True) for _ in range(2))
        self.norm, self.norm_memory = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, source, target):
        memory = self.norm_memory(self.encoder(self.source(source) + self.source_position))
        hidden = self.target(target) + self.target_position[: target.shape[1]]
        for block in self.decoder:
            hidden = block(hidden, True, memory)
        return self.norm(hidden) @ self.target.weight.T


def mt():
    data = (rows(16_000, 40, 12), rows(16_000, 40, 14))

    def loss(m, source, target):
        return F.cross_entropy(m(source, target[:, :-1]).flatten(0, 1), target[:, 1:].flatten(), ignore_index=0)

    return Translator(), data, 64, loss


class LanguageModel(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.embedding, self.position = nn.Embedding(64, width), nn.Parameter(torch.randn(32, width) * 0.02)
        self.blocks = nn.ModuleList([Block(width), Block(width)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 64, bias=False)

    def forward(self, tokens):
        hidden = self.embedding(tokens) + self.position
        for block in self.blocks:
            hidden = block(hidden, True)
        return self.head(self.norm(hidden))


def lm():
    data = (rows(4545, 64, 33),)
    return LanguageModel(), data, 24, lambda m, w: F.cross_entropy(m(w[:, :-1]).flatten(0, 1), w[:, 1:].flatten())


WORKLOADS = {f.__name__: f for f in (ctr, mri, resnet, vit, speech, gnn, mt, lm)}


def training_step(size, method, threads):
    if method not in WORKLOADS:
        raise Absent(f"no workload {method}")
    model, data, batch, loss_of = WORKLOADS[method]()
    parameters = sum(p.numel() for p in model.parameters())
    if parameters != size["parameters"]:
        raise ValueError(f"{method} has {parameters} parameters here and {size['parameters']} there")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01, fused=True)

    def step():
        index = torch.randint(len(data[0]), (batch,))
        loss = loss_of(model, *(column[index] for column in data))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return Work(step)
