/** The YAML files of the command: what each stage takes, checked key by key. */
import { z } from '@tessera/train';
import { imageModelSizes } from '../ar/config.js';
import { tokenizerConfigs } from '../model/config.js';

const whole = (least: number) => z.int().min(least);
const positive = z.number().positive();
const share = z.number().min(0).max(1);

/** A collection of images and how they are cropped. */
export const dataSchema = z.strictObject({
  /** Folder of class folders, tar files, or parquet files. */
  path: z.string(),
  split: z.string().optional(),
  crop: z.enum(['center', 'random', 'ten']).optional(),
  fractions: z.tuple([share, share]).optional(),
  tenCropScale: z.number().min(1).optional(),
  flip: z.boolean().optional(),
  /** Threads that decode. */
  workers: whole(0).default(0),
  /** Use so many of the images, at even distances. */
  limit: whole(1).optional(),
});

const size = z.union([z.string(), z.strictObject({ width: whole(1), layers: whole(1), heads: whole(1) })]);

const cnnSchema = z.strictObject({
  channels: whole(1),
  encoderMultipliers: z.array(whole(1)).min(1),
  decoderMultipliers: z.array(whole(1)).min(1),
  resBlocks: whole(1),
  attention: z.boolean(),
  adaptiveGroupNorm: z.boolean(),
  depthToSpace: z.boolean(),
  normGroups: whole(1),
  normGroupWidth: whole(1),
});

const codebookSchema = z.strictObject({
  size: whole(1),
  dim: whole(1),
  l2Norm: z.boolean(),
  commitment: z.number().min(0),
  entropyWeight: z.number().min(0),
  entropyTemperature: positive,
  rotation: z.boolean(),
});

/** A named tokenizer with values of one's own on top, or all values. */
const tokenizerSchema = z.strictObject({
  base: z.enum(Object.keys(tokenizerConfigs) as [string, ...string[]]).optional(),
  kind: z.enum(['1d', '2d']).optional(),
  imageSize: whole(1).optional(),
  encoder: size.optional(),
  decoder: size.optional(),
  latentTokens: whole(1).optional(),
  latentChannels: whole(1).optional(),
  cnn: cnnSchema.partial().optional(),
  codebook: codebookSchema.partial().optional(),
  layerType: z.enum(['plain', 'decoder']).optional(),
  encoderQueries: z.enum(['multiLevel', 'mean', 'learned']).optional(),
  decoderQueries: z.enum(['first', 'lastLevel', 'multiLevel', 'learned']).optional(),
  qkNorm: z.boolean().optional(),
  mlpRatio: positive.optional(),
  dropout: share.optional(),
  semantic: z
    .strictObject({ layer: whole(1), features: whole(1).optional() })
    .nullable()
    .optional(),
  featureLoss: z.enum(['mse', 'cosine']).optional(),
});

const scheduleSchema = z.strictObject({
  kind: z.enum(['cosine', 'wsd', 'constant']).optional(),
  warmup: whole(0).optional(),
  end: share.optional(),
  decay: share.optional(),
});

const runSchema = {
  steps: whole(1),
  batch: whole(1),
  /** AdamW as released, or Muon, which learns more per step. */
  optimizer: z.enum(['adamw', 'muon']).optional(),
  lr: positive.optional(),
  betas: z.tuple([share, share]).optional(),
  weightDecay: z.number().min(0).optional(),
  clipNorm: positive.optional(),
  schedule: scheduleSchema.optional(),
  seed: whole(0).default(0),
  checkpointEvery: whole(1).optional(),
  logEvery: whole(1).default(10),
  dtype: z.enum(['f32', 'bf16']).default('f32'),
  /** Recompute layers in the backward pass. */
  checkpointing: z.boolean().default(false),
};

const lossSchema = z.strictObject({
  reconstruction: z.enum(['l2', 'l1']).optional(),
  reconstructionWeight: z.number().min(0).optional(),
  perceptualWeight: z.number().min(0).optional(),
  adversarialWeight: z.number().min(0).optional(),
  adversarialStart: whole(0).optional(),
  generatorLoss: z.enum(['hinge', 'vanilla']).optional(),
  discriminatorLoss: z.enum(['hinge', 'vanilla']).optional(),
  adaptiveWeight: z.boolean().optional(),
  semanticWeight: z.number().min(0).optional(),
  shortcutsEnd: whole(0).optional(),
  entropyEnd: whole(0).optional(),
});

/** `tessera gigatok train`. */
export const trainSchema = z.strictObject({
  /** Folder of the run. */
  output: z.string(),
  /** A step takes one crop of an image: the ten are for codes. */
  data: dataSchema.omit({ tenCropScale: true }).extend({ crop: z.enum(['center', 'random']).optional() }),
  tokenizer: z.union([z.string(), tokenizerSchema]),
  /** `released` values for long runs, `small` ones for hundreds or thousands of steps. */
  init: z.enum(['released', 'small']).default('released'),
  /** Where semantic features come from: DINOv2 in a folder, or a small network trained here first. */
  teacher: z
    .union([z.strictObject({ dinov2: z.string() }), z.strictObject({ small: z.strictObject({ steps: whole(1) }) })])
    .optional(),
  /** LPIPS: one checkpoint of the whole, or VGG16 and the heads. */
  perceptual: z
    .union([z.strictObject({ lpips: z.string() }), z.strictObject({ vgg16: z.string(), heads: z.string() })])
    .optional(),
  discriminator: z
    .union([
      z.strictObject({ kind: z.literal('patchgan'), channels: whole(1).optional(), layers: whole(1).optional() }),
      z.strictObject({ kind: z.literal('dino'), weights: z.string() }),
    ])
    .optional(),
  loss: lossSchema.default({}),
  training: z.strictObject({
    ...runSchema,
    ema: share.optional(),
    usageWindow: whole(1).optional(),
    /** Steps between grids of reconstructions. */
    gridEvery: whole(1).default(500),
  }),
});

export type TrainConfig = z.output<typeof trainSchema>;

/** `tessera gigatok train-ar`. */
export const trainImageModelSchema = z.strictObject({
  output: z.string(),
  /** Folder that `extract` wrote. */
  codes: z.string(),
  model: z.strictObject({
    size: z.union([
      z.enum(Object.keys(imageModelSizes) as [string, ...string[]]),
      z.strictObject({ width: whole(1), layers: whole(1), heads: whole(1) }),
    ]),
    kvHeads: whole(1).optional(),
    positions: z.enum(['learned', 'rope2d']).optional(),
    ropeBase: positive.optional(),
    multipleOf: whole(1).optional(),
    normEps: positive.optional(),
    qkNorm: z.boolean().optional(),
    modulation: z.enum(['none', 'block', 'shared']).optional(),
    dropout: share.optional(),
    classDropout: share.optional(),
  }),
  training: z.strictObject(runSchema),
});

export type TrainImageModelConfig = z.output<typeof trainImageModelSchema>;
