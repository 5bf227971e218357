/**
 * AdamC (Defazio 2025, "Why Gradients Rapidly Increase Near the End of Training"): AdamW whose decay in layers that are followed by a
 * normalisation goes by the square of the learning rate, p = p (1 - lr^2/lrMax weightDecay), so that the ratio of gradients to weights stays
 * as a schedule falls. lrMax is the optimizer's learning rate before its schedule. `normalized` says which parameters; others decay as
 * in AdamW. As kozistr/pytorch_optimizer: 1e-15 is added inside the root, and eps is corrected with it.
 *
 * Memory: 8 bytes per parameter and a few numbers per tensor. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { type Tensor, tensor, zeros } from '@tessera/tensor';
import { adamcStep, mixPair } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { corrections, elementwiseRule, moments } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { MatrixTest } from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Place, Rule } from '../rule.js';
import { type EntryTable, EntryTables, matricesOnly } from '../segments.js';

export interface AdamCOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Which parameters are those of normalised layers. Default `matricesOnly`; leave out the output layer. */
  readonly normalized?: MatrixTest;
}

/** Default learning rate 1e-3, no weight decay. */
export class AdamC extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdamCOptions = {}) {
    const { betas = [0.9, 0.999], eps = 1e-8, normalized = matricesOnly } = options;
    const own = { betas: checkBetas('AdamC', betas), eps: checkNonNegative('AdamC', 'eps', eps) };
    const [beta1, beta2] = own.betas;
    const adam = elementwiseRule(adamcStep, moments, (t, lr) => {
      const { momentWeight, rootScale } = corrections(beta1, beta2, t);
      return { lr, beta1, beta2, momentWeight, rootScale, eps: eps * rootScale, epsRoot: 1e-15 };
    });
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0 },
      {
        ...adam,
        scalars: (t, lr) => ({ ...adam.scalars(t, lr), ofLargest: lr / largest() }),
        ...correctedDecays(normalized),
      },
      { ...own, normalized: undefined },
    );
    const largest = () => this.lr || 1;
  }
}

/** Makes the weight decays of a step on the device: those of normalised layers times lr/lrMax. */
function correctedDecays(normalized: MatrixTest): Pick<Rule, 'before' | 'dispose'> {
  const tables = new EntryTables();
  const made = new Map<Place, { readonly from: EntryTable; readonly now: Tensor; readonly ofNormalized: Tensor }>();
  const decaysOf = (place: Place) => {
    const from = tables.of(place);
    const old = made.get(place);
    if (old?.from === from) return old;
    old?.now.dispose();
    old?.ofNormalized.dispose();
    const { data, entries } = place.flat;
    const { device } = data;
    const chosen = Float32Array.from(entries, (e) => (normalized(e.name, e.shape) ? 1 : 0));
    using mask = tensor(chosen, { device });
    const fresh = {
      from,
      now: zeros([entries.length], { device }).keep(),
      ofNormalized: from.segmentDecay.mul(mask).keep(),
    };
    made.set(place, fresh);
    return fresh;
  };
  const before: Rule['before'] = (place, args, begin) => {
    const { from, now, ofNormalized } = decaysOf(place);
    const { ofLargest } = args as Record<string, () => number>;
    const n = from.segments;
    const share = begin(ofLargest!);
    // now = all decays, less the share of the normalised ones that is missing
    mixPair({
      param: now,
      other: from.segmentDecay,
      n,
      paramOfParam: 0,
      paramOfOther: 1,
      otherOfParam: 0,
      otherOfOther: 1,
    });
    mixPair({
      param: now,
      other: ofNormalized,
      n,
      paramOfParam: 1,
      paramOfOther: () => share() - 1,
      otherOfParam: 0,
      otherOfOther: 1,
    });
    return { ...from, segmentDecay: now };
  };
  const dispose = (): void => {
    tables.dispose();
    for (const { now, ofNormalized } of made.values()) for (const t of [now, ofNormalized]) t.dispose();
  };
  return { before, dispose };
}
