import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // The addon is loaded in every worker; processes keep a crash in one file from taking the others along.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
