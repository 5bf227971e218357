/** Fixtures of autoregressive image models: logits, loss, gradients, greedy decoding under guidance, and sampling. */
import { type GenerateOptions, generateTokens, ImageModel } from '@tessera/gigatok';
import { arange, crossEntropy, noGrad, Scope, sampleTokens, type Tensor, zeros } from '@tessera/tensor';
import { type GigatokFixture, handlerOf } from './fixture.js';

interface OriginalConfig {
  readonly dim: number;
  readonly n_layer: number;
  readonly n_head: number;
  readonly n_kv_head?: number | null;
  readonly multiple_of: number;
  readonly vocab_size: number;
  readonly block_size: number;
  readonly num_classes: number;
  readonly class_dropout_prob: number;
  readonly use_qk_norm?: boolean;
  readonly use_adaLN?: boolean;
  readonly use_simple_adaLN?: boolean;
  readonly pos: string;
  readonly norm_eps: number;
}

type ArFixture = GigatokFixture<OriginalConfig>;

/** Guidance by the name of the expected ids: the scale, the schedule, and where it starts or for how many tokens it lasts. */
function guidanceOf(name: string): GenerateOptions {
  if (name === 'cfg1') return {};
  if (name === 'cfg2_rect') return { scale: 2.5, schedule: 'rectangular', windowStart: 0.2, windowEnd: 0.7 };
  const [, scale, kind, digits] = /^cfg([\d.]+)_([a-z_]+)(\d*)$/.exec(name) ?? [];
  const guidance = { scale: Number(scale) };
  switch (kind) {
    case 'constant':
    case 'linear':
    case 'linear_re':
    case 'triangular':
    case 'cosine':
      return { ...guidance, schedule: kind };
    case 'step':
      return { ...guidance, schedule: kind, windowStart: Number(`0.${digits!.slice(1)}`) };
    case 'first':
      return { ...guidance, interval: Number(digits) };
    default:
      throw new Error(`greedy.${name}: unknown guidance`);
  }
}

/** Sampling options in a name such as `k12_p09_t07`: numbers after the first digit are decimals but for k. */
function samplingOf(name: string) {
  const options: { topK?: number; topP?: number; temperature?: number } = {};
  for (const part of name.split('_')) {
    const digits = part.slice(1);
    const decimal = Number(digits.length > 1 && digits.startsWith('0') ? `0.${digits.slice(1)}` : digits);
    if (part.startsWith('k')) options.topK = Number(digits);
    else if (part.startsWith('p')) options.topP = decimal;
    else if (part.startsWith('t')) options.temperature = decimal;
    else throw new Error(`probs.${name}: unknown sampling option '${part}'`);
  }
  return options;
}

/** Frequencies of many draws against the expected probabilities, five standard deviations wide. */
async function checkSampling(fixture: ArFixture, name: string, logits: Tensor): Promise<void> {
  const draws = 4000;
  const [rows, classes] = logits.shape as [number, number];
  const expected = await fixture.values(`probs.${name}`);
  for (let row = 0; row < rows; row++) {
    using _scope = new Scope();
    const line = logits.narrow({ dim: 0, start: row, length: 1 }).expand([draws, classes]).contiguous();
    const seeds = zeros([draws], { dtype: 'i32' }).fill_(row + 1);
    const [ids] = sampleTokens(line, seeds, arange(draws), samplingOf(name));
    const counts = new Float64Array(classes);
    for (const id of await ids!.data()) counts[id]!++;
    for (let k = 0; k < classes; k++) {
      const p = expected[row * classes + k]!;
      const allowed = p === 0 ? 0 : 5 * Math.sqrt((p * (1 - p)) / draws) + 1 / draws;
      if (Math.abs(counts[k]! / draws - p) > allowed)
        throw new Error(`probs.${name}: token ${k} of row ${row} came ${counts[k]! / draws}, expected ${p}`);
    }
  }
}

export const runImageModelCase = handlerOf<OriginalConfig>(async (fixture) => {
  using _scope = new Scope();
  const c = fixture.config;
  using model = new ImageModel({
    width: c.dim,
    layers: c.n_layer,
    heads: c.n_head,
    kvHeads: c.n_kv_head ?? c.n_head,
    vocabulary: c.vocab_size,
    tokens: c.block_size,
    classes: c.num_classes,
    positions: c.pos.includes('rope') ? 'rope2d' : 'learned',
    multipleOf: c.multiple_of,
    normEps: c.norm_eps,
    qkNorm: c.use_qk_norm ?? false,
    modulation: c.use_adaLN ? 'block' : c.use_simple_adaLN ? 'shared' : 'none',
    dropout: 0,
    classDropout: c.class_dropout_prob,
  });
  model.loadStateDict(await fixture.tensors('param.'));
  await fixture.checkScalar('num_params', model.parameterCount());
  const ids = await fixture.tensor('in.ids');
  const classes = await fixture.tensor('in.class');
  const logits = model.forward(ids, classes);
  await fixture.check('out.logits', logits);
  const loss = crossEntropy(logits.reshape([ids.numel, c.vocab_size]), ids.reshape([ids.numel]));
  await fixture.checkScalar('loss', loss);
  model.eval();
  const own = noGrad(() => model.loss(ids, classes));
  await fixture.checkScalar('loss', own);
  if (fixture.has('out.mid_feature')) {
    const layer = Number(fixture.content.scalars.mid_feature_layer ?? Math.floor(c.n_layer / 2));
    await fixture.check(
      'out.mid_feature',
      noGrad(() => model.hidden(ids, classes, layer)),
    );
  }
  loss.backward();
  const parameters = new Map(model.namedParameters());
  const names = fixture.names('grad.');
  const norms = await Promise.all(
    names.map(async (name) => (await fixture.values(`grad.${name}`)).reduce((s, v) => s + v * v, 0)),
  );
  const scale = Math.sqrt(norms.reduce((a, b) => a + b, 0));
  for (const name of names) await fixture.checkGradient(`grad.${name}`, parameters.get(name)?.grad ?? null, scale);
  for (const name of fixture.names('greedy.')) {
    const classes = await fixture.tensor('in.sample_class');
    const sampled = generateTokens(model, classes, { ...guidanceOf(name), temperature: 0 });
    await fixture.checkExact(`greedy.${name}`, sampled);
  }
  if (!fixture.has('probs.in_logits')) return;
  const given = await fixture.tensor('probs.in_logits');
  for (const name of fixture.names('probs.')) if (name !== 'in_logits') await checkSampling(fixture, name, given);
});
