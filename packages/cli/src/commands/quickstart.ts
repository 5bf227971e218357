/** `tessera quickstart`: the demonstration of RL subnetworks, which `npm start` runs. */
import { interruptible } from '@tessera/train';
import { Command, Option } from 'commander';
import { wholeNumber } from '../arguments.js';
import { runQuickstart } from '../quickstart/quickstart.js';
import { budgets } from '../quickstart/settings.js';

export function quickstartCommand(): Command {
  return new Command('quickstart')
    .description('Reinforce a tiny language model, find the subnetwork that moved, train it alone, ship the patch.')
    .option(
      '--output <folder>',
      'where everything is written; what is there already is not done again',
      'runs/quickstart',
    )
    .option('--seed <number>', 'of weights, problems and samples', wholeNumber(), 0)
    .addOption(
      new Option('--budget <name>', 'tiny runs every phase in seconds, and learns nothing')
        .choices(Object.keys(budgets))
        .default('full'),
    )
    .addHelpText('after', '\nExamples:\n  tessera quickstart\n  tessera quickstart --seed 2 --output runs/seed2')
    .action(async (options: { output: string; seed: number; budget: keyof typeof budgets }) => {
      await interruptible((signal) =>
        runQuickstart({ folder: options.output, seed: options.seed, settings: budgets[options.budget], signal }),
      );
    });
}
