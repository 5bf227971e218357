/**
 * Parameter groups as the kernels see them: a table of ranges of a flat buffer, each with a multiplier of the learning
 * rate and a weight decay. Neighbours that agree are one range, so groups cost nothing where they do not differ.
 */
import { type Device, type Tensor, tensor } from '@tessera/tensor';
import type { GroupedParameters } from './parameters.js';

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

/** The table for one flat buffer; `lr` is what the multipliers are relative to. */
export function segmentTable(place: GroupedParameters, groups: readonly GroupValues[], lr: number): SegmentTable {
  const { entries, data } = place.flat;
  const starts: number[] = [];
  const values: GroupValues[] = [];
  entries.forEach((entry, i) => {
    const group = groups[place.groupOf[i]!]!;
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
