/** Ops without parameters as layers, for `Sequential`. Elsewhere call the ops. */
import {
  dropout,
  type FlattenOptions,
  flatten,
  type GeluOptions,
  type Generator,
  gelu,
  leakyRelu,
  ones,
  relu,
  sigmoid,
  silu,
  type Tensor,
  tanh,
} from '@tessera/tensor';
import { type Layer, Module } from './module.js';

export class ReLU extends Module implements Layer {
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

export class LeakyReLU extends Module implements Layer {
  /** `negativeSlope`: default 0.01. */
  constructor(readonly negativeSlope = 0.01) {
    super();
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.negativeSlope });
  }
}

export class GELU extends Module implements Layer {
  constructor(readonly options: GeluOptions = {}) {
    super();
  }

  forward(x: Tensor): Tensor {
    return gelu(x, this.options);
  }
}

export class SiLU extends Module implements Layer {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

export class Sigmoid extends Module implements Layer {
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

export class Tanh extends Module implements Layer {
  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

export class Identity extends Module implements Layer {
  forward(x: Tensor): Tensor {
    return x;
  }
}

/** Merges dimensions; all but the first by default. */
export class Flatten extends Module implements Layer {
  constructor(readonly options: FlattenOptions = { startDim: 1 }) {
    super();
  }

  forward(x: Tensor): Tensor {
    return flatten(x, this.options);
  }
}

export interface DropoutLayerOptions {
  /** Default: the device's. */
  readonly generator?: Generator;
}

/** Zeroes elements with probability `p` in training and scales the rest. */
export class Dropout extends Module implements Layer {
  constructor(
    readonly p = 0.5,
    readonly options: DropoutLayerOptions = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return dropout(x, { ...this.options, p: this.p, training: this.training });
  }
}

/** Zeroes whole channels of `[batch, channels, ...]` with probability `p` in training and scales the rest. */
export class Dropout2d extends Module implements Layer {
  constructor(
    readonly p = 0.5,
    readonly options: DropoutLayerOptions = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    const shape = x.shape.map((n, d) => (d < 2 ? n : 1));
    return x.mul(dropout(ones(shape, { dtype: x.dtype, device: x.device }), { ...this.options, p: this.p }));
  }
}
