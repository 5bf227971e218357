/** What this package throws: `RunError` for the run and its folder, `ConfigError` for what a user wrote. Codes are stable. */

/** A run, its folder or its files cannot be used. */
export class RunError extends Error {
  override readonly name: string = 'RunError';

  constructor(
    /** Stable, machine-readable reason, such as `RUN_CONFIG_CHANGED`. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** One key of a configuration that is wrong. */
export interface ConfigProblem {
  /** Where, as one would write it: `optimizer.betas[1]`. Empty for the whole. */
  readonly key: string;
  readonly problem: string;
}

/** A configuration that does not fit its schema. The message names every bad key, what was expected and, where one is near, the key that was meant. */
export class ConfigError extends RunError {
  override readonly name = 'ConfigError';

  constructor(
    readonly place: string,
    readonly problems: readonly ConfigProblem[],
    options?: ErrorOptions,
  ) {
    const lines = problems.map(({ key, problem }) => (key === '' ? problem : `${key}: ${problem}`));
    const head = lines.length === 1 ? `${place}: ${lines[0]}` : `${place}:\n${lines.map((l) => `  ${l}`).join('\n')}`;
    super('CONFIG', head, options);
  }
}
