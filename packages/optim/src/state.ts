/**
 * Where an optimizer's states lie (as long as the parameters, or compact for a subnetwork) and how they are written to
 * and taken from a state dict, by the names of the parameters.
 */
import { ArgumentError, copy_, type Shape, Tensor, zeros } from '@tessera/tensor';
import type { Stretch } from './frozen.js';
import type { FlatEntry, GroupedParameters } from './parameters.js';
import type { Place, StatePart, StateSpec } from './rule.js';

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

const elements = (shape: Shape | null): number => (shape === null ? 0 : shape.reduce((a, b) => a * b, 1));

/** The parts of all entries in a state whose parts have shapes of their own, one after another. */
export function ownParts(
  entries: readonly FlatEntry[],
  shapeOf: NonNullable<StateSpec['shapeOf']>,
): readonly (StatePart | null)[] {
  let offset = 0;
  return entries.map((entry) => {
    const shape = shapeOf(entry);
    const part = shape && { shape, offset };
    offset += elements(shape);
    return part;
  });
}

/** A new state of a flat buffer. */
export function makeState(layout: StateLayout, place: GroupedParameters, spec: StateSpec): Tensor {
  const { data, entries } = place.flat;
  const { device } = data;
  const { initial = 0, slice, dtype = 'f32', shapeOf } = spec;
  if (shapeOf !== undefined) {
    return zeros([entries.reduce((n, entry) => n + elements(shapeOf(entry)), 0)], { device }).keep();
  }
  if (slice !== undefined) {
    const starts = sliceStarts(entries, slice);
    const state = zeros([starts.at(-1)!], { dtype, device }).keep();
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

/** Where the part of entry `index` lies in a state; null where it has none. */
function partOf(layout: StateLayout, place: Place, index: number, spec: StateSpec | undefined): StatePart | null {
  const { entries } = place.flat;
  if (spec?.shapeOf !== undefined) return place.ownParts.get(spec.name)![index]!;
  if (spec?.slice === undefined) return layout.part(place, entries[index]!);
  return { offset: sliceStarts(entries, spec.slice)[index]!, shape: [Math.ceil(entries[index]!.length / spec.slice)] };
}

/** A view of the part of entry `index` in a dense optimizer's state. */
export function statePart(place: Place, spec: StateSpec, index: number): Tensor | null {
  const part = partOf(denseLayout, place, index, spec);
  const state = place.states.get(spec.name)!;
  return part && state.view(part.shape, strides(part.shape), state.offset + part.offset);
}

/** Elements of a dense optimizer's state from the part of entry `index` on, flat. */
export function stateRun(place: Place, spec: StateSpec, index: number, length: number): Tensor {
  const state = place.states.get(spec.name)!;
  return state.view([length], [1], state.offset + partOf(denseLayout, place, index, spec)!.offset);
}

/** The parts that belong to entry `index` of everything that an optimizer keeps beside the parameters. */
function keptParts(
  layout: StateLayout,
  place: Place,
  index: number,
  specs: ReadonlyMap<string, StateSpec>,
): (StatePart & { readonly name: string; readonly flat: Tensor })[] {
  const tensors: [string, Tensor | undefined][] = [
    ...place.states,
    ['master', place.master],
    ['compensation', place.compensation],
  ];
  return tensors.flatMap(([name, flat]) => {
    const part = flat && partOf(layout, place, index, specs.get(name));
    return part ? [{ ...part, name, flat: flat! }] : [];
  });
}

/** What a step may change of a parameter and of its states: nothing where a subnetwork leaves the parameter out. */
export function stretchesOf(
  layout: StateLayout,
  place: Place,
  index: number,
  specs: readonly StateSpec[],
): readonly Stretch[] {
  if (elements(layout.part(place, place.flat.entries[index]!).shape) === 0) return [];
  const { offset, length } = place.flat.entries[index]!;
  const parts = keptParts(layout, place, index, new Map(specs.map((spec) => [spec.name, spec])));
  return [
    { flat: place.flat.data, start: offset, length },
    ...parts.map((part) => ({ flat: part.flat, start: part.offset, length: elements(part.shape) })),
  ];
}

export interface StoredEntry {
  readonly entry: FlatEntry;
  readonly group: number;
  readonly parts: readonly StoredState[];
}

/** Every parameter with views of its states. */
export function* storedStates(
  layout: StateLayout,
  places: readonly Place[],
  specs: readonly StateSpec[],
): Generator<StoredEntry> {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  for (const place of places) {
    for (const [i, entry] of place.flat.entries.entries()) {
      const parts = keptParts(layout, place, i, byName).map(({ name, flat, shape, offset }) => ({
        name,
        view: () => flat.view(shape, strides(shape), flat.offset + offset),
      }));
      yield { entry, group: place.groupOf[i]!, parts };
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
  using from = value.view([value.numel], [1], value.offset);
  using to = target.view([target.numel], [1], target.offset);
  copy_(to, from);
}

/** Strides of a contiguous tensor. */
export function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) result[d] = result[d + 1]! * shape[d + 1]!;
  return result;
}
