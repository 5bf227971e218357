/** Splitting text into the words that byte-level BPE works on, one at a time: long texts need no list of all their words. */
import { SplitPreTokenizer } from './hugging-face.js';

/** Compiles a tokenizer's split pattern (Oniguruma's syntax, as in tokenizer.json). */
export function compilePattern(pattern: object): RegExp {
  const { pattern: compiled } = new SplitPreTokenizer({ type: 'Split', pattern, behavior: 'Isolated', invert: false });
  if (compiled === null) throw new Error(`not a pattern: ${JSON.stringify(pattern)}`);
  return compiled;
}

/** The matches of a pattern, and what lies between them. */
export function* splitWords(text: string, pattern: RegExp): Generator<string> {
  let end = 0;
  for (const { 0: word, index } of text.matchAll(pattern)) {
    if (index > end) yield text.slice(end, index);
    if (word !== '') yield word;
    end = index + word.length;
  }
  if (end < text.length) yield text.slice(end);
}
