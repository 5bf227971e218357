/**
 * Lookahead (Zhang, Lucas, Hinton & Ba 2019, Algorithm 1): every `period` steps of the base the slow weights move a part
 * of the way to the fast ones, which go on from there. As optax.lookahead: slow = slow + stepSize (fast - slow). The
 * weights to evaluate are the slow ones.
 *
 * Memory: 4 bytes per parameter beside the base's. One pass every `period` steps: 8 bytes read and 8 written.
 */
import { checkOptions, type Tensor } from '@tessera/tensor';
import { mixPair } from '@tessera/tensor/kernels';
import { checkNumber, checkWhole } from '../check.js';
import type { FlatOptimizer } from '../flat-optimizer.js';
import type { StepOptions } from '../optimizer.js';
import { entryViews } from '../state.js';
import { Wrapper } from '../wrapper.js';

export interface LookaheadOptions {
  /** Steps between two moves of the slow weights. Default 6. */
  readonly period?: number;
  /** How far the slow weights move, from 0 to 1. Default 0.5. */
  readonly stepSize?: number;
}

export class Lookahead extends Wrapper {
  readonly #period: number;
  readonly #stepSize: number;

  constructor(base: FlatOptimizer, options: LookaheadOptions = {}) {
    const op = 'Lookahead';
    checkOptions(op, options, ['period', 'stepSize']);
    const { period = 6, stepSize = 0.5 } = options;
    checkWhole(op, 'period', period, 1);
    checkNumber(op, 'stepSize', stepSize, { min: 0, max: 1 });
    super(base, [{ name: 'slow', argument: 'other', initial: 'parameters' }]);
    this.#period = period;
    this.#stepSize = stepSize;
  }

  protected advance(options: StepOptions): void {
    const before = this.base.steps;
    this.base.step(options);
    if (this.base.steps === before || this.base.steps % this.#period !== 0) return;
    const [fast, slow] = [this.#stepSize, 1 - this.#stepSize];
    for (const { flat, states } of this.own) {
      mixPair({
        param: flat.data,
        other: states.get('slow')!,
        n: flat.data.numel,
        paramOfParam: fast,
        paramOfOther: slow,
        otherOfParam: fast,
        otherOfOther: slow,
      });
    }
  }

  /** The slow weights, as views of the optimizer's memory. */
  override evalParams(): ReadonlyMap<string, Tensor> {
    return entryViews(this.places, (_place, i) => this.own[i]!.states.get('slow')!);
  }

  protected save(): Readonly<Record<string, Tensor | number>> {
    return {};
  }

  protected load(): void {}

  protected free(): void {}
}
