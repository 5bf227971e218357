/**
 * The rule of an optimizer whose step is an elementwise formula (native/kernels/moment.ts): its states in the order of the
 * formula, and the numbers of a step by the names used there; those that the formula does not read are left out.
 */
import type { adanStep } from '@tessera/tensor/kernels';
import type { Rule, StateSpec } from './rule.js';

type Names =
  | 'beta1'
  | 'beta2'
  | 'beta3'
  | 'eps'
  | 'epsRoot'
  | 'momentWeight'
  | 'gradWeight'
  | 'rootScale'
  | 'factor'
  | 'power'
  | 'least'
  | 'most'
  | 'first'
  | 'proximal';

export type Numbers = { readonly lr: number } & { readonly [K in Names]?: number };

const unread: Readonly<Record<Names, number>> = {
  beta1: 0,
  beta2: 0,
  beta3: 0,
  eps: 0,
  epsRoot: 0,
  momentWeight: 1,
  gradWeight: 0,
  rootScale: 1,
  factor: 0,
  power: 0,
  least: 0,
  most: 0,
  first: 0,
  proximal: 0,
};

/** `numbers` are those of step t, counted from 1. Weight decay is decoupled unless `coupled`, which adds it to the gradient. */
export function elementwiseRule(
  step: typeof adanStep,
  states: readonly Omit<StateSpec, 'argument'>[],
  numbers: (t: number, lr: number) => Numbers,
  { coupled = false }: { readonly coupled?: boolean } = {},
): Rule {
  return {
    states: states.map((state, i) => ({ ...state, argument: `s${i}` })),
    decoupled: !coupled,
    step,
    scalars: (t, lr) => ({ ...unread, ...numbers(t, lr) }),
  };
}

/** The states of most of them. */
export const moments = [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }] as const;

/** What corrects the bias of averages that start from zero, at step t. */
export function corrections(beta1: number, beta2: number, t: number) {
  return { momentWeight: 1 / (1 - beta1 ** t), rootScale: 1 / Math.sqrt(1 - beta2 ** t) };
}
