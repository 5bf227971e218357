/**
 * A device and its command queue. Ops append commands to `commands`; they are handed to the native executor in blocks,
 * at the latest when the current task yields, and run there in order while JavaScript goes on. Memory is allocated and
 * released by commands too, so a handle is usable in TypeScript before its memory exists.
 */
import { type Addon, CommandWriter, type DeviceInfo, loadAddon, type NativeError } from './backend.js';
import { DeviceError, ExecutionError, formatValue, OutOfMemoryError } from './errors.js';
import { Generator } from './generator.js';
import { originName } from './origin.js';
import { Recording } from './recording.js';

export type DeviceType = DeviceInfo['type'];

/** `'cpu'`, `'cuda'` (the first GPU), `'cuda:1'`, `'cuda-emulated'`. */
export type DeviceName = DeviceType | `cuda:${number}`;

export interface MemoryStatistics {
  /** Bytes in use by tensors. */
  readonly live: number;
  /** Bytes held for reuse. */
  readonly cached: number;
  /** Largest number of bytes in use at once, scratch included, since the last `resetPeakMemory()`. */
  readonly peak: number;
}

const opcode = { allocate: 1, free: 2, copy: 3, fillZero: 4 } as const;
const slotBits = 22;
const slotMask = 2 ** slotBits - 1;
const generationCount = 2 ** (32 - slotBits);
const blockWords = 1 << 15;
/** Commands per block: enough to hide the cost of handing it over, few enough to start the executor early. */
const blockCommands = 32;
const twoTo32 = 2 ** 32;

/** Of the generators of devices yet to be opened. */
let defaultSeed = 0;

export class Device {
  /** @internal Where encoders write. */
  readonly commands: CommandWriter;
  /** Used on this device where no generator is given. Seeded with 0 until `manualSeed` is called, so that programs repeat. */
  readonly generator = new Generator(defaultSeed);
  readonly #addon: Addon;
  readonly #id: number;
  readonly #freeSlots: number[] = [];
  #generations = new Uint16Array(1024);
  #slotCount = 1;
  #flushScheduled = false;
  #recording: Recording | null = null;
  /** Slots whose commands a recording will repeat; they are not reused while it lives. */
  readonly #recordedSlots = new Map<number, Recording>();

  private constructor(
    readonly type: DeviceType,
    readonly index: number,
    addon: Addon,
  ) {
    this.#addon = addon;
    this.#id = addon.open(type, index);
    this.commands = new CommandWriter(blockWords, blockCommands, {
      full: () => this.flush(),
      started: () => this.#scheduleFlush(),
    });
  }

  /** @internal Use {@link device}. */
  static open(type: DeviceType, index: number): Device {
    const addon = loadAddon();
    try {
      return new Device(type, index, addon);
    } catch (cause) {
      const reason = (cause as Error).message.replace(/^open: .*? cannot be used: /, '');
      throw new DeviceError(`${type}:${index} cannot be used: ${reason}`, { op: 'device', cause });
    }
  }

  /** `'cpu'`, `'cuda:0'`: equal names are the same device. */
  get name(): string {
    return this.type === 'cuda' ? `cuda:${this.index}` : this.type;
  }

  toString(): string {
    return this.name;
  }

  /** Resolves when everything asked of the device so far is done; rejects when a command failed since the last wait. */
  async synchronize(): Promise<void> {
    this.flush();
    await this.#addon.synchronize(this.#id).catch((error: unknown) => {
      throw executionError(error);
    });
  }

  /** As `synchronize`, but blocks the event loop. For scripts. */
  synchronizeSync(): void {
    this.flush();
    translated(() => this.#addon.synchronizeSync(this.#id));
  }

  /** Bytes live, cached and at peak, as of the commands executed so far. Synchronize first for exact numbers. */
  memory(): MemoryStatistics {
    const { live, cached, peak } = this.#addon.memory(this.#id);
    return { live, cached, peak };
  }

  /** Starts a new measurement of `memory().peak` at the current `live`. */
  resetPeakMemory(): void {
    this.#addon.resetPeakMemory(this.#id);
  }

  /** Returns the bytes held for reuse to the system. */
  emptyCache(): void {
    this.flush();
    this.#addon.emptyCache(this.#id);
  }

  /**
   * Runs `step` once and keeps its commands, so that `replay()` repeats them by one native call. The commands are the
   * same each time: the same tensors, the same shapes; only live parameters (learning rates, random offsets) are read
   * anew. Values computed in JavaScript inside `step` are fixed. Dispose the recording to free what it holds.
   */
  record<T>(step: () => T): { recording: Recording; result: T } {
    if (this.#recording !== null) throw new DeviceError('a recording is already under way.', { op: 'record' });
    this.flush();
    const recording = new Recording({
      capture: (words, count) => this.#addon.capture(this.#id, words, count),
      launch: (id, patches) => {
        this.flush();
        this.#addon.launch(this.#id, id, patches);
      },
      release: (id) => this.#addon.release(this.#id, id),
      giveBack: (handles, allocated) => this.#endRecording(handles, allocated),
    });
    this.#recording = recording;
    this.commands.patches = [];
    try {
      const result = step();
      this.flush();
      recording.finish();
      return { recording, result };
    } catch (error) {
      this.flush();
      recording.dispose();
      throw error;
    } finally {
      this.flush();
      this.#recording = null;
      this.commands.patches = null;
    }
  }

  /** Hands over what was written. Rarely needed: it happens by itself when the current task yields. */
  flush(): void {
    const w = this.commands;
    if (w.length === 0) return;
    this.#recording?.append(w.words.subarray(0, w.length), w.patches!);
    const count = w.length;
    w.clear();
    this.#addon.submit(this.#id, w.words, count);
  }

  /** @internal Memory of `bytes`, once the executor gets there. */
  allocate(bytes: number): number {
    const slot = this.#freeSlots.pop() ?? this.#newSlot();
    const handle = this.#generations[slot]! * 2 ** slotBits + slot;
    const w = this.commands;
    const i = w.begin(5);
    const u = w.words;
    u[i] = opcode.allocate;
    u[i + 2] = handle;
    u[i + 3] = bytes;
    u[i + 4] = bytes < twoTo32 ? 0 : bytes / twoTo32;
    w.end(5);
    if (this.#recording !== null) {
      this.#recordedSlots.set(slot, this.#recording);
      this.#recording.allocated(handle);
    }
    return handle;
  }

  /** @internal Gives the memory back once every command before this one is done. */
  release(handle: number): void {
    this.#free(handle);
    const slot = handle & slotMask;
    const recording = this.#recordedSlots.size === 0 ? undefined : this.#recordedSlots.get(slot);
    if (recording === undefined) this.#recycle(slot);
    else recording.released(handle, recording === this.#recording);
  }

  /** @internal Copies the bytes of `view` into the storage, ordered with the commands around it. */
  write(handle: number, byteOffset: number, view: ArrayBufferView): void {
    this.flush();
    translated(() => this.#addon.write(this.#id, handle, byteOffset, view));
  }

  /** @internal Makes the storage of `handle` the memory of `view` itself. */
  adopt(handle: number, view: ArrayBufferView): void {
    this.flush();
    translated(() => this.#addon.adopt(this.#id, handle, view));
  }

  /** @internal */
  async read(handle: number, byteOffset: number, byteLength: number): Promise<ArrayBuffer> {
    this.flush();
    try {
      return await this.#addon.read(this.#id, handle, byteOffset, byteLength);
    } catch (error) {
      throw executionError(error);
    }
  }

  /** @internal */
  readSync(handle: number, byteOffset: number, byteLength: number): ArrayBuffer {
    this.flush();
    return translated(() => this.#addon.readSync(this.#id, handle, byteOffset, byteLength));
  }

  /** @internal A handle that holds no memory until {@link adopt} gives it some. */
  reserve(): number {
    const slot = this.#freeSlots.pop() ?? this.#newSlot();
    return this.#generations[slot]! * 2 ** slotBits + slot;
  }

  #newSlot(): number {
    const slot = this.#slotCount++;
    if (slot > slotMask)
      throw new DeviceError(`more than ${slotMask} storages are alive on ${this.name}.`, { op: 'allocate' });
    if (slot >= this.#generations.length) {
      const larger = new Uint16Array(this.#generations.length * 2);
      larger.set(this.#generations);
      this.#generations = larger;
    }
    return slot;
  }

  #recycle(slot: number): void {
    this.#generations[slot] = (this.#generations[slot]! + 1) % generationCount;
    this.#freeSlots.push(slot);
  }

  #free(handle: number): void {
    const w = this.commands;
    const i = w.begin(3);
    w.words[i] = opcode.free;
    w.words[i + 2] = handle;
    w.end(3);
  }

  #endRecording(handles: Iterable<number>, allocated: Iterable<number>): void {
    for (const handle of allocated) this.#free(handle);
    for (const handle of handles) {
      this.#recordedSlots.delete(handle & slotMask);
      this.#recycle(handle & slotMask);
    }
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(() => {
      this.#flushScheduled = false;
      this.flush();
    });
  }
}

function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw executionError(error);
  }
}

/** The native side's errors carry `code` and the kernel as `op`; they become this package's classes, with the op that was called. */
function executionError(error: unknown): Error {
  const { code, op: kernel, commands = [], message } = error as Error & Partial<NativeError>;
  if (code === undefined) return error as Error;
  const ops = [...new Set(commands.map(({ op, origin }) => originName(origin) ?? op))];
  const op = ops.length === 0 ? kernel : ops.length === 1 ? ops[0] : `one of ${ops.join(', ')}`;
  const details = { cause: error, ...(op === undefined ? {} : { op }) };
  const text = kernel !== undefined && message.startsWith(`${kernel}: `) ? message.slice(kernel.length + 2) : message;
  return code === 'OUT_OF_MEMORY' ? new OutOfMemoryError(text, details) : new ExecutionError(code, text, details);
}

const opened = new Map<string, Device>();
let current: Device | null = null;

/** The device of that name, opened at first use. */
export function device(name: DeviceName | Device): Device {
  if (name instanceof Device) return name;
  const match = typeof name === 'string' ? /^(cpu|cuda|cuda-emulated)(?::(\d+))?$/.exec(name) : null;
  if (!match || (match[2] !== undefined && match[1] !== 'cuda')) {
    const got = typeof name === 'string' ? `'${name}'` : formatValue(name);
    throw new DeviceError(`unknown device; got ${got}; expected 'cpu', 'cuda', 'cuda:N' or 'cuda-emulated'.`, {
      op: 'device',
      actual: name,
    });
  }
  const index = Number(match[2] ?? 0);
  const key = `${match[1]}:${index}`;
  let found = opened.get(key);
  if (found === undefined) {
    found = Device.open(match[1] as DeviceType, index);
    opened.set(key, found);
  }
  return found;
}

/** @internal Devices opened so far. */
export function openDevices(): Iterable<Device> {
  return opened.values();
}

/** Seeds the generator of every device, those that are opened later included: each draws the same numbers. */
export function manualSeed(seed: number): void {
  for (const { generator } of opened.values()) generator.manualSeed(seed);
  defaultSeed = new Generator(seed).state.seed;
}

/** Where tensors are created when no device is named; the CPU unless `setDefaultDevice` said otherwise. */
export function defaultDevice(): Device {
  current ??= device('cpu');
  return current;
}

export function setDefaultDevice(name: DeviceName | Device): void {
  current = device(name);
}

/** Every device this machine has or could have; `unavailable` says why one cannot be used. */
export function devices(): readonly DeviceInfo[] {
  return loadAddon().devices();
}
