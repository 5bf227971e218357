/** What a run writes for people and other programs: TensorBoard events, the progress line, tables. */
import { readFile } from 'node:fs/promises';
import { duration, formatTable, Progress, ProgressBoard, TensorBoardWriter } from '@tessera/train';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../data/temporary.js';

/** CRC-32C, bit by bit. */
function crc32c(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  }
  return ~c >>> 0;
}

/** Records of an event file, their checksums verified. */
function records(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const masked = (crc: number) => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(masked(crc32c(file.subarray(at, at + 8))));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(masked(crc32c(data)));
    found.push(data);
    at += length + 16;
  }
  return found;
}

test('event files hold version, resumption and scalars', async () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283); // the published check value
  const writer = new TensorBoardWriter(temporaryFolder(), { resumedAt: 299 });
  writer.write({ step: 300, time: 1.5, metrics: { loss: 0.25, 'eval/accuracy': 1 } });
  await writer.close();
  const [version, session, scalars] = records(await readFile(writer.path));
  expect(version!.toString('latin1')).toContain('brain.Event:2');
  // step (field 2) 300 is the varint ac 02; SessionLog (field 7) with status (field 1) START
  expect(session!.subarray(9).toString('hex')).toBe('10ac023a020801');
  expect(scalars!.readDoubleLE(1)).toBe(1.5);
  const loss = '0a0b0a046c6f7373150000803e'; // value { tag: "loss", simple_value: 0.25 }
  expect(scalars!.subarray(9).toString('hex')).toMatch(new RegExp(`^10ac022a..${loss}0a140a0d`));
});

test('a board keeps a line for each thing under way, below what was said', () => {
  const board = (isTTY: boolean): string[] => {
    const screen: string[] = [];
    const to = new ProgressBoard({ write: (text) => screen.push(text), isTTY });
    to.write('a', '\r\x1b[2Kfirst 1/2');
    to.write('b', '\r\x1b[2Ksecond 1/9');
    to.say('news');
    to.write('a', '\r\x1b[2Kfirst 2/2');
    to.write('a', '\n');
    return screen;
  };
  const drawn = board(true);
  expect(drawn[2]).toBe('\x1b[2A\r\x1b[Jnews\nfirst 1/2\nsecond 1/9\n');
  expect(drawn.at(-1)).toBe('\x1b[2A\r\x1b[Jfirst 2/2\nsecond 1/9\n'); // the finished line stays above
  expect(board(false)).toContain('news\n');
});

test('the progress line on a terminal is one line, elsewhere a few', () => {
  const screen: string[] = [];
  const stream = { write: (text: string) => screen.push(text), isTTY: true, columns: 60 };
  const bar = new Progress({ label: 'train', stream });
  bar.start();
  for (let i = 1; i <= 50; i++) bar.update(i, 50, { loss: 1 / 3, name: 'a rather long field that does not fit' });
  expect(screen.length).toBeLessThan(10);
  expect(screen.every((text) => text === '\n' || (text.startsWith('\r') && text.length <= 64))).toBe(true);
  expect(screen.at(-2)).toMatch(/train {2}\[#{20}\] {2}50\/50 {2}took 0s/);
  expect(screen.at(-1)).toBe('\n');

  const log: string[] = [];
  const plain = new Progress({ stream: { write: (text: string) => log.push(text) } });
  plain.start(10);
  for (let i = 11; i <= 60; i++) plain.update(i, 60, { loss: 0.5 });
  expect(log).toHaveLength(1);
  expect(log[0]).toMatch(/^\[#{20}\] {2}60\/60 {2}took 0s {2}.*\/s {2}loss 0\.5\n$/);
});

test('large counts are short, and what is over soon stays quiet', () => {
  const log: string[] = [];
  const stream = { write: (text: string) => log.push(text) };
  const bar = new Progress({ stream });
  bar.update(123_456_789, 123_456_789);
  expect(log[0]).toContain('123.5M/123.5M');
  const quiet = new Progress({ stream, quietFor: 5 });
  quiet.update(1, 1);
  quiet.end();
  expect(log).toHaveLength(1);
});

test('durations and tables', () => {
  expect([4.4, 65, 3600 + 240].map(duration)).toEqual(['4s', '1m05s', '1h04m']);
  const table = formatTable([
    { prompt: 'sort 3 1 2', reward: 1 },
    { prompt: 'two\nlines', reward: 0.123456789, extra: 'x'.repeat(80) },
  ]);
  expect(table.split('\n')).toEqual([
    'prompt        reward  extra',
    `-----------  -------  ${'-'.repeat(60)}`,
    'sort 3 1 2         1',
    `two ⏎ lines  0.12346  ${'x'.repeat(59)}…`,
  ]);
});
