import { createRequire } from 'node:module';

createRequire(import.meta.url)(process.argv[2]).open('cpu', 0);
