/** The decoder: what its config accepts, packing and padding, losses, checkpointing, precision, memory. */
import { ignoreIndex, ModelConfigError, PackedTokens, parseDecoderConfig } from '@tessera/models';
import { crossEntropy, manualSeed, noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { configs, liveBytes, makeModel, values } from './support.js';

const prompts = [[5, 9, 2, 60, 11, 3, 8], [7], [1, 2, 3, 4]];

function padded(side: 'left' | 'right') {
  const columns = 9;
  const ids = new Int32Array(prompts.length * columns).fill(55);
  const mask = new Uint8Array(ids.length);
  prompts.forEach((prompt, r) => {
    const at = r * columns + (side === 'left' ? columns - prompt.length : 0);
    ids.set(prompt, at);
    mask.fill(1, at, at + prompt.length);
  });
  return { ids, mask, rows: prompts.length, columns };
}

describe('config', () => {
  const error = (json: Record<string, unknown>) => {
    try {
      parseDecoderConfig({ ...configs.llama, ...json }, 'folder/config.json');
    } catch (caught) {
      expect(caught).toBeInstanceOf(ModelConfigError);
      return (caught as Error).message;
    }
    throw new Error('was accepted');
  };

  test('what is not supported is named', () => {
    expect(error({ model_type: 'mamba' })).toMatch(
      /folder\/config.json: model_type "mamba" is not supported; available: gpt2, llama/,
    );
    expect(error({ architectures: ['LlamaForSequenceClassification'] })).toMatch(/LlamaForSequenceClassification/);
    expect(error({ hidden_act: 'swiglu_oai' })).toMatch(/hidden_act "swiglu_oai"/);
    expect(error({ rope_scaling: { rope_type: 'longrope', factor: 2 } })).toMatch(/rope_scaling.rope_type "longrope"/);
    expect(error({ rope_scaling: { type: 'su', factor: 2 } })).toMatch(/rope_scaling.type "su"/);
    expect(error({ quantization_config: { quant_method: 'gptq' } })).toMatch(/quantization_config/);
    expect(error({ partial_rotary_factor: 0.5 })).toMatch(/partial_rotary_factor/);
    expect(error({ model_type: 'gemma2' })).toMatch(/model_type "gemma2"/);
    expect(error({ ...configs.gemma, final_logit_softcapping: 30 })).toMatch(/final_logit_softcapping 30/);
    expect(error({ ...configs.gpt2, resid_pdrop: 1.5 })).toMatch(/resid_pdrop must be from 0 to below 1; got 1.5/);
    expect(error({ model_type: 'gpt2', n_embd: 32, n_layer: 1, n_head: 2, add_cross_attention: true })).toMatch(
      /add_cross_attention/,
    );
  });

  test('what is missing, malformed or contradictory is named', () => {
    expect(error({ vocab_size: undefined })).toMatch(/vocab_size must be a number; got nothing/);
    expect(error({ num_hidden_layers: 2.5 })).toMatch(/num_hidden_layers must be a whole number/);
    expect(error({ num_key_value_heads: 3 })).toMatch(/num_key_value_heads 3 does not divide/);
    expect(error({ num_attention_heads: 5, num_key_value_heads: 5 })).toMatch(/5 attention heads do not divide/);
    expect(error({ head_dim: 7 })).toMatch(/even head_dim; got 7/);
    expect(error({ rope_scaling: { type: 'linear' } })).toMatch(/rope_scaling.factor must be a number/);
    expect(error({ attention_bias: 'yes' })).toMatch(/attention_bias must be true or false/);
  });

  // Computed by transformers 5.18 (modeling_rope_utils).
  test.each([
    [{ rope_type: 'linear', factor: 4 }, [0.25, 0.0250000004, 0.00249999994, 0.000250000012], 1],
    [{ rope_type: 'dynamic', factor: 4 }, [1, 0.100000001, 0.00999999978, 0.00100000005], 1],
    [
      { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 },
      [1, 0.0130422562, 0.00124999997, 0.000125000006],
      1,
    ],
    [
      { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64 },
      [1, 0.0625, 0.00249999994, 0.000250000012],
      1.138629436111989,
    ],
    [
      {
        type: 'yarn',
        factor: 4,
        original_max_position_embeddings: 64,
        attention_factor: 1.5,
        beta_fast: 16,
        beta_slow: 2,
      },
      [1, 0.0250000004, 0.00249999994, 0.000250000012],
      1.5,
    ],
    [
      {
        rope_type: 'yarn',
        factor: 4,
        original_max_position_embeddings: 64,
        mscale: 1,
        mscale_all_dim: 0.5,
        truncate: false,
      },
      [1, 0.0255952496, 0.00249999994, 0.000250000012],
      1.0648216253695715,
    ],
  ])('rotary embedding %j', (scaling, expected, factor) => {
    const json = { ...configs.llama, max_position_embeddings: 256 };
    for (const rope of [
      parseDecoderConfig({ ...json, rope_parameters: { rope_theta: 10000, ...scaling } }).rope!,
      parseDecoderConfig({ ...json, rope_theta: 10000, rope_scaling: scaling }).rope!,
    ]) {
      expect(rope.factor).toBeCloseTo(factor, 12);
      for (const [i, f] of rope.inverseFrequencies.entries()) expect(Math.abs(f / expected[i]! - 1)).toBeLessThan(3e-7);
    }
  });

  test('windows slide in the layers the config names', () => {
    const qwen = { ...configs.llama, model_type: 'qwen2', sliding_window: 16, num_hidden_layers: 3 };
    const windows = (json: object) => parseDecoderConfig({ ...qwen, ...json }).slidingWindows;
    expect(windows({})).toEqual([0, 0, 0]);
    expect(windows({ use_sliding_window: true, max_window_layers: 1 })).toEqual([0, 16, 16]);
    const types = ['sliding_attention', 'full_attention', 'sliding_attention'];
    expect(windows({ use_sliding_window: true, layer_types: types })).toEqual([16, 0, 16]);
    expect(windows({ model_type: 'mistral' })).toEqual([16, 16, 16]);
    expect(windows({ model_type: 'mistral', sliding_window: null })).toEqual([0, 0, 0]);
  });
});

describe.each(['llama', 'gpt2', 'gemma'] as const)('%s', (type) => {
  test('padding on either side and the batch leave a sequence the same bits', async () => {
    using model = makeModel(configs[type]);
    const alone = await Promise.all(
      prompts.map((prompt) => scope(() => noGrad(() => model.forward(PackedTokens.of([prompt])))).data()),
    );
    for (const side of ['left', 'right'] as const) {
      const batch = padded(side);
      using logits = scope(() =>
        noGrad(() => {
          const tokens = PackedTokens.fromBatch(batch);
          return tokens.toBatch(model.forward(tokens));
        }),
      );
      const all = await logits.data();
      prompts.forEach((prompt, r) => {
        const at = (r * batch.columns + (side === 'left' ? batch.columns - prompt.length : 0)) * 61;
        expect(all.slice(at, at + prompt.length * 61)).toEqual(alone[r]);
      });
      expect(all.filter((_, i) => !batch.mask[Math.floor(i / 61)]).every((v) => v === 0)).toBe(true);
    }
  });

  test('loss and log-probabilities are those of the logits', async () => {
    using model = makeModel(configs[type]);
    using tokens = PackedTokens.of(prompts);
    const labels = tokens.ids.dataSync().map((id, i) => (i % 3 === 1 ? ignoreIndex : id)) as Int32Array;
    const [expected, actual, sum] = scope(() => {
      const targets = tokens.targets(labels);
      return [
        crossEntropy(model.forward(tokens), targets),
        model.loss(tokens, { labels }),
        model.loss(tokens, { labels, reduction: 'sum' }),
      ];
    }) as [Tensor, Tensor, Tensor];
    expect(await actual.item()).toBeCloseTo(await expected.item(), 5);
    const counted = [...labels].filter((l, i) => l !== ignoreIndex && !tokens.starts.includes(i)).length;
    expect((await sum.item()) / counted).toBeCloseTo(await expected.item(), 5);
    const [logProb, entropy] = scope(() => model.logProbs(tokens, { labels }));
    const total = (await values(logProb)).reduce((a, b) => a + b, 0);
    expect(total).toBeCloseTo(-(await sum.item()), 4);
    expect(Math.min(...(await values(entropy)))).toBe(0);
  });

  test('checkpointing changes no bit and a training step leaves no bytes', async () => {
    using model = makeModel(configs[type]);
    using tokens = PackedTokens.of(prompts);
    const step = () => scope(() => model.loss(tokens).backward());
    const gradients = () => Promise.all([...model.parameters()].map((p) => p.grad!.data()));
    step();
    const plain = await gradients();
    model.zeroGrad();
    model.setCheckpointing();
    step();
    expect(await gradients()).toEqual(plain);
    const before = await liveBytes();
    for (let i = 0; i < 3; i++) step();
    expect(await liveBytes()).toBe(before);
  });

  test('hidden states of all layers end with the last', async () => {
    using model = makeModel(configs[type]);
    using tokens = PackedTokens.of(prompts);
    const [states, last] = scope(() =>
      noGrad(() => [model.layerHiddenStates(tokens), model.hiddenStates(tokens)] as const),
    );
    expect(states.map((s) => s.shape)).toEqual(new Array(3).fill([12, 32]));
    expect(await states.at(-1)!.data()).toEqual(await last.data());
  });

  test('bf16 stays near f32', async () => {
    using exact = makeModel({ ...configs[type], initializer_range: 0.1 });
    using rounded = makeModel({ ...configs[type], initializer_range: 0.1 }, { dtype: 'bf16' });
    using tokens = PackedTokens.of(prompts);
    const [a, b] = scope(() => noGrad(() => [exact.loss(tokens), rounded.loss(tokens)]));
    expect(rounded.dtype).toBe('bf16');
    expect(Math.abs((await a!.item()) - (await b!.item()))).toBeLessThan(0.02);
  });

  test('sequences longer than the positions are refused', () => {
    using model = makeModel(configs[type]);
    const { maxPositions } = model.config;
    using tokens = PackedTokens.of([new Int32Array(maxPositions + 1)]);
    expect(() => model.loss(tokens)).toThrow(
      `a sequence of ${maxPositions + 1} tokens is longer than the ${maxPositions} positions`,
    );
  });
});

test('first weights: transformers distributions, the same for the same seed', async () => {
  const json = { ...configs.gpt2, n_embd: 64, n_layer: 8, initializer_range: 0.02 };
  using model = makeModel(json, { seed: 4 });
  using again = makeModel(json, { seed: 4 });
  using other = makeModel(json, { seed: 5 });
  const state = model.stateDict();
  const deviation = async (name: string) => {
    const x = await values(state.get(name)!);
    return Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
  };
  expect(await deviation('transformer.h.1.attn.c_attn.weight')).toBeCloseTo(0.02, 3);
  expect(await deviation('transformer.h.1.mlp.c_proj.weight')).toBeCloseTo(0.02 / 4, 4);
  expect(await deviation('transformer.h.1.ln_1.weight')).toBe(1);
  expect(await deviation('transformer.h.1.attn.c_attn.bias')).toBe(0);
  const first = 'transformer.wte.weight';
  expect(await values(again.stateDict().get(first)!)).toEqual(await values(state.get(first)!));
  expect(await values(other.stateDict().get(first)!)).not.toEqual(await values(state.get(first)!));
});

test.each(['embd_pdrop', 'resid_pdrop', 'attn_pdrop'])(
  '%s is that of the config, in training alone, and is recomputed alike',
  async (field) => {
    const json = { ...configs.gpt2, [field]: 0.2 };
    using model = makeModel(json);
    using reference = makeModel(configs.gpt2);
    using tokens = PackedTokens.of(prompts);
    const loss = async (m: typeof model) => scope(() => noGrad(() => m.loss(tokens))).item();
    const [first, second] = [await loss(model), await loss(model)];
    expect(first).not.toBe(second);
    expect(await loss(model.eval())).toBe(await loss(reference));
    model.train();
    const gradients = async () => {
      model.zeroGrad();
      manualSeed(7);
      scope(() => model.loss(tokens).backward());
      return Promise.all([...model.parameters()].map((p) => p.grad!.data()));
    };
    const plain = await gradients();
    model.setCheckpointing();
    expect(await gradients()).toEqual(plain);
  },
);

test('a token outside the vocabulary fails and leaves the model usable', async () => {
  using model = makeModel();
  using bad = PackedTokens.of([[1, 61]]);
  await expect(scope(() => noGrad(() => model.forward(bad))).data()).rejects.toMatchObject({ code: 'INDEX' });
  using good = PackedTokens.of([[1, 60]]);
  expect(Number.isFinite(await scope(() => noGrad(() => model.loss(good))).item())).toBe(true);
});

test('a padded batch may come as tensors', async () => {
  const { ids, mask, rows, columns } = padded('left');
  const shape = [rows, columns];
  using expected = PackedTokens.fromBatch({ ids, mask, rows, columns });
  for (const seen of [
    tensor(mask, { shape }),
    tensor(mask, { shape, dtype: 'bool' }),
    tensor(mask, { shape }).to('i32'),
  ]) {
    using tokens = await PackedTokens.fromTensors(tensor(ids, { shape }), seen);
    expect(await tokens.ids.data()).toEqual(await expected.ids.data());
    expect(tokens.starts).toEqual(expected.starts);
  }
  const refused = (m: Tensor) => expect(PackedTokens.fromTensors(tensor(ids, { shape }), m)).rejects;
  await refused(tensor(mask)).toThrow('ids and mask must both be [rows, columns]; got [3, 9] and [27].');
  await refused(tensor(mask, { shape }).to('f32')).toThrow('mask must be integers; got f32.');
});

test('masks and labels of the wrong size are refused', () => {
  const batch = padded('left');
  expect(() => PackedTokens.fromBatch({ ...batch, mask: new Uint8Array(3) })).toThrow(/27 and 3/);
  using tokens = PackedTokens.fromBatch(batch);
  expect(() => tokens.targets([1, 2])).toThrow(/one label per token, 12, or per place of the padded batch, 27; got 2/);
  using packed = PackedTokens.of(prompts);
  expect(() => packed.toBatch(packed.ids)).toThrow(/did not come from a padded batch/);
});

test('what is no list of sequences is refused, not packed', () => {
  expect(() => PackedTokens.of([1, 2, 3] as never)).toThrow(
    'PackedTokens: sequence 0 is 1; a sequence is a list of token ids. Write [[1, 2, 3]].',
  );
  expect(() => PackedTokens.of(undefined as never)).toThrow(/^PackedTokens: sequences come as an array; got undefined/);
  expect(() => PackedTokens.of([[1]], null as never)).toThrow(
    /options come as an object; got null; expected \{ device/,
  );
  expect(() => PackedTokens.ofBranches([{ prefix: [1] }] as never)).toThrow(/branches are a list of \{ prefix, contin/);
});
