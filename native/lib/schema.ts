/**
 * The kernel schema language. A family file in `native/kernels/` declares each kernel once: its type variables,
 * buffers with their extents, and parameters. `generate.ts` turns the declarations into the C++ argument structs that
 * CPU and CUDA kernels take, the layout table the native decoder reads, and the TypeScript encoders.
 */

export type ElementType = 'f32' | 'bf16' | 'f16' | 'i32' | 'u32' | 'u8' | 'i64';

/**
 * A buffer: element type or type variable, extent in elements as an expression over the parameters, `?` when it may be
 * absent. `'T[rows*cols]'`, `'f32[n]?'`. The executor checks the extent against the storage before a kernel runs.
 */
export type BufferSpec = string;

export type ScalarType = 'u32' | 'i32' | 'f32' | 'u64' | 'i64' | 'f64';

/** A parameter: a scalar or a fixed array of them, such as `'i64[6]'`. */
export type ParamSpec = ScalarType | `${ScalarType}[${number}]`;

export interface KernelSpec {
  /** What the kernel computes, in one sentence with the shapes. */
  readonly doc: string;
  /** Type variables in template order and the element types each may take; the kernel exists for every combination. */
  readonly types?: Readonly<Record<string, readonly ElementType[]>>;
  readonly in?: Readonly<Record<string, BufferSpec>>;
  readonly inout?: Readonly<Record<string, BufferSpec>>;
  readonly out?: Readonly<Record<string, BufferSpec>>;
  readonly params?: Readonly<Record<string, ParamSpec>>;
  /** Parameters that a recorded step may change from one replay to the next (a learning rate, a random offset). */
  readonly live?: readonly string[];
  /**
   * The name of an argument struct shared by several kernels of the same form (`Unary` gives `UnaryArgs`); the
   * generator also lists these kernels in a macro `TESSERA_<GROUP>_KERNELS(X)`, so that one template serves them all.
   */
  readonly group?: string;
}

export interface Family {
  readonly name: string;
  readonly kernels: Readonly<Record<string, KernelSpec>>;
}

export function family(name: string, kernels: Readonly<Record<string, KernelSpec>>): Family {
  return { name, kernels };
}

/** The same form for several kernels: one shared argument struct, one declaration each (`docs` maps name to doc). */
export function group(
  name: string,
  docs: Readonly<Record<string, string>>,
  spec: Omit<KernelSpec, 'doc' | 'group'>,
): Record<string, KernelSpec> {
  return Object.fromEntries(Object.entries(docs).map(([kernel, doc]) => [kernel, { ...spec, doc, group: name }]));
}
