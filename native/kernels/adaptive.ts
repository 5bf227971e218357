/**
 * Optimizer steps whose rates are made from sums over all parameters: D-Adaptation, Prodigy, MoMo, Mechanic, and COCOB,
 * whose rates are elementwise. A step reads its rates from `estimate` on the device and leaves the sums of its terms in
 * `sums` (double over fixed chunks, combined in order; `more` 1 adds to what another flat buffer left there). A kernel
 * `...Estimate` then turns the sums into the next rates. Nothing waits for the host. Segments with a learning rate of 0 (a group
 * at rest, a frozen parameter) have no part in the sums.
 *
 * In the terms below d and t = k + 1 are read from the estimate: [d, dMax, numerator, denominator, k, |g_0|]; k counts the steps
 * with information. `form` 0 is the authors' implementation, where a step before any gradient does nothing, 1 that of optax. What is said of `step` in optimizer.ts holds here too; a decoupled decay
 * is multiplied by the rate that the rule found.
 */
import { family, type KernelSpec } from '../lib/schema.js';
import { gradientScaleCounts, gradientScales, step } from './optimizer.js';

type Step = Parameters<typeof step>;

/** A step with terms. */
function summed(doc: string, states: Step[1], params: Step[2], estimate = 6, extra: Step[3] = {}): KernelSpec {
  const spec = step(doc, states, { ...params, more: 'u32' }, { estimate: `f32[${estimate}]`, ...extra });
  return { ...spec, inout: { ...spec.inout, sums: 'f32[4]' } };
}

const distance = { estimate: 'f32[6]' } as const;

export default family('adaptive', {
  dadaptAdamStep: summed(
    "D-Adaptation Adam with r = the segment's share of lr and c = d lr (bias correction): sums r c<g, s/(sqrt(v) + eps)> of " +
      'the old s and v and r|s|_1 of the new; m = beta1 m + (1-beta1) r c g; v as Adam; s = sqrt(beta2) s + (1-sqrt(beta2)) c g; ' +
      'p -= m/(sqrt(v) + eps)',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]', s: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', corrected: 'u32', form: 'u32' },
  ),
  dadaptLionStep: summed(
    'D-Adaptation Lion, c = d lr: u = sign(beta1 m + (1-beta1) g); sums c<u, s> of the old s and |s|_1 of the new; p -= c u; ' +
      'm = beta2 m + (1-beta2) c g; s = sqrt(beta2) s + (1-sqrt(beta2)) c u',
    { expAvg: 'f32[n]', s: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64' },
  ),
  dadaptSgdStep: summed(
    'D-Adaptation SGD, c = d lr/|g_0|: sums c<g, s> of the old s and |s|^2 of the new; s += c g; p = momentum p + (1-momentum)(x0 - s)',
    { s: 'f32[n]', x0: 'f32[n]' },
    { momentum: 'f64' },
  ),
  dadaptAdagradStep: summed(
    'D-Adaptation AdaGrad, c = d lr: a += g^2; s += c g; D = sqrt(a) + eps; sums s^2/D, c^2 g^2/D and |s|_1; ' +
      'p = momentum p + (1-momentum)(x0 - s/D)',
    { alpha: 'f32[n]', s: 'f32[n]', x0: 'f32[n]' },
    { momentum: 'f64', eps: 'f64' },
  ),
  dadaptAdanStep: summed(
    'D-Adaptation Adan, c = d lr, e = g less the last g (0 while k is 0): m = beta1 m + (1-beta1) c g; n = beta2 n + (1-beta2) c e; ' +
      'v = beta3 v + (1-beta3)(g + beta2 e)^2; s = beta3 s + (1-beta3) c g; D = sqrt(v) + eps; sums s^2/D, c^2 g^2/D and |s|_1; ' +
      'p = (p - (m + beta2 n)/D)/(1 + c decay), or with proximal 0 p (1 - c decay) - (m + beta2 n)/D',
    { expAvg: 'f32[n]', expAvgDiff: 'f32[n]', expAvgSq: 'f32[n]', s: 'f32[n]', lastGrad: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64', beta3: 'f64', eps: 'f64', proximal: 'f64' },
  ),
  prodigyStep: summed(
    'Prodigy, c = d lr (bias correction): m = beta1 m + (1-beta1) d g; v = beta2 v + (1-beta2)(d g)^2; ' +
      'p -= c m/(sqrt(v) + d eps). With s and p0 also sums d/d0 c<g, p0 - p> and |s|_1; s = beta3 s + d/d0 (c, or d with safeguard) g',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]', s: 'f32[n]?', p0: 'f32[n]?' },
    {
      beta1: 'f64',
      beta2: 'f64',
      beta3: 'f64',
      eps: 'f64',
      d0: 'f64',
      corrected: 'u32',
      safeguard: 'u32',
      form: 'u32',
    },
  ),
  prodigySlice: {
    doc:
      'The sums and s of prodigyStep from every `slice`-th element of each segment: element j of the compact s and p0 from ' +
      'sliceStarts[i] on is element segmentStarts[i] + (j - sliceStarts[i]) slice. Run it before the step',
    types: { P: ['f32', 'bf16'], G: ['f32', 'bf16'] },
    in: {
      grad: 'G[n]',
      param: 'P[n]',
      master: 'f32[n]?',
      ...gradientScales,
      skip: 'u32[1]?',
      segmentStarts: 'i64[segments+1]',
      sliceStarts: 'i64[segments+1]',
      segmentLr: 'f32[segments]?',
      segmentDecay: 'f32[segments]?',
      p0: 'f32[count]',
      ...distance,
    },
    inout: { s: 'f32[count]', sums: 'f32[4]' },
    params: {
      n: 'u64',
      count: 'u64',
      slice: 'u32',
      beta1: 'f64',
      beta2: 'f64',
      beta3: 'f64',
      d0: 'f64',
      corrected: 'u32',
      safeguard: 'u32',
      form: 'u32',
      lr: 'f64',
      weightDecay: 'f64',
      gradFactor: 'f32',
      decoupled: 'u32',
      segments: 'u32',
      ...gradientScaleCounts,
      more: 'u32',
    },
    live: ['beta1', 'beta2', 'beta3', 'd0', 'lr', 'weightDecay', 'gradFactor'],
  },
  prodigyCorrection: summed(
    "After distanceEstimate: p += c m/(sqrt(v) + d eps) - c m/(sqrt(v) + d' eps) where the step found d' and used d; no pass where they agree",
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', corrected: 'u32', form: 'u32' },
  ),
  distanceEstimate: {
    doc:
      'The next d from the sums of a step. rule 0: D-Adaptation Adam, 1: SGD, 2: AdaGrad, 3: Prodigy, 4: Adan, 5: Lion. A step without ' +
      'information (a zero denominator) changes nothing; a d that is not finite is not taken; d grows by at most `growth`, and not while lr is 0',
    in: { sums: 'f32[4]', skip: 'u32[1]?' },
    inout: distance,
    params: { decay: 'f64', d0: 'f64', coefficient: 'f64', growth: 'f64', lr: 'f64', rule: 'u32', form: 'u32' },
    live: ['lr'],
  },
  startTerms: summed('sums |g|^2 while k is 0; no pass after that', {}, {}),
  startNorm: {
    doc: 'After startTerms, while k is 0: estimate[5] = |g|, of which the last is |g_0|, and 0 where there was no gradient yet',
    in: { sums: 'f32[4]', skip: 'u32[1]?' },
    inout: distance,
  },
  momoMoments: summed(
    'm = beta1 m + (1-beta1)g, v = beta2 v + (1-beta2)g^2; sums <g, p>, <m, p> and sum of m^2/D, D = rootScale sqrt(v) + eps, or 1 without v',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]?' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', rootScale: 'f64' },
  ),
  momoEstimate: {
    doc:
      'MoMo: from the sums and the loss of this step its rate tau; estimate [average loss, average <g, p>, lower bound, tau, 0, 0]. ' +
      'beta and correction are those of the averages at this step; adapt 1 adapts the lower bound, which is at least `bound`',
    in: { sums: 'f32[4]', loss: 'f32[1]', skip: 'u32[1]?' },
    inout: distance,
    params: { beta: 'f64', correction: 'f64', lr: 'f64', decay: 'f64', bound: 'f64', adapt: 'u32' },
    live: ['beta', 'correction', 'lr', 'decay'],
  },
  momoStep: summed(
    'p = (p - tau m/D)/w, or with form 1 p/w - tau m/D; w = 1 + lr decay, tau = estimate[3]',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]?' },
    { eps: 'f64', rootScale: 'f64', form: 'u32' },
  ),
  mechanicMeasure: summed(
    'Mechanic after the base step, with S = estimate[0], T = estimate[1]: old = x0 + S delta; e = delta, or delta S/(T + eps) with recompute; ' +
      'q = p, or old with form 1; sums <e, g>, <e, q>, |q|^2, |g|^2; delta = e + p - old',
    { delta: 'f32[n]', x0: 'f32[n]' },
    { eps: 'f64', recompute: 'u32', form: 'u32' },
    2,
  ),
  mechanicEstimate: {
    doc:
      'Mechanic: estimate [S, T, h, 0, s[count], r[count], m[count], v[count]] from the sums; beta_i = 1 - 10^-i; T is the sum of s, ' +
      'S what multiplies delta: max(T, 0), or T with form 1',
    in: { sums: 'f32[4]', skip: 'u32[1]?' },
    inout: { estimate: 'f32[4+4*count]' },
    params: { decay: 'f64', eps: 'f64', start: 'f64', form: 'u32', count: 'u32' },
  },
  mechanicStep: summed('p = x0 + estimate[0] delta', { delta: 'f32[n]', x0: 'f32[n]' }, {}, 1),
  scheduleFreePlusTerms: summed('sums |g|_1 and <g, z - p>: p is y', { z: 'f32[n]' }, {}),
  scheduleFreePlusEstimate: {
    doc:
      'Schedule-Free+: from the sums and the loss the rate max(loss + <g, z - x>, 0)/L of the step, L = sqrt(pi/2)|g|_1 averaged with ' +
      '`beta`, and the weight c of z in the average; estimate [L, rate, largest rate, sum of weights, c, 0]. y = ahead x + (1-ahead) z, ' +
      '`before` is that of the last step; the weight of a step is stepWeight largest^power, and c is 1 while `warm` is',
    in: { sums: 'f32[4]', loss: 'f32[1]', skip: 'u32[1]?' },
    inout: distance,
    params: {
      beta: 'f64',
      correction: 'f64',
      lr: 'f64',
      ahead: 'f64',
      before: 'f64',
      stepWeight: 'f64',
      power: 'f64',
      warm: 'f64',
    },
    live: ['correction', 'lr', 'ahead', 'before', 'stepWeight', 'warm'],
  },
  scheduleFreePlusStep: summed(
    'Schedule-Free+, c = rate lr: m += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; z -= c^2 decay y + c momentWeight m/(rootScale sqrt(v) + eps); ' +
      'the average x moves to z, y = ahead x + (1-ahead) z; p is y, `before` the last `ahead`',
    { z: 'f32[n]', expAvg: 'f32[n]', expAvgSq: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', momentWeight: 'f64', rootScale: 'f64', ahead: 'f64', before: 'f64' },
  ),
  prodigyPlusStep: summed(
    'ProdigyPlus, c = d lr rate, d = estimate[0], w the weight c^2 in the sum of weights: v = beta2 v + (1-beta2)(d g)^2; u = d g/(sqrt(v) + d eps), or with eps 0 ' +
      '4/pi atan2(d g, sqrt(v)), or with rate 0 g; times updateScale, plus decay y; y += w (z - y) - c (1 - beta1 (1-w)) u, where `moveScale` is given only ' +
      'where the move has the sign of -u, times moveScale; z -= c u. Without z, m = beta1 m + (1-beta1) d g takes the place of d g, y = y (1 - c decay) - c u',
    { expAvgSq: 'f32[n]', z: 'f32[n]?', expAvg: 'f32[n]?' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', rate: 'f64' },
    8,
    { updateScale: 'f32[segments]?', moveScale: 'f32[segments]?' },
  ),
  avagradStep: summed(
    'AvaGrad: m += (1-beta1)(g-m); p -= rate lr momentWeight m/(rootScale sqrt(v) + eps) of the old v; ' +
      'sums 1/(nextScale sqrt(v) + eps)^2 and 1; v = beta2 v + (1-beta2)g^2; rate = estimate[0]',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', momentWeight: 'f64', rootScale: 'f64', nextScale: 'f64' },
    1,
  ),
  avagradEstimate: {
    doc: "AvaGrad: estimate = sqrt(sums[1]/sums[0]), what the mean square of the coordinates' rates is divided by",
    in: { sums: 'f32[4]', skip: 'u32[1]?' },
    inout: { estimate: 'f32[1]' },
  },
  cocobStep: step(
    'COCOB, c = lr g: L = max(L, |c|); G += |c|; R = max(R - c (p - x0), 0); C -= c; p = x0 + C (L + R)/(L max(G + L, alpha L))',
    { x0: 'f32[n]', theta: 'f32[n]', largest: 'f32[n]', gradSum: 'f32[n]', reward: 'f32[n]' },
    { alpha: 'f64' },
  ),
});
