/**
 * What a tokenizer is trained on, term by term: reconstruction, perceptual and adversarial losses, those of the
 * quantizer, semantic regularization, and shortcuts until they end. Source: arXiv 2504.08736, Eq. 1-5; GigaTok
 * `vq_loss.py` (MIT). The semantic term is minus a mean cosine similarity, as the released code has it.
 */
import { ArgumentError, checkOptions, cosineSimilarity, grad, l1Loss, mseLoss, type Tensor } from '@tessera/tensor';
import type { Reconstruction } from '../model/tokenizer.js';
import { type AdversarialLoss, discriminatorLoss, generatorLoss } from './adversarial.js';
import type { Discriminator } from './patchgan.js';

/** Distances `[B]` of images in [-1, 1]: LPIPS, or another. */
export type PerceptualDistance = (images: Tensor, reconstructions: Tensor) => Tensor;

export interface TokenizerLossOptions {
  /** Of pixels: mean squared or mean absolute error. Default `l2`. */
  readonly reconstruction?: 'l2' | 'l1';
  /** Default 1. */
  readonly reconstructionWeight?: number;
  /** Default 1. */
  readonly perceptualWeight?: number;
  /** Of the generator's adversarial loss and of the discriminator's own, as released. Default 0.5. */
  readonly adversarialWeight?: number;
  /** Step from which the discriminator takes part. Default 20000. */
  readonly adversarialStart?: number;
  /** Default `hinge`, for each side. */
  readonly generatorLoss?: AdversarialLoss;
  readonly discriminatorLoss?: AdversarialLoss;
  /** Scale the adversarial loss to the reconstruction's gradient at the last layer (VQGAN). Off in every release. Default false. */
  readonly adaptiveWeight?: boolean;
  /** Default 0.5. */
  readonly semanticWeight?: number;
  /** Step at which shortcuts end. Default 0: there are none. */
  readonly shortcutsEnd?: number;
  /** Step from which the entropy loss is left out. Default never. */
  readonly entropyEnd?: number;
}

export interface LossNetworks {
  readonly perceptual?: PerceptualDistance | undefined;
  readonly discriminator?: Discriminator | undefined;
  /** Applied to what the discriminator sees: differentiable augmentation. */
  readonly augment?: ((images: Tensor) => Tensor) | undefined;
}

/** One step's loss and its parts, unweighted. */
export interface GeneratorLosses {
  readonly total: Tensor;
  readonly terms: Readonly<Record<string, Tensor>>;
}

export interface GeneratorInputs {
  readonly images: Tensor;
  /** The tokenizer's result, or its parts. */
  readonly output: Pick<Reconstruction, 'image' | 'quantizer' | 'semantic' | 'shortcuts'>;
  /** The teacher's features, `[B, positions, features]`. */
  readonly teacher?: Tensor | undefined;
  /** The weight of the last layer, for the adaptive weight. */
  readonly lastLayer?: Tensor | undefined;
  /** Steps done before this one. */
  readonly step: number;
}

export class TokenizerLoss {
  readonly options: Required<TokenizerLossOptions>;

  constructor(
    options: TokenizerLossOptions = {},
    readonly networks: LossNetworks = {},
  ) {
    const defaults: Required<TokenizerLossOptions> = {
      reconstruction: 'l2',
      reconstructionWeight: 1,
      perceptualWeight: 1,
      adversarialWeight: 0.5,
      adversarialStart: 20000,
      generatorLoss: 'hinge',
      discriminatorLoss: 'hinge',
      adaptiveWeight: false,
      semanticWeight: 0.5,
      shortcutsEnd: 0,
      entropyEnd: Number.POSITIVE_INFINITY,
    };
    checkOptions('TokenizerLoss', options, Object.keys(defaults));
    this.options = { ...defaults, ...options };
  }

  /** Whether shortcuts are taken at a step. */
  shortcutsAt(step: number): boolean {
    return step < this.options.shortcutsEnd;
  }

  /** Whether the discriminator takes part at a step. */
  adversarialAt(step: number): boolean {
    return this.networks.discriminator !== undefined && step >= this.options.adversarialStart;
  }

  /** Whether the entropy loss takes part at a step. */
  entropyAt(step: number): boolean {
    return step < this.options.entropyEnd;
  }

  /** What the tokenizer's step goes down on. */
  generator({ images, output, teacher, lastLayer, step }: GeneratorInputs): GeneratorLosses {
    const { perceptual } = this.networks;
    const o = this.options;
    const shortcuts = this.shortcutsAt(step) ? output.shortcuts : undefined;
    const terms: Record<string, Tensor> = { reconstruction: this.#pixels(images, output.image) };
    let pixels = terms.reconstruction!;
    if (shortcuts !== undefined) {
      terms.directReconstruction = this.#pixels(images, shortcuts.image);
      pixels = pixels.add(terms.directReconstruction);
    }
    let perceived: Tensor | undefined;
    let total = pixels.mul(o.reconstructionWeight);
    if (perceptual !== undefined) {
      perceived = perceptual(images, output.image).mean();
      terms.perceptual = perceived;
      total = total.add(perceived.mul(o.perceptualWeight));
      if (shortcuts !== undefined) {
        terms.directPerceptual = perceptual(images, shortcuts.image).mean();
        total = total.add(terms.directPerceptual.mul(o.perceptualWeight));
      }
    }
    if (this.adversarialAt(step)) {
      terms.adversarial = generatorLoss(this.#judge(output.image), o.generatorLoss);
      let adversarial = terms.adversarial;
      if (shortcuts !== undefined) {
        terms.directAdversarial = generatorLoss(this.#judge(shortcuts.image), o.generatorLoss);
        adversarial = adversarial.add(terms.directAdversarial);
      }
      let weighted = adversarial.mul(o.adversarialWeight);
      if (o.adaptiveWeight) {
        const likelihood = pixels.mul(o.reconstructionWeight);
        const plain = perceived === undefined ? likelihood : likelihood.add(perceived.mul(o.perceptualWeight));
        terms.adaptiveWeight = adaptiveWeight(plain, terms.adversarial, lastLayer);
        weighted = weighted.mul(terms.adaptiveWeight);
      }
      total = total.add(weighted);
    }
    if (output.quantizer !== undefined) {
      const { vq, commitment, entropy } = output.quantizer;
      Object.assign(terms, { vq, commitment });
      total = total.add(vq).add(commitment);
      if (entropy !== undefined && this.entropyAt(step)) {
        terms.entropy = entropy;
        total = total.add(entropy);
      }
    }
    if (shortcuts !== undefined) {
      terms.feature = shortcuts.featureLoss;
      total = total.add(shortcuts.featureLoss);
    }
    if (output.semantic !== undefined && teacher !== undefined) {
      terms.semantic = cosineSimilarity(output.semantic.to('f32'), teacher, { dim: -1, eps: 1e-12 }).mean().neg();
      total = total.add(terms.semantic.mul(o.semanticWeight));
    }
    return { total, terms };
  }

  /** What the discriminator's step goes down on, of the same reconstructions; undefined before it takes part. */
  discriminator({
    images,
    output,
    step,
  }: Pick<GeneratorInputs, 'images' | 'output' | 'step'>): GeneratorLosses | undefined {
    if (!this.adversarialAt(step)) return undefined;
    const { adversarialWeight, discriminatorLoss: kind } = this.options;
    const real = this.#judge(images.detach());
    const fake = this.#judge(output.image.detach());
    let total = discriminatorLoss(real, fake, kind);
    const terms: Record<string, Tensor> = { discriminator: total, logitsReal: real.mean(), logitsFake: fake.mean() };
    if (this.shortcutsAt(step) && output.shortcuts !== undefined) {
      total = total.add(discriminatorLoss(real, this.#judge(output.shortcuts.image.detach()), kind));
    }
    return { total: total.mul(adversarialWeight), terms };
  }

  #pixels(images: Tensor, reconstructions: Tensor): Tensor {
    return (this.options.reconstruction === 'l2' ? mseLoss : l1Loss)(reconstructions.to('f32'), images);
  }

  #judge(images: Tensor): Tensor {
    const { discriminator, augment } = this.networks;
    const seen = images.to('f32');
    return discriminator!.forward(augment === undefined ? seen : augment(seen));
  }
}

/** Size of the reconstruction's gradient over that of the adversarial loss, at the last layer; between 0 and 10^4. */
function adaptiveWeight(likelihood: Tensor, adversarial: Tensor, lastLayer: Tensor | undefined): Tensor {
  if (lastLayer === undefined) throw new ArgumentError('the adaptive weight needs lastLayer.', { op: 'TokenizerLoss' });
  const [a] = grad(likelihood, [lastLayer], { retainGraph: true });
  const [b] = grad(adversarial, [lastLayer], { retainGraph: true });
  return a!.to('f32').norm().div(b!.to('f32').norm().add(1e-4)).clamp({ min: 0, max: 1e4 }).detach();
}
