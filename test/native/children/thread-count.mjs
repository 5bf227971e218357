import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

const addon = createRequire(import.meta.url)(process.argv[2]);
console.log(JSON.stringify({ threads: addon.threads(), cores: availableParallelism() }));
