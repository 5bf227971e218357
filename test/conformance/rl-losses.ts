/** Fixtures of RL losses: values, metrics and gradients, from log-probabilities or from logits. */
import {
  aggregateTokens,
  alignmentLogDenominator,
  clippedTokenLoss,
  cpoLoss,
  dpoLoss,
  grpoLoss,
  implicitRewards,
  klEstimate,
  ktoKl,
  ktoLoss,
  orpoLoss,
  pairwiseAccuracy,
  ppoPolicyLoss,
  ppoValueLoss,
  primeRewardLoss,
  primeSequenceProbability,
  rlooLoss,
  sequenceSums,
  sftLoss,
  shifted,
  tokenAccuracy,
  tokenLogProbs,
  tokenLosses,
  whiten,
  wpoWeights,
} from '@tessera/rl';
import { cat, noGrad, type Tensor, tensor } from '@tessera/tensor';
import { type RlCase, rlHandler } from './rl-case.js';

/** Hyperparameters by the names of options: snake_case to camelCase, of the names that `defaults` has. */
export function camelCased(hyper: Readonly<Record<string, unknown>>, defaults: object): Record<string, unknown> {
  const camel = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(
    Object.entries(hyper).flatMap(([key, value]) => (camel(key) in defaults ? [[camel(key), value]] : [])),
  );
}

function optionsOf<O extends object>(c: RlCase, defaults: O): Partial<O> {
  return camelCased(c.hyper, defaults) as Partial<O>;
}

async function grpo(c: RlCase): Promise<void> {
  const logits = c.has('logits') ? c.leaf('logits') : undefined;
  const fromLogits =
    logits && tokenLogProbs(logits, c.tensor('token_ids', 'i32'), { temperature: c.hyper.temperature });
  const leaf = logits ?? c.leaf('policy_logps');
  const mask = c.tensor('mask');
  const batch = {
    logProbs: fromLogits?.logProbs ?? leaf,
    mask,
    advantages: c.tensor('advantages'),
    oldLogProbs: c.optional('old_logps'),
    refLogProbs: c.optional('ref_logps'),
    samplerLogProbs: c.optional('sampling_logps'),
    importanceWeights: c.optional('importance_sampling_ratio'),
    entropies: fromLogits?.entropies ?? c.optional('entropies'),
  };
  const options = optionsOf(c, grpoLoss.defaults);
  // TRL divides by what it sees: the micro-batch times the accumulation steps, or its tokens of the generation batch.
  const steps = Number(c.hyper.current_gradient_accumulation_steps ?? 1);
  const own = c.numbers('mask').reduce((a, b) => a + b, 0);
  const windowed = ['dapo', 'cispo', 'vespo'].includes(c.hyper.loss_type);
  const tokens = windowed ? Number(c.hyper.num_items_in_batch ?? own) / Number(c.hyper.steps_per_generation ?? 1) : own;
  const counts = { examples: mask.shape[0]! * steps, tokens: Math.max(1, tokens) * steps };
  const result = grpoLoss(batch, options, counts);
  if (fromLogits !== undefined) {
    await c.expect('policy_logps', fromLogits.logProbs);
    await c.expect('entropies', fromLogits.entropies);
    c.expectScalars({ entropy_coef: c.hyper.entropy_coef });
  }
  await c.expectResult(result, { [logits === undefined ? 'policy_logps' : 'logits']: leaf });
}

async function dpo(c: RlCase): Promise<void> {
  const options = optionsOf(c, dpoLoss.defaults);
  if (!c.has('logits')) {
    const [chosen, rejected] = [c.leaf('chosen_logps'), c.leaf('rejected_logps')];
    const rows = chosen.numel;
    const result = dpoLoss(
      {
        logProbs: cat([chosen, rejected]).reshape([2 * rows, 1]),
        mask: tensor(new Float32Array(2 * rows).fill(1), { shape: [2 * rows, 1], device: c.device }),
        refLogProbs: cat([c.tensor('ref_chosen_logps'), c.tensor('ref_rejected_logps')]),
      },
      options,
    );
    await c.expectResult(result, { chosen_logps: chosen, rejected_logps: rejected });
    return;
  }
  const leaf = c.leaf('logits');
  const [logits, tokens, mask] = shifted(leaf, c.tensor('input_ids', 'i32'), c.tensor('completion_mask'));
  const { logProbs, entropies } = tokenLogProbs(logits!, tokens!);
  const [refLogits] = shifted(c.tensor('ref_logits'));
  const refLogProbs = tokenLogProbs(refLogits!, tokens!).logProbs;
  const pairWeights = c.hyper.use_weighting
    ? wpoWeights(
        logProbs,
        noGrad(() => alignmentLogDenominator(logits!)),
        mask!,
      )
    : undefined;
  const result = dpoLoss({ logProbs, mask: mask!, refLogProbs, pairWeights }, options);
  await c.expect('seq_logps', sequenceSums(logProbs, mask!));
  await c.expect('ref_seq_logps', sequenceSums(refLogProbs, mask!));
  const half = (x: Tensor) => x.chunk({ chunks: 2 })[0]!;
  const { correct, count } = noGrad(() => tokenAccuracy(half(logits!), half(tokens!), half(mask!)));
  await c.expectResult(
    {
      loss: result.loss,
      metrics: {
        ...result.metrics,
        mean_token_accuracy: { kind: 'mean', sum: correct, count },
        entropy: { kind: 'mean', sum: entropies.detach().mul(mask!).sum(), count: mask!.sum() },
      },
    },
    { logits: leaf },
  );
}

async function kto(c: RlCase): Promise<void> {
  const leaf = c.leaf('logits');
  const sums = (logitsName: string, ids: string, completion: string, from?: Tensor) => {
    const [logits, tokens, mask] = shifted(from ?? c.tensor(logitsName), c.tensor(ids, 'i32'), c.tensor(completion));
    const { logProbs } = tokenLogProbs(logits!, tokens!);
    return { logProbs, mask: mask!, sums: sequenceSums(logProbs, mask!) };
  };
  const policy = sums('logits', 'input_ids', 'completion_mask', leaf);
  const reference = sums('ref_logits', 'input_ids', 'completion_mask');
  const kl = ktoKl(
    sums('kl_logits', 'kl_input_ids', 'kl_completion_mask').sums,
    sums('kl_ref_logits', 'kl_input_ids', 'kl_completion_mask').sums,
  );
  const result = ktoLoss(
    { ...policy, logProbs: policy.logProbs, refLogProbs: reference.sums, desirable: c.tensor('label'), kl },
    optionsOf(c, ktoLoss.defaults),
  );
  await c.expect('seq_logps', policy.sums);
  // TRL reports no KL where none is used.
  c.expectScalars({ kl: c.hyper.loss_type === 'kto' ? await kl.item() : 0 });
  const { 'rewards/margins': margins } = c.content.expected_scalars;
  if (margins !== undefined) {
    const chosen = c.content.expected_scalars['rewards/chosen']!;
    c.expectScalars({ 'rewards/margins': chosen - c.content.expected_scalars['rewards/rejected']! });
  }
  await c.expectResult(result, { logits: leaf });
}

async function referenceFree(c: RlCase): Promise<void> {
  const leaf = c.leaf('logits');
  const [logits, tokens, labels] = shifted(leaf, c.tensor('input_ids', 'i32'), c.tensor('labels', 'i32'));
  const { logProbs } = tokenLogProbs(logits!, tokens!);
  const mask = labels!.ne(-100).to('f32');
  const sums = sequenceSums(logProbs, mask);
  const averages = sums.div(mask.sum({ dim: -1 }));
  if (c.algorithm === 'ORPO') {
    const [, attended] = shifted(leaf, c.tensor('attention_mask'));
    await c.expect('avg_logps', averages);
    const result = orpoLoss({ logProbs, mask, attended: attended! }, optionsOf(c, orpoLoss.defaults));
    await c.expectResult(result, { logits: leaf });
    return;
  }
  await c.expect('seq_logps', ['simpo', 'ipo'].includes(c.hyper.loss_type) ? averages : sums);
  await c.expectResult(cpoLoss({ logProbs, mask }, optionsOf(c, cpoLoss.defaults)), { logits: leaf });
}

async function sft(c: RlCase): Promise<void> {
  const leaf = c.leaf('logits');
  const [logits, labels] = shifted(leaf, c.tensor('labels', 'i32'));
  const mask = labels!.ne(Number(c.hyper.ignore_index ?? -100)).to('f32');
  const losses = tokenLosses(logits!, labels!, { labelSmoothing: Number(c.hyper.label_smoothing ?? 0) });
  const lossType = c.algorithm === 'SFT (DFT)' ? 'dft' : 'nll';
  const counts = { tokens: c.hyper.num_items_in_batch ?? undefined };
  c.expectScalars({ num_tokens: await mask.sum().item() });
  await c.expectResult(sftLoss({ tokenLosses: losses, mask }, { lossType }, counts), { logits: leaf });
}

async function logProbsAndEntropies(c: RlCase): Promise<void> {
  const leaf = c.leaf('logits');
  const { temperature } = c.hyper;
  const { logProbs, entropies } = tokenLogProbs(leaf, c.tensor('token_ids', 'i32'), { temperature });
  await c.expect('logps', logProbs);
  await c.expect('entropies', entropies);
  c.expectScalars({ sum_logps: await logProbs.sum().item(), mean_entropy: await entropies.mean().item() });
  logProbs
    .mul(c.tensor('cot_logps'))
    .sum()
    .add(entropies.mul(c.tensor('cot_entropy')).sum())
    .backward();
  await c.expect('grad_logits', leaf.grad!);
}

async function ppoPolicy(c: RlCase): Promise<void> {
  const leaf = c.leaf('policy_logps');
  const [old, advantages, mask] = ['old_logps', 'advantages', 'mask'].map((name) => c.tensor(name)) as Tensor[];
  const options = { ...ppoPolicyLoss.defaults, ...optionsOf(c, ppoPolicyLoss.defaults) };
  const { tokenLoss } = noGrad(() => clippedTokenLoss(leaf, old!, advantages!, mask!, options));
  await c.expect('token_loss', tokenLoss.mul(mask!));
  if (options.clipRatioC === null) c.expectScalars({ clip_fraction_lower: 0 });
  const batch = { logProbs: leaf, oldLogProbs: old!, advantages: advantages!, mask: mask! };
  await c.expectResult(ppoPolicyLoss(batch, options), { policy_logps: leaf });
}

function valueBatch(c: RlCase, leaf: Tensor) {
  return { values: leaf, oldValues: c.tensor('old_values'), returns: c.tensor('returns'), mask: c.tensor('mask') };
}

async function ppoValue(c: RlCase): Promise<void> {
  const leaf = c.leaf('values_pred');
  const { loss, metrics } = ppoValueLoss(valueBatch(c, leaf), { cliprangeValue: c.hyper.cliprange_value });
  // The fixtures' coefficient is the half that is inside the loss.
  const scaled = loss.mul(Number(c.hyper.coefficient) / 0.5);
  const { value_clip_fraction: clipped } = metrics;
  await c.expectResult({ loss: scaled, metrics: { clip_fraction: clipped! } }, { values_pred: leaf });
}

async function ppoObjective(c: RlCase): Promise<void> {
  const [policy, values] = [c.leaf('policy_logps'), c.leaf('values_pred')];
  const raw = c.rows('advantages_raw');
  const whitened = c.hyper.whiten_advantages ? whiten(raw, c.rows('mask')) : raw;
  await c.expect('advantages_whitened', whitened.data);
  const advantages = tensor(Float32Array.from(whitened.data), { shape: policy.shape, device: c.device });
  const clip = { clipLow: c.hyper.cliprange, clipHigh: c.hyper.cliprange, clipRatioC: null };
  const batch = { logProbs: policy, oldLogProbs: c.tensor('old_logps'), advantages, mask: c.tensor('mask') };
  const { loss: policyLoss } = ppoPolicyLoss(batch, clip);
  const { loss: valueLoss } = ppoValueLoss(valueBatch(c, values), { cliprangeValue: c.hyper.cliprange_value });
  c.expectScalars({ policy_loss: await policyLoss.item(), value_loss: await valueLoss.item() });
  const loss = policyLoss.add(valueLoss.mul(c.hyper.vf_coef));
  await c.expectResult({ loss, metrics: {} }, { policy_logps: policy, values_pred: values });
}

async function kl(c: RlCase): Promise<void> {
  const leaf = c.leaf('policy_logps');
  const options = { logClamp: c.hyper.k3_log_clamp, valueClamp: c.hyper.k3_value_clamp };
  const estimate = klEstimate(c.hyper.estimator, leaf, c.tensor('ref_logps'), options);
  await c.expect('kl', estimate);
  const loss = aggregateTokens(estimate, c.tensor('mask'), { lossAggMode: 'token-mean', lossScaleFactor: null });
  await c.expectResult({ loss, metrics: {} }, { policy_logps: leaf });
}

async function rloo(c: RlCase): Promise<void> {
  const leaf = c.leaf('policy_logps');
  const [mask, old] = [c.tensor('mask'), c.tensor('old_seq_logps')];
  await c.expect(
    'ratio',
    noGrad(() => sequenceSums(leaf, mask).sub(old).exp()),
  );
  const batch = { logProbs: leaf, mask, oldSequenceLogProbs: old, advantages: c.tensor('advantages') };
  await c.expectResult(rlooLoss(batch, optionsOf(c, rlooLoss.defaults)), { policy_logps: leaf });
}

async function primeReward(c: RlCase): Promise<void> {
  const leaf = c.leaf('prm_logps');
  const batch = { logProbs: leaf, refLogProbs: c.tensor('ref_logps'), mask: c.tensor('mask') };
  const beta = Number(c.hyper.beta_train);
  const [policy, ref, mask] = [c.rows('prm_logps'), c.rows('ref_logps'), c.rows('mask')];
  const rewards = implicitRewards(policy, ref, mask);
  await c.expect('token_rewards', rewards.data);
  await c.expect('whole_rewards', implicitRewards(policy, ref, mask, { granularity: 'whole' }).data);
  await c.expect('seq_prob', primeSequenceProbability(batch, { beta }));
  const sums = Array.from({ length: rewards.rows }, (_, r) =>
    rewards.data.subarray(r * rewards.columns, (r + 1) * rewards.columns).reduce((a, b) => a + b, 0),
  );
  c.expectScalars({ pairwise_accuracy: pairwiseAccuracy(sums, c.numbers('acc'), c.hyper.group_size) });
  await c.expectResult(primeRewardLoss({ ...batch, outcomes: c.tensor('acc') }, { beta }), { prm_logps: leaf });
}

const checks = {
  GRPO: grpo,
  GSPO: grpo,
  DPO: dpo,
  KTO: kto,
  CPO: referenceFree,
  SimPO: referenceFree,
  ORPO: referenceFree,
  SFT: sft,
  'SFT (DFT)': sft,
  'token log-prob / entropy': logProbsAndEntropies,
  'PPO policy loss': ppoPolicy,
  'PPO value loss': ppoValue,
  PPO: ppoObjective,
  'KL estimator': kl,
  RLOO: rloo,
  'PRIME online PRM update': primeReward,
};

/** Handlers by algorithm. */
export const rlLossHandlers = Object.fromEntries(Object.keys(checks).map((name) => [name, rlHandler(checks)]));
