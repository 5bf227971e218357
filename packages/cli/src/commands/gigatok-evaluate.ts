/** `tessera gigatok eval` and `probe`. */
import { type Dataset, type ImageSample, spreadDataset } from '@tessera/data';
import {
  CodeDataset,
  cropName,
  evaluateGeneration,
  evaluateReconstruction,
  type FeatureExtractor,
  formatMeasurements,
  imageModelLoss,
  loadImageModel,
  type Measurement,
  openInceptionExtractor,
  openPerceptual,
  type ProbeRecipe,
  probeImageModel,
  probeTokenizer,
  trainSmallExtractor,
} from '@tessera/gigatok';
import { Report } from '@tessera/train';
import { Command, Option } from 'commander';
import { wholeNumber, wholeNumbers } from '../arguments.js';
import {
  type DataFlags,
  type DrawFlags,
  dataOf,
  log,
  openImages,
  openTokenizer,
  requestOf,
  type TokenizerFlags,
  withData,
  withDrawing,
  withTokenizer,
} from './gigatok-flags.js';

interface EvaluateFlags extends TokenizerFlags, DataFlags, DrawFlags {
  readonly model?: string;
  readonly modelConfig?: string;
  readonly classes?: number[];
  readonly perClass: number;
  readonly inception?: string;
  readonly extractorSteps: number;
  readonly lpips?: string;
  readonly vgg16?: string;
  readonly reference?: string;
  readonly report?: string;
}

export function evaluateCommand(): Command {
  const command = withData(withTokenizer(new Command('eval')), 'reference images')
    .description(
      'Measure reconstructions or, with --model, samples. Every number names its extractor, reference, crop and count.',
    )
    .option('--model <path>', 'image model whose samples are measured: a folder, or a checkpoint (.pt, .safetensors)')
    .option('--model-config <name>', 'size of a checkpoint, such as B')
    .option('--classes <list>', 'classes to sample, as in 0-9', wholeNumbers)
    .option('--per-class <number>', 'samples of each class', wholeNumber(1), 50);
  return withDrawing(command)
    .option('--inception <file>', 'weights of pt_inception-2015-12-05: FID, sFID, inception score')
    .option(
      '--extractor-steps <number>',
      'without Inception: train a small classifier as feature extractor (its distances are not FID)',
      wholeNumber(),
      0,
    )
    .option('--lpips <file>', 'weights of LPIPS 0.1: all of it, or its heads beside --vgg16')
    .option('--vgg16 <file>', "torchvision's VGG16, where --lpips has the heads alone")
    .option('--reference <file>', 'npz with mu and sigma (and mu_s, sigma_s) of the extractor')
    .option('--report <file>', 'HTML file with the table')
    .addHelpText(
      'after',
      '\nExamples:\n  tessera gigatok eval --tokenizer VQ_BL256.pt --config B-L --data val --inception pt_inception-2015-12-05-6726825d.pth\n  tessera gigatok eval --tokenizer runs/tokenizer/tokenizer --model runs/ar/image-model --data val --extractor-steps 500',
    )
    .action(async (flags: EvaluateFlags, command: Command) => {
      const wrong = contradiction(flags);
      if (wrong !== undefined) command.error(`error: ${wrong}`);
      const measured = await measure(flags);
      console.log(formatMeasurements(measured));
      if (flags.report === undefined) return;
      const rows = measured.map((m) => ({ ...m }));
      await new Report('GigaTok evaluation').table('Measurements', rows).write(flags.report);
    });
}

/** What is wrong with options that are right one by one. */
function contradiction({ vgg16, lpips, inception, extractorSteps, model }: EvaluateFlags): string | undefined {
  if (vgg16 !== undefined && lpips === undefined) return '--vgg16 needs --lpips, the heads on top of it.';
  if (inception !== undefined && extractorSteps > 0) return 'give either --inception or --extractor-steps.';
  if (model !== undefined && inception === undefined && extractorSteps === 0)
    return '--model needs --inception or --extractor-steps: samples are compared in features.';
  return undefined;
}

async function measure(flags: EvaluateFlags): Promise<Measurement[]> {
  using tokenizer = await openTokenizer(flags);
  const data = dataOf(flags);
  const { imageSize } = tokenizer.config;
  await using images = await openImages(data, imageSize);
  const { reference } = flags;
  const options = { crop: cropName(data, imageSize), reference, extractor: await extractorOf(flags, imageSize) };
  const { extractor } = options;
  if (flags.model !== undefined && extractor !== undefined)
    return await generated(flags, flags.model, tokenizer, images, { ...options, extractor });
  return await evaluateReconstruction(tokenizer, images, { ...options, perceptual: await perceptualOf(flags) });
}

async function extractorOf(flags: EvaluateFlags, imageSize: number): Promise<FeatureExtractor | undefined> {
  if (flags.inception !== undefined) return openInceptionExtractor(flags.inception);
  if (flags.extractorSteps === 0) return undefined;
  return trainSmallExtractor(dataOf(flags), imageSize, flags.extractorSteps, log);
}

async function perceptualOf({ lpips, vgg16 }: EvaluateFlags) {
  if (lpips === undefined) return undefined;
  const distance = (await openPerceptual(vgg16 === undefined ? { lpips } : { heads: lpips, vgg16 }))!;
  return { name: `LPIPS 0.1, VGG16 (${lpips})`, distance };
}

async function generated(
  flags: EvaluateFlags,
  path: string,
  tokenizer: Awaited<ReturnType<typeof openTokenizer>>,
  images: Dataset<ImageSample>,
  options: { crop: string; reference: string | undefined; extractor: FeatureExtractor },
): Promise<Measurement[]> {
  using model = await loadImageModel(path, flags.modelConfig);
  const classes = flags.classes ?? Array.from({ length: model.config.classes }, (_, i) => i);
  const request = requestOf(flags, classes, flags.perClass);
  return await evaluateGeneration(model, tokenizer, request, options.reference ?? images, options);
}

interface ProbeFlags {
  readonly tokenizer?: string;
  readonly config?: string;
  readonly model?: string;
  readonly modelConfig?: string;
  readonly train: string;
  readonly test: string;
  readonly limit?: number;
  readonly recipe: ProbeRecipe;
}

export function probeCommand(): Command {
  return new Command('probe')
    .description('Linear probes: of a tokenizer on images, or of an image model on extracted codes.')
    .option('--tokenizer <path>', 'folder or checkpoint of a tokenizer')
    .option('--config <name>', 'configuration of a checkpoint')
    .option('--model <path>', 'folder or checkpoint of an image model')
    .option('--model-config <name>', 'size of a checkpoint, such as B')
    .requiredOption('--train <path>', 'images, or the codes of them, to fit on')
    .requiredOption('--test <path>', 'others to test on')
    .option('--limit <number>', 'use n images of each, at even distances', wholeNumber(1))
    .addOption(
      new Option('--recipe <name>', "fit: to all features at once; lars: the paper's 90 epochs")
        .choices(['fit', 'lars'])
        .default('fit'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  tessera gigatok probe --tokenizer runs/tokenizer/tokenizer --train images/train --test images/val\n  tessera gigatok probe --model runs/ar/image-model --train codes --test held-out-codes',
    )
    .action(async (flags: ProbeFlags, command: Command) => {
      if ((flags.tokenizer === undefined) === (flags.model === undefined))
        command.error('error: give either --tokenizer or --model.');
      await (flags.model === undefined ? probeTokenizerOf(flags) : probeModelOf(flags, flags.model));
    });
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

async function probeModelOf({ train, test, limit, recipe, modelConfig }: ProbeFlags, path: string): Promise<void> {
  using model = await loadImageModel(path, modelConfig);
  const codes = async (folder: string) => {
    const whole = await CodeDataset.open(folder);
    return limit === undefined ? whole : spreadDataset(whole, limit);
  };
  const [fitted, tested] = [await codes(train), await codes(test)];
  const { layers } = model.config;
  const accuracy = await probeImageModel(model, fitted, tested, recipe);
  console.log(`image model, after ${Math.floor(layers / 2)} of ${layers} blocks: ${percent(accuracy)}`);
  console.log(`cross entropy of ${test}: ${(await imageModelLoss(model, tested)).toFixed(4)} nats a token`);
}

async function probeTokenizerOf({ tokenizer: path, config, train, test, limit, recipe }: ProbeFlags): Promise<void> {
  using tokenizer = await openTokenizer({ tokenizer: path!, ...(config && { config }) });
  const images = (data: string) =>
    openImages(dataOf({ data, workers: 0, ...(limit && { limit }) }), tokenizer.config.imageSize);
  await using fitted = await images(train);
  await using tested = await images(test);
  const { encoder, decoder } = await probeTokenizer(tokenizer, fitted, tested, recipe);
  console.log(`encoder features: ${percent(encoder)}`);
  console.log(`decoder features: ${percent(decoder)}`);
}
