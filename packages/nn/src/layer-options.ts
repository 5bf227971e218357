/** What every layer with parameters takes: where they live and where their first values come from. */
import {
  ArgumentError,
  type CreationOptions,
  checkOptions,
  type DType,
  empty,
  formatValue,
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

/** Refuses sizes that are no whole numbers from 0 on, by the names they have in the layer's constructor. */
export function checkSizes(layer: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isSafeInteger(size) && size >= 0) continue;
    throw new ArgumentError(`${name} must be a whole number from 0 on; got ${formatValue(size)}.`, {
      op: layer,
      actual: size,
    });
  }
}

/** Refuses a position that is not among `count`; negative ones count from the end. */
export function checkPosition(layer: string, position: Readonly<Record<string, number>>, count: number): void {
  for (const [name, index] of Object.entries(position)) {
    if (Number.isInteger(index) && index >= -count && index < count) continue;
    throw new ArgumentError(
      `${name} is out of range; got ${formatValue(index)}; expected an integer from ${-count} to ${count - 1}.`,
      { op: layer, actual: index },
    );
  }
}

/** A tensor for an initialiser to fill. */
export function unset(shape: Shape, { dtype, device }: LayerOptions): Tensor {
  return empty(shape, { ...(dtype && { dtype }), ...(device && { device }) });
}
