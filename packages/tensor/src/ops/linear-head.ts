/**
 * Losses of a language model straight from its hidden states and head weight. Logits are made tile by tile and reduced
 * at once; a matrix of tokens by classes never exists, forward or backward.
 */
import { kernels } from '../backend.js';
import { full } from '../creation.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { isGradEnabled } from '../grad-mode.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable, differentiableAll } from '../op.js';
import { checkInteger } from '../options.js';
import { sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import {
  checkIs,
  checkSameDType,
  dense,
  emptyLike,
  meanOverCounted,
  referenceLogSumExp,
  scaledBy,
  weightedSum,
} from './common.js';
import type { CrossEntropyOptions } from './loss.js';
import { mergedRows, multiply, transposed } from './product.js';
import { expand } from './views.js';

interface HeadOptions {
  /** Divides the logits. Default 1. */
  readonly temperature?: number;
  /** Tokens of this value give zero and no gradient. Default -100. */
  readonly ignoreIndex?: number;
}

export interface LinearCrossEntropyOptions extends CrossEntropyOptions, HeadOptions {}

export interface LinearLogProbOptions extends HeadOptions {}

interface Sizes {
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
}

function checkHead(
  op: string,
  hidden: Tensor,
  weight: Tensor,
  targets: Tensor,
  bias: Tensor | undefined,
  temperature: number,
  ignoreIndex: number,
): Sizes {
  checkInteger(op, 'ignoreIndex', ignoreIndex);
  checkDevices(op, hidden, weight, targets, bias);
  checkIs(op, 'hidden', hidden, 'f32', 'bf16');
  checkSameDType(op, hidden, weight, bias);
  checkIs(op, 'targets', targets, 'i32');
  if (hidden.ndim === 0 || weight.ndim !== 2 || hidden.shape.at(-1) !== weight.shape[1]) {
    throw new ShapeError(
      `hidden must be [..., features] and weight [classes, features]; got ${formatShape(hidden.shape)} and ${formatShape(weight.shape)}.`,
      { op, actual: [hidden.shape, weight.shape] },
    );
  }
  if (!sameShape(hidden.shape.slice(0, -1), targets.shape)) {
    throw new ShapeError(
      `targets must be ${formatShape(hidden.shape.slice(0, -1))} for hidden ${formatShape(hidden.shape)}; got ${formatShape(targets.shape)}.`,
      { op, actual: targets.shape },
    );
  }
  const [classes, features] = weight.shape as [number, number];
  if (bias !== undefined && !sameShape(bias.shape, [classes])) {
    throw new ShapeError(`bias must be [${classes}]; got ${formatShape(bias.shape)}.`, { op, actual: bias.shape });
  }
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new ArgumentError(`temperature must be positive and finite; got ${temperature}.`, {
      op,
      actual: temperature,
    });
  }
  return { rows: targets.numel, features, classes };
}

/** logits / temperature of each token, in float64. */
function referenceLogits(
  hidden: NdArray,
  weight: NdArray,
  bias: NdArray | undefined,
  temperature: number,
): Float64Array[] {
  const [classes, features] = weight.shape as [number, number];
  return Array.from({ length: hidden.data.length / features }, (_, row) =>
    Float64Array.from({ length: classes }, (_, v) => {
      let logit = bias ? bias.data[v]! : 0;
      for (let c = 0; c < features; c++) logit += hidden.data[row * features + c]! * weight.data[v * features + c]!;
      return logit / temperature;
    }),
  );
}

/**
 * `crossEntropy((hidden weightᵀ + bias) / temperature, targets)` for `hidden` `[..., features]`, `weight` `[classes,
 * features]`, `targets` `[...]` (`i32`) and `bias` `[classes]` (optional), without the logits in memory. The mean is
 * over targets that are not ignored. A target outside the classes gives NaN. On CUDA, a bf16 gradient of the weight is
 * rounded after each block of rows whose logits fit 256 MB, unless the reduction is `none`.
 */
export const linearCrossEntropy = defineOp({
  name: 'linearCrossEntropy',
  options: { reduction: true, ignoreIndex: true, labelSmoothing: true, temperature: true },
  forward: (
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    bias?: Tensor,
    { ignoreIndex = -100, labelSmoothing = 0, reduction = 'mean', temperature = 1 }: LinearCrossEntropyOptions = {},
  ) => {
    const op = 'linearCrossEntropy';
    const sizes = checkHead(op, hidden, weight, targets, bias, temperature, ignoreIndex);
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
      throw new ArgumentError(`labelSmoothing must be from 0 to 1; got ${labelSmoothing}.`, { op });
    if (reduction !== 'none' && reduction !== 'mean' && reduction !== 'sum') {
      throw new ArgumentError(`unknown reduction; got '${String(reduction)}'; expected 'mean', 'sum' or 'none'.`, {
        op,
        actual: reduction,
      });
    }
    const { device } = hidden;
    const params = { ...sizes, ignoreIndex, scale: 1 / Math.fround(temperature), labelSmoothing };
    const [x, w, t, b] = [dense(hidden), dense(weight), dense(targets), bias && dense(bias)];
    const loss = Tensor.empty(device, targets.shape, 'f32');
    const inputs = { hidden: x, weight: w, bias: b, targets: t, loss, ...params };
    const scale = reduction === 'mean' ? meanOverCounted(t, ignoreIndex) : null;
    const wanted = [hidden, weight, targets, bias].map((each) => each?.requiresGrad === true);
    if (reduction !== 'none' && isGradEnabled() && wanted.includes(true)) {
      // What a row counts in the result is known, so the gradients are made with the losses, but for a factor.
      const gradients = gradientList(
        headGradients(x, w, b, (i) => wanted[i]!),
        b !== undefined,
      );
      const [dhidden, dweight, , dbias] = gradients.map((each) => each ?? undefined);
      const dloss = scale ?? full([], 1, { device });
      kernels.linearCrossEntropyWithGradients(device.commands, { dloss, ...inputs, dhidden, dweight, dbias });
      const saved = gradients.filter((each) => each !== null);
      return differentiable(weightedSum(loss, scale), saved, (g, tensors, { last }) => {
        const made = [...tensors];
        return gradients.map((each) => {
          if (each === null) return null;
          const gradient = last ? made.shift()! : made.shift()!.copyDense();
          kernels.scaleBy(device.commands, { scale: g, x: gradient, n: gradient.numel });
          return gradient;
        });
      });
    }
    const logSums = Tensor.empty(device, [sizes.rows], 'f32');
    kernels.linearCrossEntropyForward(device.commands, { ...inputs, logSums });
    const output = reduction === 'none' ? loss : weightedSum(loss, scale);
    const saved = [x, w, t, logSums, ...(b ? [b] : []), ...(scale ? [scale] : [])];
    return differentiable(output, saved, (g, tensors, context) => {
      const [input, head, labels, sums] = tensors;
      const headBias = b ? tensors[4] : undefined;
      const perRow = reduction === 'none' ? dense(g) : spread(scale ? scaledBy(g, tensors.at(-1)!) : g, sizes.rows);
      const gradients = headGradients(input!, head!, headBias, context.needs);
      kernels.linearCrossEntropyBackward(device.commands, {
        dloss: perRow,
        hidden: input!,
        weight: head!,
        bias: headBias,
        targets: labels!,
        logSums: sums!,
        ...gradients,
        ...params,
      });
      return gradientList(gradients, b !== undefined);
    });
  },
  reference: (hidden, weight, targets, bias, options) => {
    const { ignoreIndex = -100, labelSmoothing = 0, reduction = 'mean', temperature = 1 } = options;
    const logits = referenceLogits(hidden, weight, bias, temperature);
    const losses = targets.map((label, r) => {
      if (label === ignoreIndex) return 0;
      const line = logits[r]!;
      const logSum = referenceLogSumExp(line);
      const uniform = logSum - line.reduce((a, b) => a + b, 0) / line.length;
      return (1 - labelSmoothing) * (logSum - line[label]!) + labelSmoothing * uniform;
    });
    if (reduction === 'none') return losses;
    const counted = targets.data.filter((label) => label !== ignoreIndex).length;
    return NdArray.scalar(losses.sum() / (reduction === 'mean' ? counted : 1));
  },
  optionalInputs: 4,
  cases: [
    { inputs: [[9, 16], [41, 16], { shape: [9], dtype: 'i32', range: [0, 40] }] },
    {
      inputs: [[2, 9, 16], [300, 16], { shape: [2, 9], dtype: 'i32', range: [0, 299] }, [300]],
      options: { temperature: 1.7, labelSmoothing: 0.1 },
    },
    {
      inputs: [[20, 7], [12, 7], { shape: [20], dtype: 'i32', range: [0, 11] }],
      options: { ignoreIndex: 3, reduction: 'sum' },
    },
    {
      inputs: [[20, 7], [12, 7], { shape: [20], dtype: 'i32', range: [0, 11] }, [12]],
      options: { ignoreIndex: 3, reduction: 'none' },
    },
  ],
  cost: (hidden, weight) => ({
    flops: 2 * (hidden.numel / weight.shape[1]!) * weight.numel,
    bytes: 4 * (hidden.numel + weight.numel),
  }),
});

/**
 * `[logProb, entropy]`, f32 `[...]`: with `logits = (hidden weightᵀ + bias) / temperature`, the log-probability of each
 * token of `tokens` `[...]` (`i32`) and the entropy of its distribution, in nats, without the logits in memory. A token
 * gives the same bits whatever else is in the batch. Ignored tokens give zeros; one outside the classes, NaN.
 */
export const linearLogProb = defineOp({
  name: 'linearLogProb',
  options: { temperature: true, ignoreIndex: true },
  forward: (
    hidden: Tensor,
    weight: Tensor,
    tokens: Tensor,
    bias?: Tensor,
    { temperature = 1, ignoreIndex = -100 }: LinearLogProbOptions = {},
  ) => {
    const sizes = checkHead('linearLogProb', hidden, weight, tokens, bias, temperature, ignoreIndex);
    const { device } = hidden;
    const params = { ...sizes, ignoreIndex, scale: 1 / Math.fround(temperature) };
    const [x, w, t, b] = [dense(hidden), dense(weight), dense(tokens), bias && dense(bias)];
    const logProb = Tensor.empty(device, tokens.shape, 'f32');
    const entropy = Tensor.empty(device, tokens.shape, 'f32');
    const logSums = Tensor.empty(device, [sizes.rows], 'f32');
    kernels.linearLogProbForward(device.commands, {
      hidden: x,
      weight: w,
      bias: b,
      targets: t,
      logProb,
      entropy,
      logSums,
      ...params,
    });
    const saved = [x, w, t, logSums, entropy, ...(b ? [b] : [])];
    return differentiableAll([logProb, entropy], saved, ([dlogProb, dentropy], tensors, context) => {
      const [input, head, labels, sums, h, headBias] = tensors;
      const gradients = headGradients(input!, head!, headBias, context.needs);
      kernels.linearLogProbBackward(device.commands, {
        dlogProb: dlogProb ? dense(dlogProb) : undefined,
        dentropy: dentropy ? dense(dentropy) : undefined,
        hidden: input!,
        weight: head!,
        bias: headBias,
        targets: labels!,
        logSums: sums!,
        entropy: h!,
        ...gradients,
        ...params,
      });
      return gradientList(gradients, b !== undefined);
    });
  },
  reference: (hidden, weight, tokens, bias, { temperature = 1, ignoreIndex = -100 }) => {
    const logits = referenceLogits(hidden, weight, bias, temperature);
    const logSums = logits.map(referenceLogSumExp);
    const logProb = tokens.map((v, r) => (v === ignoreIndex ? 0 : logits[r]![v]! - logSums[r]!));
    const entropy = tokens.map((v, r) => {
      if (v === ignoreIndex) return 0;
      return logits[r]!.reduce((h, z) => h - Math.exp(z - logSums[r]!) * (z - logSums[r]!), 0);
    });
    return [logProb, entropy];
  },
  optionalInputs: 4,
  cases: [
    { inputs: [[9, 16], [41, 16], { shape: [9], dtype: 'i32', range: [0, 40] }] },
    {
      inputs: [[2, 9, 16], [300, 16], { shape: [2, 9], dtype: 'i32', range: [0, 299] }, [300]],
      options: { temperature: 0.6 },
    },
    { inputs: [[20, 7], [12, 7], { shape: [20], dtype: 'i32', range: [0, 11] }], options: { ignoreIndex: 3 } },
  ],
  cost: (hidden, weight) => ({
    flops: 2 * (hidden.numel / weight.shape[1]!) * weight.numel,
    bytes: 4 * (hidden.numel + weight.numel),
  }),
});

/**
 * Logits `hidden weightᵀ` in f32 whatever the dtype, for `hidden` `[..., features]` and `weight` `[classes, features]`:
 * what `linearLogProb` reduces, in memory. `sampleTokens` of them draws tokens whose log-probabilities have the bits of
 * `linearLogProb`. No gradient.
 */
export const linearLogits = defineOp({
  name: 'linearLogits',
  forward: (hidden: Tensor, weight: Tensor) => {
    const op = 'linearLogits';
    checkDevices(op, hidden, weight);
    checkIs(op, 'hidden', hidden, 'f32', 'bf16');
    checkSameDType(op, hidden, weight);
    if (hidden.ndim === 0 || weight.ndim !== 2 || hidden.shape.at(-1) !== weight.shape[1]) {
      throw new ShapeError(
        `hidden must be [..., features] and weight [classes, features]; got ${formatShape(hidden.shape)} and ${formatShape(weight.shape)}.`,
        { op, actual: [hidden.shape, weight.shape] },
      );
    }
    const logits = Tensor.empty(hidden.device, [...hidden.shape.slice(0, -1), weight.shape[0]!], 'f32');
    multiply(mergedRows(hidden), transposed(weight), logits, []);
    return logits;
  },
  reference: (hidden, weight) =>
    NdArray.build([...hidden.shape.slice(0, -1), weight.shape[0]!], (index) => {
      let sum = 0;
      for (let i = 0; i < weight.shape[1]!; i++)
        sum += hidden.at([...index.slice(0, -1), i]) * weight.at([index.at(-1)!, i]);
      return sum;
    }),
  cases: [
    {
      inputs: [
        [2, 9, 33],
        [20, 33],
      ],
    },
    {
      inputs: [
        [0, 5],
        [3, 5],
      ],
    },
  ],
  hasGradient: false,
  cost: (hidden, weight) => ({
    flops: 2 * (hidden.numel / weight.shape[1]!) * weight.numel,
    bytes: 4 * (hidden.numel + weight.numel),
  }),
});

interface HeadGradients {
  readonly dhidden: Tensor | undefined;
  readonly dweight: Tensor | undefined;
  readonly dbias: Tensor | undefined;
}

function headGradients(
  hidden: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  needs: (i: number) => boolean,
): HeadGradients {
  return {
    dhidden: needs(0) ? emptyLike(hidden) : undefined,
    dweight: needs(1) ? emptyLike(weight) : undefined,
    dbias: bias && needs(3) ? emptyLike(bias) : undefined,
  };
}

/** In the order of the arguments, of which the targets have none. */
function gradientList({ dhidden, dweight, dbias }: HeadGradients, withBias: boolean): (Tensor | null)[] {
  const gradients = [dhidden ?? null, dweight ?? null, null];
  return withBias ? [...gradients, dbias ?? null] : gradients;
}

/** A scalar repeated for every row. */
function spread(g: Tensor, rows: number): Tensor {
  return dense(expand(g, [rows]));
}
