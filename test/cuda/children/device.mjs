// Scenarios on CUDA devices, one per process because a process opens the driver once: device.mjs ADDON SCENARIO SOFTMAX SELECT
// prints JSON. SOFTMAX and SELECT are the op ids of softmaxForward and indexSelect.
import { createRequire } from 'node:module';

const [path, scenario, ...ops] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(path);
const [softmaxOp, selectOp] = ops.map(Number);

const handle = (slot) => (1 << 22) | slot;
const wide = (value) => [value >>> 0, Math.floor(value / 2 ** 32)];
const alloc = (h, bytes) => [1, 5, h, ...wide(bytes)];
const free = (h) => [2, 3, h];
const copy = (to, toOffset, from, fromOffset, bytes) => [
  ...[3, 10, to, ...wide(toOffset), from, ...wide(fromOffset), ...wide(bytes)],
];
const zero = (h, offset, bytes) => [4, 7, h, ...wide(offset), ...wide(bytes)];
const softmax = (x, y, rows, cols) => [softmaxOp, 14, x, 0, 0, y, 0, 0, ...wide(rows), ...wide(cols), 1, 0];
/** y = the rows of x [rows, 4] at two indices. */
const select = (x, index, y, rows) => [
  ...[selectOp, 19, x, 0, 0, index, 0, 0, y, 0, 0, ...wide(1), ...wide(rows), ...wide(2), ...wide(4)],
];
const submit = (device, ...commands) => {
  const words = Uint32Array.from(commands.flat());
  addon.submit(device, words, words.length);
};
const floats = async (device, h, n) => [...new Float32Array(await addon.read(device, h, 0, 4 * n))];
const attempt = async (body) => {
  try {
    await body();
    return 'fine';
  } catch (error) {
    return { code: error.code, op: error.op, message: error.message };
  }
};
const ramp = (n) => Float32Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i) * 3));

/** softmax of one matrix of 8 x 64 on the device `type`. */
async function compute(type, index = 0) {
  const device = addon.open(type, index);
  const [x, y] = [handle(1), handle(2)];
  submit(device, alloc(x, 2048), alloc(y, 2048));
  addon.write(device, x, 0, ramp(512));
  submit(device, softmax(x, y, 8, 64));
  const result = await floats(device, y, 512);
  addon.close(device);
  return result;
}

const scenarios = {
  list: () => addon.devices().filter((d) => d.type === 'cuda'),

  open: () => attempt(() => addon.close(addon.open('cuda', 0))),

  async between() {
    const { tensor } = await import('@tessera/tensor');
    const x = tensor([1, 2, 3], { device: 'cuda:0' });
    const there = x.to({ device: 'cuda:1' }).mul(2);
    const back = there.to({ device: 'cuda:0' }).add(x);
    const mixed = await attempt(() => x.add(there));
    const absent = await attempt(() => x.to({ device: 'cuda:2' }));
    return { there: [...(await there.data())], back: [...(await back.data())], mixed, absent };
  },

  async compute() {
    const devices = addon.devices().filter((d) => d.type === 'cuda').length;
    const results = [];
    for (let i = 0; i < devices; i++) results.push(await compute('cuda', i));
    return { results, expected: await compute('cuda-emulated') };
  },

  // More bytes than all staging slots together, at odd offsets and sizes.
  async transfers() {
    const device = addon.open('cuda');
    const n = 23_000_003;
    const data = new Uint8Array(n).map((_, i) => (i * 31 + (i >> 11)) & 255);
    const [a, b] = [handle(1), handle(2)];
    submit(device, alloc(a, n), alloc(b, n), zero(b, 0, n));
    addon.write(device, a, 0, data);
    for (let i = 0; i < 300; i++) addon.write(device, a, 1000 * i + 1, data.subarray(i, i + 777));
    const before = data.slice(0, 1100);
    for (let i = 0; i < 300; i++) data.set(before.subarray(i, i + 777), 1000 * i + 1);
    submit(device, copy(b, 5, a, 3, n - 10));
    const same = async (h, offset, expected) =>
      Buffer.from(await addon.read(device, h, offset, expected.length)).equals(Buffer.from(expected));
    const written = await same(a, 0, data);
    const copied = await same(b, 5, data.subarray(3, n - 7));
    const edges = await same(b, 0, new Uint8Array(5));
    // Ranges of one buffer that overlap, both ways.
    submit(device, copy(a, 4096, a, 0, 100_000), copy(a, 200_000, a, 203_000, 50_000));
    data.copyWithin(4096, 0, 100_000);
    data.copyWithin(200_000, 203_000, 253_000);
    const overlapped = await same(a, 0, data);
    addon.close(device);
    return { written, copied, edges, overlapped };
  },

  // A recording with memory of its own, replayed; then with another input.
  async replay() {
    const device = addon.open('cuda');
    const [x, y, t, other] = [1, 2, 3, 4].map(handle);
    submit(device, ...[x, y, other].map((h) => alloc(h, 2048)));
    addon.write(device, x, 0, ramp(512));
    addon.write(device, other, 0, ramp(512).reverse());
    const commands = [alloc(t, 2048), softmax(x, t, 8, 64), zero(y, 0, 2048), softmax(t, y, 8, 64), free(t)].flat();
    const recording = addon.capture(device, Uint32Array.from(commands), commands.length);
    const results = [];
    for (let i = 0; i < 4; i++) {
      addon.launch(device, recording);
      results.push(await floats(device, y, 512));
    }
    const input = commands.indexOf(x);
    addon.launch(device, recording, Uint32Array.from([input, other]));
    const patched = await floats(device, y, 512);
    addon.launch(device, recording, Uint32Array.from([input, x]));
    results.push(await floats(device, y, 512));
    // The same by hand.
    submit(device, alloc(t, 2048), softmax(x, t, 8, 64), softmax(t, y, 8, 64));
    const expected = await floats(device, y, 512);
    submit(device, softmax(other, t, 8, 64), softmax(t, y, 8, 64));
    const expectedPatched = await floats(device, y, 512);
    addon.release(device, recording);
    addon.close(device);
    return { results, expected, patched, expectedPatched };
  },

  // A bad index at the first wait after it, in a replay too; what follows is not disturbed.
  async index() {
    const device = addon.open('cuda');
    const [x, index, bad, good] = [1, 2, 3, 4].map(handle);
    submit(device, alloc(x, 128), alloc(index, 8), alloc(bad, 32), alloc(good, 32), zero(good, 0, 32));
    addon.write(device, x, 0, ramp(32));
    addon.write(device, index, 0, Int32Array.of(3, 8));
    submit(device, select(x, index, bad, 8));
    const first = await attempt(() => floats(device, good, 8));
    const second = await attempt(() => floats(device, good, 8));
    const recording = addon.capture(device, Uint32Array.from(select(x, index, good, 8)), 19);
    const replayed = [];
    for (const row of [8, 7]) {
      addon.write(device, index, 0, Int32Array.of(3, row));
      submit(device, free(good), alloc(good, 32));
      addon.launch(device, recording);
      replayed.push(await attempt(() => addon.synchronize(device)));
    }
    const rows = await floats(device, good, 8);
    addon.release(device, recording);
    addon.close(device);
    const all = [...ramp(32)];
    return { first, second, replayed, rows, expected: [...all.slice(12, 16), ...all.slice(28)] };
  },

  // Matrix products by cuBLASLt, where it takes them, against the CPU's: the largest error of each, in units of its largest element.
  async products() {
    const { device, grad, linear, linearAdd, linearCrossEntropy, matmul, tensor } = await import('@tessera/tensor');
    const cases = {
      plain: (x) => matmul(x([37, 20]), x([20, 29])),
      transposed: (x) => matmul(x([20, 37]).transpose(), x([29, 20]).transpose()),
      half: (x) => matmul(x([20, 37]).transpose(), x([20, 29])),
      row: (x) => matmul(x([1, 20]), x([29, 20]).transpose()),
      batched: (x) => matmul(x([3, 5, 8]), x([3, 8, 6])),
      oddBatch: (x) => matmul(x([3, 5, 7]), x([3, 7, 3])),
      broadcast: (x) => matmul(x([3, 2, 5, 7]), x([2, 7, 4])),
      shared: (x) => matmul(x([3, 5, 7]), x([7, 4])),
      biased: (x) => linear(x([9, 16]), x([24, 16]), x([24])),
      misaligned: (x) =>
        linear(
          x([10, 16]).narrow({ dim: 0, start: 1, length: 9 }),
          x([24, 16]),
          x([25]).narrow({ dim: 0, start: 1, length: 24 }),
        ),
      added: (x) => linearAdd(x([9, 24]), x([9, 16]), x([24, 16]), x([24])),
      activated: (x) => linear(x([9, 16]), x([24, 16]), x([24]), { activation: 'geluTanh' }),
      activatedUnbiased: (x) => linear(x([9, 16]), x([23, 16]), undefined, { activation: 'geluTanh' }),
      activatedGradients: (x) => {
        const leaves = [x([9, 16]), x([24, 16]), x([24])].map((t) => t.setRequiresGrad());
        return grad(
          linear(...leaves, { activation: 'geluTanh' })
            .square()
            .sum(),
          leaves,
        );
      },
      gradients: (x) => {
        const leaves = [x([9, 16]), x([22, 16]), x([22])].map((t) => t.setRequiresGrad());
        return grad(
          linear(...leaves, { activation: 'silu' })
            .square()
            .sum(),
          leaves,
        );
      },
      head: (x) => {
        const leaves = [x([40, 16]), x([50, 16])].map((t) => t.setRequiresGrad());
        const targets = tensor(
          Array.from({ length: 40 }, (_, i) => i),
          { dtype: 'i32', device: leaves[0].device },
        );
        return grad(linearCrossEntropy(...leaves, targets), leaves);
      },
    };
    const values = async (type, dtype, body) => {
      let next = 0;
      const result = body((shape) => {
        const n = shape.reduce((a, b) => a * b);
        const data = Float32Array.from({ length: n }, () => Math.sin(++next * 1.7));
        return tensor(data, { device: type }).reshape(shape).to({ dtype });
      });
      return Promise.all([result].flat().map(async (t) => [...(await t.to({ dtype: 'f32' }).data())]));
    };
    const errors = {};
    for (const dtype of ['f32', 'bf16']) {
      for (const [name, body] of Object.entries(cases)) {
        const [ours, expected] = [
          (await values('cuda', dtype, body)).flat(),
          (await values('cpu', dtype, body)).flat(),
        ];
        const scale = Math.max(...expected.map(Math.abs));
        errors[`${name} ${dtype}`] = Math.max(...expected.map((y, i) => Math.abs(ours[i] - y))) / scale;
      }
    }
    const x = tensor(ramp(64), { device: 'cuda' }).reshape([8, 8]);
    const { recording, result } = device('cuda').record(() => matmul(x, x));
    const once = [...(await result.data())];
    for (let i = 0; i < 3; i++) recording.replay();
    const replayed = [...(await result.data())].every((y, i) => y === once[i]);
    return { errors, replayed };
  },

  async memory() {
    const device = addon.open('cuda');
    const [a, b] = [handle(1), handle(2)];
    submit(device, alloc(a, 40 << 20), alloc(b, 40 << 20));
    const refused = await attempt(() => addon.synchronize(device));
    submit(device, free(a), free(b), alloc(a, 48 << 20), zero(a, 0, 48 << 20));
    const after = await attempt(() => addon.synchronize(device));
    const { live } = addon.memory(device);
    addon.close(device);
    return { refused, after, live };
  },

  /** Buffers that grow: none fits where the one before was. */
  async growth() {
    const device = addon.open('cuda');
    const x = handle(1);
    for (let size = 40 << 20; size <= 120 << 20; size += 20 << 20) {
      submit(device, alloc(x, size), zero(x, 0, size), free(x));
    }
    const outcome = await attempt(() => addon.synchronize(device));
    addon.close(device);
    return outcome;
  },

  /** A fault somewhere in a step, whose ops are told by name. */
  async step() {
    const { tensor } = await import('@tessera/tensor');
    const x = tensor(ramp(64), { shape: [1, 64], device: 'cuda', requiresGrad: true });
    await x.device.synchronize();
    x.exp().softmax({ dim: 1 }).square().sum().backward();
    return [await attempt(() => x.grad.data()), await attempt(() => x.device.synchronize())];
  },

  async fault() {
    const device = addon.open('cuda');
    const [x, y] = [handle(1), handle(2)];
    submit(device, alloc(x, 2048), alloc(y, 2048));
    addon.write(device, x, 0, ramp(512));
    submit(device, softmax(x, y, 8, 64));
    const first = await attempt(() => addon.read(device, y, 0, 2048));
    submit(device, softmax(x, y, 8, 64));
    const later = await attempt(() => addon.synchronize(device));
    addon.close(device);
    const other = addon.open('cpu');
    submit(other, alloc(x, 64), zero(x, 0, 64));
    const elsewhere = await attempt(() => addon.synchronize(other));
    addon.close(other);
    return { first, later, elsewhere };
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
