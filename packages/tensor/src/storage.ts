/**
 * Memory on a device, shared by the tensors that view it. Counted: the last holder's release frees it, in command order.
 * `version` grows with every in-place change, so that autograd notices a saved tensor that was overwritten.
 */
import { origin } from './backend.js';
import type { Device } from './device.js';
import { OutOfMemoryError } from './errors.js';
import { originName } from './origin.js';

export class Storage {
  version = 0;
  #holders = 1;

  private constructor(
    readonly device: Device,
    readonly handle: number,
    readonly bytes: number,
  ) {}

  static allocate(device: Device, bytes: number): Storage {
    if (!Number.isSafeInteger(bytes))
      throw new OutOfMemoryError(`no device has the ${bytes} bytes of one tensor.`, {
        op: originName(origin.current) ?? 'alloc',
      });
    return new Storage(device, device.allocate(bytes), bytes);
  }

  /** Shares memory with `view`: no copy, and changes on either side are seen by the other. */
  static adopt(device: Device, view: ArrayBufferView): Storage {
    const handle = device.reserve();
    device.adopt(handle, view);
    return new Storage(device, handle, view.byteLength);
  }

  /** Whether one holder alone has it, so that its memory may be reused for a result. */
  get exclusive(): boolean {
    return this.#holders === 1;
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    if (--this.#holders === 0) this.device.release(this.handle);
  }
}
