/**
 * What a bench compares: an optimizer with all its settings, the same on every workload. A method knows the horizon, as
 * AlgoPerf's submissions do, and nothing else of a workload.
 */
import type { ParametersArgument } from '@tessera/optim';
import { ArgumentError } from '@tessera/tensor';
import { findFamily, type MethodOptimizer, type Settings } from './families.js';

/** A method as a file holds it. */
export interface MethodDefinition {
  readonly name: string;
  /** Key of `families`. */
  readonly family: string;
  /** Overrides the family's defaults. */
  readonly settings?: Settings;
}

export interface Method extends MethodDefinition {
  /** All settings, defaults included. */
  readonly settings: Settings;
  /** `steps`: the horizon. */
  create(params: ParametersArgument, steps: number): MethodOptimizer;
}

/** @throws ArgumentError for a family or a setting that does not exist. */
export function methodOf({ name, family: key, settings = {} }: MethodDefinition): Method {
  const op = `method ${name}`;
  const family = findFamily(op, key);
  for (const [setting, value] of Object.entries(settings)) {
    const known = family.defaults[setting];
    if (known === undefined || typeof known !== typeof value) {
      const expected = Object.entries(family.defaults).map(([s, d]) => `${s} (${typeof d})`);
      throw new ArgumentError(`${setting}: ${value} is no setting of ${key}; expected ${expected.join(', ')}.`, { op });
    }
  }
  const all = { ...family.defaults, ...settings };
  return { name, family: key, settings: all, create: (params, steps) => family.create(params, all, steps) };
}

const pool: readonly MethodDefinition[] = [
  { name: 'adamw-3e-3', family: 'adamw', settings: { lr: 3e-3 } },
  { name: 'adamw-1e-2', family: 'adamw', settings: { lr: 1e-2 } },
  {
    // mlcommons/submissions_algorithms, self-tuning NadamW baseline v0.5
    name: 'nadamw-v05',
    family: 'nadamw',
    settings: {
      lr: 0.0017486387539278373,
      beta1: 1 - 0.06733926164,
      beta2: 0.9955159689799007,
      weightDecay: 0.08121616522670176,
      warmup: 0.02,
    },
  },
  {
    // best of 16 points searched on a PyTorch prototype of this suite, whose data were drawn otherwise
    name: 'nadamw-calibrated',
    family: 'nadamw',
    settings: { lr: 0.0128, beta1: 0.897, beta2: 0.9755, weightDecay: 0.0165, warmup: 0.1 },
  },
  { name: 'prodigy', family: 'prodigy' },
  {
    // best of the 16 points of `tessera optim calibrate prodigy`
    name: 'prodigy-calibrated',
    family: 'prodigy',
    settings: { beta1: 0.8139, beta2: 0.9918, weightDecay: 0.005943, warmup: 0, biasCorrection: true },
  },
  { name: 'dadapt', family: 'dadapt' },
  { name: 'dog', family: 'dog' },
  {
    // Schedule-Free AdamW v2 of mlcommons/submissions_algorithms
    name: 'schedule-free',
    family: 'schedule-free-adamw',
    settings: { lr: 0.0025, beta2: 0.9955159689799007, weightDecay: 0.08121616522670176 },
  },
  {
    name: 'schedule-free-1e-2',
    family: 'schedule-free-adamw',
    settings: { lr: 0.01, beta2: 0.99, weightDecay: 0.04, warmup: 0.05 },
  },
];

/** The public baseline points (AlgoPerf's submissions), literature defaults, and calibrated points. */
export const defaultMethods: readonly Method[] = pool.map(methodOf);
