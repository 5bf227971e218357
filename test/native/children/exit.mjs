// Ends the process in the way that the argument names while a device is busy.
import { createRequire } from 'node:module';

const addon = createRequire(import.meta.url)(process.argv[2]);
const device = addon.open('cpu');
const handle = 2 ** 22 + 1;
const words = [
  [1, 5, handle, 2 ** 24, 0],
  ...Array.from({ length: 300 }, () => [4, 7, handle, 0, 0, 2 ** 24, 0]),
].flat();
addon.submit(device, Uint32Array.from(words), words.length);
const result = addon.read(device, handle, 0, 4);
switch (process.argv[3]) {
  case 'exit':
    process.exit(0);
    break;
  case 'throw':
    process.on('uncaughtException', () => process.exit(0));
    throw new Error('on purpose');
  case 'wait': // a pending read keeps the process alive, an idle device does not
    result.then(() => console.log('done'));
    break;
  case 'close':
    addon.close(device);
    result.then(() => console.log('done'));
    break;
}
