/**
 * The protocol between the harness and its contenders, ours included: one JSON object per line. Between two requests a
 * contender waits in a read, so that it leaves the machine to the other side.
 */

export type DeviceType = 'cpu' | 'cuda';

/** Numbers that describe a case; sent to every contender as they are. */
export type Size = Readonly<Record<string, number>>;

export type Request =
  | { readonly do: 'hello'; readonly threads: number; readonly device: DeviceType }
  | { readonly do: 'open'; readonly work: string; readonly method: string; readonly size: Size }
  | { readonly do: 'run'; readonly milliseconds: number; readonly samples: number }
  | { readonly do: 'memory' }
  | { readonly do: 'close' }
  | { readonly do: 'quit' };

export interface Reply {
  readonly ok: boolean;
  /** Why a contender cannot do a work, or what went wrong. */
  readonly absent?: string;
  readonly error?: string;
  readonly name?: string;
  readonly version?: string;
  /** Milliseconds per call, one number per sample. */
  readonly times?: readonly number[];
  readonly values?: Readonly<Record<string, number>>;
  readonly bytes?: number;
  readonly stateBytes?: number;
}

/** Calls shorter than this are timed in batches about this long. */
export const sampleMilliseconds = 4;
