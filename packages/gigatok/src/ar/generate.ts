/**
 * Image tokens drawn one by one, with classifier-free guidance on a doubled batch: logits are
 * `uncond + scale (cond - uncond)`, and the scale follows a schedule over the tokens. As released, the first token
 * always has the full scale. Source: GigaTok `generate.py` (MIT).
 */
import {
  ArgumentError,
  cat,
  checkOptions,
  type Device,
  empty,
  full,
  noGrad,
  sampleTokens,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import type { ImageModel } from './model.js';

export type GuidanceSchedule = 'constant' | 'linear' | 'linear_re' | 'triangular' | 'rectangular' | 'step' | 'cosine';

export interface Guidance {
  /** 1 for none. Default 1. */
  readonly scale?: number;
  /** Default `constant`. */
  readonly schedule?: GuidanceSchedule;
  /** Where guidance starts, as a share of the tokens after the first (`step` and `rectangular`). Default 0.05, for `step` 0.18. */
  readonly windowStart?: number;
  /** Where it ends (`rectangular`). Default 1. */
  readonly windowEnd?: number;
  /** Where the scale is highest (`triangular`). Default 0.5. */
  readonly peak?: number;
  /** Guide only up to this many tokens after the second one; -1 for all. Default -1. */
  readonly interval?: number;
}

const guidanceKeys = ['scale', 'schedule', 'windowStart', 'windowEnd', 'peak', 'interval'];

/** The schedules that an option shapes; with others it would say nothing. */
const shapedBy = {
  windowStart: ['step', 'rectangular'],
  windowEnd: ['rectangular'],
  peak: ['triangular'],
} as const satisfies Partial<Record<keyof Guidance, readonly GuidanceSchedule[]>>;

function checkGuidance(op: string, guidance: Guidance): void {
  const { scale = 1, schedule = 'constant' } = guidance;
  if (!(scale >= 1)) throw new ArgumentError(`scale must be 1 or more; got ${scale}.`, { op, actual: scale });
  for (const [key, schedules] of Object.entries(shapedBy)) {
    if (guidance[key as keyof typeof shapedBy] === undefined || schedules.some((s) => s === schedule)) continue;
    throw new ArgumentError(`${key} goes with the schedule ${schedules.join(' or ')}; got ${schedule}.`, { op });
  }
}

/** Just above 1: guidance is off, but for what f32 resolves. The released code keeps its doubled batch by it. */
const barely = 1e-4;

/**
 * The scale at token `i` after the first (from 0) of `count` such tokens; null where conditional logits are taken as they
 * are.
 */
export function guidanceScale(guidance: Guidance, i: number, count: number): number | null {
  const { scale = 1, schedule = 'constant', peak = 0.5, windowEnd = 1, interval = -1 } = guidance;
  const { windowStart = schedule === 'step' ? 0.18 : 0.05 } = guidance;
  if (interval > -1 && i > interval) return null;
  const ratio = (i + 1) / count;
  const over = scale - 1;
  switch (schedule) {
    case 'constant':
      return scale;
    case 'linear':
      return 1 + over * ratio + barely;
    case 'linear_re':
      return 1 + over * (1 - ratio) + barely;
    case 'triangular':
      return 1 + over * (ratio < peak ? ratio / peak : (1 - ratio) / (1 - peak)) + barely;
    case 'rectangular':
      return windowStart <= ratio && ratio <= windowEnd ? scale : 1 + barely;
    case 'step':
      return windowStart <= ratio ? scale : 1 + barely;
    case 'cosine':
      return 1 + over * 0.5 * (1 + Math.cos(Math.PI * ratio));
    default:
      throw new ArgumentError(`unknown guidance schedule; got '${String(schedule)}'.`, {
        op: 'guidanceScale',
        actual: schedule,
      });
  }
}

export interface GenerateOptions extends Guidance {
  /** 0 takes the most likely token. Default 1. */
  readonly temperature?: number;
  /** Keep this many of the most likely tokens; 0 for all. Default 0. */
  readonly topK?: number;
  /** Then keep the smallest set with this share of the probability. Default 1. */
  readonly topP?: number;
  /** Images drawn from the same seed are the same, whatever the batch. Default 0. */
  readonly seed?: number;
  /** Number of the first image, for those drawn in several batches: image i draws from (seed, first + i). Default 0. */
  readonly first?: number;
}

/** Tokens `i32` `[B, tokens]` of images of the given classes (`i32` `[B]`). */
export function generateTokens(model: ImageModel, classes: Tensor, options: GenerateOptions = {}): Tensor {
  const op = 'generateTokens';
  checkOptions(op, options, [...guidanceKeys, 'temperature', 'topK', 'topP', 'seed', 'first']);
  checkGuidance(op, options);
  const { temperature = 1, topK = 0, topP = 1, seed = 0, first = 0, scale = 1 } = options;
  const { tokens, classDropout } = model.config;
  const guided = scale > 1;
  if (guided && classDropout === 0)
    throw new ArgumentError('guidance needs a null class; this model was made with classDropout 0.', { op });
  const scales = Array.from({ length: tokens - 1 }, (_, i) => (guided ? guidanceScale(options, i, tokens - 1) : null));
  const guidedTokens = scales.filter((s) => s !== null).length;
  const batch = classes.numel;
  const { device } = classes;
  const training = model.training;
  model.eval();
  const cache = model.cache(guided ? 2 * batch : batch);
  try {
    return noGrad(() =>
      scope(() => {
        const seeds = rowSeeds(seed, first, batch, device);
        const factors = tensor(Float32Array.of(scale, ...scales.map((s) => s ?? 1)), { device });
        const drawn = empty([batch, tokens], { dtype: 'i32', device });
        const newest = empty([cache.batch], { dtype: 'i32', device });
        const take = (logits: Tensor, guide: boolean): void => {
          const factor = guide ? factors.indexSelect(cache.position, { dim: 0 }) : undefined;
          const positions = cache.positions.narrow({ dim: 0, start: 0, length: batch });
          const ids = sampleTokens(combine(logits, batch, factor), seeds, positions, { temperature, topK, topP })[0]!;
          drawn.indexCopy_(cache.position, ids.reshape([batch, 1]), { dim: 1 });
          newest.copy_(guided ? cat([ids, ids]) : ids);
        };
        const none = full([batch], model.nullClass, { dtype: 'i32', device });
        scope(() => take(model.start(guided ? cat([classes, none]) : classes, cache), guided));
        repeat(device, guidedTokens, () => take(model.step(newest, cache), true));
        repeat(device, tokens - 1 - guidedTokens, () => take(model.step(newest, cache), false));
        return drawn;
      }),
    );
  } finally {
    cache.dispose();
    model.train(training);
  }
}

/** Runs a step `count` times: its commands are recorded once and replayed for the others, without JavaScript. */
function repeat(device: Device, count: number, step: () => void): void {
  if (count === 0) return;
  using recording = device.record(() => scope(step)).recording;
  for (let i = 1; i < count; i++) recording.replay();
}

/** Logits of a pass of classes and, behind them, of null classes, by the factor `[1]`; of the classes alone without one. */
function combine(given: Tensor, batch: number, factor: Tensor | undefined): Tensor {
  const logits = given.to('f32');
  const cond = logits.narrow({ dim: 0, start: 0, length: batch });
  if (factor === undefined) return cond;
  const none = logits.narrow({ dim: 0, start: batch, length: batch });
  return none.add(cond.sub(none).mul(factor));
}

function rowSeeds(seed: number, first: number, batch: number, device: Device): Tensor {
  // Odd multiplier: images keep distinct seeds, and neighbouring seeds share none of them in practice.
  const values = Int32Array.from({ length: batch }, (_, i) => (Math.imul(seed, 0x9e3779b1) + first + i) & 0x7fffffff);
  return tensor(values, { device });
}
