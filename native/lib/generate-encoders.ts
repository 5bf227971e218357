/**
 * The TypeScript side of the generated code: one encoder per kernel, which appends the kernel's command to a
 * `CommandWriter`. Encoders pick the variant from the dtypes of their buffers and refuse dtypes the kernel lacks.
 */
import type { KernelLayout, ParamLayout, Schema } from './layout.js';
import { elementTypes } from './layout.js';
import type { ElementType } from './schema.js';

const banner = '// Generated from native/kernels by `npm run generate`; do not edit.\n';

/** File name under `lib/gen/` to text: a file of encoders per family, and `encoders.ts` with all of them. */
export function emitEncoders(schema: Schema, digest: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const family of schema.families) {
    const text = schema.kernels.filter((k) => k.family === family).map(emitEncoder);
    const used = ['type BufferRef', 'type CommandWriter', 'unsupportedTypes'].filter((name) =>
      text.some((t) => t.includes(name.split(' ').at(-1)!)),
    );
    files.set(
      `${family}.ts`,
      `${banner}import { ${used.join(', ')} } from '../command-writer.js';\n\n${text.join('\n')}`,
    );
  }
  files.set(
    'encoders.ts',
    `${banner}
export const schemaDigest = '${digest}';

/** Kernel names by op code minus ${schema.kernels[0]?.id ?? 16}. */
export const kernelNames: readonly string[] = [
${schema.kernels.map((k) => `  '${k.name}',`).join('\n')}
];

${schema.families.map((family) => `export * from './${family}.js';`).join('\n')}
`,
  );
  return files;
}

function emitEncoder(kernel: KernelLayout): string {
  const words = 2 + kernel.buffers.length * 3 + kernel.paramWords;
  const fields = [
    ...kernel.buffers.map(
      (b) => `  readonly ${b.name}${b.optional ? '?' : ''}: BufferRef${b.optional ? ' | undefined' : ''};`,
    ),
    ...kernel.params.map((p) => `  readonly ${p.name}: ${paramType(p)};`),
  ];
  const struct = kernel.name[0]!.toUpperCase() + kernel.name.slice(1);
  const variants = variantCode(kernel);
  const body = [
    ...variants.lines,
    `  const i = w.begin(${words});`,
    '  const u = w.words;',
    `  u[i] = ${kernel.typeVariables.length > 0 ? `${kernel.id} | (variant << 16)` : kernel.id};`,
    ...kernel.buffers.map((b, n) => `  w.buffer(i + ${2 + n * 3}, a.${b.name});`),
    ...kernel.params.map((p) => paramLine(p, 2 + kernel.buffers.length * 3 + p.word)),
    `  w.end(${words});`,
  ];
  return `/** ${kernel.doc} */
export interface ${struct}Args {
${fields.join('\n')}
}
${variants.tables.map((t) => `\n${t}`).join('')}
/** ${kernel.doc} */
export function ${kernel.name}(w: CommandWriter, a: ${struct}Args): void {
${body.join('\n')}
}
`;
}

function paramType(param: ParamLayout): string {
  if (param.length > 0) return 'readonly number[]';
  return param.live ? 'number | (() => number)' : 'number';
}

function paramLine(param: ParamLayout, word: number): string {
  const { name, type, length, live } = param;
  if (length > 0) return `  w.${type}Array(i + ${word}, a.${name}, ${length});`;
  if (live) return `  w.live(i + ${word}, '${type}', a.${name});`;
  if (type === 'u32' || type === 'i32') return `  u[i + ${word}] = a.${name};`;
  if (type === 'f32') return `  w.floats[i + ${word}] = a.${name};`;
  return `  w.${type}(i + ${word}, a.${name});`;
}

/**
 * The variant is a mixed-radix number of the element types of the type variables, each read off the first buffer that
 * has it and is always there. A table per variable maps an element type's code to its digit, -1 where there is none.
 */
function variantCode(kernel: KernelLayout): { tables: string[]; lines: string[] } {
  if (kernel.typeVariables.length === 0) return { tables: [], lines: [] };
  const holders = kernel.typeVariables.map((variable) => {
    const having = kernel.buffers.filter((b) => b.type === variable);
    const holder = having.find((b) => !b.optional) ?? having[0];
    if (!holder) throw new Error(`${kernel.name}: no buffer has the type variable ${variable}`);
    return `a.${holder.name}`;
  });
  const types: ElementType[][] = kernel.typeVariables.map((_, v) => [...new Set(kernel.variants.map((t) => t[v]!))]);
  const table = (v: number) => `${kernel.name}${kernel.typeVariables[v]}`;
  const tables = types.map((t, v) => `const ${table(v)} = [${elementTypes.map((e) => t.indexOf(e)).join(', ')}];\n`);
  const digits = types.map((_, v) => `  const v${v} = ${table(v)}[${holders[v]}.typeCode]!;`);
  const missing = types.map((_, v) => `v${v} < 0`).join(' || ');
  const supported = types.map((t) => t.join('|')).join(' x ');
  const terms = types.map((_, v) => {
    const radix = types.slice(v + 1).reduce((n, t) => n * t.length, 1);
    return radix === 1 ? `v${v}` : `v${v} * ${radix}`;
  });
  const lines = [
    ...digits,
    `  if (${missing}) throw unsupportedTypes('${kernel.name}', [${holders.join(', ')}], '${supported}');`,
    `  const variant = ${terms.join(' + ')};`,
  ];
  return { tables, lines };
}
