/** Fixtures of kind `tokenizer`: text to ids and back. */
import type { Handler } from './runner.js';

export const runTokenizerCases: Handler = async (fixture, _options, report) => {
  report({ name: fixture.name, failure: 'no tokenizer yet' });
};
