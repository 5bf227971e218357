/** Fixtures of kind `tokenizer`: text to ids and back. */
import { Tokenizer } from '@tessera/data';
import { type Handler, runCase } from './runner.js';

interface TokenizerCase {
  readonly text: string;
  readonly ids: readonly number[];
  readonly decoded: string;
}

export const runTokenizerCases: Handler = async (fixture, options, report) => {
  const tokenizer = await Tokenizer.load(fixture.folder);
  for (const [i, c] of (fixture.content.cases as readonly TokenizerCase[]).entries()) {
    await runCase(`${fixture.name}#${i}`, options, report, async () => {
      const ids = tokenizer.encode(c.text);
      if (ids.join() !== c.ids.join())
        throw new Error(`${JSON.stringify(c.text)} became [${ids}], expected [${c.ids}]`);
      const decoded = tokenizer.decode(c.ids);
      if (decoded !== c.decoded)
        throw new Error(`[${c.ids}] became ${JSON.stringify(decoded)}, expected ${JSON.stringify(c.decoded)}`);
    });
  }
};
