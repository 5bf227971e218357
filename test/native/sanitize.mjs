// Builds the addon with sanitizers and runs tests on it: `npm run sanitize -w @tessera/native [address] [emulator] [driver] [thread]`.
// AddressSanitizer and UndefinedBehaviorSanitizer run the native tests, every op of the registry, products of odd shapes and
// every optimizer on the CPU (address); the registry, larger cases of the CUDA kernels and every optimizer on the emulated
// CUDA device (emulator); and the same on the device for GPUs, over the fake driver and cuBLASLt, with as many multiprocessors as an H200 (driver). Node itself is
// not built for ThreadSanitizer and vitest does not survive it, so that one runs scripts: the queue, the pool, and kernels of
// every family that uses the pool. Races inside Node or without a frame of ours are not ours. Kernels are those of level v3, which
// every machine runs; TESSERA_CPU_ISA_LEVELS chooses another.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const level = process.env.TESSERA_CPU_ISA_LEVELS ?? 'v3';
const builds = {
  address: { sanitizers: 'address,undefined', libraries: ['libasan.so', 'libubsan.so'], settings: {} },
  thread: { sanitizers: 'thread', libraries: ['libtsan.so'], settings: { TESSERA_CUDA: 'OFF' } },
};

function run(command, args, options) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

function build(name) {
  const out = join('build', 'sanitize', name);
  const settings = { TESSERA_SANITIZE: builds[name].sanitizers, ...builds[name].settings };
  const options = Object.entries(settings).map(([key, value]) => `--CD${key}=${value}`);
  const env = { ...process.env, TESSERA_CPU_ISA_LEVELS: level, TESSERA_CUDA_ARCHITECTURES: 'none' };
  run('npm', ['run', '--silent', 'build:native', '--', '-O', out, ...options], { cwd: join(root, 'native'), env });
  return join(root, 'native', out, 'Release', 'tessera.node');
}

function environment(name, addon, extra) {
  const compiler = process.env.CXX ?? 'c++';
  const paths = builds[name].libraries.map((file) =>
    execFileSync(compiler, [`-print-file-name=${file}`], { encoding: 'utf8' }).trim(),
  );
  return { ...process.env, LD_PRELOAD: paths.join(' '), TESSERA_ADDON: addon, ...extra };
}

function watched(device, tests, settings = () => ({})) {
  const addon = build('address');
  const env = environment('address', addon, {
    ASAN_OPTIONS: 'detect_leaks=0',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    TESSERA_TEST_DEVICE: device,
    ...settings(dirname(addon)),
  });
  const started = performance.now();
  const args = ['vitest', 'run', '--config', 'test/vitest.config.ts', ...tests];
  const { status } = spawnSync('npx', args, { cwd: root, env, stdio: 'inherit' });
  const seconds = (performance.now() - started) / 1000;
  console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${device}  ${tests.join(' ')}  ${seconds.toFixed(0)} s`);
  return status === 0;
}

const registry = 'test/tensor/registry.test.ts';
const kernels = [registry, ...['kernels', 'variants', 'optimizers'].map((name) => `test/cuda/${name}.test.ts`)];

const address = () =>
  watched('cpu', ['test/native', registry, 'test/tensor/products.test.ts', 'test/tensor/fused.test.ts', 'test/optim']);
const emulator = () =>
  watched('cuda-emulated', [...kernels, 'test/cuda/complete.test.ts', 'test/cuda/emulator.test.ts']);
const driver = () =>
  watched('cuda', kernels, (folder) => {
    const fake = join(folder, 'libfakecuda.so');
    const fatbin = join(folder, 'fake.fatbin');
    // The header of a fatbin with nothing in it: the fake driver brings the kernels.
    writeFileSync(fatbin, Uint8Array.from([0x50, 0xed, 0x55, 0xba, 1, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    return {
      TESSERA_CUDA_DRIVER: fake,
      TESSERA_CUBLASLT: fake,
      TESSERA_CUDA_FATBIN: fatbin,
      FAKE_CUDA_MULTIPROCESSORS: '132',
    };
  });

function thread() {
  const addon = build('thread');
  const encoders = readFileSync(join(root, 'native', 'lib', 'gen', 'encoders.ts'), 'utf8');
  const names = /kernelNames.*? = \[([^\]]*)\]/s.exec(encoders)[1].match(/\w+/g);
  const limit = (bytes) => ({ TESSERA_CPU_MEMORY_LIMIT: String(bytes) });
  const native = (script) => join('native', 'children', script);
  const runs = [
    ...[1, 2, 3].map((seed) => [native('fuzz.mjs'), [addon, String(seed), '200'], limit(256 * 2 ** 20)]),
    [native('threads.mjs'), [addon, String(names.indexOf('exp') + 16), '20']],
    [join('tensor', 'children', 'kernel-bits.mjs'), [], { TESSERA_NUM_THREADS: '4' }],
    [native('memory-limit.mjs'), [addon], limit(64 * 2 ** 20)],
    [native('terminate-workers.mjs'), [addon, '2', '1', 'main']],
    ...['exit', 'throw', 'wait', 'close'].map((how) => [native('exit.mjs'), [addon, how]]),
  ];
  let ok = true;
  for (const [script, args, extra] of runs) {
    const logs = mkdtempSync(join(tmpdir(), 'tessera-tsan-'));
    const env = environment('thread', addon, { TSAN_OPTIONS: `exitcode=0:log_path=${join(logs, 'log')}`, ...extra });
    const { status, signal } = spawnSync(process.execPath, [join(root, 'test', script), ...args], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const reports = readdirSync(logs)
      .flatMap((log) => readFileSync(join(logs, log), 'utf8').split('=================='))
      .filter(
        (report) =>
          report.includes('WARNING') &&
          /tessera(::|\.node)/.test(report) &&
          // libuv closes descriptors by a raw system call, which goes unseen: the next to get the number seems to race with it.
          !/Previous write .*\n +#0 epoll_create1 /.test(report) &&
          !/SUMMARY:.* in (v8|node|uv_)/.test(report),
      );
    rmSync(logs, { recursive: true });
    for (const report of reports) console.error(report);
    const passed = status === 0 && reports.length === 0;
    console.log(
      `${passed ? 'ok' : 'FAILED'}  thread  ${script} ${args.slice(1).join(' ')}${signal ? ` (${signal})` : ''}`,
    );
    ok &&= passed;
  }
  return ok;
}

const checks = { address, emulator, driver, thread };
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks);
for (const name of chosen.filter((name) => !Object.hasOwn(checks, name))) {
  console.error(`sanitize: no check named '${name}'; choose from ${Object.keys(checks).join(', ')}`);
  process.exit(2);
}
run('npx', ['tsc', '-b'], { cwd: root, stdio: 'inherit' });
const failed = chosen.filter((name) => !checks[name]());
if (failed.length > 0) {
  console.error(`sanitize: failed: ${failed.join(', ')}`);
  process.exit(1);
}
