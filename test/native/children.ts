/** Runs a script of ./children in a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { addonPath } from './commands.js';

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runChild(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const file = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** The ISA levels that this machine and this build have, best first. */
export async function usableLevels(): Promise<readonly string[]> {
  const { stdout } = await runChild('open.mjs', [addonPath], { TESSERA_CPU_ISA: 'none' });
  return /this machine has ([^,]+(?:, [^,]+)*), this build/.exec(stdout)![1]!.split(', ');
}
