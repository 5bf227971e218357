/** The learning rate over a run, as a configuration file can say it. */
import { constant, cosine, linearDecay, type Schedule, warmup, wsd } from '@tessera/optim';
import { ArgumentError, checkOptions } from '@tessera/tensor';
import { checkChoice, checkRange } from './options.js';

const kinds = ['linear', 'cosine', 'wsd', 'constant'] as const;

export interface ScheduleOptions {
  /**
   * After the warm-up: `linear`, a straight line to `end`; `cosine`, half a cosine to it; `wsd`, constant, then
   * `1 - sqrt` down to it over the last `decay` of the steps; `constant`. Default `linear`.
   */
  readonly kind?: (typeof kinds)[number];
  /** Optimizer steps in which the rate rises from 0 in a straight line, as transformers' `warmup_steps`. Default 0. */
  readonly warmup?: number;
  /** Factor at the end. Default 0. */
  readonly end?: number;
  /** Share of all steps in which `wsd` falls. Default 0.2. */
  readonly decay?: number;
}

/** The schedule of a run of `total` optimizer steps. */
export function trainingSchedule(op: string, given: Schedule | ScheduleOptions, total: number): Schedule {
  if (typeof given === 'function') return given;
  if (typeof given !== 'object' || given === null) {
    throw new ArgumentError(
      `schedule must be a function of the step, or { kind, warmup, end, decay }; got ${JSON.stringify(given)}.`,
      { op, actual: given },
    );
  }
  checkOptions(`${op}.schedule`, given, ['kind', 'warmup', 'end', 'decay']);
  const { kind = 'linear', warmup: rise = 0, end = 0, decay = 0.2 } = given;
  checkChoice(op, 'schedule.kind', kind, kinds);
  checkRange(op, 'schedule.end', end, 0);
  checkRange(op, 'schedule.decay', decay, 0, 1);
  if (!(Number.isSafeInteger(rise) && rise >= 0 && rise < total)) {
    const range = total > 1 ? `a whole number from 0 to ${total - 1}, for there are ${total} optimizer steps` : '0';
    throw new ArgumentError(`schedule.warmup must be ${range}; got ${JSON.stringify(rise)}.`, { op, actual: rise });
  }
  const left = total - rise;
  switch (kind) {
    case 'linear':
      return warmup(rise, linearDecay(left, end));
    case 'cosine':
      return warmup(rise, cosine(left, end));
    case 'wsd':
      return warmup(rise, wsd({ warmup: 0, total: left, decay: Math.min(left, Math.round(decay * total)), end }));
    case 'constant':
      return warmup(rise, constant());
  }
}
