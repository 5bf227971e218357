/**
 * A linear probe: how well a linear layer tells classes from fixed features. Features are standardised by the training
 * set's statistics (a batch norm without scale), then logistic regression is fitted to all of them at once; for features
 * of few thousand images this finds the optimum that the paper's LARS recipe approaches in epochs.
 */
import { AdamW } from '@tessera/optim';
import { ArgumentError, crossEntropy, linear, scope, type Tensor, tensor, zeros } from '@tessera/tensor';
import { joined } from '../joined.js';

/** Rows of features and the class of each. */
export interface LabelledFeatures {
  readonly data: Float32Array;
  readonly features: number;
  readonly labels: Int32Array;
}

/** Features of several batches, and the class of each row, as one set. */
export function stackFeatures(parts: readonly Float32Array[], labels: readonly number[]): LabelledFeatures {
  const data = joined(parts, Float32Array);
  return { data, features: data.length / labels.length, labels: Int32Array.from(labels) };
}

export interface ProbeOptions {
  /** Default 300. */
  readonly steps?: number;
  /** Default 0.05. */
  readonly lr?: number;
  /** Of the weights. Default 1e-4. */
  readonly weightDecay?: number;
}

/** How a probe is fitted: `fit` to all features at once, `lars` as the paper does. */
export type ProbeRecipe = 'fit' | 'lars';

/** Share of `test` that a linear layer fitted to `train` gets right. */
export async function linearProbe(
  train: LabelledFeatures,
  test: LabelledFeatures,
  { steps = 300, lr = 0.05, weightDecay = 1e-4 }: ProbeOptions = {},
): Promise<number> {
  if (train.features !== test.features)
    throw new ArgumentError(`both sets must have the same features; got ${train.features} and ${test.features}.`, {
      op: 'linearProbe',
    });
  const { features } = train;
  const classes = train.labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const standardise = standardiser(train);
  using weight = zeros([classes, features], { requiresGrad: true });
  using bias = zeros([classes], { requiresGrad: true });
  using x = tensor(standardise(train.data), { shape: [train.labels.length, features] });
  using y = tensor(train.labels);
  const schedule = (step: number) => 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  using optimizer = new AdamW([weight, bias], { lr, weightDecay, schedule });
  for (let step = 0; step < steps; step++) {
    scope(() => {
      crossEntropy(linear(x, weight, bias), y).backward();
      optimizer.step();
      optimizer.zeroGrad();
    });
  }
  const standardised = { ...test, data: standardise(test.data) };
  return shareRight(standardised, (given) => linear(given, weight.detach(), bias.detach()));
}

/** Share of rows whose largest logit is that of their class. */
export async function shareRight(
  { data, features, labels }: LabelledFeatures,
  logitsOf: (rows: Tensor) => Tensor,
): Promise<number> {
  using predicted = scope(() => logitsOf(tensor(data, { shape: [labels.length, features] })).argmax({ dim: 1 }));
  const guesses = await predicted.data();
  return labels.reduce((hits, label, i) => hits + (guesses[i] === label ? 1 : 0), 0) / labels.length;
}

function standardiser({ data, features }: LabelledFeatures): (rows: Float32Array) => Float32Array {
  const n = data.length / features;
  const mean = new Float64Array(features);
  const variance = new Float64Array(features);
  for (let i = 0; i < data.length; i++) mean[i % features]! += data[i]! / n;
  for (let i = 0; i < data.length; i++) variance[i % features]! += (data[i]! - mean[i % features]!) ** 2 / n;
  const scale = variance.map((v) => 1 / Math.sqrt(v + 1e-6));
  return (rows) => rows.map((v, i) => (v - mean[i % features]!) * scale[i % features]!);
}
