/** What the original implementations compute: quantizer, image model, discriminator, metrics, schedules. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type CaseResult, runFolder } from '../conformance/runner.js';

it('agrees with the reference implementations', async () => {
  const results: CaseResult[] = [];
  const folder = fileURLToPath(new URL('../fixtures/gigatok', import.meta.url));
  await runFolder(folder, { device: 'cpu', only: null }, (result) => results.push(result));
  expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(results.length).toBeGreaterThanOrEqual(11);
});
