// onnxruntime-node on the CPU: models of one operator, written with the few protobuf fields they need.
import { eventLoopStall, load, random, serve } from './protocol.mjs';

let ort;
let threads = 1;

async function start(count) {
  const loaded = await load('onnxruntime-node');
  ort = loaded.namespace.InferenceSession ? loaded.namespace : loaded.module;
  threads = count;
  return loaded.version;
}

const varint = (n) => {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return [...bytes, n];
};
const number = (field, n) => [...varint(field << 3), ...varint(n)];
const message = (field, ...parts) => {
  const body = parts.flat();
  return [(field << 3) | 2, ...varint(body.length), ...body];
};
const text = (field, s) => message(field, [...Buffer.from(s)]);
const integer = (name, i) => message(5, text(1, name), number(3, i), number(20, 2)); // NodeProto.attribute
const value = (field, name) => message(field, text(1, name), message(2, message(1, number(1, 1)))); // f32 of any shape

function model(operator, inputs, attributes = []) {
  const node = message(
    1,
    inputs.flatMap((name) => text(1, name)),
    text(2, 'y'),
    text(4, operator),
    attributes.flat(),
  );
  const graph = message(
    7,
    node,
    text(2, 'g'),
    inputs.flatMap((name) => value(11, name)),
    value(12, 'y'),
  );
  return Uint8Array.from([...number(1, 8), ...graph, ...message(8, text(1, ''), number(2, 17))]);
}

async function session(operator, feeds, attributes) {
  const options = { intraOpNumThreads: threads, extra: { session: { intra_op: { allow_spinning: '0' } } } };
  const made = await ort.InferenceSession.create(model(operator, Object.keys(feeds), attributes), options);
  return { call: () => made.run(feeds), close: () => made.release() };
}

const tensor = (shape) => new ort.Tensor('float32', random(shape.reduce((a, b) => a * b, 1)), shape);

const gemm = ({ m, n, k }) => session('MatMul', { a: tensor([m, k]), b: tensor([k, n]) });
const softmax = ({ rows, columns }) => session('Softmax', { x: tensor([rows, columns]) }, [integer('axis', 1)]);
const layerNorm = ({ rows, columns }) =>
  session('LayerNormalization', { x: tensor([rows, columns]), w: tensor([columns]), b: tensor([columns]) }, [
    integer('axis', 1),
  ]);

async function stall(size) {
  const { call, close } = await gemm(size);
  return { values: (milliseconds) => eventLoopStall(call, milliseconds), close };
}

serve('onnxruntime', start, { gemm, softmax, 'layer-norm': layerNorm, 'event-loop-stall': stall });
