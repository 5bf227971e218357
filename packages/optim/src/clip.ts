/**
 * Clipping of gradients where they lie, before a step. Optimizers clip by the global norm, by the norm of each tensor and
 * adaptively as part of their step (`clipNorm`, `clipTensorNorm`, `clipAdaptive`), which writes no gradients; these
 * functions are for other rules, and for gradients that something else looks at. Nothing waits for the host.
 */
import { ArgumentError, type Tensor, zeros } from '@tessera/tensor';
import { absoluteNorm, clipScale, gradNorm, scaleBy, scaleUnits, unitScales } from '@tessera/tensor/kernels';
import { checkNonNegative, checkPositive } from './check.js';
import { type AdaptiveClipOptions, checkAdaptive } from './gradient-clip.js';
import { type FlatParameters, groupParameters, type ParametersArgument } from './parameters.js';
import { type UnitKind, Units } from './units.js';

/** Runs `body` over the flat buffers of `params`, with all their gradients at hand. */
function overFlats<T>(op: string, params: ParametersArgument, body: (flats: readonly FlatParameters[]) => T): T {
  const { places, made } = groupParameters(op, params);
  const flats = places.map((place) => place.flat);
  for (const flat of flats) flat.finishGradients();
  try {
    return body(flats);
  } finally {
    for (const flat of made) flat.dispose();
  }
}

export interface ClipGradNormOptions {
  /** 2 (default), 1, or infinity for the largest element. */
  readonly normType?: 1 | 2 | number;
  /** What is added to the norm before dividing by it. Default 1e-6 as in PyTorch; optax adds nothing. */
  readonly eps?: number;
}

/**
 * Multiplies all gradients by min(1, maxNorm/(norm + eps)), as `torch.nn.utils.clip_grad_norm_`. Returns the norm before, a
 * tensor of one element that the caller disposes.
 */
export function clipGradNorm(
  params: ParametersArgument,
  maxNorm: number,
  { normType = 2, eps = 1e-6 }: ClipGradNormOptions = {},
): Tensor {
  const op = 'clipGradNorm';
  checkPositive(op, 'maxNorm', maxNorm);
  checkNonNegative(op, 'eps', eps);
  if (![1, 2, Number.POSITIVE_INFINITY].includes(normType)) {
    throw new ArgumentError(`normType must be 1, 2 or Infinity; got ${normType}.`, { op, actual: normType });
  }
  return overFlats(op, params, (flats) => {
    const { device } = flats[0]!.grad;
    let [norm, prior] = [zeros([1], { device }), zeros([1], { device })];
    for (const { grad } of flats) {
      if (normType === 2) gradNorm({ x: grad, prior, norm, n: grad.numel });
      else absoluteNorm({ x: grad, prior, norm, n: grad.numel, largest: normType === 1 ? 0 : 1 });
      [norm, prior] = [prior, norm];
    }
    clipScale({ norm: prior, scale: norm, maxNorm, eps, count: 1 });
    for (const { grad } of flats) scaleBy({ x: grad, scale: norm, n: grad.numel });
    norm.dispose();
    return prior;
  });
}

/** Limits every element of the gradients to +-limit, as `torch.nn.utils.clip_grad_value_`. */
export function clipGradValue(params: ParametersArgument, limit: number): void {
  checkPositive('clipGradValue', 'limit', limit);
  overFlats('clipGradValue', params, (flats) => {
    for (const { grad } of flats) {
      using clipped = grad.clamp({ min: -limit, max: limit });
      grad.copy_(clipped);
    }
  });
}

function eachUnit(
  op: string,
  params: ParametersArgument,
  kind: UnitKind,
  rule: number,
  limit: number,
  eps: number,
): void {
  checkPositive(op, 'limit', limit);
  checkNonNegative(op, 'eps', eps);
  overFlats(op, params, (flats) => {
    for (const flat of flats) {
      const units = new Units(flat, kind);
      const { data, grad } = flat;
      unitScales({ x: grad, param: data, ...units.arguments, n: grad.numel, rule, limit, eps });
      scaleUnits({ x: grad, ...units.arguments, n: grad.numel });
      units.dispose();
    }
  });
}

/** Scales the gradient of each tensor so that its norm is at most `maxNorm`. */
export function clipTensorNorm(params: ParametersArgument, maxNorm: number): void {
  eachUnit('clipTensorNorm', params, 'tensors', 0, maxNorm, 0);
}

/** Scales the gradient of each tensor so that its root mean square is at most `limit`, as `optax.clip_by_block_rms`. */
export function clipTensorRms(params: ParametersArgument, limit: number): void {
  eachUnit('clipTensorRms', params, 'tensors', 1, limit, 0);
}

/**
 * Adaptive gradient clipping (Brock, De, Smith & Simonyan 2021, equation 3): the gradient of each unit is scaled so that
 * its norm is at most `limit` max(|w|, eps) of its weights, as `optax.adaptive_grad_clip`.
 */
export function adaptiveGradientClip(
  params: ParametersArgument,
  limit: number,
  options: AdaptiveClipOptions = {},
): void {
  const { eps, units } = checkAdaptive('adaptiveGradientClip', options);
  eachUnit('adaptiveGradientClip', params, units, 2, limit, eps);
}

/** Divides all gradients by their global norm + 1e-6 and multiplies by `scale`, as `optax.normalize_by_update_norm`. */
export function normalizeGradients(params: ParametersArgument, scale = 1): void {
  checkPositive('normalizeGradients', 'scale', scale);
  overFlats('normalizeGradients', params, (flats) => {
    const { device } = flats[0]!.grad;
    let [norm, prior] = [zeros([1], { device }), zeros([1], { device })];
    for (const { grad } of flats) {
      gradNorm({ x: grad, prior, norm, n: grad.numel });
      [norm, prior] = [prior, norm];
    }
    using below = prior.add(1e-6);
    using inverse = below.pow(-1);
    using factor = inverse.mul(scale);
    for (const { grad } of flats) scaleBy({ x: grad, scale: factor, n: grad.numel });
    norm.dispose();
    prior.dispose();
  });
}
