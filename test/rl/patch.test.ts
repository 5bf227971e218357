/** Patches: bit for bit there and back, on the right weights only, through files that may be damaged or half written. */
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import zlib from 'node:zlib';
import { openSafetensors } from '@tessera/data';
import {
  applyPatch,
  digestFolder,
  flatWeights,
  followWeights,
  Patch,
  PatchError,
  PatchedWeights,
  revertPatch,
  type StoredWeights,
  verifyPatch,
  WeightPublisher,
  weightsInMemory,
  writePatch,
} from '@tessera/rl';
import { ParameterBuffer, tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../data/temporary.js';
import { model, names, source, tuned, writeModel } from './weights.js';

/** A folder with `base`, `tuned` and the patch between them. */
async function prepared(maxShardBytes?: number) {
  const folder = temporaryFolder();
  const base = model();
  const after = tuned(base);
  const [basePath, tunedPath] = [join(folder, 'base'), join(folder, 'tuned')];
  await writeModel(basePath, base, maxShardBytes);
  await writeModel(tunedPath, after, maxShardBytes);
  const patchPath = join(folder, 'p.safetensors');
  const header = await writePatch(patchPath, source(base), source(after));
  return { folder, base, after, basePath, tunedPath, patchPath, header };
}

const state = async (path: string) => (await digestFolder(path)).state;

describe('codec and file', () => {
  test('any change comes back bit for bit, in every dtype and compression', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'p.safetensors');
    const element = fc.tuple(fc.nat(0xffff), fc.nat(0xffff));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(element, fc.boolean(), fc.nat(700)), { maxLength: 40 }),
        fc.constantFrom('bf16' as const, 'f32' as const, 'f64' as const, 'u8' as const),
        fc.constantFrom('deflate' as const, 'none' as const),
        async (items, dtype, compression) => {
          const words = items.flatMap(([[a], , run]) => [a, ...new Array<number>(run).fill(a ^ 1)]);
          const changed = items.flatMap(([[, b], change, run]) => [
            change ? b : null,
            ...new Array<null>(run).fill(null),
          ]);
          const after = words.map((w, i) => changed[i] ?? w);
          const make = (values: readonly number[]): StoredWeights => {
            const data =
              dtype === 'bf16'
                ? Uint16Array.from(values)
                : dtype === 'u8'
                  ? Uint8Array.from(values)
                  : dtype === 'f32'
                    ? new Float32Array(Uint32Array.from(values).buffer)
                    : new Float64Array(BigUint64Array.from(values, (v) => BigInt(v) << 24n).buffer);
            return { dtype, shape: [data.length], data };
          };
          const [x, y] = [make(words), make(after)];
          await writePatch(path, source(new Map([['x', x]])), source(new Map([['x', y]])), { compression });
          await using patch = await Patch.open(path);
          const { indices, values } = await patch.read('x');
          const bits = (w: StoredWeights['data']) => [...new Uint8Array(w.buffer, w.byteOffset, w.byteLength)];
          const size = x.data.BYTES_PER_ELEMENT;
          const result = new Uint8Array(bits(x.data));
          for (const [k, i] of indices.entries()) result.set(bits(values).slice(k * size, (k + 1) * size), i * size);
          expect([...result]).toEqual(bits(y.data));
          expect(indices.every((i, k) => k === 0 || i > indices[k - 1]!)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('-0.0 and NaN payloads count as changes; equal NaNs do not', async () => {
    const path = join(temporaryFolder(), 'p.safetensors');
    const make = (...bits: number[]) =>
      source(new Map([['x', { dtype: 'bf16', shape: [4], data: Uint16Array.from(bits) }]]));
    await writePatch(path, make(0x0000, 0x7fc0, 0x7fc1, 0x3f80), make(0x8000, 0x7fc1, 0x7fc1, 0x3f80));
    await using patch = await Patch.open(path);
    const { indices, values } = await patch.read('x');
    expect([[...indices], [...(values as Uint16Array)]]).toEqual([
      [0, 1],
      [0x8000, 0x7fc1],
    ]);
  });

  test('a patch is smaller than the weights, and smaller still compressed', async () => {
    const folder = temporaryFolder();
    const base = model();
    const after = tuned(base, 4);
    const total = 2 * [...base.values()].reduce((sum, { data }) => sum + data.length, 0);
    const payload = async (compression: 'none' | 'deflate') => {
      const path = join(folder, `${compression}.safetensors`);
      await writePatch(path, source(base), source(after), { compression });
      await using file = await openSafetensors(path);
      return file.names.reduce((sum, name) => sum + file.info(name).byteLength, 0);
    };
    const raw = await payload('none');
    expect(raw).toBeLessThan(0.4 * total);
    expect(await payload('deflate')).toBeLessThan(raw);
  });

  test('other names, shapes and dtypes are refused by name', async () => {
    const path = join(temporaryFolder(), 'p.safetensors');
    const [name] = names as [string];
    const base = model();
    const without = new Map([...base].filter(([n]) => n !== name));
    const reshaped = new Map(base).set(name, { ...base.get(name)!, shape: [16, 50] });
    await expect(writePatch(path, source(base), source(without))).rejects.toThrow(`the tuned weights have no ${name}`);
    await expect(writePatch(path, source(without), source(base))).rejects.toThrow(`the base has no ${name}`);
    await expect(writePatch(path, source(base), source(reshaped))).rejects.toThrow(
      `${name} is [50,16] in the base and [16,50]`,
    );
    await expect(writePatch(path, source(base), source(model('f32')))).rejects.toThrow('is bf16 in the base and f32');
  });

  test('where packing fails beside a read, the read is what is reported, and nothing is left unhandled', async () => {
    const base = model();
    const broken = {
      ...source(tuned(base)),
      read: async (name: string) => {
        if (name === names[0]) return source(tuned(base)).read(name);
        await wait(20);
        throw new Error('no disk');
      },
    };
    const deflate = vi
      .spyOn(zlib, 'deflateRaw')
      .mockImplementation(((...args: readonly unknown[]) =>
        (args.at(-1) as (error: Error) => void)(new Error('no memory'))) as never);
    syncBuiltinESMExports();
    try {
      await expect(writePatch(join(temporaryFolder(), 'p'), source(base), broken)).rejects.toThrow('no disk');
      expect(deflate).toHaveBeenCalled();
    } finally {
      deflate.mockRestore();
      syncBuiltinESMExports();
    }
  });

  test('what is no patch, or a damaged one, is named', async () => {
    const { folder, basePath, patchPath } = await prepared();
    await expect(Patch.open(join(basePath, 'model.safetensors'))).rejects.toThrow(/is no patch/);
    const bytes = await readFile(patchPath);
    const broken = join(folder, 'broken.safetensors');
    await writeFile(broken, bytes.subarray(0, bytes.length - 10));
    await expect(Patch.open(broken)).rejects.toThrow(/broken\.safetensors/);
    // one flipped bit at a time, all over the data: an error each, never other weights
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    for (let at = start; at < bytes.length; at += Math.ceil((bytes.length - start) / 12)) {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 4;
      await writeFile(broken, copy);
      const out = join(folder, `out-${at}`);
      await expect(applyPatch(basePath, broken, { out })).rejects.toThrow(PatchError);
      expect((await readdir(folder)).filter((name) => name.includes(`out-${at}`))).toEqual([]);
    }
  });
});

describe('model folders', () => {
  test.each([[undefined], [900]])('apply to a copy, apply in place, revert (shards of %s bytes)', async (shard) => {
    const { folder, basePath, tunedPath, patchPath, header } = await prepared(shard);
    const [base, after] = [await state(basePath), await state(tunedPath)];
    expect([header.base, header.result]).toEqual([base, after]);
    const out = join(folder, 'out');
    await applyPatch(basePath, patchPath, { out });
    expect(await state(out)).toBe(after);
    expect(await state(basePath)).toBe(base);
    expect(await readFile(join(out, 'config.json'), 'utf8')).toContain('llama');
    await applyPatch(basePath, patchPath);
    expect(await state(basePath)).toBe(after);
    expect((await verifyPatch(basePath, patchPath)).state).toBe('result');
    await expect(applyPatch(basePath, patchPath)).rejects.toThrow(/already applied/);
    expect(await revertPatch(basePath)).toBe(base);
    expect(await state(basePath)).toBe(base);
    await expect(revertPatch(basePath)).rejects.toThrow(/none to revert/);
    await expect(applyPatch(basePath, patchPath, { out })).rejects.toThrow(/exists/);
  });

  test('patches stack and come off in reverse order', async () => {
    const { folder, basePath, after, patchPath } = await prepared();
    const third = tuned(after, 3, 1);
    const second = join(folder, 'second.safetensors');
    await writePatch(second, source(after), source(third));
    const states = [await state(basePath)];
    for (const path of [patchPath, second]) {
      await applyPatch(basePath, path);
      states.push(await state(basePath));
    }
    expect(new Set(states).size).toBe(3);
    await revertPatch(basePath);
    expect(await state(basePath)).toBe(states[1]);
    await revertPatch(basePath);
    expect(await state(basePath)).toBe(states[0]);
  });

  test('the wrong base is refused and left as it was', async () => {
    const { folder, patchPath } = await prepared();
    const other = await writeModel(join(folder, 'other'), model('bf16', 2));
    const before = await readFile(join(other, 'model.safetensors'));
    await expect(applyPatch(other, patchPath)).rejects.toThrow(/not the weights that p\.safetensors was made for/);
    expect(await readFile(join(other, 'model.safetensors'))).toEqual(before);
    expect((await verifyPatch(other, patchPath)).foreign.length).toBeGreaterThan(0);
  });

  test('a patch that was interrupted between shards is finished by applying it again, and reverts', async () => {
    const { basePath, tunedPath, patchPath } = await prepared(900);
    const base = await state(basePath);
    // what a killed process leaves: the undo file, and the first shard done
    const clone = `${basePath}-clone`;
    await applyPatch(basePath, patchPath, { out: clone });
    await applyPatch(basePath, patchPath);
    const shards = (await readdir(basePath)).filter((name) => name.startsWith('model-'));
    await revertable(basePath, tunedPath, shards);
    expect((await verifyPatch(basePath, patchPath)).state).toBe('between');
    await applyPatch(basePath, patchPath);
    expect(await state(basePath)).toBe(await state(tunedPath));
    await revertPatch(basePath);
    expect(await state(basePath)).toBe(base);

    async function revertable(at: string, from: string, all: readonly string[]) {
      const untouched = temporaryFolder();
      await writeModel(untouched, model(), 900);
      await copyFile(join(from, all[0]!), join(at, all[0]!));
      for (const name of all.slice(1)) await copyFile(join(untouched, name), join(at, name));
    }
  });
});

describe('in memory', () => {
  function flat(weights: ReadonlyMap<string, StoredWeights>) {
    return new ParameterBuffer(
      [...weights].map(
        ([name, { shape, data }]) =>
          [name, tensor(data as Uint16Array, { dtype: 'bf16', shape }).setRequiresGrad()] as const,
      ),
    );
  }

  test('many patches over one base, swapped in any order', async () => {
    const folder = temporaryFolder();
    const base = model();
    const specialists = { a: tuned(base, 5, 1), b: tuned(base, 3, 2), none: base };
    for (const [name, weights] of Object.entries(specialists)) {
      await writePatch(join(folder, name), source(base), source(weights));
    }
    const parameters = flat(base);
    const bits = (weights: ReadonlyMap<string, StoredWeights>) =>
      [...weights.values()].flatMap(({ data }) => [...(data as Uint16Array)]);
    using swap = await PatchedWeights.over(parameters);
    for (const name of Object.keys(specialists)) await swap.add(name, join(folder, name));
    for (const name of ['a', 'b', null, 'b', 'a', 'none', 'a', null] as const) {
      swap.use(name);
      expect([...(await parameters.data.rawData())]).toEqual(bits(name === null ? base : specialists[name]));
    }
    expect(() => swap.use('c')).toThrow(/no patch 'c'; there are a, b, none/);
    await writePatch(join(folder, 'foreign'), source(model('bf16', 2)), source(tuned(model('bf16', 2))));
    await expect(swap.add('foreign', join(folder, 'foreign'))).rejects.toThrow(/made for the weights/);
    swap.use('b');
    swap.dispose();
    expect([...(await parameters.data.rawData())]).toEqual(bits(base));
    expect((await flatWeights(parameters).read(names[1]!)).shape).toEqual([16, 16]);
  });

  test('a patch between folders without the prefix of the body fits, and one that leaves frozen tensors alone', async () => {
    const path = join(temporaryFolder(), 'p');
    const base = model();
    const after = tuned(base);
    const [frozen, ...trained] = names as [string, ...string[]];
    after.set(frozen, base.get(frozen)!);
    const bare = (weights: ReadonlyMap<string, StoredWeights>) =>
      source(new Map([...weights].map(([name, tensor]) => [name.replace('model.', ''), tensor])));
    await writePatch(path, bare(base), bare(after));
    const part = (weights: ReadonlyMap<string, StoredWeights>) =>
      new Map(trained.map((name) => [name, weights.get(name)!]));
    const parameters = flat(part(base));
    using swap = await PatchedWeights.over(parameters);
    await swap.add('a', path);
    swap.use('a');
    expect([...(await parameters.data.rawData())]).toEqual(
      [...part(after).values()].flatMap(({ data }) => [...(data as Uint16Array)]),
    );
    await writePatch(path, bare(base), bare(tuned(base)));
    await expect(swap.add('b', path)).rejects.toThrow(/changes embed_tokens\.weight, which is not in this flat buffer/);
  });
});

describe('weight sync', () => {
  const step = (n: number) => {
    let weights = model();
    for (let i = 0; i < n; i++) weights = tuned(weights, 6, i);
    return weights;
  };
  const bits = async (w: { names: readonly string[]; read(name: string): Promise<StoredWeights> }) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, [...((await w.read(name)).data as Uint16Array)]])),
    );

  test('a reader follows every step, joins at an anchor, and survives pruning', async () => {
    const folder = join(temporaryFolder(), 'weights');
    const controller = new AbortController();
    const seen: [number, string][] = [];
    const reading = (async () => {
      for await (const update of followWeights(folder, { signal: controller.signal, every: 5 })) {
        expect(await bits(update.weights)).toEqual(await bits(weightsInMemory(step(update.step))));
        seen.push([update.step, update.kind]);
        if (update.step === 12) controller.abort();
      }
    })();
    const publisher = await WeightPublisher.open(folder, { anchorEvery: 5, keepAnchors: 1 });
    for (let n = 0; n <= 12; n++) {
      const { bytes, kind } = await publisher.publish(n, source(step(n)));
      expect(kind).toBe(n % 5 === 0 ? 'anchor' : 'patch');
      if (kind === 'patch') expect(bytes).toBeGreaterThan(0);
      await wait(10);
    }
    await reading;
    expect(seen.at(-1)).toEqual([12, 'patch']);
    expect((await readdir(folder)).sort()).toEqual(
      ['00000010.anchor', '00000011.patch', '00000012.patch'].map((n) => `${n}.safetensors`),
    );
    const late = followWeights(folder, { every: 5 });
    const first = (await late.next()).value!;
    expect([first.step, first.kind]).toEqual([10, 'anchor']);
    expect((await late.next()).value!.step).toBe(11);
    await late.return();
  });

  test('a publisher that begins anew at an earlier step takes its readers with it', async () => {
    const folder = temporaryFolder();
    const first = await WeightPublisher.open(folder, { anchorEvery: 4 });
    for (let n = 0; n <= 6; n++) await first.publish(n, source(step(n)));
    const reader = followWeights(folder, { every: 1 });
    const next = async () => {
      const { step: n, kind, weights } = (await reader.next()).value!;
      return [n, kind, await bits(weights)] as const;
    };
    for (const n of [4, 5, 6]) expect((await next())[0]).toBe(n);
    // goes on from a checkpoint, with other weights than before
    const other = (n: number) => step(n + 1);
    const second = await WeightPublisher.open(folder);
    await second.publish(3, source(other(3)));
    await second.publish(4, source(other(4)));
    expect(await next()).toEqual([3, 'anchor', await bits(source(other(3)))]);
    expect(await next()).toEqual([4, 'patch', await bits(source(other(4)))]);
    // a third one, which was past the reader's step before the reader looked
    const third = await WeightPublisher.open(folder);
    for (const n of [4, 5]) await third.publish(n, source(step(n)));
    expect(await next()).toEqual([4, 'anchor', await bits(source(step(4)))]);
    expect(await next()).toEqual([5, 'patch', await bits(source(step(5)))]);
    await reader.return();
    await expect(third.publish(5, source(step(5)))).rejects.toThrow(/steps are whole numbers that rise; got 5 after 5/);
  });

  test('a gap in the chain is noticed', async () => {
    const folder = temporaryFolder();
    const publisher = await WeightPublisher.open(folder);
    for (let n = 0; n <= 3; n++) await publisher.publish(n, source(step(n)));
    await rm(join(folder, '00000002.patch.safetensors'));
    const reader = followWeights(folder);
    await reader.next();
    await reader.next();
    await expect(reader.next()).rejects.toThrow(/00000003\.patch.*it follows the state/);
  });
});
