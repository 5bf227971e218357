// The JavaScript side of the benchmark protocol: one JSON object per line in, one per line out (see protocol.py).
// Packages come from the folder given as the first argument, so that no peer is a dependency of this project.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const sampleMilliseconds = 4;
const folder = process.argv[2] ?? '.';
const require = createRequire(join(folder, 'package.json'));

/** Imports a package from the peers folder; `root` is its folder there. */
export async function load(name) {
  const { packageJson, root } = manifest(name);
  const entry = packageJson.exports?.['.']?.import ?? packageJson.exports?.['.']?.default;
  const path = typeof entry === 'string' ? join(root, entry) : require.resolve(name);
  const module = await import(pathToFileURL(path).href);
  return { module: module.default ?? module, namespace: module, version: packageJson.version, root };
}

function manifest(name) {
  const path = require.resolve
    .paths(name)
    .map((base) => join(base, name, 'package.json'))
    .find(readable);
  if (!path) throw new Error(`${name} is not installed in ${folder}`);
  return { packageJson: JSON.parse(readFileSync(path, 'utf8')), root: dirname(path) };
}

function readable(path) {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

export function random(count) {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/**
 * Event-loop delay in ms beyond what a 1 ms timer asked for, while `call` runs back to back for `milliseconds`.
 * The loop gets its turn after every call, as in a program that serves anything besides.
 */
export async function eventLoopStall(call, milliseconds) {
  await call();
  const delays = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    delays.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    await call();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await new Promise((resolve) => setTimeout(resolve, 2));
  clearInterval(timer);
  delays.sort((a, b) => a - b);
  return { p99: delays[Math.ceil(0.99 * delays.length) - 1], max: delays.at(-1) };
}

async function calibrate(call) {
  await call();
  const start = performance.now();
  await call();
  const elapsed = performance.now() - start;
  return elapsed >= sampleMilliseconds ? 1 : Math.min(10000, Math.ceil(sampleMilliseconds / Math.max(elapsed, 1e-4)));
}

async function sample(call, batch, milliseconds, atLeast) {
  await call();
  const times = [];
  const end = performance.now() + milliseconds;
  while (times.length < atLeast || performance.now() < end) {
    const start = performance.now();
    for (let i = 0; i < batch; i++) {
      const pending = call();
      if (pending !== undefined) await pending;
    }
    times.push((performance.now() - start) / batch);
  }
  return times;
}

/** Values of a work about the cost of calling: the median of batches, in microseconds. */
export async function callCost(call, milliseconds) {
  const times = (await sample(call, 1000, milliseconds, 3)).sort((a, b) => a - b);
  return { 'per call': times[times.length >> 1] * 1000 };
}

/** `works`: name -> (size, method, threads) => { call } or { values }, either possibly a promise. */
export async function serve(name, start, works) {
  let threads = 1;
  let work;
  let batch = 1;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    let reply = { ok: true };
    try {
      if (request.do === 'quit') break;
      if (request.do === 'hello') {
        threads = request.threads;
        reply = { ok: true, name, version: await start(threads), works: Object.keys(works) };
      } else if (request.do === 'open') {
        if (!(request.work in works)) throw new Error(`${name} has no ${request.work}`);
        work = await works[request.work](request.size, request.method, threads);
        if (work.call) batch = await calibrate(work.call);
      } else if (request.do === 'run') {
        if (work.call) reply.times = await sample(work.call, batch, request.milliseconds, request.samples);
        else reply.values = await work.values(request.milliseconds);
      } else if (request.do === 'close') {
        await work?.close?.();
        work = undefined;
      } else throw new Error(`${name} does not measure ${request.do}`);
    } catch (error) {
      reply = { ok: false, absent: String(error.message ?? error).slice(0, 400) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(0);
}
