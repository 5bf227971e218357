/**
 * Adafactor in one command over a flat buffer: rows and columns of all its matrices, their root mean squares, and the step.
 *
 * A tensor [X, A, Y, B, Z] is X Y matrices of A rows and B columns, Z of them side by side: Z is 1 unless the factored
 * dimensions are followed by others. Two averages of squares stand for its second moment: over B, one number for each
 * (x, a, y, z), and over A, one for each (x, y, b, z). Row s of `table` says where segment s lies and how it is cut:
 *
 *   0 first element, 1 X, 2 A, 3 Y, 4 B, 5 Z, 6 kind: 0 the whole second moment is kept, 1 the average over B is in `rowVar`
 *   and that over A in `colVar`, 2 the other way round; 7 and 8 their first elements (kind 0: 7 that of `variance`),
 *   9 rows to a piece, 10 first piece, 11 first block of 1024 columns, 12 first of the 2 B Z + Z sums of each piece, 13 first column,
 *   14 first of the X Y Z means, 15 elements.
 *
 * With kind 0 X, Y and Z are 1 and the last row may be short.
 */
import { family } from '../lib/schema.js';
import { step } from './optimizer.js';

export default family('adafactor', {
  adafactorStep: step(
    'r and c move by 1-beta2 to the means over B and A of g^2 + added; V = r c/max(mean r, least), u = g/sqrt(max(V, least^2)), for kind 0 V ' +
      'moves to g^2 + added; u = u/max(1, rms(u)/threshold), times max(rms(p), size) where size is not negative; q = min(lr, most) u; ' +
      'm = momentum m + (1-momentum) q where there is m; p = p (1 - decay) - q or m, decay times lr where `relative` is 1',
    {
      rowVar: 'f32[rowVars]?',
      colVar: 'f32[colVars]?',
      variance: 'f32[variances]?',
      expAvg: 'f32[n]?',
    },
    {
      beta2: 'f64',
      most: 'f64',
      least: 'f64',
      added: 'f64',
      threshold: 'f64',
      size: 'f64',
      momentum: 'f64',
      relative: 'u32',
      rowVars: 'u64',
      colVars: 'u64',
      variances: 'u64',
      pieces: 'u32',
      blocks: 'u32',
      sums: 'u64',
      columns: 'u64',
      means: 'u64',
    },
    { table: 'i64[16*segments]' },
  ),
});
