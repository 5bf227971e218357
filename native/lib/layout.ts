/**
 * Parses the declarations into the layout both sides share: every kernel's id, buffers in order, parameters in the
 * order they lie in the argument struct, and variants (one per combination of its type variables).
 */
import type { ElementType, Family, KernelSpec, ScalarType } from './schema.js';

export const firstKernelOp = 16;
/** kMaxBuffers and kMaxParamWords of src/runtime/kernel_info.h. */
const mostBuffers = 20;
const mostParamWords = 96;

export type BufferRole = 'in' | 'inout' | 'out';

export interface BufferLayout {
  readonly name: string;
  readonly role: BufferRole;
  /** A type variable of the kernel or an element type. */
  readonly type: string;
  readonly extent: string;
  readonly optional: boolean;
}

export interface ParamLayout {
  readonly name: string;
  readonly type: ScalarType;
  /** Length of an array parameter, 0 for a scalar. */
  readonly length: number;
  /** Position in 32-bit words from the start of the parameters. */
  readonly word: number;
  readonly live: boolean;
}

export interface KernelLayout {
  readonly id: number;
  readonly family: string;
  readonly name: string;
  readonly doc: string;
  /** Name of the argument struct without `Args`. */
  readonly struct: string;
  readonly group: string | null;
  readonly typeVariables: readonly string[];
  /** Element types per variant, one for each type variable; a single empty list when there are no type variables. */
  readonly variants: readonly (readonly ElementType[])[];
  readonly buffers: readonly BufferLayout[];
  readonly params: readonly ParamLayout[];
  readonly paramWords: number;
}

export interface Schema {
  readonly families: readonly string[];
  readonly kernels: readonly KernelLayout[];
}

export const elementTypes: readonly ElementType[] = ['f32', 'bf16', 'f16', 'i32', 'u32', 'u8', 'i64'];
const scalarTypes: readonly ScalarType[] = ['u32', 'i32', 'f32', 'u64', 'i64', 'f64'];

export function scalarWords(type: ScalarType): number {
  return type === 'u64' || type === 'i64' || type === 'f64' ? 2 : 1;
}

export function layout(families: readonly Family[]): Schema {
  const kernels: KernelLayout[] = [];
  for (const family of families) {
    for (const [name, spec] of Object.entries(family.kernels)) {
      if (kernels.some((other) => other.name === name)) throw new Error(`kernel ${name} is declared twice`);
      kernels.push(kernelLayout(firstKernelOp + kernels.length, family.name, name, spec));
    }
  }
  return { families: families.map((f) => f.name), kernels };
}

function kernelLayout(id: number, family: string, name: string, spec: KernelSpec): KernelLayout {
  const types = spec.types ?? {};
  const typeVariables = Object.keys(types);
  let variants: ElementType[][] = [[]];
  for (const choices of Object.values(types)) variants = variants.flatMap((v) => choices.map((c) => [...v, c]));
  const buffers = (['in', 'inout', 'out'] as const).flatMap((role) =>
    Object.entries(spec[role] ?? {}).map(([buffer, text]) => parseBuffer(name, role, buffer, text, typeVariables)),
  );
  const { params, paramWords } = layoutParams(name, spec);
  if (buffers.length > mostBuffers || paramWords > mostParamWords) {
    throw new Error(
      `${name} has ${buffers.length} buffers and ${paramWords} words of parameters; the decoder takes ${mostBuffers} and ${mostParamWords}`,
    );
  }
  const struct = spec.group ?? name[0]!.toUpperCase() + name.slice(1);
  const group = spec.group ?? null;
  return { id, family, name, doc: spec.doc, struct, group, typeVariables, variants, buffers, params, paramWords };
}

function parseBuffer(
  kernel: string,
  role: BufferRole,
  name: string,
  text: string,
  typeVariables: readonly string[],
): BufferLayout {
  const match = /^(\w+)\[(.+)\](\?)?$/.exec(text);
  if (!match) throw new Error(`${kernel}.${name}: '${text}' is not of the form 'T[extent]' or 'f32[extent]?'`);
  const [, type, extent, optional] = match as unknown as [string, string, string, string | undefined];
  if (!typeVariables.includes(type) && !elementTypes.includes(type as ElementType)) {
    throw new Error(`${kernel}.${name}: '${type}' is neither a type variable of the kernel nor an element type`);
  }
  return { name, role, type, extent, optional: optional !== undefined };
}

/** Eight-byte parameters come first, so that the struct has no padding between pointers and parameters. */
function layoutParams(kernel: string, spec: KernelSpec): { params: ParamLayout[]; paramWords: number } {
  const declared = Object.entries(spec.params ?? {}).map(([name, text]) => {
    const match = /^(\w+?)(?:\[(\d+)\])?$/.exec(text);
    const type = match?.[1] as ScalarType;
    if (!match || !scalarTypes.includes(type)) throw new Error(`${kernel}.${name}: unknown parameter type '${text}'`);
    return { name, type, length: match[2] === undefined ? 0 : Number(match[2]) };
  });
  for (const live of spec.live ?? []) {
    if (!declared.some((p) => p.name === live)) throw new Error(`${kernel}: live parameter '${live}' is not declared`);
  }
  const ordered = [...declared].sort((a, b) => scalarWords(b.type) - scalarWords(a.type));
  let word = 0;
  const params = ordered.map((p) => {
    const at = word;
    word += scalarWords(p.type) * Math.max(1, p.length);
    return { ...p, word: at, live: spec.live?.includes(p.name) ?? false };
  });
  return { params, paramWords: word };
}
