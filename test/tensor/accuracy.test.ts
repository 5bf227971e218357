/**
 * How exact the scalar formulas of native/include/scalar.h are: largest error in units in the last place over float32
 * numbers of every size, subnormal to huge, and the special values. The reference is JavaScript's double arithmetic.
 */
import {
  cos,
  erf,
  exp,
  expm1,
  gelu,
  log,
  log1p,
  logSigmoid,
  pow,
  reciprocal,
  rsqrt,
  sigmoid,
  silu,
  sin,
  softplus,
  sqrt,
  type Tensor,
  tanh,
  tensor,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

/** The gap between neighbouring float32 numbers around x. */
function ulpOf(x: number): number {
  const magnitude = Math.min(Math.abs(x), 3.4e38);
  return 2 ** Math.max(Math.floor(Math.log2(magnitude || 1e-45)) - 23, -149);
}

function ulpError(got: number, want: number): number {
  const rounded = Math.fround(want);
  if (Number.isNaN(want)) return Number.isNaN(got) ? 0 : Infinity;
  if (got === rounded) return 0;
  // Just below the largest number the result may round to infinity, and the other way round.
  if (!Number.isFinite(rounded) || !Number.isFinite(got)) return Math.abs(want) > 3.4028e38 ? 1 : Infinity;
  return Math.abs(got - want) / ulpOf(want);
}

/** Every 40 009th bit pattern: all exponents, both signs, infinities and NaN among them. */
function samples(step: number): Float32Array {
  const words = Uint32Array.from({ length: Math.floor(2 ** 32 / step) }, (_, i) => i * step);
  const special = Float32Array.of(0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-45, -1e-45, 3.4028235e38, -3.4028235e38);
  return Float32Array.of(...special, ...new Float32Array(words.buffer));
}

const log1pExp = (x: number): number => (x > 700 ? x : Math.log1p(Math.exp(x)));

/** The normal distribution below -a, to a relative 1e-11: by the series for its middle, by the continued fraction for its tail. */
function normalTail(a: number): number {
  const density = Math.exp(-0.5 * a * a) / Math.sqrt(2 * Math.PI);
  if (a < 4) {
    let sum = 0;
    for (let term = a, n = 1; term > 1e-18; n += 2, term *= (a * a) / n) sum += term;
    return 0.5 - density * sum;
  }
  let fraction = a;
  for (let n = 60; n > 0; n--) fraction = a + n / fraction;
  return density / fraction;
}
const referenceGelu = (x: number): number =>
  Number.isNaN(x) ? NaN : x > 0 ? x * (1 - normalTail(x)) : x === -Infinity ? 0 : x * normalTail(-x);

const unary: readonly [(x: Tensor) => Tensor, (x: number) => number, number][] = [
  [exp, Math.exp, 1],
  [expm1, Math.expm1, 1.5],
  [log, Math.log, 1],
  [log1p, Math.log1p, 1],
  [sin, Math.sin, 1.6],
  [cos, Math.cos, 1.6],
  [tanh, Math.tanh, 1.3],
  [sqrt, Math.sqrt, 0.51],
  [rsqrt, (x) => 1 / Math.sqrt(x), 1.5],
  [reciprocal, (x) => 1 / x, 0.51],
  [sigmoid, (x) => 1 / (1 + Math.exp(-x)), 2.1],
  [softplus, log1pExp, 1.6],
  [logSigmoid, (x) => -log1pExp(-x), 1.6],
  [gelu, referenceGelu, 7.5],
];

for (const device of testDevices) {
  const step = device === 'cpu' ? 40_009 : 1_000_003;
  describe(`float32 formulas on ${device}`, () => {
    test.each(unary.map(([op, reference, bound]) => ({ name: op.name, op, reference, bound })))(
      '$name within $bound ulp',
      async ({ op, reference, bound }) => {
        const x = samples(step);
        using input = tensor(x, { device });
        using output = op(input);
        const y = await output.data();
        let worst = 0;
        let at = 0;
        for (let i = 0; i < x.length; ++i) {
          const error = ulpError(y[i]!, reference(x[i]!));
          if (error > worst) [worst, at] = [error, x[i]!];
        }
        expect(worst, `at ${at}: got ${y[x.indexOf(at)]}, expected ${reference(at)}`).toBeLessThanOrEqual(bound);
      },
    );

    test('pow follows C in its special cases, and is within 1 ulp elsewhere', async () => {
      const values = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, Infinity, -Infinity, NaN, 1e-40, -1e-40, 3e38, 16777217];
      const pairs = values.flatMap((x) => values.map((y) => [Math.fround(x), Math.fround(y)] as const));
      for (let i = 1; i < 3000; ++i) pairs.push([Math.fround(i * 0.013), Math.fround(((i * 7919) % 613) / 31 - 9)]);
      using base = tensor(
        Float32Array.from(pairs, ([x]) => x),
        { device },
      );
      using exponent = tensor(
        Float32Array.from(pairs, ([, y]) => y),
        { device },
      );
      using power = pow(base, exponent);
      const z = await power.data();
      pairs.forEach(([x, y], i) => {
        // JavaScript differs from C where the base is 1 or -1.
        const want = x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
        expect(ulpError(z[i]!, want), `${x} ^ ${y}: got ${z[i]}, expected ${want}`).toBeLessThanOrEqual(1);
        if (want === 0) expect(Object.is(z[i], want), `${x} ^ ${y}: sign of zero`).toBe(true);
      });
    });

    test('limits', async () => {
      using x = tensor([-Infinity, Infinity, NaN], { device });
      const limit = async (op: (x: Tensor) => Tensor): Promise<number[]> => {
        using y = op(x);
        return [...(await y.data())];
      };
      expect(await limit(erf)).toEqual([-1, 1, NaN]);
      expect(await limit(silu)).toEqual([NaN, Infinity, NaN]);
      expect(await limit(sigmoid)).toEqual([0, 1, NaN]);
    });
  });
}
