// Needs the compiled loader.
import { loadAddon } from '../../../native/dist/lib/loader.js';

try {
  loadAddon();
  console.log('loaded');
} catch (error) {
  console.log(error.attempts?.map((attempt) => attempt.problem).join());
  console.log(error.message);
}
