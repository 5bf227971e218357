/** A worker process of a bench: receives a task, sends its result or what went wrong. */
import { device } from '@tessera/tensor';
import { budgetOf, findWorkload, type TrialTask } from './bench.js';
import { methodOf } from './method.js';
import { runTrial } from './trial.js';
import type { OpenWorkload } from './workload.js';

let last: { readonly key: string; readonly open: OpenWorkload } | null = null;

async function opened(task: TrialTask): Promise<OpenWorkload> {
  const key = JSON.stringify([task.workload, task.heldOut, task.device, task.data]);
  if (last?.key === key) return last.open;
  last?.open.dispose();
  last = null;
  const { heldOut, data } = task;
  const open = await findWorkload(task.workload).open({ device: device(task.device), heldOut, data });
  last = { key, open };
  return open;
}

process.on('message', async (task: TrialTask) => {
  try {
    const workload = findWorkload(task.workload);
    const result = await runTrial({
      workload,
      open: await opened(task),
      method: methodOf(task.method),
      seed: task.seed,
      heldOut: task.heldOut,
      budget: budgetOf(workload, task.tier),
      device: device(task.device),
    });
    process.send?.({ result });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group; the bench decides what ends.
process.on('SIGINT', () => {});
