import { createRequire } from 'node:module';

const addon = createRequire(import.meta.url)(process.argv[2]);
const { features, unavailable } = addon.devices().find((device) => device.type === 'cpu');
let opened = true;
let failure;
try {
  addon.close(addon.open('cpu'));
} catch (error) {
  opened = false;
  failure = error.message;
}
console.log(JSON.stringify({ features, unavailable, opened, failure }));
