/** `tessera gigatok`: train visual tokenizers and image models, sample, and evaluate both. */
import { dirname, join } from 'node:path';
import { makeFolder } from '@tessera/data';
import {
  extractCodes,
  loadImageModel,
  openImageData,
  reconstructImages,
  trainImageModel,
  trainImageModelSchema,
  trainSchema,
  trainTokenizer,
  writeSamples,
} from '@tessera/gigatok';
import { interruptible, loadConfig } from '@tessera/train';
import { Command, Option } from 'commander';
import { repeated, wholeNumber, wholeNumbers } from '../arguments.js';
import { demoCommand } from './gigatok-demo.js';
import { evaluateCommand, probeCommand } from './gigatok-evaluate.js';
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
import { infoCommand } from './gigatok-info.js';

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
      await using images = await openImages(dataOf(flags), tokenizer.config.imageSize);
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

interface SampleFlags extends TokenizerFlags, DrawFlags {
  readonly model: string;
  readonly modelConfig?: string;
  readonly classes: number[];
  readonly perClass: number;
  readonly output: string;
}

function sampleCommand(): Command {
  return withDrawing(withTokenizer(new Command('sample')))
    .description('Draw images of classes, as one picture.')
    .requiredOption('--model <path>', 'image model: a folder that training wrote, or a checkpoint (.pt, .safetensors)')
    .option('--model-config <name>', 'size of a checkpoint, such as B')
    .requiredOption('--classes <list>', 'classes, as in 0,3 or 0-9', wholeNumbers)
    .option('--per-class <number>', 'images of each class', wholeNumber(1), 8)
    .option('--output <file>', 'PNG', 'samples.png')
    .addHelpText(
      'after',
      '\nExample:\n  tessera gigatok sample --tokenizer runs/tokenizer/tokenizer --model runs/ar/image-model --classes 0-9 --scale 1.75',
    )
    .action(async (flags: SampleFlags) => {
      const { classes, perClass, output } = flags;
      using tokenizer = await openTokenizer(flags);
      using model = await loadImageModel(flags.model, flags.modelConfig);
      await makeFolder(dirname(output));
      await writeSamples(model, tokenizer, requestOf(flags, classes, perClass), output, perClass);
      console.log(output);
    });
}
