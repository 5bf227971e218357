/** Writes `docs/ops.md` from the op registry and the comments above its ops; `--check` fails when the file is not that. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { registry } from '@tessera/tensor';

const root = new URL('../../../', import.meta.url);
const path = fileURLToPath(new URL('docs/ops.md', root));
const cell = (text: string) => text.replaceAll('|', '\\|');
const families = [...new Set([...registry.values()].map((op) => op.family))];

/** The comments of a family's file, by the name they stand above. */
function commentsOf(family: string): ReadonlyMap<string, string> {
  const source = readFileSync(new URL(`packages/tensor/src/ops/${family}.ts`, root), 'utf8');
  const found = source.matchAll(/^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?:export )?const (\w+)\b/gm);
  return new Map(
    [...found].map(([, text, name]) => [
      name!.replace(/Op$/, ''),
      text!
        .split(/\s*\n \* ?/)
        .join(' ')
        .trim(),
    ]),
  );
}

const sections = families.map((family) => {
  const comments = commentsOf(family);
  const rows = [...registry]
    .filter(([, op]) => op.family === family)
    .map(([name, { definition: d }]) => {
      const dtypes = (d.dtypes ?? ['f32', 'bf16']).join(', ');
      const text = comments.get(name);
      if (text === undefined) throw new Error(`${name} in ops/${family}.ts has no comment that says what it computes.`);
      return `| \`${name}\` | ${cell(text)} | ${dtypes} | ${d.hasGradient === false ? 'no' : 'yes'} |`;
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
