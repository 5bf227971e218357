/** What the demo shows: a table of the variants, curves of their training, reconstructions and samples. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage } from '@tessera/data';
import { type MetricRecord, Report, readMetrics } from '@tessera/train';
import { lastGrid } from '../pipeline/grids.js';
import { type DemoResult, demoVariants } from './settings.js';
import { variantFolder } from './variant.js';

/** A row for each variant of each seed. */
export function demoTable(results: readonly DemoResult[]): Record<string, string | number>[] {
  return results.flatMap(({ seed, variants }) =>
    variants.map((v) => ({
      seed,
      variant: v.name,
      'PSNR dB': v.psnr.toFixed(2),
      'codes used': v.usage.toFixed(3),
      'encoder probe': v.encoderProbe.toFixed(3),
      'decoder probe': v.decoderProbe.toFixed(3),
      'AR probe': v.imageModelProbe.toFixed(3),
      'AR loss': v.imageModelLoss.toFixed(3),
      'class accuracy': v.classAccuracy.toFixed(3),
      'Fréchet distance': v.frechetDistance.toFixed(1),
    })),
  );
}

/** What the numbers of the table depend on. */
export function demoNote({ extractor, classifierAccuracy }: DemoResult): string {
  return `Class accuracy and distances are by an independent ${extractor} (${(100 * classifierAccuracy).toFixed(1)} % of held-out scenes right); the teacher is another one, trained with the classes. Probes are linear, of features averaged over tokens. The first two variants differ by semantic regularization, the last two by the entropy loss.`;
}

/** Writes `report.html` for the seeds whose folders are given; returns its path. */
export async function writeDemoReport(
  output: string,
  runs: readonly { readonly result: DemoResult; readonly folder: string }[],
): Promise<string> {
  const results = runs.map(({ result }) => result);
  const report = new Report('GigaTok demo').table('Variants', demoTable(results), { note: demoNote(results[0]!) });
  for (const { result, folder } of runs) {
    const tokenizers = await Promise.all(
      demoVariants.map((variant) =>
        readMetrics(join(variantFolder(variant, folder), 'tokenizer-run', 'metrics.jsonl')),
      ),
    );
    const seed = `seed ${result.seed}`;
    report.curves(`Share of codes in use, ${seed}`, ...curvesOf(tokenizers, 'usage'));
    report.curves(`Squared error of pixels, ${seed}`, ...curvesOf(tokenizers, 'reconstruction'), { log: true });
    for (const variant of demoVariants) {
      const own = variantFolder(variant, folder);
      const grid = await lastGrid(join(own, 'tokenizer-run'));
      await report.pictures(`${variant.name}, ${seed}`, [
        { image: grid!, caption: 'originals above, reconstructions below' },
        {
          image: await decodeImage(await readFile(join(own, 'samples.png'))),
          caption: 'samples, a class in each column',
        },
      ]);
    }
  }
  const path = join(output, 'report.html');
  await report.write(path);
  return path;
}

function curvesOf(variants: readonly (readonly MetricRecord[])[], metric: string) {
  const steps = variants[0]!.map(({ step }) => step);
  const series = variants.map((records, i) => ({
    label: demoVariants[i]!.name,
    y: records.map(({ metrics }) => metrics[metric] ?? null),
  }));
  return [steps, series] as const;
}
