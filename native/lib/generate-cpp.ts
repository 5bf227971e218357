/** The C++ side of the generated code: argument structs, the layout table the decoder reads, kernel function tables. */
import type { KernelLayout, ParamLayout, Schema } from './layout.js';
import { elementTypes, scalarWords } from './layout.js';
import type { ElementType, ScalarType } from './schema.js';

const cppElement: Record<ElementType, string> = {
  f32: 'float',
  bf16: 'bf16',
  f16: 'f16',
  i32: 'int32_t',
  u32: 'uint32_t',
  u8: 'uint8_t',
  i64: 'int64_t',
};
const elementSize: Record<ElementType, number> = { f32: 4, bf16: 2, f16: 2, i32: 4, u32: 4, u8: 1, i64: 8 };
const cppScalar: Record<ScalarType, string> = {
  u32: 'uint32_t',
  i32: 'int32_t',
  f32: 'float',
  u64: 'uint64_t',
  i64: 'int64_t',
  f64: 'double',
};
const banner = '// Generated from native/kernels by `npm run generate`; do not edit.\n';

/** File name under `include/gen/` to text. */
export function emitCpp(schema: Schema, digest: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const family of schema.families) {
    const kernels = schema.kernels.filter((k) => k.family === family);
    files.set(`${family}.h`, emitStructs(kernels));
    files.set(`${family}.cpu.inc`, emitTable(family, kernels, 'TESSERA_ISA', 'CpuKernel', 'Context'));
    files.set(`${family}.cuda.inc`, emitCudaTable(family, kernels));
    files.set(`${family}.layout.h`, emitLayout(kernels));
  }
  files.set('kernels.h', emitKernels(schema, digest));
  return files;
}

/** What the decoder must know of a family's kernels: roles, element sizes and extents of their buffers. */
function emitLayout(kernels: readonly KernelLayout[]): string {
  return `${banner}#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

${kernels.map(emitKernelTables).join('\n')}
}  // namespace tessera::gen
`;
}

function emitStructs(kernels: readonly KernelLayout[]): string {
  const structs = new Map<string, string>();
  const groups = new Map<string, string[]>();
  for (const kernel of kernels) {
    const text = emitStruct(kernel);
    const earlier = structs.get(kernel.struct);
    if (earlier !== undefined && earlier !== text) {
      throw new Error(`${kernel.name}: differs in form from the other kernels of ${kernel.struct}`);
    }
    structs.set(kernel.struct, text);
    if (kernel.group) groups.set(kernel.group, [...(groups.get(kernel.group) ?? []), kernel.name]);
  }
  const macros = [...groups].map(
    ([name, names]) =>
      `#define TESSERA_${macroName(name)}_KERNELS(X) \\\n${names.map((n) => `  X(${n})`).join(' \\\n')}\n`,
  );
  return [
    banner,
    '#pragma once\n#include "types.h"\n',
    'namespace tessera {\n',
    ...structs.values(),
    '}  // namespace tessera\n',
    ...macros,
  ].join('\n');
}

function macroName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

function emitStruct(kernel: KernelLayout): string {
  const cppType = (type: string) =>
    elementTypes.includes(type as ElementType) ? cppElement[type as ElementType] : type;
  const fields = [
    ...kernel.buffers.map((b) => `  ${b.role === 'in' ? 'const ' : ''}${cppType(b.type)}* ${b.name};`),
    ...kernel.params.map((p) => `  ${cppScalar[p.type]} ${p.name}${p.length > 0 ? `[${p.length}]` : ''};`),
  ];
  const template =
    kernel.typeVariables.length > 0 ? `template <${kernel.typeVariables.map((t) => `class ${t}`).join(', ')}>\n` : '';
  const instance =
    kernel.typeVariables.length > 0
      ? `${kernel.struct}Args<${kernel.typeVariables.map(() => 'float').join(', ')}>`
      : `${kernel.struct}Args`;
  const bytes = kernel.buffers.length * 8 + Math.ceil(kernel.paramWords / 2) * 8;
  return `${template}struct ${kernel.struct}Args {\n${fields.join('\n')}\n};\nstatic_assert(sizeof(${instance}) == ${bytes});\n`;
}

function emitTable(
  family: string,
  kernels: readonly KernelLayout[],
  space: string,
  type: string,
  context: string,
): string {
  const entries = kernels.flatMap((kernel) =>
    kernel.variants.map((variant) => {
      const args = variant.length > 0 ? `<${variant.map((t) => cppElement[t]).join(', ')}>` : '';
      return `    [](const void* a, ${context}& c) { ${kernel.name}${args}(*static_cast<const ${kernel.struct}Args${args}*>(a), c); },`;
    }),
  );
  return `${banner}
namespace tessera::${space} {
extern const ${type} ${family}Kernels[];
const ${type} ${family}Kernels[] = {
${entries.join('\n')}
};
}  // namespace tessera::${space}
`;
}

/**
 * A kernel without a CUDA implementation becomes a null entry: the declaration emitted here is chosen only where the
 * family's .cu file, included before, has no function of that name that takes a `Stream&`.
 */
function emitCudaTable(family: string, kernels: readonly KernelLayout[]): string {
  const fallbacks = kernels.map((kernel) => {
    const names = kernel.typeVariables;
    const template = names.length > 0 ? `template <${names.map((t) => `class ${t}`).join(', ')}> ` : '';
    const args = `${kernel.struct}Args${names.length > 0 ? `<${names.join(', ')}>` : ''}`;
    return `${template}Missing ${kernel.name}(const ${args}&, AnyStream);`;
  });
  const entries = kernels.flatMap((kernel) =>
    kernel.variants.map((variant) => {
      const types = variant.length > 0 ? `<${variant.map((t) => cppElement[t]).join(', ')}>` : '';
      return `    tableEntry<${kernel.struct}Args${types}>([](const auto& a, auto& s) { return ${kernel.name}${types}(a, s); }),`;
    }),
  );
  return `${banner}
namespace tessera::cuda {
${fallbacks.join('\n')}
extern const CudaKernel ${family}Kernels[];
const CudaKernel ${family}Kernels[] = {
${entries.join('\n')}
};
}  // namespace tessera::cuda
`;
}

function emitKernels(schema: Schema, digest: string): string {
  const familyEntry = new Map<string, number>();
  const infos = schema.kernels.map((kernel) => {
    const entry = familyEntry.get(kernel.family) ?? 0;
    familyEntry.set(kernel.family, entry + kernel.variants.length);
    const index = schema.families.indexOf(kernel.family);
    return `    {"${kernel.name}", ${index}, ${entry}, ${kernel.variants.length}, ${kernel.buffers.length}, ${kernel.paramWords}, ${kernel.name}Buffers, ${kernel.name}Sizes, ${kernel.name}Extents},`;
  });
  return `${banner}// Included once, by the command decoder.
#pragma once
${schema.families.map((f) => `#include "gen/${f}.layout.h"`).join('\n')}

#define TESSERA_FAMILIES(X) \\
${schema.families.map((f) => `  X(${f})`).join(' \\\n')}

namespace tessera::gen {

inline constexpr char kSchemaDigest[] = "${digest}";
inline constexpr uint32_t kKernelCount = ${schema.kernels.length};

inline const KernelInfo kKernels[] = {
${infos.join('\n')}
};

}  // namespace tessera::gen
`;
}

function emitKernelTables(kernel: KernelLayout): string {
  const buffers = kernel.buffers.map((b) => `{"${b.name}", BufferRole::${b.role}, ${b.optional}}`);
  const sizes = kernel.variants.map((variant) =>
    kernel.buffers.map((b) => {
      const variable = kernel.typeVariables.indexOf(b.type);
      return elementSize[variable < 0 ? (b.type as ElementType) : variant[variable]!];
    }),
  );
  const used = kernel.params.filter((p) => kernel.buffers.some((b) => new RegExp(`\\b${p.name}\\b`).test(b.extent)));
  const offset = kernel.buffers.length * 8;
  const loads = used.map((p) => emitLoad(p, offset));
  const extents = kernel.buffers.map((b, i) => `  elements[${i}] = (${emitExtent(b.extent, used)}).value;`);
  return `inline constexpr BufferInfo ${kernel.name}Buffers[] = {${buffers.join(', ')}};
inline constexpr uint8_t ${kernel.name}Sizes[] = {${sizes.flat().join(', ')}};
inline void ${kernel.name}Extents([[maybe_unused]] const char* args, uint64_t* elements) {
${[...loads, ...extents].join('\n')}
}
`;
}

/** Numbers and scalar parameters become saturating `Extent`s; the arguments of a function of extent.h stay as they are. */
function emitExtent(extent: string, params: readonly ParamLayout[]): string {
  const scalars = new Set(params.filter((p) => p.length === 0).map((p) => p.name));
  return extent.replace(/(\w+)\(([^()]*)\)|\b\d+\b/g, (match, call?: string, args?: string) =>
    call === undefined || args === undefined
      ? `Extent(${match})`
      : `${call}(${args.replace(/[A-Za-z]\w*/g, (name) => (scalars.has(name) ? `${name}Value` : name))})`,
  );
}

function emitLoad(param: ParamLayout, offset: number): string {
  const at = offset + param.word * 4;
  if (param.length > 0) {
    return `  ${cppScalar[param.type]} ${param.name}[${param.length}];\n  std::memcpy(${param.name}, args + ${at}, ${param.length * scalarWords(param.type) * 4});`;
  }
  return `  ${cppScalar[param.type]} ${param.name}Value;\n  std::memcpy(&${param.name}Value, args + ${at}, ${scalarWords(param.type) * 4});\n  [[maybe_unused]] const Extent ${param.name}(${param.name}Value);`;
}
