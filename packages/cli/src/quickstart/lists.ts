/** The model and the task of the demonstration: first weights, tokenizer, corpus, preference pairs, evaluation. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrayDataset, type Dataset, makeFolder, Tokenizer } from '@tessera/data';
import { DecoderLM, generate, parseDecoderConfig } from '@tessera/models';
import { listTask, listTokens, type PreferenceRow, problemsOf, type SftRow, taskDataset } from '@tessera/rl';
import { noGrad } from '@tessera/tensor';
import { modelConfig } from './settings.js';

export const task = listTask();
export const completionLength = 6;
/** How often the corpus answers by the right convention. */
const rightShare = 0.4;
const evaluationSeed = 999;

/** The model before any training: embeddings of size 0.5, smaller weights where blocks add to the residual stream. */
export function firstModel(seed: number): DecoderLM {
  const model = new DecoderLM(parseDecoderConfig(modelConfig), { seed });
  noGrad(() => {
    for (const [name, tensor] of model.namedParameters()) {
      if (name.includes('embed_tokens')) tensor.mul_(0.5 / modelConfig.initializer_range);
      else if (name.includes('o_proj')) tensor.mul_(0.5);
      else if (name.includes('down_proj')) tensor.mul_(0.5 * Math.sqrt(128 / 344));
    }
  });
  return model;
}

/** Pretraining: problems with answers by either convention. */
export function corpus(seed: number): Dataset<SftRow> {
  return taskDataset(
    {
      name: 'lists, two conventions',
      problem(random) {
        const { prompt, answer, mirrored } = task.problem(random);
        return { prompt, completion: random.uniform() < rightShare ? answer : mirrored };
      },
    },
    { seed },
  ) as Dataset<SftRow>;
}

/** Right answers alone, from problems as RL sees them. */
export function rightAnswers(seed: number): Dataset<SftRow> {
  return taskDataset(
    {
      name: 'lists, right answers',
      problem(random) {
        const { prompt, answer } = task.problem(random);
        return { prompt, completion: answer };
      },
    },
    { seed },
  ) as Dataset<SftRow>;
}

/** Pairs that the model itself wrote: of two answers to one prompt, one right and one wrong. */
export async function preferencePairs(model: DecoderLM, count: number, seed: number): Promise<Dataset<PreferenceRow>> {
  const pairs: PreferenceRow[] = [];
  for (let round = 0; pairs.length < count; round++) {
    const problems = problemsOf(task, 1000, seed + round);
    const written = await generate(
      model,
      problems.map(({ prompt }) => prompt),
      { n: 2, maxNewTokens: completionLength, seed: seed + round },
    );
    for (const [i, { prompt, answer }] of problems.entries()) {
      const [a, b] = [written[2 * i]!.tokens, written[2 * i + 1]!.tokens];
      const [rightA, rightB] = [same(a, answer), same(b, answer)];
      if (rightA !== rightB) pairs.push({ prompt, chosen: rightA ? a : b, rejected: rightA ? b : a });
    }
    if (pairs.length > 0) continue;
    // a model that is never right has no pairs of its own: the two conventions stand in
    for (const { prompt, answer, mirrored } of problems) pairs.push({ prompt, chosen: answer, rejected: mirrored });
  }
  return arrayDataset(pairs.slice(0, count), 'pairs that the base wrote');
}

export interface Accuracy {
  readonly greedy: number;
  readonly sampled: number;
}

/** Share of new problems that are answered to the last token. */
export async function accuracy(model: DecoderLM, count: number): Promise<Accuracy> {
  const problems = problemsOf(task, count, evaluationSeed);
  const share = async (temperature: number): Promise<number> => {
    const written = await generate(
      model,
      problems.map(({ prompt }) => prompt),
      { temperature, maxNewTokens: completionLength, seed: evaluationSeed },
    );
    return written.filter(({ tokens }, i) => same(tokens, problems[i]!.answer)).length / count;
  };
  return { greedy: await share(0), sampled: await share(1) };
}

export interface Sample {
  readonly prompt: string;
  readonly expected: string;
  readonly completion: string;
}

/** Greedy answers to a few problems, as text. */
export async function samples(model: DecoderLM, count: number): Promise<readonly Sample[]> {
  const problems = problemsOf(task, count, evaluationSeed);
  const written = await generate(
    model,
    problems.map(({ prompt }) => prompt),
    { temperature: 0, maxNewTokens: completionLength },
  );
  return problems.map(({ prompt, answer }, i) => ({
    prompt: spell(prompt),
    expected: spell(answer),
    completion: spell(written[i]!.tokens),
  }));
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((token, i) => token === b[i]);
}

/** One character a token: digits, `.` for the end, `_` for padding, `S` and `R` for sort and reverse. */
const letters = [...'0123456789+=._SR'];

function spell(tokens: ArrayLike<number>): string {
  return Array.from(tokens, (token) => letters[token]).join('');
}

/** The tokenizer that makes the folders usable as text, in Hugging Face's format. */
export async function writeTokenizer(folder: string): Promise<Tokenizer> {
  await makeFolder(folder);
  const special = (id: number) => ({
    id,
    content: letters[id],
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [special(listTokens.end), special(listTokens.pad)],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(letters.map((letter, id) => [letter, id])),
      merges: [],
    },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: letters[listTokens.end],
    pad_token: letters[listTokens.pad],
    clean_up_tokenization_spaces: false,
    chat_template: "{{ messages[-1]['content'] }}",
  };
  await writeFile(join(folder, 'tokenizer.json'), `${JSON.stringify(tokenizer, null, 2)}\n`);
  await writeFile(join(folder, 'tokenizer_config.json'), `${JSON.stringify(config, null, 2)}\n`);
  return Tokenizer.load(folder);
}
