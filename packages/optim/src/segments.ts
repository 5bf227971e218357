/**
 * Parameter groups as the kernels see them: a table of ranges of a flat buffer, each with a multiplier of the learning
 * rate and a weight decay. Neighbours that agree are one range, so groups cost nothing where they do not differ.
 */
import { ArgumentError, type Device, type Shape, type Tensor, tensor } from '@tessera/tensor';
import { isFrozen } from './frozen.js';
import type { FlatEntry, GroupedParameters } from './parameters.js';

export interface GroupValues {
  readonly lr: number;
  readonly weightDecay: number;
}

export interface SegmentTable {
  readonly segments: number;
  readonly segmentStarts?: Tensor;
  readonly segmentLr?: Tensor;
  readonly segmentDecay?: Tensor;
}

/** 64-bit integers in the layout the kernels read, as pairs of 32-bit words. */
export function int64Tensor(device: Device, values: readonly number[]): Tensor {
  const words = new Int32Array(2 * values.length);
  values.forEach((value, i) => {
    words[2 * i] = (value % 2 ** 32) | 0;
    words[2 * i + 1] = Math.floor(value / 2 ** 32);
  });
  return tensor(words, { dtype: 'i32', device }).keep();
}

/** How entries differ within a group. */
export interface EntryValues {
  readonly decays: ((name: string, shape: Shape) => boolean) | undefined;
  readonly lrFactor: ((name: string, shape: Shape) => number) | undefined;
}

function valuesOf(entry: FlatEntry, group: GroupValues, { decays, lrFactor }: EntryValues): GroupValues {
  if (isFrozen(entry)) return { lr: 0, weightDecay: 0 };
  const factor = lrFactor?.(entry.name, entry.shape) ?? 1;
  if (!Number.isFinite(factor) || factor < 0) {
    throw new ArgumentError(`lrFactor of ${entry.name} must be a number from 0; got ${factor}.`, { op: 'Optimizer' });
  }
  const decay = decays === undefined || decays(entry.name, entry.shape);
  return { lr: group.lr * factor, weightDecay: decay ? group.weightDecay : 0 };
}

/** For `decays`: everything but biases, gains and other vectors. */
export function matricesOnly(_name: string, shape: Shape): boolean {
  return shape.length > 1;
}

/** What holds for each entry of a flat buffer; learning rates are relative to `lr`. */
export function entryValues(
  place: GroupedParameters,
  groups: readonly GroupValues[],
  lr: number,
  perEntry: EntryValues,
): readonly GroupValues[] {
  return place.flat.entries.map((entry, i) => {
    const values = valuesOf(entry, groups[place.groupOf[i]!]!, perEntry);
    return { ...values, lr: values.lr === lr ? 1 : values.lr / lr };
  });
}

/** The table for one flat buffer; `lr` is what the multipliers are relative to. */
export function segmentTable(
  place: GroupedParameters,
  groups: readonly GroupValues[],
  lr: number,
  perEntry: EntryValues,
): SegmentTable {
  const { entries, data } = place.flat;
  const starts: number[] = [];
  const values: GroupValues[] = [];
  entries.forEach((entry, i) => {
    const group = valuesOf(entry, groups[place.groupOf[i]!]!, perEntry);
    const last = values.at(-1);
    if (last !== undefined && last.lr === group.lr && last.weightDecay === group.weightDecay) return;
    starts.push(entry.offset);
    values.push(group);
  });
  const [first] = values;
  if (values.length === 1 && first!.lr === lr && first!.weightDecay === groups[0]!.weightDecay) return { segments: 0 };
  starts.push(data.numel);
  const { device } = data;
  const ratio = (v: GroupValues) => (v.lr === lr ? 1 : v.lr / lr);
  return {
    segments: values.length,
    segmentStarts: int64Tensor(device, starts),
    segmentLr: tensor(Float32Array.from(values, ratio), { device }).keep(),
    segmentDecay: tensor(
      Float32Array.from(values, (v) => v.weightDecay),
      { device },
    ).keep(),
  };
}

export function disposeSegments({ segmentStarts, segmentLr, segmentDecay }: SegmentTable): void {
  for (const t of [segmentStarts, segmentLr, segmentDecay]) t?.dispose();
}

/** A table with a range for each entry of a flat buffer. */
export interface EntryTable {
  readonly segments: number;
  readonly segmentStarts: Tensor;
  readonly segmentLr: Tensor;
  readonly segmentDecay: Tensor;
}

interface TablePlace extends GroupedParameters {
  readonly segments: SegmentTable;
  entryValues(): readonly GroupValues[];
}

/** Such tables of the flat buffers of an optimizer, made anew when the options of a group have changed. */
export class EntryTables {
  readonly #made = new Map<TablePlace, { readonly table: EntryTable; readonly from: SegmentTable }>();

  of(place: TablePlace): EntryTable {
    const old = this.#made.get(place);
    if (old?.from === place.segments) return old.table;
    if (old !== undefined) disposeSegments(old.table);
    const { data, entries } = place.flat;
    const { device } = data;
    const values = place.entryValues();
    const column = (read: (v: GroupValues) => number) => tensor(Float32Array.from(values, read), { device }).keep();
    const table = {
      segments: entries.length,
      segmentStarts: int64Tensor(device, [...entries.map((e) => e.offset), data.numel]),
      segmentLr: column((v) => v.lr),
      segmentDecay: column((v) => v.weightDecay),
    };
    this.#made.set(place, { table, from: place.segments });
    return table;
  }

  dispose(): void {
    for (const { table } of this.#made.values()) disposeSegments(table);
    this.#made.clear();
  }
}
