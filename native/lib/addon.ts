/**
 * The surface of the native addon: what src/binding/addon.cc defines, typed by hand. It moves command words and bytes;
 * ops, shapes and dtypes are the business of whoever encodes the words.
 *
 * Calls that name a device run in order with everything else submitted to that device, on its own thread, after the call has returned.
 * A command that fails poisons the buffers it would have written. The next `read` or `synchronize` then fails with that
 * first failure (an Error with `code` and `op`) and clears it; reading a poisoned buffer fails until the buffer is
 * freed, allocated anew, or overwritten from end to end by `write`, a copy or a fill.
 */

/** Id of an opened device, valid in the environment (main thread or worker) that opened it. */
export type DeviceId = number;

/** `generation << 22 | slot`; slots are 1 to 4194303. The caller chooses handles and never reuses one while it is live. */
export type Handle = number;

/** Id of captured commands, valid for the device that captured them. */
export type RecordingId = number;

export type DeviceType = 'cpu' | 'cuda' | 'cuda-emulated';

/** `code` of the errors that the addon throws or rejects with. */
export type NativeErrorCode =
  | 'OUT_OF_MEMORY'
  | 'INVALID_HANDLE'
  | 'INVALID_COMMAND'
  | 'INVALID_ARGUMENT'
  | 'EXTENT'
  | 'UNSUPPORTED'
  | 'DEVICE'
  | 'CLOSED';

/** What `read`, `synchronize` and the calls below throw; INVALID_ARGUMENT is a TypeError. */
export interface NativeError extends Error {
  readonly code: NativeErrorCode;
  /** Kernel or built-in command that failed; `one of a, b` when it is not known which. */
  readonly op?: string;
  /** The same one by one, with the origins that their commands were given ({@link CommandWriter.begin}). */
  readonly commands?: readonly { readonly op: string; readonly origin: number }[];
}

export interface DeviceInfo {
  readonly type: DeviceType;
  readonly index: number;
  /** Name of the hardware. */
  readonly name: string;
  /** The ISA level in use (`v2` `v3` `v4` `v4bf16` `v4amx` `neon`) or the compute capability. */
  readonly features: string;
  readonly memoryBytes: number;
  /** Why the device cannot be opened; absent when it can. */
  readonly unavailable?: string;
}

/** Bytes, except `allocations`. A snapshot: await `synchronize` first to see the effect of everything submitted. */
export interface MemoryInfo {
  /** Asked for by live buffers and by the scratch memory of the running command. Adopted memory does not count. */
  readonly live: number;
  /** Highest `live` since the last `resetPeakMemory`. */
  readonly peak: number;
  /** Most scratch memory that one command held since the last `resetPeakMemory`. */
  readonly scratchPeak: number;
  /** Taken from the device and free for the next command. */
  readonly cached: number;
  /** Taken from the device. */
  readonly reserved: number;
  /** What `reserved` may reach; `TESSERA_CPU_MEMORY_LIMIT` sets it for the CPU. */
  readonly limit: number;
  /** Blocks handed out so far. */
  readonly allocations: number;
}

export interface Addon {
  /** Version of the package the addon was built from. */
  readonly version: string;
  /** Digest of the kernel schema the addon was built from. */
  readonly digest: string;

  devices(): DeviceInfo[];
  /** Opens a device and starts its thread. */
  open(type: DeviceType, index?: number): DeviceId;
  /** Waits for what was submitted, then frees everything the device holds. */
  close(device: DeviceId): void;

  /**
   * Copies the first `count` words, a sequence of whole commands, into the device's queue. Blocks while the queue is
   * full (16384 commands), so that a program that runs ahead is held back.
   */
  submit(device: DeviceId, words: Uint32Array, count: number): void;
  /** Copies `data` now and writes it into the buffer in order. */
  write(device: DeviceId, handle: Handle, byteOffset: number, data: ArrayBufferView): void;
  /**
   * Makes the memory of `data` a buffer without copying it (CPU). The view is kept alive until its FREE has run; until
   * then its ArrayBuffer must not be detached, transferred or resized.
   */
  adopt(device: DeviceId, handle: Handle, data: ArrayBufferView): void;
  read(device: DeviceId, handle: Handle, byteOffset: number, byteLength: number): Promise<ArrayBuffer>;
  /** As `read`, blocking the event loop. */
  readSync(device: DeviceId, handle: Handle, byteOffset: number, byteLength: number): ArrayBuffer;
  synchronize(device: DeviceId): Promise<void>;
  /** As `synchronize`, blocking the event loop. */
  synchronizeSync(device: DeviceId): void;
  /**
   * Live counters `[submitted, completed]` of commands (a write, a read and so on count as one), updated by the device's
   * thread. They wrap around: compare them with `(submitted - completed) | 0`. While the device is open, their
   * ArrayBuffer must not be transferred.
   */
  progress(device: DeviceId): Int32Array;

  memory(device: DeviceId): MemoryInfo;
  /** In order with the commands. */
  resetPeakMemory(device: DeviceId): void;
  /** Gives memory without live buffers back to the system, in order with the commands. */
  emptyCache(device: DeviceId): void;

  /** Threads of the process-wide pool, after setting them if `count` is given. */
  threads(count?: number): number;

  /** Keeps a copy of the first `count` words for `launch`, without running them. */
  capture(device: DeviceId, words: Uint32Array, count: number): RecordingId;
  /**
   * Submits captured commands again. `patches` are pairs `[index, value, ...]`: words that change, for this launch and
   * those after it. An ALLOC whose handle is already live with that size keeps the buffer.
   */
  launch(device: DeviceId, recording: RecordingId, patches?: Uint32Array): void;
  /** Forgets captured commands; launches already submitted still run. */
  release(device: DeviceId, recording: RecordingId): void;
}
