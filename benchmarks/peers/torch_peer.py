"""PyTorch as a peer: the plainest fast way a PyTorch user would write each work, nothing tuned for this benchmark."""

import math

import torch
import torch.nn.functional as F
from algoperf_torch import training_step
from gpt import GPT
from language_model import WORKS as LANGUAGE_MODEL_WORKS
from reinforcement import WORKS as REINFORCEMENT_WORKS
from protocol import Absent, Work, call_cost, resident_peak_extra_bytes, serve
from visual_tokenizer import WORKS as VISUAL_TOKENIZER_WORKS

torch.manual_seed(0)


def dtype_of(size):
    return torch.bfloat16 if size.get("bf16") else torch.float32


def gemm(dtype):
    def make(size, method, threads):
        a = torch.randn(size["m"], size["k"], dtype=dtype)
        b = torch.randn(size["k"], size["n"], dtype=dtype)
        if method == "out":
            c = torch.empty(size["m"], size["n"], dtype=dtype)
            return Work(lambda: torch.mm(a, b, out=c))
        return Work(lambda: torch.mm(a, b))

    return make


def adamw(size, method, threads):
    count = size["parameters"]
    parameters = [torch.randn(n, dtype=dtype_of(size)) for n in split(count, size.get("tensors", 1))]
    for p in parameters:
        p.grad = torch.randn_like(p) * 1e-3
    flags = {"fused": {"fused": True}, "foreach": {"foreach": True}, "loop": {"foreach": False}}[method]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, **flags)
    return Work(optimizer.step)


def split(count, tensors):
    sizes = [count // tensors] * tensors
    sizes[-1] += count - sum(sizes)
    return sizes


def optimizer_step(size, method, threads):
    parameters = [torch.randn(size["rows"], size["columns"]) for _ in range(size["matrices"])]
    for p in parameters:
        p.grad = torch.randn_like(p) * 1e-3
    name, _, flag = method.partition(" ")
    options = {"fused": True} if flag == "fused" else {"foreach": True} if flag == "foreach" else {}
    if name == "NAdamW":
        name, options = "NAdam", options | {"decoupled_weight_decay": True, "weight_decay": 0.01}
    if name == "SGD":
        options |= {"momentum": 0.9, "nesterov": True}
    if not hasattr(torch.optim, name):
        raise Absent(f"no torch.optim.{name}")
    optimizer = getattr(torch.optim, name)(parameters, lr=1e-4, **options)
    return Work(optimizer.step)


class Soap:
    """SOAP on matrices as its authors wrote it: moments of the rotated gradient, a basis renewed by QR every ten steps."""

    def __init__(self, parameters, lr=3e-3, beta=0.95, frequency=10):
        self.parameters, self.lr, self.beta, self.frequency, self.steps = parameters, lr, beta, frequency, 0
        self.states = []
        for p in parameters:
            sides = [p.grad @ p.grad.T, p.grad.T @ p.grad]
            bases = [torch.linalg.eigh(side)[1].flip(1) for side in sides]
            self.states.append((torch.zeros_like(p), torch.zeros_like(p), sides, bases))

    @torch.no_grad()
    def step(self):
        self.steps += 1
        beta, renew = self.beta, self.steps % self.frequency == 0
        size = self.lr * math.sqrt(1 - beta**self.steps) / (1 - beta**self.steps)
        for p, (m, v, sides, bases) in zip(self.parameters, self.states):
            g = bases[0].T @ p.grad @ bases[1]
            m.lerp_(p.grad, 1 - beta)
            v.mul_(beta).addcmul_(g, g, value=1 - beta)
            direction = (bases[0].T @ m @ bases[1]).div_(v.sqrt().add_(1e-8))
            p.sub_(bases[0] @ direction @ bases[1].T, alpha=size)
            sides[0].lerp_(p.grad @ p.grad.T, 1 - beta)
            sides[1].lerp_(p.grad.T @ p.grad, 1 - beta)
            if renew:
                for dim in (0, 1):
                    turned = sides[dim] @ bases[dim]
                    order = (bases[dim] * turned).sum(0).argsort(descending=True)
                    bases[dim] = torch.linalg.qr(turned[:, order])[0]
                    v.copy_(v.index_select(dim, order))


def soap(size, method, threads):
    parameters = [torch.randn(size["rows"], size["columns"]) for _ in range(size["matrices"])]
    for p in parameters:
        p.grad = torch.randn_like(p) * 1e-3
    optimizer = Soap(parameters)

    def steps():
        for _ in range(size["steps"]):
            optimizer.step()

    return Work(steps)


def compiled(function):
    torch.compiler.reset()  # or shapes seen before make it compile for any shape
    return torch.compile(function)


def vq_lookup(size, method, threads):
    x = torch.randn(size["vectors"], size["dim"])
    codes = torch.randn(size["codes"], size["dim"])
    if method == "matmul+argmax":
        return Work(lambda: (x @ codes.t()).argmax(1))

    def l2():
        distance = x.square().sum(1, keepdim=True) + codes.square().sum(1) - 2 * (x @ codes.t())
        return distance.argmin(1)

    run = compiled(l2) if method == "compile" else l2
    return Work(run)


def codebook_entropy_loss(size, method, threads):
    x = torch.randn(size["vectors"], size["dim"], requires_grad=True)
    codes = torch.randn(size["codes"], size["dim"], requires_grad=True)
    temperature = 0.01

    def loss(x, codes):
        distance = x.square().sum(1, keepdim=True) + codes.square().sum(1) - 2 * (x @ codes.t())
        logits = -distance / temperature
        p = F.softmax(logits, dim=-1)
        log_p = F.log_softmax(logits + 1e-5, dim=-1)
        mean = p.mean(0)
        return -(p * log_p).sum(-1).mean() + (mean * torch.log(mean + 1e-5)).sum()

    run = compiled(loss) if method == "compile" else loss
    return Work(lambda: torch.autograd.grad(run(x, codes), (x, codes)), 4 * (x.numel() + codes.numel()))


def linear_cross_entropy(size, method, threads):
    dtype = dtype_of(size)
    hidden = torch.randn(size["tokens"], size["dim"], dtype=dtype, requires_grad=True)
    head = (torch.randn(size["vocab"], size["dim"], dtype=dtype) / math.sqrt(size["dim"])).requires_grad_()
    target = torch.randint(size["vocab"], (size["tokens"],))

    def loss(hidden, head):
        return F.cross_entropy(F.linear(hidden, head), target)

    run = compiled(loss) if method == "compile" else loss
    return Work(lambda: torch.autograd.grad(run(hidden, head), (hidden, head)), dtype.itemsize * (hidden.numel() + head.numel()))


def rowwise(forward, forward_out, modules):
    """A row-wise op: `eager` allocates its output, `out` writes into one, `backward` adds the gradient."""

    def make(size, method, threads):
        x = torch.randn(size["rows"], size["columns"])
        parameters = modules(size["columns"])
        if method == "out":
            out = torch.empty_like(x)
            return Work(lambda: forward_out(x, out, *parameters))
        if method == "backward":
            x.requires_grad_()
            g = torch.randn_like(x)
            inputs = (x, *(p.requires_grad_() for p in parameters))
            return Work(lambda: torch.autograd.grad(forward(x, *parameters), inputs, g))
        return Work(lambda: forward(x, *parameters))

    return make


softmax = rowwise(lambda x: torch.softmax(x, 1), lambda x, out: torch.softmax(x, 1, out=out), lambda columns: ())


def layer_norm_out(x, out, weight, bias):
    mean, rstd = torch.empty(x.shape[0], 1), torch.empty(x.shape[0], 1)
    return torch.ops.aten.native_layer_norm.out(x, [x.shape[1]], weight, bias, 1e-5, out0=out, out1=mean, out2=rstd)


layer_norm = rowwise(
    lambda x, weight, bias: F.layer_norm(x, (x.shape[1],), weight, bias),
    layer_norm_out,
    lambda columns: (torch.ones(columns), torch.zeros(columns)),
)


def attention(size, method, threads):
    shape = (size["batch"], size["heads"], size["tokens"], size["dim"])
    q, k, v = (torch.randn(shape, dtype=dtype_of(size), requires_grad=True) for _ in range(3))
    g = torch.randn_like(q)
    if method == "forward":
        q, k, v = q.detach(), k.detach(), v.detach()
        return Work(lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True))
    return Work(
        lambda: torch.autograd.grad(F.scaled_dot_product_attention(q, k, v, is_causal=True), (q, k, v), g),
        3 * q.nbytes,
    )


def decoding(size, method, threads):
    def make(heads, rows):
        return torch.randn(size["batch"], heads, rows, size["dim"], dtype=torch.bfloat16)

    q, k, v = make(size["heads"], 1), make(size["kvHeads"], size["tokens"]), make(size["kvHeads"], size["tokens"])
    return Work(lambda: F.scaled_dot_product_attention(q, k, v, enable_gqa=True))


def conv2d(size, method, threads):
    dtype, edge, kernel = dtype_of(size), size["edge"], size["kernel"]
    x = torch.randn(size["batch"], size["channels"], edge, edge, dtype=dtype)
    weight = torch.randn(size["filters"], size["channels"], kernel, kernel, dtype=dtype)
    g = torch.randn(size["batch"], size["filters"], edge, edge, dtype=dtype)

    def forward():
        return F.conv2d(x, weight, padding=(kernel - 1) // 2)

    if method == "forward":
        return Work(forward)
    inputs = (x.requires_grad_(), weight.requires_grad_())
    return Work(lambda: torch.autograd.grad(forward(), inputs, g))


def sample_tokens(size, method, threads):
    logits = torch.randn(size["rows"], size["columns"])

    def draw():
        p, order = torch.softmax(logits / 0.8, -1).sort(descending=True)
        p = p.masked_fill(p.cumsum(-1) - p >= 0.95, 0)
        return order.gather(1, torch.multinomial(p, 1))

    return Work(draw)


def gpt_step(size, method, threads):
    model = GPT(size["layers"], size["dim"], size["heads"], size["tokens"], size["vocab"]).to(dtype_of(size))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01, fused=True)
    ids = torch.randint(size["vocab"], (size["batch"], size["tokens"] + 1))
    inputs, targets = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
    run = compiled(model) if method == "compile" else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        run(inputs, targets).backward()
        optimizer.step()

    return Work(step)


def op_call(size, method, threads):
    a, b = torch.randn(size["elements"]), torch.randn(size["elements"])
    a.requires_grad_(method == "autograd")
    return Work(values=call_cost(lambda: a + b))


def limits(size, method, threads):
    """What the GPU can do at most, by PyTorch's own fastest paths: cuBLAS products and device copies."""
    if torch.get_default_device().type != "cuda":
        raise Absent("limits of the CPU are measured without PyTorch")

    def best(call, work):
        times = []
        for _ in range(8):
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            call()
            end.record()
            torch.cuda.synchronize()
            times.append(start.elapsed_time(end) / 1000)
        return work / min(times)

    def product(dtype):
        a, b = torch.randn(8192, 8192, dtype=dtype), torch.randn(8192, 8192, dtype=dtype)
        return best(lambda: torch.mm(a, b), 2 * 8192**3)

    def values(milliseconds):
        x = torch.randn(2**28)
        y = torch.empty_like(x)
        copy = best(lambda: y.copy_(x), 2 * x.nbytes)
        return {
            "flops": product(torch.float32),
            "bf16Flops": product(torch.bfloat16),
            "readBytes": best(lambda: x.sum(), x.nbytes),
            "copyBytes": copy,
            "updateBytes": best(lambda: x.mul_(0.5), 2 * x.nbytes),
        }

    return Work(values=values)


WORKS = {
    "limits": limits,
    "gemm": gemm(torch.float32),
    "bf16-gemm": gemm(torch.bfloat16),
    "adamw": adamw,
    "sparse-adamw": adamw,
    "optimizers": optimizer_step,
    "soap": soap,
    "vq-lookup": vq_lookup,
    "codebook-entropy-loss": codebook_entropy_loss,
    "linear-cross-entropy": linear_cross_entropy,
    "softmax": softmax,
    "layer-norm": layer_norm,
    "attention": attention,
    "decoding": decoding,
    "conv2d": conv2d,
    "sample-tokens": sample_tokens,
    "gpt-step": gpt_step,
    "algoperf": training_step,
    "op-call-cost": op_call,
    **LANGUAGE_MODEL_WORKS,
    **REINFORCEMENT_WORKS,
    **VISUAL_TOKENIZER_WORKS,
}

def start(threads, device):
    torch.set_num_threads(threads)
    if device == "cuda" and not torch.cuda.is_available():
        raise Absent("this PyTorch has no CUDA device")
    torch.set_default_device(device)


def synchronize():
    if torch.get_default_device().type == "cuda":
        torch.cuda.synchronize()


def peak_extra_bytes(work):
    if torch.get_default_device().type == "cpu":
        return resident_peak_extra_bytes(work)
    work.call()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    results = work.call()
    peak = torch.cuda.max_memory_allocated()
    del results
    return max(0, peak - before - work.result_bytes)


if __name__ == "__main__":
    serve("PyTorch", torch.__version__, WORKS, start, synchronize, peak_extra_bytes)
