/** The GPT of peers/gpt.py with our ops, and its training step. */
import { AdamW } from '@tessera/optim';
import {
  arange,
  type Device,
  type DType,
  embedding,
  layerNorm,
  linear,
  linearAdd,
  linearCrossEntropy,
  ones,
  ParameterBuffer,
  randint,
  randn,
  scaledDotProductAttention,
  scope,
  type Tensor,
  zeros,
} from '@tessera/tensor';

export interface GptSize {
  readonly layers: number;
  readonly dim: number;
  readonly heads: number;
  readonly tokens: number;
  readonly batch: number;
  readonly vocab: number;
  readonly bf16?: number;
}

export interface GptTraining {
  /** Runs one step: forward, backward, AdamW. */
  step(): void;
  dispose(): void;
}

interface Norm {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

interface Block {
  readonly norm1: Norm;
  readonly norm2: Norm;
  readonly qkv: Norm;
  readonly out: Norm;
  readonly up: Norm;
  readonly down: Norm;
}

export function trainGpt(size: GptSize, device: Device): GptTraining {
  const { layers, dim, heads, tokens, batch, vocab } = size;
  const dtype: DType = size.bf16 ? 'bf16' : 'f32';
  const options = { device, dtype };
  const parameters: (readonly [string, Tensor])[] = [];
  const parameter = (name: string, tensor: Tensor) => {
    parameters.push([name, tensor.setRequiresGrad()]);
    return tensor;
  };
  const norm = (name: string): Norm => ({
    weight: parameter(`${name}.weight`, ones([dim], options)),
    bias: parameter(`${name}.bias`, zeros([dim], options)),
  });
  const dense = (name: string, inputs: number, outputs: number): Norm => ({
    weight: parameter(
      `${name}.weight`,
      scope(() => randn([outputs, inputs], options).mul(0.02)),
    ),
    bias: parameter(`${name}.bias`, zeros([outputs], options)),
  });

  const token = parameter('token', randn([vocab, dim], options));
  const position = parameter('position', randn([tokens, dim], options));
  const blocks = Array.from(
    { length: layers },
    (_, i): Block => ({
      norm1: norm(`${i}.norm1`),
      norm2: norm(`${i}.norm2`),
      qkv: dense(`${i}.qkv`, dim, 3 * dim),
      out: dense(`${i}.out`, dim, dim),
      up: dense(`${i}.up`, dim, 4 * dim),
      down: dense(`${i}.down`, 4 * dim, dim),
    }),
  );
  const last = norm('norm');
  const head = parameter(
    'head',
    scope(() => randn([vocab, dim], options).mul(0.02)),
  );
  const places = arange(tokens, { dtype: 'i32', device });
  const inputs = randint(vocab, [batch, tokens], { dtype: 'i32', device });
  const targets = randint(vocab, [batch, tokens], { dtype: 'i32', device });
  const buffer = new ParameterBuffer(parameters);
  const optimizer = new AdamW(buffer, { lr: 3e-4, weightDecay: 0.01 });

  const toHeads = (x: Tensor) => x.reshape([batch, tokens, heads, dim / heads]).transpose({ dim0: 1, dim1: 2 });
  const attend = (x: Tensor, { qkv, out, norm1 }: Block): Tensor => {
    const y = linear(layerNorm(x, norm1.weight, norm1.bias), qkv.weight, qkv.bias);
    const [q, k, v] = y.split({ sizes: dim, dim: -1 }).map(toHeads) as [Tensor, Tensor, Tensor];
    const mixed = scaledDotProductAttention(q, k, v, undefined, { isCausal: true }).transpose({ dim0: 1, dim1: 2 });
    return linearAdd(x, mixed.reshape([batch, tokens, dim]), out.weight, out.bias);
  };
  const feedForward = (x: Tensor, { norm2, up, down }: Block): Tensor => {
    const y = linear(layerNorm(x, norm2.weight, norm2.bias), up.weight, up.bias, { activation: 'geluTanh' });
    return linearAdd(x, y, down.weight, down.bias);
  };
  const loss = (): Tensor => {
    let x = embedding(token, inputs).add(embedding(position, places));
    for (const block of blocks) x = feedForward(attend(x, block), block);
    return linearCrossEntropy(layerNorm(x, last.weight, last.bias), head, targets);
  };

  return {
    step: () => {
      scope(() => {
        buffer.zeroGrad();
        loss().backward();
      });
      optimizer.step();
    },
    dispose: () => {
      for (const [, tensor] of parameters) tensor.dispose();
      for (const tensor of [places, inputs, targets]) tensor.dispose();
    },
  };
}
