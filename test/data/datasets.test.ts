import { createReadStream, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  checkedRows,
  checkRow,
  DataError,
  DataLoader,
  type Dataset,
  JsonlDataset,
  openRows,
  openTars,
  ParquetDataset,
  type Row,
  type RowFormat,
  readText,
  streamTar,
  TarDataset,
  type Tokenizer,
  TokenWindows,
  tokenizeFiles,
} from '@tessera/data';
import fc from 'fast-check';
import { parquetWriteFile } from 'hyparquet-writer';
import tarStream from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

async function all<T>(dataset: Dataset<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: dataset.length }, (_, i) => dataset.get(i)));
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('JSON Lines', () => {
  it('are read by index, blank lines passed over', async () => {
    await using rows = await JsonlDataset.open(file('x.jsonl', '{"a":1}\n\n  \r\n{"a":"ä"}\r\n{"a":3}'));
    expect(await all(rows)).toEqual([{ a: 1 }, { a: 'ä' }, { a: 3 }]);
    expect(rows.place(1)).toMatchObject({ line: 4 });
  });

  it('longer than a block are found all the same', async () => {
    const long = 'x'.repeat(5 << 20);
    await using rows = await JsonlDataset.open(file('x.jsonl', `{"a":"${long}"}\n{"a":2}\n`));
    expect(rows.length).toBe(2);
    expect((await rows.get(0)).a).toBe(long);
    expect(await rows.get(1)).toEqual({ a: 2 });
  });

  it('that are broken are named by file and line', async () => {
    const path = file('x.jsonl', '{"a":1}\n\n{"a":\n[1]\n"\xff"\n');
    await using rows = await JsonlDataset.open(path);
    await expect(rows.get(1)).rejects.toThrow(`${path}:3: not JSON`);
    await expect(rows.get(2)).rejects.toThrow(`${path}:4: a row must be a JSON object`);
    await using latin = await JsonlDataset.open(file('y.jsonl', Buffer.from('{"a":"\xff"}', 'latin1')));
    await expect(latin.get(0)).rejects.toThrow('not UTF-8');
    truncateSync(path, 4);
    await expect(rows.get(1)).rejects.toThrow('became shorter');
  });

  it('that are compressed or missing are refused', async () => {
    await expect(JsonlDataset.open(file('x.jsonl', gzipSync('{}')))).rejects.toThrow('compressed by gzip');
    await expect(JsonlDataset.open('/nowhere.jsonl')).rejects.toThrow('/nowhere.jsonl: no such file');
    await using empty = await JsonlDataset.open(file('x.jsonl', ''));
    expect(empty.length).toBe(0);
  });

  it('of any text come back as they were written', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.record({ t: fc.string({ unit: 'grapheme' }) })), async (list) => {
        const path = file('x.jsonl', list.map((row) => `${JSON.stringify(row)}\n`).join(''));
        await using rows = await JsonlDataset.open(path);
        expect(await all(rows)).toEqual(list);
      }),
      { numRuns: 30 },
    ));
});

describe('parquet', () => {
  const rowCount = 100;
  const ids = Array.from({ length: rowCount }, (_, i) => i);
  function write(): string {
    const path = join(temporaryFolder(), 'x.parquet');
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'id', data: ids.map(BigInt), type: 'INT64' },
        { name: 'text', data: ids.map((i) => `row ${i}`), type: 'STRING' },
        { name: 'image', data: ids.map((i) => Uint8Array.of(0xff, i, 0x80)), type: 'BYTE_ARRAY' },
      ],
      rowGroupSize: 16,
    });
    return path;
  }

  it('is read by row: numbers, text and bytes', async () => {
    await using table = await ParquetDataset.open(write());
    expect([table.length, table.columns]).toEqual([rowCount, ['id', 'text', 'image']]);
    expect(table.blocks.sizes).toEqual([16, 16, 16, 16, 16, 16, 4]);
    const row = await table.get(77);
    expect(row).toEqual({ id: 77, text: 'row 77', image: Uint8Array.of(0xff, 77, 0x80) });
    await using few = await ParquetDataset.open(table.name, { columns: ['text'] });
    expect(await few.get(3)).toEqual({ text: 'row 3' });
    await expect(ParquetDataset.open(table.name, { columns: ['none'] })).rejects.toThrow(
      'no column none; it has id, text, image',
    );
  });

  it('is shuffled a few row groups at a time, every row once', async () => {
    await using table = await ParquetDataset.open(write(), { keptGroups: 2 });
    const seen: number[] = [];
    for await (const { indices } of new DataLoader(table, { batchSize: 8, shuffle: true, seed: 3, epochs: 1 }))
      seen.push(...indices);
    expect([...seen].sort((a, b) => a - b)).toEqual(ids);
    const groups = seen.map((index) => Math.floor(index / 16));
    for (let i = 0; i + 8 < seen.length; i++) expect(new Set(groups.slice(i, i + 8)).size).toBeLessThanOrEqual(4);
    expect(new Set(groups.slice(0, 32)).size).toBe(2);
  });

  it('that is damaged is refused with an error that names it', { timeout: 60_000 }, async () => {
    const path = write();
    const bytes = readFileSync(path);
    const readAll = async (content: Uint8Array): Promise<void> => {
      writeFileSync(path, content);
      try {
        await using table = await ParquetDataset.open(path, { timeoutSeconds: 2 });
        for (const group of table.blocks.sizes.keys()) await table.get(Math.min(group * 16, table.length - 1));
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    };
    for (let at = 3; at < bytes.length; at += 151) {
      await readAll(bytes.subarray(0, at));
      const copy = Buffer.from(bytes);
      copy[at]! ^= 0x40;
      await readAll(copy);
    }
    await expect(ParquetDataset.open(file('y.parquet', 'no parquet'))).rejects.toThrow('not a readable parquet file');
  });
});

describe('a parquet file that keeps its decoder busy for ever', () => {
  it('is given up, and the next read starts afresh', async () => {
    const path = join(temporaryFolder(), 'x.parquet');
    parquetWriteFile({ filename: path, columnData: [{ name: 'id', data: [1n, 2n], type: 'INT64' }], rowGroupSize: 1 });
    const bytes = readFileSync(path);
    // the first page header's number of values
    bytes[13]! ^= 0x10;
    writeFileSync(path, bytes);
    await using table = await ParquetDataset.open(path, { timeoutSeconds: 1 });
    const first = await table.get(0).catch((error: unknown) => error);
    if (first instanceof Error) expect(first.message).toMatch(/:1: row group 0 cannot be read/);
    expect(await table.get(1)).toEqual({ id: 2 });
  });
});

describe('openRows', () => {
  it('opens files and folders of every kind as one dataset', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'b.jsonl'), '{"n":2}\n');
    writeFileSync(join(folder, 'a.json'), '[{"n":0},{"n":1}]');
    writeFileSync(join(folder, 'notes.txt'), 'not a table');
    await using rows = await openRows(folder);
    expect(await all(rows)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(rows.place(2)).toEqual({ file: join(folder, 'b.jsonl'), line: 1 });
    await using twice = await openRows([join(folder, 'b.jsonl'), folder]);
    expect(twice.length).toBe(4);
    await expect(openRows(file('x.json', '{"n":1}'))).rejects.toThrow('must hold a list of objects');
    await expect(openRows(temporaryFolder())).rejects.toThrow('the folder holds no .jsonl');
    await expect(openRows(join(folder, 'notes.txt'))).rejects.toThrow(
      'rows are in .jsonl, .ndjson, .json, .parquet files',
    );
    await expect(openRows(join(folder, 'none'))).rejects.toThrow('no such file');
  });
});

describe('row formats', () => {
  const user = [{ role: 'user', content: 'hi' }];
  const answer = [{ role: 'assistant', content: 'hello' }];
  const good: [RowFormat, Row][] = [
    ['text', { text: 'a' }],
    ['conversation', { messages: [...user, ...answer] }],
    ['prompt', { prompt: 'a' }],
    ['prompt', { prompt: user }],
    ['promptCompletion', { prompt: user, completion: answer }],
    ['preference', { prompt: 'a', chosen: 'b', rejected: 'c' }],
    ['unpaired', { prompt: 'a', completion: 'b', label: false }],
  ];
  it.each(good)('%s rows are accepted, further columns kept', (format, row) => {
    expect(checkRow({ ...row, extra: 1 }, format)).toEqual({ ...row, extra: 1 });
  });

  const bad: [RowFormat, Row, string][] = [
    ['text', { body: 'a' }, 'no column text; text rows need text; this row has body'],
    ['text', { text: 3 }, 'column text: must be text; got 3'],
    ['conversation', { messages: [] }, 'column messages: a conversation is a list of at least one message'],
    ['conversation', { messages: [{ content: 'x' }] }, 'column messages: message 0 has no role'],
    ['prompt', { prompt: null }, 'no column prompt'],
    [
      'promptCompletion',
      { prompt: user, completion: 'text' },
      'column completion is string, the columns before it are messages',
    ],
    ['preference', { prompt: 'a', chosen: 'b' }, 'no column rejected; preference rows need prompt, chosen, rejected'],
    ['unpaired', { prompt: 'a', completion: 'b', label: 1 }, 'column label: must be true or false; got 1'],
  ];
  it.each(bad)('%s rows that are not are refused by column', (format, row, problem) => {
    expect(() => checkRow(row, format, { file: 'data.jsonl', line: 7 })).toThrow(`data.jsonl:7: ${problem}`);
  });

  it('find a prompt that both answers share', () => {
    const chat = checkRow(
      { chosen: [...user, ...answer], rejected: [...user, { role: 'assistant', content: 'go away' }] },
      'preference',
    );
    expect(chat.prompt).toEqual(user);
    expect(chat.chosen).toEqual(answer);
    const text = checkRow({ chosen: 'The sky is blue.', rejected: 'The sky is green.' }, 'preference');
    expect(text).toEqual({ prompt: 'The sky is', chosen: ' blue.', rejected: ' green.' });
    expect(() => checkRow({ chosen: 'a', rejected: 'b' }, 'preference')).toThrow('no common start');
  });

  it('take columns by other names', async () => {
    const path = file('gsm.jsonl', '{"question":"1+1?","answer":"2"}\n{"question":"2+2?"}\n');
    await using rows = checkedRows(await openRows(path), 'promptCompletion', {
      columns: { prompt: 'question', completion: 'answer' },
    });
    expect(await rows.get(0)).toEqual({ prompt: '1+1?', completion: '2' });
    await expect(rows.get(1)).rejects.toThrow(`${path}:2: no column answer (as completion)`);
  });
});

/** A tar of these files. */
async function tarOf(files: readonly (readonly [string, string | Uint8Array])[]): Promise<Buffer> {
  const pack = tarStream.pack();
  for (const [name, content] of files) pack.entry({ name }, Buffer.from(content as string));
  pack.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of pack) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

const long = `${'deep/'.repeat(40)}0003`;
const samples: readonly (readonly [string, string])[] = [
  ['train/0001.jpg', 'JPEG'],
  ['train/0001.cls', '7'],
  ['train/0002.JPG', 'second'],
  ['train/0002.seg.png', 'mask'],
  ['train/.hidden', ''],
  [`${long}.txt`, 'ä'.repeat(3000)],
];

describe('webdataset tars', () => {
  const asText = (fields: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
    Object.fromEntries(Object.entries(fields).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
  const expected = [
    { key: 'train/0001', fields: { jpg: 'JPEG', cls: '7' } },
    { key: 'train/0002', fields: { jpg: 'second', 'seg.png': 'mask' } },
    { key: long, fields: { txt: 'ä'.repeat(3000) } },
  ];

  it('are read by sample, in any order', async () => {
    await using tar = await TarDataset.open(file('x.tar', await tarOf(samples)));
    const read = (await all(tar)).map(({ key, fields }) => ({ key, fields: asText(fields) }));
    expect(read).toEqual(expected);
    expect(tar.fieldsOf(0)).toEqual(['jpg', 'cls']);
    expect(tar.place(1).file).toBe(`${tar.name}/train/0002`);
  });

  it('are read as streams, compressed or not', async () => {
    const bytes = await tarOf(samples);
    for (const source of [
      file('x.tar', bytes),
      file('x.tar.gz', gzipSync(bytes)),
      createReadStream(file('y.tar', bytes)),
    ]) {
      const read = [];
      for await (const { key, fields } of streamTar(source)) read.push({ key, fields: asText(fields) });
      expect(read).toEqual(expected);
    }
    const broken = streamTar(file('x.tar.gz', gzipSync(bytes).subarray(0, 200)));
    const readBroken = async (): Promise<void> => {
      for await (const _ of broken);
    };
    await expect(readBroken()).rejects.toMatchObject({ code: 'TAR_TRUNCATED' });
  });

  it('in shards are one dataset', async () => {
    const paths = [file('0.tar', await tarOf(samples.slice(0, 2))), file('1.tar', await tarOf(samples.slice(2)))];
    await using tars = await openTars(paths);
    expect(tars.length).toBe(3);
    expect((await tars.get(1)).key).toBe('train/0002');
  });

  it('that are damaged are refused, whatever the damage', async () => {
    const bytes = await tarOf(samples);
    const path = file('x.tar', '');
    const open = async (content: Uint8Array): Promise<void> => {
      writeFileSync(path, content);
      try {
        await using tar = await TarDataset.open(path);
        await all(tar);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    };
    for (let at = 0; at < bytes.length; at += 61) {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 0x55;
      await open(copy);
      await open(bytes.subarray(0, at));
    }
    writeFileSync(path, bytes.subarray(0, 514));
    await expect(TarDataset.open(path)).rejects.toThrow('the file ends inside entry train/0001.jpg');
    await expect(TarDataset.open(file('y.tar', 'x'.repeat(1024)))).rejects.toThrow('its checksum is wrong');
    await expect(
      TarDataset.open(
        file(
          'z.tar',
          await tarOf([
            ['a.x', '1'],
            ['a.x', '2'],
          ]),
        ),
      ),
    ).rejects.toThrow('two fields x');
  });
});

describe('raw text', () => {
  it('comes in chunks that end at line ends and lose nothing', async () => {
    const text = 'erste Zeile\nzweite: ääää 😀\n\n'.repeat(50).concat('no end');
    const paths = [file('a.txt', text), file('b.txt', '😀'.repeat(40))];
    const chunks: string[] = [];
    for await (const chunk of readText(paths, { chunkBytes: 37 })) chunks.push(chunk);
    expect(chunks.join('')).toBe(text + '😀'.repeat(40));
    expect(chunks.slice(0, 20).every((chunk) => chunk.endsWith('\n'))).toBe(true);
    const latin = readText([file('c.txt', Buffer.from([0x61, 0xff]))]);
    await expect(latin.next()).rejects.toThrow('the text cannot be read');
  });

  it('becomes windows of tokens', async () => {
    const byBytes = { encode: (text: string) => [...Buffer.from(text)] } as unknown as Tokenizer;
    const tokens = await tokenizeFiles(byBytes, [file('a.txt', 'abcdef'), file('b.txt', 'gh')], { endId: 0 });
    expect([...tokens]).toEqual([...Buffer.from('abcdef\0gh\0')]);
    const windows = new TokenWindows(tokens, { length: 4, stride: 3 });
    expect((await all(windows)).map((window) => Buffer.from(window).toString())).toEqual(['abcde', 'def\0g']);
    expect(new TokenWindows(tokens, { length: 4 }).length).toBe(2);
    expect(() => new TokenWindows(tokens, { length: 10 })).toThrow('10 tokens hold no window of 10');
  });

  it('lies in folders without trouble', async () => {
    const folder = join(temporaryFolder(), 'sub');
    mkdirSync(folder);
    await expect(readText([folder]).next()).rejects.toMatchObject({ code: 'DATASET_OPEN' });
  });
});
