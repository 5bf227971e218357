/** `tessera gigatok info`: what configurations cost, from their shapes alone. */
import {
  type ImageModelConfig,
  imageModelCost,
  imageModelSizes,
  type MemoryPlan,
  type PartCost,
  tokenizerConfig,
  tokenizerConfigs,
  tokenizerCost,
  trainingPlan,
} from '@tessera/gigatok';
import { formatTable } from '@tessera/train';
import { Argument, Command, Option } from 'commander';
import { wholeNumber } from '../arguments.js';

const million = (n: number) => `${(n / 1e6).toFixed(2)} M`;
const gigabytes = (n: number) => `${(n / 1e9).toFixed(2)} GB`;

interface InfoFlags {
  readonly batch: number;
  readonly dtype: 'f32' | 'bf16';
  readonly gradientCheckpointing?: boolean;
  readonly shards: number;
}

export function infoCommand(): Command {
  return new Command('info')
    .description('Parameters, memory and work of configurations, from their shapes alone.')
    .addArgument(
      new Argument('[name]', 'a tokenizer or an image model, part by part').choices([
        ...new Set([...tokenizers, ...imageModels]),
      ]),
    )
    .option('--batch <number>', 'images of a training step', wholeNumber(1), 32)
    .addOption(new Option('--dtype <name>', 'of parameters and activations').choices(['f32', 'bf16']).default('bf16'))
    .option('--gradient-checkpointing', 'layers are computed again in the backward pass')
    .option('--shards <number>', 'devices that share parameters, states and the batch', wholeNumber(1), 1)
    .action((name: string | undefined, flags: InfoFlags) => {
      console.log(name === undefined ? overview(flags) : details(name, flags));
    });
}

const tokenizers = Object.keys(tokenizerConfigs);
const imageModels = Object.keys(imageModelSizes);

function partsOf(name: string): readonly PartCost[] {
  return tokenizers.includes(name) ? tokenizerCost(tokenizerConfig(name)) : imageModelCost(released(name));
}

const released = (name: string): ImageModelConfig => ({
  ...imageModelSizes[name as keyof typeof imageModelSizes],
  vocabulary: 16384,
  tokens: 256,
  classes: 1000,
});

function planRow(parts: readonly PartCost[], flags: InfoFlags): Record<string, string> {
  const { batch, dtype, gradientCheckpointing: checkpointing = false, shards } = flags;
  const plan: MemoryPlan = trainingPlan(parts, { batch, dtype, checkpointing, shards });
  return {
    parameters: million(parts.reduce((n, part) => n + part.parameters, 0)),
    'forward GMAC/image': (parts.reduce((n, part) => n + part.multiplyAdds, 0) / 1e9).toFixed(2),
    weights: gigabytes(plan.parameters),
    gradients: gigabytes(plan.gradients),
    AdamW: gigabytes(plan.optimizer),
    activations: gigabytes(plan.activations),
    total: gigabytes(plan.total),
    'TFLOP/step': (plan.flops / 1e12).toFixed(2),
  };
}

function assumptions({ batch, dtype, gradientCheckpointing, shards }: InfoFlags): string {
  return `batch ${batch}, ${dtype}, ${gradientCheckpointing ? 'gradient checkpointing' : 'no gradient checkpointing'}, per device of ${shards}; the memory is a plan, not a measurement`;
}

function overview(flags: InfoFlags): string {
  const rows = [
    ...tokenizers.map((name) => ({
      configuration: `tokenizer ${name}`,
      ...planRow(partsOf(name), flags),
    })),
    ...imageModels.map((name) => ({
      configuration: `image model ${name}`,
      ...planRow(imageModelCost(released(name)), flags),
    })),
  ];
  return `${formatTable(rows)}\n${assumptions(flags)}`;
}

function details(name: string, flags: InfoFlags): string {
  const parts = partsOf(name);
  const rows = parts.map((part) => ({
    part: part.name,
    parameters: million(part.parameters),
    'forward GMAC/image': (part.multiplyAdds / 1e9).toFixed(3),
    'activations/image': million(part.activations),
  }));
  return `${formatTable(rows)}\n\n${formatTable([planRow(parts, flags)])}\n${assumptions(flags)}`;
}
