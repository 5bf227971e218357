/** A process that runs phases for the demonstration, one at a time, as it is told. */
import { InterruptedError } from '@tessera/train';
import { Lab } from './lab.js';
import { plan } from './plan.js';
import type { FromWorker, ToWorker } from './worker-pool.js';

const stop = new AbortController();
const tell = (message: FromWorker): void => {
  process.send!(message);
};

process.on('message', async (message: ToWorker) => {
  if (message === 'stop') {
    stop.abort(new InterruptedError());
    return;
  }
  const { name, terminal, ...options } = message;
  const lab = new Lab({
    ...options,
    signal: stop.signal,
    say: (said) => tell({ said }),
    screen: { ...terminal, write: (progress) => tell({ progress }) },
  });
  try {
    await lab.phase(name, plan[name].title, () => plan[name].run(lab));
    tell({ ended: null });
  } catch (error) {
    const { message, code, stack } = error as Error & { code?: string };
    tell({ ended: { message, code, stack } });
  }
});

// The process that started this one is gone: what is saved can be gone on from.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group; the process that started this one decides what stops.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
