/** `tessera gigatok`: train visual tokenizers and image models, sample, and evaluate both. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CodeDataset,
  cropName,
  type DataConfig,
  type DemoResult,
  dataSchema,
  evaluateGeneration,
  evaluateReconstruction,
  extractCodes,
  type FeatureExtractor,
  formatMeasurements,
  type GuidanceSchedule,
  ImageFeed,
  loadImageModel,
  loadTokenizer,
  openImageData,
  openPerceptual,
  probeImageModel,
  probeTokenizer,
  reconstructImages,
  runDemo,
  SmallClassifier,
  smallExtractor,
  trainClassifier,
  trainImageModel,
  trainImageModelSchema,
  trainSchema,
  trainTokenizer,
  writeSamples,
} from '@tessera/gigatok';
import { Generator } from '@tessera/tensor';
import { formatTable, interruptible, loadConfig, parseConfig, Report } from '@tessera/train';
import { Command, InvalidArgumentError, Option } from 'commander';
import { realNumber, repeated, wholeNumber, wholeNumbers } from '../arguments.js';
import { infoCommand } from './gigatok-info.js';

const log = (message: string): void => console.error(message);

interface DataFlags {
  readonly data: string;
  readonly split?: string;
  readonly crop?: 'center' | 'random' | 'ten';
  readonly limit?: number;
  readonly workers: number;
}

function withData(command: Command, what = 'images: class folders, tars or parquet'): Command {
  return command
    .requiredOption('--data <path>', what)
    .option('--split <name>', 'part of the collection')
    .option('--limit <number>', 'use the first n images', wholeNumber(1))
    .option('--workers <number>', 'threads that decode', wholeNumber(), 0);
}

function dataOf({ data: path, split, crop, limit, workers }: DataFlags): DataConfig {
  const given = { path, workers, ...(split && { split }), ...(crop && { crop }), ...(limit && { limit }) };
  return parseConfig(given, dataSchema, '--data');
}

function withTokenizer(command: Command): Command {
  return command
    .requiredOption('--tokenizer <path>', 'folder of a trained tokenizer, or a checkpoint (.pt, .safetensors)')
    .option('--config <name>', 'configuration of a checkpoint, such as B-L');
}

interface TokenizerFlags {
  readonly tokenizer: string;
  readonly config?: string;
}

const openTokenizer = ({ tokenizer, config }: TokenizerFlags) =>
  loadTokenizer(tokenizer, config === undefined ? {} : { config });

interface SampleFlags {
  readonly classes: number[];
  readonly perClass: number;
  readonly scale: number;
  readonly schedule: GuidanceSchedule;
  readonly windowStart?: number;
  readonly windowEnd?: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

function withSampling(command: Command): Command {
  const schedules = ['constant', 'linear', 'linear_re', 'triangular', 'rectangular', 'step', 'cosine'];
  return command
    .requiredOption('--model <folder>', 'folder of a trained image model')
    .requiredOption('--classes <list>', 'classes, as in 0,3 or 0-9', wholeNumbers)
    .option('--per-class <number>', 'images of each class', wholeNumber(1), 8)
    .option('--scale <number>', 'classifier-free guidance; 1 for none', realNumber(), 1)
    .addOption(new Option('--schedule <name>', 'guidance over the tokens').choices(schedules).default('constant'))
    .option('--window-start <number>', 'share of the tokens at which guidance starts', realNumber(0, 1))
    .option('--window-end <number>', 'share of the tokens at which it ends', realNumber(0, 1))
    .option('--temperature <number>', '0 takes the most likely token', realNumber(0), 1)
    .option('--top-k <number>', 'keep the n most likely tokens; 0 for all', wholeNumber(), 0)
    .option('--top-p <number>', 'then those with this share of the probability', realNumber(0, 1), 1)
    .option('--seed <number>', 'the same seed draws the same images', wholeNumber(), 0);
}

function requestOf(flags: SampleFlags) {
  const { classes, perClass, scale, schedule, windowStart, windowEnd, temperature, topK, topP, seed } = flags;
  return {
    classes: Int32Array.from(classes.flatMap((label) => new Array<number>(perClass).fill(label))),
    scale,
    schedule,
    temperature,
    topK,
    topP,
    seed,
    ...(windowStart !== undefined && { windowStart }),
    ...(windowEnd !== undefined && { windowEnd }),
  };
}

export function gigatokCommand(): Command {
  const command = new Command('gigatok').description(
    'Visual tokenizers and autoregressive image models on their tokens (arXiv 2504.08736).',
  );
  command.addCommand(trainCommand()).addCommand(reconstructCommand()).addCommand(extractCommand());
  command.addCommand(trainImageModelCommand()).addCommand(sampleCommand()).addCommand(evaluateCommand());
  return command.addCommand(probeCommand()).addCommand(infoCommand()).addCommand(demoCommand());
}

function trainCommand(): Command {
  return new Command('train')
    .description('Train a tokenizer on images. The same file and folder go on where a run was stopped.')
    .argument('<config>', 'YAML: output, data, tokenizer, teacher, perceptual, discriminator, loss, training')
    .addHelpText('after', '\nExample:\n  tessera gigatok train tokenizer.yaml --set training.steps=1000')
    .option('--set <key=value>', 'take precedence over the file (repeatable)', repeated)
    .action(async (path: string, { set = [] }: { set?: string[] }) => {
      const config = await loadConfig(path, trainSchema, { set });
      const folder = await interruptible((signal) => trainTokenizer(config, { signal, log }));
      console.log(`tokenizer: ${folder}\nreport: ${join(config.output, 'report.html')}`);
    });
}

function trainImageModelCommand(): Command {
  return new Command('train-ar')
    .description('Train an image model on extracted codes.')
    .argument('<config>', 'YAML: output, codes, model, training')
    .addHelpText('after', '\nExample:\n  tessera gigatok train-ar model.yaml --set output=runs/ar')
    .option('--set <key=value>', 'take precedence over the file (repeatable)', repeated)
    .action(async (path: string, { set = [] }: { set?: string[] }) => {
      const config = await loadConfig(path, trainImageModelSchema, { set });
      const folder = await interruptible((signal) => trainImageModel(config, { signal, log }));
      console.log(`image model: ${folder}\nreport: ${join(config.output, 'report.html')}`);
    });
}

function reconstructCommand(): Command {
  return withData(withTokenizer(new Command('reconstruct')))
    .description('Write images beside their reconstructions.')
    .option('--output <folder>', 'where the pictures go', 'reconstructions')
    .addHelpText(
      'after',
      '\nExample:\n  tessera gigatok reconstruct --tokenizer VQ_BL256.pt --config B-L --data images --count 8',
    )
    .option('--count <number>', 'images', wholeNumber(1), 16)
    .action(async (flags: TokenizerFlags & DataFlags & { output: string; count: number }) => {
      using tokenizer = await openTokenizer(flags);
      await using images = await openImageData(dataOf(flags), tokenizer.config.imageSize, 0);
      for (const file of await reconstructImages(tokenizer, images, flags.output, flags.count)) console.log(file);
    });
}

function extractCommand(): Command {
  return withData(withTokenizer(new Command('extract')))
    .description('Write the codes of images, in shards; goes on where it was stopped.')
    .addOption(
      new Option('--crop <kind>', 'one crop of each image, or ten').choices(['center', 'ten']).default('center'),
    )
    .option('--output <folder>', 'where the codes go', 'codes')
    .option('--shard-size <number>', 'images of a shard', wholeNumber(1), 10000)
    .option('--rank <number>', 'this process', wholeNumber(), 0)
    .option('--world <number>', 'processes that share the work', wholeNumber(1), 1)
    .addHelpText(
      'after',
      '\nExample:\n  tessera gigatok extract --tokenizer runs/tokenizer/tokenizer --data images --crop ten --output codes',
    )
    .action(
      async (
        flags: TokenizerFlags & DataFlags & { output: string; shardSize: number; rank: number; world: number },
      ) => {
        const { output: folder, shardSize, rank, world } = flags;
        using tokenizer = await openTokenizer(flags);
        await using images = await openImageData(dataOf(flags), tokenizer.config.imageSize, 0);
        const onProgress = (done: number, total: number) => log(`${done} of ${total} images`);
        const index = await interruptible((signal) =>
          extractCodes(tokenizer, images, { folder, shardSize, rank, world, onProgress, signal }),
        );
        if (index === undefined) return console.log(`${folder}: done here; other processes have shards to write.`);
        for (const message of index.skipped) log(`skipped: ${message}`);
        console.log(
          `${folder}: ${index.images} images of ${index.crops} x ${index.tokens} codes, ${index.classes} classes, ${index.skipped.length} skipped`,
        );
      },
    );
}

function sampleCommand(): Command {
  return withSampling(withTokenizer(new Command('sample')))
    .description('Draw images of classes, as one picture.')
    .option('--output <file>', 'PNG', 'samples.png')
    .addHelpText(
      'after',
      '\nExample:\n  tessera gigatok sample --tokenizer runs/tokenizer/tokenizer --model runs/ar/image-model --classes 0-9 --scale 1.75',
    )
    .action(async (flags: TokenizerFlags & SampleFlags & { model: string; output: string }) => {
      using tokenizer = await openTokenizer(flags);
      using model = await loadImageModel(flags.model);
      await mkdir(dirname(flags.output), { recursive: true });
      await writeSamples(model, tokenizer, requestOf(flags), flags.output, Math.max(1, flags.perClass));
      console.log(flags.output);
    });
}

/** A small classifier trained on the reference images: what stands in for Inception where its weights are not given. */
async function trainedExtractor(data: DataConfig, imageSize: number, steps: number): Promise<FeatureExtractor> {
  await using images = await openImageData(data, imageSize, 1);
  let classes = 0;
  for (let i = 0; i < images.length; i++)
    classes = Math.max(classes, ((await images.get(i).catch(() => undefined))?.label ?? 0) + 1);
  const classifier = new SmallClassifier(classes, { channels: 16, generator: new Generator(1) });
  const feed = new ImageFeed(images, { batchSize: Math.min(64, images.length), seed: 1 });
  await trainClassifier(classifier, feed, {
    steps,
    generator: new Generator(2),
    onStep: (s, loss) => log(`extractor: step ${s}, loss ${loss.toFixed(3)}`),
  });
  return smallExtractor(classifier, `small classifier (${steps} steps on ${data.path})`);
}

function evaluateCommand(): Command {
  return withData(withTokenizer(new Command('eval')), 'reference images')
    .description(
      'Measure reconstructions or, with --model, samples. Every number names its extractor, reference, crop and count.',
    )
    .option('--model <folder>', 'image model whose samples are measured')
    .option('--classes <list>', 'classes to sample, as in 0-9', wholeNumbers)
    .option('--per-class <number>', 'samples of each class', wholeNumber(1), 50)
    .option('--scale <number>', 'classifier-free guidance', realNumber(), 1)
    .option('--seed <number>', 'of the samples', wholeNumber(), 0)
    .option(
      '--extractor-steps <number>',
      'train a small classifier as feature extractor (its distances are not FID)',
      wholeNumber(),
      0,
    )
    .option('--lpips <file>', 'weights of LPIPS')
    .option('--reference <file>', 'npz with mu and sigma of the extractor')
    .option('--report <file>', 'HTML file with the table')
    .action(async (flags: TokenizerFlags & DataFlags & EvaluateFlags) => {
      using tokenizer = await openTokenizer(flags);
      const data = dataOf(flags);
      const { imageSize } = tokenizer.config;
      await using images = await openImageData(data, imageSize, 0);
      const crop = cropName(data, imageSize);
      const extractor =
        flags.extractorSteps > 0 ? await trainedExtractor(data, imageSize, flags.extractorSteps) : undefined;
      const distance = flags.lpips === undefined ? undefined : await openPerceptual({ lpips: flags.lpips });
      const options = {
        crop,
        extractor,
        reference: flags.reference,
        perceptual: distance && { name: `LPIPS VGG16 (${flags.lpips})`, distance },
      };
      const measured =
        flags.model === undefined
          ? await evaluateReconstruction(tokenizer, images, options)
          : await generated(flags, tokenizer, images, crop, extractor);
      console.log(formatMeasurements(measured));
      if (flags.report !== undefined) {
        await new Report('GigaTok evaluation')
          .table(
            'Measurements',
            measured.map((m) => ({ ...m })),
          )
          .write(flags.report);
      }
    });
}

interface EvaluateFlags {
  readonly model?: string;
  readonly classes?: number[];
  readonly perClass: number;
  readonly scale: number;
  readonly seed: number;
  readonly extractorSteps: number;
  readonly lpips?: string;
  readonly reference?: string;
  readonly report?: string;
}

async function generated(
  flags: EvaluateFlags,
  tokenizer: Awaited<ReturnType<typeof openTokenizer>>,
  images: Awaited<ReturnType<typeof openImageData>>,
  crop: string,
  extractor: FeatureExtractor | undefined,
) {
  if (extractor === undefined)
    throw new InvalidArgumentError('--model needs --extractor-steps: samples are compared in features.');
  using model = await loadImageModel(flags.model!);
  const classes = flags.classes ?? Array.from({ length: model.config.classes }, (_, i) => i);
  const request = {
    classes: Int32Array.from(classes.flatMap((label) => new Array<number>(flags.perClass).fill(label))),
    scale: flags.scale,
    seed: flags.seed,
  };
  return evaluateGeneration(model, tokenizer, request, flags.reference ?? images, { crop, extractor });
}

function probeCommand(): Command {
  return new Command('probe')
    .description('Linear probes: of a tokenizer on images, or of an image model on extracted codes.')
    .option('--tokenizer <path>', 'folder or checkpoint of a tokenizer')
    .option('--config <name>', 'configuration of a checkpoint')
    .option('--model <folder>', 'folder of an image model')
    .requiredOption('--train <path>', 'images, or the codes of them, to fit on')
    .requiredOption('--test <path>', 'others to test on')
    .option('--limit <number>', 'use the first n images of each', wholeNumber(1))
    .action(
      async (flags: {
        tokenizer?: string;
        config?: string;
        model?: string;
        train: string;
        test: string;
        limit?: number;
      }) => {
        if ((flags.tokenizer === undefined) === (flags.model === undefined))
          throw new InvalidArgumentError('give either --tokenizer or --model.');
        if (flags.model !== undefined) {
          using model = await loadImageModel(flags.model);
          const accuracy = await probeImageModel(
            model,
            await CodeDataset.open(flags.train),
            await CodeDataset.open(flags.test),
          );
          return console.log(
            `image model, after ${Math.floor(model.config.layers / 2)} of ${model.config.layers} blocks: ${(100 * accuracy).toFixed(2)} %`,
          );
        }
        using tokenizer = await openTokenizer({
          tokenizer: flags.tokenizer!,
          ...(flags.config && { config: flags.config }),
        });
        const images = (data: string) =>
          openImageData(
            dataOf({ data, workers: 0, ...(flags.limit && { limit: flags.limit }) }),
            tokenizer.config.imageSize,
            0,
          );
        await using train = await images(flags.train);
        await using test = await images(flags.test);
        for (const part of ['encoder', 'decoder'] as const) {
          console.log(`${part} features: ${(100 * (await probeTokenizer(tokenizer, part, train, test))).toFixed(2)} %`);
        }
      },
    );
}

function demoCommand(): Command {
  return new Command('demo')
    .description(
      'The whole pipeline in minutes on procedural scenes: with and without entropy loss and semantic regularization.',
    )
    .option('--output <folder>', 'pictures, results and a report', 'gigatok-demo')
    .option('--seeds <list>', 'as in 0 or 0-2', wholeNumbers, [0])
    .action(async ({ output, seeds }: { output: string; seeds: number[] }) => {
      const results: DemoResult[] = [];
      for (const seed of seeds) results.push(await runDemo({ seed, folder: join(output, `seed-${seed}`), log }));
      const rows = results.flatMap(({ seed, variants }) =>
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
          seconds: v.seconds.toFixed(0),
        })),
      );
      console.log(formatTable(rows));
      console.log(
        `distances and class accuracy by: ${results[0]!.extractor}, an independent small network; the teacher is another one, trained with the classes.`,
      );
      await new Report('GigaTok demo').table('Variants', rows).write(join(output, 'report.html'));
      console.log(`report: ${join(output, 'report.html')}`);
    });
}
