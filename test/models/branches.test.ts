/** Sequences that share beginnings: the same numbers as whole sequences, and gradients that are sums over them. */
import { DecoderLM, PackedTokens, parseDecoderConfig } from '@tessera/models';
import { scope, tensor } from '@tessera/tensor';
import { expect, test } from 'vitest';

const config = (more: Record<string, unknown> = {}) =>
  parseDecoderConfig({
    model_type: 'llama',
    vocab_size: 40,
    hidden_size: 48,
    intermediate_size: 64,
    num_hidden_layers: 3,
    num_attention_heads: 6,
    num_key_value_heads: 2,
    max_position_embeddings: 256,
    ...more,
  });

const ids = (length: number, from: number) => Array.from({ length }, (_, i) => (from + 7 * i * i) % 40);
const branches = [
  { prefix: ids(130, 3), continuations: [ids(9, 1), ids(20, 5), []] },
  { prefix: ids(17, 8), continuations: [] },
  { prefix: ids(4, 2), continuations: [ids(33, 9)] },
];
const wholes = branches.flatMap(({ prefix, continuations }) =>
  continuations.length === 0 ? [prefix] : continuations.map((c) => [...prefix, ...c]),
);

/** For each whole sequence the packed rows of its tokens among the branches. */
function rowsOf({ starts }: PackedTokens): number[] {
  const span = (s: number) => Array.from({ length: starts[s + 1]! - starts[s]! }, (_, i) => starts[s]! + i);
  let sequence = 0;
  return branches.flatMap(({ continuations }) => {
    const prefix = span(sequence++);
    if (continuations.length === 0) return prefix;
    return continuations.flatMap(() => [...prefix, ...span(sequence++)]);
  });
}

for (const [name, more] of [
  ['causal', {}],
  ['sliding window', { model_type: 'mistral', sliding_window: 21 }],
  ['learned positions', { model_type: 'gpt2', n_embd: 48, n_layer: 3, n_head: 6, n_positions: 256 }],
] as const) {
  test(`${name}: hidden states have the bits of whole sequences`, async () => {
    using model = new DecoderLM(config(more)).eval();
    using shared = PackedTokens.ofBranches(branches);
    using whole = PackedTokens.of(wholes);
    expect(shared.maxLength).toBe(150);
    expect(shared.total).toBe(130 + 9 + 20 + 17 + 4 + 33);
    const expected = await model.hiddenStates(whole).data();
    const got = await model.hiddenStates(shared).data();
    const width = 48;
    const spread = rowsOf(shared).flatMap((row) => Array.from(got.slice(row * width, (row + 1) * width)));
    expect(spread).toEqual(Array.from(expected));
  });
}

test.each([false, true])('gradients add up over the sequences; checkpointing %s', async (checkpointing) => {
  using model = new DecoderLM(config());
  model.setCheckpointing(checkpointing);
  const gradients = async (tokens: PackedTokens, rows: number[]): Promise<Record<string, Float32Array>> => {
    for (const p of model.parameters()) p.dropGrad();
    scope(() => {
      const hidden = model.hiddenStates(tokens).indexSelect(tensor(Int32Array.from(rows)), { dim: 0 });
      hidden.mul(hidden).sum().backward();
    });
    const found: Record<string, Float32Array> = {};
    for (const [name, { grad }] of model.namedParameters())
      if (grad !== null) found[name] = (await grad.data()) as Float32Array;
    return found;
  };
  using shared = PackedTokens.ofBranches(branches);
  using whole = PackedTokens.of(wholes);
  const expected = await gradients(whole, [...Array(whole.total).keys()]);
  const got = await gradients(shared, rowsOf(shared));
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    // Sums of hundreds of f32 terms in another order.
    const most = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    got[name]!.forEach((v, i) => {
      expect(Math.abs(v - values[i]!)).toBeLessThanOrEqual(1e-5 * most);
    });
  }
});
