/**
 * @packageDocumentation
 * The `tessera` command. Each system has one file of commands under `commands/`; this file puts them together and says
 * what went wrong: errors that the packages throw on purpose have a code and are shown as their message alone.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { chatCommand } from './commands/chat.js';
import { gigatokCommand } from './commands/gigatok.js';
import { optimCommand } from './commands/optim.js';
import { patchCommand } from './commands/patch.js';
import { quickstartCommand } from './commands/quickstart.js';
import { rlCommand } from './commands/rl.js';

export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return new Command('tessera')
    .description('Train models from TypeScript: RL subnetworks, optimizers without a learning rate, visual tokenizers.')
    .version(version)
    .addCommand(quickstartCommand())
    .addCommand(rlCommand())
    .addCommand(patchCommand())
    .addCommand(chatCommand())
    .addCommand(optimCommand())
    .addCommand(gigatokCommand());
}

/** Runs a command line. Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  for (const command of commandsBelow(program)) {
    // not inherited by commands that are added
    command.exitOverride().showHelpAfterError('(add --help for what the command takes)');
  }
  try {
    await program.parseAsync([...argv]);
    return Number(process.exitCode ?? 0); // a command may have set it: 'patch verify' of other weights
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // it has said what was wrong
    const known = error instanceof Error && 'code' in error && typeof error.code === 'string';
    console.error(known ? `tessera: ${error.message}` : error);
    return known && error.code === 'INTERRUPTED' ? 130 : 1;
  }
}

function commandsBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsBelow)];
}
