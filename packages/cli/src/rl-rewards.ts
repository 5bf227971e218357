/** What `tessera rl` rewards: rewards by name, reward models, functions of the user's own; and the problems they judge. */
import { basename, extname } from 'node:path';
import {
  type ChatMessage,
  checkedRows,
  type Dataset,
  DatasetError,
  mapDataset,
  type Row,
  Tokenizer,
} from '@tessera/data';
import {
  type AnswerRow,
  chatOptions,
  encodeCompletion,
  exactText,
  loadRewardModel,
  numericAnswer,
  numericAnswers,
  type PromptRow,
  type Reward,
  type RewardFunction,
  rewardModel,
} from '@tessera/rl';
import { ConfigError, loadDefaultExport, z } from '@tessera/train';

const names = ['numeric', 'exact'] as const;
const weight = z.number().optional();

const oneReward = z.union([
  z.enum(names),
  z.strictObject({ name: z.enum(names), weight }),
  /** A folder's reward model, such as `algorithm: reward` trains. */
  z.strictObject({ model: z.string(), weight }),
  /** A module whose default export is a `RewardFunction`. */
  z.strictObject({ file: z.string(), weight }),
]);

export const rewardConfig = z.union([oneReward, z.array(oneReward).min(1)]);
export type RewardConfig = z.output<typeof rewardConfig>;

export const dataConfig = z.strictObject({
  path: z.string(),
  /** Columns by other names: `{ prompt: question, answer: solution }`. */
  columns: z.record(z.string(), z.string()).optional(),
  /** Makes a prompt of the column: `{prompt}` stands for its text. */
  template: z.string().optional(),
});
export type DataConfig = z.output<typeof dataConfig>;

/** A prompt with the row's further columns, and with `answer` as text where a reward by name looks at it. */
export type Problem = PromptRow & Row;

function nameOf(reward: z.output<typeof oneReward>): (typeof names)[number] | null {
  return typeof reward === 'string' ? reward : 'name' in reward ? reward.name : null;
}

/** The rewards of a configuration, loaded. */
export function rewardsOf(config: RewardConfig): Promise<Reward<Problem>[]> {
  return Promise.all([config].flat().map(rewardOf));
}

async function rewardOf(config: z.output<typeof oneReward>): Promise<Reward<Problem>> {
  const weighted = typeof config === 'object' && config.weight !== undefined ? { weight: config.weight } : {};
  const name = nameOf(config);
  // Problems of rewards by name have answers: see `problemsOf`.
  if (name !== null)
    return (name === 'numeric' ? numericAnswer : exactText)(weighted) as Reward<never> as Reward<Problem>;
  if (typeof config === 'object' && 'file' in config) {
    return { name: basename(config.file, extname(config.file)), ...weighted, score: await functionOf(config.file) };
  }
  const { model } = config as { readonly model: string };
  const tokenizer = await Tokenizer.load(model);
  const encode = (row: PromptRow, _tokens: Int32Array, text: string): Int32Array => {
    const prompt = row.prompt as AnswerRow['prompt'];
    const completion = typeof prompt === 'string' ? text : [{ role: 'assistant', content: text }];
    return encodeCompletion(prompt, completion, { tokenizer, appendEnd: false, chat: chatOptions(row) }).ids;
  };
  return { ...rewardModel(await loadRewardModel(model), { encode }), ...weighted };
}

async function functionOf(file: string): Promise<RewardFunction<Problem>> {
  const given = await loadDefaultExport(file);
  if (typeof given === 'function') return given as RewardFunction<Problem>;
  const problem = `a reward's default export is a function of samples that returns a number for each: export default (samples) => samples.map(({ text, row }) => ...); got ${typeof given}.`;
  throw new ConfigError(file, [{ key: '', problem }]);
}

/**
 * Rows as problems. Where the configuration does not name the columns, prompt and answer are `question` and `answer`, or
 * TRL's `prompt` and `completion`. An answer is read where a reward by name needs it: the number in it for `numeric`.
 */
export async function problemsOf(
  rows: Dataset<Row>,
  source: DataConfig,
  reward: RewardConfig,
): Promise<Dataset<Problem>> {
  if (rows.length === 0) throw new DatasetError('DATASET_EMPTY', 'has no rows', { file: rows.name });
  const { columns = {} } = source;
  const first = await rows.get(0, 0);
  const question = columns.prompt ?? (!('question' in first) && 'prompt' in first ? 'prompt' : 'question');
  const answer = columns.answer ?? (!('answer' in first) && 'completion' in first ? 'completion' : 'answer');
  const judges = new Set([reward].flat().map(nameOf));
  if (judges.has('numeric')) {
    return numericAnswers(rows, { question, answer, prompt: (text) => filled(source, text) });
  }
  if (judges.has('exact')) {
    const checked = checkedRows(rows, 'promptCompletion', { columns: { prompt: question, completion: answer } });
    return mapDataset(checked, ({ prompt, completion, ...row }) => ({
      ...row,
      [question]: prompt,
      prompt: asked(source, prompt),
      answer: typeof completion === 'string' ? completion : textOf(completion.at(-1)?.content ?? ''),
    }));
  }
  const prompts = checkedRows(rows, 'prompt', { columns: { prompt: question } });
  return mapDataset(prompts, ({ prompt, ...row }) => ({ ...row, [question]: prompt, prompt: asked(source, prompt) }));
}

/** A prompt's text in the template. */
export function filled({ template = '{prompt}' }: DataConfig, prompt: string): string {
  return template.replaceAll('{prompt}', () => prompt);
}

/** What a message says, whether in one piece or in parts. */
function textOf(content: ChatMessage['content']): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text }) => String(text ?? '')).join('');
}

/** A prompt of text by the template; a conversation as it is. */
function asked(source: DataConfig, prompt: AnswerRow['prompt']): AnswerRow['prompt'] {
  return typeof prompt === 'string' ? filled(source, prompt) : prompt;
}
