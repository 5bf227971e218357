/** What the demo trains, and what it measures. */

export interface DemoSettings {
  readonly trainImages: number;
  readonly testImages: number;
  readonly classifierSteps: number;
  readonly tokenizerSteps: number;
  readonly tokenizerBatch: number;
  readonly imageModelSteps: number;
  readonly imageModelBatch: number;
  readonly samples: number;
  readonly guidance: number;
}

export const demoSettings: DemoSettings = {
  trainImages: 4000,
  testImages: 500,
  classifierSteps: 300,
  tokenizerSteps: 440,
  tokenizerBatch: 24,
  imageModelSteps: 300,
  imageModelBatch: 32,
  samples: 240,
  guidance: 1.5,
};

/** What is switched off to see what it does. */
export const demoVariants = [
  { name: 'entropy + semantic', entropy: true, semantic: true },
  { name: 'entropy', entropy: true, semantic: false },
  { name: 'neither', entropy: false, semantic: false },
] as const;

export type DemoVariant = (typeof demoVariants)[number];

export interface VariantResult {
  readonly name: DemoVariant['name'];
  readonly psnr: number;
  readonly usage: number;
  readonly perplexity: number;
  /** Linear probe of the encoder's features, and of the aligned decoder layer's. */
  readonly encoderProbe: number;
  readonly decoderProbe: number;
  readonly imageModelProbe: number;
  /** Cross entropy of held-out codes, nats a token. */
  readonly imageModelLoss: number;
  /** Share of guided samples that the independent classifier sees as their class. */
  readonly classAccuracy: number;
  /** Of guided samples from held-out scenes, in the independent classifier's features. */
  readonly frechetDistance: number;
}

export interface DemoResult {
  readonly seed: number;
  /** The network that judges samples, and how many held-out scenes it gets right. */
  readonly extractor: string;
  readonly classifierAccuracy: number;
  readonly variants: readonly VariantResult[];
  /** Wall time, of the last part where it was stopped. */
  readonly seconds: number;
}

/** What a worker process of the demo does. */
export type DemoJob =
  | { readonly kind: 'classifier'; readonly role: ClassifierRole }
  | { readonly kind: 'variant'; readonly variant: DemoVariant };

/** The network whose features the decoder is aligned with, and the one that judges samples: trained apart, on other scenes. */
export type ClassifierRole = 'teacher' | 'judge';

/** Where a job belongs. */
export interface DemoStage {
  readonly seed: number;
  readonly settings: DemoSettings;
  /** Of this seed. */
  readonly folder: string;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}
