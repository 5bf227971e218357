/** The devices tests run on: every one that this machine can open, or the one that TESSERA_TEST_DEVICE names. */
import { type DeviceName, devices } from '@tessera/tensor';

const wanted = process.env.TESSERA_TEST_DEVICE;
const usable = devices()
  .filter((d) => d.unavailable === undefined)
  .map((d) => d.type);

export const testDevices: readonly DeviceName[] = wanted ? [wanted as DeviceName] : [...new Set(usable)];

/** What to print where tests would have run on a GPU. */
export const missingCuda = testDevices.includes('cuda')
  ? null
  : `no CUDA device: ${devices().find((d) => d.type === 'cuda')?.unavailable ?? 'not listed'}`;
