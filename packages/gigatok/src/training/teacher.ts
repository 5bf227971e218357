/**
 * Where the features come from that semantic regularization aligns the decoder with: a frozen network over the same
 * positions as the decoder's map. DINOv2 when its weights are given; else a small network trained on the same images.
 */
import type { Dinov2Model } from '@tessera/models';
import { interpolate, noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import { GigatokError } from '../errors.js';
import { joined } from '../joined.js';
import type { SmallEncoder } from './small-encoder.js';

export interface Teacher {
  /** What it is, for reports. */
  readonly name: string;
  /** Length of a feature. */
  readonly features: number;
  /** Features `[B, grid², features]`, f32, of images in [-1, 1]. No gradients. */
  features2d(images: Tensor, grid: number): Tensor;
}

const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];

/** DINOv2: images are brought to ImageNet's statistics, then resized (bicubic, no antialiasing) to a patch per position, as released. */
export function dinov2Teacher(model: Dinov2Model, name = 'DINOv2'): Teacher {
  const { hiddenSize, patchSize } = model.config;
  const [side] = patchSize;
  return {
    name,
    features: hiddenSize,
    features2d: (images, grid) =>
      noGrad(() =>
        scope(() => {
          const place = { shape: [1, 3, 1, 1], device: images.device };
          const scaled = images.to('f32').mul(0.5).add(0.5).sub(tensor(mean, place)).div(tensor(deviation, place));
          const resized = interpolate(scaled, { size: grid * side, mode: 'bicubic' });
          const { lastHiddenState } = model.forward(resized.to(model.dtype));
          return lastHiddenState
            .narrow({ dim: 1, start: 1, length: grid * grid })
            .contiguous()
            .to('f32');
        }),
      ),
  };
}

/** A small encoder of this package as a teacher. */
export function smallTeacher(encoder: SmallEncoder, name: string): Teacher {
  return {
    name,
    features: encoder.width,
    features2d: (images, grid) =>
      noGrad(() =>
        scope(() => {
          const map = encoder.map(images);
          if (map.shape[2] !== grid) {
            throw new GigatokError(
              'TEACHER_GRID',
              `the teacher's map is ${map.shape[2]} wide, the tokenizer's ${grid}.`,
            );
          }
          return map.flatten({ startDim: 2 }).transpose().contiguous();
        }),
      ),
  };
}

/** Features of images that are always the same (no random crop, no flip), computed once each and kept in memory. */
export class TeacherCache {
  readonly #rows = new Map<number, Float32Array>();

  /** Bytes that it comes to hold: 786 KB an image of 256x256 with DINOv2-B. */
  static bytesFor(images: number, teacher: Teacher, grid: number): number {
    return 4 * images * grid * grid * teacher.features;
  }

  constructor(
    readonly teacher: Teacher,
    readonly grid: number,
  ) {}

  /** Features of rows `indices` of the dataset, whose images are given. */
  async get(images: Tensor, indices: readonly number[]): Promise<Tensor> {
    const length = this.grid * this.grid * this.teacher.features;
    if (indices.some((index) => !this.#rows.has(index))) {
      using computed = this.teacher.features2d(images, this.grid);
      const values = (await computed.data()) as Float32Array;
      for (const [i, index] of indices.entries()) this.#rows.set(index, values.slice(i * length, (i + 1) * length));
    }
    const values = joined(
      indices.map((index) => this.#rows.get(index)!),
      Float32Array,
    );
    return tensor(values, { shape: [indices.length, this.grid * this.grid, this.teacher.features] });
  }
}
