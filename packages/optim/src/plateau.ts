/**
 * A learning rate that falls when a metric stops improving, as `torch.optim.lr_scheduler.ReduceLROnPlateau`. It depends on
 * what was measured, not on the step alone: pass `plateau.schedule` to the optimizer, call `update(metric)` after each
 * evaluation, and save `state` with the checkpoint.
 */
import { checkNonNegative, checkNumber, checkOneOf } from './check.js';
import type { Schedule } from './schedule.js';

export interface PlateauOptions {
  /** What the factor is multiplied by. Default 0.1. */
  readonly rate?: number;
  /** Updates without improvement that are put up with. Default 10. */
  readonly patience?: number;
  /** What counts as an improvement, relative to the best value or absolute. Default 1e-4. */
  readonly threshold?: number;
  readonly thresholdMode?: 'relative' | 'absolute';
  /** Updates after a fall in which nothing counts. Default 0. */
  readonly cooldown?: number;
  /** The factor falls no further. Default 0. */
  readonly least?: number;
  /** Whether smaller metrics are better (`min`, default) or larger ones. */
  readonly mode?: 'min' | 'max';
}

export interface PlateauState {
  readonly factor: number;
  /** Null before the first update. */
  readonly best: number | null;
  readonly bad: number;
  readonly cooling: number;
}

export class Plateau {
  readonly schedule: Schedule = () => this.state.factor;
  state: PlateauState = { factor: 1, best: null, bad: 0, cooling: 0 };
  readonly #options: Required<PlateauOptions>;

  constructor(options: PlateauOptions = {}) {
    const op = 'Plateau';
    const { rate = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'relative' } = options;
    const { cooldown = 0, least = 0, mode = 'min' } = options;
    this.#options = {
      rate: checkNumber(op, 'rate', rate, { min: 0, max: 1, below: true }),
      patience: checkNonNegative(op, 'patience', patience),
      threshold: checkNonNegative(op, 'threshold', threshold),
      thresholdMode: checkOneOf(op, 'thresholdMode', thresholdMode, ['relative', 'absolute']),
      cooldown: checkNonNegative(op, 'cooldown', cooldown),
      least: checkNonNegative(op, 'least', least),
      mode: checkOneOf(op, 'mode', mode, ['min', 'max']),
    };
  }

  /** Takes in a new value of the metric. NaN is no improvement. */
  update(metric: number): void {
    const { rate, patience, cooldown, least } = this.#options;
    let { factor, best, bad, cooling } = this.state;
    if (best === null || this.#better(metric, best)) {
      best = Number.isNaN(metric) ? best : metric;
      bad = 0;
    } else bad++;
    if (cooling > 0) {
      cooling--;
      bad = 0;
    }
    if (bad > patience) {
      const next = Math.max(factor * rate, least);
      if (next < factor) factor = next;
      cooling = cooldown;
      bad = 0;
    }
    this.state = { factor, best, bad, cooling };
  }

  #better(metric: number, best: number): boolean {
    const { threshold, thresholdMode, mode } = this.#options;
    const sign = mode === 'min' ? -1 : 1;
    const margin = thresholdMode === 'relative' ? Math.abs(best) * threshold : threshold;
    return sign * (metric - best) > margin;
  }
}
