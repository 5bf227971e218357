/** What every layer with parameters takes: where they live and where their first values come from. */
import {
  type CreationOptions,
  checkOptions,
  type DType,
  empty,
  type Generator,
  type Shape,
  type Tensor,
} from '@tessera/tensor';

export interface LayerOptions {
  /** Dtype of parameters. Default `f32`. */
  readonly dtype?: DType;
  /** Default: the default device. */
  readonly device?: CreationOptions['device'];
  /** Draws the first values. Default: the device's. */
  readonly generator?: Generator | undefined;
}

export interface BiasOption {
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

/** Refuses options that a layer does not have; `own` are those beside the common ones. */
export function checkLayerOptions(layer: string, options: LayerOptions, ...own: readonly string[]): void {
  checkOptions(layer, options, [...own, 'dtype', 'device', 'generator']);
}

/** A tensor for an initialiser to fill. */
export function unset(shape: Shape, { dtype, device }: LayerOptions): Tensor {
  return empty(shape, { ...(dtype && { dtype }), ...(device && { device }) });
}
