/** Options that do not exist, as a caller without types writes them. */
import * as t from '@tessera/tensor';
import { expect, test } from 'vitest';

const x = t.ones([2, 3]);
const unknown = <T>(options: object): T => options as T;

test.each([
  ['the likely one', () => x.softmax(unknown({ dims: 1 })), "softmax: there is no option 'dims'. Did you mean dim?"],
  ['those there are', () => x.softmax(unknown({ axis: 1 })), "softmax: there is no option 'axis'. It has dim."],
  [
    'in other case',
    () => x.sum(unknown({ keepDim: true })),
    "sum: there is no option 'keepDim'. Did you mean keepdim?",
  ],
  ['of none', () => x.relu(...unknown<[]>([{ inplace: true }])), "there is no option 'inplace'. It takes no options."],
  ['with an optional input left out', () => t.layerNorm(x, unknown({ epsilon: 1 })), "there is no option 'epsilon'"],
  [
    'of a method that is none',
    () => x.to(unknown({ dType: 'f32' })),
    "to: there is no option 'dType'. Did you mean dtype?",
  ],
  ['of a creation', () => t.randn([2], unknown({ seed: 1 })), 'It has dtype, device, requiresGrad, generator.'],
  ['of data', () => t.tensor([1], unknown({ requires_grad: true })), 'Did you mean requiresGrad?'],
] as const)('are refused with the names: %s', (_, call, message) => {
  expect(call).toThrow(t.ArgumentError);
  expect(call).toThrow(message);
});

test('every op that has options in its cases names them', () => {
  for (const op of Object.values(t)) {
    if (typeof op !== 'function' || !('definition' in op)) continue;
    const { cases, options = {} } = op.definition;
    for (const c of cases) for (const name of Object.keys(c.options ?? {})) expect(options).toHaveProperty(name);
  }
});

/** Numbers whose infinities mean something: limits that are none, masks. */
const unbounded = new Set(['clamp.min', 'clamp.max', 'maskedFill.value', 'pad.value']);

test('numbers that are not finite are refused by every op, with the name of the op', () => {
  for (const op of Object.values(t)) {
    if (typeof op !== 'function' || !('definition' in op)) continue;
    const { name, cases, inputsAsList } = op.definition;
    const call = op as unknown as (...args: unknown[]) => unknown;
    for (const { inputs, options = {} } of cases) {
      const tensors = inputs.map((given) => {
        const { shape, dtype, values } =
          'shape' in given ? given : { shape: given, dtype: undefined, values: undefined };
        return values
          ? t.tensor([...values], { shape, ...(dtype && { dtype }) })
          : t.ones(shape, { dtype: dtype ?? 'f32' });
      });
      for (const [option, value] of Object.entries(options)) {
        if (typeof value !== 'number' || unbounded.has(`${name}.${option}`)) continue;
        for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const changed = { ...options, [option]: bad };
          const label = `${name} with ${option} ${bad}`;
          expect(() => (inputsAsList ? call(tensors, changed) : call(...tensors, changed)), label).toThrow(
            t.TesseraError,
          );
        }
      }
    }
  }
});

const nonsense = [99, -99, 1.5, 2 ** 33, 'x', null, [], [99], [0, 0], {}, true];

test('whatever stands in an option, the error is one of the op', () => {
  for (const op of Object.values(t)) {
    if (typeof op !== 'function' || !('definition' in op)) continue;
    const { name, cases, inputsAsList, options: known = {}, dtypes } = op.definition;
    const call = op as unknown as (...args: unknown[]) => unknown;
    const { inputs, options } = cases[0] ?? { inputs: [], options: {} };
    const tensors = inputs.map((given) => {
      const { shape, dtype = dtypes?.[0] ?? 'f32' }: t.InputSpec = 'shape' in given ? given : { shape: given };
      return t.zeros(shape, { dtype });
    });
    for (const option of Object.keys(known)) {
      for (const bad of nonsense) {
        // what it would ask memory for is another matter
        if (bad === 2 ** 33 && (option === 'repeats' || option === 'numClasses')) continue;
        const changed = { ...options, [option]: bad };
        try {
          t.scope(() => void (inputsAsList ? call(tensors, changed) : call(...tensors, changed)));
        } catch (error) {
          expect(error, `${name} with ${option} ${JSON.stringify(bad)}`).toBeInstanceOf(t.TesseraError);
          expect((error as t.TesseraError).op, `${name} with ${option} ${JSON.stringify(bad)}`).toBe(name);
        }
      }
    }
  }
});

test('what was given in the place of a tensor is said in short', () => {
  expect(() => t.vqLookup(new Float32Array(9999) as never, x)).toThrow('got a Float32Array of 39996 bytes.');
  expect(() => t.relu(new Array(9999).fill(0) as never)).toThrow(/^relu: .{0,200}$/);
});

test('the name that was meant', () => {
  expect(t.nearestName('learningrate', ['learning_rate', 'lr'])).toBe('learning_rate');
  expect(t.nearestName('checkpoint_evry', ['checkpointEvery'])).toBe('checkpointEvery');
  expect(t.nearestName('banana', ['lr', 'steps'])).toBeUndefined();
  expect(t.nearestName('x', [])).toBeUndefined();
});
