// Writes the checksum by which the loader knows a damaged binary, beside it: `node checksum.mjs x.node` makes x.node.crc32.
// The build runs it after every link, so that none leaves a stale one behind.
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const [binary] = process.argv.slice(2);
writeFileSync(`${binary}.crc32`, `${crc32(readFileSync(binary)).toString(16).padStart(8, '0')}\n`);
