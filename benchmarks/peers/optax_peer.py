"""optax on JAX's CPU backend as a peer of the optimizer steps: one jitted update with donated state."""

import os

import jax
import jax.numpy as jnp
import optax
from protocol import Absent, Work, serve

OPTIMIZERS = {
    "AdamW": lambda: optax.adamw(1e-4, weight_decay=0.01),
    "NAdamW": lambda: optax.nadamw(1e-4, weight_decay=0.01),
    "Lion": lambda: optax.lion(1e-4),
    "SGD": lambda: optax.sgd(1e-2, momentum=0.9, nesterov=True),
    "RAdam": lambda: optax.radam(1e-4),
    "Adafactor": lambda: optax.adafactor(1e-4),
    "Prodigy": lambda: optax.contrib.prodigy(1.0),
    "DAdaptAdamW": lambda: optax.contrib.dadapt_adamw(1.0),
    "DoG": lambda: optax.contrib.dog(),
    "DoWG": lambda: optax.contrib.dowg(),
    "COCOB": lambda: optax.contrib.cocob(),
    "ScheduleFreeAdamW": lambda: optax.contrib.schedule_free_adamw(1e-3),
    "Mechanic": lambda: optax.contrib.mechanize(optax.adamw(1.0)),
    "Muon": lambda: optax.contrib.muon(1e-3),
}


def step_of(optimizer, parameters, gradients):
    state = jax.tree.map(jnp.copy, optimizer.init(parameters))  # some states start as the parameters' own buffers

    def update(parameters, state, gradients):
        updates, state = optimizer.update(gradients, state, parameters)
        return optax.apply_updates(parameters, updates), state

    update = jax.jit(update, donate_argnums=(0, 1))

    def call():
        nonlocal parameters, state
        parameters, state = jax.block_until_ready(update(parameters, state, gradients))

    return Work(call)


def random(shape, scale=1.0):
    return jax.random.normal(jax.random.key(0), shape) * scale


def adamw(size, method, threads):
    shape = (size["parameters"],)
    return step_of(OPTIMIZERS["AdamW"](), random(shape), random(shape, 1e-3))


def optimizers(size, method, threads):
    if method not in OPTIMIZERS:
        raise Absent(f"no {method} in optax")
    shape = (size["rows"], size["columns"])
    count = size["matrices"]
    return step_of(OPTIMIZERS[method](), [random(shape) for _ in range(count)], [random(shape, 1e-3) for _ in range(count)])


def use_cores(threads, device):
    """XLA takes its thread count from the process's affinity."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


if __name__ == "__main__":
    serve("optax", f"{optax.__version__} (jax {jax.__version__})", {"adamw": adamw, "optimizers": optimizers}, use_cores)
