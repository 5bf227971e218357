/** Every op. `registry` lists those with a definition; tests, gradient checks, benchmarks and the support matrix read it. */
import type { Forward, OpDefinition } from '../op.js';
import type { Tensor } from '../tensor.js';
import * as attention from './attention.js';
import * as binary from './binary.js';
import * as conv from './conv.js';
import * as ctc from './ctc.js';
import * as dropoutOps from './dropout.js';
import * as indexing from './indexing.js';
import * as linearHead from './linear-head.js';
import * as loss from './loss.js';
import * as matmulOps from './matmul.js';
import * as movement from './movement.js';
import * as norm from './norm.js';
import * as pool from './pool.js';
import * as quantizer from './quantizer.js';
import * as reduce from './reduce.js';
import * as rotary from './rotary.js';
import * as selection from './selection.js';
import * as softmaxOps from './softmax.js';
import * as sortOps from './sort.js';
import * as truth from './truth.js';
import * as unary from './unary.js';
import * as views from './views.js';

export * from './attention.js';
export * from './binary.js';
export * from './conv.js';
export * from './ctc.js';
export * from './dropout.js';
export * from './in-place.js';
export * from './indexing.js';
export * from './linear-head.js';
export * from './loss.js';
export * from './matmul.js';
export * from './movement.js';
export * from './norm.js';
export * from './pool.js';
export * from './quantizer.js';
export * from './reduce.js';
export * from './rotary.js';
export * from './selection.js';
export * from './softmax.js';
export * from './sort.js';
export * from './truth.js';
export * from './unary.js';
export * from './views.js';

/** A definition whose argument types are not known: what a loop over the registry sees. */
export type AnyOpDefinition = OpDefinition<Forward>;

export interface RegisteredOp {
  /** File in this folder, without extension. */
  readonly family: string;
  readonly call: (...args: never[]) => Tensor | Tensor[];
  readonly definition: AnyOpDefinition;
}

const families = {
  unary,
  binary,
  selection,
  reduce,
  truth,
  views,
  movement,
  indexing,
  matmul: matmulOps,
  softmax: softmaxOps,
  norm,
  loss,
  ctc,
  conv,
  attention,
  rotary,
  pool,
  sort: sortOps,
  dropout: dropoutOps,
  quantizer,
  'linear-head': linearHead,
};

/** Ops by public name. */
export const registry: ReadonlyMap<string, RegisteredOp> = new Map(
  Object.entries(families).flatMap(([family, ops]) =>
    Object.values(ops).flatMap((op): [string, RegisteredOp][] =>
      typeof op === 'function' && 'definition' in op
        ? [[op.definition.name, { family, call: op, definition: op.definition } as unknown as RegisteredOp]].map(
            (entry) => entry as [string, RegisteredOp],
          )
        : [],
    ),
  ),
);
