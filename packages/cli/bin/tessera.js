#!/usr/bin/env node
// An older Node would end at the first import it does not know, with a message of its own.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`tessera needs Node 20.19 or later; this is ${process.version}.`);
  process.exit(1);
}
// A reader that has gone (`| head`) ends a command as Ctrl-C does: a run finishes its step and saves.
process.stdout.once('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.stdout.on('error', () => {});
  process.kill(process.pid, 'SIGINT');
});
process.stderr.on('error', () => {});
const { main } = await import('../dist/main.js');
process.exitCode = await main(process.argv);
