/**
 * Where an optimizer's states lie (as long as the parameters, or compact for a subnetwork) and how they are written to
 * and taken from a state dict, by the names of the parameters.
 */
import { ArgumentError, copy_, type Shape, Tensor, zeros } from '@tessera/tensor';
import type { FlatEntry, GroupedParameters } from './parameters.js';
import type { Place, StateSpec } from './rule.js';

export interface StatePart {
  /** First element in the flat state. */
  readonly offset: number;
  readonly shape: Shape;
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

/** Where the kept elements of each entry start in a state that holds every `slice`-th element of each tensor. */
export function sliceStarts(entries: readonly FlatEntry[], slice: number): number[] {
  const starts = [0];
  for (const { length } of entries) starts.push(starts.at(-1)! + Math.ceil(length / slice));
  return starts;
}

/** A new state of a flat buffer. */
export function makeState(layout: StateLayout, place: GroupedParameters, spec: StateSpec): Tensor {
  const { data, entries } = place.flat;
  const { device } = data;
  const { initial = 0, slice } = spec;
  if (slice !== undefined) {
    const starts = sliceStarts(entries, slice);
    const state = zeros([starts.at(-1)!], { device }).keep();
    if (initial === 'parameters') {
      entries.forEach(({ offset, length }, i) => {
        const count = Math.ceil(length / slice);
        using target = state.view([count], [1], starts[i]!);
        using source = data.view([count], [slice], data.offset + offset);
        copy_(target, source);
      });
    } else if (initial !== 0) state.fill_(initial);
    return state;
  }
  if (initial === 'parameters') return layout.master(place);
  const state = zeros([layout.length(place)], { device }).keep();
  if (initial !== 0) state.fill_(initial);
  return state;
}

interface StoredState {
  readonly name: string;
  readonly view: () => Tensor;
}

/** A view per parameter of a flat tensor of each place, by name. */
export function entryViews(places: readonly Place[], flatOf: (place: Place, i: number) => Tensor): Map<string, Tensor> {
  const views = new Map<string, Tensor>();
  for (const [i, place] of places.entries()) {
    const flat = flatOf(place, i);
    for (const { name, shape, offset } of place.flat.entries) {
      views.set(name, flat.view(shape, strides(shape), flat.offset + offset));
    }
  }
  return views;
}

/** Every parameter with views of its states. */
export function* storedStates(
  layout: StateLayout,
  places: readonly Place[],
  specs: readonly StateSpec[],
): Generator<{ entry: FlatEntry; parts: readonly StoredState[] }> {
  const slices = new Map(specs.map((spec) => [spec.name, spec.slice]));
  for (const place of places) {
    const tensors: [string, Tensor | undefined][] = [
      ...place.states,
      ['master', place.master],
      ['compensation', place.compensation],
    ];
    for (const [i, entry] of place.flat.entries.entries()) {
      const parts = tensors.flatMap(([name, flat]) => {
        if (flat === undefined) return [];
        const slice = slices.get(name);
        const { offset, shape } =
          slice === undefined
            ? layout.part(place, entry)
            : { offset: sliceStarts(place.flat.entries, slice)[i]!, shape: [Math.ceil(entry.length / slice)] };
        return [{ name, view: () => flat.view(shape, strides(shape), flat.offset + offset) }];
      });
      yield { entry, parts };
    }
  }
}

/** Copies a saved state over one of this optimizer. */
export function restoreState(op: string, entry: FlatEntry, { name, view }: StoredState, value: unknown): void {
  if (!(value instanceof Tensor)) throw new ArgumentError(`${entry.name} has no state ${name}.`, { op });
  using target = view();
  if (value.numel !== target.numel) {
    throw new ArgumentError(`${name} of ${entry.name} has ${value.numel} elements; expected ${target.numel}.`, { op });
  }
  using flat = value.view([value.numel], [1], value.offset);
  copy_(target.shape.length === 1 ? target : target.view([target.numel], [1], target.offset), flat);
}

function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) result[d] = result[d + 1]! * shape[d + 1]!;
  return result;
}
