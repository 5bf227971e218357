import { family, group } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;
const all = ['f32', 'bf16', 'f16', 'i32', 'u8'] as const;

/**
 * Maps over flat buffers of `n` elements. bf16 is computed in f32 and rounded once. An output may be the same buffer
 * as an input. A gradient kernel reads what makes it cheapest: the input `x` or the output `y` of the forward kernel.
 */
export default family('elementwise', {
  ...group(
    'Unary',
    {
      abs: 'y = |x|',
      neg: 'y = -x',
      exp: 'y = e^x',
      expm1: 'y = e^x - 1, accurate near 0',
      log: 'y = ln x',
      log1p: 'y = ln(1 + x), accurate near 0',
      sqrt: 'y = sqrt(x)',
      rsqrt: 'y = 1 / sqrt(x)',
      reciprocal: 'y = 1 / x',
      square: 'y = x * x',
      tanh: 'y = tanh x',
      erf: 'y = erf x',
      sigmoid: 'y = 1 / (1 + e^-x)',
      logSigmoid: 'y = ln sigmoid(x)',
      softplus: 'y = ln(1 + e^x)',
      relu: 'y = max(x, 0); NaN stays NaN',
      silu: 'y = x * sigmoid(x)',
      gelu: 'y = x * Phi(x) with the exact normal distribution function',
      geluTanh: 'y = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))',
      floor: 'y = the largest integer not above x',
      ceil: 'y = the smallest integer not below x',
      round: 'y = the nearest integer, halves to even',
      sign: 'y = -1, 0 or 1; NaN stays NaN',
    },
    { types, in: { x: 'T[n]' }, out: { y: 'T[n]' }, params: { n: 'u64' } },
  ),
  ...group(
    'InputBackward',
    {
      absBackward: 'dx = g * sign(x)',
      logBackward: 'dx = g / x',
      log1pBackward: 'dx = g / (1 + x)',
      squareBackward: 'dx = 2 g x',
      erfBackward: 'dx = g * 2 / sqrt(pi) * e^(-x^2)',
      logSigmoidBackward: 'dx = g * sigmoid(-x)',
      softplusBackward: 'dx = g * sigmoid(x)',
      siluBackward: 'dx = g * (s + x s (1 - s)) with s = sigmoid(x)',
      geluBackward: 'dx = g * (Phi(x) + x phi(x))',
      geluTanhBackward: 'dx = g * the derivative of geluTanh at x',
    },
    { types, in: { x: 'T[n]', g: 'T[n]' }, out: { dx: 'T[n]' }, params: { n: 'u64' } },
  ),
  // Apart from the other maps, because large angles take another path.
  ...group(
    'Angle',
    { sin: 'y = sin x', cos: 'y = cos x' },
    { types, in: { x: 'T[n]' }, out: { y: 'T[n]' }, params: { n: 'u64' } },
  ),
  ...group(
    'AngleBackward',
    { sinBackward: 'dx = g cos x', cosBackward: 'dx = -g sin x' },
    { types, in: { x: 'T[n]', g: 'T[n]' }, out: { dx: 'T[n]' }, params: { n: 'u64' } },
  ),
  ...group(
    'OutputBackward',
    {
      expBackward: 'dx = g y with y = e^x',
      expm1Backward: 'dx = g (y + 1) with y = e^x - 1',
      sqrtBackward: 'dx = g / (2 y) with y = sqrt(x)',
      rsqrtBackward: 'dx = -g y^3 / 2 with y = 1 / sqrt(x)',
      reciprocalBackward: 'dx = -g y^2 with y = 1 / x',
      tanhBackward: 'dx = g (1 - y^2) with y = tanh x',
      sigmoidBackward: 'dx = g y (1 - y) with y = sigmoid(x)',
      reluBackward: 'dx = g where y > 0, else 0, with y = relu(x)',
    },
    { types, in: { y: 'T[n]', g: 'T[n]' }, out: { dx: 'T[n]' }, params: { n: 'u64' } },
  ),
  ...group(
    'UnaryScalar',
    {
      addScalar: 'y = x + p0',
      mulScalar: 'y = x * p0',
      divScalar: 'y = x / p0',
      affine: 'y = x * p0 + p1',
      leakyRelu: 'y = x where x > 0, else p0 * x',
      clamp: 'y = min(max(x, p0), p1); NaN stays NaN',
      powScalar: 'y = x^p0 with the special cases of C pow',
    },
    {
      types,
      in: { x: 'T[n]' },
      out: { y: 'T[n]' },
      params: { n: 'u64', p0: 'f32', p1: 'f32' },
      live: ['p0', 'p1'],
    },
  ),
  ...group(
    'UnaryScalarBackward',
    {
      leakyReluBackward: 'dx = g where x > 0, else p0 * g',
      clampBackward: 'dx = g where p0 <= x <= p1, else 0',
      powScalarBackward: 'dx = g p0 x^(p0 - 1), 0 where p0 is 0',
    },
    {
      types,
      in: { x: 'T[n]', g: 'T[n]' },
      out: { dx: 'T[n]' },
      params: { n: 'u64', p0: 'f32', p1: 'f32' },
      live: ['p0', 'p1'],
    },
  ),
  ...group(
    'CompareScalar',
    {
      eqScalar: 'y = x == p0',
      neScalar: 'y = x != p0',
      ltScalar: 'y = x < p0',
      leScalar: 'y = x <= p0',
      gtScalar: 'y = x > p0',
      geScalar: 'y = x >= p0',
    },
    {
      types: { T: ['f32', 'bf16', 'i32', 'u8'] },
      in: { x: 'T[n]' },
      out: { y: 'u8[n]' },
      params: { n: 'u64', p0: 'f64' },
    },
  ),
  logicalNot: {
    doc: 'y = 1 where x is 0, else 0',
    in: { x: 'u8[n]' },
    out: { y: 'u8[n]' },
    params: { n: 'u64' },
  },
  cast: {
    doc: 'y = x in another element type: floats round to nearest even, floats to integers truncate and saturate (NaN to 0), i32 to u8 keeps the low byte',
    types: { S: all, T: all },
    in: { x: 'S[n]' },
    out: { y: 'T[n]' },
    params: { n: 'u64' },
  },
  castToBool: {
    doc: 'y = x != 0',
    types: { T: all },
    in: { x: 'T[n]' },
    out: { y: 'u8[n]' },
    params: { n: 'u64' },
  },
  addScaled: {
    doc: 'y += alpha * x',
    types: { S: ['f32', 'bf16'], T: ['f32', 'bf16'] },
    in: { x: 'S[n]' },
    inout: { y: 'T[n]' },
    params: { n: 'u64', alpha: 'f32' },
    live: ['alpha'],
  },
  lerp: {
    doc: 'y = a + weight * (b - a)',
    types,
    in: { a: 'T[n]', b: 'T[n]' },
    out: { y: 'T[n]' },
    params: { n: 'u64', weight: 'f32' },
    live: ['weight'],
  },
});
