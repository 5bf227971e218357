/**
 * Whole training runs on a CUDA device follow those on the CPU: same initial weights, same random numbers, the same loss
 * curve within what the dtype can hold. 100 steps on a GPU; where an emulator runs every thread, few steps and, of smaller
 * models, 100.
 */
import { DecoderLM, generate, PackedTokens, parseDecoderConfig } from '@tessera/models';
import { BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, type Module, ReLU, Sequential } from '@tessera/nn';
import { AdamW, SGD } from '@tessera/optim';
import {
  bernoulli,
  crossEntropy,
  type DeviceName,
  dropout,
  Generator,
  manualSeed,
  normal,
  randint,
  randn,
  scope,
  type Tensor,
  tensor,
  uniform,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

type Float = 'f32' | 'bf16';
const tolerances = { f32: 2e-3, bf16: 3e-2 } as const;

/** The loss of each of `count` steps. */
async function losses(count: number, step: () => Tensor): Promise<number[]> {
  const curve: number[] = [];
  for (let i = 0; i < count; i++) {
    using loss = scope(step);
    curve.push((await loss.to('f32').data())[0]!);
  }
  return curve;
}

const shared = { vocab_size: 97, max_position_embeddings: 64, tie_word_embeddings: true, eos_token_id: 0 };
const configs = {
  gpt2: {
    ...shared,
    model_type: 'gpt2',
    n_embd: 48,
    n_layer: 2,
    n_head: 3,
    n_positions: 64,
    n_ctx: 64,
    activation_function: 'gelu_new',
  },
  tiny: {
    ...shared,
    model_type: 'gpt2',
    n_embd: 16,
    n_layer: 1,
    n_head: 2,
    n_positions: 64,
    n_ctx: 64,
    activation_function: 'gelu_new',
  },
  llama: {
    ...shared,
    model_type: 'llama',
    hidden_size: 64,
    intermediate_size: 96,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    hidden_act: 'silu',
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
  },
} as const;

/** A step on sequences of several lengths, each token a function of the one before. */
function languageModel(type: keyof typeof configs, dtype: Float, device: DeviceName): () => Tensor {
  manualSeed(5); // GPT-2 drops: each device draws the same from its own generator
  const model = new DecoderLM(parseDecoderConfig(configs[type]), { dtype, device, seed: 7 });
  const optimizer = new AdamW(model.namedParameters(), { lr: 3e-3, clipNorm: 1 });
  let at = 1;
  return () => {
    const lengths = type === 'tiny' ? [9, 4] : [17, 40, 3, 25];
    const sequences = lengths.map((length) => {
      at = (at * 31 + 7) % 97;
      const tokens = [at];
      while (tokens.length < length) tokens.push((tokens.at(-1)! * 5 + 1) % 97);
      return tokens;
    });
    using tokens = PackedTokens.of(sequences, { device });
    const loss = model.loss(tokens);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return loss.detach();
  };
}

interface ConvSizes {
  readonly batch: number;
  readonly size: number;
  readonly width: number;
  readonly lr: number;
}

function convNet(dtype: Float, device: DeviceName, { batch, size, width, lr }: ConvSizes): () => Tensor {
  const generator = new Generator(3);
  const options = { dtype, device, generator };
  const side = Math.ceil(size / 2 / 2) - 1;
  const net: Module & { forward(x: Tensor): Tensor } = new Sequential(
    new Conv2d(3, width, 3, { ...options, padding: 1 }),
    new BatchNorm2d(width, options),
    new ReLU(),
    new MaxPool2d(3, { stride: 2, padding: 1 }),
    new Conv2d(width, width, 3, { ...options, padding: 1, groups: width }),
    new Conv2d(width, 24, 3, { ...options, stride: 2, groups: 2 }),
    new ReLU(),
    new Dropout(0.1, { generator: new Generator(4) }),
    new Flatten(),
    new Linear(24 * side * side, 10, options),
  );
  // A master copy: else rounding decides, at every step, which of the small updates a bf16 parameter sees.
  const precision = dtype === 'bf16' ? 'master' : 'plain';
  const optimizer = new SGD(net.namedParameters(), { lr, momentum: 0.9, weightDecay: 1e-4, precision });
  const data = { generator: new Generator(5), device };
  const labels = randint(10, [batch], data);
  const images = normal([batch, 3, size, size], data)
    .add(labels.to('f32').reshape([batch, 1, 1, 1]))
    .to(dtype);
  return () => {
    const loss = crossEntropy(net.forward(images), labels);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return loss.detach();
  };
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((e, i) => {
    const a = actual[i]!;
    // What is rounded differently in one step has its consequences in the next.
    expect(Math.abs(a - e), `step ${i}: ${a} on CUDA, ${e} on the CPU`).toBeLessThan(tolerance * (1 + Math.abs(e)));
  });
}

describe.each(testDevices.filter((d) => d !== 'cpu'))('%s', (device) => {
  const steps = device === 'cuda-emulated' ? 5 : 100;

  for (const dtype of ['f32', 'bf16'] as const) {
    for (const type of ['gpt2', 'llama'] as const) {
      test(`trains ${type} in ${dtype} as the CPU does`, async () => {
        const expected = await losses(steps, languageModel(type, dtype, 'cpu'));
        expect(expected.at(-1)!).toBeLessThan(expected[0]! - 0.1);
        expectClose(await losses(steps, languageModel(type, dtype, device)), expected, tolerances[dtype]);
      });
    }

    test(`trains a convolutional network in ${dtype} as the CPU does`, async () => {
      const sizes = { batch: 12, size: 16, width: 16, lr: 2e-3 };
      const expected = await losses(steps, convNet(dtype, 'cpu', sizes));
      expect(expected.at(-1)!).toBeLessThan(expected[0]!);
      expectClose(await losses(steps, convNet(dtype, device, sizes)), expected, tolerances[dtype]);
    });
  }

  test.each([
    ['GPT', (where: DeviceName) => languageModel('tiny', 'f32', where)],
    ['convolutional network', (where: DeviceName) => convNet('f32', where, { batch: 6, size: 8, width: 4, lr: 5e-3 })],
  ] as const)('a small %s follows the CPU for 100 steps', async (_, model) => {
    const expected = await losses(100, model('cpu'));
    expect(expected.at(-1)!).toBeLessThan(expected[0]! - 0.5);
    expectClose(await losses(100, model(device)), expected, tolerances.f32);
  });

  test('generates the tokens that the CPU generates', async () => {
    const on = async (where: DeviceName) => {
      const model = new DecoderLM(parseDecoderConfig({ ...configs.llama, initializer_range: 0.5 }), { device: where });
      const options = { maxNewTokens: 6, n: 2, seed: 3 };
      const completions = await generate(model, [[5, 7, 11], [2]], options);
      return completions.flatMap(({ tokens }) => [...tokens]);
    };
    expect(await on(device)).toEqual(await on('cpu'));
  });

  test('draws the random numbers of the CPU', async () => {
    const draws = (where: DeviceName): Tensor[] => {
      const options = { generator: new Generator(11), device: where };
      const x = tensor(
        Float32Array.from({ length: 1001 }, (_, i) => i),
        { device: where },
      );
      return [
        uniform([1001], { ...options, low: -2, high: 3 }),
        randn([7, 11], options),
        randint(1000, [333], options),
        bernoulli(0.3, [100], options),
        dropout(x, { p: 0.4, generator: options.generator }),
        uniform([5], { ...options, dtype: 'bf16' }),
      ];
    };
    const [here, there] = [draws(device), draws('cpu')];
    for (const [i, t] of here.entries()) {
      const [actual, expected] = [[...(await t.data())], [...(await there[i]!.data())]];
      // The logarithms and cosines of normal numbers may differ in the last place on a GPU.
      if (i === 1) actual.forEach((v, k) => void expect(v).toBeCloseTo(expected[k]!, 5));
      else expect(actual).toEqual(expected);
    }
  });
});
