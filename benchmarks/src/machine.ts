/** What the numbers were measured on: a number without its machine says nothing. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { devices } from '@tessera/tensor';
import type { DeviceType } from './protocol.js';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Vector extensions that matter to the kernels. */
  readonly isa: readonly string[];
  readonly memoryBytes: number;
  /** The GPU of the run, if it is on one. */
  readonly gpu?: string;
  readonly system: string;
  readonly node: string;
  readonly load: number;
}

/** Measured by peers/limits.cc, on a GPU by PyTorch; FLOP/s and bytes/s with the threads of the run. */
export interface Limits {
  readonly flopsPerCore?: number;
  readonly flops: number;
  readonly bf16FlopsPerCore?: number;
  readonly bf16Flops: number;
  readonly readBytes: number;
  /** Of a copy and of an update in place, reads and writes counted. */
  readonly copyBytes: number;
  readonly updateBytes: number;
}

const extensions = [
  'sse4_2',
  'avx',
  'avx2',
  'fma',
  'avx512f',
  'avx512_bf16',
  'avx512_fp16',
  'amx_bf16',
  'asimd',
  'bf16',
  'sve2',
];

/** @throws Error with the reason when the device cannot be used. */
export function describeMachine(device: DeviceType): Machine {
  const gpu = device === 'cuda' ? describeGpu() : undefined;
  const flags = new Set((cpuInfo(/^(flags|Features)$/) ?? '').split(' '));
  return {
    cpu: cpuInfo(/^model name$/) ?? cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    isa: extensions.filter((name) => flags.has(name)),
    memoryBytes: totalmem(),
    ...(gpu === undefined ? {} : { gpu }),
    system: `${platform()} ${arch()}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

function describeGpu(): string {
  const gpu = devices().find(({ type }) => type === 'cuda');
  if (gpu?.unavailable !== undefined) throw new Error(`--device: cuda cannot be used: ${gpu.unavailable}.`);
  return `${gpu!.name}, ${gpu!.features}, ${Math.round(gpu!.memoryBytes / 2 ** 30)} GiB`;
}

function cpuInfo(field: RegExp): string | undefined {
  try {
    const lines = readFileSync('/proc/cpuinfo', 'utf8').split('\n');
    const line = lines.find((each) => field.test(each.split(':')[0]!.trim()));
    return line?.slice(line.indexOf(':') + 1).trim();
  } catch {
    return undefined;
  }
}

/** Nanoseconds that all cores together were busy since start, for anyone; undefined where the system does not say. */
export function machineBusy(): number | undefined {
  try {
    const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.trim().split(/\s+/);
    const [user, nice, system, , , irq, softirq] = ticks.map(Number);
    return (user! + nice! + system! + irq! + softirq!) * 1e7;
  } catch {
    return undefined;
  }
}
