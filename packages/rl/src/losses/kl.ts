/** Estimators of the KL divergence of the policy from a reference, from tokens that the policy sampled. */
import type { Tensor } from '@tessera/tensor';
import { unknownChoice } from './common.js';

export const klEstimators = ['k1', 'abs', 'k2', 'k3', 'k1plus', 'k3plus'] as const;

/**
 * With d = log pi - log ref: `k1` = d, `abs` = |d|, `k2` = d^2/2, `k3` = exp(-d) + d - 1. `k1plus` and `k3plus` have the
 * value of their estimator and the gradient of k2, which is that of the reverse KL on policy; k1's has mean zero and
 * k3's is biased. Source: J. Schulman, "Approximating KL divergence" (2020); verl for the straight-through forms.
 */
export type KlEstimator = (typeof klEstimators)[number];

export interface KlOptions {
  /** Limits |d| inside k3's exponential. Default 20, as verl. */
  readonly logClamp?: number;
  /** Limits k3's value; no gradient outside. Default 10, as verl. Infinity for TRL's. */
  readonly valueClamp?: number;
}

/** Per token, in the shape of `logProbs`. */
export function klEstimate(
  estimator: KlEstimator,
  logProbs: Tensor,
  refLogProbs: Tensor,
  { logClamp = 20, valueClamp = 10 }: KlOptions = {},
): Tensor {
  const d = logProbs.sub(refLogProbs);
  switch (estimator) {
    case 'k1':
      return d;
    case 'abs':
      return d.abs();
    case 'k2':
      return d.square().mul(0.5);
    case 'k3': {
      const back = limited(d.neg(), logClamp);
      return limited(back.exp().sub(back).sub(1), valueClamp);
    }
    case 'k1plus':
      return straightThrough(d, d);
    case 'k3plus':
      return straightThrough(klEstimate('k3', logProbs, refLogProbs, { logClamp, valueClamp }), d);
    default:
      throw unknownChoice('klEstimate', 'estimator', estimator, klEstimators);
  }
}

function limited(x: Tensor, bound: number): Tensor {
  return bound === Number.POSITIVE_INFINITY ? x : x.clamp({ min: -bound, max: bound });
}

/** The value of one with the gradient of d^2/2. */
function straightThrough(value: Tensor, d: Tensor): Tensor {
  const k2 = d.square().mul(0.5);
  return k2.sub(k2.detach()).add(value.detach());
}
