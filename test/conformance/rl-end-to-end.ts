/**
 * Fixtures from checkpoint to step: tokens through a model that another case holds, log-probabilities, loss, gradients of
 * parameters, and one sparse AdamW step.
 */
import { join } from 'node:path';
import { loadPretrained, PackedTokens } from '@tessera/models';
import { flatParameters } from '@tessera/nn';
import { SparseAdamW, Subnetwork } from '@tessera/optim';
import { dpoLoss, type GrpoOptions, grpoLoss, type LossResult, sequenceSums } from '@tessera/rl';
import { noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import { compareValues } from '../support/compare.js';
import { type RlCase, rlHandler } from './rl-case.js';
import { camelCased } from './rl-losses.js';

type Flat = ReturnType<typeof flatParameters>[0];

async function open(c: RlCase) {
  const model = await loadPretrained(join(c.folder, c.hyper.checkpoint), { dtype: 'f32', device: c.device });
  const [flat] = flatParameters(model);
  const [rows, columns] = c.shape('input_ids') as [number, number];
  const batch = {
    ids: Int32Array.from(c.numbers('input_ids')),
    mask: Uint8Array.from(c.numbers('attention_mask')),
    rows,
    columns,
  };
  const tokens = PackedTokens.fromBatch(batch, { device: c.device });
  const length = c.hyper.completion_columns;
  // Position t predicts token t + 1.
  const completion = (x: Tensor) => tokens.toBatch(x).narrow({ dim: 1, start: c.hyper.prompt_columns - 1, length });
  const policy = (temperature: number) => {
    const [logProbs, entropies] = model.logProbs(tokens, { temperature });
    return { logProbs: completion(logProbs), entropies: completion(entropies) };
  };
  return { model, flat, policy };
}

async function expectGradients(c: RlCase, flat: Flat, result: LossResult): Promise<void> {
  scope(() => result.loss.backward());
  flat.finishGradients();
  c.expectScalars({ grad_norm: Math.sqrt(await flat.grad.square().sum().item()) });
  for (const { name, tensor: parameter } of flat.entries) {
    if (!c.has(`expected.grad.${name}`)) continue;
    c.compared(`expected.grad.${name}`);
    const expected = c.numbers(`expected.grad.${name}`);
    compareValues(`gradient of ${name}`, await parameter.grad!.data(), expected, c.tolerance('grad', 'tensor'));
  }
}

async function grpo(c: RlCase): Promise<void> {
  const { model, flat, policy } = await open(c);
  using _ = model;
  const { logProbs, entropies } = policy(c.hyper.grpo.temperature);
  const mask = c.tensor('completion_mask');
  const batch = {
    logProbs,
    entropies: entropies.detach(),
    mask,
    advantages: c.tensor('advantages'),
    oldLogProbs: c.tensor('old_logps'),
    refLogProbs: c.tensor('ref_logps'),
  };
  const result = grpoLoss(batch, camelCased(c.hyper.grpo, grpoLoss.defaults) as Partial<GrpoOptions>);
  await c.expect(
    'policy_logps',
    noGrad(() => logProbs.mul(mask)),
  );
  await c.expectLoss(result.loss, result.metrics);
  await expectGradients(c, flat, result);
  await sparseStep(c, flat);
}

async function sparseStep(c: RlCase, flat: Flat): Promise<void> {
  const { lr, betas, eps, weight_decay: weightDecay, max_grad_norm: clipNorm } = c.hyper.adamw;
  const bytes = Uint8Array.from(flat.entries.flatMap(({ name }) => [...c.numbers(`mask.${name}`)]));
  const mask = tensor(
    Array.from(bytes, (v) => v !== 0),
    { dtype: 'bool', device: c.device },
  );
  const before = (await flat.data.data()) as Float32Array;
  const gradients = (await flat.grad.data()) as Float32Array;
  using subnetwork = await Subnetwork.fromBytes(flat, mask);
  const clipScope = c.hyper.adamw.clip_norm_scope === 'full' ? 'dense' : 'masked';
  using optimizer = new SparseAdamW(subnetwork, { lr, betas, eps, weightDecay, clipNorm, clipScope });
  optimizer.step();
  c.expectScalars({ masked_grad_norm: await optimizer.gradientNorm.item() });
  const after = (await flat.data.data()) as Float32Array;
  compareValues(
    'outside the mask',
    after.map((v, i) => (bytes[i] ? before[i]! : v)),
    before,
    { rtol: 0, atol: 0 },
  );
  for (const { name, offset, length } of flat.entries) {
    if (!c.has(`expected.param_after.${name}`)) continue;
    c.compared(`expected.param_after.${name}`);
    const expected = c.numbers(`expected.param_after.${name}`);
    // A first step is lr in the gradient's direction, which rounding decides where the gradient is nearly nothing.
    const sure = expected.map((v, i) => (Math.abs(gradients[offset + i]!) > 1e-5 ? v : after[offset + i]!));
    const own = after.subarray(offset, offset + length);
    compareValues(`${name} after the step`, own, sure, c.tolerance('param_after', 'tensor'));
  }
}

async function dpo(c: RlCase): Promise<void> {
  const { model, flat, policy } = await open(c);
  using _ = model;
  const { logProbs } = policy(1);
  const mask = c.tensor('completion_mask');
  await c.expect('seq_logps', sequenceSums(logProbs, mask));
  const result = dpoLoss({ logProbs, mask, refLogProbs: c.tensor('ref_seq_logps') }, { beta: c.hyper.beta });
  await c.expectLoss(result.loss, result.metrics);
  await expectGradients(c, flat, result);
}

const checks = { 'GRPO end-to-end': grpo, 'DPO end-to-end': dpo };

/** Handlers by algorithm. */
export const rlEndToEndHandlers = Object.fromEntries(Object.keys(checks).map((name) => [name, rlHandler(checks)]));
