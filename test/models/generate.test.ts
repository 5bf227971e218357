/** Generation: independent of the batch, equal to training to the bit, and every way it can end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tokenizer } from '@tessera/data';
import { type Completion, generate, generateStream, PackedTokens, type TokenEvent } from '@tessera/models';
import { noGrad, scope } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { configs, liveBytes, makeModel, values } from './support.js';

const prompts = [[5, 9, 2, 60, 11, 3, 8], [7], [1, 2, 3, 4], [30, 31], [12, 13, 14]];

const plain = (completions: readonly Completion[]) =>
  completions.map((c) => ({ ...c, tokens: [...c.tokens], logProbs: [...c.logProbs] }));

describe.each([
  ['llama', configs.llama, 'f32'],
  ['gpt2', configs.gpt2, 'f32'],
  ['mistral, sliding', { ...configs.llama, model_type: 'mistral', sliding_window: 5 }, 'f32'],
  ['gemma', { ...configs.gemma, tie_word_embeddings: false }, 'f32'],
  ['qwen3 in bf16', { ...configs.llama, model_type: 'qwen3', head_dim: 16 }, 'bf16'],
] as const)('%s', (_name, json, dtype) => {
  const stopTokens = [0, 6, 12, 18, 24];

  test('tokens and log-probabilities do not depend on the batch', async () => {
    using model = makeModel(json, { dtype });
    const options = { maxNewTokens: 20, n: 3, seed: 5, stopTokens, topP: 0.9, temperature: 0.9 };
    const all = plain(await generate(model, prompts, options));
    expect(new Set(all.map((c) => c.tokens.length)).size).toBeGreaterThan(2);
    for (const maxBatch of [1, 2, 4, 7])
      expect(plain(await generate(model, prompts, { ...options, maxBatch }))).toEqual(all);
    const seeds = [0, 1, 2].map((i) => Math.imul(5, 0x9e3779b1) + 3 * 2 + i);
    const alone = plain(await generate(model, [prompts[2]!], { ...options, seeds }));
    expect(alone).toEqual(all.slice(6, 9).map((c) => ({ ...c, prompt: 0 })));
  });

  test('log-probabilities of sampled tokens are those of training, to the bit', async () => {
    using model = makeModel(json, { dtype });
    for (const temperature of [1, 0.7]) {
      const completions = await generate(model, prompts, { maxNewTokens: 12, temperature, n: 2, stopTokens });
      using tokens = PackedTokens.of(completions.map((c) => [...prompts[c.prompt]!, ...c.tokens]));
      const [logProb] = scope(() => noGrad(() => model.logProbs(tokens, { temperature })));
      const trained = await values(logProb);
      completions.forEach((c, i) => {
        const start = tokens.starts[i]! + prompts[c.prompt]!.length - 1;
        expect([...c.logProbs]).toEqual(trained.slice(start, start + c.tokens.length));
      });
    }
  });

  test('greedy decoding takes the most likely token of the full pass', async () => {
    using model = makeModel(json, { dtype });
    const [completion] = await generate(model, [prompts[0]!], { maxNewTokens: 10, temperature: 0, stopTokens: [] });
    using tokens = PackedTokens.of([[...prompts[0]!, ...completion!.tokens]]);
    const best = await values(scope(() => noGrad(() => model.forward(tokens).argmax({ dim: -1 }))));
    expect([...completion!.tokens]).toEqual(best.slice(prompts[0]!.length - 1, -1));
  });
});

test('a repetition penalty changes what was said before', async () => {
  using model = makeModel();
  const penalised = await generate(model, prompts, {
    maxNewTokens: 30,
    temperature: 0,
    repetitionPenalty: 1e6,
    stopTokens: [],
  });
  for (const { tokens, prompt } of penalised) {
    const all = [...prompts[prompt]!, ...tokens];
    expect(new Set(all).size).toBe(all.length);
  }
  const alone = await generate(model, [prompts[3]!], {
    maxNewTokens: 30,
    temperature: 0,
    repetitionPenalty: 1e6,
    stopTokens: [],
  });
  expect(alone[0]!.tokens).toEqual(penalised[3]!.tokens);
});

test('completions end by stop token, by length, and at the last position', async () => {
  using model = makeModel({ ...configs.gpt2, eos_token_id: 17 });
  const completions = await generate(model, prompts, { n: 4 });
  for (const { tokens, finishReason, prompt } of completions) {
    const end = tokens.indexOf(17);
    if (finishReason === 'stop') expect(end).toBe(tokens.length - 1);
    else expect([end, prompts[prompt]!.length + tokens.length]).toEqual([-1, 64]);
  }
  expect(new Set(completions.map((c) => c.finishReason)).size).toBe(2);
  const [short] = await generate(model, [[1]], { maxNewTokens: 1 });
  expect(short!.tokens.length).toBe(1);
  expect(await generate(model, [])).toEqual([]);
});

test('the cache grows with the sequences', async () => {
  using model = makeModel();
  const options = { maxNewTokens: 400, seed: 3, stopTokens: [] };
  const [first] = await generate(model, [prompts[0]!], options);
  expect(first!.tokens.length).toBe(400);
  using tokens = PackedTokens.of([[...prompts[0]!, ...first!.tokens]]);
  const trained = await values(scope(() => noGrad(() => model.logProbs(tokens)[0])));
  expect([...first!.logProbs]).toEqual(trained.slice(prompts[0]!.length - 1, -1));
});

test('two streams of a model do not disturb each other, also when one makes its tables of positions grow', async () => {
  using model = makeModel(configs.llama);
  const short = { maxNewTokens: 30, seed: 3, stopTokens: [] };
  const long = { maxNewTokens: 300, seed: 4, stopTokens: [] };
  using other = makeModel(configs.llama);
  const tokensOf = async (prompt: number[], options: typeof short) =>
    (await generate(other, [prompt], options)).flatMap(({ tokens }) => [...tokens]);
  const streams = [generateStream(model, [[5, 9]], short), generateStream(model, [[7, 1, 4]], long)];
  const seen: number[][] = [[], []];
  for (let open = [0, 1]; open.length > 0; ) {
    const still: number[] = [];
    for (const i of open) {
      const next = await streams[i]!.next();
      if (next.done) continue;
      seen[i]!.push(next.value.token);
      still.push(i);
    }
    open = still;
  }
  expect(seen).toEqual([await tokensOf([5, 9], short), await tokensOf([7, 1, 4], long)]);
});

test('what cannot be generated is refused by name', async () => {
  using model = makeModel(configs.gpt2);
  const refused = (given: Parameters<typeof generate>[1], options: object, message: RegExp) =>
    expect(generate(model, given, options)).rejects.toThrow(message);
  await refused([[1], []], {}, /prompt 1 is empty/);
  await refused([1, 2, 3] as never, {}, /prompt 0 is 1; a prompt is token ids/);
  await refused('once' as never, {}, /prompts come as a list; got "once"\. Write \[prompt\]/);
  await refused([[1, 61]], {}, /prompt 0 holds the token 61; the model has tokens 0 to 60/);
  await refused([new Int32Array(64)], {}, /prompt 0 has 64 tokens, which leaves no room in the model's 64 positions/);
  await refused([[1, 2, 3]], { maxNewTokens: 62 }, /3 tokens and maxNewTokens is 62; the model has 64 positions/);
  await refused([[1]], { maxNewToken: 3 }, /unknown option 'maxNewToken'/);
  await refused([[1]], { temperature: -1 }, /temperature must be finite and not negative; got -1/);
  await refused([[1]], { topP: 0 }, /topP must be above 0/);
  await refused([[1]], { topP: '0.9' }, /topP must be above 0 and at most 1; got 0.9/);
  await refused([[1]], { stopTokens: 3 }, /stopTokens must be a list of token ids; got 3/);
  await refused([[1]], { stopStrings: 'end' }, /stopStrings must be a list of texts; got "end"/);
  await refused([[1]], { n: 0 }, /n must be a whole number from 1 on/);
  await refused([[1]], { repetitionPenalty: 0 }, /repetitionPenalty must be positive/);
  await refused([[1]], { seeds: [1, 2] }, /seeds must be 1 whole numbers/);
  await refused([[1]], { stopStrings: ['x'] }, /stopStrings need a tokenizer/);
  await refused(['text'], {}, /prompt 0 is text, which needs a tokenizer/);
});

test('a stream gives the same tokens in order; leaving it or aborting frees everything', async () => {
  using model = makeModel();
  const options = { maxNewTokens: 9, n: 2, seed: 1, stopTokens: [], maxBatch: 3 };
  const whole = await generate(model, prompts, options);
  const before = await liveBytes();
  const events: TokenEvent[] = [];
  for await (const event of generateStream(model, prompts, options)) events.push(event);
  for (const { prompt, sample, tokens, logProbs } of whole) {
    const own = events.filter((e) => e.prompt === prompt && e.sample === sample);
    expect(own.map((e) => e.token)).toEqual([...tokens]);
    expect(own.map((e) => e.logProb)).toEqual([...logProbs]);
    expect(own.map((e) => e.finishReason)).toEqual([...new Array(8).fill(null), 'length']);
  }
  expect(await liveBytes()).toBe(before);
  for await (const _ of generateStream(model, prompts, options)) break;
  expect(await liveBytes()).toBe(before);
  const controller = new AbortController();
  const reason = new Error('enough');
  const aborted = (async () => {
    for await (const { sample } of generateStream(model, prompts, { ...options, signal: controller.signal }))
      if (sample === 1) controller.abort(reason);
  })();
  await expect(aborted).rejects.toBe(reason);
  expect(await liveBytes()).toBe(before);
});

describe('text', () => {
  const folder = fileURLToPath(new URL('../fixtures/tokenizer/bytelevel-bpe/', import.meta.url));
  const load = async () => {
    const tokenizer = await Tokenizer.load(folder);
    return { tokenizer, model: makeModel({ ...configs.llama, vocab_size: tokenizer.vocabSize }) };
  };

  test('text in, text out: streamed pieces make up the text, which is that of the tokens', async () => {
    const { tokenizer, model } = await load();
    using _ = model;
    const options = { tokenizer, maxNewTokens: 40, n: 2, stopTokens: [] };
    const completions = await generate(model, ['The cat', 'é'], options);
    const pieces = new Map<string, string>();
    for await (const { prompt, sample, text } of generateStream(model, ['The cat', 'é'], options))
      pieces.set(`${prompt} ${sample}`, (pieces.get(`${prompt} ${sample}`) ?? '') + text);
    for (const { prompt, sample, tokens, text } of completions) {
      expect(pieces.get(`${prompt} ${sample}`)).toBe(text);
      expect(text).toBe(tokenizer.decode(tokens, { skipSpecialTokens: true }));
    }
    const ids = tokenizer.encode('The cat');
    const [fromIds] = await generate(model, [ids], options);
    expect(fromIds!.tokens).toEqual(completions[0]!.tokens);
  });

  test('a stop string ends a completion and is cut from its text, also when it spans tokens', async () => {
    const { tokenizer, model } = await load();
    using _ = model;
    const options = { tokenizer, maxNewTokens: 40, seed: 2, stopTokens: [] };
    const [free] = await generate(model, ['The cat'], options);
    const at = free!.text.search(/[a-z]{3}/);
    const stop = free!.text.slice(at, at + 3);
    expect(stop).toMatch(/[a-z]{3}/);
    const [stopped] = await generate(model, ['The cat'], { ...options, stopStrings: ['\u0001never', stop] });
    expect(stopped!.finishReason).toBe('stop');
    expect(stopped!.text).toBe(free!.text.slice(0, free!.text.indexOf(stop)));
    expect(free!.tokens.slice(0, stopped!.tokens.length)).toEqual(stopped!.tokens);
    expect(tokenizer.decode(stopped!.tokens)).toContain(stop);
    let streamed = '';
    for await (const { text } of generateStream(model, ['The cat'], { ...options, stopStrings: [stop] }))
      streamed += text;
    expect(streamed).toBe(stopped!.text);
  });

  test('a conversation goes through the chat template', async () => {
    const { model } = await load();
    using _ = model;
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
    const template =
      "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";
    const tokenizer = Tokenizer.fromJson(read('tokenizer.json'), {
      ...read('tokenizer_config.json'),
      chat_template: template,
    });
    const options = { tokenizer, maxNewTokens: 5 };
    const [chat] = await generate(model, [[{ role: 'user', content: 'hi' }]], options);
    const ids = tokenizer.encode('user: hi\nassistant:', { addSpecialTokens: false });
    expect(chat!.tokens).toEqual((await generate(model, [ids], options))[0]!.tokens);
  });
});
