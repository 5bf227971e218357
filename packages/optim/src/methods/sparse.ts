/**
 * Optimizers of a subnetwork. Their states exist for active parameters only, in ascending order; a step computes for
 * them exactly what the dense optimizer computes on masked gradients, and does not write the others. What sparsity makes
 * possible in RL finetuning is the subject of arXiv 2505.11711.
 *
 * Memory for density d: the dense optimizer's bytes per parameter times d, and 0.129 for mask and block offsets. One
 * pass over the gradients and parameters of cache lines with active elements.
 */
import { ArgumentError } from '@tessera/tensor';
import { sparseAdamStep, sparseLionStep, sparseSgdStep } from '@tessera/tensor/kernels';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { GroupedParameters } from '../parameters.js';
import type { Rule } from '../rule.js';
import type { StateLayout } from '../state.js';
import type { Subnetwork } from '../subnetwork.js';
import { type AdamOptions, adamHyperparameters, adamRule } from './adam.js';
import { type LionOptions, lionHyperparameters, lionRule } from './lion.js';
import { type NadamWOptions, nadamwHyperparameters, nadamwRule } from './nadam.js';
import { type SgdOptions, sgdHyperparameters, sgdRule } from './sgd.js';

export interface SparseOptions {
  /** Which gradients `clipNorm` is about: those of active parameters (default) or all. */
  readonly clipScope?: 'masked' | 'dense';
}

abstract class SparseOptimizer extends FlatOptimizer {
  readonly subnetworks: readonly Subnetwork[];

  protected constructor(
    subnetworks: Subnetwork | readonly Subnetwork[],
    options: OptimizerOptions & SparseOptions,
    defaults: { readonly lr: number; readonly weightDecay: number },
    rule: Rule,
    own: Readonly<Record<string, unknown>>,
  ) {
    const list = Array.isArray(subnetworks) ? (subnetworks as readonly Subnetwork[]) : [subnetworks as Subnetwork];
    const { clipScope = 'masked' } = options;
    if (clipScope !== 'masked' && clipScope !== 'dense') {
      throw new ArgumentError(`clipScope is unknown; got ${String(clipScope)}; expected masked or dense.`, {
        op: new.target.name,
      });
    }
    super(
      list.map(({ flat }) => ({ params: flat })),
      options,
      defaults,
      rule,
      { ...own, clipScope },
      compactLayout(list, clipScope),
    );
    this.subnetworks = list;
  }
}

function compactLayout(subnetworks: readonly Subnetwork[], clipScope: 'masked' | 'dense'): StateLayout {
  const of = (place: GroupedParameters) => subnetworks.find(({ flat }) => flat === place.flat)!;
  return {
    length: (place) => of(place).active,
    part: (place, entry) => {
      const { offset, length } = of(place).compactRange(entry);
      return { offset, shape: [length] };
    },
    master: (place) => of(place).gather(place.flat.data, { dtype: 'f32' }).keep(),
    arguments: (place) => {
      const { mask, offsets, active } = of(place);
      const { grad } = place.flat;
      return { mask, offsets, active, grad, gradCount: grad.numel };
    },
    normMask: (place) =>
      clipScope === 'masked' && place.flat.grad.numel === place.flat.data.numel ? of(place).mask : undefined,
  };
}

/** AdamW on a subnetwork. Moments take 8 bytes per active parameter. */
export class SparseAdamW extends SparseOptimizer {
  constructor(subnetworks: Subnetwork | readonly Subnetwork[], options: AdamOptions & SparseOptions = {}) {
    const own = adamHyperparameters('SparseAdamW', options);
    const rule = { ...adamRule(own, true), step: sparseAdamStep };
    super(subnetworks, options, { lr: 1e-3, weightDecay: 0.01 }, rule, own);
  }
}

/** NadamW on a subnetwork. Moments take 8 bytes per active parameter. */
export class SparseNadamW extends SparseOptimizer {
  constructor(subnetworks: Subnetwork | readonly Subnetwork[], options: NadamWOptions & SparseOptions = {}) {
    const own = nadamwHyperparameters('SparseNadamW', options);
    const rule = { ...nadamwRule(own), step: sparseAdamStep };
    super(subnetworks, options, { lr: 1e-3, weightDecay: 0.01 }, rule, own);
  }
}

/** SGD on a subnetwork: no state, or 4 bytes per active parameter with momentum. */
export class SparseSGD extends SparseOptimizer {
  constructor(subnetworks: Subnetwork | readonly Subnetwork[], options: SgdOptions & SparseOptions = {}) {
    const own = sgdHyperparameters('SparseSGD', options);
    const rule = { ...sgdRule(own), step: sparseSgdStep };
    super(subnetworks, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}

/** Lion on a subnetwork: 4 bytes per active parameter. */
export class SparseLion extends SparseOptimizer {
  constructor(subnetworks: Subnetwork | readonly Subnetwork[], options: LionOptions & SparseOptions = {}) {
    const own = lionHyperparameters('SparseLion', options);
    const rule = { ...lionRule(own), step: sparseLionStep };
    super(subnetworks, options, { lr: 1e-4, weightDecay: 0 }, rule, own);
  }
}
