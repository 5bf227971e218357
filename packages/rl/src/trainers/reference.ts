/**
 * The reference model of DPO, KTO and the KL terms: the policy as it was. A frozen copy costs the whole model; where a
 * subnetwork is trained, the base values of its elements are enough, which change places with the trained ones for the
 * time of a forward pass.
 */
import { DecoderLM } from '@tessera/models';
import type { Subnetwork } from '@tessera/optim';
import { ArgumentError, noGrad, type Tensor } from '@tessera/tensor';
import { type Stateful, tensorState } from '@tessera/train';

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

/** The base values of a subnetwork's elements, of which everything else has not changed. */
export function sparseReference(policy: DecoderLM, subnetworks: readonly Subnetwork[]): Reference {
  const bases = subnetworks.map((s) => s.gather(s.flat.data).keep());
  const exchange = (values: readonly Tensor[]): readonly Tensor[] => {
    const before = subnetworks.map((s) => s.gather(s.flat.data).keep());
    subnetworks.forEach((s, i) => void s.scatter(values[i]!, s.flat.data));
    return before;
  };
  return {
    with: (body) =>
      noGrad(() => {
        const trained = exchange(bases);
        try {
          return body(policy);
        } finally {
          for (const t of [...exchange(trained), ...trained]) t.dispose();
        }
      }),
    sync: (alpha) =>
      noGrad(() => {
        subnetworks.forEach((s, i) => {
          using now = s.gather(s.flat.data);
          bases[i]!.lerp_(now, alpha);
        });
      }),
    state: tensorState(() => bases.map((t, i) => [`base/${i}`, t] as const)),
    bytes: bases.reduce((n, t) => n + t.numel * (t.dtype === 'f32' ? 4 : 2), 0),
    dispose: () => {
      for (const t of bases) t.dispose();
    },
  };
}
