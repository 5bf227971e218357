/** Our side of the protocol: the process that the harness starts for @tessera/tensor. */
import { createInterface } from 'node:readline';
import { type Device, device } from '@tessera/tensor';
import { type Reply, type Request, sampleMilliseconds } from './protocol.js';
import type { Contestant } from './work.js';
import { works } from './works/index.js';

async function batchOf({ call }: Contestant, on: Device, count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const pending = call!();
    if (pending !== undefined) await pending;
  }
  await on.synchronize();
  return (performance.now() - start) / count;
}

async function sample(contestant: Contestant, on: Device, batch: number, request: Request & { do: 'run' }) {
  await batchOf(contestant, on, 1);
  const times: number[] = [];
  const end = performance.now() + request.milliseconds;
  while (times.length < request.samples || performance.now() < end) times.push(await batchOf(contestant, on, batch));
  return times;
}

/** Most memory in use during a call, above what was in use before it, less the results. */
async function extraMemory(contestant: Contestant, on: Device): Promise<number> {
  await batchOf(contestant, on, 1);
  const { live } = on.memory();
  on.resetPeakMemory();
  await batchOf(contestant, on, 1);
  return Math.max(0, on.memory().peak - live - (contestant.resultBytes ?? 0));
}

async function main(): Promise<void> {
  let on: Device | undefined;
  let contestant: Contestant = {};
  let batch = 1;

  const answer = async (request: Request): Promise<Reply> => {
    switch (request.do) {
      case 'hello':
        on = device(request.device);
        return { ok: true, name: 'Tessera' };
      case 'open': {
        const work = works.find(({ name }) => name === request.work);
        if (work === undefined) return { ok: false, absent: `no work ${request.work}` };
        contestant = await work.ours(request.size, request.method, on!);
        if (contestant.call === undefined) return { ok: true };
        await batchOf(contestant, on!, 1);
        batch = Math.min(10_000, Math.ceil(sampleMilliseconds / (await batchOf(contestant, on!, 1))));
        return { ok: true };
      }
      case 'run':
        return contestant.values === undefined
          ? { ok: true, times: await sample(contestant, on!, batch, request) }
          : { ok: true, values: await contestant.values(request.milliseconds) };
      case 'memory':
        if (contestant.stateBytes !== undefined) return { ok: true, stateBytes: contestant.stateBytes };
        return contestant.call === undefined ? { ok: true } : { ok: true, bytes: await extraMemory(contestant, on!) };
      case 'close':
        contestant.close?.();
        contestant = {};
        await on!.synchronize();
        on!.emptyCache();
        return { ok: true };
      case 'quit':
        return process.exit(0);
    }
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line) as Request).catch(
      (error: Error): Reply => ({ ok: false, error: error.message }),
    );
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

await main();
