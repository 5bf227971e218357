/**
 * The two small networks of the demo, trained with the scenes' classes: the stand-in teacher, where real use has DINOv2,
 * and the judge of samples, which has seen other scenes.
 */
import { join } from 'node:path';
import { type Dataset, type ImageSample, SafetensorsFile, writeSafetensors } from '@tessera/data';
import { loadTensors, tensorsToWrite } from '@tessera/data/tensors';
import { Generator, noGrad, scope } from '@tessera/tensor';
import { exists } from '../exists.js';
import { type FeatureExtractor, smallExtractor } from '../metrics/features.js';
import { eachBatch, ImageFeed } from '../training/feed.js';
import { SmallClassifier, trainClassifier } from '../training/small-encoder.js';
import { smallTeacher, type Teacher } from '../training/teacher.js';
import { sceneClasses, sceneDataset } from './scenes.js';
import type { ClassifierRole, DemoStage } from './settings.js';

const batch = 64;

const fileOf = (folder: string, role: ClassifierRole) => join(folder, `${role}.safetensors`);

/** The scenes that tokenizers and image models are trained on. */
export function trainingScenes({ seed, settings }: DemoStage): Dataset<ImageSample> {
  return sceneDataset(settings.trainImages, 1000 + seed);
}

/** Scenes that nothing is trained on. */
export function heldOutScenes({ seed, settings }: DemoStage): Dataset<ImageSample> {
  return sceneDataset(settings.testImages, 2000 + seed);
}

/** Trains a classifier and keeps it; one that is kept already stays. */
export async function prepareClassifier(role: ClassifierRole, stage: DemoStage): Promise<void> {
  const { seed, settings, folder, log, signal } = stage;
  const path = fileOf(folder, role);
  if (await exists(path)) return;
  const own = (role === 'teacher' ? 10 : 20) + seed;
  const data = role === 'teacher' ? trainingScenes(stage) : sceneDataset(settings.trainImages, 3000 + seed);
  using model = newClassifier(role, own);
  const feed = new ImageFeed(data, { batchSize: Math.min(batch, data.length), seed: own });
  await trainClassifier(model, feed, {
    steps: settings.classifierSteps,
    lr: 6e-3,
    generator: new Generator(own + 1),
    onStep: (step, loss) => {
      signal.throwIfAborted();
      log(`step ${step} of ${settings.classifierSteps}, loss ${loss.toFixed(3)}`);
    },
  });
  const accuracy = await accuracyOf(model, heldOutScenes(stage));
  log(`${(100 * accuracy).toFixed(1)} % of held-out scenes right`);
  await writeSafetensors(path, tensorsToWrite(model.stateDict()), { metadata: { accuracy: String(accuracy) } });
}

function newClassifier(role: ClassifierRole, seed: number): SmallClassifier {
  const pooling = role === 'teacher' ? 'mean' : 'max';
  return new SmallClassifier(sceneClasses.length, { channels: 8, pooling, generator: new Generator(seed) });
}

/** A classifier that was prepared, and the share of held-out scenes it gets right. */
async function openClassifier(
  role: ClassifierRole,
  folder: string,
): Promise<{ readonly model: SmallClassifier; readonly accuracy: number }> {
  await using file = await SafetensorsFile.open(fileOf(folder, role));
  const model = newClassifier(role, 0);
  const state = await loadTensors(file);
  model.loadStateDict(state);
  for (const t of state.values()) t.dispose();
  return { model: model.eval(), accuracy: Number(file.metadata.accuracy) };
}

export async function openDemoTeacher(folder: string): Promise<Teacher> {
  const { model } = await openClassifier('teacher', folder);
  return smallTeacher(model.encoder, 'small scene classifier');
}

export async function openDemoJudge(
  folder: string,
): Promise<{ readonly extractor: FeatureExtractor; readonly accuracy: number }> {
  const { model, accuracy } = await openClassifier('judge', folder);
  return { extractor: smallExtractor(model, 'small scene classifier'), accuracy };
}

async function accuracyOf(model: SmallClassifier, dataset: Dataset<ImageSample>): Promise<number> {
  let hits = 0;
  for await (const { images, labels } of eachBatch(dataset, 250)) {
    using guesses = noGrad(() => scope(() => model.forward(images).argmax({ dim: 1 })));
    const values = await guesses.data();
    labels!.forEach((label, i) => {
      if (values[i] === label) hits++;
    });
    images.dispose();
  }
  return hits / dataset.length;
}
