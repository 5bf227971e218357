/** The built-in commands by hand, so that these tests see the boundary without the layers above it. */
import type { Addon, DeviceId, Handle } from '../../native/lib/addon.js';
import { kernelNames } from '../../native/lib/gen/encoders.js';
import { candidates, loadAddon } from '../../native/lib/loader.js';

export const addon: Addon = loadAddon();
/** For child processes, which load the file itself. */
export const addonPath = candidates()[0]!;

const words = (value: number): [number, number] => [value >>> 0, Math.floor(value / 2 ** 32)];

export const handleOf = (slot: number, generation = 1): Handle => generation * 2 ** 22 + slot;
export const alloc = (handle: Handle, bytes: number): number[] => [1, 5, handle, ...words(bytes)];
export const free = (handle: Handle): number[] => [2, 3, handle];
export const copy = (to: Handle, toOffset: number, from: Handle, fromOffset: number, bytes: number): number[] => [
  ...[3, 10, to, ...words(toOffset), from, ...words(fromOffset), ...words(bytes)],
];
export const fillZero = (handle: Handle, offset: number, bytes: number): number[] => [
  ...[4, 7, handle, ...words(offset), ...words(bytes)],
];
/** A kernel command with every buffer at offset 0. */
export const kernel = (name: string, handles: readonly Handle[], params: readonly number[], variant = 0): number[] => {
  const op = kernelNames.indexOf(name) + 16;
  const buffers = handles.flatMap((handle) => [handle, 0, 0]);
  return [op + variant * 2 ** 16, 2 + buffers.length + params.length, ...buffers, ...params];
};

/** A CPU device that is closed at the end of the block. */
export class TestDevice implements Disposable {
  readonly id: DeviceId = addon.open('cpu');

  submit(...commands: number[][]): void {
    const block = new Uint32Array(commands.flat());
    addon.submit(this.id, block, block.length);
  }

  write(handle: Handle, data: ArrayBufferView, byteOffset = 0): void {
    addon.write(this.id, handle, byteOffset, data);
  }

  async floats(handle: Handle, count: number, byteOffset = 0): Promise<number[]> {
    return [...new Float32Array(await addon.read(this.id, handle, byteOffset, 4 * count))];
  }

  read(handle: Handle, bytes: number, byteOffset = 0): Promise<ArrayBuffer> {
    return addon.read(this.id, handle, byteOffset, bytes);
  }

  synchronize(): Promise<void> {
    return addon.synchronize(this.id);
  }

  memory(): ReturnType<Addon['memory']> {
    addon.synchronizeSync(this.id);
    return addon.memory(this.id);
  }

  [Symbol.dispose](): void {
    addon.close(this.id);
  }
}
