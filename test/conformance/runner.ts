/**
 * Finds fixtures (`cases.json` or `case.json`, tensors beside them) below a folder and hands each to the handler of its
 * kind. A kind nobody handles fails: a fixture that was not compared was not met.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runAveraging, runClipping } from './clipping.js';
import { gigatokHandlers, runVisualTokenizerCase } from './gigatok/index.js';
import { runHuggingFaceCase } from './hugging-face.js';
import { runImagePipelineCases } from './image-pipeline.js';
import { runOpCases } from './op.js';
import { runOptimizerCase } from './optimizer.js';
import { rlAdvantageHandlers } from './rl-advantages.js';
import { rlEndToEndHandlers } from './rl-end-to-end.js';
import { rlLossHandlers } from './rl-losses.js';
import { runSchedules } from './schedules.js';
import { runScoringCases } from './scoring.js';
import { runSparseCase } from './sparse.js';
import { subnetworkHandlers } from './subnetwork.js';
import { runTokenizerCases } from './tokenizer.js';
import { runTorchCheckpointCases } from './torch-checkpoint.js';

export interface CaseResult {
  readonly name: string;
  /** Why the case failed; null when it passed. */
  readonly failure: string | null;
  /** What the project deliberately does not offer; such a case neither passed nor failed. */
  readonly notOffered?: string;
}

export interface RunOptions {
  readonly device: string;
  readonly only: RegExp | null;
}

export type Report = (result: CaseResult) => void;

/** A fixture file, parsed, and the folder it lies in. */
export interface Fixture {
  readonly folder: string;
  readonly name: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export type Handler = (fixture: Fixture, options: RunOptions, report: Report) => Promise<void>;

const handlers: Readonly<Record<string, Handler>> = {
  op: runOpCases,
  optimizer: runOptimizerCase,
  ...rlLossHandlers,
  ...rlAdvantageHandlers,
  ...rlEndToEndHandlers,
  'HF conformance': runHuggingFaceCase,
  ...subnetworkHandlers,
  'sparse masked AdamW': runSparseCase,
  'sparse masked SGD': runSparseCase,
  // Of text or, with an architecture to build, of images.
  tokenizer: (fixture, ...rest) =>
    ('config' in fixture.content ? runVisualTokenizerCase : runTokenizerCases)(fixture, ...rest),
  image_pipeline: runImagePipelineCases,
  torch_checkpoint: runTorchCheckpointCases,
  ...gigatokHandlers,
};

/** Collections whose kind is their file name. */
const collections: Readonly<Record<string, Handler>> = {
  'averaging.json': runAveraging,
  'clipping.json': runClipping,
  'performance_profiles.json': runScoringCases,
  'schedules.json': runSchedules,
};

export async function runFolder(root: string, options: RunOptions, report: Report): Promise<void> {
  for await (const folder of foldersBelow(root)) {
    const names = await readdir(folder);
    for (const file of names.filter((n) => n === 'cases.json' || n === 'case.json')) {
      const name = relative(root, folder) || folder;
      const content = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
      const kind = String(content.kind ?? content.algorithm ?? (content.optimizer ? 'optimizer' : 'unknown'));
      const handler = handlers[kind];
      if (handler === undefined) report({ name, failure: `no handler for fixtures of kind '${kind}'` });
      else await handler({ folder, name, content }, options, report);
    }
    for (const file of names.filter((n) => n in collections)) {
      const content = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
      const name = join(relative(root, folder), file.slice(0, -'.json'.length));
      await collections[file]!({ folder, name, content }, options, report);
    }
  }
}

async function* foldersBelow(root: string): AsyncGenerator<string> {
  yield root;
  const entries = await readdir(root, { withFileTypes: true });
  for (const entry of entries.filter((e) => e.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    yield* foldersBelow(join(root, entry.name));
  }
}

/** Runs one case; what it throws is its failure. */
export async function runCase(
  name: string,
  options: RunOptions,
  report: Report,
  body: () => Promise<void>,
): Promise<void> {
  if (options.only !== null && !options.only.test(name)) return;
  try {
    await body();
    report({ name, failure: null });
  } catch (error) {
    report({ name, failure: error instanceof Error ? error.message : String(error) });
  }
}
