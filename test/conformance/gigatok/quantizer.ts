/** Fixtures of the vector quantizer: codes, losses, entropies at several temperatures, and the gradients of each. */
import { CodeUsage, VectorQuantizer } from '@tessera/gigatok';
import { codebookEntropies, grad, normalize, Scope, type Tensor, vqLookup } from '@tessera/tensor';
import { type GigatokFixture, handlerOf } from './fixture.js';

interface QuantizerConfig {
  readonly n_e: number;
  readonly e_dim: number;
  readonly beta: number;
  readonly entropy_loss_ratio: number;
  readonly l2_norm: boolean;
  readonly entropy_temperatures: readonly number[];
  readonly avg_log_eps: number;
}

const label = (temperature: number) => `T${String(temperature).replace('.', 'p')}`;

export const runQuantizerCase = handlerOf<QuantizerConfig>(async (fixture) => {
  const c = fixture.config;
  for (const rotation of [false, true]) {
    const tag = rotation ? 'rot' : 'ste';
    if (!fixture.has(`out.${tag}.grad_z_from_upstream`)) continue;
    using _scope = new Scope();
    using quantizer = new VectorQuantizer({
      size: c.n_e,
      dim: c.e_dim,
      l2Norm: c.l2_norm,
      commitment: c.beta,
      entropyWeight: c.entropy_loss_ratio,
      entropyTemperature: 0.01,
      rotation,
    });
    quantizer.loadStateDict({ 'embedding.weight': await fixture.tensor('in.codebook') });
    const z = (await fixture.tensor('in.z')).setRequiresGrad();
    const { codebook } = quantizer;
    const { quantized, ids, losses } = quantizer.forward(z);
    await fixture.checkExact('out.ids', ids);
    await fixture.check('out.zq', quantized);
    await fixture.checkScalar('vq', losses!.vq);
    await fixture.checkScalar('commit', losses!.commitment);
    await fixture.checkScalar('entropy_T0p01', losses!.entropy!);
    const options = { retainGraph: true, allowUnused: true };
    const upstream = await fixture.tensor('in.upstream_grad_zq');
    const [fromUpstream, none] = grad(quantized, [z, codebook], { ...options, gradient: upstream });
    await fixture.checkGradient(`out.${tag}.grad_z_from_upstream`, fromUpstream!);
    if (none !== null) throw new Error(`${tag}: the codebook got a gradient from upstream`);
    const [vqZ, vqCodes] = grad(losses!.vq, [z, codebook], options);
    if (vqZ !== null) throw new Error('vq: z got a gradient');
    await fixture.checkGradient('out.grad_codebook.vq', vqCodes!);
    const [commitZ, commitCodes] = grad(losses!.commitment, [z, codebook], options);
    if (commitCodes !== null) throw new Error('commit: the codebook got a gradient');
    await fixture.checkGradient('out.grad_z.commit', commitZ!);
    const [entropyZ, entropyCodes] = grad(losses!.entropy!, [z, codebook], options);
    await fixture.checkGradient('out.grad_z.entropy_T0p01', entropyZ!);
    await fixture.checkGradient('out.grad_codebook.entropy_T0p01', entropyCodes!);
    const usage = new CodeUsage(c.n_e, { initial: 0 });
    usage.add((await ids.data()) as Int32Array);
    await fixture.checkScalar('codebook_usage', usage.usage);
    if (!rotation) await checkEntropies(fixture, z, codebook);
  }
});

async function checkEntropies(fixture: GigatokFixture<QuantizerConfig>, z: Tensor, codebook: Tensor): Promise<void> {
  const c = fixture.config;
  const rows = z.permute([0, 2, 3, 1]).reshape([z.numel / c.e_dim, c.e_dim]);
  for (const temperature of c.entropy_temperatures) {
    const unit = (x: Tensor) => (c.l2_norm ? normalize(x) : x);
    const [sample, batch] = codebookEntropies(unit(rows), unit(codebook), { temperature, eps: c.avg_log_eps });
    await fixture.checkScalar(`sample_entropy_${label(temperature)}`, sample!);
    await fixture.checkScalar(`codebook_entropy_${label(temperature)}`, batch!);
    const loss = sample!.sub(batch!);
    await fixture.checkScalar(`entropy_unweighted_${label(temperature)}`, loss);
    const [dz, dcodes] = grad(loss, [z, codebook], { retainGraph: true });
    await fixture.checkGradient(`out.grad_z.entropy_unweighted_${label(temperature)}`, dz!);
    await fixture.checkGradient(`out.grad_codebook.entropy_unweighted_${label(temperature)}`, dcodes!);
  }
}

interface EntropyConfig {
  readonly T: number;
  readonly l2_norm: boolean;
  readonly eps: number;
}

/** Many vectors and codes: nothing of vectors by codes may be in memory. */
export const runEntropyCase = handlerOf<EntropyConfig>(async (fixture) => {
  using _scope = new Scope();
  const { T, l2_norm, eps } = fixture.config;
  const z = (await fixture.tensor('in.z')).setRequiresGrad();
  const codebook = (await fixture.tensor('in.codebook')).setRequiresGrad();
  const unit = (x: Tensor) => (l2_norm ? normalize(x, { dim: -1 }) : x);
  const ids = await vqLookup(unit(z), unit(codebook)).data();
  await checkIds(fixture, ids);
  const [sample, batch] = codebookEntropies(unit(z), unit(codebook), { temperature: T, eps });
  await fixture.checkScalar('sample_entropy', sample!);
  await fixture.checkScalar('codebook_entropy', batch!);
  const loss = sample!.sub(batch!);
  await fixture.checkScalar('entropy_loss', loss);
  loss.backward();
  await fixture.checkGradient('out.grad_z', z.grad);
  await fixture.checkGradient('out.grad_codebook', codebook.grad);
});

/** Ids agree wherever f32 can tell the two nearest codes apart. */
async function checkIds(fixture: GigatokFixture<EntropyConfig>, ids: ArrayLike<number>): Promise<void> {
  const expected = await fixture.values('out.ids');
  const [z, codebook] = [await fixture.source.read('in.z'), await fixture.source.read('in.codebook')];
  const dims = z.shape[1]!;
  const row = (t: typeof z, i: number) => Array.from({ length: dims }, (_, d) => Number(t.data[i * dims + d]!));
  const prepare = (v: number[]) => (fixture.config.l2_norm ? v.map((x) => x / Math.hypot(...v)) : v);
  const distance = (i: number, k: number) => {
    const [a, b] = [prepare(row(z, i)), prepare(row(codebook, k))];
    return a.reduce((s, x, d) => s + (x - b[d]!) ** 2, 0);
  };
  for (let i = 0; i < expected.length; i++) {
    if (ids[i] === expected[i]) continue;
    const gap = Math.abs(distance(i, ids[i]!) - distance(i, expected[i]!));
    if (gap >= 4e-7) throw new Error(`out.ids: element ${i} is ${ids[i]}, expected ${expected[i]}`);
  }
}

export const runUsageCase = handlerOf<{ readonly K: number }>(async (fixture) => {
  const ids = Int32Array.from(await fixture.values('in.ids'));
  const usage = new CodeUsage(fixture.config.K, { window: ids.length });
  usage.add(ids);
  await fixture.checkExact('out.histogram', usage.counts);
  await fixture.checkScalar('used', usage.used);
  await fixture.checkScalar('usage', usage.usage);
  await fixture.checkScalar('perplexity', usage.perplexity);
  await fixture.checkScalar('entropy_nats', Math.log(usage.perplexity));
});
