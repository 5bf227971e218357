/** The learning-rate schedules of the released trainers, as factors of the base rate. Source: GigaTok `scheduler.py` (MIT). */
import { constant, cosine, type Schedule, warmup, wsd } from '@tessera/optim';
import { ArgumentError, checkOptions } from '@tessera/tensor';
import { checkWhole } from '../check.js';

export interface ScheduleOptions {
  /** `cosine`: half a cosine to `end`. `wsd`: hold, then `1 - sqrt` of the last `decay` of the steps. Default `cosine`. */
  readonly kind?: 'cosine' | 'wsd' | 'constant';
  /** Steps of linear rise from a hundredth. Default 0. */
  readonly warmup?: number;
  /** Factor at the end of `cosine`. Default 0.1. */
  readonly end?: number;
  /** Share of all steps that `wsd` decays over. Default 0.2. */
  readonly decay?: number;
}

/** The schedule for `total` steps. The released trainers are one step behind: step t runs with the rate of step t - 1. */
export function trainingSchedule(total: number, options: ScheduleOptions = {}): Schedule {
  const op = 'trainingSchedule';
  checkOptions(op, options, ['kind', 'warmup', 'end', 'decay']);
  const { kind = 'cosine', warmup: rise = 0, end = 0.1, decay = 0.2 } = options;
  checkWhole(op, 'warmup', rise, 0);
  checkWhole(op, 'total', total, 1);
  if (total <= rise)
    throw new ArgumentError(`a warm-up of ${rise} steps must be shorter than the run; got ${total} steps.`, { op });
  if (kind === 'constant') return warmup(rise, constant(), 0.01);
  if (kind === 'cosine') return warmup(rise, cosine(total - rise, end), 0.01);
  if (kind !== 'wsd') throw new ArgumentError(`unknown schedule; got '${String(kind)}'.`, { op, actual: kind });
  const falling = Math.trunc(decay * total);
  return warmup(rise, wsd({ warmup: 0, total: total - rise, decay: falling }), 0.01);
}
