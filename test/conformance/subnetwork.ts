/** Fixtures of rl/metrics_*, rl/sparse_patch_* and rl/bf16_round_*: what changed, where, of what rank, and as a patch. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bf16ToF32, type ElementArray, f32ToBf16, openSafetensors, type TensorSource } from '@tessera/data';
import { Subnetwork, typedParameters } from '@tessera/optim';
import {
  compareUpdates,
  compareWeights,
  type Equality,
  Patch,
  type StoredWeights,
  sparsityByLayer,
  type WeightComparison,
  type WeightSource,
  weightsInMemory,
  writePatch,
} from '@tessera/rl';
import { type DeviceName, tensor } from '@tessera/tensor';
import { compareValues } from '../support/compare.js';
import { type Handler, type RunOptions, runCase } from './runner.js';

interface SubnetworkCase {
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly expected_scalars: Readonly<Record<string, unknown>>;
  readonly tolerances: { readonly scalar?: { readonly rtol?: number; readonly atol?: number } };
  readonly tensors: Readonly<Record<string, unknown>>;
}

type Body = (c: SubnetworkCase, source: TensorSource, options: RunOptions) => Promise<void>;

const handler =
  (body: Body): Handler =>
  async (fixture, options, report) => {
    const source = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
    try {
      await runCase(fixture.name, options, report, () =>
        body(fixture.content as unknown as SubnetworkCase, source, options),
      );
    } finally {
      await source.close();
    }
  };

export const subnetworkHandlers: Readonly<Record<string, Handler>> = {
  'update sparsity / rank': handler(checkSparsity),
  'subnetwork overlap / agreement': handler(checkOverlap),
  'sparse weight patch': handler(checkPatch),
  'bf16 rounding': handler(checkRounding),
};

/** The tensors `prefix.NAME`, as `convert` makes them. */
async function group(
  source: TensorSource,
  prefix: string,
  convert: (stored: StoredWeights) => StoredWeights = (stored) => stored,
): Promise<WeightSource> {
  const held = new Map<string, StoredWeights>();
  for (const name of source.names.filter((n) => n.startsWith(`${prefix}.`))) {
    held.set(name.slice(prefix.length + 1), convert(await source.read(name)));
  }
  return weightsInMemory(held);
}

/** The equality that a key's part after `@` names. */
function equalityOf(name: string): Equality {
  if (name === 'bitwise') return { mode: 'bitwise' };
  const relative = /relative_(.+)$/.exec(name);
  if (relative !== null) return { mode: 'relative', tolerance: Number(relative[1]) };
  const tolerance = Number(name);
  if (Number.isNaN(tolerance)) throw new Error(`the notion of equality '${name}' is not known`);
  return { mode: 'tolerance', tolerance };
}

async function checkSparsity(c: SubnetworkCase, source: TensorSource): Promise<void> {
  const [before, after] = [await group(source, 'before'), await group(source, 'after')];
  const names = Object.keys(c.expected_scalars).flatMap((key) => key.split('@')[1] ?? []);
  const equalities = Object.fromEntries(names.map((name) => [name, equalityOf(name)]));
  const found = await compareWeights(before, after, { equalities, rank: true });
  for (const [key, expected] of Object.entries(c.expected_scalars)) check(c, key, sparsityValue(found, key), expected);
  // the mask is that of the tolerance which the table by tensor has
  const at = Object.keys(c.expected_scalars)
    .find((key) => key.startsWith('per_tensor_sparsity@'))
    ?.split('@')[1];
  const tolerance = equalityOf(at ?? '0').tolerance ?? 0;
  for (const name of before.names.filter((n) => source.has(`expected.mask.${n}`))) {
    const { data } = await source.read(`expected.mask.${name}`);
    const [a, b] = [(await before.read(name)).data, (await after.read(name)).data] as Float32Array[];
    using was = tensor(a!);
    using found = await Subnetwork.changed(typedParameters(b!, b!), was, { mode: 'tolerance', tolerance });
    using mask = found.bytes();
    compareValues(`mask of ${name}`, await mask.data(), data as Uint8Array, { rtol: 0, atol: 0 });
  }
}

/** What the comparison says about a key of the fixture: numbers, and records of them. */
function sparsityValue(found: WeightComparison, key: string): unknown {
  const [what, at = ''] = key.split('@') as [string, string?];
  switch (what) {
    case 'num_parameters':
      return found.parameters;
    case 'unchanged_count':
      return found.unchanged[at];
    case 'sparsity':
      return found.unchanged[at]! / found.parameters;
    case 'per_tensor_sparsity':
      return Object.fromEntries(found.tensors.map((t) => [t.name, t.unchanged[at]! / t.parameters]));
    case 'per_layer_sparsity':
      return Object.fromEntries(
        sparsityByLayer(found, at).map((row) => [
          row.name,
          { element_weighted: row.sparsity, tensor_mean: row.tensorMean },
        ]),
      );
    case 'rank':
      return Object.fromEntries(
        found.tensors.flatMap(({ name, rank }) =>
          rank === undefined
            ? []
            : [
                [
                  name,
                  {
                    rank: rank.rank,
                    max_rank: rank.maxRank,
                    top_singular_value: rank.topSingularValue,
                    stable_rank: rank.stableRank,
                  },
                ],
              ],
        ),
      );
    case 'mean_rank_percent': {
      const ranks = found.tensors.flatMap(({ rank }) => (rank === undefined ? [] : [rank.rank / rank.maxRank]));
      return (100 * ranks.reduce((a, b) => a + b, 0)) / ranks.length;
    }
    default:
      throw new Error(`the expectation '${key}' is not known`);
  }
}

/** Compares numbers, and records of numbers key by key. Counts and ranks must be exact. */
function check(c: SubnetworkCase, key: string, found: unknown, expected: unknown): void {
  if (typeof expected === 'object' && expected !== null) {
    const [a, b] = [Object.keys(found as object).sort(), Object.keys(expected).sort()];
    if (a.join() !== b.join()) throw new Error(`${key} has ${a.join(', ')}; expected ${b.join(', ')}`);
    for (const [name, value] of Object.entries(expected))
      check(c, `${key}.${name}`, (found as Record<string, unknown>)[name], value);
    return;
  }
  const counted =
    Number.isInteger(expected) && !/sparsity|percent|o1|o2|agreement|jaccard|random|stable_rank|singular/.test(key);
  const { rtol = 1e-6, atol = 1e-12 } = c.tolerances.scalar ?? {};
  compareValues(key, [Number(found)], [Number(expected)], counted ? { rtol: 0, atol: 0 } : { rtol, atol });
}

async function checkOverlap(c: SubnetworkCase, source: TensorSource): Promise<void> {
  const [before, first, second] = await Promise.all(['before', 'after1', 'after2'].map((p) => group(source, p)));
  const keys = Object.keys(c.expected_scalars);
  const at = keys.flatMap((key) => (key.startsWith('agreement@') ? [Number(key.slice('agreement@'.length))] : []));
  const tolerance = Number(c.hyperparameters.tol ?? 0);
  const found = await compareUpdates(before!, first!, second!, { tolerance, agreementAt: at });
  const values: Record<string, number> = {
    updated_1: found.updated1,
    updated_2: found.updated2,
    intersection: found.both,
    o1: found.o1,
    o2: found.o2,
    random_o1: found.chance1,
    random_o2: found.chance2,
    jaccard: found.jaccard,
    random_jaccard: found.chanceJaccard,
    relative_delta_l2: found.relativeDistance,
    delta_cosine: found.cosine,
  };
  for (const key of keys) {
    const value = key.startsWith('agreement@')
      ? found.agreement[String(Number(key.slice('agreement@'.length)))]
      : values[key];
    if (value === undefined) throw new Error(`the expectation '${key}' is not known`);
    check(c, key, value, c.expected_scalars[key]);
  }
}

/** The patch is written, read back, and compared; patterns are given as whole numbers. */
async function checkPatch(c: SubnetworkCase, source: TensorSource): Promise<void> {
  const bits = ({ shape, data }: StoredWeights): StoredWeights => ({
    dtype: 'bf16',
    shape,
    data: Uint16Array.from(data as Int32Array),
  });
  const [before, after] = [await group(source, 'before_bits', bits), await group(source, 'after_bits', bits)];
  const folder = await mkdtemp(join(tmpdir(), 'tessera-conformance-'));
  try {
    for (const compression of ['deflate', 'none'] as const) {
      const path = join(folder, `${compression}.safetensors`);
      await writePatch(path, before, after, { compression });
      await using patch = await Patch.open(path);
      const expectedChanged = c.expected_scalars.changed as Record<string, number>;
      for (const name of before.names) {
        const { indices, values } = await patch.read(name);
        const expected = async (what: string) =>
          Array.from((await source.read(`expected.${what}.${name}`)).data as Int32Array);
        compareValues(`changed of ${name}`, [indices.length], [expectedChanged[name]!], { rtol: 0, atol: 0 });
        compareValues(`indices of ${name}`, indices, await expected('indices'), { rtol: 0, atol: 0 });
        compareValues(`values of ${name}`, values as Uint16Array, await expected('value_bits'), { rtol: 0, atol: 0 });
      }
      const { total, changed } = patch.counts;
      const { total: expectedTotal, dense_bytes, payload_bytes_int32_plus_bf16 } = c.expected_scalars;
      compareValues('total', [total], [Number(expectedTotal)], { rtol: 0, atol: 0 });
      compareValues('dense_bytes', [2 * total], [Number(dense_bytes)], { rtol: 0, atol: 0 });
      const payload = Number(payload_bytes_int32_plus_bf16);
      compareValues('payload_bytes_int32_plus_bf16', [6 * changed], [payload], { rtol: 0, atol: 0 });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files' conversion and the engine's, on its device. */
async function checkRounding(_c: SubnetworkCase, source: TensorSource, { device }: RunOptions): Promise<void> {
  const x = (await source.read('x')).data as Float32Array<ArrayBuffer>;
  const rounded = (await source.read('expected.rounded')).data as Float32Array;
  const bits = Array.from((await source.read('expected.bits')).data as Int32Array);
  using there = tensor(x, { dtype: 'bf16', device: device as DeviceName });
  using given = tensor(x, { device: device as DeviceName });
  using cast = given.to('bf16');
  const found: Record<string, ElementArray> = {
    conversion: f32ToBf16(x),
    tensor: (await there.rawData()) as ElementArray,
    cast: (await cast.rawData()) as ElementArray,
  };
  for (const [name, patterns] of Object.entries(found)) {
    const wrong = bits.findIndex(
      (b, i) => b !== patterns[i] && !(Number.isNaN(x[i]) && isNaNPattern(Number(patterns[i]))),
    );
    if (wrong >= 0) throw new Error(`${name} of ${x[wrong]} has the bits ${patterns[wrong]}; expected ${bits[wrong]}`);
  }
  const back = bf16ToF32(Uint16Array.from(bits));
  const wrong = rounded.findIndex((value, i) => !Object.is(value, back[i]));
  if (wrong >= 0) throw new Error(`${bits[wrong]} is ${back[wrong]}; expected ${rounded[wrong]}`);
}

function isNaNPattern(bits: number): boolean {
  return (bits & 0x7f80) === 0x7f80 && (bits & 0x7f) !== 0;
}
