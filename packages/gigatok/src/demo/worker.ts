/** A worker process of the demo: receives a job, tells how it goes, sends what came out or what went wrong. */
import { prepareClassifier } from './classifiers.js';
import type { DemoJob, DemoStage } from './settings.js';
import { runVariant } from './variant.js';

export interface DemoTask extends Omit<DemoStage, 'log' | 'signal'> {
  readonly job: DemoJob;
}

const stop = new AbortController();

async function run({ job, ...task }: DemoTask): Promise<unknown> {
  const log = (message: string) => void process.send?.({ log: message });
  const stage: DemoStage = { ...task, log, signal: stop.signal };
  return job.kind === 'variant' ? runVariant(job.variant, stage) : prepareClassifier(job.role, stage);
}

process.on('message', (message: { readonly task: DemoTask } | { readonly stop: true }) => {
  if ('stop' in message) return stop.abort();
  run(message.task).then(
    (result) => process.send?.({ result }),
    (error: unknown) => {
      if (stop.signal.aborted) process.exit();
      process.send?.({ error: error instanceof Error ? error.message : String(error) });
    },
  );
});
// The process that asked is gone: what is done so far is kept, as when it asks to stop.
process.on('disconnect', () => stop.abort());
// Ctrl-C reaches the whole process group; the process that asked decides what ends.
process.on('SIGINT', () => {});
