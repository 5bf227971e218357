/** Verifiable tasks, rewards, and rows of datasets as sequences. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrayDataset, JsonlDataset, Tokenizer, trainBpeTokenizer, writeSafetensors } from '@tessera/data';
import { tensorToWrite } from '@tessera/data/tensors';
import { DecoderLM } from '@tessera/models';
import {
  arithmeticTask,
  chatOptions,
  countdownSolved,
  countdownTask,
  encodeCompletion,
  encodeConversation,
  encodeText,
  exactText,
  exactTokens,
  finalNumber,
  listTask,
  loadRewardModel,
  numericAnswer,
  numericAnswers,
  overlongPenalty,
  perSample,
  problemsOf,
  RewardTrainer,
  rewardLoss,
  rewardModel,
  rollout,
  type Sample,
  ScalarModel,
  saveRewardModel,
  scoreSamples,
  solvesCountdown,
  taskDataset,
} from '@tessera/rl';
import { noGrad, tensor } from '@tessera/tensor';
import { expect, test } from 'vitest';
import { tinyConfig, tinyModel } from './support.js';

function sample<Row>(row: Row, text: string, tokens: readonly number[] = []): Sample<Row> {
  return { row, text, tokens: Int32Array.from(tokens), finishReason: 'stop' };
}

const scoreOf = async <Row>(reward: Parameters<typeof scoreSamples<Row>>[0][number], ...samples: Sample<Row>[]) => [
  ...(await scoreSamples([reward], samples, { step: 0 })).scores[0]!,
];

test('lists: the answer is the operation on the digits, its mirror the digits backwards', () => {
  const problems = problemsOf(listTask({ length: 5 }), 50, 3);
  expect(new Set(problems.map((p) => p.operation))).toEqual(new Set(['sort', 'reverse']));
  for (const { prompt, operation, answer, mirrored } of problems) {
    const digits = [...prompt.slice(0, 5)];
    const result = operation === 'sort' ? digits.toSorted((a, b) => a - b) : digits.toReversed();
    expect([...answer]).toEqual([...result, 12]);
    expect([...mirrored]).toEqual([...result.toReversed(), 12]);
  }
  expect(() => listTask({ length: 0 })).toThrow(/length from 1 on/);
});

test('problem n of a task is the same whoever asks', async () => {
  const task = countdownTask();
  const dataset = taskDataset(task, { seed: 4 });
  expect(await dataset.get(7)).toEqual(problemsOf(task, 8, 4)[7]);
  expect(await dataset.get(7)).not.toEqual(await taskDataset(task, { seed: 5 }).get(7));
});

test('countdown: every problem can be solved; expressions are checked, not run', () => {
  for (const { numbers, target } of problemsOf(countdownTask({ count: 2 }), 50)) {
    const [a, b] = numbers;
    const ways = [`${a} + ${b}`, `${a} - ${b}`, `${a} * ${b}`, `${a} / ${b}`];
    expect(ways.some((way) => solvesCountdown(way, numbers, target))).toBe(true);
  }
  expect(solvesCountdown('(2 + 3) * 4 = 20', [4, 2, 3], 20)).toBe(true);
  expect(solvesCountdown('2 + 3 * 4', [2, 3, 4], 14)).toBe(true);
  expect(solvesCountdown('-(2 - 3) * 4', [2, 3, 4], 4)).toBe(true);
  for (const wrong of ['2 + 3', '2 + 3 * 4 * 4', '2 + (3 * 4', '14', 'process.exit()', '', '2 3 4', '2 / (3 - 3)']) {
    expect(solvesCountdown(wrong, [2, 3, 4], 14), wrong).toBe(false);
  }
});

test.each([
  ['The answer is 42.', 42],
  ['#### 1,234', 1234],
  ['3 apples and 4\n#### 7\n', 7],
  ['so \\boxed{-2.5} it is, 9', -2.5],
  ['$3.50', 3.5],
  ['no number', null],
  ['', null],
])('the final number of %j is %j', (text, number) => {
  expect(finalNumber(text)).toBe(number);
});

test('rewards for text and tokens', async () => {
  expect(await scoreOf(exactText(), sample({ answer: '46' }, ' 46\n'), sample({ answer: '46' }, '4'))).toEqual([1, 0]);
  const row = { answer: Int32Array.from([1, 2, 12]) };
  expect(await scoreOf(exactTokens(), sample(row, '', [1, 2, 12]), sample(row, '', [1, 2]))).toEqual([1, 0]);
  expect(await scoreOf(numericAnswer(), sample({ answer: '7' }, 'is 7.0'), sample({ answer: '7' }, 'none'))).toEqual([
    1, 0,
  ]);
  const countdown = { numbers: [2, 3], target: 6 };
  expect(await scoreOf(countdownSolved(), sample(countdown, '2*3'))).toEqual([1]);
  const lengths = [8, 9, 10, 14].map((n) => sample(null, '', new Array(n).fill(0)));
  expect(await scoreOf(overlongPenalty({ maxLength: 10, buffer: 2 }), ...lengths)).toEqual([-0, -0.5, -1, -1]);
  for (const { prompt, answer } of problemsOf(arithmeticTask(), 20)) {
    const [a, operator, b] = String(prompt).split(' ') as [string, string, string];
    const value = { '+': +a + +b, '-': +a - +b, '*': +a * +b }[operator];
    expect(answer).toBe(String(value));
  }
});

test('rewards may wait, may not apply, and must be numbers', async () => {
  const late = perSample('late', async ({ text }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return text === '' ? null : text.length;
  });
  expect(await scoreOf(late, sample(null, ''), sample(null, 'ab'))).toEqual([Number.NaN, 2]);
  const wrong = { name: 'wrong', score: () => [Number.POSITIVE_INFINITY] };
  await expect(scoreOf(wrong, sample(null, ''))).rejects.toThrow(/reward wrong gave Infinity for sample 0/);
  const few = { name: 'few', score: () => [] };
  await expect(scoreOf(few, sample(null, ''))).rejects.toThrow(/reward few gave 0 numbers for 1 samples/);
});

test('numeric answers from JSON lines, with the line of a bad one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rl-rows-'));
  try {
    const file = join(folder, 'problems.jsonl');
    await writeFile(
      file,
      '{"question": "1 + 1?", "answer": "It is 2.\\n#### 2"}\n{"question": "?", "answer": "none"}\n',
    );
    await using rows = numericAnswers(await JsonlDataset.open(file), { prompt: (q) => `Q: ${q} A:` });
    expect(await rows.get(0)).toMatchObject({ prompt: 'Q: 1 + 1? A:', answer: '2' });
    await expect(rows.get(1)).rejects.toThrow(/problems\.jsonl.*2.*answer.*has no number/s);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function chatTokenizer(template: string): Promise<Tokenizer> {
  const plain = await trainBpeTokenizer(['user says hello, assistant says hi there; hello again and again.'], {
    vocabSize: 300,
    specialTokens: ['<s>', '</s>'],
  });
  const folder = await mkdtemp(join(tmpdir(), 'rl-tok-'));
  try {
    await plain.save(folder);
    const file = join(folder, 'tokenizer_config.json');
    await writeFile(file, JSON.stringify({ eos_token: '</s>', bos_token: '<s>', chat_template: template }));
    return await Tokenizer.load(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const template =
  '{% for m in messages %}<s>{{ m.role }}|{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant|{% endif %}';

test('conversations: completions and assistant turns are what is trained on', async () => {
  const tokenizer = await chatTokenizer(template);
  const prompt = [{ role: 'user', content: 'hello' }];
  const answer = [{ role: 'assistant', content: 'hi there' }];
  const { ids, from } = encodeCompletion(prompt, answer, { tokenizer });
  expect(tokenizer.decode(ids.subarray(from))).toBe('hi there</s>');
  expect(tokenizer.decode(ids.subarray(0, from))).toBe('<s>user|hello</s><s>assistant|');

  const talk = [...prompt, ...answer, { role: 'user', content: 'again' }, { role: 'assistant', content: 'hello' }];
  const row = encodeConversation(talk, { tokenizer, assistantOnly: true });
  const trained = row.ids.subarray(1).filter((_, t) => row.mask![t] === 1);
  expect(tokenizer.decode(trained)).toBe('hi there</s>hello</s>');
});

test('what a row tells its template beside the messages reaches it, wherever rows are encoded', async () => {
  const tokenizer = await chatTokenizer(
    `{% if tools %}<s>{{ tools[0].name }}</s>{% endif %}{% if loud %}!{% endif %}${template}`,
  );
  const hint = { tools: [{ name: 'again' }], chat_template_kwargs: { loud: true } };
  const prompt = [{ role: 'user', content: 'hello' }];
  const answer = [{ role: 'assistant', content: 'hi' }];
  const start = '<s>again</s>!<s>user|hello</s><s>assistant|';
  for (const row of [hint, { ...hint, tools: JSON.stringify(hint.tools) }]) {
    const chat = chatOptions(row);
    const { ids } = encodeCompletion(prompt, answer, { tokenizer, chat });
    expect(tokenizer.decode(ids)).toBe(`${start}hi</s>`);
    const talk = encodeConversation([...prompt, ...answer], { tokenizer, chat, assistantOnly: true });
    expect(talk.ids).toEqual(ids);
    using model = new DecoderLM({ ...tinyConfig(), vocabSize: 300, maxPositions: 64 });
    const [sample] = await rollout(
      model,
      { rows: [{ ...row, prompt }], groupSize: 1, seed: 0, tokenizer },
      { maxCompletionLength: 1 },
    );
    expect(tokenizer.decode(sample!.ids.subarray(0, sample!.from))).toBe(start);
  }
  expect(chatOptions({ tools: null, chat_template_kwargs: null })).toEqual({});
  expect(() => chatOptions({ tools: 'add' })).toThrow(/column tools is no JSON: add/);
});

test('a template that is not prefix preserving is refused', async () => {
  const tokenizer = await chatTokenizer(
    '{% for m in messages %}<s>{{ messages | length }}{{ m.role }}: {{ m.content }}</s>{% endfor %}',
  );
  const encode = () =>
    encodeCompletion([{ role: 'user', content: 'hello' }], [{ role: 'assistant', content: 'hi' }], { tokenizer });
  expect(encode).toThrow(/not prefix preserving/);
});

test('text gets its end token, is cut at the limit, and needs a tokenizer', async () => {
  const tokenizer = await chatTokenizer(template);
  const whole = encodeCompletion('hello', ' again', { tokenizer });
  expect(whole.ids.at(-1)).toBe(tokenizer.specialId('eos'));
  const short = encodeCompletion('hello', ' again and again', { tokenizer, maxLength: whole.from + 1 });
  expect(short).toMatchObject({ truncated: true, from: whole.from });
  expect(short.ids).toHaveLength(whole.from + 1);
  expect(encodeText([5, 6, 7]).from).toBe(1);
  expect(() => encodeText('hello')).toThrow(/needs a tokenizer/);
  expect(() => encodeCompletion([], [1])).toThrow(/a prompt is empty/);
});

test('a reward model learns which answers are better, and comes back from its folder', async () => {
  const body = tinyModel();
  using model = new ScalarModel(body);
  const rows = Array.from({ length: 64 }, (_, i) => ({
    prompt: [1 + (i % 5), 2],
    chosen: [3 + (i % 4), 9],
    rejected: [3 + (i % 4), 10],
  }));
  await using trainer = new RewardTrainer({
    rewardModel: model,
    dataset: arrayDataset(rows),
    steps: 30,
    batchSize: 16,
    microBatchSize: 5,
    lr: 3e-3,
    loss: { centerCoef: 0.01 },
  });
  const last = await trainer.finish();
  expect(last!.metrics['rewards/accuracies']).toBe(1);
  expect(last!.metrics.loss).toBeLessThan(0.1);
  const folder = await mkdtemp(join(tmpdir(), 'rl-reward-'));
  try {
    await saveRewardModel(folder, model);
    using loaded = await loadRewardModel(folder);
    const scores = await loaded
      .scores([
        [1, 2, 3, 9],
        [1, 2, 3, 10],
      ])
      .data();
    expect(scores).toEqual(
      await model
        .scores([
          [1, 2, 3, 9],
          [1, 2, 3, 10],
        ])
        .data(),
    );
    expect(scores[0]!).toBeGreaterThan(scores[1]!);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the Bradley-Terry loss, by hand', async () => {
  const { loss } = rewardLoss({ scores: tensor([1, 0, 0.5, 2]) }, { centerCoef: 0.1 });
  const expected = (Math.log1p(Math.exp(-0.5)) + Math.log1p(Math.exp(2)) + 0.1 * (1.5 ** 2 + 2 ** 2)) / 2;
  expect(await loss.item()).toBeCloseTo(expected, 6);
});

test('a reward model from a folder of sequence classification scores last tokens', async () => {
  using model = ScalarModel.copyOf(tinyModel());
  noGrad(() => model.score.weight.copy_(tensor([Array.from({ length: 32 }, (_, i) => Math.sin(i))])));
  const folder = await mkdtemp(join(tmpdir(), 'rl-reward-'));
  try {
    const weights = [...model.namedParameters()].filter(([name]) => !name.includes('lm_head'));
    await writeSafetensors(
      join(folder, 'model.safetensors'),
      weights.map(([name, t]) => tensorToWrite(name.replace('body.', ''), t)),
    );
    const config = {
      ...model.body.config.json,
      architectures: ['LlamaForSequenceClassification'],
      id2label: { 0: 'a' },
    };
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    using loaded = await loadRewardModel(folder);
    const row = { prompt: Int32Array.from([1, 2, 3]) };
    const samples = [sample(row, '', [4, 5]), sample(row, '', [6])];
    const reward = rewardModel(loaded, { batchSize: 1 });
    const expected = Array.from(
      await model
        .scores([
          [1, 2, 3, 4, 5],
          [1, 2, 3, 6],
        ])
        .data(),
    );
    expect(await scoreOf(reward, ...samples)).toEqual(expected);
    expect(expected[0]).not.toBe(expected[1]);
    await expect(scoreOf(reward, sample({ prompt: 'text' }, ''))).rejects.toThrow(/prompts are text; give `encode`/);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, id2label: { 0: 'a', 1: 'b' } }));
    await expect(loadRewardModel(folder)).rejects.toThrow(/with one label; got LlamaForSequenceClassification with 2/);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, hidden_size: 16 }));
    await expect(loadRewardModel(folder)).rejects.toThrow(/tensor "model.embed_tokens.weight": has the shape/);
    await expect(loadRewardModel(join(folder, 'none'))).rejects.toThrow(/none.config.json: .* A model is a folder/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
