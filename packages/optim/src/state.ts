/** Where an optimizer's states lie: as long as the parameters, or compact for a subnetwork. */
import { copy_, type Shape, type Tensor, zeros } from '@tessera/tensor';
import type { FlatEntry, GroupedParameters } from './parameters.js';

export interface StatePart {
  /** First element in the flat state. */
  readonly offset: number;
  readonly shape: Shape;
}

export interface StoredState {
  readonly name: string;
  readonly view: () => Tensor;
}

/** What differs between a dense and a sparse optimizer beside the kernel. */
export interface StateLayout {
  /** Elements of a state. */
  length(place: GroupedParameters): number;
  /** The part of a state that belongs to an entry. */
  part(place: GroupedParameters, entry: FlatEntry): StatePart;
  /** An f32 copy of the parameters that are stepped. */
  master(place: GroupedParameters): Tensor;
  /** The kernel's arguments for gradient and mask. */
  arguments(place: GroupedParameters): Readonly<Record<string, unknown>>;
  /** The parameters whose gradients count for the global norm; all where undefined. */
  normMask(place: GroupedParameters): Tensor | undefined;
}

export const denseLayout: StateLayout = {
  length: (place) => place.flat.data.numel,
  part: (_place, entry) => ({ offset: entry.offset, shape: entry.shape }),
  master: ({ flat: { data } }) => copy_(zeros([data.numel], { device: data.device }), data).keep(),
  arguments: (place) => ({ grad: place.flat.grad }),
  normMask: () => undefined,
};
