/** The report: one file that opens without a network and draws what it was given. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Report } from '@tessera/train';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../data/temporary.js';
import { findChromium, render } from '../support/chromium.js';

const browser = findChromium();

async function example(path: string): Promise<void> {
  const report = new Report('A <b>run</b>')
    .text(['First & second.', '"Quoted"'], { title: 'Words' })
    .facts({ accuracy: 0.97123, steps: 12345, name: 'tiny' })
    .curves(
      'Loss',
      [1, 2, 3],
      [
        { label: 'loss', y: [3, Number.NaN, 1] },
        { label: '</script><script>alert(1)</script>', y: [1, null, 2] },
      ],
    )
    .curves('Log', [1, 2], [{ label: 'a', y: [0, 10] }], { log: true, note: 'zero has no logarithm' })
    .metrics('Absent', [{ step: 1, time: 0, metrics: { a: 1 } }], ['b'])
    .metrics(
      'Present',
      [
        { step: 1, time: 0, metrics: { a: 1 } },
        { step: 2, time: 0, metrics: { c: 1 } },
        { step: 3, time: 0, metrics: { a: 2 } },
      ],
      ['a', 'b'],
    )
    .table(
      'Rows',
      [
        { a: 1, b: 'x\ny' },
        { a: null, c: 2.5 },
      ],
      { code: ['b'] },
    )
    .bars('Shares', [
      { label: 'half', value: 0.5 },
      { label: 'over', value: 2, text: 'two' },
    ]);
  await report.pictures('Masks', [
    { image: { width: 2, height: 1, data: Uint8Array.from([255, 0, 0, 0, 0, 255]) }, caption: 'two pixels', width: 64 },
  ]);
  await report.write(path);
}

test('everything is in one file, and text stays text', async () => {
  const path = join(temporaryFolder(), 'report.html');
  await example(path);
  const html = await readFile(path, 'utf8');
  expect(html).not.toMatch(/\b(src|href)=["'](?!data:)/);
  expect(html).toContain('A &#60;b&#62;run&#60;/b&#62;');
  expect(html).not.toContain('<script>alert(1)');
  expect(html).toContain('12,345');
  expect(html).not.toContain('Absent');
});

test.skipIf(browser === undefined)(
  'it opens in a browser: every curve is drawn, nothing is asked of the network',
  { timeout: 120_000 },
  async () => {
    const path = join(temporaryFolder(), 'report.html');
    await example(path);
    const { dom, console } = await render(browser!, path);
    expect(dom).toMatch(/<html[^>]* data-drawn="3"/);
    expect(dom.match(/<canvas/g)).toHaveLength(3);
    expect(console).toBe('');
  },
);
