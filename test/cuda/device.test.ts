/**
 * The CUDA device on a driver without a GPU (cuda/tests/fake_driver.cc): everything but the driver and the GPU is what
 * runs on a real machine. Each scenario is a process, because a process opens the driver once.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { kernelNames } from '../../native/lib/gen/encoders.js';
import { addonPath } from '../native/commands.js';

const folder = mkdtempSync(join(tmpdir(), 'tessera-cuda-'));
afterAll(() => rmSync(folder, { recursive: true }));

// The header of a fatbin with nothing in it: the fake driver brings the kernels.
const header = Buffer.from([0x50, 0xed, 0x55, 0xba, 1, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const fatbin = join(folder, 'tessera.fatbin');
writeFileSync(fatbin, Buffer.concat([header, header]));

const script = fileURLToPath(new URL('children/device.mjs', import.meta.url));
const ops = ['softmaxForward', 'indexSelect'].map((name) => String(kernelNames.indexOf(name) + 16));
const fakeDriver = join(dirname(addonPath), 'libfakecuda.so');

async function run<T>(scenario: string, env: Record<string, string> = {}): Promise<T> {
  const child = spawn(process.execPath, [script, addonPath, scenario, ...ops], {
    env: { ...process.env, TESSERA_CUDA_DRIVER: fakeDriver, TESSERA_CUDA_FATBIN: fatbin, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

interface Device {
  readonly name: string;
  readonly features: string;
  readonly memoryBytes: number;
  readonly unavailable?: string;
}
const list = (env: Record<string, string>): Promise<Device[]> => run<Device[]>('list', env);
const reason = async (env: Record<string, string>): Promise<string | undefined> => (await list(env))[0]?.unavailable;

describe.runIf(process.platform === 'linux')('the CUDA device', () => {
  it('lists every GPU', async () => {
    expect(await list({ FAKE_CUDA_DEVICES: '2', FAKE_CUDA_MEMORY: '4096', FAKE_CUDA_CAPABILITY: '90' })).toMatchObject([
      { index: 0, name: 'Fake GPU 0', features: expect.stringMatching(/^sm_90, driver 13\.0, /), memoryBytes: 4096 },
      { index: 1, name: 'Fake GPU 1' },
    ]);
  });

  it('says why there is none', async () => {
    expect(await reason({ TESSERA_CUDA_DRIVER: '/nonexistent/libcuda.so' })).toMatch(/^no CUDA driver is installed \(/);
    expect(await reason({ TESSERA_CUDA_DRIVER: addonPath })).toMatch(/^the CUDA driver is too old; .*it lacks cuInit/);
    expect(await reason({ FAKE_CUDA_VERSION: '11080' })).toMatch(
      /^the CUDA driver is too old; got 11\.8; expected 1\d\.0 or newer$/,
    );
    expect(await reason({ FAKE_CUDA_INIT: '100' })).toBe('this machine has no CUDA device');
    expect(await reason({ FAKE_CUDA_INIT: '2' })).toBe('the CUDA driver ran out of memory while it started');
    expect(await reason({ FAKE_CUDA_INIT: '803' })).toMatch(/of different versions/);
    expect(await reason({ FAKE_CUDA_DEVICES: '0' })).toMatch(/no CUDA device, or CUDA_VISIBLE_DEVICES hides it/);
    expect(await reason({ FAKE_CUDA_CAPABILITY: '75' })).toBe(
      'its compute capability is too old; got 7.5; expected 8.0 or newer',
    );
    expect(await reason({ TESSERA_CUDA_FATBIN: '/nonexistent/x' })).toMatch(
      /^this build has no CUDA kernels: \/nonexistent\/x is missing\. /,
    );
    const file = join(folder, 'other.fatbin');
    for (const damaged of [header.subarray(0, 12), Buffer.alloc(32)]) {
      writeFileSync(file, damaged);
      expect(await reason({ TESSERA_CUDA_FATBIN: file })).toMatch(/^the CUDA kernels are damaged: /);
    }
    writeFileSync(file, '');
    expect(await reason({ TESSERA_CUDA_FATBIN: file })).toMatch(/^this build has no CUDA kernels: .* is empty\. /);
  });

  it('refuses to open without one, with the reason', async () => {
    expect(await run('open', { FAKE_CUDA_INIT: '100' })).toMatchObject({
      code: 'UNSUPPORTED',
      message: "open: device 'cuda' cannot be used: this machine has no CUDA device.",
    });
  });

  it('says at once that a GPU has no memory left for a context', async () => {
    expect(await run('open', { FAKE_CUDA_CONTEXT: '2' })).toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringContaining('cuDevicePrimaryCtxRetain failed (CUDA_ERROR_OUT_OF_MEMORY'),
    });
  });

  it('computes what the emulated device computes, on each GPU', async () => {
    const { results, expected } = await run<{ results: number[][]; expected: number[] }>('compute', {
      FAKE_CUDA_DEVICES: '2',
    });
    expect(results).toEqual([expected, expected]);
  });

  it('copies between GPUs where a program asks for it, and never by itself', async () => {
    expect(await run('between', { FAKE_CUDA_DEVICES: '2' })).toEqual({
      there: [2, 4, 6],
      back: [3, 6, 9],
      mixed: expect.objectContaining({ message: expect.stringMatching(/cuda:0.*cuda:1|cuda:1.*cuda:0/) }),
      absent: expect.objectContaining({ message: expect.stringContaining('got index 2; expected 0 to 1') }),
    });
  });

  it('moves bytes through staging memory', async () => {
    expect(await run('transfers')).toEqual({ written: true, copied: true, edges: true, overlapped: true });
  });

  it('replays a recording as a graph, patched where buffers moved', async () => {
    const log = join(folder, 'replay.log');
    const { results, expected, patched, expectedPatched } = await run<
      Record<string, number[]> & { results: number[][] }
    >('replay', { FAKE_CUDA_LOG: log });
    expect(results).toEqual(Array(5).fill(expected));
    expect(patched).toEqual(expectedPatched);
    const count = (line: string): number =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((l) => l === line).length;
    expect(count('cuGraphInstantiate 3')).toBe(1);
    expect(count('cuGraphLaunch 3')).toBe(5);
    expect(count('cuGraphExecKernelNodeSetParams')).toBe(2);
  });

  it('replays without a graph where the driver makes none', async () => {
    const env = { FAKE_CUDA_CAPTURE: '0' };
    const { results, expected, patched, expectedPatched } = await run<
      Record<string, number[]> & { results: number[][] }
    >('replay', env);
    expect(results).toEqual(Array(5).fill(expected));
    expect(patched).toEqual(expectedPatched);
  });

  it('rejects the next await after an index out of range, with the op', async () => {
    for (const sync of ['0', '1']) {
      const outcome = await run<{ rows: number[]; expected: number[] }>('index', { TESSERA_CUDA_SYNC: sync });
      const failure = {
        code: 'INDEX',
        op: 'indexSelect',
        message: 'indexSelect: index out of range; got 8; expected 0 to 7.',
      };
      expect(outcome).toMatchObject({ first: failure, second: 'fine', replayed: [failure, 'fine'] });
      expect(outcome.rows).toEqual(outcome.expected);
    }
  });

  it('multiplies matrices by cuBLASLt, in recordings too', async () => {
    const log = join(folder, 'products.log');
    const { errors, replayed } = await run<{ errors: Record<string, number>; replayed: boolean }>('products', {
      TESSERA_CUBLASLT: fakeDriver,
      FAKE_CUDA_LOG: log,
    });
    for (const [name, error] of Object.entries(errors)) {
      expect(error, name).toBeLessThan(name.endsWith('bf16') ? 2 ** -7 : 2 ** -19);
    }
    expect(replayed).toBe(true);
    const lines = readFileSync(log, 'utf8').split('\n');
    expect(lines.filter((line) => line === 'cublasLtMatmul').length).toBeGreaterThan(30);
    expect(lines).toContain('cuGraphLaunch 1');
  });

  it('recovers from running out of memory', async () => {
    const outcome = await run('memory', { FAKE_CUDA_MEMORY: String(64 << 20) });
    expect(outcome).toMatchObject({ refused: { code: 'OUT_OF_MEMORY', op: 'alloc' }, after: 'fine', live: 48 << 20 });
  });

  it('takes memory for what grows without waiting for the device, where the driver can', async () => {
    for (const [pools, waits] of [
      ['1', 0],
      ['0', 4],
    ] as const) {
      const log = join(folder, `growth-${pools}.log`);
      expect(await run('growth', { FAKE_CUDA_POOLS: pools, FAKE_CUDA_LOG: log })).toBe('fine');
      const lines = readFileSync(log, 'utf8').split('\n');
      const busy = lines.slice(0, lines.lastIndexOf('cuMemsetD8Async'));
      expect(busy.filter((line) => line === 'cuStreamSynchronize').length).toBe(waits);
      expect(busy.filter((line) => line === (pools === '1' ? 'cuMemFreeAsync' : 'cuMemFree')).length).toBe(4);
    }
  });

  it.each([
    ['700', 'CUDA_ERROR_ILLEGAL_ADDRESS'],
    ['46', 'CUDA_ERROR_DEVICE_UNAVAILABLE'],
  ])('reports a fault or a lost device with the op, and keeps the process alive (%s)', async (result, name) => {
    for (const sync of ['0', '1']) {
      const fault = { FAKE_CUDA_FAULT: 'softmaxHeld_f32_0_0', FAKE_CUDA_FAULT_RESULT: result };
      expect(await run('fault', { ...fault, TESSERA_CUDA_SYNC: sync })).toMatchObject({
        first: {
          code: 'DEVICE',
          op: 'softmaxForward',
          message: expect.stringMatching(new RegExp(`^softmaxForward: the CUDA device failed: ${name}`)),
        },
        later: { code: 'DEVICE', message: expect.stringContaining('was lost earlier') },
        elsewhere: 'fine',
      });
    }
  });

  it('names the ops as they were called, those of gradients too', async () => {
    const fault = { FAKE_CUDA_FAULT: 'softmaxGradientHeld_f32_0_0' };
    const lost = 'CUDA_ERROR_ILLEGAL_ADDRESS';
    for (const [sync, op] of [
      ['1', 'softmax backward'],
      ['0', 'one of exp, softmax, square, sum, backward, square backward, softmax backward, exp backward'],
    ]) {
      const [first, later] = await run<{ message: string }[]>('step', { ...fault, TESSERA_CUDA_SYNC: sync! });
      expect(first).toMatchObject({ code: 'DEVICE', op });
      expect(first!.message).toMatch(new RegExp(`^${op}: the CUDA device failed: ${lost}`));
      expect(first!.message.includes('Set TESSERA_CUDA_SYNC=1')).toBe(sync === '0');
      expect(later!.message).toMatch(
        new RegExp(`the CUDA device was lost earlier: ${lost}.*\\. Use it again in a new process`),
      );
    }
  });
});
