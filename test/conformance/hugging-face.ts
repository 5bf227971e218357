/**
 * Fixtures of algorithm `HF conformance`: a model folder as transformers wrote it, and what transformers computes with it on a
 * padded batch: logits, log-probabilities, loss, gradients, greedy continuations and their logits.
 */
import { join } from 'node:path';
import { openSafetensors } from '@tessera/data';
import { type DecoderLM, generate, loadPretrained, PackedTokens } from '@tessera/models';
import { type DeviceName, noGrad, scope } from '@tessera/tensor';
import { compareValues, type Tolerance } from '../support/compare.js';
import { type Handler, runCase } from './runner.js';

interface HuggingFaceCase {
  readonly hyperparameters: { readonly checkpoint: string; readonly new_tokens: number };
  readonly expected_scalars: Readonly<Record<'loss' | 'num_loss_tokens' | 'num_parameters', number>>;
  readonly tolerances: Readonly<Record<'logits' | 'scalar' | 'grad', Tolerance>>;
}

export const runHuggingFaceCase: Handler = async (fixture, options, report) => {
  const { hyperparameters, expected_scalars, tolerances } = fixture.content as unknown as HuggingFaceCase;
  const check = (part: string, body: () => Promise<void>): Promise<void> =>
    runCase(`${fixture.name}/${part}`, options, report, body);
  await using source = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
  const read = async (name: string): Promise<{ data: Float32Array; shape: readonly number[] }> =>
    (await source.read(name, { dtype: 'f32' })) as { data: Float32Array; shape: readonly number[] };
  const ids = await read('input_ids');
  const { data: mask } = await read('attention_mask');
  const [rows, columns] = ids.shape as [number, number];
  const device = options.device as DeviceName;
  let loaded: DecoderLM | null = null;
  await check('load', async () => {
    loaded = await loadPretrained(join(fixture.folder, hyperparameters.checkpoint), { dtype: 'f32', device });
    compareValues('parameters', [loaded.parameterCount()], [expected_scalars.num_parameters], { rtol: 0, atol: 0 });
  });
  if (loaded === null) return;
  using model: DecoderLM = loaded;
  const batch = { ids: Int32Array.from(ids.data), mask: Uint8Array.from(mask), rows, columns };
  using tokens = PackedTokens.fromBatch(batch, { device });
  /** Rows of a padded array at the places that hold tokens (and, with `next`, are followed by one). */
  const atTokens = (values: Float32Array, width: number, next = false): number[] =>
    [...mask.keys()]
      .filter((i) => mask[i] && (!next || ((i + 1) % columns !== 0 && mask[i + 1])))
      .flatMap((i) => [...values.slice((i - (next ? Math.floor(i / columns) : 0)) * width).slice(0, width)]);

  await check('logits', async () => {
    using logits = noGrad(() => scope(() => tokens.toBatch(model.forward(tokens))));
    const expected = await read('expected.logits');
    const width = expected.shape[2]!;
    const actual = atTokens((await logits.data()) as Float32Array, width);
    compareValues('logits', actual, atTokens(expected.data, width), tolerances.logits);
  });
  await check('log-probabilities', async () => {
    using logProbs = noGrad(() => scope(() => model.logProbs(tokens)[0]));
    const actual = (await logProbs.data()).filter((_, i) => !tokens.starts.includes(i + 1));
    const expected = atTokens((await read('expected.token_logps')).data, 1, true);
    compareValues('log-probabilities', actual, expected, tolerances.logits);
  });
  await check('loss and gradients', async () => {
    const labels = (await read('labels')).data;
    using loss = scope(() => model.loss(tokens, { labels }));
    compareValues('loss', [await loss.item()], [expected_scalars.loss], tolerances.scalar);
    loss.backward();
    const parameters = model.stateDict();
    for (const name of source.names.filter((n) => n.startsWith('expected.grad.'))) {
      const own = name.slice('expected.grad.'.length);
      const gradient = parameters.get(own)?.grad;
      if (!gradient) throw new Error(`no gradient of ${own}`);
      const expected = await read(name);
      if (gradient.shape.join() !== expected.shape.join())
        throw new Error(`gradient of ${own} is [${gradient.shape}], expected [${expected.shape}]`);
      compareValues(`gradient of ${own}`, await gradient.data(), expected.data, tolerances.grad);
    }
    model.zeroGrad();
  });
  await check('greedy continuations', async () => {
    const prompts = Array.from({ length: rows }, (_, r) =>
      [...batch.ids.slice(r * columns, (r + 1) * columns)].filter((_id, c) => batch.mask[r * columns + c]),
    );
    const maxNewTokens = hyperparameters.new_tokens;
    const completions = await generate(model, prompts, { temperature: 0, maxNewTokens, stopTokens: [] });
    const { data: expected } = await read('expected.generated');
    const generated = completions.flatMap((c) => [...c.tokens]);
    compareValues('tokens', generated, expected, { rtol: 0, atol: 0 });
    using whole = PackedTokens.of([[...prompts[0]!, ...completions[0]!.tokens.slice(0, -1)]], { device });
    using logits = noGrad(() => scope(() => model.forward(whole)));
    const { data, shape } = await read('expected.generated_logits');
    const steps = (await logits.data()).slice(-maxNewTokens * shape[1]!);
    compareValues('logits of row 0', steps, data, tolerances.logits);
  });
};
