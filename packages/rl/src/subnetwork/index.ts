/** Subnetworks from updates, weights or chance; what training does to them; a reference model at their price. */
export {
  type AprioriOptions,
  aprioriSubnetwork,
  type Extraction,
  extractSubnetwork,
  type RandomOptions,
  randomSubnetwork,
  subnetworkBetween,
  subnetworkOfPatch,
} from './masks.js';
export { ReferenceValues } from './reference.js';
export { type ChangeMetrics, type ChangeShares, ChangeTracker } from './tracker.js';
