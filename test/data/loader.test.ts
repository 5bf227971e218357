import {
  arrayDataset,
  CounterRandom,
  concatDatasets,
  DataLoader,
  type Dataset,
  type Json,
  type LoaderOptions,
  MissingPackageError,
  mapDataset,
  philox,
  sliceDataset,
  spreadDataset,
} from '@tessera/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const numbers = (n: number): Dataset<number> =>
  arrayDataset(
    Array.from({ length: n }, (_, i) => i),
    'numbers',
  );

/** All samples of a loader, batch by batch. */
async function batches(dataset: Dataset<number>, options: LoaderOptions): Promise<number[][]> {
  const all: number[][] = [];
  for await (const { samples } of new DataLoader(dataset, options)) all.push([...samples]);
  return all;
}

describe('philox', () => {
  it('gives the published vectors of Philox 4x32-10', () => {
    const f = 0xffffffff;
    expect(philox(0, 0, 0, 0, 0, 0)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox(f, f, f, f, f, f)).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  it('gives streams that differ by seed and stream numbers, and repeat', () => {
    const draw = (...args: [number, number?, number?]): number[] => {
      const random = new CounterRandom(...args);
      return Array.from({ length: 6 }, () => random.next());
    };
    const streams = [draw(1), draw(2), draw(1, 1), draw(1, 0, 1), draw(1 + 2 ** 32), draw(1, 2 ** 32)];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
    expect(draw(1, 5, 9)).toEqual(draw(1, 5, 9));
    const random = new CounterRandom(3);
    const mean = Array.from({ length: 20_000 }, () => random.uniform()).reduce((a, b) => a + b) / 20_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  });
});

describe('datasets made of datasets', () => {
  /** Rows 0 to 9 in blocks of 4, 4 and 2. */
  const blocky: Dataset<number> = Object.assign(numbers(10), { blocks: { sizes: [4, 4, 2], kept: 2 } });
  const rowsOf = (dataset: Dataset<number>): Promise<number[]> =>
    Promise.all(Array.from({ length: dataset.length }, (_, i) => dataset.get(i)));

  it('are slices, with the part of each block that lies inside', async () => {
    const slice = sliceDataset(blocky, 3, 9);
    expect(await rowsOf(slice)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(slice.blocks).toEqual({ sizes: [1, 4, 1], kept: 2 });
    expect(slice.place(0)).toEqual({ file: 'numbers', line: 4 });
    expect([
      sliceDataset(blocky, 8).length,
      sliceDataset(blocky, 12).length,
      sliceDataset(numbers(3), 1).blocks,
    ]).toEqual([2, 0, undefined]);
  });

  it('are rows at even distances, with as many of each block as are taken from it', async () => {
    const spread = spreadDataset(blocky, 4);
    expect(await rowsOf(spread)).toEqual([0, 2, 5, 7]);
    expect(spread.blocks).toEqual({ sizes: [2, 2], kept: 2 });
    expect(spread.place(2)).toEqual({ file: 'numbers', line: 6 });
    expect(spreadDataset(blocky, 12)).toBe(blocky);
    for (let count = 1; count < 10; count++) {
      const rows = await rowsOf(spreadDataset(blocky, count));
      const sizes = [rows.filter((r) => r < 4), rows.filter((r) => r >= 4 && r < 8), rows.filter((r) => r >= 8)];
      expect(spreadDataset(blocky, count).blocks!.sizes).toEqual(sizes.map((r) => r.length).filter((n) => n > 0));
    }
  });

  it('are several in a row, whose blocks are shuffled together', async () => {
    const both = concatDatasets([blocky, mapDataset(numbers(3), (row) => row + 10)]);
    expect(await rowsOf(both)).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect(both.blocks).toEqual({ sizes: [4, 4, 2, 3], kept: 2 });
    const shuffled = (await batches(both, { batchSize: 13, epochs: 1, shuffle: true, seed: 2 }))[0]!;
    expect([...shuffled].sort((a, b) => a - b)).toEqual(await rowsOf(both));
    expect(both.place(11)).toEqual({ file: 'numbers', line: 2 });
  });
});

describe('DataLoader', () => {
  it('gives rows in order, the last batch as it is or not at all', async () => {
    expect(await batches(numbers(5), { batchSize: 2, epochs: 1 })).toEqual([[0, 1], [2, 3], [4]]);
    expect(await batches(numbers(5), { batchSize: 2, epochs: 2, lastBatch: 'drop' })).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
      [2, 3],
    ]);
  });

  it('shuffles every epoch anew, each row once, the same for the same seed', async () => {
    const options = { batchSize: 7, epochs: 2, shuffle: true, seed: 5 };
    const all = (await batches(numbers(100), options)).flat();
    const [first, second] = [all.slice(0, 100), all.slice(100)];
    const sorted = (list: number[]): number[] => [...list].sort((a, b) => a - b);
    expect(sorted(first)).toEqual((await batches(numbers(100), { batchSize: 100, epochs: 1 })).flat());
    expect(sorted(second)).toEqual(sorted(first));
    expect(second).not.toEqual(first);
    expect((await batches(numbers(100), options)).flat()).toEqual(all);
    expect((await batches(numbers(100), { ...options, seed: 6 })).flat()).not.toEqual(all);
  });

  it('shuffles evenly: every row is as likely at every position', async () => {
    const n = 6;
    const counts = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    const epochs = 3000;
    let position = 0;
    for await (const { samples } of new DataLoader(numbers(n), { batchSize: n, shuffle: true, seed: 1, epochs })) {
      for (const [at, row] of samples.entries()) counts[at]![row]!++;
      position++;
    }
    expect(position).toBe(epochs);
    const expected = epochs / n;
    const chiSquare = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(60); // 25 degrees of freedom: beyond 60 once in ten thousand
  });

  it('is a permutation for any length', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), fc.nat(), async (n, seed) => {
        const [all] = await batches(numbers(n), { batchSize: n, epochs: 1, shuffle: true, seed });
        expect(new Set(all).size).toBe(n);
      }),
      { numRuns: 30 },
    ));

  it('shares an epoch among ranks without overlap', async () => {
    const parts = await Promise.all(
      [0, 1, 2].map((rank) => batches(numbers(31), { batchSize: 4, epochs: 1, shuffle: true, rank, world: 3 })),
    );
    const rows = parts.flat(2);
    expect(parts.map((part) => part.flat().length)).toEqual([10, 10, 10]);
    expect(new Set(rows).size).toBe(30);
  });

  it('goes on exactly where its state was taken, also with another number of ranks', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 12 }), fc.integer({ min: 1, max: 9 }), async (stopAfter, batchSize) => {
        const options = { batchSize, epochs: 3, shuffle: true, seed: 9, ahead: 5 };
        const whole = await batches(numbers(23), options);
        const loader = new DataLoader(numbers(23), options);
        const seen: number[][] = [];
        for await (const { samples } of loader) {
          seen.push([...samples]);
          if (seen.length > stopAfter) break;
        }
        const state = JSON.parse(JSON.stringify(loader.state()));
        const resumed = new DataLoader(numbers(23), { ...options, ahead: 11 });
        resumed.restore(state);
        for await (const { samples } of resumed) seen.push([...samples]);
        expect(seen).toEqual(whole);
      }),
      { numRuns: 40 },
    ));

  it('passes once over the dataset in each iteration, and goes on with the next epoch', async () => {
    const loader = new DataLoader(numbers(5), { batchSize: 2, shuffle: true });
    const epochs = [await batchesOf(loader), await batchesOf(loader)];
    expect(epochs.map((epoch) => epoch.length)).toEqual([3, 3]);
    expect(epochs.flat()).toEqual(await batches(numbers(5), { batchSize: 2, shuffle: true, epochs: 2 }));
    for await (const _ of loader) break;
    expect(await batchesOf(loader)).toHaveLength(2);
  });

  it('moves a state from two ranks to one', async () => {
    const two = new DataLoader(numbers(40), { batchSize: 4, shuffle: true, rank: 1, world: 2 });
    for await (const _ of two) break;
    const one = new DataLoader(numbers(40), { batchSize: 32, epochs: 1, shuffle: true });
    one.restore(two.state());
    const rest = await batchesOf(one);
    const whole = (await batches(numbers(40), { batchSize: 40, epochs: 1, shuffle: true }))[0]!;
    expect(rest.flat()).toEqual(whole.slice(8));
  });

  it('goes on with the next epoch where the rows left are too few for all ranks', async () => {
    const three = new DataLoader(numbers(10), { batchSize: 3, rank: 1, world: 3 });
    three.restore({ ...three.state(), position: 9 });
    expect(three.state()).toMatchObject({ epoch: 1, position: 0 });
    expect(await batchesOf(three)).toEqual([[1, 4, 7]]);
  });

  it('has a state that is JSON, to the compiler too', () => {
    const state: Json = new DataLoader(numbers(10), { batchSize: 2 }).state();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('refuses a state of another dataset, seed or order', () => {
    const loader = new DataLoader(numbers(10), { batchSize: 2, seed: 1 });
    const state = loader.state();
    for (const other of [
      { seed: 2 },
      { length: 11 },
      { shuffle: true },
      { position: 11 },
      { position: -1 },
      { epoch: 0.5 },
    ]) {
      expect(() => loader.restore({ ...state, ...other })).toThrow(expect.objectContaining({ code: 'LOADER_STATE' }));
    }
  });

  it('reads ahead, and no further than it was told', async () => {
    let running = 0;
    let most = 0;
    const slow = mapDataset(numbers(50), async (row) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return row;
    });
    const loader = new DataLoader(slow, { batchSize: 5, epochs: 1, ahead: 7 });
    expect((await batchesOf(loader)).flat()).toHaveLength(50);
    expect(most).toBe(7);
  });

  const badRows = (bad: (row: number) => boolean): Dataset<number> =>
    mapDataset(numbers(10), (row) => {
      if (bad(row)) throw new Error(`row ${row} is corrupt`);
      return row;
    });

  it('throws at a bad row, or skips, counts and names it', async () => {
    const dataset = badRows((row) => row % 4 === 1);
    await expect(batches(dataset, { batchSize: 2, epochs: 1 })).rejects.toThrow('row 1 is corrupt');
    const told: string[] = [];
    const loader = new DataLoader(dataset, {
      batchSize: 3,
      epochs: 2,
      onBadSample: 'skip',
      onSkip: (s) => told.push(s.message),
    });
    expect(await batchesOf(loader)).toEqual([[0, 2, 3], [4, 6, 7], [8], [0, 2, 3], [4, 6, 7], [8]]);
    expect(loader.skipped.count).toBe(6);
    expect(loader.skipped.samples[1]).toEqual({ index: 5, epoch: 0, message: 'row 5 is corrupt' });
    expect(told).toHaveLength(6);
  });

  it('keeps its place when rows are skipped', async () => {
    const dataset = badRows((row) => row % 3 === 0);
    const options: LoaderOptions = { batchSize: 2, epochs: 2, onBadSample: 'skip' };
    const loader = new DataLoader(dataset, options);
    const seen: number[][] = [];
    for await (const { samples } of loader) {
      seen.push([...samples]);
      if (seen.length === 2) break;
    }
    const resumed = new DataLoader(dataset, options);
    resumed.restore(loader.state());
    seen.push(...(await batchesOf(resumed)));
    expect(seen).toEqual(await batches(dataset, options));
    expect(resumed.skipped.count).toBe(8);
  });

  it('does not run in circles when no row can be read', async () => {
    const skipping = batches(
      badRows(() => true),
      { batchSize: 2, onBadSample: 'skip' },
    );
    await expect(skipping).rejects.toThrow('not one of 10 rows could be read; the last: row 9 is corrupt');
    const short = batches(
      badRows((index) => index > 6),
      { batchSize: 8, onBadSample: 'skip', lastBatch: 'drop' },
    );
    await expect(short).rejects.toThrow('no batch of 8: only 7 of 10 rows could be read; the last: row 9 is corrupt');
    const missing = mapDataset(numbers(3), () => {
      throw new MissingPackageError('MISSING_SHARP', 'install it');
    });
    await expect(batches(missing, { batchSize: 1, onBadSample: 'skip' })).rejects.toThrow('install it');
  });

  it('stops at an abort', async () => {
    const controller = new AbortController();
    const loader = new DataLoader(numbers(10), { batchSize: 1, signal: controller.signal });
    const read = async (): Promise<void> => {
      for await (const { samples } of loader) if (samples[0] === 3) controller.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
  });

  it('checks its options', () => {
    const bad: [Partial<LoaderOptions>, string][] = [
      [{ batchSize: 0 }, 'batchSize must be a whole number from 1 on; got 0'],
      [{ rank: 2, world: 2 }, 'rank must be a whole number from 0 to 1'],
      [{ seed: -1 }, 'seed'],
      [{ ahead: 0.5 }, 'ahead'],
      [{ batchSize: 20, lastBatch: 'drop' }, 'no batch of 20'],
      [{ world: 11 }, '0 of 10 rows for each of 11 ranks'],
    ];
    for (const [options, problem] of bad)
      expect(() => new DataLoader(numbers(10), { batchSize: 2, ...options })).toThrow(problem);
    const misspelt = { batchSize: 2, shuffel: true } as LoaderOptions;
    expect(() => new DataLoader(numbers(10), misspelt)).toThrow(
      "DataLoader: there is no option 'shuffel'; it has batchSize,",
    );
    expect(() => new DataLoader([1, 2] as never, { batchSize: 1 })).toThrow('become one by arrayDataset(rows)');
  });
});

async function batchesOf(loader: DataLoader<number>): Promise<number[][]> {
  const all: number[][] = [];
  for await (const { samples } of loader) all.push([...samples]);
  return all;
}
