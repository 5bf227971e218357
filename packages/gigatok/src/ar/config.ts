/** What an autoregressive image model is made of. The named ones are arXiv 2504.08736, Table 8, and LlamaGen's. */
import { ArgumentError, checkOptions } from '@tessera/tensor';
import { checkWhole } from '../check.js';

export interface ImageModelConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values. Default: as many as `heads`. */
  readonly kvHeads?: number;
  /** Codes. */
  readonly vocabulary: number;
  /** Tokens of an image. */
  readonly tokens: number;
  readonly classes: number;
  /** Learned absolute positions, or LlamaGen's rotary ones over a square map of tokens. Default `learned`. */
  readonly positions?: 'learned' | 'rope2d';
  /** Base of the rotary frequencies. Default 10000. */
  readonly ropeBase?: number;
  /** The hidden features of feed-forward blocks are 8/3 of the width, rounded up to a multiple of this. Default 256. */
  readonly multipleOf?: number;
  readonly normEps?: number;
  /** Layer norms on queries and keys of each head. Default false. */
  readonly qkNorm?: boolean;
  /**
   * Norms shifted and scaled, and branches gated, by the class: from a layer in each block, or from one for all blocks
   * plus an offset per block. Off in every release. Default `none`.
   */
  readonly modulation?: 'none' | 'block' | 'shared';
  /** Of embeddings, attention results and feed-forward results. Default 0.1. */
  readonly dropout?: number;
  /** Share of classes that training replaces by the null class, which guidance needs. Default 0.1. */
  readonly classDropout?: number;
}

export type ResolvedImageModelConfig = Required<ImageModelConfig> & { readonly hidden: number };

type Size = Pick<ImageModelConfig, 'width' | 'layers' | 'heads'>;

export const imageModelSizes = {
  tiny: { width: 96, layers: 4, heads: 4 },
  B: { width: 768, layers: 12, heads: 12 },
  L: { width: 1024, layers: 24, heads: 16 },
  XL: { width: 1280, layers: 36, heads: 20 },
  XXL: { width: 1536, layers: 48, heads: 24 },
  XXXL: { width: 2560, layers: 48, heads: 40 },
  '3B': { width: 3200, layers: 24, heads: 32 },
} as const satisfies Record<string, Size>;

/** Width, depth and heads of a named model. */
export function imageModelSize(name: string): Size {
  if (Object.hasOwn(imageModelSizes, name)) return imageModelSizes[name as keyof typeof imageModelSizes];
  throw new ArgumentError(
    `there is no image model '${name}'; expected one of ${Object.keys(imageModelSizes).join(', ')}.`,
    { op: 'imageModelSize', actual: name },
  );
}

export function resolveImageModelConfig(config: ImageModelConfig): ResolvedImageModelConfig {
  const op = 'ImageModelConfig';
  const whole = {
    kvHeads: config.heads,
    positions: 'learned' as const,
    ropeBase: 10000,
    multipleOf: 256,
    normEps: 1e-5,
    qkNorm: false,
    modulation: 'none' as const,
    dropout: 0.1,
    classDropout: 0.1,
    ...config,
  };
  checkOptions(op, config, [...Object.keys(whole), 'hidden']);
  for (const key of ['width', 'layers', 'heads', 'kvHeads', 'vocabulary', 'tokens', 'classes', 'multipleOf'] as const)
    checkWhole(op, key, whole[key], 1);
  if (whole.width % whole.heads !== 0 || whole.heads % whole.kvHeads !== 0) {
    throw new ArgumentError(
      `heads must divide the width, and kvHeads the heads; got ${whole.width}, ${whole.heads} and ${whole.kvHeads}.`,
      { op },
    );
  }
  if (whole.positions === 'rope2d' && !Number.isInteger(Math.sqrt(whole.tokens))) {
    throw new ArgumentError(`rotary positions need a square map of tokens; got ${whole.tokens} tokens.`, { op });
  }
  const hidden = Math.ceil(Math.trunc((8 * whole.width) / 3) / whole.multipleOf) * whole.multipleOf;
  return { ...whole, hidden };
}
