// A small training run in a process of its own, to be killed at any moment: node victim.mjs <folder> <steps> [delay]
import { AdamW, WeightAverage } from '@tessera/optim';
import { crossEntropy, Generator, linear, ParameterBuffer, randint, randn, scope } from '@tessera/tensor';
import {
  averageState,
  generatorState,
  interruptible,
  optimizerState,
  parameterState,
  Run,
  valueState,
} from '@tessera/train';

const [folder, steps, delay = '0'] = process.argv.slice(2);
const generator = new Generator(3);
const w = randn([5, 8], { generator }).setRequiresGrad();
const b = randn([5], { generator }).setRequiresGrad();
const parameters = new ParameterBuffer([
  ['w', w],
  ['b', b],
]);
const optimizer = new AdamW(parameters, { lr: 0.05, clipNorm: 1, trackTouched: true });
const average = new WeightAverage(parameters, 0.9);
let seen = 0;

await interruptible(async (signal) => {
  const run = await Run.open({
    folder,
    steps: Number(steps),
    checkpointEvery: 3,
    progress: false,
    config: { lr: 0.05 },
    state: {
      model: parameterState(parameters),
      optimizer: optimizerState(optimizer),
      average: averageState(average),
      generator: generatorState(generator),
      seen: valueState(
        () => seen,
        (value) => {
          seen = value;
        },
      ),
    },
    evaluate: { every: 4, run: async (step) => ({ 'eval/step': step }) },
  });
  await run.finish(
    async (step) => {
      if (delay !== '0') await new Promise((resolve) => setTimeout(resolve, Number(delay)));
      const loss = scope(() => {
        const x = randn([16, 8], { generator });
        const y = randint(5, [16], { generator });
        const loss = crossEntropy(linear(x, w, b), y);
        parameters.zeroGrad();
        loss.backward();
        optimizer.step();
        average.update();
        return loss.detach();
      });
      seen += 16;
      run.writeCompletions([{ step: step + 1, prompt: 'a', completion: `${step}`, reward: step / 2 }]);
      return { loss, seen };
    },
    { signal },
  );
  await run.close();
}).catch((error) => {
  console.log(`${error.name}: ${error.message}`);
  process.exitCode = 3;
});
