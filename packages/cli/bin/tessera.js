#!/usr/bin/env node
// An older Node would end at the first import it does not know, with a message of its own.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`tessera needs Node 20.19 or later; this is ${process.version}.`);
  process.exit(1);
}
const { main } = await import('../dist/main.js');
process.exitCode = await main(process.argv);
