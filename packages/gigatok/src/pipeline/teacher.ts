/**
 * The teacher that a training file asks for. A small one is trained on the images it will teach, once for a run: it stays
 * in the run's folder, beside what it was trained by.
 */
import { join } from 'node:path';
import { type Dataset, type ImageSample, SafetensorsFile, writeSafetensors } from '@tessera/data';
import { loadTensors, tensorsToWrite } from '@tessera/data/tensors';
import { Dinov2Model, loadPretrained } from '@tessera/models';
import { init } from '@tessera/nn';
import { Generator } from '@tessera/tensor';
import { exists } from '../exists.js';
import { ImageFeed } from '../training/feed.js';
import {
  SmallClassifier,
  SmallEncoder,
  type SmallEncoderOptions,
  trainClassifier,
  trainContrastive,
} from '../training/small-encoder.js';
import { dinov2Teacher, smallTeacher, type Teacher } from '../training/teacher.js';
import type { TrainConfig } from './config.js';
import { countClasses } from './open.js';

/** A teacher to be: what a tokenizer must know of it, and the rest, which takes long, once all else is known to be right. */
export interface TeacherSource {
  /** Length of a feature. */
  readonly features: number;
  open(): Promise<Teacher>;
}

export function readyTeacher(teacher: Teacher): TeacherSource {
  return { features: teacher.features, open: async () => teacher };
}

interface TeacherOptions {
  /** Positions along a side of the tokenizer's map. */
  readonly grid: number;
  readonly imageSize: number;
  readonly log?: (message: string) => void;
  /** Ends the training of a small teacher. */
  readonly signal?: AbortSignal;
}

/** The teacher of a configuration, of images of its `data`; undefined where it asks for none. */
export async function teacherSource(
  config: TrainConfig,
  dataset: Dataset<ImageSample>,
  options: TeacherOptions,
): Promise<TeacherSource | undefined> {
  const { teacher } = config;
  if (teacher === undefined) return undefined;
  if ('dinov2' in teacher) {
    const model = await loadPretrained(teacher.dinov2, { model: Dinov2Model });
    return readyTeacher(dinov2Teacher(model, `DINOv2 (${teacher.dinov2})`));
  }
  const { steps } = teacher.small;
  return { features: smallWidth, open: () => smallTeacherOf(config, steps, dataset, options) };
}

const smallWidth = 64;

/** The small teacher kept in the run's folder, or one trained now and kept there. */
async function smallTeacherOf(
  { data, training: { seed }, output }: TrainConfig,
  steps: number,
  dataset: Dataset<ImageSample>,
  { grid, imageSize, log = () => {}, signal }: TeacherOptions,
): Promise<Teacher> {
  const path = join(output, 'teacher.safetensors');
  const shape = { width: smallWidth, halvings: Math.log2(imageSize / grid), pooling: 'mean' } as const;
  const trainedBy = JSON.stringify({ data, steps, seed, ...shape });
  const kept = await keptTeacher(path, shape, trainedBy);
  if (kept !== undefined) return kept;
  const generator = new Generator(seed + 1);
  const feed = new ImageFeed(dataset, { batchSize: Math.min(64, dataset.length), seed: seed + 2 });
  const run = {
    steps,
    generator: new Generator(seed + 3),
    onStep: (step: number, loss: number) => {
      signal?.throwIfAborted();
      log(`teacher: step ${step} of ${steps}, loss ${loss.toFixed(3)}`);
    },
  };
  const classes = await countClasses(data);
  let encoder: SmallEncoder;
  if (classes === undefined) {
    log(
      'The images have no classes: the small teacher learns to tell images apart, which helps little. DINOv2 helps more.',
    );
    encoder = new SmallEncoder({ ...shape, generator });
    await trainContrastive(encoder, feed, run);
  } else {
    const classifier = new SmallClassifier(classes, { ...shape, generator });
    await trainClassifier(classifier, feed, run);
    encoder = classifier.encoder;
  }
  const name = `small network, ${classes === undefined ? 'self-supervised' : 'supervised by the classes'}`;
  await writeSafetensors(path, tensorsToWrite(encoder.stateDict()), { metadata: { name, trainedBy } });
  return smallTeacher(encoder, name);
}

/** The teacher in a file, if it is there and was trained as it would be now. */
async function keptTeacher(path: string, shape: SmallEncoderOptions, trainedBy: string): Promise<Teacher | undefined> {
  if (!(await exists(path))) return undefined;
  await using file = await SafetensorsFile.open(path);
  if (file.metadata.trainedBy !== trainedBy) return undefined;
  const encoder = init.skipInit(() => new SmallEncoder(shape));
  const state = await loadTensors(file);
  encoder.loadStateDict(state);
  for (const t of state.values()) t.dispose();
  return smallTeacher(encoder.eval(), file.metadata.name!);
}
