/**
 * What turns images into the features that distances between sets of images are taken in. Inception's are the ones that
 * published FID numbers use; others give other numbers, so every result carries its extractor's name.
 */
import type { InceptionV3 } from '@tessera/models';
import { noGrad, scope, type Tensor } from '@tessera/tensor';
import type { SmallClassifier } from '../training/small-encoder.js';

export interface ExtractedFeatures {
  /** `[B, features]`. */
  readonly features: Float32Array;
  /** Class probabilities `[B, classes]`, for the inception score. */
  readonly probabilities: Float32Array | undefined;
  /** Features with place in them, `[B, spatial]`, for sFID. */
  readonly spatial: Float32Array | undefined;
}

export interface FeatureExtractor {
  /** Stands beside every number. */
  readonly name: string;
  readonly features: number;
  readonly classes: number | undefined;
  readonly spatial: number | undefined;
  /** Of images `[B, 3, H, W]` in [-1, 1], already rounded to bytes. */
  extract(images: Tensor): Promise<ExtractedFeatures>;
}

/** A small classifier as an extractor; what it gives is not FID. */
export function smallExtractor(classifier: SmallClassifier, name: string): FeatureExtractor {
  const { width } = classifier.encoder;
  return {
    name,
    features: width,
    classes: classifier.classes,
    spatial: undefined,
    extract: async (images) => {
      const [features, probabilities] = noGrad(() =>
        scope(() => {
          const pooled = classifier.encoder.forward(images);
          return [pooled, classifier.head.forward(pooled).softmax({ dim: 1 })] as const;
        }),
      );
      const found = {
        features: (await features.data()) as Float32Array,
        probabilities: (await probabilities.data()) as Float32Array,
        spatial: undefined,
      };
      features.dispose();
      probabilities.dispose();
      return found;
    },
  };
}

/** The classes of the network that FID is defined by, one of which is background. */
const inceptionClasses = 1008;

/**
 * InceptionV3 as ADM's evaluation runs it: the inception score's logits without the bias. Numbers of an extractor whose
 * name starts with Inception are called FID, sFID and inception score.
 */
export function inceptionExtractor(inception: InceptionV3, name = 'InceptionV3'): FeatureExtractor {
  return {
    name,
    features: 2048,
    classes: inceptionClasses,
    spatial: 2023,
    extract: async (images) => {
      const found = noGrad(() =>
        scope(() => {
          const { features, spatial } = inception.forward(images.mul(0.5).add(0.5));
          const probabilities = inception.logits(features, { bias: false }).softmax({ dim: 1 });
          return [features, probabilities, spatial] as const;
        }),
      );
      const [features, probabilities, spatial] = await Promise.all(
        found.map(async (t) => (await t.data()) as Float32Array),
      );
      for (const t of found) t.dispose();
      return { features: features!, probabilities, spatial };
    },
  };
}
