/** Fixtures of RL advantages: groups, GAE, discounted returns, PRIME. */
import {
  discountedReturns,
  gae,
  groupAdvantages,
  penalizedRewards,
  primeAdvantages,
  primePaperAdvantages,
  remaxAdvantages,
  rlooAdvantages,
  terminalRewards,
  whiten,
} from '@tessera/rl';
import { type RlCase, rlHandler } from './rl-case.js';

async function groups(c: RlCase): Promise<void> {
  const perFunction = c.rows('rewards_per_func');
  const rewards = Array.from({ length: perFunction.columns }, (_, f) =>
    Float64Array.from({ length: perFunction.rows }, (_, r) => perFunction.data[r * perFunction.columns + f]!),
  );
  const result = groupAdvantages(rewards, [...c.numbers('reward_weights')], {
    groupSize: c.hyper.num_generations,
    scaleRewards: c.hyper.scale_rewards,
    aggregation: c.hyper.multi_objective_aggregation,
    eps: c.hyper.eps,
  });
  await c.expect('advantages', result.advantages);
  c.expectScalars({
    reward: result.reward,
    reward_std: result.rewardStd,
    frac_reward_zero_std: result.zeroStdShare,
  });
}

async function groupVariants(c: RlCase): Promise<void> {
  const rewards = c.numbers('rewards');
  const groupSize = c.hyper.group_size;
  const group = (options: object) => groupAdvantages([rewards], [1], { groupSize, ...options }).advantages;
  await c.expect('rloo', rlooAdvantages(rewards, { groupSize }));
  await c.expect('rloo_normalized', rlooAdvantages(rewards, { groupSize, normalize: true }));
  await c.expect('dr_grpo', group({ scaleRewards: 'none' }));
  await c.expect('grpo_verl', group({ eps: c.hyper.grpo_eps }));
  await c.expect('remax', remaxAdvantages(rewards, c.numbers('baselines')));
}

async function generalised(c: RlCase): Promise<void> {
  const mask = c.rows('mask');
  const options = { gamma: c.hyper.gamma, lam: c.hyper.lam };
  let rewards = c.has('token_rewards') ? c.rows('token_rewards') : terminalRewards(c.numbers('scores'), mask);
  if (c.has('ref_logps')) {
    const penalty = { klCoef: c.hyper.kl_coef, estimator: c.hyper.kl_estimator };
    const penalized = penalizedRewards(rewards, c.rows('old_logps'), c.rows('ref_logps'), mask, penalty);
    rewards = penalized.rewards;
    c.expectScalars({ mean_kl: penalized.meanKl });
  }
  await c.expect('token_rewards', rewards.data);
  const { advantages, returns } = gae(rewards, c.rows('values'), mask, options);
  await c.expect('advantages', advantages.data);
  // With padding on the right, the plain recursion over zeroed padding gives the same.
  await c.expect('advantages_plain', advantages.data);
  await c.expect('returns', returns.data);
  await c.expect('advantages_whitened', whiten(advantages, mask).data);
}

async function reinforce(c: RlCase): Promise<void> {
  const { returns, advantages } = discountedReturns(c.rows('token_rewards'), c.rows('mask'), { gamma: c.hyper.gamma });
  await c.expect('returns', returns.data);
  await c.expect('advantages', advantages.data);
}

async function prime(c: RlCase): Promise<void> {
  const result = primeAdvantages(c.rows('token_rewards'), c.numbers('acc'), c.rows('mask'), {
    groupSize: c.hyper.group_size,
    gammaProcess: c.hyper.gamma_process,
    gammaOutcome: c.hyper.gamma_outcome,
    batchNorm: c.hyper.prime_norm === 'batch_norm',
  });
  await c.expect('token_rewards_normed', result.tokenRewards.data);
  await c.expect('process_loo', result.processLoo.data);
  await c.expect('outcome_loo', result.outcomeLoo.data);
  await c.expect('returns', result.returns.data);
  await c.expect('advantages', result.advantages.data);
  c.expectScalars({ norm: result.norm });
}

async function primePaper(c: RlCase): Promise<void> {
  const options = { groupSize: c.hyper.group_size, gamma: c.hyper.gamma };
  const result = primePaperAdvantages(c.rows('token_rewards'), c.numbers('acc'), c.rows('mask'), options);
  await c.expect('advantages', result.data);
}

const checks = {
  'GRPO advantages': groups,
  'RLOO / Dr.GRPO / GRPO(verl) / RLOO-normalised / ReMax': groupVariants,
  'PPO GAE': generalised,
  'REINFORCE++': reinforce,
  'PRIME advantage (repository convention)': prime,
  'PRIME advantage (paper equation)': primePaper,
};

/** Handlers by algorithm. */
export const rlAdvantageHandlers = Object.fromEntries(Object.keys(checks).map((name) => [name, rlHandler(checks)]));
