/**
 * What a benchmark is: a work has cases (sizes), each case says what it costs, who else does it and how we want to
 * compare, and `ours` does it with the public API. Nothing here runs anything.
 */
import type { Device } from '@tessera/tensor';
import type { PeerName } from './peers.js';
import type { DeviceType, Size } from './protocol.js';

/** The least a call must do, whoever does it: the roofline. Bytes count every operand once, at least. */
export interface Cost {
  readonly flops?: number;
  readonly bytes?: number;
  /** Rate that bounds the FLOPs; `bf16` is the faster of widening to f32 and the bf16 dot instructions. */
  readonly rate?: 'f32' | 'bf16';
}

export interface Rival {
  readonly peer: PeerName;
  /** How the peer does it, for peers that have more than one way. */
  readonly method: string;
  /** The peer's work, where it is not the same. */
  readonly work?: string;
  /** The bar: our speed is at least this many times the peer's. */
  readonly atLeast?: number;
  /** The bar on memory: our extra memory is at most this share of the peer's. */
  readonly memoryAtMost?: number;
}

export const nameOf = ({ peer, work, method }: Rival): string => [peer, work, method].filter((part) => part).join(' ');

export interface Case {
  readonly label: string;
  /** Sizes that make sense on a CPU mean nothing on a GPU: a case is for one of them. Default: cpu. */
  readonly device?: DeviceType;
  readonly size: Size;
  /** Which of the ways `ours` knows, where it knows more than one. */
  readonly method?: string;
  readonly cost?: Cost;
  readonly rivals: readonly Rival[];
  /** Bars on values that `ours` measures itself, by name; `time` is that of a call in milliseconds. */
  readonly atMost?: Readonly<Record<string, number>>;
  /** The bar on the share of the machine's limit that we reach. */
  readonly ofLimitAtLeast?: number;
  /** Measure extra memory too; with a number, the bar on it in bytes. */
  readonly memory?: true | number;
  /** The bar on `stateBytes`. */
  readonly stateAtMost?: number;
}

export interface Work {
  readonly name: string;
  /** One line: what is measured and how. */
  readonly summary: string;
  readonly cases: readonly Case[];
  /** Unit of the values of works that measure values instead of times. */
  readonly unit?: string;
  readonly ours: (size: Size, method: string, device: Device) => Promise<Contestant> | Contestant;
}

/** Our side of an opened case. A contestant has `call`, or `values`. */
export interface Contestant {
  /** Starts one repetition; `synchronize` of the device ends a batch of them. */
  readonly call?: () => void | Promise<void>;
  /** Bytes of the results of a call, which do not count as extra memory. */
  readonly resultBytes?: number;
  /** Bytes that live between calls besides the inputs, measured. */
  readonly stateBytes?: number;
  /** Measures for about `milliseconds` and returns numbers by name. */
  readonly values?: (milliseconds: number) => Promise<Readonly<Record<string, number>>>;
  readonly close?: () => void;
}
