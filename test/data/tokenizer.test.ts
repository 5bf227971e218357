import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { padSequences, Tokenizer, trainBpeTokenizer } from '@tessera/data';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

const fixtures = fileURLToPath(new URL('../fixtures/tokenizer/', import.meta.url));
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe.each(readdirSync(fixtures))('fixture %s', (name) => {
  const cases: { text: string; ids: number[]; decoded: string }[] = readJson(join(fixtures, name, 'cases.json')).cases;
  it.each(cases.map((c): [string, (typeof cases)[number]] => [JSON.stringify(c.text).slice(0, 30), c]))(
    '%s',
    async (_, { text, ids, decoded }) => {
      const tokenizer = await Tokenizer.load(join(fixtures, name));
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(decoded);
    },
  );
});

describe('a tokenizer', () => {
  let tokenizer: Tokenizer;
  const folder = join(fixtures, 'bytelevel-bpe');
  beforeAll(async () => {
    tokenizer = await Tokenizer.load(folder);
  });

  it('encodes any text as the long way does, and decodes it back', () => {
    const json = readJson(join(folder, 'tokenizer.json'));
    // a sequence within a sequence closes the fast way
    const pretokenizers = [json.pre_tokenizer];
    const slow = Tokenizer.fromJson({ ...json, pre_tokenizer: { type: 'Sequence', pretokenizers } });
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(' ', '\n', "'s", '<|im_end|>', '<|im', '12', 'the', ' '),
      ),
    );
    fc.assert(
      fc.property(text, (parts) => {
        const whole = Buffer.from(parts.join('')).toString();
        const ids = tokenizer.encode(whole);
        expect(ids).toEqual(slow.encode(whole));
        expect(tokenizer.decode(ids)).toBe(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('knows its special tokens and vocabulary', () => {
    expect([
      tokenizer.specialId('eos'),
      tokenizer.specialId('pad'),
      tokenizer.specialId('bos'),
      tokenizer.padId,
    ]).toEqual([2, 0, undefined, 0]);
    expect([
      tokenizer.vocabSize,
      tokenizer.tokenToId('<|im_end|>'),
      tokenizer.idToToken(2),
      tokenizer.idToToken(99999),
    ]).toEqual([1024, 2, '<|im_end|>', undefined]);
    expect(tokenizer.decode([1, 42, 415, 81, 99999, 2], { skipSpecialTokens: true })).toBe('Hello');
    expect(tokenizer.decode([99999])).toBe('');
  });

  it('does not tidy spaces unless its configuration says so', () => {
    const ids = tokenizer.encode("do n't , go !");
    expect(tokenizer.decode(ids)).toBe("do n't , go !");
    const tidy = Tokenizer.fromJson(readJson(join(folder, 'tokenizer.json')), { clean_up_tokenization_spaces: true });
    expect(tidy.decode(ids)).toBe("don't, go!");
  });

  it('pads and cuts on either side', () => {
    const right = tokenizer.encodeBatch(['Hell', 'Hello world'], { multipleOf: 3 });
    expect([...right.ids]).toEqual([42, 415, 0, 0, 0, 0, 42, 415, 81, 877, 0, 0]);
    expect([...right.mask]).toEqual([1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0]);
    const left = tokenizer.encodeBatch(['Hell', 'Hello world'], { padding: 'left', maxLength: 3, truncation: 'left' });
    expect([[...left.ids], [...left.mask], left.lengths, left.truncated]).toEqual([
      [0, 42, 415, 415, 81, 877],
      [0, 1, 1, 1, 1, 1],
      [2, 3],
      1,
    ]);
    expect(padSequences([], 0)).toMatchObject({ rows: 0, columns: 0 });
    expect(() => padSequences([[1, 2]], 0, { maxLength: 0 })).toThrow('maxLength');
  });

  it('puts what its post-processor says around a text', () => {
    const json = readJson(join(folder, 'tokenizer.json'));
    const around = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|im_start|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<|im_start|>': { id: '<|im_start|>', ids: [1], tokens: ['<|im_start|>'] } },
    };
    const withBos = Tokenizer.fromJson({ ...json, post_processor: around });
    expect(withBos.encode('Hell')).toEqual([1, 42, 415]);
    expect(withBos.encode('')).toEqual([1]);
    expect(withBos.encode('Hello world', { maxLength: 3 })).toEqual([1, 42, 415]);
    expect(withBos.encode('Hell', { addSpecialTokens: false })).toEqual([42, 415]);
  });

  it('streams text as tokens arrive, never half a character', () => {
    const text = 'naïve 😀🏳️‍🌈 東京タワー!';
    const stream = tokenizer.stream();
    const parts = tokenizer.encode(text).map((id) => stream.push(id));
    expect(parts.some((part) => part.includes('\ufffd'))).toBe(false);
    expect(parts.join('') + stream.flush()).toBe(text);
    const cut = tokenizer.stream();
    const [, smile] = [cut.push(42), tokenizer.encode('😀')];
    expect(
      smile
        .slice(0, 2)
        .map((id) => cut.push(id))
        .join(''),
    ).toBe('');
    expect(cut.flush()).toContain('\ufffd');
  });

  it('streams what decoding all of it gives, also behind many tokens without text', () => {
    const vocab = { '<s>': 0, '▁go': 1, '▁on': 2 };
    const words = Tokenizer.fromJson({
      model: { type: 'BPE', vocab, merges: [] },
      added_tokens: [{ id: 0, content: '<s>', special: true }],
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
    });
    const ids = [1, ...new Array<number>(12).fill(0), 2];
    const stream = words.stream({ skipSpecialTokens: true });
    expect(ids.map((id) => stream.push(id)).join('')).toBe('go on');
    expect(words.decode(ids, { skipSpecialTokens: true })).toBe('go on');
  });

  it('of whole words gives those it does not know its unknown token, or refuses them', () => {
    const model = { type: 'WordLevel', vocab: { '<unk>': 0, to: 1, be: 2 } };
    const parts = { pre_tokenizer: { type: 'Whitespace' } };
    const knowing = Tokenizer.fromJson({ ...parts, model: { ...model, unk_token: '<unk>' } });
    expect(knowing.encode('to err be')).toEqual([1, 0, 2]);
    expect(() => Tokenizer.fromJson({ ...parts, model }).encode('to err')).toThrow(
      '"err" is not in the vocabulary, and the tokenizer has no unknown token',
    );
  });

  it('finds an added token that is a whole word between words alone', () => {
    const json = readJson(join(folder, 'tokenizer.json'));
    const added = { id: 1024, content: 'ellx', single_word: true, normalized: false, special: false };
    const own = Tokenizer.fromJson({ ...json, added_tokens: [...json.added_tokens, added] });
    expect(own.encode('Hellx')).toEqual(tokenizer.encode('Hellx'));
    expect(own.encode('H-ellx!')).toContain(1024);
  });
});

describe('chat templates', () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hi' },
  ];

  it('format a conversation, with and without the start of an answer', async () => {
    const tokenizer = await Tokenizer.load(join(fixtures, 'bytelevel-bpe'));
    const text = '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n';
    expect(tokenizer.formatChat(messages)).toBe(text);
    expect(tokenizer.formatChat(messages, { addGenerationPrompt: true })).toBe(`${text}<|im_start|>assistant\n`);
    const ids = tokenizer.encodeChat(messages, { addGenerationPrompt: true });
    expect(ids.slice(0, 2)).toEqual([1, tokenizer.encode('system')[0]]);
    expect(tokenizer.decode(ids)).toBe(`${text}<|im_start|>assistant\n`);
  });

  /** A tokenizer folder with the fixture's tokenizer.json and these files beside it. */
  async function load(files: Record<string, unknown>): Promise<Tokenizer> {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'additional_chat_templates'));
    writeFileSync(join(folder, 'tokenizer.json'), readFileSync(join(fixtures, 'bytelevel-bpe/tokenizer.json')));
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return Tokenizer.load(folder);
  }

  it('come from a list, a file, or further files, in transformers order', async () => {
    const list = [
      { name: 'default', template: 'list {{ eos_token }}' },
      { name: 'tool_use', template: 'tools {{ tools | length }}' },
    ];
    const config = { chat_template: list, eos_token: { content: '<|im_end|>' } };
    const listed = await load({ 'tokenizer_config.json': config });
    expect(listed.formatChat(messages)).toBe('list <|im_end|>');
    expect(listed.formatChat(messages, { tools: [{}, {}] })).toBe('tools 2');
    const filed = await load({
      'tokenizer_config.json': config,
      'chat_template.jinja': 'file {{ thinking }}',
      'additional_chat_templates/rag.jinja': 'rag',
    });
    expect(filed.formatChat(messages, { variables: { thinking: 'on' } })).toBe('file on');
    expect(filed.formatChat(messages, { template: 'rag' })).toBe('rag');
    expect([...filed.chatTemplates].sort()).toEqual(['default', 'rag', 'tool_use']);
  });

  it('that are missing, broken or refuse a conversation give clear errors', async () => {
    const none = await load({});
    expect(() => none.formatChat(messages)).toThrow(
      'no chat template "default"; it has none. Give one as chat_template',
    );
    const broken = await load({ 'chat_template.jinja': '{% for %}' });
    expect(() => broken.formatChat(messages)).toThrow('does not parse');
    const strict = await load({ 'chat_template.jinja': "{{ raise_exception('only users') }}" });
    expect(() => strict.formatChat(messages)).toThrow('refuses this conversation');
    expect(() => strict.formatChat([])).toThrow('at least one message');
    expect(() => strict.formatChat([{ role: 'user' }])).toThrow('message 0 (user) has no content');
    await expect(load({ 'tokenizer_config.json': { chat_template: 3 } })).rejects.toMatchObject({
      code: 'CHAT_TEMPLATE',
    });
  });

  it('files that are no tokenizer are refused by name', async () => {
    const folder = temporaryFolder();
    await expect(Tokenizer.load(folder)).rejects.toThrow('has no tokenizer.json');
    writeFileSync(join(folder, 'tokenizer.json'), '{');
    await expect(Tokenizer.load(folder)).rejects.toThrow('tokenizer.json: not JSON');
    writeFileSync(join(folder, 'tokenizer.json'), '{}');
    await expect(Tokenizer.load(folder)).rejects.toMatchObject({ code: 'TOKENIZER_FILES' });
    writeFileSync(join(folder, 'tokenizer.json'), '{"model":{"type":"Nope","vocab":{}}}');
    await expect(Tokenizer.load(folder)).rejects.toMatchObject({ code: 'TOKENIZER_FILES' });
  });
});

describe('trainBpeTokenizer', () => {
  const texts = ['the cat sat on the mat, the end.\n', 'a naïve 😀 hat: the bat\n', "it's 12 o'clock\n"];

  it('makes a tokenizer that is saved, loaded and loses nothing', async () => {
    const trained = await trainBpeTokenizer(texts, {
      vocabSize: 280,
      minFrequency: 1,
      specialTokens: ['<s>', '</s>'],
      eosToken: '</s>',
      chatTemplate: 'x',
    });
    expect([trained.vocabSize, trained.specialId('eos'), trained.specialId('pad')]).toEqual([280, 1, 0]);
    const folder = join(temporaryFolder(), 'new');
    await trained.save(folder);
    const loaded = await Tokenizer.load(folder);
    for (const text of [...texts, 'anything €', '<s>the</s>']) {
      expect(loaded.encode(text)).toEqual(trained.encode(text));
      expect(loaded.decode(loaded.encode(text))).toBe(text);
    }
    expect(loaded.encode('<s>')).toEqual([0]);
    expect(loaded.formatChat([{ role: 'user', content: '' }])).toBe('x');
    expect(loaded.encode(' the the').length).toBeLessThan(8);
  });

  it('merges by count, then by the smaller pair, and stops where pairs become rare', async () => {
    const folder = temporaryFolder();
    const trained = await trainBpeTokenizer(['ab ab cd cd xy'], {
      vocabSize: 1000,
      specialTokens: [],
      pattern: '[a-z]+|\\s',
    });
    await trained.save(folder);
    expect(readJson(join(folder, 'tokenizer.json')).model.merges).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(trained.vocabSize).toBe(258);
  });

  it('refuses a vocabulary too small for the bytes, and unknown roles', async () => {
    await expect(trainBpeTokenizer(texts, { vocabSize: 256 })).rejects.toThrow('at least 257');
    await expect(trainBpeTokenizer(texts, { vocabSize: 300, padToken: '<pad>' })).rejects.toThrow(
      '<pad> is not among specialTokens',
    );
  });
});

/** Expected ids and texts are those of `tokenizers` 0.23. */
describe('added tokens', () => {
  const letters = Object.fromEntries(['<unk>', ...'▁abcdefgxyzkin'].map((c, i) => [c, i]));
  const bpe = { type: 'BPE', unk_token: '<unk>', vocab: letters, merges: [] };
  const metaspace = (prepend_scheme: string) => ({ type: 'Metaspace', replacement: '▁', prepend_scheme, split: true });
  const token = (id: number, content: string, flags: Record<string, boolean> = {}) => ({
    ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: false },
    ...flags,
  });
  type Case = [text: string, ids: number[], decoded: string];
  const check = (tokenizer: Tokenizer, cases: readonly Case[]) => {
    expect(cases.map(([text]) => [text, tokenizer.encode(text), tokenizer.decode(tokenizer.encode(text))])).toEqual(
      cases,
    );
  };

  it('are found in normalised text or before it, take space in, and stand alone where they must', () => {
    const tokenizer = Tokenizer.fromJson({
      model: bpe,
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      added_tokens: [
        token(15, '<x>', { normalized: true }),
        token(16, 'king', { single_word: true }),
        token(17, 'ab', { lstrip: true, rstrip: true }),
      ],
    });
    check(tokenizer, [
      ['<x>', [15], '<x>'],
      ['a <x> b', [1, 2, 15, 1, 3], 'a <x> b'],
      ['a<x>', [1, 2, 0, 9, 0], 'a<unk>x<unk>'],
      ['king a king', [16, 1, 1, 2, 1, 16], 'king  a king'],
      ['akingking', [1, 2, 12, 13, 14, 8, 12, 13, 14, 8], 'akingking'],
      ['kingé', [1, 12, 13, 14, 8, 0], 'king<unk>'],
      [' ab  x', [17, 1, 9], 'ab x'],
      ['xab', [1, 9, 17], 'xab'],
      ['king ab', [16, 17], 'kingab'],
    ]);
    expect(tokenizer.tokenToId('<x>')).toBe(15);
  });

  it('are no pieces of words to the model, and words are those of any script', () => {
    const vocab = ['<unk>', 'to', '##k', '##en', 'k', 'é', 'x', 'café', 'na', '##ïve'];
    const tokenizer = Tokenizer.fromJson({
      model: {
        type: 'WordPiece',
        unk_token: '<unk>',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(vocab.map((word, i) => [word, i])),
      },
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'Whitespace' },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      added_tokens: [token(10, 'tok', { single_word: true }), token(11, '[EXT]', { normalized: true })],
    });
    check(tokenizer, [
      ['token', [1, 2, 3], 'token'],
      ['tok token', [10, 1, 2, 3], 'tok token'],
      ['x[ext]k', [6, 11, 4], 'x [ext] k'],
      ['café naïve', [7, 8, 9], 'café naïve'],
      ['x\u0301 k', [0, 4], '<unk> k'],
      ['tok²', [10, 0], 'tok <unk>'],
    ]);
  });

  it('decide where a text begins', () => {
    const [first, never] = ['first', 'never'].map((scheme) =>
      Tokenizer.fromJson({
        model: bpe,
        pre_tokenizer: metaspace(scheme),
        decoder: metaspace(scheme),
        added_tokens: [token(15, '<x>', { normalized: true })],
      }),
    );
    check(first!, [
      ['a b', [1, 2, 1, 3], 'a b'],
      ['<x>a b', [15, 2, 1, 3], '<x>a b'],
      ['a<x>b <x>', [1, 2, 15, 3, 1, 15], 'a<x>b <x>'],
    ]);
    check(never!, [
      [' a b', [1, 2, 1, 3], ' a b'],
      ['a b', [2, 1, 3], 'a b'],
    ]);
  });

  it.each([[{ content: 'x' }], ['x'], [{ id: 3 }]])('need a content and an id: %j', (bad) => {
    expect(() => Tokenizer.fromJson({ model: bpe, added_tokens: [bad] })).toThrow(
      /added token needs a content and an id/,
    );
  });
});
