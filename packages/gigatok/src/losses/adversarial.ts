/** Adversarial losses on a discriminator's logits. Source: GigaTok `vq_loss.py` (MIT). */
import { relu, softplus, type Tensor } from '@tessera/tensor';

/** `hinge`, or the cross entropy of logits (`vanilla`). */
export type AdversarialLoss = 'hinge' | 'vanilla';

/** For the discriminator: half the mean of what it loses on real and on fake images. */
export function discriminatorLoss(real: Tensor, fake: Tensor, kind: AdversarialLoss = 'hinge'): Tensor {
  const [onReal, onFake] =
    kind === 'hinge' ? [relu(real.neg().add(1)), relu(fake.add(1))] : [softplus(real.neg()), softplus(fake)];
  return onReal!.mean().add(onFake!.mean()).mul(0.5);
}

/**
 * For the generator: `hinge` is the negated mean logit; `vanilla` the cross entropy against "real" (non-saturating; the
 * released code swaps that one's arguments).
 */
export function generatorLoss(fake: Tensor, kind: AdversarialLoss = 'hinge'): Tensor {
  return kind === 'hinge' ? fake.mean().neg() : softplus(fake.neg()).mean();
}
