/** Writes `docs/ops.md` from the op registry; `--check` fails when the file is not what the registry says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { registry } from '@tessera/tensor';

const path = fileURLToPath(new URL('../../../docs/ops.md', import.meta.url));
const cell = (text: string) => text.replaceAll('|', '\\|');
const families = [...new Set([...registry.values()].map((op) => op.family))];
const sections = families.map((family) => {
  const rows = [...registry]
    .filter(([, op]) => op.family === family)
    .map(([name, { definition: d }]) => {
      const dtypes = (d.dtypes ?? ['f32', 'bf16']).join(', ');
      return `| \`${name}\` | ${cell(d.doc)} | ${dtypes} | ${d.hasGradient === false ? 'no' : 'yes'} |`;
    });
  return `## ${family}\n\n| op | what it does | tested in | gradient |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
});
const text = `# Ops

Generated from the registry in \`packages/tensor/src/ops\` by \`npm run docs\`; do not edit. Each op is tested against a
float64 reference, values and gradients, on every device a machine has: \`cpu\`, \`cuda-emulated\`, \`cuda\`. A kernel that
CUDA lacks shows as a skipped test.

${sections.join('\n')}`;

if (!process.argv.includes('--check')) {
  writeFileSync(path, text);
} else if (readFileSync(path, 'utf8') !== text) {
  console.error('docs/ops.md is not what the registry says. Run `npm run docs` and commit the result.');
  process.exitCode = 1;
}
