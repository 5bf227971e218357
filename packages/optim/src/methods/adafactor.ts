/**
 * Adafactor (Shazeer & Stern 2018, Algorithms 4 and 5): the second moment of a matrix is kept as the averages of its rows and
 * columns, steps are relative to the size of the parameters, and updates with a large root mean square are scaled down.
 *
 * - `form: 'torch'` (default): torch.optim.Adafactor; the last two dimensions are factored, beta2 = 1 - t^-0.8, the rate is
 *   max(eps2, rms(p)) min(lr, 1/sqrt(t)).
 * - `form: 'optax'`: optax.adafactor; the two largest dimensions are factored where both have `minDimSizeToFactor`, `lr` is
 *   the rate, and momentum acts on scaled updates. Weight decay is not multiplied by the rate there.
 *
 * What differs: the first of torch's eps is that of f32 for every precision.
 *
 * Memory: rows + columns numbers for a matrix, 4 bytes per parameter for others, 4 more with momentum. Passes: one over
 * gradients and parameters for all sums, the mean square of the update among them (8 bytes read per f32 parameter), and one
 * for the step (8 read, 4 written), tensor after tensor, so that small ones are still in a cache; another over the gradient
 * of tensors in which the first eps may bound the update.
 */
import type { Device, Shape, Tensor } from '@tessera/tensor';
import { adafactorStep } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative, checkNumber, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';
import type { Place, StateSpec } from '../rule.js';
import { EntryTables, int64Tensor } from '../segments.js';

export interface AdafactorOptions extends OptimizerOptions {
  /** beta2 = 1 - t^-decay. Default 0.8. */
  readonly decay?: number;
  /**
   * The first is the least mean of second moments (null, the default, for f32's epsilon) or, with `form: 'optax'`, is added to
   * squared gradients (default 1e-30). The second is the least size of parameters. Default null and 1e-3.
   */
  readonly eps?: readonly [number | null, number];
  /** Root mean square that updates are scaled down to. Default 1. */
  readonly clipThreshold?: number;
  /** Multiplies steps by the size of the parameters. Default true. */
  readonly scaleByParameter?: boolean;
  /** Default `torch`. */
  readonly form?: 'torch' | 'optax';
  /** Decay of an average of the updates; 0 (default) for none. With `form: 'optax'`. */
  readonly momentum?: number;
  /** With `form: 'optax'`. Default 128. */
  readonly minDimSizeToFactor?: number;
}

/** The two dimensions that are factored: `rows` is averaged over `last`, `columns` over `first`. */
interface Factors {
  readonly first: number;
  readonly last: number;
}

/** Default learning rate 0.01, no weight decay. */
export class Adafactor extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdafactorOptions = {}) {
    const op = 'Adafactor';
    const { decay = 0.8, eps = [null, 1e-3], clipThreshold = 1, scaleByParameter = true } = options;
    const { form = 'torch', momentum = 0, minDimSizeToFactor = 128 } = options;
    const own = {
      decay: checkNumber(op, 'decay', decay, { min: 0, above: true, max: 1 }),
      eps: [
        eps[0] === null ? null : checkNonNegative(op, 'eps[0]', eps[0]),
        checkNonNegative(op, 'eps[1]', eps[1]),
      ] as const,
      clipThreshold: checkPositive(op, 'clipThreshold', clipThreshold),
      scaleByParameter,
      form: checkOneOf(op, 'form', form, ['torch', 'optax']),
      momentum: checkBeta(op, 'momentum', momentum),
      minDimSizeToFactor: checkPositive(op, 'minDimSizeToFactor', minDimSizeToFactor),
    };
    const optax = form === 'optax';
    const least = eps[0] ?? (optax ? 1e-30 : 2 ** -23);
    const factorsOf = ({ shape }: FlatEntry): Factors | null => {
      if (shape.length < 2) return null;
      if (!optax) return { first: shape.length - 2, last: shape.length - 1 };
      const order = shape.map((_, d) => d).sort((a, b) => shape[a]! - shape[b]! || a - b);
      const [first, last] = [order.at(-2)!, order.at(-1)!];
      return shape[first]! >= minDimSizeToFactor ? { first, last } : null;
    };
    const without = (shape: Shape, d: number) => shape.map((size, at) => (at === d ? 1 : size));
    const spec = (name: string, argument: string, shapeOf: NonNullable<StateSpec['shapeOf']>): StateSpec => ({
      name,
      argument,
      shapeOf,
    });
    const rows = spec('row_var', 'rowVar', (e) => (factorsOf(e) ? without(e.shape, factorsOf(e)!.last) : null));
    const columns = spec('col_var', 'colVar', (e) => (factorsOf(e) ? without(e.shape, factorsOf(e)!.first) : null));
    const variance = spec('variance', 'variance', (e) => (factorsOf(e) ? null : e.shape));
    const average = { name: 'exp_avg', argument: 'expAvg' };
    const segments = new EntryTables();
    const tables = new Map<Place, FactorTable>();
    super(
      params,
      options,
      { lr: 0.01, weightDecay: 0 },
      {
        states: [rows, columns, variance, ...(momentum > 0 ? [average] : [])],
        decoupled: 'own',
        scalars: (t, lr) => ({
          lr,
          most: optax ? Number.POSITIVE_INFINITY : 1 / Math.sqrt(t),
          beta2: 1 - t ** -decay,
        }),
        fixed: {
          least: optax ? 0 : least,
          added: optax ? least : 0,
          threshold: clipThreshold,
          size: scaleByParameter ? own.eps[1] : -1,
          momentum,
          relative: optax ? 0 : 1,
        },
        step: adafactorStep,
        before: (place) => {
          const { flat, states } = place;
          const made = tables.get(place) ?? factorTable(flat.data.device, flat.entries, factorsOf);
          tables.set(place, made);
          const sizes = {
            rowVars: numel(states, rows),
            colVars: numel(states, columns),
            variances: numel(states, variance),
          };
          return { ...segments.of(place), ...made, ...sizes };
        },
        dispose: () => {
          segments.dispose();
          for (const { table } of tables.values()) table.dispose();
        },
      },
      own,
    );
  }
}

const product = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

const numel = (states: ReadonlyMap<string, Tensor>, { name }: StateSpec) => states.get(name)!.numel;

interface FactorTable {
  readonly table: Tensor;
  readonly pieces: number;
  readonly blocks: number;
  readonly sums: number;
  readonly columns: number;
  readonly means: number;
}

/** Elements of a row where nothing is factored. */
const wholeRow = 4096;

/** How the tensors are factored and cut: see native/kernels/adafactor.ts. */
function factorTable(
  device: Device,
  entries: readonly FlatEntry[],
  factorsOf: (entry: FlatEntry) => Factors | null,
): FactorTable {
  const at = { rowVar: 0, colVar: 0, variance: 0 };
  const cut = { pieces: 0, blocks: 0, sums: 0, columns: 0, means: 0 };
  const table = entries.flatMap((entry) => {
    const { shape, offset, length } = entry;
    if (length === 0) return [offset, 0, 0, 0, 0, 0, 0, 0, 0, 0, cut.pieces, cut.blocks, 0, 0, 0, 0];
    const factors = factorsOf(entry);
    if (factors === null) {
      const [rows, height] = [Math.ceil(length / wholeRow), 16];
      const row = [offset, 1, rows, 1, wholeRow, 1, 0, at.variance, 0, height, cut.pieces, cut.blocks, 0, 0, 0, length];
      at.variance += length;
      cut.pieces += Math.ceil(rows / height);
      return row;
    }
    const [low, high] = [Math.min(factors.first, factors.last), Math.max(factors.first, factors.last)];
    const [outer, inner, side] = [shape.slice(0, low), shape.slice(low + 1, high), shape.slice(high + 1)].map(product);
    const [rows, columns] = [shape[low]!, shape[high]!];
    const [matrices, width] = [outer! * inner!, columns * side!];
    // At most 128 pieces, that their sums of columns stay few beside the elements.
    const height = Math.max(32, Math.ceil(rows / 128));
    const pieces = matrices * Math.ceil(rows / height);
    const overRows = high === factors.last;
    const [rowAt, columnAt] = overRows ? [at.rowVar, at.colVar] : [at.colVar, at.rowVar];
    const places = [cut.pieces, cut.blocks, cut.sums, cut.columns, cut.means];
    const row = [
      offset,
      outer!,
      rows,
      inner!,
      columns,
      side!,
      overRows ? 1 : 2,
      rowAt,
      columnAt,
      height,
      ...places,
      length,
    ];
    at.rowVar += length / shape[factors.last]!;
    at.colVar += length / shape[factors.first]!;
    cut.pieces += pieces;
    cut.blocks += matrices * Math.ceil(width / 1024);
    cut.sums += pieces * (2 * width + side!);
    cut.columns += matrices * width;
    cut.means += matrices * side!;
    return row;
  });
  return { table: int64Tensor(device, table), ...cut };
}
