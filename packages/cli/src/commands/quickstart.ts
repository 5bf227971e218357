/** `tessera quickstart`: the demonstration of RL subnetworks, which `npm start` runs. */
import { interruptible } from '@tessera/train';
import { Command, InvalidArgumentError, Option } from 'commander';
import { runQuickstart } from '../quickstart/quickstart.js';
import { budgets } from '../quickstart/settings.js';

function seed(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('expected a whole number from 0.');
  return number;
}

export function quickstartCommand(): Command {
  return new Command('quickstart')
    .description('Reinforce a tiny language model, find the subnetwork that moved, train it alone, ship the patch.')
    .option(
      '--folder <path>',
      'where everything is written; what is there already is not done again',
      'runs/quickstart',
    )
    .option('--seed <number>', 'of weights, problems and samples', seed, 0)
    .addOption(
      new Option('--budget <name>', 'tiny runs every phase in seconds, and learns nothing')
        .choices(Object.keys(budgets))
        .default('full'),
    )
    .addHelpText('after', '\nExamples:\n  tessera quickstart\n  tessera quickstart --seed 2 --folder runs/seed2')
    .action(async (options: { folder: string; seed: number; budget: keyof typeof budgets }) => {
      await interruptible((signal) =>
        runQuickstart({ folder: options.folder, seed: options.seed, settings: budgets[options.budget], signal }),
      );
    });
}
