/**
 * TensorBoard's event files: records of length, masked CRC-32C of the length, an Event message, masked CRC-32C of it.
 * Written here in full (about thirty bytes a scalar), so that no protocol buffers are needed. Every start of a run
 * makes a new file; one that resumes says so, and TensorBoard forgets the steps after the point of resumption.
 * Formats: tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto, framework/summary.proto.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppendedFile, type MetricRecord, type MetricSink } from './metrics.js';

export class TensorBoardWriter implements MetricSink {
  readonly path: string;
  readonly #file: AppendedFile;

  /** Begins a file in `folder`. `resumedAt`: the steps done by the run that goes on, 0 for a new one. */
  constructor(folder: string, options: { readonly resumedAt?: number } = {}) {
    const now = Date.now() / 1000;
    this.path = join(folder, `events.out.tfevents.${now.toFixed(3)}.${hostname()}.${process.pid}`);
    this.#file = new AppendedFile(this.path);
    this.#event(now, 0, text(3, 'brain.Event:2'));
    const { resumedAt = 0 } = options;
    if (resumedAt > 0) this.#event(now, resumedAt + 1, bytes(7, varint(1, 1))); // SessionLog, status START
  }

  write({ step, time, metrics }: MetricRecord): void {
    const values = Object.entries(metrics).map(([tag, value]) =>
      bytes(1, Buffer.concat([text(1, tag), fixed32(2, value)])),
    );
    this.#event(time, step, bytes(5, Buffer.concat(values)));
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #event(time: number, step: number, what: Buffer): void {
    const wallTime = Buffer.alloc(9);
    wallTime[0] = (1 << 3) | 1;
    wallTime.writeDoubleLE(time, 1);
    this.#file.write(record(Buffer.concat([wallTime, varint(2, step), what])));
  }
}

function record(data: Buffer): Buffer {
  const framed = Buffer.alloc(data.length + 16);
  framed.writeBigUInt64LE(BigInt(data.length), 0);
  framed.writeUInt32LE(masked(crc32c(framed.subarray(0, 8))), 8);
  data.copy(framed, 12);
  framed.writeUInt32LE(masked(crc32c(data)), 12 + data.length);
  return framed;
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

/** CRC-32C (Castagnoli). */
function crc32c(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** So that the checksum of data which holds checksums is still a good one. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

// --- fields of protocol buffers ---

function varintOf(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
  return Buffer.from(out);
}

function varint(field: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([field << 3]), varintOf(value)]);
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varintOf(value.length), value]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function fixed32(field: number, value: number): Buffer {
  const out = Buffer.alloc(5);
  out[0] = (field << 3) | 5;
  out.writeFloatLE(value, 1);
  return out;
}
