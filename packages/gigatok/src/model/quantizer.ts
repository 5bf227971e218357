/**
 * The vector quantizer: nearest code, losses, and gradients that pass around the choice. Everything in it is computed
 * in f32, whatever the dtype of what comes in; no matrix of vectors by codes exists. Source: GigaTok
 * `vq_vit_model.py` (MIT); rotation trick: arXiv 2410.06424, with the released code's guards against zero.
 */
import { init, Module } from '@tessera/nn';
import {
  ArgumentError,
  codebookEntropies,
  embedding,
  empty,
  formatShape,
  mseLoss,
  noGrad,
  normalize,
  ShapeError,
  scope,
  type Tensor,
  vqLookup,
} from '@tessera/tensor';
import type { CodebookConfig } from './config.js';

export interface Quantized {
  /** `[B, dim, H, W]`, the codes, with gradients for the vectors. */
  readonly quantized: Tensor;
  /** `i32` `[B, H W]`, position by position. */
  readonly ids: Tensor;
  /** Present in training. */
  readonly losses: QuantizerLosses | undefined;
}

export interface QuantizerLosses {
  /** Mean squared distance of codes to vectors; moves the codes. */
  readonly vq: Tensor;
  /** The same distance times `commitment`; moves the vectors. */
  readonly commitment: Tensor;
  /** `entropyWeight` times (mean entropy of the assignments - entropy of their mean); undefined where the weight is 0. */
  readonly entropy: Tensor | undefined;
}

export class VectorQuantizer extends Module {
  /** `[size, dim]`, as stored: normalised where it is used when `l2Norm`. */
  readonly codebook: Tensor;

  constructor(readonly config: Required<CodebookConfig>) {
    super();
    const { size, dim } = config;
    this.codebook = this.child('embedding', new Codebook(size, dim)).weight;
    if (config.l2Norm) noGrad(() => scope(() => this.codebook.copy_(normalize(this.codebook))));
  }

  /** The codes as they are compared, f32 `[size, dim]`. */
  codes(): Tensor {
    const weight = this.codebook.to('f32');
    return this.config.l2Norm ? normalize(weight) : weight;
  }

  /** Quantises `[B, dim, H, W]`. `counts` (`i32` `[size]`) is added to for each choice. */
  forward(z: Tensor, { counts }: { readonly counts?: Tensor } = {}): Quantized {
    const [batch, dim, height, width] = z.shape as [number, number, number, number];
    if (z.ndim !== 4 || dim !== this.config.dim) {
      throw new ShapeError(`needs [batch, ${this.config.dim}, height, width]; got ${formatShape(z.shape)}.`, {
        op: 'VectorQuantizer',
        actual: z.shape,
      });
    }
    const rows = z
      .to('f32')
      .permute([0, 2, 3, 1])
      .reshape([batch * height * width, dim]);
    const vectors = this.config.l2Norm ? normalize(rows) : rows;
    const codes = this.codes();
    const ids = vqLookup(vectors, codes, { ...(counts && { counts }) });
    const chosen = embedding(codes, ids);
    const passed = this.config.rotation ? rotated(vectors, chosen.detach()) : straightThrough(vectors, chosen.detach());
    return {
      quantized: passed.reshape([batch, height, width, dim]).permute([0, 3, 1, 2]).to(z.dtype),
      ids: ids.reshape([batch, height * width]),
      losses: this.training ? this.#losses(vectors, codes, chosen) : undefined,
    };
  }

  /** The codes of ids `[B, H W]`, as `[B, dim, height, width]`. @throws ArgumentError for an id that is no code. */
  lookup(ids: Tensor, height: number, width: number): Tensor {
    const batch = ids.shape[0]!;
    return embedding(this.codes(), ids).reshape([batch, height, width, this.config.dim]).permute([0, 3, 1, 2]);
  }

  #losses(vectors: Tensor, codes: Tensor, chosen: Tensor): QuantizerLosses {
    const { commitment, entropyWeight, entropyTemperature } = this.config;
    return {
      vq: mseLoss(chosen, vectors.detach()),
      commitment: mseLoss(vectors, chosen.detach()).mul(commitment),
      entropy: entropyWeight === 0 ? undefined : entropyLoss(vectors, codes, entropyTemperature).mul(entropyWeight),
    };
  }
}

/** Mean entropy of the assignments less the entropy of their mean: low when vectors are sure and all codes used. */
function entropyLoss(vectors: Tensor, codes: Tensor, temperature: number): Tensor {
  const [sample, batch] = codebookEntropies(vectors, codes, { temperature });
  return sample!.sub(batch!);
}

class Codebook extends Module {
  readonly weight: Tensor;

  constructor(size: number, dim: number) {
    super();
    if (!(size > 0))
      throw new ArgumentError(`a codebook has at least one code; got ${size}.`, { op: 'VectorQuantizer' });
    this.weight = this.parameter('weight', init.uniform(empty([size, dim]), { low: -1 / size, high: 1 / size }));
  }
}

/** The codes in value, the vectors in gradient. */
function straightThrough(vectors: Tensor, chosen: Tensor): Tensor {
  return vectors.add(chosen.sub(vectors.detach()));
}

/** The codes in value; the gradient is turned as the vector would be turned onto its code. */
function rotated(vectors: Tensor, chosen: Tensor): Tensor {
  const length = (x: Tensor) => x.norm({ dim: 1, keepdim: true });
  const unit = vectors.div(length(vectors));
  const size = length(unit).detach();
  const codeSize = length(chosen);
  const u = unit.detach().div(size.add(1e-6));
  const q = chosen.div(codeSize.add(1e-6));
  const between = u.add(q);
  const w = between.div(length(between));
  const along = (direction: Tensor) => unit.mul(direction).sum({ dim: 1, keepdim: true });
  const turned = unit.sub(along(w).mul(2).mul(w)).add(along(u).mul(2).mul(q));
  return turned.mul(codeSize.div(size.add(1e-6)));
}
