/**
 * What a tokenizer is made of, as plain data: it travels in checkpoints and YAML files. The named configurations are
 * those of arXiv 2504.08736, Table 1, with the values of the released YAML files; `tiny` ones are for tests and demos.
 */
import { ArgumentError, checkOptions } from '@tessera/tensor';
import { checkWhole } from '../check.js';

/** Width, depth and heads of a transformer. */
export interface TransformerSize {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
}

/** The sizes the paper names (Table 9 and the released code). */
export const transformerSizes = {
  tiny: { width: 256, layers: 4, heads: 4 },
  small: { width: 512, layers: 6, heads: 8 },
  base: { width: 768, layers: 12, heads: 12 },
  large: { width: 1024, layers: 24, heads: 16 },
  xl: { width: 1280, layers: 36, heads: 20 },
  xxl: { width: 1536, layers: 48, heads: 24 },
  xxxl: { width: 2560, layers: 48, heads: 40 },
} as const satisfies Record<string, TransformerSize>;

export type TransformerSizeName = keyof typeof transformerSizes;

export interface CnnConfig {
  /** Channels of the first level. Default 128. */
  readonly channels?: number;
  /** Factor of the channels per level, from full resolution on. Default [1, 1, 2, 2, 4]. */
  readonly encoderMultipliers?: readonly number[];
  readonly decoderMultipliers?: readonly number[];
  /** Residual blocks per level; the decoder has one more. Default 2. */
  readonly resBlocks?: number;
  /** Attention at the lowest resolution. Off in every release. Default false. */
  readonly attention?: boolean;
  /** A group norm conditioned on the latent map before each level of the decoder (MAGVIT-v2). Default true. */
  readonly adaptiveGroupNorm?: boolean;
  /** Upsampling by depth-to-space, else by nearest neighbour and convolution. Default true. */
  readonly depthToSpace?: boolean;
  /** Groups of the group norms. Default 32. */
  readonly normGroups?: number;
  /** Least channels per group, where there are few channels. Default 1. */
  readonly normGroupWidth?: number;
}

export interface CodebookConfig {
  /** Number of codes. Default 16384. */
  readonly size?: number;
  /** Default 8. */
  readonly dim?: number;
  /** Vectors and codes are l2-normalised. Default true. */
  readonly l2Norm?: boolean;
  /** Weight of the commitment loss. Default 0.25. */
  readonly commitment?: number;
  /** Weight of the entropy loss; 0 for none. Default 0. */
  readonly entropyWeight?: number;
  /** Divides squared distances in the entropy loss. Default 0.01. */
  readonly entropyTemperature?: number;
  /** Gradients pass by the rotation trick (arXiv 2410.06424), else straight through. Default false. */
  readonly rotation?: boolean;
}

export interface TokenizerConfig {
  /** `1d`: Q-Formers between a map and a row of tokens. `2d`: transformers over the map itself. Default `1d`. */
  readonly kind?: '1d' | '2d';
  /** Side of the images. A tokenizer works at this one. Default 256. */
  readonly imageSize?: number;
  readonly encoder: TransformerSizeName | TransformerSize;
  readonly decoder: TransformerSizeName | TransformerSize;
  /** Tokens of an image, `1d` only: in `2d` there is one per cell of the map. Default 256. */
  readonly latentTokens?: number;
  /** Channels of the map between CNN and transformer. Default 256. */
  readonly latentChannels?: number;
  readonly cnn?: CnnConfig;
  readonly codebook?: CodebookConfig;
  /** Layers of `2d` transformers: with one attention, or DETR's with two. Default `plain`. */
  readonly layerType?: 'plain' | 'decoder';
  /** What the encoder's queries start from: means over a pyramid of regions, one mean, or learned. Default `multiLevel`. */
  readonly encoderQueries?: 'multiLevel' | 'mean' | 'learned';
  /** What the decoder's queries start from: the first token, the finest or all levels of the pyramid, or learned. Default `first`. */
  readonly decoderQueries?: 'first' | 'lastLevel' | 'multiLevel' | 'learned';
  /** Layer norms on queries and keys of each head. Off in every release. Default false. */
  readonly qkNorm?: boolean;
  /** Hidden features of the feed-forward blocks over the width. Default 4. */
  readonly mlpRatio?: number;
  /** Default 0. */
  readonly dropout?: number;
  /** Semantic regularization: the decoder layer (from 1) that is aligned, and the features of the teacher; null for none. */
  readonly semantic?: { readonly layer: number; readonly features: number } | null;
  /** How the decoder's map is compared with the CNN encoder's while shortcuts are on. Default `mse`. */
  readonly featureLoss?: 'mse' | 'cosine';
}

/** A configuration with every choice made. */
export interface ResolvedTokenizerConfig {
  readonly kind: '1d' | '2d';
  readonly imageSize: number;
  readonly encoder: TransformerSize;
  readonly decoder: TransformerSize;
  readonly latentTokens: number;
  readonly latentChannels: number;
  readonly cnn: Required<CnnConfig>;
  readonly codebook: Required<CodebookConfig>;
  readonly layerType: 'plain' | 'decoder';
  readonly encoderQueries: 'multiLevel' | 'mean' | 'learned';
  readonly decoderQueries: 'first' | 'lastLevel' | 'multiLevel' | 'learned';
  readonly qkNorm: boolean;
  readonly mlpRatio: number;
  readonly dropout: number;
  readonly semantic: { readonly layer: number; readonly features: number } | null;
  readonly featureLoss: 'mse' | 'cosine';
  /** Side of the latent map. */
  readonly grid: number;
  /** Tokens of an image. */
  readonly tokens: number;
}

const op = 'TokenizerConfig';

export function resolveTokenizerConfig(config: TokenizerConfig): ResolvedTokenizerConfig {
  const defaults: Omit<ResolvedTokenizerConfig, 'encoder' | 'decoder' | 'cnn' | 'codebook' | 'grid' | 'tokens'> = {
    kind: '1d',
    imageSize: 256,
    latentTokens: 256,
    latentChannels: 256,
    layerType: 'plain',
    encoderQueries: 'multiLevel',
    decoderQueries: 'first',
    qkNorm: false,
    mlpRatio: 4,
    dropout: 0,
    semantic: null,
    featureLoss: 'mse',
  };
  const cnnDefaults: Required<CnnConfig> = {
    channels: 128,
    encoderMultipliers: [1, 1, 2, 2, 4],
    decoderMultipliers: [1, 1, 2, 2, 4],
    resBlocks: 2,
    attention: false,
    adaptiveGroupNorm: true,
    depthToSpace: true,
    normGroups: 32,
    normGroupWidth: 1,
  };
  const codebookDefaults: Required<CodebookConfig> = {
    size: 16384,
    dim: 8,
    l2Norm: true,
    commitment: 0.25,
    entropyWeight: 0,
    entropyTemperature: 0.01,
    rotation: false,
  };
  checkOptions(op, config, [...Object.keys(defaults), 'encoder', 'decoder', 'cnn', 'codebook', 'grid', 'tokens']);
  checkOptions(`${op}.cnn`, config.cnn ?? {}, Object.keys(cnnDefaults));
  checkOptions(`${op}.codebook`, config.codebook ?? {}, Object.keys(codebookDefaults));
  const cnn = { ...cnnDefaults, ...config.cnn };
  const whole = { ...defaults, ...config };
  const scale = 2 ** (cnn.encoderMultipliers.length - 1);
  checkWhole(op, 'imageSize', whole.imageSize, scale);
  if (whole.imageSize % scale !== 0) {
    throw new ArgumentError(
      `imageSize must be a multiple of ${scale}, which the CNN downsamples by; got ${whole.imageSize}.`,
      { op },
    );
  }
  if (cnn.decoderMultipliers.length !== cnn.encoderMultipliers.length) {
    throw new ArgumentError('cnn: encoder and decoder must have as many levels.', { op });
  }
  const grid = whole.imageSize / scale;
  const resolved: ResolvedTokenizerConfig = {
    ...whole,
    encoder: sizeOf('encoder', config.encoder),
    decoder: sizeOf('decoder', config.decoder),
    cnn,
    codebook: { ...codebookDefaults, ...config.codebook },
    grid,
    tokens: whole.kind === '1d' ? whole.latentTokens : grid * grid,
  };
  checkResolved(resolved);
  return resolved;
}

function checkResolved(config: ResolvedTokenizerConfig): void {
  const { latentTokens, kind, grid, encoderQueries, decoderQueries, semantic, decoder, codebook } = config;
  checkWhole(op, 'latentTokens', latentTokens, 1);
  checkWhole(op, 'latentChannels', config.latentChannels, 1);
  checkWhole(op, 'codebook.size', codebook.size, 1);
  checkWhole(op, 'codebook.dim', codebook.dim, 1);
  const pyramid = encoderQueries === 'multiLevel' || decoderQueries === 'lastLevel' || decoderQueries === 'multiLevel';
  if (kind === '1d' && pyramid) {
    const levels = Math.log2(latentTokens);
    if (!Number.isInteger(levels) || levels < 1) {
      throw new ArgumentError(`multi-level queries need a power of two as latentTokens; got ${latentTokens}.`, { op });
    }
    const [width, height] = [2 ** Math.ceil((levels - 1) / 2), 2 ** Math.floor((levels - 1) / 2)];
    if (grid % width !== 0 || grid % height !== 0) {
      throw new ArgumentError(
        `${latentTokens} tokens split the map into ${height}x${width} regions; its side ${grid} is no multiple.`,
        { op },
      );
    }
  }
  if (semantic !== null) {
    checkWhole(op, 'semantic.layer', semantic.layer, 1);
    if (semantic.layer > decoder.layers) {
      throw new ArgumentError(`semantic.layer is ${semantic.layer}, but the decoder has ${decoder.layers} layers.`, {
        op,
      });
    }
  }
}

/** The size a name stands for. */
export function sizeOf(key: string, size: TransformerSizeName | TransformerSize): TransformerSize {
  const found = typeof size === 'string' ? transformerSizes[size] : size;
  if (found === undefined) {
    throw new ArgumentError(
      `${key}: unknown size; got '${String(size)}'; expected one of ${Object.keys(transformerSizes).join(', ')}, or width, layers and heads.`,
      { op, actual: size },
    );
  }
  for (const part of ['width', 'layers', 'heads'] as const) checkWhole(op, `${key}.${part}`, found[part], 1);
  if (found.width % found.heads !== 0) {
    throw new ArgumentError(`${key}: heads must divide the width; got ${found.heads} and ${found.width}.`, { op });
  }
  return found;
}

const dinov2Base = { layer: 3, features: 768 };
const released = { semantic: dinov2Base, codebook: { rotation: true } } as const;
const released2d = { ...released, kind: '2d' } as const;
/** What the authors recommend today in place of shortcuts: the entropy loss (and a warm-up). */
const withEntropy = { rotation: true, entropyWeight: 5e-3 };

/** The configurations of the paper, and small ones. */
export const tokenizerConfigs = {
  'S-S': { ...released, encoder: 'small', decoder: 'small' },
  'S-B': { ...released, encoder: 'small', decoder: 'base' },
  'S-L': { ...released, encoder: 'small', decoder: 'large' },
  'B-L': { ...released, encoder: 'base', decoder: 'large' },
  'XL-XXL': { ...released, encoder: 'xl', decoder: 'xxl', codebook: withEntropy },
  // The released SS-2D file leaves the layer type out and gets the one with two attentions.
  'S-S-2D': { ...released2d, encoder: 'small', decoder: 'small', layerType: 'decoder' },
  'S-B-2D': { ...released2d, encoder: 'small', decoder: 'base' },
  'B-L-2D': { ...released2d, encoder: 'base', decoder: 'large', codebook: withEntropy },
  /** 32x32 images in 64 tokens; trains in minutes on a CPU. */
  tiny: {
    imageSize: 32,
    encoder: { width: 48, layers: 1, heads: 4 },
    decoder: { width: 64, layers: 3, heads: 4 },
    latentTokens: 64,
    latentChannels: 64,
    cnn: {
      channels: 8,
      encoderMultipliers: [1, 2, 6],
      decoderMultipliers: [1, 2, 6],
      resBlocks: 1,
      normGroups: 8,
      normGroupWidth: 4,
    },
    codebook: { size: 512, entropyWeight: 0.03 },
    semantic: { layer: 2, features: 64 },
  },
  'tiny-2D': {
    kind: '2d',
    imageSize: 32,
    encoder: { width: 48, layers: 1, heads: 4 },
    decoder: { width: 64, layers: 3, heads: 4 },
    latentChannels: 64,
    cnn: {
      channels: 8,
      encoderMultipliers: [1, 2, 6],
      decoderMultipliers: [1, 2, 6],
      resBlocks: 1,
      normGroups: 8,
      normGroupWidth: 4,
    },
    codebook: { size: 512, entropyWeight: 0.03 },
    semantic: { layer: 2, features: 64 },
  },
} as const satisfies Record<string, TokenizerConfig>;

export type TokenizerConfigName = keyof typeof tokenizerConfigs;

/** A named configuration. */
export function tokenizerConfig(name: string): TokenizerConfig {
  const found = Object.hasOwn(tokenizerConfigs, name) ? tokenizerConfigs[name as TokenizerConfigName] : undefined;
  if (found !== undefined) return found;
  throw new ArgumentError(
    `there is no tokenizer '${name}'; expected one of ${Object.keys(tokenizerConfigs).join(', ')}.`,
    { op: 'tokenizerConfig', actual: name },
  );
}
