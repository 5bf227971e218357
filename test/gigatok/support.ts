/** A tokenizer and images small enough for tests. */
import { sceneSample, stackImages, type TokenizerConfig, VisualTokenizer } from '@tessera/gigatok';
import type { Tensor } from '@tessera/tensor';

export const smallConfig: TokenizerConfig = {
  imageSize: 32,
  encoder: { width: 16, layers: 1, heads: 2 },
  decoder: { width: 16, layers: 2, heads: 2 },
  latentTokens: 16,
  latentChannels: 8,
  cnn: { channels: 4, encoderMultipliers: [1, 2, 2], decoderMultipliers: [1, 2, 2], resBlocks: 1, normGroups: 2 },
  codebook: { size: 32, dim: 4, entropyWeight: 0.1 },
  semantic: { layer: 1, features: 6 },
};

export function smallTokenizer(config: Partial<TokenizerConfig> = {}): VisualTokenizer {
  return new VisualTokenizer({ ...smallConfig, ...config });
}

/** Scenes `[count, 3, 32, 32]`. */
export function scenes(count: number, seed = 0): Tensor {
  return stackImages(Array.from({ length: count }, (_, i) => sceneSample(i, seed)));
}
