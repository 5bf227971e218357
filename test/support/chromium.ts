/** Headless Chromium, where one is installed: pages are opened as a person would open them. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a browser; undefined where there is none. `TESSERA_CHROMIUM` names one. */
export function findChromium(): string | undefined {
  const given = process.env.TESSERA_CHROMIUM;
  if (given !== undefined) return given;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

export interface Rendered {
  /** The page's HTML after its scripts ran. */
  readonly dom: string;
  /** What the page wrote to its console, with errors and refused requests. */
  readonly console: string;
}

/** Opens a local page, optionally as a picture. */
export async function render(
  browser: string,
  page: string,
  { screenshot }: { screenshot?: string } = {},
): Promise<Rendered> {
  const profile = mkdtempSync(join(tmpdir(), 'tessera-chromium-'));
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    `--user-data-dir=${profile}`,
    '--enable-logging=stderr',
    '--virtual-time-budget=5000',
    '--window-size=1200,2400',
    screenshot === undefined ? '--dump-dom' : `--screenshot=${screenshot}`,
    pathToFileURL(page).href,
  ];
  try {
    const child = spawn(browser, flags);
    let dom = '';
    let log = '';
    child.stdout.on('data', (text) => {
      dom += text;
    });
    child.stderr.on('data', (text) => {
      log += text;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`${browser} ended with ${code}: ${log.slice(-2000)}`);
    const lines = log.split('\n').filter((line) => line.includes('CONSOLE'));
    return { dom, console: lines.join('\n') };
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
