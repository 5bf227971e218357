// Saves checkpoint after checkpoint and reports each step once it is saved. Its parent kills it at a random moment.
import { CheckpointStore } from '@tessera/data';

const store = await CheckpointStore.open(process.argv[2], { keepLast: 2 });
for (let step = ((await store.latest())?.step ?? 0) + 1; ; step++) {
  const data = new Float32Array(50_000).fill(step);
  await store.save(step, {
    tensors: {
      model: [{ name: 'w', dtype: 'f32', shape: [50_000], data }],
      optimizer: [{ name: 'm', dtype: 'f32', shape: [50_000], data }],
    },
    state: { step, seed: 'x'.repeat(step % 100) },
  });
  process.stdout.write(`${step}\n`);
}
