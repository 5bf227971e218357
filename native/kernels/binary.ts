import { family, group } from '../lib/schema.js';

const arithmetic = { T: ['f32', 'bf16', 'i32'] } as const;
const floats = { T: ['f32', 'bf16'] } as const;
const comparable = { T: ['f32', 'bf16', 'i32', 'u8'] } as const;

/** Flat operands: element i of `a` is a[i * aStep] with aStep 1, or 0 for one element that serves all. */
const flat = { n: 'u64', aStep: 'u32', bStep: 'u32' } as const;
const a = 'T[steppedExtent(n, aStep)]';
const b = 'T[steppedExtent(n, bStep)]';

/** Broadcast operands: strides in elements over the common shape, 0 along a broadcast dimension. */
const broadcast = { rank: 'u32', shape: 'u32[6]', aStrides: 'i64[6]', bStrides: 'i64[6]' } as const;
const viewOf = (type: string, strides: string) => `${type}[stridedExtent(0, rank, 6, shape, ${strides})]`;
const aView = viewOf('T', 'aStrides');
const bView = viewOf('T', 'bStrides');
const whole = (type: string) => `${type}[shapeExtent(rank, 6, shape)]`;

const suffixed = (docs: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(docs).map(([name, doc]) => [`${name}Broadcast`, `${doc}, over strided views`]));

const binary = {
  add: 'y = a + b',
  sub: 'y = a - b',
  mul: 'y = a * b',
  maximum: 'y = max(a, b); NaN wins',
  minimum: 'y = min(a, b); NaN wins',
};
const binaryFloat = {
  div: 'y = a / b',
  pow: 'y = a^b with the special cases of C pow',
};
const binaryBackward = {
  divBackwardB: 'd = -g a / b^2, the gradient of a / b by b',
  powBackwardA: 'd = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a',
  powBackwardB: 'd = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b',
  maximumBackward: 'd = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a',
  minimumBackward: 'd = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a',
};
const compare = {
  eq: 'y = a == b',
  ne: 'y = a != b',
  lt: 'y = a < b',
  le: 'y = a <= b',
  gt: 'y = a > b',
  ge: 'y = a >= b',
};
const logical = {
  logicalAnd: 'y = a and b (nonzero is true)',
  logicalOr: 'y = a or b (nonzero is true)',
  logicalXor: 'y = a xor b (nonzero is true)',
};

/**
 * Maps over two or three operands, each kernel in a flat and in a broadcast form. Results are contiguous in the common
 * shape. An output may be the same buffer as a contiguous input.
 */
export default family('binary', {
  ...group('Binary', binary, { types: arithmetic, in: { a, b }, out: { y: 'T[n]' }, params: flat }),
  ...group('BinaryBroadcast', suffixed(binary), {
    types: arithmetic,
    in: { a: aView, b: bView },
    out: { y: whole('T') },
    params: broadcast,
  }),
  ...group('BinaryFloat', binaryFloat, { types: floats, in: { a, b }, out: { y: 'T[n]' }, params: flat }),
  ...group('BinaryFloatBroadcast', suffixed(binaryFloat), {
    types: floats,
    in: { a: aView, b: bView },
    out: { y: whole('T') },
    params: broadcast,
  }),
  ...group('BinaryBackward', binaryBackward, {
    types: floats,
    in: { a, b, g: 'T[n]' },
    out: { d: 'T[n]' },
    params: flat,
  }),
  ...group('BinaryBackwardBroadcast', suffixed(binaryBackward), {
    types: floats,
    in: { a: aView, b: bView, g: whole('T') },
    out: { d: whole('T') },
    params: broadcast,
  }),
  ...group('Compare', compare, { types: comparable, in: { a, b }, out: { y: 'u8[n]' }, params: flat }),
  ...group('CompareBroadcast', suffixed(compare), {
    types: comparable,
    in: { a: aView, b: bView },
    out: { y: whole('u8') },
    params: broadcast,
  }),
  ...group('Logical', logical, {
    in: { a: 'u8[steppedExtent(n, aStep)]', b: 'u8[steppedExtent(n, bStep)]' },
    out: { y: 'u8[n]' },
    params: flat,
  }),
  ...group('LogicalBroadcast', suffixed(logical), {
    in: { a: viewOf('u8', 'aStrides'), b: viewOf('u8', 'bStrides') },
    out: { y: whole('u8') },
    params: broadcast,
  }),
  where: {
    doc: 'y = condition ? a : b',
    types: comparable,
    in: { condition: 'u8[steppedExtent(n, conditionStep)]', a, b },
    out: { y: 'T[n]' },
    params: { n: 'u64', conditionStep: 'u32', aStep: 'u32', bStep: 'u32' },
  },
  whereBroadcast: {
    doc: 'y = condition ? a : b, over strided views',
    types: comparable,
    in: { condition: viewOf('u8', 'conditionStrides'), a: aView, b: bView },
    out: { y: whole('T') },
    params: { ...broadcast, conditionStrides: 'i64[6]' },
  },
  maskedFill: {
    doc: 'y = value where mask is nonzero (zero with invert 1), else x',
    types: comparable,
    in: { x: 'T[n]', mask: 'u8[steppedExtent(n, maskStep)]' },
    out: { y: 'T[n]' },
    params: { n: 'u64', maskStep: 'u32', value: 'f64', invert: 'u32' },
  },
  maskedFillBroadcast: {
    doc: 'y = value where mask is nonzero (zero with invert 1), else x, over strided views',
    types: comparable,
    in: { x: viewOf('T', 'xStrides'), mask: viewOf('u8', 'maskStrides') },
    out: { y: whole('T') },
    params: {
      rank: 'u32',
      shape: 'u32[6]',
      xStrides: 'i64[6]',
      maskStrides: 'i64[6]',
      value: 'f64',
      invert: 'u32',
    },
  },
});
