/** Runs a command line in this process and keeps what it says. */
import { main } from '@tessera/cli';
import { vi } from 'vitest';

export interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export async function tessera(...args: readonly string[]): Promise<Ran> {
  let output = '';
  let errors = '';
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((...parts) => {
      output += `${parts.join(' ')}\n`;
    }),
    vi.spyOn(console, 'error').mockImplementation((...parts) => {
      errors += `${parts.join(' ')}\n`;
    }),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output += String(text);
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      errors += String(text);
      return true;
    }),
  ];
  const before = process.exitCode;
  try {
    const code = await main(['node', 'tessera', ...args]);
    return { code: code || Number(process.exitCode ?? 0), output, errors };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
