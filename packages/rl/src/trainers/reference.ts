/**
 * The reference model of DPO, KTO and the KL terms: the policy as it was. A frozen copy costs the whole model; where a
 * subnetwork is trained, the base values of its elements are enough, which change places with the trained ones for the
 * time of a forward pass.
 */
import { DecoderLM } from '@tessera/models';
import type { Subnetwork } from '@tessera/optim';
import { ArgumentError, noGrad } from '@tessera/tensor';
import { type Stateful, tensorState } from '@tessera/train';
import { ReferenceValues } from '../subnetwork/reference.js';

export interface Reference {
  /** Runs `body` with the reference model, without gradients. `body` must not wait. */
  with<T>(body: (model: DecoderLM) => T): T;
  /** Moves towards the policy: reference = alpha * policy + (1 - alpha) * reference (TR-DPO, arXiv 2404.09656). */
  sync(alpha: number): void;
  /** What a checkpoint must keep; null where nothing is the reference's own. */
  readonly state: Stateful | null;
  /** Bytes of weights that exist for the reference alone. */
  readonly bytes: number;
  dispose(): void;
}

/** A model of the caller's. */
export function givenReference(model: DecoderLM): Reference {
  if (!(model instanceof DecoderLM)) {
    throw new ArgumentError(`referenceModel must be a model; got ${JSON.stringify(model)}.`, { op: 'Trainer' });
  }
  return {
    with: (body) => noGrad(() => body(model)),
    sync: () => {
      throw new ArgumentError('a reference model that was given is not changed; leave it out to have a copy.', {
        op: 'syncReference',
      });
    },
    state: null,
    bytes: 0,
    dispose: () => {},
  };
}

/** A copy of the policy as it is now. */
export function frozenCopy(policy: DecoderLM): Reference {
  const copy = new DecoderLM(policy.config, { dtype: policy.dtype, device: policy.device });
  copy.loadStateDict(policy.stateDict());
  copy.setRequiresGrad(false);
  const own = policy.stateDict();
  return {
    with: (body) => noGrad(() => body(copy)),
    sync: (alpha) =>
      noGrad(() => {
        for (const [name, tensor] of copy.namedParameters()) tensor.lerp_(own.get(name)!, alpha);
      }),
    state: tensorState(() => copy.namedParameters()),
    bytes: [...copy.parameters()].reduce((n, t) => n + t.numel * (t.dtype === 'f32' ? 4 : 2), 0),
    dispose: () => copy.dispose(),
  };
}

/** The base values of subnetworks' elements: nothing else has changed. */
export function sparseReference(policy: DecoderLM, subnetworks: readonly Subnetwork[]): Reference {
  const values = subnetworks.map((subnetwork) => new ReferenceValues(subnetwork));
  return {
    with: (body) =>
      values.reduceRight(
        (inner, v) => () => v.run(inner),
        () => body(policy),
      )(),
    sync: (alpha) =>
      noGrad(() => {
        subnetworks.forEach((subnetwork, i) => {
          using now = subnetwork.gather(subnetwork.flat.data);
          values[i]!.base.lerp_(now, alpha);
        });
      }),
    state: tensorState(() => values.map(({ base }, i) => [`base/${i}`, base] as const)),
    bytes: values.reduce((n, v) => n + v.bytes, 0),
    dispose: () => {
      for (const v of values) v.dispose();
    },
  };
}
